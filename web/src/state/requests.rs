//! The requests that are kept: those saved under a name, which travel with the workspace and its links, and the history.

use serde::{Deserialize, Serialize};

use super::reducible;

/// How many requests the history keeps.
pub const HISTORY: usize = 100;

/// A request with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedRequest {
    /// What the reader sees.
    pub name: String,
    /// The API action.
    pub operation: String,
    /// Its JSON, as it was typed.
    pub request: String,
    /// What it shows, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A request that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRequest {
    /// The API action.
    pub operation: String,
    /// Its JSON, as it was sent.
    pub request: String,
    /// The workspace's clock when it was answered.
    pub at_ms: u64,
    /// The exception's name, where it failed.
    pub error: Option<String>,
}

/// Both lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    /// In the order of saving.
    pub saved: Vec<SavedRequest>,
    /// Newest first.
    pub history: Vec<SentRequest>,
}

/// What can happen to them.
#[derive(Clone, Debug)]
pub enum RequestsAction {
    /// What the browser kept of this workspace.
    Restored(Requests),
    /// The saved requests of a document that was loaded: added, each name once.
    Loaded(Vec<SavedRequest>),
    /// Keep this one; it replaces the one of the same name.
    Save(SavedRequest),
    /// Forget the one of that name.
    Forget(String),
    /// This one was sent.
    Sent(SentRequest),
    /// Forget the history.
    ForgetHistory,
}

impl Requests {
    /// The transition.
    pub fn apply(&mut self, action: RequestsAction) {
        match action {
            RequestsAction::Restored(requests) => *self = requests,
            RequestsAction::Loaded(saved) => saved.into_iter().for_each(|one| self.save(one)),
            RequestsAction::Save(saved) => self.save(saved),
            RequestsAction::Forget(name) => self.saved.retain(|saved| saved.name != name),
            RequestsAction::Sent(sent) => {
                self.history.retain(|old| (&old.operation, &old.request) != (&sent.operation, &sent.request));
                self.history.insert(0, sent);
                self.history.truncate(HISTORY);
            }
            RequestsAction::ForgetHistory => self.history.clear(),
        }
    }

    fn save(&mut self, saved: SavedRequest) {
        match self.saved.iter_mut().find(|old| old.name == saved.name) {
            Some(old) => *old = saved,
            None => self.saved.push(saved),
        }
    }
}

reducible!(Requests, RequestsAction);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_holds_each_request_once_newest_first() {
        let sent = |n: usize| SentRequest {
            operation: "Query".into(),
            request: format!("{{\"Limit\": {n}}}"),
            at_ms: n as u64,
            error: None,
        };
        let mut requests = Requests::default();
        (0..HISTORY + 3).for_each(|n| requests.apply(RequestsAction::Sent(sent(n))));
        requests.apply(RequestsAction::Sent(SentRequest { at_ms: 999, ..sent(50) }));
        assert_eq!(requests.history.len(), HISTORY);
        assert_eq!(requests.history[0].at_ms, 999);
        assert_eq!(requests.history.iter().filter(|h| h.request.contains(" 50}")).count(), 1);
    }

    #[test]
    fn a_name_is_saved_once() {
        let saved = |request: &str| SavedRequest {
            name: "By user".into(),
            operation: "Query".into(),
            request: request.into(),
            note: String::new(),
        };
        let mut requests = Requests::default();
        requests.apply(RequestsAction::Save(saved("1")));
        requests.apply(RequestsAction::Loaded(vec![saved("2")]));
        assert_eq!(requests.saved, [saved("2")]);
        requests.apply(RequestsAction::Forget("By user".into()));
        assert!(requests.saved.is_empty());
    }
}
