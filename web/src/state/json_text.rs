//! JSON as people read it: printed with DynamoDB's own order of parameters, coloured by kind, and with the place where it breaks.

use serde_json::Value;

/// Where a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonFault {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What was found.
    pub message: String,
}

/// Parses; says where it breaks.
pub fn parse(text: &str) -> Result<Value, JsonFault> {
    serde_json::from_str(text).map_err(|error| {
        let full = error.to_string();
        let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(message, _)| message);
        // serde_json counts bytes.
        let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or("");
        let before = line.get(..error.column().saturating_sub(1)).unwrap_or(line);
        JsonFault {
            line: error.line().max(1),
            column: before.chars().count() + 1,
            message: format!("{}{}", message[..1].to_uppercase(), &message[1..]),
        }
    })
}

/// Parameters in the order in which the documentation introduces them; the others follow by name.
const ORDER: [&str; 48] = [
    "AWSTemplateFormatVersion",
    "Transform",
    "ModelName",
    "ModelMetadata",
    "DataModel",
    "TableName",
    "IndexName",
    "Key",
    "Item",
    "Items",
    "TransactItems",
    "Statement",
    "Statements",
    "TransactStatements",
    "Parameters",
    "RequestItems",
    "KeyConditionExpression",
    "UpdateExpression",
    "ConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "Select",
    "ConsistentRead",
    "ScanIndexForward",
    "Limit",
    "ExclusiveStartKey",
    "Segment",
    "TotalSegments",
    "ReturnValues",
    "ReturnValuesOnConditionCheckFailure",
    "ReturnConsumedCapacity",
    "ReturnItemCollectionMetrics",
    "KeySchema",
    "AttributeDefinitions",
    "BillingMode",
    "ProvisionedThroughput",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "Count",
    "ScannedCount",
    "LastEvaluatedKey",
    // What a template says of a resource, and a model of a key.
    "Type",
    "Properties",
    "PartitionKey",
    "SortKey",
    "KeyAttributes",
];

const INLINE: usize = 60;

