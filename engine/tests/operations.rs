//! Every operation of the service's model has an answer here: its own, or a refusal with a reason.
//!
//! The list is that of botocore 1.44.8's service models `dynamodb` and `dynamodbstreams`. An operation of a newer model
//! belongs into it, with what becomes of it.

use std::collections::BTreeSet;

use engine::error::ErrorKind;
use engine::world::{Config, World};

/// What becomes of an operation.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// It does here what it does in the service.
    Done,
    /// It is refused as unknown, for that reason.
    Refused(&'static str),
}

use Fate::{Done, Refused};

const NEEDS_S3: Fate = Refused("its data lies in a bucket of S3, and there is none");
const NEEDS_KINESIS: Fate = Refused("its records go to a stream of Kinesis, and there is none");

/// The operations of `dynamodb`.
const TABLES: [(&str, Fate); 62] = [
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
    ("DescribeTable", Done),
    ("DescribeTableReplicaAutoScaling", Done),
    ("DescribeTimeToLive", Done),
    ("DisableKinesisStreamingDestination", NEEDS_KINESIS),
    ("EnableKinesisStreamingDestination", NEEDS_KINESIS),
    ("ExecuteStatement", Done),
    ("ExecuteTransaction", Done),
    ("ExportTableToPointInTime", NEEDS_S3),
    ("GetItem", Done),
    ("GetResourcePolicy", Done),
    ("ImportTable", NEEDS_S3),
    ("ListBackups", Done),
    ("ListBulkOperations", Done),
    ("ListContributorInsights", Done),
    ("ListExports", NEEDS_S3),
    ("ListGlobalTables", Done),
    ("ListImports", NEEDS_S3),
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

/// The operations of `dynamodbstreams`.
const STREAMS: [(&str, Fate); 4] =
    [("DescribeStream", Done), ("GetRecords", Done), ("GetShardIterator", Done), ("ListStreams", Done)];

#[test]
fn every_operation_is_done_or_refused() {
    let mut world = World::new(Config { instant: true, ..Config::default() });
    let all: Vec<_> = TABLES.into_iter().chain(STREAMS).collect();
    let names: BTreeSet<_> = all.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), all.len(), "an operation is listed twice");
    for (name, fate) in all {
        let outcome = world.execute("us-east-1", 1_767_225_600_000, name, b"{}");
        let is_unknown = outcome.response.is_err_and(|error| error.kind == ErrorKind::UnknownOperation);
        match fate {
            Done => assert!(!is_unknown, "{name} is not known"),
            Refused(reason) => assert!(is_unknown, "{name} is known, though {reason}"),
        }
    }
}
