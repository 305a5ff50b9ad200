//! The words of what items and tables refuse when they are read and written.

use super::{ApiError, ErrorKind};
use crate::model::Item;

/// A condition did not hold; `item` where it was asked for.
pub fn condition_failed(item: Option<Item>) -> ApiError {
    ApiError {
        item: item.map(Box::new),
        ..ApiError::new(ErrorKind::ConditionalCheckFailed, "The conditional request failed")
    }
}

/// A plain request met an item that a transaction holds.
pub fn transaction_conflict() -> ApiError {
    ApiError::new(ErrorKind::TransactionConflict, "Transaction is ongoing for the item")
}

/// There is no such table, or it is not ACTIVE.
pub fn table_not_found() -> ApiError {
    ApiError::new(ErrorKind::ResourceNotFound, "Requested resource not found")
}

/// The table has no index of that name.
pub fn index_not_found(index: &str) -> ApiError {
    ApiError::validation(format!("The table does not have the specified index: {index}"))
}

/// A global index that is not yet filled.
pub fn index_backfilling(index: &str) -> ApiError {
    ApiError::validation(format!("Cannot read from backfilling global secondary index: {index}"))
}

/// ConsistentRead on a global index.
pub fn consistent_read_on_global_index() -> ApiError {
    ApiError::validation("Consistent reads are not supported on global secondary indexes")
}

/// A write would make an item collection larger than it may be.
pub fn collection_too_large() -> ApiError {
    ApiError::new(ErrorKind::ItemCollectionSizeLimitExceeded, "Collection size exceeded.")
}

/// A partition that holds one key, or a part of the hashes that cannot be divided. Only the inspector asks for it.
pub fn partition_not_divisible() -> ApiError {
    ApiError::validation(
        "The partition cannot be divided: it holds one key, or one item collection that stays whole",
    )
}

/// There is no such partition. Only the inspector asks for it.
pub fn partition_not_found(partition: i64) -> ApiError {
    ApiError::validation(format!("The table or index does not have the specified partition: {partition}"))
}

/// A replica in a zone that is dark cannot be made whole. Only the inspector asks for it.
pub fn zone_is_dark(zone: &str) -> ApiError {
    ApiError::validation(format!("The zone is dark: {zone}"))
}

/// ExclusiveStartKey is no key of the table or index.
pub fn starting_key_invalid() -> ApiError {
    ApiError::validation("The provided starting key is invalid")
}

/// ExclusiveStartKey of a Scan has a value that is none.
pub fn starting_key_refused(why: &str) -> ApiError {
    ApiError::validation(format!("The provided starting key is invalid: {why}"))
}

/// ExclusiveStartKey lacks or adds an attribute, or has one of another type.
pub fn starting_key_does_not_match() -> ApiError {
    ApiError::validation(
        "The provided starting key is invalid: The provided key element does not match the schema",
    )
}

/// ExclusiveStartKey is not where the key condition wants sort keys to be.
pub fn starting_key_does_not_match_range() -> ApiError {
    ApiError::validation("The provided starting key does not match the range key predicate")
}

/// ExclusiveStartKey is there, in another item collection. Sic.
pub fn query_cannot_be_restarted() -> ApiError {
    ApiError::validation("The query can return at most one row and cannot be restarted")
}

/// ExclusiveStartKey is not in the item collection that is queried.
pub fn starting_key_outside() -> ApiError {
    ApiError::validation("The provided starting key is outside query boundaries based on provided conditions")
}

/// ExclusiveStartKey of a parallel scan belongs to another segment.
pub fn starting_key_other_segment() -> ApiError {
    ApiError::validation(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments and Segment",
    )
}
