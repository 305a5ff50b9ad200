//! What becomes of a request whose leader is gone before it was answered.
//!
//! It may have been carried out or not. Sent again is only what comes to the same both ways: what reads, what carries an
//! idempotency token (see [the API of TransactWriteItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html)),
//! and a put that asks for the absence of what it puts. Everything else is undecided, and the reader is told what to look at. An
//! unconditional PutItem is among that: sent twice, the second could undo what somebody else wrote between the two. Pure.

use serde_json::Value;

use super::clock::ClockChange;
use super::timeline::TimelineAsk;
use super::{ClientError, ToWorker};

/// What to do with a request that was sent and not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Send it again.
    Again,
    /// Send it again: it cannot happen twice. Where it is refused for its condition, it may have happened the first time.
    AgainOnce,
    /// Say that it is undecided.
    Undecided,
}

/// The fate of a request.
pub fn fate(message: &ToWorker) -> Fate {
    match message {
        ToWorker::Call { operation, request, .. } => fate_of_call(operation, request),
        ToWorker::Timeline { ask, .. } => match ask {
            TimelineAsk::Glance { operation, request } => fate_of_call(operation, request),
            TimelineAsk::Replay { .. } | TimelineAsk::Branch { .. } => Fate::Undecided,
            _ => Fate::Again,
        },
        ToWorker::SetClock { change: ClockChange::Step | ClockChange::Ahead { .. }, .. } => Fate::Undecided,
        ToWorker::KeepTraffic { .. } => Fate::Undecided,
        // Each says how something is to be, and not by how much it changes.
        _ => Fate::Again,
    }
}

/// Whether an operation only reads, by its name: what a statement of PartiQL does its name does not tell.
pub fn only_reads(operation: &str) -> bool {
    const READS: [&str; 8] = ["Get", "BatchGet", "Query", "Scan", "Search", "List", "Locate", "Describe"];
    let plain = operation.strip_prefix("Dynascope.").unwrap_or(operation);
    plain == "TransactGetItems" || READS.iter().any(|read| plain.starts_with(read))
}

/// Whether a request only reads. What is no JSON does nothing, and is no reading.
pub fn only_reads_request(operation: &str, request: &str) -> bool {
    serde_json::from_str(request).is_ok_and(|request| reads(operation, &request))
}

/// Whether a request only reads.
pub fn reads(operation: &str, request: &Value) -> bool {
    let selects = |statement: &Value| {
        let text = statement["Statement"].as_str().unwrap_or_default();
        text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"))
    };
    let all_select = |list: &Value| list.as_array().is_some_and(|list| list.iter().all(selects));
    match operation {
        "ExecuteStatement" => selects(request),
        "BatchExecuteStatement" => all_select(&request["Statements"]),
        "ExecuteTransaction" => all_select(&request["TransactStatements"]),
        "Dynascope.InRegion" => {
            request["Operation"].as_str().is_some_and(|inner| reads(inner, &request["Request"]))
        }
        _ => only_reads(operation),
    }
}

fn fate_of_call(operation: &str, request: &str) -> Fate {
    let request: Value = serde_json::from_str(request).unwrap_or_default();
    let has_token = request["ClientRequestToken"].is_string();
    match operation {
        "TransactWriteItems" | "ExecuteTransaction" if has_token => Fate::Again,
        "PutItem" if puts_what_must_be_absent(&request) => Fate::AgainOnce,
        _ if reads(operation, &request) => Fate::Again,
        _ => Fate::Undecided,
    }
}

/// Whether a PutItem's condition is `attribute_not_exists(x)` of an attribute that it puts: it does not hold once it happened.
fn puts_what_must_be_absent(request: &Value) -> bool {
    let condition = request["ConditionExpression"].as_str().unwrap_or_default();
    let compact: String = condition.split_whitespace().collect();
    let inner = compact.strip_prefix("attribute_not_exists(").and_then(|rest| rest.strip_suffix(')'));
    let Some(path) = inner else { return false };
    let name = match path.starts_with('#') {
        true => request["ExpressionAttributeNames"][path].as_str().unwrap_or_default(),
        false => path,
    };
    request["Item"].get(name).is_some()
}

