//! Items into a file.
//!
//! Owns the two forms: DynamoDB JSON, which loses nothing, and plain JSON, where a set becomes an array, binary
//! its base64, and a number keeps all its digits. One item a line either way.

use serde_json::Value;

/// A JSON array of the items in DynamoDB JSON.
pub fn dynamodb_json(items: &[Value]) -> String {
    array(items, |item, into| into.push_str(&item.to_string()))
}

/// One item a line, each `{"Item": …}` in DynamoDB JSON: the form of an
/// [export to S3](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html).
pub fn dynamodb_json_lines(items: &[Value]) -> String {
    items.iter().map(|item| format!("{{\"Item\":{item}}}\n")).collect()
}

/// A JSON array of the items as plain JSON.
pub fn plain_json(items: &[Value]) -> String {
    array(items, write_map)
}

/// One item as plain JSON.
pub fn plain_item(item: &Value) -> String {
    let mut text = String::new();
    write_map(item, &mut text);
    text
}

/// One AttributeValue as plain JSON.
pub fn plain_value(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, &mut text);
    text
}

fn array(items: &[Value], write: fn(&Value, &mut String)) -> String {
    let mut text = String::from("[");
    for (at, item) in items.iter().enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        write(item, &mut text);
    }
    text.push_str(if items.is_empty() { "]\n" } else { "\n]\n" });
    text
}

fn write_map(map: &Value, into: &mut String) {
    into.push('{');
    for (at, (name, value)) in map.as_object().into_iter().flatten().enumerate() {
        if at > 0 {
            into.push(',');
        }
        into.push_str(&Value::from(name.as_str()).to_string());
        into.push(':');
        write_value(value, into);
    }
    into.push('}');
}

fn write_list(list: &Value, into: &mut String, write: fn(&Value, &mut String)) {
    into.push('[');
    for (at, value) in list.as_array().into_iter().flatten().enumerate() {
        if at > 0 {
            into.push(',');
        }
        write(value, into);
    }
    into.push(']');
}

/// A number's own digits: it stands in quotes in DynamoDB JSON.
fn write_digits(digits: &Value, into: &mut String) {
    into.push_str(digits.as_str().unwrap_or("null"));
}

fn write_value(value: &Value, into: &mut String) {
    let Some((name, inner)) = value.as_object().and_then(|map| map.iter().next()) else {
        return into.push_str("null");
    };
    match name.as_str() {
        "N" => write_digits(inner, into),
        "NULL" => into.push_str("null"),
        "M" => write_map(inner, into),
        "L" => write_list(inner, into, write_value),
        "NS" => write_list(inner, into, write_digits),
        _ => into.push_str(&inner.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::import;
    use super::*;

    fn all_types() -> Value {
        json!({
            "s": { "S": "a \"b\"" }, "n": { "N": "1.2345678901234567890123456789" }, "b": { "B": "AAE=" },
            "t": { "BOOL": true }, "z": { "NULL": true }, "m": { "M": { "k": { "N": "-1" } } },
            "l": { "L": [{ "S": "x" }, { "L": [] }] }, "ss": { "SS": ["p", "q"] }, "ns": { "NS": ["1", "2.50"] },
            "bs": { "BS": ["AA=="] },
        })
    }

    #[test]
    fn dynamodb_json_comes_back_as_it_was() {
        let items = vec![all_types(), json!({ "k": { "S": "2" } })];
        let array = dynamodb_json(&items);
        let read = import::records(&array).expect("a file");
        assert_eq!(read.map(|record| record.item.expect("an item")).collect::<Vec<_>>(), items);
        let lines = dynamodb_json_lines(&items);
        assert!(lines.starts_with("{\"Item\":{") && lines.lines().count() == 2);
        let read = import::records(&lines).expect("a file");
        assert_eq!(read.map(|record| record.item.expect("an item")).collect::<Vec<_>>(), items);
    }

    #[test]
    fn plain_json_keeps_every_digit() {
        let text = plain_json(&[all_types()]);
        assert!(text.contains(r#""n":1.2345678901234567890123456789"#), "{text}");
        assert!(text.contains(r#""ns":[1,2.50]"#), "{text}");
        assert!(text.contains(r#""m":{"k":-1}"#) && text.contains(r#""s":"a \"b\"""#), "{text}");
        let read = import::records(&text).expect("a file").next().expect("a record").item.expect("an item");
        assert_eq!(read["n"], all_types()["n"]);
        assert_eq!(plain_json(&[]), "[]\n");
    }
}
