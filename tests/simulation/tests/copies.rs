//! A new workspace made of parts, as a copy or out of a file: where the disk is full it is refused with a reason, where it is whole it
//! is what it was made of. And how much is stored is known without reading it.

use std::cell::Cell;

use engine::world::{Config, World};
use futures_util::FutureExt;
use serde_json::{Value, json};
use simulation::crashes::disk::{Failing, Fault};
use web::share::archive::Part;
use web::worker::checking::{Pausing, check};
use web::worker::disk::Failure;
use web::worker::durable::{Durable, Worlds};
use web::worker::filling::Target;
use web::worker::journal::Sizes;
use web::worker::sized::stored_bytes;
use web::worker::stored::{Source, Trouble};

const START_MS: u64 = 1_750_000_000_000;

fn config() -> Config {
    Config { throttle: false, ..Config::default() }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing waits")
}

fn call(world: &mut World, operation: &str, request: &Value) -> (Value, Vec<u8>) {
    let outcome = world.execute("us-east-1", START_MS + 60_000, operation, request.to_string().as_bytes());
    let answer = outcome.response.unwrap_or_else(|error| panic!("{operation}: {}", error.message));
    (serde_json::from_slice(&answer).expect("JSON"), outcome.changes)
}

/// A table of large items.
fn world() -> World {
    let mut world = World::new(config());
    let table = json!({"TableName": "Notes", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]});
    world.execute("us-east-1", START_MS, "CreateTable", table.to_string().as_bytes());
    while world.now_ms() < START_MS + 60_000 {
        world.advance(START_MS + 60_000, 10);
    }
    for number in 0..16 {
        put(&mut world, number, 390_000);
    }
    world.durable(world.position());
    world
}

fn put(world: &mut World, number: usize, bytes: usize) -> Vec<u8> {
    let item = json!({"id": {"S": number.to_string()}, "text": {"S": "x".repeat(bytes)}});
    call(world, "PutItem", &json!({"TableName": "Notes", "Item": item})).1
}

fn items(world: &mut World) -> Value {
    let mut world = world.clone();
    let ids = (0..16).map(|number| json!({"TableName": "Notes", "ConsistentRead": true, "Key": {"id": {"S": number.to_string()}}}));
    ids.map(|request| call(&mut world, "GetItem", &request).0).collect()
}

fn parts(world: &World) -> Vec<Part> {
    let mut source = Source::of_world(world, vec![("recipes".to_owned(), b"[]".to_vec())]);
    std::iter::from_fn(|| now(source.next()).expect("it is in memory")).collect()
}

/// Fills a database with these parts.
fn fill(disk: &Failing, parts: &[Part]) -> Result<(), Trouble> {
    let mut target = Target::database(disk.clone());
    for part in parts {
        now(target.put(part.clone()))?;
    }
    let Target::Database(mut filling) = target else { panic!("a database") };
    now(filling.finish())
}

#[test]
fn a_copy_that_has_no_room_is_refused_at_whichever_transaction_and_one_that_has_is_what_was_copied() {
    let mut world = world();
    let (parts, before) = (parts(&world), items(&mut world));
    let whole = Failing::new(1);
    assert_eq!(fill(&whole, &parts), Ok(()));
    let transactions = whole.0.borrow().written;
    assert!(transactions > 2, "{transactions}");
    for at in 0..transactions {
        let disk = Failing::new(1);
        disk.plan(at, Fault::Full);
        let Err(Trouble::Other(reason)) = fill(&disk, &parts) else { panic!("the disk was full at {at}") };
        assert!(reason.contains("no room left") && reason.contains("nothing was made"), "{reason}");
    }
    assert_eq!(items(&mut world), before);
    assert_eq!(now(check(whole.clone(), &Worlds(&config()))), Ok(Ok(())));
    assert_eq!(whole.0.borrow().written, transactions, "a check writes nothing");
    let (mut copy, opened) =
        now(Durable::open(whole, Sizes::default(), &config(), START_MS)).expect("it is whole");
    assert_eq!(opened.report, Vec::<String>::new());
    assert_eq!(items(&mut copy.world), before);
}

#[test]
fn a_copy_that_is_begun_again_holds_nothing_of_the_first_attempt() {
    let parts = parts(&world());
    let disk = Failing::new(1);
    let mut target = Target::database(disk.clone());
    let stray = Part::Segment(77, vec![0; 3 << 20]);
    now(target.put(stray)).expect("there is room");
    now(target.begin_again()).expect("there is room");
    for part in &parts {
        now(target.put(part.clone())).expect("there is room");
    }
    let Target::Database(mut filling) = target else { panic!("a database") };
    now(filling.finish()).expect("there is room");
    assert_eq!(now(check(disk, &Worlds(&config()))), Ok(Ok(())));
}

