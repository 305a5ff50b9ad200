//! One connection: HTTP/1.1 requests in and answers out, one after another, on a thread of its own.
//!
//! Owns the framing (heads, lengths, chunks, keep-alive) and the headers that every answer of any server has; what a request
//! asks for is `http`'s. A request is read in place and its answer is written at once: two calls of the system
//! each, so that what a request costs is what the engine does.
//!
//! Follows [RFC 9112](https://www.rfc-editor.org/rfc/rfc9112).

use crate::headers::{self, Headers, Place};
use crate::host::Host;
use crate::http::{self as answers, Answer, Request};
use http::{StatusCode, Version};
use std::io::{self, Read, Write};
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::ops::Range;
use std::time::SystemTime;

/// The largest body of a request, in bytes, as it is sent.
const BODY_BYTES: usize = 16 * 1024 * 1024;
/// The largest head.
const HEAD_BYTES: usize = 64 * 1024;
/// What is received at once.
const BUFFER_BYTES: usize = 16 * 1024;
/// What is kept for the next answer of the room that one took.
const ANSWER_BYTES: usize = 64 * 1024;
/// How many headers a request may have.
const HEADERS: usize = 100;

/// Answers the requests of a connection until one side closes it.
pub fn serve(stream: TcpStream, host: &Host) {
    let mut connection = Connection {
        stream,
        received: Vec::new(),
        buffer: vec![0; BUFFER_BYTES].into_boxed_slice(),
        places: Vec::new(),
        answer: Vec::new(),
        date: Date::default(),
    };
    // An error is a connection that the client broke off: nobody reads about it.
    while connection.answer_one(host).unwrap_or(false) {}
}

struct Connection {
    stream: TcpStream,
    /// What has come and is not answered: a request, and the start of the next.
    received: Vec<u8>,
    /// Where the system puts what comes.
    buffer: Box<[u8]>,
    /// Where the headers of the request stand.
    places: Vec<Place>,
    /// The answer, as it is sent.
    answer: Vec<u8>,
    date: Date,
}

/// The start of a request: places in what was received, and what they say of the connection.
struct Head {
    method: Range<usize>,
    query: Range<usize>,
    version: Version,
    length: usize,
    keep: bool,
    waits: bool,
}

/// How long a body is.
enum Framing {
    Length(usize),
    Chunked,
    Wrong,
}

/// A body: where it stands in what was received or, put together of chunks, by itself; or too large.
enum Body {
    Place(usize),
    Chunks(Vec<u8>),
    TooLarge,
}

