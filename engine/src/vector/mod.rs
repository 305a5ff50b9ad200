//! Vectors: which an item has in a vector index, what of the item the index holds, and how far two vectors are apart.
//!
//! Owns the rules as pure functions of items. A vector index has no structure of its own: its view of an item is computed from
//! the item, and a search is exact. Never reads the store and knows no partition: `access` does both.
//!
//! Follows [vector search](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/VectorSearch.html) and the answers that
//! paritysuite/dynamodb-conformance recorded since August 2026. Scores are sums of 32-bit values in 64 bits, in the order of the
//! dimensions, so that they are the same natively and in WebAssembly.
//!
//! Differs from DynamoDB: a search is exact where the service's is approximate, and sees a write as soon as a replica of its
//! table does.

use crate::error::{Result, value as value_words, vector as words};
use crate::index::has_type;
use crate::model::{AttributeValue, Item, Number, size};
use crate::table::vector::{DistanceFunction, VectorIndex};
use crate::table::{IndexStatus, Projection, Table};

/// The least that a change of an index is charged for, in bytes.
const LEAST_WRITE_BYTES: u64 = 1024;
/// What a dimension counts for, in bytes.
const DIMENSION_BYTES: u64 = 4;

/// A number as the index keeps it; none where it is none of 32 bits.
pub fn component(value: &AttributeValue) -> Option<f32> {
    match value {
        AttributeValue::N(number) => number.to_string().parse().ok().filter(|value: &f32| value.is_finite()),
        _ => None,
    }
}

/// Refuses an item whose vectors or SearchSchema attributes do not fit its table's vector indexes.
pub fn check(table: &Table, item: &Item) -> Result<()> {
    table.attachments.vectors.iter().try_for_each(|index| check_one(index, item))
}

