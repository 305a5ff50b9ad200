//! Requests and responses of the backup operations.
//!
//! Follows [CreateBackup](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html) and its
//! siblings. Never checks a value.

use serde::{Deserialize, Serialize};

use super::shapes;
use super::table::{
    GlobalSecondaryIndex, KeySchemaElement, LocalSecondaryIndex, OnDemandThroughput, Projection,
    ProvisionedThroughput, SSEDescription, SSESpecification, StreamSpecification, TimeToLiveDescription,
    Timestamp,
};

shapes! {
    /// CreateBackup.
    CreateBackupInput {
        table_name: String,
        backup_name: String,
    }
    /// The response of CreateBackup.
    CreateBackupOutput {
        backup_details: BackupDetails,
    }
    /// DescribeBackup.
    DescribeBackupInput {
        backup_arn: String,
    }
    /// DeleteBackup.
    DeleteBackupInput {
        backup_arn: String,
    }
    /// The response of DescribeBackup and DeleteBackup.
    BackupDescriptionOutput {
        backup_description: BackupDescription,
    }
    /// ListBackups.
    ListBackupsInput {
        table_name: String,
        limit: i32,
        time_range_lower_bound: Timestamp,
        time_range_upper_bound: Timestamp,
        exclusive_start_backup_arn: String,
        backup_type: String,
    }
    /// The response of ListBackups.
    ListBackupsOutput {
        backup_summaries: Vec<BackupSummary>,
        last_evaluated_backup_arn: String,
    }
    /// A backup, without its table.
    BackupDetails {
        backup_arn: String,
        backup_name: String,
        backup_size_bytes: u64,
        backup_status: String,
        backup_type: String,
        backup_creation_date_time: Timestamp,
        backup_expiry_date_time: Timestamp,
    }
    /// A backup in a list.
    BackupSummary {
        table_name: String,
        table_id: String,
        table_arn: String,
        backup_arn: String,
        backup_name: String,
        backup_creation_date_time: Timestamp,
        backup_expiry_date_time: Timestamp,
        backup_status: String,
        backup_type: String,
        backup_size_bytes: u64,
    }
    /// A backup.
    BackupDescription {
        backup_details: BackupDetails,
        source_table_details: SourceTableDetails,
        source_table_feature_details: SourceTableFeatureDetails,
    }
    /// The table of a backup as it was.
    SourceTableDetails {
        table_name: String,
        table_id: String,
        table_arn: String,
        table_size_bytes: u64,
        key_schema: Vec<KeySchemaElement>,
        table_creation_date_time: Timestamp,
        provisioned_throughput: ProvisionedThroughput,
        on_demand_throughput: OnDemandThroughput,
        item_count: u64,
        billing_mode: String,
    }
    /// A local index as a backup describes it.
    LocalSecondaryIndexInfo {
        index_name: String,
        key_schema: Vec<KeySchemaElement>,
        projection: Projection,
    }
    /// A global index as a backup describes it.
    GlobalSecondaryIndexInfo {
        index_name: String,
        key_schema: Vec<KeySchemaElement>,
        projection: Projection,
        provisioned_throughput: ProvisionedThroughput,
        on_demand_throughput: OnDemandThroughput,
    }
    /// What else the table of a backup had.
    SourceTableFeatureDetails {
        local_secondary_indexes: Vec<LocalSecondaryIndexInfo>,
        global_secondary_indexes: Vec<GlobalSecondaryIndexInfo>,
        stream_description: StreamSpecification,
        time_to_live_description: TimeToLiveDescription,
        #[serde(rename = "SSEDescription")]
        sse_description: SSEDescription,
    }
    /// RestoreTableFromBackup.
    RestoreTableFromBackupInput {
        target_table_name: String,
        backup_arn: String,
        billing_mode_override: String,
        global_secondary_index_override: Vec<GlobalSecondaryIndex>,
        local_secondary_index_override: Vec<LocalSecondaryIndex>,
        provisioned_throughput_override: ProvisionedThroughput,
        on_demand_throughput_override: OnDemandThroughput,
        #[serde(rename = "SSESpecificationOverride")]
        sse_specification_override: SSESpecification,
    }
    /// RestoreTableToPointInTime.
    RestoreTableToPointInTimeInput {
        source_table_arn: String,
        source_table_name: String,
        target_table_name: String,
        use_latest_restorable_time: bool,
        restore_date_time: Timestamp,
        billing_mode_override: String,
        global_secondary_index_override: Vec<GlobalSecondaryIndex>,
        local_secondary_index_override: Vec<LocalSecondaryIndex>,
        provisioned_throughput_override: ProvisionedThroughput,
        on_demand_throughput_override: OnDemandThroughput,
        #[serde(rename = "SSESpecificationOverride")]
        sse_specification_override: SSESpecification,
    }
    /// How point-in-time recovery is switched.
    PointInTimeRecoverySpecification {
        point_in_time_recovery_enabled: bool,
        recovery_period_in_days: i32,
    }
    /// UpdateContinuousBackups.
    UpdateContinuousBackupsInput {
        table_name: String,
        point_in_time_recovery_specification: PointInTimeRecoverySpecification,
    }
    /// DescribeContinuousBackups.
    DescribeContinuousBackupsInput {
        table_name: String,
    }
    /// Point-in-time recovery as it is described.
    PointInTimeRecoveryDescription {
        point_in_time_recovery_status: String,
        recovery_period_in_days: u64,
        earliest_restorable_date_time: Timestamp,
        latest_restorable_date_time: Timestamp,
    }
    /// Backups as they are described.
    ContinuousBackupsDescription {
        continuous_backups_status: String,
        point_in_time_recovery_description: PointInTimeRecoveryDescription,
    }
    /// The response of UpdateContinuousBackups and DescribeContinuousBackups.
    ContinuousBackupsOutput {
        continuous_backups_description: ContinuousBackupsDescription,
    }
}
