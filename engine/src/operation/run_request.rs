//! Reading the clients of a run: each sends a transaction or a plain request in DynamoDB's own JSON.
//!
//! A plain write is read as the action of a transaction that it could be, since that is how a partition takes both.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::Region;
use crate::api::decode::decode;
use crate::capacity::ReadMode;
use crate::error::{Result, constraint, transaction as words};
use crate::expression::Projection;
use crate::transaction::{Run, Work};

use super::{transact_read_request, transact_request};

/// So many clients are stepped through side by side.
pub const MOST_CLIENTS: usize = 6;

/// A client as the request has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ClientInput {
    /// `Operation`.
    operation: Option<String>,
    /// `Request`.
    request: Option<Value>,
}

/// What a client asks for, and how its answer is shown.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What it asks for.
    pub work: Work,
    /// The projection of each item that it reads.
    pub projections: Vec<Option<Projection>>,
}

/// What a client asks for: an operation and its request.
pub fn read(region: &Region, operation: &str, request: &str) -> Result<Asked> {
    let bytes = request.as_bytes();
    match operation {
        "TransactWriteItems" => {
            let transaction = transact_request::parse(region, decode(bytes)?, bytes)?;
            let work = Work::TransactWrite { actions: transaction.actions, token: transaction.token };
            Ok(Asked { work, projections: Vec::new() })
        }
        "TransactGetItems" => {
            let reading = transact_read_request::parse(region, decode(bytes)?, bytes)?;
            let (reads, projections) =
                reading.all.into_iter().map(|wanted| (wanted.read, wanted.projection)).unzip();
            Ok(Asked { work: Work::TransactGet(reads), projections })
        }
        "PutItem" => plain_write(region, "Put", request),
        "UpdateItem" => plain_write(region, "Update", request),
        "DeleteItem" => plain_write(region, "Delete", request),
        "GetItem" => plain_read(region, request),
        _ => Err(words::not_stepped(operation)),
    }
}

/// Refuses the parameters of a plain request that the action of a transaction has not.
fn check_members(request: &Value, known: &[&str]) -> Result<()> {
    let members = request.as_object().into_iter().flatten();
    match members.map(|(name, _)| name.as_str()).find(|name| !known.contains(name)) {
        Some(name) => Err(words::parameter_not_stepped(name)),
        None => Ok(()),
    }
}

fn plain_write(region: &Region, kind: &str, request: &str) -> Result<Asked> {
    const KNOWN: [&str; 8] = [
        "TableName",
        "Key",
        "Item",
        "UpdateExpression",
        "ConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ReturnValuesOnConditionCheckFailure",
    ];
    let request: Value = decode(request.as_bytes())?;
    check_members(&request, &KNOWN)?;
    let wrapped = json!({ "TransactItems": [{ kind: request }] }).to_string();
    let bytes = wrapped.as_bytes();
    let transaction = transact_request::parse(region, decode(bytes)?, bytes)?;
    let action = transaction.actions.into_iter().next().ok_or_else(|| constraint::null("request"))?;
    Ok(Asked { work: Work::Write(Box::new(action)), projections: Vec::new() })
}

fn plain_read(region: &Region, request: &str) -> Result<Asked> {
    const KNOWN: [&str; 5] =
        ["TableName", "Key", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"];
    let mut request: Value = decode(request.as_bytes())?;
    check_members(&request, &KNOWN)?;
    let strong = request.as_object_mut().and_then(|members| members.remove("ConsistentRead"));
    let mode = ReadMode::consistent(strong.and_then(|strong| strong.as_bool()).unwrap_or(false));
    let wrapped = json!({ "TransactItems": [{ "Get": request }] }).to_string();
    let bytes = wrapped.as_bytes();
    let reading = transact_read_request::parse(region, decode(bytes)?, bytes)?;
    let wanted = reading.all.into_iter().next().ok_or_else(|| constraint::null("request"))?;
    Ok(Asked { work: Work::Get(wanted.read, mode), projections: vec![wanted.projection] })
}

/// Adds the clients to a run, which has at most [`MOST_CLIENTS`].
pub fn join(region: &Region, run: &mut Run, clients: Option<Vec<ClientInput>>) -> Result<Vec<Asked>> {
    let clients = clients.ok_or_else(|| constraint::null("clients"))?;
    if clients.is_empty() || run.clients.len() + clients.len() > MOST_CLIENTS {
        return Err(words::clients_out_of_range(MOST_CLIENTS));
    }
    let mut asked = all(region, run)?;
    for client in clients {
        let operation = client.operation.ok_or_else(|| constraint::null("operation"))?;
        let request = client.request.ok_or_else(|| constraint::null("request"))?.to_string();
        let one = read(region, &operation, &request)?;
        run.join(&operation, &request, &one.work);
        asked.push(one);
    }
    Ok(asked)
}

/// What the clients of a run ask for.
pub fn all(region: &Region, run: &Run) -> Result<Vec<Asked>> {
    run.clients.iter().map(|client| read(region, &client.operation, &client.request)).collect()
}
