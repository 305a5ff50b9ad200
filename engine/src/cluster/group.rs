//! The replica group of one partition when not all is well: failed replicas, the leader's lease, log replicas, healing.
//!
//! Owns the states of the three replicas and what follows from them in time: which of them answer, whether two of three
//! can take a write, when a lease is over, who leads next. Pure: it is told the time and what each replica has applied.
//! A partition whose replicas are all well has no group at all.
//!
//! Follows "Amazon DynamoDB" (USENIX ATC 2022), section 5: the leader keeps its lease by renewing it; when it fails, nobody
//! serves writes and strongly consistent reads until the lease is over; then a replica with the log leads. A log replica,
//! which holds the recent log and no items, stands in for a failed one within seconds, so that writes have their quorum
//! again; a whole replica is rebuilt in minutes.
//!
//! Modelled: how long each takes is a setting. A failed replica keeps what it has on disk, so that even with two of three lost
//! an acknowledged write comes back with them. A leader without a quorum cannot renew its lease.

use serde::{Deserialize, Serialize};

use crate::timeline::Zone;

/// A replica that has failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// When.
    pub since_ms: u64,
    /// The log position that it had applied by then.
    pub position: u64,
    /// When a log replica stands in for it; none where it cannot, or does already.
    pub log_at_ms: Option<u64>,
    /// Whether a log replica stands in for it.
    pub log: bool,
    /// When it is whole again; none while its zone is dark.
    pub heals_at_ms: Option<u64>,
}

/// The leader's lease.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lease {
    /// It is renewed all the time.
    #[default]
    Held,
    /// It is not renewed any more, and runs until then.
    RunsUntil(u64),
    /// It is over, and nobody leads.
    Over,
}

/// A replica group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The failed replicas, by zone.
    pub failed: [Option<Failed>; 3],
    /// The lease.
    pub lease: Lease,
}

/// What happened in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The lease of a leader that has failed, or has no quorum, is over.
    LeaseExpired,
    /// A log replica stands in for the failed replica of that zone.
    LogReplicaAdded(Zone),
    /// The replica of that zone is whole again.
    Healed(Zone),
    /// That zone's replica leads from now on.
    Elected(Zone),
}

/// When a failed replica is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repair {
    /// When a log replica stands in; none where there cannot be one.
    pub log_at_ms: Option<u64>,
    /// When it is whole again; none where that cannot be said.
    pub heals_at_ms: Option<u64>,
}

impl Group {
    /// Whether the replica of a zone is whole, so that it can be read and can lead.
    pub fn is_up(&self, zone: Zone) -> bool {
        self.failed[zone as usize].is_none()
    }

    /// Whether a zone takes part in the write quorum: with its replica, or a log replica that stands in.
    pub fn takes_log(&self, zone: Zone) -> bool {
        self.failed[zone as usize].as_ref().is_none_or(|failed| failed.log)
    }

    /// How many zones but the leader's take part in it.
    pub fn followers(&self, leader: Zone) -> u64 {
        Zone::ALL.into_iter().filter(|zone| *zone != leader && self.takes_log(*zone)).count() as u64
    }

    fn has_quorum(&self) -> bool {
        Zone::ALL.into_iter().filter(|zone| self.takes_log(*zone)).count() >= 2
    }

    /// Whether everything is as it should be.
    pub fn is_well(&self) -> bool {
        self.lease == Lease::Held && self.failed.iter().all(Option::is_none)
    }

    /// Whether a write can be acknowledged: there is a leader, and two of three have the log.
    pub fn takes_writes(&self, leader: Zone) -> bool {
        self.is_up(leader) && self.lease == Lease::Held && self.has_quorum()
    }

    /// Whether the leader answers strongly consistent reads: it must hold the lease.
    pub fn reads_strongly(&self, leader: Zone) -> bool {
        self.is_up(leader) && self.lease != Lease::Over
    }

    /// The replica of a zone fails.
    pub fn fail(
        &mut self,
        zone: Zone,
        leader: Zone,
        now_ms: u64,
        position: u64,
        repair: Repair,
        lease_ms: u64,
    ) {
        let before = self.failed[zone as usize].take();
        self.failed[zone as usize] = Some(Failed {
            since_ms: before.as_ref().map_or(now_ms, |failed| failed.since_ms),
            position: before.map_or(position, |failed| failed.position),
            log_at_ms: repair.log_at_ms,
            log: false,
            heals_at_ms: repair.heals_at_ms,
        });
        if self.lease == Lease::Held && !(self.is_up(leader) && self.has_quorum()) {
            self.lease = Lease::RunsUntil(now_ms + lease_ms);
        }
    }

    /// A failed replica is to be repaired by then, and no earlier.
    pub fn repair(&mut self, zone: Zone, repair: Repair) {
        if let Some(failed) = &mut self.failed[zone as usize] {
            failed.log_at_ms = repair.log_at_ms.filter(|_| !failed.log);
            failed.heals_at_ms = repair.heals_at_ms;
        }
    }

    /// When something next happens by itself.
    pub fn next_due_ms(&self) -> Option<u64> {
        let lease = match self.lease {
            Lease::RunsUntil(until_ms) => Some(until_ms),
            _ => None,
        };
        let repairs = self.failed.iter().flatten().flat_map(|failed| [failed.log_at_ms, failed.heals_at_ms]);
        repairs.flatten().chain(lease).min()
    }

