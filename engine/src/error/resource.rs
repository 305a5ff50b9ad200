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

/// A `ResourceArn` of a policy in another region or partition.
pub fn resource_arn_elsewhere(text: &str) -> ApiError {
    invalid(format_args!("Invalid resource Arn: {text}"))
}

/// A `ResourceArn` of a policy in another account.
pub fn resource_of_another_account() -> ApiError {
    ApiError::validation("This action is only supported by accounts that match the resource owner’s account.")
}

/// A `ResourceArn` names a stream that the table has not.
pub fn stream_not_found(label: &str, table: &str) -> ApiError {
    let message = format!("Requested resource not found: Stream: {label} not found for Table: {table}");
    ApiError::new(ErrorKind::ResourceNotFound, message)
}

/// A policy's text that is none.
pub fn policy_invalid(what: impl Display) -> ApiError {
    invalid(format_args!("Invalid policy document: {what}"))
}

/// A policy's text is too long.
pub fn policy_too_large() -> ApiError {
    invalid(format_args!("Maximum policy size of {} bytes exceeded", crate::limits::POLICY_BYTES))
}

/// A policy that lets everyone in.
pub fn policy_unbounded() -> ApiError {
    ApiError::validation(
        "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure \
         least-privilege form of access",
    )
}

fn policy_not_found_at(what: impl Display) -> ApiError {
    let message = format!("Resource-based policy not found for the provided ResourceArn: {what}");
    ApiError::new(ErrorKind::PolicyNotFound, message)
}

/// The resource has no policy.
pub fn policy_not_found(arn: &str) -> ApiError {
    policy_not_found_at(arn)
}

/// The resource's policy has another revision than is expected.
pub fn policy_revision(expected: &str, table: &str, revision: u64) -> ApiError {
    policy_not_found_at(format_args!(
        "Requested update for policy with revision id {expected}, but the policy associated to target table {table} has \
         revision id {revision}."
    ))
}

/// A revision is expected and there is no policy.
pub fn policy_revision_of_none(expected: &str, table: &str) -> ApiError {
    policy_not_found_at(format_args!(
        "Requested update for policy with revision id {expected}, but table {table} has no associated policy."
    ))
}

/// No policy is expected and there is one.
pub fn policy_expected_none(table: &str, revision: u64) -> ApiError {
    policy_not_found_at(format_args!(
        "Requested policy update expecting none to be present for table {table}, but a policy exists with revision id \
         {revision}."
    ))
}

/// The last change of the policy is under way.
pub fn policy_pending(table: &str) -> ApiError {
    super::table::in_use(format_args!("Table is pending previous resource-based policy update: {table}"))
}

/// The last change of the policy is not long ago; `after` is when the next may come.
pub fn policy_changed_lately(table: &str, within_ms: u64, after: &str) -> ApiError {
    ApiError::new(
        ErrorKind::Throttling,
        format!(
            "Resource-based policy for table {table} modified within the previous {within_ms} milliseconds. Please try \
             again after {after}Z."
        ),
    )
}

/// An IndexName of Contributor Insights that no index can have.
pub fn insights_index_name() -> ApiError {
    ApiError::validation("IndexName must be at least 3 characters long and at most 255 characters long")
}

/// Contributor Insights of an index that the table has not, or that is a local one.
pub fn insights_index_not_found(index: &str, table: &str) -> ApiError {
    let message = format!("Requested resource not found: Index: {index} not found for table: {table}");
    ApiError::new(ErrorKind::ResourceNotFound, message)
}

/// Contributor Insights of what is not ACTIVE; `what` is `TableStatus` or `IndexStatus`.
pub fn insights_not_ready(what: &str) -> ApiError {
    ApiError::validation(format!(
        "Table or Index is not in a valid state to update Key Access Insights: {what} must be ACTIVE to enable \
         ContributorInsights."
    ))
}

/// A NextToken that was not given out.
pub fn next_token_invalid() -> ApiError {
    invalid("Invalid NextToken")
}
