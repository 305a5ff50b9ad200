//! What must hold of a history at any moment, and of one that has settled.

use serde_json::{Value, json};

use super::{History, as_item, key_of, number};
use crate::model::{OWNERS, STATUSES, with_status};

impl History {
    /// An eventually consistent read shows a state that was committed once, and never one before that which the same replica showed.
    pub(super) fn check_version(&mut self, key: (&'static str, i64), item: Option<&Value>) {
        let zone = self.zone.expect("a read goes to a replica");
        let nothing = vec![None];
        let versions = self.versions.get(&key).unwrap_or(&nothing);
        let from = self.seen.get(&(key, zone)).copied().unwrap_or(0);
        let found = versions.iter().enumerate().skip(from).find(|(_, version)| version.as_ref() == item);
        let Some((at, _)) = found else {
            panic!("{key:?} at {zone:?}: {item:?} is none of {versions:?} from {from} on");
        };
        self.seen.insert((key, zone), at);
    }

    /// The versions of an item that a reader may still see.
    fn versions_of(&self, key: (&'static str, i64)) -> &[Option<Value>] {
        self.versions.get(&key).map_or(&[None], Vec::as_slice)
    }

    /// What an eventually consistent query found of an owner's items: each is there once, in order, as it once was; what is not
    /// there was once not there.
    pub(super) fn check_items(&self, owner: &'static str, found: &[Value]) {
        let numbers: Vec<i64> = found.iter().map(|item| number(&item["n"])).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{owner}: {numbers:?} is not in order");
        for item in found {
            let key = (owner, number(&item["n"]));
            assert!(
                self.versions_of(key).iter().flatten().any(|version| version == item),
                "{key:?} was never {item}"
            );
        }
        for (key, versions) in self.versions.range((owner, i64::MIN)..=(owner, i64::MAX)) {
            let missing = !numbers.contains(&key.1);
            assert!(!missing || versions.contains(&None), "{key:?} was always there, and is not found");
        }
    }

    /// What a query of the global index found: each entry is an item as it once was, with that status.
    pub(super) fn check_index_entries(&self, status: &str, found: &[Value]) {
        for item in found {
            assert_eq!(item["status"]["S"], status);
            let (owner, n) = key_of(item);
            let owner = OWNERS.into_iter().find(|known| *known == owner).expect("an owner");
            assert!(
                self.versions_of((owner, n)).iter().flatten().any(|version| version == item),
                "({owner}, {n}) was never {item}"
            );
        }
    }

    /// A table with a local index never divides an item collection.
    pub(super) fn check_collections(&mut self) {
        for owner in OWNERS {
            let key = json!({"TableName": "Sim", "Key": {"owner": {"S": owner}}});
            let located = self.ok("Dynascope.LocateKey", key);
            let partitions = located["Partitions"].as_array().map_or(0, Vec::len);
            self.report.divided += usize::from(partitions > 1);
            assert!(!self.local || partitions == 1, "{owner} is on {partitions} partitions");
        }
    }

    pub(super) fn check_everything_strongly(&mut self) {
        let limit = self.below(20) + 1;
        let request = json!({"TableName": "Sim", "ConsistentRead": true, "Limit": limit});
        let mut found = self.pages("Scan", request);
        found.sort_by_key(key_of);
        let expected: Vec<Value> = self.model.iter().map(|(key, record)| as_item(key, record)).collect();
        assert_eq!(found, expected, "a strongly consistent scan shows every item once");
        self.check_collections();
    }

    pub(super) fn check_everything(&mut self) {
        self.check_everything_strongly();
        let described = self.ok("DescribeTable", json!({"TableName": "Sim"}));
        assert_eq!(described["Table"]["ItemCount"], self.model.len());
        let mut segments = Vec::new();
        for segment in 0..3 {
            segments.extend(self.pages(
                "Scan",
                json!({"TableName": "Sim", "Segment": segment, "TotalSegments": 3, "Limit": 5}),
            ));
        }
        segments.sort_by_key(key_of);
        let expected: Vec<Value> = self.model.iter().map(|(key, record)| as_item(key, record)).collect();
        assert_eq!(segments, expected, "three segments together are the table");
        for status in STATUSES {
            let values = json!({":s": {"S": status}});
            let names = json!({"#s": "status"});
            let mut found = self.pages(
                "Query",
                json!({
                    "TableName": "Sim", "IndexName": "by-status", "KeyConditionExpression": "#s = :s",
                    "ExpressionAttributeNames": names, "ExpressionAttributeValues": values, "Limit": 3
                }),
            );
            found.sort_by_key(key_of);
            let expected: Vec<Value> = with_status(&self.model, status)
                .into_iter()
                .map(|key| as_item(&key, &self.model[&key]))
                .collect();
            assert_eq!(found, expected, "the global index holds what has its key, as it is in the table");
            let has_index = self.local;
            for owner in OWNERS.into_iter().filter(|_| has_index) {
                let values = json!({":s": {"S": status}, ":o": {"S": owner}});
                let names = json!({"#s": "status", "#o": "owner"});
                let local = self.pages(
                    "Query",
                    json!({
                        "TableName": "Sim", "IndexName": "by-status-here", "ConsistentRead": true,
                        "KeyConditionExpression": "#o = :o AND #s = :s",
                        "ExpressionAttributeNames": names, "ExpressionAttributeValues": values
                    }),
                );
                let local: Vec<i64> = local.iter().map(|item| number(&item["n"])).collect();
                let expected: Vec<i64> = with_status(&self.model, status)
                    .into_iter()
                    .filter(|key| key.0 == owner)
                    .map(|key| key.1)
                    .collect();
                assert_eq!(
                    local, expected,
                    "the local index holds what has its key, ties in the order of the sort key"
                );
            }
        }
    }
}
