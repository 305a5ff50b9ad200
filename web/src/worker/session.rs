//! The one loop of the worker: it takes what has arrived, executes it, commits the changes of all of it at
//! once, and only then answers.
//!
//! Owns the open workspace. Calls that arrive while a commit is under way wait in the channel and share the
//! next one (group commit), so every reply, a read's too, leaves after all earlier changes are durable. When
//! a commit fails the world is wound back, and each waiting request is refused with a storage error.

use engine::timeline::Event;
use engine::world::{Config, Outcome, World};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use gloo::timers::callback::Timeout;

use super::clock::{self, Clock};
use crate::protocol::{ClientError, FromWorker, Storage, ToWorker, VERSION};

/// A batch is closed after this much work, so that answers do not wait for a long queue.
const BATCH_MS: f64 = 30.0;

/// What the loop is woken by.
#[derive(Debug)]
pub enum Command {
    /// The page said something, or something that cannot be read.
    Message(Result<ToWorker, String>),
    /// The engine has something due by itself.
    Tick,
}

/// What leaves when the batch is durable.
enum Due {
    Reply { id: u64, now_ms: u64, result: Result<String, ClientError>, events: Vec<Event> },
    Events(Vec<Event>),
}

/// The workspace that is open.
struct Open {
    workspace: String,
    world: World,
    clock: Clock,
    due: Vec<Due>,
}

impl Open {
    fn now_ms(&mut self) -> u64 {
        self.clock.now_ms(clock::wall_ms(), clock::monotonic_ms())
    }
}

/// The worker's state.
pub struct Session {
    commands: UnboundedSender<Command>,
    post: Box<dyn Fn(FromWorker)>,
    config: Config,
    open: Option<Open>,
    alarm: Option<(u64, Timeout)>,
}

impl Session {
    /// A session with nothing open. It wakes itself by `commands` and answers by `post`.
    pub fn new(commands: UnboundedSender<Command>, post: impl Fn(FromWorker) + 'static) -> Session {
        Session { commands, post: Box::new(post), config: Config::default(), open: None, alarm: None }
    }

    /// The loop; it ends when nobody can send commands any more.
    pub async fn run(mut self, mut arriving: UnboundedReceiver<Command>) {
        while let Some(command) = arriving.next().await {
            let started = clock::precise_ms();
            self.obey(command).await;
            while clock::precise_ms() - started < BATCH_MS {
                match arriving.try_recv() {
                    Ok(command) => self.obey(command).await,
                    Err(_) => break,
                }
            }
            self.settle().await;
            self.set_alarm();
        }
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Tick => self.tick(),
            Command::Message(Err(error)) => {
                self.fault(format!("The page sent what cannot be read ({error}). Reload the page to go on."))
            }
            Command::Message(Ok(message)) => match message {
                ToWorker::Hello { version, workspace } if version == VERSION => self.open(workspace).await,
                ToWorker::Hello { .. } => self.fault(
                    "This page and its background worker are of different versions. Reload the page to go on."
                        .to_owned(),
                ),
                ToWorker::OpenWorkspace { workspace } => {
                    self.settle().await;
                    self.open(workspace).await;
                }
                ToWorker::Call { id, operation, request } => self.call(id, &operation, &request),
                ToWorker::DeleteWorkspace { .. } | ToWorker::StartTraffic { .. } | ToWorker::StopTraffic => {}
            },
        }
    }

    fn fault(&self, message: String) {
        (self.post)(FromWorker::Fault { message });
    }

    async fn open(&mut self, workspace: String) {
        let mut clock = Clock::start(0, clock::wall_ms(), clock::monotonic_ms());
        let now_ms = clock.now_ms(clock::wall_ms(), clock::monotonic_ms());
        let world = World::new(self.config.clone());
        self.open = Some(Open { workspace: workspace.clone(), world, clock, due: Vec::new() });
        (self.post)(FromWorker::Ready {
            version: VERSION,
            workspace: workspace.clone(),
            storage: Storage::Memory { reason: "the journal is not written yet".to_owned() },
            report: Vec::new(),
            workspaces: vec![workspace],
            now_ms,
        });
    }

    fn call(&mut self, id: u64, operation: &str, request: &str) {
        let Some(open) = &mut self.open else {
            let message = "No workspace is open yet.".to_owned();
            let result = Err(ClientError::Protocol { message });
            return (self.post)(FromWorker::Reply { id, now_ms: 0, result, events: Vec::new() });
        };
        let now_ms = open.now_ms();
        let Outcome { response, changes: _, events } =
            open.world.execute(&self.config.region, now_ms, operation, request.as_bytes());
        let result = match response {
            Ok(body) => Ok(String::from_utf8(body).expect("a response is JSON")),
            Err(error) => Err(ClientError::Api {
                name: error.kind.name().to_owned(),
                message: error.message.clone(),
                body: format!("{{\"__type\":\"{}\"}}", error.kind.wire_type()),
            }),
        };
        open.due.push(Due::Reply { id, now_ms, result, events });
    }

    fn tick(&mut self) {
        self.alarm = None;
        let Some(open) = &mut self.open else { return };
        let now_ms = open.now_ms();
        let outcome = open.world.tick(now_ms);
        if !outcome.events.is_empty() {
            open.due.push(Due::Events(outcome.events));
        }
    }

    /// Makes the batch durable and lets its answers go.
    async fn settle(&mut self) {
        let Some(open) = &mut self.open else { return };
        open.world.durable(open.world.position());
        for due in open.due.drain(..) {
            (self.post)(match due {
                Due::Reply { id, now_ms, result, events } => FromWorker::Reply { id, now_ms, result, events },
                Due::Events(events) => FromWorker::Events { events },
            });
        }
    }

    /// Wakes the loop when the engine next has something to do.
    fn set_alarm(&mut self) {
        let due =
            self.open.as_mut().and_then(|open| open.world.next_due_ms().map(|due| (due, open.now_ms())));
        let Some((due_ms, now_ms)) = due else {
            self.alarm = None;
            return;
        };
        if self.alarm.as_ref().is_some_and(|(at_ms, _)| *at_ms == due_ms) {
            return;
        }
        let commands = self.commands.clone();
        let wait_ms = due_ms.saturating_sub(now_ms).min(60_000) as u32;
        let timeout = Timeout::new(wait_ms, move || {
            let _ = commands.unbounded_send(Command::Tick);
        });
        self.alarm = Some((due_ms, timeout));
    }
}
