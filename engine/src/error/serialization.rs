//! The words of SerializationException: JSON that cannot be read as the operation's request.
//!
//! As the service was seen to send them (published in architect/dynalite's tests against it).

use super::{ApiError, ErrorKind};

/// The kind of a JSON scalar, as the service names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Token {
    String,
    Number,
    Decimal,
    True,
    False,
}

impl Token {
    fn name(self) -> &'static str {
        match self {
            Token::String => "STRING_VALUE",
            Token::Number => "NUMBER_VALUE",
            Token::Decimal => "DECIMAL_VALUE",
            Token::True => "TRUE_VALUE",
            Token::False => "FALSE_VALUE",
        }
    }
}

/// The body is no JSON, or no object. The service sends this exception without a message.
pub fn malformed() -> ApiError {
    ApiError::new(ErrorKind::Serialization, "")
}

/// A value has the wrong type; `words` is one of the messages below.
pub fn wrong_type(words: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::Serialization, words)
}

/// The body nests deeper than the reader goes: far beyond the 32 levels that a document may have.
pub fn nested_too_deep() -> ApiError {
    ApiError::validation(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
    )
}

/// A scalar of one kind where another is wanted: `class` is `String`, `Integer`, `Long`, `Boolean`.
pub fn cannot_convert(token: Token, class: &str) -> String {
    format!("{} cannot be converted to {class}", token.name())
}

/// A string where a Boolean is wanted.
pub const UNEXPECTED_TOKEN: &str = "Unexpected token received from parser";

/// A map or structure where a scalar or a list is wanted.
pub const START_OF_STRUCTURE: &str = "Start of structure or map found where not expected";

/// A scalar where a field wants a list, a map or a structure.
pub const UNEXPECTED_FIELD: &str = "Unexpected field type";

/// A scalar where an element of a list or map wants a structure.
pub const UNEXPECTED_VALUE: &str = "Unexpected value type in payload";

/// A scalar where an element of a list or map wants a list or a map.
pub const UNEXPECTED_COLLECTION: &str = "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader 'bootstrap')";

/// Anything but a string where binary data are wanted.
pub const NOT_BASE64: &str = "only base-64-encoded strings are convertible to bytes";

/// Base64 that ends within a group.
pub fn base64_length(length: usize) -> String {
    format!("Base64 encoded length is expected a multiple of 4 bytes but found: {length}")
}

/// Base64 that cannot be decoded (sic).
pub const BASE64_CHARACTER: &str = "Invalid last non-pad Base64 character dectected";

/// A list where a scalar is wanted: `class` is a Java class's full name.
pub fn list_for_class(class: &str) -> String {
    format!("Unrecognized collection type class {class}")
}

/// A list where a structure of the API is wanted.
pub fn list_for_structure(name: &str) -> String {
    format!("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.{name}")
}

/// A list where a map is wanted.
pub const LIST_FOR_MAP: &str = "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>";
