//! The words of vector indexes: what a definition, a written vector and a search are refused with.
//!
//! As recorded from the service by paritysuite/dynamodb-conformance (August to October 2026). The words of an operator that no
//! search takes, of a missing HASH attribute beside others and of an attribute that the index does not hold are not recorded:
//! they follow those of Query.

use super::ApiError;
use super::table::invalid;
use crate::limits::{SEARCH_TOP_K, VECTOR_DIMENSIONS, VECTOR_INDEXES};

/// A vector index on a table that is not paid for by request.
pub fn on_demand_only() -> ApiError {
    invalid("Vector indexes are only supported for PAY_PER_REQUEST tables")
}

/// More vector indexes than a table may have.
pub fn too_many_indexes() -> ApiError {
    invalid(format_args!("VectorIndex count exceeds the per-table limit of {VECTOR_INDEXES}"))
}

/// More dimensions than a vector may have.
pub fn dimensions_out_of_range() -> ApiError {
    invalid(format_args!("Number of dimensions must be between 1 and {VECTOR_DIMENSIONS} inclusive."))
}

/// An attribute of a SearchSchema has no definition.
pub fn search_schema_not_defined() -> ApiError {
    invalid("One element in SearchSchema is not defined in attribute definitions")
}

/// Two vector indexes read one attribute with different dimensions.
pub fn conflicting_dimensions(attribute: &str) -> ApiError {
    invalid(format_args!(
        "Conflicting attribute definition for '{attribute}'. All VectorIndexes on the same vector attribute must use the \
         same dimensions."
    ))
}

/// A VectorIndexUpdate with neither or both.
pub fn update_malformed(both: bool) -> ApiError {
    invalid(if both {
        "Only one vector index action is allowed per VectorIndexUpdate object"
    } else {
        "One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null"
    })
}

/// A written vector of another length than the index's.
pub fn vector_size(attribute: &str, expected: u64, actual: usize, index: &str) -> ApiError {
    ApiError::validation(format!(
        "One or more parameter values were invalid. Invalid size for parameter {attribute}, Expected: {expected}, Actual: \
         {actual} IndexName: {index}"
    ))
}

/// A written vector that is no list.
pub fn vector_not_a_list(attribute: &str, index: &str) -> ApiError {
    ApiError::validation(format!(
        "One or more parameter values were invalid. Invalid type for parameter {attribute}, Expected: 32-bit floating point \
         number list IndexName: {index}"
    ))
}

/// An element of a written vector that is no 32-bit number.
pub fn vector_element(attribute: &str, at: usize, actual: &str, index: &str) -> ApiError {
    ApiError::validation(format!(
        "One or more parameter values were invalid. Invalid type for parameter {attribute}[{at}], Expected: 32-bit floating \
         point number, Actual: {actual}. IndexName: {index}"
    ))
}

/// TopK above its maximum.
pub fn top_k(given: i32) -> ApiError {
    ApiError::validation(format!(
        "Provided TopK value '{given}' is out of valid range. The value must be between 1 and {SEARCH_TOP_K} inclusive"
    ))
}

/// A search without a condition of an index that has a HASH attribute.
pub fn condition_missing() -> ApiError {
    ApiError::validation("SearchConditionExpression must be provided when SearchSchema has a HASH key")
}

/// A condition that compares otherwise than by `=`.
pub fn invalid_comparator() -> ApiError {
    ApiError::validation(
        "Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression",
    )
}

/// A condition with an operator or function other than a comparison or AND.
pub fn invalid_operator(operator: &str) -> ApiError {
    ApiError::validation(format!(
        "Invalid SearchConditionExpression: Invalid operator used in SearchConditionExpression: {operator}"
    ))
}

/// A condition on an attribute that is not in the SearchSchema.
pub fn not_in_search_schema(attribute: &str) -> ApiError {
    ApiError::validation(format!(
        "SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid attribute: \
         {attribute}"
    ))
}

/// A search vector of another length than the index's.
pub fn search_dimensions(given: usize, expected: u64) -> ApiError {
    ApiError::validation(format!(
        "Input search vector dimension {given} does not match vector index dimension {expected}"
    ))
}

/// A search vector that does not consist of 32-bit numbers.
pub fn search_vector() -> ApiError {
    ApiError::validation(
        "Search vector contains invalid values. All values in the search vector must be a 32-bit floating-point number \
         attribute",
    )
}

/// A search of an index that is being filled.
pub fn backfilling(index: &str) -> ApiError {
    ApiError::validation(format!("Cannot search backfilling vector index: {index}"))
}

/// A projection expression names attributes that the index does not hold.
pub fn not_projected(index: &str, names: &[&str]) -> ApiError {
    invalid(format_args!("Vector index {index} does not project [{}]", names.join(", ")))
}

/// Query or Scan of a vector index.
pub fn not_a_search(operation: &str) -> ApiError {
    ApiError::validation(format!("{operation} operation not supported on this index type"))
}
