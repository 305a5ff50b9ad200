//! A backup as the service describes it.
//!
//! Owns which members a description has; never changes a backup. A backup records keys, indexes, throughput, stream, TTL
//! and encryption, but no tags, table class, recovery or deletion protection, as the service was seen to do.

use crate::access::archive::Backup;
use crate::api::backup as api;
use crate::api::table::{ProvisionedThroughput, SSEDescription, StreamSpecification, Timestamp};
use crate::table::describe::{describe_keys, describe_time_to_live, on_demand, projection};
use crate::table::{Index, IndexKind, Table, Throughput, TtlStatus};

/// A backup's status: the service says CREATING in CreateBackup's answer only, DELETED in DeleteBackup's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupStatus {
    /// It has just been asked for.
    Creating,
    /// It is there.
    Available,
    /// It has just been deleted.
    Deleted,
}

impl BackupStatus {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            BackupStatus::Creating => "CREATING",
            BackupStatus::Available => "AVAILABLE",
            BackupStatus::Deleted => "DELETED",
        }
    }
}

/// The backup without its table. `arn` is the one it was asked for by.
pub fn details(backup: &Backup, arn: String, status: BackupStatus) -> api::BackupDetails {
    api::BackupDetails {
        backup_arn: Some(arn),
        backup_name: Some(backup.name.clone()),
        backup_size_bytes: Some(backup.size_bytes),
        backup_status: Some(status.name().into()),
        backup_type: Some(backup.backup_type.name().into()),
        backup_creation_date_time: Some(Timestamp(backup.created_ms)),
        backup_expiry_date_time: backup.expires_ms.map(Timestamp),
    }
}

/// The backup in a list.
pub fn summary(backup: &Backup) -> api::BackupSummary {
    api::BackupSummary {
        table_name: Some(backup.table.name.clone()),
        table_id: Some(backup.table.uuid.clone()),
        table_arn: Some(backup.table.arn.clone()),
        backup_arn: Some(backup.arn()),
        backup_name: Some(backup.name.clone()),
        backup_creation_date_time: Some(Timestamp(backup.created_ms)),
        backup_expiry_date_time: backup.expires_ms.map(Timestamp),
        backup_status: Some(BackupStatus::Available.name().into()),
        backup_type: Some(backup.backup_type.name().into()),
        backup_size_bytes: Some(backup.size_bytes),
    }
}

/// The whole of it: the answer of DescribeBackup and DeleteBackup.
pub fn describe(backup: &Backup, arn: String, status: BackupStatus) -> api::BackupDescriptionOutput {
    let table = &backup.table;
    api::BackupDescriptionOutput {
        backup_description: Some(api::BackupDescription {
            backup_details: Some(details(backup, arn, status)),
            source_table_details: Some(api::SourceTableDetails {
                table_name: Some(table.name.clone()),
                table_id: Some(table.uuid.clone()),
                table_arn: Some(table.arn.clone()),
                table_size_bytes: Some(backup.size_bytes),
                key_schema: Some(describe_keys(&table.keys)),
                table_creation_date_time: Some(Timestamp(table.created_ms)),
                provisioned_throughput: Some(throughput(table.throughput)),
                on_demand_throughput: table.on_demand.map(on_demand),
                item_count: Some(backup.item_count),
                billing_mode: Some(table.billing_mode.name().into()),
            }),
            source_table_feature_details: Some(features(table)),
        }),
    }
}

fn throughput(throughput: Throughput) -> ProvisionedThroughput {
    ProvisionedThroughput {
        read_capacity_units: Some(throughput.read_units as i64),
        write_capacity_units: Some(throughput.write_units as i64),
    }
}

/// Each is there where the table had it.
fn features(table: &Table) -> api::SourceTableFeatureDetails {
    let of_kind = |kind: IndexKind| table.indexes.iter().filter(move |index| index.kind == kind);
    let local: Vec<_> = of_kind(IndexKind::Local)
        .map(|index| api::LocalSecondaryIndexInfo {
            index_name: Some(index.name.clone()),
            key_schema: Some(describe_keys(&index.keys)),
            projection: Some(projection(&index.projection)),
        })
        .collect();
    let global: Vec<_> = of_kind(IndexKind::Global).map(global_index).collect();
    let stream = table.stream.as_ref().filter(|stream| stream.enabled);
    let has_ttl = table.time_to_live.status != TtlStatus::Disabled;
    api::SourceTableFeatureDetails {
        local_secondary_indexes: (!local.is_empty()).then_some(local),
        global_secondary_indexes: (!global.is_empty()).then_some(global),
        stream_description: stream.map(|stream| StreamSpecification {
            stream_enabled: Some(true),
            stream_view_type: Some(stream.view.name().into()),
        }),
        time_to_live_description: has_ttl.then(|| describe_time_to_live(table)),
        sse_description: table.kms_key_arn.as_ref().map(|arn| SSEDescription {
            status: Some("ENABLED".into()),
            sse_type: Some("KMS".into()),
            kms_master_key_arn: Some(arn.clone()),
        }),
    }
}

fn global_index(index: &Index) -> api::GlobalSecondaryIndexInfo {
    api::GlobalSecondaryIndexInfo {
        index_name: Some(index.name.clone()),
        key_schema: Some(describe_keys(&index.keys)),
        projection: Some(projection(&index.projection)),
        provisioned_throughput: Some(throughput(index.throughput)),
        on_demand_throughput: index.on_demand.map(on_demand),
    }
}
