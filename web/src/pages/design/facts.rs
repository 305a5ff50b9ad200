//! What the view of a table says: DescribeTable's answer as words. Pure.

use serde_json::Value;

use crate::state::design::STANDARD;
use crate::state::explanation::count;

/// `1,204 bytes`, `3.1 KB`, `12 MB`: DynamoDB's kilobyte has 1,024 bytes.
pub fn size(bytes: u64) -> String {
    const KB: u64 = 1024;
    let tenths = |unit: u64, name: &str| {
        let tenths = bytes * 10 / unit;
        match tenths < 100 && !tenths.is_multiple_of(10) {
            true => format!("{}.{} {name}", tenths / 10, tenths % 10),
            false => format!("{} {name}", count(tenths / 10)),
        }
    };
    match bytes {
        0..KB => format!("{bytes} bytes"),
        KB..0x10_0000 => tenths(KB, "KB"),
        0x10_0000..0x4000_0000 => tenths(KB * KB, "MB"),
        _ => tenths(KB * KB * KB, "GB"),
    }
}

/// `5 RCU, 5 WCU`; none where there are none.
pub fn units(provisioned: &Value) -> Option<String> {
    let read = provisioned["ReadCapacityUnits"].as_u64()?;
    let write = provisioned["WriteCapacityUnits"].as_u64()?;
    (read + write > 0).then(|| format!("{} RCU, {} WCU", count(read), count(write)))
}

/// What is served at most on demand: `, at most 100 read and 50 write units a second`; nothing where there is no maximum.
pub fn at_most(described: &Value) -> String {
    let most = &described["OnDemandThroughput"];
    let of = |member: &str| most[member].as_u64().map(count);
    match (of("MaxReadRequestUnits"), of("MaxWriteRequestUnits")) {
        (None, None) => String::new(),
        (Some(read), None) => format!(", at most {read} read units a second"),
        (None, Some(write)) => format!(", at most {write} write units a second"),
        (Some(read), Some(write)) => format!(", at most {read} read and {write} write units a second"),
    }
}

/// The table's class.
pub fn class(table: &Value) -> String {
    table["TableClassSummary"]["TableClass"].as_str().unwrap_or(STANDARD).to_owned()
}

/// The table's capacity.
pub fn capacity(table: &Value) -> String {
    match table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST" {
        true => format!("On-demand (PAY_PER_REQUEST){}", at_most(table)),
        false => units(&table["ProvisionedThroughput"])
            .map_or_else(|| "Provisioned".to_owned(), |units| format!("Provisioned: {units}")),
    }
}

/// The projection of an index.
pub fn projection(index: &Value) -> String {
    let projection = &index["Projection"];
    let kind = projection["ProjectionType"].as_str().unwrap_or_default();
    let names = projection["NonKeyAttributes"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let names: Vec<&str> = names.collect();
    if names.is_empty() { kind.to_owned() } else { format!("{kind}: {}", names.join(", ")) }
}

/// What DescribeTimeToLive answered.
pub fn time_to_live(answer: Option<&Value>) -> String {
    let setting = answer.map(|answer| &answer["TimeToLiveDescription"]);
    let text = |name: &str| setting.and_then(|setting| setting[name].as_str());
    match (text("TimeToLiveStatus"), text("AttributeName")) {
        (Some("ENABLED"), Some(attribute)) => format!("by {attribute}"),
        (Some(status), Some(attribute)) => format!("by {attribute} ({status})"),
        _ => "off".to_owned(),
    }
}

/// How many partitions the table has, and each global index: `(none for the table, count)`, in the answer's order.
pub fn partitions(answer: Option<&Value>) -> Vec<(Option<String>, usize)> {
    let list = answer.and_then(|answer| answer["Partitions"].as_array()).into_iter().flatten();
    let mut counts: Vec<(Option<String>, usize)> = Vec::new();
    for partition in list {
        let index = partition["IndexName"].as_str().map(str::to_owned);
        match counts.iter_mut().find(|(other, _)| *other == index) {
            Some((_, count)) => *count += 1,
            None => counts.push((index, 1)),
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sizes_are_short() {
        let said = [0, 1023, 1024, 3200, 20 << 10, 5 << 20, (3 << 30) + (1 << 29)].map(size);
        assert_eq!(said, ["0 bytes", "1023 bytes", "1 KB", "3.1 KB", "20 KB", "5 MB", "3.5 GB"]);
    }

    #[test]
    fn capacity_and_projection_are_said() {
        assert_eq!(
            capacity(&json!({ "BillingModeSummary": { "BillingMode": "PAY_PER_REQUEST" } })),
            "On-demand (PAY_PER_REQUEST)"
        );
        let table =
            json!({ "ProvisionedThroughput": { "ReadCapacityUnits": 1000, "WriteCapacityUnits": 5 } });
        assert_eq!(capacity(&table), "Provisioned: 1,000 RCU, 5 WCU");
        assert_eq!(units(&json!({ "ReadCapacityUnits": 0, "WriteCapacityUnits": 0 })), None);
        let most =
            json!({ "OnDemandThroughput": { "MaxReadRequestUnits": 1000, "MaxWriteRequestUnits": -1 } });
        assert_eq!(at_most(&most), ", at most 1,000 read units a second");
        assert_eq!((at_most(&json!({})), class(&json!({}))), (String::new(), "STANDARD".to_owned()));
        let index = json!({ "Projection": { "ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"] } });
        assert_eq!(projection(&index), "INCLUDE: a, b");
    }

    #[test]
    fn time_to_live_and_partitions_are_said() {
        let answer =
            json!({ "TimeToLiveDescription": { "TimeToLiveStatus": "ENABLING", "AttributeName": "ttl" } });
        assert_eq!(time_to_live(Some(&answer)), "by ttl (ENABLING)");
        assert_eq!(
            time_to_live(Some(&json!({ "TimeToLiveDescription": { "TimeToLiveStatus": "DISABLED" } }))),
            "off"
        );
        let answer =
            json!({ "Partitions": [{ "PartitionId": 1 }, { "PartitionId": 2 }, { "IndexName": "g" }] });
        assert_eq!(partitions(Some(&answer)), [(None, 2), (Some("g".to_owned()), 1)]);
        assert_eq!(partitions(None), []);
    }
}
