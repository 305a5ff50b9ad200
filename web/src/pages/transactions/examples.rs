//! The examples: clients side by side, and the steps that bring them to the moment that is worth a look.
//!
//! The bank transfer is that of the document that the project began with, on the sample "Bank accounts".

use serde_json::{Value, json};

use super::clients::Draft;

/// An example.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// Its id.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What to do, and what will be seen.
    pub note: &'static str,
    /// Its clients.
    pub clients: fn() -> Vec<Draft>,
    /// The steps that are taken at once.
    pub steps: &'static [&'static str],
    /// The check that is left out, and how many messages may arrive twice, where all is explored at once.
    pub broken: Option<(&'static str, u32)>,
}

fn update(account: &str, expression: &str, condition: Option<&str>, amount: &str) -> Value {
    let mut update = json!({
        "TableName": "Accounts", "Key": { "account_id": { "S": account } }, "UpdateExpression": expression,
        "ExpressionAttributeValues": { ":amount": { "N": amount } },
    });
    if let Some(condition) = condition {
        update["ConditionExpression"] = condition.into();
        update["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD".into();
    }
    update
}

/// An amount from one account to another, if the first has as much.
fn transfer(from: &str, to: &str, amount: &str) -> Value {
    json!({ "TransactItems": [
        { "Update": update(from, "SET balance = balance - :amount", Some("balance >= :amount"), amount) },
        { "Update": update(to, "SET balance = balance + :amount", None, amount) },
    ] })
}

fn transferring(from: &str, to: &str, amount: &str) -> Draft {
    Draft::of("TransactWriteItems", &transfer(from, to, amount))
}

/// An account that is closed, and what it had paid to another.
fn closing(account: &str, to: &str, amount: &str) -> Draft {
    let close = json!({ "TableName": "Accounts", "Key": { "account_id": { "S": account } } });
    let pay = update(to, "SET balance = balance + :amount", None, amount);
    Draft::of("TransactWriteItems", &json!({ "TransactItems": [{ "Delete": close }, { "Update": pay }] }))
}

/// A payment to one account, if another is there.
fn checking(account: &str, to: &str, amount: &str) -> Draft {
    let check = json!({
        "TableName": "Accounts", "Key": { "account_id": { "S": account } },
        "ConditionExpression": "attribute_exists(account_id)",
    });
    let pay = update(to, "SET balance = balance + :amount", None, amount);
    Draft::of(
        "TransactWriteItems",
        &json!({ "TransactItems": [{ "ConditionCheck": check }, { "Update": pay }] }),
    )
}

fn reading() -> Draft {
    let get = |account: &str| json!({ "Get": { "TableName": "Accounts", "Key": { "account_id": { "S": account } } } });
    Draft::of("TransactGetItems", &json!({ "TransactItems": [get("account1"), get("account2")] }))
}

fn get_one() -> Draft {
    let request = json!({ "TableName": "Accounts", "Key": { "account_id": { "S": "account1" } }, "ConsistentRead": true });
    Draft::of("GetItem", &request)
}

fn deposit() -> Draft {
    Draft::of("UpdateItem", &update("account1", "SET balance = balance + :amount", None, "5"))
}

fn with_token() -> Draft {
    let mut request = transfer("account1", "account2", "10");
    request["ClientRequestToken"] = "transfer-0001".into();
    Draft::of("TransactWriteItems", &request)
}

/// The examples, the first being what the page opens with.
pub const EXAMPLES: [Example; 10] = [
    Example {
        id: "transfer",
        title: "The bank transfer",
        note: "100 from account1 to account2, if account1 has as much. Begin, then take one step after another: prepare, decide, commit.",
        clients: || vec![transferring("account1", "account2", "100")],
        steps: &[],
        broken: None,
    },
    Example {
        id: "insufficient",
        title: "Insufficient funds",
        note: "More than account1 has. Its partition refuses to prepare, so account2 does not change either.",
        clients: || vec![transferring("account1", "account2", "100000")],
        steps: &["start 1"],
        broken: None,
    },
    Example {
        id: "conflict",
        title: "Two transfers in conflict",
        note: "Both want account1. Whoever is prepared second is refused while the first holds the item; explore all to see every way that it can go.",
        clients: || {
            vec![transferring("account1", "account2", "200"), transferring("account1", "account3", "100")]
        },
        steps: &["start 1", "start 2", "deliver 1"],
        broken: None,
    },
    Example {
        id: "held",
        title: "A plain write against a prepared item",
        note: "account1 is prepared and held. Deliver the deposit: it is refused, and the transfer goes on.",
        clients: || vec![transferring("account1", "account2", "100"), deposit()],
        steps: &["start 1", "deliver 1", "start 2"],
        broken: None,
    },
    Example {
        id: "read",
        title: "A read in the middle",
        note: "Between two commits one account is new and the other old. A plain read sees what is committed; TransactGetItems reads twice, and is rejected.",
        clients: || vec![transferring("account1", "account2", "100"), get_one(), reading()],
        steps: &[
            "start 1",
            "deliver 1",
            "deliver 2",
            "deliver 3",
            "deliver 4",
            "decide 1",
            "deliver 5",
            "start 2",
            "start 3",
        ],
        broken: None,
    },
    Example {
        id: "token",
        title: "The same token twice",
        note: "Two requests with one ClientRequestToken. While the first runs the second gets TransactionInProgressException; afterwards, for ten minutes, it is answered without being done again.",
        clients: || vec![with_token(), with_token(), with_token()],
        steps: &["start 1"],
        broken: None,
    },
    Example {
        id: "crash",
        title: "A coordinator stops",
        note: "“Commit” is in the ledger, one item is written, and the coordinator stops. account2 stays held until a recovery manager goes on.",
        clients: || vec![transferring("account1", "account2", "100"), deposit()],
        steps: &[
            "start 1",
            "deliver 1",
            "deliver 2",
            "deliver 3",
            "deliver 4",
            "decide 1",
            "deliver 5",
            "crash 1",
        ],
        broken: None,
    },
    Example {
        id: "late",
        title: "Broken: a message arrives late",
        note: "Without the timestamp check a message that arrives twice does its work twice: the transfer happens again, and money is gone. This is the shortest way to it; step through.",
        clients: || vec![transferring("account1", "account2", "100")],
        steps: &[],
        broken: Some(("TimestampCheck", 1)),
    },
    Example {
        id: "order",
        title: "Broken: the later one comes first",
        note: "Two transfers the other way round. Without the timestamp check the one with the later timestamp may be done first: what was read does not fit the order of the timestamps.",
        clients: || {
            vec![transferring("account1", "account2", "200"), transferring("account2", "account1", "100")]
        },
        steps: &[],
        broken: Some(("TimestampCheck", 0)),
    },
    Example {
        id: "checked",
        title: "Broken: what was checked has no timestamp",
        note: "One transaction closes account2, another only checks that it is there and pays account3. Where the check leaves no timestamp, the first, though earlier, may still be done after it: by their timestamps the check would have failed.",
        clients: || vec![closing("account2", "account1", "40"), checking("account2", "account3", "5")],
        steps: &[],
        broken: Some(("CheckedTimestamp", 0)),
    },
];

/// The example of that id.
pub fn example(id: &str) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.id == id)
}
