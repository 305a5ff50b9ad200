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

/// There is no such stepped transaction.
pub fn not_found(transaction: u64) -> ApiError {
    ApiError::new(ErrorKind::ResourceNotFound, format!("There is no transaction {transaction} under way"))
}

/// A stepped transaction whose decision to commit is in the ledger cannot be given up.
pub fn decided(transaction: u64) -> ApiError {
    let message =
        format!("Transaction {transaction} was decided to commit, and can only be brought to its end");
    ApiError::new(ErrorKind::ResourceInUse, message)
}
