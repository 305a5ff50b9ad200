//! The words of event source mappings.
//!
//! The refusals of a mapping that exists already and of filter patterns as applications have published them
//! (aws/serverless-application-model issue 1320, aws/aws-cdk issue 23057), the constraints in the style of Lambda's validation, the
//! other words our own: of functions, which are rules here, and of steps.

use std::fmt::Display;

use super::constraint::Constraint;
use super::{ApiError, ErrorKind};

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::InvalidParameterValue, message)
}

/// There is no mapping of that UUID.
pub fn not_found() -> ApiError {
    ApiError::new(ErrorKind::ResourceNotFound, "The resource you requested does not exist.")
}

/// The stream and the function have a mapping already.
pub fn exists(arn: &str, function: &str, uuid: &str) -> ApiError {
    ApiError::new(
        ErrorKind::ResourceConflict,
        format!(
            "The event source arn (\" {arn} \") and function (\" {function} \") provided mapping already exists. Please update \
             or delete the existing mapping with UUID {uuid}"
        ),
    )
}

/// The stream is not there, or takes no records any more.
pub fn stream_not_found(arn: &str) -> ApiError {
    invalid(format!("Stream not found: {arn}"))
}

/// An ARN that is no stream's.
pub fn unrecognized_source() -> ApiError {
    invalid("Unrecognized event source, must be kinesis, dynamodb stream or sqs.")
}

/// A starting position that streams of DynamoDB do not have.
pub fn starting_position() -> ApiError {
    invalid("Unsupported starting position for stream type: AT_TIMESTAMP.")
}

/// A pattern that is none.
pub fn invalid_pattern() -> ApiError {
    invalid("Invalid filter pattern definition.")
}

/// A pattern that is too long.
pub fn pattern_too_long(text: &str, most: usize) -> ApiError {
    super::constraint::echoed(
        Some(&text),
        "filterCriteria.filters.pattern",
        Constraint::MaxLength(most as u64),
    )
}

/// More patterns than a mapping takes.
pub fn too_many_filters(most: usize) -> ApiError {
    invalid(format!("Number of filters exceeds the limit of {most}."))
}

/// More mappings than a workspace takes.
pub fn too_many_mappings(most: usize) -> ApiError {
    ApiError::new(ErrorKind::LimitExceeded, format!("A workspace has at most {most} event source mappings."))
}

/// The youngest records that may be called old.
pub fn record_age(seconds: i64) -> ApiError {
    invalid(format!("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800: {seconds} is neither."))
}

/// A tumbling window beside several lanes.
pub fn window_and_lanes() -> ApiError {
    invalid("TumblingWindowInSeconds needs a ParallelizationFactor of 1.")
}

/// The ARN of a destination that is none.
pub fn destination(arn: &str) -> ApiError {
    invalid(format!(
        "The provided destination config DestinationConfig is invalid: {arn} is no ARN of a queue or a topic."
    ))
}

/// What a rule of a function lacks or has wrong.
pub fn rule(number: usize, what: impl Display) -> ApiError {
    invalid(format!("Rule {number} of the function: {what}"))
}

/// What is wrong with the condition on which a function fails.
pub fn fail_if(error: &ApiError) -> ApiError {
    invalid(format!("FailIf of the function: {}", error.message))
}

/// More rules than a function has.
pub fn too_many_rules(most: usize) -> ApiError {
    invalid(format!("A function has 1 to {most} rules."))
}

/// A function whose JSON nests too deep.
pub fn function_too_deep(levels: usize) -> ApiError {
    invalid(format!("A function nests {levels} levels at most."))
}

/// A path that leads nowhere.
pub fn path_invalid(path: &str) -> String {
    format!("\"{path}\" is no path into a record, such as dynamodb.NewImage.total.")
}

/// A brace that stands alone.
pub fn brace_alone(text: &str) -> String {
    format!("A brace stands alone in \"{text}\". Write {{{{ or }}}} for a brace itself.")
}

/// Then does none of what a rule can do.
pub const THEN: &str = "Then is one of PutItem, UpdateItem, DeleteItem and UpdateState, with its request.";

/// Functions throw this where a hole of a template has nothing to be filled with.
pub fn nothing_at(path: &str) -> String {
    format!("The record has no scalar at {path}.")
}

/// Functions throw this on a poisoned record.
pub const POISONED: &str = "FailIf holds for the record.";

/// Functions throw this where the answer of a rule's request is an exception.
pub fn refused(operation: &str, error: &ApiError) -> String {
    format!("{operation}: {}: {}", error.kind.name(), error.message)
}

/// What is known of an invocation whose answer is lost.
pub const ANSWER_LOST: &str = "The function's answer was lost: it may have done its work.";
