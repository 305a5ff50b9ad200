//! What a script writes short and sends long.
//!
//! Owns `"<x * 400000>"`, a string of that many times that text, and `["<101 times>", element]`, a list with that many of the
//! element behind it, in whose strings `<#>` is its number, from 1. Knows no names (those are `matching`'s).

use serde_json::Value;

/// Writes out what is written short.
pub fn expand(value: &Value) -> Value {
    match value {
        Value::String(text) => match long_text(text) {
            Some(long) => long.into(),
            None => value.clone(),
        },
        Value::Array(list) => match list.as_slice() {
            [Value::String(first), element, rest @ ..] if times(first).is_some() => {
                let count = times(first).unwrap_or(0);
                let repeated = (1..=count).map(|number| expand(&numbered(element, number)));
                repeated.chain(rest.iter().map(expand)).collect()
            }
            _ => list.iter().map(expand).collect(),
        },
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), expand(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// The text of `<x * 3>`: `xxx`.
fn long_text(text: &str) -> Option<String> {
    let (unit, count) = text.strip_prefix('<')?.strip_suffix('>')?.split_once(" * ")?;
    Some(unit.repeat(count.parse().ok()?))
}

/// The number of `<3 times>`.
fn times(text: &str) -> Option<usize> {
    text.strip_prefix('<')?.strip_suffix(" times>")?.parse().ok()
}

fn numbered(value: &Value, number: usize) -> Value {
    replaced(value, "<#>", &number.to_string())
}

/// The value with `by` in the place of each `what`.
pub fn replaced(value: &Value, what: &str, by: &str) -> Value {
    match value {
        Value::String(text) => text.replace(what, by).into(),
        Value::Array(list) => list.iter().map(|element| replaced(element, what, by)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.replace(what, by), replaced(value, what, by)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_and_lists_are_written_out() {
        assert_eq!(
            expand(&json!({"a": "<xy * 3>", "b": ["<2 times>", {"n<#>": "v<#>"}, "last"], "c": ["<a>", 1]})),
            json!({"a": "xyxyxy", "b": [{"n1": "v1"}, {"n2": "v2"}, "last"], "c": ["<a>", 1]})
        );
    }
}
