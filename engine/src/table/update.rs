//! UpdateTable: from the request and the table to the changed table, or to the service's refusal.
//!
//! Owns what may change together, what may change now, and what a change starts; [`super::lifecycle`]
//! finishes it. Never touches a store: whoever calls follows [`Updated`].
//!
//! Follows [UpdateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html) and
//! the API findings that the ACK project published in October 2026.
//!
//! Differs from DynamoDB: an index's warm throughput rises at once, and an empty OnDemandThroughput or
//! WarmThroughput changes nothing where the service fails.

mod request;
mod secondary;

use super::lifecycle::{self, Step};
use super::schema::{BillingMode, PendingUpdate, StreamSetting, StreamView, Table, TableStatus, Throughput};
use super::{pace, settings};
use crate::api::table as api;
use crate::error::Result;
use crate::error::global as global_words;
use crate::error::table::{self as words, ensure};
use crate::limits::{FREE_DECREASES, ON_DEMAND_SWITCHES, TABLE_CLASS_CHANGES};

pub use request::table_name;

/// How a table's stream changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamSwitch {
    /// A new stream begins, under the label that stands in the table.
    On,
    /// The stream ends: its shards close, its records stay readable.
    Off,
}

/// What an UpdateTable comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated {
    /// The table as it is from now on.
    pub table: Table,
    /// What became of the stream.
    pub stream: Option<StreamSwitch>,
    /// What [`lifecycle::advance`] did to `table` already; empty unless everything happens at once.
    pub steps: Vec<Step>,
}

/// Updates a table. The request must have passed [`table_name`], which also names the table to look for.
pub fn update(table: &Table, request: &api::UpdateTableInput, now_ms: u64, instant: bool) -> Result<Updated> {
    match table.status {
        TableStatus::Creating => return Err(words::table_in_use(&table.name, "created")),
        TableStatus::Deleting => return Err(words::table_in_use(&table.name, "deleted")),
        TableStatus::Updating if is_lost(table, request) => {
            return Ok(Updated { table: table.clone(), stream: None, steps: Vec::new() });
        }
        TableStatus::Updating => admit_while_updating(table, request)?,
        TableStatus::Active => {}
    }
    if let Some(global) = &table.global {
        // A group changes one thing at a time.
        ensure(!global.is_changing(), global_words::in_use)?;
        let off = request.stream_specification.as_ref().is_some_and(|s| s.stream_enabled == Some(false));
        ensure(!off, global_words::stream_of_replica)?;
    }
    let mut updating = Updating { table: table.clone(), now_ms, instant, stream: None };
    updating.apply(request)?;
    let Updating { mut table, stream, .. } = updating;
    let steps = if instant { lifecycle::advance(&mut table, now_ms, true) } else { Vec::new() };
    Ok(Updated { table, stream, steps })
}

/// What UpdateTable answers beside what DescribeTable would: a maximum that went as -1, and UPDATING where the
/// billing mode or the class stays as it was.
pub fn echo(request: &api::UpdateTableInput, changed: bool, description: &mut api::TableDescription) {
    if let Some(given) = &request.on_demand_throughput {
        let gone = |units: Option<i64>| units.filter(|units| *units == -1);
        let (read, write) = (gone(given.max_read_request_units), gone(given.max_write_request_units));
        if read.is_some() || write.is_some() {
            let shown = description.on_demand_throughput.get_or_insert_default();
            shown.max_read_request_units = read.or(shown.max_read_request_units);
            shown.max_write_request_units = write.or(shown.max_write_request_units);
        }
    }
    if !changed && (request.billing_mode.is_some() || request.table_class.is_some()) {
        description.table_status = Some(TableStatus::Updating.name().into());
    }
}

/// The way back from a switch to PROVISIONED that is under way is let in, and lost.
fn is_lost(table: &Table, request: &api::UpdateTableInput) -> bool {
    let pending = table.pending.as_ref().and_then(|pending| pending.billing_mode);
    pending == Some(BillingMode::Provisioned)
        && request.billing_mode.as_deref() == Some(BillingMode::PayPerRequest.name())
}