/// Prints with two spaces a level; what is short stays on one line.
pub fn print(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

/// Prints on one line, in the same order.
pub fn print_line(value: &Value) -> String {
    match value {
        Value::Array(list) => {
            let parts: Vec<String> = list.iter().map(print_line).collect();
            format!("[{}]", parts.join(", "))
        }
        Value::Object(_) => {
            let parts = entries(value).into_iter().map(|(k, v)| format!("{}: {}", quote(k), print_line(v)));
            format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// An object's entries in the order of printing.
pub fn entries(value: &Value) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = value.as_object().into_iter().flatten().collect();
    let rank = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
    entries.sort_by_key(|(name, _)| rank(name));
    entries
}

fn quote(text: &str) -> String {
    Value::from(text).to_string()
}

fn write(value: &Value, depth: usize, out: &mut String) {
    let inner = match value {
        Value::Array(list) if !list.is_empty() => list.len(),
        Value::Object(map) if !map.is_empty() => map.len(),
        _ => 0,
    };
    let line = print_line(value);
    if inner == 0 || (depth > 0 && line.chars().count() + 2 * depth <= INLINE) {
        return out.push_str(&line);
    }
    let indent = "  ".repeat(depth + 1);
    let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
    out.push(open);
    let mut first = true;
    let mut begin = |out: &mut String| {
        out.push_str(if std::mem::take(&mut first) { "\n" } else { ",\n" });
        out.push_str(&indent);
    };
    if let Value::Array(list) = value {
        for element in list {
            begin(out);
            write(element, depth + 1, out);
        }
    }
    for (name, member) in entries(value) {
        begin(out);
        out.push_str(&quote(name));
        out.push_str(": ");
        write(member, depth + 1, out);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(close);
}

/// What a stretch of JSON text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// A name before a colon.
    Name,
    /// Any other string.
    Text,
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Word,
    /// Braces, brackets, commas, colons, white space, and what is none of these.
    Rest,
}

impl Token {
    /// The value of `data-token`.
    pub fn name(self) -> &'static str {
        match self {
            Token::Name => "name",
            Token::Text => "text",
            Token::Number => "number",
            Token::Word => "word",
            Token::Rest => "rest",
        }
    }
}

/// Cuts a text into stretches that together are the text, whether it is JSON or not.
pub fn tokens(text: &str) -> Vec<(Token, &str)> {
    let bytes = text.as_bytes();
    let mut out: Vec<(Token, &str)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' && bytes[at] != b'\n' {
                    at += if bytes[at] == b'\\' && at + 1 < bytes.len() && bytes[at + 1] != b'\n' {
                        2
                    } else {
                        1
                    };
                }
                if bytes.get(at) == Some(&b'"') {
                    at += 1;
                }
                at = at.min(bytes.len());
                while !text.is_char_boundary(at) {
                    at += 1;
                }
                let after = text[at..].trim_start();
                if after.starts_with(':') { Token::Name } else { Token::Text }
            }
            b'-' | b'0'..=b'9' => {
                while at < bytes.len() && matches!(bytes[at], b'-' | b'+' | b'.' | b'0'..=b'9' | b'e' | b'E')
                {
                    at += 1;
                }
                Token::Number
            }
            byte if byte.is_ascii_alphabetic() => {
                while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
                    at += 1;
                }
                if matches!(&text[start..at], "true" | "false" | "null") { Token::Word } else { Token::Rest }
            }
            _ => {
                at += 1;
                while at < bytes.len()
                    && (!text.is_char_boundary(at)
                        || !(bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'"' | b'-')))
                {
                    at += 1;
                }
                Token::Rest
            }
        };
        out.push((kind, &text[start..at]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fault_names_its_place_in_characters() {
        let fault = parse("{\n  \"aé\": x\n}").unwrap_err();
        assert_eq!((fault.line, fault.column), (2, 9));
        assert_eq!(fault.message, "Expected value");
        assert_eq!(parse("").unwrap_err().line, 1);
        assert_eq!(parse("{\"a\": 1").unwrap_err().message, "EOF while parsing an object");
    }

    #[test]
    fn parameters_come_in_their_order_and_values_stay_on_a_line() {
        let value = json!({"Limit": 5, "ExpressionAttributeValues": {":u": {"S": "user123"}, ":v": {"L": []}},
            "TableName": "Orders", "KeyConditionExpression": "user_id = :u and begins_with(order_id, :prefix)"});
        let text = print(&value);
        assert_eq!(
            text,
            "{\n  \"TableName\": \"Orders\",\n  \
             \"KeyConditionExpression\": \"user_id = :u and begins_with(order_id, :prefix)\",\n  \
             \"ExpressionAttributeValues\": {\":u\": {\"S\": \"user123\"}, \":v\": {\"L\": []}},\n  \"Limit\": 5\n}"
        );
        assert_eq!(parse(&text).unwrap(), value);
        assert_eq!(print(&json!({})), "{}");
    }

    #[test]
    fn tokens_are_the_text_whatever_it_is() {
        for text in [
            "{\"a\" : [1, -2e3, true], \"b\": \"x\\\"y\"}",
            "{\"open",
            "é\"ü\\",
            "nul, \"\\é\" :",
            "\"a\nb\"",
        ] {
            let cut: String = tokens(text).into_iter().map(|(_, part)| part).collect();
            assert_eq!(cut, text);
        }
        let kinds: Vec<Token> =
            tokens("{\"a\": -1, \"b\": \"c\", \"d\": null}").iter().map(|t| t.0).collect();
        use Token::*;
        assert_eq!(kinds, [Rest, Name, Rest, Number, Rest, Name, Rest, Text, Rest, Name, Rest, Word, Rest]);
    }
}
