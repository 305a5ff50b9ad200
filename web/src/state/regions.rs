//! A global table as its regions hold it: who takes part, what each holds of an item, what is on its way, and which writes lost.
//!
//! Reads the inspector's `DescribeReplica` of each region and puts them side by side. Never asks anything; tested natively.
//!
//! Follows [Global tables](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::tables::Keys;

/// When and where an item was last written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Written {
    /// In milliseconds of the epoch: what is compared first.
    pub at_milliseconds: u64,
    /// Tells writes of one time apart, where the later had seen the earlier.
    pub count: u64,
    /// The region: what is compared last.
    pub region_name: String,
}

/// An item in a region.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Held {
    /// All of it.
    pub item: Value,
    /// None since before there were replicas.
    pub written: Option<Written>,
}

/// A write on its way.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Waiting {
    /// The item's key; null where only its bytes are known.
    pub key: Value,
    /// When it was written.
    pub written_milliseconds: u64,
    /// When it arrives, unless the link is broken or a region is dark.
    pub arrives_milliseconds: u64,
    /// Whether the item was removed.
    pub removed: bool,
}

/// The link to another region.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Link {
    /// The other region.
    pub region_name: String,
    /// Whether nothing arrives there.
    pub broken: bool,
    /// How much later everything arrives there.
    pub lag_milliseconds: u64,
    /// Writes of all tables on their way.
    pub pending_writes: u64,
    /// The first of this table's.
    pub writes: Vec<Waiting>,
}

/// One of two concurrent writes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Side {
    /// When and where.
    pub written: Written,
    /// Whether it removed the item.
    pub removed: bool,
    /// What it wrote.
    pub item: Option<Value>,
}

/// Two concurrent writes of an item.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Conflict {
    /// The item's key.
    pub key: Value,
    /// When the two met.
    pub met_milliseconds: u64,
    /// What stands.
    pub winner: Side,
    /// What is gone.
    pub loser: Side,
}

impl Conflict {
    /// Why the one write won and not the other.
    pub fn why(&self) -> String {
        let (winner, loser) = (&self.winner.written, &self.loser.written);
        let (won, lost) = (&winner.region_name, &loser.region_name);
        match winner.at_milliseconds.saturating_sub(loser.at_milliseconds) {
            0 if winner.count > loser.count => {
                format!("Both are of the same millisecond, in which {won} had written the item more often.")
            }
            0 => {
                format!("Both are of the same millisecond: the Region's name decides, {won} behind {lost}.")
            }
            later_ms => format!("The write in {won} is {later_ms} ms later than the one in {lost}."),
        }
    }
}

/// Another region of a table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Member {
    /// The region.
    pub region_name: String,
    /// `CREATING`, `ACTIVE`, `DELETING`; none where it was asked for a moment ago.
    pub status: Option<String>,
    /// Whether it keeps changes and no table.
    pub witness: bool,
}

/// A region's part in a table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Replica {
    /// The region.
    pub region_name: String,
    /// `UP` or `DARK`.
    pub region_status: String,
    /// None where the table is not there.
    pub table_status: Option<String>,
    /// `STRONG` or `EVENTUAL`; none where it is no global table.
    pub multi_region_consistency: Option<String>,
    /// The other regions.
    pub members: Vec<Member>,
    /// How many items the region holds.
    pub item_count: u64,
    /// The first of them.
    pub items: Vec<Held>,
    /// Links that are out of order or have writes under way.
    pub links: Vec<Link>,
    /// Writes that lost, the newest first.
    pub conflicts: Vec<Conflict>,
}

impl Replica {
    /// Whether the region is dark.
    pub fn is_dark(&self) -> bool {
        self.region_status == "DARK"
    }

    /// Whether the table takes requests there.
    pub fn is_usable(&self) -> bool {
        !self.is_dark() && matches!(self.table_status.as_deref(), Some("ACTIVE" | "UPDATING"))
    }

    /// The link to another region; none where it is in order and nothing is under way.
    pub fn link(&self, to: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.region_name == to)
    }
}

/// What stands under a key in one region.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The item; none where there is none.
    pub held: Option<Held>,
    /// Whether another region holds something else.
    pub differs: bool,
    /// A write of the item that has not arrived here yet.
    pub awaited: Option<Awaited>,
}

/// How far a write is that has not arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// It arrives by itself.
    OnItsWay,
    /// A broken link or a dark Region holds it back.
    HeldBack,
}

/// An item in all regions.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its key attributes.
    pub key: Map<String, Value>,
    /// What each region holds, in the regions' order.
    pub cells: Vec<Cell>,
}

/// The region of a strong global table that keeps changes and no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The region.
    pub region_name: String,
    /// As [`Member::status`].
    pub status: Option<String>,
    /// Whether the region is dark.
    pub dark: bool,
}

