//! Requests that are not signed, or signed badly, by hand: the answers that dynalite's tests recorded of the service.

use crate::wire::{Answer, Client, JSON, now, send, target};
use endpoint::Options;

fn once(path: &str, headers: &str) -> Answer {
    let mut client = Client::new(Options::default());
    send(&mut client.stream, "POST", path, &format!("{}{headers}", target("ListTables")), "")
}

fn assert_refused(answer: &Answer, name: &str, message: &str) {
    assert_eq!(answer.status, 400);
    let expected =
        serde_json::json!({"__type": format!("com.amazon.coral.service#{name}"), "message": message});
    assert_eq!(answer.json(), expected);
}

#[test]
fn a_request_without_a_signature_is_told_so() {
    for (path, headers) in [
        ("/", ""),
        ("/", "Authorization: AWS4\r\n"),
        ("/?X-Amz-Algorith", "Authorization: X\r\n"),
        ("/?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d", ""),
    ] {
        let answer = once(path, headers);
        let message = "Request is missing Authentication Token";
        assert_refused(&answer, "MissingAuthenticationTokenException", message);
        // The checksum that the service was observed to send with this body.
        assert_eq!(answer.headers["x-amz-crc32"], "2088342776");
    }
}

#[test]
fn two_signatures_are_one_too_many() {
    let answer = once("/?X-Amz-Algorithm", "Authorization: X\r\n");
    let message = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";
    assert_refused(&answer, "InvalidSignatureException", message);
    assert_eq!(answer.headers["x-amz-crc32"], "2139606068");
}

#[test]
fn a_header_that_lacks_a_part_is_told_all_that_it_lacks() {
    let signed_headers = "Authorization header requires 'SignedHeaders' parameter. Authorization=";
    let all = "Authorization header requires 'Credential' parameter. \
               Authorization header requires 'Signature' parameter. \
               Authorization header requires 'SignedHeaders' parameter. \
               Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=";
    for (authorization, date, message, crc32) in [
        ("AWS4-", "", all, "1828866742"),
        ("AWS4- Signature=b Credential=a", "Date: a\r\n", signed_headers, "15336762"),
        ("AWS4- Signature=b,Credential=a", "Date: a\r\n", signed_headers, "1159703774"),
        ("AWS4- Signature=b, Credential=a", "Date: a\r\n", signed_headers, "164353342"),
    ] {
        let answer = once("/", &format!("Authorization: {authorization}\r\n{date}"));
        assert_refused(&answer, "IncompleteSignatureException", &format!("{message}{authorization}"));
        assert_eq!(answer.headers["x-amz-crc32"], crc32);
    }
}

#[test]
fn a_query_that_lacks_a_part_is_told_all_that_it_lacks() {
    let lacks = |names: &[&str]| {
        let parts: Vec<String> = names
            .iter()
            .map(|name| format!("AWS query-string parameters must include 'X-Amz-{name}'. "))
            .collect();
        format!("{}Re-examine the query-string parameters.", parts.concat())
    };
    for (path, missing, crc32) in [
        (
            "/?X-Amz-Algorithm",
            &["Algorithm", "Credential", "Signature", "SignedHeaders", "Date"][..],
            "2900502663",
        ),
        (
            "/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d",
            &["SignedHeaders"],
            "3712057481",
        ),
    ] {
        let answer = once(path, "");
        assert_refused(&answer, "IncompleteSignatureException", &lacks(missing));
        assert_eq!(answer.headers["x-amz-crc32"], crc32);
    }
}

#[test]
fn a_presigned_request_is_answered_in_its_region() {
    let date = now();
    let scope = format!("any%2F{}%2Feu-west-1%2Fdynamodb%2Faws4_request", &date[..8]);
    let path = format!(
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}&X-Amz-Date={date}&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
    );
    let mut client = Client::new(Options::default());
    let table = r#"{"TableName":"Users","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;
    let headers = format!("{}{}", JSON, target("CreateTable"));
    let answer = send(&mut client.stream, "POST", &path, &headers, table);
    assert_eq!(
        answer.json()["TableDescription"]["TableArn"],
        "arn:aws:dynamodb:eu-west-1:123456789012:table/Users"
    );
}

#[test]
fn a_signature_of_long_ago_has_expired() {
    let headers = "X-Amz-Date: 20170101T010101Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=any/2/3/4/aws4_request SignedHeaders=x-amz-date;host Signature=123\r\n";
    let answer = once("/", headers).json();
    assert_eq!(answer["__type"], "com.amazon.coral.service#InvalidSignatureException");
    let message = answer["message"].as_str().unwrap();
    assert!(message.starts_with("Signature expired: 20170101T010101Z is now earlier than 20"), "{message}");
}

#[test]
fn an_endpoint_that_is_told_so_answers_unsigned_requests() {
    let mut client = Client::new(Options { allow_unsigned: true, ..Options::default() });
    for signature in ["", "Authorization: AWS4-\r\n"] {
        let headers = format!("{}{}{signature}", JSON, target("ListTables"));
        let answer = send(&mut client.stream, "POST", "/", &headers, "{}");
        assert_eq!((answer.status, answer.text()), (200, r#"{"TableNames":[]}"#));
    }
}
