//! Requests as the service reads them: JSON bytes in, a typed request or a SerializationException out.
//!
//! A request that is plainly right is read straight into its type (`straight`); any other, and each that is rare, is read as a tree here.
//!
//! Owns the refusal of JSON of the wrong shape; knows no operation and checks no value. The rules are
//! the protocol's: unknown fields are ignored, `null` is absent, a fraction given for a whole number is
//! cut off, a list is never a structure. Structures must bear their AWS names, since the service tells
//! them. The words are in [`crate::error::serialization`].

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use crate::error::Result;
use crate::error::serialization::{self as words, Token};

/// Reads a request of type `T`.
///
/// A body that is no JSON object is a SerializationException without a message; a value of the wrong
/// type is one that says which.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    super::straight::read(bytes).or_else(|_| decode_as_tree(bytes))
}

/// The same of a request that is rare, such as those about tables: its shape is compiled for the tree alone, which makes what a
/// browser loads smaller.
pub fn decode_rare<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    decode_as_tree(bytes)
}

pub(super) fn decode_as_tree<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    match parse(bytes)? {
        body @ Value::Object(_) => from_value(body),
        _ => Err(words::malformed()),
    }
}

/// How deep a body may nest: values far beyond the limit are read, so that what is wrong besides is told first.
const LEVELS: usize = 256;

fn parse(bytes: &[u8]) -> Result<Value> {
    match serde_json::from_slice(bytes) {
        Ok(body) => Ok(body),
        Err(error) if !error.to_string().starts_with("recursion limit") => Err(words::malformed()),
        // Rare enough to be read twice.
        Err(_) if deeper_than(LEVELS, bytes) => Err(words::nested_too_deep()),
        Err(_) => {
            let mut deserializer = serde_json::Deserializer::from_slice(bytes);
            deserializer.disable_recursion_limit();
            let body = serde::Deserialize::deserialize(&mut deserializer);
            body.and_then(|body| deserializer.end().map(|()| body)).map_err(|_| words::malformed())
        }
    }
}

/// Whether lists and objects nest deeper than that, in what may or may not be JSON.
fn deeper_than(levels: usize, bytes: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for byte in bytes {
        match (in_text, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_text = !in_text,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > levels {
            return true;
        }
    }
    false
}

/// Reads a `T` out of JSON that is already parsed, by the same rules.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T> {
    T::deserialize(Reader { value, place: Place::Field }).map_err(|fault| words::wrong_type(fault.0))
}

/// What is wrong, in the service's words.
#[derive(Debug)]
pub(super) struct Fault(String);

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: std::fmt::Display>(message: T) -> Fault {
        Fault(message.to_string())
    }
}

/// Where a value stands: the service words a wrong structure differently in a field and in a collection.
#[derive(Clone, Copy)]
enum Place {
    Field,
    Element,
}

struct Reader {
    value: Value,
    place: Place,
}

impl Reader {
    fn field(value: Value) -> Reader {
        Reader { value, place: Place::Field }
    }

    fn element(value: Value) -> Reader {
        Reader { value, place: Place::Element }
    }

    /// The fault of a value that is no scalar of that class; `java_class` is for a list in its place.
    fn not_a_scalar<T>(value: &Value, class: &str, java_class: &str) -> std::result::Result<T, Fault> {
        let token = match value {
            Value::Array(_) => return Err(Fault(words::list_for_class(java_class))),
            Value::Object(_) => return Err(Fault(words::START_OF_STRUCTURE.into())),
            Value::String(_) => Token::String,
            Value::Bool(true) => Token::True,
            // A null was taken for absent before; where a list holds one it reads as a false would.
            Value::Bool(false) | Value::Null => Token::False,
            Value::Number(number) => number_token(number),
        };
        Err(Fault(words::cannot_convert(token, class)))
    }

    fn whole(&self, class: &str) -> std::result::Result<i64, Fault> {
        match &self.value {
            Value::Number(number) => Ok(truncated(number)),
            other => Self::not_a_scalar(other, class, &format!("java.lang.{class}")),
        }
    }

