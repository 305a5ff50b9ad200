//! The newest seconds of heat, and the traffic that runs.

use std::collections::BTreeMap;
use std::rc::Rc;

use engine::insight::HeatColumn;

use super::reducible;
use crate::protocol::Traffic;

/// How many seconds are kept: one hour.
pub const KEEP_SECONDS: usize = 3600;

/// The heat.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatLog {
    /// By second of the epoch.
    pub columns: BTreeMap<u64, Rc<HeatColumn>>,
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
    /// The worker counted these seconds anew.
    Heard {
        /// The seconds.
        columns: Vec<HeatColumn>,
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
            HeatAction::Heard { columns, traffic, sent, skipped } => {
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
                self.columns.extend(columns.into_iter().map(|column| (column.second, Rc::new(column))));
                while self.columns.len() > KEEP_SECONDS {
                    self.columns.pop_first();
                }
            }
            HeatAction::Clear => *self = HeatLog::default(),
        }
    }
}

reducible!(HeatLog, HeatAction);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_replaces_itself_and_the_oldest_go() {
        let column = |second| HeatColumn { second, cells: Vec::new() };
        let mut heat = HeatLog::default();
        let heard = |columns, sent: &[(u64, u64)]| HeatAction::Heard {
            columns,
            traffic: None,
            sent: sent.to_vec(),
            skipped: 3,
        };
        heat.apply(heard((0..KEEP_SECONDS as u64 + 5).map(column).collect(), &[(7, 10)]));
        heat.apply(heard(vec![column(KEEP_SECONDS as u64)], &[(7, 5), (8, 1)]));
        assert_eq!((heat.sent[&7], heat.sent[&8], heat.skipped, heat.reports), (15, 1, 6, 2));
        assert_eq!(heat.columns.len(), KEEP_SECONDS);
        assert_eq!(heat.columns.first_key_value().map(|(second, _)| *second), Some(5));
    }
}
