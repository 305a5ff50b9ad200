//! A record as Lambda hands it to filters and functions.
//!
//! Follows [the example event](https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html): the streams' record with the
//! stream's ARN, and the identity of Time to Live in lower case.

use serde_json::Value;

use crate::model::{AttributeValue, Item, Number};
use crate::stream::{Record, json, sequence_number};

/// The record's JSON, for filters.
pub fn value(record: &Record, table: u32, region: &str, stream_arn: &str) -> Value {
    let mut value: Value =
        serde_json::from_slice(&json::record(record, table, region)).expect("a record is always JSON");
    value["eventSourceARN"] = stream_arn.into();
    if record.by_ttl {
        value["userIdentity"] =
            serde_json::json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
    }
    value
}

/// The same as an item, for expressions.
pub fn item(record: &Record, table: u32, region: &str, stream_arn: &str) -> Item {
    let s = |text: &str| AttributeValue::s(text);
    let whole = |number: u64| AttributeValue::N(Number::from(number as i64));
    let mut change = Item::new();
    change.insert("ApproximateCreationDateTime", whole(record.at_ms / 1000));
    change.insert("Keys", AttributeValue::M(record.keys.clone()));
    for (name, image) in [("NewImage", record.new_image()), ("OldImage", record.old_image())] {
        if let Some(image) = image {
            change.insert(name, AttributeValue::M(image.clone()));
        }
    }
    change.insert("SequenceNumber", s(&sequence_number(record.position)));
    change.insert("SizeBytes", whole(record.size_bytes() as u64));
    change.insert("StreamViewType", s(record.view.name()));
    let mut event = Item::new();
    event.insert("eventID", s(&json::event_id(table, record.position)));
    event.insert("eventName", s(record.event_name()));
    event.insert("eventVersion", s("1.1"));
    event.insert("eventSource", s("aws:dynamodb"));
    event.insert("awsRegion", s(region));
    event.insert("eventSourceARN", s(stream_arn));
    event.insert("dynamodb", AttributeValue::M(change));
    if record.by_ttl {
        let identity = [("principalId", "dynamodb.amazonaws.com"), ("type", "Service")];
        let identity = identity.map(|(name, text)| (name.to_owned(), s(text)));
        event.insert("userIdentity", AttributeValue::M(identity.into_iter().collect()));
    }
    event
}
