//! A table that is made of another one's settings: RestoreTableFromBackup and RestoreTableToPointInTime.
//!
//! Owns which settings are taken over and what a request may override; where the settings and the items come from is the
//! caller's to know. Never touches a store.
//!
//! Follows [RestoreTableFromBackup](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html)
//! and the API findings that the ACK project published in October 2026: keys, indexes, capacity and encryption are restored;
//! stream, TTL, recovery, tags, table class and deletion protection are not.
//!
//! Differs from DynamoDB: an empty OnDemandThroughputOverride overrides nothing, where the service refuses the request and
//! restores the table all the same.

use super::create::{Naming, index};
use super::definition;
use super::lifecycle;
use super::schema::{
    BillingMode, Index, IndexKind, OnDemandThroughput, Projection, Restore, Table, TableStatus, Throughput,
    TimeToLive, TtlStatus,
};
use super::{name, settings};
use crate::api::backup::{RestoreTableFromBackupInput, RestoreTableToPointInTimeInput};
use crate::api::table as api;
use crate::error::constraint::Violations;
use crate::error::table::ensure;
use crate::error::{Result, backup as words, table as table_words};

/// What a request overrides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Overrides<'a> {
    /// `BillingModeOverride`.
    pub billing_mode: Option<&'a str>,
    /// `GlobalSecondaryIndexOverride`: an empty list leaves all out.
    pub global_indexes: Option<&'a [api::GlobalSecondaryIndex]>,
    /// `LocalSecondaryIndexOverride`: an empty list leaves all out.
    pub local_indexes: Option<&'a [api::LocalSecondaryIndex]>,
    /// `ProvisionedThroughputOverride`.
    pub throughput: Option<&'a api::ProvisionedThroughput>,
    /// `OnDemandThroughputOverride`.
    pub on_demand: Option<&'a api::OnDemandThroughput>,
    /// `SSESpecificationOverride`.
    pub encryption: Option<&'a api::SSESpecification>,
}

macro_rules! overrides_of {
    ($($input:ty),*) => {
        $(impl<'a> From<&'a $input> for Overrides<'a> {
            fn from(input: &'a $input) -> Overrides<'a> {
                Overrides {
                    billing_mode: input.billing_mode_override.as_deref(),
                    global_indexes: input.global_secondary_index_override.as_deref(),
                    local_indexes: input.local_secondary_index_override.as_deref(),
                    throughput: input.provisioned_throughput_override.as_ref(),
                    on_demand: input.on_demand_throughput_override.as_ref(),
                    encryption: input.sse_specification_override.as_ref(),
                }
            }
        })*
    };
}

overrides_of!(RestoreTableFromBackupInput, RestoreTableToPointInTimeInput);

impl Overrides<'_> {
    /// Checks the target's name and the overrides as the framework does.
    pub fn constrain(&self, violations: &mut Violations, target: &Option<String>) {
        let v = violations;
        if let Some(target) = v.required(target, "targetTableName") {
            name::check(v, target, "targetTableName");
        }
        if let Some(mode) = self.billing_mode {
            v.one_of(mode, "billingModeOverride", BillingMode::NAMES);
        }
        for (at, index) in self.global_indexes.iter().copied().flatten().enumerate() {
            let member = format!("globalSecondaryIndexOverride.{}.member", at + 1);
            let parts = (&index.index_name, &index.key_schema, &index.projection);
            definition::constrain_index(v, parts, &member, definition::GLOBAL_INDEX_KEY_ELEMENTS);
            if let Some(throughput) = &index.provisioned_throughput {
                definition::constrain_throughput(v, throughput, &format!("{member}.provisionedThroughput"));
            }
        }
        for (at, index) in self.local_indexes.iter().copied().flatten().enumerate() {
            let member = format!("localSecondaryIndexOverride.{}.member", at + 1);
            let parts = (&index.index_name, &index.key_schema, &index.projection);
            definition::constrain_index(v, parts, &member, definition::KEY_ELEMENTS);
        }
        if let Some(throughput) = self.throughput {
            definition::constrain_throughput(v, throughput, "provisionedThroughputOverride");
        }
        settings::constrain_encryption(v, self.encryption, "sSESpecificationOverride");
    }
}

