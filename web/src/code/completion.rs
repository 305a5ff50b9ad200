//! What may be written in a request's JSON where the caret stands: parameters by the API's shapes, their words, names of tables,
//! indexes and attributes, and what belongs into an expression. Pure.
//!
//! Owns where in the JSON the caret stands; what is offered inside an expression is [`crate::state::completion`]'s.

use serde_json::Value;

use super::shape::{self, Kind, Shape};
use crate::state::completion::{self, Completion, Entry, Known};
use crate::state::expression_fault::raw_place;
use crate::state::json_text::{Token, tokens};
use crate::state::request::edit::EXPRESSIONS;

/// What stands open around the caret.
struct Open {
    is_object: bool,
    /// The member whose value is being written.
    member: String,
    /// Whether a name comes next, in an object.
    name_next: bool,
}

/// Where a string under the caret stands.
struct Place {
    open: Vec<Open>,
    /// The string as it is written, from its opening quote.
    raw: String,
    start: usize,
}

fn place(text: &str, caret: usize) -> Option<Place> {
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    for (kind, part) in tokens(text) {
        let end = at + part.len();
        let is_string = matches!(kind, Token::Name | Token::Text);
        if is_string && at < caret && (caret < end || (caret == end && !closed(part))) {
            return Some(Place { open, raw: part.to_owned(), start: at });
        }
        if at >= caret {
            return None;
        }
        match kind {
            Token::Name | Token::Text => {
                if let Some(last) = open.last_mut().filter(|last| last.is_object && last.name_next) {
                    last.member = serde_json::from_str(part).unwrap_or_default();
                    last.name_next = false;
                }
            }
            _ => part.chars().for_each(|sign| match sign {
                '{' | '[' => {
                    open.push(Open { is_object: sign == '{', member: String::new(), name_next: true })
                }
                '}' | ']' => drop(open.pop()),
                ',' => open.iter_mut().last().into_iter().for_each(|last| last.name_next = true),
                _ => {}
            }),
        }
        at = end;
    }
    None
}

fn closed(raw: &str) -> bool {
    raw.len() > 1 && raw.ends_with('"') && !raw.ends_with("\\\"")
}

/// The type of what stands inside what is open.
fn kind_at(operation: &'static Shape, open: &[Open]) -> Option<Inside> {
    let mut now = Inside::Shape(operation);
    for (at, one) in open.iter().enumerate() {
        if at + 1 == open.len() {
            return Some(now);
        }
        now = match (now, one.is_object) {
            (Inside::Shape(shape), true) => Inside::of(&shape.member(&one.member)?.kind, &one.member)?,
            (Inside::Map(of, _), true) => Inside::of(&of, "")?,
            (Inside::List(of), false) => Inside::of(&of, "")?,
            _ => return None,
        };
    }
    Some(now)
}

enum Inside {
    Shape(&'static Shape),
    /// What it is to, and the member's name.
    Map(Kind, String),
    List(Kind),
}

impl Inside {
    fn of(kind: &Kind, member: &str) -> Option<Inside> {
        Some(match kind {
            Kind::Struct(name) => Inside::Shape(shape::structure(name)?),
            Kind::Map(of) => Inside::Map((**of).clone(), member.to_owned()),
            Kind::List(of) => Inside::List((**of).clone()),
            _ => return None,
        })
    }
}

/// What is offered at the caret in the JSON of a request.
pub fn complete(operation: &str, text: &str, caret: usize, known: &Known, asked: bool) -> Option<Completion> {
    let Place { open, raw, start } = place(text, caret)?;
    let last = open.last()?;
    let inside = kind_at(shape::operation(operation)?, &open)?;
    let typed = &raw[1..caret - start];
    let end = start + raw.len() - usize::from(closed(&raw));
    if last.is_object && last.name_next {
        let entries = match inside {
            Inside::Shape(shape) => {
                let detail = |required| if required { "required" } else { "parameter" };
                let members = shape.members.iter();
                members.map(|member| Entry::plain(member.name, detail(member.required))).collect()
            }
            Inside::Map(Kind::Attribute, member) if matches!(member.as_str(), "Item" | "Key") => names(known),
            _ => Vec::new(),
        };
        return chosen(entries, typed, start + 1, end, asked);
    }
    let kind = match &inside {
        Inside::Shape(shape) if last.is_object => shape.member(&last.member)?.kind.clone(),
        Inside::Map(of, _) if last.is_object => of.clone(),
        Inside::List(of) if !last.is_object => of.clone(),
        _ => return None,
    };
    if last.member == "Statement" || EXPRESSIONS.contains(&last.member.as_str()) {
        return within(&last.member, &raw, start, caret, known, asked);
    }
    let entries = match (kind, last.member.as_str()) {
        (Kind::Enum(of), _) => shape::words(of).iter().map(|word| Entry::plain(word, "value")).collect(),
        (_, "TableName") => known.tables.iter().map(|(name, _)| Entry::plain(name, "table")).collect(),
        (_, "IndexName") => {
            let indexes = known.tables.iter().flat_map(|(_, indexes)| indexes);
            indexes.map(|name| Entry::plain(name, "index")).collect()
        }
        (_, "AttributeName") => names(known),
        _ if matches!(&inside, Inside::Map(_, member) if member == "ExpressionAttributeNames") => {
            names(known)
        }
        _ => Vec::new(),
    };
    chosen(entries, typed, start + 1, end, asked)
}

fn names(known: &Known) -> Vec<Entry> {
    let plain = known.attributes.iter().filter(|(name, _)| !name.contains('.'));
    plain.map(|(name, detail)| Entry::plain(name, detail)).collect()
}

/// Those that begin as typed, written as JSON writes them.
fn chosen(entries: Vec<Entry>, typed: &str, from: usize, to: usize, asked: bool) -> Option<Completion> {
    let begins =
        |entry: &Entry| entry.label.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed));
    let done = entries.iter().any(|entry| entry.label == typed);
    if (typed.is_empty() || done) && !asked {
        return None;
    }
    let entries: Vec<Entry> = entries.into_iter().filter(begins).map(escaped).collect();
    (!entries.is_empty()).then_some(Completion { from, to, entries })
}

