//! Every exception that the engine answers with, and every message, in one place.
//!
//! Owns [`ApiError`] and the words; the modules below it hold one family of messages each. Decides
//! nothing: whoever finds the fault calls the function that words it. The service's wording changed in
//! 2026 and will change again, so no message is written anywhere else.

pub mod access;
pub mod authentication;
pub mod backup;
pub mod bulk;
pub mod constraint;
pub mod consumer;
pub mod echo;
pub mod expression;
pub mod global;
pub mod legacy;
pub mod partiql;
pub mod request;
pub mod resource;
pub mod serialization;
pub mod stream;
pub mod table;
pub mod throttling;
pub mod transaction;
pub mod value;
pub mod vector;
pub mod workload;
mod wire;

use self::throttling::ThrottlingReason;
use crate::model::Item;

/// The exceptions of the DynamoDB and DynamoDB Streams APIs, under their own names.
///
/// [Common errors](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum ErrorKind {
    AccessDenied,
    BackupInUse,
    BackupNotFound,
    ConditionalCheckFailed,
    ContinuousBackupsUnavailable,
    DuplicateItem,
    ExpiredIterator,
    GlobalTableNotFound,
    IdempotentParameterMismatch,
    IncompleteSignature,
    InternalServerError,
    InvalidParameterValue,
    InvalidRestoreTime,
    InvalidSignature,
    ItemCollectionSizeLimitExceeded,
    LimitExceeded,
    MissingAuthenticationToken,
    PointInTimeRecoveryUnavailable,
    PolicyNotFound,
    ProvisionedThroughputExceeded,
    ReplicatedWriteConflict,
    RequestLimitExceeded,
    ResourceConflict,
    ResourceInUse,
    ResourceNotFound,
    Serialization,
    TableAlreadyExists,
    TableInUse,
    TableNotFound,
    Throttling,
    TransactionCanceled,
    TransactionConflict,
    TransactionInProgress,
    TrimmedDataAccess,
    UnknownOperation,
    Validation,
}

impl ErrorKind {
    /// Whether a batch hands back unprocessed what was refused so.
    pub fn is_handed_back(self) -> bool {
        matches!(
            self,
            ErrorKind::ProvisionedThroughputExceeded
                | ErrorKind::RequestLimitExceeded
                | ErrorKind::InternalServerError
                | ErrorKind::Throttling
        )
    }

