//! How far a migration into a new table is: one at a time, seen from every page.
//!
//! - `plan` what it is, what its steps send, what it has done

pub mod plan;

use std::rc::Rc;

use super::reducible;
use crate::protocol::ClientError;
use plan::{Compared, Counts, Plan, Step};
use serde::{Deserialize, Serialize};

/// What a migration has made in a workspace; kept beside it while it is under way, so that what a closed tab left can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The old table.
    pub from: String,
    /// The new one, which it has made.
    pub to: String,
    /// Whether it has begun a stream on the old one.
    pub stream: bool,
}

/// Where a migration stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// There is none.
    #[default]
    Idle,
    /// A step is under way.
    At(Step),
    /// Both tables are being compared.
    Comparing,
    /// What it made is being taken back.
    TakingBack,
    /// A step failed.
    Failed(Step, ClientError),
    /// It is over: the new table is whole.
    Done,
    /// A tab that is gone, or a connection, has left it; at this step, where it can be gone on with.
    Left(Mark, Option<Step>),
    /// Another tab is at it.
    Elsewhere(Mark),
}

/// How far one came that was left, where that was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Halted {
    /// What it is.
    pub plan: Rc<Plan>,
    /// The step that is not done.
    pub at: Step,
    /// How many items the old table had at the beginning.
    pub total: u64,
    /// What was done.
    pub counts: Counts,
}

/// A migration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Migration {
    /// What it is.
    pub plan: Option<Rc<Plan>>,
    /// Where it stands.
    pub phase: Phase,
    /// What it has done.
    pub counts: Counts,
    /// Whether its reader found nothing more when it last looked.
    pub caught_up: bool,
    /// What the newest comparison found.
    pub compared: Option<Compared>,
    /// How many items the old table had at the beginning.
    pub total: u64,
    /// Whether taking it back was begun: then it cannot be gone on with.
    pub undone: bool,
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum MigrationAction {
    /// It begins; the old table has so many items.
    Begun(Rc<Plan>, u64),
    /// It is at that step, or goes on with it.
    At(Step),
    /// It has done so much.
    Counted(Counts),
    /// It has done so much, and found nothing more, or there may be more.
    Followed(Counts, bool),
    /// Both tables are being compared.
    Comparing,
    /// They were.
    Compared(Compared),
    /// What it made is being taken back.
    TakingBack,
    /// It failed.
    Failed(ClientError),
    /// It is over.
    Done,
    /// A tab that is gone, or a connection, has left one: [`Migration::left`].
    Left(Box<Migration>),
    /// Another tab is at one.
    Elsewhere(Mark),
    /// There is none any more.
    Forget,
}

impl Migration {
    /// Whether requests of it are under way.
    pub fn is_busy(&self) -> bool {
        matches!(self.phase, Phase::At(_) | Phase::Comparing | Phase::TakingBack)
    }

    /// The step that it is at, or stopped at.
    pub fn step(&self) -> Option<Step> {
        match &self.phase {
            Phase::At(step) | Phase::Failed(step, _) => Some(*step),
            Phase::Comparing => Some(Step::Follow),
            Phase::Idle | Phase::TakingBack | Phase::Done | Phase::Left(..) | Phase::Elsewhere(_) => None,
        }
    }

    /// The step that failed, or was left, and can be gone on with.
    pub fn failed_at(&self) -> Option<Step> {
        match self.phase {
            Phase::Failed(step, _) if !self.undone && self.plan.is_some() => Some(step),
            Phase::Left(_, step) => step,
            _ => None,
        }
    }

    /// One that a tab has left; it can be gone on with where it is known how far it came.
    pub fn left(mark: Mark, halted: Option<Halted>) -> Migration {
        let Some(Halted { plan, at, total, counts }) = halted else {
            return Migration { phase: Phase::Left(mark, None), ..Migration::default() };
        };
        let phase = Phase::Left(mark, Some(at));
        Migration { plan: Some(plan), phase, total, counts, ..Migration::default() }
    }

    /// The transition.
    pub fn apply(&mut self, action: MigrationAction) {
        match action {
            MigrationAction::Begun(plan, total) => {
                *self = Migration {
                    plan: Some(plan),
                    phase: Phase::At(Step::Make),
                    total,
                    ..Migration::default()
                };
            }
            MigrationAction::At(step) => self.phase = Phase::At(step),
            MigrationAction::Counted(counts) => self.counts = counts,
            MigrationAction::Followed(counts, caught_up) => {
                // What was compared is of before.
                if counts.carried != self.counts.carried {
                    self.compared = None;
                }
                (self.counts, self.caught_up) = (counts, caught_up);
            }
            MigrationAction::Comparing => self.phase = Phase::Comparing,
            MigrationAction::Compared(found) => {
                self.compared = Some(found);
                self.phase = Phase::At(Step::Follow);
            }
            MigrationAction::TakingBack => {
                self.phase = Phase::TakingBack;
                self.undone = true;
            }
            MigrationAction::Failed(error) => {
                self.phase = Phase::Failed(self.step().unwrap_or(Step::Make), error);
            }
            MigrationAction::Done => self.phase = Phase::Done,
            MigrationAction::Left(left) => *self = *left,
            MigrationAction::Elsewhere(mark) => {
                *self = Migration { phase: Phase::Elsewhere(mark), ..Migration::default() };
            }
            MigrationAction::Forget => *self = Migration::default(),
        }
    }
}

