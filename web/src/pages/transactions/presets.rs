//! The examples: a request, how far it is stepped at once, and what another client then tries.
//!
//! The bank transfer is that of the document that the project began with, on the sample "Bank accounts".

use serde_json::{Value, json};

/// An example.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its id.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What to do, and what will be seen.
    pub note: &'static str,
    /// Its request.
    pub request: fn() -> Value,
    /// Begin it, and send so many messages; none where nothing is sent yet.
    pub messages: Option<usize>,
    /// What the other client has ready: the item, from 0, and the operation.
    pub other: (usize, &'static str),
}

/// 100 (or another amount) from account1 to account2, if account1 has as much.
pub fn transfer(amount: &str) -> Value {
    let values = json!({ ":amount": { "N": amount } });
    json!({ "TransactItems": [
        { "Update": {
            "TableName": "Accounts", "Key": { "account_id": { "S": "account1" } },
            "UpdateExpression": "SET balance = balance - :amount", "ConditionExpression": "balance >= :amount",
            "ExpressionAttributeValues": values, "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        } },
        { "Update": {
            "TableName": "Accounts", "Key": { "account_id": { "S": "account2" } },
            "UpdateExpression": "SET balance = balance + :amount", "ExpressionAttributeValues": values,
        } },
    ] })
}

/// The examples, the first being what the page opens with.
pub const PRESETS: [Preset; 5] = [
    Preset {
        id: "transfer",
        title: "The bank transfer",
        note: "100 from account1 to account2, if account1 has as much. Run does it at once; Step sends one message at a time.",
        request: || transfer("100"),
        messages: None,
        other: (0, "UpdateItem"),
    },
    Preset {
        id: "insufficient",
        title: "Insufficient funds",
        note: "More than account1 has. Its partition refuses at prepare, so account2 does not change either; the reasons stand in the order of the actions.",
        request: || transfer("100000"),
        messages: None,
        other: (0, "UpdateItem"),
    },
    Preset {
        id: "held",
        title: "A write against a held item",
        note: "Item 1 is prepared and held. Send the other client's write: it is refused, and the transfer goes on.",
        request: || transfer("100"),
        messages: Some(1),
        other: (0, "UpdateItem"),
    },
    Preset {
        id: "before",
        title: "A write before the prepare",
        note: "Item 2 is not asked yet. Send the other client's write: it succeeds, with a later timestamp than the transfer's. Then step on: item 2 refuses, and all is cancelled.",
        request: || transfer("100"),
        messages: Some(1),
        other: (1, "UpdateItem"),
    },
    Preset {
        id: "token",
        title: "The same token twice",
        note: "Run it twice. With one ClientRequestToken the second run writes nothing and answers as the first did, for ten minutes.",
        request: || {
            let mut request = transfer("10");
            request["ClientRequestToken"] = "transfer-0001".into();
            request
        },
        messages: None,
        other: (0, "UpdateItem"),
    },
];

/// The example of that id.
pub fn preset(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.id == id)
}
