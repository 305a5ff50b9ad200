//! The door to a real endpoint, in the place of the engine's.
//!
//! Owns what a request meets on its way: what only the engine shows is refused, a write is asked for, and the list of tables is read
//! again after what changes it.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use super::gate::Gate;
use super::named::{Named, NamedAction};
use crate::client::Reply;
use crate::protocol::ClientError;
use crate::remote::{Connection, Write, ask};
use crate::state::tables::{Tables, TablesAction};

/// A door. Clones are the same.
#[derive(Clone)]
pub struct Door {
    pub(super) connection: Rc<Connection>,
    pub(super) gate: Gate,
    pub(super) tables: UseReducerDispatcher<Tables>,
    pub(super) named: UseReducerDispatcher<Named>,
    /// Whether the reader has said yes to all that is sent through it.
    pub(super) confirmed: bool,
}

impl PartialEq for Door {
    fn eq(&self, other: &Door) -> bool {
        Rc::ptr_eq(&self.connection, &other.connection) && self.confirmed == other.confirmed
    }
}

impl Door {
    /// Sends one request. Nothing is told of what happened inside.
    pub fn call(&self, operation: String, request: String) -> Pin<Box<dyn Future<Output = Reply>>> {
        let door = self.clone();
        Box::pin(async move {
            let made = made_by(&operation, &request);
            let result = door.send(&operation, request).await;
            if let Some(name) = made.filter(|_| result.is_ok()) {
                door.named.dispatch(NamedAction::Add(name));
            }
            if result.is_ok() && changes_list(&operation) {
                door.tables.dispatch(TablesAction::Want);
            }
            Reply { result, events: Vec::new(), now_ms: js_sys::Date::now() as u64 }
        })
    }

    async fn send(&self, operation: &str, request: String) -> Result<String, ClientError> {
        if operation.starts_with("Dynascope.") {
            let message = "A real endpoint does not show what happens inside it.".to_owned();
            return Err(ClientError::Remote { message });
        }
        let value: Value = serde_json::from_str(&request).unwrap_or_default();
        if let Some(write) = Write::of(operation, &value).filter(|_| !self.confirmed)
            && !self.gate.ask(write, &request).await
        {
            let message = format!("{operation} was not sent.");
            return Err(ClientError::Remote { message });
        }
        ask(&self.connection, operation, request).await
    }
}

/// The table that a request would make.
fn made_by(operation: &str, request: &str) -> Option<String> {
    let member = match operation {
        "CreateTable" => "TableName",
        "RestoreTableFromBackup" | "RestoreTableToPointInTime" => "TargetTableName",
        _ => return None,
    };
    let request: Value = serde_json::from_str(request).ok()?;
    request[member].as_str().map(str::to_owned)
}

/// Whether an operation makes another list of tables, or another description of one.
fn changes_list(operation: &str) -> bool {
    let of_tables = [
        "CreateTable",
        "DeleteTable",
        "UpdateTable",
        "RestoreTable",
        "UpdateTimeToLive",
        "UpdateContinuousBackups",
    ];
    of_tables.iter().any(|begin| operation.starts_with(begin))
}
