//! The protocol around the operations: what a client sees that speaks bad HTTP, or good HTTP by hand.

use endpoint::{Endpoint, Options};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

const AUTHORIZATION: &str = "Authorization: AWS4-HMAC-SHA256 Credential=any/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0\r\n";
const JSON: &str = "Content-Type: application/x-amz-json-1.0\r\n";

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

fn start() -> Endpoint {
    Endpoint::start(&Options { port: 0, ..Options::default() })
        .expect("a free port on the loopback interface")
}

/// Sends one request over a connection that stays open, and reads its answer.
fn send(stream: &mut TcpStream, method: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    write!(
        stream,
        "{method} / HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
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
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Answer { status, headers, body: String::from_utf8(body).unwrap() }
}

fn once(method: &str, headers: &str, body: &str) -> Answer {
    let endpoint = start();
    let mut stream = TcpStream::connect(endpoint.address()).unwrap();
    send(&mut stream, method, headers, body)
}

fn call(stream: &mut TcpStream, operation: &str, body: &str) -> Answer {
    let target = format!("X-Amz-Target: DynamoDB_20120810.{operation}\r\n");
    send(stream, "POST", &format!("{JSON}{AUTHORIZATION}{target}"), body)
}

fn json(answer: &Answer) -> serde_json::Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

#[test]
fn an_answer_has_the_services_headers_and_the_connection_stays_open() {
    let endpoint = start();
    let mut stream = TcpStream::connect(endpoint.address()).unwrap();
    let first = call(&mut stream, "ListTables", "{}");
    let second = call(&mut stream, "ListTables", "{}");
    assert_eq!((first.status, first.body.as_str()), (200, r#"{"TableNames":[]}"#));
    assert_eq!(first.headers["content-type"], "application/x-amz-json-1.0");
    assert_eq!(first.headers["x-amz-crc32"], crc32fast::hash(first.body.as_bytes()).to_string());
    assert_eq!(first.headers["server"], "Server");
    let id = &first.headers["x-amzn-requestid"];
    assert_eq!(id.len(), 52);
    assert!(id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()), "{id}");
    assert_ne!(id, &second.headers["x-amzn-requestid"]);
}

#[test]
fn an_exception_has_its_type_its_message_and_its_status() {
    let endpoint = start();
    let mut stream = TcpStream::connect(endpoint.address()).unwrap();
    let answer = call(&mut stream, "DescribeTable", r#"{"TableName":"Nowhere"}"#);
    assert_eq!(answer.status, 400);
    assert_eq!(answer.headers["x-amz-crc32"], crc32fast::hash(answer.body.as_bytes()).to_string());
    let expected = serde_json::json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
        "message": "Requested resource not found: Table: Nowhere not found",
    });
    assert_eq!(json(&answer), expected);
}

#[test]
fn a_request_that_names_no_operation_is_unknown() {
    for target in [
        "",
        "X-Amz-Target: whatever\r\n",
        "X-Amz-Target: DynamoDB_20120810.ListTable\r\n",
        "X-Amz-Target: DynamoDB_20120810.GetRecords\r\n",
        "X-Amz-Target: DynamoDB_20120810.Dynascope.Partitions\r\n",
    ] {
        let answer = once("POST", &format!("{JSON}{AUTHORIZATION}{target}"), "{}");
        assert_eq!(answer.status, 400, "{target}");
        assert_eq!(json(&answer)["__type"], "com.amazon.coral.service#UnknownOperationException", "{target}");
    }
}

#[test]
fn a_request_without_credentials_is_told_so() {
    let answer = once("POST", &format!("{JSON}X-Amz-Target: DynamoDB_20120810.ListTables\r\n"), "{}");
    assert_eq!(answer.status, 400);
    let expected = serde_json::json!({
        "__type": "com.amazon.coral.service#MissingAuthenticationTokenException",
        "message": "Request is missing Authentication Token",
    });
    assert_eq!(json(&answer), expected);
}

#[test]
fn a_body_that_is_not_json_is_a_serialization_exception() {
    for headers in
        [JSON.to_owned(), format!("{JSON}{AUTHORIZATION}X-Amz-Target: DynamoDB_20120810.ListTables\r\n")]
    {
        let answer = once("POST", &headers, "hi");
        assert_eq!(answer.status, 400);
        assert_eq!(json(&answer)["__type"], "com.amazon.coral.service#SerializationException");
    }
}

#[test]
fn other_methods_and_other_contents_are_not_found() {
    for (method, headers, body) in [
        ("PUT", JSON, "{}"),
        ("DELETE", "", ""),
        ("OPTIONS", "", ""),
        ("POST", "", "hi"),
        ("POST", "Content-Type: application/x-amz-json-1.1\r\n", "{}"),
    ] {
        let answer = once(method, headers, body);
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (404, "<UnknownOperationException/>\n"),
            "{method} {headers}"
        );
        // The checksum that the service was observed to send with this body.
        assert_eq!(answer.headers["x-amz-crc32"], "3552371480");
    }
}

