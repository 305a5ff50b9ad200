//! Heat: how much each partition was read, written and throttled, second by second.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::timeline::{Access, Event, EventKind, PartitionId, Target};

/// A row of the heatmap: a partition of a table or index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HeatKey {
    /// The table or index.
    pub target: Target,
    /// Its partition.
    pub partition: PartitionId,
}

/// What one partition did in one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatCell {
    /// Read units consumed, times two.
    pub read_half_units: u64,
    /// Write units consumed, times two.
    pub write_half_units: u64,
    /// Requests refused.
    pub throttles: u64,
    /// How many of these were writes.
    #[serde(default)]
    pub write_throttles: u64,
}

/// One second of all partitions; those that did nothing are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatColumn {
    /// The second of the epoch.
    pub second: u64,
    /// The cells, in the order of the rows' keys.
    pub cells: Vec<(HeatKey, HeatCell)>,
}

/// Counts events into columns, and keeps the newest `columns` seconds.
#[derive(Clone, Debug)]
pub struct Heat {
    keep_seconds: u64,
    seconds: BTreeMap<u64, BTreeMap<HeatKey, HeatCell>>,
    changed: BTreeSet<u64>,
}

impl Heat {
    /// Counts of the newest `keep_seconds` seconds.
    pub fn new(keep_seconds: u64) -> Heat {
        Heat { keep_seconds, seconds: BTreeMap::new(), changed: BTreeSet::new() }
    }

    /// Counts one event.
    pub fn record(&mut self, event: &Event) {
        let (target, partition) = match &event.kind {
            EventKind::TokensTaken { target, partition, .. }
            | EventKind::Throttled { target, partition, .. } => (target, *partition),
            _ => return,
        };
        let second = event.at_ms / 1000;
        let key = HeatKey { target: target.clone(), partition };
        let cell = self.seconds.entry(second).or_default().entry(key).or_default();
        match &event.kind {
            EventKind::TokensTaken { access: Access::Read, half_units, .. } => {
                cell.read_half_units += half_units
            }
            EventKind::TokensTaken { access: Access::Write, half_units, .. } => {
                cell.write_half_units += half_units
            }
            EventKind::Throttled { access, .. } => {
                cell.throttles += 1;
                cell.write_throttles += u64::from(*access == Access::Write);
            }
            _ => {}
        }
        self.changed.insert(second);
        while self.seconds.len() as u64 > self.keep_seconds {
            if let Some((oldest, _)) = self.seconds.pop_first() {
                self.changed.remove(&oldest);
            }
        }
    }

    /// Whether anything changed since the last [`Heat::take_changed`].
    pub fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// The columns that changed since the last call, oldest first.
    pub fn take_changed(&mut self) -> Vec<HeatColumn> {
        std::mem::take(&mut self.changed).into_iter().map(|second| self.column(second)).collect()
    }

    /// One second.
    pub fn column(&self, second: u64) -> HeatColumn {
        let cells = self.seconds.get(&second).into_iter().flatten().map(|(k, c)| (k.clone(), *c)).collect();
        HeatColumn { second, cells }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_throttles_add_up_by_second_and_partition() {
        let target = Target { table: "Orders".into(), index: None };
        let taken = |at_ms, partition, half_units| Event {
            id: 1,
            at_ms,
            request: None,
            region: None,
            kind: EventKind::TokensTaken {
                target: target.clone(),
                partition,
                access: Access::Write,
                half_units,
                partition_left_half_units: 0,
                partition_size_half_units: 2000,
                table_left_half_units: None,
                table_size_half_units: None,
                replica_left_half_units: None,
                replica_size_half_units: None,
            },
        };
        let mut heat = Heat::new(2);
        heat.record(&taken(1_000, 1, 2));
        heat.record(&taken(1_999, 1, 4));
        heat.record(&taken(2_000, 2, 2));
        let columns = heat.take_changed();
        assert_eq!(columns.iter().map(|c| c.second).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(columns[0].cells[0].1.write_half_units, 6);
        assert!(heat.take_changed().is_empty(), "nothing changed since");
        for access in [Access::Read, Access::Write, Access::Write] {
            let reason = "TableWriteKeyRangeThroughputExceeded".into();
            let kind = EventKind::Throttled { target: target.clone(), partition: 2, access, reason };
            heat.record(&Event { id: 2, at_ms: 2_500, request: None, region: None, kind });
        }
        let cell = heat.column(2).cells[0].1;
        assert_eq!((cell.throttles, cell.write_throttles, cell.write_half_units), (3, 2, 2));
        heat.record(&taken(3_000, 1, 2));
        assert_eq!(heat.column(1).cells.len(), 0, "the oldest second fell away");
    }
}
