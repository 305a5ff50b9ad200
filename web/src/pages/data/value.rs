//! One attribute value as a person edits it: a type and a text, and back without losing a digit.
//!
//! Knows no row and no form. The text of a map, list or set is JSON: plain where that says everything, DynamoDB JSON
//! where plain JSON would lose a type (a set, a binary).

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::share::{export, import};
use crate::state::json_text::{self, print};

/// The ten types, each with its name for people.
pub const TYPES: [(&str, &str); 10] = [
    ("S", "String"),
    ("N", "Number"),
    ("BOOL", "Boolean"),
    ("NULL", "Null"),
    ("M", "Map"),
    ("L", "List"),
    ("SS", "String set"),
    ("NS", "Number set"),
    ("B", "Binary"),
    ("BS", "Binary set"),
];

/// The type and the bare value of `{"S": "x"}`; none where it is no attribute value.
pub fn typed(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    map.iter().next().map(|(kind, value)| (kind.as_str(), value))
}

/// Whether a value of that type is edited as JSON, in several lines.
pub fn is_json(kind: &str) -> bool {
    matches!(kind, "M" | "L" | "SS" | "NS" | "BS")
}

/// An attribute value's type and its text.
pub fn text_of(value: &Value) -> (String, String) {
    let Some((kind, inner)) = typed(value) else { return ("S".to_owned(), print(value)) };
    let text = match kind {
        "BOOL" => inner.to_string(),
        "NULL" => String::new(),
        "M" | "L" => {
            let plain = pretty(&export::plain_value(value));
            match import::plain_value(&plain) {
                Ok(read) if read == *value && value_of(kind, &plain).as_ref() == Ok(value) => plain,
                _ => print(inner),
            }
        }
        "NS" => pretty(&export::plain_value(value)),
        "SS" | "BS" => print(inner),
        _ => inner.as_str().unwrap_or_default().to_owned(),
    };
    (kind.to_owned(), text)
}

/// The attribute value of a type and a text. What is no JSON, or JSON of another shape, is said; everything else is
/// the engine's to refuse.
pub fn value_of(kind: &str, text: &str) -> Result<Value, String> {
    Ok(match kind {
        "BOOL" => json!({ "BOOL": text == "true" }),
        "NULL" => json!({ "NULL": true }),
        "M" | "L" => {
            let value = json_text::parse(text).map_err(place)?;
            match kind {
                "M" if !value.is_object() => return Err("A map is a JSON object: {\"name\": value}.".into()),
                "L" if !value.is_array() => return Err("A list is a JSON array: [value, value].".into()),
                _ => {}
            }
            let typed = json!({ kind: value });
            if import::is_typed(&typed) && !is_empty(&typed[kind]) {
                typed
            } else {
                import::plain_value(text)?
            }
        }
        "SS" | "NS" | "BS" => {
            json_text::parse(text).map_err(place)?;
            let list: Vec<&RawValue> = serde_json::from_str(text)
                .map_err(|_| "A set is a JSON array: [\"one\", \"two\"].".to_owned())?;
            let elements = list.iter().map(|raw| element(kind, raw.get()));
            json!({ kind: elements.collect::<Result<Vec<String>, String>>()? })
        }
        _ => json!({ kind: text }),
    })
}

