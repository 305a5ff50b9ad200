//! The words of the table operations' refusals.
//!
//! As recorded from the service by paritysuite/dynamodb-conformance and architect/dynalite and, in October
//! 2026, by the API findings that the ACK project published for its DynamoDB controller.

use std::fmt::Display;

use super::{ApiError, ErrorKind, Result};

/// `One or more parameter values were invalid: …`.
pub fn invalid(what: impl Display) -> ApiError {
    ApiError::validation(format!("One or more parameter values were invalid: {what}"))
}

/// A required parameter of a table operation is missing; the item operations say it in the framework's way.
pub fn missing_parameter(name: &str) -> ApiError {
    ApiError::validation(format!("The parameter '{name}' is required but was not present in the request"))
}

/// A text that starts as an ARN and is not a table's.
pub fn malformed_arn() -> ApiError {
    super::constraint::enveloped(
        "Valid ARN format is 'arn:<awsPartition>:<vendor>:<region>:<subscriber>:resourceType/resourceName', where \
         Resource name must have length less than or equal to 255, Resource name must have length greater than or \
         equal to 3, Resource name must satisfyregular expression pattern: [a-zA-Z0-9_.-]+",
    )
}

/// A table's ARN that is of another place, or of something else.
pub fn arn_elsewhere(what: &str, arn: &str) -> ApiError {
    super::constraint::enveloped(format_args!("Invalid {what} in '{arn}'"))
}

/// A table operation names a table that is not there.
pub fn table_not_found(name: &str) -> ApiError {
    ApiError::new(
        ErrorKind::ResourceNotFound,
        format!("Requested resource not found: Table: {name} not found"),
    )
}

/// CreateTable under a name that is taken.
pub fn table_exists(name: &str) -> ApiError {
    ApiError::new(ErrorKind::ResourceInUse, format!("Table already exists: {name}"))
}

/// CreateTable under the name of a table that is being restored.
pub fn table_being_used(name: &str) -> ApiError {
    ApiError::new(ErrorKind::ResourceInUse, format!("Table is being used: {name}"))
}

/// An operation that needs the table ACTIVE; `doing` is `created`, `updated` or `deleted`.
pub fn table_in_use(name: &str, doing: &str) -> ApiError {
    in_use(format_args!("Table is being {doing}: {name}"))
}

/// `Attempt to change a resource which is still in use: …`.
pub fn in_use(what: impl Display) -> ApiError {
    let message = format!("Attempt to change a resource which is still in use: {what}");
    ApiError::new(ErrorKind::ResourceInUse, message)
}

/// DeleteTable on a protected table.
pub fn protected_against_deletion() -> ApiError {
    ApiError::validation(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    )
}

/// Capacity units beyond 10^12; `index` where they are an index's.
pub fn units_out_of_bounds(units: i64, parameter: &str, index: Option<&str>) -> ApiError {
    let place = index.map(|name| format!(" for index {name}")).unwrap_or_default();
    ApiError::validation(format!("Given value {units} for {parameter} is out of bounds{place}"))
}

/// More capacity units than a table, or an index, may have.
pub fn units_above_maximum(units: u64, parameter: &str, index: Option<&str>, region: &str) -> ApiError {
    let (place, kind) = match index {
        Some(name) => (format!(" for index {name}"), "index"),
        None => (String::new(), "table"),
    };
    let most = crate::limits::PROVISIONED_UNITS;
    ApiError::new(
        ErrorKind::LimitExceeded,
        format!(
            "The requested {parameter}{place}, {units}, is above the per {kind} maximum for the account in {region}. Per table \
             maximum: {most}. {SEE_LIMITS}"
        ),
    )
}

/// Where the service sends whoever asks for too little warm throughput.
pub const SEE_INITIAL_THROUGHPUT: &str = ". See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/\
                                          on-demand-capacity-mode.html#on-demand-capacity-mode-initial";

const SEE_LIMITS: &str =
    "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.";

/// More capacity units than all tables of the account may have together; `reserved` are those that they have.
pub fn account_units_exceeded(parameter: &str, reserved: u64, requested: u64, region: &str) -> ApiError {
    let most = crate::limits::ACCOUNT_UNITS;
    ApiError::new(
        ErrorKind::LimitExceeded,
        format!(
            "This request would have caused the {parameter} limit to be exceeded for the account in {region}. Current \
             {parameter} reserved by the account: {reserved}. Limit: {most}. Requested: {requested}. {SEE_LIMITS}"
        ),
    )
}

fn subscriber_limit(what: impl Display) -> ApiError {
    ApiError::new(ErrorKind::LimitExceeded, format!("Subscriber limit exceeded: {what}"))
}

/// A maximum of on-demand throughput above what a table may have; `kind` is `Read` or `Write`.
pub fn on_demand_above_maximum(kind: &str, index: Option<&str>, region: &str) -> ApiError {
    let place = index.map_or_else(|| "table".to_owned(), |name| format!("index : {name}"));
    subscriber_limit(format_args!(
        "Requested Max{kind}RequestUnits for OnDemandThroughput for {place} exceeds TableMax{kind}CapacityUnits of the \
         account in region {region}"
    ))
}

