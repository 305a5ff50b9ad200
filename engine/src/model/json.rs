//! Values and items as DynamoDB JSON, written straight into bytes: `{"S":"text"}`, `{"N":"1"}`.
//!
//! Reading JSON is `api`'s: what is wrong with it needs the service's words.

use data_encoding::BASE64;

use super::codec::{Malformed, Reader};
use super::{AttributeValue, Map, codec};

/// Appends a JSON string.
pub fn write_text(text: &str, into: &mut Vec<u8>) {
    into.push(b'"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0x08 => b"\\b",
            0x0C => b"\\f",
            0..0x20 => b"",
            _ => continue,
        };
        into.extend_from_slice(&text.as_bytes()[plain..at]);
        plain = at + 1;
        if escape.is_empty() {
            into.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
        } else {
            into.extend_from_slice(escape);
        }
    }
    into.extend_from_slice(&text.as_bytes()[plain..]);
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
        AttributeValue::N(number) => write_text(&number.to_string(), into),
        AttributeValue::B(bytes) => write_base64(bytes, into),
        AttributeValue::Bool(value) => into.extend_from_slice(if *value { b"true" } else { b"false" }),
        AttributeValue::Null => into.extend_from_slice(b"true"),
        AttributeValue::M(map) => write_map(map, into),
        AttributeValue::L(list) => write_list(list, into, write_value),
        AttributeValue::Ss(set) => write_list(set, into, |text, into| write_text(text, into)),
        AttributeValue::Ns(set) => {
            write_list(set, into, |number, into| write_text(&number.to_string(), into))
        }
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
        fn an_encoded_item_is_written_as_the_item_is(item in item()) {
            let mut bytes = Vec::new();
            write_encoded(&codec::encode(&item), &mut bytes).unwrap();
            prop_assert_eq!(&bytes, &map_json(&item));
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
        }
    }
}