/// While a table is UPDATING only a few changes are let in.
fn admit_while_updating(table: &Table, request: &api::UpdateTableInput) -> Result<()> {
    let name = &table.name;
    let pending = table.pending.clone().unwrap_or_default();
    let indexes = request.global_secondary_index_updates.as_deref().unwrap_or_default();
    let online = indexes.iter().any(|update| update.create.is_some() || update.delete.is_some())
        || request.vector_index_updates.is_some();
    let capacity = request.provisioned_throughput.is_some() || request.billing_mode.is_some();
    if pending.throughput.is_some() || pending.billing_mode.is_some() {
        ensure(!online, || {
            words::in_use(format_args!(
                "Can't create or delete indexes while table IOPS are being updated. Table: {name}"
            ))
        })?;
        ensure(!capacity, || {
            words::in_use(format_args!("Table IOPS are currently being updated. Table: {name}"))
        })?;
    }
    admit_setting(table, &pending, request)?;
    ensure(!(online && pending.stream), || {
        words::in_use("Can't create or delete an index when stream status is being updated.")
    })?;
    ensure(!(online && pending.table_class.is_some()), || {
        words::in_use("Can't create or delete an index when a table class update is in progress.")
    })?;
    let let_in = request.deletion_protection_enabled.is_some()
        || request.global_table_settings_replication_mode.is_some()
        || request.sse_specification.is_some()
        || request.warm_throughput.is_some()
        // Refused for the billing mode that the table has until then.
        || (request.on_demand_throughput.is_some() && pending.billing_mode == Some(BillingMode::PayPerRequest));
    // Where nothing is pending it is an index that keeps the table UPDATING; the changes look at it themselves.
    ensure(let_in || table.pending.is_none(), || words::table_in_use(name, "updated"))
}

/// The settings that wait for the one that is being changed.
fn admit_setting(table: &Table, pending: &PendingUpdate, request: &api::UpdateTableInput) -> Result<()> {
    let name = &table.name;
    let stream = request.stream_specification.is_some();
    let (class, on_demand) = (request.table_class.is_some(), request.on_demand_throughput.is_some());
    if pending.throughput.is_some() || pending.billing_mode.is_some() {
        ensure(!stream, || {
            words::in_use(format_args!(
                "Can't enable or disable stream while table IOPS are being updated. Table: {name}"
            ))
        })?;
        ensure(!(on_demand && pending.billing_mode == Some(BillingMode::Provisioned)), || {
            words::in_use("OnDemandThroughput cannot be updated while BillingMode update is in progress")
        })?;
    }
    if let Some(to) = &pending.table_class {
        let refuse = |what: &str| {
            words::in_use(format_args!(
                "{what} when a table class update is in progress. Table: {name} TableClassUpdateInProgress: {to}"
            ))
        };
        ensure(!class, || refuse("Can't update table class"))?;
        ensure(!stream, || refuse("Can't change stream status"))?;
        ensure(!on_demand, || {
            words::in_use(format_args!(
                "OnDemandThroughput cannot be updated while TableClass update is in progress. \
                 TableClassUpdateInProgress: {to}"
            ))
        })?;
    }
    if pending.stream {
        ensure(!class, || {
            words::in_use(format_args!(
                "Can't update table class when stream status is being updated. Table: {name}"
            ))
        })?;
        ensure(!on_demand, || {
            words::in_use("OnDemandThroughput cannot be updated while stream status update is in progress")
        })?;
    }
    Ok(())
}

struct Updating {
    table: Table,
    now_ms: u64,
    instant: bool,
    stream: Option<StreamSwitch>,
}

impl Updating {
    fn apply(&mut self, request: &api::UpdateTableInput) -> Result<()> {
        if request.billing_mode.is_some() || request.provisioned_throughput.is_some() {
            self.change_capacity(request)?;
        }
        if let Some(on_demand) = &request.on_demand_throughput {
            self.change_on_demand(on_demand, request)?;
        }
        if let Some(updates) = &request.global_secondary_index_updates {
            self.update_indexes(updates, request)?;
        }
        if let Some(updates) = &request.vector_index_updates {
            let (given, moment) = (request.attribute_definitions.as_deref(), (self.now_ms, self.instant));
            let until_ms = super::vector::update(&mut self.table, updates, given, moment)?;
            self.updating_until(until_ms);
        }
        if let Some(stream) = &request.stream_specification {
            self.switch_stream(settings::switched_stream(stream)?)?;
        }
        if let Some(encryption) = &request.sse_specification {
            self.change_encryption(encryption)?;
        }
        if let Some(class) = settings::table_class(request.table_class.as_deref())? {
            let changes = &mut self.table.table_class_changes_ms;
            changes.retain(|at_ms| at_ms + 30 * lifecycle::DAY_MS > self.now_ms);
            // Once they are spent, even the class that the table has is refused.
            ensure(changes.len() < TABLE_CLASS_CHANGES, words::table_class_changes_exhausted)?;
            let current = self.table.table_class.as_deref().unwrap_or("STANDARD");
            if current != class {
                changes.push(self.now_ms);
                self.pend(|pending| pending.table_class = Some(class));
            }
        }
        if let Some(mode) = &request.global_table_settings_replication_mode {
            let regional = self.table.global.is_none();
            ensure(!regional || mode != "ENABLED_WITH_OVERRIDES", || {
                global_words::settings_of_regional_table(mode)
            })?;
            self.table.settings_replication = Some(mode.clone());
        }
        if let Some(protection) = request.deletion_protection_enabled {
            pace::protect(&mut self.table, protection, self.now_ms, self.instant)?;
        }
        if let Some(warm) = &request.warm_throughput {
            let lower = |parameter: &str| settings::lower_than_current(parameter, None);
            let mut target = settings::raise_warm(self.table.warm, Some(warm), lower)?;
            if let Some(rising) = self.table.attachments.pace.warm_target() {
                target.read_units =
                    warm.read_units_per_second.map_or(rising.read_units, |_| target.read_units);
                target.write_units =
                    warm.write_units_per_second.map_or(rising.write_units, |_| target.write_units);
            }
            pace::warm(&mut self.table, target, self.now_ms, self.instant);
        }
        Ok(())
    }

