//! Two moments of a table's items, compared: what was added, removed, changed.
//!
//! Pure: items come as DynamoDB JSON, and are told apart by their keys.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// An item in DynamoDB JSON.
pub type Item = Map<String, Value>;

/// What became of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeDifference {
    /// Its name.
    pub name: String,
    /// Its value at the first moment; none where it was not there.
    pub before: Option<Value>,
    /// Its value at the second.
    pub after: Option<Value>,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there at the second moment only.
    Added,
    /// It was there at the first moment only.
    Removed,
    /// It is there at both, and is not the same.
    Changed,
}

impl Fate {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Fate::Added => "added",
            Fate::Removed => "removed",
            Fate::Changed => "changed",
        }
    }
}

/// An item that is not the same at both moments.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemDifference {
    /// Its key.
    pub key: Item,
    /// What became of it.
    pub fate: Fate,
    /// The attributes that differ, by name; the key's are not among them.
    pub attributes: Vec<AttributeDifference>,
}

/// The items that differ, in the order of their keys' text, and how many are the same.
pub fn compare(before: &[Item], after: &[Item], keys: &[String]) -> (Vec<ItemDifference>, usize) {
    let by_key = |items: &[Item]| -> BTreeMap<String, Item> {
        items.iter().map(|item| (Value::from(key_of(item, keys)).to_string(), item.clone())).collect()
    };
    let (before, after) = (by_key(before), by_key(after));
    let mut same = 0;
    let mut all: BTreeMap<&String, (Option<&Item>, Option<&Item>)> = BTreeMap::new();
    before.iter().for_each(|(key, item)| all.entry(key).or_default().0 = Some(item));
    after.iter().for_each(|(key, item)| all.entry(key).or_default().1 = Some(item));
    let mut differences = Vec::new();
    for (was, is) in all.into_values() {
        let fate = match (was, is) {
            (Some(was), Some(is)) if was == is => {
                same += 1;
                continue;
            }
            (Some(_), Some(_)) => Fate::Changed,
            (None, _) => Fate::Added,
            (_, None) => Fate::Removed,
        };
        let Some(either) = is.or(was) else { continue };
        differences.push(ItemDifference {
            key: key_of(either, keys),
            fate,
            attributes: differ(was, is, keys),
        });
    }
    (differences, same)
}

fn key_of(item: &Item, keys: &[String]) -> Item {
    keys.iter().filter_map(|name| Some((name.clone(), item.get(name)?.clone()))).collect()
}

fn differ(was: Option<&Item>, is: Option<&Item>, keys: &[String]) -> Vec<AttributeDifference> {
    let mut names: Vec<&String> = was.into_iter().chain(is).flat_map(Map::keys).collect();
    names.sort();
    names.dedup();
    let value = |item: Option<&Item>, name: &str| item.and_then(|item| item.get(name)).cloned();
    let differences = names.into_iter().filter(|name| !keys.contains(name)).map(|name| AttributeDifference {
        name: name.clone(),
        before: value(was, name),
        after: value(is, name),
    });
    differences.filter(|difference| difference.before != difference.after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn items(list: Value) -> Vec<Item> {
        list.as_array().into_iter().flatten().filter_map(|item| item.as_object().cloned()).collect()
    }

    #[test]
    fn what_differs_is_told_by_key_and_attribute() {
        let before = items(json!([
            {"id": {"S": "a"}, "n": {"N": "1"}, "gone": {"BOOL": true}},
            {"id": {"S": "b"}, "n": {"N": "2"}},
            {"id": {"S": "c"}, "n": {"N": "3"}},
        ]));
        let after = items(json!([
            {"id": {"S": "d"}},
            {"id": {"S": "c"}, "n": {"N": "3"}},
            {"id": {"S": "a"}, "n": {"N": "4"}, "new": {"S": "x"}},
        ]));
        let (found, same) = compare(&before, &after, &["id".to_owned()]);
        let told: Vec<(Value, &str, Vec<&str>)> = found
            .iter()
            .map(|one| {
                let names = one.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
                (one.key["id"]["S"].clone(), one.fate.name(), names)
            })
            .collect();
        assert_eq!(same, 1);
        assert_eq!(
            told,
            [
                (json!("a"), "changed", vec!["gone", "n", "new"]),
                (json!("b"), "removed", vec!["n"]),
                (json!("d"), "added", vec![]),
            ]
        );
        let n = &found[0].attributes[1];
        assert_eq!((&n.before, &n.after), (&Some(json!({"N": "1"})), &Some(json!({"N": "4"}))));
    }
}
