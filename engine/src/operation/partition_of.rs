//! A partition as the inspector names and describes it.

use serde::{Deserialize, Serialize};

use crate::access::{Region, TableState, key_of_bytes, key_text};
use crate::capacity::Level;
use crate::cluster::{Group, Lease, Partition};
use crate::error::constraint::Violations;
use crate::error::{Result, access as words};
use crate::table::{IndexId, IndexKind, KeySchema, name};
use crate::timeline::{PartitionId, Zone};

/// What names a partition in a request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PartitionInput {
    /// The table.
    pub table_name: Option<String>,
    /// The global index; none for the table.
    pub index_name: Option<String>,
    /// The partition's number.
    pub partition: Option<i64>,
}

/// Where a partition stands that a request names.
pub struct Place {
    /// The table's name.
    pub table: String,
    /// The global index; 0 for the table.
    pub index: IndexId,
    /// Its place among the partitions.
    pub place: usize,
}

/// The table or global index of that name: 0 for the table. A local index has its table's partitions.
pub fn index_of(state: &TableState, index: Option<&str>) -> Result<IndexId> {
    let Some(name) = index else { return Ok(0) };
    let index = state.saved.table.index(name).ok_or_else(|| words::index_not_found(name))?;
    Ok(if index.kind == IndexKind::Global { index.id } else { 0 })
}

/// Finds the partition that a request names.
pub fn find(region: &Region, input: &PartitionInput, mut violations: Violations) -> Result<Place> {
    let number = violations.required(&input.partition, "partition").copied().unwrap_or_default();
    let table = name::gather(&mut violations, input.table_name.as_deref())?;
    violations.into_result()?;
    let state = region.active_table(&table)?;
    let index = index_of(state, input.index_name.as_deref())?;
    let id = PartitionId::try_from(number).ok();
    let place = id.and_then(|id| state.partitions(index).place(id));
    Ok(Place { index, place: place.ok_or_else(|| words::partition_not_found(number))?, table })
}

/// One partition.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PartitionDescription {
    /// Unique for ever.
    partition_id: PartitionId,
    /// The partition that it was split from.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_partition_id: Option<PartitionId>,
    /// The global index; none for the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    index_name: Option<String>,
    /// The first hash, in 16 hexadecimal digits.
    first_hash: String,
    /// The last hash.
    last_hash: String,
    /// The first key of the first hash that it owns, where an item collection was cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    from_key: Option<String>,
    /// The first key of the last hash that it does not own any more, where an item collection was cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_key: Option<String>,
    /// Its share of the hash space, from 0 to 1 in millionths.
    hash_share: f64,
    /// The zone of its leader.
    leader_zone: &'static str,
    /// `HELD`, `RUNNING_OUT` or `OVER`.
    lease: &'static str,
    /// When a lease that is not renewed is over, in milliseconds of the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    lease_until_milliseconds: Option<u64>,
    /// Whether a write can be acknowledged: there is a leader, and two of three have the log.
    takes_writes: bool,
    /// The three replicas, by zone.
    replicas: Vec<ReplicaDescription>,
    /// What it can still read and write at once; none where it was never asked and has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_tokens: Option<TokensDescription>,
    #[serde(skip_serializing_if = "Option::is_none")]
    write_tokens: Option<TokensDescription>,
    /// Items, or index entries.
    item_count: u64,
    /// Their size, in bytes.
    size_bytes: u64,
    /// The split that is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    splitting: Option<SplittingDescription>,
    /// Since when its traffic has been near its limit, in milliseconds of the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    hot_since_milliseconds: Option<u64>,
    /// What a split would do for its traffic: `UNKNOWN`, `DIVIDES`, `ISOLATES`, `SINGLE_KEY`, `RISING_KEYS` or `ONE_COLLECTION`.
    split_outlook: &'static str,
    /// The keys that took the most of it in about the last minute, the hottest first.
    hottest_keys: Vec<HotKey>,
}

/// What a bucket of tokens holds, in capacity units.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TokensDescription {
    left_units: f64,
    size_units: f64,
}

impl From<Level> for TokensDescription {
    fn from(level: Level) -> TokensDescription {
        TokensDescription {
            left_units: level.left_half_units as f64 / 2.0,
            size_units: level.size_half_units as f64 / 2.0,
        }
    }
}

/// One replica.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReplicaDescription {
    zone: &'static str,
    /// `LEADER`, `FOLLOWER`, or `LOG` where a log replica stands in.
    role: &'static str,
    /// `UP` or `FAILED`; a log replica is up, and cannot be read.
    status: &'static str,
    /// The log position that it has applied.
    applied_position: u64,
    /// How old the oldest write is that it lacks.
    lag_milliseconds: u64,
    /// When a log replica stands in for it, in milliseconds of the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    log_replica_at_milliseconds: Option<u64>,
    /// When it is whole again, in milliseconds of the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    heals_at_milliseconds: Option<u64>,
}

/// A split under way.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SplittingDescription {
    /// `SIZE`, `HEAT` or `HOT_KEY`.
    cause: &'static str,
    /// When it is done, in milliseconds of the epoch.
    done_at_milliseconds: u64,
}

