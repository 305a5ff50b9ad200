//! The words for requests whose parameters do not go together.

use super::expression::Envelope;
use super::{ApiError, ErrorKind};

/// ReturnValues that PutItem and DeleteItem do not take.
pub fn return_values_of_put_or_delete(envelope: Envelope) -> ApiError {
    envelope.refuse("ReturnValues can only be ALL_OLD or NONE")
}

/// A value in ExpressionAttributeValues that is none.
pub fn expression_value_invalid(why: &str, name: &str) -> String {
    format!("ExpressionAttributeValues contains invalid value: {why} for key {name}")
}

/// Query without a key condition.
pub fn key_condition_missing() -> ApiError {
    ApiError::validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    )
}

/// Select that an index does not serve.
pub fn select_all_not_projected(index: &str) -> ApiError {
    ApiError::validation(format!(
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary \
         index {index} because its projection type is not ALL"
    ))
}

/// A projection expression names attributes that a global index does not hold.
pub fn projection_not_projected(index: &str, names: &[&str]) -> ApiError {
    ApiError::validation(format!(
        "One or more parameter values were invalid: Global secondary index {index} does not project [{}]",
        names.join(", ")
    ))
}

/// A Query's filter names attributes that the index does not hold.
pub fn filter_not_projected(index: &str, names: &[&str]) -> ApiError {
    ApiError::validation(format!(
        "One or more parameter values were invalid: Secondary index {index} does not project one or more filter \
         attributes: [{}]",
        names.join(", ")
    ))
}

/// ALL_PROJECTED_ATTRIBUTES without an index.
pub fn select_projected_without_index() -> ApiError {
    ApiError::validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
}

/// SPECIFIC_ATTRIBUTES without a projection.
pub fn select_specific_without_projection(envelope: Envelope) -> ApiError {
    envelope.refuse(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    )
}

/// A projection with another Select.
pub fn select_with_projection(parameter: &str, select: &str) -> ApiError {
    ApiError::validation(format!(
        "Cannot specify the {parameter} when choosing to get {}",
        match select {
            "COUNT" => "only the Count",
            other => other,
        }
    ))
}

/// Segment and TotalSegments come together.
pub fn segment_without_total() -> ApiError {
    ApiError::validation(
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    )
}

/// See [`segment_without_total`].
pub fn total_without_segment() -> ApiError {
    ApiError::validation(
        "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    )
}

/// A segment that is none of the total.
pub fn segment_too_large(segment: i32, total: i32) -> ApiError {
    ApiError::validation(format!(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is not less than TotalSegments: {total}"
    ))
}

/// AttributesToGet and ProjectionExpression in one BatchGetItem, be it for two tables.
pub fn projected_twice() -> ApiError {
    ApiError::validation(
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \
         {AttributesToGet} Expression parameters: {ProjectionExpression}",
    )
}

/// The same key twice in a BatchGetItem or BatchWriteItem.
pub fn duplicate_keys() -> ApiError {
    ApiError::validation("Provided list of item keys contains duplicates")
}

/// More than 100 keys in a BatchGetItem.
pub fn too_many_keys() -> ApiError {
    ApiError::validation("Too many items requested for the BatchGetItem call")
}

/// More than 25 requests in a BatchWriteItem, over several tables.
pub fn too_many_writes() -> ApiError {
    ApiError::validation("Too many items requested for the BatchWriteItem call")
}

/// A WriteRequest with neither or both.
pub fn write_request_malformed(both: bool) -> ApiError {
    ApiError::validation(if both {
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
    } else {
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    })
}

/// A transaction with two actions on one item.
pub fn transaction_twice_on_an_item() -> ApiError {
    ApiError::validation("Transaction request cannot include multiple operations on one item")
}

/// A TransactItem with none or several of its actions.
pub fn transact_item_malformed() -> ApiError {
    ApiError::validation("TransactItems can only contain one of Check, Put, Update or Delete")
}

/// An item or key with an attribute that has no name.
pub fn attribute_name_empty() -> ApiError {
    ApiError::validation("Empty attribute name")
}

/// A TransactItem without an action.
pub fn transact_item_empty() -> ApiError {
    super::constraint::enveloped(
        "Value '' at 'transactItems' failed to satisfy constraint: TransactWriteRequest should contain Delete or Put or \
         Update or ConditionCheck",
    )
}

/// What a TransactWriteItems carries is above 4 MB (sic: the service says it twice).
pub fn transaction_too_large(bytes: usize) -> ApiError {
    let words = "Transaction payload size cannot exceed 4MB. Payload Size: ";
    ApiError::validation(format!("{words}: {words}{bytes}"))
}

/// What a TransactGetItems would return is above 4 MB (sic: the size stands directly behind the sentence).
pub fn transaction_response_too_large(bytes: u64) -> ApiError {
    ApiError::validation(format!("Payload in response is too large.{bytes}"))
}

/// A token again with other parameters.
pub fn idempotent_mismatch() -> ApiError {
    ApiError::new(
        ErrorKind::IdempotentParameterMismatch,
        "Specified idempotent token was used with different request parameters within the idempotency window",
    )
}

/// A token again while its transaction is running.
pub fn transaction_in_progress() -> ApiError {
    ApiError::new(
        ErrorKind::TransactionInProgress,
        "The transaction with the given request token is already in progress.",
    )
}
