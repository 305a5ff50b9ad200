//! DynamoDB's HTTP protocol: which requests reach the engine, and the headers of every answer.
//!
//! Owns methods, targets, media types and the order of the checks before the engine; `encoding` and
//! `authorization` own theirs. The answers to malformed HTTP (no target, wrong content type, no Authorization header, other
//! methods) are those that the service was observed to give, as published by the test suites of
//! [dynalite](https://github.com/architect/dynalite) and [Alternator](https://github.com/scylladb/scylladb); the rest follows
//! [the low-level API](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html).

use crate::authorization::Claim;
use crate::encoding::{self, Encoding};
use crate::headers::{self, Headers};
use crate::host::{Host, wall_clock_ms};
use engine::error::{ApiError, internal_failure, serialization, unknown_operation};
use http::StatusCode;
use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

/// The media type of DynamoDB's own protocol.
const JSON_1_0: &str = "application/x-amz-json-1.0";
/// What the service also takes, and answers with where a request names no type.
const JSON: &str = "application/json";

/// The operations of the streams service; all others are the database's.
const STREAM_OPERATIONS: [&str; 4] = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];

/// What an HTTP request says.
pub struct Request<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its headers.
    pub headers: Headers<'a>,
    /// What stands behind the question mark of its path.
    pub query: &'a str,
    /// Its body; none where it is too large.
    pub body: Option<&'a [u8]>,
}

/// A header that allows what a preflight asked for, and what that was, where it asked.
type Allowed<'a> = (&'static str, Option<&'a [u8]>);

/// What an HTTP request is answered with.
pub struct Answer<'a> {
    /// Its status.
    pub status: StatusCode,
    /// Its body; none where no length is told either.
    pub body: Option<Vec<u8>>,
    content_type: Option<&'static str>,
    encoding: Option<Encoding>,
    checksum: Option<u32>,
    // What a page of another origin asks for, which it may.
    preflight: Option<[Allowed<'a>; 2]>,
    cross_origin: bool,
}

impl Answer<'_> {
    /// Writes the headers that its connection does not.
    pub fn write_headers(&self, into: &mut Vec<u8>) {
        if let Some(content_type) = self.content_type {
            headers::write("content-type", content_type.as_bytes(), into);
        }
        if let Some(encoding) = self.encoding {
            headers::write("content-encoding", encoding.name().as_bytes(), into);
        }
        if let Some(checksum) = self.checksum {
            headers::write_number("x-amz-crc32", checksum.into(), into);
        }
        if let Some(preflight) = self.preflight {
            for (name, value) in preflight {
                if let Some(value) = value {
                    headers::write(name, value, into);
                }
            }
            headers::write("access-control-max-age", b"172800", into);
        }
        if self.body.is_none() {
            headers::write("transfer-encoding", b"chunked", into);
        }
        headers::write("server", b"Server", into);
        headers::write("x-amzn-requestid", &request_id(), into);
        if self.cross_origin {
            headers::write("access-control-allow-origin", b"*", into);
        }
    }
}

/// Answers one HTTP request. Its connection adds the headers that any server's answers have.
pub fn answer<'a>(host: &Host, request: &Request<'a>) -> Answer<'a> {
    let cross_origin = request.headers.get("origin").is_some();
    let answer = match request.method {
        "POST" => match request.body {
            Some(body) => post(host, request.headers, request.query, body),
            None => plain(StatusCode::PAYLOAD_TOO_LARGE, None),
        },
        "GET" | "HEAD" => {
            let text = format!("healthy: dynamodb.{}.amazonaws.com ", host.region());
            send(StatusCode::OK, None, None, text.into_bytes())
        }
        "OPTIONS" if cross_origin => preflight(request.headers),
        _ => not_found(),
    };
    Answer { cross_origin, ..answer }
}

fn post(host: &Host, headers: Headers, query: &str, body: &[u8]) -> Answer<'static> {
    let content_type = match media_type(headers) {
        Some(JSON_1_0) => JSON_1_0,
        Some(JSON) => JSON,
        _ if body.is_empty() => JSON,
        _ => return not_found(),
    };
    // Where the header is repeated, the last one counts.
    let accepted = headers.all("accept-encoding").next_back();
    let encoding = accepted.and_then(|value| Encoding::accepted(headers::text(value)?));
    let answer = decoded(headers, body).and_then(|body| dispatch(host, headers, query, &body));
    let (status, body) = match answer {
        Ok(body) => (StatusCode::OK, body),
        Err(error) => {
            let status =
                StatusCode::from_u16(error.kind.status()).expect("every exception has a valid HTTP status");
            (status, error.to_json())
        }
    };
    send(status, Some(content_type), encoding, body)
}