/// A key with its part of a partition's traffic.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct HotKey {
    /// The key, as text.
    key: String,
    /// Its share of the partition's units, from 0 to 1 in thousandths: so much at least.
    share: f64,
}

/// Describes a partition as it is at `now_ms`.
pub fn describe(
    region: &Region,
    state: &TableState,
    index: IndexId,
    partition: &Partition,
    now_ms: u64,
) -> PartitionDescription {
    let statistics = state.live.statistics.get(&(index, partition.id)).copied().unwrap_or_default();
    let own = state.saved.table.index_by_id(index);
    let keys = own.map_or(&state.saved.table.keys, |index| &index.keys);
    let text = |bytes: &[u8]| key_of_bytes(keys, bytes).map(|key| key_text(keys, &key));
    let well = Group::default();
    let group = partition.group.as_deref().unwrap_or(&well);
    let (lease, lease_until_milliseconds) = match group.lease {
        Lease::Held => ("HELD", None),
        Lease::RunsUntil(until_ms) => ("RUNNING_OUT", Some(until_ms)),
        Lease::Over => ("OVER", None),
    };
    let traffic = state.live.traffic.get(&partition.id);
    let tokens = state.live.tokens.get(index);
    let levels = tokens.and_then(|tokens| tokens.partition_levels(partition.id, partition.leader, now_ms));
    PartitionDescription {
        partition_id: partition.id,
        parent_partition_id: partition.parent,
        index_name: own.map(|index| index.name.clone()),
        first_hash: format!("{:016x}", partition.first),
        last_hash: format!("{:016x}", partition.last),
        from_key: partition.from.as_deref().and_then(text),
        until_key: partition.until.as_deref().and_then(text),
        hash_share: partition.share_millionths() as f64 / 1e6,
        leader_zone: partition.leader.name(),
        lease,
        lease_until_milliseconds,
        takes_writes: group.takes_writes(partition.leader),
        replicas: Zone::ALL.map(|zone| replica(region, state, index, partition, group, zone, now_ms)).into(),
        read_tokens: levels.map(|[read, _]| read.into()),
        write_tokens: levels.map(|[_, write]| write.into()),
        item_count: statistics.items,
        size_bytes: statistics.size_bytes,
        splitting: partition.splitting.as_ref().map(|splitting| SplittingDescription {
            cause: splitting.cause.name(),
            done_at_milliseconds: splitting.due_ms,
        }),
        hot_since_milliseconds: traffic.and_then(|traffic| traffic.hot_since_ms()),
        split_outlook: state.outlook(index, partition.id).name(),
        hottest_keys: hottest(state, partition, keys),
    }
}

fn hottest(state: &TableState, partition: &Partition, keys: &KeySchema) -> Vec<HotKey> {
    let Some(traffic) = state.live.traffic.get(&partition.id) else { return Vec::new() };
    let (hottest, total) = traffic.hottest();
    // An index has many entries of one key, apart by the key of their items: they are one key's.
    let mut known: Vec<(String, u64)> = Vec::new();
    for heavy in hottest.into_iter().filter(|heavy| heavy.at_least() > 0) {
        let Some(key) = key_of_bytes(keys, heavy.key).map(|key| key_text(keys, &key)) else { continue };
        match known.iter_mut().find(|(same, _)| *same == key) {
            Some((_, at_least)) => *at_least += heavy.at_least(),
            None => known.push((key, heavy.at_least())),
        }
    }
    known.sort_by_key(|(_, at_least)| std::cmp::Reverse(*at_least));
    let share = |at_least: u64| (at_least * 1000 / total.max(1)) as f64 / 1e3;
    known.into_iter().take(5).map(|(key, at_least)| HotKey { key, share: share(at_least) }).collect()
}

fn replica(
    region: &Region,
    state: &TableState,
    index: IndexId,
    partition: &Partition,
    group: &Group,
    zone: Zone,
    now_ms: u64,
) -> ReplicaDescription {
    let leads = zone == partition.leader;
    let failed = group.failed[zone as usize].as_ref();
    // A table's leader has everything; a global index is behind its table at every replica.
    let replicas = state.live.replicas.get(&partition.id).filter(|_| !leads || index != 0);
    let newest = region.store.position();
    let applied = replicas.and_then(|replicas| replicas.applied(zone, now_ms)).unwrap_or(newest);
    ReplicaDescription {
        zone: zone.name(),
        role: match failed {
            Some(failed) if failed.log => "LOG",
            _ if leads => "LEADER",
            _ => "FOLLOWER",
        },
        status: if failed.is_some_and(|failed| !failed.log) { "FAILED" } else { "UP" },
        applied_position: failed.map_or(applied, |failed| failed.position),
        lag_milliseconds: match failed {
            Some(failed) => now_ms.saturating_sub(failed.since_ms),
            None => replicas.map_or(0, |replicas| replicas.lag_ms(zone, now_ms)),
        },
        log_replica_at_milliseconds: failed.and_then(|failed| failed.log_at_ms),
        heals_at_milliseconds: failed.and_then(|failed| failed.heals_at_ms),
    }
}
