//! Which tables a request names. Pure.
//!
//! PartiQL's are in a text, which is left unread.

use serde_json::Value;

/// The tables that a request names, whatever its operation, as often as it names them: `TableName` and `TargetTableName`, the names that a
/// batch is sorted by, and the `TableName` of each action of a transaction in its order.
pub fn tables(request: &Value) -> impl Iterator<Item = &str> {
    let own = ["TableName", "TargetTableName"].into_iter().filter_map(|member| request[member].as_str());
    let batch =
        request["RequestItems"].as_object().into_iter().flat_map(|batch| batch.keys().map(String::as_str));
    let actions = request["TransactItems"].as_array().into_iter().flatten();
    let actions = actions.filter_map(Value::as_object).flat_map(|action| action.values());
    own.chain(batch).chain(actions.filter_map(|action| action["TableName"].as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tables_are_named_alone_in_batches_and_in_transactions() {
        let named = |request: Value| tables(&request).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(named(json!({ "TableName": "A", "Item": {} })), ["A"]);
        assert_eq!(named(json!({ "TargetTableName": "B", "BackupArn": "arn" })), ["B"]);
        assert_eq!(named(json!({ "RequestItems": { "B": [], "A": {} } })), ["A", "B"]);
        let actions = json!([{ "Put": { "TableName": "C" } }, { "ConditionCheck": { "TableName": "A" } }]);
        assert_eq!(named(json!({ "TransactItems": actions })), ["C", "A"]);
        assert!(named(json!({ "Statement": "select * from A" })).is_empty());
        assert!(named(json!("no object")).is_empty());
    }
}
