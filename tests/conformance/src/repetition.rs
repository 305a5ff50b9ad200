//! What a script writes short and sends long.
//!
//! Owns `"<x * 400000>"`, that many times that text, also within a longer string, and `["<101 times>", element]`, a list with that many of the
//! element behind it, in whose strings `<#>` is its number, from 1. Knows no names (those are `matching`'s).

use serde_json::Value;

/// Writes out what is written short.
pub fn expand(value: &Value) -> Value {
    match value {
        Value::String(text) => long_text(text).into(),
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
            .map(|(key, value)| (long_text(key), expand(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// The text with each `<x * 3>` in it written out: `xxx`.
fn long_text(text: &str) -> String {
    let (mut long, mut rest) = (String::new(), text);
    while let Some((before, from)) = rest.split_once('<') {
        long.push_str(before);
        let inside = from.split_once('>').and_then(|(inside, after)| {
            let (unit, count) = inside.split_once(" * ")?;
            Some((unit, count.parse().ok()?, after))
        });
        match inside {
            Some((unit, count, after)) => {
                long.push_str(&unit.repeat(count));
                rest = after;
            }
            None => {
                long.push('<');
                rest = from;
            }
        }
    }
    long + rest
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
            expand(
                &json!({"a": "<xy * 3>", "<k * 2>": "f(<a, * 2>a) <> :<b * 2>", "b": ["<2 times>", {"n<#>": "v<#>"}, "last"], "c": ["<a>", 1]})
            ),
            json!({"a": "xyxyxy", "kk": "f(a,a,a) <> :bb", "b": [{"n1": "v1"}, {"n2": "v2"}, "last"], "c": ["<a>", 1]})
        );
    }
}