impl Connection {
    /// Answers the next request; whether another may follow.
    fn answer_one(&mut self, host: &Host) -> io::Result<bool> {
        let head = loop {
            match head(&self.received, &mut self.places) {
                Ok(Some(head)) => break head,
                Ok(None) if self.received.len() > HEAD_BYTES => {
                    return self.refuse(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
                }
                Ok(None) if !self.more()? => return Ok(false),
                Ok(None) => {}
                Err(status) => return self.refuse(status),
            }
        };
        let framing = framing(Headers::new(&self.received, &self.places));
        if matches!(framing, Framing::Wrong) {
            return self.refuse(StatusCode::BAD_REQUEST);
        }
        self.go_on(&head, &framing)?;
        let (body, end) = match framing {
            Framing::Length(length) => self.whole(head.length, length)?,
            _ => self.chunks(head.length)?,
        };
        let bytes = match &body {
            Body::Place(length) => Some(&self.received[head.length..head.length + length]),
            Body::Chunks(bytes) => Some(bytes.as_slice()),
            Body::TooLarge => None,
        };
        let text = |place: Range<usize>| std::str::from_utf8(&self.received[place]).unwrap_or("");
        let method = text(head.method);
        let headers = Headers::new(&self.received, &self.places);
        let answer =
            answers::answer(host, &Request { method, headers, query: text(head.query), body: bytes });
        start(head.version, answer.status, &mut self.answer);
        answer.write_headers(&mut self.answer);
        finish(&answer, head.keep, method == "HEAD", &mut self.date, &mut self.answer);
        self.stream.write_all(&self.answer)?;
        self.answer.clear();
        self.answer.shrink_to(ANSWER_BYTES);
        self.received.drain(..end);
        Ok(head.keep)
    }

    /// Receives more; whether there was any.
    fn more(&mut self) -> io::Result<bool> {
        let length = self.stream.read(&mut self.buffer)?;
        self.received.extend_from_slice(&self.buffer[..length]);
        Ok(length > 0)
    }

    /// The same, where the client owes it.
    fn rest(&mut self) -> io::Result<()> {
        if self.more()? { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    /// Tells a client that waits for it to send its body.
    fn go_on(&mut self, head: &Head, framing: &Framing) -> io::Result<()> {
        let owed = match framing {
            Framing::Length(length) => self.received.len() < head.length + length,
            _ => self.received.len() == head.length,
        };
        if head.waits && owed && head.version == Version::HTTP_11 {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        Ok(())
    }

    /// A body of a known length, and where it ends. One that is too large is still read to its end, since a client that has not
    /// sent all of it does not look for an answer.
    fn whole(&mut self, start: usize, length: usize) -> io::Result<(Body, usize)> {
        if length <= BODY_BYTES {
            while self.received.len() < start + length {
                self.rest()?;
            }
            return Ok((Body::Place(length), start + length));
        }
        let mut owed = (start + length).saturating_sub(self.received.len());
        while owed > 0 {
            let most = owed.min(self.buffer.len());
            match self.stream.read(&mut self.buffer[..most])? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => owed -= read,
            }
        }
        Ok((Body::TooLarge, (start + length).min(self.received.len())))
    }

    /// A body in chunks, and where its last one ends.
    fn chunks(&mut self, start: usize) -> io::Result<(Body, usize)> {
        let (mut at, mut body, mut length) = (start, Vec::new(), 0_usize);
        let broken = || io::Error::from(io::ErrorKind::InvalidData);
        loop {
            let (line, size) = match httparse::parse_chunk_size(&self.received[at..]).map_err(|_| broken())? {
                httparse::Status::Complete(found) => found,
                httparse::Status::Partial if self.received.len() - at > HEAD_BYTES => return Err(broken()),
                httparse::Status::Partial => {
                    self.rest()?;
                    continue;
                }
            };
            let size = usize::try_from(size).map_err(|_| broken())?;
            at += line;
            if size == 0 {
                return self
                    .trailers(at)
                    .map(|end| (if length > BODY_BYTES { Body::TooLarge } else { Body::Chunks(body) }, end));
            }
            length = length.saturating_add(size);
            // Chunk by chunk, so that one without end takes no room.
            let mut owed = size;
            while owed > 0 {
                if at == self.received.len() {
                    self.received.truncate(start);
                    at = start;
                    self.rest()?;
                }
                let part = owed.min(self.received.len() - at);
                if length <= BODY_BYTES {
                    body.extend_from_slice(&self.received[at..at + part]);
                }
                at += part;
                owed -= part;
            }
            while self.received.len() < at + 2 {
                self.rest()?;
            }
            if &self.received[at..at + 2] != b"\r\n" {
                return Err(broken());
            }
            at += 2;
        }
    }

    /// What may follow the last chunk: headers, which nobody reads, and an empty line.
    fn trailers(&mut self, mut at: usize) -> io::Result<usize> {
        loop {
            match self.received[at..].windows(2).position(|pair| pair == b"\r\n") {
                Some(0) => return Ok(at + 2),
                Some(line) => at += line + 2,
                None => self.rest()?,
            }
        }
    }

    /// Answers what is no HTTP, and closes.
    fn refuse(&mut self, status: StatusCode) -> io::Result<bool> {
        start(Version::HTTP_11, status, &mut self.answer);
        headers::write("connection", b"close", &mut self.answer);
        headers::write_number("content-length", 0, &mut self.answer);
        headers::write("date", self.date.now().as_bytes(), &mut self.answer);
        self.answer.extend_from_slice(b"\r\n");
        self.stream.write_all(&self.answer)?;
        Ok(false)
    }
}

/// Writes the first line of an answer.
fn start(version: Version, status: StatusCode, into: &mut Vec<u8>) {
    into.extend_from_slice(if version == Version::HTTP_10 { b"HTTP/1.0 " } else { b"HTTP/1.1 " });
    into.extend_from_slice(status.as_str().as_bytes());
    into.push(b' ');
    into.extend_from_slice(status.canonical_reason().unwrap_or("").as_bytes());
    into.extend_from_slice(b"\r\n");
}

/// Writes what follows an answer's own headers: the connection's, and the body.
fn finish(answer: &Answer, keep: bool, head_only: bool, date: &mut Date, into: &mut Vec<u8>) {
    headers::write("connection", if keep { b"keep-alive" } else { b"close" }, into);
    if let Some(body) = &answer.body {
        headers::write_number("content-length", body.len() as u64, into);
    }
    headers::write("date", date.now().as_bytes(), into);
    into.extend_from_slice(b"\r\n");
    match &answer.body {
        None => into.extend_from_slice(b"0\r\n\r\n"),
        Some(body) if !head_only => into.extend_from_slice(body),
        Some(_) => {}
    }
}

/// The head at the start of what was received, and where its headers stand; none where it is not whole yet.
fn head(received: &[u8], places: &mut Vec<Place>) -> Result<Option<Head>, StatusCode> {
    let mut found = [const { MaybeUninit::uninit() }; HEADERS];
    let mut request = httparse::Request::new(&mut []);
    let length = match request.parse_with_uninit_headers(received, &mut found) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        Err(_) => return Err(StatusCode::BAD_REQUEST),
    };
    let place = |part: &[u8]| {
        let start = (part.as_ptr() as usize).saturating_sub(received.as_ptr() as usize);
        start..start + part.len()
    };
    places.clear();
    places.extend(request.headers.iter().map(|one| (place(one.name.as_bytes()), place(one.value))));
    let headers = Headers::new(received, places);
    let version = if request.version == Some(0) { Version::HTTP_10 } else { Version::HTTP_11 };
    let query =
        request.path.and_then(|path| path.split_once('?')).map_or(0..0, |(_, query)| place(query.as_bytes()));
    Ok(Some(Head {
        method: request.method.map_or(0..0, |method| place(method.as_bytes())),
        query,
        version,
        length,
        keep: keeps_alive(version, headers),
        waits: headers.get("expect").is_some_and(|value| value.eq_ignore_ascii_case(b"100-continue")),
    }))
}

fn framing(headers: Headers) -> Framing {
    if let Some(coding) = headers.all("transfer-encoding").next_back() {
        let chunked =
            headers::text(coding).is_some_and(|text| text.trim().to_ascii_lowercase().ends_with("chunked"));
        return if chunked { Framing::Chunked } else { Framing::Wrong };
    }
    let mut lengths = headers.all("content-length");
    let Some(first) = lengths.next() else { return Framing::Length(0) };
    if lengths.any(|other| other != first) || first.is_empty() || !first.iter().all(u8::is_ascii_digit) {
        return Framing::Wrong;
    }
    headers::text(first).and_then(|text| text.parse().ok()).map_or(Framing::Wrong, Framing::Length)
}

fn keeps_alive(version: Version, headers: Headers) -> bool {
    let says = |word: &str| {
        let values = headers.all("connection").filter_map(headers::text);
        values.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    if version == Version::HTTP_10 { says("keep-alive") } else { !says("close") }
}

/// The `Date` of answers, written once a second.
#[derive(Default)]
struct Date {
    second: u64,
    text: String,
}

impl Date {
    fn now(&mut self) -> &str {
        let now = SystemTime::now();
        let second = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        if second != self.second || self.text.is_empty() {
            (self.second, self.text) = (second, httpdate::fmt_http_date(now));
        }
        &self.text
    }
}
