//! Advice on access patterns as they are planned, run or not: a Scan that a key would serve, a Query that no key serves, reads planned
//! strongly consistent, more for one partition key than a partition serves. Pure.
//!
//! Owns what a planned request says by itself; how much a read finds is nobody's to know before it is run, so no numbers of that are told.
//! Follows
//! [best practices for querying and scanning](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html) and
//! [read consistency](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html).

use engine::api::contents::{KeyPart, TableContents};
use engine::insight::Spread;
use engine::insight::advice::{DesignChange, NewIndex};
use engine::workload::PlannedPattern;
use serde_json::Value;

use super::words::Told;
use crate::state::patterns::hottest::hottest;
use crate::state::tables::TableDescription;

const REFUSED: &str = "As it is planned it is refused: there is nothing to compare with.";
const COPIES: &str =
    "A trial sends requests to a design; a cache is none, and a key that is no text takes no suffix.";
const WHOLE: &str = "What is read stays all of the table, whatever its design.";

/// What is advised.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Its name, for links and tests.
    pub kind: &'static str,
    /// The index, where it is about one.
    pub index: Option<String>,
    /// What it says.
    pub told: Told,
    /// The change that can be made, where there is one.
    pub change: Option<DesignChange>,
    /// Over how many keys one is to be spread, where that is what helps.
    pub spread: Option<Spread>,
    /// Why nothing can be tried, where no key can be spread.
    pub untried: Option<&'static str>,
}

/// An attribute that must equal a value, with the value's type.
fn equals(request: &Value, member: &str) -> Vec<KeyPart> {
    let Some(text) = request[member].as_str() else { return Vec::new() };
    let words: Vec<&str> = text.split_whitespace().collect();
    let spaced = words.join(" ").replace(" and ", " AND ");
    if [" OR ", " or ", "NOT ", "not "].iter().any(|word| spaced.contains(word)) {
        return Vec::new();
    }
    let part = |text: &str| {
        let (name, value) = text.split_once('=')?;
        let (name, value) = (name.trim().trim_matches(['(', ')']), value.trim().trim_matches(['(', ')']));
        if name.ends_with(['<', '>']) || name.contains([' ', '.', '[']) {
            return None;
        }
        let name = match name.starts_with('#') {
            true => request["ExpressionAttributeNames"][name].as_str()?,
            false => name,
        };
        let kind = request["ExpressionAttributeValues"][value].as_object()?.keys().next()?;
        let is_key = matches!(kind.as_str(), "S" | "N" | "B");
        is_key.then(|| KeyPart { name: name.to_owned(), attribute_type: kind.clone() })
    };
    spaced.split(" AND ").filter_map(part).collect()
}

/// An index by that attribute, under a name that is free.
fn new_index(contents: &TableContents, partition: KeyPart) -> DesignChange {
    let allowed = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let base = format!("by-{}", partition.name.chars().filter(allowed).take(200).collect::<String>());
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.clone()).chain(numbered);
    let name = names.find(|name| contents.index(name).is_none()).unwrap_or(base);
    DesignChange::AddIndex(NewIndex { name, partition, sort: None, provisioned: contents.provisioned })
}

/// What has that attribute as its whole partition key: the table, or a global index.
fn keyed_by(contents: &TableContents, name: &str) -> Option<Option<String>> {
    let is = |parts: &[KeyPart]| matches!(parts, [one] if one.name == name);
    if is(&contents.keys.partition) {
        return Some(None);
    }
    let found = contents.indexes.iter().find(|index| index.global && is(&index.keys.partition));
    found.map(|index| Some(index.index_name.clone()))
}

fn by(change: &DesignChange) -> String {
    match change {
        DesignChange::AddIndex(index) => {
            format!(
                "Make a global index {} with {} as its partition key, and Query it.",
                index.name, index.partition.name
            )
        }
        DesignChange::QueryBy { attribute, index: None } => {
            format!("{attribute} is the table's partition key: plan a Query by it.")
        }
        DesignChange::QueryBy { index: Some(index), .. } => {
            format!("{index} has that key: plan a Query of it.")
        }
        _ => String::new(),
    }
}