/// What a request that was sent once more came to.
pub fn settled(fate: Fate, result: Result<String, ClientError>) -> Result<String, ClientError> {
    match result {
        Err(ClientError::Api { name, .. })
            if fate == Fate::AgainOnce && name == "ConditionalCheckFailedException" =>
        {
            Err(ClientError::LeaderChanged { check: String::new() })
        }
        other => other,
    }
}

/// The tables whose key's names [`check`] needs.
pub fn tables(message: &ToWorker) -> Vec<String> {
    let ToWorker::Call { operation, request, .. } = message else { return Vec::new() };
    let request: Value = serde_json::from_str(request).unwrap_or_default();
    let mut tables: Vec<String> = written(operation, &request)
        .into_iter()
        .filter(|(_, _, is_key)| !is_key)
        .map(|(table, ..)| table)
        .collect();
    tables.sort();
    tables.dedup();
    tables
}

/// What a request writes: the table, the item or its key, and which of the two.
fn written(operation: &str, request: &Value) -> Vec<(String, Value, bool)> {
    let one = |part: &Value| {
        let table = part["TableName"].as_str()?.to_owned();
        match (part.get("Key"), part.get("Item")) {
            (Some(key), _) => Some((table, key.clone(), true)),
            (None, Some(item)) => Some((table, item.clone(), false)),
            (None, None) => None,
        }
    };
    match operation {
        "TransactWriteItems" => {
            let actions = request["TransactItems"].as_array().into_iter().flatten();
            let writes = actions.filter_map(Value::as_object).flat_map(|action| action.iter());
            writes.filter(|(kind, _)| *kind != "ConditionCheck").filter_map(|(_, part)| one(part)).collect()
        }
        "BatchWriteItem" => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            let requests = tables.flat_map(|(table, list)| {
                list.as_array().into_iter().flatten().map(move |request| (table.clone(), request))
            });
            let of = |(table, request): (String, &Value)| match request.get("DeleteRequest") {
                Some(delete) => (table, delete["Key"].clone(), true),
                None => (table, request["PutRequest"]["Item"].clone(), false),
            };
            requests.map(of).collect()
        }
        _ => one(request).into_iter().collect(),
    }
}

/// So many items are named at most.
const NAMED: usize = 3;

/// What shows whether a request was carried out, in a sentence. `keys` knows the names of a table's key attributes.
pub fn check(message: &ToWorker, keys: impl Fn(&str) -> Option<Vec<String>>) -> String {
    match message {
        ToWorker::Call { operation, request, .. } => {
            let request: Value = serde_json::from_str(request).unwrap_or_default();
            let items = written(operation, &request);
            if items.is_empty() {
                return match request["TableName"].as_str() {
                    Some(table) => {
                        format!("DescribeTable of {table} shows whether {operation} was carried out.")
                    }
                    None => format!("Look at what {operation} changes before you send it again."),
                };
            }
            let count = items.len();
            let named: Vec<String> = items
                .into_iter()
                .take(NAMED)
                .map(|(table, item, is_key)| {
                    let key = if is_key { item } else { key_of(item, keys(&table)) };
                    format!("{key} in {table}")
                })
                .collect();
            let more = match count - named.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!(
                "A strongly consistent GetItem of {}{more} shows whether {operation} was carried out.",
                named.join(", ")
            )
        }
        ToWorker::SetClock { .. } => "The clock below shows how far it came.".to_owned(),
        ToWorker::KeepTraffic { .. } => {
            "The tables' items show whether the traffic's copy became the workspace.".to_owned()
        }
        ToWorker::Timeline { ask: TimelineAsk::Branch { workspace, .. }, .. } => {
            format!("The list of workspaces shows whether “{workspace}” was made.")
        }
        _ => "Look at what it changes before you send it again.".to_owned(),
    }
}