    /// Notes what takes effect when UPDATING ends.
    fn pend(&mut self, change: impl FnOnce(&mut PendingUpdate)) {
        change(self.table.pending.get_or_insert_default());
        self.begin_updating(lifecycle::UPDATING_MS);
    }

    fn begin_updating(&mut self, ms: u64) {
        self.updating_until(self.now_ms + lifecycle::duration(ms, self.instant));
    }

    fn updating_until(&mut self, until_ms: u64) {
        self.table.status = TableStatus::Updating;
        self.table.status_until_ms = Some(self.table.status_until_ms.unwrap_or(0).max(until_ms));
    }

    /// The billing mode that the request leads to.
    fn billing_mode(&self, request: &api::UpdateTableInput) -> BillingMode {
        let wanted = request.billing_mode.as_deref().and_then(BillingMode::from_name);
        wanted.unwrap_or(self.table.billing_mode)
    }

    fn change_capacity(&mut self, request: &api::UpdateTableInput) -> Result<()> {
        self.refuse_index_change()?;
        let (current, wanted) = (self.table.billing_mode, self.billing_mode(request));
        if wanted == BillingMode::PayPerRequest {
            // Without BillingMode this is a throughput for a table that has none.
            ensure(request.provisioned_throughput.is_none(), words::throughput_on_demand)?;
            if current == BillingMode::Provisioned {
                self.switch_to_on_demand()?;
            }
            return Ok(());
        }
        ensure(self.table.attachments.vectors.is_empty(), crate::error::vector::on_demand_only)?;
        let throughput = settings::throughput(request.provisioned_throughput.as_ref(), None)?;
        let before = self.table.throughput;
        if current == BillingMode::Provisioned {
            let same =
                (throughput.read_units, throughput.write_units) == (before.read_units, before.write_units);
            ensure(!same, || words::same_throughput(before.read_units, before.write_units))?;
            let changed = self.changed(before, throughput)?;
            self.table.throughput = Throughput {
                read_units: before.read_units,
                write_units: before.write_units,
                last_increase_ms: changed.last_increase_ms,
                ..before
            };
            self.pend(|pending| pending.throughput = Some(changed));
            return Ok(());
        }
        for index in self.table.indexes.iter().filter(|index| index.kind == super::IndexKind::Global) {
            let updates = request.global_secondary_index_updates.iter().flatten();
            let named = updates.filter_map(|update| update.update.as_ref()).any(|update| {
                update.index_name.as_deref() == Some(&index.name) && update.provisioned_throughput.is_some()
            });
            ensure(named, || {
                words::invalid(format_args!(
                    "ProvisionedThroughput must be specified for index: {}",
                    index.name
                ))
            })?;
        }
        let throughput =
            Throughput { read_units: throughput.read_units, write_units: throughput.write_units, ..before };
        self.pend(|pending| {
            pending.billing_mode = Some(BillingMode::Provisioned);
            pending.throughput = Some(throughput);
        });
        Ok(())
    }

    /// The table's capacity cannot change while an index is being allocated or deleted.
    fn refuse_index_change(&self) -> Result<()> {
        let name = &self.table.name;
        for index in &self.table.indexes {
            let doing = match (index.status, index.backfilling) {
                (super::IndexStatus::Deleting, _) => "deleted",
                (super::IndexStatus::Creating, Some(false)) => "created",
                _ => continue,
            };
            return Err(words::in_use(format_args!(
                "Can't change table IOPS when an index is being {doing}. Table: {name} Indexes: [{}]",
                index.name
            )));
        }
        Ok(())
    }

