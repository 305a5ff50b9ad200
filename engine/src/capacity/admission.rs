//! The tokens of a table or global index: its own, and those of each of its partitions.
//!
//! Owns who has to have tokens for a request to come in, under each of the three models, and what each bucket holds after it.
//! Never decides what a table may take ([`Limits`] come from its settings) and never words a refusal.
//!
//! Under every model a partition takes at most 1,000 write units a second, and each of its three replicas serves at most 3,000
//! reads of 4 KB a second: strongly consistent reads use the leader's alone (3,000 units), eventually consistent ones all three
//! (4,500 units). Beside that
//! - **static** (the first years): a partition takes its even share of the provisioned throughput, and keeps nothing;
//! - **adaptive** (2017 and 2018): a partition keeps 300 seconds of its share for a burst, and a share that was throttled for
//!   minutes is raised while the table uses less than it was given (see [`super::adaptive`]);
//! - **global admission control** (today): the table's own bucket, with 300 seconds of burst, whichever partition it is spent on.
//!
//! A table on demand is admitted by global admission control under each of them: it is younger than the other two.
//!
//! Follows ["Amazon DynamoDB" (USENIX ATC 2022)](https://www.usenix.org/conference/atc22/presentation/elhemali), sections 2 and 4,
//! and [burst and adaptive capacity](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html).
//!
//! Differs from DynamoDB: the service's routers fetch tokens from the table's bucket for a few seconds at a time; here there is one
//! router, so the table's bucket is exact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::adaptive::{Boost, Boosted};
use super::bucket::{Bucket, Level};
use super::latency::Load;
use super::on_demand::Peaks;
use super::scaling::Alarm;
use super::units::ReadMode;
use super::usage::Usage;
use crate::cluster::{CapacityModel, PartitionMap};
use crate::limits::{BURST_SECONDS, PARTITION_READ_UNITS, PARTITION_WRITE_UNITS};
use crate::table::IndexId;
use crate::timeline::{Access, Limit, PartitionId, Zone};

/// What a request asks of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// To be read, by the replica of a zone.
    Read {
        /// The replica's zone.
        zone: Zone,
        /// How.
        mode: ReadMode,
    },
    /// To be written.
    Write,
}

impl Ask {
    /// Read or write capacity.
    pub fn access(self) -> Access {
        match self {
            Ask::Read { .. } => Access::Read,
            Ask::Write => Access::Write,
        }
    }
}

/// What a table or global index may take in a second, and which limit that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceiling {
    /// Units a second.
    pub units: u64,
    /// Why no more.
    pub limit: Limit,
}

/// What a table or global index may take, as its settings say it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// How requests are admitted.
    pub model: CapacityModel,
    /// How many seconds of unused throughput the table's bucket keeps.
    pub seconds: u64,
    /// For reads and for writes.
    pub ceilings: [Ceiling; 2],
}

impl Limits {
    /// A provisioned table's or index's.
    pub fn provisioned(model: CapacityModel, read_units: u64, write_units: u64) -> Limits {
        let ceiling = |units| Ceiling { units, limit: Limit::Provisioned };
        Limits { model, seconds: BURST_SECONDS, ceilings: [ceiling(read_units), ceiling(write_units)] }
    }

    /// A table's or index's on demand: nothing is kept beyond a second.
    pub fn on_demand(read: Ceiling, write: Ceiling) -> Limits {
        let model = CapacityModel::GlobalAdmissionControl;
        Limits { model, seconds: 1, ceilings: [read, write] }
    }

    /// How many seconds of what it refills by a partition keeps: of its share where the model has shares, else of the most that a
    /// partition takes.
    pub fn partition_seconds(&self) -> u64 {
        self.share_seconds().unwrap_or(1)
    }

    /// How many seconds of its share a partition keeps; none where shares play no part.
    fn share_seconds(&self) -> Option<u64> {
        match self.model {
            CapacityModel::Static => Some(1),
            CapacityModel::Adaptive => Some(BURST_SECONDS),
            CapacityModel::GlobalAdmissionControl => None,
        }
    }

