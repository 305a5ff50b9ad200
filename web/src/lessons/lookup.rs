//! What a request needs of other answers: `let stream: DescribeTable {"TableName": "Orders"} Table.LatestStreamArn`, and `"<stream>"` in what follows.
//!
//! Owns the order in which a call's requests are sent and what each of them is filled with; sends none of them. The page and the tests go
//! through a call by [`Sending`]. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Call;
use super::expect::Path;

/// A request whose answer holds something that a later one needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// What it is called.
    pub name: String,
    /// The API action, which only reads.
    pub operation: String,
    /// Its JSON, which may name what was looked up before.
    pub request: Value,
    /// Where it stands in the answer.
    pub path: Path,
}

/// A call that is being sent, one request after the other: its lookups first, itself last.
#[derive(Clone, Debug)]
pub struct Sending<'a> {
    call: &'a Call,
    found: BTreeMap<String, Value>,
    at: usize,
}

impl<'a> Sending<'a> {
    /// Begins with its first lookup, or, where it has none, with itself.
    pub fn new(call: &'a Call) -> Sending<'a> {
        Sending { call, found: BTreeMap::new(), at: 0 }
    }

    /// The operation that is to be sent now, its request, and whether it is the call itself.
    pub fn next(&self) -> (&'a str, Value, bool) {
        let (operation, request, is_last) = match self.call.lookups.get(self.at) {
            Some(lookup) => (&lookup.operation, &lookup.request, false),
            None => (&self.call.operation, &self.call.request, true),
        };
        let mut request = request.clone();
        fill(&mut request, &self.found);
        (operation, request, is_last)
    }

    /// Takes a lookup's answer; says what is missing in it.
    pub fn take(&mut self, answer: &Value) -> Result<(), String> {
        let Some(lookup) = self.call.lookups.get(self.at) else { return Ok(()) };
        let found = lookup.path.find(answer).cloned();
        let found = found.ok_or_else(|| format!("{} answers without {}", lookup.operation, lookup.path))?;
        self.found.insert(lookup.name.clone(), found);
        self.at += 1;
        Ok(())
    }
}

/// Puts what was found in the places of its names. Texts nest as deep as serde_json reads at most.
fn fill(value: &mut Value, found: &BTreeMap<String, Value>) {
    match value {
        Value::String(text) => {
            let name = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
            if let Some(known) = name.and_then(|name| found.get(name)) {
                *value = known.clone();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| fill(value, found)),
        Value::Object(members) => members.values_mut().for_each(|value| fill(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lookup(name: &str, operation: &str, request: Value, path: &str) -> Lookup {
        Lookup {
            name: name.into(),
            operation: operation.into(),
            request,
            path: Path::read(path).expect("a path"),
        }
    }

    #[test]
    fn each_request_is_filled_with_what_was_found_before_it() {
        let lookups = vec![
            lookup("stream", "DescribeTable", json!({"TableName": "T"}), "Table.LatestStreamArn"),
            lookup(
                "shard",
                "DescribeStream",
                json!({"StreamArn": "<stream>"}),
                "StreamDescription.Shards[0].ShardId",
            ),
        ];
        let request = json!({"StreamArn": "<stream>", "Of": [{"ShardId": "<shard>", "Other": "<nothing>"}]});
        let call = Call { operation: "GetShardIterator".into(), request, lookups };
        let mut sending = Sending::new(&call);
        assert_eq!(sending.next(), ("DescribeTable", json!({"TableName": "T"}), false));
        assert!(
            sending.take(&json!({"Table": {}})).expect_err("nothing there").contains("Table.LatestStreamArn")
        );
        assert_eq!(sending.take(&json!({"Table": {"LatestStreamArn": "arn"}})), Ok(()));
        assert_eq!(sending.next(), ("DescribeStream", json!({"StreamArn": "arn"}), false));
        assert_eq!(sending.take(&json!({"StreamDescription": {"Shards": [{"ShardId": "s1"}]}})), Ok(()));
        let filled = json!({"StreamArn": "arn", "Of": [{"ShardId": "s1", "Other": "<nothing>"}]});
        assert_eq!(sending.next(), ("GetShardIterator", filled, true));
    }
}
