//! A document as the requests that make it real, and a document out of a workspace's answers.
//!
//! Owns the order (tables, then their Time to Live, then items) and the translation between what CreateTable
//! takes and what DescribeTable gives. Sends nothing.

use serde_json::{Map, Value, json};

use super::document::{Document, SavedRequest};

/// The most items in one BatchWriteItem.
pub const BATCH_ITEMS: usize = 25;

/// One thing to do, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Send this request.
    Call {
        /// The API action.
        operation: &'static str,
        /// Its JSON.
        request: Value,
    },
    /// Wait until DescribeTable says that the table is ACTIVE.
    AwaitActive {
        /// The table.
        table: String,
    },
}

/// What loads the document at `now_ms`. Relative times are moved to it.
pub fn steps(document: &Document, now_ms: u64) -> Vec<Step> {
    let shift = document.epoch.map_or(0, |epoch| (now_ms / 1000) as i64 - epoch);
    let mut steps = Vec::new();
    for table in &document.tables {
        let mut request = table.clone();
        if let Some(fields) = request.as_object_mut() {
            fields.remove("TimeToLive");
        }
        steps.push(Step::Call { operation: "CreateTable", request });
    }
    for table in &document.tables {
        let name = table["TableName"].as_str().unwrap_or_default();
        steps.push(Step::AwaitActive { table: name.to_owned() });
        if let Some(attribute) = table["TimeToLive"]["AttributeName"].as_str() {
            let request = json!({
                "TableName": name,
                "TimeToLiveSpecification": { "AttributeName": attribute, "Enabled": true },
            });
            steps.push(Step::Call { operation: "UpdateTimeToLive", request });
        }
        let moving = document.relative_times.get(name).map_or(&[][..], Vec::as_slice);
        for batch in document.items.get(name).into_iter().flat_map(|items| items.chunks(BATCH_ITEMS)) {
            let items = batch.iter().map(|item| shifted(item, moving, shift));
            steps.push(Step::Call { operation: "BatchWriteItem", request: put_batch(name, items) });
        }
    }
    steps
}

/// A BatchWriteItem that puts these items (at most 25, no key twice).
pub fn put_batch(table: &str, items: impl IntoIterator<Item = Value>) -> Value {
    let puts: Vec<Value> = items.into_iter().map(|item| json!({ "PutRequest": { "Item": item } })).collect();
    json!({ "RequestItems": { table: puts } })
}

fn shifted(item: &Value, moving: &[String], shift: i64) -> Value {
    let mut item = item.clone();
    for attribute in moving {
        let moved = item[attribute.as_str()]["N"].as_str().and_then(|text| text.parse::<i64>().ok());
        if let Some(moved) = moved.and_then(|seconds| seconds.checked_add(shift)) {
            item[attribute.as_str()] = json!({ "N": moved.to_string() });
        }
    }
    item
}

/// The CreateTable request (with its `TimeToLive`) of a table that a DescribeTable and a DescribeTimeToLive
/// describe; none where the first is not a description.
pub fn table_of(description: &Value, time_to_live: Option<&Value>) -> Option<Value> {
    let described = &description["Table"];
    let on_demand = described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST";
    let mut table = Map::new();
    table.insert("TableName".to_owned(), json!(described["TableName"].as_str()?));
    for field in ["AttributeDefinitions", "KeySchema", "StreamSpecification", "OnDemandThroughput"] {
        copy(described, field, &mut table);
    }
    if table.get("StreamSpecification").is_some_and(|stream| stream["StreamEnabled"] == false) {
        table.remove("StreamSpecification");
    }
    let billing = if on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
    table.insert("BillingMode".to_owned(), json!(billing));
    if !on_demand {
        throughput(described, &mut table);
    }
    for field in ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"] {
        let Some(indexes) = described[field].as_array() else { continue };
        let indexes = indexes.iter().map(|index| {
            let mut made = Map::new();
            for field in ["IndexName", "KeySchema", "Projection", "OnDemandThroughput"] {
                copy(index, field, &mut made);
            }
            if !on_demand && field == "GlobalSecondaryIndexes" {
                throughput(index, &mut made);
            }
            Value::Object(made)
        });
        table.insert(field.to_owned(), indexes.collect());
    }
    if described["DeletionProtectionEnabled"] == true {
        table.insert("DeletionProtectionEnabled".to_owned(), json!(true));
    }
    if let Some(class) = described["TableClassSummary"]["TableClass"].as_str() {
        table.insert("TableClass".to_owned(), json!(class));
    }
    let time_to_live = time_to_live.map(|answer| &answer["TimeToLiveDescription"]);
    if let Some(set) = time_to_live
        && let Some(attribute) = set["AttributeName"].as_str()
        && matches!(set["TimeToLiveStatus"].as_str(), Some("ENABLED" | "ENABLING"))
    {
        table.insert("TimeToLive".to_owned(), json!({ "AttributeName": attribute }));
    }
    Some(Value::Object(table))
}

fn copy(from: &Value, field: &str, into: &mut Map<String, Value>) {
    if let Some(value) = from.get(field).filter(|value| !value.is_null()) {
        into.insert(field.to_owned(), value.clone());
    }
}

/// ProvisionedThroughput without what only a description has.
fn throughput(from: &Value, into: &mut Map<String, Value>) {
    let given = &from["ProvisionedThroughput"];
    if given.is_object() {
        let units = json!({
            "ReadCapacityUnits": given["ReadCapacityUnits"],
            "WriteCapacityUnits": given["WriteCapacityUnits"],
        });
        into.insert("ProvisionedThroughput".to_owned(), units);
    }
}

