//! The expressions of a request and what the engine finds wrong with them. Pure.
//!
//! Owns which texts of a request are expressions, and where in the request's JSON text a fault is underlined. What is wrong is
//! `Dynascope.CheckExpressions`' to say; its places are bytes of an expression's own text.

use std::ops::Range;

use serde_json::{Value, json};

use super::json_text::{Token, tokens};
use super::request::edit::EXPRESSIONS;

const NAMES: &str = "ExpressionAttributeNames";
const VALUES: &str = "ExpressionAttributeValues";

/// A fault of one expression.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpressionFault {
    /// The parameter.
    pub member: String,
    /// Its text.
    pub text: String,
    /// What its placeholders stand for, or its parameters.
    beside: Value,
    /// In the service's words.
    pub message: String,
    /// The bytes of the text.
    pub at: Range<usize>,
}

/// The expressions of a request, each as `Dynascope.CheckExpressions` takes it. Those that are empty have no fault yet.
pub fn expressions(request: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    gather(request, 0, &mut found);
    found
}

fn gather(value: &Value, depth: usize, found: &mut Vec<Value>) {
    /// A transaction's row stands three levels deep; attributes are deeper than any expression.
    const DEPTH: usize = 6;
    if depth > DEPTH {
        return;
    }
    match value {
        Value::Array(list) => list.iter().for_each(|one| gather(one, depth + 1, found)),
        Value::Object(map) => {
            for (name, text) in map {
                let is_expression = name == "Statement" || EXPRESSIONS.contains(&name.as_str());
                match text.as_str().filter(|text| is_expression && !text.is_empty()) {
                    Some(text) => {
                        let mut one = beside(value, name);
                        one["Kind"] = json!(name);
                        one["Text"] = json!(text);
                        found.push(one);
                    }
                    None if !matches!(name.as_str(), "Item" | "Key" | NAMES | VALUES | "Parameters") => {
                        gather(text, depth + 1, found);
                    }
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// What an expression's placeholders stand for.
fn beside(request: &Value, member: &str) -> Value {
    let mut out = json!({});
    let members: &[&str] = if member == "Statement" { &["Parameters"] } else { &[NAMES, VALUES] };
    for name in members.iter().copied() {
        if let Some(given) = request.get(name).filter(|given| !given.is_null()) {
            out[name] = given.clone();
        }
    }
    out
}

/// Reads the answer to a check of these expressions.
pub fn read(expressions: &[Value], answer: &Value) -> Vec<ExpressionFault> {
    let faults = answer["Faults"].as_array().into_iter().flatten();
    let read = |fault: &Value| {
        let number = |name: &str| usize::try_from(fault[name].as_u64()?).ok();
        let of = expressions.get(number("Expression")?)?;
        let text = of["Text"].as_str()?.to_owned();
        let member = of["Kind"].as_str()?.to_owned();
        let at = number("Start")?..number("End")?;
        text.get(at.clone())?;
        let message = fault["Message"].as_str()?.to_owned();
        Some(ExpressionFault { beside: beside(of, &member), member, text, message, at })
    };
    faults.filter_map(read).collect()
}

/// The fault of that parameter of a request, which may be a row of another.
pub fn fault_of<'f>(
    faults: &'f [ExpressionFault],
    request: &Value,
    member: &str,
) -> Option<&'f ExpressionFault> {
    let text = request[member].as_str()?;
    let mut of = faults.iter().filter(|fault| fault.member == member && fault.text == text);
    of.find(|fault| fault.beside == beside(request, member))
}

/// Where the faults stand in the request's JSON text, in bytes.
pub fn places(text: &str, faults: &[ExpressionFault]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut at, mut member) = (0, String::new());
    for (kind, part) in tokens(text) {
        let string = || serde_json::from_str::<String>(part).ok();
        match kind {
            Token::Name => member = string().unwrap_or_default(),
            Token::Text => {
                if let Some(value) = string() {
                    let of = faults.iter().filter(|fault| fault.member == member && fault.text == value);
                    found.extend(of.map(|fault| {
                        let raw = |byte| at + raw_place(part, byte);
                        let (start, end) = (raw(fault.at.start), raw(fault.at.end));
                        // What is missing at the end is marked at its quote.
                        if start == end { end..end + 1 } else { start..end }
                    }));
                }
            }
            _ => {}
        }
        at += part.len();
    }
    found.dedup();
    found
}

/// Where a byte of a string stands in the string as JSON writes it, from its opening quote.
pub fn raw_place(raw: &str, byte: usize) -> usize {
    let (mut read, mut at) = (0, 1);
    let bytes = raw.as_bytes();
    while read < byte && at < raw.len() {
        if bytes[at] != b'\\' {
            at += 1;
            read += 1;
            continue;
        }
        let unicode =
            |from: usize| raw.get(from..from + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match bytes.get(at + 1) {
            Some(b'u') => {
                let first = unicode(at + 2).unwrap_or(0);
                let pair = (0xd800..0xdc00).contains(&first);
                read += if pair { 4 } else { char::from_u32(first).map_or(3, char::len_utf8) };
                at += if pair { 12 } else { 6 };
            }
            _ => {
                at += 2;
                read += 1;
            }
        }
    }
    at.min(raw.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_found_with_what_stands_beside_them() {
        let request = json!({"TransactItems": [{"Update": {"TableName": "T", "Key": {"FilterExpression": {"S": "x"}},
            "UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}}}], "ClientRequestToken": "t"});
        let found = expressions(&request);
        assert_eq!(
            found,
            [
                json!({"Kind": "UpdateExpression", "Text": "SET a = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}})
            ]
        );
        assert!(expressions(&json!({"FilterExpression": ""})).is_empty());
        let statement =
            json!({"Statement": "SELECT", "Parameters": [{"S": "1"}], "ExpressionAttributeNames": {}});
        assert_eq!(
            expressions(&statement),
            [json!({"Kind": "Statement", "Text": "SELECT", "Parameters": [{"S": "1"}]})]
        );
    }

    #[test]
    fn a_fault_is_underlined_where_the_json_has_it() {
        let request = json!({"TableName": "T", "FilterExpression": "é = \"x\n", "Limit": 1});
        let text = super::super::json_text::print(&request);
        let asked = expressions(&request);
        let answer = json!({"Faults": [{"Expression": 0, "Message": "m", "Start": 5, "End": 7}]});
        let faults = read(&asked, &answer);
        let marked: Vec<&str> = places(&text, &faults).into_iter().map(|at| &text[at]).collect();
        assert_eq!(marked, ["\\\"x"]);
        assert_eq!(fault_of(&faults, &request, "FilterExpression"), Some(&faults[0]));
        let mut other = request.clone();
        other["ExpressionAttributeNames"] = json!({"#a": "b"});
        assert_eq!(fault_of(&faults, &other, "FilterExpression"), None);
        assert_eq!(raw_place(r#""a\u00e9b""#, 3), 8);
    }
}
