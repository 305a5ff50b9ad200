//! The worker: it owns the engine and its journal, and the page never blocks on either.
//!
//! The life of a call: [`port`] decodes it → [`session`] stamps the workspace's time and calls
//! `World::execute` → its changes go into the next group commit → the reply leaves when that is durable.
//!
//! - `port` the wire to the page
//! - `session` the one loop: executes, commits, answers, in this order
//! - `batch` the open workspace and what its next commit holds
//! - `durable` the world and its journal: both change or neither
//! - `journal` what is stored and its guarantees, `segment` its bytes and its recovery
//! - `disk` what that needs of a database, `indexed` the browser's, which `writer` writes to, `database` IndexedDB
//! - `rescue` all that is stored as a file, without an engine
//! - `workspaces` their list, `sized` how much each takes
//! - `files` copies and files of whole ones, of which `stored` reads the parts, `filling` writes them and `checking` checks them
//! - `leader` which tab has one open, `channel` how tabs talk, `router` the leader's side of it, `following` the others'
//! - `lacking` what this browser has not, in sentences
//! - `travel` the history of the open workspace, and its world at an earlier moment
//! - `traffic` simulated requests, in a branch that is never stored
//! - `clock` a workspace's time
//!
//! Nothing here knows a request's meaning: that is the engine's. Nothing here draws.

pub mod batch;
pub mod channel;
pub mod checking;
pub mod clock;
pub mod database;
pub mod disk;
pub mod durable;
pub mod files;
pub mod filling;
pub mod following;
pub mod indexed;
pub mod journal;
pub mod lacking;
pub mod leader;
pub mod port;
pub mod rescue;
pub mod router;
pub mod segment;
pub mod session;
pub mod sized;
pub mod snapshot;
pub mod stored;
pub mod traffic;
pub mod travel;
pub mod workspaces;
pub mod writer;

use futures_channel::mpsc;

use crate::protocol::FromWorker;
use session::{Command, Session};

/// Listens to the page, and tells it so.
pub fn start() {
    port::report_panics();
    let (commands, receiver) = mpsc::unbounded();
    let outbox = port::Outbox::new(|messages: Vec<FromWorker>| port::post(&messages));
    let session = Session::new(commands.clone(), move |message| outbox.say(message));
    port::listen(move |message, file| {
        let command = match file {
            Some(file) => Command::File { message, file },
            None => Command::Message(message),
        };
        // The loop lives as long as the worker does.
        let _ = commands.unbounded_send(command);
    });
    wasm_bindgen_futures::spawn_local(session.run(receiver));
}