/// Makes the table `name` of the settings of `source`.
///
/// Its status is CREATING until [`lifecycle::advance`] says otherwise: where everything happens at once, with the next
/// request.
pub fn restored(
    source: &Table,
    name: String,
    overrides: &Overrides<'_>,
    restore: Restore,
    naming: &Naming<'_>,
) -> Result<Table> {
    let wanted = overrides.billing_mode.and_then(BillingMode::from_name);
    let billing_mode = wanted.unwrap_or(source.billing_mode);
    let throughput = throughput(source, wanted, overrides.throughput)?;
    check_on_demand(overrides.on_demand, billing_mode, None)?;
    let on_demand = on_demand(source.on_demand, overrides.on_demand, billing_mode)?;
    let mut indexes = local_indexes(source, overrides.local_indexes)?;
    indexes.extend(global_indexes(source, overrides.global_indexes, wanted)?);
    for (at, index) in indexes.iter_mut().enumerate() {
        index.id = at as u32 + 1;
    }
    for (at, index) in indexes.iter().enumerate() {
        ensure(indexes[..at].iter().all(|other| other.name != index.name), || {
            table_words::invalid(format_args!("Duplicate index name: {}", index.name))
        })?;
    }
    let arn = format!("arn:aws:dynamodb:{}:{}:table/{name}", naming.region, naming.account_id);
    let kms_key_arn = match overrides.encryption {
        Some(encryption) => settings::encryption(Some(encryption), &arn)?,
        None => source.kms_key_arn.clone(),
    };
    let used = |attribute: &super::KeyAttribute| {
        source.keys.contains(&attribute.name)
            || source.attachments.narrows_by(&attribute.name)
            || indexes.iter().any(|index| index.keys.contains(&attribute.name))
    };
    let definitions = &source.attribute_definitions;
    Ok(Table {
        id: naming.id,
        uuid: naming.uuid.clone(),
        arn,
        name,
        keys: source.keys.clone(),
        attribute_definitions: definitions.iter().filter(|attribute| used(attribute)).cloned().collect(),
        next_index: indexes.len() as u32 + 1,
        indexes,
        billing_mode,
        on_demand_since_ms: (billing_mode == BillingMode::PayPerRequest).then_some(naming.now_ms),
        throughput,
        on_demand,
        warm: settings::start(billing_mode, throughput),
        stream: None,
        time_to_live: TimeToLive {
            attribute: None,
            status: TtlStatus::Disabled,
            changed_ms: None,
            status_until_ms: None,
        },
        status: TableStatus::Creating,
        status_until_ms: Some(naming.now_ms + lifecycle::duration(lifecycle::RESTORING_MS, naming.instant)),
        created_ms: naming.now_ms,
        deletion_protection: false,
        table_class: None,
        on_demand_switches_ms: Vec::new(),
        table_class_changes_ms: Vec::new(),
        table_class_changed_ms: None,
        kms_key_arn,
        tags: Vec::new(),
        pending: None,
        backups_from_ms: 0,
        recovery: None,
        restore: Some(restore),
        global: None,
        settings_replication: None,
        attachments: source.attachments.restored(),
    })
}

fn units(throughput: Throughput) -> Throughput {
    Throughput {
        read_units: throughput.read_units,
        write_units: throughput.write_units,
        ..Throughput::default()
    }
}

fn throughput(
    source: &Table,
    wanted: Option<BillingMode>,
    given: Option<&api::ProvisionedThroughput>,
) -> Result<Throughput> {
    check_throughput(source, wanted, given.is_some(), None)?;
    match (given, wanted.unwrap_or(source.billing_mode)) {
        (Some(_), _) => settings::throughput(given, None),
        (None, BillingMode::PayPerRequest) => Ok(Throughput::default()),
        (None, BillingMode::Provisioned) => {
            ensure(wanted.is_none(), || words::throughput_required(None))?;
            Ok(units(source.throughput))
        }
    }
}

/// Provisioned throughput may be given where the restored table is PROVISIONED.
fn check_throughput(
    source: &Table,
    wanted: Option<BillingMode>,
    given: bool,
    index: Option<&str>,
) -> Result<()> {
    match (given, wanted) {
        (true, Some(BillingMode::PayPerRequest)) => Err(words::throughput_with_on_demand(index)),
        (true, None) if source.billing_mode == BillingMode::PayPerRequest => {
            Err(words::throughput_without_provisioned(index))
        }
        _ => Ok(()),
    }
}

