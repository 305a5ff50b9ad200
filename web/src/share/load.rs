//! A document as the requests that make it real, and a document out of a workspace's answers.
//!
//! Owns the order (tables, then their Time to Live, then items, then event sources) and the translation between what CreateTable
//! takes and what DescribeTable gives. Sends nothing.

use serde_json::{Map, Value, json};

use super::document::{BESIDE, Document, SavedRequest};

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
    /// Send this CreateEventSourceMapping, with the ARN of the table's stream.
    MapEventSource {
        /// The table.
        table: String,
        /// The request without the ARN.
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
            fields.retain(|name, _| name != "TimeToLive" && !BESIDE.contains(&name.as_str()));
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
        let recovery = &table["PointInTimeRecoverySpecification"];
        if recovery.is_object() {
            let request = json!({ "TableName": name, "PointInTimeRecoverySpecification": recovery });
            steps.push(Step::Call { operation: "UpdateContinuousBackups", request });
        }
        for scaling in table["AutoScaling"].as_array().into_iter().flatten() {
            let request = scaling_request(name, scaling);
            steps.push(Step::Call { operation: "Dynascope.UpdateAutoScaling", request });
        }
        let moving = document.relative_times.get(name).map_or(&[][..], Vec::as_slice);
        for batch in document.items.get(name).into_iter().flat_map(|items| items.chunks(BATCH_ITEMS)) {
            let items = batch.iter().map(|item| shifted(item, moving, shift));
            steps.push(Step::Call { operation: "BatchWriteItem", request: put_batch(name, items) });
        }
    }
    for source in &document.event_sources {
        let mut request = source.clone();
        let table = request.as_object_mut().and_then(|fields| fields.remove("TableName"));
        let table = table.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
        steps.push(Step::MapEventSource { table, request });
    }
    steps
}

/// The request that sets one of a document's `AutoScaling`: `{"IndexName", "Capacity", "MinimumUnits", "MaximumUnits", "TargetValue"}`.
fn scaling_request(table: &str, scaling: &Value) -> Value {
    let capacity = scaling["Capacity"].as_str().unwrap_or("Read");
    let tracking = json!({ "TargetValue": scaling["TargetValue"] });
    let settings = json!({
        "MinimumUnits": scaling["MinimumUnits"], "MaximumUnits": scaling["MaximumUnits"],
        "ScalingPolicyUpdate": { "TargetTrackingScalingPolicyConfiguration": tracking },
    });
    let mut request = Map::new();
    request.insert("TableName".to_owned(), json!(table));
    copy(scaling, "IndexName", &mut request);
    request.insert(format!("Provisioned{capacity}CapacityAutoScalingSettingsUpdate"), settings);
    Value::Object(request)
}

/// What a workspace answers of a table beside DescribeTable and DescribeTimeToLive: the members that a document has of it.
pub fn settings_of(
    tags: Option<&Value>,
    backups: Option<&Value>,
    policy: Option<&Value>,
    scaling: Option<&Value>,
) -> Map<String, Value> {
    let mut settings = Map::new();
    if let Some(tags) = tags.filter(|tags| tags["Tags"].as_array().is_some_and(|tags| !tags.is_empty())) {
        copy(tags, "Tags", &mut settings);
    }
    let recovery =
        backups.map(|backups| &backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]);
    if let Some(recovery) = recovery.filter(|recovery| recovery["PointInTimeRecoveryStatus"] == "ENABLED") {
        let days = recovery["RecoveryPeriodInDays"].as_u64().unwrap_or(35);
        let setting = json!({ "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": days });
        settings.insert("PointInTimeRecoverySpecification".to_owned(), setting);
    }
    let policy = policy.and_then(|policy| policy["Policy"].as_str());
    settings.extend(policy.map(|policy| ("ResourcePolicy".to_owned(), json!(policy))));
    let mut all = Vec::new();
    for target in scaling.and_then(|scaling| scaling["Targets"].as_array()).into_iter().flatten() {
        for capacity in ["Read", "Write"] {
            let set = &target[format!("Provisioned{capacity}CapacityAutoScalingSettings")];
            if !set["MaximumUnits"].is_u64() {
                continue;
            }
            let mut own = Map::new();
            copy(target, "IndexName", &mut own);
            own.insert("Capacity".to_owned(), json!(capacity));
            copy(set, "MinimumUnits", &mut own);
            copy(set, "MaximumUnits", &mut own);
            let tracking =
                &set["ScalingPolicies"][0]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"];
            own.insert("TargetValue".to_owned(), json!(tracking.as_f64().unwrap_or(70.0)));
            all.push(Value::Object(own));
        }
    }
    if !all.is_empty() {
        settings.insert("AutoScaling".to_owned(), Value::Array(all));
    }
    settings
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

