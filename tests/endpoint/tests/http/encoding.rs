//! Compressed requests and answers, by hand.

use crate::wire::{Answer, Client};
use endpoint::Options;
use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::{Read, Write};

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn deflate(text: &str) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// An endpoint with a table and one item, whose `x` is that long.
fn with_item(length: usize) -> Client {
    let mut client = Client::new(Options::default());
    let table = r#"{"TableName":"Things","KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;
    assert_eq!(client.call("CreateTable", "", table).status, 200);
    assert_eq!(client.call("PutItem", "", put("1", length)).status, 200);
    client
}

fn put(p: &str, length: usize) -> String {
    let x = "x".repeat(length);
    format!(r#"{{"TableName":"Things","Item":{{"p":{{"S":"{p}"}},"x":{{"S":"{x}"}}}}}}"#)
}

fn get(client: &mut Client, p: &str, headers: &str) -> Answer {
    client.call("GetItem", headers, format!(r#"{{"TableName":"Things","Key":{{"p":{{"S":"{p}"}}}}}}"#))
}

#[test]
fn a_large_answer_is_compressed_for_who_takes_it_and_the_checksum_is_of_what_is_sent() {
    let mut client = with_item(4096);
    let plain = get(&mut client, "1", "");
    assert!(!plain.headers.contains_key("content-encoding"));
    for (accepted, encoding) in [("gzip, deflate", "gzip"), ("br, deflate", "deflate")] {
        let answer = get(&mut client, "1", &format!("Accept-Encoding: {accepted}\r\n"));
        assert_eq!(answer.headers["content-encoding"], encoding);
        assert_eq!(answer.headers["x-amz-crc32"], crc32fast::hash(&answer.body).to_string());
        assert!(answer.body.len() * 30 < plain.body.len());
        let mut body = Vec::new();
        match encoding {
            "gzip" => GzDecoder::new(&answer.body[..]).read_to_end(&mut body).unwrap(),
            _ => ZlibDecoder::new(&answer.body[..]).read_to_end(&mut body).unwrap(),
        };
        assert_eq!(body, plain.body);
    }
    let repeated = get(&mut client, "1", "Accept-Encoding: gzip\r\nAccept-Encoding: identity\r\n");
    assert_eq!(repeated.body, plain.body);
}

#[test]
fn a_small_answer_is_sent_as_it_is() {
    let mut client = with_item(4000);
    let answer = get(&mut client, "1", "Accept-Encoding: gzip\r\n");
    assert!(!answer.headers.contains_key("content-encoding"));
    assert_eq!(answer.json()["Item"]["p"]["S"], "1");
}

#[test]
fn a_request_may_be_compressed() {
    let mut client = with_item(1);
    let put = put("2", 100_000);
    let (start, end) = put.split_at(10);
    for (encoding, body) in [
        ("gzip", gzip(&put)),
        ("GZIP", gzip(&put)),
        ("gzip", [gzip(start), gzip(end)].concat()),
        ("gzip", [&gzip(&put)[..], b"junk"].concat()),
        ("deflate", deflate(&put)),
        ("identity", put.clone().into_bytes()),
    ] {
        let answer = client.call("PutItem", &format!("Content-Encoding: {encoding}\r\n"), &body);
        assert_eq!((answer.status, answer.text()), (200, "{}"), "{encoding}");
        let item = get(&mut client, "2", "").json();
        assert_eq!(item["Item"]["x"]["S"].as_str().map(str::len), Some(100_000));
        client.call("DeleteItem", "", r#"{"TableName":"Things","Key":{"p":{"S":"2"}}}"#);
    }
}

#[test]
fn a_request_that_cannot_be_unpacked_is_an_error_of_the_services_own() {
    let mut client = with_item(1);
    let put = put("2", 10);
    let whole = gzip(&put);
    for (encoding, body) in [
        ("garbage", put.as_bytes()),
        ("gzip", put.as_bytes()),
        ("gzip", &whole[..whole.len() - 1]),
        ("gzip", b""),
        ("deflate", put.as_bytes()),
    ] {
        let answer = client.call("PutItem", &format!("Content-Encoding: {encoding}\r\n"), body);
        assert_eq!(answer.status, 500, "{encoding}");
        assert_eq!(answer.json()["__type"], "com.amazonaws.dynamodb.v20120810#InternalServerError");
    }
    assert_eq!(get(&mut client, "2", "").text(), "{}");
}
