//! Whether an answer is the expected one.
//!
//! Owns the meaning of `"<name>"` in a script: the first time it stands for any value and is bound to it, later for
//! that very value, in requests as well; `"<any>"` is never bound. The member `"...": "..."` of an expected object
//! lets the answer have more members than are named.

use serde_json::Value;
use std::collections::BTreeMap;

/// The values that a script's names stand for.
pub type Names = BTreeMap<String, Value>;

fn name_of(value: &Value) -> Option<&str> {
    let name = value.as_str()?.strip_prefix('<')?.strip_suffix('>')?;
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        .then_some(name)
}

/// Puts the bound values in the places of their names.
pub fn resolve(value: &Value, names: &Names) -> Value {
    match value {
        Value::String(_) => match name_of(value).and_then(|name| names.get(name)) {
            Some(bound) => bound.clone(),
            None => value.clone(),
        },
        Value::Array(list) => list.iter().map(|element| resolve(element, names)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), resolve(value, names)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// Compares; the error says where they differ, and how.
pub fn compare(expected: &Value, actual: &Value, any_order: bool, names: &mut Names) -> Result<(), String> {
    at("", expected, actual, any_order, names)
}

fn at(
    path: &str,
    expected: &Value,
    actual: &Value,
    any_order: bool,
    names: &mut Names,
) -> Result<(), String> {
    let place = if path.is_empty() { "the answer" } else { path };
    if let Some(name) = name_of(expected) {
        if name == "any" {
            return Ok(());
        }
        let bound = names.entry(name.to_owned()).or_insert_with(|| actual.clone());
        return if bound == actual {
            Ok(())
        } else {
            Err(format!("{place} is {actual} and not <{name}>, which is {bound}"))
        };
    }
    match (expected, actual) {
        (Value::Object(wanted), Value::Object(given)) => {
            for (key, value) in wanted.iter().filter(|(key, _)| *key != "...") {
                let given = given.get(key).ok_or_else(|| format!("{place} has no {key}"))?;
                at(&format!("{path}.{key}"), value, given, any_order, names)?;
            }
            let extra = given.keys().find(|key| !wanted.contains_key(*key));
            match extra {
                Some(key) if !wanted.contains_key("...") => Err(format!("{place} has {key}: {}", given[key])),
                _ => Ok(()),
            }
        }
        (Value::Array(wanted), Value::Array(given)) => {
            if wanted.len() != given.len() {
                return Err(format!("{place} has {} elements and not {}", given.len(), wanted.len()));
            }
            if any_order {
                return unordered(place, wanted, given, names);
            }
            for (number, (value, given)) in wanted.iter().zip(given).enumerate() {
                at(&format!("{path}[{number}]"), value, given, any_order, names)?;
            }
            Ok(())
        }
        _ if same(expected, actual) => Ok(()),
        _ => Err(format!("{place} is {actual} and not {expected}")),
    }
}

/// Scalars; 1 and 1.0 are one number to a reader of JSON.
fn same(expected: &Value, actual: &Value) -> bool {
    expected == actual || (expected.is_number() && actual.is_number() && expected.as_f64() == actual.as_f64())
}

fn unordered(place: &str, wanted: &[Value], given: &[Value], names: &mut Names) -> Result<(), String> {
    let mut left: Vec<&Value> = given.iter().collect();
    for value in wanted {
        let found = left.iter().position(|given| {
            let mut tried = names.clone();
            let fits = at("", value, given, true, &mut tried).is_ok();
            if fits {
                *names = tried;
            }
            fits
        });
        left.remove(found.ok_or_else(|| format!("{place} has no element {value}"))?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_are_told_with_their_place() {
        for (expected, actual, told) in [
            (json!({"a": [1, {"b": 2}]}), json!({"a": [1, {"b": 3}]}), ".a[1].b is 3 and not 2"),
            (json!({"a": 1}), json!({}), "the answer has no a"),
            (json!({}), json!({"a": 1}), "the answer has a: 1"),
            (json!({"a": [1]}), json!({"a": [1, 2]}), ".a has 2 elements and not 1"),
            (json!({"a": "1"}), json!({"a": 1}), ".a is 1 and not \"1\""),
        ] {
            assert_eq!(compare(&expected, &actual, false, &mut Names::new()).unwrap_err(), told);
        }
        assert_eq!(
            compare(&json!({"a": 1, "...": "..."}), &json!({"a": 1.0, "b": 2}), false, &mut Names::new()),
            Ok(())
        );
    }

    #[test]
    fn a_name_is_bound_once_and_resolved_in_requests() {
        let mut names = Names::new();
        assert_eq!(compare(&json!(["<x>", "<any>"]), &json!(["one", 2]), false, &mut names), Ok(()));
        assert_eq!(resolve(&json!({"k": ["<x>", "<y>"]}), &names), json!({"k": ["one", "<y>"]}));
        let told = compare(&json!("<x>"), &json!("two"), false, &mut names).unwrap_err();
        assert_eq!(told, "the answer is \"two\" and not <x>, which is \"one\"");
    }

    #[test]
    fn in_any_order_every_element_needs_a_partner_of_its_own() {
        let mut names = Names::new();
        assert_eq!(compare(&json!([1, 2]), &json!([2, 1]), true, &mut names), Ok(()));
        assert!(compare(&json!([1, 1]), &json!([1, 2]), true, &mut names).is_err());
        assert!(compare(&json!([1, 2]), &json!([2, 1]), false, &mut names).is_err());
    }
}