/// Copies what is served at most on demand. DescribeTable may say -1 for no maximum, which CreateTable refuses.
fn maximums(described: &Value, made: &mut Map<String, Value>) {
    let mut most = described["OnDemandThroughput"].as_object().cloned().unwrap_or_default();
    most.retain(|_, units| *units != -1);
    if !most.is_empty() {
        made.insert("OnDemandThroughput".to_owned(), Value::Object(most));
    }
}

/// The CreateTable request (with its `TimeToLive`) of a table that a DescribeTable and a DescribeTimeToLive
/// describe; none where the first is not a description.
pub fn table_of(description: &Value, time_to_live: Option<&Value>) -> Option<Value> {
    let described = &description["Table"];
    let on_demand = described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST";
    let mut table = Map::new();
    table.insert("TableName".to_owned(), json!(described["TableName"].as_str()?));
    for field in ["AttributeDefinitions", "KeySchema", "StreamSpecification"] {
        copy(described, field, &mut table);
    }
    maximums(described, &mut table);
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
            for field in ["IndexName", "KeySchema", "Projection"] {
                copy(index, field, &mut made);
            }
            maximums(index, &mut made);
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
    if let Some(indexes) = described["VectorIndexes"].as_array() {
        let indexes = indexes.iter().map(|index| {
            let mut made = Map::new();
            for field in [
                "IndexName",
                "VectorAttribute",
                "SearchSchema",
                "Projection",
                "Dimensions",
                "DistanceFunction",
            ] {
                copy(index, field, &mut made);
            }
            Value::Object(made)
        });
        table.insert("VectorIndexes".to_owned(), indexes.collect());
    }
    if described["SSEDescription"]["SSEType"] == "KMS" {
        let mut encryption = json!({ "Enabled": true, "SSEType": "KMS" });
        if let Some(key) = described["SSEDescription"]["KMSMasterKeyArn"].as_str() {
            encryption["KMSMasterKeyId"] = json!(key);
        }
        table.insert("SSESpecification".to_owned(), encryption);
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

/// The event source of a document that a mapping's configuration describes: what it reads from now on is what is new. None where it
/// is no configuration.
pub fn event_source_of(configuration: &Value) -> Option<Value> {
    let arn = configuration["EventSourceArn"].as_str()?;
    let (table, _) = arn.split_once(":table/")?.1.split_once('/')?;
    let function = configuration["FunctionArn"].as_str()?.rsplit(':').next()?;
    let mut source = Map::new();
    source.insert("TableName".to_owned(), json!(table));
    source.insert("FunctionName".to_owned(), json!(function));
    // Its items come along as they are, with what the function has made of them.
    source.insert("StartingPosition".to_owned(), json!("LATEST"));
    if configuration["State"] == "Disabled" {
        source.insert("Enabled".to_owned(), json!(false));
    }
    for field in [
        "Function",
        "BatchSize",
        "MaximumBatchingWindowInSeconds",
        "ParallelizationFactor",
        "MaximumRetryAttempts",
        "MaximumRecordAgeInSeconds",
        "BisectBatchOnFunctionError",
    ] {
        copy(configuration, field, &mut source);
    }
    let given = |value: &Value| value.as_array().is_none_or(|list| !list.is_empty());
    for (field, is_set) in [
        ("FunctionResponseTypes", given(&configuration["FunctionResponseTypes"])),
        ("TumblingWindowInSeconds", configuration["TumblingWindowInSeconds"] != 0),
        ("DestinationConfig", configuration["DestinationConfig"]["OnFailure"]["Destination"].is_string()),
        ("FilterCriteria", given(&configuration["FilterCriteria"]["Filters"])),
    ] {
        if is_set {
            copy(configuration, field, &mut source);
        }
    }
    Some(Value::Object(source))
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
    /// What is set beside: see [`settings_of`].
    pub settings: Map<String, Value>,
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
        let Some(mut table) = table_of(&state.description, state.time_to_live.as_ref()) else { continue };
        table.as_object_mut().into_iter().for_each(|table| table.extend(state.settings.clone()));
        if !state.items.is_empty() {
            let name = table["TableName"].as_str().unwrap_or_default().to_owned();
            document.items.insert(name, state.items);
        }
        document.tables.push(table);
    }
    document.of_oldest_format()
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
                Step::MapEventSource { .. } => "map",
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
    fn event_sources_are_made_last_and_a_configuration_becomes_one() {
        let configuration = json!({
            "UUID": "u", "EventSourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000",
            "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:add-up", "State": "Disabled", "LastModified": 1.5,
            "StartingPosition": "TRIM_HORIZON", "BatchSize": 10, "ParallelizationFactor": 2, "MaximumRetryAttempts": -1,
            "TumblingWindowInSeconds": 0, "FunctionResponseTypes": [], "DestinationConfig": { "OnFailure": {} },
            "FilterCriteria": { "Filters": [{ "Pattern": "{}" }] }, "Function": { "Rules": [] }, "Sums": {},
        });
        let source = event_source_of(&configuration).expect("a configuration");
        let expected = json!({
            "TableName": "Orders", "FunctionName": "add-up", "StartingPosition": "LATEST", "Enabled": false, "BatchSize": 10,
            "ParallelizationFactor": 2, "MaximumRetryAttempts": -1, "FilterCriteria": { "Filters": [{ "Pattern": "{}" }] },
            "Function": { "Rules": [] },
        });
        assert_eq!(source, expected);
        assert_eq!(event_source_of(&json!({})), None);
        let document = orders().with_event_sources(vec![source]);
        assert_eq!(Document::parse(&document.to_json()), Ok(document.clone()));
        let steps = steps(&document, 2_000_000);
        let Some(Step::MapEventSource { table, request }) = steps.last() else { panic!("{steps:?}") };
        assert_eq!((table.as_str(), &request["TableName"]), ("Orders", &Value::Null));
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
                "OnDemandThroughput": { "MaxReadRequestUnits": 9, "MaxWriteRequestUnits": -1 },
            }],
            "OnDemandThroughput": { "MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1 },
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
                "OnDemandThroughput": { "MaxReadRequestUnits": 9 },
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
    fn what_is_set_beside_a_table_goes_along_and_is_set_again() {
        let settings = settings_of(
            Some(&json!({ "Tags": [{ "Key": "a", "Value": "b" }] })),
            Some(&json!({ "ContinuousBackupsDescription": { "PointInTimeRecoveryDescription": {
                "PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 7 } } })),
            Some(&json!({ "Policy": "{}" })),
            Some(&json!({ "Targets": [{ "IndexName": "g", "ProvisionedReadCapacityAutoScalingSettings": {},
                "ProvisionedWriteCapacityAutoScalingSettings": { "MinimumUnits": 1, "MaximumUnits": 9 } }] })),
        );
        let description = json!({ "Table": { "TableName": "T" } });
        let state = TableState { description, settings, ..TableState::default() };
        let document = document_of("n", "", vec![state], Vec::new());
        assert_eq!(document.dynascope, 4);
        assert_eq!(Document::parse(&document.to_json()), Ok(document.clone()));
        let steps = steps(&document, 0);
        let calls: Vec<(&str, &Value)> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Call { operation, request } => Some((*operation, request)),
                _ => None,
            })
            .collect();
        let names: Vec<&str> = calls.iter().map(|(operation, _)| *operation).collect();
        assert_eq!(names, ["CreateTable", "UpdateContinuousBackups", "Dynascope.UpdateAutoScaling"]);
        assert_eq!(calls[0].1["ResourcePolicy"], "{}");
        assert_eq!(calls[0].1.get("AutoScaling"), None);
        assert_eq!(calls[2].1["ProvisionedWriteCapacityAutoScalingSettingsUpdate"]["MaximumUnits"], 9);
        assert_eq!(settings_of(None, None, None, None), Map::new());
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
