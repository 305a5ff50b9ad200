//! The rows of the heatmap: a table's partitions in the order of their hashes, then each global index's in a band of its own;
//! or the keys that were asked for most, in the order of the keys.
//!
//! Read from ListPartitions, from DescribeTable and from the heat's own rows; pure. A partition that was split keeps its row
//! above its children's for as long as its heat is in view.

use std::collections::BTreeMap;

use engine::insight::{HeatHistory, HeatRow, Places, RowId};
use engine::limits::{PARTITION_READ_UNITS, PARTITION_WRITE_UNITS};
use engine::timeline::{PartitionId, Target};
use serde_json::Value;

use crate::state::explanation::count;
use crate::state::tables::TableDescription;

/// A partition, or a key of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number in the heat; none where it did nothing yet.
    pub row: Option<RowId>,
    /// The partition's number.
    pub partition: PartitionId,
    /// The key, where the rows are keys.
    pub key: Option<RowKey>,
    /// Its first and last hash, in 16 hexadecimal digits; none where they were never heard of.
    pub hashes: Option<(String, String)>,
    /// Whether it is open: ListPartitions lists it.
    pub listed: bool,
    /// The zone of its leader.
    pub leader: String,
    /// Items or index entries.
    pub items: u64,
    /// Their size, in bytes.
    pub size_bytes: u64,
    /// The first second in which it was there, where that is known.
    pub opened: Option<u64>,
    /// The last second in which it was there, where it was split.
    pub closed: Option<u64>,
}

/// A partition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowKey {
    /// Its hash.
    pub hash: u64,
    /// Its value; the hash where its value was never seen.
    pub text: String,
    /// The rows that it has had: of its partition, and of those that this was split from or into.
    pub rows: Vec<RowId>,
}

impl Row {
    /// `p3`, or the key.
    pub fn name(&self) -> String {
        match &self.key {
            Some(key) => key.text.clone(),
            None => format!("p{}", self.partition),
        }
    }

    /// `4000… – 7fff…`.
    pub fn range(&self) -> String {
        match &self.hashes {
            Some((first, last)) => {
                format!("{}… – {}…", first.get(..4).unwrap_or(first), last.get(..4).unwrap_or(last))
            }
            None => "split".to_owned(),
        }
    }

    /// Which part of all hashes it owns, from 0 to 1.
    pub fn share(&self) -> Option<(f64, f64)> {
        let (first, last) = self.hashes.as_ref()?;
        let number = |text: &str| u64::from_str_radix(text, 16).ok();
        let whole = u64::MAX as f64;
        Some((number(first)? as f64 / whole, (number(last)? as f64 + 1.0) / whole))
    }

    /// Whether it was there in some second of `from..to`.
    pub fn is_open(&self, from: u64, to: u64) -> bool {
        self.opened.is_none_or(|opened| opened < to) && self.closed.is_none_or(|closed| closed >= from)
    }
}

/// The partitions of a table or a global index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// Which.
    pub target: Target,
    /// What one of its partitions can do in a second: read and write units.
    pub limit: (u64, u64),
    /// For each of them, whether it is the provisioned throughput, which is lower than what a partition could do.
    pub provisioned: (bool, bool),
    /// In the order of their hashes, or of the keys.
    pub rows: Vec<Row>,
}

impl Band {
    /// The index's name, or the table's.
    pub fn name(&self) -> &str {
        self.target.index.as_deref().unwrap_or(&self.target.table)
    }

    /// `Orders · table · 4 partitions`.
    pub fn title(&self) -> String {
        let kind = if self.target.index.is_some() { "GSI" } else { "table" };
        let keys = self.rows.iter().filter(|row| row.key.is_some()).count() as u64;
        let listed = self.rows.iter().filter(|row| row.listed && row.key.is_none()).count() as u64;
        let what = match keys {
            0 if listed == 1 => "1 partition".to_owned(),
            0 => format!("{} partitions", count(listed)),
            1 => "the key asked for most".to_owned(),
            _ => format!("the {} keys asked for most", count(keys)),
        };
        format!("{} · {kind} · {what}", self.name())
    }
}

/// The bands of a table.
pub fn bands(list: &Value, table: &TableDescription) -> Vec<Band> {
    let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
    let mut bands: Vec<Band> = Vec::new();
    for partition in list["Partitions"].as_array().into_iter().flatten() {
        let index = text(partition, "IndexName");
        let Some(id) = partition["PartitionId"].as_u64() else { continue };
        let row = Row {
            row: None,
            partition: id as PartitionId,
            key: None,
            hashes: text(partition, "FirstHash").zip(text(partition, "LastHash")),
            listed: true,
            leader: text(partition, "LeaderZone").unwrap_or_default(),
            items: partition["ItemCount"].as_u64().unwrap_or(0),
            size_bytes: partition["SizeBytes"].as_u64().unwrap_or(0),
            opened: None,
            closed: None,
        };
        match bands.iter_mut().find(|band| band.target.index == index) {
            Some(band) => band.rows.push(row),
            None => {
                let (limit, provisioned) = limit(table, index.as_deref());
                let target = Target { table: table.name.clone(), index };
                bands.push(Band { target, limit, provisioned, rows: vec![row] });
            }
        }
    }
    bands
}

