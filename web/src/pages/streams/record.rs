//! A stream record, and the difference of its two images.
//!
//! Follows [Record](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html) and
//! [StreamRecord](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html).

use std::rc::Rc;

use serde_json::Value;

use crate::components::cell_text;

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// `INSERT`, `MODIFY` or `REMOVE`.
    pub event_name: String,
    /// Its sequence number.
    pub sequence_number: String,
    /// The item's key, as text.
    pub key: String,
    /// When, in seconds of the epoch.
    pub at_s: u64,
    /// Keys and images together, in bytes.
    pub size_bytes: u64,
    /// `NEW_AND_OLD_IMAGES` and the like.
    pub view_type: String,
    /// Who did it, where that was the service: Time to Live.
    pub by_ttl: bool,
    /// The whole record.
    pub body: Rc<Value>,
}

/// What became of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Change {
    Key,
    Same,
    Changed,
    Added,
    Removed,
}

impl Change {
    /// The value of `data-change`.
    pub fn name(self) -> &'static str {
        match self {
            Change::Key => "key",
            Change::Same => "same",
            Change::Changed => "changed",
            Change::Added => "added",
            Change::Removed => "removed",
        }
    }

    /// The mark beside the attribute: a shape, not a colour alone.
    pub fn mark(self) -> &'static str {
        match self {
            Change::Key | Change::Same => "",
            Change::Changed => "≠",
            Change::Added => "+",
            Change::Removed => "−",
        }
    }
}

/// An attribute in both images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// In the old image.
    pub old: Option<String>,
    /// In the new image.
    pub new: Option<String>,
    /// What became of it.
    pub change: Change,
}

fn text(value: &Value) -> String {
    let typed = value.as_object().and_then(|map| map.iter().next());
    typed.map_or_else(String::new, |(kind, value)| cell_text(kind, value))
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
            key: key.join(", "),
            at_s: change["ApproximateCreationDateTime"].as_f64().unwrap_or(0.0) as u64,
            size_bytes: change["SizeBytes"].as_u64().unwrap_or(0),
            view_type: string(&change["StreamViewType"]).unwrap_or_default(),
            by_ttl: body["userIdentity"]["PrincipalId"] == "dynamodb.amazonaws.com",
            body: Rc::new(body.clone()),
        })
    }

    /// The two images, where the view type shows them.
    pub fn images(&self) -> (Option<&Value>, Option<&Value>) {
        (self.body["dynamodb"].get("OldImage"), self.body["dynamodb"].get("NewImage"))
    }

    /// The attributes of both images: the key first, then what changed, then the rest.
    pub fn attributes(&self) -> Vec<Attribute> {
        let (old, new) = self.images();
        let both = self.view_type == "NEW_AND_OLD_IMAGES";
        let mut names: Vec<&String> = Vec::new();
        for image in [Some(&self.body["dynamodb"]["Keys"]), new, old].into_iter().flatten() {
            for (name, _) in image.as_object().into_iter().flatten() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let attribute = |name: &String| {
            let of = |image: Option<&Value>| image.and_then(|image| image.get(name)).map(text);
            let (before, after) = (of(old), of(new));
            let key = self.body["dynamodb"]["Keys"].get(name).is_some();
            let change = match (&before, &after) {
                _ if key => Change::Key,
                // One image alone tells no difference.
                _ if !both => Change::Same,
                (None, Some(_)) => Change::Added,
                (Some(_), None) => Change::Removed,
                (Some(before), Some(after)) if before != after => Change::Changed,
                _ => Change::Same,
            };
            Attribute { name: name.clone(), old: before, new: after, change }
        };
        let mut list: Vec<Attribute> = names.into_iter().map(attribute).collect();
        list.sort_by_key(|one| match one.change {
            Change::Key => 0,
            Change::Same => 2,
            _ => 1,
        });
        list
    }

    /// What happened, in a sentence.
    pub fn tell(&self) -> String {
        let count = |change: Change| self.attributes().iter().filter(|one| one.change == change).count();
        match (self.event_name.as_str(), self.by_ttl) {
            ("REMOVE", true) => {
                "Time to Live deleted the item: userIdentity says that the service did it, not a client."
                    .into()
            }
            ("REMOVE", _) => "A client deleted the item.".into(),
            ("INSERT", _) => "The item is new: there was none of this key.".into(),
            _ if self.view_type != "NEW_AND_OLD_IMAGES" => "The item was there and was changed.".into(),
            _ => {
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
        let shown: Vec<(String, &str)> =
            record.attributes().into_iter().map(|one| (one.name, one.change.name())).collect();
        let expected =
            [("id", "key"), ("balance", "changed"), ("came", "added"), ("gone", "removed"), ("same", "same")];
        assert_eq!(shown, expected.map(|(name, change)| (name.to_owned(), change)));
        assert_eq!(
            record.tell(),
            "The item was there and was changed. Attributes: 1 changed, 1 added, 1 removed."
        );
        assert_eq!((record.key.as_str(), record.at_s), ("id = a", 7));
    }

    #[test]
    fn one_image_alone_tells_no_difference() {
        let record = record("NEW_IMAGE", Value::Null, json!({"id": {"S": "a"}, "balance": {"N": "2"}}));
        assert!(record.attributes().iter().all(|one| matches!(one.change, Change::Key | Change::Same)));
    }
}
