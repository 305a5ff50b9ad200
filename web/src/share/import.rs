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
    /// The item in DynamoDB JSON, or why the record is none.
    pub item: Result<Value, String>,
}

/// Reads the records of a file. The error is of the file as a whole; a bad record is an error of its own.
pub fn records(text: &str) -> Result<Vec<Record>, ShareError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(ShareError::TooLarge { limit_bytes: FILE_BYTES_MAX });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if text.starts_with('[') {
        let list: Vec<&RawValue> =
            serde_json::from_str(text).map_err(|error| ShareError::Malformed(error.to_string()))?;
        return Ok(numbered(&list));
    }
    if let Ok(object) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) {
        let items =
            object.get("Items").and_then(|items| serde_json::from_str::<Vec<&RawValue>>(items.get()).ok());
        return Ok(match items {
            Some(list) => numbered(&list),
            None => vec![Record { number: 1, item: item_of(text) }],
        });
    }
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let records: Vec<Record> = lines.map(|(line, number)| Record { number, item: item_of(line) }).collect();
    match records.first() {
        None => Err(ShareError::Malformed("the file is empty".to_owned())),
        Some(_) if records.iter().all(|record| record.item.is_err()) => Err(ShareError::Malformed(
            "it is neither a JSON array of objects nor one JSON object a line".to_owned(),
        )),
        Some(_) => Ok(records),
    }
}

fn numbered(list: &[&RawValue]) -> Vec<Record> {
    list.iter().zip(1..).map(|(raw, number)| Record { number, item: item_of(raw.get()) }).collect()
}

/// The item of one record: DynamoDB JSON where every value is a one-key type object (bare, or in the `Item` of
/// an export to S3), else plain JSON.
fn item_of(text: &str) -> Result<Value, String> {
    let attributes: BTreeMap<String, &RawValue> =
        serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => "it is not an object".to_owned(),
            _ => format!("it is not JSON: {error}"),
        })?;
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

fn is_typed(value: &Value) -> bool {
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

/// Plans the writing of `records` to a table with these key attributes. Of records with the same key the last
/// one is written, as if each had been put in turn.
pub fn plan(records: Vec<Record>, key_attributes: &[String]) -> ImportPlan {
    let mut plan = ImportPlan::default();
    let mut newest: BTreeMap<String, usize> = BTreeMap::new();
    for record in &records {
        if let Ok(item) = &record.item
            && let Some(earlier) = newest.insert(key_text(item, key_attributes), record.number)
        {
            plan.replaced.push(earlier);
        }
    }
    plan.replaced.sort_unstable();
    let mut batch = Vec::new();
    let mut batch_bytes = 0;
    for Record { number, item } in records {
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
fn key_text(item: &Value, key_attributes: &[String]) -> String {
    let mut text = String::new();
    for name in key_attributes {
        let value = &item[name.as_str()];
        let number = value["N"].as_str().and_then(|digits| Number::parse(digits).ok());
        match number {
            Some(number) => text.push_str(&format!("N{number}")),
            None => text.push_str(&value.to_string()),
        }
        text.push('\u{0}');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<Value> {
        let records = records(text).expect("a file");
        records.into_iter().map(|record| record.item.expect("an item")).collect()
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
    fn lines_are_read_one_by_one_and_a_bad_one_is_its_own_error() {
        let records = records("\u{feff}{\"a\":1}\n\n{oops}\n{\"a\":2}\n7\n").expect("a file");
        let numbers: Vec<_> = records.iter().map(|record| (record.number, record.item.is_ok())).collect();
        assert_eq!(numbers, [(1, true), (3, false), (4, true), (5, false)]);
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
        assert_eq!(records(&deep).expect("a file")[0].item, Err("it is nested too deeply".to_owned()));
    }

    #[test]
    fn of_records_with_one_key_the_last_is_written_and_the_others_are_counted() {
        let text = r#"[{"o":"A","d":1,"v":1},{"o":"B","d":1,"v":2},{"o":"A","d":1.0,"v":3},5,{"o":"A","d":1e0,"v":4}]"#;
        let plan = plan(records(text).expect("a file"), &["o".to_owned(), "d".to_owned()]);
        assert_eq!(plan.replaced, [1, 3]);
        assert_eq!(plan.rejected, [(4, "it is not an object".to_owned())]);
        let numbers: Vec<usize> = plan.batches[0].iter().map(|(number, _)| *number).collect();
        assert_eq!((numbers, plan.items), (vec![2, 5], 2));
    }

    #[test]
    fn batches_hold_25_items_or_half_a_megabyte() {
        let text = format!("[{}]", vec![r#"{"a":1}"#; 60].join(","));
        let records = records(&text).expect("a file");
        let distinct: Vec<Record> = records
            .into_iter()
            .map(|record| Record { item: Ok(json!({ "a": { "N": record.number.to_string() } })), ..record })
            .collect();
        let sizes: Vec<usize> = plan(distinct, &["a".to_owned()]).batches.iter().map(Vec::len).collect();
        assert_eq!(sizes, [25, 25, 10]);
        let large = |number| Record {
            number,
            item: Ok(json!({ "a": { "N": number.to_string() }, "x": { "S": "y".repeat(300_000) } })),
        };
        let plan = plan((1..=3).map(large).collect(), &["a".to_owned()]);
        assert_eq!(plan.batches.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    }
}
