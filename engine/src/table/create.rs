//! CreateTable: from the request to a table, or to the service's refusal.
//!
//! Owns what a new table must satisfy and how it starts; whether its name is taken and how many tables
//! there are is the caller's to know. Never touches a store.
//!
//! Follows [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html);
//! the order of the checks is the service's as far as it was recorded (see [`super::definition`]).

use super::attachments::Attachments;
use super::definition::{self, Definitions};
use super::lifecycle;
use super::policy::PolicyState;
use super::policy::document::{On, canonical};
use super::schema::{
    BillingMode, Index, IndexId, IndexKind, IndexStatus, KeySchema, OnDemandThroughput, Projection,
    StreamSetting, Table, TableId, TableStatus, Throughput, TimeToLive, TtlStatus, WarmThroughput,
};
use super::vector::VectorIndex;
use super::{name, settings, tags, vector};
use crate::api::table as api;
use crate::error::constraint::Violations;
use crate::error::table::{self as words, ensure};
use crate::error::{ApiError, Result};
use crate::limits::{GLOBAL_INDEXES, LOCAL_INDEXES, PROJECTED_ATTRIBUTES};

/// What a new table is told apart by, and where and when it comes to be.
#[derive(Clone, Debug)]
pub struct Naming<'a> {
    /// Its number in the engine.
    pub id: TableId,
    /// The UUID that DescribeTable shows: [`super::uuid`].
    pub uuid: String,
    /// The region, part of the ARN.
    pub region: &'a str,
    /// The account, part of the ARN.
    pub account_id: &'a str,
    /// The time, in milliseconds of the epoch.
    pub now_ms: u64,
    /// Whether the table is ACTIVE at once.
    pub instant: bool,
}

/// Makes the table that the request describes.
///
/// Its status is CREATING until [`lifecycle::advance`] says otherwise (ACTIVE where `naming.instant`).
pub fn create(request: &api::CreateTableInput, naming: &Naming<'_>) -> Result<Table> {
    let name = name::of_table_operation(request.table_name.as_deref())?;
    constrain(request)?;
    let billing_mode = billing_mode(request)?;
    settings::on_demand_allowed(request.on_demand_throughput.as_ref(), billing_mode, None)?;

    let definitions = Definitions::parse(request.attribute_definitions.as_deref().unwrap_or_default())?;
    let key_schema = request.key_schema.as_deref().unwrap_or_default();
    let keys = table_key(&definitions, key_schema)?;
    vector::check_new(request.vector_indexes.as_deref(), &definitions, billing_mode)?;
    check_lists(request, &definitions, &keys)?;

    let mut indexes = Indexes::default();
    for local in request.local_secondary_indexes.iter().flatten() {
        indexes.add_local(local, &definitions, &keys)?;
    }
    for global in request.global_secondary_indexes.iter().flatten() {
        indexes.add_global(global, &definitions, billing_mode)?;
    }
    let mut vectors = Vec::new();
    for request in request.vector_indexes.iter().flatten() {
        let index = vector::parse(indexes.next, request, &definitions)?;
        indexes.take_name(&index.name, &vectors)?;
        vector::add(&mut vectors, index)?;
    }
    indexes.check_counts()?;
    let stream = settings::new_stream(request.stream_specification.as_ref())?;
    let table_class = settings::table_class(request.table_class.as_deref())?;
    let arn = format!("arn:aws:dynamodb:{}:{}:table/{name}", naming.region, naming.account_id);
    let tags = tags::parse(request.tags.as_deref().unwrap_or_default())?;
    let policy = request.resource_policy.as_deref().map(|text| canonical(text, On::Table)).transpose()?;
    let kms_key_arn = settings::encryption(request.sse_specification.as_ref(), &arn)?;

    let throughput = settings::throughput(request.provisioned_throughput.as_ref(), None)?;
    let Indexes { list: indexes, next } = indexes;
    let searched: Vec<KeySchema> = vectors.iter().map(VectorIndex::keys).collect();
    let all_keys = std::iter::once(&keys).chain(indexes.iter().map(|index| &index.keys)).chain(&searched);
    let attribute_definitions = definitions.used_by(all_keys);
    let mut table = Table {
        id: naming.id,
        uuid: naming.uuid.clone(),
        arn,
        name,
        keys,
        attribute_definitions,
        indexes,
        next_index: next,
        billing_mode,
        on_demand_since_ms: (billing_mode == BillingMode::PayPerRequest).then_some(naming.now_ms),
        throughput,
        on_demand: settings::on_demand(request.on_demand_throughput.as_ref(), None)?,
        warm: settings::warm(request.warm_throughput.as_ref(), billing_mode, throughput, None)?,
        stream: stream.map(|view| StreamSetting {
            enabled: true,
            view,
            label: lifecycle::stream_label(naming.now_ms),
        }),
        time_to_live: TimeToLive {
            attribute: None,
            status: TtlStatus::Disabled,
            changed_ms: None,
            status_until_ms: None,
        },
        status: TableStatus::Creating,
        status_until_ms: Some(naming.now_ms + lifecycle::duration(lifecycle::CREATING_MS, naming.instant)),
        created_ms: naming.now_ms,
        deletion_protection: request.deletion_protection_enabled.unwrap_or(false),
        table_class,
        on_demand_switches_ms: Vec::new(),
        table_class_changes_ms: Vec::new(),
        table_class_changed_ms: None,
        kms_key_arn,
        tags,
        pending: None,
        backups_from_ms: 0,
        recovery: None,
        restore: None,
        global: None,
        settings_replication: None,
        attachments: Attachments {
            policy: PolicyState::new(policy, naming.now_ms),
            vectors,
            ..Attachments::default()
        },
    };
    if naming.instant {
        lifecycle::advance(&mut table, naming.now_ms, true);
    }
    Ok(table)
}

