//! A whole region that is dark, and what a strong global table can do without it.
//!
//! Owns the switch and the quorum of a table whose consistency is STRONG: two of its three members. Never sees another region: `world`
//! tells which are dark, and keeps what would arrive there or leave.
//!
//! Follows [Multi-region strong consistency](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html):
//! one region may fail, the others go on; a region alone takes no write and answers no strongly consistent read. Modelled: the
//! service does not publish what a client of a dark region is told.

use crate::error::{Result, internal_failure};
use crate::store::{Space, Store};
use crate::table::Table;
use crate::timeline::EventKind;

use super::Context;
use super::region::Region;

/// Where it stands in [`Space::Simulation`] that the region is dark.
const OUT: &[u8] = b"out";

/// Whether the stored region is dark.
pub(super) fn is_saved(store: &Store) -> bool {
    store.get(Space::Simulation, OUT).is_some()
}

impl Region {
    /// Whether the region is dark: it answers nobody, nothing arrives and nothing leaves.
    pub fn is_out(&self) -> bool {
        self.out
    }

    /// Lets the region go dark, or light up again, and saves it.
    pub fn set_out(&mut self, context: &mut Context, out: bool) {
        self.out = out;
        self.store.write(Space::Simulation, OUT, out.then(Vec::new), context.now_ms);
        context.pass(self);
        context.record(EventKind::RegionChanged { name: self.settings.region.clone(), dark: out });
    }
}

/// Refuses what a strong global table cannot do where it reaches less than two of its three members.
pub(super) fn check_quorum(region: &Region, table: &Table) -> Result<()> {
    if region.unreachable.is_empty() {
        return Ok(());
    }
    let Some(global) = table.global.as_ref().filter(|global| global.strong) else { return Ok(()) };
    let replicas = global.replicas.iter().filter(|one| one.status.takes_writes()).map(|one| &one.region);
    let witness = global.witness.iter().filter(|(_, status, _)| status.takes_writes()).map(|(name, ..)| name);
    let reached = replicas.chain(witness).filter(|name| !region.unreachable.contains(*name)).count();
    match reached {
        0 => Err(internal_failure()),
        _ => Ok(()),
    }
}