/// An item's key, where the key's names are known; otherwise the item.
fn key_of(item: Value, names: Option<Vec<String>>) -> Value {
    let Some(names) = names else { return item };
    let parts = names.into_iter().filter_map(|name| Some((name.clone(), item.get(&name)?.clone())));
    Value::Object(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Place;

    fn call(operation: &str, request: &str) -> ToWorker {
        let (operation, request) = (operation.to_owned(), request.to_owned());
        ToWorker::Call { id: 1, place: Place::Workspace, operation, request }
    }

    #[test]
    fn only_what_comes_to_the_same_both_ways_is_sent_again() {
        let of = |operation: &str, request: &str| fate(&call(operation, request));
        for read in [
            "GetItem",
            "Query",
            "Scan",
            "BatchGetItem",
            "TransactGetItems",
            "DescribeTable",
            "ListTables",
            "GetRecords",
            "Dynascope.ListPartitions",
        ] {
            assert_eq!(of(read, "{}"), Fate::Again, "{read}");
        }
        for write in [
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "BatchWriteItem",
            "TransactWriteItems",
            "CreateTable",
            "UpdateTable",
            "Dynascope.SplitPartition",
        ] {
            assert_eq!(of(write, "{}"), Fate::Undecided, "{write}");
        }
        assert_eq!(of("TransactWriteItems", r#"{"ClientRequestToken":"t"}"#), Fate::Again);
        assert_eq!(of("ExecuteStatement", r#"{"Statement":" select * from \"T\""}"#), Fate::Again);
        assert_eq!(
            of("ExecuteStatement", r#"{"Statement":"DELETE FROM \"T\" WHERE id = 'a'"}"#),
            Fate::Undecided
        );
        let step = ToWorker::SetClock { id: 1, change: ClockChange::Step };
        let pause = ToWorker::SetClock { id: 1, change: ClockChange::Pause };
        assert_eq!((fate(&step), fate(&pause)), (Fate::Undecided, Fate::Again));
    }

    #[test]
    fn a_put_of_what_must_be_absent_cannot_happen_twice() {
        let put = |condition: &str| {
            let request = serde_json::json!({"TableName": "T", "Item": {"id": {"S": "a"}}, "ConditionExpression": condition,
                "ExpressionAttributeNames": {"#k": "id"}});
            fate(&call("PutItem", &request.to_string()))
        };
        assert_eq!(put("attribute_not_exists(id)"), Fate::AgainOnce);
        assert_eq!(put(" attribute_not_exists ( #k ) "), Fate::AgainOnce);
        assert_eq!(put("attribute_not_exists(other)"), Fate::Undecided, "it would hold again");
        assert_eq!(put("attribute_not_exists(id) OR n > 1"), Fate::Undecided);
        assert_eq!(put("attribute_exists(id)"), Fate::Undecided);
        let failed = |name: &str| {
            Err(ClientError::Api { name: name.into(), message: String::new(), body: String::new() })
        };
        let refused = settled(Fate::AgainOnce, failed("ConditionalCheckFailedException"));
        assert_eq!(refused, Err(ClientError::LeaderChanged { check: String::new() }));
        let other = failed("ValidationException");
        assert_eq!(settled(Fate::AgainOnce, other.clone()), other);
    }

    #[test]
    fn what_to_look_at_is_named_by_its_key() {
        let names = |table: &str| (table == "T").then(|| vec!["id".to_owned()]);
        let put = call("PutItem", r#"{"TableName":"T","Item":{"id":{"S":"a"},"n":{"N":"1"}}}"#);
        assert_eq!(tables(&put), ["T"]);
        let said = check(&put, names);
        assert!(said.contains(r#"GetItem of {"id":{"S":"a"}} in T"#), "{said}");
        let update =
            call("UpdateItem", r#"{"TableName":"U","Key":{"k":{"S":"b"}},"UpdateExpression":"ADD n :o"}"#);
        assert_eq!(tables(&update), Vec::<String>::new());
        let said = check(&update, names);
        assert!(said.contains(r#"{"k":{"S":"b"}} in U shows whether UpdateItem"#), "{said}");
        let batch = call(
            "BatchWriteItem",
            r#"{"RequestItems":{"T":[{"PutRequest":{"Item":{"id":{"S":"1"},"x":{"N":"2"}}}},{"DeleteRequest":{"Key":{"id":{"S":"2"}}}},
            {"DeleteRequest":{"Key":{"id":{"S":"3"}}}},{"DeleteRequest":{"Key":{"id":{"S":"4"}}}}]}}"#,
        );
        let said = check(&batch, names);
        assert!(
            said.contains(r#"{"id":{"S":"1"}} in T, {"id":{"S":"2"}}"#) && said.contains("and 1 more"),
            "{said}"
        );
        let said = check(&call("CreateTable", r#"{"TableName":"New"}"#), names);
        assert!(said.contains("DescribeTable of New"), "{said}");
    }
}