/// Warm throughput above what a table may have; `kind` is `Read` or `Write`.
pub fn warm_above_maximum(kind: &str, index: Option<&str>, region: &str) -> ApiError {
    let place = index.map_or_else(|| "table".to_owned(), |name| format!("index {name}"));
    subscriber_limit(format_args!(
        "Requested {kind}UnitsPerSecond for WarmThroughput for {place} exceeds TableMax{kind}CapacityUnits of the account \
         in region {region}"
    ))
}

/// One table more than the account may have.
pub fn too_many_tables() -> ApiError {
    subscriber_limit(format_args!("There is a limit of {} tables per subscriber", crate::limits::TABLES))
}

/// One change of the table class more than a month has.
pub fn table_class_changes_exhausted() -> ApiError {
    subscriber_limit(format_args!(
        "Updates to TableClass are limited to {} times in 30 day(s).",
        crate::limits::TABLE_CLASS_CHANGES
    ))
}

/// One switch to on-demand more than a day has. The times are written as in `Sat Feb 23 03:07:45 UTC 2019`.
pub fn switches_exhausted(last: &str, next: &str) -> ApiError {
    subscriber_limit(format_args!(
        "Update to PayPerRequest mode are limited to {} times in 1 day(s). Last update at {last}. Next update can be made \
         at {next}",
        crate::limits::ON_DEMAND_SWITCHES
    ))
}

/// Provisioned throughput where the table is PAY_PER_REQUEST.
pub fn throughput_on_demand() -> ApiError {
    invalid(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    )
}

/// More attributes in INCLUDE projections than a table may have.
pub fn too_many_projected() -> ApiError {
    invalid(format_args!(
        "Number of NonKeyAttributes over all indexes exceeds the per-table limit of {}",
        crate::limits::PROJECTED_ATTRIBUTES
    ))
}

/// More key attributes than definitions.
pub fn key_without_definition() -> ApiError {
    ApiError::validation("Invalid KeySchema: Some index key attribute have no definition")
}

/// Key attributes that have no definition.
pub fn keys_not_defined(keys: &[&str], defined: &[&str]) -> ApiError {
    invalid(format_args!(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
        keys.join(", "),
        defined.join(", ")
    ))
}

/// Definitions that no key uses, in a table without indexes.
pub fn definitions_do_not_match() -> ApiError {
    invalid(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    )
}

/// Definitions that no key uses, in a table with indexes.
pub fn definitions_not_used(defined: &[&str], used: &[&str]) -> ApiError {
    invalid(format_args!(
        "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
        defined.join(", "),
        used.join(", ")
    ))
}

/// An attribute that is defined twice.
pub fn duplicate_definition(name: &str) -> ApiError {
    ApiError::validation(format!("Attribute Name is duplicated: {name}"))
}

/// More than four HASH or RANGE attributes in a global index's key.
pub fn too_many_keys(kind: &str) -> ApiError {
    invalid(format_args!("The KeySchema exceeds the maximum allowed number of {kind} key attributes"))
}

/// A HASH attribute behind a RANGE attribute in a global index's key.
pub fn hash_after_range() -> ApiError {
    invalid("All HASH key attributes must precede RANGE key attributes in the KeySchema")
}

/// One attribute twice in a global index's key.
pub fn key_attributes_repeat() -> ApiError {
    ApiError::validation("The KeySchema contains multiple key attributes with the same name")
}

/// `Invalid KeySchema: …`: the elements' order or types are wrong.
pub fn key_schema(what: &str) -> ApiError {
    ApiError::validation(format!("Invalid KeySchema: {what}"))
}

/// One attribute is both halves of a key.
pub fn key_attribute_twice() -> ApiError {
    ApiError::validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
}

/// Which operation a LimitExceededException of the indexes stems from.
pub fn one_online_index() -> ApiError {
    subscriber_limit("Only 1 online index can be created or deleted simultaneously per table")
}

/// More decreases of throughput than a day has.
pub fn decreases_exhausted(decreases: u64, last: &str, next: &str) -> ApiError {
    ApiError::new(
        ErrorKind::LimitExceeded,
        format!(
            "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the \
             first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 \
             seconds. Number of decreases today: {decreases}. Last decrease at {last}. Next decrease can be made at {next}"
        ),
    )
}

/// One global index more than a table may have, by UpdateTable.
pub fn too_many_global_indexes() -> ApiError {
    subscriber_limit(format_args!(
        "Number of global secondary indexes exceeds per-table limit of {}",
        crate::limits::GLOBAL_INDEXES
    ))
}

/// A change that an UpdateTable must make alone.
pub fn only_operation(what: &str) -> ApiError {
    invalid(format_args!("{what} must be the only operation in the request"))
}

