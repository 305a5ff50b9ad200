//! The words of the streams' API.

use super::{ApiError, ErrorKind};

/// There is no such stream.
pub fn stream_not_found(arn: &str) -> ApiError {
    ApiError::new(
        ErrorKind::ResourceNotFound,
        format!("Requested resource not found: Stream: {arn} not found"),
    )
}

/// The stream has no such shard.
pub fn shard_not_found(shard: &str, arn: &str) -> ApiError {
    ApiError::new(
        ErrorKind::ResourceNotFound,
        format!("Requested resource not found: Shard: {shard} in Stream: {arn} not found"),
    )
}

/// A stream's ARN that is none.
pub fn invalid_stream_arn() -> ApiError {
    ApiError::validation("Invalid StreamArn")
}

/// A shard iterator that was not given out so.
pub fn invalid_iterator() -> ApiError {
    ApiError::validation("Invalid ShardIterator")
}

/// A shard iterator older than 15 minutes.
pub fn expired_iterator() -> ApiError {
    ApiError::new(
        ErrorKind::ExpiredIterator,
        "The shard iterator is expired. Shard iterators are valid for 15 minutes. Please get a new shard iterator.",
    )
}

/// A sequence number that is not of this shard.
pub fn invalid_sequence_number() -> ApiError {
    ApiError::validation("Invalid SequenceNumber")
}

/// The iterator type needs a sequence number.
pub fn sequence_number_missing() -> ApiError {
    ApiError::validation(
        "Requested Sequence Number cannot be null for iterator types AT_SEQUENCE_NUMBER and AFTER_SEQUENCE_NUMBER",
    )
}

/// The iterator type takes no sequence number.
pub fn sequence_number_unwanted() -> ApiError {
    ApiError::validation("Requested Sequence Number must be null for iterator types LATEST and TRIM_HORIZON")
}

/// Records older than 24 hours are gone.
pub fn trimmed() -> ApiError {
    ApiError::new(
        ErrorKind::TrimmedDataAccess,
        "The operation attempted to read past the oldest stream record in a shard.",
    )
}
