//! The words of the refusals that concern global tables.
//!
//! As recorded from the service in October 2026 by the API findings that the ACK project published for its DynamoDB
//! controller; the quotation marks are the service's.

use super::{ApiError, ErrorKind, table::invalid};

/// A request for a region that is none.
pub fn no_region() -> ApiError {
    ApiError::validation("RegionName is not the name of a Region.")
}

/// The legacy version of global tables cannot be made any more.
pub fn legacy_version() -> ApiError {
    invalid(
        "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB global tables version \
         2019.11.21, instead of version 2017.11.29 (Legacy).",
    )
}

/// The legacy version was never in that region.
pub fn legacy_region(region: &str) -> ApiError {
    invalid(format_args!(
        "DynamoDB global tables version 2017.11.29 is not supported in this region '{region}', supported regions are : \
         [eu-west-2, eu-west-1, ap-southeast-1, ap-southeast-2, ap-northeast-2, eu-central-1, ap-northeast-1, us-east-1, \
         us-east-2, us-west-1, us-west-2]"
    ))
}

/// DescribeGlobalTable and UpdateGlobalTable of a table that is none of the legacy version.
pub fn legacy_not_found(name: &str) -> ApiError {
    ApiError::new(
        ErrorKind::GlobalTableNotFound,
        format!("Global table not found: Global table with name: '{name}' does not exist."),
    )
}

/// The same for its settings.
pub fn legacy_settings_not_found(name: &str) -> ApiError {
    ApiError::new(ErrorKind::GlobalTableNotFound, format!("Global table with name: '{name}' does not exist."))
}

/// The auto scaling of a table that is no global table.
pub fn not_global(name: &str) -> ApiError {
    ApiError::new(ErrorKind::ResourceNotFound, format!("Global table with name: '{name}' does not exist."))
}

/// UpdateGlobalTable without updates.
pub fn no_legacy_updates() -> ApiError {
    ApiError::validation("One or more parameter values were invalid")
}

/// An update that does nothing.
pub fn no_actions() -> ApiError {
    ApiError::validation("There are no actions specified in the Replica Update Action of the request.")
}

/// Two kinds of actions in one request.
pub fn mixed_actions() -> ApiError {
    ApiError::validation("Update table operation with more than one type of replica actions not allowed.")
}

/// Several replicas to add or remove.
pub fn several_actions() -> ApiError {
    ApiError::validation(
        "Update table operation with more than one create or delete replica actions not allowed",
    )
}

/// The region that was asked.
pub fn local_region() -> ApiError {
    ApiError::validation(
        "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as \
         required.",
    )
}

/// A region that there is not.
pub fn region_not_supported(region: &str, regions: &[&str]) -> ApiError {
    ApiError::validation(format!(
        "Region {region} is not supported. The latest version of global tables are only supported in the following \
         regions: [{}]",
        regions.join(", ")
    ))
}

/// A table of that name is in the region already.
pub fn replica_exists(name: &str) -> ApiError {
    ApiError::validation(format!(
        "Failed to create a the new replica of table with name: ‘{name}’ because one or more replicas already existed as \
         tables."
    ))
}

/// No replica is in these regions.
pub fn not_replicas(regions: &[&str]) -> ApiError {
    ApiError::validation(format!(
        "Update global table operation failed because one or more replicas were not part of the global table. Please \
         retry the request without these replicas: [{}].",
        regions.join(", ")
    ))
}

/// No witness is in that region.
pub fn not_a_witness(region: &str) -> ApiError {
    ApiError::validation(format!(
        "Update global table operation failed because one or more witnesses were not part of the global table. Please \
         retry the request without these witnesses: [{region}]."
    ))
}

/// A change while another is under way.
pub fn in_use() -> ApiError {
    ApiError::new(ErrorKind::ResourceInUse, "The resource which you are attempting to change is in use.")
}

/// A PROVISIONED table whose write capacity (`what` is `Table` or `GSI`) does not scale.
pub fn write_capacity_fixed(what: &str) -> ApiError {
    ApiError::validation(format!("{what} write capacity should either be Pay-Per-Request or AutoScaled."))
}

/// A replica's key that is missing where the table has one, or given where it has none.
pub fn key_for_each_replica() -> ApiError {
    invalid("KMSMasterKeyId must be specified for each replica.")
}

/// Keys of two kinds.
pub fn keys_of_two_kinds() -> ApiError {
    invalid("All replica keys must either be Customer Managed CMK or AWS Managed CMK.")
}

/// Read capacity units for a replica of an on-demand table.
pub fn throughput_on_demand() -> ApiError {
    ApiError::validation(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    )
}

/// An on-demand maximum for a replica of a provisioned table.
pub fn maximum_of_provisioned() -> ApiError {
    ApiError::validation(
        "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED",
    )
}

/// The replica is protected against deletion.
pub fn replica_protected(name: &str, region: &str) -> ApiError {
    ApiError::validation(format!(
        "Cannot delete table {name} in region {region} because it has deletion protection enabled. Disable deletion \
         protection first."
    ))
}

/// The region has been a source.
pub fn is_a_source() -> ApiError {
    ApiError::validation(
        "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in \
         the last 24 hours.",
    )
}

/// The stream of a replica is to be switched off.
pub fn stream_of_replica() -> ApiError {
    invalid("Disabling Stream is not allowed for a Global Table replica.")
}

