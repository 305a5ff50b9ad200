//! What the tabs of one workspace say to each other: one leads, the others pass their requests to it.
//!
//! Every tab listens on the workspace's channel, where a leader says that it leads and the others that they are there; what is
//! between the leader and one other tab goes over that tab's own channel, in both directions, so that it arrives in order. The
//! envelope's head stays readable for ever: two tabs may be of different builds. Pure: the channels are [`crate::worker::channel`]'s.

use serde::{Deserialize, Serialize};

use super::{FromWorker, ToWorker, VERSION};

/// What one tab says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Says {
    /// On the workspace's channel: a tab is there. Said to one of another version, which learns it from the envelope.
    Here,
    /// On the channel of all tabs: the list of workspaces has changed.
    Listed,
    /// On the workspace's channel: a tab wants to follow whoever leads.
    Join {
        /// Which.
        workspace: String,
    },
    /// On the workspace's channel: the tab leads from now on, under this name, which is new each time.
    Leads {
        /// What it leads.
        workspace: String,
        /// The name of its leadership.
        term: String,
    },
    /// On its own channel: the tab follows no more.
    Leave,
    /// On its own channel: a request of its page.
    Ask {
        /// As the page sent it.
        message: Box<ToWorker>,
    },
    /// On a tab's channel: what its page is to be told.
    Tell {
        /// By whom.
        term: String,
        /// What.
        message: Box<FromWorker>,
    },
    /// On a tab's channel: the leader lets the workspace go. What it has not answered by now was not carried out.
    Leaving {
        /// Which.
        term: String,
    },
}

/// The part of an envelope that every version can read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Head {
    version: u32,
    tab: String,
}

#[derive(Serialize)]
struct Envelope<'a> {
    version: u32,
    tab: &'a str,
    says: &'a Says,
}

#[derive(Deserialize)]
struct Opened {
    tab: String,
    says: Says,
}

/// What was heard of another tab.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A tab of this version said something.
    Said {
        /// The tab.
        tab: String,
        /// What.
        says: Box<Says>,
    },
    /// A tab of an older version is there.
    Older,
    /// A tab of a newer version is there.
    Newer,
}

/// The bytes of what `tab` says.
pub fn encode(tab: &str, says: &Says) -> Vec<u8> {
    serde_json::to_vec(&Envelope { version: VERSION, tab, says }).expect("a message is plain data")
}

/// Reads what [`encode`] made, here or in another build. None where it is no such thing at all.
pub fn decode(bytes: &[u8]) -> Option<Heard> {
    let head: Head = serde_json::from_slice(bytes).ok()?;
    match head.version.cmp(&VERSION) {
        std::cmp::Ordering::Less => Some(Heard::Older),
        std::cmp::Ordering::Greater => Some(Heard::Newer),
        std::cmp::Ordering::Equal => {
            let Opened { tab, says } = serde_json::from_slice(bytes).ok()?;
            Some(Heard::Said { tab, says: Box::new(says) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_heard_and_other_versions_are_told_apart() {
        let says = Says::Leads { workspace: "w".into(), term: "a 1".into() };
        let bytes = encode("a", &says);
        assert_eq!(decode(&bytes), Some(Heard::Said { tab: "a".into(), says: Box::new(says) }));
        let of = |version: u32| format!(r#"{{"version":{version},"tab":"b","says":{{"sings":[]}}}}"#);
        assert_eq!(decode(of(VERSION - 1).as_bytes()), Some(Heard::Older));
        assert_eq!(decode(of(VERSION + 1).as_bytes()), Some(Heard::Newer));
        assert_eq!(decode(of(VERSION).as_bytes()), None, "of this version, and no message of it");
        assert_eq!(decode(b"{}"), None);
    }
}
