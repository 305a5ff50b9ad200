//! Time travel: how much a million events take, how long it takes to wind to one of the last 100,000, and what it costs a
//! transaction that another one was, or is being, stepped through.

use crate::measure::{Figure, cpu_time, micros, ratio};
use crate::requests::{put, table};
use engine::timeline::Filter;
use engine::world::{Cause, Config, History, World};
use serde_json::{Value, json};
use std::rc::Rc;
use std::time::{Duration, Instant};

const EVENTS: usize = 1_000_000;
const BACK: u64 = 100_000;
/// What the interface lets a history take.
const BYTES: usize = 200_000_000;
const WINDS: u64 = 20;
const ROUNDS: u64 = 40;
const TRANSACTIONS: usize = 50;

/// Measures all of it.
pub fn run() -> Result<Vec<Figure>, String> {
    let mut figures = history()?;
    let [after, meanwhile] = stepping()?;
    figures.push(Figure::new("timeline.stepping_overhead", after, "x"));
    figures.push(Figure::new("timeline.stepping_overhead.meanwhile", meanwhile, "x"));
    Ok(figures)
}

fn send(
    world: &mut World,
    now_ms: u64,
    operation: &str,
    request: &[u8],
) -> Result<Vec<engine::timeline::Event>, String> {
    let outcome = world.execute("us-east-1", now_ms, operation, request);
    outcome.response.map_err(|error| format!("{operation} was refused: {error:?}"))?;
    Ok(outcome.events)
}

fn history() -> Result<Vec<Figure>, String> {
    let mut world = World::new(Config { instant: true, throttle: false, ..Config::default() });
    let mut now_ms = 1_767_225_600_000;
    send(&mut world, now_ms, "CreateTable", table().to_string().as_bytes())?;
    let resident = resident_bytes()?;
    let mut history = History::new(&world, EVENTS, BYTES);
    let (mut keeping, mut events, mut number) = (Duration::ZERO, 0_u64, 0_u64);
    while events < EVENTS as u64 {
        now_ms += 3;
        let request = put(number % 997, number % 131).to_string();
        number += 1;
        let moment = world.moment();
        let outcome = world.execute("us-east-1", now_ms, "PutItem", request.as_bytes());
        outcome.response.as_ref().map_err(|error| format!("PutItem was refused: {error:?}"))?;
        events += outcome.events.len() as u64;
        let start = Instant::now();
        let cause = Cause::request("us-east-1", now_ms, "PutItem", request.as_bytes(), false);
        let told = Rc::new(outcome.events);
        history.note(&world, &moment, cause, &told, &outcome.tallies);
        drop(told);
        history.keep();
        keeping += start.elapsed();
        world.durable(world.position());
    }
    let grown = resident_bytes()?.saturating_sub(resident);
    let (last, _) = history.ring().last().ok_or("no event was kept")?;

    // The copy of the live world is made by the first.
    let mut past = None;
    let mut worst = Duration::ZERO;
    let mut draw = 7_u64;
    let live = world.snapshot();
    for wind in 0..=WINDS {
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let back = if wind == 0 { BACK } else { (draw >> 33) % BACK };
        let start = cpu_time()?;
        let then = history.wind(&mut past, &world, last - back).map_err(|damage| damage.0)?;
        let found = then.ok_or("an event has fallen away")?.look("us-east-1", "ListTables", b"{}");
        worst = worst.max(cpu_time()?.saturating_sub(start));
        found.ok_or("ListTables is not taken for a reading request")?;
    }
    let again = history
        .wind(&mut past, &world, last)
        .map_err(|damage| damage.0)?
        .ok_or("the last has fallen away")?;
    if again.snapshot() != live {
        return Err("wound back and forward, the world is another".into());
    }
    let start = Instant::now();
    let filter = Filter { key: Some("user-00042".into()), ..Filter::default() };
    let found = history.ring().find(&filter, last, 100, 100);
    let finding = start.elapsed();
    if found.total == 0 {
        return Err("the filter found nothing".into());
    }
    Ok(vec![
        Figure::new("timeline.million_events", history.size_bytes() as f64 / 1e6, "MB"),
        Figure::new("timeline.million_events.resident", grown as f64 / 1e6, "MB"),
        Figure::new("timeline.keep_event", micros(keeping) / events as f64, "us"),
        Figure::new("timeline.wind_100k_ms", micros(worst) / 1000.0, "ms"),
        Figure::new("timeline.filter_a_million", micros(finding) / 1000.0, "ms"),
    ])
}

/// The memory that this process has in use.
fn resident_bytes() -> Result<u64, String> {
    let text = std::fs::read_to_string("/proc/self/statm").map_err(|e| e.to_string())?;
    let pages: u64 = text.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or("no resident pages")?;
    Ok(pages * 4096)
}

fn pair(number: usize) -> Value {
    let put = |user| json!({ "Put": put(user, number as u64 % 50) });
    json!({ "TransactItems": [put(1), put(2)] })
}

/// How many times as long TransactWriteItems takes in a world that was stepped through before, and in one that is being stepped
/// through meanwhile: by turns with a world in which nobody ever stepped, the best rounds compared.
fn stepping() -> Result<[f64; 2], String> {
    let config = Config { instant: true, lag: false, throttle: false, ..Config::default() };
    let now_ms = 1_767_225_600_000;
    let other = json!({ "TransactItems": [{ "Put": put(900, 1) }, { "Put": put(901, 1) }] });
    let run = json!({ "Clients": [{ "Operation": "TransactWriteItems", "Request": other }] });
    let world = |steps: u64| -> Result<World, String> {
        let mut world = World::new(config.clone());
        send(&mut world, now_ms, "CreateTable", table().to_string().as_bytes())?;
        if steps > 0 {
            let step = json!({ "Seed": 1, "Count": steps });
            send(&mut world, now_ms, "Dynascope.BeginTransactions", run.to_string().as_bytes())?;
            send(&mut world, now_ms, "Dynascope.StepTransactions", step.to_string().as_bytes())?;
        }
        Ok(world)
    };
    // To the end, and to where both items are held.
    let mut worlds = [world(0)?, world(100)?, world(3)?];
    let requests: Vec<Vec<u8>> =
        (0..TRANSACTIONS).map(|number| pair(number).to_string().into_bytes()).collect();
    let mut best = [Duration::MAX; 3];
    for round in 0..ROUNDS {
        for (world, best) in worlds.iter_mut().zip(&mut best) {
            let start = Instant::now();
            for request in &requests {
                send(world, now_ms + 1 + round, "TransactWriteItems", request)?;
                let position = world.position();
                world.durable(position);
            }
            *best = start.elapsed().min(*best);
        }
    }
    Ok([ratio(best[1], best[0]), ratio(best[2], best[0])])
}
