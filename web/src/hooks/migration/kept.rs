//! How far a migration came, kept beside its mark: a reload, a closed tab or a lost connection ends it, and it is gone on with from there.
//!
//! Owns the form in which that is kept: the plan, the step that is not done, and what was reached. No credential is in it. What cannot be
//! read, of an older form, is as if it were not there: what the mark names can be taken back all the same.

use std::cell::Cell;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::client::migration::Reached;
use crate::hooks::browser::{forget, saved, set_saved};
use crate::state::migration::plan::{Plan, Step};
use crate::state::migration::{Halted, Mark, Migration, MigrationAction};

#[derive(Serialize, Deserialize)]
struct Kept<P, R> {
    plan: P,
    at: Step,
    total: u64,
    reached: R,
}

fn key(scope: &str) -> String {
    format!("migrated:{scope}")
}

/// Keeps how far it came.
pub(super) fn keep(scope: &str, plan: &Plan, at: Step, total: u64, reached: &Reached) {
    if let Ok(text) = serde_json::to_string(&Kept { plan, at, total, reached }) {
        set_saved(&key(scope), &text);
    }
}

/// Forgets it: it is done, or is taken back.
pub(super) fn forget_it(scope: &str) {
    forget(&key(scope));
}

/// What the mark tells of, and how far it came; the latter goes where it is gone on with.
pub(super) fn left(scope: &str, mark: Mark, stopped: &Cell<Reached>) -> MigrationAction {
    let kept = saved(&key(scope)).and_then(|text| serde_json::from_str::<Kept<Plan, Reached>>(&text).ok());
    let halted = kept.filter(|kept| kept.plan.to == mark.to && kept.plan.from == mark.from).map(|kept| {
        let Kept { plan, at, total, reached } = kept;
        let counts = reached.counts().clone();
        stopped.set(reached);
        Halted { plan: Rc::new(plan), at, total, counts }
    });
    MigrationAction::Left(Box::new(Migration::left(mark, halted)))
}
