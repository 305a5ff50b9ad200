//! Key bytes: where an item stands in its ordered map.
//!
//! An item's key is `hash (8 bytes, big endian) | length of the partition key (2 bytes) | partition key |
//! sort key`. The hash comes first, so that a partition, which owns a range of hashes, is one range of the map, an
//! item collection is one range within it, and a scan walks in hash order as DynamoDB's does. Sort keys are
//! escaped and terminated, so that their byte order is their order and more bytes may follow them: an index
//! entry ends with its item's own key.
//!
//! The hash is XXH3-64 with seed 0, fixed for ever (modelled: the service's own hash is not published).

use super::{AttributeType, AttributeValue, Number};

/// A hash of a partition key.
pub type Hash = u64;

/// What an escaped part ends with: less than any escaped zero byte.
const END: [u8; 2] = [0x00, 0x01];
const ESCAPED_ZERO: [u8; 2] = [0x00, 0xFF];
/// The hash and the partition key's length.
const PREFIX: usize = 10;

/// The bytes of a scalar in their canonical, order-preserving form: text and binary as they are, numbers by
/// [`super::Number::write_key`].
///
/// # Panics
/// When the value is no S, N or B: keys are checked before.
pub fn scalar_bytes(value: &AttributeValue) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(24);
    write_scalar(value, &mut bytes);
    bytes
}

/// Appends what [`scalar_bytes`] gives.
fn write_scalar(value: &AttributeValue, into: &mut Vec<u8>) {
    match value {
        AttributeValue::S(text) => into.extend_from_slice(text.as_bytes()),
        AttributeValue::B(bytes) => into.extend_from_slice(bytes),
        AttributeValue::N(number) => number.write_key(into),
        _ => panic!("a key attribute is S, N or B"),
    }
}

/// The canonical bytes of a partition key: its one attribute's, or, of several, each escaped and terminated.
pub fn partition_bytes<'a>(values: impl ExactSizeIterator<Item = &'a AttributeValue>) -> Vec<u8> {
    let single = values.len() == 1;
    let mut bytes = Vec::new();
    for value in values {
        if single {
            return scalar_bytes(value);
        }
        write_part(value, &mut bytes);
    }
    bytes
}

/// The hash of a partition key's canonical bytes.
pub fn hash(partition_bytes: &[u8]) -> Hash {
    xxhash_rust::xxh3::xxh3_64(partition_bytes)
}

/// The hash of a key.
pub fn hash_of(key: &[u8]) -> Hash {
    Hash::from_be_bytes(key[..8].try_into().expect("a key starts with its hash"))
}

/// The start that all keys of this one's item collection have.
pub fn collection_of(key: &[u8]) -> &[u8] {
    let length = u16::from_be_bytes([key[8], key[9]]);
    &key[..10 + usize::from(length)]
}

/// The canonical bytes of the partition key in a key; none where it is no whole key.
pub fn partition_of(key: &[u8]) -> Option<&[u8]> {
    let (length, rest) = key.get(8..)?.split_first_chunk::<2>()?;
    rest.get(..usize::from(u16::from_be_bytes(*length)))
}

/// The start of every key in an item collection.
pub fn collection_prefix(partition_bytes: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(10 + partition_bytes.len() + 16);
    key.extend_from_slice(&hash(partition_bytes).to_be_bytes());
    key.extend_from_slice(&(partition_bytes.len() as u16).to_be_bytes());
    key.extend_from_slice(partition_bytes);
    key
}

/// Writes the start of every key in the item collection of a partition key, over what stood in `key`.
pub fn write_collection<'a>(partition: impl ExactSizeIterator<Item = &'a AttributeValue>, key: &mut Vec<u8>) {
    key.clear();
    key.extend_from_slice(&[0; PREFIX]);
    let single = partition.len() == 1;
    for value in partition {
        if single {
            write_scalar(value, key);
        } else {
            write_part(value, key);
        }
    }
    let partition = &key[PREFIX..];
    let (hash, length) = (hash(partition), partition.len() as u16);
    key[..8].copy_from_slice(&hash.to_be_bytes());
    key[8..PREFIX].copy_from_slice(&length.to_be_bytes());
}

/// Appends one attribute of a sort key, escaped and terminated.
pub fn write_part(value: &AttributeValue, key: &mut Vec<u8>) {
    match value {
        AttributeValue::S(text) => write_escaped(text.as_bytes(), key),
        AttributeValue::B(bytes) => write_escaped(bytes, key),
        other => write_escaped(&scalar_bytes(other), key),
    }
    key.extend_from_slice(&END);
}

