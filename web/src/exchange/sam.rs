//! Templates of the Serverless Application Model: a table that is no more than a partition key is an `AWS::Serverless::SimpleTable`,
//! every other one an `AWS::DynamoDB::Table`, which such templates may hold too.
//!
//! Follows [AWS::Serverless::SimpleTable](https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html).

use serde_json::{Map, Value, json};

use super::Carried;
use super::cloudformation::{head, resources};
use super::design::Design;
use super::text::yaml;

/// Writes a template.
pub fn write(design: &Design) -> Carried {
    let mut left_out = Vec::new();
    let mut template = head(design);
    template["Transform"] = json!("AWS::Serverless-2016-10-31");
    let mut resources = resources(design, &mut left_out);
    for resource in resources.values_mut() {
        if let Some(simple) = simple(resource) {
            *resource = simple;
        }
    }
    template["Resources"] = Value::Object(resources);
    Carried { text: yaml(&template), left_out }
}

/// A table as a SimpleTable; none where it has more than such a table can have.
fn simple(resource: &Value) -> Option<Value> {
    let own = resource["Properties"].as_object().filter(|_| resource["Type"] == "AWS::DynamoDB::Table")?;
    let (mut simple, mut key) = (Map::new(), None);
    for (name, value) in own {
        match name.as_str() {
            "TableName"
            | "ProvisionedThroughput"
            | "SSESpecification"
            | "PointInTimeRecoverySpecification" => {
                simple.insert(name.clone(), value.clone());
            }
            // On demand where there is no ProvisionedThroughput.
            "BillingMode" => {}
            "KeySchema" if value.as_array().is_some_and(|keys| keys.len() == 1) => {
                key = value[0]["AttributeName"].as_str();
            }
            "AttributeDefinitions" if value.as_array().is_some_and(|all| all.len() == 1) => {
                let kind = match value[0]["AttributeType"].as_str() {
                    Some("N") => "Number",
                    Some("B") => "Binary",
                    _ => "String",
                };
                simple.insert("PrimaryKey".into(), json!({ "Type": kind }));
            }
            "Tags" => {
                let tags = value.as_array().into_iter().flatten();
                let tags =
                    tags.filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone())));
                simple.insert(name.clone(), Value::Object(tags.collect()));
            }
            _ => return None,
        }
    }
    simple.get_mut("PrimaryKey")?["Name"] = json!(key?);
    Some(json!({ "Type": "AWS::Serverless::SimpleTable", "Properties": simple }))
}
