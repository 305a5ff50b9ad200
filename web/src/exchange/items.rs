//! Items as others write them: a model that was typed by hand has plain JSON where an AttributeValue belongs.
//!
//! Published models of NoSQL Workbench have the members of a map as they are (`"M": {"version": 2}`), a map within an `M` of its own,
//! members in a list without a type, and numbers without quotes. DynamoDB takes none of that; what is meant is plain, and is read as that.

use serde_json::{Map, Value, json};

/// An item with each value under its type; and whether it was not written so.
pub fn typed_item(item: &Value) -> (Value, bool) {
    let Some(attributes) = item.as_object() else { return (item.clone(), false) };
    let typed = Value::Object(typed_members(attributes));
    let mended = typed != *item;
    (typed, mended)
}

fn typed_members(members: &Map<String, Value>) -> Map<String, Value> {
    members.iter().map(|(name, value)| (name.clone(), typed(value))).collect()
}

/// The one member of an AttributeValue, where it is one.
fn tagged(value: &Value) -> Option<(&str, &Value)> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    let (tag, value) = members.iter().next()?;
    let fits = match tag.as_str() {
        "S" | "N" => value.is_string() || value.is_number(),
        "B" => value.is_string(),
        "BOOL" => value.is_boolean() || matches!(value.as_str(), Some("true" | "false")),
        "NULL" => value.is_boolean(),
        "SS" | "NS" | "BS" | "L" => value.is_array(),
        "M" => value.is_object(),
        _ => false,
    };
    fits.then_some((tag, value))
}

fn typed(value: &Value) -> Value {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let list = |values: &Value| -> Value { values.as_array().into_iter().flatten().map(typed).collect() };
    match (tagged(value), value) {
        (Some((tag @ ("S" | "N"), value)), _) => json!({ tag: text(value) }),
        (Some(("BOOL", value)), _) => json!({ "BOOL": text(value) == "true" }),
        (Some((tag @ ("SS" | "NS"), values)), _) => {
            let texts: Vec<String> = values.as_array().into_iter().flatten().map(text).collect();
            json!({ tag: texts })
        }
        (Some(("L", values)), _) => json!({ "L": list(values) }),
        (Some(("M", members)), _) => {
            let members = members.as_object().expect("a map's value is an object");
            match members.get("M").and_then(Value::as_object) {
                // `"M": {"M": {"gold": {"N": "1"}}}`: `gold` is no type, so that the second `M` is none of an attribute's value.
                Some(inner) if members.len() == 1 && tagged(&members["M"]).is_none() => {
                    json!({ "M": typed_members(inner) })
                }
                _ => json!({ "M": typed_members(members) }),
            }
        }
        (Some(_), value) => value.clone(),
        (None, Value::Object(members)) => json!({ "M": typed_members(members) }),
        (None, Value::Array(_)) => json!({ "L": list(value) }),
        (None, Value::String(text)) => json!({ "S": text }),
        (None, Value::Number(number)) => json!({ "N": number.to_string() }),
        (None, Value::Bool(is)) => json!({ "BOOL": is }),
        (None, Value::Null) => json!({ "NULL": true }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_json_in_an_item_is_read_as_what_it_means() {
        let of = |value: Value| typed(&value);
        for value in [
            json!({ "S": "" }),
            json!({ "N": "1.50" }),
            json!({ "B": "AA==" }),
            json!({ "BOOL": false }),
            json!({ "NULL": true }),
            json!({ "SS": ["a", "b"] }),
            json!({ "NS": ["1"] }),
            json!({ "BS": ["AA=="] }),
            json!({ "M": { "S": { "S": "x" }, "M": { "M": { "M": { "N": "1" } } } } }),
            json!({ "M": { "M": { "S": "an attribute M" } } }),
            json!({ "L": [{ "M": {} }, { "L": [] }] }),
        ] {
            assert_eq!(of(value.clone()), value, "as DynamoDB has it");
            assert!(!typed_item(&json!({ "a": value })).1);
        }
        let map = json!({ "M": { "on": { "BOOL": true }, "at": { "M": { "x": { "N": "19" } } } } });
        assert_eq!(of(json!({ "M": { "on": true, "at": { "x": 19 } } })), map);
        assert_eq!(
            of(json!({ "M": { "M": { "hp": { "N": "50" } } } })),
            json!({ "M": { "hp": { "N": "50" } } })
        );
        let list = json!({ "L": [{ "M": { "company": { "S": "x" } } }, { "N": "2" }, { "NULL": true }] });
        assert_eq!(of(json!({ "L": [{ "company": { "S": "x" } }, 2, null] })), list);
        assert_eq!(typed_item(&json!({ "id": { "N": 1 } })), (json!({ "id": { "N": "1" } }), true));
        assert_eq!(of(json!({ "BOOL": "true" })), json!({ "BOOL": true }));
        assert_eq!(of(json!("text")), json!({ "S": "text" }));
        assert_eq!(typed_item(&json!(7)), (json!(7), false));
    }
}
