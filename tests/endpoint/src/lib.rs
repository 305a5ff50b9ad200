//! The engine behind HTTP, for real AWS SDKs.
//!
//! Owns the translation between DynamoDB's HTTP protocol (JSON 1.0 and `X-Amz-Target`) and
//! [`engine::world::World::execute`], the wall clock and the background tick. Decides nothing about an
//! operation, checks no signature (but that there is one), keeps nothing on disk, and listens on the loopback interface only.
//!
//! Follows [the low-level API](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html).
//!
//! The life of a request: [`Endpoint::start`] accepts the connection, on which hyper reads a request → `http` looks at method, headers and
//! target, `encoding` unpacks the body, `authorization` looks at the signature → `host` stamps the time and calls the engine → `http` answers with the
//! service's headers.
//!
//! All of it is done by one thread. The engine answers one request at a time, within microseconds; so one wake-up serves every connection that has
//! something to read, and no thread waits for another.

mod authorization;
mod encoding;
mod host;
mod http;
pub mod options;
pub mod time;

pub use options::Options;

use host::Host;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// How long the listener waits where the system has no room for another connection.
const NO_ROOM: Duration = Duration::from_millis(20);

/// A running endpoint: it serves until it is dropped.
pub struct Endpoint {
    address: SocketAddr,
    // Both are there until the end.
    over: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// Starts serving an empty world on 127.0.0.1. Port 0 takes a free one: see [`Endpoint::address`].
    pub fn start(options: &Options) -> io::Result<Endpoint> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)))?;
        let address = listener.local_addr()?;
        let host = Arc::new(Host::new(options.config(), options.allow_unsigned));
        let (over, until) = oneshot::channel();
        let serve = move || {
            runtime.spawn(Arc::clone(&host).tick_when_due());
            runtime.spawn(accept(listener, host));
            // Whether told or forgotten, it is over; with the runtime the listener and all connections go.
            let _ = runtime.block_on(until);
        };
        let thread = thread::Builder::new().name("endpoint".into()).spawn(serve)?;
        Ok(Endpoint { address, over: Some(over), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Ends the listener, every connection and the background tick, and waits until they are.
impl Drop for Endpoint {
    fn drop(&mut self) {
        drop(self.over.take());
        if let Some(thread) = self.thread.take() {
            // It has nothing to say, not even by a panic.
            let _ = thread.join();
        }
    }
}

async fn accept(listener: TcpListener, host: Arc<Host>) {
    let mut protocol = http1::Builder::new();
    // An answer goes out in one piece.
    protocol.writev(false);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // A connection that failed before it was accepted is the client's loss alone.
            tokio::time::sleep(NO_ROOM).await;
            continue;
        };
        // Without it, small answers wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let host = Arc::clone(&host);
        let service = service_fn(move |request| http::answer(Arc::clone(&host), request));
        let connection = protocol.serve_connection(TokioIo::new(stream), service);
        // An error here is a connection that the client broke off.
        tokio::spawn(async { drop(connection.await) });
    }
}
