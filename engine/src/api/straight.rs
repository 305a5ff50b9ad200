//! Requests read straight from their JSON into types, without a tree in between.
//!
//! Takes only what is plainly right, by the rules of [`super::decode`], and refuses everything else without saying why:
//! wrong types, broken JSON, fractions, members given twice, deep nesting. What it refuses is then read as a tree, which
//! finds the words. So it may be stricter than the tree, and must never read anything differently.

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

use crate::model::json::plain_length;

/// Not plainly right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not plainly right")
    }
}

impl std::error::Error for Refused {}

impl serde::de::Error for Refused {
    fn custom<T: std::fmt::Display>(_: T) -> Refused {
        Refused
    }
}

type Read<T> = Result<T, Refused>;

/// How deep lists and objects may nest here; the tree takes some more.
const DEPTH: usize = 96;

/// Reads a `T` of a body that is one JSON object.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Read<T> {
    let text = std::str::from_utf8(body).map_err(|_| Refused)?;
    let mut parser = Parser { text, at: 0, depth: 0 };
    if parser.peek() != Some(b'{') {
        return Err(Refused);
    }
    let value = T::deserialize(&mut parser)?;
    if parser.peek().is_none() { Ok(value) } else { Err(Refused) }
}

struct Parser<'de> {
    text: &'de str,
    at: usize,
    depth: usize,
}

/// A string: as it stands in the body, or with its escapes resolved.
enum Text<'de> {
    Plain(&'de str),
    Resolved(String),
}

impl<'de> Parser<'de> {
    /// The next byte that is no white space; it is not taken.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    fn take(&mut self, wanted: u8) -> Read<()> {
        if self.peek() != Some(wanted) {
            return Err(Refused);
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, wanted: &str) -> Read<()> {
        self.peek();
        if !self.text.as_bytes()[self.at..].starts_with(wanted.as_bytes()) {
            return Err(Refused);
        }
        self.at += wanted.len();
        Ok(())
    }

    fn enter(&mut self, open: u8) -> Read<()> {
        self.take(open)?;
        self.depth += 1;
        if self.depth > DEPTH { Err(Refused) } else { Ok(()) }
    }

