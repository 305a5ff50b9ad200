//! The tab that follows: what it has asked the leader, and what becomes of that when the leader is gone.
//!
//! Owns what was sent and not answered, and what waits for a leader. Pure: the leader is a way to say something.

use std::collections::BTreeMap;

use super::router::Line;
use crate::protocol::retry::{Fate, fate, settled};
use crate::protocol::tabs::Says;
use crate::protocol::{ClientError, FromWorker, Happened, ToWorker};

/// What was left over when a leader was gone.
#[derive(Debug, Default, PartialEq)]
pub struct Left {
    /// To be sent to the next leader, in order; how it may be understood when that answers.
    pub again: Vec<(ToWorker, Fate)>,
    /// The page's numbers of the calls of which nobody knows whether they were carried out.
    pub undecided: Vec<u64>,
}

/// A tab that follows, or looks for whom to follow.
pub struct Following {
    workspace: String,
    line: Line,
    /// The leader's term; none while none is known.
    term: Option<String>,
    /// Whether the page shows the workspace already.
    was_led: bool,
    sent: BTreeMap<u64, (ToWorker, Fate)>,
    /// What was sent before, and what nobody was asked yet.
    queued: Vec<(ToWorker, Fate)>,
    /// What was told of the opening last.
    ready: Option<FromWorker>,
}

impl Following {
    /// Looks for a leader of that workspace; `line` leads to whoever it will be. `again` where the page shows the workspace already.
    pub fn new(workspace: String, line: Line, again: bool) -> Following {
        Following {
            workspace,
            line,
            term: None,
            was_led: again,
            sent: BTreeMap::new(),
            queued: Vec::new(),
            ready: None,
        }
    }

    /// The workspace.
    pub fn workspace(&self) -> &str {
        &self.workspace
    }

    /// Whether there is a leader, as far as is known.
    pub fn is_led(&self) -> bool {
        self.term.is_some()
    }

    /// Whether the page shows the workspace already.
    pub fn was_led(&self) -> bool {
        self.was_led
    }

    /// Whether that leadership is the one that is followed.
    pub fn is_led_by(&self, term: &str) -> bool {
        self.term.as_deref() == Some(term)
    }

    /// The tab follows no more: the leader is told, if there is one.
    pub fn leave(&self) {
        (self.line)(&Says::Leave);
    }

    /// A message of the page's: it goes to the leader, or waits for one.
    pub fn ask(&mut self, message: ToWorker) {
        self.send(message, Fate::Undecided);
    }

    fn send(&mut self, mut message: ToWorker, fate: Fate) {
        if self.term.is_none() {
            return self.queued.push((message, fate));
        }
        (self.line)(&Says::Ask { message: Box::new(message.clone()) });
        if let Some(id) = message.id_mut().map(|id| *id) {
            self.sent.insert(id, (message, fate));
        }
    }

    /// What a leader tells: the page is told what comes out.
    pub fn told(&mut self, term: String, message: FromWorker) -> Vec<FromWorker> {
        if let FromWorker::Ready { .. } = &message {
            return self.accepted(term, message);
        }
        if !self.is_led_by(&term) {
            return Vec::new();
        }
        match message {
            FromWorker::Reply { id, now_ms, result, events } => {
                let Some((_, fate)) = self.sent.remove(&id) else { return Vec::new() };
                vec![FromWorker::Reply { id, now_ms, result: settled(fate, result), events }]
            }
            other => vec![other],
        }
    }

    /// A leader is there: the one before, which tells again of the opening, or another.
    fn accepted(&mut self, term: String, mut ready: FromWorker) -> Vec<FromWorker> {
        let is_other = !self.is_led_by(&term);
        let left = if is_other { self.left() } else { Left::default() };
        self.term = Some(term);
        if let FromWorker::Ready { again, .. } = &mut ready {
            *again = std::mem::replace(&mut self.was_led, true);
        }
        self.ready = Some(ready.clone());
        let undecided = left.undecided.into_iter().map(undecided);
        let told = std::iter::once(ready).chain(undecided).collect();
        for (message, fate) in left.again {
            self.send(message, fate);
        }
        told
    }

    /// What was told of the opening, once more with these sentences and names of workspaces; none before a leader told it.
    pub fn told_again(&self, sentences: Vec<String>, names: Vec<String>) -> Option<FromWorker> {
        let mut told = self.ready.clone()?;
        if let FromWorker::Ready { report, workspaces, again, .. } = &mut told {
            (*report, *workspaces, *again) = (sentences, names, true);
        }
        Some(told)
    }

