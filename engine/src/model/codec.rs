//! The compact encoding of items, as the store keeps them and the journal writes them.
//!
//! `size in bytes as DynamoDB counts it | number of attributes | (name, value)…`, all numbers as LEB128, every
//! value behind a tag byte. Own and stable: a workspace written today opens for ever.

use super::{AttributeValue, Item, Map, Number, json, size};

/// Saved bytes that are no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// How deep a saved value may nest before it is called malformed; requests are refused far earlier.
const MAX_DEPTH: usize = 64;

mod tag {
    pub const S: u8 = 1;
    pub const N: u8 = 2;
    pub const B: u8 = 3;
    pub const FALSE: u8 = 4;
    pub const TRUE: u8 = 5;
    pub const NULL: u8 = 6;
    pub const M: u8 = 7;
    pub const L: u8 = 8;
    pub const SS: u8 = 9;
    pub const NS: u8 = 10;
    pub const BS: u8 = 11;
}

/// Appends a number as LEB128.
pub fn write_varint(mut value: u128, into: &mut Vec<u8>) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

/// A cursor over encoded bytes.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// One byte.
    pub fn byte(&mut self) -> Result<u8, Malformed> {
        let (&first, rest) = self.0.split_first().ok_or(Malformed)?;
        self.0 = rest;
        Ok(first)
    }

    /// A LEB128 number.
    pub fn varint(&mut self) -> Result<u128, Malformed> {
        // Most are short.
        if let Some((&first, rest)) = self.0.split_first()
            && first < 0x80
        {
            self.0 = rest;
            return Ok(u128::from(first));
        }
        let mut value = 0u128;
        for shift in (0..19).map(|n| n * 7) {
            let byte = self.byte()?;
            let bits = u128::from(byte & 0x7F);
            let shifted = bits << shift;
            if shifted >> shift != bits {
                return Err(Malformed);
            }
            value |= shifted;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Malformed)
    }

    /// A LEB128 number that counts things in memory.
    pub fn length(&mut self) -> Result<usize, Malformed> {
        let length = usize::try_from(self.varint()?).map_err(|_| Malformed)?;
        // Each thing counted takes at least one byte.
        if length > self.0.len() { Err(Malformed) } else { Ok(length) }
    }

    /// A LEB128 number of 64 bits.
    pub fn u64(&mut self) -> Result<u64, Malformed> {
        u64::try_from(self.varint()?).map_err(|_| Malformed)
    }

    /// A length and that many bytes.
    pub fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.length()?;
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok(bytes)
    }

    /// A length and that much UTF-8.
    pub fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed)
    }
}

/// Appends a length and the bytes.
pub fn write_bytes(bytes: &[u8], into: &mut Vec<u8>) {
    write_varint(bytes.len() as u128, into);
    into.extend_from_slice(bytes);
}

fn write_number(number: &Number, into: &mut Vec<u8>) {
    let (negative, exponent, coefficient) = number.parts();
    // The exponent, zigzag, above the sign's bit.
    let zigzag = ((exponent << 1) ^ (exponent >> 15)) as u16;
    write_varint(u128::from(zigzag) << 1 | u128::from(negative), into);
    write_varint(coefficient, into);
}

fn read_number(reader: &mut Reader) -> Result<Number, Malformed> {
    let head = reader.varint()?;
    let zigzag = u16::try_from(head >> 1).map_err(|_| Malformed)?;
    let exponent = (zigzag >> 1) as i16 ^ -((zigzag & 1) as i16);
    Ok(Number::from_parts(head & 1 == 1, exponent, reader.varint()?))
}

fn write_value(value: &AttributeValue, into: &mut Vec<u8>) {
    match value {
        AttributeValue::S(text) => {
            into.push(tag::S);
            write_bytes(text.as_bytes(), into);
        }
        AttributeValue::N(number) => {
            into.push(tag::N);
            write_number(number, into);
        }
        AttributeValue::B(bytes) => {
            into.push(tag::B);
            write_bytes(bytes, into);
        }
        AttributeValue::Bool(false) => into.push(tag::FALSE),
        AttributeValue::Bool(true) => into.push(tag::TRUE),
        AttributeValue::Null => into.push(tag::NULL),
        AttributeValue::M(map) => {
            into.push(tag::M);
            write_map(map, into);
        }
        AttributeValue::L(list) => {
            into.push(tag::L);
            write_varint(list.len() as u128, into);
            list.iter().for_each(|value| write_value(value, into));
        }
        AttributeValue::Ss(set) => {
            into.push(tag::SS);
            write_varint(set.len() as u128, into);
            set.iter().for_each(|text| write_bytes(text.as_bytes(), into));
        }
        AttributeValue::Ns(set) => {
            into.push(tag::NS);
            write_varint(set.len() as u128, into);
            set.iter().for_each(|number| write_number(number, into));
        }
        AttributeValue::Bs(set) => {
            into.push(tag::BS);
            write_varint(set.len() as u128, into);
            set.iter().for_each(|bytes| write_bytes(bytes, into));
        }
    }
}

fn write_map(map: &Map, into: &mut Vec<u8>) {
    write_varint(map.len() as u128, into);
    for (name, value) in map {
        write_bytes(name.as_bytes(), into);
        write_value(value, into);
    }
}

fn read_list<'a, T>(
    reader: &mut Reader<'a>,
    mut element: impl FnMut(&mut Reader<'a>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let length = reader.length()?;
    (0..length).map(|_| element(reader)).collect()
}

