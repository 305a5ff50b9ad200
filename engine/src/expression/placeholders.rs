//! ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its expressions used.
//!
//! Owns their checks: a placeholder's form before any expression is read, and after all are compiled
//! ([`Placeholders::finish`]) that every one was used. Follows
//! [Expression attribute names](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html).

use std::collections::{BTreeMap, BTreeSet};

use super::java;
use crate::error::Result;
use crate::error::expression::{self as words, Envelope, ExpressionKind, Fault};
use crate::limits::{PLACEHOLDER_LENGTH, PLACEHOLDERS_BYTES};
use crate::model::{AttributeValue, size};

const NAMES: &str = "ExpressionAttributeNames";
const VALUES: &str = "ExpressionAttributeValues";

/// An attribute's name is shorter than this, in bytes.
const NAME_BYTES: usize = 65536;

/// The placeholders of one request.
#[derive(Debug)]
pub struct Placeholders<'a> {
    names: Option<&'a BTreeMap<String, String>>,
    values: Option<&'a BTreeMap<String, AttributeValue>>,
    used_names: BTreeSet<&'a str>,
    used_values: BTreeSet<&'a str>,
    envelope: Envelope,
}

impl<'a> Placeholders<'a> {
    /// Checks the placeholders' form. Call [`Placeholders::require_expressions`] first.
    pub fn new(
        names: Option<&'a BTreeMap<String, String>>,
        values: Option<&'a BTreeMap<String, AttributeValue>>,
        envelope: Envelope,
    ) -> Result<Placeholders<'a>> {
        if let Some(names) = names {
            check_keys(NAMES, '#', names.keys(), envelope)?;
            for (key, name) in names {
                if name.is_empty() {
                    return Err(envelope.refuse(words::name_empty(key)));
                }
                if name.len() >= NAME_BYTES {
                    return Err(envelope.refuse(words::name_too_long(key)));
                }
            }
        }
        if let Some(values) = values {
            check_keys(VALUES, ':', values.keys(), envelope)?;
        }
        check_sizes(names, values, envelope)?;
        Ok(Placeholders {
            names,
            values,
            used_names: BTreeSet::new(),
            used_values: BTreeSet::new(),
            envelope,
        })
    }

    /// No placeholder at all, for a request whose texts hold none.
    pub fn none(envelope: Envelope) -> Placeholders<'static> {
        Placeholders {
            names: None,
            values: None,
            used_names: BTreeSet::new(),
            used_values: BTreeSet::new(),
            envelope,
        }
    }

    /// Refuses placeholders that no expression of the request could use: names where it has no expression at all
    /// (`any_expression`), values where it has none that takes values; `values_missing` then says so in the service's
    /// words, `ConditionExpression is null`, and is `None` where it has one. Empty maps pass.
    pub fn require_expressions<'v, V: 'v>(
        names: Option<&BTreeMap<String, String>>,
        values: Option<&'v V>,
        any_expression: bool,
        values_missing: Option<&str>,
        envelope: Envelope,
    ) -> Result<()>
    where
        &'v V: IntoIterator,
    {
        if !any_expression && names.is_some_and(|names| !names.is_empty()) {
            return Err(envelope.refuse(words::NAMES_WITHOUT_EXPRESSION));
        }
        match values_missing {
            Some(missing) if values.is_some_and(|values| values.into_iter().next().is_some()) => {
                Err(words::values_without_expression(missing, envelope))
            }
            _ => Ok(()),
        }
    }

    /// The attribute name behind `#name`.
    pub(super) fn name(&mut self, placeholder: &str) -> std::result::Result<&'a str, Fault> {
        let entry = self.names.and_then(|names| names.get_key_value(placeholder));
        let (key, name) = entry.ok_or_else(|| words::undefined_name(placeholder))?;
        self.used_names.insert(key);
        Ok(name)
    }

    /// The value behind `:value`.
    pub(super) fn value(&mut self, placeholder: &str) -> std::result::Result<&'a AttributeValue, Fault> {
        let entry = self.values.and_then(|values| values.get_key_value(placeholder));
        let (key, value) = entry.ok_or_else(|| words::undefined_value(placeholder))?;
        self.used_values.insert(key);
        Ok(value)
    }

    /// The exception for a fault in an expression of that kind.
    pub(super) fn refuse(&self, kind: ExpressionKind, fault: &Fault) -> crate::error::ApiError {
        self.envelope.refuse(fault.within(kind))
    }

    /// Refuses placeholders that no expression used. To be called when all are compiled.
    pub fn finish(&self) -> Result<()> {
        let names = self.names.into_iter().flat_map(BTreeMap::keys).map(String::as_str);
        self.check_used(NAMES, names.collect(), &self.used_names)?;
        let values = self.values.into_iter().flat_map(BTreeMap::keys).map(String::as_str);
        self.check_used(VALUES, values.collect(), &self.used_values)
    }

    fn check_used(&self, map: &str, keys: Vec<&str>, used: &BTreeSet<&str>) -> Result<()> {
        let mut unused: Vec<&str> = keys.iter().copied().filter(|key| !used.contains(key)).collect();
        if unused.is_empty() {
            return Ok(());
        }
        // In the order of a HashSet made of all of them.
        // Differs from DynamoDB: keys of one bucket come by name, not in the order of the request.
        let capacity = java::capacity_for(keys.len());
        unused.sort_by_key(|key| java::bucket(java::hash(key), capacity));
        Err(self.envelope.refuse(words::placeholders_unused(map, &unused)))
    }
}

