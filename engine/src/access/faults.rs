//! Replicas and zones that fail and come back: what is switched off by request, and what follows by itself.
//!
//! Owns the fault switches (a replica, a zone), the steps of recovery in their time, and who may answer meanwhile. The states
//! of a group are [`crate::cluster::Group`]'s. All of it is saved: a group with its partition, the dark zones with the
//! simulation's settings.
//!
//! A partition that cannot answer refuses with InternalServerError, which SDKs try again: "You may encounter internal server
//! errors while working with items. These are expected during the lifetime of a table", as
//! [Error handling](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html) has it.

use crate::cluster::{GroupChange, Partition, PartitionMap, Repair, Replicas};
use crate::error::{Result, internal_failure};
use crate::table::IndexId;
use crate::timeline::{Access, EventKind, Target, Zone};

use super::region::{Region, TableState};
use super::{Context, ItemKey};

/// What is done to a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaAction {
    /// It fails.
    Kill,
    /// It is whole again, now.
    Heal,
}

impl TableState {
    /// When a replica group of the table or its global indexes next does something by itself.
    pub(super) fn next_repair_ms(&self) -> Option<u64> {
        if self.live.faulty == 0 {
            return None;
        }
        self.maps().flat_map(|map| map.iter()).filter_map(|one| one.group.as_ref()?.next_due_ms()).min()
    }

    /// Counts the groups that are not well anew: where there are none, nobody need look.
    pub(super) fn count_faulty(&mut self) {
        let faulty = self.maps().flat_map(|map| map.iter()).filter(|one| one.group.is_some()).count();
        self.live.faulty = faulty;
    }

    /// Whether a write of that key bytes' partition can be acknowledged now.
    pub(super) fn takes_writes(&self, index: IndexId, place: usize) -> bool {
        let partition = self.partitions(index).at(place);
        partition.group.as_ref().is_none_or(|group| group.takes_writes(partition.leader))
    }

    /// Whether all partitions' writes can be acknowledged now.
    pub(super) fn takes_all_writes(&self) -> bool {
        let takes = |one: &Partition| one.group.as_ref().is_none_or(|group| group.takes_writes(one.leader));
        self.live.faulty == 0 || self.maps().flat_map(|map| map.iter()).all(takes)
    }

    /// When writes of a partition can be acknowledged: now where they can, none where it cannot be told.
    pub(super) fn takes_writes_at_ms(&self, index: IndexId, place: usize, now_ms: u64) -> Option<u64> {
        let partition = self.partitions(index).at(place);
        match &partition.group {
            None => Some(now_ms),
            Some(group) => group.takes_writes_at_ms(partition.leader, now_ms),
        }
    }
}

/// The zones whose replica may answer a read: the leader's alone, or any that is whole.
pub(super) fn readable(partition: &Partition, strong: bool) -> Vec<Zone> {
    let Some(group) = &partition.group else { return Zone::ALL.to_vec() };
    match strong {
        true if group.reads_strongly(partition.leader) => vec![partition.leader],
        true => Vec::new(),
        false => Zone::ALL.into_iter().filter(|zone| group.is_up(*zone)).collect(),
    }
}

/// Refuses a request that a partition cannot answer, and says so on the timeline.
pub(super) fn refuse<T>(
    state: &TableState,
    context: &mut Context,
    index: IndexId,
    place: usize,
    access: Access,
) -> Result<T> {
    let partition = state.partitions(index).at(place).id;
    let until_ms = state.takes_writes_at_ms(index, place, context.now_ms);
    context.record(EventKind::Unavailable { target: state.target(index), partition, access, until_ms });
    Err(internal_failure())
}

/// Refuses a write whose partition cannot acknowledge it.
pub(super) fn check_writable(
    state: &TableState,
    context: &mut Context,
    index: IndexId,
    place: usize,
) -> Result<()> {
    match state.live.faulty == 0 || state.takes_writes(index, place) {
        true => Ok(()),
        false => refuse(state, context, index, place, Access::Write),
    }
}

