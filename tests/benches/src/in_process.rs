//! What the engine costs in process, in CPU time: JSON in and JSON out, typed access, and a query of a large table.
//!
//! The items are of 300 bytes. CPU time is the thread's own, read from the system, so that a busy machine counts little.

use crate::door::Door;
use crate::measure::{Figure, cpu_time};
use crate::requests::table;
use engine::cluster::PartitionMap;
use engine::model::{AttributeValue, Item, codec, key};
use engine::random::Random;
use engine::store::{Space, Store};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

const ROUNDS: u32 = 7;
/// Of each user.
const ORDERS: u64 = 20;
const SMALL: u64 = 1_000;
const LARGE: u64 = 1_000_000;

/// Measures all of them.
pub fn run() -> Result<Vec<Figure>, String> {
    let (put, get) = requests()?;
    let (typed_get, plain_get) = typed()?;
    let route = routing()?;
    let (small, large) = (query_time(SMALL)?, query_time(LARGE)?);
    let micros = |time: Duration| time.as_nanos() as f64 / 1000.0;
    let ratio = |time: Duration, base: Duration| time.as_secs_f64() / base.as_secs_f64();
    Ok(vec![
        Figure::new("put_item_us", micros(put), "us_cpu"),
        Figure::new("get_item_us", micros(get), "us_cpu"),
        Figure::new("typed_get_us", micros(typed_get), "us_cpu"),
        Figure::new("typed_get_vs_btreemap", ratio(typed_get, plain_get), "x"),
        Figure::new("route_1000_partitions_ns", route.as_nanos() as f64, "ns_cpu"),
        Figure::new("query_20_of_1k_us", micros(small), "us_cpu"),
        Figure::new("query_20_of_1m_us", micros(large), "us_cpu"),
        Figure::new("query_1m_vs_1k", ratio(large, small), "x"),
    ])
}

/// The least CPU time of some rounds for one of a round's pieces.
fn least(count: u64, mut round: impl FnMut() -> Result<(), String>) -> Result<Duration, String> {
    let mut least = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = cpu_time()?;
        round()?;
        least = least.min(cpu_time()? - start);
    }
    Ok(least / u32::try_from(count).unwrap_or(u32::MAX))
}

fn requests() -> Result<(Duration, Duration), String> {
    const COUNT: u64 = 4_000;
    let mut door = Door::new();
    door.call("CreateTable", &table())?;
    let puts: Vec<Vec<u8>> = (0..COUNT).map(|n| put(item(n)).to_string().into_bytes()).collect();
    let gets: Vec<Vec<u8>> =
        (0..COUNT).map(|n| json!({"TableName": "Orders", "Key": keys(n)}).to_string().into_bytes()).collect();
    let put = least(COUNT, || puts.iter().try_for_each(|r| door.send("PutItem", r).map(drop)))?;
    let get = least(COUNT, || gets.iter().try_for_each(|r| door.send("GetItem", r).map(drop)))?;
    let found = door.call("GetItem", &json!({"TableName": "Orders", "Key": keys(7)}))?;
    if found["Item"] != item(7) {
        return Err(format!("GetItem found {found}"));
    }
    Ok((put, get))
}

/// From a key to its partition, of a thousand.
fn routing() -> Result<Duration, String> {
    const COUNT: u64 = 100_000;
    const PASSES: u64 = 50;
    let partitions = PartitionMap::even(1000, &mut 0, &mut Random::new(1));
    let keys: Vec<Vec<u8>> = (0..COUNT).map(|n| key::collection_prefix(user_id(n).as_bytes())).collect();
    // The clock of CPU time counts in hundredths of a second: one pass over the keys would be too short for it.
    least(COUNT * PASSES, || {
        let all = (0..PASSES).flat_map(|_| &keys);
        let places: usize = all.map(|key| partitions.owner(black_box(key))).sum();
        if places == 0 { Err("every key is the first partition's".into()) } else { Ok(()) }
    })
}

