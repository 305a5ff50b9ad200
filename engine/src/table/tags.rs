//! Tags: what a tag may be, and how a table's are put on and taken off.
//!
//! Owns the checks that CreateTable, TagResource and UntagResource share. Never looks for the table.
//!
//! Follows [Tagging](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.Operations.html) and the API
//! findings that the ACK project published in October 2026: a tag is refused synchronously, with the whole request, and the
//! fifty are counted after the merge.

use crate::api::table as api;
use crate::error::Result;
use crate::error::resource as words;
use crate::error::table::ensure;
use crate::limits::{TAG_KEY_LENGTH, TAG_VALUE_LENGTH, TAGS};

/// A key and a value.
pub type Tag = (String, String);

/// The tags of a request.
pub fn parse(tags: &[api::Tag]) -> Result<Vec<Tag>> {
    ensure(tags.len() <= TAGS, words::too_many_tags)?;
    let mut kept: Vec<Tag> = Vec::with_capacity(tags.len());
    for tag in tags {
        let key = tag.key.as_deref().ok_or_else(|| words::tag_key_invalid("null"))?;
        check_key(key)?;
        let value = tag.value.as_deref().ok_or_else(|| words::tag_value_invalid("null"))?;
        let valid = value.chars().count() <= TAG_VALUE_LENGTH && value.chars().all(is_of_tag);
        ensure(valid, || words::tag_value_invalid(value))?;
        ensure(kept.iter().all(|(other, _)| other != key), || words::tag_key_twice(key))?;
        kept.push((key.to_owned(), value.to_owned()));
    }
    Ok(kept)
}

/// The tags that TagResource puts on.
pub fn added(tags: Option<&[api::Tag]>) -> Result<Vec<Tag>> {
    let tags = tags.unwrap_or_default();
    ensure(!tags.is_empty(), words::no_tags)?;
    parse(tags)
}

/// The keys that UntagResource takes off.
pub fn removed(keys: Option<&[String]>) -> Result<&[String]> {
    let keys = keys.unwrap_or_default();
    ensure(!keys.is_empty(), words::no_tag_keys)?;
    ensure(keys.len() <= TAGS, words::too_many_tags)?;
    keys.iter().try_for_each(|key| check_key(key))?;
    Ok(keys)
}

/// A table's tags with others put on: a key that is there gets its new value.
pub fn merge(mut tags: Vec<Tag>, added: Vec<Tag>) -> Result<Vec<Tag>> {
    for (key, value) in added {
        match tags.iter_mut().find(|(other, _)| *other == key) {
            Some(tag) => tag.1 = value,
            None => tags.push((key, value)),
        }
    }
    ensure(tags.len() <= TAGS, words::too_many_tags)?;
    Ok(tags)
}

fn check_key(key: &str) -> Result<()> {
    let reserved = key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:"));
    ensure(!reserved, || words::tag_key_reserved(key))?;
    let valid = (1..=TAG_KEY_LENGTH).contains(&key.chars().count()) && key.chars().all(is_of_tag);
    ensure(valid, || words::tag_key_invalid(key))
}

/// Letters, digits and spaces of any script, and a few signs.
fn is_of_tag(c: char) -> bool {
    c.is_alphanumeric() || c.is_whitespace() && !c.is_control() || "+-=._:/@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> api::Tag {
        api::Tag { key: Some(key.into()), value: Some(value.into()) }
    }

    #[test]
    fn letters_of_any_script_are_of_a_tag_and_other_signs_are_not() {
        for good in ["ключ", "café", "表", "sp ace", "\u{a0}", "\u{3000}", "a+b-c=d.e_f:g/h@i"] {
            assert_eq!(parse(&[tag(good, good)]), Ok(vec![(good.to_owned(), good.to_owned())]));
        }
        for bad in
            ["🔑", "100%", "a,b", "it's", "(x)", "a&b", "a*b", "a;b", "a?b", "a|b", "a\\b", "<a>", "~a", "#"]
        {
            let refused = |what: &str| format!("The Tag {what} provided is invalid, {what}: {bad}");
            assert_eq!(parse(&[tag(bad, "v")]).unwrap_err().message, refused("Key"));
            assert_eq!(parse(&[tag("k", bad)]).unwrap_err().message, refused("Value"));
        }
    }

    #[test]
    fn fifty_are_counted_after_the_merge() {
        let tags = |from: usize, to: usize| {
            (from..to).map(|at| (format!("k{at}"), "v".to_owned())).collect::<Vec<Tag>>()
        };
        let full = merge(tags(0, 49), tags(49, 50)).unwrap();
        assert_eq!(merge(full.clone(), vec![("k7".into(), "new".into())]).unwrap()[7].1, "new");
        let message = "Number of Tags exceed the current limit for the provided ResourceArn";
        assert_eq!(merge(full, tags(50, 51)).unwrap_err().message, message);
    }
}
