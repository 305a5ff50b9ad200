//! Items out of a file: a JSON array, JSON Lines, or the answer of a Scan, plain or in DynamoDB JSON.
//!
//! Owns the reading of the file and the plan of how to write it: which records replace which, in which batches.
//! A number's digits are taken as they stand in the file, so none is lost on the way through a float. Whether a
//! record is a valid item is the engine's to say.

use std::collections::BTreeMap;

use engine::model::Number;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::ShareError;
use super::load::BATCH_ITEMS;

/// The largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 100_000_000;

/// The most bytes in one batch, so that progress shows.
const BATCH_BYTES: usize = 500_000;

/// How deep a record may be nested: DynamoDB's 32 levels, the item itself, and one to be told of by the engine.
const DEPTH_MAX: usize = 34;

/// One record of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its number in the file, from 1 (in JSON Lines, its line).
    pub number: usize,
    /// The line that it begins on, from 1.
    pub line: usize,
    /// The item in DynamoDB JSON, or why the record is none.
    pub item: Result<Value, String>,
}

/// The records of a file, each read as it is asked for: a page can draw in between.
#[derive(Debug)]
pub struct Records<'a> {
    parts: std::vec::IntoIter<(usize, usize, &'a str)>,
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let (number, line, text) = self.parts.next()?;
        Some(Record { number, line, item: item_of(text) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.parts.size_hint()
    }
}

impl ExactSizeIterator for Records<'_> {}

/// So many lines are looked at before a text is said to be no JSON Lines.
const LINES_TRIED: usize = 100;

/// Finds the records of a file. The error is of the file as a whole; a bad record is an error of its own.
pub fn records(text: &str) -> Result<Records<'_>, ShareError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(ShareError::TooLarge { limit_bytes: FILE_BYTES_MAX });
    }
    let whole = text;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    let parts = if text.starts_with('[') {
        let list: Vec<&RawValue> =
            serde_json::from_str(text).map_err(|error| ShareError::Malformed(error.to_string()))?;
        numbered(whole, &list)
    } else if let Ok(object) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        let items =
            object.get("Items").and_then(|items| serde_json::from_str::<Vec<&RawValue>>(items.get()).ok());
        items.map_or_else(|| vec![(1, 1, text)], |list| numbered(whole, &list))
    } else {
        let lines = text.lines().zip(first_line(whole, text)..);
        let lines = lines.filter(|(line, _)| !line.trim().is_empty());
        let parts: Vec<_> = lines.map(|(line, number)| (number, number, line)).collect();
        if parts.is_empty() {
            return Err(ShareError::Malformed("the file is empty".to_owned()));
        }
        if parts.iter().take(LINES_TRIED).all(|(_, _, line)| item_of(line).is_err()) {
            let neither = "it is neither a JSON array of objects nor one JSON object a line";
            return Err(ShareError::Malformed(neither.to_owned()));
        }
        parts
    };
    Ok(Records { parts: parts.into_iter() })
}

/// The line of the file that its content begins on.
fn first_line(whole: &str, content: &str) -> usize {
    let before = content.as_ptr() as usize - whole.as_ptr() as usize;
    1 + whole[..before].matches('\n').count()
}

fn numbered<'a>(whole: &'a str, list: &[&'a RawValue]) -> Vec<(usize, usize, &'a str)> {
    let (mut line, mut seen) = (1, 0);
    let parts = list.iter().zip(1..).map(|(raw, number)| {
        // Each value is a part of the file's own text.
        let at = raw.get().as_ptr() as usize - whole.as_ptr() as usize;
        line += whole[seen..at].matches('\n').count();
        seen = at;
        (number, line, raw.get())
    });
    parts.collect()
}

