//! What traffic came to since it began: refusals by their reason, capacity by table and index, load by partition.
//!
//! Owns the sums. Pure: it is given tallies, and descriptions as DescribeTable answers them.

use std::collections::BTreeMap;

use engine::error::throttling::Throttle;
use engine::timeline::{Access, Consumed, Limit, Tally};
use serde_json::Value;

use crate::protocol::traffic::{TrafficFigures, Usage};

/// Partitions beyond this number are counted as one: a world has thousands at most.
const PARTITIONS: usize = 1 << 16;

/// The sums.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    throttled: BTreeMap<(Access, bool, Limit), u64>,
    consumed: BTreeMap<(u32, u32), Consumed>,
    /// Half units by partition, in the order of their numbers.
    partitions: Vec<u64>,
}

impl Meter {
    /// Counts what one request did at one partition.
    pub fn count(&mut self, tally: &Tally) {
        if let Some(limit) = tally.throttled {
            *self.throttled.entry((tally.access, tally.index > 0, limit)).or_default() += 1;
            return;
        }
        let consumed = self.consumed.entry((tally.table, tally.index)).or_default();
        match tally.access {
            Access::Read => consumed.read_half_units += tally.half_units,
            Access::Write => consumed.write_half_units += tally.half_units,
        }
        let place = (tally.partition as usize).min(PARTITIONS);
        if self.partitions.len() <= place {
            self.partitions.resize(place + 1, 0);
        }
        self.partitions[place] += tally.half_units;
    }

    /// What it came to. `named` knows tables and indexes by their numbers; `described` are answers of DescribeTable.
    pub fn figures(
        &self,
        named: impl Fn(u32, u32) -> Option<(String, Option<String>)>,
        described: &[Value],
    ) -> TrafficFigures {
        let mut units: BTreeMap<(String, Option<String>), Consumed> = BTreeMap::new();
        for ((table, index), consumed) in &self.consumed {
            let Some(name) = named(*table, *index) else { continue };
            let sum = units.entry(name).or_default();
            sum.read_half_units += consumed.read_half_units;
            sum.write_half_units += consumed.write_half_units;
        }
        let all: u64 = self.partitions.iter().sum();
        let most = self.partitions.iter().enumerate().max_by_key(|(at, units)| (**units, usize::MAX - at));
        TrafficFigures {
            throttled: self
                .throttled
                .iter()
                .map(|((access, index, limit), count)| {
                    let throttle =
                        Throttle { index: *index, access: *access, limit: *limit, provisioned: false };
                    (throttle.reason(), *count)
                })
                .collect(),
            usage: described
                .iter()
                .filter_map(|answer| usage(&answer["Table"], &mut units))
                .flatten()
                .collect(),
            hottest: most
                .filter(|(_, units)| **units > 0)
                .map(|(partition, units)| (partition as u32, (units * 1_000).div_ceil(all.max(1)) as u32)),
            partitions: self.partitions.iter().filter(|units| **units > 0).count() as u32,
        }
    }
}

/// What a table and its indexes used: a local index uses its table's capacity.
fn usage(table: &Value, units: &mut BTreeMap<(String, Option<String>), Consumed>) -> Option<Vec<Usage>> {
    let name = table["TableName"].as_str()?.to_owned();
    let on_demand = table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST";
    let list = |kind: &str| table[kind].as_array().into_iter().flatten();
    let mut take = |index: Option<&str>| units.remove(&(name.clone(), index.map(str::to_owned)));
    let mut own = take(None).unwrap_or_default();
    for index in list("LocalSecondaryIndexes") {
        let used = take(index["IndexName"].as_str()).unwrap_or_default();
        own.read_half_units += used.read_half_units;
        own.write_half_units += used.write_half_units;
    }
    let of = |index: Option<&str>, consumed: Consumed, described: &Value, size: &str| Usage {
        table: name.clone(),
        index: index.map(str::to_owned),
        on_demand,
        read_units: described["ProvisionedThroughput"]["ReadCapacityUnits"].as_u64().unwrap_or(0),
        write_units: described["ProvisionedThroughput"]["WriteCapacityUnits"].as_u64().unwrap_or(0),
        consumed,
        storage_bytes: described[size].as_u64().unwrap_or(0),
    };
    let mut all = vec![of(None, own, table, "TableSizeBytes")];
    for index in list("LocalSecondaryIndexes") {
        all[0].storage_bytes += index["IndexSizeBytes"].as_u64().unwrap_or(0);
    }
    for index in list("GlobalSecondaryIndexes") {
        let name = index["IndexName"].as_str();
        all.push(of(name, take(name).unwrap_or_default(), index, "IndexSizeBytes"));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tally(index: u32, partition: u32, access: Access, half_units: u64, throttled: Option<Limit>) -> Tally {
        Tally {
            at_ms: 1,
            request: Some(1),
            table: 7,
            index,
            partition,
            access,
            hash: None,
            half_units,
            size_bytes: 1,
            throttled,
            latency_us: 1,
            arrived: 0,
            lag_ms: 0,
        }
    }

    #[test]
    fn what_is_counted_is_told_by_reason_table_and_partition() {
        let mut meter = Meter::default();
        for _ in 0..3 {
            meter.count(&tally(0, 2, Access::Write, 2, None));
        }
        meter.count(&tally(0, 5, Access::Read, 1, None));
        meter.count(&tally(1, 2, Access::Write, 2, None));
        meter.count(&tally(2, 9, Access::Write, 2, None));
        meter.count(&tally(0, 2, Access::Write, 0, Some(Limit::KeyRange)));
        meter.count(&tally(2, 9, Access::Write, 0, Some(Limit::Provisioned)));
        let described = json!({ "Table": {
            "TableName": "Orders", "TableSizeBytes": 100,
            "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": 6 },
            "LocalSecondaryIndexes": [{ "IndexName": "local", "IndexSizeBytes": 11 }],
            "GlobalSecondaryIndexes": [{
                "IndexName": "global", "IndexSizeBytes": 30,
                "ProvisionedThroughput": { "ReadCapacityUnits": 1, "WriteCapacityUnits": 2 },
            }],
        }});
        let named = |table: u32, index: u32| {
            let name = [None, Some("local"), Some("global")][index as usize].map(str::to_owned);
            (table == 7).then(|| ("Orders".to_owned(), name))
        };
        let figures = meter.figures(named, &[described]);
        let reasons: Vec<&str> = figures.throttled.iter().map(|(reason, _)| reason.as_str()).collect();
        assert_eq!(
            reasons,
            ["TableWriteKeyRangeThroughputExceeded", "IndexWriteProvisionedThroughputExceeded"]
        );
        let consumed = |read_half_units, write_half_units| Consumed { read_half_units, write_half_units };
        let own = Usage {
            table: "Orders".into(),
            index: None,
            on_demand: false,
            read_units: 5,
            write_units: 6,
            consumed: consumed(1, 8),
            storage_bytes: 111,
        };
        let global = Usage {
            index: Some("global".into()),
            read_units: 1,
            write_units: 2,
            consumed: consumed(0, 2),
            storage_bytes: 30,
            ..own.clone()
        };
        assert_eq!(figures.usage, [own, global]);
        assert_eq!((figures.hottest, figures.partitions), (Some((2, 728)), 3), "8 of 11 half units");
    }

    #[test]
    fn nothing_counted_is_nothing_told() {
        assert_eq!(Meter::default().figures(|_, _| None, &[]), TrafficFigures::default());
    }
}