/// The refusal of a name that `existing` has. The service checks the whole request before it looks there.
pub fn taken(existing: &Table) -> ApiError {
    match existing.status {
        TableStatus::Creating => words::table_in_use(&existing.name, "created"),
        _ => words::table_exists(&existing.name),
    }
}

/// The framework's constraints, all of them before any other check.
fn constrain(request: &api::CreateTableInput) -> Result<()> {
    let mut violations = Violations::default();
    let v = &mut violations;
    if let Some(definitions) = v.required(&request.attribute_definitions, "attributeDefinitions") {
        definition::constrain_definitions(v, definitions);
    }
    if let Some(mode) = &request.billing_mode {
        v.one_of(mode, "billingMode", BillingMode::NAMES);
    }
    if let Some(throughput) = &request.provisioned_throughput {
        definition::constrain_throughput(v, throughput, "provisionedThroughput");
    }
    if let Some(keys) = v.required(&request.key_schema, "keySchema") {
        definition::constrain_keys(v, keys, "keySchema", definition::KEY_ELEMENTS);
    }
    for (at, index) in request.global_secondary_indexes.iter().flatten().enumerate() {
        let member = format!("globalSecondaryIndexes.{}.member", at + 1);
        let parts = (&index.index_name, &index.key_schema, &index.projection);
        definition::constrain_index(v, parts, &member, definition::GLOBAL_INDEX_KEY_ELEMENTS);
        if let Some(throughput) = &index.provisioned_throughput {
            definition::constrain_throughput(v, throughput, &format!("{member}.provisionedThroughput"));
        }
    }
    for (at, index) in request.local_secondary_indexes.iter().flatten().enumerate() {
        let member = format!("localSecondaryIndexes.{}.member", at + 1);
        let parts = (&index.index_name, &index.key_schema, &index.projection);
        definition::constrain_index(v, parts, &member, definition::KEY_ELEMENTS);
    }
    for (at, index) in request.vector_indexes.iter().flatten().enumerate() {
        vector::constrain(v, index, &format!("vectorIndexes.{}.member", at + 1));
    }
    settings::constrain(v, request.stream_specification.as_ref(), request.sse_specification.as_ref());
    violations.into_result()
}

