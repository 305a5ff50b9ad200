//! What another client sends in between: its request, ready to be sent, and what its answer means for the transaction.

use std::rc::Rc;

use serde_json::{Value, json};

use super::standing::Standing;
use crate::components::cell_text;
use crate::protocol::ClientError;

/// What the other client can do.
pub const OPERATIONS: [&str; 5] = ["UpdateItem", "PutItem", "DeleteItem", "GetItem", "TransactGetItems"];

/// An item of the transaction, as the other client sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its table.
    pub table: String,
    /// Its key, as text.
    pub name: String,
    /// Its key.
    pub key: Value,
    /// As it is now; none where it is not there.
    pub now: Option<Rc<Value>>,
}

/// A request that was sent in between.
#[derive(Clone, Debug, PartialEq)]
pub struct Interlude {
    /// After so many of the transaction's messages.
    pub after: usize,
    /// The item, from 0.
    pub item: usize,
    /// The API action.
    pub operation: String,
    /// The response, or the exception.
    pub outcome: Result<Rc<Value>, ClientError>,
    /// Its last event.
    pub event: Option<u64>,
}

/// The request of that operation on an item: a small change of what stands there.
pub fn prefill(operation: &str, place: &Place) -> Value {
    let mut request = json!({ "TableName": place.table, "Key": place.key });
    let number = place.now.as_ref().and_then(|item| {
        let attributes = item.as_object()?.iter();
        let mut numbers = attributes.filter_map(|(name, value)| Some((name, value["N"].as_str()?)));
        numbers.find(|(name, _)| place.key.get(name.as_str()).is_none())
    });
    match operation {
        "GetItem" => request["ConsistentRead"] = true.into(),
        "TransactGetItems" => return json!({ "TransactItems": [{ "Get": request }] }),
        "DeleteItem" => {}
        "PutItem" => {
            let mut item = place.now.as_deref().cloned().unwrap_or_else(|| place.key.clone());
            match number {
                Some((name, text)) => {
                    let more = text.parse::<i64>().ok().and_then(|number| number.checked_add(5)).unwrap_or(5);
                    item[name.as_str()] = json!({ "N": more.to_string() });
                }
                None => item["note"] = json!({ "S": "written by another client" }),
            }
            return json!({ "TableName": place.table, "Item": item });
        }
        _ => match number {
            Some((name, _)) => {
                request["UpdateExpression"] = "SET #attribute = #attribute + :more".into();
                request["ExpressionAttributeNames"] = json!({ "#attribute": name });
                request["ExpressionAttributeValues"] = json!({ ":more": { "N": "5" } });
            }
            None => {
                request["UpdateExpression"] = "SET note = :note".into();
                request["ExpressionAttributeValues"] =
                    json!({ ":note": { "S": "written by another client" } });
            }
        },
    }
    request
}

impl Interlude {
    /// Whether it only reads.
    pub fn reads(&self) -> bool {
        matches!(self.operation.as_str(), "GetItem" | "TransactGetItems")
    }

    /// The answer in a word or two.
    pub fn mark(&self) -> String {
        match &self.outcome {
            Ok(_) if self.reads() => "read".into(),
            Ok(_) => "written".into(),
            Err(ClientError::Api { name, .. }) => name.trim_end_matches("Exception").to_owned(),
            Err(_) => "no answer".into(),
        }
    }

    /// What it means.
    pub fn tell(&self, standing: &Standing) -> String {
        let (who, item) = (format!("Another client’s {}", self.operation), self.item + 1);
        let held = standing.holds_after(self.item, self.after);
        let started = standing.messages().len() > self.after && !standing.is_over();
        match &self.outcome {
            Err(ClientError::Api { name, message, .. }) if held => format!(
                "{who} was refused with {name}: {message}. Item {item} is held by transaction t{}; when that is over, the \
                 same request succeeds.",
                standing.number
            ),
            Err(ClientError::Api { name, message, .. }) => {
                format!("{who} was refused with {name}: {message}")
            }
            Err(_) => format!("{who} was not answered."),
            Ok(answer) if self.operation == "GetItem" => {
                let read = match answer.get("Item").and_then(Value::as_object) {
                    Some(item) => {
                        item.iter().map(|(name, value)| named(name, value)).collect::<Vec<_>>().join(", ")
                    }
                    None => "no item".to_owned(),
                };
                let why = if held {
                    " The item is held, but plain reads take no notice of it: they see what was last written."
                } else {
                    ""
                };
                format!("{who} read {read}.{why}")
            }
            Ok(_) if self.operation == "TransactGetItems" => {
                format!("{who} read item {item}: no transaction held it at that moment.")
            }
            Ok(_) if standing.decision().is_none() && !started && !held => format!(
                "{who} wrote item {item}, which was not held yet. The item now carries a later timestamp than transaction \
                 t{}: when it is asked to prepare, its partition will refuse.",
                standing.number
            ),
            Ok(_) => format!("{who} wrote item {item}: it was not held at that moment."),
        }
    }
}

fn named(name: &str, value: &Value) -> String {
    match value.as_object().and_then(|map| map.iter().next()) {
        Some((kind, inner)) => format!("{name} {}", cell_text(kind, inner)),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::standing::tests::standing;
    use super::*;

    fn place(now: Option<Value>) -> Place {
        Place {
            table: "Accounts".into(),
            name: "account_id = a".into(),
            key: json!({"account_id": {"S": "a"}}),
            now: now.map(Rc::new),
        }
    }

    #[test]
    fn the_request_changes_what_stands_there() {
        let account = place(Some(json!({"account_id": {"S": "a"}, "balance": {"N": "250"}})));
        assert_eq!(
            prefill("UpdateItem", &account)["ExpressionAttributeNames"],
            json!({"#attribute": "balance"})
        );
        assert_eq!(prefill("PutItem", &account)["Item"]["balance"], json!({"N": "255"}));
        assert_eq!(prefill("PutItem", &place(None))["Item"]["account_id"], json!({"S": "a"}));
        assert_eq!(prefill("UpdateItem", &place(None))["UpdateExpression"], "SET note = :note");
        assert_eq!(prefill("GetItem", &account)["ConsistentRead"], true);
        assert_eq!(prefill("TransactGetItems", &account)["TransactItems"][0]["Get"]["Key"], account.key);
    }

    #[test]
    fn an_answer_is_told_by_whether_the_item_was_held() {
        let interlude = |after, item, outcome| Interlude {
            after,
            item,
            operation: "UpdateItem".into(),
            outcome,
            event: None,
        };
        let half = standing("Preparing", &[Some(true), None], 0, json!({"Message": "Prepare", "Action": 1}));
        let refused = ClientError::Api {
            name: "TransactionConflictException".into(),
            message: "Transaction is ongoing for the item".into(),
            body: "{}".into(),
        };
        let refused = interlude(1, 0, Err(refused));
        assert!(refused.tell(&half).contains("held by transaction t3"));
        assert_eq!(refused.mark(), "TransactionConflict");
        let written = interlude(1, 1, Ok(Rc::new(json!({}))));
        assert!(written.tell(&half).contains("its partition will refuse"));
    }
}
