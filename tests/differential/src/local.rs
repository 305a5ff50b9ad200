//! DynamoDB Local: its process, and its answers over HTTP.
//!
//! Owns the process and the one connection. Knows nothing of what is compared.

use crate::run::{Answer, Refusal};
use serde_json::{Value, json};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How often a table is looked at until it is ACTIVE.
const LOOKS: usize = 250;
/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(20);
/// How often a new process is called until it listens.
const CALLS: usize = 3000;

/// A running DynamoDB Local; it ends when it is dropped.
pub struct Local {
    folder: PathBuf,
    address: String,
    process: Child,
    connection: Option<BufReader<TcpStream>>,
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Local {
    /// Starts the one in that folder, in memory, on a free port of the loopback interface.
    pub fn start(folder: &Path) -> io::Result<Local> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let process = Command::new("java")
            .args(["-Xmx700m", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"])
            .args(["-inMemory", "-sharedDb", "-disableTelemetry", "-port", &address.port().to_string()])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let address = address.to_string();
        let local = Local { folder: folder.to_owned(), address, process, connection: None };
        for _ in 0..CALLS {
            if TcpStream::connect(&local.address).is_ok() {
                return Ok(local);
            }
            pause();
        }
        Err(io::Error::other("it does not listen: is Java 17 or newer installed?"))
    }

    /// Deletes every table; begins again with a new process where that does not work.
    pub fn reset(&mut self) -> io::Result<()> {
        if !self.delete_tables().unwrap_or(false) {
            *self = Local::start(&self.folder)?;
        }
        Ok(())
    }

    fn delete_tables(&mut self) -> io::Result<bool> {
        for _ in 0..LOOKS {
            let Answer::Response(list) = self.send("ListTables", &json!({}))? else { break };
            let names: Vec<Value> = list["TableNames"].as_array().cloned().unwrap_or_default();
            if names.is_empty() {
                return Ok(true);
            }
            for name in names {
                let gone = self.send("DeleteTable", &json!({ "TableName": name }))?;
                if matches!(gone, Answer::Refusal(_)) {
                    let unprotected = json!({"TableName": name, "DeletionProtectionEnabled": false});
                    self.send("UpdateTable", &unprotected)?;
                    pause();
                }
            }
        }
        Ok(false)
    }

    /// The answer to a request. A table that it changes is waited for.
    pub fn call(&mut self, operation: &str, request: &Value) -> io::Result<Answer> {
        let answer = self.send(operation, request)?;
        if matches!(operation, "CreateTable" | "UpdateTable") && matches!(answer, Answer::Response(_)) {
            return Ok(if self.is_active(&request["TableName"])? { answer } else { stuck() });
        }
        Ok(answer)
    }

    fn is_active(&mut self, table: &Value) -> io::Result<bool> {
        for _ in 0..LOOKS {
            let Answer::Response(described) = self.send("DescribeTable", &json!({ "TableName": table }))?
            else {
                return Ok(true);
            };
            let table = &described["Table"];
            let indexes = table["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
            if table["TableStatus"] == "ACTIVE"
                && indexes.iter().all(|index| index["IndexStatus"] == "ACTIVE")
            {
                return Ok(true);
            }
            pause();
        }
        Ok(false)
    }

    /// Sends a request over the connection; a connection that was closed meanwhile is opened once more.
    fn send(&mut self, operation: &str, request: &Value) -> io::Result<Answer> {
        let body = request.to_string();
        let reused = self.connection.is_some();
        match self.exchange(operation, &body) {
            Err(_) if reused => {
                self.connection = None;
                self.exchange(operation, &body)
            }
            other => other,
        }
    }

    fn exchange(&mut self, operation: &str, body: &str) -> io::Result<Answer> {
        if self.connection.is_none() {
            let stream = TcpStream::connect(&self.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_secs(60)))?;
            self.connection = Some(BufReader::new(stream));
        }
        let connection = self.connection.as_mut().expect("it was just opened");
        let service = match operation {
            "DescribeStream" | "GetShardIterator" | "GetRecords" => "DynamoDBStreams_20120810",
            _ => "DynamoDB_20120810",
        };
        let head = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: {service}.{operation}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, \
             Signature=0\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        connection.get_mut().write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        let (status, body) = read(connection)?;
        let body: Value =
            serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into());
        if status == 200 {
            return Ok(Answer::Response(body));
        }
        let name = body["__type"].as_str().and_then(|name| name.rsplit('#').next()).unwrap_or("");
        let name = if status >= 500 { "InternalFailure" } else { name };
        let message = body["message"].as_str().or(body["Message"].as_str()).unwrap_or("");
        Ok(Answer::Refusal(Refusal { name: name.to_owned(), message: message.to_owned(), body }))
    }
}

/// Between two looks at a condition that another process changes.
fn pause() {
    std::thread::park_timeout(PAUSE);
}

/// What a table that never becomes ACTIVE comes to.
fn stuck() -> Answer {
    let message = "the table does not become ACTIVE".to_owned();
    Answer::Refusal(Refusal { name: "InternalFailure".into(), message, body: Value::Null })
}

fn read(connection: &mut BufReader<TcpStream>) -> io::Result<(u16, Vec<u8>)> {
    let broken = || io::Error::other("DynamoDB Local's answer is no HTTP");
    let mut line = String::new();
    connection.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    let (mut length, mut chunked) = (None, false);
    loop {
        line.clear();
        connection.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse::<usize>().ok(),
            "transfer-encoding" => chunked = value.trim() == "chunked",
            _ => {}
        }
    }
    let mut body = Vec::new();
    while chunked {
        line.clear();
        connection.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(|_| broken())?;
        let start = body.len();
        body.resize(start + size, 0);
        connection.read_exact(&mut body[start..])?;
        line.clear();
        connection.read_line(&mut line)?;
        chunked = size > 0;
    }
    if let Some(length) = length {
        body.resize(length, 0);
        connection.read_exact(&mut body)?;
    }
    Ok((status, body))
}