fn billing_mode(request: &api::CreateTableInput) -> Result<BillingMode> {
    let given = request.provisioned_throughput.is_some();
    match request.billing_mode.as_deref().and_then(BillingMode::from_name) {
        Some(BillingMode::PayPerRequest) => {
            ensure(!given, words::throughput_on_demand)?;
            Ok(BillingMode::PayPerRequest)
        }
        _ => {
            ensure(given, || {
                words::invalid(
                    "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
                )
            })?;
            Ok(BillingMode::Provisioned)
        }
    }
}

fn table_key(definitions: &Definitions, keys: &[api::KeySchemaElement]) -> Result<KeySchema> {
    ensure(keys.len() <= definitions.count(), words::key_without_definition)?;
    definitions.define(keys)?;
    definitions.simple_key(keys)
}

/// What concerns the definitions and the lists of indexes as a whole.
fn check_lists(request: &api::CreateTableInput, definitions: &Definitions, keys: &KeySchema) -> Result<()> {
    let local = request.local_secondary_indexes.as_deref();
    let global = request.global_secondary_indexes.as_deref();
    let searched = vector::used_names(request.vector_indexes.as_deref());
    if local.is_none() && global.is_none() && searched.is_empty() {
        return ensure(definitions.count() == keys.attributes().count(), words::definitions_do_not_match);
    }
    ensure(local.is_none_or(|list| !list.is_empty()), || {
        words::invalid("List of LocalSecondaryIndexes is empty")
    })?;
    ensure(global.is_none_or(|list| !list.is_empty()), || {
        words::invalid("List of GlobalSecondaryIndexes is empty")
    })?;
    ensure(local.is_none() || !keys.range.is_empty(), || {
        words::invalid(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
        )
    })?;
    let local_keys = local.into_iter().flatten().filter_map(|index| index.key_schema.as_deref());
    let global_keys = global.into_iter().flatten().filter_map(|index| index.key_schema.as_deref());
    let mut used: Vec<&str> = keys.attributes().map(|attribute| attribute.name.as_str()).collect();
    for keys in local_keys.chain(global_keys) {
        definitions.define(keys)?;
        used.extend(definition::names(keys));
    }
    used.extend(searched);
    used.sort_unstable();
    used.dedup();
    ensure(used.len() == definitions.count(), || words::definitions_not_used(&definitions.names(), &used))
}

/// The indexes of a table that is being made.
pub(super) struct Indexes {
    list: Vec<Index>,
    next: IndexId,
}

impl Default for Indexes {
    fn default() -> Indexes {
        Indexes { list: Vec::new(), next: 1 }
    }
}

