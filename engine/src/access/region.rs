//! The state of one region.
//!
//! What is saved is in the [`Store`], as bytes; the catalog is kept decoded beside it and written back when it changes.
//! What no journal has, the replicas' positions and the tokens, is in [`Live`]: after a reopen every replica has caught
//! up and every bucket is full, unless a snapshot has kept it (see [`super::live`]).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::capacity::{Nodes, Targets};
use crate::cluster::{PartitionMap, Replicas, Second, Simulation, Traffic};
use crate::error::{ApiError, Result, access as words, table as table_words};
use crate::model::codec;
use crate::model::key::Hash;
use crate::random::Random;
use crate::store::{Counters, Damage, Space, Store};
use crate::stream::Shards;
use crate::table::arn::Home;
use crate::table::global::Peer;
use crate::table::{BillingMode, IndexId, IndexKind, Table, TableId, Throughput};
use crate::timeline::{Access, EventKind, Limit, PartitionId, Target, Zone};

use super::Context;
use super::marks::{Checks, Marks, Unsaved, read_contested};
use super::outage;
use super::splitting::partitions_needed;

/// How a region behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The region's name.
    pub region: String,
    /// The account's number.
    pub account_id: String,
    /// Statuses change at once.
    pub instant: bool,
    /// Followers and global indexes lag, as long as [`Region::simulation`] was not changed.
    pub lag: bool,
    /// Requests beyond the capacity are refused, as long as [`Region::simulation`] was not changed.
    pub throttle: bool,
    /// How large an item collection of a table with a local index may become, in bytes.
    pub collection_limit_bytes: u64,
}

impl Settings {
    /// Where the region's own resources are, as their ARNs say it.
    pub fn home(&self) -> Home<'_> {
        Home { region: &self.region, account_id: &self.account_id }
    }
}

/// The part of a table's state that the catalog saves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The table.
    pub table: Table,
    /// Its partitions; local indexes share them.
    pub partitions: PartitionMap,
    /// Its global indexes' partitions.
    pub index_partitions: BTreeMap<IndexId, PartitionMap>,
    /// Its stream's shards.
    pub shards: Shards,
}

impl Saved {
    /// What has the partitions of a target and pays for it: a global index itself, for a local one its table (0).
    pub fn owner(&self, index: IndexId) -> IndexId {
        if self.index_partitions.contains_key(&index) { index } else { 0 }
    }

    /// The map that a target's hashes are looked up in: a global index's own, else the table's.
    pub fn partitions(&self, index: IndexId) -> &PartitionMap {
        self.index_partitions.get(&index).unwrap_or(&self.partitions)
    }

    /// The same, to be changed.
    pub(super) fn partitions_mut(&mut self, index: IndexId) -> &mut PartitionMap {
        self.index_partitions.get_mut(&index).unwrap_or(&mut self.partitions)
    }
}

/// How many items, and how large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Items or entries.
    pub items: u64,
    /// Their size as DynamoDB counts it, in bytes.
    pub size_bytes: u64,
}

/// A change of a global index on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Arrival {
    pub at_ms: u64,
    pub lag_ms: u64,
    pub index: IndexId,
    pub partition: PartitionId,
    /// Of the index's partition key.
    pub hash: Hash,
    /// The entry's key as text, where the request is watched: what is said when it arrives.
    pub key: Option<String>,
}

/// An item of a strong global table that another region's write holds for a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settling {
    pub table: TableId,
    #[serde(with = "crate::model::bytes")]
    pub key: Vec<u8>,
    pub until_ms: u64,
}

/// A refusal is a first one again after so long without one, in milliseconds.
const QUIET_MS: u64 = 60_000;

/// Items (of the index 0) and entries by partition, and their bytes.
pub(super) type Counts = Vec<((IndexId, PartitionId), (u64, u64))>;

