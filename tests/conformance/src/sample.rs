//! Loads a design document of `static/samples` into a world, as `static/samples/README.md` describes.

use engine::world::World;
use serde_json::{Value, json};

/// Puts the items' times on `now_s`: everything relative to the document's `epoch` moves along.
pub fn shift_times(document: &mut Value, now_s: i64) {
    let Some(epoch) = document["epoch"].as_i64() else { return };
    let shift = now_s - epoch;
    let relative = document["relativeTimes"].clone();
    let attributes = |table: &str| -> Vec<String> {
        relative[table]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect()
    };
    if let Some(tables) = document["items"].as_object_mut() {
        for (table, items) in tables {
            for item in items.as_array_mut().into_iter().flatten() {
                attributes(table).iter().for_each(|name| shift_number(&mut item[name.as_str()], shift));
            }
        }
    }
}

fn shift_number(value: &mut Value, shift: i64) {
    let number = value["N"].as_str().and_then(|text| text.parse::<i64>().ok());
    if let Some(number) = number {
        *value = json!({"N": (number + shift).to_string()});
    }
}

/// Creates the document's tables and writes its items, all at `now_ms`. The error names the request at fault.
pub fn load(world: &mut World, document: &Value, now_ms: u64) -> Result<(), String> {
    for table in list(&document["tables"]) {
        let mut create = table.clone();
        let time_to_live = create.as_object_mut().and_then(|create| create.remove("TimeToLive"));
        call(world, now_ms, "CreateTable", &create)?;
        if let Some(setting) = time_to_live {
            let specification = json!({"AttributeName": setting["AttributeName"], "Enabled": true});
            let request = json!({"TableName": create["TableName"], "TimeToLiveSpecification": specification});
            call(world, now_ms, "UpdateTimeToLive", &request)?;
        }
    }
    for (table, items) in document["items"].as_object().into_iter().flatten() {
        for chunk in list(items).chunks(engine::limits::BATCH_WRITE_REQUESTS) {
            let puts: Vec<Value> = chunk.iter().map(|item| json!({"PutRequest": {"Item": item}})).collect();
            call(world, now_ms, "BatchWriteItem", &json!({"RequestItems": {table: puts}}))?;
        }
    }
    Ok(())
}

/// Sends one request; the error is the exception's name and message.
pub fn call(world: &mut World, now_ms: u64, operation: &str, request: &Value) -> Result<Value, String> {
    let response = world.execute("us-east-1", now_ms, operation, request.to_string().as_bytes()).response;
    let response = response.map_err(|error| format!("{operation}: {error}"))?;
    serde_json::from_slice(&response).map_err(|error| format!("{operation} answers with no JSON: {error}"))
}

/// A list's elements; none where the value is no list.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