/// Refuses a strongly consistent read that its item's partition cannot answer as things are.
pub fn check_readable(region: &Region, context: &mut Context, table: &str, key: &ItemKey) -> Result<()> {
    let state = region.active_table(table)?;
    let place = state.saved.partitions.owner(&key.bytes);
    match readable(state.saved.partitions.at(place), true).is_empty() {
        true => refuse(state, context, 0, place, Access::Read),
        false => Ok(()),
    }
}

/// How far the replica of each zone has applied the log.
fn applied(replicas: Option<&Replicas>, newest: u64, now_ms: u64) -> [u64; 3] {
    Zone::ALL.map(|zone| replicas.and_then(|one| one.applied(zone, now_ms)).unwrap_or(newest))
}

/// When a replica that fails now is repaired, in a zone that is lit.
fn repair(region: &Region, now_ms: u64) -> Repair {
    let after = |seconds: u64| Some(now_ms + seconds * 1000);
    Repair {
        log_at_ms: after(region.simulation.log_replica_seconds),
        heals_at_ms: after(region.simulation.heal_seconds),
    }
}

const NEVER: Repair = Repair { log_at_ms: None, heals_at_ms: None };

/// One replica of a partition.
#[derive(Clone, Copy, Debug)]
pub struct Replica<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The global index; 0 for the table itself.
    pub index: IndexId,
    /// Where the partition stands in the map.
    pub place: usize,
    /// The replica's zone.
    pub zone: Zone,
}

/// Kills or heals one replica of a partition.
pub fn switch_replica(region: &mut Region, context: &mut Context, at: Replica, action: ReplicaAction) {
    let repair = match action {
        ReplicaAction::Heal => Repair { log_at_ms: None, heals_at_ms: Some(context.now_ms) },
        ReplicaAction::Kill if region.is_dark(at.zone) => NEVER,
        ReplicaAction::Kill => repair(region, context.now_ms),
    };
    change(region, context, at, action, repair);
    settle(region, context, at.table);
}

fn change(region: &mut Region, context: &mut Context, at: Replica, action: ReplicaAction, repair: Repair) {
    let Replica { table, index, place, zone } = at;
    let (newest, lease_ms, now_ms) = (region.store.position(), region.simulation.lease_ms, context.now_ms);
    let Some(state) = region.tables.get_mut(table) else { return };
    let target = state.target(index);
    let own = state.partitions(index).at(place).id;
    let position = applied(state.live.replicas.get(&own), newest, now_ms)[zone as usize];
    let partition = state.saved.partitions_mut(index).at_mut(place);
    let (id, leader) = (partition.id, partition.leader);
    let group = partition.group.get_or_insert_default();
    match action {
        ReplicaAction::Heal => group.repair(zone, repair),
        ReplicaAction::Kill => {
            let failed =
                EventKind::ReplicaFailed { target, partition: id, zone, leader: zone == leader, position };
            group.fail(zone, leader, now_ms, position, repair, lease_ms);
            // It applies nothing any more, and has everything when it is back.
            if let Some(replicas) = state.live.replicas.get_mut(&id) {
                replicas.complete(zone, now_ms);
            }
            state.count_faulty();
            context.pass(region);
            context.record(failed);
        }
    }
}

/// Does what is due in a table's groups, and saves the table.
fn settle(region: &mut Region, context: &mut Context, table: &str) {
    let (newest, now_ms) = (region.store.position(), context.now_ms);
    let Some(state) = region.tables.get_mut(table) else { return };
    for index in state.partitioned() {
        let target = state.target(index);
        let replicas = &mut state.live.replicas;
        let partitions = state.saved.partitions_mut(index);
        for partition in partitions.iter_mut().filter(|one| one.group.is_some()) {
            while step(partition, replicas.get_mut(&partition.id), &target, newest, now_ms, context) {}
            if partition.group.as_ref().is_some_and(|group| group.is_well()) {
                partition.group = None;
            }
        }
    }
    state.count_faulty();
    region.save_table(table, now_ms);
    context.pass(region);
}

