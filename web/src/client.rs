//! The page's end of the wire: a call becomes a future.
//!
//! Owns the worker, the numbers of the calls and who waits for which answer. Knows no state: what nobody called for goes to the one
//! listener that [`Client::start`] was given. A worker that is gone without a word is started again, and what it had not answered
//! is sent again or told to be undecided ([`crate::protocol::retry`]).

pub mod migration;
pub mod transfer;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;

use engine::timeline::{Event, PartitionId};
use futures_channel::oneshot;
use futures_util::FutureExt;
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, File, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::protocol::clock::ClockChange;
use crate::protocol::model::Model;
use crate::protocol::retry::{self, Fate};
use crate::protocol::timeline::TimelineAsk;
use crate::protocol::traffic::Workload;
use crate::protocol::workspaces::WorkspaceAsk;
use crate::protocol::{ClientError, Durability, FromWorker, Place, ToWorker, VERSION};
use crate::worker::leader;
use crate::worker::port::{Outbox, decode, encode};

/// Where Trunk puts the worker's loader, relative to the document.
const WORKER_URL: &str = "./worker_loader.js";

/// What the page is told when it and its worker are of different builds.
const MISMATCH: &str =
    "This page and its background worker are of different versions. Reload the page to go on.";

/// So often a worker that is gone is started again.
const RESTARTS_MAX: u32 = 5;

/// The answer to a call. A failed call has events too.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The response's JSON, or why there is none.
    pub result: Result<String, ClientError>,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// The workspace's clock when it was answered; 0 where no worker answered.
    pub now_ms: u64,
}

impl Reply {
    /// The answer to what was never sent.
    pub fn failed(error: ClientError) -> Reply {
        Reply { result: Err(error), events: Vec::new(), now_ms: 0 }
    }
}

/// Who waits for an answer.
struct Waiting {
    sender: oneshot::Sender<Reply>,
    message: ToWorker,
    /// What it was, where it is sent once more.
    fate: Fate,
}

/// Hears how much of long work is done, of how much.
type Hears = Rc<dyn Fn(u64, u64)>;

struct Inner {
    worker: Rc<RefCell<Option<Worker>>>,
    sandbox: bool,
    /// Whether the first workspace was stored when this browser last had it open.
    kept: bool,
    /// The open workspace, and whether the page was told that it is open.
    workspace: RefCell<(String, bool)>,
    restarts: Cell<u32>,
    listener: Box<dyn Fn(FromWorker)>,
    next_id: Cell<u64>,
    waiting: RefCell<BTreeMap<u64, Waiting>>,
    /// Who hears how far long work is, by its ask.
    progress: RefCell<BTreeMap<u64, Hears>>,
    /// What is being said to the worker.
    outbox: Rc<Outbox<ToWorker>>,
    /// What is to be sent once the worker listens; none afterwards.
    unsent: RefCell<Option<Vec<ToWorker>>>,
    fault: RefCell<Option<String>>,
}

/// A worker and the calls to it. Clones share both; two clients are equal when they do.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

impl PartialEq for Client {
    fn eq(&self, other: &Client) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({} calls waiting)", self.0.waiting.borrow().len())
    }
}

/// The worker that was started before the page was there (static/boot.js), once.
fn started_early() -> Option<Worker> {
    let take = Reflect::get(&js_sys::global(), &"takeWorker".into()).ok()?;
    take.dyn_into::<Function>().ok()?.call0(&JsValue::NULL).ok()?.dyn_into().ok()
}

fn new_worker() -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(WORKER_URL, &options)
}

impl Client {
    /// Starts the worker and lets it open `workspace`, which was stored when this browser last had it open where `kept`; a `sandbox`
    /// keeps nothing of what it does. `on_message` gets every message but the replies and the worker's first: Ready, Tabs, Clock,
    /// Events, Heat, Waiting, Outdated, Fault. After a Fault no call succeeds any more.
    pub fn start(
        workspace: &str,
        sandbox: bool,
        kept: bool,
        on_message: impl Fn(FromWorker) + 'static,
    ) -> Client {
        let worker: Rc<RefCell<Option<Worker>>> = Rc::default();
        let outbox = {
            let worker = worker.clone();
            Outbox::new(move |messages: Vec<ToWorker>| {
                if let Some(worker) = worker.borrow().as_ref() {
                    post(worker, &messages);
                }
            })
        };
        let inner = Rc::new(Inner {
            worker,
            outbox,
            sandbox,
            kept,
            workspace: RefCell::new((workspace.to_owned(), false)),
            restarts: Cell::new(0),
            listener: Box::new(on_message),
            next_id: Cell::new(1),
            waiting: RefCell::new(BTreeMap::new()),
            progress: RefCell::default(),
            unsent: RefCell::new(None),
            fault: RefCell::new(None),
        });
        let client = Client(inner);
        *client.0.unsent.borrow_mut() = Some(vec![client.hello()]);
        client.spawn();
        client
    }

