//! The rows of the heatmap, which outlive their partitions, and what is marked on its time: splits, failovers, the first
//! throttle, statuses.
//!
//! Owns one record a partition that was ever heard of, the newest [`MARKERS_KEPT`] markers, and the texts of the newest
//! [`NAMES_KEPT`] keys. A row has a number of its own: a branch of the world numbers its new partitions as another branch did
//! before it, and their heat must not mix.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::timeline::{Access, Event, EventKind, PartitionId, SplitCause, Tally, Target, Zone};

/// The number of a row, from 0.
pub type RowId = u32;

/// So many markers are kept.
pub const MARKERS_KEPT: usize = 1_000;
/// A partition that does something so long after its split was not split here, in milliseconds.
const GONE_MS: u64 = 2_000;
/// So many keys' texts are kept.
pub const NAMES_KEPT: usize = 4_096;

/// A row: a partition, open or closed by now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HeatRow {
    /// Its number.
    pub row: RowId,
    /// The partition.
    pub partition: PartitionId,
    /// The table or index; none where its opening was not heard.
    pub target: Option<Target>,
    /// The first and the last hash, in 16 hexadecimal digits.
    pub hashes: Option<(String, String)>,
    /// The row that it was split from.
    pub parent: Option<RowId>,
    /// The zone of its leader.
    pub leader: Option<Zone>,
    /// When it opened.
    pub opened_ms: Option<u64>,
    /// When it was split.
    pub closed_ms: Option<u64>,
    /// The item collection that is written in the order of its sort keys, as text; none where writes come in no order.
    pub rising: Option<String>,
}

/// What is marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MarkerKind {
    /// The row's partition was split into those of these rows.
    Split {
        /// The rows.
        into: Vec<RowId>,
        /// Why.
        cause: SplitCause,
    },
    /// The row's partition stays near its limit, and no split would help.
    Declined {
        /// Why not: `SINGLE_KEY`, `RISING_KEYS` or `ONE_COLLECTION`.
        reason: String,
    },
    /// The row's leader failed: nobody takes its writes until another is elected.
    LeaderFailed {
        /// Where it stood.
        zone: Zone,
    },
    /// The row has another leader.
    Failover {
        /// Where it stands.
        zone: Zone,
    },
    /// A zone went dark, or lit up again.
    Zone {
        /// Which.
        zone: Zone,
        /// Whether it is dark.
        dark: bool,
    },
    /// The row was throttled for the first time in a while.
    Throttled {
        /// What was refused.
        access: Access,
    },
    /// A table or an index changed its status.
    Status {
        /// Which.
        target: Target,
        /// Its status.
        status: String,
    },
}

/// A moment worth a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Marker {
    /// When, in milliseconds of the epoch.
    pub at_ms: u64,
    /// The row that it is about; none where it is about a whole table or index.
    pub row: Option<RowId>,
    /// What happened.
    pub kind: MarkerKind,
}

/// The rows, the markers and the texts of keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    rows: Vec<HeatRow>,
    /// The row of each partition, by its number.
    of: BTreeMap<PartitionId, RowId>,
    markers: VecDeque<Marker>,
    /// How many markers there ever were.
    marked: u64,
    names: BTreeMap<u64, String>,
    /// The hashes of the names, in the order in which they were learned.
    learned: VecDeque<u64>,
    changed_rows: BTreeSet<RowId>,
    changed_markers: BTreeSet<u64>,
    /// The hashes of the names that were learned of late: some more than once, and some that have gone again.
    changed_names: Vec<u64>,
}

/// What changed in rows, markers and names.
pub(super) type Changes = (Vec<HeatRow>, Vec<(u64, Marker)>, Vec<(u64, String)>);

impl Rows {
    /// All rows, by their number.
    pub fn all(&self) -> &[HeatRow] {
        &self.rows
    }

    /// One row.
    pub fn get(&self, row: RowId) -> Option<&HeatRow> {
        self.rows.get(row as usize)
    }