/// What a workspace says about one of its tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableState {
    /// The response of DescribeTable.
    pub description: Value,
    /// The response of DescribeTimeToLive.
    pub time_to_live: Option<Value>,
    /// The items of all pages of a Scan.
    pub items: Vec<Value>,
}

/// The document of a workspace. Tables whose description cannot be read are left out.
pub fn document_of(
    name: &str,
    description: &str,
    tables: Vec<TableState>,
    requests: Vec<SavedRequest>,
) -> Document {
    let mut document = Document::new(name);
    document.description = description.to_owned();
    document.requests = requests;
    for state in tables {
        let Some(table) = table_of(&state.description, state.time_to_live.as_ref()) else { continue };
        if !state.items.is_empty() {
            let name = table["TableName"].as_str().unwrap_or_default().to_owned();
            document.items.insert(name, state.items);
        }
        document.tables.push(table);
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders() -> Document {
        let mut document = Document::new("Orders");
        document.tables.push(json!({ "TableName": "Orders", "TimeToLive": { "AttributeName": "ttl" } }));
        let items = (0..30).map(|n| json!({ "id": { "N": n.to_string() }, "ttl": { "N": "1100" } }));
        document.items.insert("Orders".to_owned(), items.collect());
        document.epoch = Some(1_000);
        document.relative_times.insert("Orders".to_owned(), vec!["ttl".to_owned(), "absent".to_owned()]);
        document
    }

    #[test]
    fn a_document_is_tables_then_time_to_live_then_items_in_25s() {
        let steps = steps(&orders(), 2_000_000);
        let names: Vec<&str> = steps
            .iter()
            .map(|step| match step {
                Step::Call { operation, .. } => operation,
                Step::AwaitActive { .. } => "wait",
            })
            .collect();
        assert_eq!(names, ["CreateTable", "wait", "UpdateTimeToLive", "BatchWriteItem", "BatchWriteItem"]);
        let Step::Call { request, .. } = &steps[0] else { panic!("a call") };
        assert_eq!(request, &json!({ "TableName": "Orders" }), "CreateTable knows no TimeToLive");
        let Step::Call { request, .. } = &steps[4] else { panic!("a call") };
        let puts = request["RequestItems"]["Orders"].as_array().expect("puts");
        assert_eq!(puts.len(), 5);
        let item = &puts[0]["PutRequest"]["Item"];
        assert_eq!(item, &json!({ "id": { "N": "25" }, "ttl": { "N": "2100" } }), "moved by 1,000 s");
    }

    #[test]
    fn a_description_becomes_the_request_that_made_it() {
        let description = json!({ "Table": {
            "TableName": "T", "TableStatus": "ACTIVE", "ItemCount": 3, "TableArn": "arn:…",
            "AttributeDefinitions": [{ "AttributeName": "k", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "k", "KeyType": "HASH" }],
            "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": 6, "NumberOfDecreasesToday": 0 },
            "GlobalSecondaryIndexes": [{
                "IndexName": "g", "IndexStatus": "ACTIVE", "KeySchema": [], "Projection": { "ProjectionType": "ALL" },
                "ProvisionedThroughput": { "ReadCapacityUnits": 1, "WriteCapacityUnits": 1, "NumberOfDecreasesToday": 0 },
            }],
            "LocalSecondaryIndexes": [{
                "IndexName": "l", "KeySchema": [], "Projection": { "ProjectionType": "KEYS_ONLY" }, "IndexArn": "arn",
            }],
            "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" },
        }});
        let ttl = json!({ "TimeToLiveDescription": { "TimeToLiveStatus": "ENABLED", "AttributeName": "x" } });
        let expected = json!({
            "TableName": "T", "BillingMode": "PROVISIONED",
            "AttributeDefinitions": [{ "AttributeName": "k", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "k", "KeyType": "HASH" }],
            "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": 6 },
            "GlobalSecondaryIndexes": [{
                "IndexName": "g", "KeySchema": [], "Projection": { "ProjectionType": "ALL" },
                "ProvisionedThroughput": { "ReadCapacityUnits": 1, "WriteCapacityUnits": 1 },
            }],
            "LocalSecondaryIndexes": [{
                "IndexName": "l", "KeySchema": [], "Projection": { "ProjectionType": "KEYS_ONLY" },
            }],
            "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" },
            "TimeToLive": { "AttributeName": "x" },
        });
        assert_eq!(table_of(&description, Some(&ttl)), Some(expected));
        assert_eq!(table_of(&json!({}), None), None);
    }

    #[test]
    fn an_on_demand_table_has_no_provisioned_throughput() {
        let description = json!({ "Table": {
            "TableName": "T", "BillingModeSummary": { "BillingMode": "PAY_PER_REQUEST" },
            "ProvisionedThroughput": { "ReadCapacityUnits": 0, "WriteCapacityUnits": 0 },
        }});
        let state =
            TableState { description, items: vec![json!({ "k": { "S": "1" } })], ..TableState::default() };
        let document = document_of("n", "d", vec![state, TableState::default()], Vec::new());
        assert_eq!(document.tables, [json!({ "TableName": "T", "BillingMode": "PAY_PER_REQUEST" })]);
        assert_eq!(document.items["T"].len(), 1);
        assert_eq!(Document::parse(&document.to_json()), Ok(document));
    }
}
