//! The engine of one region: the only place that commits.
//!
//! Numbers the requests and the events, lets what is due happen before each request, and hands out what a journal must
//! keep. Never looks into a request.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::access::{Context, Probe, Region, Seen, Settings, background};
use crate::backup;
use crate::error::{ApiError, Result, internal_failure, unknown_operation};
use crate::operation;
use crate::operation::direct::{Answered, Direct};
use crate::store::{Counters, Damage, Imaging, Packed, Segment, Store, UnderWay};
use crate::table::global::Peer;
use crate::timeline::{Detail, Event, EventKind, Tally};

/// The engine of one region.
#[derive(Clone, Debug)]
pub struct Engine {
    region: Region,
    /// The counters at each position that is not durable yet, and at the last that is.
    checkpoints: VecDeque<(u64, Counters)>,
    /// Which event is looked for, while a call is done again.
    probe: Option<Box<Probe>>,
}

/// What a call to one engine came to.
#[derive(Clone, Debug)]
pub struct Executed {
    /// The response's JSON, or the exception.
    pub response: Result<Vec<u8>>,
    /// What was written, if anything was.
    pub changes: Option<Segment>,
    /// What happened.
    pub events: Vec<Event>,
    /// The numbers of it.
    pub tallies: Vec<Tally>,
    /// How long the request took, in microseconds (modelled); 0 for what was none.
    pub latency_us: u64,
}

impl Engine {
    /// An empty engine.
    pub fn new(settings: Settings, seed: u64) -> Engine {
        let region = Region::new(settings, seed);
        let counters = region.saved_counters();
        Engine { region, checkpoints: [(0, counters)].into(), probe: None }
    }

    /// The engine of what an image held: the state, and what was under way.
    pub fn restore(
        settings: Settings,
        (store, counters, live): (Store, Counters, UnderWay),
    ) -> std::result::Result<Engine, Damage> {
        let mut engine = Engine::new(settings, 0);
        engine.region.store = store;
        engine.reopen(counters)?;
        engine.region.take_up(&live)?;
        Ok(engine)
    }

    fn reopen(&mut self, counters: Counters) -> std::result::Result<(), Damage> {
        self.read_state(counters)?;
        self.checkpoints = [(self.region.store.position(), counters)].into();
        Ok(())
    }

    fn read_state(&mut self, counters: Counters) -> std::result::Result<(), Damage> {
        self.region.reload(counters)
    }

    /// The beginning of an image of this moment; with what is under way, [`Engine::restore`] goes on from it as this engine would.
    pub fn begin_image(&self, region: &str, with_live: bool) -> Imaging {
        let live = if with_live { self.region.live() } else { Vec::new() };
        self.region.store.begin_image(region, self.region.saved_counters(), &live)
    }

    /// Keeps what an image of this moment needs while requests go on, or no longer.
    pub fn pin(&mut self, pinned: bool) {
        self.region.store.pin(pinned);
    }

    /// Appends to an image until it has about so many bytes; whether there is more to come.
    pub fn image_piece(&self, imaging: &mut Imaging, limit: usize, into: &mut Vec<u8>) -> bool {
        self.region.store.image_piece(imaging, limit, into)
    }

    /// What was consumed, encoded.
    pub(crate) fn spent(&self) -> Vec<u8> {
        self.region.spent()
    }

    /// Takes up what was consumed before.
    pub(crate) fn take_up_spent(&mut self, spent: &[u8]) -> std::result::Result<(), Damage> {
        self.region.take_up_spent(spent)
    }

    /// Applies the writes of an earlier call again. [`Engine::replayed`] must follow the last.
    pub fn replay(&mut self, segment: &Segment) -> std::result::Result<(), Damage> {
        self.region.store.apply(&segment.writes, segment.position)?;
        self.region.set_counters(segment.counters);
        Ok(())
    }

    /// Where the log and the counters stand.
    pub(crate) fn stand(&self) -> (u64, Counters) {
        (self.region.store.position(), self.region.saved_counters())
    }

