//! Global tables: what one region's request means for the others.
//!
//! Owns the making, filling and removing of replicas, the carrying over of writes, and the settings that all replicas share.
//! All of it is caused by what stands in the regions' own states, so that it goes on after a reopen. Never looks into an
//! item.
//!
//! Follows [Global tables](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::access::lifecycle::{record_status, replace_table};
use crate::access::replication::{self, Replicated};
use crate::access::{Context, Region};
use crate::engine::Engine;
use crate::operation;
use crate::table::global::{
    DELETING_MS, GlobalTable, JOINING_MS, LEAVING_MS, Overrides, Peer, Replica, ReplicaStatus,
};
use crate::table::lifecycle::{self, duration};
use crate::table::{BillingMode, IndexStatus, StreamSetting, Table, TableStatus, TimeToLive, delete, name};

use super::{Outcome, World};

/// The operations whose changes all replicas share.
const SHARED: [&str; 3] = ["UpdateTable", "UpdateTimeToLive", "UpdateTableReplicaAutoScaling"];

impl World {
    /// Before a request that may concern other regions, tells its region what they hold.
    pub(super) fn introduce(&mut self, region: &str, operation: &str) {
        if operation != "UpdateTable" {
            return;
        }
        let mut peers = BTreeMap::new();
        for (other, engine) in self.engines.iter().filter(|(other, _)| *other != region) {
            let tables = engine.region().tables.iter().map(|(name, state)| {
                let deletion_protection = state.saved.table.deletion_protection;
                (name.clone(), Peer { deletion_protection })
            });
            peers.insert(other.clone(), tables.collect::<BTreeMap<String, Peer>>());
        }
        self.engine(region).meet(peers);
    }