/// The item of one record: DynamoDB JSON where every value is a one-key type object (bare, or in the `Item` of
/// an export to S3), else plain JSON.
pub fn item_of(text: &str) -> Result<Value, String> {
    let attributes: BTreeMap<String, &RawValue> =
        serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => "it is not an object".to_owned(),
            _ => not_json(&error),
        })?;
    if attributes.contains_key("Keys")
        && (attributes.contains_key("NewImage") || attributes.contains_key("OldImage"))
    {
        return Err("it is a change of an incremental export, not an item: import a full export".to_owned());
    }
    let depth_error = |error: serde_json::Error| error.to_string();
    if attributes.len() == 1
        && let Some(inner) = attributes.get("Item")
    {
        let inner: Value = serde_json::from_str(inner.get()).map_err(depth_error)?;
        if is_typed_map(&inner) {
            return Ok(inner);
        }
    }
    let typed: Option<Value> = serde_json::from_str(text).ok().filter(is_typed_map);
    match typed {
        Some(item) => Ok(item),
        None => plain_map(&attributes, 1),
    }
}

fn is_typed_map(value: &Value) -> bool {
    value.as_object().is_some_and(|map| !map.is_empty() && map.values().all(is_typed))
}

/// Where a record breaks, counted within the record: its place in the file is known besides.
fn not_json(error: &serde_json::Error) -> String {
    let full = error.to_string();
    let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(message, _)| message);
    match error.line() {
        1 => format!("it is not JSON: {message}, at its column {}", error.column()),
        line => format!("it is not JSON: {message}, at its line {line}, column {}", error.column()),
    }
}

/// Whether this is an AttributeValue in DynamoDB JSON.
pub fn is_typed(value: &Value) -> bool {
    let Some(map) = value.as_object().filter(|map| map.len() == 1) else { return false };
    let texts = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    map.iter().all(|(name, value)| match name.as_str() {
        "S" | "N" | "B" => value.is_string(),
        "BOOL" | "NULL" => value.is_boolean(),
        "SS" | "NS" | "BS" => texts(value),
        "L" => value.as_array().is_some_and(|list| list.iter().all(is_typed)),
        "M" => value.as_object().is_some_and(|map| map.values().all(is_typed)),
        _ => false,
    })
}

fn plain_map(attributes: &BTreeMap<String, &RawValue>, depth: usize) -> Result<Value, String> {
    let mut map = serde_json::Map::new();
    for (name, raw) in attributes {
        map.insert(name.clone(), plain(raw, depth)?);
    }
    Ok(Value::Object(map))
}

/// A plain JSON value as an AttributeValue.
fn plain(raw: &RawValue, depth: usize) -> Result<Value, String> {
    if depth > DEPTH_MAX {
        return Err("it is nested too deeply".to_owned());
    }
    let text = raw.get();
    let wrong = |error: serde_json::Error| error.to_string();
    Ok(match text.as_bytes().first() {
        Some(b'{') => {
            let attributes = serde_json::from_str(text).map_err(wrong)?;
            json!({ "M": plain_map(&attributes, depth + 1)? })
        }
        Some(b'[') => {
            let list: Vec<&RawValue> = serde_json::from_str(text).map_err(wrong)?;
            let list: Result<Vec<Value>, String> =
                list.into_iter().map(|raw| plain(raw, depth + 1)).collect();
            json!({ "L": list? })
        }
        Some(b'"') => json!({ "S": serde_json::from_str::<String>(text).map_err(wrong)? }),
        Some(b't') => json!({ "BOOL": true }),
        Some(b'f') => json!({ "BOOL": false }),
        Some(b'n') => json!({ "NULL": true }),
        _ => json!({ "N": text }),
    })
}

/// A plain JSON object as an item, whatever its names look like.
pub fn plain_item(text: &str) -> Result<Value, String> {
    let attributes: BTreeMap<String, &RawValue> =
        serde_json::from_str(text).map_err(|error| error.to_string())?;
    plain_map(&attributes, 1)
}

/// A plain JSON value as an AttributeValue, whatever its names look like.
pub fn plain_value(text: &str) -> Result<Value, String> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
    plain(raw, 1)
}

/// An item as it stands in an [`ImportPlan`]: the number of its record and itself.
pub type Numbered = (usize, Value);

/// How to write the records of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportPlan {
    /// The items in the order of the file, in batches for BatchWriteItem; no key twice.
    pub batches: Vec<Vec<Numbered>>,
    /// How many items that is.
    pub items: usize,
    /// The records that a later one of the same key replaces.
    pub replaced: Vec<usize>,
    /// The records that are no items, and why.
    pub rejected: Vec<(usize, String)>,
}