    /// What everything since then replaced.
    pub(crate) fn replaced_since(&self, (position, counters): (u64, Counters)) -> Segment {
        Segment { position, counters, writes: self.region.store.replaced_since(position) }
    }

    /// Takes back what came since a segment of what it replaced, and returns what leads forward again.
    /// [`Engine::replayed`] must follow the last.
    pub(crate) fn undo(&mut self, replaced: &Segment) -> std::result::Result<Segment, Damage> {
        let (position, counters) = self.stand();
        let writes = self.region.store.undo(&replaced.writes, replaced.position)?;
        self.region.set_counters(replaced.counters);
        Ok(Segment { position, counters, writes })
    }

    /// Sets the counters.
    pub(crate) fn set_counters(&mut self, counters: Counters) {
        self.region.set_counters(counters);
    }

    /// What no journal has, and the counters: [`Engine::go_on`] takes it up where the saved state is as it is now.
    pub(crate) fn under_way(&self) -> Packed {
        self.region.under_way()
    }

    /// Takes up what was under way.
    pub(crate) fn go_on(&mut self, under_way: &Packed) -> std::result::Result<(), Damage> {
        self.region.go_on(under_way)?;
        self.checkpoints = [self.stand()].into();
        Ok(())
    }

    /// How many requests and events there were.
    pub(crate) fn counted(&self) -> (u64, u64) {
        (self.region.counters.requests, self.region.counters.events)
    }

    /// Acts, and counts requests and events on from there. Where it neither counts nor writes anything it stands as it stood.
    pub(crate) fn counting_from<T>(&mut self, newest: (u64, u64), act: impl FnOnce(&mut Engine) -> T) -> T {
        let (before, position) = (self.counted(), self.position());
        let counters = &mut self.region.counters;
        (counters.requests, counters.events) = newest;
        let done = act(self);
        if (self.counted(), self.position()) == (newest, position) {
            let counters = &mut self.region.counters;
            (counters.requests, counters.events) = before;
        }
        done
    }

    /// Whether the event that is looked for is among those behind the number `from`.
    pub(crate) fn has_told(&self, from: u64) -> bool {
        let told = from + 1..=self.region.counters.events;
        self.probe.as_ref().is_some_and(|probe| told.contains(&probe.wanted))
    }

    /// The event that is looked for happens elsewhere, now: whatever comes is behind it.
    pub(crate) fn stay_as_seen(&mut self) {
        if let Some(probe) = &mut self.probe {
            probe.see(&self.region);
        }
    }

    /// Looks for an event in what is done from now on, until [`Engine::become_as_seen`].
    pub(crate) fn look_for(&mut self, event: u64) {
        self.probe = Some(Box::new(Probe::new(event, self.region.store.position())));
    }

    /// Goes back to how it was at that event. Returns what leads back to before the call, and none where nothing happened here.
    pub(crate) fn become_as_seen(&mut self) -> std::result::Result<Option<Vec<u8>>, Damage> {
        let seen: Option<Box<Seen>> = self.probe.take().and_then(|probe| probe.seen());
        seen.map(|seen| self.region.become_as_seen(*seen)).transpose()
    }

    /// Answers a request that only reads, at the time of the last call: nothing that is due happens, and all stays as it is. No
    /// bucket is empty for it.
    pub(crate) fn look(&mut self, operation: &str, request: &[u8]) -> Executed {
        let before = self.region.without_store();
        let position = self.region.store.position();
        if !operation.starts_with("Dynascope.") {
            self.region.refill();
        }
        let mut context = Context::new(before.counters.now_ms, Some(before.counters.requests + 1));
        let response =
            self.carry_out(&mut context, operation, |region, context| match operation::find(operation) {
                Some(execute) => execute(region, context, request),
                None => Err(unknown_operation()),
            });
        assert_eq!(self.region.store.position(), position, "what only reads writes nothing");
        name_table(&mut context.events);
        self.region.become_but_for_store(before);
        Executed { response, changes: None, events: context.events, tallies: context.tallies, latency_us: 0 }
    }