    /// The row that a partition has now; none where nothing was heard of it.
    pub fn row_of(&self, partition: PartitionId) -> Option<RowId> {
        self.of.get(&partition).copied()
    }

    /// The markers, oldest first.
    pub fn markers(&self) -> impl DoubleEndedIterator<Item = &Marker> {
        self.markers.iter()
    }

    /// The text of a key, as the timeline has it.
    pub fn name(&self, hash: u64) -> Option<&str> {
        self.names.get(&hash).map(String::as_str)
    }

    /// The row of a partition that does something at a moment, made where there is none.
    pub(super) fn of(&mut self, partition: PartitionId, at_ms: u64) -> RowId {
        let Some(row) = self.of.get(&partition).copied() else {
            return self.open(HeatRow { partition, ..HeatRow::default() });
        };
        let known = &mut self.rows[row as usize];
        // It was split in a branch of the world that is gone.
        if known.closed_ms.is_some_and(|closed_ms| closed_ms + GONE_MS < at_ms) {
            known.closed_ms = None;
            self.changed_rows.insert(row);
        }
        row
    }

    fn open(&mut self, row: HeatRow) -> RowId {
        let number = self.rows.len() as RowId;
        self.of.insert(row.partition, number);
        self.rows.push(HeatRow { row: number, ..row });
        self.changed_rows.insert(number);
        number
    }

    pub(super) fn mark(&mut self, at_ms: u64, row: Option<RowId>, kind: MarkerKind) {
        self.markers.push_back(Marker { at_ms, row, kind });
        self.changed_markers.insert(self.marked);
        self.marked += 1;
        while self.markers.len() > MARKERS_KEPT {
            self.markers.pop_front();
        }
    }

    pub(super) fn record(&mut self, event: &Event) {
        // Another region counts its own partitions.
        if event.region.is_some() {
            return;
        }
        match &event.kind {
            EventKind::PartitionOpened { target, partition, parent, first, last, leader, cause } => {
                let row = HeatRow {
                    partition: *partition,
                    target: Some(target.clone()),
                    hashes: Some((first.clone(), last.clone())),
                    leader: Some(*leader),
                    opened_ms: Some(event.at_ms),
                    ..HeatRow::default()
                };
                self.opened(row, *parent, *cause, event.at_ms);
            }
            EventKind::SplitDeclined { partition, reason, .. } => {
                let row = self.of(*partition, event.at_ms);
                self.mark(event.at_ms, Some(row), MarkerKind::Declined { reason: reason.clone() });
            }
            EventKind::KeysRise { partition, key, rises, .. } => {
                let row = self.of(*partition, event.at_ms);
                self.rows[row as usize].rising = rises.then(|| key.clone());
                self.changed_rows.insert(row);
            }
            EventKind::TableStatus { target, status } => {
                let kind = MarkerKind::Status { target: target.clone(), status: status.clone() };
                self.mark(event.at_ms, None, kind);
            }
            EventKind::ReplicaFailed { partition, zone, leader: true, .. } => {
                let row = self.of(*partition, event.at_ms);
                self.mark(event.at_ms, Some(row), MarkerKind::LeaderFailed { zone: *zone });
            }
            EventKind::LeaderElected { partition, zone, .. } => {
                let row = self.of(*partition, event.at_ms);
                self.rows[row as usize].leader = Some(*zone);
                self.changed_rows.insert(row);
                self.mark(event.at_ms, Some(row), MarkerKind::Failover { zone: *zone });
            }
            EventKind::ZoneChanged { zone, dark } => {
                self.mark(event.at_ms, None, MarkerKind::Zone { zone: *zone, dark: *dark });
            }
            EventKind::Routed { hash: Some(hash), key, .. } => {
                if let Ok(hash) = u64::from_str_radix(hash, 16) {
                    self.learn(hash, key);
                }
            }
            _ => {}
        }
    }

