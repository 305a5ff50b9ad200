//! Requests of the operations on items.
//!
//! Follows the [API reference](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::value::{WireMap, WireValue};

/// Declares requests whose members are all optional; what is required is for the operation to say.
macro_rules! shapes {
    ($($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(rename_all = "PascalCase")]
        #[allow(missing_docs)]
        pub struct $name { $(pub $field: Option<$type>,)* }
    )*};
}

/// `ExpressionAttributeNames`.
pub type Names = BTreeMap<String, String>;

/// `KeyConditions`, `QueryFilter`, `ScanFilter`.
pub type Conditions = BTreeMap<String, Condition>;

/// `Expected`.
pub type Expected = BTreeMap<String, ExpectedAttributeValue>;

/// `AttributeUpdates`.
pub type AttributeUpdates = BTreeMap<String, AttributeValueUpdate>;

shapes! {
    /// A condition on one attribute, as it was written before there were expressions.
    Condition { attribute_value_list: Vec<WireValue>, comparison_operator: String, }
    /// What a write expects of one attribute: an operator with values, or a value, or that it is not there.
    ExpectedAttributeValue {
        value: WireValue,
        exists: bool,
        comparison_operator: String,
        attribute_value_list: Vec<WireValue>,
    }
    /// What becomes of one attribute.
    AttributeValueUpdate { value: WireValue, action: String, }
    /// PutItem.
    PutItemInput {
        table_name: String,
        item: WireMap,
        expected: Expected,
        conditional_operator: String,
        condition_expression: String,
        expression_attribute_names: Names,
        expression_attribute_values: WireMap,
        return_values: String,
        return_consumed_capacity: String,
        return_item_collection_metrics: String,
        return_values_on_condition_check_failure: String,
    }
    /// GetItem.
    GetItemInput {
        table_name: String,
        key: WireMap,
        attributes_to_get: Vec<String>,
        consistent_read: bool,
        projection_expression: String,
        expression_attribute_names: Names,
        return_consumed_capacity: String,
    }
    /// UpdateItem.
    UpdateItemInput {
        table_name: String,
        key: WireMap,
        attribute_updates: AttributeUpdates,
        expected: Expected,
        conditional_operator: String,
        update_expression: String,
        condition_expression: String,
        expression_attribute_names: Names,
        expression_attribute_values: WireMap,
        return_values: String,
        return_consumed_capacity: String,
        return_item_collection_metrics: String,
        return_values_on_condition_check_failure: String,
    }
    /// DeleteItem.
    DeleteItemInput {
        table_name: String,
        key: WireMap,
        expected: Expected,
        conditional_operator: String,
        condition_expression: String,
        expression_attribute_names: Names,
        expression_attribute_values: WireMap,
        return_values: String,
        return_consumed_capacity: String,
        return_item_collection_metrics: String,
        return_values_on_condition_check_failure: String,
    }
    /// Query.
    QueryInput {
        table_name: String,
        index_name: String,
        key_conditions: Conditions,
        query_filter: Conditions,
        conditional_operator: String,
        attributes_to_get: Vec<String>,
        key_condition_expression: String,
        filter_expression: String,
        projection_expression: String,
        expression_attribute_names: Names,
        expression_attribute_values: WireMap,
        select: String,
        limit: i32,
        consistent_read: bool,
        scan_index_forward: bool,
        exclusive_start_key: WireMap,
        return_consumed_capacity: String,
    }
    /// Scan.
    ScanInput {
        table_name: String,
        index_name: String,
        scan_filter: Conditions,
        conditional_operator: String,
        attributes_to_get: Vec<String>,
        filter_expression: String,
        projection_expression: String,
        expression_attribute_names: Names,
        expression_attribute_values: WireMap,
        select: String,
        limit: i32,
        consistent_read: bool,
        exclusive_start_key: WireMap,
        segment: i32,
        total_segments: i32,
        return_consumed_capacity: String,
    }
    /// The keys of one table in a BatchGetItem.
    KeysAndAttributes {
        keys: Vec<WireMap>,
        attributes_to_get: Vec<String>,
        consistent_read: bool,
        projection_expression: String,
        expression_attribute_names: Names,
    }
    /// BatchGetItem.
    BatchGetItemInput {
        request_items: BTreeMap<String, KeysAndAttributes>,
        return_consumed_capacity: String,
    }
    /// A put in a BatchWriteItem.
    PutRequest { item: WireMap, }
    /// A delete in a BatchWriteItem.
    DeleteRequest { key: WireMap, }
    /// One request of a BatchWriteItem: exactly one of the two.
    WriteRequest { put_request: PutRequest, delete_request: DeleteRequest, }
    /// BatchWriteItem.
    BatchWriteItemInput {
        request_items: BTreeMap<String, Vec<WriteRequest>>,
        return_consumed_capacity: String,
        return_item_collection_metrics: String,
    }
    /// A condition check in a transaction.
    ConditionCheck {
        table_name: String,
        key: WireMap,
        condition_expression: String,
        expression_attribute_names: Names,
        expression_attribute_values: WireMap,
        return_values_on_condition_check_failure: String,
    }
    /// A put in a transaction.
    Put {
        table_name: String,
        item: WireMap,
        condition_expression: String,
        expression_attribute_names: Names,
        expression_attribute_values: WireMap,
        return_values_on_condition_check_failure: String,
    }
    /// An update in a transaction.
    Update {
        table_name: String,
        key: WireMap,
        update_expression: String,
        condition_expression: String,
        expression_attribute_names: Names,
        expression_attribute_values: WireMap,
        return_values_on_condition_check_failure: String,
    }
    /// A delete in a transaction.
    Delete {
        table_name: String,
        key: WireMap,
        condition_expression: String,
        expression_attribute_names: Names,
        expression_attribute_values: WireMap,
        return_values_on_condition_check_failure: String,
    }
    /// One action of a TransactWriteItems: exactly one of the four.
    TransactWriteItem { condition_check: ConditionCheck, put: Put, update: Update, delete: Delete, }
    /// TransactWriteItems.
    TransactWriteItemsInput {
        transact_items: Vec<TransactWriteItem>,
        client_request_token: String,
        return_consumed_capacity: String,
        return_item_collection_metrics: String,
    }
    /// A get in a transaction.
    Get {
        table_name: String,
        key: WireMap,
        projection_expression: String,
        expression_attribute_names: Names,
    }
    /// One action of a TransactGetItems.
    TransactGetItem { get: Get, }
    /// TransactGetItems.
    TransactGetItemsInput {
        transact_items: Vec<TransactGetItem>,
        return_consumed_capacity: String,
    }
    /// ListStreams.
    ListStreamsInput { table_name: String, limit: i32, exclusive_start_stream_arn: String, }
    /// DescribeStream.
    DescribeStreamInput {
        stream_arn: String,
        limit: i32,
        exclusive_start_shard_id: String,
        shard_filter: ShardFilter,
    }
    /// Which shards a DescribeStream shows.
    ShardFilter {
        r#type: String,
        shard_id: String,
    }
    /// GetShardIterator.
    GetShardIteratorInput {
        stream_arn: String,
        shard_id: String,
        shard_iterator_type: String,
        sequence_number: String,
        timestamp: super::table::Timestamp,
    }
    /// GetRecords.
    GetRecordsInput { shard_iterator: String, limit: i32, }
}