    /// The fault of a scalar where a list, map or structure is wanted.
    fn not_a_collection<T>(&self, structure: bool) -> std::result::Result<T, Fault> {
        Err(Fault(
            match (self.place, structure) {
                (Place::Field, _) => words::UNEXPECTED_FIELD,
                (Place::Element, true) => words::UNEXPECTED_VALUE,
                (Place::Element, false) => words::UNEXPECTED_COLLECTION,
            }
            .into(),
        ))
    }
}

fn number_token(number: &Number) -> Token {
    if number.is_f64() { Token::Decimal } else { Token::Number }
}

/// A fraction is cut off and a value out of range stops at the range's end, as in Java.
fn truncated(number: &Number) -> i64 {
    match (number.as_i64(), number.as_u64()) {
        (Some(whole), _) => whole,
        (None, Some(_)) => i64::MAX,
        (None, None) => number.as_f64().unwrap_or(0.0) as i64,
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ident $class:literal),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
            let whole = i128::from(self.whole($class)?);
            visitor.$visit(whole.clamp(i128::from($type::MIN), i128::from($type::MAX)) as $type)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(elements) => visitor.visit_seq(Elements(elements.into_iter())),
            Value::Object(map) => visitor.visit_map(Entries::new(map, Place::Element)),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(whole), _) => visitor.visit_u64(whole),
                (None, Some(whole)) => visitor.visit_i64(whole),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(0.0)),
            },
        }
    }

    whole_numbers! {
        deserialize_i8 visit_i8 i8 "Integer",
        deserialize_i16 visit_i16 i16 "Integer",
        deserialize_i32 visit_i32 i32 "Integer",
        deserialize_i64 visit_i64 i64 "Long",
        deserialize_u8 visit_u8 u8 "Integer",
        deserialize_u16 visit_u16 u16 "Integer",
        deserialize_u32 visit_u32 u32 "Integer",
        deserialize_u64 visit_u64 u64 "Long",
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        match &self.value {
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::String(_) => Err(Fault(words::UNEXPECTED_TOKEN.into())),
            other => Self::not_a_scalar(other, "Boolean", "java.lang.Boolean"),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        match self.value {
            Value::String(text) => visitor.visit_string(text),
            other => Self::not_a_scalar(&other, "String", "java.lang.String"),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        self.deserialize_string(visitor)
    }

    /// Binary data: base64 text, given to the visitor decoded.
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        match self.value {
            Value::String(text) => base64(&text).and_then(|bytes| visitor.visit_byte_buf(bytes)),
            Value::Array(_) => Err(Fault(words::list_for_class("java.nio.ByteBuffer"))),
            Value::Object(_) => Err(Fault(words::START_OF_STRUCTURE.into())),
            _ => Err(Fault(words::NOT_BASE64.into())),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        match self.value {
            Value::Array(elements) => visitor.visit_seq(Elements(elements.into_iter())),
            Value::Object(_) => Err(Fault(words::START_OF_STRUCTURE.into())),
            _ => self.not_a_collection(false),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        match self.value {
            Value::Object(map) => visitor.visit_map(Entries::new(map, Place::Element)),
            Value::Array(_) => Err(Fault(words::LIST_FOR_MAP.into())),
            _ => self.not_a_collection(false),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Fault> {
        match self.value {
            Value::Object(map) => visitor.visit_map(Entries::new(map, Place::Field)),
            Value::Array(_) => Err(Fault(words::list_for_structure(name))),
            _ => self.not_a_collection(true),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        self.deserialize_string(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 char unit unit_struct tuple tuple_struct enum
    }
}

pub(super) fn base64(text: &str) -> std::result::Result<Vec<u8>, Fault> {
    if !text.len().is_multiple_of(4) {
        return Err(Fault(words::base64_length(text.len())));
    }
    data_encoding::BASE64.decode(text.as_bytes()).map_err(|_| Fault(words::BASE64_CHARACTER.into()))
}

struct Elements(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Elements {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> std::result::Result<Option<S::Value>, Fault> {
        self.0.next().map(|value| seed.deserialize(Reader::element(value))).transpose()
    }
}

struct Entries {
    entries: serde_json::map::IntoIter,
    value: Option<Value>,
    place: Place,
}

impl Entries {
    fn new(map: serde_json::Map<String, Value>, place: Place) -> Entries {
        Entries { entries: map.into_iter(), value: None, place }
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> std::result::Result<Option<S::Value>, Fault> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Reader::field(Value::String(key))).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> std::result::Result<S::Value, Fault> {
        let value = self.value.take().expect("a value is read once, after its key");
        seed.deserialize(Reader { value, place: self.place })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::error::ErrorKind;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Throughput {
        units: Option<i64>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Request {
        name: Option<String>,
        limit: Option<i32>,
        flag: Option<bool>,
        throughput: Option<Throughput>,
        list: Option<Vec<Throughput>>,
        lists: Option<Vec<Vec<String>>>,
        map: Option<BTreeMap<String, Throughput>>,
    }

    #[test]
    fn reads_what_the_service_reads() {
        let request: Request = decode(
            br#"{"Name":"a","Limit":1.9,"Flag":null,"Throughput":{"Units":9e30,"Other":[1]},"Unknown":{"a":[]},
                "Map":{"a":{"Units":-2.5}}}"#,
        )
        .unwrap();
        let expected = Request {
            name: Some("a".into()),
            limit: Some(1),
            throughput: Some(Throughput { units: Some(i64::MAX) }),
            map: Some(BTreeMap::from([("a".into(), Throughput { units: Some(-2) })])),
            ..Request::default()
        };
        assert_eq!(request, expected);
    }

    #[test]
    fn refuses_in_the_services_words() {
        let structure = "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Throughput";
        for (body, message) in [
            ("", ""),
            ("{", ""),
            ("[]", ""),
            ("null", ""),
            ("{}x", ""),
            (r#"{"Name":1}"#, "NUMBER_VALUE cannot be converted to String"),
            (r#"{"Name":1.5}"#, "DECIMAL_VALUE cannot be converted to String"),
            (r#"{"Name":true}"#, "TRUE_VALUE cannot be converted to String"),
            (r#"{"Name":false}"#, "FALSE_VALUE cannot be converted to String"),
            (r#"{"Name":[]}"#, "Unrecognized collection type class java.lang.String"),
            (r#"{"Name":{}}"#, words::START_OF_STRUCTURE),
            (r#"{"Limit":"1"}"#, "STRING_VALUE cannot be converted to Integer"),
            (r#"{"Limit":[]}"#, "Unrecognized collection type class java.lang.Integer"),
            (r#"{"Throughput":{"Units":"1"}}"#, "STRING_VALUE cannot be converted to Long"),
            (r#"{"Throughput":{"Units":true}}"#, "TRUE_VALUE cannot be converted to Long"),
            (r#"{"Flag":"true"}"#, "Unexpected token received from parser"),
            (r#"{"Flag":1}"#, "NUMBER_VALUE cannot be converted to Boolean"),
            (r#"{"Throughput":"a"}"#, "Unexpected field type"),
            (r#"{"Throughput":[]}"#, structure),
            (r#"{"List":"a"}"#, "Unexpected field type"),
            (r#"{"List":{}}"#, words::START_OF_STRUCTURE),
            (r#"{"List":["a"]}"#, "Unexpected value type in payload"),
            (r#"{"List":[[1]]}"#, structure),
            (r#"{"Lists":[1]}"#, words::UNEXPECTED_COLLECTION),
            (r#"{"Map":[]}"#, words::LIST_FOR_MAP),
            (r#"{"Map":{"a":1}}"#, "Unexpected value type in payload"),
        ] {
            let error = decode::<Request>(body.as_bytes()).unwrap_err();
            assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Serialization, message), "{body}");
        }
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let body = format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        assert!(
            decode::<Request>(body.as_bytes())
                .unwrap_err()
                .message
                .starts_with("Nesting Levels have exceeded")
        );
    }
}