    /// Carries out a request, and tells its beginning and its end.
    fn carry_out(
        &mut self,
        context: &mut Context,
        operation: &str,
        action: impl FnOnce(&mut Region, &mut Context) -> Result<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        context.trace(|| EventKind::RequestReceived { operation: operation.into(), table: None });
        let response = action(&mut self.region, context);
        let (consumed, latency_us) = (context.meter.total(), context.latency_us());
        context.pass(&self.region);
        context.trace(|| {
            let (error, message) = match &response {
                Ok(_) => (None, None),
                Err(ApiError { kind, message, .. }) => (Some(kind.name().to_string()), Some(message.clone())),
            };
            EventKind::RequestFinished { error, message, consumed, latency_us }
        });
        response
    }

    /// Lets a context look for the event that is looked for; it has told so many events of its call before it began.
    fn watch(&mut self, context: &mut Context, told: usize) {
        if self.probe.is_some() {
            context.watch_for(self.probe.take(), self.region.counters.events + 1 + told as u64);
            context.pass(&self.region);
        }
    }

    /// Reads the state anew after the last [`Engine::replay`].
    pub fn replayed(&mut self) -> std::result::Result<(), Damage> {
        self.reopen(self.region.counters)
    }

    /// Answers one request, and records it as finely as that.
    pub fn execute(&mut self, now_ms: u64, detail: Detail, operation: &str, request: &[u8]) -> Executed {
        self.answer(now_ms, detail, operation, |region, context| match operation::find(operation) {
            Some(_) if region.is_out() && !operation.starts_with("Dynascope.") => Err(internal_failure()),
            Some(execute) => execute(region, context, request),
            None => Err(unknown_operation()),
        })
    }

    /// Answers one request that is decoded already; the response is written where it is heard.
    pub fn perform(&mut self, now_ms: u64, detail: Detail, request: &mut Direct) -> Executed {
        let answered = if detail.is_answered() { Answered::Yes } else { Answered::No };
        let operation = request.operation();
        self.answer(now_ms, detail, operation, |region, context| match region.is_out() {
            true => Err(internal_failure()),
            false => request.carry_out(region, context, answered),
        })
    }

    /// Does what is due, then carries out one request of whatever form, and hands out what came of both.
    fn answer(
        &mut self,
        now_ms: u64,
        detail: Detail,
        operation: &str,
        action: impl FnOnce(&mut Region, &mut Context) -> Result<Vec<u8>>,
    ) -> Executed {
        let now_ms = now_ms.max(self.region.counters.now_ms);
        let mut before = Context::with_detail(now_ms, None, detail);
        self.watch(&mut before, 0);
        background::run(&mut self.region, &mut before);
        backup::run(&mut self.region, &mut before);
        operation::unfinished::settle(&mut self.region, &mut before);
        let background = before.events.len();
        self.probe = before.take_probe();

        self.region.counters.requests += 1;
        let mut context = Context::with_detail(now_ms, Some(self.region.counters.requests), detail);
        self.watch(&mut context, background);
        let response = self.carry_out(&mut context, operation, action);
        let latency_us = context.latency_us();
        self.probe = context.take_probe();

        let mut events = before.events;
        events.append(&mut context.events);
        name_table(&mut events[background..]);
        let mut tallies = before.tallies;
        match tallies.is_empty() {
            true => tallies = context.tallies,
            false => tallies.append(&mut context.tallies),
        }
        Executed { latency_us, ..self.finish(now_ms, response, events, tallies) }
    }

    /// Does what is due until `now_ms`, and records it as finely as that.
    pub fn tick(&mut self, now_ms: u64, detail: Detail) -> Executed {
        let now_ms = now_ms.max(self.region.counters.now_ms);
        let mut context = Context::with_detail(now_ms, None, detail);
        self.watch(&mut context, 0);
        background::run(&mut self.region, &mut context);
        backup::run(&mut self.region, &mut context);
        operation::unfinished::settle(&mut self.region, &mut context);
        self.probe = context.take_probe();
        self.finish(now_ms, Ok(Vec::new()), context.events, context.tallies)
    }