fn read_value(reader: &mut Reader, depth: usize) -> Result<AttributeValue, Malformed> {
    if depth > MAX_DEPTH {
        return Err(Malformed);
    }
    Ok(match reader.byte()? {
        tag::S => AttributeValue::S(reader.text()?.to_owned()),
        tag::N => AttributeValue::N(read_number(reader)?),
        tag::B => AttributeValue::B(reader.bytes()?.to_vec()),
        tag::FALSE => AttributeValue::Bool(false),
        tag::TRUE => AttributeValue::Bool(true),
        tag::NULL => AttributeValue::Null,
        tag::M => AttributeValue::M(read_map(reader, depth + 1)?),
        tag::L => AttributeValue::L(read_list(reader, |reader| read_value(reader, depth + 1))?),
        tag::SS => AttributeValue::Ss(read_list(reader, |reader| Ok(reader.text()?.to_owned()))?),
        tag::NS => AttributeValue::Ns(read_list(reader, read_number)?),
        tag::BS => AttributeValue::Bs(read_list(reader, |reader| Ok(reader.bytes()?.to_vec()))?),
        _ => return Err(Malformed),
    })
}

fn read_map(reader: &mut Reader, depth: usize) -> Result<Map, Malformed> {
    let length = reader.length()?;
    let mut map = Map::with_capacity(length);
    for _ in 0..length {
        let name = reader.text()?.to_owned();
        map.insert(name, read_value(reader, depth)?);
    }
    Ok(map)
}

/// Encodes an item.
pub fn encode(item: &Item) -> Vec<u8> {
    let size_bytes = size::item_bytes(item);
    let mut bytes = Vec::with_capacity(size_bytes + 3 * item.len() + 8);
    write_varint(size_bytes as u128, &mut bytes);
    write_map(item, &mut bytes);
    bytes.shrink_to_fit();
    bytes
}

/// The size of an encoded item as DynamoDB counts it, in bytes, without decoding it.
pub fn size_bytes(encoded: &[u8]) -> Result<u64, Malformed> {
    Reader(encoded).u64()
}

/// Decodes an item.
pub fn decode(encoded: &[u8]) -> Result<Item, Malformed> {
    let mut reader = Reader(encoded);
    reader.varint()?;
    let item = read_map(&mut reader, 0)?;
    if reader.0.is_empty() { Ok(item) } else { Err(Malformed) }
}

/// Appends a map's JSON straight from its encoding.
pub(super) fn write_json_map(reader: &mut Reader, into: &mut Vec<u8>) -> Result<(), Malformed> {
    into.push(b'{');
    for at in 0..reader.length()? {
        if at > 0 {
            into.push(b',');
        }
        json::write_utf8(reader.bytes()?, into);
        into.push(b':');
        write_json_value(reader, into)?;
    }
    into.push(b'}');
    Ok(())
}

fn write_json_value(reader: &mut Reader, into: &mut Vec<u8>) -> Result<(), Malformed> {
    match reader.0.first() {
        // Text and numbers are most of what is stored; binary and sets are rare enough to be built.
        Some(&tag::S) => {
            reader.byte()?;
            into.extend_from_slice(b"{\"S\":");
            json::write_utf8(reader.bytes()?, into);
        }
        Some(&tag::N) => {
            reader.byte()?;
            into.extend_from_slice(b"{\"N\":");
            json::write_number(&read_number(reader)?, into);
        }
        Some(&tag::M) => {
            reader.byte()?;
            into.extend_from_slice(b"{\"M\":");
            write_json_map(reader, into)?;
        }
        Some(&tag::L) => {
            reader.byte()?;
            into.extend_from_slice(b"{\"L\":[");
            for at in 0..reader.length()? {
                if at > 0 {
                    into.push(b',');
                }
                write_json_value(reader, into)?;
            }
            into.push(b']');
        }
        _ => {
            json::write_value(&read_value(reader, 0)?, into);
            return Ok(());
        }
    }
    into.push(b'}');
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn value() -> impl Strategy<Value = AttributeValue> {
        let number =
            (any::<i32>(), -20i32..20).prop_map(|(c, e)| Number::parse(&format!("{c}E{e}")).unwrap());
        let leaf = prop_oneof![
            ".{0,8}".prop_map(AttributeValue::S),
            number.clone().prop_map(AttributeValue::N),
            proptest::collection::vec(any::<u8>(), 0..8).prop_map(AttributeValue::B),
            any::<bool>().prop_map(AttributeValue::Bool),
            Just(AttributeValue::Null),
            proptest::collection::btree_set(".{0,4}", 1..4)
                .prop_map(|set| AttributeValue::string_set(set.into_iter().collect()).unwrap()),
            proptest::collection::btree_set(any::<i64>(), 1..4)
                .prop_map(
                    |set| AttributeValue::number_set(set.into_iter().map(Number::from).collect()).unwrap()
                ),
            proptest::collection::btree_set(proptest::collection::vec(any::<u8>(), 0..4), 1..4)
                .prop_map(|set| AttributeValue::binary_set(set.into_iter().collect()).unwrap()),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(AttributeValue::L),
                proptest::collection::vec((".{0,4}", inner), 0..4)
                    .prop_map(|pairs| AttributeValue::M(pairs.into_iter().collect())),
            ]
        })
    }

    pub(crate) fn item() -> impl Strategy<Value = Item> {
        proptest::collection::vec((".{0,6}", value()), 0..6).prop_map(|pairs| pairs.into_iter().collect())
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(item in item()) {
            let encoded = encode(&item);
            prop_assert_eq!(size_bytes(&encoded).unwrap(), size::item_bytes(&item) as u64);
            prop_assert_eq!(decode(&encoded).unwrap(), item);
        }

        #[test]
        fn any_bytes_decode_or_are_malformed(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }

        #[test]
        fn a_torn_item_is_malformed(item in item(), cut: prop::sample::Index) {
            let encoded = encode(&item);
            let cut = cut.index(encoded.len());
            prop_assert!(decode(&encoded[..cut]).is_err());
        }
    }
}
