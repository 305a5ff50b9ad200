//! Resource-based policies: how a table's or a stream's is put, replaced and taken away.
//!
//! Owns the revisions and what may follow on what; a policy's text is [`document`]'s. Never enforces a policy.
//!
//! Follows [resource-based policies](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html)
//! and the API findings that the ACK project published in October 2026; the wordings of a wrong revision as well getmoto/moto's
//! tests that were verified against the service.
//!
//! Differs from DynamoDB: a policy is kept and shown, never enforced; it can be read at once.

pub mod document;

use serde::{Deserialize, Serialize};

use super::lifecycle::stream_label;
use crate::error::Result;
use crate::error::resource as words;
use crate::error::table::ensure;

/// How long after a change the next is refused as one that waits for the previous.
const PENDING_MS: u64 = 2000;
/// How long after a change the next is refused at all.
pub const COOLDOWN_MS: u64 = 15_000;
/// What a request expects that expects no policy to be there.
const NO_POLICY: &str = "NO_POLICY";

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its canonical text, as [`document::canonical`] gives it.
    pub document: String,
    /// Its revision: the time of the change, in milliseconds of the epoch.
    pub revision: u64,
}

/// The policy of a table or stream, or that there is none (any more).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyState {
    /// The policy.
    #[serde(default)]
    pub policy: Option<Policy>,
    /// The revision of the last change, a removal too.
    #[serde(default)]
    pub revision: Option<u64>,
}

/// The moment of a change and how it goes.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The table's name, for the refusals.
    pub table: &'a str,
    /// Now, in milliseconds of the epoch.
    pub now_ms: u64,
    /// Whether a change may follow on another at once.
    pub instant: bool,
}

impl PolicyState {
    /// The state of a new table with that policy.
    pub fn new(document: Option<String>, now_ms: u64) -> PolicyState {
        match document {
            None => PolicyState::default(),
            Some(document) => {
                PolicyState { policy: Some(Policy { document, revision: now_ms }), revision: Some(now_ms) }
            }
        }
    }

    /// Puts a policy (its canonical text) and gives its revision. The same policy again changes nothing.
    pub fn put(&mut self, document: String, expected: Option<&str>, moment: Moment<'_>) -> Result<u64> {
        self.expect(expected, moment)?;
        if let Some(policy) = self.policy.as_ref().filter(|policy| policy.document == document) {
            return Ok(policy.revision);
        }
        self.settled(moment)?;
        let revision = self.next_revision(moment.now_ms);
        self.policy = Some(Policy { document, revision });
        self.revision = Some(revision);
        Ok(revision)
    }

    /// Takes the policy away and gives its revision; where there is none any more, that of the removal.
    pub fn delete(&mut self, expected: Option<&str>, moment: Moment<'_>) -> Result<Option<u64>> {
        self.expect(expected, moment)?;
        let Some(policy) = self.policy.clone() else { return Ok(self.revision) };
        self.settled(moment)?;
        self.revision = Some(self.next_revision(moment.now_ms));
        self.policy = None;
        Ok(Some(policy.revision))
    }

    fn next_revision(&self, now_ms: u64) -> u64 {
        self.revision.map_or(now_ms, |last| now_ms.max(last + 1))
    }

    fn expect(&self, expected: Option<&str>, moment: Moment<'_>) -> Result<()> {
        let Some(expected) = expected else { return Ok(()) };
        let table = moment.table;
        match &self.policy {
            Some(policy) if expected == NO_POLICY => Err(words::policy_expected_none(table, policy.revision)),
            Some(policy) => ensure(expected == policy.revision.to_string(), || {
                words::policy_revision(expected, table, policy.revision)
            }),
            None if expected == NO_POLICY => Ok(()),
            None => Err(words::policy_revision_of_none(expected, table)),
        }
    }

    fn settled(&self, moment: Moment<'_>) -> Result<()> {
        let Some(last_ms) = self.revision.filter(|_| !moment.instant) else { return Ok(()) };
        let since_ms = moment.now_ms.saturating_sub(last_ms);
        ensure(since_ms >= PENDING_MS, || words::policy_pending(moment.table))?;
        ensure(since_ms >= COOLDOWN_MS, || {
            words::policy_changed_lately(moment.table, COOLDOWN_MS, &stream_label(last_ms + COOLDOWN_MS))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_are_times_and_a_change_waits_for_the_last() {
        let at = |now_ms: u64| Moment { table: "Orders", now_ms, instant: false };
        let mut state = PolicyState::default();
        assert_eq!(state.delete(None, at(0)), Ok(None), "there was never one");
        assert_eq!(state.put("a".into(), Some("NO_POLICY"), at(1000)), Ok(1000));
        assert_eq!(state.put("a".into(), None, at(1001)), Ok(1000), "the same again");
        let refusal = |result: Result<u64>| result.unwrap_err().message;
        let pending = "Attempt to change a resource which is still in use: Table is pending previous resource-based policy \
                       update: Orders";
        assert_eq!(refusal(state.put("b".into(), Some("1000"), at(1500))), pending);
        let lately = "Resource-based policy for table Orders modified within the previous 15000 milliseconds. Please try \
                      again after 1970-01-01T00:00:16.000Z.";
        assert_eq!(refusal(state.put("b".into(), None, at(15_999))), lately);
        assert_eq!(state.put("b".into(), Some("1000"), at(16_000)), Ok(16_000));
        assert_eq!(state.delete(Some("16000"), at(40_000)), Ok(Some(16_000)));
        assert_eq!(state.delete(None, at(40_001)), Ok(Some(40_000)));
    }
}