    /// Learns what the keys of an index are called: its entries are written without a route, so the one entry that a request
    /// wrote in a partition is told by the one hash that it was counted for there.
    pub(super) fn name_entries(&mut self, events: &[&[Event]], tallies: &[Tally]) {
        let of_index = |event: &Event| matches!(event.kind, EventKind::IndexWritten { .. });
        if !events.iter().copied().flatten().any(of_index) {
            return;
        }
        let mut written: BTreeMap<PartitionId, Option<&str>> = BTreeMap::new();
        for event in events.iter().copied().flatten() {
            match &event.kind {
                EventKind::IndexWritten { partition, key, .. } => {
                    let only = written.entry(*partition).or_insert(Some(key));
                    *only = only.filter(|known| *known == key);
                }
                // What came by a route is named by it: the hashes of a local index's entries are its table's.
                EventKind::Routed { partition, .. } => drop(written.insert(*partition, None)),
                _ => {}
            }
        }
        for (partition, key) in written {
            let mut hashes =
                tallies.iter().filter(|tally| tally.partition == partition).filter_map(|tally| tally.hash);
            let (Some(key), Some(hash)) = (key, hashes.next()) else { continue };
            if hashes.all(|other| other == hash) {
                self.learn(hash, key);
            }
        }
    }

    fn opened(&mut self, row: HeatRow, parent: Option<PartitionId>, cause: SplitCause, at_ms: u64) {
        let parent = parent.map(|parent| self.of(parent, at_ms));
        let known = self.row_of(row.partition).and_then(|known| self.get(known));
        // Counted before its opening was heard: the same partition.
        let counted = known.filter(|known| known.target.is_none()).map(|known| known.row);
        let row = HeatRow { parent, ..row };
        let number = match counted {
            Some(number) => {
                self.rows[number as usize] = HeatRow { row: number, ..row };
                self.changed_rows.insert(number);
                number
            }
            None => self.open(row),
        };
        if let Some(parent) = parent {
            self.split(parent, number, cause, at_ms);
        }
    }

    fn split(&mut self, parent: RowId, child: RowId, cause: SplitCause, at_ms: u64) {
        let HeatRow { target, hashes, .. } = self.rows[child as usize].clone();
        let whole = &mut self.rows[parent as usize];
        // What was not heard at its opening is known from what became of it.
        whole.target = whole.target.take().or(target);
        whole.hashes = match (whole.hashes.take(), hashes) {
            (Some((first, last)), Some(part)) => Some((first.min(part.0), last.max(part.1))),
            (known, part) => known.or(part),
        };
        whole.closed_ms = Some(at_ms);
        self.changed_rows.insert(parent);
        let first = self.marked - self.markers.len() as u64;
        let same =
            self.markers.iter_mut().enumerate().rev().find_map(|(at, marker)| match &mut marker.kind {
                MarkerKind::Split { into, .. } if marker.row == Some(parent) && marker.at_ms == at_ms => {
                    Some((at, into))
                }
                _ => None,
            });
        match same {
            Some((at, into)) => {
                into.push(child);
                self.changed_markers.insert(first + at as u64);
            }
            None => self.mark(at_ms, Some(parent), MarkerKind::Split { into: vec![child], cause }),
        }
    }

    fn learn(&mut self, hash: u64, text: &str) {
        // The partition key alone says more than a key of which it is a part.
        match self.names.entry(hash) {
            Entry::Occupied(known) if known.get().len() <= text.len() => return,
            Entry::Occupied(mut known) => text.clone_into(known.get_mut()),
            Entry::Vacant(place) => {
                place.insert(text.to_owned());
                self.learned.push_back(hash);
            }
        }
        self.changed_names.push(hash);
        while self.learned.len() > NAMES_KEPT {
            if let Some(oldest) = self.learned.pop_front() {
                self.names.remove(&oldest);
            }
        }
        if self.changed_names.len() > 2 * NAMES_KEPT {
            self.tidy_changed_names();
        }
    }

    /// Each name that changed once, and none that has gone.
    fn tidy_changed_names(&mut self) {
        self.changed_names.retain(|hash| self.names.contains_key(hash));
        self.changed_names.sort_unstable();
        self.changed_names.dedup();
    }

