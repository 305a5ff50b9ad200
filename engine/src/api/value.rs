//! Attribute values on the wire.
//!
//! A request is read whole before anything in it is refused, so a bad value is kept as what is wrong with
//! it, and comes out when the operation's turn to check values has come.

use std::collections::BTreeMap;
use std::fmt;

use data_encoding::BASE64;
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

use crate::error::value::ValueError;
use crate::limits;
use crate::model::{AttributeValue, Item, Map, Number};

/// A value, or what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Shape")]
pub struct WireValue(pub Result<AttributeValue, ValueError>);

/// An item, a key or a set of expression values, as given.
pub type WireMap = BTreeMap<String, WireValue>;

/// Base64 text, decoded by [`super::decode`].
#[derive(Clone, Debug)]
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        struct Decoded;
        impl Visitor<'_> for Decoded {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("base64 text")
            }
            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Decoded)
    }
}

#[derive(Deserialize)]
#[serde(rename = "AttributeValue", rename_all = "UPPERCASE")]
struct Shape {
    s: Option<String>,
    n: Option<String>,
    b: Option<Bytes>,
    bool: Option<bool>,
    null: Option<bool>,
    m: Option<WireMap>,
    l: Option<Vec<WireValue>>,
    ss: Option<Vec<String>>,
    ns: Option<Vec<String>>,
    bs: Option<Vec<Bytes>>,
}

impl From<Shape> for WireValue {
    fn from(shape: Shape) -> WireValue {
        WireValue(value(shape))
    }
}

fn number(text: String) -> Result<Number, ValueError> {
    Number::parse(&text).map_err(|error| ValueError::Number(error, text))
}

fn set<T, U: Clone>(
    wire_type: &'static str,
    elements: Vec<U>,
    build: impl FnOnce(Vec<T>) -> Option<AttributeValue>,
    element: impl FnMut(U) -> Result<T, ValueError>,
    shown: impl Fn(&U) -> String,
) -> Result<AttributeValue, ValueError> {
    if elements.is_empty() {
        return Err(ValueError::EmptySet(wire_type));
    }
    let given = elements.clone();
    let values = elements.into_iter().map(element).collect::<Result<Vec<T>, _>>()?;
    build(values).ok_or_else(|| ValueError::Duplicates(wire_type, given.iter().map(shown).collect()))
}

fn value(shape: Shape) -> Result<AttributeValue, ValueError> {
    let given = usize::from(shape.s.is_some())
        + usize::from(shape.n.is_some())
        + usize::from(shape.b.is_some())
        + usize::from(shape.bool.is_some())
        + usize::from(shape.null.is_some())
        + usize::from(shape.m.is_some())
        + usize::from(shape.l.is_some())
        + usize::from(shape.ss.is_some())
        + usize::from(shape.ns.is_some())
        + usize::from(shape.bs.is_some());
    match given {
        0 => return Err(ValueError::Empty),
        1 => {}
        _ => return Err(ValueError::Several),
    }
    if let Some(text) = shape.s {
        return Ok(AttributeValue::S(text));
    }
    if let Some(text) = shape.n {
        return number(text).map(AttributeValue::N);
    }
    if let Some(Bytes(bytes)) = shape.b {
        return Ok(AttributeValue::B(bytes));
    }
    if let Some(value) = shape.bool {
        return Ok(AttributeValue::Bool(value));
    }
    if let Some(value) = shape.null {
        return if value { Ok(AttributeValue::Null) } else { Err(ValueError::NullFalse) };
    }
    if let Some(map) = shape.m {
        return read_map(map).map(AttributeValue::M);
    }
    if let Some(list) = shape.l {
        return list.into_iter().map(|value| value.0).collect::<Result<_, _>>().map(AttributeValue::L);
    }
    if let Some(elements) = shape.ss {
        return set("SS", elements, AttributeValue::string_set, Ok, String::clone);
    }
    if let Some(elements) = shape.ns {
        return set("NS", elements, AttributeValue::number_set, number, String::clone);
    }
    let elements = shape.bs.unwrap_or_default().into_iter().map(|bytes| bytes.0).collect();
    set("BS", elements, AttributeValue::binary_set, Ok, |bytes: &Vec<u8>| BASE64.encode(bytes))
}

fn read_map(map: WireMap) -> Result<Map, ValueError> {
    // A BTreeMap's order is the order of a `Map`.
    map.into_iter().map(|(name, value)| Ok((name, value.0?))).collect()
}

/// The item of a wire map: the first thing wrong with it, or nesting beyond the limit, is the error.
pub fn read_item(map: WireMap) -> Result<Item, ValueError> {
    let item = read_map(map)?;
    if item.iter().any(|(_, value)| value.depth() > limits::NESTING_LEVELS) {
        return Err(ValueError::Nesting);
    }
    Ok(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::decode::decode;
    use crate::error::ApiError;

    fn read(json: &str) -> Result<Item, String> {
        let map: WireMap = decode(json.as_bytes()).map_err(|e| e.to_string())?;
        read_item(map).map_err(|error| ApiError::from(error).to_string())
    }

    #[test]
    fn all_ten_types_are_read_and_written_back() {
        let json = r#"{"b":{"B":"AQI="},"bool":{"BOOL":false},"bs":{"BS":["AQ==","Ag=="]},"l":{"L":[{"S":"x"},{"N":"1"}]},"m":{"M":{"a":{"NULL":true}}},"n":{"N":"-1.5"},"ns":{"NS":["1","2"]},"null":{"NULL":true},"s":{"S":"é"},"ss":{"SS":["a","b"]}}"#;
        let item = read(json).unwrap();
        assert_eq!(item.len(), 10);
        assert_eq!(String::from_utf8(crate::model::json::map_json(&item)).unwrap(), json);
    }

    #[test]
    fn what_is_no_value_is_refused_in_the_service_s_words() {
        for (json, words) in [
            (r#"{"a":{}}"#, "ValidationException: Supplied AttributeValue is empty"),
            (r#"{"a":{"S":"x","N":"1"}}"#, "ValidationException: Supplied AttributeValue has more than one"),
            (
                r#"{"a":{"N":"x"}}"#,
                "ValidationException: The parameter cannot be converted to a numeric value: x",
            ),
            (
                r#"{"a":{"NULL":false}}"#,
                "ValidationException: One or more parameter values were invalid: Null",
            ),
            (
                r#"{"a":{"SS":[]}}"#,
                "ValidationException: One or more parameter values were invalid: An string set",
            ),
            (
                r#"{"a":{"SS":["x","x"]}}"#,
                "ValidationException: One or more parameter values were invalid: Input collection [x, x] contains",
            ),
            (r#"{"a":{"NS":["1","1.0"]}}"#, "ValidationException: Input collection contains duplicates"),
            (
                r#"{"a":{"L":[{"M":{"b":{"N":""}}}]}}"#,
                "ValidationException: The parameter cannot be converted to a numeric value",
            ),
            (r#"{"a":{"S":1}}"#, "SerializationException: NUMBER_VALUE cannot be converted to String"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.starts_with(words), "{json}: {error}");
        }
    }

    #[test]
    fn nesting_stops_at_32_levels() {
        let nested = |levels: usize| {
            format!(r#"{{"a":{}{{"S":"x"}}{}}}"#, r#"{"L":["#.repeat(levels), "]}".repeat(levels))
        };
        assert!(read(&nested(32)).is_ok());
        assert!(read(&nested(33)).unwrap_err().contains("Nesting"));
    }
}