/// The part that is not saved.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// Each partition's replicas.
    pub replicas: BTreeMap<PartitionId, Replicas>,
    /// The tokens of the table (0) and of each global index, and of their partitions.
    pub tokens: Targets,
    /// When auto scaling looks at its bounds.
    pub(super) scales_at_ms: Option<u64>,
    /// Items of the table (0) and entries of each index, by partition.
    pub statistics: BTreeMap<(IndexId, PartitionId), Statistics>,
    /// What each partition has seen of late.
    pub traffic: BTreeMap<PartitionId, Traffic>,
    /// How many partitions have replicas that are not well.
    pub(super) faulty: usize,
    pub(super) arrivals: VecDeque<Arrival>,
    /// Items that expire, by the second in which they do.
    pub(super) expiring: BTreeSet<(u64, Vec<u8>)>,
    /// When the oldest record of the stream was written.
    pub(super) oldest_record_ms: Option<u64>,
    /// When the table next has something to do by itself, or earlier.
    pub(super) due_ms: Option<u64>,
    /// When each partition last refused a request, by the limit.
    pub(super) refused: BTreeMap<(PartitionId, Access, Limit), u64>,
}

impl Live {
    /// Whether a partition refuses for that limit for the first time, or again after a minute without.
    pub(super) fn is_first_refusal(&mut self, of: (PartitionId, Access, Limit), now_ms: u64) -> bool {
        self.refused.insert(of, now_ms).is_none_or(|last_ms| last_ms + QUIET_MS <= now_ms)
    }
}

/// A table with all that belongs to it.
#[derive(Clone, Debug)]
pub struct TableState {
    /// What is saved.
    pub saved: Saved,
    /// What is not.
    pub live: Live,
}

impl TableState {
    /// The map that a target's hashes are looked up in, as [`Saved::partitions`].
    pub fn partitions(&self, index: IndexId) -> &PartitionMap {
        self.saved.partitions(index)
    }

    /// The partition maps of the table and of its global indexes.
    pub(super) fn maps(&self) -> impl Iterator<Item = &PartitionMap> {
        std::iter::once(&self.saved.partitions).chain(self.saved.index_partitions.values())
    }

    /// The statistics of the table (0) or an index over all its partitions.
    pub fn statistics(&self, index: IndexId) -> Statistics {
        let range = (index, 0)..=(index, PartitionId::MAX);
        self.live.statistics.range(range).fold(Statistics::default(), |sum, (_, part)| Statistics {
            items: sum.items + part.items,
            size_bytes: sum.size_bytes + part.size_bytes,
        })
    }

    /// The table (0) or one of its indexes, as the timeline names it.
    pub fn target(&self, index: IndexId) -> Target {
        let name = self.saved.table.indexes.iter().find(|i| i.id == index).map(|i| i.name.clone());
        Target { table: self.saved.table.name.clone(), index: name }
    }

    /// The provisioned throughput of the table (0) or a global index; none on demand.
    pub fn provisioned(&self, index: IndexId) -> Option<Throughput> {
        let table = &self.saved.table;
        match table.billing_mode {
            BillingMode::PayPerRequest => None,
            BillingMode::Provisioned => Some(
                table
                    .indexes
                    .iter()
                    .find(|i| i.id == index && i.kind == IndexKind::Global)
                    .map_or(table.throughput, |i| i.throughput),
            ),
        }
    }
}

