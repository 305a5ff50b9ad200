//! A table's cluster and its tokens as the inspector lists them, and what is drawn of both. Pure.

use std::rc::Rc;

use engine::timeline::{Access, Event, EventKind, PartitionId, Zone};
use serde::Deserialize;

/// The three zones by their names on the wire.
pub const ZONES: [&str; 3] = ["az-a", "az-b", "az-c"];

/// What `Dynascope.ListPartitions` answers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Cluster {
    /// The table.
    pub table_name: String,
    /// The table's partitions in the order of their keys, then each global index's.
    pub partitions: Vec<Partition>,
    /// The zones that are dark.
    pub dark_zones: Vec<String>,
}

/// A partition.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Partition {
    /// Its number.
    pub partition_id: PartitionId,
    /// What it was split from.
    pub parent_partition_id: Option<PartitionId>,
    /// The global index; none for the table.
    pub index_name: Option<String>,
    /// The first hash, in 16 hexadecimal digits.
    pub first_hash: String,
    /// The last hash.
    pub last_hash: String,
    /// The first key of the first hash, where an item collection was cut.
    pub from_key: Option<String>,
    /// The first key that it does not own any more, where an item collection was cut.
    pub until_key: Option<String>,
    /// Its share of the hash space, from 0 to 1.
    pub hash_share: f64,
    /// The zone of its leader.
    pub leader_zone: String,
    /// `HELD`, `RUNNING_OUT` or `OVER`.
    pub lease: String,
    /// When a lease that is not renewed is over.
    pub lease_until_milliseconds: Option<u64>,
    /// Whether a write can be acknowledged.
    pub takes_writes: bool,
    /// The three replicas, by zone.
    pub replicas: Vec<Replica>,
    /// What it can still read at once; none where it was never asked and has all.
    pub read_tokens: Option<Tokens>,
    /// What it can still write.
    pub write_tokens: Option<Tokens>,
    /// Items, or index entries.
    pub item_count: u64,
    /// Their size, in bytes.
    pub size_bytes: u64,
    /// The split that is under way.
    pub splitting: Option<Splitting>,
    /// What a split would do for its traffic.
    pub split_outlook: String,
    /// The keys that took the most of it lately.
    pub hottest_keys: Vec<HotKey>,
}

/// A replica.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Replica {
    /// Its zone.
    pub zone: String,
    /// `LEADER`, `FOLLOWER`, or `LOG` where a log replica stands in.
    pub role: String,
    /// `UP` or `FAILED`.
    pub status: String,
    /// The log position that it has applied.
    pub applied_position: u64,
    /// How old the oldest write is that it lacks.
    pub lag_milliseconds: u64,
    /// When a log replica stands in for it.
    pub log_replica_at_milliseconds: Option<u64>,
    /// When it is whole again.
    pub heals_at_milliseconds: Option<u64>,
}

/// A split under way.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Splitting {
    /// `SIZE`, `HEAT` or `HOT_KEY`.
    pub cause: String,
    /// When it is done.
    pub done_at_milliseconds: u64,
}

/// A hot key.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HotKey {
    /// The key, as text.
    pub key: String,
    /// Its share of the partition's units, from 0 to 1.
    pub share: f64,
}

impl Cluster {
    /// The partitions of the table (none) or of a global index.
    pub fn of(&self, index: Option<&str>) -> Vec<Rc<Partition>> {
        let own = self.partitions.iter().filter(|one| one.index_name.as_deref() == index);
        own.cloned().map(Rc::new).collect()
    }

    /// Whether the zone is dark.
    pub fn is_dark(&self, zone: &str) -> bool {
        self.dark_zones.iter().any(|dark| dark == zone)
    }
}

impl Replica {
    /// How it stands, for style sheets and tests: `leader`, `follower`, `log` or `failed`.
    pub fn standing(&self) -> &'static str {
        match (self.status.as_str(), self.role.as_str()) {
            ("FAILED", _) => "failed",
            (_, "LOG") => "log",
            (_, "LEADER") => "leader",
            _ => "follower",
        }
    }

    /// What it says of itself, in words. `now_ms` is the workspace's time.
    pub fn words(&self, now_ms: u64) -> String {
        let in_s = |at_ms: Option<u64>, what: &str| {
            at_ms.filter(|at_ms| *at_ms > now_ms).map(|at_ms| format!("{what} in {}", span(at_ms - now_ms)))
        };
        let due = || in_s(self.heals_at_milliseconds, "healed");
        match self.standing() {
            "failed" => {
                in_s(self.log_replica_at_milliseconds, "log replica").or_else(due).unwrap_or_default()
            }
            "log" => due().unwrap_or_else(|| "has the log, cannot be read".into()),
            _ if self.lag_milliseconds > 0 => format!("{} behind", span(self.lag_milliseconds)),
            _ => "up to date".into(),
        }
    }
}

