//! What DynamoDB Local charges wrongly, put right.
//!
//! Owns the rules in which its sums follow from the answers themselves, so that the rest of them can be compared exactly. Knows no
//! engine.
//! - Keys of a BatchGetItem that are not there cost nothing there, and the smallest read in the service (developer guide, Read and
//!   write capacity).
//! - An index that does not hold the item, before or after, costs nothing (developer guide, Using global secondary indexes, Write
//!   capacity units); it charges one that has one of its two keys.
//! - A transaction doubles what the table costs and not what its indexes cost (measured by nubo-db/dynoxide against the service,
//!   pull request 188); it doubles both, but for an entry that is only removed, and tells one action's capacity only
//!   (awslabs/amazon-dynamodb-local-samples, issue 31).

use serde_json::{Map, Value};

/// The operations that write.
const WRITES: [&str; 5] = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];
const INDEXES: [&str; 2] = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];

/// The request as it is sent: a write that asks for the total asks for its parts, of which the total is the sum.
pub fn in_parts(operation: &str, mut request: Value) -> Value {
    if WRITES.contains(&operation) && request["ReturnConsumedCapacity"] == "TOTAL" {
        request["ReturnConsumedCapacity"] = "INDEXES".into();
    }
    request
}

/// Puts the capacity in DynamoDB Local's answer right.
pub fn put_right(operation: &str, request: &Value, ours: &Value, theirs: &mut Value) {
    match operation {
        "BatchGetItem" => charge_missing(request, theirs),
        "TransactWriteItems" => as_a_transaction(request, ours, theirs),
        _ if WRITES.contains(&operation) => {
            for (ours, theirs) in pairs(ours, theirs) {
                drop_untouched(ours, theirs);
            }
        }
        _ => {}
    }
}

/// The capacities of each table, side by side.
fn pairs<'a>(ours: &'a Value, theirs: &'a mut Value) -> Vec<(&'a Value, &'a mut Value)> {
    match (&ours["ConsumedCapacity"], theirs.get_mut("ConsumedCapacity")) {
        (Value::Array(ours), Some(Value::Array(theirs))) => {
            let of = |name: &Value| ours.iter().find(|one| one["TableName"] == *name);
            theirs.iter_mut().filter_map(|theirs| Some((of(&theirs["TableName"])?, theirs))).collect()
        }
        (ours @ Value::Object(_), Some(theirs @ Value::Object(_))) => vec![(ours, theirs)],
        _ => Vec::new(),
    }
}

fn units(of: &Value) -> f64 {
    of["CapacityUnits"].as_f64().unwrap_or(0.0)
}

/// Takes out the indexes that nothing was written to.
fn drop_untouched(ours: &Value, theirs: &mut Value) {
    let mut less = 0.0;
    for kind in INDEXES {
        let Some(indexes) = theirs.get_mut(kind).and_then(Value::as_object_mut) else { continue };
        indexes.retain(|name, charged| {
            let touched = !ours[kind][name].is_null();
            // Of a batch's items some may have only one of the index's keys.
            let right = units(charged).min(units(&ours[kind][name]));
            less += units(charged) - right;
            charged["CapacityUnits"] = right.into();
            touched
        });
        if indexes.is_empty() {
            theirs.as_object_mut().map(|capacity| capacity.remove(kind));
        }
    }
    theirs["CapacityUnits"] = (units(theirs) - less).into();
}