const SCANS: &str = "A scan looks at every item and pays for it, whatever its filter lets through; it costs more with each item that the \
                     table gets.";

fn scan(contents: &TableContents, pattern: &PlannedPattern) -> Planned {
    let (request, table) = (&pattern.request, &contents.table_name);
    let index = request["IndexName"].as_str().map(str::to_owned);
    let mut parts = equals(request, "FilterExpression");
    // What a key is there for needs no new one.
    parts.sort_by_key(|part| keyed_by(contents, &part.name).is_none());
    let change = parts.into_iter().find_map(|part| {
        let change = match keyed_by(contents, &part.name) {
            Some(index) => DesignChange::QueryBy { attribute: part.name, index },
            None => new_index(contents, part),
        };
        let asked = change.pattern(table, &pattern.traffic(1));
        (asked.operation == "Query").then_some(change)
    });
    let told = Told {
        sentence: format!("“{}” is planned as a scan of {}.", pattern.name, index.as_ref().unwrap_or(table)),
        seen: match request["FilterExpression"].as_str() {
            Some(filter) => format!("Scan with the filter {filter}, as the access pattern has it; whether it was ever run does not matter"),
            None => "Scan without a filter, as the access pattern has it".to_owned(),
        },
        why: SCANS.to_owned(),
        what: change.as_ref().map_or_else(
            || "Ask by a key where it is known which items are wanted. Where all of them are, let it run seldom, or in segments.".to_owned(),
            by,
        ),
    };
    let untried = change.is_none().then_some(WHOLE);
    Planned { kind: "planned-scan", index, told, change, spread: None, untried }
}

/// A Query whose partition key is not asked for.
fn unserved(contents: &TableContents, pattern: &PlannedPattern) -> Option<Planned> {
    let (request, table) = (&pattern.request, &contents.table_name);
    let index = request["IndexName"].as_str();
    let keys = match index {
        None => Some(&contents.keys),
        Some(name) => contents.index(name).map(|index| &index.keys),
    };
    let asked = equals(request, "KeyConditionExpression");
    request["KeyConditionExpression"].as_str()?;
    let has = |part: &KeyPart| asked.iter().any(|one| one.name == part.name);
    let missing = match keys {
        Some(keys) if keys.partition.iter().all(has) => return None,
        Some(keys) => {
            let names: Vec<&str> = keys.partition.iter().map(|part| part.name.as_str()).collect();
            format!(
                "{} has the partition key {}, which the condition does not test",
                index.unwrap_or(table),
                names.join(", ")
            )
        }
        None => format!("{table} has no index {}", index.unwrap_or_default()),
    };
    let change = asked.into_iter().next().map(|part| match keyed_by(contents, &part.name) {
        Some(index) => DesignChange::QueryBy { attribute: part.name, index },
        None => new_index(contents, part),
    });
    let told = Told {
        sentence: format!("No key serves “{}”.", pattern.name),
        seen: format!(
            "Query with {}; {missing}",
            request["KeyConditionExpression"].as_str().unwrap_or_default()
        ),
        why: "A Query names one value of its partition key. Without it DynamoDB refuses the request (ValidationException).".to_owned(),
        what: change.as_ref().map_or_else(|| "Plan an index whose partition key is tested for equality.".to_owned(), by),
    };
    let (kind, index) = ("planned-unserved", index.map(str::to_owned));
    Some(Planned { kind, index, told, change, spread: None, untried: Some(REFUSED) })
}

fn is_strong(pattern: &PlannedPattern, table: &str) -> bool {
    let request = &pattern.request;
    let own = request["TableName"] == table && request["ConsistentRead"] == true;
    own || request["RequestItems"].get(table).is_some_and(|of| of["ConsistentRead"] == true)
}

