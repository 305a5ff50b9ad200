//! The three replicas of a partition, as how far each has applied the log.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::timeline::Zone;

/// One write on its way to the replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InFlight {
    /// Its log position.
    pub position: u64,
    /// When the leader wrote it.
    pub at_ms: u64,
    /// When each zone's replica has applied it.
    pub applied_at_ms: [u64; 3],
}

/// The replicas of one partition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replicas {
    in_flight: VecDeque<InFlight>,
    /// How many of the entries at the front each zone was last reported to have applied.
    reported: [u64; 3],
}

fn slot(zone: Zone) -> usize {
    zone as usize
}

impl Replicas {
    /// Sends a write to the replicas: zone `z` has applied it `delays_ms[z]` after `now_ms`, and never before an
    /// earlier write.
    pub fn send(&mut self, position: u64, now_ms: u64, delays_ms: [u64; 3]) -> InFlight {
        let mut applied_at_ms = delays_ms.map(|delay| now_ms + delay);
        if let Some(last) = self.in_flight.back() {
            for (mine, before) in applied_at_ms.iter_mut().zip(last.applied_at_ms) {
                *mine = (*mine).max(before);
            }
        }
        // The leader has it at once, and nothing to report.
        for (reported, applied_at_ms) in self.reported.iter_mut().zip(applied_at_ms) {
            if applied_at_ms <= now_ms {
                *reported = position;
            }
        }
        let sent = InFlight { position, at_ms: now_ms, applied_at_ms };
        self.in_flight.push_back(sent);
        sent
    }

    /// A zone's replica has everything from now on: it leads, or it applies nothing more until it is whole again.
    pub fn complete(&mut self, zone: Zone, now_ms: u64) {
        for entry in &mut self.in_flight {
            let applied_at_ms = &mut entry.applied_at_ms[slot(zone)];
            *applied_at_ms = now_ms.min(*applied_at_ms);
        }
        if let Some(last) = self.in_flight.back() {
            self.reported[slot(zone)] = last.position;
        }
    }

    /// The log position up to which a zone's replica has applied; none where it has applied everything.
    pub fn applied(&self, zone: Zone, now_ms: u64) -> Option<u64> {
        self.first_unapplied(zone, now_ms).map(|entry| entry.position - 1)
    }

    /// How far a zone's replica is behind, in milliseconds: the age of the oldest write that it lacks.
    pub fn lag_ms(&self, zone: Zone, now_ms: u64) -> u64 {
        self.first_unapplied(zone, now_ms).map_or(0, |entry| now_ms.saturating_sub(entry.at_ms))
    }

    fn first_unapplied(&self, zone: Zone, now_ms: u64) -> Option<&InFlight> {
        self.in_flight.get(self.applied_count(zone, now_ms))
    }

    /// How many of the entries a zone has applied: its delays are in order.
    fn applied_count(&self, zone: Zone, now_ms: u64) -> usize {
        self.in_flight.partition_point(|entry| entry.applied_at_ms[slot(zone)] <= now_ms)
    }

    /// The log position that a zone's replica is read at that is furthest behind; none where all have applied all.
    pub fn furthest_behind(&self) -> Option<u64> {
        self.in_flight.front().map(|entry| entry.position - 1)
    }

    /// How many writes not every replica has applied yet.
    pub fn on_their_way(&self) -> usize {
        self.in_flight.len()
    }

    /// When every replica has applied the newest write; none where all have applied all.
    pub fn last_applied_at_ms(&self) -> Option<u64> {
        self.in_flight.back().and_then(|entry| entry.applied_at_ms.into_iter().max())
    }

    /// What the zones have newly applied since the last call, as zone and position; entries that all have are dropped.
    pub fn advance(&mut self, now_ms: u64) -> Vec<(Zone, u64)> {
        let mut news = Vec::new();
        for zone in Zone::ALL {
            let last = self.applied_count(zone, now_ms).checked_sub(1);
            if let Some(entry) = last.and_then(|last| self.in_flight.get(last))
                && entry.position > self.reported[slot(zone)]
            {
                self.reported[slot(zone)] = entry.position;
                news.push((zone, entry.position));
            }
        }
        while self.in_flight.front().is_some_and(|e| e.applied_at_ms.iter().all(|&at| at <= now_ms)) {
            self.in_flight.pop_front();
        }
        news
    }

    /// When a replica next applies something.
    pub fn next_due_ms(&self) -> Option<u64> {
        // Delays are in order for each zone, so a zone's first entry not yet reported is its next.
        Zone::ALL
            .into_iter()
            .filter_map(|zone| {
                let reported = self.reported[slot(zone)];
                let next = self.in_flight.partition_point(|e| e.position <= reported);
                self.in_flight.get(next).map(|e| e.applied_at_ms[slot(zone)])
            })
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_follower_applies_in_order_and_the_lag_is_the_oldest_missing_write_s_age() {
        let mut replicas = Replicas::default();
        replicas.send(5, 1000, [0, 50, 10]);
        // The second would arrive earlier at zone B, but never overtakes.
        replicas.send(6, 1010, [0, 5, 10]);
        assert_eq!(replicas.applied(Zone::A, 1010), None);
        assert_eq!(replicas.applied(Zone::B, 1020), Some(4));
        assert_eq!(replicas.lag_ms(Zone::B, 1020), 20);
        assert_eq!(replicas.applied(Zone::C, 1010), Some(5));
        assert_eq!(replicas.next_due_ms(), Some(1010));
        assert_eq!(replicas.advance(1010), [(Zone::C, 5)]);
        assert_eq!(replicas.next_due_ms(), Some(1020));
        assert_eq!(replicas.advance(1050), [(Zone::B, 6), (Zone::C, 6)]);
        assert_eq!(replicas.next_due_ms(), None);
        assert_eq!(replicas.lag_ms(Zone::B, 1050), 0);
    }
}
