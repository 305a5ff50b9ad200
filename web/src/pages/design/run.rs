//! How far the requests of a draft are: each waits for the one before to be ACTIVE. Pure transitions.

use crate::protocol::ClientError;
use std::rc::Rc;

/// Where one request stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Step {
    /// Not sent yet.
    #[default]
    Waiting,
    /// Sent.
    Sent,
    /// Accepted: the table is CREATING or UPDATING.
    Settling,
    /// Done.
    Done,
    /// Refused.
    Failed(ClientError),
}

impl Step {
    /// The value of `data-step`.
    pub fn name(&self) -> &'static str {
        match self {
            Step::Waiting => "waiting",
            Step::Sent => "sent",
            Step::Settling => "settling",
            Step::Done => "done",
            Step::Failed(_) => "failed",
        }
    }
}

/// The requests' states; those that it does not know wait.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    steps: Vec<Step>,
    /// Whether it was ever asked for.
    pub tried: bool,
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum RunAction {
    /// This request is at this step now.
    At(usize, Step),
    /// A text was changed: refusals are forgotten.
    Retyped,
    /// The form was changed: another list of requests.
    Reformed,
    /// Another draft.
    Reset,
}

impl Run {
    /// Where a request stands.
    pub fn step(&self, at: usize) -> &Step {
        self.steps.get(at).unwrap_or(&Step::Waiting)
    }

    /// How many requests, from the first on, are done.
    pub fn done(&self) -> usize {
        self.steps.iter().take_while(|step| **step == Step::Done).count()
    }

    /// Whether a request is under way.
    pub fn is_busy(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Sent | Step::Settling))
    }

    /// The refusal, and of which request.
    pub fn failure(&self) -> Option<(usize, &ClientError)> {
        self.steps.iter().enumerate().find_map(|(at, step)| match step {
            Step::Failed(error) => Some((at, error)),
            _ => None,
        })
    }

    /// The transition.
    pub fn apply(&mut self, action: RunAction) {
        match action {
            RunAction::At(at, step) => {
                self.tried = true;
                self.steps.resize(self.steps.len().max(at + 1), Step::Waiting);
                self.steps[at] = step;
            }
            RunAction::Retyped => self.steps.truncate(self.done()),
            RunAction::Reformed => self.steps.clear(),
            RunAction::Reset => *self = Run::default(),
        }
    }
}

impl yew::Reducible for Run {
    type Action = RunAction;
    fn reduce(mut self: Rc<Self>, action: RunAction) -> Rc<Self> {
        Rc::make_mut(&mut self).apply(action);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_stays_done_when_a_text_changes() {
        let mut run = Run::default();
        assert!(!run.tried);
        run.apply(RunAction::At(0, Step::Settling));
        assert!(run.is_busy());
        run.apply(RunAction::At(0, Step::Done));
        run.apply(RunAction::At(1, Step::Failed(ClientError::LeaderChanged { check: String::new() })));
        assert_eq!((run.done(), run.failure().map(|(at, _)| at)), (1, Some(1)));
        run.apply(RunAction::Retyped);
        assert_eq!((run.done(), run.failure(), run.step(1)), (1, None, &Step::Waiting));
        run.apply(RunAction::Reformed);
        assert!(run.done() == 0 && run.tried);
    }
}
