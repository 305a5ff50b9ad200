//! GlobalSecondaryIndexUpdates: an index created, changed or deleted on a table that exists.
//!
//! Owns the rule that one index a table is created or deleted at a time, and what keeps an index from being
//! changed. Never fills an index: that is the backfill's.

use super::super::create;
use super::super::definition::{self, Definitions};
use super::super::schema::{BillingMode, Index, IndexKind, IndexStatus, Throughput};
use super::super::{lifecycle, settings, vector};
use super::Updating;
use crate::api::table as api;
use crate::error::Result;
use crate::error::table::{self as words, ensure};
use crate::limits::{GLOBAL_INDEXES, PROJECTED_ATTRIBUTES};

impl Updating {
    pub(super) fn update_indexes(
        &mut self,
        updates: &[api::GlobalSecondaryIndexUpdate],
        request: &api::UpdateTableInput,
    ) -> Result<()> {
        let billing_mode = self.billing_mode(request);
        let online = updates.iter().filter(|update| update.create.is_some() || update.delete.is_some());
        ensure(online.count() <= 1, words::one_online_index)?;
        for update in updates {
            if let Some(change) = &update.update {
                self.update_index(change, billing_mode)?;
            } else if let Some(creation) = &update.create {
                self.create_index(creation, request, billing_mode)?;
            } else if let Some(deletion) = &update.delete {
                self.delete_index(deletion.index_name.as_deref().unwrap_or_default())?;
            }
        }
        Ok(())
    }

    fn find(&self, name: &str, verb: &str) -> Result<usize> {
        let at = self.table.indexes.iter().position(|index| index.name == name);
        let at = at.ok_or_else(|| words::index_not_found(name, &self.table.name))?;
        ensure(self.table.indexes[at].kind == IndexKind::Global, || {
            crate::error::ApiError::validation(format!(
                "Cannot {verb} an index that is not a GlobalSecondaryIndex: {name}"
            ))
        })?;
        Ok(at)
    }

    /// Refuses to create or delete an index while another one is.
    fn refuse_second(&self, name: &str) -> Result<()> {
        ensure(!vector::is_busy(&self.table, name), words::one_online_index)
    }

    pub(super) fn pend_index(&mut self, at: usize, throughput: Throughput) {
        let until_ms = self.now_ms + lifecycle::duration(lifecycle::INDEX_UPDATING_MS, self.instant);
        let index = &mut self.table.indexes[at];
        index.pending_throughput = Some(throughput);
        if index.status == IndexStatus::Active {
            index.status = IndexStatus::Updating;
            index.status_until_ms = Some(until_ms);
        }
    }

    fn update_index(
        &mut self,
        change: &api::UpdateGlobalSecondaryIndexAction,
        billing_mode: BillingMode,
    ) -> Result<()> {
        let name = change.index_name.as_deref().unwrap_or_default();
        let at = self.find(name, "update")?;
        let index = &self.table.indexes[at];
        let doing = match index.status {
            IndexStatus::Active => None,
            IndexStatus::Creating => Some("created"),
            IndexStatus::Updating => Some("updated"),
            IndexStatus::Deleting => Some("deleted"),
        };
        if let Some(doing) = doing {
            return Err(words::index_in_use(&self.table.name, name, doing));
        }
        if change.provisioned_throughput.is_some() {
            ensure(billing_mode == BillingMode::Provisioned, || {
                words::invalid(format_args!(
                    "The only Updates for index: {name} when TableThroughputMode is PAY_PER_REQUEST can be to \
                     OnDemandThroughput, WarmThroughput"
                ))
            })?;
            let wanted = settings::throughput(change.provisioned_throughput.as_ref(), Some(name))?;
            let before = index.throughput;
            let (read_units, write_units) = (before.read_units, before.write_units);
            let switched = self.table.billing_mode != billing_mode;
            ensure(switched || (read_units, write_units) != (wanted.read_units, wanted.write_units), || {
                words::same_index_throughput(name, read_units, write_units)
            })?;
            let changed = if switched {
                Throughput { read_units: wanted.read_units, write_units: wanted.write_units, ..before }
            } else {
                self.changed(before, wanted)?
            };
            self.pend_index(at, changed);
        }
        if let Some(on_demand) = &change.on_demand_throughput {
            let parameter = if on_demand.max_read_request_units.is_some() {
                "MaxReadRequestUnits"
            } else {
                "MaxWriteRequestUnits"
            };
            ensure(billing_mode == BillingMode::PayPerRequest, || {
                words::invalid(format_args!(
                    "{parameter} for OnDemandThroughput for index : {name} cannot be specified when the table \
                     BillingMode is PROVISIONED"
                ))
            })?;
            let index = &self.table.indexes[at];
            let (merged, throughput) =
                (settings::merge_on_demand(index.on_demand, on_demand, Some(name))?, index.throughput);
            self.table.indexes[at].on_demand = merged;
            self.pend_index(at, throughput);
        }
        if let Some(warm) = &change.warm_throughput {
            let index = &mut self.table.indexes[at];
            index.warm = settings::raise_warm(index.warm, Some(warm), |parameter| {
                settings::lower_than_current(parameter, Some(name))
            })?;
        }
        Ok(())
    }