/// The state of a region.
#[derive(Clone, Debug)]
pub struct Region {
    /// How it was configured.
    pub settings: Settings,
    /// How its simulation behaves: what is saved, decoded, or what its configuration says.
    pub simulation: Simulation,
    /// Whether the zones are dark: what is saved, decoded.
    pub(super) dark: [bool; 3],
    /// Whether the whole region is dark: what is saved, decoded (see [`super::outage`]).
    pub(super) out: bool,
    /// The other regions that are dark, as of the request under way; never saved.
    pub unreachable: BTreeSet<String>,
    /// All that is saved.
    pub store: Store,
    /// The tables by name.
    pub tables: BTreeMap<String, TableState>,
    /// The generator.
    pub random: Random,
    /// The counters; `random` stands in its own field until they are saved.
    pub counters: Counters,
    /// Items that transactions hold or have stamped.
    pub marks: Marks,
    /// Which of them are not stored as they stand.
    pub(super) unsaved: Unsaved,
    /// The items that transactions under way ask for; none where that is not known.
    pub(super) contested: Option<BTreeSet<(TableId, Vec<u8>)>>,
    /// What a partition looks at before it accepts a write.
    pub checks: Checks,
    /// The storage nodes' tokens: an image has them, a journal has not.
    pub(super) nodes: Nodes,
    /// The earliest of the tables' `due_ms`, or earlier.
    pub(super) due_ms: Option<u64>,
    /// The longest delay that a write was given since the region was opened, in milliseconds: before-images are kept as long.
    pub(super) longest_lag_ms: u64,
    /// What the other regions hold, table by table, as of the request that asks for it; never saved.
    pub peers: BTreeMap<String, BTreeMap<String, Peer>>,
    /// Items of strong global tables that another region's write holds for a moment: until when: an image has them, a journal has not.
    pub settling: BTreeMap<(TableId, Vec<u8>), u64>,
}

/// Where the simulation's settings stand in [`Space::Simulation`].
const SETTINGS: &[u8] = b"settings";
/// Where the zones that are dark stand in it.
const DARK: &[u8] = b"dark";

impl Region {
    /// An empty region.
    pub fn new(settings: Settings, seed: u64) -> Region {
        Region {
            simulation: Simulation::of(settings.lag, settings.throttle),
            dark: [false; 3],
            out: false,
            unreachable: BTreeSet::new(),
            settings,
            store: Store::default(),
            tables: BTreeMap::new(),
            random: Random::new(seed),
            counters: Counters::default(),
            marks: Marks::default(),
            unsaved: Unsaved::default(),
            contested: None,
            checks: Checks::ALL,
            nodes: Nodes::default(),
            due_ms: None,
            longest_lag_ms: 0,
            peers: BTreeMap::new(),
            settling: BTreeMap::new(),
        }
    }

    /// The counters as they are saved.
    pub fn saved_counters(&self) -> Counters {
        Counters { random: self.random.state(), ..self.counters }
    }

    /// The counters as they were saved.
    pub fn set_counters(&mut self, counters: Counters) {
        self.counters = counters;
        self.random = Random::from_state(counters.random);
    }

    /// Fills every bucket, as it is in a region that was just opened.
    pub fn refill(&mut self) {
        self.nodes = Nodes::default();
        for state in self.tables.values_mut() {
            state.live.tokens = Targets::default();
        }
    }

    /// Whether a stepped transaction is under way.
    pub fn has_open_transactions(&self) -> bool {
        self.store.len(Space::Ledger) > 0
    }

    /// The delay of a write on its way, as the simulation has it.
    pub(super) fn draw_lag_ms(&mut self, second: Second) -> u64 {
        let lag_ms = self.simulation.stretched_ms(second.draw_ms(&mut self.random));
        self.longest_lag_ms = self.longest_lag_ms.max(lag_ms);
        lag_ms
    }

    /// Changes how the simulation behaves, and saves it.
    pub fn simulate(&mut self, simulation: Simulation, now_ms: u64) {
        self.store.write(Space::Simulation, SETTINGS, Some(simulation.encode()), now_ms);
        self.simulation = simulation;
    }

    /// Whether a zone is dark: no replica answers there.
    pub fn is_dark(&self, zone: Zone) -> bool {
        self.dark[zone as usize]
    }

    /// Notes that a zone is dark or lit, and saves it.
    pub(super) fn set_dark(&mut self, zone: Zone, dark: bool, now_ms: u64) {
        self.dark[zone as usize] = dark;
        let value = self.dark.contains(&true).then(|| self.dark.map(u8::from).to_vec());
        self.store.write(Space::Simulation, DARK, value, now_ms);
    }

    /// The table of that name, whatever its status.
    pub fn table(&self, name: &str) -> Result<&TableState> {
        self.tables.get(name).ok_or_else(|| table_words::table_not_found(name))
    }

