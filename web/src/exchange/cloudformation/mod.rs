//! CloudFormation templates: tables as `AWS::DynamoDB::Table`, their auto scaling as Application Auto Scaling's resources.
//!
//! Follows [AWS::DynamoDB::Table](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html).
//!
//! - `read` a template's tables
//! - `resolve` its parameters, mappings, conditions and functions, as far as they are known before it is deployed

mod read;
mod resolve;

use serde_json::{Map, Value, json};

use super::design::{Design, Leaving, Scaling, Table, copy, number};
use super::{Carried, LeftOut};
pub use read::read;

/// The members of CreateTable that a template has under the same names.
const SAME: [&str; 12] = [
    "TableName",
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "ProvisionedThroughput",
    "OnDemandThroughput",
    "WarmThroughput",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "VectorIndexes",
    "TableClass",
    "DeletionProtectionEnabled",
];

/// Writes a template.
pub fn write(design: &Design, print: impl Fn(&Value) -> String) -> Carried {
    let mut left_out = Vec::new();
    let mut template = head(design);
    template["Resources"] = Value::Object(resources(design, &mut left_out));
    Carried { text: print(&template), left_out }
}

/// What a template begins with.
pub fn head(design: &Design) -> Value {
    let mut template = json!({ "AWSTemplateFormatVersion": "2010-09-09" });
    let description = match design.description.is_empty() {
        true => design.name.clone(),
        false => format!("{}: {}", design.name, design.description),
    };
    if !design.name.is_empty() {
        // A template's description has at most 1,024 bytes.
        let end = (0..=description.len().min(1_024)).rev().find(|end| description.is_char_boundary(*end));
        template["Description"] = json!(description[..end.unwrap_or(0)]);
    }
    template
}

/// The resources of all tables, by their logical ids.
pub fn resources(design: &Design, left_out: &mut Vec<LeftOut>) -> Map<String, Value> {
    let mut resources = Map::new();
    for table in &design.tables {
        let id = free_id(&logical_id(table.name(), "Table"), &resources);
        resources.insert(
            id.clone(),
            json!({ "Type": "AWS::DynamoDB::Table", "Properties": properties(table, left_out) }),
        );
        for scaling in &table.scaling {
            add_scaling(scaling, &id, &mut resources);
        }
    }
    resources
}

/// A name of letters and digits: `user-orders` with `Table` is `UserOrdersTable`.
pub fn logical_id(name: &str, ending: &str) -> String {
    let mut id = String::new();
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        id.push_str(&word[..1].to_ascii_uppercase());
        id.push_str(&word[1..]);
    }
    if id.to_ascii_lowercase().ends_with(&ending.to_ascii_lowercase()) { id } else { id + ending }
}

fn free_id(wanted: &str, taken: &Map<String, Value>) -> String {
    let numbered = (2..).map(|number| format!("{wanted}{number}"));
    let mut ids = std::iter::once(wanted.to_owned()).chain(numbered);
    ids.find(|id| !taken.contains_key(id)).unwrap_or_default()
}

/// The properties of an `AWS::DynamoDB::Table`.
pub fn properties(table: &Table, left_out: &mut Vec<LeftOut>) -> Value {
    let (given, name) = (table.value(), table.name());
    let mut properties = Map::new();
    copy(&given, &SAME, &mut properties);
    properties.values_mut().for_each(without_no_maximum);
    if let Some(view) = table.stream() {
        properties.insert("StreamSpecification".into(), json!({ "StreamViewType": view }));
    }
    if let Some(attribute) = &table.time_to_live {
        let setting = json!({ "AttributeName": attribute, "Enabled": true });
        properties.insert("TimeToLiveSpecification".into(), setting);
    }
    copy(&given, &["PointInTimeRecoverySpecification"], &mut properties);
    if let Some(encryption) = &table.create.sse_specification {
        let mut setting = json!({ "SSEEnabled": encryption.enabled != Some(false) });
        if let Some(kind) = &encryption.sse_type {
            setting["SSEType"] = json!(kind);
        }
        if let Some(key) = &encryption.kms_master_key_id {
            setting["KMSMasterKeyId"] = json!(key);
        }
        properties.insert("SSESpecification".into(), setting);
    }
    if table.create.tags.iter().flatten().next().is_some() {
        copy(&given, &["Tags"], &mut properties);
    }
    if let Some(policy) = &table.create.resource_policy {
        match serde_json::from_str::<Value>(policy) {
            Ok(document) => {
                properties.insert("ResourcePolicy".into(), json!({ "PolicyDocument": document }));
            }
            Err(_) => left_out.push(LeftOut::new(format!("{name}.ResourcePolicy"), "it is no JSON")),
        }
    }
    let mut leaving = Leaving::by("CloudFormation");
    leaving.items(table);
    left_out.append(&mut leaving.left_out);
    Value::Object(properties)
}

/// -1 is no maximum for CreateTable; a template does not say so.
fn without_no_maximum(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for most in ["MaxReadRequestUnits", "MaxWriteRequestUnits"] {
                if object.get(most).and_then(Value::as_i64) == Some(-1) {
                    object.remove(most);
                }
            }
            object.retain(|name, value| name != "OnDemandThroughput" || *value != json!({}));
            object.values_mut().for_each(without_no_maximum);
        }
        Value::Array(list) => list.iter_mut().for_each(without_no_maximum),
        _ => {}
    }
}

/// A scalable target and its policy. They name the table by its resource, so that it is there before them.
fn add_scaling(scaling: &Scaling, table: &str, resources: &mut Map<String, Value>) {
    let word = scaling.word();
    let dimension = match &scaling.index {
        None => format!("dynamodb:table:{word}CapacityUnits"),
        Some(_) => format!("dynamodb:index:{word}CapacityUnits"),
    };
    let resource = match &scaling.index {
        None => format!("table/${{{table}}}"),
        Some(index) => format!("table/${{{table}}}/index/{index}"),
    };
    let about = scaling.index.as_ref().map(|index| logical_id(index, "Index")).unwrap_or_default();
    let target = free_id(&format!("{table}{about}{word}Capacity"), resources);
    let policy = free_id(&format!("{target}Policy"), resources);
    resources.insert(
        target.clone(),
        json!({ "Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": {
            "ServiceNamespace": "dynamodb", "ResourceId": { "Fn::Sub": resource }, "ScalableDimension": dimension,
            "MinCapacity": scaling.minimum, "MaxCapacity": scaling.maximum,
        }}),
    );
    resources.insert(
        policy.clone(),
        json!({ "Type": "AWS::ApplicationAutoScaling::ScalingPolicy", "Properties": {
            "PolicyName": policy, "PolicyType": "TargetTrackingScaling", "ScalingTargetId": { "Ref": target },
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": format!("DynamoDB{word}CapacityUtilization"),
                },
                "TargetValue": number(scaling.target),
            },
        }}),
    );
}