/// A global table.
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalTable {
    /// Each region that has a table: the workspace's own first.
    pub replicas: Vec<Replica>,
    /// Its witness, where it has one.
    pub witness: Option<Witness>,
}

/// A key, and what each Region holds under it.
type Beside = (Map<String, Value>, Vec<Option<Held>>);

fn key_of(item: &Value, keys: &Keys) -> Map<String, Value> {
    keys.all().filter_map(|part| Some((part.name.clone(), item.get(&part.name)?.clone()))).collect()
}

impl GlobalTable {
    /// The region that the workspace is of.
    pub fn home(&self) -> Option<&Replica> {
        self.replicas.first()
    }

    /// Whether its consistency is STRONG over all regions.
    pub fn is_strong(&self) -> bool {
        self.home().is_some_and(|home| home.multi_region_consistency.as_deref() == Some("STRONG"))
    }

    /// Whether a region is dark.
    pub fn has_dark(&self) -> bool {
        self.replicas.iter().any(Replica::is_dark)
    }

    /// The items side by side, in the order of their keys' text.
    pub fn rows(&self, keys: &Keys) -> Vec<Row> {
        let mut all: BTreeMap<String, Beside> = BTreeMap::new();
        for (at, replica) in self.replicas.iter().enumerate() {
            for held in &replica.items {
                let key = key_of(&held.item, keys);
                let text = Value::Object(key.clone()).to_string();
                let (_, cells) = all.entry(text).or_insert_with(|| (key, vec![None; self.replicas.len()]));
                cells[at] = Some(held.clone());
            }
        }
        let row = |(key, held): Beside| {
            let items: Vec<Option<&Value>> =
                held.iter().map(|held| held.as_ref().map(|held| &held.item)).collect();
            let differs = items.iter().any(|item| *item != items[0]);
            let cells = self.replicas.iter().zip(held.clone());
            let cells =
                cells.map(|(replica, held)| Cell { held, differs, awaited: self.awaited(replica, &key) });
            Row { cells: cells.collect(), key: key.clone() }
        };
        all.into_values().map(row).collect()
    }

    fn awaited(&self, here: &Replica, key: &Map<String, Value>) -> Option<Awaited> {
        let others = self.replicas.iter().filter(|replica| replica.region_name != here.region_name);
        let links = others.filter_map(|other| Some((other, other.link(&here.region_name)?)));
        let mut holding = links
            .filter(|(_, link)| link.writes.iter().any(|write| write.key.as_object() == Some(key)))
            .map(|(other, link)| link.broken || other.is_dark() || here.is_dark());
        match holding.next()? {
            true => Some(Awaited::HeldBack),
            false => Some(Awaited::OnItsWay),
        }
    }

    /// How many writes of the table are on their way.
    pub fn under_way(&self) -> usize {
        self.replicas.iter().flat_map(|replica| &replica.links).map(|link| link.writes.len()).sum()
    }

    /// The writes that lost, each once, the newest first: both regions tell of it.
    pub fn conflicts(&self) -> Vec<&Conflict> {
        let mut all: Vec<&Conflict> = Vec::new();
        for conflict in self.replicas.iter().flat_map(|replica| &replica.conflicts) {
            let same = |one: &&Conflict| {
                one.key == conflict.key
                    && one.winner.written == conflict.winner.written
                    && one.loser.written == conflict.loser.written
            };
            if !all.iter().any(same) {
                all.push(conflict);
            }
        }
        all.sort_by_key(|conflict| std::cmp::Reverse(conflict.met_milliseconds));
        all
    }
}

/// The Regions that a replica can be added in: those of the legend, the workspace's own not among them.
pub const REGIONS: [&str; 8] = [
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "eu-west-1",
    "eu-central-1",
    "ap-northeast-1",
    "ap-southeast-2",
    "sa-east-1",
];

/// The Regions of one set, in which a table of STRONG consistency can be.
const SETS: [[&str; 3]; 3] = [
    ["us-east-1", "us-east-2", "us-west-2"],
    ["eu-west-1", "eu-west-2", "eu-central-1"],
    ["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
];

/// The other two Regions of the set that a Region is in; those of the first where it is in none.
pub fn set_of(region: &str) -> Vec<&'static str> {
    let set = SETS.iter().find(|set| set.contains(&region)).unwrap_or(&SETS[0]);
    set.iter().filter(|other| **other != region).take(2).copied().collect()
}

/// An item or a key as one line: `id 7, state paid`.
pub fn line(item: &Map<String, Value>) -> String {
    let value = |value: &Value| match value.as_object().and_then(|one| one.iter().next()) {
        Some((_, Value::String(text))) => text.clone(),
        Some((_, other)) => other.to_string(),
        None => value.to_string(),
    };
    item.iter().map(|(name, one)| format!("{name} {}", value(one))).collect::<Vec<_>>().join(", ")
}

