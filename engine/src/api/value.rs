//! Attribute values on the wire.
//!
//! A request is read whole before anything in it is refused, so a bad value is kept as what is wrong with
//! it, and comes out when the operation's turn to check values has come.

use std::fmt;

use data_encoding::BASE64;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::error::value::ValueError;
use crate::limits;
use crate::model::{AttributeType, AttributeValue, Item, Map, Number};

/// A value, or what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireValue(pub Result<AttributeValue, ValueError>);

/// An item, a key or a set of expression values, as given: in the order of the names, of which none stands twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WireMap(Vec<(String, WireValue)>);

impl WireMap {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many values were given.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether a value was given under that name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.0.binary_search_by(|(given, _)| given.as_str().cmp(name)).is_ok()
    }

    /// The values in the order of their names.
    pub fn values(&self) -> impl Iterator<Item = &WireValue> {
        self.0.iter().map(|(_, value)| value)
    }
}

impl<'a> IntoIterator for &'a WireMap {
    type Item = &'a (String, WireValue);
    type IntoIter = std::slice::Iter<'a, (String, WireValue)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl FromIterator<(String, WireValue)> for WireMap {
    fn from_iter<I: IntoIterator<Item = (String, WireValue)>>(values: I) -> WireMap {
        let mut values: Vec<(String, WireValue)> = values.into_iter().collect();
        if !values.is_sorted_by(|one, next| one.0 < next.0) {
            // Of a name given twice the last value counts.
            values.reverse();
            values.sort_by(|one, other| one.0.cmp(&other.0));
            values.dedup_by(|later, kept| later.0 == kept.0);
        }
        WireMap(values)
    }
}

impl IntoIterator for WireMap {
    type Item = (String, WireValue);
    type IntoIter = std::vec::IntoIter<(String, WireValue)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de> Deserialize<'de> for WireMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WireMap, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = WireMap;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("attribute values")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WireMap, A::Error> {
                std::iter::from_fn(|| map.next_entry().transpose()).collect()
            }
        }
        deserializer.deserialize_map(Values)
    }
}

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

/// The member that tells a value's type.
enum Member {
    Type(AttributeType),
    Unknown,
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Member, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Member;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a type's name")
            }
            fn visit_str<E>(self, name: &str) -> Result<Member, E> {
                Ok(AttributeType::from_name(name).map_or(Member::Unknown, Member::Type))
            }
        }
        deserializer.deserialize_identifier(Name)
    }
}

impl<'de> Deserialize<'de> for WireValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WireValue, D::Error> {
        const MEMBERS: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"];
        deserializer.deserialize_struct("AttributeValue", &MEMBERS, OneMember)
    }
}

struct OneMember;

impl<'de> Visitor<'de> for OneMember {
    type Value = WireValue;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an attribute value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WireValue, A::Error> {
        let mut found = Err(ValueError::Empty);
        let (mut seen, mut given) = (0u16, 0);
        while let Some(member) = map.next_key::<Member>()? {
            let Member::Type(of) = member else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if seen & (1 << of as u16) != 0 {
                return Err(serde::de::Error::duplicate_field(of.name()));
            }
            seen |= 1 << of as u16;
            if let Some(value) = member_value(of, &mut map)? {
                given += 1;
                found = value;
            }
        }
        Ok(WireValue(if given > 1 { Err(ValueError::Several) } else { found }))
    }
}

