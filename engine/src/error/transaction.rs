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

/// There is no such stepped transaction.
pub fn not_found(transaction: u64) -> ApiError {
    ApiError::new(ErrorKind::ResourceNotFound, format!("There is no transaction {transaction} under way"))
}
