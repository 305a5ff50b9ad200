//! What forms need of a request's values: one attribute value as a type and a text, and back, without loss (a text that
//! does not fit its type stays as it was typed); and the placeholders of an expression.

use serde_json::{Value, json};

use crate::state::json_text::print_line;

/// The types in the order of the documentation, and how each is called.
pub const TYPES: [(&str, &str); 10] = [
    ("S", "String"),
    ("N", "Number"),
    ("B", "Binary (base64)"),
    ("BOOL", "Boolean"),
    ("NULL", "Null"),
    ("M", "Map (JSON)"),
    ("L", "List (JSON)"),
    ("SS", "String set (JSON)"),
    ("NS", "Number set (JSON)"),
    ("BS", "Binary set (JSON)"),
];

/// The type and the text of `{"S": "x"}`; an empty string where it is nothing of the kind.
pub fn to_text(value: &Value) -> (String, String) {
    let Some((kind, inner)) = value.as_object().and_then(|map| map.iter().next()) else {
        return ("S".into(), String::new());
    };
    let text = match inner {
        Value::String(text) => text.clone(),
        other => print_line(other),
    };
    (kind.clone(), text)
}

/// `{"N": "12"}` of a type and a text.
pub fn from_text(kind: &str, text: &str) -> Value {
    let parsed = || serde_json::from_str::<Value>(text).ok();
    let inner = match kind {
        "BOOL" => match text.trim() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => Value::from(text),
        },
        "NULL" => Value::Bool(true),
        "M" => parsed().filter(Value::is_object).unwrap_or_else(|| Value::from(text)),
        "L" | "SS" | "NS" | "BS" => parsed().filter(Value::is_array).unwrap_or_else(|| Value::from(text)),
        _ => Value::from(text),
    };
    Value::Object([(kind.to_owned(), inner)].into_iter().collect())
}

/// What is wrong with a text of that type, before the engine says so in its own words.
pub fn fault(kind: &str, text: &str) -> Option<&'static str> {
    let (_, value) = from_text(kind, text).as_object()?.iter().next().map(|(k, v)| (k.clone(), v.clone()))?;
    match (kind, &value) {
        ("N", _) if text.parse::<f64>().is_err() => Some("Not a number."),
        ("BOOL", Value::String(_)) => Some("Write true or false."),
        ("M", Value::String(_)) => Some("Not a JSON object: {\"name\": {\"S\": \"text\"}}."),
        ("L", Value::String(_)) => Some("Not a JSON list: [{\"S\": \"text\"}]."),
        ("SS" | "NS" | "BS", Value::String(_)) => Some("Not a JSON list of strings: [\"a\", \"b\"]."),
        _ => None,
    }
}

/// The same text under another type: what can be kept is kept.
pub fn retype(kind: &str, text: &str) -> Value {
    let text = match (kind, text) {
        ("BOOL", "true" | "false") => text,
        ("BOOL", _) => "true",
        ("M", text) if !text.trim_start().starts_with('{') => "{}",
        ("L" | "SS" | "NS" | "BS", text) if !text.trim_start().starts_with('[') => "[]",
        (_, text) => text,
    };
    from_text(kind, text)
}

/// The placeholders of an expression, `#…` and `:…`, each once, in order.
pub fn placeholders(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for (at, sign) in text.char_indices().filter(|(_, c)| matches!(c, '#' | ':')) {
        let rest = &text[at + sign.len_utf8()..];
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let placeholder = &text[at..at + 1 + length];
        if length > 0 && !found.contains(&placeholder) {
            found.push(placeholder);
        }
    }
    found
}

/// A vector's numbers with commas between them; none where it is no list of numbers.
pub fn vector_text(vector: &Value) -> Option<String> {
    let Some(list) = vector.as_array() else { return vector.is_null().then(String::new) };
    let numbers =
        list.iter().map(|one| one["N"].as_str().filter(|_| one.as_object().is_some_and(|o| o.len() == 1)));
    Some(numbers.collect::<Option<Vec<_>>>()?.join(","))
}

/// The vector that was typed: a number between any two commas, as it is.
pub fn vector_of(text: &str) -> Value {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if text.is_empty() {
        return Value::Array(Vec::new());
    }
    text.split(',').map(|number| json!({ "N": number })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back() {
        for value in [
            json!({"S": "a\nb"}),
            json!({"N": "12.50"}),
            json!({"B": "AAEC"}),
            json!({"BOOL": false}),
            json!({"NULL": true}),
            json!({"M": {"x": {"L": []}}}),
            json!({"SS": ["a", "b"]}),
            json!({"L": "[{"}),
            json!({"BOOL": "tru"}),
        ] {
            let (kind, text) = to_text(&value);
            assert_eq!(from_text(&kind, &text), value);
        }
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert_eq!(fault("N", "12x"), Some("Not a number."));
        assert_eq!(fault("N", "1e3"), None);
        assert!(fault("L", "[").is_some() && fault("M", "[]").is_some() && fault("SS", "[\"a\"]").is_none());
        assert_eq!(retype("L", "abc"), json!({"L": []}));
        assert_eq!(retype("N", "12"), json!({"N": "12"}));
    }

    #[test]
    fn a_vector_is_its_numbers() {
        for (typed, shown) in [("", ""), ("1", "1"), ("1, 0.5", "1,0.5"), ("1,", "1,"), ("1,x", "1,x")] {
            assert_eq!(vector_text(&vector_of(typed)).as_deref(), Some(shown));
        }
        assert_eq!(vector_of("1, -2e3"), json!([{"N": "1"}, {"N": "-2e3"}]));
        assert_eq!(vector_text(&json!([{"S": "1"}])), None);
        assert_eq!(vector_text(&json!({"N": "1"})), None);
    }
}