/// Plans the writing of `records` to a table with these key attributes, each with its type. Of records with the
/// same key the last one is written, as if each had been put in turn. A record whose key is incomplete or of another
/// type has no key: the engine will say what is wrong with it.
pub fn plan(records: Vec<Record>, keys: &[(String, String)]) -> ImportPlan {
    let mut plan = ImportPlan::default();
    let mut newest: BTreeMap<String, usize> = BTreeMap::new();
    for record in &records {
        if let Ok(item) = &record.item
            && let Some(key) = key_text(item, keys)
            && let Some(earlier) = newest.insert(key, record.number)
        {
            plan.replaced.push(earlier);
        }
    }
    plan.replaced.sort_unstable();
    let mut batch = Vec::new();
    let mut batch_bytes = 0;
    for Record { number, item, .. } in records {
        match item {
            Err(reason) => plan.rejected.push((number, reason)),
            Ok(_) if plan.replaced.binary_search(&number).is_ok() => {}
            Ok(item) => {
                let bytes = item.to_string().len();
                if batch.len() == BATCH_ITEMS || (batch_bytes + bytes > BATCH_BYTES && !batch.is_empty()) {
                    plan.batches.push(std::mem::take(&mut batch));
                    batch_bytes = 0;
                }
                batch_bytes += bytes;
                batch.push((number, item));
                plan.items += 1;
            }
        }
    }
    if !batch.is_empty() {
        plan.batches.push(batch);
    }
    plan
}

