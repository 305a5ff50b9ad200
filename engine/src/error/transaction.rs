//! The words of transactions.

use super::{ApiError, CancellationReason, ErrorKind};
use crate::timeline::CancelCode;

/// The code of a reason, as it is written.
pub fn code_name(code: CancelCode) -> &'static str {
    match code {
        CancelCode::None => "None",
        CancelCode::ConditionalCheckFailed => "ConditionalCheckFailed",
        CancelCode::ItemCollectionSizeLimitExceeded => "ItemCollectionSizeLimitExceeded",
        CancelCode::TransactionConflict => "TransactionConflict",
        CancelCode::ProvisionedThroughputExceeded => "ProvisionedThroughputExceeded",
        CancelCode::ThrottlingError => "ThrottlingError",
        CancelCode::ValidationError => "ValidationError",
    }
}

/// A cancelled transaction.
pub fn cancelled(reasons: Vec<CancellationReason>) -> ApiError {
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code).collect();
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    ApiError { reasons, ..ApiError::new(ErrorKind::TransactionCanceled, message) }
}

/// An update sets a key attribute of an index to an empty value, as its request alone shows.
pub fn index_key_emptied(binary: bool) -> ApiError {
    let what = if binary { "binary" } else { "string" };
    ApiError::validation(format!(
        "One or more parameter values are not valid. The update expression attempted to update a secondary index key to \
         a value that is not supported. The AttributeValue for a key attribute cannot contain an empty {what} value."
    ))
}

/// No clients are stepped through.
pub fn no_run() -> ApiError {
    ApiError::new(ErrorKind::ResourceNotFound, "No transactions are under way")
}

/// A step that cannot be taken now.
pub fn no_such_step(step: &str) -> ApiError {
    ApiError::validation(format!("The step “{step}” cannot be taken now"))
}

/// Another operation than those that can be stepped through.
pub fn not_stepped(operation: &str) -> ApiError {
    ApiError::validation(format!(
        "{operation} cannot be stepped through: a client sends TransactWriteItems, TransactGetItems, PutItem, UpdateItem, \
         DeleteItem or GetItem"
    ))
}

/// A plain request with a parameter that stepping does not know.
pub fn parameter_not_stepped(parameter: &str) -> ApiError {
    ApiError::validation(format!("A plain request that is stepped through takes no {parameter}"))
}

/// Too many clients for one run, or none.
pub fn clients_out_of_range(most: usize) -> ApiError {
    ApiError::validation(format!("From 1 to {most} clients can be stepped through side by side"))
}

/// A run that has gone on for too long.
pub fn run_too_long(most: usize) -> ApiError {
    ApiError::validation(format!("A run has at most {most} steps: bring it to its end"))
}

/// A scenario with more states than are looked at.
pub fn too_many_states(most: usize) -> ApiError {
    ApiError::validation(format!(
        "This has more than {most} states: take fewer clients, fewer items or fewer faults, or a number of random walks"
    ))
}

/// A check that cannot be gone without.
pub fn unknown_check(check: &str) -> ApiError {
    ApiError::validation(format!("{check} is no check: TimestampCheck, PendingCheck or CheckedTimestamp"))
}
