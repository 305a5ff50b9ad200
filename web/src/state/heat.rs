//! The heat as the worker counts it, and the traffic that runs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use engine::insight::{HeatHistory, HeatReport, RowId};
use engine::timeline::{Event, PartitionId, Target};

use super::reducible;
use crate::protocol::traffic::{SideReport, TrafficSecond, TrafficState, Workload};

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
    /// The recipes that are kept with the workspace, the last used first.
    pub recipes: Rc<Vec<Workload>>,
    /// Two designs that are compared.
    pub compared: Option<[Side; 2]>,
    /// Two designs that another page proposes to compare, and how they came about.
    pub proposed: Option<Rc<Proposal>>,
}

/// Two designs to compare.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// What it is about, in a sentence.
    pub about: String,
    /// Both.
    pub sides: [Workload; 2],
}

/// One of two designs that are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Its heat.
    pub history: Rc<HeatHistory>,
    /// How it stands.
    pub traffic: TrafficState,
    /// What it came to, by second of the epoch.
    pub seconds: BTreeMap<u64, TrafficSecond>,
    /// The items that it began with.
    pub items: u64,
    /// The workspace's items that are none of its design.
    pub left_out: u64,
}

impl Side {
    fn hear(before: Option<Side>, heard: SideReport) -> Side {
        let before = before.filter(|side| side.traffic.run == heard.traffic.run);
        let (mut history, mut seconds) = before.map(|side| (side.history, side.seconds)).unwrap_or_default();
        Rc::make_mut(&mut history).absorb(heard.report);
        add_seconds(&mut seconds, heard.seconds);
        let SideReport { traffic, items, left_out, .. } = heard;
        Side { history, traffic, seconds, items, left_out }
    }
}

/// Takes over what is new, and lets the oldest go.
fn add_seconds(seconds: &mut BTreeMap<u64, TrafficSecond>, new: Vec<(u64, TrafficSecond)>) {
    seconds.extend(new);
    while seconds.len() > KEEP_SECONDS {
        seconds.pop_first();
    }
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
        traffic: Option<Box<TrafficState>>,
        /// What it came to, by second: the seconds that are not as they were.
        seconds: Vec<(u64, TrafficSecond)>,
        /// Its requests that were left out since.
        skipped: u64,
        /// Whether two designs are being compared.
        comparing: bool,
    },
    /// The worker reports of two designs.
    Compared(Box<[SideReport; 2]>),
    /// These recipes are kept with the workspace.
    Recipes(Vec<Workload>),
    /// A page proposes to compare two designs.
    Propose(Rc<Proposal>),
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
            HeatAction::Heard { report, traffic, seconds, skipped, comparing } => {
                if !comparing {
                    self.compared = None;
                }
                let traffic = traffic.map(|traffic| *traffic);
                let run = |traffic: &Option<TrafficState>| traffic.as_ref().map(|traffic| traffic.run);
                if traffic.is_some() && run(&self.traffic) != run(&traffic) {
                    self.skipped = 0;
                    self.seconds.clear();
                    self.branch.clear();
                }
                self.traffic = traffic;
                self.skipped += skipped;
                add_seconds(&mut self.seconds, seconds);
                Rc::make_mut(&mut self.history).absorb(report);
            }
            HeatAction::Happened(events) => {
                self.branch.extend(events.into_iter().map(Rc::new));
                self.branch.drain(..self.branch.len().saturating_sub(KEEP_EVENTS));
            }
            HeatAction::Compared(sides) => {
                let [first, second] = *sides;
                let (one, other) = self.compared.take().map_or((None, None), |[a, b]| (Some(a), Some(b)));
                self.compared = Some([Side::hear(one, first), Side::hear(other, second)]);
            }
            HeatAction::Recipes(recipes) => self.recipes = Rc::new(recipes),
            HeatAction::Propose(proposal) => self.proposed = Some(proposal),
            HeatAction::Clear => *self = HeatLog::default(),
        }
    }
}

reducible!(HeatLog, HeatAction);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::traffic::{TrafficFigures, TrafficPhase};
    use engine::insight::HeatColumn;

    fn state(run: u64, rate: u64) -> TrafficState {
        TrafficState {
            run,
            name: "n".into(),
            tables: Vec::new(),
            phase: TrafficPhase::Running,
            rate,
            clients: (1, 1),
            started_ms: 0,
            now_ms: 0,
            ends_ms: None,
            changes_since: 0,
            figures: TrafficFigures::default(),
        }
    }

    #[test]
    fn two_designs_are_heard_side_by_side_until_nothing_is_compared() {
        let mut heat = HeatLog::default();
        let report = |run, second, sent| SideReport {
            report: HeatReport { columns: vec![HeatColumn::new(second, 1)], ..HeatReport::default() },
            traffic: state(run, 1),
            seconds: vec![(second, TrafficSecond { sent, ..TrafficSecond::default() })],
            items: 0,
            left_out: 0,
        };
        let mut hear = |run, second| {
            heat.apply(HeatAction::Compared(Box::new([report(run, second, 1), report(run, second, 2)])));
            let sides = heat.compared.clone().expect("two");
            sides.map(|side| {
                (side.history.newest(), side.seconds.values().map(|second| second.sent).sum::<u64>())
            })
        };
        assert_eq!(hear(1, 7), [(Some(7), 1), (Some(7), 2)]);
        assert_eq!(hear(1, 8), [(Some(8), 2), (Some(8), 4)]);
        assert_eq!(hear(2, 9), [(Some(9), 1), (Some(9), 2)], "another comparison begins anew");
        let report = HeatReport::default();
        heat.apply(HeatAction::Heard {
            report,
            traffic: None,
            seconds: Vec::new(),
            skipped: 0,
            comparing: false,
        });
        assert_eq!(heat.compared, None);
    }

    #[test]
    fn a_column_replaces_what_it_covers_and_counts_add_up() {
        let mut heat = HeatLog::default();
        let heard = |columns: Vec<HeatColumn>, oldest| HeatAction::Heard {
            report: HeatReport { oldest, columns, ..HeatReport::default() },
            traffic: None,
            seconds: Vec::new(),
            skipped: 3,
            comparing: false,
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
            let traffic = run.map(|run| Box::new(state(run, sent.len() as u64)));
            let second = |sent| TrafficSecond { sent, ..TrafficSecond::default() };
            let seconds = sent.iter().map(|(at, sent)| (*at, second(*sent))).collect();
            let report = HeatReport::default();
            heat.apply(HeatAction::Heard { report, traffic, seconds, skipped: 2, comparing: false });
            let sent = heat.seconds.iter().map(|(at, second)| (*at, second.sent)).collect::<Vec<_>>();
            (sent, heat.skipped)
        };
        heard(Some(1), &[(7, 4)]);
        assert_eq!(heard(Some(1), &[(7, 10), (8, 1)]), (vec![(7, 10), (8, 1)], 4));
        assert_eq!(heard(None, &[]).0, [(7, 10), (8, 1)]);
        assert_eq!(heard(Some(2), &[(8, 3)]), (vec![(8, 3)], 2));
    }
}
