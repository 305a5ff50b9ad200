//! The question before every write to a real endpoint.
//!
//! Owns who waits for an answer, and for which tables writes of items were allowed until the page is disconnected. Whoever is not
//! answered is refused.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::future::Future;
use std::rc::Rc;

use futures_channel::oneshot;
use yew::Callback;

use crate::remote::Write;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Its number.
    pub number: u64,
    /// What would be written.
    pub write: Write,
    /// The request, as it would be sent.
    pub request: Rc<str>,
    /// How many others wait behind it.
    pub behind: usize,
}

/// How it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Send it.
    Send,
    /// Send it, and every later write of items to its tables.
    SendAll,
    /// Send nothing of what waits.
    Refuse,
}

struct Waiting {
    number: u64,
    write: Write,
    request: Rc<str>,
    answer: oneshot::Sender<bool>,
}

#[derive(Default)]
struct State {
    asked: u64,
    waiting: VecDeque<Waiting>,
    allowed: BTreeSet<String>,
}

impl State {
    fn allows(&self, write: &Write) -> bool {
        write.of_items && !write.tables.is_empty() && write.tables.is_subset(&self.allowed)
    }
}

/// Where writes wait. Clones are the same.
#[derive(Clone)]
pub struct Gate {
    state: Rc<RefCell<State>>,
    changed: Callback<()>,
}

impl Gate {
    /// A gate that says when there is another question.
    pub fn new(changed: Callback<()>) -> Gate {
        Gate { state: Rc::default(), changed }
    }

    /// Asks whether a write may be sent.
    pub fn ask(&self, write: Write, request: &str) -> impl Future<Output = bool> + use<> {
        let (answer, answered) = oneshot::channel();
        let mut state = self.state.borrow_mut();
        if state.allows(&write) {
            // It is heard: the receiver is here.
            let _ = answer.send(true);
        } else {
            state.asked += 1;
            let number = state.asked;
            state.waiting.push_back(Waiting { number, write, request: Rc::from(request), answer });
        }
        drop(state);
        self.changed.emit(());
        async move { answered.await.unwrap_or(false) }
    }

    /// What is asked now.
    pub fn question(&self) -> Option<Question> {
        let state = self.state.borrow();
        let first = state.waiting.front()?;
        let (number, write, request) = (first.number, first.write.clone(), first.request.clone());
        Some(Question { number, write, request, behind: state.waiting.len() - 1 })
    }

    /// Answers it.
    pub fn answer(&self, verdict: Verdict) {
        let mut state = self.state.borrow_mut();
        let mut answered = Vec::new();
        match (verdict, state.waiting.pop_front()) {
            (_, None) => {}
            (Verdict::Refuse, Some(first)) => {
                answered.push((first, false));
                answered.extend(state.waiting.drain(..).map(|other| (other, false)));
            }
            (Verdict::Send, Some(first)) => answered.push((first, true)),
            (Verdict::SendAll, Some(first)) => {
                state.allowed.extend(first.write.tables.iter().cloned());
                answered.push((first, true));
                let waiting = std::mem::take(&mut state.waiting);
                for other in waiting {
                    match state.allows(&other.write) {
                        true => answered.push((other, true)),
                        false => state.waiting.push_back(other),
                    }
                }
            }
        }
        drop(state);
        for (one, send) in answered {
            // Who does not wait any more is not told.
            let _ = one.answer.send(send);
        }
        self.changed.emit(());
    }

    /// Refuses what waits, and forgets what was allowed.
    pub fn close(&self) {
        self.state.take();
        self.changed.emit(());
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use serde_json::json;

    use super::*;

    fn put(table: &str) -> Write {
        Write::of("PutItem", &json!({ "TableName": table })).expect("a write")
    }

    fn now(future: impl Future<Output = bool>) -> Option<bool> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => None,
        }
    }

    #[test]
    fn each_write_is_asked_for_until_its_table_is_allowed() {
        let gate = Gate::new(Callback::noop());
        let (one, two, other) = (gate.ask(put("T"), "1"), gate.ask(put("T"), "2"), gate.ask(put("U"), "3"));
        let question = gate.question().expect("a question");
        assert_eq!((question.number, &*question.request, question.behind), (1, "1", 2));
        gate.answer(Verdict::SendAll);
        assert_eq!((now(one), now(two)), (Some(true), Some(true)));
        assert_eq!(gate.question().map(|question| question.number), Some(3));
        gate.answer(Verdict::Send);
        assert_eq!((now(other), gate.question()), (Some(true), None));
        assert_eq!(now(gate.ask(put("T"), "")), Some(true));
        assert_eq!(now(gate.ask(put("U"), "")), None, "one was allowed, and no more");
        let gone = Write::of("DeleteTable", &json!({ "TableName": "T" })).expect("a write");
        assert_eq!(now(gate.ask(gone, "")), None, "only items were allowed");
    }

    #[test]
    fn who_is_refused_or_left_waiting_does_not_write() {
        let gate = Gate::new(Callback::noop());
        let (one, two) = (gate.ask(put("T"), ""), gate.ask(put("U"), ""));
        gate.answer(Verdict::Refuse);
        assert_eq!((now(one), now(two)), (Some(false), Some(false)));
        let open = gate.ask(put("T"), "");
        gate.close();
        assert_eq!((now(open), gate.question()), (Some(false), None));
        gate.answer(Verdict::Send);
    }
}
