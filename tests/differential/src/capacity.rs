//! What DynamoDB Local leaves uncharged, charged.
//!
//! Owns the one rule in which its sums follow from the answer itself, so that the rest of them can be compared exactly: keys of a
//! BatchGetItem that are not there cost nothing there, and the smallest read in the service (developer guide, Read and write
//! capacity). Knows no engine.

use serde_json::Value;

/// Adds to the capacity in DynamoDB Local's answer the keys that were not found.
pub fn charge_missing(operation: &str, request: &Value, answer: &mut Value) {
    if operation != "BatchGetItem" {
        return;
    }
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
        charge_missing("BatchGetItem", &request, &mut theirs);
        assert_eq!(theirs, answer(3.0));
        charge_missing("GetItem", &request, &mut theirs);
        assert_eq!(theirs, answer(3.0));
    }
}
