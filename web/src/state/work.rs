//! Long work on a whole workspace: one at a time, seen from every page.

use super::reducible;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Work {
    /// Nothing is under way.
    #[default]
    Idle,
    /// Under way.
    Running {
        /// The number by which it can be stopped.
        id: u64,
        /// What is being done: `Exporting Orders`.
        label: String,
        /// How much is done…
        done: u64,
        /// …of how much, in percent of a whole where that is not known.
        total: u64,
    },
    /// It failed, and left nothing.
    Failed {
        /// What was not done: `orders.dynascope was not imported.`
        title: String,
        /// Why.
        reason: String,
    },
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum WorkAction {
    /// It begins, under that number.
    Started(u64, String),
    /// So much of so much is done, of that number's.
    Progress(u64, u64, u64),
    /// It failed.
    Failed(String, String),
    /// It is over, or what failed was read.
    Ended,
}

impl Work {
    /// Whether something is under way.
    pub fn is_busy(&self) -> bool {
        matches!(self, Work::Running { .. })
    }

    /// The transition.
    pub fn apply(&mut self, action: WorkAction) {
        match action {
            WorkAction::Started(id, label) => *self = Work::Running { id, label, done: 0, total: 0 },
            WorkAction::Progress(of, now, whole) => {
                if let Work::Running { id, done, total, .. } = self
                    && *id == of
                {
                    (*done, *total) = (now, whole);
                }
            }
            WorkAction::Failed(title, reason) => *self = Work::Failed { title, reason },
            WorkAction::Ended => *self = Work::Idle,
        }
    }
}

reducible!(Work, WorkAction);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_of_what_is_over_changes_nothing() {
        let mut work = Work::default();
        work.apply(WorkAction::Started(4, "Exporting Orders".into()));
        work.apply(WorkAction::Progress(3, 1, 2));
        assert_eq!(work, Work::Running { id: 4, label: "Exporting Orders".into(), done: 0, total: 0 });
        work.apply(WorkAction::Progress(4, 1, 2));
        assert!(matches!(work, Work::Running { done: 1, total: 2, .. }) && work.is_busy());
        work.apply(WorkAction::Ended);
        work.apply(WorkAction::Progress(4, 2, 2));
        assert_eq!(work, Work::Idle);
    }
}
