//! The rows of the heatmap: a table's partitions in the order of their hashes, then each global index's in a band of its own.
//!
//! Read from ListPartitions and DescribeTable; pure. Partitions that are not listed any more (they were split) and still have
//! heat stand at the end of their band.

use std::collections::BTreeMap;
use std::rc::Rc;

use engine::insight::HeatColumn;
use engine::limits::{PARTITION_READ_UNITS, PARTITION_WRITE_UNITS};
use engine::timeline::{PartitionId, Target};
use serde_json::Value;

use crate::state::explanation::count;
use crate::state::tables::TableDescription;

/// A partition.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number.
    pub partition: PartitionId,
    /// Its first and last hash, in 16 hexadecimal digits; none where it is not listed any more.
    pub hashes: Option<(String, String)>,
    /// The zone of its leader.
    pub leader: String,
    /// Items or index entries.
    pub items: u64,
    /// Their size, in bytes.
    pub size_bytes: u64,
}

impl Row {
    /// `p3`.
    pub fn name(&self) -> String {
        format!("p{}", self.partition)
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
}

/// The partitions of a table or a global index.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Which.
    pub target: Target,
    /// What one of its partitions can do in a second: read and write units.
    pub limit: (u64, u64),
    /// For each of them, whether it is the provisioned throughput, which is lower than what a partition could do.
    pub provisioned: (bool, bool),
    /// In the order of their hashes.
    pub rows: Vec<Row>,
}

impl Band {
    /// The index's name, or the table's.
    pub fn name(&self) -> &str {
        self.target.index.as_deref().unwrap_or(&self.target.table)
    }

    /// `Orders · 4 partitions`.
    pub fn title(&self) -> String {
        let kind = if self.target.index.is_some() { "GSI" } else { "table" };
        let listed = self.rows.iter().filter(|row| row.hashes.is_some()).count() as u64;
        let plural = if listed == 1 { "" } else { "s" };
        format!("{} · {kind} · {} partition{plural}", self.name(), count(listed))
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
            partition: id as PartitionId,
            hashes: text(partition, "FirstHash").zip(text(partition, "LastHash")),
            leader: text(partition, "LeaderZone").unwrap_or_default(),
            items: partition["ItemCount"].as_u64().unwrap_or(0),
            size_bytes: partition["SizeBytes"].as_u64().unwrap_or(0),
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

/// Adds the partitions that have heat and are not listed.
pub fn with_unlisted(mut bands: Vec<Band>, columns: &BTreeMap<u64, Rc<HeatColumn>>) -> Vec<Band> {
    let Some(table) = bands.first().map(|band| band.target.table.clone()) else { return bands };
    let mut known: Vec<PartitionId> = partitions(&bands);
    for (key, _) in columns.values().flat_map(|column| &column.cells) {
        if key.target.table != table || known.contains(&key.partition) {
            continue;
        }
        known.push(key.partition);
        // What a local index uses is its table's.
        let at = bands.iter().position(|band| band.target == key.target).unwrap_or(0);
        bands[at].rows.push(Row {
            partition: key.partition,
            hashes: None,
            leader: String::new(),
            items: 0,
            size_bytes: 0,
        });
    }
    bands
}

/// The partitions from top to bottom.
pub fn partitions(bands: &[Band]) -> Vec<PartitionId> {
    bands.iter().flat_map(|band| &band.rows).map(|row| row.partition).collect()
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use engine::insight::{HeatCell, HeatKey};
    use serde_json::json;

    fn table(throughput: Value) -> TableDescription {
        TableDescription::read(&json!({
            "TableName": "Orders", "TableStatus": "ACTIVE",
            "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}],
            "AttributeDefinitions": [],
            "BillingModeSummary": if throughput.is_null() { json!({"BillingMode": "PAY_PER_REQUEST"}) } else { Value::Null },
            "ProvisionedThroughput": throughput,
            "GlobalSecondaryIndexes": [{"IndexName": "status-index", "KeySchema": [],
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

    #[test]
    fn each_index_has_a_band_of_its_own() {
        let bands = orders();
        assert_eq!(
            bands.iter().map(Band::title).collect::<Vec<_>>(),
            ["Orders · table · 2 partitions", "status-index · GSI · 1 partition"]
        );
        assert_eq!(partitions(&bands), [1, 2, 3]);
        assert_eq!((bands[0].limit, bands[0].provisioned), ((3000, 1000), (false, false)));
        let (band, third) = row(&bands, 2).unwrap();
        assert_eq!((band.name(), third.name(), third.leader.as_str()), ("status-index", "p3".into(), "az-b"));
        assert_eq!(row(&bands, 1).unwrap().1.range(), "8000… – ffff…");
        assert_eq!(row(&bands, 3), None);
    }

    #[test]
    fn a_provisioned_table_limits_its_partitions() {
        let table = table(json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 4000}));
        assert_eq!(limit(&table, None), ((5, 1000), (true, false)));
        assert_eq!(limit(&table, Some("status-index")), ((7, 1000), (true, false)));
    }

    #[test]
    fn a_partition_that_was_split_keeps_its_row() {
        let target = Target { table: "Orders".into(), index: Some("status-index".into()) };
        let cells = vec![(HeatKey { target, partition: 9 }, HeatCell::default())];
        let columns = BTreeMap::from([(1, Rc::new(HeatColumn { second: 1, cells }))]);
        let bands = with_unlisted(orders(), &columns);
        assert_eq!(partitions(&bands), [1, 2, 3, 9]);
        assert_eq!(row(&bands, 3).unwrap().1.range(), "split");
    }
}