    /// The table of that name for an operation that changes it: one that is being restored is not found yet.
    pub fn table_to_change(&self, name: &str) -> Result<&TableState> {
        match self.table(name)? {
            state if state.saved.table.restore.is_some() => Err(table_words::table_not_found(name)),
            state => Ok(state),
        }
    }

    /// The table that data operations may use: it is there and has been created.
    pub fn active_table(&self, name: &str) -> Result<&TableState> {
        match self.tables.get(name) {
            Some(state) if state.saved.table.is_usable() => Ok(state),
            _ => Err(words::table_not_found()),
        }
    }

    /// Adds a table with its partitions (and its shards, where it has a stream), and saves it.
    pub fn create_table(&mut self, table: Table, context: &mut Context) {
        let name = table.name.clone();
        let count = partitions_needed(table.throughput, table.warm);
        let partitions = self.first_partitions(count, context.now_ms);
        let saved = Saved { table, partitions, index_partitions: BTreeMap::new(), shards: Shards::default() };
        self.tables.insert(name.clone(), TableState { saved, live: Live::default() });
        self.announce_partitions(&name, 0, context);
        let globals: Vec<IndexId> = self.global_indexes(&name);
        for index in globals {
            self.add_index_partitions(&name, index, context);
        }
        self.save_table(&name, context.now_ms);
    }

    fn global_indexes(&self, table: &str) -> Vec<IndexId> {
        let indexes = self.tables.get(table).map(|state| &state.saved.table.indexes);
        indexes.into_iter().flatten().filter(|i| i.kind == IndexKind::Global).map(|i| i.id).collect()
    }

    /// Opens a shard for every partition: the table's stream was switched on.
    pub fn open_shards(&mut self, table: &str, context: &mut Context) {
        let position = self.store.position();
        let Some(state) = self.tables.get_mut(table) else { return };
        let target = state.target(0);
        let Some(stream) = state.saved.table.stream.clone() else { return };
        for partition in state.saved.partitions.iter().map(|p| p.id).collect::<Vec<_>>() {
            let shard = state.saved.shards.open(&stream, partition, None, context.now_ms, position);
            let event = EventKind::ShardOpened {
                target: target.clone(),
                shard: shard.id.clone(),
                parent: None,
                partition,
            };
            context.record(event);
        }
    }

    /// Closes every open shard: the stream was switched off.
    pub fn close_shards(&mut self, table: &str, context: &mut Context) {
        let position = self.store.position();
        let Some(state) = self.tables.get_mut(table) else { return };
        let target = state.target(0);
        for partition in state.saved.partitions.iter().map(|p| p.id).collect::<Vec<_>>() {
            if let Some(shard) = state.saved.shards.close(partition, context.now_ms, position) {
                context.record(EventKind::ShardClosed { target: target.clone(), shard });
            }
        }
    }

    /// Writes a table's saved part into the catalog.
    pub fn save_table(&mut self, name: &str, now_ms: u64) {
        let Some(state) = self.tables.get(name) else { return };
        let bytes = serde_json::to_vec(&state.saved).expect("a table is always JSON");
        self.store.write(Space::Catalog, &state.saved.table.id.to_be_bytes(), Some(bytes), now_ms);
        self.reschedule(&[name], now_ms);
    }

    /// Forgets a table, its items and its index entries; its stream lingers (see [`super::lingering`]).
    pub fn remove_table(&mut self, name: &str, now_ms: u64) {
        let Some(state) = self.tables.remove(name) else { return };
        let id = state.saved.table.id;
        let spaces: BTreeSet<Space> = self
            .store
            .spaces()
            .filter(|space| match space {
                Space::Stream { table } => *table == id && state.saved.shards.0.is_empty(),
                Space::Items { table, .. } | Space::History { table } | Space::Stamps { table } => {
                    *table == id
                }
                _ => false,
            })
            .collect();
        for space in spaces {
            self.store.clear(space, now_ms);
        }
        self.store.write(Space::Catalog, &id.to_be_bytes(), None, now_ms);
        super::lingering::keep(self, state.saved, now_ms);
        self.forget_marks_of(id);
    }

