//! The words of the backup operations' refusals.
//!
//! As recorded from the service in October 2026 by the API findings that the ACK project published for its DynamoDB
//! controller, and by paritysuite/dynamodb-conformance.

use std::fmt::Display;

use super::{ApiError, ErrorKind};

/// `Invalid Request: …`: how the backup operations begin a refusal.
pub fn invalid_request(what: impl Display) -> ApiError {
    ApiError::validation(format!("Invalid Request: {what}"))
}

/// The table is not there, or is still being created.
pub fn table_not_found(name: &str) -> ApiError {
    ApiError::new(ErrorKind::TableNotFound, format!("Table not found: {name}"))
}

/// For some seconds after it became ACTIVE no backup can be made of a table.
pub fn backups_being_enabled(name: &str) -> ApiError {
    ApiError::new(
        ErrorKind::ContinuousBackupsUnavailable,
        format!("Backups are being enabled for the table: {name}. Please retry later"),
    )
}

/// No backup has that ARN.
pub fn backup_not_found(arn: &str) -> ApiError {
    ApiError::new(ErrorKind::BackupNotFound, format!("Backup not found: {arn}"))
}

/// A text that is no backup's ARN.
pub fn invalid_backup_arn() -> ApiError {
    ApiError::validation("Invalid Backup ARN")
}

/// An ARN of a partition, service or region that there is not.
pub fn backup_arn_not_valid() -> ApiError {
    invalid_request("BackupArn is not valid")
}

/// A second restore from a backup that one is under way from.
pub fn backup_restores_another_table(arn: &str) -> ApiError {
    ApiError::new(ErrorKind::BackupInUse, format!("Backup is being used to restore another table: {arn}"))
}

/// DeleteBackup of a backup that a restore is under way from.
pub fn backup_restores_table(arn: &str) -> ApiError {
    ApiError::new(ErrorKind::BackupInUse, format!("Backup is being used to restore table: {arn}"))
}

/// DeleteBackup of a backup that the service made itself.
pub fn system_backup(arn: &str, expires: &str) -> ApiError {
    invalid_request(format_args!(
        "User is not allowed to delete the system backup with arn {arn}. It will automatically expire on {expires}"
    ))
}

/// ListBackups from a later time to an earlier one.
pub fn time_range_inverted() -> ApiError {
    super::table::invalid("Time range lower bound must be less than or equal to upper bound")
}

/// ListBackups goes on after another region's backup.
pub fn start_of_another_region() -> ApiError {
    invalid_request("The supplied ExclusiveStartBackupArn does not match the region")
}

/// `RecoveryPeriodInDays` where point-in-time recovery is switched off.
pub fn period_without_recovery() -> ApiError {
    invalid_request("Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.")
}

/// A point in time is to be restored of a table that keeps none.
pub fn recovery_not_enabled(name: &str) -> ApiError {
    ApiError::new(
        ErrorKind::PointInTimeRecoveryUnavailable,
        format!("Point in time recovery is not enabled for table '{name}'"),
    )
}

/// Neither a moment nor the latest.
pub fn no_restore_time() -> ApiError {
    invalid_request(
        "Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both",
    )
}

/// A moment and the latest too.
pub fn two_restore_times() -> ApiError {
    invalid_request(
        "Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore request. Please \
         specify either RestoreDateTime time or UseLatestRestorableTime",
    )
}

/// A moment that is not kept.
pub fn restore_time_out_of_range(at: &str, earliest: &str, latest: &str) -> ApiError {
    ApiError::new(
        ErrorKind::InvalidRestoreTime,
        format!(
            "RestoreDateTime '{at}' must be within EarliestRestorableDateTime '{earliest}' and \
             LatestRestorableDateTime '{latest}'"
        ),
    )
}

/// A table's name and an ARN too.
pub fn two_sources() -> ApiError {
    invalid_request("Must provide exactly one of: sourceTableArn, sourceTableName")
}

/// A text that is no table's ARN.
pub fn invalid_source_arn() -> ApiError {
    ApiError::validation("sourceTableArn is not a valid ARN")
}

/// Another account's table.
pub fn source_of_another_account() -> ApiError {
    ApiError::validation("This action is only supported by accounts that match the resource owner’s account.")
}

/// A restore into another region says how the new table is encrypted.
pub fn cross_region_without_encryption() -> ApiError {
    invalid_request("sseSpecificationOverride must be provided for cross-region restores")
}

/// The name of the table to restore is taken.
pub fn target_exists(name: &str) -> ApiError {
    ApiError::new(ErrorKind::TableAlreadyExists, format!("Table already exists: {name}"))
}

/// The table to restore is being restored; from a point in time where there is no ARN.
pub fn target_being_restored(name: &str, backup_arn: Option<&str>) -> ApiError {
    let from = backup_arn.map(|arn| format!(" from backup: {arn}")).unwrap_or_default();
    ApiError::new(ErrorKind::TableInUse, format!("Table: {name} is already being restored{from}"))
}

/// More tables restored at a time than an account may.
pub fn too_many_restores() -> ApiError {
    ApiError::new(
        ErrorKind::LimitExceeded,
        format!(
            "Subscriber limit exceeded: Only {} restore operations can be done simultaneously",
            crate::limits::RESTORES
        ),
    )
}

fn for_index(index: Option<&str>) -> String {
    index.map(|name| format!(" for index {name}")).unwrap_or_default()
}

/// Provisioned throughput where the restored table is on demand because the request says so; `index` where it is an index's.
pub fn throughput_with_on_demand(index: Option<&str>) -> ApiError {
    invalid_request(format_args!(
        "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST{}",
        for_index(index)
    ))
}

/// Provisioned throughput where the backed up table was on demand.
pub fn throughput_without_provisioned(index: Option<&str>) -> ApiError {
    invalid_request(format_args!(
        "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED{}",
        for_index(index)
    ))
}

/// The request makes the table PROVISIONED and does not say with how much.
pub fn throughput_required(index: Option<&str>) -> ApiError {
    invalid_request(format_args!(
        "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED{}",
        for_index(index)
    ))
}

/// An index is listed without throughput where the table is PROVISIONED.
pub fn index_throughput_required(index: &str) -> ApiError {
    invalid_request(format_args!("Must specify provisioned throughput for index {index}"))
}

/// On-demand maximums where the restored table is PROVISIONED.
pub fn maximum_without_on_demand(parameter: &str, index: Option<&str>) -> ApiError {
    invalid_request(format_args!(
        "Cannot override {parameter} for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST{}",
        for_index(index)
    ))
}

/// An on-demand maximum that is none.
pub fn maximum_out_of_range(parameter: &str, index: Option<&str>) -> ApiError {
    invalid_request(format_args!(
        "Requested {parameter} for OnDemandThroughput is outside of valid range{}",
        for_index(index)
    ))
}

/// An index that the source has not.
pub fn new_index(index: &str) -> ApiError {
    invalid_request(format_args!(
        "Index {index} does not match a secondary index that existed in the source table and cannot be created during \
         the restore operation"
    ))
}
