//! A relay before an endpoint: it passes every request on and notes it with its answer.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The operation, without its service's prefix.
    pub operation: String,
    /// The request.
    pub request: Value,
    /// The answer.
    pub answer: Value,
}

/// What was noted.
#[derive(Clone)]
pub struct Relay {
    address: SocketAddr,
    noted: Arc<Mutex<Vec<Exchange>>>,
}

impl Relay {
    /// Relays to that address until the process ends.
    pub fn start(to: SocketAddr) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on the loopback interface");
        let address = listener.local_addr().expect("it listens");
        let relay = Relay { address, noted: Arc::default() };
        let noted = Arc::clone(&relay.noted);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let noted = Arc::clone(&noted);
                // A connection that breaks has nothing more to say.
                thread::spawn(move || drop(serve(stream, to, &noted)));
            }
        });
        relay
    }

    /// Where programs send their requests.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was noted so far.
    pub fn noted(&self) -> Vec<Exchange> {
        self.noted.lock().expect("nobody panics with it").clone()
    }
}

fn serve(client: TcpStream, to: SocketAddr, noted: &Mutex<Vec<Exchange>>) -> std::io::Result<()> {
    let server = TcpStream::connect(to)?;
    let (mut from_client, mut from_server) = (BufReader::new(&client), BufReader::new(&server));
    while let Some(request) = read(&mut from_client)? {
        // Uncompressed answers can be compared.
        write(&server, &request, "accept-encoding:")?;
        let Some(answer) = read(&mut from_server)? else { break };
        let target = request.head.iter().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("x-amz-target").then(|| value.trim().to_owned())
        });
        let operation = target.unwrap_or_default().rsplit('.').next().unwrap_or_default().to_owned();
        let json = |body: &[u8]| serde_json::from_slice(body).unwrap_or_default();
        noted.lock().expect("nobody panics with it").push(Exchange {
            operation,
            request: json(&request.body),
            answer: json(&answer.body),
        });
        write(&client, &answer, "-")?;
    }
    Ok(())
}

struct Message {
    head: Vec<String>,
    body: Vec<u8>,
}

fn read(from: &mut impl BufRead) -> std::io::Result<Option<Message>> {
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
        head.push(line.to_owned());
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(Some(Message { head, body }))
}

/// Writes a message, without the header that begins so.
fn write(mut to: &TcpStream, message: &Message, without: &str) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    for line in message.head.iter().filter(|line| !line.to_ascii_lowercase().starts_with(without)) {
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&message.body);
    to.write_all(&bytes)
}
