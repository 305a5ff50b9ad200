//! HTTP by hand: one request over a connection that stays open, and its answer as it came.

use endpoint::{Endpoint, Options, time};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

/// The header of DynamoDB's own media type.
pub const JSON: &str = "Content-Type: application/x-amz-json-1.0\r\n";

/// An answer as it came.
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is a text")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// A connection to an endpoint of its own.
pub struct Client {
    pub endpoint: Endpoint,
    pub stream: TcpStream,
}

impl Client {
    pub fn new(options: Options) -> Client {
        let endpoint =
            Endpoint::start(&Options { port: 0, ..options }).expect("a free port on the loopback interface");
        let stream = TcpStream::connect(endpoint.address()).unwrap();
        Client { endpoint, stream }
    }

    /// Calls an operation with good headers and these.
    pub fn call(&mut self, operation: &str, headers: &str, body: impl AsRef<[u8]>) -> Answer {
        call(&mut self.stream, operation, headers, body)
    }
}

/// Calls an operation with good headers and these.
pub fn call(stream: &mut TcpStream, operation: &str, headers: &str, body: impl AsRef<[u8]>) -> Answer {
    let target = target(operation);
    send(stream, "POST", "/", &format!("{JSON}{}{target}{headers}", signed("us-east-1")), body)
}

/// The target of one of the database's operations.
pub fn target(operation: &str) -> String {
    format!("X-Amz-Target: DynamoDB_20120810.{operation}\r\n")
}

/// The time now as a signature writes it.
pub fn now() -> String {
    time::basic(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64)
}

/// A signature of now, in that region.
pub fn signed(region: &str) -> String {
    let date = now();
    let scope = format!("{}/{region}/dynamodb/aws4_request", &date[..8]);
    format!(
        "X-Amz-Date: {date}\r\nAuthorization: AWS4-HMAC-SHA256 Credential=any/{scope}, SignedHeaders=host, Signature=0\r\n"
    )
}

/// Sends a request, and reads its answer: by its length, in chunks, or without a body.
pub fn send(
    stream: &mut TcpStream,
    method: &str,
    path: &str,
    headers: &str,
    body: impl AsRef<[u8]>,
) -> Answer {
    let body = body.as_ref();
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    read(stream, method != "HEAD")
}

/// Reads one answer.
pub fn read(stream: &mut TcpStream, with_body: bool) -> Answer {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).expect("a status line").parse().unwrap();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; if with_body { length } else { 0 }];
    reader.read_exact(&mut body).unwrap();
    Answer { status, headers, body }
}
