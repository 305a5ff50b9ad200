//! What a request would change at an endpoint: said before it is sent.
//!
//! Pure: a write is told by its operation and its request, before anything is asked.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::protocol::named;
use crate::protocol::retry::reads;
use crate::state::explanation::plural;

/// A request that changes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The operation.
    pub operation: String,
    /// The tables that it names.
    pub tables: BTreeSet<String>,
    /// What it would do, in a few words.
    pub what: String,
    /// Whether it writes items and nothing else: such requests may be allowed for a table all at once.
    pub of_items: bool,
}

impl Write {
    /// What a request would change; none where it only reads.
    pub fn of(operation: &str, request: &Value) -> Option<Write> {
        if reads(operation, request) {
            return None;
        }
        let tables: BTreeSet<&str> = named::tables(request).collect();
        let names = Vec::from_iter(tables.iter().copied()).join(", ");
        let at = |words: &str| format!("{words} {names}");
        let (of_items, what) = match operation {
            "PutItem" => (true, at("puts an item into")),
            "UpdateItem" => (true, at("changes an item of")),
            "DeleteItem" => (true, at("deletes an item of")),
            "BatchWriteItem" => {
                let all = || request["RequestItems"].as_object().into_iter().flat_map(|map| map.values());
                let count = |kind: &str| {
                    let writes = all().filter_map(Value::as_array).flatten();
                    writes.filter(|write| write[kind].is_object()).count() as u64
                };
                let (puts, deletes) = (count("PutRequest"), count("DeleteRequest"));
                (true, at(&format!("{} and {} in", plural(puts, "put"), plural(deletes, "delete"))))
            }
            "TransactWriteItems" => {
                let actions = request["TransactItems"].as_array().map_or(0, Vec::len) as u64;
                (true, at(&format!("{} in one transaction on", plural(actions, "action"))))
            }
            "DeleteTable" => (false, at("deletes, with all its items, the table")),
            "ExecuteStatement" => (false, statement(&request["Statement"])),
            "BatchExecuteStatement" | "ExecuteTransaction" => {
                let list =
                    ["Statements", "TransactStatements"].iter().find_map(|name| request[*name].as_array());
                let all = list.into_iter().flatten().map(|one| statement(&one["Statement"]));
                (false, all.collect::<Vec<_>>().join("; "))
            }
            _ if tables.is_empty() => (false, "changes something there".to_owned()),
            _ => (false, at("changes")),
        };
        let tables = tables.into_iter().map(str::to_owned).collect();
        Some(Write { operation: operation.to_owned(), tables, what, of_items })
    }
}

fn statement(statement: &Value) -> String {
    statement.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_reads_is_no_write_and_what_writes_says_so() {
        let of = |operation: &str, request: Value| Write::of(operation, &request);
        for (operation, request) in [
            ("GetItem", json!({ "TableName": "T" })),
            ("Scan", json!({})),
            ("TransactGetItems", json!({})),
            ("DescribeTable", json!({})),
            ("ExecuteStatement", json!({ "Statement": " select * from T" })),
        ] {
            assert_eq!(of(operation, request), None, "{operation}");
        }
        let put = of("PutItem", json!({ "TableName": "T", "Item": {} })).expect("a write");
        assert_eq!((put.what.as_str(), put.of_items), ("puts an item into T", true));
        let batch = json!({ "RequestItems": {
            "A": [{ "PutRequest": {} }, { "PutRequest": {} }], "B": [{ "DeleteRequest": {} }] } });
        let batch = of("BatchWriteItem", batch).expect("a write");
        assert_eq!(batch.what, "2 puts and 1 delete in A, B");
        let transaction = json!({ "TransactItems": [{ "Put": { "TableName": "T" } }, { "ConditionCheck": { "TableName": "U" } }] });
        let transaction = of("TransactWriteItems", transaction).expect("a write");
        assert_eq!(transaction.tables, BTreeSet::from(["T".to_owned(), "U".to_owned()]));
        let gone = of("DeleteTable", json!({ "TableName": "T" })).expect("a write");
        assert!(!gone.of_items && gone.what.contains("with all its items"));
        let partiql =
            of("ExecuteStatement", json!({ "Statement": "DELETE FROM T WHERE k = 1" })).expect("a write");
        assert_eq!((partiql.what.as_str(), partiql.of_items), ("DELETE FROM T WHERE k = 1", false));
        assert!(of("UntagResource", json!({ "ResourceArn": "a" })).is_some());
    }
}