fn escaped(entry: Entry) -> Entry {
    let quoted = Value::from(entry.text.as_str()).to_string();
    Entry { text: quoted[1..quoted.len() - 1].to_owned(), ..entry }
}

/// What is offered in an expression that stands in a string.
fn within(
    member: &str,
    raw: &str,
    start: usize,
    caret: usize,
    known: &Known,
    asked: bool,
) -> Option<Completion> {
    let whole = if closed(raw) { raw.to_owned() } else { format!("{raw}\"") };
    let text: String = serde_json::from_str(&whole).ok()?;
    let inner = (0..=text.len())
        .find(|byte| text.is_char_boundary(*byte) && raw_place(&whole, *byte) >= caret - start)?;
    let found = completion::complete(&text, inner, member, known, asked)?;
    let entries = found.entries.into_iter().map(escaped).collect();
    let raw = |byte| start + raw_place(&whole, byte);
    Some(Completion { from: raw(found.from), to: raw(found.to).min(start + whole.len()), entries })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is offered where `|` stands.
    fn offered(operation: &str, text: &str) -> Vec<String> {
        let known = Known {
            attributes: vec![("user_id".into(), "partition key".into()), ("status".into(), "S".into())],
            tables: vec![("Orders".into(), vec!["status-index".into()])],
            placeholders: Vec::new(),
        };
        let caret = text.find('|').unwrap();
        let found = complete(operation, &text.replace('|', ""), caret, &known, false);
        found.map_or_else(Vec::new, |found| found.entries.into_iter().map(|entry| entry.text).collect())
    }

    #[test]
    fn parameters_words_and_names_are_offered_where_they_belong() {
        assert_eq!(
            offered("Query", r#"{"TableName": "Orders", "KeyconditionE|"}"#),
            ["KeyConditionExpression"]
        );
        assert_eq!(offered("Query", r#"{"TableName": "O|"}"#), ["Orders"]);
        assert_eq!(offered("Query", r#"{"IndexName": "st|"}"#), ["status-index"]);
        assert_eq!(offered("PutItem", r#"{"ReturnValues": "A|"}"#), ["ALL_OLD", "ALL_NEW"]);
        assert_eq!(offered("PutItem", r#"{"Item": {"us|": {"S": ""}}}"#), ["user_id"]);
        assert_eq!(offered("Query", r#"{"FilterExpression": "us|", "Limit": 1}"#), ["user_id"]);
        assert_eq!(offered("Query", r##"{"ExpressionAttributeNames": {"#s": "st|"}}"##), ["status"]);
        assert_eq!(
            offered("TransactWriteItems", r#"{"TransactItems": [{"Put": {"Con|"}}]}"#),
            ["ConditionExpression"]
        );
        assert_eq!(
            offered("BatchGetItem", r#"{"RequestItems": {"Orders": {"Pro|"}}}"#),
            ["ProjectionExpression"]
        );
        assert_eq!(offered("CreateTable", r#"{"KeySchema": [{"KeyType": "H|"}]}"#), ["HASH"]);
        assert_eq!(
            offered("ExecuteStatement", r#"{"Statement": "SELECT * FROM \"Or|"}"#),
            [r#"\"Orders\""#, r#"\"Orders\".\"status-index\""#]
        );
        assert_eq!(offered("Query", r#"{"Limit": 1|}"#), Vec::<String>::new());
    }
}
