//! A lesson's requests, through the same door as everybody's: what is looked up first leaves no trace, the request itself does.

use serde_json::Value;

use crate::client::Reply;
use crate::client::transfer::{Wire, await_active};
use crate::hooks::Api;
use crate::lessons::lookup::Sending;
use crate::lessons::{Call, Check};
use crate::protocol::ClientError;

/// Sends a call into the live workspace.
pub async fn send(api: &Api, call: &Call) -> Reply {
    let api = api.back_to_live();
    let mut sending = Sending::new(call);
    loop {
        let (operation, request, is_last) = sending.next();
        if is_last {
            return api.call(operation, request.to_string()).await;
        }
        let reply = Wire::call(&api.quiet(), operation, request.to_string()).await;
        let answer = match &reply.result {
            Ok(text) => serde_json::from_str(text).unwrap_or_default(),
            Err(_) => return reply,
        };
        if let Err(message) = sending.take(&answer) {
            return Reply::failed(ClientError::Protocol { message });
        }
    }
}

/// Sends one call after the other, until one is refused; a table or index that it makes is waited for.
pub async fn send_all(api: &Api, calls: &[Call]) -> Result<(), ClientError> {
    for call in calls {
        send(api, call).await.result?;
        if let ("CreateTable" | "UpdateTable", Some(table)) = (call.operation.as_str(), call.table()) {
            await_active(&api.back_to_live(), table).await?;
        }
    }
    Ok(())
}

/// The answer to a check's request in the live workspace, without a trace; none where it is refused.
async fn look(api: &Api, call: &Call) -> Option<Value> {
    let mut sending = Sending::new(call);
    loop {
        let (operation, request, is_last) = sending.next();
        let answer = api.look(operation, &request).await?;
        if is_last {
            return Some(answer);
        }
        sending.take(&answer).ok()?;
    }
}

/// What is not so yet, in a sentence; none where all of it is.
pub async fn unmet(api: &Api, checks: &[Check]) -> Option<String> {
    let api = api.looking_at(None);
    for check in checks {
        let asked = match check.call.table() {
            Some(table) => format!("{} of {table}", check.call.operation),
            None => check.call.operation.clone(),
        };
        let Some(answer) = look(&api, &check.call).await else { return Some(format!("{asked} is refused")) };
        if let Some(one) = check.expectations.iter().find(|one| !one.holds(&answer)) {
            return Some(format!("{asked} does not answer {}", one.text));
        }
    }
    None
}
