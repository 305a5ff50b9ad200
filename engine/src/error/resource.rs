//! The words of what is refused by ARN: tags and the resources that have them.
//!
//! As recorded by the API findings that the ACK project published for its DynamoDB controller in October 2026 and, where
//! those say nothing, by architect/dynalite.

use std::fmt::Display;

use super::table::invalid;
use super::{ApiError, ErrorKind};

/// `ResourceArn` is missing.
pub fn arn_missing() -> ApiError {
    ApiError::validation("Invalid TableArn")
}

/// A text that is no ARN.
pub fn arn_without_prefix(text: &str) -> ApiError {
    invalid(format_args!("ARNs must start with 'arn:': {text}"))
}

/// An ARN that ends too early.
pub fn arn_part_missing(missing: &str, text: &str) -> ApiError {
    invalid(format_args!("{missing} not found: {text}"))
}

/// An ARN of something that is neither a table's nor a stream's nor an index's.
pub fn arn_of_another_resource(text: &str) -> ApiError {
    invalid(format_args!("Provided Arn is not a DynamoDB resource arn: {text}"))
}

/// An index's ARN.
pub fn arn_of_an_index(text: &str) -> ApiError {
    invalid(format_args!(
        "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {text}"
    ))
}

/// A table's ARN in another region, or of a name that no table can have.
pub fn table_arn_invalid(text: &str) -> ApiError {
    ApiError::validation(format!("Invalid TableArn: Invalid ResourceArn provided as input {text}"))
}

/// Another account's resource.
pub fn access_denied() -> ApiError {
    ApiError::new(ErrorKind::AccessDenied, "Access is denied")
}

/// No table with that ARN has tags: there is none, or it is still being created.
pub fn resource_arn_not_found(arn: &str) -> ApiError {
    let message = format!("Requested resource not found: ResourceArn: {arn} not found");
    ApiError::new(ErrorKind::ResourceNotFound, message)
}

/// TagResource without tags.
pub fn no_tags() -> ApiError {
    ApiError::validation("Atleast one Tag needs to be provided as Input.")
}

/// UntagResource without keys.
pub fn no_tag_keys() -> ApiError {
    ApiError::validation("Atleast one Tag Key needs to be provided as Input.")
}

/// More tags than a resource may have.
pub fn too_many_tags() -> ApiError {
    ApiError::validation("Number of Tags exceed the current limit for the provided ResourceArn")
}

/// A tag's key that only the service itself may set.
pub fn tag_key_reserved(key: &str) -> ApiError {
    ApiError::validation(format!("Tag Key cannot be prefixed with aws:, Key: {key}"))
}

/// A tag's key that is none; `null` where it is missing.
pub fn tag_key_invalid(key: impl Display) -> ApiError {
    ApiError::validation(format!("The Tag Key provided is invalid, Key: {key}"))
}

/// A tag's value that is none; `null` where it is missing.
pub fn tag_value_invalid(value: impl Display) -> ApiError {
    ApiError::validation(format!("The Tag Value provided is invalid, Value: {value}"))
}

/// A tag's key twice in a request.
pub fn tag_key_twice(key: &str) -> ApiError {
    ApiError::validation(format!("Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}"))
}
