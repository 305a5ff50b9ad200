//! What is on the stage: one transaction with its items, as they were and as they are, and what came in between.

use std::rc::Rc;

use serde_json::Value;

use super::interlude::Interlude;
use super::standing::{Message, Standing};
use crate::protocol::ClientError;
use crate::state::reducible;

/// An item as a strongly consistent read gave it; none where it is not there.
pub type Read = Option<Rc<Value>>;

/// The stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stage {
    /// The transaction.
    pub standing: Option<Rc<Standing>>,
    /// Its request.
    pub request: Rc<Value>,
    /// The items before it began.
    pub before: Vec<Read>,
    /// The items now.
    pub now: Vec<Read>,
    /// What came in between, in order.
    pub interludes: Vec<Rc<Interlude>>,
    /// Other transactions that are under way.
    pub others: Vec<u64>,
    /// Something was sent and is not answered yet.
    pub busy: bool,
    /// What was refused, where that is no cancelled transaction.
    pub failure: Option<ClientError>,
    /// The token was known: nothing was done.
    pub repeated: bool,
}

/// What can happen on the stage.
#[derive(Clone, Debug)]
pub enum StageAction {
    /// Something was sent.
    Busy,
    /// A transaction began, was found, or ran at once; the items as they were.
    Begun(Standing, Rc<Value>, Vec<Read>),
    /// It went on.
    Stood(Standing),
    /// The items were read.
    Items(Vec<Read>),
    /// Something came in between.
    Between(Interlude),
    /// A request was refused.
    Failed(ClientError),
    /// The token was known.
    Repeated(Rc<Value>),
    /// These are under way too.
    Others(Vec<u64>),
    /// Nothing is on the stage.
    Clear,
}

/// A line of the picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A message of the coordinator: the first is 0.
    Message(usize, Message),
    /// Another client's request.
    Between(Rc<Interlude>),
}

impl Stage {
    /// The transaction that is under way.
    pub fn under_way(&self) -> Option<&Rc<Standing>> {
        self.standing.as_ref().filter(|standing| !standing.is_over())
    }

    /// The picture's lines, in the order in which they happened.
    pub fn lines(&self) -> Vec<Line> {
        let Some(standing) = &self.standing else { return Vec::new() };
        let messages = standing.messages();
        let between = |after: usize| {
            let those = self.interludes.iter().filter(move |one| one.after == after);
            those.map(|one| Line::Between(one.clone()))
        };
        let mut lines: Vec<Line> = between(0).collect();
        for (at, message) in messages.into_iter().enumerate() {
            lines.push(Line::Message(at, message));
            lines.extend(between(at + 1));
        }
        lines
    }

    /// The transition.
    pub fn apply(&mut self, action: StageAction) {
        match action {
            StageAction::Busy => self.busy = true,
            StageAction::Begun(standing, request, before) => {
                let others = std::mem::take(&mut self.others);
                *self = Stage {
                    standing: Some(Rc::new(standing)),
                    request,
                    now: before.clone(),
                    before,
                    others,
                    ..Stage::default()
                };
            }
            StageAction::Stood(standing) => {
                self.standing = Some(Rc::new(standing));
                self.failure = None;
            }
            // Every job ends with a look at the items.
            StageAction::Items(now) => {
                self.now = now;
                self.busy = false;
            }
            StageAction::Between(interlude) => self.interludes.push(Rc::new(interlude)),
            StageAction::Failed(error) => {
                self.failure = Some(error);
                self.busy = false;
            }
            StageAction::Repeated(request) => *self = Stage { request, repeated: true, ..Stage::default() },
            StageAction::Others(others) => self.others = others,
            StageAction::Clear => *self = Stage::default(),
        }
    }
}

reducible!(Stage, StageAction);

#[cfg(test)]
mod tests {
    use super::super::standing::tests::standing;
    use super::*;
    use serde_json::json;

    #[test]
    fn what_came_in_between_stands_where_it_happened() {
        let mut stage = Stage::default();
        let begun = standing("Preparing", &[None, None], 0, json!({"Message": "Prepare", "Action": 0}));
        stage.apply(StageAction::Begun(begun, Rc::default(), vec![None, None]));
        let between = |after| Interlude {
            after,
            item: 0,
            operation: "GetItem".into(),
            outcome: Ok(Rc::default()),
            event: None,
        };
        stage.apply(StageAction::Between(between(0)));
        let half = standing("Preparing", &[Some(true), None], 0, json!({"Message": "Prepare", "Action": 1}));
        stage.apply(StageAction::Stood(half));
        stage.apply(StageAction::Between(between(1)));
        let done = standing("Committed", &[Some(true), Some(true)], 2, Value::Null);
        stage.apply(StageAction::Stood(done));
        let kinds: Vec<bool> = stage.lines().iter().map(|line| matches!(line, Line::Between(_))).collect();
        assert_eq!(kinds, [true, false, true, false, false, false, false]);
        assert!(stage.under_way().is_none());
    }
}
