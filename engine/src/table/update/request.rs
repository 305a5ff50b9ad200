//! What is wrong with an UpdateTable whatever the table is like: constraints, and changes that cannot be
//! made together. Never sees a table.

use super::super::definition::{self, Definitions};
use super::super::schema::BillingMode;
use super::super::{name, settings, vector};
use crate::api::table as api;
use crate::error::Result;
use crate::error::constraint::{Constraint, Violations};
use crate::error::global;
use crate::error::table::{self as words, ensure};

/// Checks the request by itself, and gives the plain name of the table that it is about.
pub fn table_name(request: &api::UpdateTableInput) -> Result<String> {
    let name = name::of_table_operation(request.table_name.as_deref())?;
    constrain(request)?;
    check_anything(request)?;
    check_indexes(request)?;
    vector::check_updates(request.vector_index_updates.as_deref())?;
    check_together(request)?;
    check_capacity(request)?;
    if let Some(stream) = &request.stream_specification {
        settings::switched_stream(stream)?;
    }
    settings::table_class(request.table_class.as_deref())?;
    Ok(name)
}

fn constrain(request: &api::UpdateTableInput) -> Result<()> {
    let mut violations = Violations::default();
    let v = &mut violations;
    definition::constrain_definitions(v, request.attribute_definitions.as_deref().unwrap_or_default());
    if let Some(mode) = &request.billing_mode {
        v.one_of(mode, "billingMode", BillingMode::NAMES);
    }
    if let Some(throughput) = &request.provisioned_throughput {
        definition::constrain_throughput(v, throughput, "provisionedThroughput");
    }
    for (at, update) in request.global_secondary_index_updates.iter().flatten().enumerate() {
        let member = format!("globalSecondaryIndexUpdates.{}.member", at + 1);
        if let Some(update) = &update.update {
            let member = format!("{member}.update");
            constrain_name(v, &update.index_name, &member);
            if let Some(throughput) = &update.provisioned_throughput {
                definition::constrain_throughput(v, throughput, &format!("{member}.provisionedThroughput"));
            }
        }
        if let Some(create) = &update.create {
            let member = format!("{member}.create");
            let parts = (&create.index_name, &create.key_schema, &create.projection);
            definition::constrain_index(v, parts, &member, definition::GLOBAL_INDEX_KEY_ELEMENTS);
            if let Some(throughput) = &create.provisioned_throughput {
                definition::constrain_throughput(v, throughput, &format!("{member}.provisionedThroughput"));
            }
        }
        if let Some(delete) = &update.delete {
            constrain_name(v, &delete.index_name, &format!("{member}.delete"));
        }
    }
    for (at, update) in request.vector_index_updates.iter().flatten().enumerate() {
        let member = format!("vectorIndexUpdates.{}.member", at + 1);
        if let Some(create) = &update.create {
            vector::constrain(v, create, &format!("{member}.create"));
        }
        if let Some(delete) = &update.delete {
            constrain_name(v, &delete.index_name, &format!("{member}.delete"));
        }
    }
    constrain_replicas(v, request);
    settings::constrain(v, request.stream_specification.as_ref(), request.sse_specification.as_ref());
    violations.into_result()
}

fn constrain_replicas(v: &mut Violations, request: &api::UpdateTableInput) {
    if let Some(updates) = &request.replica_updates
        && updates.is_empty()
    {
        v.add(Some(&"[]"), "replicaUpdates", Constraint::MinLength(1));
    }
    for (at, update) in request.replica_updates.iter().flatten().enumerate() {
        let member = format!("replicaUpdates.{}.member", at + 1);
        for (action, name) in [(&update.create, "create"), (&update.update, "update")] {
            let Some(action) = action else { continue };
            v.required(&action.region_name, &format!("{member}.{name}.regionName"));
            let read = action.provisioned_throughput_override.as_ref().and_then(|o| o.read_capacity_units);
            if let Some(units) = read {
                let member = format!("{member}.{name}.provisionedThroughputOverride.readCapacityUnits");
                v.at_least(units, &member, 1);
            }
        }
        if let Some(delete) = &update.delete {
            v.required(&delete.region_name, &format!("{member}.delete.regionName"));
        }
    }
    if let Some(consistency) = &request.multi_region_consistency {
        v.one_of(consistency, "multiRegionConsistency", &["EVENTUAL", "STRONG"]);
    }
    if let Some(updates) = &request.global_table_witness_updates
        && updates.len() > 1
    {
        let regions = updates.iter().filter_map(|update| {
            let action = update.create.as_ref().or(update.delete.as_ref())?;
            action.region_name.as_deref()
        });
        let shown = regions.collect::<Vec<_>>().join(", ");
        let shown = format!("[GlobalTableWitnessGroupUpdate({shown})]");
        v.add(Some(&shown), "globalTableWitnessUpdates", Constraint::MaxLength(1));
    }
    if let Some(mode) = &request.global_table_settings_replication_mode {
        let modes = ["ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES"];
        v.one_of(mode, "globalTableSettingsReplicationMode", &modes);
    }
}

fn constrain_name(violations: &mut Violations, index_name: &Option<String>, member: &str) {
    let member = format!("{member}.indexName");
    if let Some(index_name) = violations.required(index_name, &member) {
        name::check(violations, index_name, &member);
    }
}