    /// A partition's even share of a throughput, in thousandths of a unit.
    pub(super) fn share(&self, access: Access, partitions: usize) -> u64 {
        self.ceilings[slot(access)].units * 1000 / partitions.max(1) as u64
    }
}

/// What is left where a request took its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    /// The partition's: its share where the model has shares, else the most that a partition (for a read, a replica) takes.
    pub partition: Level,
    /// The table's or index's; none where the model has no such bucket, and where the account's quota is all that limits it.
    pub table: Option<Level>,
    /// The serving replica's, in halves of a strongly consistent read unit; none for a write.
    pub replica: Option<Level>,
}

pub(super) fn slot(access: Access) -> usize {
    usize::from(access == Access::Write)
}

/// What a partition takes at most, in thousandths of a unit a second.
pub(super) fn most(access: Access) -> u64 {
    match access {
        Access::Read => PARTITION_READ_UNITS * 1000,
        Access::Write => PARTITION_WRITE_UNITS * 1000,
    }
}

/// A partition's part of the table's throughput.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Share {
    pub bucket: Bucket,
    pub boost: Boost,
}

/// The tokens of one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Partition {
    pub id: PartitionId,
    write: Bucket,
    /// Each zone's replica.
    reads: [Bucket; 3],
    /// What each zone's replica served of late, and behind them what the leader wrote.
    loads: [Load; 4],
    /// For reads and for writes, where the model has shares.
    pub shares: Option<Box<[Share; 2]>>,
}

impl Partition {
    fn new(id: PartitionId, now_ms: u64) -> Partition {
        let read = Bucket::full(most(Access::Read), 1, now_ms);
        let write = Bucket::full(most(Access::Write), 1, now_ms);
        let reads = [read.clone(), read.clone(), read];
        Partition { id, write, reads, loads: Default::default(), shares: None }
    }

    fn own(&mut self, ask: Ask) -> &mut Bucket {
        match ask {
            Ask::Read { zone, .. } => &mut self.reads[zone as usize],
            Ask::Write => &mut self.write,
        }
    }

    fn load(&mut self, ask: Ask) -> &mut Load {
        match ask {
            Ask::Read { zone, .. } => &mut self.loads[zone as usize],
            Ask::Write => &mut self.loads[3],
        }
    }
}

/// The tokens of a table or global index, with what was consumed of it in the running minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    limits: Limits,
    /// Its own, for reads and for writes.
    own: [Bucket; 2],
    /// In the order of the partition map.
    partitions: Vec<Partition>,
    /// What was consumed in the running minute.
    pub usage: Usage,
    /// The peaks that are being reached, on demand.
    pub peaks: Peaks,
    /// What auto scaling has measured, of reads and of writes.
    pub alarms: [Alarm; 2],
}

impl Tokens {
    /// Full buckets: nothing has been taken.
    pub fn full(limits: Limits, map: &PartitionMap, now_ms: u64) -> Tokens {
        let own = limits.ceilings.map(|c| Bucket::full(c.units * 1000, limits.seconds, now_ms));
        let partitions = map.iter().map(|partition| Partition::new(partition.id, now_ms)).collect();
        let mut tokens = Tokens {
            limits,
            own,
            partitions,
            usage: Usage::default(),
            peaks: Peaks::default(),
            alarms: Default::default(),
        };
        tokens.divide(None, now_ms);
        tokens
    }