/// On-demand maximums may be given where the restored table is on demand, and must be maximums.
fn check_on_demand(
    given: Option<&api::OnDemandThroughput>,
    billing_mode: BillingMode,
    index: Option<&str>,
) -> Result<()> {
    let Some(given) = given else { return Ok(()) };
    for (units, parameter) in [
        (given.max_read_request_units, "MaxReadRequestUnits"),
        (given.max_write_request_units, "MaxWriteRequestUnits"),
    ] {
        let Some(units) = units else { continue };
        ensure(billing_mode == BillingMode::PayPerRequest, || {
            words::maximum_without_on_demand(parameter, index)
        })?;
        ensure(units == -1 || units >= 1, || words::maximum_out_of_range(parameter, index))?;
    }
    Ok(())
}

fn on_demand(
    source: Option<OnDemandThroughput>,
    given: Option<&api::OnDemandThroughput>,
    billing_mode: BillingMode,
) -> Result<Option<OnDemandThroughput>> {
    let recorded = source.filter(|_| billing_mode == BillingMode::PayPerRequest);
    match given {
        Some(given) => settings::merge_on_demand(recorded, given, None),
        None => Ok(recorded),
    }
}

fn of_kind(source: &Table, kind: IndexKind) -> impl Iterator<Item = &Index> {
    source.indexes.iter().filter(move |index| index.kind == kind)
}

/// The index of the source that has that key and projection, under whatever name.
fn matching<'s>(
    source: &'s Table,
    kind: IndexKind,
    (name, keys, projection): (&str, &[api::KeySchemaElement], &Option<api::Projection>),
) -> Result<&'s Index> {
    let projection: Option<Projection> = projection.as_ref().map(definition::projection).transpose()?;
    of_kind(source, kind)
        .find(|index| {
            super::describe::describe_keys(&index.keys) == keys
                && projection.as_ref() == Some(&index.projection)
        })
        .ok_or_else(|| words::new_index(name))
}

fn made_of(source: &Index, name: &str) -> Index {
    index(0, name, source.kind, source.keys.clone(), source.projection.clone())
}

fn local_indexes(source: &Table, given: Option<&[api::LocalSecondaryIndex]>) -> Result<Vec<Index>> {
    let Some(given) = given else {
        return Ok(of_kind(source, IndexKind::Local).map(|index| made_of(index, &index.name)).collect());
    };
    let one = |given: &api::LocalSecondaryIndex| {
        let name = given.index_name.as_deref().unwrap_or_default();
        let keys = given.key_schema.as_deref().unwrap_or_default();
        let source = matching(source, IndexKind::Local, (name, keys, &given.projection))?;
        Ok(made_of(source, name))
    };
    given.iter().map(one).collect()
}

fn global_indexes(
    source: &Table,
    given: Option<&[api::GlobalSecondaryIndex]>,
    wanted: Option<BillingMode>,
) -> Result<Vec<Index>> {
    let billing_mode = wanted.unwrap_or(source.billing_mode);
    let capacity = |index: Index, throughput: Throughput, on_demand: Option<OnDemandThroughput>| Index {
        throughput,
        on_demand,
        warm: settings::start(billing_mode, throughput),
        ..index
    };
    let provisioned = billing_mode == BillingMode::Provisioned;
    let Some(given) = given else {
        let one = |index: &Index| {
            ensure(wanted != Some(BillingMode::Provisioned), || {
                words::throughput_required(Some(&index.name))
            })?;
            let throughput = if provisioned { units(index.throughput) } else { Throughput::default() };
            let on_demand = on_demand(index.on_demand, None, billing_mode)?;
            Ok(capacity(made_of(index, &index.name), throughput, on_demand))
        };
        return of_kind(source, IndexKind::Global).map(one).collect();
    };
    let one = |given: &api::GlobalSecondaryIndex| {
        let name = given.index_name.as_deref().unwrap_or_default();
        let keys = given.key_schema.as_deref().unwrap_or_default();
        let recorded = matching(source, IndexKind::Global, (name, keys, &given.projection))?;
        let throughput = given.provisioned_throughput.as_ref();
        check_throughput(source, wanted, throughput.is_some(), Some(name))?;
        ensure(!provisioned || throughput.is_some(), || words::index_throughput_required(name))?;
        check_on_demand(given.on_demand_throughput.as_ref(), billing_mode, Some(name))?;
        let on_demand = on_demand(recorded.on_demand, given.on_demand_throughput.as_ref(), billing_mode)?;
        Ok(capacity(made_of(recorded, name), settings::throughput(throughput, Some(name))?, on_demand))
    };
    given.iter().map(one).collect()
}
