//! PutItem, GetItem and Query of small orders, one at a time, by the door.
//!
//! The least that each could cost is measured beside it: reading the same request as JSON and putting the same bytes
//! into a map of the standard library (for a Query: taking as many entries out of it, and writing them).

use crate::door::Door;
use crate::measure::{Figure, best, micros, ratio};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hint::black_box;

const CUSTOMERS: u64 = 200;
const ORDERS: u64 = 50;
const COUNT: u64 = CUSTOMERS * ORDERS;
const ROUNDS: u32 = 5;

type Map = BTreeMap<(String, String), Vec<u8>>;

/// Measures all of them.
pub fn run() -> Result<Vec<Figure>, String> {
    let puts: Vec<Vec<u8>> = orders(put).collect();
    let gets: Vec<Vec<u8>> = orders(get).collect();
    let queries: Vec<Vec<u8>> = (0..CUSTOMERS).map(|user| query(user).to_string().into_bytes()).collect();

    let mut door = Door::new();
    door.call("CreateTable", &table())?;
    let put_time = best(ROUNDS, COUNT, || puts.iter().try_for_each(|r| door.send("PutItem", r).map(drop)))?;
    let get_time = best(ROUNDS, COUNT, || gets.iter().try_for_each(|r| door.send("GetItem", r).map(drop)))?;
    let query_time =
        best(ROUNDS, CUSTOMERS, || queries.iter().try_for_each(|r| door.send("Query", r).map(drop)))?;
    verify(&mut door)?;

    let mut map = Map::new();
    let least_put = best(ROUNDS, COUNT, || puts.iter().try_for_each(|r| plain_put(&mut map, r)))?;
    let least_get = best(ROUNDS, COUNT, || gets.iter().try_for_each(|r| plain_get(&map, r)))?;
    let least_query = best(ROUNDS, CUSTOMERS, || queries.iter().try_for_each(|r| plain_query(&map, r)))?;
    Ok(vec![
        Figure::new("requests.put_item", micros(put_time), "us"),
        Figure::new("requests.put_item.over_a_plain_map", ratio(put_time, least_put), "x"),
        Figure::new("requests.get_item", micros(get_time), "us"),
        Figure::new("requests.get_item.over_a_plain_map", ratio(get_time, least_get), "x"),
        Figure::new("requests.query_50", micros(query_time), "us"),
        Figure::new("requests.query_50.over_a_plain_map", ratio(query_time, least_query), "x"),
        Figure::new("requests.query_50.over_50_gets", ratio(query_time, get_time * 50), "x"),
    ])
}

/// The answers are the orders that were put, or there is nothing to measure.
fn verify(door: &mut Door) -> Result<(), String> {
    let found = door.call("Query", &query(7))?;
    let (items, first) = (&found["Items"], &found["Items"][0]["order_id"]["S"]);
    if found["Count"] != ORDERS
        || items.as_array().map(Vec::len) != Some(ORDERS as usize)
        || first != &order_id(0)
    {
        return Err(format!("the Query found something else: {found}"));
    }
    let one: Value = serde_json::from_slice(&door.send("GetItem", get(7, 3).to_string().as_bytes())?)
        .map_err(|e| format!("GetItem answered no JSON: {e}"))?;
    let wanted = &put(7, 3)["Item"];
    if &one["Item"] != wanted { Err(format!("GetItem found {one} and not {wanted}")) } else { Ok(()) }
}

fn orders(request: impl Fn(u64, u64) -> Value) -> impl Iterator<Item = Vec<u8>> {
    // Customers alternate, as they do in a shop.
    (0..COUNT).map(move |n| request(n % CUSTOMERS, n / CUSTOMERS).to_string().into_bytes())
}

fn user_id(user: u64) -> String {
    format!("user-{user:05}")
}

fn order_id(order: u64) -> String {
    format!("2026-11-{:02}#{order:06}", 1 + order / 2)
}

/// The request that makes the table of every benchmark: orders by user.
pub fn table() -> Value {
    json!({
        "TableName": "Orders",
        "KeySchema": [
            {"AttributeName": "user_id", "KeyType": "HASH"},
            {"AttributeName": "order_id", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "user_id", "AttributeType": "S"},
            {"AttributeName": "order_id", "AttributeType": "S"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    })
}

/// The request that puts an order of a user.
pub fn put(user: u64, order: u64) -> Value {
    json!({"TableName": "Orders", "Item": {
        "user_id": {"S": user_id(user)},
        "order_id": {"S": order_id(order)},
        "status": {"S": if order.is_multiple_of(3) { "shipped" } else { "pending" }},
        "total": {"N": format!("{}.{:02}", 10 + order, user % 100)},
        "address": {"M": {"city": {"S": "Lisbon"}, "zip": {"S": format!("{:04}-001", user)}}},
        "lines": {"L": [{"M": {"sku": {"S": "B-17"}, "count": {"N": "2"}}}]},
    }})
}

fn get(user: u64, order: u64) -> Value {
    json!({"TableName": "Orders", "Key": {"user_id": {"S": user_id(user)}, "order_id": {"S": order_id(order)}}})
}

fn query(user: u64) -> Value {
    json!({
        "TableName": "Orders",
        "KeyConditionExpression": "user_id = :u",
        "ExpressionAttributeValues": {":u": {"S": user_id(user)}},
    })
}

fn read(request: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(request).map_err(|e| e.to_string())
}

fn key(attributes: &Value) -> (String, String) {
    let text = |name: &str| attributes[name]["S"].as_str().unwrap_or_default().to_string();
    (text("user_id"), text("order_id"))
}

fn plain_put(map: &mut Map, request: &[u8]) -> Result<(), String> {
    let request = read(request)?;
    map.insert(key(&request["Item"]), request["Item"].to_string().into_bytes());
    Ok(())
}

fn plain_get(map: &Map, request: &[u8]) -> Result<(), String> {
    let request = read(request)?;
    let found = map.get(&key(&request["Key"])).ok_or("not found")?;
    black_box([b"{\"Item\":", found.as_slice(), b"}"].concat());
    Ok(())
}

fn plain_query(map: &Map, request: &[u8]) -> Result<(), String> {
    let request = read(request)?;
    let user = request["ExpressionAttributeValues"][":u"]["S"].as_str().ok_or("no user")?.to_string();
    let found = map.range((user.clone(), String::new())..).take_while(|((u, _), _)| *u == user);
    let answer: Vec<u8> = found.flat_map(|(_, item)| [item.as_slice(), b","].concat()).collect();
    if answer.is_empty() {
        return Err("found nothing".into());
    }
    black_box(answer);
    Ok(())
}
