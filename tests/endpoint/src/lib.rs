//! The engine behind HTTP, for real AWS SDKs.
//!
//! Owns the translation between DynamoDB's HTTP protocol (JSON 1.0 and `X-Amz-Target`) and
//! [`engine::world::World::execute`], the wall clock and the background tick. Decides nothing about an
//! operation, checks no signature (but that there is one), keeps nothing on disk, and listens on the loopback interface only.
//!
//! Follows [the low-level API](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html).
//!
//! The life of a request: [`Endpoint::start`] accepts the connection → `connection` reads a request → `http` looks at method, headers and
//! target, `encoding` unpacks the body, `authorization` looks at the signature → `host` stamps the time and calls the engine under its lock → `http` sends the answer with the
//! service's headers.

mod authorization;
mod connection;
mod encoding;
mod headers;
mod host;
mod http;
pub mod options;
pub mod time;

pub use options::Options;

use host::Host;
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A running endpoint: it serves until it is dropped.
pub struct Endpoint {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    host: Host,
    connections: Mutex<Connections>,
}

/// The connections that are open, by number; none once the endpoint is over.
#[derive(Default)]
struct Connections {
    over: bool,
    count: u64,
    open: BTreeMap<u64, TcpStream>,
}

impl Endpoint {
    /// Starts serving an empty world on 127.0.0.1. Port 0 takes a free one: see [`Endpoint::address`].
    ///
    /// Each connection has a thread: a client has few, and keeps them.
    pub fn start(options: &Options) -> io::Result<Endpoint> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        let address = listener.local_addr()?;
        let host = Host::new(options.config(), options.allow_unsigned);
        let shared = Arc::new(Shared { host, connections: Mutex::default() });
        let (accepting, ticking) = (Arc::clone(&shared), Arc::clone(&shared));
        thread::spawn(move || ticking.host.tick_when_due());
        thread::spawn(move || accept(&listener, &accepting));
        Ok(Endpoint { address, shared })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Ends the listener, every connection and the background tick.
impl Drop for Endpoint {
    fn drop(&mut self) {
        self.shared.host.end();
        let mut connections = self.shared.connections();
        connections.over = true;
        for stream in std::mem::take(&mut connections.open).into_values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(connections);
        // The listener looks whether it is over when somebody comes.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn connections(&self) -> std::sync::MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    loop {
        let accepted = listener.accept();
        let mut connections = shared.connections();
        if connections.over {
            return;
        }
        // A connection that failed before it was accepted is the client's loss alone.
        let Ok((stream, _)) = accepted else { continue };
        // Without it, small answers wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let Ok(handle) = stream.try_clone() else { continue };
        connections.count += 1;
        let number = connections.count;
        connections.open.insert(number, handle);
        drop(connections);
        let mine = Arc::clone(shared);
        let serve = move || {
            connection::serve(stream, &mine.host);
            mine.connections().open.remove(&number);
        };
        if thread::Builder::new().spawn(serve).is_err() {
            shared.connections().open.remove(&number);
        }
    }
}
