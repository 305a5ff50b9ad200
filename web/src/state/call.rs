//! One call's progress: a single enum, which keeps the last good answer while the next one is under way or failed.

use std::rc::Rc;

use engine::timeline::Event;
use serde_json::Value;

use super::reducible;
use crate::protocol::ClientError;

/// A response, and what happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The API action.
    pub operation: String,
    /// The request's JSON as it was sent.
    pub request: Rc<str>,
    /// The response's JSON.
    pub response: Rc<str>,
    /// The same, parsed.
    pub value: Rc<Value>,
    /// What happened, in order.
    pub events: Rc<Vec<Event>>,
    /// The workspace's clock when it was answered.
    pub now_ms: u64,
}

/// An exception or another fault, and what happened until then.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The API action.
    pub operation: String,
    /// The request's JSON as it was sent.
    pub request: Rc<str>,
    /// Why.
    pub error: ClientError,
    /// What happened, in order.
    pub events: Rc<Vec<Event>>,
    /// The workspace's clock when it was answered; 0 where the worker did not answer.
    pub now_ms: u64,
}

/// The state of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum CallState {
    /// Nothing was asked yet.
    #[default]
    Idle,
    /// Under way.
    Loading {
        /// The last good answer.
        last: Option<Rc<Answer>>,
    },
    /// Answered.
    Ready(Rc<Answer>),
    /// Failed.
    Failed {
        /// How.
        failure: Rc<Failure>,
        /// The last good answer.
        last: Option<Rc<Answer>>,
    },
}

/// What can happen to a call.
#[derive(Clone, Debug)]
pub enum CallAction {
    /// It was sent.
    Sent,
    /// It was answered.
    Answered(Result<Answer, Rc<Failure>>),
    /// Forget it.
    Reset,
}

impl CallState {
    /// Whether it is under way.
    pub fn loading(&self) -> bool {
        matches!(self, CallState::Loading { .. })
    }

    /// The newest good answer.
    pub fn answer(&self) -> Option<&Rc<Answer>> {
        match self {
            CallState::Idle => None,
            CallState::Ready(answer) => Some(answer),
            CallState::Loading { last } | CallState::Failed { last, .. } => last.as_ref(),
        }
    }

    /// The failure, if the newest call failed.
    pub fn failure(&self) -> Option<&Rc<Failure>> {
        match self {
            CallState::Failed { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// What happened in the newest call that is over.
    pub fn events(&self) -> Option<&Rc<Vec<Event>>> {
        match self {
            CallState::Failed { failure, .. } => Some(&failure.events),
            other => other.answer().map(|answer| &answer.events),
        }
    }

    /// The value of `data-state`.
    pub fn name(&self) -> &'static str {
        match self {
            CallState::Idle => "idle",
            CallState::Loading { .. } => "loading",
            CallState::Ready(_) => "ready",
            CallState::Failed { .. } => "failed",
        }
    }

    /// The transition.
    pub fn apply(&mut self, action: CallAction) {
        let last = self.answer().cloned();
        *self = match action {
            CallAction::Sent => CallState::Loading { last },
            CallAction::Answered(Ok(answer)) => CallState::Ready(Rc::new(answer)),
            CallAction::Answered(Err(failure)) => CallState::Failed { failure, last },
            CallAction::Reset => CallState::Idle,
        };
    }
}

reducible!(CallState, CallAction);

/// The request of the next page, where there is one.
pub fn next_page(request: &Value, response: &Value) -> Option<Value> {
    // A statement's answer has both: its own way on is the token.
    let (member, place) = match (response.get("NextToken"), response.get("LastEvaluatedKey")) {
        (Some(token), _) => ("NextToken", token),
        (None, last) => ("ExclusiveStartKey", last?),
    };
    let mut next = request.clone();
    next.as_object_mut()?.insert(member.to_owned(), place.clone());
    Some(next)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_good_answer_outlives_a_failure() {
        let answer = Answer {
            operation: "GetItem".into(),
            request: "{}".into(),
            response: "{}".into(),
            value: Rc::new(Value::Null),
            events: Rc::new(Vec::new()),
            now_ms: 3,
        };
        let failure = Failure {
            operation: "GetItem".into(),
            request: "{".into(),
            error: ClientError::LeaderChanged { check: String::new() },
            events: Rc::new(Vec::new()),
            now_ms: 0,
        };
        let mut call = CallState::default();
        call.apply(CallAction::Sent);
        assert!(call.loading() && call.answer().is_none());
        call.apply(CallAction::Answered(Ok(answer)));
        call.apply(CallAction::Sent);
        assert_eq!(call.answer().map(|a| a.now_ms), Some(3));
        call.apply(CallAction::Answered(Err(Rc::new(failure))));
        assert_eq!((call.name(), call.answer().map(|a| a.now_ms)), ("failed", Some(3)));
        assert_eq!(
            call.failure().map(|f| &f.error),
            Some(&ClientError::LeaderChanged { check: String::new() })
        );
        call.apply(CallAction::Reset);
        assert_eq!(call, CallState::Idle);
    }

    #[test]
    fn the_next_page_begins_where_this_one_ended() {
        let request = json!({"TableName": "T", "Limit": 2});
        assert_eq!(next_page(&request, &json!({})), None);
        let token = next_page(&json!({}), &json!({"NextToken": "t", "LastEvaluatedKey": {}}));
        assert_eq!(token, Some(json!({"NextToken": "t"})));
        let next = next_page(&request, &json!({"LastEvaluatedKey": {"id": {"S": "2"}}})).unwrap();
        assert_eq!(next, json!({"TableName": "T", "Limit": 2, "ExclusiveStartKey": {"id": {"S": "2"}}}));
    }
}