fn place(fault: json_text::JsonFault) -> String {
    format!("Line {}, column {}: {}", fault.line, fault.column, fault.message)
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

/// An element of a set: a string, or in a number set a number with all its digits.
fn element(kind: &str, raw: &str) -> Result<String, String> {
    match (kind, serde_json::from_str::<Value>(raw)) {
        (_, Ok(Value::String(text))) => Ok(text),
        ("NS", Ok(Value::Number(_))) => Ok(raw.to_owned()),
        ("NS", _) => Err(format!("{raw} is no number.")),
        _ => Err(format!("{raw} is no string: write it in quotes.")),
    }
}

/// The item of a plain JSON text. Where the item that is edited has a set or a binary and the text still fits one, it
/// stays one, since plain JSON cannot say so.
pub fn plain_item(text: &str, original: Option<&Value>) -> Result<Value, String> {
    let item = import::plain_item(text)?;
    let wrapped = json!({ "M": item });
    let kept = match original {
        Some(original) => keep_types(wrapped, &json!({ "M": original })),
        None => wrapped,
    };
    Ok(kept["M"].clone())
}

fn keep_types(new: Value, old: &Value) -> Value {
    let (Some((kind, inner)), Some((old_kind, old_inner))) = (typed(&new), typed(old)) else { return new };
    let all = |element: &str| -> Option<Value> {
        let list = inner.as_array()?;
        list.iter().map(|value| value.get(element).cloned()).collect::<Option<Vec<Value>>>().map(Value::Array)
    };
    let kept = match (kind, old_kind) {
        ("L", "SS" | "BS") => all("S").map(|texts| json!({ old_kind: texts })),
        ("L", "NS") => all("N").map(|digits| json!({ "NS": digits })),
        ("S", "B") => Some(json!({ "B": inner })),
        ("M", "M") => {
            let members = inner.as_object().into_iter().flatten();
            let members = members
                .map(|(name, value)| (name.clone(), keep_types(value.clone(), &old_inner[name.as_str()])));
            Some(json!({ "M": members.collect::<Map<String, Value>>() }))
        }
        ("L", "L") => {
            let elements = inner.as_array().into_iter().flatten().enumerate();
            let elements = elements.map(|(at, value)| keep_types(value.clone(), &old_inner[at]));
            Some(json!({ "L": elements.collect::<Vec<Value>>() }))
        }
        _ => None,
    };
    kept.unwrap_or(new)
}

const INLINE: usize = 60;

/// JSON text over several lines, its numbers untouched; what is short stays on one line. A text that is no JSON stays
/// as it is.
pub fn pretty(text: &str) -> String {
    let mut out = String::new();
    write(text.trim(), 0, &mut out);
    out
}

fn write(text: &str, depth: usize, out: &mut String) {
    let line_is_enough = depth > 0 && text.chars().count() + 2 * depth <= INLINE;
    let parts: Vec<String> = match text.as_bytes().first() {
        Some(b'{') => {
            let Ok(map) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else {
                return out.push_str(text);
            };
            map.into_iter()
                .map(|(name, raw)| format!("{}: {}", Value::from(name), inner(raw, depth)))
                .collect()
        }
        Some(b'[') => {
            let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(text) else { return out.push_str(text) };
            list.into_iter().map(|raw| inner(raw, depth)).collect()
        }
        _ => return out.push_str(text),
    };
    let (open, close) = text.split_at(1);
    let close = &close[close.len() - 1..];
    if parts.is_empty() {
        out.push_str(open);
    } else if line_is_enough {
        out.push_str(open);
        out.push_str(&parts.join(", "));
    } else {
        let indent = "  ".repeat(depth + 1);
        out.push_str(&format!("{open}\n{indent}"));
        out.push_str(&parts.join(&format!(",\n{indent}")));
        out.push_str(&format!("\n{}", "  ".repeat(depth)));
    }
    out.push_str(close);
}

fn inner(raw: &RawValue, depth: usize) -> String {
    let mut out = String::new();
    write(raw.get(), depth + 1, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_from_its_text() {
        for value in [
            json!({ "S": "a \"b\"\n{" }),
            json!({ "N": "1.23456789012345678901234567890" }),
            json!({ "B": "AAE=" }),
            json!({ "BOOL": false }),
            json!({ "NULL": true }),
            json!({ "SS": ["a", "b\""] }),
            json!({ "NS": ["1", "2.50", "12345678901234567890123"] }),
            json!({ "BS": ["AA=="] }),
            json!({ "L": [] }),
            json!({ "M": {} }),
            json!({ "L": [{ "N": "1.10" }, { "M": { "k": { "NULL": true } } }] }),
            json!({ "M": { "tags": { "SS": ["x"] }, "n": { "N": "1" } } }),
            json!({ "M": { "a": { "M": { "S": { "S": "x" } } } } }),
            json!({ "L": [{ "M": { "N": { "S": "5" } } }] }),
            json!({ "M": { "S": { "S": "x" } } }),
        ] {
            let (kind, text) = text_of(&value);
            assert_eq!(value_of(&kind, &text), Ok(value.clone()), "{text}");
        }
    }

    #[test]
    fn nested_values_are_plain_where_plain_says_everything() {
        let (_, text) = text_of(&json!({ "M": { "zip": { "N": "12345.00" }, "city": { "S": "Ulm" } } }));
        assert_eq!(text, "{\n  \"city\": \"Ulm\",\n  \"zip\": 12345.00\n}");
        let (_, text) = text_of(&json!({ "M": { "tags": { "SS": ["x"] } } }));
        assert!(text.contains("\"SS\""), "{text}");
    }

    #[test]
    fn what_does_not_fit_the_type_is_said() {
        let reason = |kind: &str, text: &str| value_of(kind, text).expect_err("it does not fit");
        assert_eq!(reason("M", "{\"a\": }"), "Line 1, column 7: Expected value");
        assert!(reason("M", "[1]").starts_with("A map is"));
        assert!(reason("L", "{}").starts_with("A list is"));
        assert_eq!(reason("SS", "[\"a\", 5]"), "5 is no string: write it in quotes.");
        assert_eq!(reason("NS", "[true]"), "true is no number.");
        assert_eq!(value_of("NS", "[1.50, \"2\"]"), Ok(json!({ "NS": ["1.50", "2"] })));
        assert_eq!(value_of("N", "abc"), Ok(json!({ "N": "abc" })), "the engine refuses it, not the page");
    }

    #[test]
    fn plain_json_keeps_the_types_that_it_cannot_say() {
        let original = json!({
            "tags": { "SS": ["a"] }, "ns": { "NS": ["1"] }, "b": { "B": "AA==" },
            "m": { "M": { "inner": { "SS": ["q"] } } }, "l": { "L": [{ "SS": ["z"] }] },
        });
        let text = r#"{"tags": ["a", "c"], "ns": [1, 2.50], "b": "AAE=", "m": {"inner": ["r"]}, "l": [["y"], 5], "new": ["x"]}"#;
        assert_eq!(
            plain_item(text, Some(&original)),
            Ok(json!({
                "tags": { "SS": ["a", "c"] }, "ns": { "NS": ["1", "2.50"] }, "b": { "B": "AAE=" },
                "m": { "M": { "inner": { "SS": ["r"] } } },
                "l": { "L": [{ "SS": ["y"] }, { "N": "5" }] }, "new": { "L": [{ "S": "x" }] },
            }))
        );
        assert_eq!(
            plain_item(r#"{"tags": ["a", 5]}"#, Some(&original)).expect("an item")["tags"]["L"][1],
            json!({ "N": "5" })
        );
        assert_eq!(
            plain_item(r#"{"a": {"S": "x"}}"#, None),
            Ok(json!({ "a": { "M": { "S": { "S": "x" } } } }))
        );
    }

    #[test]
    fn pretty_touches_no_number_and_keeps_what_is_no_json() {
        assert_eq!(pretty("[1.10,{\"a\":[]}]"), "[\n  1.10,\n  {\"a\": []}\n]");
        assert_eq!(pretty("{oops"), "{oops");
        assert_eq!(pretty("{}"), "{}");
    }
}