/// An index that is changed (`doing` is `created`, `updated` or `deleted`) is in the way.
pub fn index_in_use(table: &str, index: &str, doing: &str) -> ApiError {
    in_use(format_args!("Index is being {doing}. Table: {table} Index: {index}"))
}

/// An index that is still being allocated is to be deleted.
pub fn index_in_allocation(table: &str, index: &str) -> ApiError {
    in_use(format_args!(
        "Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is \
         active. Table: {table} Index: {index}"
    ))
}

/// A stream is to be switched on, and is on.
pub fn stream_enabled(table: &str) -> ApiError {
    ApiError::validation(format!("Table already has an enabled stream: TableName: {table}"))
}

/// A stream is to be switched off, and none is on.
pub fn no_stream(table: &str) -> ApiError {
    ApiError::validation(format!("Table has no stream to disable: TableName: {table}"))
}

/// UpdateTable without anything to update; the consistency is named where it was not given.
pub fn nothing_to_update(consistency: bool) -> ApiError {
    let consistency = if consistency { "MultiRegionConsistency, " } else { "" };
    ApiError::validation(format!(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, \
         SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, \
         {consistency}DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"
    ))
}

/// UpdateTable with the throughput that the table already has.
pub fn same_throughput(read_units: u64, write_units: u64) -> ApiError {
    ApiError::validation(format!(
        "The provisioned throughput for the table will not change. The requested value equals the current value. \
         Current ReadCapacityUnits provisioned for the table: {read_units}. Requested ReadCapacityUnits: \
         {read_units}. Current WriteCapacityUnits provisioned for the table: {write_units}. Requested \
         WriteCapacityUnits: {write_units}. Refer to the Amazon DynamoDB Developer Guide for current limits and how \
         to request higher limits."
    ))
}

/// UpdateTable with the throughput that the index already has.
pub fn same_index_throughput(index: &str, read_units: u64, write_units: u64) -> ApiError {
    ApiError::validation(format!(
        "The provisioned throughput for the index {index} will not change. The requested value equals the current \
         value. Current ReadCapacityUnits provisioned for index {index}: {read_units}. Requested ReadCapacityUnits: \
         {read_units}. Current WriteCapacityUnits provisioned for index {index}: {write_units}. Requested \
         WriteCapacityUnits: {write_units}. Refer to the Amazon DynamoDB Developer Guide for current limits and how \
         to request higher limits."
    ))
}

/// An index that UpdateTable would change or delete is not there.
pub fn index_not_found(index: &str, table: &str) -> ApiError {
    ApiError::new(
        ErrorKind::ResourceNotFound,
        format!("Requested resource not found: Index {index} for table {table}"),
    )
}

/// An index that UpdateTable would create is there.
pub fn index_exists() -> ApiError {
    ApiError::validation("Attempting to create an index which already exists")
}

/// A read of an index that is still being filled.
pub fn index_backfilling(name: &str) -> ApiError {
    ApiError::validation(format!("Cannot read from backfilling global secondary index: {name}"))
}

/// UpdateTimeToLive: `TimeToLive is already enabled` and its like.
pub fn time_to_live(what: &str) -> ApiError {
    ApiError::validation(what)
}

/// A `Result` shorthand: an error unless `holds`.
pub fn ensure(holds: bool, otherwise: impl FnOnce() -> ApiError) -> Result<()> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// Deletion protection was switched not long ago; `after` is when it may be switched again.
pub fn protection_changed_lately(table: &str, within_ms: u64, after: &str) -> ApiError {
    ApiError::new(
        ErrorKind::Throttling,
        format!(
            "Deletion protection setting for table {table} modified within the previous {within_ms} milliseconds. Please \
             try again after {after}Z"
        ),
    )
}

/// Encryption was changed often enough: how many changes are free and how far apart the others are, how many there were,
/// and when the window ends, when the last one was and when the next may be.
pub fn encryptions_exhausted(
    (free, apart_seconds): (usize, u64),
    changes: usize,
    [ends, last, next]: [String; 3],
) -> ApiError {
    subscriber_limit(format_args!(
        "Encryption mode changes are limited in the 24h window ending at {ends}Z. After the \
             first {free} change, each subsequent change in the same window can be performed at most once every \
             {apart_seconds} seconds. Number of updates today: {changes}. Last change at {last}Z. Next changes can be made \
             at {next}Z."
    ))
}

/// Auto scaling of a table that is on demand.
pub fn scaling_needs_provisioned(name: &str) -> ApiError {
    invalid(format_args!("Auto scaling needs BillingMode PROVISIONED. Table: {name}"))
}

/// Auto scaling of an index that the table does not have.
pub fn scaling_index_not_found(index: &str, table: &str) -> ApiError {
    ApiError::new(
        ErrorKind::ResourceNotFound,
        format!("Requested resource not found: Index: {index} not found in Table: {table}"),
    )
}
