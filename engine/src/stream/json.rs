//! A record as the streams' API and a function's event show it.

use crate::model::json::{write_map, write_text};

use super::record::{Record, sequence_number};

/// A record's `eventID`: the same each time that the record is read.
pub fn event_id(table: u32, position: u64) -> String {
    let of =
        |seed| xxhash_rust::xxh3::xxh3_64_with_seed(&position.to_be_bytes(), u64::from(table) << 8 | seed);
    format!("{:016x}{:016x}", of(1), of(2))
}

/// An object in the making: members one behind the other.
struct Object(Vec<u8>);

impl Object {
    fn new() -> Object {
        Object(vec![b'{'])
    }

    fn name(&mut self, name: &str) -> &mut Vec<u8> {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        write_text(name, &mut self.0);
        self.0.push(b':');
        &mut self.0
    }

    fn text(&mut self, name: &str, text: &str) {
        write_text(text, self.name(name));
    }

    fn number(&mut self, name: &str, number: u64) {
        self.name(name).extend_from_slice(number.to_string().as_bytes());
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}

/// The record's JSON.
pub fn record(record: &Record, table: u32, region: &str) -> Vec<u8> {
    let mut change = Object::new();
    change.number("ApproximateCreationDateTime", record.at_ms / 1000);
    write_map(&record.keys, change.name("Keys"));
    if let Some(image) = record.new_image() {
        write_map(image, change.name("NewImage"));
    }
    if let Some(image) = record.old_image() {
        write_map(image, change.name("OldImage"));
    }
    change.text("SequenceNumber", &sequence_number(record.position));
    change.number("SizeBytes", record.size_bytes() as u64);
    change.text("StreamViewType", record.view.name());
    let mut object = Object::new();
    object.text("eventID", &event_id(table, record.position));
    object.text("eventName", record.event_name());
    object.text("eventVersion", "1.1");
    object.text("eventSource", "aws:dynamodb");
    object.text("awsRegion", region);
    object.name("dynamodb").extend_from_slice(&change.finish());
    if record.by_ttl {
        let mut identity = Object::new();
        identity.text("PrincipalId", "dynamodb.amazonaws.com");
        identity.text("Type", "Service");
        object.name("userIdentity").extend_from_slice(&identity.finish());
    }
    object.finish()
}