/// The scalar of a type that [`scalar_bytes`] made these of.
pub fn read_scalar(bytes: &[u8], attribute_type: AttributeType) -> Option<AttributeValue> {
    match attribute_type {
        AttributeType::S => Some(AttributeValue::S(std::str::from_utf8(bytes).ok()?.into())),
        AttributeType::B => Some(AttributeValue::B(bytes.to_vec())),
        AttributeType::N => Some(AttributeValue::N(Number::read_key(bytes)?.0)),
        _ => None,
    }
}

/// Reads what [`write_part`] appended, and moves on behind it.
pub fn read_part(from: &mut &[u8], attribute_type: AttributeType) -> Option<AttributeValue> {
    let mut scalar = Vec::new();
    loop {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        if *byte != 0 {
            scalar.push(*byte);
            continue;
        }
        let (mark, rest) = from.split_first()?;
        *from = rest;
        match [*byte, *mark] {
            END => return read_scalar(&scalar, attribute_type),
            ESCAPED_ZERO => scalar.push(0),
            _ => return None,
        }
    }
}

/// Appends the start of a part: every part whose value begins with these bytes begins with what is appended.
pub fn write_part_prefix(bytes: &[u8], key: &mut Vec<u8>) {
    write_escaped(bytes, key);
}

fn write_escaped(bytes: &[u8], key: &mut Vec<u8>) {
    for &byte in bytes {
        if byte == 0 {
            key.extend_from_slice(&ESCAPED_ZERO);
        } else {
            key.push(byte);
        }
    }
}

/// The least byte string above every string that starts with `prefix`; none where there is none.
pub fn prefix_end(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(partition: &str, sort: &[u8]) -> Vec<u8> {
        let mut key = collection_prefix(partition.as_bytes());
        write_part(&AttributeValue::B(sort.to_vec()), &mut key);
        key
    }

    #[test]
    fn the_hash_is_fixed_for_ever() {
        assert_eq!(hash(b""), 0x2d06_8005_38d3_94c2, "XXH3-64 of nothing, by its specification");
    }

    #[test]
    fn a_prefix_ends_where_the_next_begins() {
        assert_eq!(prefix_end(b"ab"), Some(b"ac".to_vec()));
        assert_eq!(prefix_end(&[1, 255]), Some(vec![2]));
        assert_eq!(prefix_end(&[255]), None);
    }

    proptest! {
        #[test]
        fn a_key_reads_back(partition: String, sort: Vec<u8>, number: i64) {
            let mut bytes = key(&partition, &sort);
            write_part(&AttributeValue::N(number.into()), &mut bytes);
            prop_assert_eq!(partition_of(&bytes), Some(partition.as_bytes()));
            let mut rest = &bytes[collection_of(&bytes).len()..];
            prop_assert_eq!(read_part(&mut rest, AttributeType::B), Some(AttributeValue::B(sort)));
            prop_assert_eq!(read_part(&mut rest, AttributeType::N), Some(AttributeValue::N(number.into())));
            prop_assert!(rest.is_empty() && read_part(&mut rest, AttributeType::S).is_none());
        }

        #[test]
        fn a_collection_is_written_over_what_stood_there(text in "[ -~]{1,9}", more: bool, before: Vec<u8>) {
            let values = [AttributeValue::s(text), AttributeValue::B(vec![0, 1])];
            let values = if more { &values[..] } else { &values[..1] };
            let mut key = before;
            write_collection(values.iter(), &mut key);
            prop_assert_eq!(key, collection_prefix(&partition_bytes(values.iter())));
        }

        #[test]
        fn sort_keys_keep_their_order(one: Vec<u8>, two: Vec<u8>, tail: Vec<u8>) {
            let (mut a, b) = (key("p", &one), key("p", &two));
            prop_assert_eq!(a.cmp(&b), one.cmp(&two));
            // What follows a part never changes its place.
            if one != two {
                a.extend_from_slice(&tail);
                prop_assert_eq!(a.cmp(&b), one.cmp(&two));
            }
        }

        #[test]
        fn begins_with_is_a_range(prefix: Vec<u8>, rest: Vec<u8>, other: Vec<u8>) {
            let mut start = collection_prefix(b"p");
            write_part_prefix(&prefix, &mut start);
            let end = prefix_end(&start).unwrap();
            let whole = [prefix.clone(), rest].concat();
            let inside = key("p", &whole);
            prop_assert!(start <= inside && inside < end);
            let stands = key("p", &other);
            prop_assert_eq!(start <= stands && stands < end, other.starts_with(&prefix));
        }
    }
}