    /// What it may take, as of the last request.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Follows a change of the settings or a split: what a bucket holds it keeps as far as it has room.
    pub fn fit(&mut self, limits: Limits, map: &PartitionMap, now_ms: u64) {
        // Partitions split and never merge: where there are as many as before they are the same.
        if self.limits == limits && self.partitions.len() == map.len() {
            debug_assert!(self.partitions.iter().zip(map.iter()).all(|(mine, own)| mine.id == own.id));
            return;
        }
        for (bucket, ceiling) in self.own.iter_mut().zip(limits.ceilings) {
            bucket.resize(ceiling.units * 1000, limits.seconds, now_ms);
        }
        let before = (self.limits.model, self.partitions.len());
        self.limits = limits;
        let mut known: BTreeMap<PartitionId, Partition> =
            std::mem::take(&mut self.partitions).into_iter().map(|p| (p.id, p)).collect();
        let keep = |id| known.remove(&id).unwrap_or_else(|| Partition::new(id, now_ms));
        self.partitions = map.iter().map(|partition| partition.id).map(keep).collect();
        self.divide(Some(before), now_ms);
    }

    /// Gives every partition its share; `before` are the model and the number of partitions that they had.
    fn divide(&mut self, before: Option<(CapacityModel, usize)>, now_ms: u64) {
        let Some(seconds) = self.limits.share_seconds() else {
            self.partitions.iter_mut().for_each(|partition| partition.shares = None);
            return;
        };
        let count = self.partitions.len();
        let even = [Access::Read, Access::Write].map(|access| self.limits.share(access, count));
        for partition in &mut self.partitions {
            match &mut partition.shares {
                Some(shares) => {
                    for (share, even) in shares.iter_mut().zip(even) {
                        // What was raised was raised for a throughput that is no more.
                        share.boost = Boost::default();
                        share.bucket.resize(even, seconds, now_ms);
                    }
                }
                None => {
                    let share = |even| {
                        let mut bucket = Bucket::full(even, seconds, now_ms);
                        if before.is_some() {
                            // A part of a partition that was split, or a new way to divide: no burst was saved.
                            bucket.keep_one_second();
                        }
                        Share { bucket, boost: Boost::default() }
                    };
                    partition.shares = Some(Box::new(even.map(share)));
                }
            }
        }
    }

    /// The zone whose replica serves an eventually consistent read: the one that was picked, or the next that is able to and has
    /// tokens.
    pub fn serving_zone(&mut self, place: usize, picked: Zone, able: &[Zone], now_ms: u64) -> Zone {
        let partition = &mut self.partitions[place];
        let turns = (0..3).map(|turn| Zone::ALL[(picked as usize + turn) % 3]);
        let turns = turns.filter(|zone| able.contains(zone));
        let mut ready = turns.filter(|&zone| partition.reads[zone as usize].admits(now_ms));
        ready.next().unwrap_or(picked)
    }

    /// Whether a request is admitted at the partition in that place; the limit that it reached, where it is not.
    pub fn admit(&mut self, place: usize, ask: Ask, now_ms: u64) -> Result<(), Limit> {
        let at = slot(ask.access());
        let partition = &mut self.partitions[place];
        if !partition.own(ask).admits(now_ms) {
            return Err(Limit::KeyRange);
        }
        let of_table = self.limits.model != CapacityModel::Static;
        if of_table && !self.own[at].admits(now_ms) {
            return Err(self.limits.ceilings[at].limit);
        }
        if let Some(shares) = &mut partition.shares {
            let share = &mut shares[at];
            if !share.bucket.admits(now_ms) {
                share.boost.refused();
                return Err(Limit::KeyRange);
            }
        }
        Ok(())
    }

    /// Takes the tokens of a request, and counts them; `forgive` where nothing is ever refused.
    pub fn take(&mut self, place: usize, ask: Ask, half_units: u64, forgive: bool, now_ms: u64) -> Levels {
        let at = slot(ask.access());
        self.usage.count(ask.access(), half_units, now_ms);
        let partition = &mut self.partitions[place];
        let of_replica = match ask {
            Ask::Read { mode, .. } => mode.replica_half_units(half_units),
            Ask::Write => half_units,
        };
        let spend = |bucket: &mut Bucket, half_units: u64| {
            bucket.take(half_units, now_ms);
            if forgive {
                bucket.forgive();
            }
            bucket.level(now_ms)
        };
        partition.load(ask).count(of_replica, now_ms);
        let physical = spend(partition.own(ask), of_replica);
        let of_share = partition.shares.as_mut().map(|shares| spend(&mut shares[at].bucket, half_units));
        let of_table = (self.limits.model != CapacityModel::Static)
            .then(|| spend(&mut self.own[at], half_units))
            // The account's quota is no throughput of the table's own.
            .filter(|_| self.limits.ceilings[at].limit != Limit::Account);
        Levels {
            partition: of_share.unwrap_or(physical),
            table: of_table,
            replica: (ask.access() == Access::Read).then_some(physical),
        }
    }

