//! What a response holds to look at: items and their number.

use std::rc::Rc;

use serde_json::Value;

use crate::components::JsonItem;
use crate::state::explanation::{count, plural};

/// The items of a response; none where the operation returns no items.
pub fn items(operation: &str, response: &Value) -> Option<Vec<JsonItem>> {
    let one = |value: &Value| value.as_object().cloned();
    let many = |value: &Value| -> Vec<JsonItem> {
        value.as_array().into_iter().flatten().filter_map(|item| item.as_object().cloned()).collect()
    };
    match operation {
        "Query" | "Scan" | "ExecuteStatement" => Some(many(response.get("Items")?)),
        "GetItem" => Some(one(&response["Item"]).into_iter().collect()),
        "PutItem" | "UpdateItem" | "DeleteItem" => one(&response["Attributes"]).map(|item| vec![item]),
        "BatchGetItem" => {
            let tables = response["Responses"].as_object()?;
            Some(tables.values().flat_map(many).collect())
        }
        "TransactGetItems" | "BatchExecuteStatement" | "ExecuteTransaction" => {
            let answers = response["Responses"].as_array()?;
            Some(answers.iter().filter_map(|answer| one(&answer["Item"])).collect())
        }
        _ => None,
    }
}

/// What came, in a line.
pub fn summary(operation: &str, response: &Value, shown: Option<&Rc<Vec<JsonItem>>>) -> String {
    let number = |name: &str| response[name].as_u64();
    match (operation, shown) {
        ("Query" | "Scan", _) => {
            let counted = plural(number("Count").unwrap_or(0), "item");
            match number("ScannedCount") {
                Some(scanned) if Some(scanned) != number("Count") => {
                    format!("{counted} of {} scanned", count(scanned))
                }
                _ => counted,
            }
        }
        ("GetItem", Some(items)) if items.is_empty() => "There is no item of this key.".into(),
        ("PutItem", None) => "The item is written.".into(),
        ("UpdateItem", None) => "The item is updated.".into(),
        ("DeleteItem", None) => "The item is deleted, if it was there.".into(),
        (_, Some(items)) => plural(items.len() as u64, "item"),
        (other, None) => format!("{other} succeeded."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn items_are_found_where_each_operation_keeps_them() {
        let item = json!({"id": {"S": "1"}});
        let count = |operation: &str, response: Value| items(operation, &response).map(|items| items.len());
        assert_eq!(count("Query", json!({"Items": [item, item], "Count": 2})), Some(2));
        assert_eq!(count("GetItem", json!({})), Some(0));
        assert_eq!(count("GetItem", json!({"Item": item})), Some(1));
        assert_eq!(count("PutItem", json!({})), None);
        assert_eq!(count("UpdateItem", json!({"Attributes": item})), Some(1));
        assert_eq!(count("BatchGetItem", json!({"Responses": {"A": [item], "B": [item]}})), Some(2));
        assert_eq!(count("TransactGetItems", json!({"Responses": [{"Item": item}, {}]})), Some(1));
        assert_eq!(count("ExecuteStatement", json!({"Items": [item]})), Some(1));
        assert_eq!(count("ExecuteTransaction", json!({"Responses": [{"Item": item}]})), Some(1));
        assert_eq!(count("Scan", json!({"Count": 3})), None);
    }
}
