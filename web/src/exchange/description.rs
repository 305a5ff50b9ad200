//! DynamoDB's own JSON: CreateTable requests, and what `aws dynamodb describe-table` prints.
//!
//! Follows [TableDescription](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html).

use serde_json::{Map, Value, json};

use super::design::{Design, Leaving, Table, copy};
use super::text::json;
use super::{Carried, Fault, LeftOut, Taken};
use crate::share::Document;
use crate::share::load::table_of;

/// What a description has, and a request has not.
const DESCRIBED: [&str; 22] = [
    "TableStatus",
    "CreationDateTime",
    "TableSizeBytes",
    "ItemCount",
    "TableArn",
    "TableId",
    "BillingModeSummary",
    "LatestStreamLabel",
    "LatestStreamArn",
    "SSEDescription",
    "TableClassSummary",
    "IndexStatus",
    "IndexSizeBytes",
    "IndexArn",
    "Backfilling",
    "Status",
    "LastIncreaseDateTime",
    "LastDecreaseDateTime",
    "NumberOfDecreasesToday",
    "WarmThroughput",
    "ArchivalSummary",
    "RestoreSummary",
];

/// Writes CreateTable requests: one alone, several as a list.
pub fn write_requests(design: &Design) -> Carried {
    let mut leaving = Leaving::by("CreateTable");
    let request = |table: &Table| {
        leaving.this(table.time_to_live.is_some(), table.name(), "TimeToLive");
        leaving.this(table.recovery_days.is_some(), table.name(), "PointInTimeRecoverySpecification");
        leaving.this(!table.scaling.is_empty(), table.name(), "AutoScaling");
        leaving.items(table);
        serde_json::to_value(&table.create).expect("a request is plain data")
    };
    let requests: Vec<Value> = design.tables.iter().map(request).collect();
    Carried { text: one_or_all(requests), left_out: leaving.left_out }
}

/// Writes descriptions as DescribeTable answers them for a table that has just been made: one alone, several as a list.
pub fn write(design: &Design) -> Carried {
    let mut leaving = Leaving::by("DescribeTable");
    let described = |table: &Table| {
        leaving.this(table.time_to_live.is_some(), table.name(), "TimeToLive");
        leaving.this(table.recovery_days.is_some(), table.name(), "PointInTimeRecoverySpecification");
        leaving.this(!table.scaling.is_empty(), table.name(), "AutoScaling");
        leaving.this(table.create.tags.iter().flatten().next().is_some(), table.name(), "Tags");
        leaving.this(table.create.resource_policy.is_some(), table.name(), "ResourcePolicy");
        leaving.items(table);
        json!({ "Table": description(table) })
    };
    let all: Vec<Value> = design.tables.iter().map(described).collect();
    Carried { text: one_or_all(all), left_out: leaving.left_out }
}

fn one_or_all(mut all: Vec<Value>) -> String {
    if all.len() == 1 { json(&all.remove(0)) } else { json(&Value::Array(all)) }
}

fn description(table: &Table) -> Value {
    let given = table.value();
    let mut own = Map::new();
    copy(
        &given,
        &[
            "TableName",
            "AttributeDefinitions",
            "KeySchema",
            "LocalSecondaryIndexes",
            "GlobalSecondaryIndexes",
            "VectorIndexes",
            "StreamSpecification",
            "OnDemandThroughput",
            "WarmThroughput",
            "DeletionProtectionEnabled",
        ],
        &mut own,
    );
    own.insert("TableStatus".into(), json!("ACTIVE"));
    let units = |given: &Value| match given["ProvisionedThroughput"].is_object() {
        true => {
            let mut units = given["ProvisionedThroughput"].clone();
            units["NumberOfDecreasesToday"] = json!(0);
            units
        }
        false => json!({ "NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0 }),
    };
    own.insert("ProvisionedThroughput".into(), units(&given));
    if table.on_demand() {
        own.insert("BillingModeSummary".into(), json!({ "BillingMode": "PAY_PER_REQUEST" }));
    }
    for index in own.get_mut("GlobalSecondaryIndexes").and_then(Value::as_array_mut).into_iter().flatten() {
        index["ProvisionedThroughput"] = units(index);
        index["IndexStatus"] = json!("ACTIVE");
    }
    if let Some(class) = &table.create.table_class {
        own.insert("TableClassSummary".into(), json!({ "TableClass": class }));
    }
    if let Some(encryption) = table.create.sse_specification.as_ref().filter(|sse| sse.enabled != Some(false))
    {
        let mut described = json!({ "Status": "ENABLED", "SSEType": "KMS" });
        if let Some(key) = &encryption.kms_master_key_id {
            described["KMSMasterKeyArn"] = json!(key);
        }
        own.insert("SSEDescription".into(), described);
    }
    Value::Object(own)
}

/// Reads DescribeTable's answers, CreateTable's requests, a list of them, or a design document.
pub fn read(value: &Value) -> Result<Taken, Fault> {
    if value["dynascope"].is_u64() {
        return document(value);
    }
    let all = match value {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    };
    let (mut design, mut left_out) = (Design::default(), Vec::new());
    let mut described = false;
    for one in all {
        let table = ["Table", "TableDescription"].into_iter().find_map(|name| one.get(name)).unwrap_or(one);
        if !table["TableName"].is_string() || !table["KeySchema"].is_array() {
            return Err(Fault::whole(
                "This is none of what can be read: a CloudFormation, SAM or Terraform template, a describe-table output, a CreateTable \
                 request, a NoSQL Workbench model, a OneTable or an ElectroDB schema, or a design document.",
            ));
        }
        let is_description = table["TableStatus"].is_string();
        described |= is_description;
        let request = match is_description {
            true => of_description(table, &mut left_out),
            false => table.clone(),
        };
        design.tables.push(Table::read(&request, &mut left_out).map_err(Fault::whole)?);
    }
    let format = if described { "a describe-table output" } else { "a CreateTable request" };
    Ok(Taken { format, design, left_out })
}

/// The request of a description. What describes, and sets nothing, goes without a word.
fn of_description(table: &Value, left_out: &mut Vec<LeftOut>) -> Value {
    let request = table_of(&json!({ "Table": table }), None).unwrap_or_default();
    for name in table.as_object().into_iter().flatten().map(|(name, _)| name) {
        let known = DESCRIBED.contains(&name.as_str()) || request.get(name).is_some();
        let empty = ["StreamSpecification", "ProvisionedThroughput", "DeletionProtectionEnabled"];
        if !known && !empty.contains(&name.as_str()) {
            let place = format!("{}.{name}", table["TableName"].as_str().unwrap_or_default());
            left_out.push(LeftOut::new(place, "CreateTable does not take it"));
        }
    }
    request
}

/// A design document of Dynascope's own.
fn document(value: &Value) -> Result<Taken, Fault> {
    let document = Document::parse(&value.to_string()).map_err(|error| Fault::whole(error.to_string()))?;
    let mut left_out = Vec::new();
    let design = Design::of(&document, &mut left_out).map_err(Fault::whole)?;
    for (there, what) in [
        (!document.requests.is_empty(), "its saved requests"),
        (!document.recipes.is_empty(), "its traffic recipes"),
        (!document.event_sources.is_empty(), "its event sources"),
        (!document.history.is_empty(), "its history"),
    ] {
        if there {
            left_out.push(LeftOut::new(what, "open it as a file on the Share page, which takes all of it"));
        }
    }
    Ok(Taken { format: "a Dynascope design document", design, left_out })
}
