//! DynamoDB's HTTP protocol: which requests reach the engine, and the headers of every answer.
//!
//! Owns methods, targets, media types and the order of the checks before the engine; `encoding` and
//! `authorization` own theirs. The answers to malformed HTTP (no target, wrong content type, no Authorization header, other
//! methods) are those that the service was observed to give, as published by the test suites of
//! [dynalite](https://github.com/architect/dynalite) and [Alternator](https://github.com/scylladb/scylladb); the rest follows
//! [the low-level API](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html).

use crate::authorization::Claim;
use crate::encoding::{self, Encoding};
use crate::host::{Host, wall_clock_ms};
use bytes::{Bytes, BytesMut};
use engine::error::{ApiError, internal_failure, serialization, unknown_operation};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, Version};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The largest body of a request, in bytes, as it is sent.
const BODY_BYTES: usize = 16 * 1024 * 1024;
/// The media type of DynamoDB's own protocol.
const JSON_1_0: &str = "application/x-amz-json-1.0";
/// What the service also takes, and answers with where a request names no type.
const JSON: &str = "application/json";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// The operations of the streams service; all others are the database's.
const STREAM_OPERATIONS: [&str; 4] = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];

/// Answers one HTTP request; an error is a client that went away in the middle of its body.
pub async fn answer(host: Arc<Host>, request: Request<Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
    let (asked, body) = request.into_parts();
    let cross_origin = asked.headers.contains_key(header::ORIGIN);
    let mut answer = match asked.method {
        Method::POST => match read(body).await? {
            Some(body) => post(&host, &asked.headers, asked.uri.query().unwrap_or(""), &body),
            None => too_large(),
        },
        Method::GET | Method::HEAD => {
            let text = format!("healthy: dynamodb.{}.amazonaws.com ", host.region());
            send(StatusCode::OK, None, None, text.into_bytes())
        }
        Method::OPTIONS if cross_origin => preflight(&asked.headers),
        _ => not_found(),
    };
    let keep = if keeps_alive(asked.version, &asked.headers) { "keep-alive" } else { "close" };
    let headers = answer.headers_mut();
    headers.insert(header::SERVER, HeaderValue::from_static("Server"));
    headers.insert(REQUEST_ID, request_id());
    headers.insert(header::CONNECTION, HeaderValue::from_static(keep));
    if cross_origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    Ok(answer)
}

/// The whole body; none where it is too large. Such a body is still read to its end, since a client that has
/// not sent all of it does not look for an answer.
async fn read(mut body: Incoming) -> hyper::Result<Option<Bytes>> {
    let mut whole = Bytes::new();
    let mut parts = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        length += data.len();
        // A small body comes in one piece, which is not copied.
        if length == data.len() && body.is_end_stream() {
            whole = data;
        } else if length <= BODY_BYTES {
            parts.extend_from_slice(&data);
        } else {
            parts = BytesMut::new();
        }
    }
    let body = if parts.is_empty() { whole } else { parts.freeze() };
    Ok((length <= BODY_BYTES).then_some(body))
}

/// Whether another request may follow on the connection.
fn keeps_alive(version: Version, headers: &HeaderMap) -> bool {
    let says = |word: &str| {
        let values = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    if version == Version::HTTP_10 { says("keep-alive") } else { !says("close") }
}

fn post(host: &Host, headers: &HeaderMap, query: &str, body: &[u8]) -> Response<Full<Bytes>> {
    let content_type = match media_type(headers) {
        Some(JSON_1_0) => JSON_1_0,
        Some(JSON) => JSON,
        _ if body.is_empty() => JSON,
        _ => return not_found(),
    };
    // Where the header is repeated, the last one counts.
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().next_back();
    let encoding = accepted.and_then(|value| Encoding::accepted(value.to_str().ok()?));
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
fn decoded<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Cow<'a, [u8]>, ApiError> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else { return Ok(body.into()) };
    let name = value.to_str().unwrap_or("?").trim();
    if name.is_empty() || name.eq_ignore_ascii_case("identity") {
        return Ok(body.into());
    }
    encoding::decoded(name, body).map(Cow::from).ok_or_else(internal_failure)
}

fn dispatch(host: &Host, headers: &HeaderMap, query: &str, body: &[u8]) -> Result<Vec<u8>, ApiError> {
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
fn operation(headers: &HeaderMap) -> Option<&str> {
    let (service, operation) = headers.get(TARGET)?.to_str().ok()?.split_once('.')?;
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

fn media_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';').next().map(str::trim)
}

fn not_found() -> Response<Full<Bytes>> {
    send(StatusCode::NOT_FOUND, None, None, b"<UnknownOperationException/>\n".to_vec())
}

/// The service answers this one with no length.
fn too_large() -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    answer.headers_mut().insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    answer
}

fn preflight(headers: &HeaderMap) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::default());
    for (asked, allowed) in [
        (header::ACCESS_CONTROL_REQUEST_HEADERS, header::ACCESS_CONTROL_ALLOW_HEADERS),
        (header::ACCESS_CONTROL_REQUEST_METHOD, header::ACCESS_CONTROL_ALLOW_METHODS),
    ] {
        if let Some(value) = headers.get(asked) {
            answer.headers_mut().insert(allowed, value.clone());
        }
    }
    answer.headers_mut().insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("172800"));
    answer
}

/// The checksum is of the body as it is sent: of the compressed one, where it is compressed.
fn send(
    status: StatusCode,
    content_type: Option<&'static str>,
    encoding: Option<Encoding>,
    mut body: Vec<u8>,
) -> Response<Full<Bytes>> {
    let mut headers = HeaderMap::with_capacity(8);
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if let Some(encoding) = encoding.filter(|_| body.len() >= encoding::COMPRESSED_FROM_BYTES) {
        body = encoding.encode(&body);
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    headers.insert(CRC32, HeaderValue::from(crc32fast::hash(&body)));
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    answer
}

/// 52 digits and capitals, as the service's are; here the number of the request, stirred.
fn request_id() -> HeaderValue {
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
    HeaderValue::from_bytes(&id).expect("digits and capitals are visible")
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
        let read = |target: &'static str| {
            operation(&[(TARGET, HeaderValue::from_static(target))].into_iter().collect()).map(str::to_owned)
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
