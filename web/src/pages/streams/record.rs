//! A stream record: what the lists need of it, and its images.
//!
//! Follows [Record](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html) and
//! [StreamRecord](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html).

use std::rc::Rc;

use serde_json::{Map, Value};

use super::diff::{Change, Row, rows, text};

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `INSERT`, `MODIFY` or `REMOVE`.
    pub event_name: String,
    /// Its sequence number.
    pub sequence_number: String,
    /// The item's key, as text.
    pub key: Rc<str>,
    /// When, in seconds of the epoch.
    pub at_s: u64,
    /// Keys and images together, in bytes.
    pub size_bytes: u64,
    /// `NEW_AND_OLD_IMAGES` and the like.
    pub view_type: String,
    /// Who did it, where that was the service: Time to Live.
    pub by_ttl: bool,
    /// The whole record as JSON: thousands are kept, and few looked into.
    pub body: Rc<str>,
}

/// What a record holds of its item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Images {
    /// The key.
    pub keys: Map<String, Value>,
    /// The image before, where the view type keeps it and there was one.
    pub old: Option<Map<String, Value>>,
    /// The image after.
    pub new: Option<Map<String, Value>>,
}

/// The records of a GetRecords answer.
pub fn read(answer: &Value) -> Vec<Rc<Record>> {
    answer["Records"].as_array().into_iter().flatten().filter_map(Record::read).map(Rc::new).collect()
}

impl Record {
    fn read(body: &Value) -> Option<Record> {
        let change = &body["dynamodb"];
        let string = |value: &Value| value.as_str().map(str::to_owned);
        let keys = change["Keys"].as_object().into_iter().flatten();
        let key: Vec<String> = keys.map(|(name, value)| format!("{name} = {}", text(value))).collect();
        Some(Record {
            event_name: string(&body["eventName"])?,
            sequence_number: string(&change["SequenceNumber"])?,
            key: key.join(", ").into(),
            at_s: change["ApproximateCreationDateTime"].as_f64().unwrap_or(0.0) as u64,
            size_bytes: change["SizeBytes"].as_u64().unwrap_or(0),
            view_type: string(&change["StreamViewType"]).unwrap_or_default(),
            by_ttl: body["userIdentity"]["PrincipalId"] == "dynamodb.amazonaws.com",
            body: body.to_string().into(),
        })
    }

    /// The whole record.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Whether both images are kept, so that there is a difference to tell.
    pub fn is_whole(&self) -> bool {
        self.view_type == "NEW_AND_OLD_IMAGES"
    }

    /// What it holds of its item.
    pub fn images(&self) -> Images {
        let body = self.json();
        let of = |name: &str| body["dynamodb"][name].as_object().cloned();
        Images { keys: of("Keys").unwrap_or_default(), old: of("OldImage"), new: of("NewImage") }
    }

    /// The attributes of both images: the key first, then what differs, path by path, then the rest.
    pub fn attributes(&self) -> Vec<Row> {
        let images = self.images();
        let keys = images.keys.iter().map(|(name, value)| Row {
            path: name.clone(),
            depth: 0,
            old: images.old.as_ref().map(|_| text(value)),
            new: images.new.as_ref().map(|_| text(value)),
            change: Change::Key,
        });
        let mut list: Vec<Row> = keys.collect();
        let (old, new) = (images.old.unwrap_or_default(), images.new.unwrap_or_default());
        let rest = rows(&old, &new, &images.keys);
        // One image alone tells no difference.
        let change = |change: Change| if self.is_whole() { change } else { Change::Same };
        list.extend(rest.into_iter().map(|row| Row { change: change(row.change), ..row }));
        list
    }

    /// What happened, in a sentence; `attributes` are its own.
    pub fn tell(&self, attributes: &[Row]) -> String {
        match (self.event_name.as_str(), self.by_ttl) {
            ("REMOVE", true) => {
                "Time to Live deleted the item: userIdentity says that the service did it, not a client."
                    .into()
            }
            ("REMOVE", _) => "A client deleted the item.".into(),
            ("INSERT", _) => "The item is new: there was none of this key.".into(),
            _ if !self.is_whole() => "The item was there and was changed.".into(),
            _ => {
                let count = |change: Change| attributes.iter().filter(|one| one.change == change).count();
                let parts =
                    [(Change::Changed, "changed"), (Change::Added, "added"), (Change::Removed, "removed")];
                let parts = parts.into_iter().filter(|(change, _)| count(*change) > 0);
                let parts: Vec<String> =
                    parts.map(|(change, word)| format!("{} {word}", count(change))).collect();
                format!("The item was there and was changed. Attributes: {}.", parts.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(view: &str, old: Value, new: Value) -> Record {
        let mut body = json!({"eventName": "MODIFY", "dynamodb": {"Keys": {"id": {"S": "a"}}, "SizeBytes": 20,
            "SequenceNumber": "100", "StreamViewType": view, "ApproximateCreationDateTime": 7}});
        for (name, image) in [("OldImage", old), ("NewImage", new)] {
            if image.is_object() {
                body["dynamodb"][name] = image;
            }
        }
        Record::read(&body).unwrap()
    }

    #[test]
    fn the_difference_is_marked_attribute_by_attribute() {
        let record = record(
            "NEW_AND_OLD_IMAGES",
            json!({"id": {"S": "a"}, "balance": {"N": "1"}, "gone": {"S": "x"}, "same": {"BOOL": true}}),
            json!({"id": {"S": "a"}, "balance": {"N": "2"}, "came": {"S": "y"}, "same": {"BOOL": true}}),
        );
        let attributes = record.attributes();
        let shown: Vec<(&str, &str)> =
            attributes.iter().map(|one| (one.path.as_str(), one.change.name())).collect();
        let expected =
            [("id", "key"), ("balance", "changed"), ("came", "added"), ("gone", "removed"), ("same", "same")];
        assert_eq!(shown, expected);
        assert_eq!(
            record.tell(&attributes),
            "The item was there and was changed. Attributes: 1 changed, 1 added, 1 removed."
        );
        assert_eq!((&*record.key, record.at_s), ("id = a", 7));
    }

    #[test]
    fn one_image_alone_tells_no_difference() {
        let record = record("NEW_IMAGE", Value::Null, json!({"id": {"S": "a"}, "balance": {"N": "2"}}));
        assert!(record.attributes().iter().all(|one| matches!(one.change, Change::Key | Change::Same)));
    }
}