    /// How busy the replica is that serves a request, in thousandths of the most that it serves.
    pub fn busy_thousandths(&mut self, place: usize, ask: Ask, now_ms: u64) -> u64 {
        self.partitions[place].load(ask).busy_thousandths(ask, now_ms)
    }

    /// What its own bucket holds now; none where the model has none, and where the account's quota is all that limits it.
    pub fn own_level(&self, access: Access, now_ms: u64) -> Option<Level> {
        let at = slot(access);
        let limited = self.limits.ceilings[at].limit != Limit::Account;
        (self.limits.model != CapacityModel::Static && limited).then(|| self.own[at].level(now_ms))
    }

    /// What a partition holds now, for reads and for writes: of its share where there is one, else of what it takes at most (of
    /// reads, what its leader does).
    pub fn partition_levels(&self, id: PartitionId, leader: Zone, now_ms: u64) -> Option<[Level; 2]> {
        let partition = self.partitions.iter().find(|partition| partition.id == id)?;
        Some(match &partition.shares {
            Some(shares) => [0, 1].map(|at| shares[at].bucket.level(now_ms)),
            None => [&partition.reads[leader as usize], &partition.write].map(|bucket| bucket.level(now_ms)),
        })
    }

    /// A minute is over in which `consumed` half units were read and written: the adaptive model raises and lowers shares.
    pub fn adapt(&mut self, consumed: [u64; 2], minute_ends_ms: u64, now_ms: u64) -> Vec<Boosted> {
        if self.limits.model != CapacityModel::Adaptive {
            return Vec::new();
        }
        super::adaptive::adapt(&self.limits, &mut self.partitions, consumed, minute_ends_ms, now_ms)
    }
}

/// The tokens of a table (0) and of each of its global indexes that was ever asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets(Vec<(IndexId, Tokens)>);

impl Targets {
    /// The tokens of the table (0) or index, fitted to its limits and partitions.
    pub fn fitted(&mut self, index: IndexId, limits: Limits, map: &PartitionMap, now_ms: u64) -> &mut Tokens {
        let at = match self.0.iter().position(|(of, _)| *of == index) {
            Some(at) => {
                self.0[at].1.fit(limits, map, now_ms);
                at
            }
            None => {
                self.0.push((index, Tokens::full(limits, map, now_ms)));
                self.0.len() - 1
            }
        };
        &mut self.0[at].1
    }

    /// Those that were asked.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut (IndexId, Tokens)> {
        self.0.iter_mut()
    }

    /// The tokens of the table (0) or index, where it was ever asked.
    pub fn get(&self, index: IndexId) -> Option<&Tokens> {
        self.0.iter().find(|(of, _)| *of == index).map(|(_, tokens)| tokens)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, index: IndexId) -> Option<&mut Tokens> {
        self.0.iter_mut().find(|(of, _)| *of == index).map(|(_, tokens)| tokens)
    }

    /// Forgets an index.
    pub fn remove(&mut self, index: IndexId) {
        self.0.retain(|(of, _)| *of != index);
    }

    /// When the first running minute is over, or a peak counts.
    pub fn next_due_ms(&self) -> Option<u64> {
        let due =
            |tokens: &Tokens| tokens.usage.next_due_ms().into_iter().chain(tokens.peaks.next_due_ms()).min();
        self.0.iter().filter_map(|(_, tokens)| due(tokens)).min()
    }
}
