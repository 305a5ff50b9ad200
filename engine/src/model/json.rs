//! Values and items as DynamoDB JSON, written straight into bytes: `{"S":"text"}`, `{"N":"1"}`.
//!
//! Reading JSON is `api`'s: what is wrong with it needs the service's words.

use data_encoding::BASE64;

use super::codec::{Malformed, Reader};
use super::{AttributeValue, Map, Number, codec};

/// How many bytes at the start stand in a JSON string as they are: up to a quote, a backslash or a control character.
pub fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGHS: u64 = ONES << 7;
    // Marks, of eight bytes at once, the lowest below `limit` (or one above it, which does not matter: the lowest is right).
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGHS;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let special = below(word, 0x20)
            | below(word ^ (ONES * u64::from(b'"')), 1)
            | below(word ^ (ONES * u64::from(b'\\')), 1);
        if special != 0 {
            return at * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let plain = |byte: &&u8| !matches!(**byte, 0..0x20 | b'"' | b'\\');
    words.len() * 8 + rest.iter().take_while(plain).count()
}

/// Appends a JSON string.
pub fn write_text(text: &str, into: &mut Vec<u8>) {
    write_utf8(text.as_bytes(), into);
}

/// Appends a JSON string whose text is UTF-8.
pub(super) fn write_utf8(text: &[u8], into: &mut Vec<u8>) {
    into.push(b'"');
    let mut rest = text;
    loop {
        let plain = plain_length(rest);
        into.extend_from_slice(&rest[..plain]);
        let Some(&byte) = rest.get(plain) else { break };
        rest = &rest[plain + 1..];
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0x08 => b"\\b",
            0x0C => b"\\f",
            _ => {
                into.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                continue;
            }
        };
        into.extend_from_slice(escape);
    }
    into.push(b'"');
}

/// Appends a number as the text that it is in JSON.
pub(super) fn write_number(number: &Number, into: &mut Vec<u8>) {
    into.push(b'"');
    number.write_text(into);
    into.push(b'"');
}

fn write_base64(bytes: &[u8], into: &mut Vec<u8>) {
    into.push(b'"');
    into.extend_from_slice(BASE64.encode(bytes).as_bytes());
    into.push(b'"');
}

fn write_list<T>(
    list: impl IntoIterator<Item = T>,
    into: &mut Vec<u8>,
    mut element: impl FnMut(T, &mut Vec<u8>),
) {
    into.push(b'[');
    for (at, value) in list.into_iter().enumerate() {
        if at > 0 {
            into.push(b',');
        }
        element(value, into);
    }
    into.push(b']');
}

/// Appends a value in its one-key object.
pub fn write_value(value: &AttributeValue, into: &mut Vec<u8>) {
    into.extend_from_slice(b"{\"");
    into.extend_from_slice(value.attribute_type().name().as_bytes());
    into.extend_from_slice(b"\":");
    match value {
        AttributeValue::S(text) => write_text(text, into),
        AttributeValue::N(number) => write_number(number, into),
        AttributeValue::B(bytes) => write_base64(bytes, into),
        AttributeValue::Bool(value) => into.extend_from_slice(if *value { b"true" } else { b"false" }),
        AttributeValue::Null => into.extend_from_slice(b"true"),
        AttributeValue::M(map) => write_map(map, into),
        AttributeValue::L(list) => write_list(list, into, write_value),
        AttributeValue::Ss(set) => write_list(set, into, |text, into| write_text(text, into)),
        AttributeValue::Ns(set) => write_list(set, into, write_number),
        AttributeValue::Bs(set) => write_list(set, into, |bytes, into| write_base64(bytes, into)),
    }
    into.push(b'}');
}

/// Appends a map (or an item) as an object of its attributes.
pub fn write_map(map: &Map, into: &mut Vec<u8>) {
    into.push(b'{');
    for (at, (name, value)) in map.iter().enumerate() {
        if at > 0 {
            into.push(b',');
        }
        write_text(name, into);
        into.push(b':');
        write_value(value, into);
    }
    into.push(b'}');
}

/// A map as DynamoDB JSON.
pub fn map_json(map: &Map) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_map(map, &mut bytes);
    bytes
}

/// Appends an encoded item as JSON without building it.
pub fn write_encoded(encoded: &[u8], into: &mut Vec<u8>) -> Result<(), Malformed> {
    let mut reader = Reader(encoded);
    reader.varint()?;
    into.reserve(2 * encoded.len());
    codec::write_json_map(&mut reader, into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::codec::tests::item;
    use proptest::prelude::*;

    #[test]
    fn text_is_escaped_as_json_wants_it() {
        let mut bytes = Vec::new();
        write_text("a\"\\\n\u{1}é\u{7f}", &mut bytes);
        assert_eq!(String::from_utf8(bytes).unwrap(), "\"a\\\"\\\\\\n\\u0001é\u{7f}\"");
    }

    proptest! {
        #[test]
        fn the_plain_start_is_found_whatever_stands_where(bytes in proptest::collection::vec(0x1Eu8..0x60, 0..40)) {
            let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
            prop_assert_eq!(plain_length(&bytes), bytes.iter().position(special).unwrap_or(bytes.len()));
            let high: Vec<u8> = bytes.iter().map(|byte| byte | 0x80).collect();
            prop_assert_eq!(plain_length(&high), high.len());
        }

        #[test]
        fn an_encoded_item_is_written_as_the_item_is(item in item()) {
            let mut bytes = Vec::new();
            write_encoded(&codec::encode(&item), &mut bytes).unwrap();
            prop_assert_eq!(&bytes, &map_json(&item));
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
        }
    }
}