    /// Forgets an index's entries and partitions.
    pub fn remove_index(&mut self, table: &str, index: IndexId, now_ms: u64) {
        let Some(state) = self.tables.get_mut(table) else { return };
        state.saved.index_partitions.remove(&index);
        state.live.statistics.retain(|(i, _), _| *i != index);
        state.live.tokens.remove(index);
        let space = Space::Items { table: state.saved.table.id, index };
        self.store.clear(space, now_ms);
    }

    /// Decodes the catalog anew and counts the items: after opening and after winding back.
    pub fn reload(&mut self, counters: Counters) -> std::result::Result<(), Damage> {
        self.reload_with(counters, BTreeMap::new())
    }

    /// The same, where tables' counts are known.
    pub(super) fn reload_with(
        &mut self,
        counters: Counters,
        mut counts: BTreeMap<TableId, Counts>,
    ) -> std::result::Result<(), Damage> {
        self.set_counters(counters);
        self.marks = Marks::read(&self.store)?;
        self.unsaved = Unsaved::default();
        self.contested = read_contested(&self.store)?;
        self.settling.clear();
        self.simulation = match self.store.get(Space::Simulation, SETTINGS) {
            Some(bytes) => Simulation::decode(bytes)
                .ok_or_else(|| Damage("the simulation's settings cannot be read".into()))?,
            None => Simulation::of(self.settings.lag, self.settings.throttle),
        };
        let dark = self.store.get(Space::Simulation, DARK).unwrap_or(&[]);
        self.dark = [0, 1, 2].map(|zone| dark.get(zone) == Some(&1));
        self.out = outage::is_saved(&self.store);
        self.longest_lag_ms = 0;
        let everything = (Bound::Unbounded, Bound::Unbounded);
        let (mut tables, mut uncounted) = (BTreeMap::new(), Vec::new());
        for (_, bytes) in self.store.range(Space::Catalog, everything) {
            let saved: Saved = serde_json::from_slice(bytes)
                .map_err(|e| Damage(format!("the catalog cannot be read: {e}")))?;
            let mut state = TableState { saved, live: Live::default() };
            state.count_faulty();
            let known = counts.remove(&state.saved.table.id);
            let known = known.map(|counts| {
                let count = |(items, size_bytes)| Statistics { items, size_bytes };
                counts.into_iter().map(|(place, of)| (place, count(of))).collect()
            });
            uncounted.extend(known.is_none().then(|| state.saved.table.name.clone()));
            state.live.statistics = known.unwrap_or_default();
            tables.insert(state.saved.table.name.clone(), state);
        }
        let names: Vec<String> = tables.keys().cloned().collect();
        self.tables = tables;
        self.due_ms = None;
        uncounted.iter().for_each(|name| self.recount(name));
        for name in names {
            super::expiry::list_table(self, &name);
            self.find_oldest_record(&name);
            self.reschedule(&[name], counters.now_ms);
        }
        Ok(())
    }

    /// Counts a table's items and entries anew, partition by partition.
    fn recount(&mut self, table: &str) {
        let Some(state) = self.tables.get_mut(table) else { return };
        let saved = &state.saved;
        state.live.statistics.clear();
        let everything = (Bound::Unbounded, Bound::Unbounded);
        for index in std::iter::once(0).chain(saved.table.indexes.iter().map(|i| i.id)) {
            let partitions = saved.partitions(index);
            for (key, value) in self.store.range(Space::Items { table: saved.table.id, index }, everything) {
                let place = partitions.owner(key);
                let part = state.live.statistics.entry((index, partitions.at(place).id)).or_default();
                part.items += 1;
                part.size_bytes += codec::size_bytes(value).unwrap_or(0);
            }
        }
    }

    /// The exception for a state that cannot be.
    pub fn internal(what: impl std::fmt::Debug) -> ApiError {
        ApiError::new(
            crate::error::ErrorKind::InternalServerError,
            format!("Internal server error: {what:?}"),
        )
    }
}
