//! The worker's loop against a real IndexedDB and real Web Locks, in a dedicated worker.
#![cfg(target_arch = "wasm32")]

use futures_channel::mpsc::{self, UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web::protocol::{ClientError, FromWorker, Storage, ToWorker, VERSION};
use web::worker::session::{Command, Session};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// A session and what it posts; dropped, its loop ends and its lock is free.
struct Tab {
    commands: UnboundedSender<Command>,
    posted: UnboundedReceiver<FromWorker>,
    next_id: u64,
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.commands.close_channel();
    }
}

impl Tab {
    fn start(workspace: &str) -> Tab {
        let (commands, arriving) = mpsc::unbounded();
        let (sender, posted) = mpsc::unbounded();
        let session = Session::new(commands.clone(), move |message| drop(sender.unbounded_send(message)));
        wasm_bindgen_futures::spawn_local(session.run(arriving));
        let tab = Tab { commands, posted, next_id: 1 };
        tab.send(ToWorker::Hello { version: VERSION, workspace: workspace.to_owned() });
        tab
    }

    /// A tab with an empty workspace.
    async fn fresh(workspace: &str) -> Tab {
        let mut tab = Tab::start(workspace);
        tab.ready().await;
        tab.send(ToWorker::DeleteWorkspace { workspace: workspace.to_owned() });
        tab.ready().await;
        tab.send(ToWorker::OpenWorkspace { workspace: workspace.to_owned() });
        tab.ready().await;
        tab
    }

    fn send(&self, message: ToWorker) {
        self.commands.unbounded_send(Command::Message(Ok(message))).expect("the loop runs");
    }

    async fn hear(&mut self, wanted: impl Fn(&FromWorker) -> bool) -> FromWorker {
        loop {
            let message = self.posted.next().await.expect("the session posts");
            if wanted(&message) {
                return message;
            }
        }
    }

    async fn ready(&mut self) -> (String, Storage, Vec<String>, Vec<String>) {
        match self.hear(|message| matches!(message, FromWorker::Ready { .. })).await {
            FromWorker::Ready { workspace, storage, report, workspaces, .. } => {
                (workspace, storage, report, workspaces)
            }
            other => panic!("{other:?}"),
        }
    }

    fn call(&mut self, operation: &str, request: &str) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.send(ToWorker::Call { id, operation: operation.into(), request: request.into() });
        id
    }

    async fn reply(&mut self, wanted: u64) -> Result<String, ClientError> {
        match self.hear(|m| matches!(m, FromWorker::Reply { id, .. } if *id == wanted)).await {
            FromWorker::Reply { result, .. } => result,
            other => panic!("{other:?}"),
        }
    }
}

#[wasm_bindgen_test]
async fn a_workspace_opens_durably_and_is_on_the_list() {
    let mut tab = Tab::start("list b");
    let (workspace, storage, report, _) = tab.ready().await;
    assert_eq!((workspace.as_str(), storage), ("list b", Storage::Durable));
    assert!(report.is_empty(), "{report:?}");
    tab.send(ToWorker::OpenWorkspace { workspace: "list a".into() });
    let (workspace, _, _, names) = tab.ready().await;
    assert_eq!(workspace, "list a");
    let names: Vec<_> = names.iter().filter(|name| name.starts_with("list")).collect();
    assert_eq!(names, ["list a", "list b"]);
    for name in ["list b", "list a"] {
        tab.send(ToWorker::DeleteWorkspace { workspace: name.into() });
        let (_, _, report, _) = tab.ready().await;
        assert!(report.is_empty(), "{report:?}");
    }
}

#[wasm_bindgen_test]
async fn an_unknown_operation_is_an_exception_with_its_body() {
    let mut tab = Tab::start("unknown");
    let id = tab.call("Nonsense", "{}");
    let Err(ClientError::Api { name, body, .. }) = tab.reply(id).await else { panic!("an exception") };
    assert_eq!(name, "UnknownOperationException");
    assert!(body.contains("\"__type\":\"com.amazon.coral.service#UnknownOperationException\""), "{body}");
}

#[wasm_bindgen_test]
async fn another_tab_waits_until_the_first_lets_go() {
    let mut first = Tab::start("shared");
    first.ready().await;
    let mut second = Tab::start("shared");
    let waiting = second.hear(|message| matches!(message, FromWorker::Waiting { .. })).await;
    assert_eq!(waiting, FromWorker::Waiting { workspace: "shared".into() });
    let id = second.call("ListTables", "{}");
    assert!(matches!(second.reply(id).await, Err(ClientError::Protocol { .. })));
    second.send(ToWorker::DeleteWorkspace { workspace: "shared".into() });
    drop(first);
    let (workspace, ..) = second.ready().await;
    assert_eq!(workspace, "shared");
}

#[wasm_bindgen_test]
async fn a_workspace_that_is_open_elsewhere_is_not_deleted() {
    let mut first = Tab::start("held");
    first.ready().await;
    let mut second = Tab::start("holder");
    second.ready().await;
    second.send(ToWorker::DeleteWorkspace { workspace: "held".into() });
    let (workspace, _, report, names) = second.ready().await;
    assert_eq!(workspace, "holder");
    assert!(report[0].contains("open in another tab"), "{report:?}");
    assert!(names.contains(&"held".to_owned()));
}

#[wasm_bindgen_test]
async fn another_version_is_told_to_reload() {
    let mut tab = Tab::fresh("version").await;
    tab.send(ToWorker::Hello { version: VERSION + 1, workspace: "version".into() });
    let fault = tab.hear(|message| matches!(message, FromWorker::Fault { .. })).await;
    let FromWorker::Fault { message } = fault else { panic!("a fault") };
    assert!(message.contains("Reload"), "{message}");
}