#[test]
fn a_check_pauses_between_its_parts_is_ended_by_a_pause_and_finds_what_is_damaged() {
    let mut parts = parts(&world());
    let disk = Failing::new(1);
    fill(&disk, &parts).expect("there is room");
    let (config, paused) = (config(), Cell::new(0));
    let pause = async || {
        paused.set(paused.get() + 1);
        Ok(())
    };
    assert_eq!(now(check(disk.clone(), &Pausing::new(&config, pause))), Ok(Ok(())));
    let pieces = parts.iter().filter(|part| matches!(part, Part::Piece(..))).count();
    assert!(paused.get() >= pieces && pieces > 2, "{} pauses, {pieces} pieces", paused.get());
    let stopped = Failure::Other("stopped".to_owned());
    for at in 0..paused.get() {
        let left = Cell::new(at);
        let pause = async || match left.replace(left.get().wrapping_sub(1)) {
            0 => Err(stopped.clone()),
            _ => Ok(()),
        };
        assert_eq!(now(check(disk.clone(), &Pausing::new(&config, pause))), Err(stopped.clone()));
    }
    if let Some(Part::Piece(_, bytes)) = parts.iter_mut().rfind(|part| matches!(part, Part::Piece(..))) {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    }
    parts.insert(0, Part::Note("clock".to_owned(), b"never".to_vec()));
    let damaged = Failing::new(1);
    fill(&damaged, &parts).expect("there is room");
    let Ok(Err(reason)) = now(check(damaged, &Worlds(&config))) else { panic!("it is damaged") };
    assert!(reason.contains("The workspace's snapshot is damaged"), "{reason}");
    let clock = Failing::new(1);
    fill(&clock, &[Part::Note("clock".to_owned(), b"never".to_vec())]).expect("there is room");
    let Ok(Err(reason)) = now(check(clock, &Worlds(&config))) else { panic!("its clock is damaged") };
    assert!(reason.starts_with("What is kept beside it is damaged"), "{reason}");
}

/// The bytes of what is stored, all of it read.
fn all_bytes(disk: &Failing) -> u64 {
    let stored = disk.dump().into_iter().filter(|(name, _)| !name.starts_with("meta "));
    stored.map(|(_, bytes)| bytes.len() as u64).sum()
}

#[test]
fn how_much_is_stored_is_known_from_few_of_its_segments() {
    let sizes = Sizes { chunk_bytes: 20_000, segments: 200, bytes: 1 << 30, ..Sizes::default() };
    let disk = Failing::new(3);
    let open = || now(Durable::open(disk.clone(), sizes, &config(), START_MS)).expect("it can be read").0;
    let mut durable = open();
    now(durable.replace(world(), START_MS + 60_000)).expect("it is stored");
    let mut most = 0;
    for number in 0..900 {
        let changes = put(&mut durable.world, number, 1 + number * 7 % 5_000);
        durable.record(changes);
        now(durable.commit(START_MS + 60_000)).expect("it is stored");
        now(durable.advance_snapshot(START_MS + 60_000)).expect("it is stored");
        let goes_on = durable.is_drawing();
        if number % 250 == 249 && !goes_on {
            durable = open();
        }
        // The pieces of a snapshot that does not count yet are not told.
        if !goes_on {
            let before = disk.0.borrow().segment_bytes_read;
            assert_eq!(now(stored_bytes(&disk)), Ok(all_bytes(&disk)), "behind commit {number}");
            most = most.max(disk.0.borrow().segment_bytes_read - before);
        }
    }
    assert!(most < 80_000, "{most} bytes of segments were read");
}

#[test]
fn how_much_was_set_aside_is_known_without_reading_it() {
    let sizes = Sizes::default();
    let mut disk = Failing::new(4);
    let mut read = 0;
    for round in 1..4 {
        let opened =
            now(Durable::open(disk.clone(), sizes, &config(), START_MS + round)).expect("it can be read");
        let mut durable = opened.0;
        assert_eq!(opened.1.report.is_empty(), round == 1, "{:?}", opened.1.report);
        assert_eq!(now(stored_bytes(&disk)), Ok(all_bytes(&disk)), "round {round}");
        read += disk.0.borrow().aside_read;
        now(durable.replace(world(), START_MS + 60_000)).expect("it is stored");
        let changes = put(&mut durable.world, round as usize, 1_000 * round as usize);
        durable.record(changes);
        now(durable.commit(START_MS + 60_000)).expect("it is stored");
        // The newest commit is damaged, and set aside at the next opening.
        let mut stored = disk.dump();
        let segment = stored.iter_mut().rfind(|(name, _)| name.starts_with("segments "));
        segment.into_iter().for_each(|(_, bytes)| bytes[40] ^= 1);
        disk = Failing::of_dump(stored.into_iter());
    }
    assert!(disk.dump().iter().any(|(name, _)| name.starts_with("aside ")));
    assert_eq!(read, 0, "values that were set aside were read");
}