    fn switch_to_on_demand(&mut self) -> Result<()> {
        let switches = &mut self.table.on_demand_switches_ms;
        switches.retain(|at_ms| at_ms + lifecycle::DAY_MS > self.now_ms);
        if let [first, .., last] = switches[..]
            && switches.len() >= ON_DEMAND_SWITCHES
        {
            let (last, next) = (lifecycle::unix_date(last), lifecycle::unix_date(first + lifecycle::DAY_MS));
            return Err(words::switches_exhausted(&last, &next));
        }
        switches.push(self.now_ms);
        let off = |throughput: Throughput| Throughput { read_units: 0, write_units: 0, ..throughput };
        let throughput = off(self.table.throughput);
        for at in 0..self.table.indexes.len() {
            if self.table.indexes[at].kind == super::IndexKind::Global {
                let throughput = off(self.table.indexes[at].throughput);
                self.pend_index(at, throughput);
            }
        }
        self.pend(|pending| {
            pending.billing_mode = Some(BillingMode::PayPerRequest);
            pending.throughput = Some(throughput);
        });
        Ok(())
    }

    /// The throughput after a change, where the day's decreases allow it.
    fn changed(&self, current: Throughput, wanted: Throughput) -> Result<Throughput> {
        let changed = lifecycle::changed_throughput(current, wanted, self.now_ms);
        let before = lifecycle::decreases_today(current, self.now_ms);
        if let Some(last_ms) = current.last_decrease_ms
            && changed.decreases_today > before
            && before >= FREE_DECREASES
        {
            let next_ms = last_ms + 3_600_000;
            ensure(self.now_ms >= next_ms, || {
                words::decreases_exhausted(
                    before,
                    &lifecycle::long_date(last_ms),
                    &lifecycle::long_date(next_ms),
                )
            })?;
        }
        Ok(changed)
    }

    fn change_on_demand(
        &mut self,
        on_demand: &api::OnDemandThroughput,
        request: &api::UpdateTableInput,
    ) -> Result<()> {
        let parameter = if on_demand.max_read_request_units.is_some() {
            "MaxReadRequestUnits"
        } else {
            "MaxWriteRequestUnits"
        };
        ensure(self.billing_mode(request) == BillingMode::PayPerRequest, || {
            words::invalid(format_args!(
                "{parameter} for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
            ))
        })?;
        for index in &self.table.indexes {
            let doing = match (index.status, index.backfilling) {
                (super::IndexStatus::Deleting, _) => "deletion",
                (super::IndexStatus::Creating, Some(false)) => "creation",
                _ => continue,
            };
            return Err(words::in_use(format_args!(
                "OnDemandThroughput cannot be updated while index {doing} is in progress for indexes: [{}]",
                index.name
            )));
        }
        self.table.on_demand = settings::merge_on_demand(self.table.on_demand, on_demand, None)?;
        Ok(())
    }

    fn switch_stream(&mut self, view: Option<StreamView>) -> Result<()> {
        let name = &self.table.name;
        ensure(
            self.table.indexes.iter().all(|index| {
                index.status != super::IndexStatus::Creating || index.backfilling != Some(false)
            }),
            || words::in_use("Can't change stream status when an index is being created"),
        )?;
        let running = self.table.stream.as_ref().is_some_and(|stream| stream.enabled);
        match view {
            Some(view) => {
                ensure(!running, || words::stream_enabled(name))?;
                let mut label = lifecycle::stream_label(self.now_ms);
                if self.table.stream.as_ref().is_some_and(|stream| stream.label == label) {
                    // Switched off and on again within a millisecond: a stream's label is its own.
                    label = lifecycle::stream_label(self.now_ms + 1);
                }
                self.table.stream = Some(StreamSetting { enabled: true, view, label });
                self.stream = Some(StreamSwitch::On);
            }
            None => {
                ensure(running, || words::no_stream(name))?;
                self.table.stream.iter_mut().for_each(|stream| stream.enabled = false);
                self.stream = Some(StreamSwitch::Off);
            }
        }
        self.pend(|pending| pending.stream = true);
        Ok(())
    }

    fn change_encryption(&mut self, encryption: &api::SSESpecification) -> Result<()> {
        let key = settings::encryption(Some(encryption), &self.table.arn)?;
        ensure(key.is_some() || self.table.kms_key_arn.is_some(), || {
            words::invalid("Table is already encrypted by default")
        })?;
        let same = key == self.table.kms_key_arn && encryption.kms_master_key_id == key;
        ensure(!same, || {
            words::invalid(
                "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to \
                 change Master Key",
            )
        })?;
        pace::encrypt(&mut self.table, key, self.now_ms, self.instant)
    }
}

#[cfg(test)]
mod tests;