    pub(super) fn has_changed(&self) -> bool {
        !(self.changed_rows.is_empty() && self.changed_markers.is_empty() && self.changed_names.is_empty())
    }

    pub(super) fn take_changes(&mut self) -> Changes {
        let rows = std::mem::take(&mut self.changed_rows);
        let rows = rows.into_iter().map(|row| self.rows[row as usize].clone()).collect();
        let first = self.marked - self.markers.len() as u64;
        let markers = std::mem::take(&mut self.changed_markers);
        let markers = markers.into_iter().filter_map(|place| {
            Some((place, self.markers.get(usize::try_from(place.checked_sub(first)?).ok()?)?.clone()))
        });
        let markers = markers.collect();
        self.tidy_changed_names();
        let names = std::mem::take(&mut self.changed_names);
        let names =
            names.into_iter().filter_map(|hash| Some((hash, self.names.get(&hash)?.clone()))).collect();
        (rows, markers, names)
    }

    /// All of them, as if all had changed.
    pub(super) fn whole(&self) -> Changes {
        let first = self.marked - self.markers.len() as u64;
        let markers = (first..).zip(self.markers.iter().cloned()).collect();
        let names = self.learned.iter().filter_map(|hash| Some((*hash, self.names.get(hash)?.clone())));
        (self.rows.clone(), markers, names.collect())
    }

