//! Events on their way: packed ([`engine::timeline::pack`]), by whoever tells them, once.
//!
//! Owns who shares them, and their form in an envelope of JSON: Base64, one short text. Their own JSON is many times as long, and to write and read
//! it would take more time than a request does.

use std::cell::OnceCell;
use std::ops::Deref;
use std::rc::Rc;

use data_encoding::BASE64_NOPAD;
use engine::timeline::{Event, pack, unpack};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Events that the history and whoever is told of them share.
#[derive(Clone, Debug, Default)]
pub struct Happened {
    events: Rc<Vec<Event>>,
    packed: OnceCell<Vec<u8>>,
}

impl Happened {
    /// Packed, which they are once.
    pub fn packed(&self) -> &[u8] {
        self.packed.get_or_init(|| pack(&self.events))
    }

    /// The events that were packed into these bytes; the error says that these are none.
    pub fn unpacked(bytes: &[u8]) -> Result<Happened, String> {
        unpack(bytes).map(Happened::from).map_err(|broken| broken.to_string())
    }

    /// As the history shares them.
    pub fn shared(&self) -> &Rc<Vec<Event>> {
        &self.events
    }

    /// The events themselves.
    pub fn into_events(self) -> Vec<Event> {
        Rc::unwrap_or_clone(self.events)
    }
}

impl From<Vec<Event>> for Happened {
    fn from(events: Vec<Event>) -> Happened {
        Happened { events: Rc::new(events), packed: OnceCell::new() }
    }
}

impl Deref for Happened {
    type Target = [Event];
    fn deref(&self) -> &[Event] {
        &self.events
    }
}

impl PartialEq for Happened {
    fn eq(&self, other: &Happened) -> bool {
        self.events == other.events
    }
}

impl Serialize for Happened {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_NOPAD.encode(self.packed()))
    }
}

impl<'de> Deserialize<'de> for Happened {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Happened, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64_NOPAD.decode(text.as_bytes()).map_err(D::Error::custom)?;
        Happened::unpacked(&bytes).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use engine::world::World;

    use super::Happened;
    use crate::protocol::FromWorker;

    #[test]
    fn what_is_told_is_heard() {
        let events = World::new(Default::default()).execute("us-east-1", 1, "ListTables", b"{}").events;
        assert!(events.len() > 1);
        for message in
            [FromWorker::Events { events: events.into() }, FromWorker::Branch { events: Happened::default() }]
        {
            let json = serde_json::to_string(&message).expect("plain data");
            assert_eq!(serde_json::from_str::<FromWorker>(&json).expect("what was written"), message);
        }
        let broken = [r#"{"events":{"events":"!"}}"#, r#"{"events":{"events":"/////w"}}"#];
        broken.iter().for_each(|json| assert!(serde_json::from_str::<FromWorker>(json).is_err(), "{json}"));
    }
}
