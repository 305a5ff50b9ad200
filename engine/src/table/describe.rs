//! A table as the service describes it.
//!
//! Owns which members a description has and when; the numbers of items come from the caller. Never
//! changes a table.
//!
//! Follows [TableDescription](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html)
//! and, for what is there and what is not, the answers recorded in October 2026 by the ACK project.

use super::global::{GlobalTable, Replica, ReplicaStatus};
use super::lifecycle::decreases_today;
use super::schema::{
    BillingMode, Index, IndexId, IndexKind, IndexStatus, KeyAttribute, KeySchema, OnDemandThroughput,
    Projection, Table, TableStatus, Throughput, TtlStatus, WarmThroughput,
};
use super::settings;
use crate::api::table as api;
use crate::api::table::Timestamp;

/// How much a table or an index holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many items.
    pub item_count: u64,
    /// Their size, in bytes.
    pub size_bytes: u64,
}

/// Describes the table at `now_ms`; `counts` tells of the table itself (0) and of each index.
pub fn describe(table: &Table, now_ms: u64, counts: impl Fn(IndexId) -> Counts) -> api::TableDescription {
    let of_kind = |kind: IndexKind| table.indexes.iter().filter(move |index| index.kind == kind);
    let local = of_kind(IndexKind::Local).map(|index| local_index(table, index, counts(index.id)));
    let local: Vec<_> = local.collect();
    let global = of_kind(IndexKind::Global).map(|index| global_index(table, index, now_ms, counts(index.id)));
    let global: Vec<_> = global.collect();
    let stream = table.stream.as_ref();
    let running = stream.filter(|stream| stream.enabled);
    api::TableDescription {
        attribute_definitions: Some(table.attribute_definitions.iter().map(definition).collect()),
        key_schema: Some(describe_keys(&table.keys)),
        creation_date_time: Some(Timestamp(table.created_ms)),
        local_secondary_indexes: (!local.is_empty()).then_some(local),
        vector_indexes: super::vector::describe(table, &counts),
        global_secondary_indexes: (!global.is_empty()).then_some(global),
        stream_specification: running.map(|stream| api::StreamSpecification {
            stream_enabled: Some(true),
            stream_view_type: Some(stream.view.name().into()),
        }),
        latest_stream_label: stream.map(|stream| stream.label.clone()),
        latest_stream_arn: table.stream_arn(),
        sse_description: encryption(table, now_ms),
        table_class_summary: table.table_class.as_ref().map(|class| api::TableClassSummary {
            table_class: Some(class.clone()),
            last_update_date_time: table.table_class_changed_ms.map(Timestamp),
        }),
        global_table_version: table.global.as_ref().map(|_| "2019.11.21".into()),
        replicas: table.global.as_ref().map(|global| replicas(table, global)),
        global_table_witnesses: table.global.as_ref().and_then(witnesses),
        global_table_settings_replication_mode: table
            .settings_replication
            .clone()
            .or_else(|| table.global.as_ref().map(|_| REPLICATED_WITH_OVERRIDES.into())),
        multi_region_consistency: table
            .global
            .as_ref()
            .filter(|global| global.strong)
            .map(|_| "STRONG".into()),
        restore_summary: table.restore.as_ref().map(|restore| api::RestoreSummary {
            source_backup_arn: restore.backup_arn.clone(),
            source_table_arn: Some(restore.table_arn.clone()),
            restore_date_time: Some(Timestamp(restore.at_ms)),
            restore_in_progress: Some(true),
        }),
        on_demand_throughput: table.on_demand.map(on_demand),
        warm_throughput: table_warm(table),
        ..describe_briefly(table, now_ms, counts(0))
    }
}

/// How the settings of a global table are replicated unless it is said otherwise.
const REPLICATED_WITH_OVERRIDES: &str = "ENABLED_WITH_OVERRIDES";