fn check_one(index: &VectorIndex, item: &Item) -> Result<()> {
    if let Some(value) = item.get(&index.attribute) {
        let (attribute, name) = (index.attribute.as_str(), index.name.as_str());
        let AttributeValue::L(list) = value else { return Err(words::vector_not_a_list(attribute, name)) };
        if list.len() as u64 != index.dimensions {
            return Err(words::vector_size(attribute, index.dimensions, list.len(), name));
        }
        if let Some(at) = list.iter().position(|element| component(element).is_none()) {
            let actual = list[at].attribute_type().name();
            return Err(words::vector_element(attribute, at, actual, name));
        }
    }
    for element in &index.schema {
        let name = &element.attribute.name;
        let Some(value) = item.get(name) else { continue };
        if !has_type(value, element.attribute.attribute_type) {
            let expected = element.attribute.attribute_type.name();
            let actual = value.attribute_type().name();
            return Err(value_words::index_key_type_mismatch(name, expected, actual, &index.name));
        }
        match value {
            AttributeValue::S(text) if element.hash && text.is_empty() => {
                return Err(value_words::empty_index_key(name, &index.name, false));
            }
            AttributeValue::B(bytes) if element.hash && bytes.is_empty() => {
                return Err(value_words::empty_index_key(name, &index.name, true));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The vector of an item in an index; none where it is not there: it lacks a fitting vector or the HASH attribute.
pub fn of_item(index: &VectorIndex, item: &Item) -> Option<Vec<f32>> {
    let partitioned = index.schema.iter().filter(|element| element.hash).all(|element| {
        item.get(&element.attribute.name)
            .is_some_and(|value| has_type(value, element.attribute.attribute_type))
    });
    match item.get(&index.attribute) {
        Some(AttributeValue::L(list)) if partitioned && list.len() as u64 == index.dimensions => {
            list.iter().map(component).collect()
        }
        _ => None,
    }
}

/// Whether an index holds that attribute of its items.
pub fn projects(table: &Table, index: &VectorIndex, name: &str) -> bool {
    match &index.projection {
        Projection::All => true,
        Projection::Include(names) if names.iter().any(|n| n == name) => true,
        _ => name == index.attribute || table.keys.contains(name) || index.narrows_by(name),
    }
}

/// What an index holds of an item: the projected attributes, and the vector as the index keeps it.
pub fn view(table: &Table, index: &VectorIndex, item: &Item) -> Item {
    let held = item.iter().filter(|(name, _)| projects(table, index, name));
    held.map(|(name, value)| {
        let value = match value {
            AttributeValue::L(list) if *name == index.attribute => AttributeValue::L(
                list.iter().map(|element| kept(element).unwrap_or_else(|| element.clone())).collect(),
            ),
            other => other.clone(),
        };
        (name.clone(), value)
    })
    .collect()
}

/// The shortest number that names the same 32-bit value.
fn kept(element: &AttributeValue) -> Option<AttributeValue> {
    Number::parse(&component(element)?.to_string()).ok().map(AttributeValue::N)
}

/// The size of an item in an index, in bytes: the vector counts four bytes for each dimension.
pub fn entry_bytes(table: &Table, index: &VectorIndex, item: &Item) -> u64 {
    let held = item.iter().filter(|(name, _)| *name != index.attribute && projects(table, index, name));
    let others: usize = held.map(|(name, value)| name.len() + size::value_bytes(value)).sum();
    others as u64 + index.attribute.len() as u64 + DIMENSION_BYTES * index.dimensions
}

/// What writing `new` over `old` is charged for in an index, in bytes; none where the index stays as it is.
pub fn write_bytes(
    table: &Table,
    index: &VectorIndex,
    old: Option<&Item>,
    new: Option<&Item>,
) -> Option<u64> {
    if index.status == IndexStatus::Deleting || index.backfilling == Some(false) {
        return None;
    }
    let held = |item: Option<&Item>| {
        let item = item.filter(|item| of_item(index, item).is_some())?;
        Some((view(table, index, item), entry_bytes(table, index, item)))
    };
    let (old, new) = (held(old), held(new));
    if old == new {
        return None;
    }
    let bytes = |held: &Option<(Item, u64)>| held.as_ref().map_or(0, |(_, bytes)| *bytes);
    Some(bytes(&old).max(bytes(&new)).max(LEAST_WRITE_BYTES))
}

/// The size of an item as a write is billed: a vector that an index reads counts four bytes for each dimension, whatever its
/// numbers are.
pub fn billed_bytes(table: &Table, item: &Item) -> u64 {
    let stored = size::item_bytes(item) as u64;
    let indexes = &table.attachments.vectors;
    let mut billed = stored;
    for (at, index) in indexes.iter().enumerate() {
        let counted = indexes[..at].iter().any(|other| other.attribute == index.attribute);
        let Some(value) = item.get(&index.attribute).filter(|_| !counted) else { continue };
        if matches!(value, AttributeValue::L(list) if list.len() as u64 == index.dimensions) {
            billed = billed - size::value_bytes(value) as u64 + DIMENSION_BYTES * index.dimensions;
        }
    }
    billed
}

/// How a search ranks a vector: the score, rounded to 32 bits.
pub fn score(function: DistanceFunction, query: &[f32], vector: &[f32]) -> f32 {
    let pairs = || query.iter().zip(vector).map(|(a, b)| (f64::from(*a), f64::from(*b)));
    let dot: f64 = pairs().map(|(a, b)| a * b).sum();
    match function {
        DistanceFunction::DotProduct => dot as f32,
        DistanceFunction::Euclidean => {
            let squares: f64 = pairs().map(|(a, b)| (a - b) * (a - b)).sum();
            libm::sqrt(squares) as f32
        }
        DistanceFunction::Cosine => {
            let (a, b) = pairs().fold((0.0, 0.0), |(a, b), (x, y)| (a + x * x, b + y * y));
            let lengths: f64 = libm::sqrt(a) * libm::sqrt(b);
            // A vector without a direction is as far from any other as one at a right angle.
            let cosine = if lengths > 0.0 { dot / lengths } else { 0.0 };
            (1.0 - cosine).clamp(0.0, 2.0) as f32
        }
    }
}

/// Whether the first score is the better one.
pub fn is_closer(function: DistanceFunction, first: f32, second: f32) -> std::cmp::Ordering {
    match function {
        DistanceFunction::DotProduct => second.total_cmp(&first),
        DistanceFunction::Cosine | DistanceFunction::Euclidean => first.total_cmp(&second),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_the_documentation_s() {
        let query = [1.0, 0.0, 0.0];
        let (same, mixed, right, opposite) =
            ([1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]);
        let scores = |function| [same, mixed, right, opposite].map(|vector| score(function, &query, &vector));
        let near =
            |left: [f32; 4], right: [f32; 4]| left.iter().zip(right).all(|(l, r)| (l - r).abs() < 1e-6);
        assert!(near(scores(DistanceFunction::Cosine), [0.0, 0.4, 1.0, 2.0]));
        assert!(near(scores(DistanceFunction::Euclidean), [0.0, 0.8_f32.sqrt(), 2.0_f32.sqrt(), 2.0]));
        assert!(near(scores(DistanceFunction::DotProduct), [1.0, 0.6, 0.0, -1.0]));
        assert_eq!(score(DistanceFunction::Cosine, &query, &[0.0; 3]), 1.0);
    }

    #[test]
    fn a_number_is_kept_in_32_bits() {
        let number = |text: &str| AttributeValue::N(Number::parse(text).unwrap());
        for (given, expected) in
            [("0.1", "0.1"), ("16777217", "16777216"), ("1.000000059604644775390625", "1")]
        {
            assert_eq!(kept(&number(given)), Some(number(expected)), "{given}");
        }
        assert_eq!(component(&number("1e39")), None);
        assert_eq!(component(&AttributeValue::s("1")), None);
    }
}