fn check_keys<'k>(
    map: &str,
    sign: char,
    keys: impl ExactSizeIterator<Item = &'k String>,
    envelope: Envelope,
) -> Result<()> {
    if keys.len() == 0 {
        return Err(envelope.refuse(words::placeholders_empty(map)));
    }
    for key in keys {
        if key.len() > PLACEHOLDER_LENGTH {
            return Err(envelope.refuse(words::placeholder_too_long(map, key.len())));
        }
        let well_formed = key.strip_prefix(sign).is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        if !well_formed {
            return Err(envelope.refuse(words::placeholder_syntax(map, key)));
        }
    }
    Ok(())
}

/// Each map is at most 2 MB, and both together are.
fn check_sizes(
    names: Option<&BTreeMap<String, String>>,
    values: Option<&BTreeMap<String, AttributeValue>>,
    envelope: Envelope,
) -> Result<()> {
    let names_bytes: usize = names.into_iter().flatten().map(|(key, name)| key.len() + name.len()).sum();
    let values = values.into_iter().flatten();
    let values_bytes: usize = values.map(|(key, value)| key.len() + size::value_bytes(value)).sum();
    for (map, bytes) in [(NAMES, names_bytes), (VALUES, values_bytes)] {
        if bytes > PLACEHOLDERS_BYTES {
            return Err(envelope.refuse(words::placeholders_too_large(map)));
        }
    }
    match names_bytes + values_bytes > PLACEHOLDERS_BYTES {
        true => Err(envelope.refuse(words::PLACEHOLDERS_TOO_LARGE)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        entries.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect()
    }

    fn values(keys: &[&str]) -> BTreeMap<String, AttributeValue> {
        keys.iter().map(|k| ((*k).into(), AttributeValue::Null)).collect()
    }

    #[test]
    fn the_form_of_names_is_checked() {
        let long = format!("#{}", "n".repeat(255));
        for (entries, message) in [
            (&[][..], "ExpressionAttributeNames must not be empty"),
            (&[("a", "b")], "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\""),
            (&[("#", "b")], "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#\""),
            (&[("#a-b", "b")], "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#a-b\""),
            (
                &[("#a", "")],
                "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a",
            ),
            (
                &[(long.as_str(), "b")],
                "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long; size of key: 256",
            ),
        ] {
            let error = Placeholders::new(Some(&names(entries)), None, Envelope::Bare).unwrap_err();
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn the_form_of_values_is_checked_after_the_names() {
        let (names, values) = (names(&[("#a", "b")]), values(&["v"]));
        let error = Placeholders::new(Some(&names), Some(&values), Envelope::Counted);
        assert_eq!(
            error.unwrap_err().message,
            "1 validation error detected: ExpressionAttributeValues contains invalid key: Syntax error; key: \"v\""
        );
    }

    #[test]
    fn unused_placeholders_are_listed_in_the_order_of_the_service() {
        let values = values(&[":v", ":w", ":z"]);
        let mut placeholders = Placeholders::new(None, Some(&values), Envelope::Bare).unwrap();
        placeholders.value(":v").unwrap();
        assert_eq!(
            placeholders.finish().unwrap_err().message,
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:z, :w}"
        );
        placeholders.value(":w").unwrap();
        placeholders.value(":z").unwrap();
        assert_eq!(placeholders.finish(), Ok(()));
    }

    #[test]
    fn placeholders_want_an_expression() {
        let (names, values) = (names(&[("#a", "b")]), values(&[":v"]));
        let refused = |any, missing| {
            let both = (Some(&names), Some(&values));
            Placeholders::require_expressions(both.0, both.1, any, missing, Envelope::Bare)
                .err()
                .map(|e| e.message)
        };
        assert_eq!(
            refused(false, None).unwrap(),
            "ExpressionAttributeNames can only be specified when using expressions"
        );
        assert_eq!(
            refused(true, Some("FilterExpression is null")).unwrap(),
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null"
        );
        assert_eq!(refused(true, None), None);
    }
}
