//! The engine behind HTTP, for real AWS SDKs.
//!
//! Owns the translation between DynamoDB's HTTP protocol (JSON 1.0 and `X-Amz-Target`) and
//! [`engine::world::World::execute`], the wall clock and the background tick. Decides nothing about an
//! operation, checks no signature (but that there is one), keeps nothing on disk, and listens on the loopback interface only.
//!
//! Follows [the low-level API](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html).
//!
//! The life of a request: [`Endpoint::start`] accepts the connection → `http` looks at method, headers and
//! target, `encoding` unpacks the body, `authorization` looks at the signature → `host` stamps the time and calls the engine under its lock → `http` sends the answer with the
//! service's headers.

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
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// A running endpoint: it serves until it is dropped.
pub struct Endpoint {
    address: SocketAddr,
    // Dropping the runtime ends the listener, every connection and the background tick.
    _runtime: Runtime,
}

impl Endpoint {
    /// Starts serving an empty world on 127.0.0.1. Port 0 takes a free one: see [`Endpoint::address`].
    pub fn start(options: &Options) -> io::Result<Endpoint> {
        let workers = std::thread::available_parallelism().map_or(2, |n| n.get().min(4));
        let runtime =
            Builder::new_multi_thread().worker_threads(workers).enable_io().enable_time().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)))?;
        let address = listener.local_addr()?;
        let host = Arc::new(Host::new(options.config(), options.allow_unsigned));
        runtime.spawn(Arc::clone(&host).tick_when_due());
        runtime.spawn(accept(listener, host));
        Ok(Endpoint { address, _runtime: runtime })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn accept(listener: TcpListener, host: Arc<Host>) {
    loop {
        // A connection that failed before it was accepted is the client's loss alone.
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Without it, small answers wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let host = Arc::clone(&host);
        tokio::spawn(async move {
            let service = service_fn(|request| http::answer(&host, request));
            // An error here is a connection that the client broke off.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