    pub(super) fn absorb(
        &mut self,
        rows: Vec<HeatRow>,
        markers: Vec<(u64, Marker)>,
        names: Vec<(u64, String)>,
    ) {
        for row in rows {
            self.of.insert(row.partition, row.row);
            let at = row.row as usize;
            if self.rows.len() <= at {
                self.rows.resize_with(at + 1, HeatRow::default);
            }
            self.rows[at] = row;
        }
        for (place, marker) in markers {
            let first = self.marked - self.markers.len() as u64;
            let known = place.checked_sub(first).and_then(|at| self.markers.get_mut(at as usize));
            match known {
                Some(known) => *known = marker,
                None => {
                    self.markers.push_back(marker);
                    self.marked = place + 1;
                }
            }
        }
        while self.markers.len() > MARKERS_KEPT {
            self.markers.pop_front();
        }
        for (hash, text) in names {
            self.learn(hash, &text);
        }
        self.changed_names.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(at_ms: u64, partition: PartitionId, parent: Option<PartitionId>) -> Event {
        let target = Target { table: "Orders".into(), index: None };
        let (first, last) = (format!("{partition}").repeat(16), format!("{partition}").repeat(15) + "f");
        let (leader, cause) = (Zone::B, SplitCause::Heat);
        let kind = EventKind::PartitionOpened { target, partition, parent, first, last, leader, cause };
        Event { id: 1, at_ms, request: None, region: None, kind }
    }

    #[test]
    fn a_split_closes_its_parent_and_is_marked_once() {
        let mut rows = Rows::default();
        let counted = rows.of(4, 100);
        rows.record(&opened(900, 8, Some(4)));
        rows.record(&opened(900, 9, Some(4)));
        assert_eq!(rows.get(counted).unwrap().closed_ms, Some(900));
        assert_eq!(rows.get(counted).unwrap().target.as_ref().unwrap().table, "Orders");
        assert_eq!(rows.get(counted).unwrap().hashes, Some(("8".repeat(16), "9".repeat(15) + "f")));
        let markers: Vec<_> = rows.markers().collect();
        assert_eq!(markers.len(), 1);
        assert_eq!(
            (markers[0].row, &markers[0].kind),
            (Some(counted), &MarkerKind::Split { into: vec![1, 2], cause: SplitCause::Heat })
        );
        // What a mirror is told it has.
        let mut mirror = Rows::default();
        let (told, marked, names) = rows.take_changes();
        mirror.absorb(told, marked, names);
        assert_eq!((mirror.all(), mirror.markers().next()), (rows.all(), rows.markers().next()));
        assert!(!rows.has_changed());
        let (all, marked, names) = rows.whole();
        let mut late = Rows::default();
        late.absorb(all, marked, names);
        assert_eq!((late.all(), late.names.len()), (rows.all(), rows.names.len()));
        assert!(late.markers().eq(rows.markers()), "who comes late is told all that there is");
        assert_eq!(rows.of(4, 950), counted);
        assert!(rows.get(counted).unwrap().closed_ms.is_some(), "a straggler");
        rows.of(4, 9_000);
        assert_eq!(rows.get(counted).unwrap().closed_ms, None, "that split was another branch's");
    }

    #[test]
    fn another_branchs_partition_of_the_same_number_is_another_row() {
        let mut rows = Rows::default();
        rows.record(&opened(1, 7, None));
        let first = rows.row_of(7);
        rows.record(&opened(2, 7, None));
        assert_ne!(rows.row_of(7), first);
        assert_eq!(rows.of(7, 3), 1, "counted for the newer");
    }

    #[test]
    fn a_failover_is_marked_and_the_row_has_another_leader() {
        let mut rows = Rows::default();
        rows.record(&opened(1, 7, None));
        let target = Target { table: "Orders".into(), index: None };
        let elected = EventKind::LeaderElected { target, partition: 7, zone: Zone::C, position: 4 };
        rows.record(&Event { kind: elected, ..opened(2, 7, None) });
        assert_eq!(rows.get(0).unwrap().leader, Some(Zone::C));
        let failover = MarkerKind::Failover { zone: Zone::C };
        assert_eq!(rows.markers().next(), Some(&Marker { at_ms: 2, row: Some(0), kind: failover }));
    }

    #[test]
    fn an_indexs_entry_is_named_where_it_is_the_only_one() {
        let entry = |partition, key: &str| {
            let target = Target { table: "Orders".into(), index: Some("by-status".into()) };
            let (key, action) = (key.to_owned(), crate::timeline::IndexAction::Put);
            let kind =
                EventKind::IndexWritten { target, partition, key, action, half_units: 2, visible_at_ms: 9 };
            Event { kind, ..opened(5, partition, None) }
        };
        let tally = |partition, hash| Tally {
            at_ms: 5,
            request: Some(1),
            table: 1,
            index: 2,
            partition,
            access: Access::Write,
            hash: Some(hash),
            half_units: 2,
            size_bytes: 9,
            throttled: None,
            latency_us: 0,
            arrived: 0,
            lag_ms: 0,
        };
        let mut rows = Rows::default();
        let events = [entry(3, "status = paid"), entry(4, "status = new"), entry(4, "status = sent")];
        rows.name_entries(&[&events], &[tally(3, 30), tally(4, 40), tally(4, 41)]);
        assert_eq!([30, 40, 41].map(|hash| rows.name(hash)), [Some("status = paid"), None, None]);
        rows.name_entries(&[&events[..1]], &[tally(3, 31), tally(3, 32)]);
        assert_eq!([31, 32].map(|hash| rows.name(hash)), [None, None], "it could be either");
    }

    #[test]
    fn the_shortest_text_of_a_key_is_kept_and_only_so_many() {
        let mut rows = Rows::default();
        rows.learn(5, "user_id = 5, order_id = 1");
        rows.learn(5, "user_id = 5");
        rows.learn(5, "user_id = 5, order_id = 2");
        assert_eq!(rows.name(5), Some("user_id = 5"));
        (0..NAMES_KEPT as u64 + 9).for_each(|hash| rows.learn(hash + 100, "k"));
        assert_eq!((rows.names.len(), rows.name(5)), (NAMES_KEPT, None));
        (0..3 * NAMES_KEPT as u64).for_each(|hash| rows.learn(hash + 9_000, "key"));
        rows.learn(9_000 + 3 * NAMES_KEPT as u64 - 1, "k");
        assert!(rows.changed_names.len() <= 2 * NAMES_KEPT, "no more than are worth telling");
        let told = rows.take_changes().2;
        assert_eq!(
            (told.len(), told.last().unwrap().1.as_str()),
            (NAMES_KEPT, "k"),
            "each once, and none that has gone"
        );
    }
}