/// All reads that are planned strongly consistent, told at once.
fn strong(contents: &TableContents, patterns: &[PlannedPattern]) -> Option<Planned> {
    let table = &contents.table_name;
    let names = patterns.iter().filter(|one| is_strong(one, table)).map(|one| format!("“{}”", one.name));
    let names: Vec<String> = names.collect();
    let one = match names.as_slice() {
        [] => return None,
        [_] => "is",
        _ => "are",
    };
    let told = Told {
        sentence: format!("{} {one} planned strongly consistent.", names.join(", ")),
        seen: "ConsistentRead, as the access patterns have it; whether they were ever run does not matter".to_owned(),
        why: "A strongly consistent read costs twice as much, and only the leader of its partition can answer it.".to_owned(),
        what: "Leave ConsistentRead out where a reader does not have to see what was written a moment ago.".to_owned(),
    };
    let change = Some(DesignChange::ReadEventually);
    Some(Planned { kind: "planned-strong", index: None, told, change, spread: None, untried: None })
}

/// A pattern that asks more of one partition key than a partition serves, at its rate.
fn hot(table: &TableDescription, pattern: &PlannedPattern, now_ms: u64) -> Option<Planned> {
    let hottest = hottest(pattern, table, None, now_ms).filter(|hottest| !hottest.fits())?;
    let last = hottest.shards - 1;
    let (what, spread) = match pattern.is_read() {
        true => (
            format!(
                "A cache, or {} copies under a suffix from 0 to {last}, of which each read picks one.",
                hottest.shards
            ),
            None,
        ),
        false => {
            let partition_units = hottest.limit_half_units / 2;
            let spread =
                Spread { wanted_half_units: hottest.half_units, partition_units, keys: hottest.shards };
            let what = format!(
                "Write sharding: a suffix from 0 to {last} behind the key. A read of all of it then asks each of them."
            );
            (what, Some(spread))
        }
    };
    let told = Told {
        sentence: format!("“{}” plans more for one partition key than a partition serves.", pattern.name),
        seen: format!("By the rate and the size of an item that the access pattern has. {}", hottest.words()),
        why: "All items of a partition key hash to one place, and no setting lets a partition serve more; what is above that is throttled.".to_owned(),
        what,
    };
    let index = pattern.request["IndexName"].as_str().map(str::to_owned);
    Some(Planned { kind: "planned-hot-key", index, told, change: None, spread, untried: Some(COPIES) })
}

/// The keys that are planned too hot for a table.
pub fn hot_keys(table: &TableDescription, patterns: &[PlannedPattern], now_ms: u64) -> Vec<Planned> {
    let own = patterns.iter().filter(|one| one.request["TableName"] == table.name.as_str());
    own.filter_map(|one| hot(table, one, now_ms)).collect()
}

/// What else is advised on the patterns that are planned for a table.
pub fn advice(contents: &TableContents, patterns: &[PlannedPattern]) -> Vec<Planned> {
    let own = patterns.iter().filter(|one| one.request["TableName"] == contents.table_name.as_str());
    let single = own.filter_map(|one| match one.operation.as_str() {
        "Scan" => Some(scan(contents, one)),
        "Query" => unserved(contents, one),
        _ => None,
    });
    single.chain(strong(contents, patterns)).collect()
}

#[cfg(test)]
mod tests {
    use engine::api::contents::{IndexContents, Keys};
    use engine::workload::{Frequency, Per};
    use serde_json::json;

    use super::*;

    fn keys(name: &str) -> Keys {
        let part = KeyPart { name: name.into(), attribute_type: "S".into() };
        Keys { partition: vec![part], ..Keys::default() }
    }

    fn orders() -> TableContents {
        let index = IndexContents {
            index_name: "by-status".into(),
            global: true,
            keys: keys("status"),
            ..IndexContents::default()
        };
        TableContents {
            table_name: "Orders".into(),
            keys: keys("user"),
            indexes: vec![index],
            ..TableContents::default()
        }
    }

    fn pattern(operation: &str, request: Value) -> PlannedPattern {
        PlannedPattern::new("p", operation, request)
    }

    fn told(operation: &str, request: Value) -> Vec<(&'static str, Option<DesignChange>)> {
        let found = advice(&orders(), &[pattern(operation, request)]);
        found.into_iter().map(|one| (one.kind, one.change)).collect()
    }