    fn create_index(
        &mut self,
        creation: &api::CreateGlobalSecondaryIndexAction,
        request: &api::UpdateTableInput,
        billing_mode: BillingMode,
    ) -> Result<()> {
        let name = creation.index_name.as_deref().unwrap_or_default();
        let free = self.table.index(name).is_none() && vector::find(&self.table, name).is_none();
        ensure(free, words::index_exists)?;
        self.refuse_second(name)?;
        let global = self.table.indexes.iter().filter(|index| index.kind == IndexKind::Global);
        ensure(global.count() < GLOBAL_INDEXES, words::too_many_global_indexes)?;
        match (billing_mode, &creation.provisioned_throughput) {
            (BillingMode::PayPerRequest, Some(_)) => {
                return Err(words::invalid(format_args!(
                    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {name} when \
                     BillingMode is PAY_PER_REQUEST"
                )));
            }
            (BillingMode::Provisioned, None) => {
                return Err(words::invalid(format_args!(
                    "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {name}"
                )));
            }
            _ => {}
        }
        let capacity = (
            creation.provisioned_throughput.as_ref(),
            creation.on_demand_throughput.as_ref(),
            creation.warm_throughput.as_ref(),
        );
        let (throughput, on_demand, warm) = create::index_capacity(name, capacity, billing_mode)?;

        // What the table defines stands, even where the request defines it otherwise.
        let mut definitions = Definitions::of(self.table.attribute_definitions.clone());
        for attribute in
            Definitions::parse(request.attribute_definitions.as_deref().unwrap_or_default())?.into_inner()
        {
            definitions.add(attribute);
        }
        let keys = definitions.global_key(creation.key_schema.as_deref().unwrap_or_default())?;
        let projection = match &creation.projection {
            Some(projection) => definition::projection(projection)?,
            None => definition::projection(&api::Projection::default())?,
        };
        let index = create::index(self.table.next_index, name, IndexKind::Global, keys, projection);
        let until_ms = self.now_ms + lifecycle::duration(lifecycle::ALLOCATING_MS, self.instant);
        let (backfilling, status_until_ms) = (Some(false), Some(until_ms));
        self.table.indexes.push(Index { throughput, on_demand, warm, backfilling, status_until_ms, ..index });
        self.table.next_index += 1;
        ensure(create::projected(&self.table.indexes) <= PROJECTED_ATTRIBUTES, words::too_many_projected)?;
        self.table.attribute_definitions = vector::used(&self.table, &definitions);
        self.begin_updating(lifecycle::ALLOCATING_MS);
        Ok(())
    }

    fn delete_index(&mut self, name: &str) -> Result<()> {
        let at = self.find(name, "delete")?;
        self.refuse_second(name)?;
        let index = &self.table.indexes[at];
        let table_name = &self.table.name;
        ensure(index.status != IndexStatus::Deleting, || words::index_in_use(table_name, name, "deleted"))?;
        ensure(index.status != IndexStatus::Creating || index.backfilling == Some(true), || {
            words::index_in_allocation(table_name, name)
        })?;
        let until_ms = self.now_ms + lifecycle::duration(lifecycle::INDEX_DELETING_MS, self.instant);
        let index = &mut self.table.indexes[at];
        index.status = IndexStatus::Deleting;
        index.backfilling = None;
        index.pending_throughput = None;
        index.status_until_ms = Some(until_ms);
        self.begin_updating(lifecycle::INDEX_DELETING_MS);
        Ok(())
    }
}