/// A partition serves 3,000 read and 1,000 write units a second, and never more than its table is provisioned with.
fn limit(table: &TableDescription, index: Option<&str>) -> ((u64, u64), (bool, bool)) {
    let partition = (PARTITION_READ_UNITS, PARTITION_WRITE_UNITS);
    if table.on_demand {
        return (partition, (false, false));
    }
    let described = match index {
        None => Some(&*table.body),
        Some(name) => {
            let indexes = table.body["GlobalSecondaryIndexes"].as_array();
            indexes.into_iter().flatten().find(|described| described["IndexName"] == name)
        }
    };
    let units = |name: &str, most: u64| {
        let units = described.and_then(|described| described["ProvisionedThroughput"][name].as_u64());
        units.filter(|units| *units > 0).map_or(most, |units| units.min(most))
    };
    let limit = (units("ReadCapacityUnits", partition.0), units("WriteCapacityUnits", partition.1));
    (limit, (limit.0 != partition.0, limit.1 != partition.1))
}

/// The bands with what the heat knows: the number of each row, when it opened and closed, and the partitions that did
/// something in the seconds `from..to` and are not listed: split by now, or opened by traffic in its copy of the table.
pub fn with_heat(mut bands: Vec<Band>, history: &HeatHistory, from: u64, to: u64) -> Vec<Band> {
    let warm = warm(history, from, to);
    let places = bands.iter().enumerate().flat_map(|(at, band)| {
        band.rows.iter().enumerate().map(move |(row, listed)| (listed.partition, (at, row)))
    });
    let places: BTreeMap<PartitionId, (usize, usize)> = places.collect();
    for known in history.rows().all() {
        // The partition of another copy may have had the number before.
        let newest = history.rows().row_of(known.partition) == Some(known.row);
        if let Some((band, row)) = places.get(&known.partition).filter(|_| newest) {
            let row = &mut bands[*band].rows[*row];
            row.row = Some(known.row);
            row.opened = known.parent.and(known.opened_ms).map(|ms| ms / 1000);
            row.closed = known.closed_ms.map(|ms| ms / 1000);
            continue;
        }
        let band = bands.iter_mut().find(|band| Some(&band.target) == known.target.as_ref());
        if let Some(band) = band.filter(|_| warm.get(known.row as usize) == Some(&true)) {
            band.rows.push(unlisted(known));
        }
    }
    for band in &mut bands {
        // What was never heard of comes last; a parent comes before its children.
        band.rows.sort_by(|a, b| order(a).cmp(&order(b)));
    }
    bands
}

/// Where a row stands in its band.
fn order(row: &Row) -> (bool, Option<&str>, Option<u64>, Option<RowId>) {
    (row.hashes.is_none(), row.hashes.as_ref().map(|(first, _)| first.as_str()), row.opened, row.row)
}

fn unlisted(known: &HeatRow) -> Row {
    Row {
        row: Some(known.row),
        partition: known.partition,
        key: None,
        hashes: known.hashes.clone(),
        listed: false,
        leader: known.leader.map(|zone| zone.name().to_owned()).unwrap_or_default(),
        items: 0,
        size_bytes: 0,
        opened: known.parent.and(known.opened_ms).map(|ms| ms / 1000),
        closed: known.closed_ms.map(|ms| ms / 1000),
    }
}

/// Which rows did something in the seconds `from..to`, by number.
fn warm(history: &HeatHistory, from: u64, to: u64) -> Vec<bool> {
    let mut warm = vec![false; history.rows().all().len()];
    for (row, _) in history.between(from, to).flat_map(|column| &column.cells) {
        if let Some(warm) = warm.get_mut(*row as usize) {
            *warm = true;
        }
    }
    warm
}

/// The rows from top to bottom.
pub fn rows(bands: &[Band]) -> impl Iterator<Item = (&Band, &Row)> {
    bands.iter().flat_map(|band| band.rows.iter().map(move |row| (band, row)))
}

/// The band and the row at a place, counted from the top.
pub fn row(bands: &[Band], mut at: usize) -> Option<(&Band, &Row)> {
    for band in bands {
        match band.rows.get(at) {
            Some(row) => return Some((band, row)),
            None => at -= band.rows.len(),
        }
    }
    None
}