    /// The exception's name, without its namespace: `ResourceNotFoundException`.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::AccessDenied => "AccessDeniedException",
            ErrorKind::BackupInUse => "BackupInUseException",
            ErrorKind::BackupNotFound => "BackupNotFoundException",
            ErrorKind::ConditionalCheckFailed => "ConditionalCheckFailedException",
            ErrorKind::ContinuousBackupsUnavailable => "ContinuousBackupsUnavailableException",
            ErrorKind::DuplicateItem => "DuplicateItemException",
            ErrorKind::ExpiredIterator => "ExpiredIteratorException",
            ErrorKind::GlobalTableNotFound => "GlobalTableNotFoundException",
            ErrorKind::IdempotentParameterMismatch => "IdempotentParameterMismatchException",
            ErrorKind::IncompleteSignature => "IncompleteSignatureException",
            ErrorKind::InternalServerError => "InternalServerError",
            ErrorKind::InvalidParameterValue => "InvalidParameterValueException",
            ErrorKind::InvalidRestoreTime => "InvalidRestoreTimeException",
            ErrorKind::InvalidSignature => "InvalidSignatureException",
            ErrorKind::ItemCollectionSizeLimitExceeded => "ItemCollectionSizeLimitExceededException",
            ErrorKind::LimitExceeded => "LimitExceededException",
            ErrorKind::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            ErrorKind::PointInTimeRecoveryUnavailable => "PointInTimeRecoveryUnavailableException",
            ErrorKind::PolicyNotFound => "PolicyNotFoundException",
            ErrorKind::ProvisionedThroughputExceeded => "ProvisionedThroughputExceededException",
            ErrorKind::ReplicatedWriteConflict => "ReplicatedWriteConflictException",
            ErrorKind::RequestLimitExceeded => "RequestLimitExceeded",
            ErrorKind::ResourceConflict => "ResourceConflictException",
            ErrorKind::ResourceInUse => "ResourceInUseException",
            ErrorKind::ResourceNotFound => "ResourceNotFoundException",
            ErrorKind::Serialization => "SerializationException",
            ErrorKind::TableAlreadyExists => "TableAlreadyExistsException",
            ErrorKind::TableInUse => "TableInUseException",
            ErrorKind::TableNotFound => "TableNotFoundException",
            ErrorKind::Throttling => "ThrottlingException",
            ErrorKind::TransactionCanceled => "TransactionCanceledException",
            ErrorKind::TransactionConflict => "TransactionConflictException",
            ErrorKind::TransactionInProgress => "TransactionInProgressException",
            ErrorKind::TrimmedDataAccess => "TrimmedDataAccessException",
            ErrorKind::UnknownOperation => "UnknownOperationException",
            ErrorKind::Validation => "ValidationException",
        }
    }

    /// The `__type` of the response's body: the name behind its namespace, as the service sends it.
    pub fn wire_type(self) -> String {
        let namespace = match self {
            ErrorKind::Validation => "com.amazon.coral.validate",
            ErrorKind::AccessDenied
            | ErrorKind::Serialization
            | ErrorKind::UnknownOperation
            | ErrorKind::IncompleteSignature
            | ErrorKind::InvalidSignature
            | ErrorKind::MissingAuthenticationToken => "com.amazon.coral.service",
            ErrorKind::Throttling => "com.amazon.coral.availability",
            _ => "com.amazonaws.dynamodb.v20120810",
        };
        format!("{namespace}#{}", self.name())
    }

    /// The HTTP status of the answer.
    pub fn status(self) -> u16 {
        match self {
            ErrorKind::InternalServerError => 500,
            _ => 400,
        }
    }
}

/// One reason of a cancelled transaction, at the place of its action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancellationReason {
    /// `None`, `ConditionalCheckFailed`, `TransactionConflict`, `ValidationError`…
    pub code: &'static str,
    /// The message; `None` where the code is `None`.
    pub message: Option<String>,
    /// The item as it stood, where `ReturnValuesOnConditionCheckFailure` asked for it.
    pub item: Option<Item>,
}

impl CancellationReason {
    /// The reason of an action that was not at fault.
    pub fn none() -> CancellationReason {
        CancellationReason { code: "None", message: None, item: None }
    }
}

/// An exception: what the service answers in place of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Which exception.
    pub kind: ErrorKind,
    /// Its message, word for word.
    pub message: String,
    /// `Item` of a ConditionalCheckFailedException, where it was asked for.
    pub item: Option<Box<Item>>,
    /// `CancellationReasons` of a TransactionCanceledException.
    pub reasons: Vec<CancellationReason>,
    /// `ThrottlingReasons`: why a request was throttled, and what has no capacity.
    pub throttling: Vec<ThrottlingReason>,
}

/// What the engine's fallible functions return.
pub type Result<T> = std::result::Result<T, ApiError>;

impl ApiError {
    /// An exception of that kind with that message.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> ApiError {
        ApiError { kind, message: message.into(), item: None, reasons: Vec::new(), throttling: Vec::new() }
    }

    /// A ValidationException.
    pub fn validation(message: impl Into<String>) -> ApiError {
        ApiError::new(ErrorKind::Validation, message)
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)
    }
}

impl std::error::Error for ApiError {}

/// The answer to an operation that DynamoDB does not have.
pub fn unknown_operation() -> ApiError {
    ApiError::new(ErrorKind::UnknownOperation, "")
}

/// The answer where the service itself is at fault.
pub fn internal_failure() -> ApiError {
    ApiError::new(ErrorKind::InternalServerError, "Internal server error")
}
