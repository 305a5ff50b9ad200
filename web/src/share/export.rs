//! Items into a file.
//!
//! Owns the forms: DynamoDB JSON, which loses nothing; plain JSON, where a set becomes an array, binary its base64, and a number keeps
//! all its digits; CSV ([`super::csv`]). A file is written item by item, so that no table must be in memory as a whole.

use std::collections::BTreeSet;

use serde_json::Value;

use super::csv;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A JSON array of the items as plain JSON.
    PlainArray,
    /// [JSON Lines](https://jsonlines.org/): one item a line as plain JSON.
    PlainLines,
    /// CSV.
    Csv,
    /// One item a line, each `{"Item": …}` in DynamoDB JSON: the form of an
    /// [export to S3](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html) and of an
    /// [import from S3](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html).
    TypedLines,
    /// A JSON array of the items in DynamoDB JSON.
    TypedArray,
}

/// Writes a file.
#[derive(Clone, Debug)]
pub struct Writer {
    form: Form,
    columns: Vec<String>,
    begun: bool,
}

/// An item has an attribute that no column is for: it came while the table was being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoColumn;

impl Writer {
    /// A file of that form. A CSV file has columns of its items' attributes, the key's first: see [`Columns`].
    pub fn new(form: Form, columns: Vec<String>) -> Writer {
        Writer { form, columns, begun: false }
    }

    /// Writes one more item.
    pub fn item(&mut self, item: &Value, into: &mut String) -> Result<(), NoColumn> {
        let first = !std::mem::replace(&mut self.begun, true);
        match self.form {
            Form::PlainArray | Form::TypedArray => into.push_str(if first { "[\n" } else { ",\n" }),
            Form::Csv if first => into.push_str(&csv::header(&self.columns)),
            _ => {}
        }
        match self.form {
            Form::PlainArray => write_map(item, into),
            Form::TypedArray => into.push_str(&item.to_string()),
            Form::PlainLines => {
                write_map(item, into);
                into.push('\n');
            }
            Form::TypedLines => into.push_str(&format!("{{\"Item\":{item}}}\n")),
            Form::Csv => into.push_str(&csv::item_line(&self.columns, item).ok_or(NoColumn)?),
        }
        Ok(())
    }

    /// Writes the end.
    pub fn end(self, into: &mut String) {
        match (self.form, self.begun) {
            (Form::PlainArray | Form::TypedArray, true) => into.push_str("\n]\n"),
            (Form::PlainArray | Form::TypedArray, false) => into.push_str("[]\n"),
            (Form::Csv, false) => into.push_str(&csv::header(&self.columns)),
            _ => {}
        }
    }
}

/// The attributes of all items that were seen.
#[derive(Clone, Debug, Default)]
pub struct Columns(BTreeSet<String>);

impl Columns {
    /// Sees an item.
    pub fn see(&mut self, item: &Value) {
        for name in item.as_object().into_iter().flat_map(|map| map.keys()) {
            if !self.0.contains(name) {
                self.0.insert(name.clone());
            }
        }
    }

    /// Their names in order, the key's first.
    pub fn names(mut self, keys: &[String]) -> Vec<String> {
        self.0.retain(|name| !keys.contains(name));
        keys.iter().cloned().chain(self.0).collect()
    }
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

    fn written(form: Form, items: &[Value]) -> String {
        let mut columns = Columns::default();
        items.iter().for_each(|item| columns.see(item));
        let mut writer = Writer::new(form, columns.names(&["s".to_owned()]));
        let mut text = String::new();
        items.iter().for_each(|item| writer.item(item, &mut text).expect("a column for each"));
        writer.end(&mut text);
        text
    }

    #[test]
    fn dynamodb_json_comes_back_as_it_was() {
        let items = vec![all_types(), json!({ "k": { "S": "2" } })];
        for form in [Form::TypedArray, Form::TypedLines] {
            let text = written(form, &items);
            let read = import::records(&text).expect("a file");
            assert_eq!(read.map(|record| record.item.expect("an item")).collect::<Vec<_>>(), items);
        }
        let lines = written(Form::TypedLines, &items);
        assert!(lines.starts_with("{\"Item\":{") && lines.lines().count() == 2);
    }

    #[test]
    fn plain_json_keeps_every_digit() {
        let text = written(Form::PlainArray, &[all_types()]);
        assert!(text.contains(r#""n":1.2345678901234567890123456789"#), "{text}");
        assert!(text.contains(r#""ns":[1,2.50]"#), "{text}");
        assert!(text.contains(r#""m":{"k":-1}"#) && text.contains(r#""s":"a \"b\"""#), "{text}");
        let read = import::records(&text).expect("a file").next().expect("a record").item.expect("an item");
        assert_eq!(read["n"], all_types()["n"]);
        let lines = written(Form::PlainLines, &[all_types(), all_types()]);
        assert_eq!(lines.lines().map(import::item_of).collect::<Vec<_>>(), [Ok(read.clone()), Ok(read)]);
    }

    #[test]
    fn an_empty_table_is_an_empty_file_of_its_form() {
        assert_eq!(written(Form::PlainArray, &[]), "[]\n");
        assert_eq!(written(Form::PlainLines, &[]), "");
        assert_eq!(written(Form::Csv, &[]), "s\n");
    }

    #[test]
    fn csv_has_the_key_first_and_an_attribute_without_a_column_is_told() {
        let text = written(
            Form::Csv,
            &[json!({ "a": { "N": "1" }, "s": { "S": "x" } }), json!({ "s": { "S": "y" } })],
        );
        assert_eq!(text, "s,a\nx,1\ny,\n");
        let mut writer = Writer::new(Form::Csv, vec!["s".to_owned()]);
        assert_eq!(writer.item(&json!({ "new": { "S": "x" } }), &mut String::new()), Err(NoColumn));
    }
}