    /// The leader let the workspace go: what it has not answered was not carried out, but for what it was in the middle of.
    pub fn left_by(&mut self, term: &str) {
        if !self.is_led_by(term) {
            return;
        }
        self.term = None;
        let sent = std::mem::take(&mut self.sent).into_values();
        let (calls, under_way): (Vec<_>, Vec<_>) =
            sent.partition(|(message, _)| matches!(message, ToWorker::Call { .. }));
        self.queued.splice(0..0, calls);
        self.sent = under_way
            .into_iter()
            .filter_map(|(mut message, fate)| Some((*message.id_mut()?, (message, fate))))
            .collect();
    }

    /// The leader is gone: what is left over of it.
    pub fn left(&mut self) -> Left {
        self.term = None;
        let mut left = Left::default();
        for (id, (message, _)) in std::mem::take(&mut self.sent) {
            match fate(&message) {
                Fate::Undecided => left.undecided.push(id),
                fate => left.again.push((message, fate)),
            }
        }
        left.again.append(&mut self.queued);
        left
    }
}

/// The answer to a call of which nobody knows whether it was carried out.
pub fn undecided(id: u64) -> FromWorker {
    let result = Err(ClientError::LeaderChanged { check: String::new() });
    FromWorker::Reply { id, now_ms: 0, result, events: Happened::default() }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::protocol::clock::ClockState;
    use crate::protocol::{Durability, Opening, Place, Storage, VERSION};

    fn call(id: u64, operation: &str) -> ToWorker {
        ToWorker::Call { id, place: Place::Workspace, operation: operation.into(), request: "{}".into() }
    }

    fn reply(id: u64) -> FromWorker {
        FromWorker::Reply { id, now_ms: 9, result: Ok("{}".into()), events: Happened::default() }
    }

    fn ready(again: bool) -> FromWorker {
        FromWorker::Ready {
            version: VERSION,
            workspace: "w".into(),
            storage: Storage::Durable,
            report: Vec::new(),
            aside: 0,
            workspaces: Vec::new(),
            clock: ClockState::default(),
            recipes: Vec::new(),
            model: Default::default(),
            durability: Durability::Strict,
            opening: Opening::default(),
            leads: false,
            again,
        }
    }

    fn following() -> (Following, Rc<RefCell<Vec<u64>>>) {
        let asked = Rc::new(RefCell::new(Vec::new()));
        let line = {
            let asked = asked.clone();
            move |says: &Says| {
                if let Says::Ask { message } = says {
                    asked.borrow_mut().extend(message.clone().id_mut().copied());
                }
            }
        };
        (Following::new("w".into(), Box::new(line), false), asked)
    }

    #[test]
    fn what_is_asked_before_there_is_a_leader_waits_for_it() {
        let (mut following, asked) = following();
        following.ask(call(1, "PutItem"));
        assert!(asked.borrow().is_empty() && !following.is_led());
        assert_eq!(following.told("x".into(), reply(1)), [], "nobody leads yet");
        assert_eq!(
            following.told("a".into(), ready(true)),
            [ready(false)],
            "the page sees it for the first time"
        );
        assert_eq!(*asked.borrow(), [1]);
        assert_eq!(following.told("a".into(), ready(false)), [ready(true)], "told again");
        assert_eq!(*asked.borrow(), [1]);
        assert_eq!(following.told("old".into(), reply(1)), [], "another leader's word is nothing");
        assert_eq!(following.told("a".into(), reply(1)), [reply(1)]);
        assert_eq!(following.told("a".into(), reply(1)), [], "it was answered");
    }

    #[test]
    fn behind_a_crash_reads_are_sent_again_and_writes_are_undecided() {
        let (mut following, asked) = following();
        following.told("a".into(), ready(false));
        following.ask(call(1, "PutItem"));
        following.ask(call(2, "GetItem"));
        assert_eq!(following.told("b".into(), ready(false)), [ready(true), undecided(1)]);
        assert_eq!(*asked.borrow(), [1, 2, 2]);
        assert_eq!(following.told("b".into(), reply(2)), [reply(2)]);
        following.ask(call(3, "DeleteItem"));
        let left = following.left();
        assert_eq!((left.undecided, left.again.len()), (vec![3], 0));
    }

    #[test]
    fn where_the_leader_said_that_it_leaves_nothing_is_undecided() {
        let (mut following, asked) = following();
        following.told("a".into(), ready(false));
        following.ask(call(1, "PutItem"));
        following.left_by("a");
        following.ask(call(2, "PutItem"));
        assert_eq!(following.told("b".into(), ready(false)), [ready(true)]);
        assert_eq!(*asked.borrow(), [1, 1, 2]);
    }
}