    /// Goes on to the next element or member; whether the end came instead, which is taken.
    fn ended(&mut self, first: bool, close: u8) -> Read<bool> {
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                self.depth -= 1;
                Ok(true)
            }
            Some(b',') if !first => {
                self.at += 1;
                Ok(false)
            }
            Some(_) if first => Ok(false),
            _ => Err(Refused),
        }
    }

    fn string(&mut self) -> Read<Text<'de>> {
        self.take(b'"')?;
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let mut escaped = false;
        loop {
            self.at += plain_length(bytes.get(self.at..).ok_or(Refused)?);
            match bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                _ => return Err(Refused),
            }
        }
        let end = self.at;
        self.at += 1;
        if escaped {
            let quoted = self.text.get(start - 1..=end).ok_or(Refused)?;
            return serde_json::from_str(quoted).map(Text::Resolved).map_err(|_| Refused);
        }
        self.text.get(start..end).map(Text::Plain).ok_or(Refused)
    }

    /// A whole number of at most 18 digits.
    fn whole(&mut self) -> Read<i64> {
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let bytes = &self.text.as_bytes()[self.at..];
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let leading_zero = digits > 1 && bytes[0] == b'0';
        let goes_on = matches!(bytes.get(digits), Some(b'.' | b'e' | b'E'));
        if digits == 0 || digits > 18 || leading_zero || goes_on {
            return Err(Refused);
        }
        self.at += digits;
        let value = bytes[..digits].iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        Ok(if negative { -value } else { value })
    }

    fn skip(&mut self) -> Read<()> {
        match self.peek().ok_or(Refused)? {
            b'"' => self.string().map(drop),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            b'[' => {
                self.enter(b'[')?;
                let mut first = true;
                while !self.ended(first, b']')? {
                    first = false;
                    self.skip()?;
                }
                Ok(())
            }
            b'{' => {
                self.enter(b'{')?;
                let mut first = true;
                while !self.ended(first, b'}')? {
                    first = false;
                    self.string()?;
                    self.take(b':')?;
                    self.skip()?;
                }
                Ok(())
            }
            _ => self.whole().map(drop),
        }
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            let whole = i128::from(self.whole()?);
            visitor.$visit(whole.clamp(i128::from($type::MIN), i128::from($type::MAX)) as $type)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Parser<'de> {
    type Error = Refused;

    /// Whoever takes anything needs the tree.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
        Err(Refused)
    }

    whole_numbers! {
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let value = self.peek() == Some(b't');
        self.word(if value { "true" } else { "false" })?;
        visitor.visit_bool(value)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.string()? {
            Text::Plain(text) => visitor.visit_borrowed_str(text),
            Text::Resolved(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let decoded = match self.string()? {
            Text::Plain(text) => super::decode::base64(text),
            Text::Resolved(text) => super::decode::base64(&text),
        };
        visitor.visit_byte_buf(decoded.map_err(|_| Refused)?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.peek() == Some(b'n') {
            self.word("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.enter(b'[')?;
        visitor.visit_seq(Inside { parser: self, first: true })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.enter(b'{')?;
        visitor.visit_map(Inside { parser: self, first: true })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 char unit unit_struct tuple tuple_struct enum
    }
}

/// The elements of a list or the members of an object.
struct Inside<'a, 'de> {
    parser: &'a mut Parser<'de>,
    first: bool,
}

impl Inside<'_, '_> {
    fn ended(&mut self, close: u8) -> Read<bool> {
        let first = std::mem::replace(&mut self.first, false);
        self.parser.ended(first, close)
    }
}

impl<'de> SeqAccess<'de> for Inside<'_, 'de> {
    type Error = Refused;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<Option<S::Value>> {
        if self.ended(b']')? { Ok(None) } else { seed.deserialize(&mut *self.parser).map(Some) }
    }
}

impl<'de> MapAccess<'de> for Inside<'_, 'de> {
    type Error = Refused;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<Option<S::Value>> {
        if self.ended(b'}')? {
            return Ok(None);
        }
        match self.parser.string()? {
            Text::Plain(text) => seed.deserialize(serde::de::value::BorrowedStrDeserializer::new(text)),
            Text::Resolved(text) => seed.deserialize(text.into_deserializer()),
        }
        .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<S::Value> {
        self.parser.take(b':')?;
        seed.deserialize(&mut *self.parser)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::decode::decode_as_tree;
    use crate::api::item::{BatchWriteItemInput, PutItemInput, QueryInput, TransactWriteItemsInput};
    use proptest::prelude::*;

    const NAMES: [&str; 24] = [
        "TableName",
        "Item",
        "RequestItems",
        "TransactItems",
        "Put",
        "PutRequest",
        "Limit",
        "ConsistentRead",
        "ExpressionAttributeValues",
        "ExpressionAttributeNames",
        "Key",
        "S",
        "N",
        "B",
        "BOOL",
        "NULL",
        "M",
        "L",
        "SS",
        "NS",
        "BS",
        "a",
        "é",
        "\u{1}\"\\",
    ];

    /// Text that is nearly always JSON, with members that stand twice, in any order and of any type.
    fn body() -> impl Strategy<Value = String> {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let leaf = prop_oneof![
            Just("null".to_string()),
            Just("true".to_string()),
            Just("false".to_string()),
            Just("\"AQI=\"".to_string()),
            Just("\"\\ud83d\\ude00\"".to_string()),
            Just("\"\\ud83d\"".to_string()),
            Just("1.5e3".to_string()),
            Just("01".to_string()),
            any::<i64>().prop_map(|number| number.to_string()),
            (0..100).prop_map(|number| format!("\"{number}\"")),
            proptest::sample::select(&NAMES[..]).prop_map(quoted),
            ".{0,6}".prop_map(move |text| quoted(&text)),
        ];
        let nested = leaf.prop_recursive(6, 48, 5, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4)
                    .prop_map(|list| format!("[{}]", list.join(" ,"))),
                members(inner),
            ]
        });
        prop_oneof![8 => members(nested.clone()), 1 => nested]
    }

    fn members(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
        proptest::collection::vec((proptest::sample::select(&NAMES[..]), value), 0..4).prop_map(|pairs| {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(name, value)| format!("{}: {value}", serde_json::to_string(name).unwrap()))
                .collect();
            format!("{{{}}}", pairs.join(",\n"))
        })
    }

    fn same<T: DeserializeOwned + PartialEq + std::fmt::Debug>(body: &[u8]) -> Result<bool, TestCaseError> {
        let straight = read::<T>(body);
        if let Ok(straight) = &straight {
            let tree = decode_as_tree::<T>(body);
            prop_assert_eq!(Ok(straight), tree.as_ref());
        }
        Ok(straight.is_ok())
    }

    fn all(body: &[u8]) -> Result<bool, TestCaseError> {
        Ok(same::<PutItemInput>(body)?
            | same::<QueryInput>(body)?
            | same::<BatchWriteItemInput>(body)?
            | same::<TransactWriteItemsInput>(body)?)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_is_read_straight_is_what_the_tree_says(body in body(), at: prop::sample::Index, byte: u8) {
            all(body.as_bytes())?;
            let mut broken = body.into_bytes();
            let at = at.index(broken.len());
            broken[at] = byte;
            all(&broken)?;
        }
    }

    #[test]
    fn ordinary_requests_are_read_straight() {
        for body in [
            r#"{"TableName":"Orders","Item":{"b":{"S":"x\\n"},"a":{"N":"1.5"},"c":{"M":{"d":{"L":[{"BOOL":true}]}}}}}"#,
            r#" { "RequestItems" : { "T" : [ {"PutRequest":{"Item":{"a":{"SS":["x","y"]},"b":{"B":"AQI="}}}} ] } } "#,
            r#"{"Limit":20,"Unknown":[{"x":null},1],"ScanIndexForward":false,"ExclusiveStartKey":null}"#,
        ] {
            assert!(all(body.as_bytes()).unwrap(), "{body}");
        }
        let deep = format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        assert_eq!(read::<PutItemInput>(deep.as_bytes()), Err(Refused));
    }
}