/// Of a transaction only one action's capacity can be compared.
fn as_a_transaction(request: &Value, ours: &Value, theirs: &mut Value) {
    let one = matches!(&request["TransactItems"], Value::Array(actions) if actions.len() == 1);
    if !one {
        match ours.get("ConsumedCapacity") {
            Some(capacity) => theirs["ConsumedCapacity"] = capacity.clone(),
            None => drop(theirs.as_object_mut().map(|answer| answer.remove("ConsumedCapacity"))),
        }
        return;
    }
    for (ours, theirs) in pairs(ours, theirs) {
        drop_untouched(ours, theirs);
        // A delete of what is not there, too.
        let table = units(&theirs["Table"]).max(2.0);
        theirs["Table"]["CapacityUnits"] = table.into();
        let mut sum = table;
        for index in INDEXES.iter().filter_map(|kind| theirs.get(*kind)).filter_map(Value::as_object) {
            sum += index.values().map(|index| (units(index) / 2.0).ceil()).sum::<f64>();
        }
        for kind in INDEXES {
            let indexes: Option<&mut Map<String, Value>> =
                theirs.get_mut(kind).and_then(Value::as_object_mut);
            for index in indexes.into_iter().flat_map(Map::values_mut) {
                index["CapacityUnits"] = (units(index) / 2.0).ceil().into();
            }
        }
        theirs["CapacityUnits"] = sum.into();
    }
}

/// Adds to the capacity in DynamoDB Local's answer the keys that were not found.
fn charge_missing(request: &Value, answer: &mut Value) {
    let responses = answer["Responses"].clone();
    let Some(capacities) = answer.get_mut("ConsumedCapacity").and_then(Value::as_array_mut) else { return };
    for capacity in capacities {
        let Some(name) = capacity["TableName"].as_str() else { continue };
        let wanted = &request["RequestItems"][name];
        let length = |list: &Value| list.as_array().map_or(0, Vec::len);
        let missing = length(&wanted["Keys"]).saturating_sub(length(&responses[name]));
        let smallest = if wanted["ConsistentRead"] == true { 1.0 } else { 0.5 };
        let more = missing as f64 * smallest;
        for place in ["/CapacityUnits", "/Table/CapacityUnits"] {
            if let Some(units) = capacity.pointer_mut(place) {
                *units = (units.as_f64().unwrap_or(0.0) + more).into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_key_that_is_not_there_is_charged() {
        let request = json!({"RequestItems": {"T": {"ConsistentRead": true, "Keys": [{}, {}, {}]}}});
        let answer = |units| {
            json!({"Responses": {"T": [{}]},
                   "ConsumedCapacity": [{"TableName": "T", "CapacityUnits": units, "Table": {"CapacityUnits": units}}]})
        };
        let mut theirs = answer(1.0);
        put_right("BatchGetItem", &request, &Value::Null, &mut theirs);
        assert_eq!(theirs, answer(3.0));
        put_right("GetItem", &request, &Value::Null, &mut theirs);
        assert_eq!(theirs, answer(3.0));
    }

    #[test]
    fn an_index_without_the_item_is_not_charged() {
        let answer = |units: f64, indexes: Value| {
            let capacity = json!({"CapacityUnits": units, "Table": {"CapacityUnits": 1.0}, "GlobalSecondaryIndexes": indexes});
            json!({ "ConsumedCapacity": capacity })
        };
        let ours = answer(2.0, json!({"A": {"CapacityUnits": 1.0}}));
        let mut theirs = answer(3.0, json!({"A": {"CapacityUnits": 1.0}, "B": {"CapacityUnits": 1.0}}));
        put_right("PutItem", &Value::Null, &ours, &mut theirs);
        assert_eq!(theirs, ours);
    }

    #[test]
    fn a_transaction_doubles_the_table_alone() {
        let answer = |units: f64, index: f64| {
            json!({"ConsumedCapacity": [{"TableName": "T", "CapacityUnits": units, "Table": {"CapacityUnits": 2.0},
                                         "LocalSecondaryIndexes": {"A": {"CapacityUnits": index}}}]})
        };
        let request = json!({"TransactItems": [{}]});
        let mut theirs = answer(4.0, 2.0);
        put_right("TransactWriteItems", &request, &answer(3.0, 1.0), &mut theirs);
        assert_eq!(theirs, answer(3.0, 1.0));
    }
}