/// The same without the key attributes.
pub fn rest_line(item: &Value, keys: &Keys) -> String {
    let names = keys.names();
    let rest: Map<String, Value> = item
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !names.contains(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    match rest.is_empty() {
        true => "key alone".to_owned(),
        false => line(&rest),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::state::tables::KeyPart;

    fn keys() -> Keys {
        Keys { hash: vec![KeyPart { name: "id".into(), attribute_type: "S".into() }], range: Vec::new() }
    }

    fn replica(region: &str, state: Option<&str>, links: Value, conflicts: Value) -> Replica {
        let items = state.map(|state| {
            json!({"Item": {"id": {"S": "1"}, "state": {"S": state}},
                "Written": {"RegionName": region, "AtMilliseconds": 5, "Count": 0}})
        });
        serde_json::from_value(json!({
            "RegionName": region, "RegionStatus": "UP", "TableStatus": "ACTIVE", "MultiRegionConsistency": "EVENTUAL",
            "Members": [], "ItemCount": items.iter().count(), "Items": items.iter().collect::<Vec<_>>(),
            "Links": links, "Conflicts": conflicts
        }))
        .expect("a replica")
    }

    #[test]
    fn what_differs_is_marked_and_what_is_awaited_is_told() {
        let link = json!([{"RegionName": "eu-west-1", "Broken": true, "LagMilliseconds": 0, "PendingWrites": 1,
            "Writes": [{"Key": {"id": {"S": "1"}}, "WrittenMilliseconds": 5, "ArrivesMilliseconds": 9, "Removed": false}]}]);
        let mut table = GlobalTable {
            replicas: vec![
                replica("us-east-1", Some("paid"), link, json!([])),
                replica("eu-west-1", Some("open"), json!([]), json!([])),
            ],
            witness: None,
        };
        let rows = table.rows(&keys());
        assert_eq!(rows.len(), 1);
        assert!(rows[0].cells.iter().all(|cell| cell.differs));
        let awaited: Vec<Option<Awaited>> = rows[0].cells.iter().map(|cell| cell.awaited).collect();
        assert_eq!(awaited, [None, Some(Awaited::HeldBack)]);
        table.replicas[0].links[0].broken = false;
        assert_eq!(table.rows(&keys())[0].cells[1].awaited, Some(Awaited::OnItsWay));
        assert_eq!((table.under_way(), line(&rows[0].key)), (1, "id 1".into()));
        assert_eq!(rest_line(&rows[0].cells[0].held.as_ref().expect("an item").item, &keys()), "state paid");
        table.replicas[1].items[0].item["state"] = json!({"S": "paid"});
        assert!(table.rows(&keys())[0].cells.iter().all(|cell| !cell.differs));
        table.replicas[1].items.clear();
        assert!(table.rows(&keys())[0].cells[1].held.is_none() && table.rows(&keys())[0].cells[1].differs);
    }

    #[test]
    fn a_conflict_that_both_regions_tell_of_is_one_and_says_why() {
        let side = |region: &str, at: u64, count: u64| json!({"Written": {"RegionName": region, "AtMilliseconds": at, "Count": count}, "Removed": true});
        let met = |winner: Value, loser: Value| json!([{"Key": {"id": {"S": "1"}}, "MetMilliseconds": 9, "Winner": winner, "Loser": loser}]);
        let one = met(side("us-east-1", 8, 0), side("eu-west-1", 5, 0));
        let table = GlobalTable {
            replicas: vec![
                replica("us-east-1", None, json!([]), one.clone()),
                replica("eu-west-1", None, json!([]), one),
            ],
            witness: None,
        };
        assert_eq!(table.conflicts().len(), 1);
        assert_eq!(
            table.conflicts()[0].why(),
            "The write in us-east-1 is 3 ms later than the one in eu-west-1."
        );
        let why = |conflict: Value| serde_json::from_value::<Vec<Conflict>>(conflict).expect("one")[0].why();
        let by_name = why(met(side("us-east-1", 5, 0), side("eu-west-1", 5, 0)));
        assert!(by_name.contains("the Region's name decides, us-east-1 behind eu-west-1"), "{by_name}");
        assert!(why(met(side("eu-west-1", 5, 2), side("us-east-1", 5, 1))).contains("more often"));
    }

    #[test]
    fn a_strong_table_stays_in_its_set() {
        assert_eq!(set_of("us-east-1"), ["us-east-2", "us-west-2"]);
        assert_eq!(set_of("eu-west-1"), ["eu-west-2", "eu-central-1"]);
        assert_eq!(set_of("sa-east-1").len(), 2);
    }
}