    /// Carries over what has arrived, and moves replicas on, by `now_ms`.
    pub(super) fn move_replicas(&mut self, now_ms: u64, outcome: &mut Outcome) {
        let due = |engine: &Engine| engine.region().next_due_ms().is_some_and(|due_ms| due_ms <= now_ms);
        if self.engines.values().any(due) || self.arrivals_due_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            while self.step_replica(now_ms, outcome) {}
            self.carry_over(now_ms, outcome);
        }
    }

    /// Does something in a region, and notes what came of it.
    pub(super) fn act<T>(
        &mut self,
        region: &str,
        now_ms: u64,
        outcome: &mut Outcome,
        action: impl FnOnce(&mut Region, &mut Context) -> T,
    ) -> T {
        let (done, executed) = self.in_turn(region, |engine| engine.act(now_ms, action));
        let _ = self.note(region, executed, outcome);
        done
    }

    fn carry_over(&mut self, now_ms: u64, outcome: &mut Outcome) {
        let arrived: Vec<(String, String)> = self
            .ways()
            .filter(|(_, _, due_ms)| *due_ms <= now_ms)
            .map(|(from, to, _)| (from.to_owned(), to))
            .collect();
        for (from, to) in arrived {
            let writes =
                self.act(&from, now_ms, outcome, |region, _| replication::take_arrived(region, &to, now_ms));
            let held = self.act(&to, now_ms, outcome, |region, context| {
                replication::receive(region, context, &from, writes)
            });
            if !held.is_empty() {
                self.act(&from, now_ms, outcome, |region, _| {
                    replication::put_back(region, &to, &held, now_ms);
                });
            }
        }
    }

    /// From where to where writes are on their way, and when the first arrives: none from a region that is dark or to one.
    fn ways(&self) -> impl Iterator<Item = (&str, String, u64)> {
        let lit = self.engines.iter().filter(|(_, engine)| !engine.region().is_out());
        lit.flat_map(|(from, engine)| {
            let ways = replication::under_way(engine.region()).into_iter();
            ways.filter(|(to, _)| !self.is_out(to)).map(|(to, due_ms)| (from.as_str(), to, due_ms))
        })
    }

    /// When the next write arrives in another region.
    pub(super) fn arrivals_due_ms(&self) -> Option<u64> {
        self.ways().map(|(_, _, due_ms)| due_ms).min()
    }

    fn is_out(&self, region: &str) -> bool {
        self.engines.get(region).is_some_and(|engine| engine.region().is_out())
    }

    /// Before a request, tells its region which of the others are dark.
    pub(super) fn tell_outages(&mut self, region: &str) {
        let dark = self.engines.keys().filter(|other| *other != region && self.is_out(other)).cloned();
        let dark: BTreeSet<String> = dark.collect();
        let engine = self.engine(region);
        if engine.region().unreachable != dark {
            engine.learn_unreachable(dark);
        }
    }

    fn table(&self, region: &str, name: &str) -> Option<&Table> {
        Some(&self.engines.get(region)?.region().tables.get(name)?.saved.table)
    }

    /// Moves one replica on that is due, and says whether there was one.
    fn step_replica(&mut self, now_ms: u64, outcome: &mut Outcome) -> bool {
        let due = |until_ms: &Option<u64>| until_ms.is_some_and(|until_ms| until_ms <= now_ms);
        let found = self.engines.iter().find_map(|(region, engine)| {
            engine.region().tables.iter().find_map(|(name, state)| {
                let global = state.saved.table.global.as_ref()?;
                let replica = global.replicas.iter().find(|replica| due(&replica.until_ms));
                let witness = global.witness.as_ref().is_some_and(|(_, _, until_ms)| due(until_ms));
                (replica.is_some() || witness)
                    .then(|| (region.clone(), name.clone(), replica.cloned(), state.saved.table.clone()))
            })
        });
        let Some((home, name, replica, table)) = found else { return false };
        match replica {
            None => self.step_witness(&home, &name, now_ms, outcome),
            Some(replica) => {
                let other = replica.region.clone();
                match replica.status {
                    ReplicaStatus::Requested => self.make(&home, &table, &replica, now_ms, outcome),
                    ReplicaStatus::Creating => self.join(&home, &name, &other, now_ms, outcome),
                    ReplicaStatus::Active | ReplicaStatus::Leaving => {
                        self.leave(&home, &name, &other, now_ms, outcome);
                    }
                    ReplicaStatus::Deleting => self.part(&home, &name, &other, now_ms, outcome),
                }
            }
        }
        true
    }

    fn later(&self, now_ms: u64, ms: u64) -> Option<u64> {
        Some(now_ms + duration(ms, self.config.instant))
    }

    fn step_witness(&mut self, home: &str, name: &str, now_ms: u64, outcome: &mut Outcome) {
        let (joined, parted) = (self.later(now_ms, JOINING_MS), self.later(now_ms, DELETING_MS));
        for member in self.members(home, name) {
            let leads = member == home;
            self.act(&member, now_ms, outcome, |region, context| {
                edit(region, context, name, |global| {
                    let Some((_, status, until_ms)) = &mut global.witness else { return };
                    let (next, until) = match status {
                        ReplicaStatus::Requested => (ReplicaStatus::Creating, joined),
                        ReplicaStatus::Creating | ReplicaStatus::Active => (ReplicaStatus::Active, None),
                        ReplicaStatus::Leaving => (ReplicaStatus::Deleting, parted),
                        ReplicaStatus::Deleting => {
                            global.witness = None;
                            return;
                        }
                    };
                    (*status, *until_ms) = (next, until.filter(|_| leads));
                });
            });
        }
    }

    /// The region itself and those of its replicas that are listed.
    fn members(&self, home: &str, name: &str) -> Vec<String> {
        let global = self.table(home, name).and_then(|table| table.global.as_ref());
        let others = global.into_iter().flat_map(|global| &global.replicas);
        let listed = others.filter(|replica| replica.status != ReplicaStatus::Requested);
        std::iter::once(home.to_owned()).chain(listed.map(|replica| replica.region.clone())).collect()
    }

    /// Makes the table of a new replica, CREATING and empty.
    fn make(&mut self, home: &str, table: &Table, replica: &Replica, now_ms: u64, outcome: &mut Outcome) {
        let (name, other) = (table.name.as_str(), replica.region.as_str());
        if self.table(other, name).is_some() {
            // A table of that name came in between: the replica is given up, without a trace.
            self.act(home, now_ms, outcome, |region, context| {
                edit(region, context, name, |global| global.replicas.retain(|r| r.region != other));
            });
            return;
        }
        let members = self.members(home, name);
        let joined = self.later(now_ms, JOINING_MS);
        let group = table.global.clone().unwrap_or_default();
        let of_others = members.iter().map(|member| {
            let known = group.replica(member);
            let overrides = known.map_or_else(
                || Overrides { kms_key_arn: table.kms_key_arn.clone(), ..Overrides::default() },
                |known| known.overrides.clone(),
            );
            let status = known.map_or(ReplicaStatus::Active, |known| known.status);
            Replica { region: member.clone(), status, until_ms: None, overrides }
        });
        let witness = group.witness.clone().map(|(region, status, _)| (region, status, None));
        let global = GlobalTable {
            strong: group.strong,
            replicas: of_others.collect(),
            witness,
            origins: group.origins.clone(),
            auto_scaling: group.auto_scaling.clone(),
        };
        let made = table.clone();
        let overrides = replica.overrides.clone();
        self.act(other, now_ms, outcome, |region, context| {
            let id = region.counters.tables as u32 + 1;
            region.counters.tables += 1;
            let uuid = crate::table::uuid(&mut region.random);
            let table = copy(made, id, uuid, region, global, &overrides, now_ms);
            record_status(&table, table.status.name(), context);
            region.create_table(table, context);
            region.open_shards(name, context);
            region.save_table(name, now_ms);
        });
        for member in members {
            let leads = member == home;
            let replica = Replica {
                status: ReplicaStatus::Creating,
                until_ms: joined.filter(|_| leads),
                ..replica.clone()
            };
            let origins = group.origins.clone();
            self.act(&member, now_ms, outcome, |region, context| {
                edit(region, context, name, |global| {
                    global.replicas.retain(|known| known.region != other);
                    global.replicas.push(replica);
                    global.origins = origins;
                });
                replication::record_replica(region, context, name, other, "CREATING");
            });
        }
    }

    /// Gives a new replica all that the others hold, and lets it take part.
    fn join(&mut self, home: &str, name: &str, other: &str, now_ms: u64, outcome: &mut Outcome) {
        let members: Vec<String> =
            self.members(home, name).into_iter().filter(|member| member != other).collect();
        for member in &members {
            let Some(engine) = self.engines.get(member) else { continue };
            let contents: Vec<Replicated> = replication::contents(engine.region(), name);
            self.act(other, now_ms, outcome, |region, context| {
                // Nothing is sent on: each member gives what it has.
                activate(region, context, name);
                let mut silent = Context::new(now_ms, None);
                replication::receive(region, &mut silent, member, contents);
            });
        }
        for member in &members {
            self.act(member, now_ms, outcome, |region, context| {
                edit(region, context, name, |global| {
                    if let Some(replica) = global.replica_mut(other) {
                        (replica.status, replica.until_ms) = (ReplicaStatus::Active, None);
                    }
                });
                replication::record_replica(region, context, name, other, "ACTIVE");
            });
        }
    }

    /// Begins to delete the table of a replica.
    fn leave(&mut self, home: &str, name: &str, other: &str, now_ms: u64, outcome: &mut Outcome) {
        let instant = self.config.instant;
        self.act(other, now_ms, outcome, |region, context| {
            let Some(state) = region.tables.get(name) else { return };
            let mut table = state.saved.table.clone();
            table.global = None;
            let stream = delete::begin(&mut table, now_ms, instant);
            replace_table(region, context, table, stream, &[]);
        });
        self.mark_deleting(home, name, other, now_ms, outcome);
    }

    fn mark_deleting(&mut self, home: &str, name: &str, other: &str, now_ms: u64, outcome: &mut Outcome) {
        let parted = self.later(now_ms, DELETING_MS);
        for member in self.members(home, name).into_iter().filter(|member| member != other) {
            let leads = member == home;
            self.act(&member, now_ms, outcome, |region, context| {
                edit(region, context, name, |global| {
                    if let Some(replica) = global.replica_mut(other) {
                        replica.status = ReplicaStatus::Deleting;
                        replica.until_ms = parted.filter(|_| leads);
                    }
                });
                replication::record_replica(region, context, name, other, "DELETING");
            });
        }
    }

    /// Forgets a replica that is gone; without any the table is a regional one again.
    fn part(&mut self, home: &str, name: &str, other: &str, now_ms: u64, outcome: &mut Outcome) {
        for member in self.members(home, name).into_iter().filter(|member| member != other) {
            self.act(&member, now_ms, outcome, |region, context| {
                edit(region, context, name, |global| {
                    global.replicas.retain(|replica| replica.region != other);
                    global.origins.retain(|origin| origin.region != other && origin.source != other);
                });
                replication::record_replica(region, context, name, other, "DELETED");
                replication::forget_group(region, name, now_ms);
            });
        }
    }

    /// Carries what a request changed into the other regions, where all replicas share it.
    pub(super) fn follow(
        &mut self,
        region: &str,
        now_ms: u64,
        operation: &str,
        request: &[u8],
        outcome: &mut Outcome,
    ) {
        if !(SHARED.contains(&operation) || operation == "DeleteTable") {
            return;
        }
        let Ok(mut request) = serde_json::from_slice::<Value>(request) else { return };
        let Some(name) = request["TableName"].as_str().and_then(|text| name::plain(text).ok()) else {
            return;
        };
        let name = name.to_owned();
        if operation == "DeleteTable" {
            self.follow_deletion(region, &name, now_ms, outcome);
            return;
        }
        let Some(global) = self.table(region, &name).and_then(|table| table.global.clone()) else { return };
        let others: Vec<String> = global
            .replicas
            .iter()
            .filter(|replica| replica.status.takes_writes())
            .map(|replica| replica.region.clone())
            .collect();
        if operation == "UpdateTableReplicaAutoScaling" {
            for other in others {
                let auto_scaling = global.auto_scaling.clone();
                self.act(&other, now_ms, outcome, |region, context| {
                    edit(region, context, &name, |global| global.auto_scaling = auto_scaling);
                });
            }
            return;
        }
        if request.get("ReplicaUpdates").is_some() {
            for replica in &global.replicas {
                self.engine(&replica.region);
            }
            self.follow_overrides(region, &name, &global, now_ms, outcome);
            return;
        }
        request["TableName"] = name.as_str().into();
        if let Some(members) = request.as_object_mut() {
            // Each region's own; a key belongs to its region.
            members.remove("DeletionProtectionEnabled");
            members.remove("StreamSpecification");
            if let Some(encryption) = members.get_mut("SSESpecification").and_then(Value::as_object_mut) {
                encryption.remove("KMSMasterKeyId");
            }
        }
        if request.as_object().is_some_and(|members| members.len() < 2) {
            return;
        }
        let Some(execute) = operation::find(operation) else { return };
        let request = request.to_string().into_bytes();
        for other in others {
            // A replica that refuses, since it has it so already, stays as it is.
            self.act(&other, now_ms, outcome, |region, context| {
                let _ = execute(region, context, &request);
            });
        }
    }

    /// What a replica has of its own becomes its table's.
    fn follow_overrides(
        &mut self,
        home: &str,
        name: &str,
        global: &GlobalTable,
        now_ms: u64,
        outcome: &mut Outcome,
    ) {
        let Some(base) = self.table(home, name).cloned() else { return };
        for replica in global.replicas.iter().filter(|replica| replica.status == ReplicaStatus::Active) {
            let changed = self.table(&replica.region, name).is_some_and(|table| {
                let mut wanted = table.clone();
                apply(&mut wanted, &base, &replica.overrides);
                wanted != *table
            });
            if !changed {
                continue;
            }
            let overrides = replica.overrides.clone();
            let base = base.clone();
            self.act(&replica.region, now_ms, outcome, |region, _| {
                if let Some(state) = region.tables.get_mut(name) {
                    apply(&mut state.saved.table, &base, &overrides);
                }
                region.save_table(name, now_ms);
            });
        }
    }

    /// A replica that is deleted in its own region leaves the group.
    fn follow_deletion(&mut self, region: &str, name: &str, now_ms: u64, outcome: &mut Outcome) {
        let instant = self.config.instant;
        let others = self.engines.iter().filter(|(other, _)| *other != region);
        let member = others.clone().find(|(_, engine)| {
            let table = engine.region().tables.get(name).map(|state| &state.saved.table);
            let global = table.and_then(|table| table.global.as_ref());
            global.is_some_and(|global| global.replica(region).is_some())
        });
        let Some(home) = member.map(|(home, _)| home.clone()) else { return };
        self.act(region, now_ms, outcome, |region, _| {
            if let Some(state) = region.tables.get_mut(name) {
                state.saved.table.global = None;
                region.save_table(name, now_ms);
            }
        });
        self.act(&home, now_ms, outcome, |region, context| {
            let Some(state) = region.tables.get_mut(name) else { return };
            state.saved.table.status = TableStatus::Updating;
            state.saved.table.status_until_ms = Some(now_ms + duration(LEAVING_MS, instant));
            record_status(&state.saved.table, "UPDATING", context);
            region.save_table(name, now_ms);
        });
        self.mark_deleting(&home, name, region, now_ms, outcome);
    }
}

