//! The words for attribute values that are none: empty ones, bad numbers, sets with duplicates, bad keys.

use data_encoding::BASE64;

use super::ApiError;
use super::expression::Envelope;
use crate::model::NumberError;

/// Why a value on the wire is no attribute value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueError {
    /// No type key.
    Empty,
    /// Two or more type keys.
    Several,
    /// A number that is none, with its text.
    Number(NumberError, String),
    /// `{"NULL": false}`.
    NullFalse,
    /// An empty set, of that wire type.
    EmptySet(&'static str),
    /// A set with an element twice: its wire type and the elements as given.
    Duplicates(&'static str, Vec<String>),
    /// Lists and maps deeper than the limit.
    Nesting,
    /// An attribute, or a map's element, without a name.
    EmptyName,
}

fn invalid(detail: impl std::fmt::Display) -> ApiError {
    ApiError::validation(format!("One or more parameter values were invalid: {detail}"))
}

impl ValueError {
    /// The words of the layer that PutItem, UpdateItem and DeleteItem (enveloped), GetItem, BatchGetItem and
    /// Query (bare) check their values in. The two layers were recorded in October 2026 by
    /// paritysuite/dynamodb-conformance; the older one's words are those of `ApiError::from`.
    pub fn refuse(self, envelope: Envelope) -> ApiError {
        let message = match self {
            ValueError::Number(NumberError::Malformed, text) => {
                format!("The parameter cannot be converted to a numeric value: {text}")
            }
            ValueError::Number(error, text) => number_as_read(error, &text).message,
            ValueError::Duplicates("NS", _) => invalid("Input collection contains duplicates.").message,
            ValueError::Duplicates("BS", elements) => {
                invalid(format_args!(
                    "Input collection [{}]of type BS contains duplicates.",
                    up_to_the_first_repeat(&elements, |text| BASE64.decode(text.as_bytes()).ok()).join(",")
                ))
                .message
            }
            ValueError::Duplicates(_, elements) => {
                invalid(format_args!(
                    "Input collection [{}] contains duplicates.",
                    up_to_the_first_repeat(&elements, String::clone).join(", ")
                ))
                .message
            }
            // No envelope: the type is looked at while the request is read.
            ValueError::Empty | ValueError::Several => return ApiError::from(self),
            other => ApiError::from(other).message,
        };
        envelope.refuse(message)
    }
}

/// The elements in quotes: sorted up to the first that repeats, that one, and the rest as they were sent. `key`
/// is what they are sorted by.
fn up_to_the_first_repeat<K: Ord>(elements: &[String], key: impl Fn(&String) -> K) -> Vec<String> {
    let mut seen = std::collections::BTreeMap::new();
    let repeat = elements.iter().position(|element| seen.insert(key(element), element).is_some());
    let rest = &elements[repeat.unwrap_or(elements.len())..];
    seen.into_values().chain(rest).map(|element| format!("\"{element}\"")).collect()
}

/// The words of the older layer: BatchWriteItem, the transactions and Scan.
impl From<ValueError> for ApiError {
    fn from(error: ValueError) -> ApiError {
        match error {
            ValueError::Empty => ApiError::validation(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
            ),
            ValueError::Several => ApiError::validation(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported \
                 datatypes",
            ),
            ValueError::Number(error, text) => number(error, &text),
            ValueError::NullFalse => invalid("Null attribute value types must have the value of true"),
            ValueError::EmptySet("SS") => invalid("An string set  may not be empty"),
            ValueError::EmptySet("NS") => invalid("An number set  may not be empty"),
            ValueError::EmptySet(_) => invalid("Binary sets should not be empty"),
            ValueError::Duplicates("NS", _) => ApiError::validation("Input collection contains duplicates"),
            ValueError::Duplicates("BS", elements) => invalid(format_args!(
                "Input collection [{}]of type BS contains duplicates.",
                elements.join(", ")
            )),
            ValueError::Duplicates(_, elements) => {
                invalid(format_args!("Input collection [{}] contains duplicates.", elements.join(", ")))
            }
            ValueError::EmptyName => super::request::attribute_name_empty(),
            ValueError::Nesting => ApiError::validation(
                "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
            ),
        }
    }
}

/// What the older layer makes of a number: it reads the exponent as Java's BigDecimal does, into 32 bits, and wraps there.
fn as_big_decimal(error: NumberError, text: &str) -> NumberError {
    let exponent = text.rsplit(['e', 'E']).next().and_then(|exponent| exponent.parse::<i64>().ok());
    match (error, exponent) {
        (NumberError::Overflow, Some(exponent)) if exponent == i64::from(i32::MAX) => NumberError::Underflow,
        (NumberError::Overflow | NumberError::Underflow, Some(exponent))
            if i32::try_from(exponent).is_err() =>
        {
            NumberError::Malformed
        }
        (error, _) => error,
    }
}

/// A number that cannot be stored, in the words of the older layer.
pub fn number(error: NumberError, text: &str) -> ApiError {
    number_as_read(as_big_decimal(error, text), text)
}

fn number_as_read(error: NumberError, text: &str) -> ApiError {
    ApiError::validation(match error {
        NumberError::Malformed if text.trim().is_empty() => {
            "The parameter cannot be converted to a numeric value".to_string()
        }
        NumberError::Malformed => format!("The parameter cannot be converted to a numeric value: {text}"),
        NumberError::Precision => {
            "Attempting to store more than 38 significant digits in a Number".to_string()
        }
        NumberError::Overflow => {
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
                .to_string()
        }
        NumberError::Underflow => {
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
                .to_string()
        }
    })
}

/// An item above 400 KB.
pub fn item_too_large() -> ApiError {
    ApiError::validation("Item size has exceeded the maximum allowed size")
}

/// An update that would make an item larger than 400 KB.
pub fn updated_item_too_large() -> ApiError {
    ApiError::validation("Item size to update has exceeded the maximum allowed size")
}

/// An update that would make an item nest lists and maps too deeply.
pub fn updated_item_too_deep() -> ApiError {
    ApiError::validation("Nesting Levels have exceeded supported limits")
}

/// `Key` has other attributes than the table's key, or of other types.
pub fn key_does_not_match() -> ApiError {
    ApiError::validation("The provided key element does not match the schema")
}

/// A key attribute of a put item is of another type than the schema says.
pub fn key_type_mismatch(name: &str, expected: &str, actual: &str) -> ApiError {
    invalid(format_args!("Type mismatch for key {name} expected: {expected} actual: {actual}"))
}

/// A put item lacks a key attribute.
pub fn missing_key(name: &str) -> ApiError {
    invalid(format_args!("Missing the key {name} in the item"))
}

/// A key attribute is empty text or binary.
pub fn empty_key(name: &str, binary: bool) -> ApiError {
    let what = if binary { "binary" } else { "string" };
    ApiError::validation(format!(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty \
         {what} value. Key: {name}"
    ))
}

/// An index key attribute is empty text or binary.
pub fn empty_index_key(name: &str, index: &str, binary: bool) -> ApiError {
    let what = if binary { "binary" } else { "string" };
    ApiError::validation(format!(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. \
         The AttributeValue for a key attribute cannot contain an empty {what} value. IndexName: {index}, IndexKey: \
         {name}"
    ))
}

/// A partition key above 2,048 bytes.
pub fn partition_key_too_long() -> ApiError {
    invalid("Size of hashkey has exceeded the maximum size limit of2048 bytes")
}

/// A sort key above 1,024 bytes.
pub fn sort_key_too_long() -> ApiError {
    invalid("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
}

/// An index key attribute of an item is of another type than the index wants.
pub fn index_key_type_mismatch(name: &str, expected: &str, actual: &str, index: &str) -> ApiError {
    invalid(format_args!(
        "Type mismatch for Index Key {name} Expected: {expected} Actual: {actual} IndexName: {index}"
    ))
}

/// An update of a key attribute.
pub fn update_of_key(name: &str) -> ApiError {
    invalid(format_args!("Cannot update attribute {name}. This attribute is part of the key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(wire_type: &'static str, elements: &[&str]) -> ValueError {
        ValueError::Duplicates(wire_type, elements.iter().map(|&element| element.to_owned()).collect())
    }

    #[test]
    fn both_layers_word_duplicates_as_recorded() {
        let cases = [
            (
                set("SS", &["b", "a", "b"]),
                "One or more parameter values were invalid: Input collection [\"a\", \"b\", \"b\"] contains duplicates.",
                "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates.",
            ),
            (
                set("BS", &["/w==", "AA==", "AA=="]),
                "One or more parameter values were invalid: Input collection [\"AA==\",\"/w==\",\"AA==\"]of type BS contains duplicates.",
                "One or more parameter values were invalid: Input collection [/w==, AA==, AA==]of type BS contains duplicates.",
            ),
            (
                set("NS", &["2", "1", "2"]),
                "One or more parameter values were invalid: Input collection contains duplicates.",
                "Input collection contains duplicates",
            ),
        ];
        for (error, current, older) in cases {
            assert_eq!(error.clone().refuse(Envelope::Bare).message, current);
            assert_eq!(
                error.clone().refuse(Envelope::Counted).message,
                format!("1 validation error detected: {current}")
            );
            assert_eq!(ApiError::from(error).message, older);
        }
    }

    #[test]
    fn both_layers_word_bad_numbers_as_recorded() {
        let number = |text: &str| ValueError::Number(NumberError::Malformed, text.to_owned());
        assert_eq!(
            number("").refuse(Envelope::Bare).message,
            "The parameter cannot be converted to a numeric value: "
        );
        assert_eq!(
            ApiError::from(number("")).message,
            "The parameter cannot be converted to a numeric value"
        );
        assert_eq!(
            number("abc").refuse(Envelope::Counted).message,
            "1 validation error detected: The parameter cannot be converted to a numeric value: abc"
        );
    }
}
