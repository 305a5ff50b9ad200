//! The words of bulk operations.
//!
//! Not recorded from the service: they follow those of exports and imports, which are (the ACK project's API findings, October
//! 2026), and the API reference.

use super::{ApiError, ErrorKind};

/// `FailureCode` and `FailureMessage` of an operation whose input is not there.
pub const NO_SUCH_BUCKET: (&str, &str) = ("S3NoSuchBucket", "The specified bucket does not exist");
/// The same of an operation that was cancelled.
pub const CANCELLED: (&str, &str) = ("Cancelled", "The bulk operation was cancelled");

/// No bulk operation has that ARN.
pub fn not_found(arn: &str) -> ApiError {
    let message = format!("Requested resource not found: Bulk operation not found: {arn}");
    ApiError::new(ErrorKind::ResourceNotFound, message)
}

/// An operation that is over is to be cancelled.
pub fn not_in_progress(arn: &str) -> ApiError {
    ApiError::validation(format!("Invalid Request: Bulk operation is not in progress: {arn}"))
}

/// A table already has an operation in progress.
pub fn one_at_a_time(table: &str) -> ApiError {
    super::table::in_use(format_args!("Table has a bulk operation in progress: {table}"))
}

/// A KMS key without the algorithm that takes one.
pub fn kms_key_not_taken() -> ApiError {
    ApiError::validation("Invalid Request: KMS Key Id is not supported for this encryption type")
}
