//! A client that costs as little as it can: whole requests are bytes made beforehand, and a connection is kept.
//!
//! The same client measures every server, so what it costs does not matter to a comparison.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A connection that is kept alive.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// A request's bytes, as an AWS SDK sends them to the server at that port; no server here checks the signature itself.
pub fn request(port: u16, operation: &str, body: &str) -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64);
    let date = endpoint::time::basic(now);
    let day = &date[..8];
    format!(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: DynamoDB_20120810.{operation}\r\nX-Amz-Date: {date}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=benchmark/{day}/us-east-1/dynamodb/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        "0".repeat(64),
        body.len()
    )
    .into_bytes()
}

impl Connection {
    /// Connects to a server on this machine.
    pub fn open(port: u16) -> Result<Connection, String> {
        let stream = TcpStream::connect(("127.0.0.1", port)).map_err(|e| format!("cannot connect: {e}"))?;
        let ready =
            stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(Duration::from_secs(60))));
        ready.map_err(|e| format!("cannot set up a connection: {e}"))?;
        Ok(Connection { stream, received: Vec::with_capacity(1 << 16) })
    }

    /// Sends a request and reads the answer: its status and its body.
    pub fn send(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>), String> {
        self.stream.write_all(request).map_err(|e| format!("cannot send: {e}"))?;
        self.received.clear();
        let head = loop {
            if let Some(at) = find(&self.received, b"\r\n\r\n") {
                break at + 4;
            }
            self.more()?;
        };
        let text = String::from_utf8_lossy(&self.received[..head]).to_ascii_lowercase();
        let status = text.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or("no status")?;
        let header = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        if let Some(length) = header("content-length:") {
            let length: usize = length.parse().map_err(|_| "no length")?;
            while self.received.len() < head + length {
                self.more()?;
            }
            return Ok((status, self.received[head..head + length].to_vec()));
        }
        if header("transfer-encoding:") == Some("chunked") {
            Ok((status, self.chunks(head)?))
        } else {
            Err("an answer without end".into())
        }
    }

    fn chunks(&mut self, mut at: usize) -> Result<Vec<u8>, String> {
        let mut body = Vec::new();
        loop {
            let line = loop {
                if let Some(end) = find(&self.received[at..], b"\r\n") {
                    break at..at + end;
                }
                self.more()?;
            };
            let size = std::str::from_utf8(&self.received[line.clone()]).ok();
            let size = size.and_then(|text| usize::from_str_radix(text.trim(), 16).ok()).ok_or("no chunk")?;
            let start = line.end + 2;
            while self.received.len() < start + size + 2 {
                self.more()?;
            }
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&self.received[start..start + size]);
            at = start + size + 2;
        }
    }

    fn more(&mut self) -> Result<(), String> {
        let mut buffer = [0; 1 << 16];
        match self.stream.read(&mut buffer) {
            Ok(0) => Err("the server closed the connection".into()),
            Ok(length) => {
                self.received.extend_from_slice(&buffer[..length]);
                Ok(())
            }
            Err(e) => Err(format!("cannot receive: {e}")),
        }
    }
}

/// Where `wanted` begins.
pub fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn answered(answer: &'static [u8]) -> Result<(u16, Vec<u8>), String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).unwrap();
            stream.write_all(answer).unwrap();
        });
        let got = Connection::open(port).unwrap().send(&request(port, "GetItem", "{}"));
        server.join().unwrap();
        got
    }

    #[test]
    fn an_answer_ends_by_its_length_or_its_last_chunk() {
        let whole = answered(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
        assert_eq!(whole, Ok((200, b"abc".to_vec())));
        let chunked =
            answered(b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
        assert_eq!(chunked, Ok((400, b"abc".to_vec())));
        assert!(answered(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab").is_err());
    }
}