/// Reads the value of a member; none where it is null.
fn member_value<'de, A: MapAccess<'de>>(
    of: AttributeType,
    map: &mut A,
) -> Result<Option<Result<AttributeValue, ValueError>>, A::Error> {
    Ok(match of {
        AttributeType::S => map.next_value::<Option<String>>()?.map(|text| Ok(AttributeValue::S(text))),
        AttributeType::N => {
            map.next_value::<Option<WireNumber>>()?.map(|number| number.0.map(AttributeValue::N))
        }
        AttributeType::B => map.next_value::<Option<Bytes>>()?.map(|bytes| Ok(AttributeValue::B(bytes.0))),
        AttributeType::Bool => map.next_value::<Option<bool>>()?.map(|value| Ok(AttributeValue::Bool(value))),
        AttributeType::Null => map
            .next_value::<Option<bool>>()?
            .map(|value| if value { Ok(AttributeValue::Null) } else { Err(ValueError::NullFalse) }),
        AttributeType::M => {
            map.next_value::<Option<WireMap>>()?.map(|values| read_map(values).map(AttributeValue::M))
        }
        AttributeType::L => map.next_value::<Option<Vec<WireValue>>>()?.map(|list| {
            list.into_iter().map(|value| value.0).collect::<Result<_, _>>().map(AttributeValue::L)
        }),
        AttributeType::Ss => map
            .next_value::<Option<Vec<String>>>()?
            .map(|set| read_set("SS", set, AttributeValue::string_set, |elements| elements.to_vec())),
        AttributeType::Ns => map.next_value::<Option<Vec<String>>>()?.map(number_set),
        AttributeType::Bs => map.next_value::<Option<Vec<Bytes>>>()?.map(|set| {
            let set = set.into_iter().map(|bytes| bytes.0).collect();
            let shown = |elements: &[Vec<u8>]| elements.iter().map(|bytes| BASE64.encode(bytes)).collect();
            read_set("BS", set, AttributeValue::binary_set, shown)
        }),
    })
}

/// A number, or what is wrong with it.
struct WireNumber(Result<Number, ValueError>);

impl<'de> Deserialize<'de> for WireNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WireNumber, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = WireNumber;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number as text")
            }
            fn visit_str<E>(self, text: &str) -> Result<WireNumber, E> {
                Ok(WireNumber(number(text)))
            }
        }
        deserializer.deserialize_string(Digits)
    }
}

fn number(text: &str) -> Result<Number, ValueError> {
    Number::parse(text).map_err(|error| ValueError::Number(error, text.into()))
}

fn read_set<T: Ord>(
    wire_type: &'static str,
    elements: Vec<T>,
    build: impl FnOnce(Vec<T>) -> Option<AttributeValue>,
    shown: impl FnOnce(&[T]) -> Vec<String>,
) -> Result<AttributeValue, ValueError> {
    if elements.is_empty() {
        return Err(ValueError::EmptySet(wire_type));
    }
    let mut sorted: Vec<&T> = elements.iter().collect();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(ValueError::Duplicates(wire_type, shown(&elements)));
    }
    Ok(build(elements).expect("no element stands twice"))
}

fn number_set(elements: Vec<String>) -> Result<AttributeValue, ValueError> {
    if elements.is_empty() {
        return Err(ValueError::EmptySet("NS"));
    }
    let numbers = elements.iter().map(|text| number(text)).collect::<Result<_, _>>()?;
    AttributeValue::number_set(numbers).ok_or(ValueError::Duplicates("NS", elements))
}

impl WireValue {
    /// The value, which is not nested beyond the limit: the attribute itself is the first level.
    pub fn read(self) -> Result<AttributeValue, ValueError> {
        self.within(limits::NESTING_LEVELS - 1)
    }

    /// The value of an expression or a condition as the service's older layer reads it: no attribute stands around it, so
    /// that it may have one level more than one that is stored.
    pub fn read_alone(self) -> Result<AttributeValue, ValueError> {
        self.within(limits::NESTING_LEVELS)
    }

    fn within(self, levels: usize) -> Result<AttributeValue, ValueError> {
        match self.0 {
            Ok(value) if value.depth() > levels => Err(ValueError::Nesting),
            Ok(value) if value.has_empty_name() => Err(ValueError::EmptyName),
            other => other,
        }
    }
}

fn read_map(map: WireMap) -> Result<Map, ValueError> {
    let attributes: Result<Vec<_>, _> = map.0.into_iter().map(|(name, value)| Ok((name, value.0?))).collect();
    attributes.map(Map::from_sorted)
}

/// The item of a wire map: the first thing wrong with it, or nesting beyond the limit, is the error.
pub fn read_item(map: WireMap) -> Result<Item, ValueError> {
    // Told before any value's fault.
    if map.0.first().is_some_and(|(name, _)| name.is_empty()) {
        return Err(ValueError::EmptyName);
    }
    let attributes: Result<Vec<_>, _> =
        map.0.into_iter().map(|(name, value)| Ok((name, value.read()?))).collect();
    attributes.map(Map::from_sorted)
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
        assert!(read(&nested(31)).is_ok());
        for levels in [32, 63, 100] {
            assert!(read(&nested(levels)).unwrap_err().contains("Nesting"));
        }
    }
}
