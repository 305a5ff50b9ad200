//! The words of the streams' API.
//!
//! The streams and trimmed records as applications have published them; of shards, iterators and sequence numbers as DynamoDB
//! Local words them, for want of recordings.

use super::{ApiError, ErrorKind};

/// There is no such stream.
pub fn stream_not_found(arn: &str) -> ApiError {
    ApiError::new(
        ErrorKind::ResourceNotFound,
        format!("Requested resource not found: Stream: {arn} not found"),
    )
}

/// The stream has no such shard, or has it no longer.
pub fn shard_not_found() -> ApiError {
    ApiError::new(ErrorKind::ResourceNotFound, "Requested resource not found: Shard does not exist")
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
    ApiError::validation("SequenceNumber cannot be null")
}

/// The iterator type takes no sequence number.
pub fn sequence_number_unwanted() -> ApiError {
    ApiError::validation("SequenceNumber should not be passed for this iterator type")
}

/// Records older than 24 hours are gone.
pub fn trimmed() -> ApiError {
    ApiError::new(ErrorKind::TrimmedDataAccess, "The data you are trying to access has been trimmed")
}

/// The iterator type needs a time.
pub fn timestamp_missing() -> ApiError {
    ApiError::validation("Timestamp cannot be null")
}

/// The iterator type takes no time.
pub fn timestamp_unwanted() -> ApiError {
    ApiError::validation("Timestamp should not be passed for this iterator type")
}

/// A time that has not come.
pub fn timestamp_in_future() -> ApiError {
    ApiError::validation("Timestamp cannot be in the future")
}

/// A filter of shards that names no parent.
pub fn shard_filter_incomplete() -> ApiError {
    ApiError::validation("ShardFilter must have both Type and ShardId")
}