/// Where the heat's rows stand.
pub fn places(bands: &[Band]) -> Places {
    Places::new(rows(bands).map(|(_, row)| row.row))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use engine::insight::Heat;
    use engine::timeline::{Access, Event, EventKind, SplitCause, Tally, Zone};
    use serde_json::json;

    pub fn table(throughput: Value) -> TableDescription {
        TableDescription::read(&json!({
            "TableName": "Orders", "TableStatus": "ACTIVE",
            "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}, {"AttributeName": "order_id", "KeyType": "RANGE"}],
            "AttributeDefinitions": [],
            "BillingModeSummary": if throughput.is_null() { json!({"BillingMode": "PAY_PER_REQUEST"}) } else { Value::Null },
            "ProvisionedThroughput": throughput,
            "GlobalSecondaryIndexes": [{"IndexName": "status-index", "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 2000}}],
        }))
        .unwrap()
    }

    /// Two partitions of the table, one of its index.
    pub fn orders() -> Vec<Band> {
        let partition = |id: u32, index: Value, first: &str, last: &str| {
            json!({"PartitionId": id, "IndexName": index, "FirstHash": first, "LastHash": last,
                "LeaderZone": "az-b", "ItemCount": 3, "SizeBytes": 90})
        };
        let list = json!({"TableName": "Orders", "Partitions": [
            partition(1, Value::Null, "0000000000000000", "7fffffffffffffff"),
            partition(2, Value::Null, "8000000000000000", "ffffffffffffffff"),
            partition(3, json!("status-index"), "0000000000000000", "ffffffffffffffff")]});
        bands(&list, &table(Value::Null))
    }

    /// Something that was written to a partition.
    pub fn write(second: u64, partition: PartitionId, half_units: u64) -> Tally {
        Tally {
            at_ms: second * 1000,
            request: Some(1),
            table: 1,
            index: 0,
            partition,
            access: Access::Write,
            hash: Some(u64::from(partition) << 60),
            half_units,
            size_bytes: half_units * 512,
            throttled: None,
            latency_us: 4_000,
            arrived: 0,
            lag_ms: 0,
        }
    }

    /// A partition that was split from another.
    pub fn split(at_ms: u64, parent: PartitionId, partition: PartitionId, first: &str, last: &str) -> Event {
        let kind = EventKind::PartitionOpened {
            target: Target { table: "Orders".into(), index: None },
            partition,
            parent: Some(parent),
            first: first.into(),
            last: last.into(),
            leader: Zone::C,
            cause: SplitCause::Heat,
        };
        Event { id: 1, at_ms, request: None, region: None, kind }
    }

    #[test]
    fn each_index_has_a_band_of_its_own() {
        let bands = orders();
        assert_eq!(
            bands.iter().map(Band::title).collect::<Vec<_>>(),
            ["Orders · table · 2 partitions", "status-index · GSI · 1 partition"]
        );
        assert_eq!(rows(&bands).map(|(_, row)| row.partition).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!((bands[0].limit, bands[0].provisioned), ((3000, 1000), (false, false)));
        let (band, third) = row(&bands, 2).unwrap();
        assert_eq!((band.name(), third.name(), third.leader.as_str()), ("status-index", "p3".into(), "az-b"));
        let second = row(&bands, 1).unwrap().1;
        assert_eq!((second.range(), second.share()), ("8000… – ffff…".into(), Some((0.5, 1.0))));
        assert_eq!(row(&bands, 3), None);
    }

    #[test]
    fn a_provisioned_table_limits_its_partitions() {
        let table = table(json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 4000}));
        assert_eq!(limit(&table, None), ((5, 1000), (true, false)));
        assert_eq!(limit(&table, Some("status-index")), ((7, 1000), (true, false)));
    }

    #[test]
    fn a_partition_that_was_split_stands_above_its_children_while_it_is_warm() {
        let mut heat = Heat::default();
        heat.count(&write(10, 2, 4));
        heat.observe(&[split(20_000, 2, 8, "8000000000000000", "bfffffffffffffff")], &[]);
        heat.observe(&[split(20_000, 2, 9, "c000000000000000", "ffffffffffffffff")], &[]);
        heat.count(&write(21, 9, 4));
        let mut listed = orders();
        listed[0].rows.remove(1);
        let of = |from, to| {
            let bands = with_heat(listed.clone(), heat.history(), from, to);
            bands[0].rows.iter().map(|row| row.partition).collect::<Vec<_>>()
        };
        assert_eq!(of(0, 20), [1, 2], "its children did nothing by then");
        assert_eq!(of(20, 30), [1, 9], "nor it since");
        assert_eq!(of(0, 30), [1, 2, 9]);
        let bands = with_heat(listed.clone(), heat.history(), 0, 30);
        let nine = bands[0].rows.iter().find(|row| row.partition == 9).unwrap();
        assert_eq!(
            (nine.opened, nine.listed, nine.is_open(0, 20), nine.is_open(20, 21)),
            (Some(20), false, false, true)
        );
    }
}
