//! The heat as the worker counts it, and the traffic that runs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use engine::insight::{HeatHistory, HeatReport, RowId};
use engine::timeline::{Event, PartitionId, Target};

use super::reducible;
use crate::protocol::traffic::{TrafficSecond, TrafficState};

/// How many seconds of the traffic's own counts are kept: one hour.
pub const KEEP_SECONDS: usize = 3600;
/// How many of the branch's events are kept.
pub const KEEP_EVENTS: usize = 1000;

/// The heat.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatLog {
    /// What the worker counted, aged as it aged it.
    pub history: Rc<HeatHistory>,
    /// The traffic whose copy of the workspace is there.
    pub traffic: Option<TrafficState>,
    /// What the traffic that runs, or ran last, came to, by second of the epoch.
    pub seconds: BTreeMap<u64, TrafficSecond>,
    /// How many the traffic that runs left out, since the machine is too slow for its rate.
    pub skipped: u64,
    /// What was rare and happened in the traffic's branch, oldest first.
    pub branch: VecDeque<Rc<Event>>,
}

/// The rows of a table or index: those whose opening was heard, and those of the partitions that are listed of it.
pub fn rows_of(history: &HeatHistory, target: &Target, listed: &[PartitionId]) -> BTreeSet<RowId> {
    let rows = history.rows();
    let known = rows.all().iter().filter(|row| row.target.as_ref() == Some(target)).map(|row| row.row);
    known.chain(listed.iter().filter_map(|partition| rows.row_of(*partition))).collect()
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum HeatAction {
    /// The worker reports.
    Heard {
        /// What it counted anew.
        report: HeatReport,
        /// The traffic whose copy of the workspace is there.
        traffic: Option<TrafficState>,
        /// What it came to, by second: the seconds that are not as they were.
        seconds: Vec<(u64, TrafficSecond)>,
        /// Its requests that were left out since.
        skipped: u64,
    },
    /// Something rare happened in the traffic's branch.
    Happened(Vec<Event>),
    /// Another workspace was opened.
    Clear,
}

impl HeatLog {
    /// The traffic, while it sends requests or will.
    pub fn running(&self) -> Option<&TrafficState> {
        self.traffic.as_ref().filter(|traffic| traffic.is_running())
    }

    /// The transition.
    pub fn apply(&mut self, action: HeatAction) {
        match action {
            HeatAction::Heard { report, traffic, seconds, skipped } => {
                let run = |traffic: &Option<TrafficState>| traffic.as_ref().map(|traffic| traffic.run);
                if traffic.is_some() && run(&self.traffic) != run(&traffic) {
                    self.skipped = 0;
                    self.seconds.clear();
                    self.branch.clear();
                }
                self.traffic = traffic;
                self.skipped += skipped;
                self.seconds.extend(seconds);
                while self.seconds.len() > KEEP_SECONDS {
                    self.seconds.pop_first();
                }
                Rc::make_mut(&mut self.history).absorb(report);
            }
            HeatAction::Happened(events) => {
                self.branch.extend(events.into_iter().map(Rc::new));
                self.branch.drain(..self.branch.len().saturating_sub(KEEP_EVENTS));
            }
            HeatAction::Clear => *self = HeatLog::default(),
        }
    }
}

reducible!(HeatLog, HeatAction);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::traffic::TrafficPhase;
    use engine::insight::HeatColumn;

    #[test]
    fn a_column_replaces_what_it_covers_and_counts_add_up() {
        let mut heat = HeatLog::default();
        let heard = |columns: Vec<HeatColumn>, oldest| HeatAction::Heard {
            report: HeatReport { oldest, columns, ..HeatReport::default() },
            traffic: None,
            seconds: Vec::new(),
            skipped: 3,
        };
        heat.apply(heard((0..130).map(|second| HeatColumn::new(second, 1)).collect(), 0));
        heat.apply(heard(vec![HeatColumn::new(60, 60)], 3));
        assert_eq!(heat.skipped, 6);
        assert_eq!(heat.history.columns().len(), 57 + 1 + 10);
        assert_eq!((heat.history.oldest(), heat.history.newest()), (Some(3), Some(129)));
        let around: Vec<u64> = heat.history.between(58, 62).map(|column| column.second).collect();
        assert_eq!(around, [58, 59, 60]);
    }

    #[test]
    fn a_second_of_the_traffic_is_replaced_by_what_it_came_to_and_other_traffic_begins_anew() {
        let mut heat = HeatLog::default();
        let mut heard = |run: Option<u64>, sent: &[(u64, u64)]| {
            let traffic = run.map(|run| TrafficState {
                run,
                name: "n".into(),
                tables: Vec::new(),
                phase: TrafficPhase::Running,
                rate: sent.len() as u64,
                clients: (1, 1),
                started_ms: 0,
                now_ms: 0,
                ends_ms: None,
            });
            let second = |sent| TrafficSecond { sent, ..TrafficSecond::default() };
            let seconds = sent.iter().map(|(at, sent)| (*at, second(*sent))).collect();
            heat.apply(HeatAction::Heard { report: HeatReport::default(), traffic, seconds, skipped: 2 });
            let sent = heat.seconds.iter().map(|(at, second)| (*at, second.sent)).collect::<Vec<_>>();
            (sent, heat.skipped)
        };
        heard(Some(1), &[(7, 4)]);
        assert_eq!(heard(Some(1), &[(7, 10), (8, 1)]), (vec![(7, 10), (8, 1)], 4));
        assert_eq!(heard(None, &[]).0, [(7, 10), (8, 1)]);
        assert_eq!(heard(Some(2), &[(8, 3)]), (vec![(8, 3)], 2));
    }
}