/// The other regions' replicas: of each only what is not the group's.
fn replicas(table: &Table, global: &GlobalTable) -> Vec<api::ReplicaDescription> {
    let mode = table.settings_replication.clone().unwrap_or_else(|| REPLICATED_WITH_OVERRIDES.into());
    let global_indexes = table.indexes.iter().filter(|index| index.kind == IndexKind::Global);
    let one = |replica: &Replica| {
        let overrides = &replica.overrides;
        let read =
            |units: u64| api::ProvisionedThroughputOverride { read_capacity_units: Some(units as i64) };
        let index = |index: &Index| {
            let own = overrides.index_read_units.iter().find(|(name, _)| *name == index.name);
            api::ReplicaGlobalSecondaryIndexDescription {
                index_name: Some(index.name.clone()),
                provisioned_throughput_override: own.map(|(_, units)| read(*units)),
                warm_throughput: Some(warm(index.warm, index.status == IndexStatus::Creating)),
            }
        };
        let indexes: Vec<_> = global_indexes.clone().map(index).collect();
        Some(api::ReplicaDescription {
            region_name: Some(replica.region.clone()),
            replica_status: Some(replica.status.name()?.into()),
            kms_master_key_id: overrides.kms_key_arn.clone(),
            provisioned_throughput_override: overrides.read_units.map(read),
            on_demand_throughput_override: overrides
                .max_read_units
                .map(|units| api::OnDemandThroughputOverride { max_read_request_units: Some(units as i64) }),
            warm_throughput: Some(warm(table.warm, replica.status == ReplicaStatus::Creating)),
            global_secondary_indexes: (!indexes.is_empty()).then_some(indexes),
            replica_table_class_summary: overrides.table_class.as_ref().map(|(class, at_ms)| {
                api::TableClassSummary {
                    table_class: Some(class.clone()),
                    last_update_date_time: Some(Timestamp(*at_ms)),
                }
            }),
            global_table_settings_replication_mode: Some(mode.clone()),
        })
    };
    global.replicas.iter().filter_map(one).collect()
}

fn witnesses(global: &GlobalTable) -> Option<Vec<api::GlobalTableWitnessDescription>> {
    let (region, status, _) = global.witness.as_ref()?;
    Some(vec![api::GlobalTableWitnessDescription {
        region_name: Some(region.clone()),
        witness_status: Some(status.name()?.into()),
    }])
}

/// What DeleteTable answers: the table without its keys and indexes.
pub fn describe_deleted(table: &Table, now_ms: u64, counts: Counts) -> api::TableDescription {
    describe_briefly(table, now_ms, counts)
}

fn describe_briefly(table: &Table, now_ms: u64, counts: Counts) -> api::TableDescription {
    api::TableDescription {
        table_name: Some(table.name.clone()),
        table_status: Some(table.status.name().into()),
        provisioned_throughput: Some(throughput(shown_throughput(table), now_ms)),
        table_size_bytes: Some(counts.size_bytes),
        item_count: Some(counts.item_count),
        table_arn: Some(table.arn.clone()),
        table_id: Some(table.uuid.clone()),
        billing_mode_summary: billing_mode_summary(table),
        deletion_protection_enabled: Some(table.deletion_protection),
        ..api::TableDescription::default()
    }
}

/// There once the table has been, or is about to be, PAY_PER_REQUEST.
fn billing_mode_summary(table: &Table) -> Option<api::BillingModeSummary> {
    let pending = table.pending.as_ref().and_then(|pending| pending.billing_mode);
    let billing_mode = pending.unwrap_or(table.billing_mode);
    let since_ms = table.on_demand_since_ms.filter(|_| table.status != TableStatus::Creating);
    let shown = table.on_demand_since_ms.is_some() || billing_mode == BillingMode::PayPerRequest;
    shown.then(|| api::BillingModeSummary {
        billing_mode: Some(billing_mode.name().into()),
        last_update_to_pay_per_request_date_time: since_ms.map(Timestamp),
    })
}

/// A switch of the billing mode shows its throughput from the start, a change of throughput when it is made.
fn shown_throughput(table: &Table) -> Throughput {
    let switch = table.pending.as_ref().filter(|pending| pending.billing_mode.is_some());
    switch.and_then(|pending| pending.throughput).unwrap_or(table.throughput)
}

/// There where a key of KMS encrypts the table, or while that changes.
fn encryption(table: &Table, now_ms: u64) -> Option<api::SSEDescription> {
    let pace = &table.attachments.pace;
    let key = pace.shown_key(table.kms_key_arn.as_ref(), now_ms);
    let status = if pace.is_encrypting() { "UPDATING" } else { "ENABLED" };
    (pace.is_encrypting() || key.is_some()).then(|| api::SSEDescription {
        status: Some(status.into()),
        sse_type: key.map(|_| "KMS".into()),
        kms_master_key_arn: key.cloned(),
    })
}

