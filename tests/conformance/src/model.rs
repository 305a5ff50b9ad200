//! The service's model: its operations and its exceptions, and what becomes of each here.
//!
//! The lists are those of botocore 1.44.8's service models `dynamodb` and `dynamodbstreams`. What a newer model adds
//! belongs into them, with what becomes of it.

/// What becomes of an operation or an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It does here what it does in the service.
    Done,
    /// There is none here, for that reason.
    Refused(&'static str),
}

use Fate::{Done, Refused};

const NEEDS_S3: Fate = Refused("needs a bucket of S3");
const NEEDS_KINESIS: Fate = Refused("needs a stream of Kinesis");
const LEGACY: Fate = Refused("the operations of version 2017 are refused before it");

/// The operations, by name.
pub const OPERATIONS: [(&str, Fate); 66] = [
    ("BatchExecuteStatement", Done),
    ("BatchGetItem", Done),
    ("BatchWriteItem", Done),
    ("CancelBulkOperation", Done),
    ("CreateBackup", Done),
    ("CreateGlobalTable", Done),
    ("CreateTable", Done),
    ("DeleteBackup", Done),
    ("DeleteItem", Done),
    ("DeleteResourcePolicy", Done),
    ("DeleteTable", Done),
    ("DescribeBackup", Done),
    ("DescribeBulkOperation", Done),
    ("DescribeContinuousBackups", Done),
    ("DescribeContributorInsights", Done),
    ("DescribeEndpoints", Done),
    ("DescribeExport", NEEDS_S3),
    ("DescribeGlobalTable", Done),
    ("DescribeGlobalTableSettings", Done),
    ("DescribeImport", NEEDS_S3),
    ("DescribeKinesisStreamingDestination", NEEDS_KINESIS),
    ("DescribeLimits", Done),
    ("DescribeStream", Done),
    ("DescribeTable", Done),
    ("DescribeTableReplicaAutoScaling", Done),
    ("DescribeTimeToLive", Done),
    ("DisableKinesisStreamingDestination", NEEDS_KINESIS),
    ("EnableKinesisStreamingDestination", NEEDS_KINESIS),
    ("ExecuteStatement", Done),
    ("ExecuteTransaction", Done),
    ("ExportTableToPointInTime", NEEDS_S3),
    ("GetItem", Done),
    ("GetRecords", Done),
    ("GetResourcePolicy", Done),
    ("GetShardIterator", Done),
    ("ImportTable", NEEDS_S3),
    ("ListBackups", Done),
    ("ListBulkOperations", Done),
    ("ListContributorInsights", Done),
    ("ListExports", NEEDS_S3),
    ("ListGlobalTables", Done),
    ("ListImports", NEEDS_S3),
    ("ListStreams", Done),
    ("ListTables", Done),
    ("ListTagsOfResource", Done),
    ("PutItem", Done),
    ("PutResourcePolicy", Done),
    ("Query", Done),
    ("RestoreTableFromBackup", Done),
    ("RestoreTableToPointInTime", Done),
    ("Scan", Done),
    ("SearchVectors", Done),
    ("StartBulkPutItems", Done),
    ("TagResource", Done),
    ("TransactGetItems", Done),
    ("TransactWriteItems", Done),
    ("UntagResource", Done),
    ("UpdateContinuousBackups", Done),
    ("UpdateContributorInsights", Done),
    ("UpdateGlobalTable", Done),
    ("UpdateGlobalTableSettings", Done),
    ("UpdateItem", Done),
    ("UpdateKinesisStreamingDestination", NEEDS_KINESIS),
    ("UpdateTable", Done),
    ("UpdateTableReplicaAutoScaling", Done),
    ("UpdateTimeToLive", Done),
];

/// The exceptions that operations declare, by name.
pub const EXCEPTIONS: [(&str, Fate); 36] = [
    ("BackupInUseException", Done),
    ("BackupNotFoundException", Done),
    ("ConditionalCheckFailedException", Done),
    ("ContinuousBackupsUnavailableException", Done),
    ("DuplicateItemException", Done),
    ("ExpiredIteratorException", Done),
    ("ExportConflictException", NEEDS_S3),
    ("ExportNotFoundException", NEEDS_S3),
    ("GlobalTableAlreadyExistsException", LEGACY),
    ("GlobalTableNotFoundException", Done),
    ("IdempotentParameterMismatchException", Done),
    ("ImportConflictException", NEEDS_S3),
    ("ImportNotFoundException", NEEDS_S3),
    ("IndexNotFoundException", LEGACY),
    ("InternalServerError", Done),
    ("InvalidExportTimeException", NEEDS_S3),
    ("InvalidRestoreTimeException", Done),
    ("ItemCollectionSizeLimitExceededException", Done),
    ("LimitExceededException", Done),
    ("PointInTimeRecoveryUnavailableException", Done),
    ("PolicyNotFoundException", Done),
    ("ProvisionedThroughputExceededException", Done),
    ("ReplicaAlreadyExistsException", LEGACY),
    ("ReplicaNotFoundException", LEGACY),
    ("ReplicatedWriteConflictException", Done),
    ("RequestLimitExceeded", Done),
    ("ResourceInUseException", Done),
    ("ResourceNotFoundException", Done),
    ("TableAlreadyExistsException", Done),
    ("TableInUseException", Done),
    ("TableNotFoundException", Done),
    ("ThrottlingException", Done),
    ("TransactionCanceledException", Done),
    ("TransactionConflictException", Done),
    ("TransactionInProgressException", Done),
    ("TrimmedDataAccessException", Done),
];
