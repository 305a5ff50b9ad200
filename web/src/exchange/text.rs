//! JSON values as texts for people: JSON and YAML, the members in the order of [`crate::state::json_text`].
//!
//! Owns the quoting. Never loses a value: what is written reads back the same (`yaml`).

use serde_json::Value;

use crate::state::json_text::{entries, print};

/// JSON, ending in a line end.
pub fn json(value: &Value) -> String {
    print(value) + "\n"
}

fn indent(level: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", level));
}

/// YAML in block style, with the short forms of CloudFormation's functions.
pub fn yaml(value: &Value) -> String {
    let mut out = String::new();
    write_yaml(value, 0, &mut out);
    out
}

/// Writes a value whose first line is begun at `level`.
fn write_yaml(value: &Value, level: usize, out: &mut String) {
    match value {
        Value::Object(object) if !object.is_empty() => {
            for (at, (name, value)) in entries(value).into_iter().enumerate() {
                if at > 0 {
                    indent(level, out);
                }
                out.push_str(&scalar(name));
                out.push(':');
                write_below(value, level, out);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (at, value) in list.iter().enumerate() {
                if at > 0 {
                    indent(level, out);
                }
                out.push_str("- ");
                match short(value) {
                    Some(text) => out.push_str(&format!("{text}\n")),
                    None => write_yaml(value, level + 1, out),
                }
            }
        }
        Value::String(text) => out.push_str(&format!("{}\n", scalar(text))),
        other => out.push_str(&format!("{other}\n")),
    }
}

/// Writes what stands behind a name: on its line, or on the lines below it.
fn write_below(value: &Value, level: usize, out: &mut String) {
    match value {
        _ if short(value).is_some() => {
            out.push_str(&format!(" {}\n", short(value).unwrap_or_default()));
        }
        Value::Object(object) if !object.is_empty() => {
            out.push('\n');
            indent(level + 1, out);
            write_yaml(value, level + 1, out);
        }
        Value::Array(list) if !list.is_empty() => {
            out.push('\n');
            indent(level + 1, out);
            write_yaml(value, level + 1, out);
        }
        other => {
            out.push(' ');
            write_yaml(other, level, out);
        }
    }
}

/// A function of CloudFormation in its short form.
fn short(value: &Value) -> Option<String> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    let (name, argument) = object.iter().next()?;
    match name.as_str() {
        "Ref" => Some(format!("!Ref {}", scalar(argument.as_str()?))),
        "Fn::Sub" => Some(format!("!Sub {}", scalar(argument.as_str()?))),
        "Fn::GetAtt" => {
            let [of, attribute] = argument.as_array()?.as_slice() else { return None };
            Some(format!("!GetAtt {}", scalar(&format!("{}.{}", of.as_str()?, attribute.as_str()?))))
        }
        _ => None,
    }
}

/// A text as a scalar, quoted where it would be read as something else.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '+');
    let begins = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_plain = begins
        && text.chars().all(plain)
        && !text.ends_with(':')
        && !reserved.contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        return text.to_owned();
    }
    // A quote within doubles; anything that is no letter goes as JSON does, which YAML reads the same.
    match text.chars().any(char::is_control) || !text.is_ascii() {
        true => Value::from(text).to_string(),
        false => format!("'{}'", text.replace('\'', "''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_stand_as_aws_writes_them() {
        let value = json!({
            "Resources": { "T": { "Properties": { "TableName": "T", "KeySchema": [{ "KeyType": "HASH", "AttributeName": "no" }],
                "Tags": [{ "Key": "a", "Value": "it's: 1" }], "Empty": [], "On": true }, "Type": "AWS::DynamoDB::Table" } },
            "AWSTemplateFormatVersion": "2010-09-09",
        });
        let expected = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  T:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      \
                        TableName: T\n      KeySchema:\n        - AttributeName: 'no'\n          KeyType: HASH\n      Empty: []\n      \
                        'On': true\n      Tags:\n        - Key: a\n          Value: 'it''s: 1'\n";
        assert_eq!(yaml(&value), expected);
        assert_eq!(serde_json::from_str::<Value>(&json(&value)).expect("JSON"), value);
    }

    #[test]
    fn functions_are_short() {
        let value = json!({ "a": { "Ref": "T" }, "b": [{ "Fn::GetAtt": ["T", "Arn"] }], "c": { "Fn::Sub": "${T}-x" } });
        assert_eq!(yaml(&value), "a: !Ref T\nb:\n  - !GetAtt T.Arn\nc: !Sub '${T}-x'\n");
    }
}