    /// Does what is next due, if it is by `now_ms`: what happened, in order. `applied` tells how far a replica has applied the
    /// log.
    pub fn step(&mut self, leader: Zone, now_ms: u64, applied: impl Fn(Zone) -> u64) -> Option<Vec<Change>> {
        let due_ms = self.next_due_ms().filter(|due_ms| *due_ms <= now_ms)?;
        let mut changes = Vec::new();
        for zone in Zone::ALL {
            let Some(failed) = &mut self.failed[zone as usize] else { continue };
            if failed.heals_at_ms.is_some_and(|at_ms| at_ms <= due_ms) {
                self.failed[zone as usize] = None;
                changes.push(Change::Healed(zone));
            } else if failed.log_at_ms.is_some_and(|at_ms| at_ms <= due_ms) {
                (failed.log_at_ms, failed.log) = (None, true);
                changes.push(Change::LogReplicaAdded(zone));
            }
        }
        if matches!(self.lease, Lease::RunsUntil(until_ms) if until_ms <= due_ms) {
            self.lease = Lease::Over;
            changes.push(Change::LeaseExpired);
        }
        changes.extend(self.settle(leader, applied).map(Change::Elected));
        Some(changes)
    }

    /// Renews the lease where the leader can, or elects a new leader where one is wanted and there can be one: the replica
    /// that has applied the most, of equals the first.
    fn settle(&mut self, leader: Zone, applied: impl Fn(Zone) -> u64) -> Option<Zone> {
        if self.lease == Lease::Held || !self.has_quorum() {
            return None;
        }
        if self.lease != Lease::Over {
            // In time: it goes on as if nothing had been.
            self.lease = if self.is_up(leader) { Lease::Held } else { self.lease };
            return None;
        }
        let up = Zone::ALL.into_iter().filter(|zone| self.is_up(*zone));
        let next = up.max_by_key(|zone| (applied(*zone), std::cmp::Reverse(*zone)))?;
        self.lease = Lease::Held;
        Some(next)
    }

    /// When a write can be acknowledged again, as far as that can be told; now where it can be.
    pub fn takes_writes_at_ms(&self, leader: Zone, now_ms: u64) -> Option<u64> {
        let (mut ahead, mut leader, mut at_ms) = (self.clone(), leader, now_ms);
        while !ahead.takes_writes(leader) {
            at_ms = ahead.next_due_ms()?.max(at_ms);
            for change in ahead.step(leader, at_ms, |_| 0)? {
                if let Change::Elected(zone) = change {
                    leader = zone;
                }
            }
        }
        Some(at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Zone::{A, B, C};

    fn soon(now_ms: u64) -> Repair {
        Repair { log_at_ms: Some(now_ms + 5_000), heals_at_ms: Some(now_ms + 300_000) }
    }

    const NEVER: Repair = Repair { log_at_ms: None, heals_at_ms: None };

    #[test]
    fn a_failed_leader_s_lease_runs_out_before_another_leads() {
        let mut group = Group::default();
        group.fail(A, A, 1_000, 7, soon(1_000), 2_000);
        assert!(!group.takes_writes(A) && !group.reads_strongly(A) && group.is_up(B));
        assert_eq!(group.takes_writes_at_ms(A, 1_000), Some(3_000));
        assert_eq!(group.step(A, 2_999, |_| 0), None);
        // C has applied more than B.
        let applied = |zone| if zone == C { 9 } else { 8 };
        assert_eq!(group.step(A, 3_000, applied), Some(vec![Change::LeaseExpired, Change::Elected(C)]));
        assert!(group.takes_writes(C) && group.reads_strongly(C));
        assert_eq!(group.step(C, 6_000, applied), Some(vec![Change::LogReplicaAdded(A)]));
        assert!(!group.is_well());
        assert_eq!(group.step(C, 301_000, applied), Some(vec![Change::Healed(A)]));
        assert!(group.is_well());
    }

    #[test]
    fn with_two_of_three_lost_nothing_is_acknowledged_until_a_log_replica_stands_in() {
        let mut group = Group::default();
        group.fail(B, A, 1_000, 1, NEVER, 2_000);
        assert!(group.takes_writes(A), "two of three");
        group.fail(C, A, 2_000, 1, soon(2_000), 2_000);
        assert!(!group.takes_writes(A) && group.reads_strongly(A), "the lease runs on, and is not renewed");
        assert_eq!(group.step(A, 4_000, |_| 0), Some(vec![Change::LeaseExpired]));
        assert!(!group.reads_strongly(A));
        let back = group.step(A, 7_000, |_| 0);
        assert_eq!(back, Some(vec![Change::LogReplicaAdded(C), Change::Elected(A)]));
        assert!(group.takes_writes(A) && !group.is_up(C));
    }

    #[test]
    fn a_leader_that_is_back_in_time_goes_on_leading() {
        let mut group = Group::default();
        group.fail(A, A, 0, 0, NEVER, 2_000);
        group.repair(A, Repair { log_at_ms: None, heals_at_ms: Some(1_000) });
        assert_eq!(group.step(A, 1_000, |_| 0), Some(vec![Change::Healed(A)]));
        assert!(group.is_well() && group.takes_writes(A));
    }

    #[test]
    fn where_all_are_lost_for_good_nobody_can_say_when_writes_are_taken_again() {
        let mut group = Group::default();
        for zone in Zone::ALL {
            group.fail(zone, A, 0, 0, NEVER, 2_000);
        }
        assert_eq!(group.takes_writes_at_ms(A, 0), None);
        assert_eq!(group.step(A, 2_000, |_| 0), Some(vec![Change::LeaseExpired]));
        assert_eq!(group.next_due_ms(), None);
    }
}
