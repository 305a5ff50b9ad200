//! What an operation costs a server, as CPU time through HTTP: ours, and the peers' in the same run.
//!
//! The same client sends the same requests over eight connections to each in turn; what is read is the CPU time of the server's
//! process, so neither the client nor the rest of the machine counts. Every answer is looked at.

mod client;
mod server;

use crate::measure::Figure;
use crate::requests::table;
use client::{Connection, find, request};
use serde_json::{Value, json};
use server::Server;
use std::collections::BTreeMap;
use std::time::Duration;

const CONNECTIONS: u64 = 8;
/// Each connection has users of its own, so that no two requests conflict.
const USERS: u64 = 25;
const ORDERS: u64 = 20;
/// A measurement goes on until the server has worked for so long.
const ENOUGH: Duration = Duration::from_millis(1500);
/// The same before it is measured: a Java program compiles itself as it goes.
const WARM: Duration = Duration::from_millis(1500);

/// An operation: its name in a figure and in a request, what it asks for (of a connection, the how-manieth), and what
/// an answer says.
struct Operation {
    figure: &'static str,
    name: &'static str,
    body: fn(u64, u64) -> Value,
    answer: &'static str,
}

const OPERATIONS: [Operation; 6] = [
    Operation { figure: "put_item", name: "PutItem", body: put, answer: "{}" },
    Operation { figure: "get_item", name: "GetItem", body: get, answer: "\"note\"" },
    Operation { figure: "query_20", name: "Query", body: query, answer: "\"Count\":20" },
    Operation { figure: "update_item", name: "UpdateItem", body: update, answer: "{}" },
    Operation { figure: "transact_write_2", name: "TransactWriteItems", body: transact, answer: "{}" },
    Operation {
        figure: "batch_write_25",
        name: "BatchWriteItem",
        body: batch,
        answer: "\"UnprocessedItems\":{}",
    },
];

/// Measures all of them.
pub fn run() -> Result<Vec<Figure>, String> {
    let servers = server::start_all()?;
    for server in &servers {
        fill(server).map_err(|e| format!("{}: {e}", server.name))?;
    }
    let mut figures = Vec::new();
    let mut least: BTreeMap<&str, f64> = BTreeMap::new();
    for operation in &OPERATIONS {
        let mut ours = f64::NAN;
        for server in &servers {
            let micros =
                cost(server, operation).map_err(|e| format!("{}, {}: {e}", server.name, operation.name))?;
            let name = format!("http.{}.{}", operation.figure, server.name);
            figures.push(Figure::new(name, micros, "us_cpu"));
            if server.name == "dynascope" {
                ours = micros;
                continue;
            }
            let ratio = micros / ours;
            figures.push(Figure::new(format!("http.{}.vs_{}", operation.figure, server.name), ratio, "x"));
            least.entry(server.name).and_modify(|least| *least = least.min(ratio)).or_insert(ratio);
        }
    }
    figures.extend(least.iter().map(|(name, ratio)| Figure::new(format!("http_vs_{name}"), *ratio, "x")));
    Ok(figures)
}

/// Creates the table and puts all items.
fn fill(server: &Server) -> Result<(), String> {
    let mut connection = Connection::open(server.port)?;
    let create = request(server.port, "CreateTable", &table().to_string());
    let (status, body) = connection.send(&create)?;
    if status != 200 {
        return Err(format!("CreateTable was refused: {}", String::from_utf8_lossy(&body)));
    }
    let batches = USERS * ORDERS / 25;
    run_all(server, &OPERATIONS[5], batches)
}

/// Microseconds of CPU time for one operation.
fn cost(server: &Server, operation: &Operation) -> Result<f64, String> {
    let until = |enough: Duration| -> Result<f64, String> {
        let start = server.cpu()?;
        let (mut count, mut round) = (0, 100);
        loop {
            run_all(server, operation, round)?;
            count += round * CONNECTIONS;
            let used = server.cpu()? - start;
            if used >= enough {
                return Ok(used.as_micros() as f64 / count as f64);
            }
            round = (round * 2).min(2_000);
        }
    };
    until(WARM)?;
    until(ENOUGH)
}

/// Sends `count` requests on each of the connections, at once.
fn run_all(server: &Server, operation: &Operation, count: u64) -> Result<(), String> {
    let one = |connection: u64| -> Result<(), String> {
        let mut stream = Connection::open(server.port)?;
        // As many different requests as there are items.
        let requests: Vec<Vec<u8>> = (0..count.min(USERS * ORDERS))
            .map(|n| request(server.port, operation.name, &(operation.body)(connection, n).to_string()))
            .collect();
        for request in requests.iter().cycle().take(count as usize) {
            let (status, body) = stream.send(request)?;
            if status != 200 || find(&body, operation.answer.as_bytes()).is_none() {
                return Err(format!("answered {status} {}", String::from_utf8_lossy(&body)));
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|n| scope.spawn(move || one(n))).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| "a client panicked".to_string())?)
    })
}

fn user(connection: u64, n: u64) -> Value {
    json!({"S": format!("user-{connection}-{:05}", n / ORDERS % USERS)})
}

fn key(connection: u64, n: u64) -> Value {
    json!({"user_id": user(connection, n), "order_id": {"S": format!("2026-11-20#{:06}", n % ORDERS)}})
}

fn item(connection: u64, n: u64) -> Value {
    let mut item = key(connection, n);
    item["status"] = json!({"S": "pending"});
    item["total"] = json!({"N": format!("{}.25", 10 + n % 1000)});
    item["note"] = json!({"S": "leave it with the neighbours ".repeat(6)});
    item["address"] = json!({"M": {"city": {"S": "Lisbon"}, "zip": {"S": "1000-001"}}});
    item["tags"] = json!({"SS": ["fragile", "gift"]});
    item["paid"] = json!({"BOOL": true});
    item
}

fn put(connection: u64, n: u64) -> Value {
    json!({"TableName": "Orders", "Item": item(connection, n)})
}

fn get(connection: u64, n: u64) -> Value {
    json!({"TableName": "Orders", "Key": key(connection, n)})
}

fn query(connection: u64, n: u64) -> Value {
    json!({
        "TableName": "Orders",
        "KeyConditionExpression": "user_id = :u",
        "ExpressionAttributeValues": {":u": user(connection, n * ORDERS)},
        "Limit": 20,
    })
}

fn update(connection: u64, n: u64) -> Value {
    json!({
        "TableName": "Orders",
        "Key": key(connection, n),
        "UpdateExpression": "SET #s = :s, visits = if_not_exists(visits, :zero) + :one",
        "ExpressionAttributeNames": {"#s": "status"},
        "ExpressionAttributeValues": {":s": {"S": "shipped"}, ":zero": {"N": "0"}, ":one": {"N": "1"}},
    })
}

fn transact(connection: u64, n: u64) -> Value {
    let one = |n| json!({"Put": {"TableName": "Orders", "Item": item(connection, n)}});
    json!({"TransactItems": [one(2 * n), one(2 * n + 1)]})
}

fn batch(connection: u64, n: u64) -> Value {
    let puts: Vec<Value> =
        (0..25).map(|i| json!({"PutRequest": {"Item": item(connection, 25 * n + i)}})).collect();
    json!({"RequestItems": {"Orders": puts}})
}