/// Changes a table's part in its global table, and saves it.
fn edit(region: &mut Region, context: &mut Context, name: &str, change: impl FnOnce(&mut GlobalTable)) {
    let Some(state) = region.tables.get_mut(name) else { return };
    let Some(global) = &mut state.saved.table.global else { return };
    change(global);
    if global.replicas.is_empty() && global.witness.is_none() {
        state.saved.table.global = None;
    }
    region.save_table(name, context.now_ms);
}

/// A replica's table: the group's settings, its own names, and what it has of its own.
fn copy(
    base: Table,
    id: u32,
    uuid: String,
    region: &Region,
    global: GlobalTable,
    overrides: &Overrides,
    now_ms: u64,
) -> Table {
    let settings = &region.settings;
    let mut table = Table {
        id,
        uuid,
        arn: format!("arn:aws:dynamodb:{}:{}:table/{}", settings.region, settings.account_id, base.name),
        status: TableStatus::Creating,
        status_until_ms: None,
        created_ms: now_ms,
        on_demand_since_ms: (base.billing_mode == BillingMode::PayPerRequest).then_some(now_ms),
        stream: base.stream.as_ref().map(|stream| StreamSetting {
            enabled: true,
            view: stream.view,
            label: lifecycle::stream_label(now_ms),
        }),
        time_to_live: TimeToLive { status_until_ms: None, ..base.time_to_live.clone() },
        deletion_protection: false,
        table_class: None,
        table_class_changed_ms: None,
        tags: Vec::new(),
        pending: None,
        backups_from_ms: 0,
        recovery: None,
        restore: None,
        global: Some(global),
        attachments: base.attachments.restored(),
        ..base.clone()
    };
    table.kms_key_arn = overrides.kms_key_arn.clone();
    for index in &mut table.indexes {
        (index.status, index.status_until_ms, index.backfilling) = (IndexStatus::Creating, None, None);
    }
    apply(&mut table, &base, overrides);
    table
}

