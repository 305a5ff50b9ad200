//! What two images of an item differ in, path by path: maps and lists are gone into, sets element by element.
//!
//! Pure. Values are DynamoDB JSON, `{"S": "x"}`; images are at most 32 levels deep, as items are.

use serde_json::{Map, Value};

use crate::components::cell_text;

/// What became of an attribute, or of a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Change {
    Key,
    Same,
    Changed,
    Added,
    Removed,
}

impl Change {
    /// The value of `data-change`.
    pub fn name(self) -> &'static str {
        match self {
            Change::Key => "key",
            Change::Same => "same",
            Change::Changed => "changed",
            Change::Added => "added",
            Change::Removed => "removed",
        }
    }

    /// The mark beside the attribute: a shape, not a colour alone.
    pub fn mark(self) -> &'static str {
        match self {
            Change::Key | Change::Same => "",
            Change::Changed => "≠",
            Change::Added => "+",
            Change::Removed => "−",
        }
    }
}

/// A path and what stands there in both images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `balance`, `address.city`, `tags[2]`.
    pub path: String,
    /// How many levels down.
    pub depth: usize,
    /// In the old image.
    pub old: Option<String>,
    /// In the new image.
    pub new: Option<String>,
    /// What became of it.
    pub change: Change,
}

/// A value in a line.
pub fn text(value: &Value) -> String {
    typed(value).map_or_else(String::new, |(kind, value)| cell_text(kind, value))
}

fn typed(value: &Value) -> Option<(&str, &Value)> {
    value.as_object()?.iter().next().map(|(kind, value)| (kind.as_str(), value))
}

/// The rows of two images: what differs first, then the attributes that are the same. The key is left out.
pub fn rows(old: &Map<String, Value>, new: &Map<String, Value>, keys: &Map<String, Value>) -> Vec<Row> {
    let mut out = Vec::new();
    members(old, new, "", 0, &mut |row| out.push(row), &|name| !keys.contains_key(name));
    // A stable sort: the parts of an attribute stay together.
    out.sort_by_key(|row| row.change == Change::Same);
    out
}

fn members(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    at: &str,
    depth: usize,
    out: &mut dyn FnMut(Row),
    wanted: &dyn Fn(&str) -> bool,
) {
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    let mut names: Vec<&String> = new.keys().chain(gone).filter(|name| wanted(name)).collect();
    names.sort();
    for name in names {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        compare(old.get(name), new.get(name), path, depth, out);
    }
}

fn compare(old: Option<&Value>, new: Option<&Value>, path: String, depth: usize, out: &mut dyn FnMut(Row)) {
    let mut row = |old: Option<String>, new: Option<String>, change: Change, path: String| {
        out(Row { path, depth, old, new, change })
    };
    let (Some(before), Some(after)) = (old, new) else {
        let change = if old.is_none() { Change::Added } else { Change::Removed };
        return row(old.map(text), new.map(text), change, path);
    };
    if before == after {
        // Inside of an attribute only what differs is told.
        if depth == 0 {
            row(Some(text(before)), Some(text(after)), Change::Same, path);
        }
        return;
    }
    match (typed(before), typed(after)) {
        (Some(("M", Value::Object(before))), Some(("M", Value::Object(after)))) => {
            members(before, after, &path, depth + 1, out, &|_| true);
        }
        (Some(("L", Value::Array(before))), Some(("L", Value::Array(after)))) => {
            list(before, after, &path, depth + 1, out);
        }
        (Some((kind, Value::Array(before))), Some((other, Value::Array(after))))
            if kind == other && matches!(kind, "SS" | "NS" | "BS") =>
        {
            let element = |value: &Value| cell_text(&kind[..1], value);
            let gone = before.iter().filter(|one| !after.contains(one));
            let came = after.iter().filter(|one| !before.contains(one));
            gone.for_each(|one| row(Some(element(one)), None, Change::Removed, path.clone()));
            came.for_each(|one| row(None, Some(element(one)), Change::Added, path.clone()));
        }
        _ => row(Some(text(before)), Some(text(after)), Change::Changed, path),
    }
}

/// What is the same at the beginning and at the end stays; between, elements are compared one by one.
fn list(old: &[Value], new: &[Value], path: &str, depth: usize, out: &mut dyn FnMut(Row)) {
    let first = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old[first..], &new[first..]);
    let last = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old_rest[..old_rest.len() - last], &new_rest[..new_rest.len() - last]);
    for at in 0..old_rest.len().max(new_rest.len()) {
        compare(old_rest.get(at), new_rest.get(at), format!("{path}[{}]", first + at), depth, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(old: Value, new: Value) -> Vec<String> {
        let map = |value: Value| value.as_object().cloned().unwrap_or_default();
        let rows = rows(&map(old), &map(new), &map(json!({"id": {"S": "k"}})));
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "–".into());
        rows.iter()
            .map(|row| format!("{} {} {} {}", row.change.name(), row.path, side(&row.old), side(&row.new)))
            .collect()
    }

    #[test]
    fn maps_and_lists_are_gone_into_and_sets_told_by_their_elements() {
        let old = json!({"id": {"S": "k"}, "same": {"BOOL": true},
            "address": {"M": {"city": {"S": "Bern"}, "zip": {"N": "1"}, "floor": {"N": "2"}}},
            "tags": {"SS": ["a", "b"]}, "lines": {"L": [{"S": "x"}, {"M": {"n": {"N": "1"}}}, {"S": "z"}]}});
        let new = json!({"id": {"S": "k"}, "same": {"BOOL": true},
            "address": {"M": {"city": {"S": "Basel"}, "zip": {"N": "1"}, "door": {"S": "left"}}},
            "tags": {"SS": ["b", "c"]}, "lines": {"L": [{"S": "x"}, {"M": {"n": {"N": "2"}}}, {"S": "y"}, {"S": "z"}]}});
        assert_eq!(
            told(old, new),
            [
                "changed address.city Bern Basel",
                "added address.door – left",
                "removed address.floor 2 –",
                "changed lines[1].n 1 2",
                "added lines[2] – y",
                "removed tags a –",
                "added tags – c",
                "same same true true",
            ]
        );
    }

    #[test]
    fn an_item_that_came_or_went_is_all_added_or_all_removed() {
        let item = json!({"id": {"S": "k"}, "a": {"M": {"b": {"N": "1"}}}});
        assert_eq!(told(json!({}), item.clone()), ["added a – {b: 1}"]);
        assert_eq!(told(item, json!({})), ["removed a {b: 1} –"]);
    }

    #[test]
    fn another_type_is_a_change_and_not_gone_into() {
        assert_eq!(told(json!({"a": {"N": "1"}}), json!({"a": {"S": "1"}})), ["changed a 1 1"]);
        assert_eq!(told(json!({"a": {"SS": ["1"]}}), json!({"a": {"NS": ["1"]}})), ["changed a 1 1"]);
    }
}
