//! Events in a message: packed ([`engine::timeline::pack`]) and in Base64, so that they are one short text of the envelope.
//!
//! Owns that form alone. Their own JSON is many times as long, and to write and read it would take more time than a request does.

use data_encoding::BASE64_NOPAD;
use engine::timeline::{Event, pack, unpack};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// Writes events.
pub fn serialize<S: Serializer>(events: &[Event], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64_NOPAD.encode(&pack(events)))
}

/// Reads events.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Event>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = BASE64_NOPAD.decode(text.as_bytes()).map_err(D::Error::custom)?;
    unpack(&bytes).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use engine::world::World;

    use crate::protocol::FromWorker;

    #[test]
    fn what_is_told_is_heard() {
        let events = World::new(Default::default()).execute("us-east-1", 1, "ListTables", b"{}").events;
        assert!(events.len() > 1);
        for message in [FromWorker::Events { events }, FromWorker::Branch { events: Vec::new() }] {
            let json = serde_json::to_string(&message).expect("plain data");
            assert_eq!(serde_json::from_str::<FromWorker>(&json).expect("what was written"), message);
        }
        let broken = [r#"{"events":{"events":"!"}}"#, r#"{"events":{"events":"/////w"}}"#];
        broken.iter().for_each(|json| assert!(serde_json::from_str::<FromWorker>(json).is_err(), "{json}"));
    }
}
