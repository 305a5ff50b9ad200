//! Where a request ends: by its length, in chunks, one behind the other, and what is no HTTP.

use crate::wire::{Client, JSON, read, signed, target};
use endpoint::Options;
use std::io::{Read, Write};

fn client() -> Client {
    Client::new(Options::default())
}

fn head(framing: &str) -> String {
    let (signed, target) = (signed("us-east-1"), target("ListTables"));
    format!("POST / HTTP/1.1\r\nHost: localhost\r\n{JSON}{signed}{target}{framing}\r\n")
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let mut client = client();
    client.stream.set_nodelay(true).unwrap();
    for byte in format!("{}{{}}", head("Content-Length: 2\r\n")).bytes() {
        client.stream.write_all(&[byte]).unwrap();
    }
    assert_eq!(read(&mut client.stream, true).status, 200);
}

#[test]
fn requests_may_come_before_the_answers_are_read() {
    let mut client = client();
    let one = format!("{}{{}}", head("Content-Length: 2\r\n"));
    client
        .stream
        .write_all(format!("{one}{}", head("Content-Length: 2\r\nConnection: close\r\n")).as_bytes())
        .unwrap();
    client.stream.write_all(b"{}").unwrap();
    let mut answers = String::new();
    client.stream.read_to_string(&mut answers).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200 OK\r\n").count(), 2, "{answers}");
    assert_eq!(answers.matches(r#"{"TableNames":[]}"#).count(), 2, "{answers}");
    assert!(answers.contains("connection: keep-alive") && answers.contains("connection: close"), "{answers}");
}

#[test]
fn a_body_may_come_in_chunks_with_trailers_behind_them() {
    let mut client = client();
    for _ in 0..2 {
        client.stream.write_all(head("Transfer-Encoding: chunked\r\n").as_bytes()).unwrap();
        client.stream.write_all(b"1\r\n{\r\n1;name=value\r\n}\r\n0\r\nX-Trailer: 1\r\n\r\n").unwrap();
        let answer = read(&mut client.stream, true);
        assert_eq!((answer.status, answer.text()), (200, r#"{"TableNames":[]}"#));
    }
}

#[test]
fn a_client_that_waits_for_it_is_told_to_go_on() {
    let mut client = client();
    client.stream.write_all(head("Expect: 100-continue\r\nContent-Length: 2\r\n").as_bytes()).unwrap();
    let mut told = [0; 25];
    client.stream.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    client.stream.write_all(b"{}").unwrap();
    assert_eq!(read(&mut client.stream, true).status, 200);
}

#[test]
fn an_old_client_s_connection_is_closed_unless_it_asks_otherwise() {
    for (asks, closed) in [("", true), ("Connection: keep-alive\r\n", false)] {
        let mut client = client();
        let head = head(&format!("Content-Length: 2\r\n{asks}")).replace("HTTP/1.1", "HTTP/1.0");
        client.stream.write_all(format!("{head}{{}}").as_bytes()).unwrap();
        let answer = read(&mut client.stream, true);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["connection"] == "close", closed, "{asks}");
    }
}

#[test]
fn what_is_no_http_is_a_bad_request_and_closes() {
    for bad in [
        "nonsense\r\n\r\n",
        &head("Content-Length: x\r\n"),
        &head("Content-Length: 1\r\nContent-Length: 2\r\n"),
    ] {
        let mut client = client();
        client.stream.write_all(bad.as_bytes()).unwrap();
        let mut answer = String::new();
        client.stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{bad}: {answer}");
    }
}

#[test]
fn a_dropped_endpoint_closes_its_connections_and_frees_its_port() {
    let Client { endpoint, mut stream } = client();
    let address = endpoint.address();
    drop(endpoint);
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
    let again = Options { port: address.port(), ..Options::default() };
    assert!(endpoint::Endpoint::start(&again).is_ok(), "the port is free again");
}
