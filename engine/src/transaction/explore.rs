//! Every interleaving of a small scenario, or many random ones, with what each comes to.
//!
//! Owns the search, breadth first: of two ways to the same state only one is followed, and of all that end wrongly the shortest is
//! found. The states are those of a [`Branch`]; the steps are taken by the code that a stepped run takes them by. Never
//! changes the region that it starts from.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::random::Random;

use super::advance::Stepper;
use super::branch::{Branch, Frozen};
use super::run::{Answer, Client, Content, Message, Run, Step, Work};
use super::serial::{Ended, Verdict, check};

/// What goes wrong on purpose, at most so often in one interleaving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Faults {
    /// A coordinator stops.
    pub crashes: u32,
    /// A message arrives twice.
    pub repeats: u32,
}

/// A scenario: clients that have not sent anything yet, on a branch.
#[derive(Debug)]
pub struct Scenario<'a> {
    /// The items.
    pub branch: Branch,
    /// What each client asks for.
    pub works: &'a [Work],
    /// The clients.
    pub run: Run,
    /// What goes wrong.
    pub faults: Faults,
}

/// What interleavings that end alike come to.
#[derive(Clone, Debug)]
pub struct Found {
    /// Whether it could have come of one request after another.
    pub verdict: Verdict,
    /// How many interleavings end so.
    pub interleavings: u128,
    /// The first of the shortest of them.
    pub steps: Vec<Step>,
}

/// What was found in all.
#[derive(Clone, Debug, Default)]
pub struct Explored {
    /// States looked at.
    pub states: usize,
    /// Interleavings in all.
    pub interleavings: u128,
    /// What they come to.
    pub ends: BTreeMap<Ended, Found>,
}

/// A state on the way.
#[derive(Clone, Debug)]
struct Node {
    state: Frozen,
    run: Run,
    faults: Faults,
    paths: u128,
    way: usize,
}

/// The way to a state: the step, and the way before it.
type Way = (usize, Option<Step>);

fn way_to(ways: &[Way], mut at: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    while let (before, Some(step)) = ways[at] {
        steps.push(step);
        at = before;
    }
    steps.reverse();
    steps
}

