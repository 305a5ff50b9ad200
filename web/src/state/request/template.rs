//! The request that each operation begins with, on a table.
//!
//! Follows the [API reference](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html):
//! each can be sent as it is, or lacks what only the user can say.

use serde_json::{Map, Value, json};

use super::rows::blank_key;
use crate::state::tables::TableDescription;

/// The request that an operation begins with, on that table.
pub fn template(name: &str, table: Option<&TableDescription>) -> Value {
    let table_name = table.map_or("", |table| table.name.as_str());
    let key = blank_key(table);
    let arn = table.and_then(|table| table.body["TableArn"].as_str()).unwrap_or_default();
    let stream = table.and_then(|table| table.stream_arn.clone()).unwrap_or_default();
    let mut request = match name {
        "GetItem" | "DeleteItem" => json!({ "Key": key }),
        "PutItem" => json!({ "Item": key }),
        "UpdateItem" => json!({ "Key": key, "UpdateExpression": "", "ReturnValues": "ALL_NEW" }),
        "BatchGetItem" => return json!({ "RequestItems": { table_name: { "Keys": [key] } } }),
        "BatchWriteItem" => {
            return json!({ "RequestItems": { table_name: [
                { "PutRequest": { "Item": key } }, { "DeleteRequest": { "Key": key } }] } });
        }
        "TransactGetItems" => {
            return json!({ "TransactItems": [{ "Get": { "TableName": table_name, "Key": key } }] });
        }
        "TransactWriteItems" => {
            let hash =
                table.and_then(|table| table.keys.hash.first()).map_or("id", |part| part.name.as_str());
            return json!({ "TransactItems": [
                { "Put": { "TableName": table_name, "Item": key,
                    "ConditionExpression": "attribute_not_exists(#pk)", "ExpressionAttributeNames": { "#pk": hash } } },
                { "Delete": { "TableName": table_name, "Key": key } }] });
        }
        "CreateTable" => {
            return json!({
                "TableName": "NewTable",
                "KeySchema": [
                    { "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" }],
                "AttributeDefinitions": [
                    { "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "S" }],
                "BillingMode": "PAY_PER_REQUEST"
            });
        }
        "UpdateTimeToLive" => {
            json!({ "TimeToLiveSpecification": { "Enabled": true, "AttributeName": "ttl" } })
        }
        "CreateBackup" => json!({ "BackupName": format!("{table_name}-backup") }),
        "DescribeBackup" | "DeleteBackup" => return json!({ "BackupArn": "" }),
        "RestoreTableFromBackup" => {
            return json!({ "BackupArn": "", "TargetTableName": format!("{table_name}-restored") });
        }
        "UpdateContinuousBackups" => {
            json!({ "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true } })
        }
        "RestoreTableToPointInTime" => {
            return json!({ "SourceTableName": table_name, "UseLatestRestorableTime": true,
                "TargetTableName": format!("{table_name}-restored") });
        }
        "TagResource" => {
            return json!({ "ResourceArn": arn, "Tags": [{ "Key": "team", "Value": "shop" }] });
        }
        "UntagResource" => return json!({ "ResourceArn": arn, "TagKeys": ["team"] }),
        "ListTagsOfResource" | "GetResourcePolicy" | "DeleteResourcePolicy" => {
            return json!({ "ResourceArn": arn });
        }
        "PutResourcePolicy" => {
            let statement = json!({ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
                "Action": "dynamodb:GetItem", "Resource": arn });
            let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
            return json!({ "ResourceArn": arn, "Policy": policy.to_string() });
        }
        "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction" => {
            return statements(name, table);
        }
        "ListTables" | "DescribeLimits" | "DescribeEndpoints" | "ListBulkOperations" | "ListGlobalTables" => {
            return json!({});
        }
        "SearchVectors" => search(table),
        "UpdateContributorInsights" => json!({ "ContributorInsightsAction": "ENABLE" }),
        "StartBulkPutItems" => json!({
            "InputS3Configuration": { "S3Bucket": "my-bucket", "InputFormat": "DYNAMODB_JSON" },
            "OutputS3Configuration": { "OutputType": ["ERROR"] } }),
        "DescribeBulkOperation" | "CancelBulkOperation" => return json!({ "BulkOperationArn": "" }),
        "UpdateTableReplicaAutoScaling" => json!({ "ProvisionedWriteCapacityAutoScalingUpdate": {
            "MinimumUnits": 1, "MaximumUnits": 10,
            "ScalingPolicyUpdate": { "TargetTrackingScalingPolicyConfiguration": { "TargetValue": 70 } } } }),
        "CreateGlobalTable" => {
            let regions = json!([{ "RegionName": "us-east-1" }, { "RegionName": "eu-west-1" }]);
            return json!({ "GlobalTableName": table_name, "ReplicationGroup": regions });
        }
        "UpdateGlobalTable" => {
            let updates = json!([{ "Create": { "RegionName": "eu-west-1" } }]);
            return json!({ "GlobalTableName": table_name, "ReplicaUpdates": updates });
        }
        "DescribeGlobalTable" | "DescribeGlobalTableSettings" | "UpdateGlobalTableSettings" => {
            return json!({ "GlobalTableName": table_name });
        }
        "DescribeStream" => return json!({ "StreamArn": stream }),
        "GetShardIterator" => {
            return json!({ "StreamArn": stream, "ShardId": "", "ShardIteratorType": "TRIM_HORIZON" });
        }
        "GetRecords" => return json!({ "ShardIterator": "" }),
        _ => Value::Object(Map::new()),
    };
    request["TableName"] = Value::from(table_name);
    if name == "Query"
        && let Some(table) = table
    {
        super::key_condition::begin(&mut request, &table.keys);
    }
    request
}

/// The search that the table's first vector index takes: a vector of its dimensions, a test for each attribute that the
/// index is divided by.
fn search(table: Option<&TableDescription>) -> Value {
    let index = table.map_or(&Value::Null, |table| &table.body["VectorIndexes"][0]);
    let dimensions = index["Dimensions"].as_u64().unwrap_or(3) as usize;
    let vector: Vec<Value> =
        (0..dimensions).map(|at| json!({ "N": if at == 0 { "1" } else { "0" } })).collect();
    let name = index["IndexName"].as_str().unwrap_or_default();
    let mut request = json!({ "IndexName": name, "SearchVector": vector, "TopK": 5 });
    let schema = index["SearchSchema"].as_array().into_iter().flatten();
    let hash = schema.filter(|element| element["SearchSchemaElementType"] == "HASH");
    let mut tests = Vec::new();
    for (at, name) in hash.filter_map(|element| element["AttributeName"].as_str()).enumerate() {
        tests.push(format!("#s{at} = :s{at}"));
        request["ExpressionAttributeNames"][format!("#s{at}")] = name.into();
        request["ExpressionAttributeValues"][format!(":s{at}")] = json!({ "S": "" });
    }
    if !tests.is_empty() {
        request["SearchConditionExpression"] = tests.join(" AND ").into();
    }
    request
}

/// The request that a PartiQL operation begins with: a query, the reading of an item, the writing of one.
fn statements(name: &str, table: Option<&TableDescription>) -> Value {
    let table_name = table.map_or("", |table| table.name.as_str());
    let parts: Vec<&str> =
        table.into_iter().flat_map(|table| table.keys.all()).map(|part| part.name.as_str()).collect();
    let key = blank_key(table);
    let values = |names: &[&str]| names.iter().map(|name| key[*name].clone()).collect::<Vec<_>>();
    let tests = |names: &[&str]| {
        let tests = names.iter().map(|name| format!("\"{name}\" = ?"));
        tests.collect::<Vec<_>>().join(" AND ")
    };
    let select = |names: &[&str]| json!({ "Statement": format!("SELECT * FROM \"{table_name}\" WHERE {}", tests(names)), "Parameters": values(names) });
    match name {
        "ExecuteStatement" => select(&parts[..parts.len().min(1)]),
        "BatchExecuteStatement" => json!({ "Statements": [select(&parts)] }),
        _ => {
            let members = parts.iter().map(|name| format!("'{name}': ?")).collect::<Vec<_>>().join(", ");
            let statement = format!("INSERT INTO \"{table_name}\" VALUE {{{members}}}");
            json!({ "TransactStatements": [{ "Statement": statement, "Parameters": values(&parts) }] })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::operations::{OPERATIONS, Part::Rows, row_operation};
    use super::*;

    #[test]
    fn a_search_begins_with_what_its_index_needs() {
        let table = TableDescription::read(&json!({
            "TableName": "Docs", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "VectorIndexes": [{"IndexName": "by-meaning", "Dimensions": 2,
                "SearchSchema": [{"AttributeName": "tenant", "SearchSchemaElementType": "HASH"}]}]}));
        let request = template("SearchVectors", table.as_ref());
        assert_eq!(
            request,
            json!({"TableName": "Docs", "IndexName": "by-meaning", "SearchVector": [{"N": "1"}, {"N": "0"}], "TopK": 5,
                "SearchConditionExpression": "#s0 = :s0", "ExpressionAttributeNames": {"#s0": "tenant"},
                "ExpressionAttributeValues": {":s0": {"S": ""}}})
        );
        assert_eq!(template("SearchVectors", None)["SearchVector"].as_array().map(Vec::len), Some(3));
    }

    #[test]
    fn every_operation_has_its_request() {
        let table = TableDescription::read(&json!({
            "TableName": "Orders", "TableArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Orders",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}]}));
        for operation in OPERATIONS {
            let request = template(operation.name, table.as_ref());
            assert!(!operation.form.is_empty(), "{}", operation.name);
            if let [Rows(shape), ..] = operation.form {
                let rows = super::super::rows::rows(*shape, &request);
                assert!(!rows.is_empty(), "{}", operation.name);
                assert!(rows.iter().all(|row| row_operation(*shape, row).is_some()), "{}", operation.name);
                let blank = |kind: &&str| super::super::rows::blank(kind, table.as_ref());
                assert!(shape.kinds().iter().map(blank).all(|row| row_operation(*shape, &row).is_some()));
            }
            let names_it = request.to_string().contains("Orders");
            let of_a_table = !matches!(
                operation.name,
                "ListTables"
                    | "CreateTable"
                    | "DescribeStream"
                    | "GetShardIterator"
                    | "GetRecords"
                    | "DescribeBackup"
                    | "DeleteBackup"
                    | "DescribeLimits"
                    | "DescribeEndpoints"
                    | "DescribeBulkOperation"
                    | "CancelBulkOperation"
                    | "ListBulkOperations"
                    | "ListGlobalTables"
            );
            assert_eq!(names_it, of_a_table, "{}", operation.name);
        }
        assert_eq!(template("GetItem", table.as_ref())["Key"], json!({"id": {"N": "0"}}));
    }
}