/// What a table starts with is told when it has been created, more that was asked for at once.
fn table_warm(table: &Table) -> Option<api::WarmThroughputDescription> {
    let creating = table.status == TableStatus::Creating;
    let asked = table.warm != settings::start(table.billing_mode, table.throughput);
    (asked || !creating).then(|| warm(table.warm, creating || table.attachments.pace.is_warming()))
}

fn definition(attribute: &KeyAttribute) -> api::AttributeDefinition {
    api::AttributeDefinition {
        attribute_name: Some(attribute.name.clone()),
        attribute_type: Some(attribute.attribute_type.name().into()),
    }
}

/// A key as it is described.
pub fn describe_keys(keys: &KeySchema) -> Vec<api::KeySchemaElement> {
    let element = |attribute: &KeyAttribute, key_type: &str| api::KeySchemaElement {
        attribute_name: Some(attribute.name.clone()),
        key_type: Some(key_type.into()),
    };
    let hash = keys.hash.iter().map(|attribute| element(attribute, "HASH"));
    hash.chain(keys.range.iter().map(|attribute| element(attribute, "RANGE"))).collect()
}

/// A projection as it is described.
pub fn projection(projection: &Projection) -> api::Projection {
    api::Projection {
        projection_type: Some(projection.name().into()),
        non_key_attributes: match projection {
            Projection::Include(attributes) => Some(attributes.clone()),
            Projection::All | Projection::KeysOnly => None,
        },
    }
}

fn throughput(throughput: Throughput, now_ms: u64) -> api::ProvisionedThroughputDescription {
    api::ProvisionedThroughputDescription {
        last_increase_date_time: throughput.last_increase_ms.map(Timestamp),
        last_decrease_date_time: throughput.last_decrease_ms.map(Timestamp),
        number_of_decreases_today: Some(decreases_today(throughput, now_ms)),
        read_capacity_units: Some(throughput.read_units),
        write_capacity_units: Some(throughput.write_units),
    }
}

/// The most that is served on demand, as it is described.
pub fn on_demand(on_demand: OnDemandThroughput) -> api::OnDemandThroughput {
    let units = |units: u64| i64::try_from(units).unwrap_or(i64::MAX);
    api::OnDemandThroughput {
        max_read_request_units: on_demand.max_read_units.map(units),
        max_write_request_units: on_demand.max_write_units.map(units),
    }
}

fn warm(warm: WarmThroughput, updating: bool) -> api::WarmThroughputDescription {
    api::WarmThroughputDescription {
        read_units_per_second: Some(warm.read_units),
        write_units_per_second: Some(warm.write_units),
        status: Some(if updating { "UPDATING" } else { "ACTIVE" }.into()),
    }
}

fn index_arn(table: &Table, index: &Index) -> Option<String> {
    Some(format!("{}/index/{}", table.arn, index.name))
}

fn local_index(table: &Table, index: &Index, counts: Counts) -> api::LocalSecondaryIndexDescription {
    api::LocalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(describe_keys(&index.keys)),
        projection: Some(projection(&index.projection)),
        index_size_bytes: Some(counts.size_bytes),
        item_count: Some(counts.item_count),
        index_arn: index_arn(table, index),
    }
}

fn global_index(
    table: &Table,
    index: &Index,
    now_ms: u64,
    counts: Counts,
) -> api::GlobalSecondaryIndexDescription {
    api::GlobalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(describe_keys(&index.keys)),
        projection: Some(projection(&index.projection)),
        // The service was seen to leave it out while the table is restored.
        index_status: table.restore.is_none().then(|| index.status.name().into()),
        backfilling: index.backfilling,
        provisioned_throughput: Some(throughput(index.throughput, now_ms)),
        index_size_bytes: Some(counts.size_bytes),
        item_count: Some(counts.item_count),
        index_arn: index_arn(table, index),
        on_demand_throughput: index.on_demand.map(on_demand),
        warm_throughput: Some(warm(index.warm, index.status == IndexStatus::Creating)),
    }
}

/// The answer of DescribeTimeToLive.
pub fn describe_time_to_live(table: &Table) -> api::TimeToLiveDescription {
    let ttl = &table.time_to_live;
    let named = ttl.status != TtlStatus::Disabled;
    api::TimeToLiveDescription {
        time_to_live_status: Some(ttl.status.name().into()),
        attribute_name: ttl.attribute.clone().filter(|_| named),
    }
}
