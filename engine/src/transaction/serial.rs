//! Whether what came of a run could have come of its requests one after another.
//!
//! Owns the search for such an order: first one in which the writes stand in the order of their timestamps, as the protocol
//! promises, then any. What was refused did nothing, and has no place in it.

use crate::access::Checks;

use super::advance::Stepper;
use super::branch::{Branch, Frozen};
use super::run::{Outcome, Run, Work};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same comes of this order, in which the writes stand as their timestamps do.
    InOrder(Vec<usize>),
    /// The same comes only of orders in which a write stands before one with an earlier timestamp, such as this.
    AgainstTimestamps(Vec<usize>),
    /// No order gives it.
    NoOrder,
    /// A transaction that is over still holds an item.
    StaysHeld,
}

impl Verdict {
    /// Whether it is as the protocol promises.
    pub fn is_right(&self) -> bool {
        matches!(self, Verdict::InOrder(_))
    }

    /// The order, where there is one.
    pub fn order(&self) -> Option<&[usize]> {
        match self {
            Verdict::InOrder(order) | Verdict::AgainstTimestamps(order) => Some(order),
            Verdict::NoOrder | Verdict::StaysHeld => None,
        }
    }
}

/// What a run came to, as far as a client can tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ended {
    /// Each client's answer; none for one that never asked.
    pub outcomes: Vec<Option<Outcome>>,
    /// The items at the end.
    pub items: Vec<Option<Vec<u8>>>,
    /// The clients whose writes were carried out, in the order of their timestamps.
    pub stamped: Vec<usize>,
    /// Whether an item is still held.
    pub held: bool,
}

impl Ended {
    /// What a run that is over came to.
    pub fn of(run: &Run, state: &Frozen) -> Ended {
        let written = |outcome: &Option<Outcome>| matches!(outcome, Some(Outcome::Written { again: false }));
        let clients = run.clients.iter().enumerate().filter(|(_, client)| written(&client.outcome));
        let mut stamped: Vec<(u64, usize)> = clients.map(|(at, client)| (client.timestamp, at)).collect();
        stamped.sort_unstable();
        Ended {
            outcomes: run.clients.iter().map(|client| client.outcome.clone()).collect(),
            items: state.items.clone(),
            stamped: stamped.into_iter().map(|(_, at)| at).collect(),
            held: state.marks.items.values().any(|mark| mark.pending.is_some()),
        }
    }

    /// The clients that have a place in an order.
    fn counted(&self) -> Vec<usize> {
        let counts = |outcome: &Option<Outcome>| {
            matches!(outcome, Some(Outcome::Written { again: false } | Outcome::Read(_)))
        };
        (0..self.outcomes.len()).filter(|at| counts(&self.outcomes[*at])).collect()
    }
}

/// The search.
struct Search<'a> {
    branch: &'a mut Branch,
    works: &'a [Work],
    waiting: &'a Run,
    ended: &'a Ended,
    stamped: bool,
}

impl Search<'_> {
    /// Runs one client alone, from that state to its end.
    fn alone(&mut self, at: usize, from: &Frozen) -> Option<Frozen> {
        self.branch.thaw(from);
        let mut run = Run {
            clients: vec![self.waiting.clients[at].clone()],
            messages: Vec::new(),
            sent: 0,
            trail: Vec::new(),
        };
        while let Some(step) = run.steps().first().copied().filter(|_| !run.is_over()) {
            let mut context = self.branch.context();
            let works = &self.works[at..=at];
            let (region, run) = (&mut self.branch.region, &mut run);
            Stepper { region, context: &mut context, works, run, watched: false }.take(step);
        }
        (run.clients[0].outcome == self.ended.outcomes[at]).then(|| self.branch.freeze())
    }

    fn order(&mut self, placed: &mut Vec<usize>, left: &[usize], from: &Frozen) -> bool {
        if left.is_empty() {
            return from.items == self.ended.items;
        }
        for (at, client) in left.iter().enumerate() {
            let rest = [&left[..at], &left[at + 1..]].concat();
            let earlier = |other: &&usize| rest.contains(other);
            if self.stamped
                && self.ended.stamped.contains(client)
                && self.ended.stamped.iter().find(|other| *other == client || earlier(other)) != Some(client)
            {
                continue;
            }
            if let Some(next) = self.alone(*client, from) {
                placed.push(*client);
                if self.order(placed, &rest, &next) {
                    return true;
                }
                placed.pop();
            }
        }
        false
    }
}

/// Looks for an order of the clients that gives what the run came to. `waiting` is the run before its first step.
pub fn check(branch: &mut Branch, works: &[Work], waiting: &Run, first: &Frozen, ended: &Ended) -> Verdict {
    if ended.held {
        return Verdict::StaysHeld;
    }
    let checks = std::mem::replace(&mut branch.region.checks, Checks::ALL);
    let left = ended.counted();
    let mut verdict = Verdict::NoOrder;
    for stamped in [true, false] {
        let mut order = Vec::new();
        if (Search { branch, works, waiting, ended, stamped }).order(&mut order, &left, first) {
            verdict = if stamped { Verdict::InOrder(order) } else { Verdict::AgainstTimestamps(order) };
            break;
        }
    }
    branch.region.checks = checks;
    verdict
}