reducible!(Migration, MigrationAction);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::state::tables::TableDescription;

    fn plan() -> Rc<Plan> {
        let keys = json!([{ "AttributeName": "id", "KeyType": "HASH" }]);
        let table =
            TableDescription::read(&json!({ "TableName": "Orders", "KeySchema": keys })).expect("a table");
        let create = json!({ "TableName": "Orders-v2", "KeySchema": keys });
        Rc::new(Plan::new(&table, create, Some("ttl".into()), Vec::new()).expect("a plan"))
    }

    #[test]
    fn what_another_tab_is_at_is_neither_gone_on_with_nor_of_this_one() {
        let mut migration = Migration::default();
        migration.apply(MigrationAction::Begun(plan(), 7));
        let mark = Mark { from: "Orders".into(), to: "Orders-v2".into(), stream: true };
        migration.apply(MigrationAction::Elsewhere(mark.clone()));
        assert_eq!((migration.is_busy(), migration.step(), migration.failed_at()), (false, None, None));
        assert_eq!((&migration.phase, migration.plan.is_none()), (&Phase::Elsewhere(mark), true));
    }

    #[test]
    fn it_goes_step_by_step_and_a_failure_is_of_its_step() {
        let mut migration = Migration::default();
        migration.apply(MigrationAction::Begun(plan(), 7));
        assert_eq!((migration.step(), migration.is_busy()), (Some(Step::Make), true));
        migration.apply(MigrationAction::At(Step::Copy));
        migration.apply(MigrationAction::Counted(Counts { copied: 5, ..Counts::default() }));
        migration.apply(MigrationAction::At(Step::Follow));
        migration.apply(MigrationAction::Comparing);
        migration.apply(MigrationAction::Compared(Compared { same: 5, ..Compared::default() }));
        assert!(migration.compared.as_ref().is_some_and(Compared::is_same));
        migration
            .apply(MigrationAction::Followed(Counts { copied: 5, carried: 1, ..Counts::default() }, true));
        assert_eq!((migration.compared.is_none(), migration.caught_up), (true, true), "that was before");
        let error = ClientError::Storage { message: "full".into() };
        migration.apply(MigrationAction::Failed(error.clone()));
        assert_eq!(migration.phase, Phase::Failed(Step::Follow, error.clone()));
        assert_eq!(migration.failed_at(), Some(Step::Follow));
        migration.apply(MigrationAction::At(Step::Follow));
        assert_eq!((migration.failed_at(), migration.counts.copied, migration.is_busy()), (None, 5, true));
        migration.apply(MigrationAction::TakingBack);
        migration.apply(MigrationAction::Failed(error));
        assert_eq!(migration.failed_at(), None, "what is being taken back is not gone on with");
        migration.apply(MigrationAction::Forget);
        assert_eq!(migration, Migration::default());
    }

    #[test]
    fn what_a_tab_has_left_is_gone_on_with_where_it_is_known_how_far_it_came() {
        let mark = Mark { from: "Orders".into(), to: "Orders-v2".into(), stream: true };
        let mut migration = Migration::left(mark.clone(), None);
        assert_eq!((migration.failed_at(), migration.plan.is_none()), (None, true));
        let counts = Counts { copied: 5, ..Counts::default() };
        let halted = Halted { plan: plan(), at: Step::Copy, total: 9, counts };
        migration.apply(MigrationAction::Left(Box::new(Migration::left(mark, Some(halted)))));
        assert_eq!((migration.failed_at(), migration.total), (Some(Step::Copy), 9));
        migration.apply(MigrationAction::At(Step::Copy));
        assert_eq!((migration.is_busy(), migration.counts.copied), (true, 5));
    }

    #[test]
    fn every_step_says_what_it_sends() {
        let steps = plan().steps();
        let sent: Vec<&str> = steps.iter().flat_map(|line| line.sent.iter().map(|(name, _)| *name)).collect();
        assert_eq!(
            sent,
            [
                "CreateTable",
                "UpdateTimeToLive",
                "UpdateTable",
                "DescribeStream",
                "GetShardIterator",
                "Scan",
                "BatchWriteItem",
                "GetRecords",
                "BatchWriteItem",
                "UpdateTable",
            ]
        );
        assert!(steps.windows(2).all(|two| two[0].step < two[1].step));
    }
}