    /// Does something that another region is the cause of.
    pub(crate) fn act<T>(
        &mut self,
        now_ms: u64,
        action: impl FnOnce(&mut Region, &mut Context) -> T,
    ) -> (T, Executed) {
        let now_ms = now_ms.max(self.region.counters.now_ms);
        let mut context = Context::new(now_ms, None);
        self.watch(&mut context, 0);
        let done = action(&mut self.region, &mut context);
        self.probe = context.take_probe();
        (done, self.finish(now_ms, Ok(Vec::new()), context.events, context.tallies))
    }

    /// The state of the region, to be looked at.
    pub(crate) fn region(&self) -> &Region {
        &self.region
    }

    /// Tells the region which others are dark.
    pub(crate) fn learn_unreachable(&mut self, unreachable: BTreeSet<String>) {
        self.region.unreachable = unreachable;
    }

    /// Tells the region what the others hold.
    pub(crate) fn meet(&mut self, peers: BTreeMap<String, BTreeMap<String, Peer>>) {
        self.region.peers = peers;
    }

    /// The time of the last call.
    pub fn now_ms(&self) -> u64 {
        self.region.counters.now_ms
    }

    /// When [`Engine::tick`] next has something to do, or earlier; what is on its way to other regions is `world`'s.
    pub fn next_due_ms(&self) -> Option<u64> {
        self.region.next_due_ms().into_iter().chain(backup::next_due_ms(&self.region)).min()
    }

    fn finish(
        &mut self,
        now_ms: u64,
        response: Result<Vec<u8>>,
        mut events: Vec<Event>,
        tallies: Vec<Tally>,
    ) -> Executed {
        self.region.save_marks(now_ms);
        self.region.counters.now_ms = now_ms;
        for event in &mut events {
            self.region.counters.events += 1;
            event.id = self.region.counters.events;
        }
        if !self.region.store.is_journalled() {
            // Nobody winds it back.
            self.region.store.durable(self.region.store.position());
            return Executed { response, changes: None, events, tallies, latency_us: 0 };
        }
        let writes = self.region.store.take_changes();
        let changes = (!writes.is_empty()).then(|| {
            let (position, counters) = (self.region.store.position(), self.region.saved_counters());
            self.checkpoints.push_back((position, counters));
            Segment { position, counters, writes }
        });
        Executed { response, changes, events, tallies, latency_us: 0 }
    }

    /// From here on nothing is handed out for a journal, and nothing is wound back.
    pub fn leave_journal(&mut self) {
        self.region.store.leave_journal();
    }

    /// The log position after the last call.
    pub fn position(&self) -> u64 {
        self.region.store.position()
    }

    /// Everything up to `position` is stored.
    pub fn durable(&mut self, position: u64) {
        self.region.store.durable(position);
        while self.checkpoints.get(1).is_some_and(|(at, _)| *at <= position) {
            self.checkpoints.pop_front();
        }
    }

    /// Undoes everything after the last durable position.
    pub fn wind_back(&mut self) {
        self.region.store.wind_back();
        self.checkpoints.truncate(1);
        let (position, counters) = self.checkpoints[0];
        assert_eq!(position, self.region.store.position(), "a checkpoint stands at the durable position");
        // Requests, events and time go on: only what was written is undone.
        let now = Counters {
            random: counters.random,
            tables: counters.tables,
            partitions: counters.partitions,
            transactions: counters.transactions,
            ..self.region.counters
        };
        self.read_state(now).expect("the state was read before");
    }
}

/// Fills in the table that a request is about: the first that it was routed to.
fn name_table(events: &mut [Event]) {
    let named = events.iter().find_map(|event| match &event.kind {
        EventKind::Routed { target, .. } | EventKind::TableStatus { target, .. } => {
            Some(target.table.clone())
        }
        _ => None,
    });
    if let Some(EventKind::RequestReceived { table, .. }) = events.first_mut().map(|event| &mut event.kind) {
        *table = named;
    }
}