impl Scenario<'_> {
    /// The faults that are left after a step; none where it is one too many.
    fn allowed(&self, faults: Faults, run: &Run, step: Step) -> Option<Faults> {
        match step {
            Step::Crash(_) => Some(Faults { crashes: faults.crashes.checked_sub(1)?, ..faults }),
            Step::Repeat(id) => {
                let content = &run.message(id)?.content;
                let to_partition = matches!(content, Content::Prepare | Content::Commit | Content::Cancel);
                let repeats = faults.repeats.checked_sub(1)?;
                to_partition.then_some(Faults { repeats, ..faults })
            }
            // The order of the messages is all that a delay changes.
            Step::Delay(_) => None,
            _ => Some(faults),
        }
    }

    fn take(&mut self, run: &mut Run, step: Step) {
        let mut context = self.branch.context();
        let (region, works) = (&mut self.branch.region, self.works);
        Stepper { region, context: &mut context, works, run, watched: false }.take(step);
    }

    fn end(&mut self, into: &mut Explored, first: &Frozen, node: &Node, steps: impl FnOnce() -> Vec<Step>) {
        let ended = Ended::of(&node.run, &node.state);
        into.interleavings = into.interleavings.saturating_add(node.paths);
        if let Some(found) = into.ends.get_mut(&ended) {
            found.interleavings = found.interleavings.saturating_add(node.paths);
            return;
        }
        let verdict = check(&mut self.branch, self.works, &self.run, first, &ended);
        into.ends.insert(ended, Found { verdict, interleavings: node.paths, steps: steps() });
    }

    /// Looks at every interleaving; none where there are more states than `most`.
    pub fn explore(&mut self, most: usize) -> Option<Explored> {
        let first = self.branch.freeze();
        let mut explored = Explored { states: 1, ..Explored::default() };
        let mut ways: Vec<Way> = vec![(0, None)];
        let start =
            Node { state: first.clone(), run: self.run.clone(), faults: self.faults, paths: 1, way: 0 };
        let mut level = vec![start];
        while !level.is_empty() {
            let mut next: Vec<Node> = Vec::new();
            let mut known: BTreeMap<u128, usize> = BTreeMap::new();
            for node in level {
                if node.run.is_over() {
                    self.end(&mut explored, &first, &node, || way_to(&ways, node.way));
                    continue;
                }
                for step in node.run.steps() {
                    let Some(faults) = self.allowed(node.faults, &node.run, step) else { continue };
                    self.branch.thaw(&node.state);
                    let mut run = node.run.clone();
                    self.take(&mut run, step);
                    let state = self.branch.freeze();
                    let hash = self.hash(&state, &run, faults);
                    if let Some(at) = known.get(&hash) {
                        next[*at].paths = next[*at].paths.saturating_add(node.paths);
                        continue;
                    }
                    if explored.states == most {
                        return None;
                    }
                    explored.states += 1;
                    known.insert(hash, next.len());
                    next.push(Node { state, run, faults, paths: node.paths, way: ways.len() });
                    ways.push((node.way, Some(step)));
                }
            }
            level = next;
        }
        self.branch.thaw(&first);
        Some(explored)
    }

    /// Goes so many ways at random, each to its end.
    pub fn walk(&mut self, walks: usize, seed: u64) -> Explored {
        let first = self.branch.freeze();
        let mut explored = Explored::default();
        for walk in 0..walks {
            let mut random = Random::new(seed.wrapping_add(walk as u64));
            self.branch.thaw(&first);
            let (mut run, mut faults, mut steps) = (self.run.clone(), self.faults, Vec::new());
            while !run.is_over() {
                let open = run.steps().into_iter();
                let open: Vec<(Step, Faults)> =
                    open.filter_map(|step| Some((step, self.allowed(faults, &run, step)?))).collect();
                let (step, left) = open[random.below(open.len() as u64) as usize];
                self.take(&mut run, step);
                faults = left;
                steps.push(step);
                explored.states += 1;
            }
            let node = Node { state: self.branch.freeze(), run, faults, paths: 1, way: 0 };
            self.end(&mut explored, &first, &node, || steps);
        }
        self.branch.thaw(&first);
        explored
    }

    /// Takes those steps from the start, and shows where all stands before the first and after each.
    pub fn replay(&mut self, steps: &[Step], mut show: impl FnMut(&Branch, &Run)) -> Run {
        let mut run = self.run.clone();
        show(&self.branch, &run);
        for step in steps {
            let mut context = self.branch.context();
            let (region, works) = (&mut self.branch.region, self.works);
            Stepper { region, context: &mut context, works, run: &mut run, watched: true }.take(*step);
            show(&self.branch, &run);
        }
        run
    }

    /// What the future of a state depends on, as a number. Of timestamps only the order counts, of log positions only whether
    /// they are an item's newest.
    fn hash(&self, state: &Frozen, run: &Run, faults: Faults) -> u128 {
        let mut stamps: Vec<u64> = state.marks.items.values().map(|mark| mark.timestamp).collect();
        stamps.extend(state.marks.deletes.values());
        stamps.extend(run.clients.iter().map(|client| client.timestamp));
        stamps.sort_unstable();
        stamps.dedup();
        let rank = |stamp: u64| stamps.binary_search(&stamp).unwrap_or_default();
        let holder = |number| run.clients.iter().position(|client| client.transaction == Some(number));
        let mut text = String::new();
        let mut put = |part: std::fmt::Arguments| text.write_fmt(part).unwrap_or_default();
        put(format_args!("{faults:?}{:?}{:?}", state.items, state.used()));
        for (place, mark) in &state.marks.items {
            put(format_args!("{place:?}{}{:?}", rank(mark.timestamp), mark.pending.and_then(holder)));
        }
        for (partition, stamp) in &state.marks.deletes {
            put(format_args!("{partition}:{}", rank(*stamp)));
        }
        for (at, client) in run.clients.iter().enumerate() {
            let Client { stage, crashed, epoch, settled, outcome, .. } = client;
            put(format_args!("{stage:?}{crashed}{epoch}{settled:?}{outcome:?}{}", rank(client.timestamp)));
            for (action, answer) in client.answers.iter().chain(&client.first).enumerate() {
                let action = action % client.answers.len().max(1);
                match answer {
                    Some(answer) => put(format_args!("{}", self.heard(state, at, action, answer))),
                    None => put(format_args!("-")),
                }
            }
        }
        let mut messages: Vec<String> = run.messages.iter().map(|one| self.on_its_way(state, one)).collect();
        messages.sort_unstable();
        for message in messages {
            put(format_args!("{message};"));
        }
        xxhash_rust::xxh3::xxh3_128(text.as_bytes())
    }

    fn heard(&self, state: &Frozen, client: usize, action: usize, answer: &Answer) -> String {
        let Answer::Read { item, version } = answer else { return format!("{answer:?}") };
        let Work::TransactGet(reads) = &self.works[client] else { return String::new() };
        let table = self.branch.region.tables.get(&reads[action].table).map(|state| state.saved.table.id);
        let place = table.zip(reads[action].key.as_ref().ok().map(|key| key.bytes.clone()));
        let now = place.and_then(|place| state.marks.items.get(&place)).map_or(0, |mark| mark.version);
        format!("{item:?}{}", now == *version)
    }

    fn on_its_way(&self, state: &Frozen, message: &Message) -> String {
        let Message { client, action, epoch, .. } = message;
        match &message.content {
            Content::Answer(answer, round) => {
                let answer = self.heard(state, *client, *action, answer);
                format!("{client}.{action}.{epoch}.answer{round}{answer}")
            }
            content => format!("{client}.{action}.{epoch}.{content:?}"),
        }
    }
}
