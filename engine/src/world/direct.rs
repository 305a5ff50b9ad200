//! The direct door: requests that are decoded and checked already, for simulated traffic.
//!
//! Owns how they come in. Behind the door they are the requests of [`World::execute`]: the same admission, the same access,
//! the same timeline.

use super::{Outcome, World};
use crate::engine::Engine;
use crate::error::ApiError;
use crate::operation::direct::Direct;
use crate::table::Table;
use crate::timeline::Detail;

impl World {
    /// A copy that goes its own way: nothing of it comes into a journal, and it is never wound back. It is thrown away at the
    /// end, or kept by its snapshot.
    pub fn branch(&self) -> World {
        let mut branch = self.clone();
        branch.volatile.clear();
        branch.engines.values_mut().for_each(Engine::leave_journal);
        branch
    }

    /// The table of that name in a region.
    pub fn schema(&self, region: &str, table: &str) -> Option<&Table> {
        Some(&self.engines.get(region)?.region().tables.get(table)?.saved.table)
    }

    /// Reads and checks a request that is to be carried out many times; none where its operation comes in by
    /// [`World::execute_with`] alone.
    pub fn prepare(
        &mut self,
        region: &str,
        operation: &str,
        request: &[u8],
    ) -> Result<Option<Direct>, ApiError> {
        Direct::read(self.engine(region).region(), operation, request)
    }

    /// Carries out a prepared request with the values that it has now: what [`World::execute_with`] does with their JSON,
    /// but that the response is empty where nobody hears it.
    pub fn perform(&mut self, region: &str, now_ms: u64, detail: Detail, request: &mut Direct) -> Outcome {
        let mut outcome = Outcome::default();
        self.engine(region);
        self.catch_up(now_ms, &mut outcome);
        self.tell_outages(region);
        let executed = self.in_turn(region, |engine| engine.perform(now_ms, detail, request));
        let done = executed.response.is_ok();
        outcome.response = self.note(region, executed, &mut outcome);
        if done {
            self.catch_up(now_ms, &mut outcome);
        }
        outcome
    }
}