    fn hello(&self) -> ToWorker {
        let (workspace, again) = self.0.workspace.borrow().clone();
        let kept = self.0.kept || again;
        ToWorker::Hello { version: VERSION, workspace, sandbox: self.0.sandbox, again, kept }
    }

    /// Sends one request to the engine, in that place. The future is ready once the answer is durable; it never fails to
    /// become ready, and dropping it does not take the request back.
    pub fn call(
        &self,
        place: Place,
        operation: impl Into<String>,
        request: impl Into<String>,
    ) -> impl Future<Output = Reply> + 'static {
        let (operation, request) = (operation.into(), request.into());
        self.ask(move |id| ToWorker::Call { id, place, operation, request })
    }

    /// Looks something up in one of two designs that are compared.
    pub fn call_side(
        &self,
        side: usize,
        operation: String,
        request: String,
    ) -> impl Future<Output = Reply> + 'static {
        self.ask(move |id| ToWorker::CallSide { id, side, operation, request })
    }

    /// Asks something of the list of workspaces.
    pub fn ask_workspaces(&self, ask: WorkspaceAsk) -> impl Future<Output = Reply> + 'static {
        self.ask(move |id| ToWorker::Workspaces { id, ask })
    }

    /// Asks for long work on a whole workspace, with the file that it is of. `progress` hears how much is done of how much. Gives the
    /// number by which it can be stopped too.
    pub fn work(
        &self,
        ask: WorkspaceAsk,
        file: Option<File>,
        progress: impl Fn(u64, u64) + 'static,
    ) -> (u64, impl Future<Output = Reply> + 'static) {
        let id = self.0.next_id.get();
        self.0.progress.borrow_mut().insert(id, Rc::new(progress));
        let reply = match file {
            None => self.ask_workspaces(ask).left_future(),
            Some(file) => {
                let message = ToWorker::Workspaces { id: self.number(), ask };
                let reply = self.expect(id, message.clone());
                self.send_file(&message, &file);
                reply.right_future()
            }
        };
        let client = self.clone();
        let reply = async move {
            let reply = reply.await;
            client.0.progress.borrow_mut().remove(&id);
            reply
        };
        (id, reply)
    }

    /// Sends what is answered by a reply.
    fn ask(&self, message: impl FnOnce(u64) -> ToWorker) -> impl Future<Output = Reply> + 'static {
        let id = self.number();
        let message = message(id);
        let reply = self.expect(id, message.clone());
        self.send(message);
        reply
    }

    /// A number for a call.
    fn number(&self) -> u64 {
        let id = self.0.next_id.get();
        self.0.next_id.set(id + 1);
        id
    }

    /// Waits for the reply to a message of that number.
    fn expect(&self, id: u64, message: ToWorker) -> impl Future<Output = Reply> + use<> {
        let (sender, receiver) = oneshot::channel();
        let waiting = Waiting { sender, message, fate: Fate::Undecided };
        self.0.waiting.borrow_mut().insert(id, waiting);
        async move { receiver.await.unwrap_or_else(|_| Reply::failed(protocol("The worker is gone."))) }
    }

    /// Switches to another workspace, which is made when it is not there. Answered by Ready (or Waiting).
    pub fn open_workspace(&self, workspace: impl Into<String>) {
        self.send(ToWorker::OpenWorkspace { workspace: workspace.into() });
    }

    /// Forgets a workspace and all it holds. Answered by Ready: of the same workspace as before, or, where
    /// the open one was deleted, of another.
    pub fn delete_workspace(&self, workspace: impl Into<String>) {
        self.send(ToWorker::DeleteWorkspace { workspace: workspace.into() });
    }

    /// What was found damaged and set aside, as a JSON list.
    pub fn read_aside(&self) -> impl Future<Output = Reply> + 'static {
        self.ask(|id| ToWorker::ReadAside { id })
    }

    /// Asks something of the workspace's clock. The future is ready once that is stored, a move's once it has ended.
    pub fn set_clock(&self, change: ClockChange) -> impl Future<Output = Reply> + 'static {
        self.ask(move |id| ToWorker::SetClock { id, change })
    }

    /// Chooses how durable the workspace's writes are. The future is ready once that is stored.
    pub fn set_durability(&self, durability: Durability) -> impl Future<Output = Reply> + 'static {
        self.ask(move |id| ToWorker::SetDurability { id, durability })
    }

    /// The requests that are kept of some partitions in the seconds `from..to`: their events, one request after the other.
    pub fn read_requests(
        &self,
        partitions: Vec<PartitionId>,
        from: u64,
        to: u64,
    ) -> impl Future<Output = Reply> + 'static {
        self.ask(move |id| ToWorker::ReadRequests { id, partitions, from, to })
    }

    /// Asks something of the workspace's history.
    pub fn timeline(&self, ask: TimelineAsk) -> impl Future<Output = Reply> + 'static {
        self.ask(move |id| ToWorker::Timeline { id, ask })
    }

    /// Starts simulated traffic, in place of what is there. The future is ready once it has begun, or was refused.
    pub fn start_traffic(&self, workload: Workload) -> impl Future<Output = Reply> + 'static {
        self.ask(move |id| ToWorker::StartTraffic { id, workload })
    }

    /// Stops the simulated traffic; its copy of the workspace stays.
    pub fn stop_traffic(&self) {
        self.send(ToWorker::StopTraffic);
    }

    /// Makes the traffic's copy of the workspace the workspace. The future is ready once that is stored.
    pub fn keep_traffic(&self) -> impl Future<Output = Reply> + 'static {
        self.ask(|id| ToWorker::KeepTraffic { id })
    }

    /// Starts the same traffic on two designs, in place of what is there. The future is ready once it has begun, or was refused.
    pub fn start_comparison(&self, sides: [Workload; 2]) -> impl Future<Output = Reply> + 'static {
        self.ask(move |id| ToWorker::StartComparison { id, sides: Box::new(sides) })
    }

    /// Keeps these recipes with the workspace. The future is ready once that is stored.
    pub fn keep_recipes(&self, recipes: Vec<Workload>) -> impl Future<Output = Reply> + 'static {
        self.ask(move |id| ToWorker::KeepRecipes { id, recipes })
    }

    /// Keeps what the design says beside its tables. The future is ready once that is stored.
    pub fn keep_model(&self, model: Model) -> impl Future<Output = Reply> + 'static {
        self.ask(move |id| ToWorker::KeepModel { id, model })
    }

    /// Discards the simulated traffic and its copy of the workspace.
    pub fn discard_traffic(&self) {
        self.send(ToWorker::DiscardTraffic);
    }

    fn spawn(&self) {
        let worker = match started_early().map_or_else(new_worker, Ok) {
            Ok(worker) => worker,
            Err(error) => return self.fault(format!("The background worker cannot start: {error:?}")),
        };
        let client = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match decode::<FromWorker>(&event) {
                Ok(messages) => messages.into_iter().for_each(|message| client.receive(message)),
                Err(_) => client.fault(MISMATCH.to_owned()),
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let client = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            client.fault(match event.message() {
                message if message.is_empty() => "The background worker could not be loaded.".to_owned(),
                message => format!("The background worker stopped: {message}"),
            });
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        *self.0.worker.borrow_mut() = Some(worker);
    }

    fn send(&self, mut message: ToWorker) {
        if let Some(fault) = self.0.fault.borrow().clone() {
            if let Some(id) = message.id_mut() {
                self.answer(*id, Reply::failed(protocol(&fault)));
            }
            return;
        }
        if let Some(unsent) = self.0.unsent.borrow_mut().as_mut() {
            unsent.push(message);
            return;
        }
        self.0.outbox.say(message);
    }

    /// Sends a file along. There is none to be sent before the worker listens: the page asks for it once a workspace is open.
    fn send_file(&self, message: &ToWorker, file: &File) {
        // What was said before comes before.
        self.0.outbox.post_now();
        if let Some(worker) = self.0.worker.borrow().as_ref()
            && let Err(error) = worker.post_message(&Array::of2(&encode(std::slice::from_ref(message)), file))
        {
            web_sys::console::error_1(&error);
        }
    }

    fn receive(&self, message: FromWorker) {
        match message {
            FromWorker::Loaded { version, .. } if version != VERSION => self.fault(MISMATCH.to_owned()),
            FromWorker::Loaded { tab, .. } => {
                self.watch(tab);
                let unsent = self.0.unsent.borrow_mut().take().unwrap_or_default();
                unsent.into_iter().for_each(|message| self.send(message));
            }
            FromWorker::Reply { id, now_ms, result, events } => {
                self.answer(id, Reply { result, events: events.into_events(), now_ms });
            }
            FromWorker::Ready { ref workspace, .. } => {
                *self.0.workspace.borrow_mut() = (workspace.clone(), true);
                (self.0.listener)(message)
            }
            FromWorker::Progress { id, done, total } => {
                let progress = self.0.progress.borrow().get(&id).cloned();
                if let Some(progress) = progress {
                    progress(done, total);
                }
            }
            FromWorker::Fault { message } => self.fault(message),
            other => (self.0.listener)(other),
        }
    }

    fn answer(&self, id: u64, mut reply: Reply) {
        // Nobody listens where the component that called is gone.
        let Some(waiting) = self.0.waiting.borrow_mut().remove(&id) else { return };
        reply.result = retry::settled(waiting.fate, reply.result);
        match reply.result {
            Err(ClientError::LeaderChanged { .. }) => self.undecided(waiting),
            _ => drop(waiting.sender.send(reply)),
        }
    }

    /// Nobody knows whether it was carried out: it is answered with what shows that, for which the tables' keys are asked.
    fn undecided(&self, waiting: Waiting) {
        let client = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let mut keys = BTreeMap::new();
            for table in retry::tables(&waiting.message) {
                let request = serde_json::json!({ "TableName": table }).to_string();
                let ask = TimelineAsk::Glance { operation: "DescribeTable".to_owned(), request };
                let described = client.timeline(ask).await.result.unwrap_or_default();
                let described: serde_json::Value = serde_json::from_str(&described).unwrap_or_default();
                let schema = described["Table"]["KeySchema"].as_array().into_iter().flatten();
                let names: Vec<String> =
                    schema.filter_map(|key| key["AttributeName"].as_str().map(str::to_owned)).collect();
                if !names.is_empty() {
                    keys.insert(table, names);
                }
            }
            let check = retry::check(&waiting.message, |table| keys.get(table).cloned());
            let _ = waiting.sender.send(Reply::failed(ClientError::LeaderChanged { check }));
        });
    }

    /// Waits until the worker is gone, however that happens, and starts another.
    fn watch(&self, tab: String) {
        let client = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            if leader::is_gone(&tab).await {
                client.restart();
            }
        });
    }

    fn restart(&self) {
        if self.0.fault.borrow().is_some() {
            return;
        }
        self.0.restarts.set(self.0.restarts.get() + 1);
        if self.0.restarts.get() > RESTARTS_MAX {
            return self.fault("The background worker ended again and again.".to_owned());
        }
        let never_sent = self.0.unsent.borrow_mut().take().unwrap_or_default().into_iter();
        let never_sent: Vec<u64> = never_sent
            .chain(self.0.outbox.take())
            .filter_map(|mut message| message.id_mut().copied())
            .collect();
        let waiting = std::mem::take(&mut *self.0.waiting.borrow_mut());
        let mut unsent = vec![self.hello()];
        let mut undecided = Vec::new();
        for (id, mut waiting) in waiting {
            if !never_sent.contains(&id) {
                waiting.fate = retry::fate(&waiting.message);
                if waiting.fate == Fate::Undecided {
                    undecided.push(waiting);
                    continue;
                }
            }
            unsent.push(waiting.message.clone());
            self.0.waiting.borrow_mut().insert(id, waiting);
        }
        *self.0.unsent.borrow_mut() = Some(unsent);
        undecided.into_iter().for_each(|waiting| self.undecided(waiting));
        self.spawn();
    }

    /// The worker cannot go on: everyone who waits is told, and the page, once.
    fn fault(&self, message: String) {
        if self.0.fault.borrow().is_some() {
            return;
        }
        *self.0.fault.borrow_mut() = Some(message.clone());
        if let Some(worker) = self.0.worker.borrow_mut().take() {
            worker.terminate();
        }
        let waiting = std::mem::take(&mut *self.0.waiting.borrow_mut());
        for (_, waiting) in waiting {
            let _ = waiting.sender.send(Reply::failed(protocol(&message)));
        }
        (self.0.listener)(FromWorker::Fault { message });
    }
}

fn post(worker: &Worker, messages: &[ToWorker]) {
    let bytes = encode(messages);
    let transfer = Array::of1(&bytes.buffer());
    if let Err(error) = worker.post_message_with_transfer(&bytes, &transfer) {
        web_sys::console::error_1(&error);
    }
}

fn protocol(message: &str) -> ClientError {
    ClientError::Protocol { message: message.to_owned() }
}
