//! The region as it is at one event in the middle of a call.
//!
//! Owns the look that time travel takes: a call is done again with a [`Probe`], and wherever a change has just been made and is
//! about to be told, [`Context::pass`] says so. The last such place at or before the wanted event is kept. Never changes
//! anything, and costs a call that nobody probes one comparison at each such place.

use super::{Context, Region};
use crate::cluster::Replicas;

/// What is looked for, while a call is done again.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The event's number.
    pub wanted: u64,
    /// Where the log stood before the call.
    pub start: u64,
    /// The number that the first event of the context has.
    first: u64,
    seen: Option<Box<Seen>>,
}

/// A region in the middle of a call.
#[derive(Clone, Debug)]
pub struct Seen {
    /// All but what is stored.
    region: Region,
    /// Where the log stands.
    position: u64,
    /// The writes that followers lack ([`crate::store::Store::recent`]).
    recent: Vec<u8>,
    /// What leads back to before the call.
    pub back: Vec<u8>,
}

impl Probe {
    /// A probe for an event, of a call before which the log stands there.
    pub fn new(wanted: u64, start: u64) -> Probe {
        Probe { wanted, start, first: 0, seen: None }
    }
}

impl Context {
    /// Begins to look, where there is a probe; `first` is the number that the context's first event has.
    pub fn watch_for(&mut self, probe: Option<Box<Probe>>, first: u64) {
        self.probe = probe.map(|probe| Box::new(Probe { first, ..*probe }));
    }

    /// Looks no more, and gives the probe back.
    pub fn take_probe(&mut self) -> Option<Box<Probe>> {
        self.probe.take()
    }

    /// Whether somebody looks at the call from its middle.
    pub fn is_probed(&self) -> bool {
        self.probe.is_some()
    }

    /// A change has been made, and the next event tells it.
    pub fn pass(&mut self, region: &Region) {
        self.pass_since(self.events.len(), region);
    }

    /// Changes have been made that the events behind so many tell together.
    pub fn pass_since(&mut self, told: usize, region: &Region) {
        if self.probe.is_some() {
            self.see(told as u64, region);
        }
    }

    fn see(&mut self, told: u64, region: &Region) {
        let Some(probe) = &mut self.probe else { return };
        if probe.first + told <= probe.wanted {
            let mut seen = region.without_store();
            seen.counters.now_ms = self.now_ms;
            seen.counters.events = probe.first + told - 1;
            probe.keep(seen, region);
        }
    }
}

impl Probe {
    fn keep(&mut self, seen: Region, region: &Region) {
        let position = region.store.position();
        let recent = region.recent();
        let back = region.store.replaced_since(self.start);
        self.seen = Some(Box::new(Seen { region: seen, position, recent, back }));
    }

    /// The wanted event happens in another region, now: this one is kept as it is, whatever comes.
    pub fn see(&mut self, region: &Region) {
        self.wanted = 0;
        self.keep(region.without_store(), region);
    }

    /// What was seen.
    pub fn seen(self) -> Option<Box<Seen>> {
        self.seen
    }
}

impl Region {
    /// Goes back within the newest call to what was seen of it.
    pub fn become_as_seen(&mut self, seen: Seen) -> Result<Vec<u8>, crate::store::Damage> {
        let Seen { region, position, recent, back } = seen;
        let replaced = self.store.replaced_since(position);
        self.store.undo(&replaced, position)?;
        self.store.recall(&recent)?;
        self.become_but_for_store(region);
        Ok(back)
    }

    /// Takes over everything of a copy that has no store.
    pub fn become_but_for_store(&mut self, copy: Region) {
        let store = std::mem::take(&mut self.store);
        *self = Region { store, ..copy };
    }

    /// The writes that followers lack.
    pub(super) fn recent(&self) -> Vec<u8> {
        self.each_recent().flatten().collect()
    }

    /// The same, write by write.
    pub(super) fn each_recent(&self) -> impl Iterator<Item = Vec<u8>> {
        self.furthest_behind().into_iter().flat_map(|position| self.store.recent(position))
    }

    /// The position that the follower is read at that is furthest behind; none where all have everything.
    fn furthest_behind(&self) -> Option<u64> {
        let replicas = self.tables.values().flat_map(|state| state.live.replicas.values());
        replicas.filter_map(Replicas::furthest_behind).min()
    }

    /// Whether what stood at each follower's position can be read: looks at every table.
    pub(super) fn followers_can_be_read(&self) -> bool {
        self.furthest_behind().is_none_or(|position| self.store.reaches(position))
    }

    /// A copy of everything else.
    pub fn without_store(&self) -> Region {
        Region {
            settings: self.settings.clone(),
            simulation: self.simulation.clone(),
            dark: self.dark,
            out: self.out,
            unreachable: self.unreachable.clone(),
            store: Default::default(),
            tables: self.tables.clone(),
            random: self.random.clone(),
            counters: self.counters,
            marks: self.marks.clone(),
            unsaved: self.unsaved.clone(),
            contested: self.contested.clone(),
            checks: self.checks,
            nodes: self.nodes.clone(),
            due_ms: self.due_ms,
            longest_lag_ms: self.longest_lag_ms,
            peers: self.peers.clone(),
            settling: self.settling.clone(),
        }
    }
}
