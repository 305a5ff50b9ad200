//! Which tables a request names. Pure.
//!
//! PartiQL's are in a text, which is left unread.

use std::collections::BTreeSet;

use serde_json::Value;

/// The tables that a request names, whatever its operation: `TableName` and `TargetTableName`, of each action of a transaction too, and the
/// names that a batch is sorted by.
pub fn tables(request: &Value) -> BTreeSet<&str> {
    let actions = request["TransactItems"].as_array().into_iter().flatten();
    let actions = actions.filter_map(Value::as_object).flat_map(|action| action.values());
    let mut names: BTreeSet<&str> = actions.filter_map(|action| action["TableName"].as_str()).collect();
    names.extend(["TableName", "TargetTableName"].iter().filter_map(|member| request[*member].as_str()));
    names.extend(
        request["RequestItems"].as_object().into_iter().flat_map(|batch| batch.keys().map(String::as_str)),
    );
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tables_are_named_alone_in_batches_and_in_transactions() {
        let named = |request: Value| tables(&request).into_iter().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(named(json!({ "TableName": "A", "Item": {} })), ["A"]);
        assert_eq!(named(json!({ "TargetTableName": "B", "BackupArn": "arn" })), ["B"]);
        assert_eq!(named(json!({ "RequestItems": { "B": [], "A": {} } })), ["A", "B"]);
        let actions = json!([{ "Put": { "TableName": "C" } }, { "ConditionCheck": { "TableName": "A" } }]);
        assert_eq!(named(json!({ "TransactItems": actions })), ["A", "C"]);
        assert!(named(json!({ "Statement": "select * from A" })).is_empty());
        assert!(named(json!("no object")).is_empty());
    }
}