/// AttributeDefinitions change nothing by themselves, and an empty list of updates is none.
fn check_anything(request: &api::UpdateTableInput) -> Result<()> {
    let updates = request.global_secondary_index_updates.as_ref();
    ensure(members(request) > usize::from(updates.is_some_and(Vec::is_empty)), || {
        words::nothing_to_update(request.multi_region_consistency.is_none())
    })?;
    ensure(updates.is_none_or(|updates| !updates.is_empty()), || {
        words::invalid("List of GlobalSecondaryIndexUpdates is empty")
    })
}

/// How many members of the request change something.
fn members(request: &api::UpdateTableInput) -> usize {
    [
        request.billing_mode.is_some(),
        request.provisioned_throughput.is_some(),
        request.on_demand_throughput.is_some(),
        request.warm_throughput.is_some(),
        request.global_secondary_index_updates.is_some(),
        request.vector_index_updates.is_some(),
        request.stream_specification.is_some(),
        request.sse_specification.is_some(),
        request.table_class.is_some(),
        request.deletion_protection_enabled.is_some(),
        request.replica_updates.is_some(),
        request.global_table_settings_replication_mode.is_some(),
    ]
    .into_iter()
    .filter(|given| *given)
    .count()
}

fn check_indexes(request: &api::UpdateTableInput) -> Result<()> {
    let mut seen: Vec<&str> = Vec::new();
    for update in request.global_secondary_index_updates.iter().flatten() {
        let names = [
            update.update.as_ref().and_then(|update| update.index_name.as_deref()),
            update.create.as_ref().and_then(|create| create.index_name.as_deref()),
            update.delete.as_ref().and_then(|delete| delete.index_name.as_deref()),
        ];
        let mut names = names.into_iter().flatten();
        let name = names.next().ok_or_else(|| {
            words::invalid(
                "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
                 GlobalSecondaryIndexUpdate.Delete must not be null",
            )
        })?;
        ensure(names.next().is_none(), || {
            words::invalid(
                "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
            )
        })?;
        ensure(!seen.contains(&name), || {
            words::invalid(format_args!(
                "Only one global secondary index update per index is allowed simultaneously. Index: {name}"
            ))
        })?;
        seen.push(name);
        if let Some(create) = &update.create {
            check_new_index(create, name, request)?;
        }
        let warm = update.update.as_ref().and_then(|update| update.warm_throughput.as_ref());
        ensure(warm.is_none_or(|warm| *warm != api::WarmThroughput::default()), || {
            words::invalid(format_args!(
                "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: {name}"
            ))
        })?;
    }
    Ok(())
}

fn check_new_index(
    create: &api::CreateGlobalSecondaryIndexAction,
    name: &str,
    request: &api::UpdateTableInput,
) -> Result<()> {
    let given = request.attribute_definitions.as_deref().unwrap_or_default();
    ensure(!given.is_empty(), || {
        words::invalid(format_args!("AttributeDefinitions is not specified for index: {name}"))
    })?;
    let keys = create.key_schema.as_deref().unwrap_or_default();
    let definitions = Definitions::parse(given)?;
    definitions.define(keys)?;
    definitions.global_key(keys)?;
    create.projection.as_ref().map(definition::projection).transpose()?;
    settings::throughput(create.provisioned_throughput.as_ref(), Some(name))?;
    Ok(())
}

/// One request makes one change, but for a few pairs.
fn check_together(request: &api::UpdateTableInput) -> Result<()> {
    let alone = members(request) == 1;
    let only = |given: bool, what: &str| ensure(!given || alone, || words::only_operation(what));
    if request.multi_region_consistency.is_some() || request.global_table_witness_updates.is_some() {
        ensure(request.replica_updates.is_none() || alone, global::replicas_and_witnesses_alone)?;
    }
    ensure(request.replica_updates.is_none() || alone, global::replicas_alone)?;
    only(request.sse_specification.is_some(), "Server-Side Encryption modification")?;
    only(request.table_class.is_some(), "TableClass modification")?;
    only(request.deletion_protection_enabled.is_some(), "DeletionProtection modification")?;
    let updates = request.global_secondary_index_updates.as_deref().unwrap_or_default();
    ensure(
        request.warm_throughput.is_none() || updates.iter().all(|update| update.create.is_none()),
        || words::invalid("Create global secondary index cannot be specified when updating WarmThroughput"),
    )?;
    only(request.warm_throughput.is_some(), "WarmThroughput")?;
    let with_mode = usize::from(request.billing_mode.is_some());
    ensure(request.on_demand_throughput.is_none() || members(request) == 1 + with_mode, || {
        words::invalid("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request")
    })?;
    let capacity =
        request.provisioned_throughput.is_some() || request.billing_mode.as_deref() == Some("PROVISIONED");
    let stream = request.stream_specification.is_some();
    ensure(!(stream && capacity), || {
        words::invalid("You cannot modify stream status while updating table IOPS")
    })?;
    let online = updates.iter().any(|update| update.create.is_some() || update.delete.is_some());
    ensure(!(online && capacity), || {
        words::invalid("You cannot create or delete index while updating table IOPS")
    })?;
    ensure(!(online && stream), || {
        words::invalid("You cannot create or delete index while changing stream status")
    })
}

fn check_capacity(request: &api::UpdateTableInput) -> Result<()> {
    let given = request.provisioned_throughput.is_some();
    match request.billing_mode.as_deref() {
        Some("PROVISIONED") => ensure(given, || {
            words::invalid("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
        })?,
        Some(_) => ensure(!given, || {
            words::invalid("ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST")
        })?,
        None => {}
    }
    settings::throughput(request.provisioned_throughput.as_ref(), None)?;
    Ok(())
}