/// A get by typed key that ends in the item's bytes, against the same bytes in a map of the standard library.
fn typed() -> Result<(Duration, Duration), String> {
    const COUNT: u64 = 100_000;
    let space = Space::Items { table: 1, index: 0 };
    let (mut store, mut map) = (Store::default(), BTreeMap::new());
    let typed_keys: Vec<[AttributeValue; 2]> =
        (0..COUNT).map(|n| [AttributeValue::s(user_id(n)), AttributeValue::s(order_id(n))]).collect();
    let key_bytes = |[hash, range]: &[AttributeValue; 2]| {
        let mut bytes = key::collection_prefix(&key::partition_bytes(std::iter::once(hash)));
        key::write_part(range, &mut bytes);
        bytes
    };
    for key in &typed_keys {
        let [user, order] = key;
        let item: Item = [
            ("user_id", user.clone()),
            ("order_id", order.clone()),
            ("note", AttributeValue::s("x".repeat(240))),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_string(), value))
        .collect();
        let (key, value) = (key_bytes(key), codec::encode(&item));
        map.insert(key.clone(), value.clone());
        let position = store.write(space, &key, Some(value), 0);
        store.durable(position);
        store.forget(1);
        store.take_changes();
    }
    let plain_keys: Vec<Vec<u8>> = typed_keys.iter().map(key_bytes).collect();
    let missing = || "an item is missing".to_string();
    let view = store.view(store.position());
    let typed = least(COUNT, || {
        typed_keys.iter().try_for_each(|key| {
            let found = view.get(space, &key_bytes(key)).ok_or_else(missing)?;
            black_box((found.to_vec(), codec::size_bytes(found).map_err(|_| missing())?));
            Ok(())
        })
    })?;
    let plain = least(COUNT, || {
        plain_keys.iter().try_for_each(|key| {
            black_box(map.get(key).ok_or_else(missing)?.clone());
            Ok(())
        })
    })?;
    Ok((typed, plain))
}

/// The CPU time of a Query of 20 items, all that a user has, in a table of so many.
fn query_time(items: u64) -> Result<Duration, String> {
    const COUNT: u64 = 2_000;
    let mut door = Door::new();
    door.call("CreateTable", &table())?;
    for n in 0..items {
        door.send("PutItem", put(item(n)).to_string().as_bytes())?;
    }
    // Users far apart, so that what is near in memory helps neither.
    let users = items / ORDERS;
    let queries: Vec<Vec<u8>> =
        (0..COUNT).map(|n| query(n * 7_919 % users).to_string().into_bytes()).collect();
    let time = least(COUNT, || queries.iter().try_for_each(|r| door.send("Query", r).map(drop)))?;
    let found = door.call("Query", &query(users - 1))?;
    if found["Count"] == ORDERS { Ok(time) } else { Err(format!("the Query found something else: {found}")) }
}

fn user_id(n: u64) -> String {
    format!("user-{:06}", n / ORDERS)
}

fn order_id(n: u64) -> String {
    format!("2026-11-20#{:06}", n % ORDERS)
}

fn keys(n: u64) -> Value {
    json!({"user_id": {"S": user_id(n)}, "order_id": {"S": order_id(n)}})
}

fn item(n: u64) -> Value {
    let mut item = keys(n);
    item["status"] = json!({"S": "pending"});
    item["total"] = json!({"N": format!("{}.25", 10 + n % 1000)});
    item["note"] = json!({"S": "leave it with the neighbours ".repeat(6)});
    item["address"] = json!({"M": {"city": {"S": "Lisbon"}, "zip": {"S": "1000-001"}}});
    item["paid"] = json!({"BOOL": true});
    item
}

fn put(item: Value) -> Value {
    json!({"TableName": "Orders", "Item": item})
}

fn query(user: u64) -> Value {
    json!({
        "TableName": "Orders",
        "KeyConditionExpression": "user_id = :u",
        "ExpressionAttributeValues": {":u": {"S": format!("user-{user:06}")}},
        "Limit": ORDERS,
    })
}
