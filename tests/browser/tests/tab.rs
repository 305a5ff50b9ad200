//! A tab without its page: a session, what is sent to it and what it posts; and the one table that the tests have.

use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use web::protocol::frames::{Arrived, frames};
use web::protocol::{ClientError, FromWorker, Place, Storage, ToWorker, VERSION};
use web::worker::session::{Command, Session};

/// A session and what it posts; dropped, its loop ends and its locks are free, as when its tab is closed.
pub struct Tab {
    commands: UnboundedSender<Command>,
    posted: UnboundedReceiver<FromWorker>,
    next_id: u64,
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.commands.close_channel();
    }
}

/// What a tab was told of the opening.
pub struct Ready {
    pub workspace: String,
    pub storage: Storage,
    pub report: Vec<String>,
    pub workspaces: Vec<String>,
    pub leads: bool,
    pub again: bool,
}

impl Tab {
    pub fn start(workspace: &str) -> Tab {
        let (commands, arriving) = mpsc::unbounded();
        let (sender, posted) = mpsc::unbounded();
        let session = Session::new(commands.clone(), move |message| drop(sender.unbounded_send(message)));
        wasm_bindgen_futures::spawn_local(session.run(arriving));
        let tab = Tab { commands, posted, next_id: 1 };
        let workspace = workspace.to_owned();
        tab.send(ToWorker::Hello { version: VERSION, workspace, sandbox: false, again: false, kept: false });
        tab
    }

    /// A tab with an empty workspace, whatever an earlier run left, and what it was told of that.
    pub async fn renewed(workspace: &str) -> (Tab, Ready) {
        let mut tab = Tab::start(workspace);
        tab.ready().await;
        tab.send(ToWorker::DeleteWorkspace { workspace: workspace.to_owned() });
        tab.ready().await;
        tab.send(ToWorker::OpenWorkspace { workspace: workspace.to_owned() });
        let ready = tab.ready().await;
        (tab, ready)
    }

    /// A tab with an empty workspace.
    pub async fn fresh(workspace: &str) -> Tab {
        Tab::renewed(workspace).await.0
    }

    pub fn send(&self, message: ToWorker) {
        for arrived in Arrived::messages(&frames(&[message])).expect("frames") {
            self.commands.unbounded_send(Command::Message(Ok(arrived))).expect("the loop runs");
        }
    }

    pub async fn hear(&mut self, wanted: impl Fn(&FromWorker) -> bool) -> FromWorker {
        loop {
            let message = self.posted.next().await.expect("the session posts");
            if wanted(&message) {
                return message;
            }
        }
    }

    pub async fn ready(&mut self) -> Ready {
        match self.hear(|message| matches!(message, FromWorker::Ready { .. })).await {
            FromWorker::Ready { workspace, storage, report, workspaces, leads, again, .. } => {
                Ready { workspace, storage, report, workspaces, leads, again }
            }
            other => panic!("{other:?}"),
        }
    }

    /// The number of the next call.
    pub fn number(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }

    pub fn call(&mut self, operation: &str, request: &str) -> u64 {
        self.call_in(Place::Workspace, operation, request)
    }

    pub fn call_in(&mut self, place: Place, operation: &str, request: &str) -> u64 {
        let id = self.number();
        self.send(ToWorker::Call { id, place, operation: operation.into(), request: request.into() });
        id
    }

    pub async fn reply(&mut self, wanted: u64) -> Result<String, ClientError> {
        match self.hear(|m| matches!(m, FromWorker::Reply { id, .. } if *id == wanted)).await {
            FromWorker::Reply { result, .. } => result,
            other => panic!("{other:?}"),
        }
    }

    pub async fn ok(&mut self, operation: &str, request: &str) -> String {
        let id = self.call(operation, request);
        self.reply(id).await.unwrap_or_else(|error| panic!("{operation}: {error:?}"))
    }

    /// Makes the table, and waits until its status event says ACTIVE.
    pub async fn with_table(&mut self) {
        self.ok("CreateTable", TABLE).await;
        while !self.ok("DescribeTable", r#"{"TableName":"Orders"}"#).await.contains("\"ACTIVE\"") {
            self.hear(|message| matches!(message, FromWorker::Events { .. })).await;
        }
    }
}

pub const TABLE: &str = r#"{"TableName":"Orders","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
    "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}"#;

pub fn put(id: &str) -> String {
    format!(r#"{{"TableName":"Orders","Item":{{"id":{{"S":"{id}"}},"n":{{"N":"1"}}}}}}"#)
}

pub fn get(id: &str) -> String {
    format!(r#"{{"TableName":"Orders","Key":{{"id":{{"S":"{id}"}}}},"ConsistentRead":true}}"#)
}