#[test]
fn a_get_tells_that_the_endpoint_is_healthy() {
    let answer = once("GET", "", "");
    assert_eq!((answer.status, answer.body.as_str()), (200, "healthy: dynamodb.us-east-1.amazonaws.com "));
}

#[test]
fn a_page_of_another_origin_may_call() {
    let headers = "Origin: http://localhost:3000\r\nAccess-Control-Request-Headers: x-amz-target\r\nAccess-Control-Request-Method: POST\r\n";
    let answer = once("OPTIONS", headers, "");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_eq!(answer.headers["access-control-allow-headers"], "x-amz-target");
    assert_eq!(answer.headers["access-control-allow-methods"], "POST");
}

#[test]
fn a_body_over_sixteen_megabytes_is_too_large() {
    let endpoint = start();
    let mut stream = TcpStream::connect(endpoint.address()).unwrap();
    let length = 16 * 1024 * 1024 + 1;
    write!(stream, "POST / HTTP/1.1\r\nHost: localhost\r\n{JSON}Content-Length: {length}\r\n\r\n").unwrap();
    stream.write_all(&vec![b'a'; length]).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[test]
fn each_region_of_the_credentials_has_tables_of_its_own() {
    let endpoint = start();
    let mut stream = TcpStream::connect(endpoint.address()).unwrap();
    let mut call_in = |region: &str, operation: &str, body: &str| {
        let authorization = AUTHORIZATION.replace("us-east-1", region);
        let target = format!("X-Amz-Target: DynamoDB_20120810.{operation}\r\n");
        send(&mut stream, "POST", &format!("{JSON}{authorization}{target}"), body)
    };
    let table = r#"{"TableName":"Users","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;
    let created = json(&call_in("eu-west-1", "CreateTable", table));
    let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/Users";
    assert_eq!(created["TableDescription"]["TableArn"], arn);
    assert_eq!(call_in("us-east-1", "ListTables", "{}").body, r#"{"TableNames":[]}"#);
    assert_eq!(call_in("eu-west-1", "ListTables", "{}").body, r#"{"TableNames":["Users"]}"#);
}

#[test]
fn requests_at_once_are_each_answered_and_none_is_lost() {
    let endpoint = start();
    let mut stream = TcpStream::connect(endpoint.address()).unwrap();
    let table = r#"{"TableName":"Counters","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;
    assert_eq!(call(&mut stream, "CreateTable", table).status, 200);
    let add = r#"{"TableName":"Counters","Key":{"id":{"S":"c"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}"#;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut stream = TcpStream::connect(endpoint.address()).unwrap();
                for _ in 0..50 {
                    assert_eq!(call(&mut stream, "UpdateItem", add).status, 200);
                }
            });
        }
    });
    let read = json(&call(&mut stream, "GetItem", r#"{"TableName":"Counters","Key":{"id":{"S":"c"}}}"#));
    assert_eq!(read["Item"]["n"]["N"], "400");
}
