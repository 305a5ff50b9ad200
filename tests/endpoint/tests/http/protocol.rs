//! The protocol around the operations: what a client sees that speaks bad HTTP, or good HTTP by hand.

use crate::wire::{Answer, Client, JSON, call, read, send, signed, target};
use endpoint::Options;
use std::io::Write;
use std::net::TcpStream;

fn client() -> Client {
    Client::new(Options::default())
}

fn once(method: &str, headers: &str, body: &str) -> Answer {
    send(&mut client().stream, method, "/", headers, body)
}

#[test]
fn an_answer_has_the_services_headers_and_the_connection_stays_open() {
    let mut client = client();
    let first = client.call("ListTables", "", "{}");
    let second = client.call("ListTables", "", "{}");
    assert_eq!((first.status, first.text()), (200, r#"{"TableNames":[]}"#));
    assert_eq!(first.headers["content-type"], "application/x-amz-json-1.0");
    assert_eq!(first.headers["x-amz-crc32"], crc32fast::hash(&first.body).to_string());
    assert_eq!(first.headers["server"], "Server");
    assert_eq!(first.headers["connection"], "keep-alive");
    assert!(first.headers.contains_key("date"));
    let id = &first.headers["x-amzn-requestid"];
    assert_eq!(id.len(), 52);
    assert!(id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()), "{id}");
    assert_ne!(id, &second.headers["x-amzn-requestid"]);
}

#[test]
fn a_connection_is_closed_when_the_client_asks_for_it() {
    let mut client = client();
    let answer = client.call("ListTables", "Connection: close\r\n", "{}");
    assert_eq!(answer.headers["connection"], "close");
}

#[test]
fn an_exception_has_its_type_its_message_and_its_status() {
    let answer = client().call("DescribeTable", "", r#"{"TableName":"Nowhere"}"#);
    assert_eq!(answer.status, 400);
    assert_eq!(answer.headers["x-amz-crc32"], crc32fast::hash(&answer.body).to_string());
    let expected = serde_json::json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
        "message": "Requested resource not found: Table: Nowhere not found",
    });
    assert_eq!(answer.json(), expected);
}

#[test]
fn a_request_that_names_no_operation_is_unknown_whether_signed_or_not() {
    for signature in ["", &signed("us-east-1")] {
        for target in [
            "",
            "X-Amz-Target: whatever\r\n",
            "X-Amz-Target: DynamoDB_20120810.ListTable\r\n",
            "X-Amz-Target: DynamoDB_20120810.GetRecords\r\n",
            "X-Amz-Target: DynamoDB_20111205.ListTables\r\n",
            "X-Amz-Target: DynamoDB_20120810.Dynascope.ListPartitions\r\n",
        ] {
            let answer = once("POST", &format!("{JSON}{signature}{target}"), "{}");
            assert_eq!(answer.status, 400, "{target}");
            assert_eq!(answer.text(), r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#);
            // The checksum that the service was observed to send with this body.
            assert_eq!(answer.headers["x-amz-crc32"], "1368724161");
        }
    }
}

#[test]
fn the_answers_media_type_is_the_requests() {
    for (sent, body, answered) in [
        ("Content-Type: application/x-amz-json-1.0\r\n", "{}", "application/x-amz-json-1.0"),
        ("Content-Type: application/x-amz-json-1.0;blahblah\r\n", "{}", "application/x-amz-json-1.0"),
        ("Content-Type: application/json\r\n", "{}", "application/json"),
        ("Content-Type:   application/json  ;   charset=utf-8\r\n", "{}", "application/json"),
        ("", "", "application/json"),
    ] {
        let answer = once("POST", sent, body);
        assert_eq!((answer.status, answer.headers["content-type"].as_str()), (400, answered), "{sent}");
    }
}

#[test]
fn a_body_that_is_no_json_object_is_a_serialization_exception() {
    let with_target = format!("{JSON}{}{}", signed("us-east-1"), target("ListTables"));
    for (headers, body) in [
        (JSON, "hi"),
        (&with_target, "hi"),
        (&format!("{JSON}{}", target("ListTables")), "hi"),
        (&with_target, "{\"TableName\": "),
        (&with_target, "[]"),
        (&with_target, "7"),
        (&with_target, "{}}"),
        (&with_target, ""),
    ] {
        let answer = once("POST", headers, body);
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.text(),
            r#"{"__type":"com.amazon.coral.service#SerializationException"}"#,
            "{body}"
        );
        assert_eq!(answer.headers["x-amz-crc32"], "3948637019");
    }
}