    #[test]
    fn a_planned_scan_is_a_query_where_a_key_is_there_or_can_be_made() {
        let by = |name: &str| {
            json!({ "TableName": "Orders", "FilterExpression": "#a = :a AND total > :t",
                "ExpressionAttributeNames": { "#a": name }, "ExpressionAttributeValues": { ":a": { "S": "{x}" }, ":t": { "N": "1" } } })
        };
        let query = |attribute: &str, index: Option<&str>| {
            Some(DesignChange::QueryBy { attribute: attribute.into(), index: index.map(str::to_owned) })
        };
        assert_eq!(told("Scan", by("user")), [("planned-scan", query("user", None))]);
        assert_eq!(told("Scan", by("status")), [("planned-scan", query("status", Some("by-status")))]);
        let made = told("Scan", by("city"));
        assert!(
            matches!(&made[0].1, Some(DesignChange::AddIndex(index)) if index.name == "by-city"),
            "{made:?}"
        );
        assert_eq!(told("Scan", json!({ "TableName": "Orders" })), [("planned-scan", None)]);
        let either = json!({ "TableName": "Orders", "FilterExpression": "a = :a OR b = :a", "ExpressionAttributeValues": { ":a": { "S": "x" } } });
        assert_eq!(told("Scan", either), [("planned-scan", None)]);
        assert_eq!(told("Scan", json!({ "TableName": "Others" })), []);
    }

    #[test]
    fn a_planned_query_without_its_partition_key_is_served_by_no_key() {
        let query = |condition: &str, index: Option<&str>| {
            json!({ "TableName": "Orders", "KeyConditionExpression": condition, "IndexName": index,
                "ExpressionAttributeValues": { ":a": { "S": "x" }, ":b": { "S": "y" } } })
        };
        assert_eq!(told("Query", query("user = :a and begins_with(at, :b)", None)), []);
        assert_eq!(told("Query", query("status = :a", Some("by-status"))), []);
        let other = DesignChange::QueryBy { attribute: "status".into(), index: Some("by-status".into()) };
        assert_eq!(told("Query", query("status = :a", None)), [("planned-unserved", Some(other))]);
        let made = told("Query", query("city=:a", Some("by-city")));
        assert!(matches!(&made[..], [("planned-unserved", Some(DesignChange::AddIndex(_)))]), "{made:?}");
    }

    #[test]
    fn more_than_a_partition_serves_is_told_with_the_suffixes_that_help() {
        let table = TableDescription::read(&json!({
            "TableName": "Orders", "TableStatus": "ACTIVE", "KeySchema": [{ "AttributeName": "day", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "day", "AttributeType": "S" }],
        }));
        let table = table.expect("a table");
        let of = |operation: &str, day: &str| {
            let member = if operation == "PutItem" { "Item" } else { "Key" };
            let mut one =
                pattern(operation, json!({ "TableName": "Orders", member: { "day": { "S": day } } }));
            (one.rate, one.item_bytes) = (Frequency { times: 8_000, per: Per::Second }, 300);
            hot_keys(&table, &[one], 1_795_348_800_000)
        };
        let [write] = &of("PutItem", "{today}")[..] else { panic!("one key is hot") };
        assert_eq!(write.spread.map(|spread| (spread.wanted_half_units, spread.keys)), Some((16_000, 8)));
        assert!(write.told.seen.contains("8,000 WCU a second of the 1,000"), "{}", write.told.seen);
        let [read] = &of("GetItem", "{today}")[..] else { panic!("one key is hot") };
        assert!(read.spread.is_none() && read.told.what.contains("2 copies"), "{}", read.told.what);
        assert_eq!(of("PutItem", "{today}#{shard 0..31}"), []);
    }

    #[test]
    fn strong_reads_are_told_at_once() {
        let get = json!({ "TableName": "Orders", "Key": {}, "ConsistentRead": true });
        let batch = json!({ "RequestItems": { "Orders": { "Keys": [], "ConsistentRead": true } } });
        let found = advice(&orders(), &[pattern("GetItem", get), pattern("BatchGetItem", batch)]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].kind, &found[0].change),
            ("planned-strong", &Some(DesignChange::ReadEventually))
        );
        assert_eq!(found[0].told.sentence, "“p”, “p” are planned strongly consistent.");
    }
}
