//! Ranges of keys: from a key condition to the bytes that are walked through, and what is left of them behind a start key.

use std::ops::Bound;

use crate::error::{Result, access as words};
use crate::expression::{KeyRange, RangeCondition};
use crate::model::{AttributeValue, key};

use super::page::Range;

/// The range of keys in an item collection that a key condition asks for.
pub fn collection_range(keys: &KeyRange) -> Range {
    let mut prefix = key::collection_prefix(&key::partition_bytes(keys.hash.iter()));
    keys.equal.iter().for_each(|value| key::write_part(value, &mut prefix));
    let whole = |value: &AttributeValue| {
        let mut bytes = prefix.clone();
        key::write_part(value, &mut bytes);
        bytes
    };
    // Every key that goes on from `bytes` is below this.
    let after = |bytes: &[u8]| key::prefix_end(bytes).map_or(Bound::Unbounded, Bound::Excluded);
    let start = Bound::Included(prefix.clone());
    match &keys.range {
        None => (start, after(&prefix)),
        Some(RangeCondition::Less(value)) => (start, Bound::Excluded(whole(value))),
        Some(RangeCondition::LessOrEqual(value)) => (start, after(&whole(value))),
        Some(RangeCondition::Greater(value)) => {
            (key::prefix_end(&whole(value)).map_or(Bound::Unbounded, Bound::Included), after(&prefix))
        }
        Some(RangeCondition::GreaterOrEqual(value)) => (Bound::Included(whole(value)), after(&prefix)),
        Some(RangeCondition::Between(low, high)) => (Bound::Included(whole(low)), after(&whole(high))),
        Some(RangeCondition::BeginsWith(value)) => {
            let mut bytes = prefix.clone();
            key::write_part_prefix(&key::scalar_bytes(value), &mut bytes);
            let end = after(&bytes);
            (Bound::Included(bytes), end)
        }
    }
}

fn below(bound: &Bound<Vec<u8>>, key: &[u8]) -> bool {
    match bound {
        Bound::Included(bound) => key < bound.as_slice(),
        Bound::Excluded(bound) => key <= bound.as_slice(),
        Bound::Unbounded => false,
    }
}

fn above(bound: &Bound<Vec<u8>>, key: &[u8]) -> bool {
    match bound {
        Bound::Included(bound) => key > bound.as_slice(),
        Bound::Excluded(bound) => key >= bound.as_slice(),
        Bound::Unbounded => false,
    }
}

/// Whether a key is within the range.
pub fn holds(range: &Range, key: &[u8]) -> bool {
    !below(&range.0, key) && !above(&range.1, key)
}

/// What is left of a range behind a key.
pub fn behind(range: Range, key: Vec<u8>, forward: bool) -> Range {
    if forward { (Bound::Excluded(key), range.1) } else { (range.0, Bound::Excluded(key)) }
}

/// The range that is left behind a start key, which must be in the range.
pub fn resume(range: Range, cursor: Vec<u8>, forward: bool) -> Result<Range> {
    match holds(&range, &cursor) {
        true => Ok(behind(range, cursor, forward)),
        false => Err(words::starting_key_outside()),
    }
}
