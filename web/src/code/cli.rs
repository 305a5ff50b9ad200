//! The AWS CLI: one command for a POSIX shell, each parameter an option.
//!
//! Follows the [AWS CLI's reference](https://docs.aws.amazon.com/cli/latest/reference/dynamodb/). Bytes are Base64, as version 2
//! takes them.

use serde_json::Value;

use super::Call;
use super::literal::snake;
use super::tree::{Attribute, Field, Tree};
use crate::state::json_text::print_line;

/// The command.
pub fn command(call: &Call) -> String {
    let service = if call.of_streams() { "dynamodbstreams" } else { "dynamodb" };
    let mut parts = vec![format!("aws {service} {}", kebab(call.operation))];
    parts.extend(call.fields.iter().map(option));
    parts.push(format!("--region {}", shell(call.region)));
    parts.extend(call.endpoint.map(|url| format!("--endpoint-url {}", shell(url))));
    parts.join(" \\\n  ") + "\n"
}

fn kebab(name: &str) -> String {
    snake(name).replace('_', "-")
}

fn option(field: &Field) -> String {
    let name = kebab(field.name);
    match &field.value {
        Tree::Flag(true) => format!("--{name}"),
        Tree::Flag(false) => format!("--no-{name}"),
        Tree::Text(text) | Tree::Enum(_, text) => format!("--{name} {}", shell(&file_safe(text))),
        Tree::Integer(number) | Tree::Long(number) | Tree::Double(number) | Tree::Time(number) => {
            format!("--{name} {number}")
        }
        other => format!("--{name} {}", shell(&print_line(&json(other)))),
    }
}

/// A text of the form `file://…` would be read from a file: such a text goes as JSON.
fn file_safe(text: &str) -> String {
    match text.starts_with("file://") || text.starts_with("fileb://") {
        true => Value::from(text).to_string(),
        false => text.to_owned(),
    }
}

/// A word of a shell: as it is, or between single quotes.
fn shell(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@,".contains(&byte);
    match !text.is_empty() && text.bytes().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

fn json(tree: &Tree) -> Value {
    match tree {
        Tree::Text(text) | Tree::Enum(_, text) => Value::from(text.as_str()),
        Tree::Integer(number) | Tree::Long(number) | Tree::Double(number) | Tree::Time(number) => {
            serde_json::from_str(number).unwrap_or_else(|_| Value::from(number.as_str()))
        }
        Tree::Flag(flag) => Value::from(*flag),
        Tree::Blob(bytes) => Value::from(data_encoding::BASE64.encode(bytes)),
        Tree::Attribute(value) => attribute(value),
        Tree::List(_, list) => list.iter().map(json).collect(),
        Tree::Map(_, map) => map.iter().map(|(name, value)| (name.clone(), json(value))).collect(),
        Tree::Struct(_, fields) => {
            fields.iter().map(|field| (field.name.to_owned(), json(&field.value))).collect()
        }
    }
}

fn attribute(value: &Attribute) -> Value {
    let bytes = |bytes: &Vec<u8>| Value::from(data_encoding::BASE64.encode(bytes));
    let (kind, inner) = match value {
        Attribute::S(text) => ("S", Value::from(text.as_str())),
        Attribute::N(number) => ("N", Value::from(number.as_str())),
        Attribute::B(one) => ("B", bytes(one)),
        Attribute::Bool(flag) => ("BOOL", Value::from(*flag)),
        Attribute::Null => ("NULL", Value::from(true)),
        Attribute::M(map) => {
            ("M", map.iter().map(|(name, value)| (name.clone(), attribute(value))).collect())
        }
        Attribute::L(list) => ("L", list.iter().map(attribute).collect()),
        Attribute::Ss(list) => ("SS", Value::from(list.clone())),
        Attribute::Ns(list) => ("NS", Value::from(list.clone())),
        Attribute::Bs(list) => ("BS", list.iter().map(bytes).collect()),
    };
    Value::Object([(kind.to_owned(), inner)].into_iter().collect())
}