/// Does what is next due in one group; whether anything was.
fn step(
    partition: &mut Partition,
    mut replicas: Option<&mut Replicas>,
    target: &Target,
    newest: u64,
    now_ms: u64,
    context: &mut Context,
) -> bool {
    let positions = applied(replicas.as_deref(), newest, now_ms);
    let applied = |zone: Zone| positions[zone as usize];
    let Some(group) = &mut partition.group else { return false };
    let Some(changes) = group.step(partition.leader, now_ms, applied) else { return false };
    let id = partition.id;
    for change in changes {
        let target = target.clone();
        context.record(match change {
            GroupChange::LeaseExpired => {
                EventKind::LeaseExpired { target, partition: id, zone: partition.leader }
            }
            GroupChange::LogReplicaAdded(zone) => EventKind::LogReplicaAdded { target, partition: id, zone },
            GroupChange::Healed(zone) => EventKind::ReplicaHealed { target, partition: id, zone },
            GroupChange::Elected(zone) => {
                partition.leader = zone;
                if let Some(replicas) = replicas.as_deref_mut() {
                    replicas.complete(zone, now_ms);
                }
                EventKind::LeaderElected { target, partition: id, zone, position: applied(zone) }
            }
        });
    }
    true
}

/// Does what is due in the groups of the tables.
pub(super) fn advance(region: &mut Region, context: &mut Context, due: &[String]) {
    for table in due {
        let Some(state) = region.tables.get(table) else { continue };
        if state.next_repair_ms().is_some_and(|at_ms| at_ms <= context.now_ms) {
            settle(region, context, table);
        }
    }
}

/// Lets a zone go dark, with its replica of every partition, or light up again: its replicas then catch up within the time that
/// a log replica takes.
pub fn switch_zone(region: &mut Region, context: &mut Context, zone: Zone, dark: bool) {
    if region.is_dark(zone) == dark {
        return;
    }
    region.set_dark(zone, dark, context.now_ms);
    context.pass(region);
    context.record(EventKind::ZoneChanged { zone, dark });
    let names: Vec<String> = region.tables.keys().cloned().collect();
    let back_ms = context.now_ms + region.simulation.log_replica_seconds * 1000;
    for table in names {
        let Some(state) = region.tables.get(&table) else { continue };
        let places: Vec<(IndexId, usize)> = state
            .partitioned()
            .into_iter()
            .flat_map(|index| (0..state.partitions(index).len()).map(move |place| (index, place)))
            .collect();
        let (action, repair) = match dark {
            true => (ReplicaAction::Kill, NEVER),
            false => (ReplicaAction::Heal, Repair { log_at_ms: None, heals_at_ms: Some(back_ms) }),
        };
        for (index, place) in places {
            change(region, context, Replica { table: &table, index, place, zone }, action, repair);
        }
        settle(region, context, &table);
    }
}

/// Partitions that open while zones are dark lack their replicas there, and are led in a zone that is lit, if one is.
pub(super) fn open_in_the_dark(region: &Region, partitions: &mut PartitionMap, now_ms: u64) {
    let lit: Vec<Zone> = Zone::ALL.into_iter().filter(|zone| !region.is_dark(*zone)).collect();
    if lit.len() == Zone::ALL.len() {
        return;
    }
    for partition in partitions.iter_mut() {
        if !lit.contains(&partition.leader) && !lit.is_empty() {
            partition.leader = lit[partition.id as usize % lit.len()];
        }
        let group = partition.group.get_or_insert_default();
        for zone in Zone::ALL.into_iter().filter(|zone| !lit.contains(zone)) {
            group.fail(zone, partition.leader, now_ms, region.store.position(), NEVER, 0);
        }
    }
}