impl Partition {
    /// Where a hash lies on the ring, as a share of the whole from 0 to 1.
    pub fn ring_share(hash: &str) -> f64 {
        // Only drawn: a double is exact enough.
        u64::from_str_radix(hash, 16).map_or(0.0, |hash| hash as f64 / (u64::MAX as f64 + 1.0))
    }

    /// Its hashes, shortened: `4000… – 7fff…`.
    pub fn range_text(&self) -> String {
        let short = |hash: &str| hash.get(..4).unwrap_or(hash).to_owned();
        format!("{}… – {}…", short(&self.first_hash), short(&self.last_hash))
    }

    /// What is unusual about it, in a sentence; none where all is well.
    pub fn trouble(&self, now_ms: u64) -> Option<String> {
        let left = |at_ms: u64| span(at_ms.saturating_sub(now_ms));
        if let Some(until_ms) = self.lease_until_milliseconds {
            return Some(format!("No leader: the old one's lease runs out in {}.", left(until_ms)));
        }
        if !self.takes_writes {
            return Some("No writes: fewer than two of three replicas have the log.".into());
        }
        let splitting = self.splitting.as_ref()?;
        let cause = match splitting.cause.as_str() {
            "SIZE" => "its size",
            "HOT_KEY" => "one hot key",
            _ => "heat",
        };
        Some(format!("Splitting for {cause}: done in {}.", left(splitting.done_at_milliseconds)))
    }

    /// What the engine would do about its traffic; none where there is nothing to say.
    pub fn outlook(&self) -> Option<&'static str> {
        Some(match self.split_outlook.as_str() {
            "DIVIDES" => "A split would divide its traffic.",
            "ISOLATES" => "A split would give its hot key a partition of its own.",
            "SINGLE_KEY" => "One key takes most of it: a split would not help.",
            "RISING_KEYS" => "Its keys rise: the heat would move along, a split would not help.",
            "ONE_COLLECTION" => "One item collection with a local index: it cannot be split.",
            _ => return None,
        })
    }
}

/// A length of time: `38 ms`, `4.2 s`, `12 min`, `3 h`.
pub fn span(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..5_400_000 => format!("{} min", ms / 60_000),
        _ => format!("{} h", ms / 3_600_000),
    }
}

/// What a bucket holds, in capacity units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tokens {
    /// What is left.
    pub left_units: f64,
    /// How much it can hold.
    pub size_units: f64,
}

impl Tokens {
    /// A bucket that keeps so many seconds of throughput, as the second that can be spent now and the burst beyond it; no burst
    /// where it keeps one second.
    pub fn parts(self, seconds: u64) -> (Tokens, Option<Tokens>) {
        let rate = self.size_units / seconds.max(1) as f64;
        let now = Tokens { left_units: self.left_units.min(rate), size_units: rate };
        let burst =
            Tokens { left_units: (self.left_units - rate).max(0.0), size_units: self.size_units - rate };
        (now, (seconds > 1).then_some(burst))
    }

    /// How full it is, from 0 to 1.
    pub fn share(self) -> f64 {
        if self.size_units > 0.0 { (self.left_units / self.size_units).clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// What `Dynascope.ListBuckets` answers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Buckets {
    /// `STATIC`, `ADAPTIVE` or `GLOBAL_ADMISSION_CONTROL`.
    pub capacity_model: String,
    /// Of the table and of its global indexes, those that were ever asked.
    pub buckets: Vec<TargetBuckets>,
}

/// The buckets of a table or global index.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TargetBuckets {
    /// The global index; none for the table.
    pub index_name: Option<String>,
    /// Its own for reads; none where the model has none, or the account's quota is all that limits it.
    pub read_tokens: Option<Tokens>,
    /// Its own for writes.
    pub write_tokens: Option<Tokens>,
    /// How many seconds of throughput they keep.
    pub burst_seconds: u64,
    /// How many seconds the buckets of its partitions keep.
    pub partition_burst_seconds: u64,
}

impl Buckets {
    /// The buckets of the table (none) or of a global index; none where nothing was ever asked of it.
    pub fn of(&self, index: Option<&str>) -> Option<&TargetBuckets> {
        self.buckets.iter().find(|one| one.index_name.as_deref() == index)
    }
}

/// A read of the consistency lab: what it saw, and who answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The version that it saw; none where it found nothing.
    pub version: Option<u64>,
    /// The version that was written last.
    pub newest: u64,
    /// Who answered, where the events say so.
    pub served: Option<Served>,
}

/// The replica that served a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// Its partition.
    pub partition: PartitionId,
    /// Its zone.
    pub zone: Zone,
    /// Whether it leads the partition.
    pub leader: bool,
    /// How far it was behind, in milliseconds.
    pub lag_ms: u64,
}

