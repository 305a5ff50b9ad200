//! A table's stream as one answer: the records of each item, in order.
//!
//! Owns the way from the table's name to its last record. What differs by design (sequence numbers, dates, which shard a record is in)
//! is left out.

use crate::run::Answer;
use serde_json::{Map, Value, json};
use std::io;

/// The most shards and pages that are followed.
const PAGES: usize = 200;

/// Reads the table's latest stream to its end: by each item's keys, its records in order.
pub fn read(table: &Value, mut call: impl FnMut(&str, &Value) -> io::Result<Answer>) -> io::Result<Answer> {
    let described = match call("DescribeTable", table)? {
        Answer::Response(described) => described,
        refusal => return Ok(refusal),
    };
    let mut items: Map<String, Value> = Map::new();
    let table = &described["Table"];
    // DynamoDB Local names the stream of a deleted table of the same name as the latest one of a table that has none.
    let enabled = table["StreamSpecification"]["StreamEnabled"] == true;
    let Some(arn) = table["LatestStreamArn"].as_str().filter(|_| enabled) else { return Ok(answer(items)) };
    let shards = match call("DescribeStream", &json!({ "StreamArn": arn }))? {
        Answer::Response(stream) => {
            stream["StreamDescription"]["Shards"].as_array().cloned().unwrap_or_default()
        }
        refusal => return Ok(refusal),
    };
    for shard in shards.iter().take(PAGES) {
        let from =
            json!({"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
        let mut iterator = match call("GetShardIterator", &from)? {
            Answer::Response(answer) => answer["ShardIterator"].clone(),
            refusal => return Ok(refusal),
        };
        for _ in 0..PAGES {
            let page = match call("GetRecords", &json!({ "ShardIterator": iterator }))? {
                Answer::Response(page) => page,
                refusal => return Ok(refusal),
            };
            let records = page["Records"].as_array().cloned().unwrap_or_default();
            let empty = records.is_empty();
            records.into_iter().for_each(|record| add(record, &mut items));
            iterator = page["NextShardIterator"].clone();
            if empty || iterator.is_null() {
                break;
            }
        }
    }
    Ok(answer(items))
}

fn answer(items: Map<String, Value>) -> Answer {
    Answer::Response(json!({ "Stream": items }))
}

/// Adds a record to those of its item, whose places are named so that they keep their order.
fn add(record: Value, items: &mut Map<String, Value>) {
    let body = &record["dynamodb"];
    let kept = json!({
        "eventName": record["eventName"],
        "eventSource": record["eventSource"],
        "Keys": body["Keys"],
        "NewImage": body["NewImage"],
        "OldImage": body["OldImage"],
        "StreamViewType": body["StreamViewType"],
        "userIdentity": record["userIdentity"],
    });
    let of_item = items.entry(body["Keys"].to_string()).or_insert_with(|| Map::new().into());
    if let Some(of_item) = of_item.as_object_mut() {
        of_item.insert(format!("record {:04}", of_item.len()), kept);
    }
}