/// The body without its encoding. One that cannot be read is the service's own fault, as it says itself.
fn decoded<'a>(headers: Headers, body: &'a [u8]) -> Result<Cow<'a, [u8]>, ApiError> {
    let Some(value) = headers.get("content-encoding") else { return Ok(body.into()) };
    let name = headers::text(value).unwrap_or("?").trim();
    if name.is_empty() || name.eq_ignore_ascii_case("identity") {
        return Ok(body.into());
    }
    encoding::decoded(name, body).map(Cow::from).ok_or_else(internal_failure)
}

fn dispatch(host: &Host, headers: Headers, query: &str, body: &[u8]) -> Result<Vec<u8>, ApiError> {
    let first = |error: ApiError| malformed(body).unwrap_or(error);
    let operation = operation(headers).ok_or_else(|| first(unknown_operation()))?;
    let claim = Claim::new(headers, query);
    if !host.allows_unsigned() {
        claim.check(wall_clock_ms()).map_err(first)?;
    }
    let region = claim.region();
    host.execute(region.as_deref().unwrap_or(host.region()), operation, body)
}

/// The name behind the dot of `X-Amz-Target`, where it is an operation of the service before the dot. The
/// inspector's operations have a dot of their own and are not served here.
fn operation<'a>(headers: Headers<'a>) -> Option<&'a str> {
    let (service, operation) = headers.text("x-amz-target")?.split_once('.')?;
    let streams = match service {
        "DynamoDB_20120810" => false,
        "DynamoDBStreams_20120810" => true,
        _ => return None,
    };
    let plain = !operation.is_empty() && operation.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let known = plain && engine::operation::find(operation).is_some();
    (known && streams == STREAM_OPERATIONS.contains(&operation)).then_some(operation)
}

/// The service parses a body before it looks at the target: an unreadable one is reported first.
fn malformed(body: &[u8]) -> Option<ApiError> {
    let unreadable = !body.is_empty() && serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err();
    unreadable.then(serialization::malformed)
}

fn media_type<'a>(headers: Headers<'a>) -> Option<&'a str> {
    headers.text("content-type")?.split(';').next().map(str::trim)
}

fn not_found() -> Answer<'static> {
    send(StatusCode::NOT_FOUND, None, None, b"<UnknownOperationException/>\n".to_vec())
}

/// An answer with no more than a status.
fn plain(status: StatusCode, body: Option<Vec<u8>>) -> Answer<'static> {
    let (content_type, encoding, checksum, preflight) = (None, None, None, None);
    Answer { status, body, content_type, encoding, checksum, preflight, cross_origin: false }
}

fn preflight(headers: Headers) -> Answer {
    let preflight = Some([
        ("access-control-allow-headers", headers.get("access-control-request-headers")),
        ("access-control-allow-methods", headers.get("access-control-request-method")),
    ]);
    Answer { preflight, ..plain(StatusCode::OK, Some(Vec::new())) }
}

/// The checksum is of the body as it is sent: of the compressed one, where it is compressed.
fn send(
    status: StatusCode,
    content_type: Option<&'static str>,
    encoding: Option<Encoding>,
    mut body: Vec<u8>,
) -> Answer<'static> {
    let encoding = encoding.filter(|_| body.len() >= encoding::COMPRESSED_FROM_BYTES);
    if let Some(encoding) = encoding {
        body = encoding.encode(&body);
    }
    let checksum = Some(crc32fast::hash(&body));
    Answer { content_type, encoding, checksum, ..plain(status, Some(body)) }
}

/// 52 digits and capitals, as the service's are; here the number of the request, stirred.
fn request_id() -> [u8; 52] {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let mut id = [0; 52];
    // Thirteen digits hold the 64 bits of a word.
    for (word, digits) in (number * 4..).zip(id.chunks_exact_mut(13)) {
        let mut rest = stirred(word);
        for digit in digits {
            *digit = DIGITS[(rest % 32) as usize];
            rest /= 32;
        }
    }
    id
}

/// [SplitMix64](https://doi.org/10.1145/2714064.2660195): one to one, so no two requests share an id.
fn stirred(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_operation_of_the_named_service_is_taken() {
        let read = |target: &str| {
            let received = format!("X-Amz-Target{target}");
            let places = [(0..12, 12..received.len())];
            operation(Headers::new(received.as_bytes(), &places)).map(str::to_owned)
        };
        assert_eq!(read("DynamoDB_20120810.PutItem").as_deref(), Some("PutItem"));
        assert_eq!(read("DynamoDBStreams_20120810.GetRecords").as_deref(), Some("GetRecords"));
        for refused in [
            "",
            "PutItem",
            "DynamoDB_20120810.",
            "DynamoDB_20111205.PutItem",
            "DynamoDB_20120810.ListTable",
            "DynamoDB_20120810.GetRecords",
            "DynamoDBStreams_20120810.PutItem",
            "DynamoDB_20120810.Dynascope.Partitions",
            "Dynascope.Partitions",
        ] {
            assert_eq!(read(refused), None, "{refused}");
        }
    }
}