fn apply(table: &mut Table, base: &Table, overrides: &Overrides) {
    if base.billing_mode == BillingMode::Provisioned {
        table.throughput.read_units = overrides.read_units.unwrap_or(base.throughput.read_units);
    }
    for index in &mut table.indexes {
        let own = overrides.index_read_units.iter().find(|(name, _)| *name == index.name);
        let of_base = base.index(&index.name).map(|index| index.throughput.read_units);
        if let Some(units) = own.map(|(_, units)| *units).or(of_base) {
            index.throughput.read_units = units;
        }
    }
    let most = base.on_demand.unwrap_or_default();
    let max_read_units = overrides.max_read_units.or(most.max_read_units);
    if table.on_demand.is_some() || max_read_units.is_some() {
        let merged = crate::table::OnDemandThroughput { max_read_units, ..most };
        table.on_demand = (merged != crate::table::OnDemandThroughput::default()).then_some(merged);
    }
    if let Some((class, at_ms)) = &overrides.table_class {
        table.table_class = Some(class.clone());
        table.table_class_changed_ms = Some(*at_ms);
    }
}

/// Lets a replica's table be used.
fn activate(region: &mut Region, context: &mut Context, name: &str) {
    let Some(state) = region.tables.get(name) else { return };
    let mut table = state.saved.table.clone();
    if table.status != TableStatus::Creating {
        return;
    }
    let steps = lifecycle::finish_creating(&mut table, context.now_ms, region.settings.instant);
    replace_table(region, context, table, None, &steps);
}
