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
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum HeatAction {
    /// The worker counted these seconds anew.
    Heard(Vec<HeatColumn>, Option<Traffic>),
    /// Another workspace was opened.
    Clear,
}

impl HeatLog {
    /// The transition.
    pub fn apply(&mut self, action: HeatAction) {
        match action {
            HeatAction::Heard(columns, traffic) => {
                self.traffic = traffic;
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
        heat.apply(HeatAction::Heard((0..KEEP_SECONDS as u64 + 5).map(column).collect(), None));
        heat.apply(HeatAction::Heard(vec![column(KEEP_SECONDS as u64)], None));
        assert_eq!(heat.columns.len(), KEEP_SECONDS);
        assert_eq!(heat.columns.first_key_value().map(|(second, _)| *second), Some(5));
    }
}