/// The key of an item as a text that equal keys share: 1 and 1.0 are the same number.
fn key_text(item: &Value, keys: &[(String, String)]) -> Option<String> {
    let mut text = String::new();
    for (name, kind) in keys {
        let value = item[name.as_str()].get(kind.as_str())?.as_str()?;
        match kind.as_str() {
            "N" => text.push_str(&Number::parse(value).ok()?.to_string()),
            _ => text.push_str(&Value::from(value).to_string()),
        }
        text.push('\u{0}');
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, kind: &str) -> (String, String) {
        (name.to_owned(), kind.to_owned())
    }

    fn items(text: &str) -> Vec<Value> {
        let records = records(text).expect("a file");
        records.map(|record| record.item.expect("an item")).collect()
    }

    #[test]
    fn plain_values_become_attribute_values_and_keep_every_digit() {
        let text = r#"[{"s":"x","n":12345678901234567890.12345678901234567,"b":true,"z":null,"l":[1,"a"],"m":{"k":-1e5}}]"#;
        assert_eq!(
            items(text),
            [json!({
                "s": { "S": "x" }, "n": { "N": "12345678901234567890.12345678901234567" }, "b": { "BOOL": true },
                "z": { "NULL": true }, "l": { "L": [{ "N": "1" }, { "S": "a" }] }, "m": { "M": { "k": { "N": "-1e5" } } },
            })]
        );
    }

    #[test]
    fn dynamodb_json_is_recognised_bare_wrapped_and_in_a_scan() {
        let typed = json!({ "k": { "S": "1" }, "l": { "L": [{ "N": "1" }] }, "ss": { "SS": ["a"] } });
        assert_eq!(items(&format!("[{typed}]")), std::slice::from_ref(&typed));
        assert_eq!(
            items(&format!("{{\"Item\":{typed}}}\n{{\"Item\":{typed}}}")),
            [typed.clone(), typed.clone()]
        );
        assert_eq!(items(&format!("{{\"Items\":[{typed}],\"Count\":1}}")), [typed]);
        let almost = items(r#"[{"k":{"S":"1"},"n":5}]"#);
        assert_eq!(almost, [json!({ "k": { "M": { "S": { "S": "1" } } }, "n": { "N": "5" } })]);
    }

    #[test]
    fn a_change_of_an_incremental_export_is_no_item() {
        let text = r#"{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"a":{"S":"1"}},"NewImage":{"a":{"S":"1"}}}"#;
        assert!(item_of(text).is_err_and(|reason| reason.contains("incremental export")));
    }

    #[test]
    fn lines_are_read_one_by_one_and_a_bad_one_is_its_own_error() {
        let read = records("\u{feff}{\"a\":1}\n\n{oops}\n{\"a\":2}\n7\n").expect("a file");
        let numbers: Vec<_> = read.map(|record| (record.number, record.item.is_ok())).collect();
        assert_eq!(numbers, [(1, true), (3, false), (4, true), (5, false)]);
        let mut broken = records("{\"a\":1}\n{\"a\": ").expect("a file");
        let reason = broken.nth(1).expect("a record").item.expect_err("it is broken");
        assert_eq!(reason, "it is not JSON: EOF while parsing a value, at its column 5");
        let late = records("\n\n{\"a\":1}\n{\"a\":2}").expect("a file");
        assert_eq!(late.map(|record| record.line).collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn a_record_of_an_array_knows_its_line() {
        let read = records("\u{feff}[\n  {\"a\": 1}, {\"a\": 2},\n  {\n \"a\": 3 },\n5]").expect("a file");
        assert_eq!(read.len(), 4);
        let places: Vec<_> = read.map(|record| (record.number, record.line)).collect();
        assert_eq!(places, [(1, 2), (2, 2), (3, 3), (4, 5)]);
    }

    #[test]
    fn one_object_over_many_lines_is_one_record() {
        assert_eq!(items("{\n \"a\": 1\n}"), [json!({ "a": { "N": "1" } })]);
    }

    #[test]
    fn what_is_no_file_of_items_is_refused_as_a_whole() {
        for text in ["", "a,b\n1,2\n", "[1", "<html>"] {
            assert!(matches!(records(text), Err(ShareError::Malformed(_))), "{text}");
        }
        let deep = format!("[{{\"a\":{}{}}}]", "[".repeat(60), "]".repeat(60));
        let first = records(&deep).expect("a file").next().expect("a record");
        assert_eq!(first.item, Err("it is nested too deeply".to_owned()));
    }

    #[test]
    fn of_records_with_one_key_the_last_is_written_and_the_others_are_counted() {
        let text = r#"[{"o":"A","d":1,"v":1},{"o":"B","d":1,"v":2},{"o":"A","d":1.0,"v":3},5,{"o":"A","d":1e0,"v":4}]"#;
        let plan = plan(records(text).expect("a file").collect(), &[key("o", "S"), key("d", "N")]);
        assert_eq!(plan.replaced, [1, 3]);
        assert_eq!(plan.rejected, [(4, "it is not an object".to_owned())]);
        let numbers: Vec<usize> = plan.batches[0].iter().map(|(number, _)| *number).collect();
        assert_eq!((numbers, plan.items), (vec![2, 5], 2));
    }

    #[test]
    fn records_without_a_whole_key_replace_nothing() {
        let text = r#"[{"o":"A"},{"o":"A"},{"o":7,"d":1},{"o":7,"d":1},{"x":1},{"x":1}]"#;
        let plan = plan(records(text).expect("a file").collect(), &[key("o", "S"), key("d", "N")]);
        assert_eq!((plan.items, plan.replaced.len()), (6, 0));
    }

    #[test]
    fn batches_hold_25_items_or_half_a_megabyte() {
        let text = format!("[{}]", vec![r#"{"a":1}"#; 60].join(","));
        let records = records(&text).expect("a file");
        let distinct: Vec<Record> = records
            .map(|record| Record { item: Ok(json!({ "a": { "N": record.number.to_string() } })), ..record })
            .collect();
        let sizes: Vec<usize> = plan(distinct, &[key("a", "N")]).batches.iter().map(Vec::len).collect();
        assert_eq!(sizes, [25, 25, 10]);
        let large = |number| Record {
            number,
            line: number,
            item: Ok(json!({ "a": { "N": number.to_string() }, "x": { "S": "y".repeat(300_000) } })),
        };
        let plan = plan((1..=3).map(large).collect(), &[key("a", "N")]);
        assert_eq!(plan.batches.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    }
}