impl Indexes {
    fn add_local(
        &mut self,
        request: &api::LocalSecondaryIndex,
        definitions: &Definitions,
        table: &KeySchema,
    ) -> Result<()> {
        let name = request.index_name.as_deref().unwrap_or_default();
        let keys = definitions.simple_key(request.key_schema.as_deref().unwrap_or_default())?;
        ensure(!keys.range.is_empty(), || {
            words::invalid(format_args!("Index KeySchema does not have a range key for index: {name}"))
        })?;
        let (own, of_table) = (&keys.hash[0].name, &table.hash[0].name);
        ensure(own == of_table, || {
            words::invalid(format_args!(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}. \
                 index hash key: {own}, table hash key: {of_table}"
            ))
        })?;
        let projection = definition::projection(request.projection.as_ref().unwrap_or(&NO_PROJECTION))?;
        self.push(index(0, name, IndexKind::Local, keys, projection))
    }

    fn add_global(
        &mut self,
        request: &api::GlobalSecondaryIndex,
        definitions: &Definitions,
        billing_mode: BillingMode,
    ) -> Result<()> {
        let name = request.index_name.as_deref().unwrap_or_default();
        let keys = definitions.global_key(request.key_schema.as_deref().unwrap_or_default())?;
        let projection = definition::projection(request.projection.as_ref().unwrap_or(&NO_PROJECTION))?;
        let capacity = (
            request.provisioned_throughput.as_ref(),
            request.on_demand_throughput.as_ref(),
            request.warm_throughput.as_ref(),
        );
        let (throughput, on_demand, warm) = index_capacity(name, capacity, billing_mode)?;
        let index = index(0, name, IndexKind::Global, keys, projection);
        self.push(Index { throughput, on_demand, warm, ..index })
    }

    fn push(&mut self, index: Index) -> Result<()> {
        ensure(self.list.iter().all(|other| other.name != index.name), || {
            words::invalid(format_args!("Duplicate index name: {}", index.name))
        })?;
        self.list.push(Index { id: self.next, ..index });
        self.next += 1;
        Ok(())
    }

    /// Takes the next number for an index that stands elsewhere under its name.
    fn take_name(&mut self, name: &str, others: &[VectorIndex]) -> Result<()> {
        let taken = self.list.iter().map(|index| &index.name).chain(others.iter().map(|index| &index.name));
        ensure(taken.into_iter().all(|other| other != name), || {
            words::invalid(format_args!("Duplicate index name: {name}"))
        })?;
        self.next += 1;
        Ok(())
    }

    fn check_counts(&self) -> Result<()> {
        let count = |kind: IndexKind| self.list.iter().filter(|index| index.kind == kind).count();
        ensure(count(IndexKind::Local) <= LOCAL_INDEXES, || {
            words::invalid(format_args!(
                "Number of LocalSecondaryIndexes exceeds per-table limit of {LOCAL_INDEXES}"
            ))
        })?;
        ensure(count(IndexKind::Global) <= GLOBAL_INDEXES, || {
            words::invalid(format_args!(
                "GlobalSecondaryIndex count exceeds the per-table limit of {GLOBAL_INDEXES}"
            ))
        })?;
        ensure(projected(&self.list) <= PROJECTED_ATTRIBUTES, words::too_many_projected)
    }
}

const NO_PROJECTION: api::Projection = api::Projection { projection_type: None, non_key_attributes: None };

/// How many attributes the INCLUDE projections name together; one named twice counts twice.
pub(super) fn projected(indexes: &[Index]) -> usize {
    let attributes = |index: &Index| match &index.projection {
        Projection::Include(attributes) => attributes.len(),
        Projection::All | Projection::KeysOnly => 0,
    };
    indexes.iter().map(attributes).sum()
}

/// A new index, CREATING with its table, without capacity of its own.
pub(super) fn index(
    id: IndexId,
    name: &str,
    kind: IndexKind,
    keys: KeySchema,
    projection: Projection,
) -> Index {
    Index {
        id,
        name: name.to_owned(),
        kind,
        keys,
        projection,
        throughput: Throughput::default(),
        on_demand: None,
        warm: WarmThroughput::default(),
        status: IndexStatus::Creating,
        status_until_ms: None,
        pending_throughput: None,
        backfilling: None,
    }
}

/// The three kinds of capacity of a new global index, checked against the table's billing mode.
pub(super) fn index_capacity(
    name: &str,
    (provisioned, on_demand, warm): (
        Option<&api::ProvisionedThroughput>,
        Option<&api::OnDemandThroughput>,
        Option<&api::WarmThroughput>,
    ),
    billing_mode: BillingMode,
) -> Result<(Throughput, Option<OnDemandThroughput>, WarmThroughput)> {
    match billing_mode {
        BillingMode::PayPerRequest => ensure(provisioned.is_none(), || {
            words::invalid(format_args!(
                "ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
            ))
        })?,
        BillingMode::Provisioned => ensure(provisioned.is_some(), || {
            words::invalid(format_args!("ProvisionedThroughput is not specified for index: {name}"))
        })?,
    }
    settings::on_demand_allowed(on_demand, billing_mode, Some(name))?;
    let throughput = settings::throughput(provisioned, Some(name))?;
    let on_demand = settings::on_demand(on_demand, Some(name))?;
    let warm = settings::warm(warm, billing_mode, throughput, Some(name))?;
    Ok((throughput, on_demand, warm))
}

#[cfg(test)]
mod tests;