#[test]
fn nesting_without_end_is_refused_and_the_next_request_is_answered() {
    let mut client = client();
    for (open, close) in [("{\"\":", "}"), ("[", "]"), ("{\"M\":{\"a\":", "}}")] {
        let nested = format!("{}{{}}{}", open.repeat(200_000), close.repeat(200_000));
        let body = format!(r#"{{"TableName":"T","Item":{{"p":{{"S":"x"}},"a":{nested}}}}}"#);
        let answer = client.call("PutItem", "", &body);
        assert_eq!(answer.status, 400);
        assert!(
            answer.json()["__type"].as_str().unwrap().ends_with("#ValidationException"),
            "{}",
            answer.text()
        );
        // A body that never ends is no JSON at all.
        let answer = client.call("PutItem", "", open.repeat(200_000));
        assert_eq!(answer.status, 400);
    }
    assert_eq!(client.call("ListTables", "", "{}").status, 200);
}

#[test]
fn other_methods_and_other_contents_are_not_found() {
    for (method, headers, body) in [
        ("PUT", JSON, "{}"),
        ("DELETE", "", ""),
        ("OPTIONS", "", ""),
        ("POST", "", "hi"),
        ("POST", "Content-Type: application/x-amz-json-1.1\r\n", "{}"),
        ("POST", "Content-Type: application/jsonasdf\r\n", "{}"),
    ] {
        let answer = once(method, headers, body);
        assert_eq!(
            (answer.status, answer.text()),
            (404, "<UnknownOperationException/>\n"),
            "{method} {headers}"
        );
        // The checksum that the service was observed to send with this body.
        assert_eq!(answer.headers["x-amz-crc32"], "3552371480");
        assert_eq!(answer.headers["content-length"], "29");
    }
}

#[test]
fn a_get_tells_that_the_endpoint_is_healthy_and_a_head_how_long_that_is() {
    let healthy = "healthy: dynamodb.us-east-1.amazonaws.com ";
    let answer = once("GET", "", "");
    assert_eq!((answer.status, answer.text()), (200, healthy));
    assert_eq!(answer.headers["x-amz-crc32"], crc32fast::hash(healthy.as_bytes()).to_string());
    let mut client = client();
    let answer = send(&mut client.stream, "HEAD", "/", "", "");
    assert_eq!((answer.status, answer.headers["content-length"].clone()), (200, healthy.len().to_string()));
    assert_eq!(client.call("ListTables", "", "{}").status, 200);
}

#[test]
fn a_page_of_another_origin_may_call() {
    let headers = "Origin: http://localhost:3000\r\nAccess-Control-Request-Headers: x-amz-target\r\nAccess-Control-Request-Method: POST\r\n";
    let answer = once("OPTIONS", headers, "");
    assert_eq!((answer.status, answer.text()), (200, ""));
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_eq!(answer.headers["access-control-allow-headers"], "x-amz-target");
    assert_eq!(answer.headers["access-control-allow-methods"], "POST");
    assert_eq!(answer.headers["access-control-max-age"], "172800");
    assert_eq!(answer.headers["content-length"], "0");
    let answer = client().call("ListTables", "Origin: http://localhost:3000\r\n", "{}");
    assert_eq!((answer.status, answer.headers["access-control-allow-origin"].as_str()), (200, "*"));
}

#[test]
fn a_body_over_sixteen_megabytes_is_too_large_however_it_is_sent() {
    let length = 16 * 1024 * 1024 + 1;
    let body = vec![b'a'; length];
    for (framing, before, after) in [
        (format!("Content-Length: {length}\r\n"), String::new(), ""),
        ("Transfer-Encoding: chunked\r\n".to_owned(), format!("{length:x}\r\n"), "\r\n0\r\n\r\n"),
    ] {
        let mut client = client();
        write!(client.stream, "POST / HTTP/1.1\r\nHost: localhost\r\n{JSON}{framing}\r\n{before}").unwrap();
        client.stream.write_all(&body).unwrap();
        client.stream.write_all(after.as_bytes()).unwrap();
        let answer = read(&mut client.stream, true);
        assert_eq!((answer.status, answer.headers["transfer-encoding"].as_str()), (413, "chunked"));
    }
    // One byte less is read, and found to be no JSON.
    let answer = once("POST", JSON, std::str::from_utf8(&body[1..]).unwrap());
    assert_eq!(answer.status, 400);
}

#[test]
fn each_region_of_the_credentials_has_tables_of_its_own() {
    let mut client = client();
    let mut call_in = |region: &str, operation: &str, body: &str| {
        let headers = format!("{JSON}{}{}", signed(region), target(operation));
        send(&mut client.stream, "POST", "/", &headers, body)
    };
    let table = r#"{"TableName":"Users","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;
    let created = call_in("eu-west-1", "CreateTable", table).json();
    let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/Users";
    assert_eq!(created["TableDescription"]["TableArn"], arn);
    assert_eq!(call_in("us-east-1", "ListTables", "{}").text(), r#"{"TableNames":[]}"#);
    assert_eq!(call_in("eu-west-1", "ListTables", "{}").text(), r#"{"TableNames":["Users"]}"#);
}

#[test]
fn an_item_collection_may_become_as_large_as_the_options_say() {
    let mut client = Client::new(Options { collection_limit_bytes: 1000, ..Options::default() });
    let table = r#"{"TableName":"Orders","KeySchema":[{"AttributeName":"user","KeyType":"HASH"},{"AttributeName":"id","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"user","AttributeType":"S"},{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"at","AttributeType":"S"}],"LocalSecondaryIndexes":[{"IndexName":"by-at","KeySchema":[{"AttributeName":"user","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],"BillingMode":"PAY_PER_REQUEST"}"#;
    assert_eq!(client.call("CreateTable", "", table).status, 200);
    let note = "n".repeat(600);
    let mut put = |user: &str, id: &str| {
        let item = format!(r#"{{"user":{{"S":"{user}"}},"id":{{"S":"{id}"}},"note":{{"S":"{note}"}}}}"#);
        client.call("PutItem", "", format!(r#"{{"TableName":"Orders","Item":{item}}}"#))
    };
    assert_eq!((put("a", "1").status, put("b", "1").status), (200, 200));
    let refused = put("a", "2");
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("ItemCollectionSizeLimitExceededException"), "{}", refused.text());
}

#[test]
fn a_throttled_request_is_answered_with_400() {
    let mut client = Client::new(Options { throttle: true, ..Options::default() });
    let table = r#"{"TableName":"Users","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}"#;
    assert_eq!(client.call("CreateTable", "", table).status, 200);
    // 301 units, where 300 seconds of one are kept: a debt of minutes.
    let item = format!(
        r#"{{"TableName":"Users","Item":{{"id":{{"S":"1"}},"t":{{"S":"{}"}}}}}}"#,
        "x".repeat(400_000)
    );
    assert_eq!(client.call("PutItem", "", &item).status, 200);
    let refused = client.call("PutItem", "", &item);
    assert_eq!(refused.status, 400);
    let body = refused.json();
    assert_eq!(body["__type"], "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException");
}

#[test]
fn requests_at_once_are_each_answered_and_none_is_lost() {
    let mut client = client();
    let table = r#"{"TableName":"Counters","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;
    assert_eq!(client.call("CreateTable", "", table).status, 200);
    let add = r#"{"TableName":"Counters","Key":{"id":{"S":"c"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}"#;
    let address = client.endpoint.address();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut stream = TcpStream::connect(address).unwrap();
                for _ in 0..50 {
                    assert_eq!(call(&mut stream, "UpdateItem", "", add).status, 200);
                }
            });
        }
    });
    let read = client.call("GetItem", "", r#"{"TableName":"Counters","Key":{"id":{"S":"c"}}}"#).json();
    assert_eq!(read["Item"]["n"]["N"], "400");
}