/// Replicas are changed with something else.
pub fn replicas_alone() -> ApiError {
    super::table::only_operation("Replica modification")
}

/// The same where the consistency or a witness is given.
pub fn replicas_and_witnesses_alone() -> ApiError {
    invalid("Requests that modify replicas or witnesses must not also modify other fields")
}

/// A witness without strong consistency.
pub fn witness_without_strong() -> ApiError {
    ApiError::validation(
        "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present.",
    )
}

/// Not three regions.
pub fn strong_count() -> ApiError {
    ApiError::validation(
        "Unsupported replica count for global tables with MultiRegionConsistency set to STRONG.",
    )
}

/// Regions without strong consistency.
pub fn strong_regions(regions: &[&str]) -> ApiError {
    ApiError::validation(format!(
        "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to STRONG: [{}].",
        regions.join(", ")
    ))
}

/// Replica and witness in one region.
pub fn witness_beside_new_replica() -> ApiError {
    ApiError::validation("Cannot target multiple regions with the same action")
}

/// A witness in the table's own region.
pub fn witness_beside_table() -> ApiError {
    ApiError::validation(
        "Cannot add a witness in the same region as an existing replica when creating a global table with \
         MultiRegionConsistency set to STRONG.",
    )
}

/// A strong global table gets no further replica.
pub fn strong_is_complete() -> ApiError {
    ApiError::validation("Cannot add replicas to a global table with strong MultiRegionConsistency")
}

/// The consistency of a global table is for ever.
pub fn consistency_fixed() -> ApiError {
    ApiError::validation("MultiRegionConsistency parameter is unsupported on existing global table")
}

/// The consistency is given where replicas go or change.
pub fn consistency_with_other_actions() -> ApiError {
    ApiError::validation(
        "Only Replica Create actions are supported when MultiRegionConsistency parameter is provided.",
    )
}

/// A strong global table goes with its witness.
pub fn witness_left() -> ApiError {
    ApiError::validation("Update table delete operation does not include all witnesses.")
}

/// A strong global table goes as a whole.
pub fn strong_goes_whole() -> ApiError {
    ApiError::validation(
        "Deletion of only one table replica is not supported for global tables with MultiRegionConsistency set to STRONG.",
    )
}

/// A strong global table begins empty and without local indexes and Time to Live. The service's own words were not recorded.
pub fn strong_needs(what: &str) -> ApiError {
    invalid(format_args!(
        "{what} is not supported for global tables with MultiRegionConsistency set to STRONG"
    ))
}

/// How settings are replicated, of a table that has no replica.
pub fn settings_of_regional_table(mode: &str) -> ApiError {
    ApiError::validation(format!(
        "Value '{mode}' at 'GlobalTableSettingsReplicationMode' failed to satisfy constraint: Only ENABLED and DISABLED \
         settings replication are supported for a Regional Table."
    ))
}

/// A write of an item of a strong global table that another region is writing.
pub fn write_conflict() -> ApiError {
    ApiError::new(
        ErrorKind::ReplicatedWriteConflict,
        "The request was rejected because one or more items in the request are being modified by a request in another \
         Region.",
    )
}

/// Auto scaling of tables that are on demand.
pub fn scaling_on_demand(name: &str, regions: &[String], parameter: &str) -> ApiError {
    let regions: Vec<String> = regions.iter().map(|region| format!("'{}'", region.to_uppercase())).collect();
    ApiError::validation(format!(
        "Failed to update global table with name ‘{name}‘. Replicas {} BillingMode is PayPerRequest. You must convert \
         table's BillingMode to PROVISIONED to set parameters: '{parameter}'.",
        regions.join(", ")
    ))
}

/// Auto scaling that lacks something.
pub fn scaling_incomplete(name: &str, parameters: &[&str]) -> ApiError {
    let parameters: Vec<String> = parameters.iter().map(|parameter| format!("'{parameter}'")).collect();
    ApiError::validation(format!(
        "Failed to update settings for global table with name: ‘{name}’: Parameters {} are required unless auto scaling is \
         being disabled.",
        parameters.join(", ")
    ))
}

/// An update of auto scaling that updates nothing; `region` where it is one's.
pub fn scaling_nothing(name: &str, region: Option<&str>) -> ApiError {
    let place = region.map(|region| format!(" for region: ‘{region}’")).unwrap_or_default();
    ApiError::validation(format!(
        "Failed to update settings for global table with name: ‘{name}’ because at least one update parameter must be \
         specified{place}."
    ))
}

/// A region twice.
pub fn scaling_region_twice(name: &str, region: &str) -> ApiError {
    ApiError::validation(format!(
        "Failed to update settings for global table with name: ‘{name}’ because the regions: ‘[{region}]’ were specified \
         more than once."
    ))
}

/// More at least than at most.
pub fn scaling_bounds() -> ApiError {
    ApiError::validation("Maximum capacity cannot be less than minimum capacity")
}

/// A utilisation out of bounds; `metric` is `DynamoDBReadCapacityUtilization` or the one for writing.
pub fn scaling_target(metric: &str, target: &str) -> ApiError {
    ApiError::validation(format!(
        "For predefined metric type {metric}, target value must be between '10.0' and '90.0', but was '{target}'."
    ))
}
