//! The operations, and what their forms hold.

use super::rows::{Row, Shape};

/// A part of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `TableName`.
    Table,
    /// `IndexName`.
    Index,
    /// `Key`: a field for each key attribute.
    Key,
    /// `Item`: a row for each attribute.
    Item,
    /// `Item` as text.
    ItemText,
    /// `KeyConditionExpression`, built from the key's attributes.
    KeyCondition,
    /// An expression, as text.
    Expression(&'static str),
    /// `ExpressionAttributeNames` and `ExpressionAttributeValues`: a row for each placeholder.
    Placeholders,
    /// A member that is one of these words, or absent.
    Choice(&'static str, &'static [&'static str]),
    /// A member that is true, or absent.
    Flag(&'static str, &'static str),
    /// `ScanIndexForward`.
    Direction,
    /// A member that is a number, or absent.
    Number(&'static str),
    /// A member that is text, or absent.
    Text(&'static str),
    /// A member that must be one of these words.
    Word(&'static str, &'static [&'static str]),
    /// `StreamArn`.
    Stream,
    /// `ShardId`.
    Shard,
    /// A member that is true or false, and always there.
    Switch(&'static str, &'static str),
    /// Parts inside a member that is an object.
    Inside(&'static str, &'static [Part]),
    /// Another member that names a table.
    OtherTable(&'static str),
    /// `ResourceArn`: a table's.
    Resource,
    /// `Tags`.
    Tags,
    /// A member that is a list of texts.
    Lines(&'static str),
    /// A member that is a long text.
    LongText(&'static str),
    /// A list of PartiQL statements, each with its parameters.
    Statements(&'static str),
    /// `Parameters` of a PartiQL statement.
    Parameters,
    /// A member that is a number, whole or not, or absent.
    Decimal(&'static str),
    /// A member that is a list of numbers as AttributeValues: a vector.
    Vector(&'static str),
    /// `IndexName`: a vector index's.
    VectorIndex,
    /// A member that is a list of objects with a `RegionName` each.
    Regions(&'static str),
    /// The heading of what follows.
    Heading(&'static str),
    /// Members that are written in the JSON alone.
    InJson(&'static [&'static str]),
    /// No parameter.
    Nothing,
    /// The rows of a batch or transaction.
    Rows(Shape),
    /// A table that is to be created: the whole request.
    NewTable,
    /// What an UpdateTable changes.
    TableChange,
    /// The way to the designer.
    Designer,
}

/// An operation of the API.
#[derive(Debug, PartialEq)]
pub struct Operation {
    /// The API action.
    pub name: &'static str,
    /// The heading it stands under.
    pub group: &'static str,
    /// Its form.
    pub form: &'static [Part],
}

use Part::{
    Choice, Decimal, Designer, Direction, Expression, Flag, Heading, InJson, Index, Inside, Item, ItemText,
    Key, KeyCondition, Lines, LongText, NewTable, Nothing, Number, OtherTable, Parameters, Placeholders,
    Regions, Resource, Rows, Shard, Statements, Stream, Switch, Table, TableChange, Tags, Text, Vector,
    VectorIndex, Word,
};

const CONDITION: Part = Expression("ConditionExpression");
const FILTER: Part = Expression("FilterExpression");
const PROJECTION: Part = Expression("ProjectionExpression");
const CONSISTENT: Part = Flag("ConsistentRead", "Consistent read");
const OLD: Part = Choice("ReturnValues", &["NONE", "ALL_OLD"]);
const ON_FAILURE: Part = Choice("ReturnValuesOnConditionCheckFailure", &["NONE", "ALL_OLD"]);

const TIME_TO_LIVE: Part =
    Inside("TimeToLiveSpecification", &[Text("AttributeName"), Switch("Enabled", "Enabled")]);
const RECOVERY: Part = Inside(
    "PointInTimeRecoverySpecification",
    &[Switch("PointInTimeRecoveryEnabled", "Enabled"), Number("RecoveryPeriodInDays")],
);
/// What each statement of a list has.
pub const STATEMENT: &[Part] = &[LongText("Statement"), Parameters];
const SETTINGS: &str = "Tags, policies, limits";
const GLOBAL: &str = "Global tables";
const BULK: &str = "Bulk operations";
const INSIGHTS: &str = "Contributor Insights";
const GLOBAL_NAME: Part = OtherTable("GlobalTableName");
const BULK_ARN: Part = Text("BulkOperationArn");
const BULK_INPUT: Part = Inside(
    "InputS3Configuration",
    &[
        Text("S3Bucket"),
        Text("S3KeyPrefix"),
        Text("S3BucketOwner"),
        Word("InputFormat", &["DYNAMODB_JSON", "ION"]),
        Choice("InputCompressionType", &["NONE", "GZIP", "ZSTD"]),
    ],
);
const BULK_OUTPUT: Part = Inside(
    "OutputS3Configuration",
    &[
        Lines("OutputType"),
        Text("S3Bucket"),
        Text("S3KeyPrefix"),
        Text("S3BucketOwner"),
        Choice("S3SseAlgorithm", &["AES256", "KMS"]),
        Text("S3SseKmsKeyId"),
    ],
);
const WRITE_SCALING: Part = Inside(
    "ProvisionedWriteCapacityAutoScalingUpdate",
    &[
        Number("MinimumUnits"),
        Number("MaximumUnits"),
        Flag("AutoScalingDisabled", "Auto scaling off"),
        Inside(
            "ScalingPolicyUpdate",
            &[Inside(
                "TargetTrackingScalingPolicyConfiguration",
                &[
                    Decimal("TargetValue"),
                    Number("ScaleInCooldown"),
                    Number("ScaleOutCooldown"),
                    Flag("DisableScaleIn", "Never scale in"),
                ],
            )],
        ),
    ],
);
const REVISION: Part = Text("ExpectedRevisionId");
const BACKUP_TYPES: &[&str] = &["USER", "SYSTEM", "AWS_BACKUP", "ALL"];

/// All of them, by group.
pub const OPERATIONS: &[Operation] = &[
    Operation { name: "GetItem", group: "Items", form: &[Table, Key, PROJECTION, Placeholders, CONSISTENT] },
    Operation {
        name: "PutItem",
        group: "Items",
        form: &[Table, Item, CONDITION, Placeholders, OLD, ON_FAILURE],
    },
    Operation {
        name: "UpdateItem",
        group: "Items",
        form: &[
            Table,
            Key,
            Expression("UpdateExpression"),
            CONDITION,
            Placeholders,
            Choice("ReturnValues", &["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]),
            ON_FAILURE,
        ],
    },
    Operation {
        name: "DeleteItem",
        group: "Items",
        form: &[Table, Key, CONDITION, Placeholders, OLD, ON_FAILURE],
    },
    Operation {
        name: "Query",
        group: "Reads of many",
        form: &[
            Table,
            Index,
            KeyCondition,
            FILTER,
            PROJECTION,
            Placeholders,
            Direction,
            Number("Limit"),
            CONSISTENT,
        ],
    },
    Operation {
        name: "Scan",
        group: "Reads of many",
        form: &[
            Table,
            Index,
            FILTER,
            PROJECTION,
            Placeholders,
            Number("Limit"),
            Number("Segment"),
            Number("TotalSegments"),
            CONSISTENT,
        ],
    },
    Operation {
        name: "SearchVectors",
        group: "Reads of many",
        form: &[
            Table,
            VectorIndex,
            Vector("SearchVector"),
            Number("TopK"),
            Expression("SearchConditionExpression"),
            PROJECTION,
            Placeholders,
        ],
    },
    Operation { name: "BatchGetItem", group: "Batches and transactions", form: &[Rows(Shape::Keys)] },
    Operation { name: "BatchWriteItem", group: "Batches and transactions", form: &[Rows(Shape::Writes)] },
    Operation { name: "TransactGetItems", group: "Batches and transactions", form: &[Rows(Shape::Gets)] },
    Operation {
        name: "TransactWriteItems",
        group: "Batches and transactions",
        form: &[Rows(Shape::Actions), Text("ClientRequestToken")],
    },
    Operation {
        name: "ExecuteStatement",
        group: "PartiQL",
        form: &[LongText("Statement"), Parameters, Number("Limit"), CONSISTENT, ON_FAILURE],
    },
    Operation { name: "BatchExecuteStatement", group: "PartiQL", form: &[Statements("Statements")] },
    Operation {
        name: "ExecuteTransaction",
        group: "PartiQL",
        form: &[Statements("TransactStatements"), Text("ClientRequestToken")],
    },
    Operation { name: "CreateTable", group: "Tables", form: &[NewTable, Designer] },
    Operation { name: "DescribeTable", group: "Tables", form: &[Table] },
    Operation { name: "ListTables", group: "Tables", form: &[Number("Limit")] },
    Operation { name: "UpdateTable", group: "Tables", form: &[Table, TableChange, Designer] },
    Operation { name: "DeleteTable", group: "Tables", form: &[Table] },
    Operation { name: "UpdateTimeToLive", group: "Tables", form: &[Table, TIME_TO_LIVE] },
    Operation { name: "DescribeTimeToLive", group: "Tables", form: &[Table] },
    Operation { name: "ListStreams", group: "Streams", form: &[Table, Number("Limit")] },
    Operation {
        name: "DescribeStream",
        group: "Streams",
        form: &[Stream, Text("ExclusiveStartShardId"), Number("Limit")],
    },
    Operation {
        name: "GetShardIterator",
        group: "Streams",
        form: &[
            Stream,
            Shard,
            Word(
                "ShardIteratorType",
                &["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"],
            ),
            Text("SequenceNumber"),
        ],
    },
    Operation { name: "GetRecords", group: "Streams", form: &[Text("ShardIterator"), Number("Limit")] },
    Operation { name: "CreateBackup", group: "Backups", form: &[Table, Text("BackupName")] },
    Operation {
        name: "ListBackups",
        group: "Backups",
        form: &[Table, Choice("BackupType", BACKUP_TYPES), Number("Limit")],
    },
    Operation { name: "DescribeBackup", group: "Backups", form: &[Text("BackupArn")] },
    Operation { name: "DeleteBackup", group: "Backups", form: &[Text("BackupArn")] },
    Operation {
        name: "RestoreTableFromBackup",
        group: "Backups",
        form: &[Text("BackupArn"), Text("TargetTableName")],
    },
    Operation { name: "UpdateContinuousBackups", group: "Backups", form: &[Table, RECOVERY] },
    Operation { name: "DescribeContinuousBackups", group: "Backups", form: &[Table] },
    Operation {
        name: "RestoreTableToPointInTime",
        group: "Backups",
        form: &[
            OtherTable("SourceTableName"),
            Number("RestoreDateTime"),
            Flag("UseLatestRestorableTime", "Latest restorable time"),
            Text("TargetTableName"),
        ],
    },
    Operation { name: "TagResource", group: SETTINGS, form: &[Resource, Tags] },
    Operation { name: "UntagResource", group: SETTINGS, form: &[Resource, Lines("TagKeys")] },
    Operation { name: "ListTagsOfResource", group: SETTINGS, form: &[Resource] },
    Operation { name: "PutResourcePolicy", group: SETTINGS, form: &[Resource, LongText("Policy"), REVISION] },
    Operation { name: "GetResourcePolicy", group: SETTINGS, form: &[Resource] },
    Operation { name: "DeleteResourcePolicy", group: SETTINGS, form: &[Resource, REVISION] },
    Operation { name: "DescribeLimits", group: SETTINGS, form: &[Nothing] },
    Operation { name: "DescribeEndpoints", group: SETTINGS, form: &[Nothing] },
    Operation {
        name: "UpdateContributorInsights",
        group: INSIGHTS,
        form: &[
            Table,
            Index,
            Word("ContributorInsightsAction", &["ENABLE", "DISABLE"]),
            Choice("ContributorInsightsMode", &["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]),
        ],
    },
    Operation { name: "DescribeContributorInsights", group: INSIGHTS, form: &[Table, Index] },
    Operation {
        name: "ListContributorInsights",
        group: INSIGHTS,
        form: &[Table, Number("MaxResults"), Text("NextToken")],
    },
    Operation {
        name: "StartBulkPutItems",
        group: BULK,
        form: &[
            Table,
            Heading("Input"),
            BULK_INPUT,
            Heading("Output"),
            BULK_OUTPUT,
            Heading("How"),
            Choice("PerformanceTier", &["STANDARD", "ACCELERATED"]),
            Number("MaxWriteRequestUnits"),
            Text("ClientToken"),
        ],
    },
    Operation { name: "DescribeBulkOperation", group: BULK, form: &[BULK_ARN] },
    Operation { name: "ListBulkOperations", group: BULK, form: &[Number("MaxResults"), Text("NextToken")] },
    Operation { name: "CancelBulkOperation", group: BULK, form: &[BULK_ARN] },
    Operation { name: "DescribeTableReplicaAutoScaling", group: GLOBAL, form: &[Table] },
    Operation {
        name: "UpdateTableReplicaAutoScaling",
        group: GLOBAL,
        form: &[
            Table,
            Heading("Writes, in every region"),
            WRITE_SCALING,
            InJson(&["ReplicaUpdates", "GlobalSecondaryIndexUpdates"]),
        ],
    },
    Operation { name: "CreateGlobalTable", group: GLOBAL, form: &[GLOBAL_NAME, Regions("ReplicationGroup")] },
    Operation { name: "UpdateGlobalTable", group: GLOBAL, form: &[GLOBAL_NAME, InJson(&["ReplicaUpdates"])] },
    Operation { name: "DescribeGlobalTable", group: GLOBAL, form: &[GLOBAL_NAME] },
    Operation {
        name: "ListGlobalTables",
        group: GLOBAL,
        form: &[Text("RegionName"), Text("ExclusiveStartGlobalTableName"), Number("Limit")],
    },
    Operation { name: "DescribeGlobalTableSettings", group: GLOBAL, form: &[GLOBAL_NAME] },
    Operation {
        name: "UpdateGlobalTableSettings",
        group: GLOBAL,
        form: &[
            GLOBAL_NAME,
            Choice("GlobalTableBillingMode", &["PROVISIONED", "PAY_PER_REQUEST"]),
            Number("GlobalTableProvisionedWriteCapacityUnits"),
            InJson(&[
                "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate",
                "GlobalTableGlobalSecondaryIndexSettingsUpdate",
                "ReplicaSettingsUpdate",
            ]),
        ],
    },
];

/// The operation of that name.
pub fn operation(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

const ROWS: &[Operation] = &[
    Operation {
        name: "GetItem",
        group: "First of its table",
        form: &[Table, Key, PROJECTION, Placeholders, CONSISTENT],
    },
    Operation { name: "GetItem", group: "Key", form: &[Table, Key] },
    Operation { name: "GetItem", group: "Get", form: &[Table, Key, PROJECTION, Placeholders] },
    Operation { name: "PutItem", group: "Write", form: &[Table, Item, ItemText] },
    Operation { name: "DeleteItem", group: "Write", form: &[Table, Key] },
    Operation {
        name: "PutItem",
        group: "Action",
        form: &[Table, Item, ItemText, CONDITION, Placeholders, ON_FAILURE],
    },
    Operation {
        name: "UpdateItem",
        group: "Action",
        form: &[Table, Key, Expression("UpdateExpression"), CONDITION, Placeholders, ON_FAILURE],
    },
    Operation {
        name: "DeleteItem",
        group: "Action",
        form: &[Table, Key, CONDITION, Placeholders, ON_FAILURE],
    },
];

/// The form of a row: that of the operation it is on its own. None where the form does not know the row.
pub fn row_operation(shape: Shape, row: &Row) -> Option<&'static Operation> {
    let group = match shape {
        Shape::Keys if row.first => "First of its table",
        Shape::Keys => "Key",
        Shape::Gets => "Get",
        Shape::Writes => "Write",
        Shape::Actions => "Action",
    };
    let name = match row.kind.as_str() {
        "Get" => "GetItem",
        "Put" => "PutItem",
        "Update" => "UpdateItem",
        "Delete" | "ConditionCheck" => "DeleteItem",
        _ => return None,
    };
    ROWS.iter().find(|operation| operation.name == name && operation.group == group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_engine_is_offered_and_no_other() {
        let known = engine::operation::NAMES.iter().filter(|name| !name.starts_with("Dynascope."));
        let forgotten: Vec<_> = known.filter(|name| operation(name).is_none()).collect();
        assert!(forgotten.is_empty(), "{forgotten:?}");
        for (at, operation) in OPERATIONS.iter().enumerate() {
            assert!(engine::operation::find(operation.name).is_some(), "{}", operation.name);
            assert!(OPERATIONS[..at].iter().all(|other| other.name != operation.name), "{}", operation.name);
        }
    }
}
