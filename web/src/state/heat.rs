//! The heat as the worker counts it, and the traffic that runs.

use std::collections::BTreeMap;
use std::rc::Rc;

use engine::insight::{HeatHistory, HeatReport};

use super::reducible;
use crate::protocol::Traffic;

/// How many seconds of the traffic's own counts are kept: one hour.
pub const KEEP_SECONDS: usize = 3600;

/// The heat.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatLog {
    /// What the worker counted, aged as it aged it.
    pub history: Rc<HeatHistory>,
    /// The traffic that is running.
    pub traffic: Option<Traffic>,
    /// How many requests the traffic sent, by second of the epoch.
    pub sent: BTreeMap<u64, u64>,
    /// How many the traffic that runs left out, since the machine is too slow for its rate.
    pub skipped: u64,
    /// How often the worker was heard: an order to start or stop is answered by the next report.
    pub reports: u64,
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum HeatAction {
    /// The worker reports.
    Heard {
        /// What it counted anew.
        report: HeatReport,
        /// The traffic that is running.
        traffic: Option<Traffic>,
        /// Its requests since the last report, by second.
        sent: Vec<(u64, u64)>,
        /// Its requests that were left out since.
        skipped: u64,
    },
    /// Another workspace was opened.
    Clear,
}

impl HeatLog {
    /// The transition.
    pub fn apply(&mut self, action: HeatAction) {
        match action {
            HeatAction::Heard { report, traffic, sent, skipped } => {
                if self.traffic != traffic {
                    self.skipped = 0;
                }
                self.traffic = traffic;
                self.skipped += skipped;
                self.reports += 1;
                for (second, count) in sent {
                    *self.sent.entry(second).or_default() += count;
                }
                while self.sent.len() > KEEP_SECONDS {
                    self.sent.pop_first();
                }
                Rc::make_mut(&mut self.history).absorb(report);
            }
            HeatAction::Clear => *self = HeatLog::default(),
        }
    }
}

reducible!(HeatLog, HeatAction);

#[cfg(test)]
mod tests {
    use super::*;
    use engine::insight::HeatColumn;

    #[test]
    fn a_column_replaces_what_it_covers_and_counts_add_up() {
        let mut heat = HeatLog::default();
        let heard = |columns: Vec<HeatColumn>, oldest, sent: &[(u64, u64)]| HeatAction::Heard {
            report: HeatReport { oldest, columns, ..HeatReport::default() },
            traffic: None,
            sent: sent.to_vec(),
            skipped: 3,
        };
        heat.apply(heard((0..130).map(|second| HeatColumn::new(second, 1)).collect(), 0, &[(7, 10)]));
        heat.apply(heard(vec![HeatColumn::new(60, 60)], 3, &[(7, 5), (8, 1)]));
        assert_eq!((heat.sent[&7], heat.sent[&8], heat.skipped, heat.reports), (15, 1, 6, 2));
        assert_eq!(heat.history.columns().len(), 57 + 1 + 10);
        assert_eq!((heat.history.oldest(), heat.history.newest()), (Some(3), Some(129)));
        let around: Vec<u64> = heat.history.between(58, 62).map(|column| column.second).collect();
        assert_eq!(around, [58, 59, 60]);
    }
}