impl Sighting {
    /// Whether the read did not see the last write.
    pub fn is_stale(&self) -> bool {
        self.version.is_none_or(|version| version < self.newest)
    }
}

/// Who served a request's first read, as its events say.
pub fn served(events: &[Event]) -> Option<Served> {
    events.iter().find_map(|event| match event.kind {
        EventKind::Routed { partition, zone, leader, lag_ms, access: Access::Read, .. } => {
            Some(Served { partition, zone, leader, lag_ms })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_is_read_by_target() {
        let answer = json!({"TableName": "Orders", "DarkZones": ["az-c"], "Partitions": [
            {"PartitionId": 1, "FirstHash": "0000000000000000", "LastHash": "7fffffffffffffff", "LeaderZone": "az-b", "TakesWrites": true,
             "Replicas": [{"Zone": "az-a", "Role": "FOLLOWER", "Status": "UP", "LagMilliseconds": 12}]},
            {"PartitionId": 9, "IndexName": "by-status", "FirstHash": "8000000000000000", "LastHash": "ffffffffffffffff", "TakesWrites": true}]});
        let cluster: Cluster = serde_json::from_value(answer).unwrap();
        assert_eq!(cluster.of(None)[0].partition_id, 1);
        assert_eq!(cluster.of(Some("by-status"))[0].range_text(), "8000… – ffff…");
        assert!(cluster.is_dark("az-c") && !cluster.is_dark("az-a"));
        assert_eq!(cluster.of(None)[0].replicas[0].words(0), "12 ms behind");
        assert_eq!(cluster.of(None)[0].trouble(0), None);
        assert_eq!((Partition::ring_share("8000000000000000"), Partition::ring_share("0")), (0.5, 0.0));
    }

    #[test]
    fn failures_say_what_comes_next() {
        let failed = Replica {
            status: "FAILED".into(),
            role: "FOLLOWER".into(),
            log_replica_at_milliseconds: Some(6_000),
            heals_at_milliseconds: Some(300_000),
            ..Replica::default()
        };
        assert_eq!((failed.standing(), failed.words(1_800).as_str()), ("failed", "log replica in 4.2 s"));
        let log = Replica { status: "UP".into(), role: "LOG".into(), ..failed };
        assert_eq!((log.standing(), log.words(6_000).as_str()), ("log", "healed in 4 min"));
        let leaderless = Partition { lease_until_milliseconds: Some(3_500), ..Partition::default() };
        assert_eq!(
            leaderless.trouble(3_000).as_deref(),
            Some("No leader: the old one's lease runs out in 500 ms.")
        );
        assert!(Partition::default().trouble(0).unwrap().starts_with("No writes"));
        let splitting = Splitting { cause: "HEAT".into(), done_at_milliseconds: 60_000 };
        let partition = Partition { takes_writes: true, splitting: Some(splitting), ..Partition::default() };
        assert_eq!(partition.trouble(0).as_deref(), Some("Splitting for heat: done in 1 min."));
    }

    #[test]
    fn a_bucket_is_its_throughput_and_the_burst_beyond() {
        let tokens = Tokens { left_units: 1_100.0, size_units: 3_000.0 };
        let (now, burst) = tokens.parts(300);
        assert_eq!((now.left_units, now.size_units, now.share()), (10.0, 10.0, 1.0));
        assert_eq!(burst.map(|burst| (burst.left_units, burst.size_units)), Some((1_090.0, 2_990.0)));
        let (now, burst) = Tokens { left_units: 4.0, ..tokens }.parts(300);
        assert_eq!((now.left_units, burst.map(Tokens::share)), (4.0, Some(0.0)));
        assert_eq!(tokens.parts(1), (tokens, None));
        assert_eq!(Tokens::default().share(), 0.0);
        let answer = json!({"TableName": "T", "CapacityModel": "STATIC", "Buckets": [
            {"IndexName": "by-status", "BurstSeconds": 300, "PartitionBurstSeconds": 1}]});
        let buckets: Buckets = serde_json::from_value(answer).unwrap();
        assert_eq!(buckets.of(Some("by-status")).map(|one| one.read_tokens), Some(None));
        assert!(buckets.of(None).is_none());
    }

    #[test]
    fn a_sighting_is_stale_where_it_misses_the_last_write() {
        let saw = |version| Sighting { version, newest: 3, served: None };
        assert!(saw(Some(2)).is_stale() && saw(None).is_stale() && !saw(Some(3)).is_stale());
    }

    #[test]
    fn spans_are_said_in_the_unit_that_fits() {
        let said = [999, 4_250, 60_000, 7_200_000].map(span);
        assert_eq!(said, ["999 ms", "4.2 s", "1 min", "2 h"]);
    }
}
