//! The journal against a real IndexedDB, in a dedicated worker: what was written comes back, what was damaged
//! is told and kept, and what did not complete did not happen.

use futures_util::future::join;
use indexed_db_futures::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web::worker::database::{self, Failure};
use web::worker::disk::Durability;
use web::worker::indexed::Indexed;
use web::worker::journal::{DATABASE_VERSION, Journal, database_name};
use web::worker::segment::{Rebuild, Recovered, Segment};

/// A state that is the list of its records; a snapshot is the records behind their lengths.
struct Lists;

impl Rebuild for Lists {
    type State = Vec<Vec<u8>>;
    type Restoring = Vec<u8>;
    fn fresh(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }
    fn begin(&self) -> Vec<u8> {
        Vec::new()
    }
    fn take(&self, restoring: &mut Vec<u8>, piece: &[u8]) -> Result<(), String> {
        restoring.extend(piece);
        Ok(())
    }
    fn restore(&self, restoring: Vec<u8>) -> Result<Vec<Vec<u8>>, String> {
        serde_json::from_slice(&restoring).map_err(|error| error.to_string())
    }
    fn replay(&self, state: &mut Vec<Vec<u8>>, record: &[u8]) -> Result<(), String> {
        state.push(record.to_vec());
        Ok(())
    }
    fn settle(&self, _state: &mut Vec<Vec<u8>>) -> Result<(), String> {
        Ok(())
    }
}

async fn open(workspace: &str) -> (Journal<Indexed>, Recovered<Vec<Vec<u8>>>) {
    let (mut journal, found) = Journal::open(workspace).await.expect("this browser stores");
    let recovered = journal.recover(&Lists, &found).await.expect("it can be read");
    journal.resume(&found, &recovered, 77).await.expect("there is room");
    (journal, recovered)
}

async fn fresh(workspace: &str) -> Journal<Indexed> {
    database::delete(&database_name(workspace)).await.expect("it can be deleted");
    open(workspace).await.0
}

/// Writes one value past the journal.
async fn overwrite(workspace: &str, store: &str, key: f64, bytes: Option<&[u8]>) {
    let db = database::open(&database_name(workspace), DATABASE_VERSION, &[]).await.expect("it opens");
    let transaction = database::writing(&db, &[store], Durability::Strict).expect("a transaction");
    let target = transaction.object_store(store).expect("the store");
    match bytes {
        Some(bytes) => drop(target.put(database::value(bytes)).with_key(key).build().expect("a put")),
        None => drop(target.delete(key).build().expect("a deletion")),
    }
    database::complete(transaction).await.expect("it completes");
    db.close();
}

async fn count(workspace: &str, store: &str) -> u32 {
    let db = database::open(&database_name(workspace), DATABASE_VERSION, &[]).await.expect("it opens");
    let transaction = database::reading(&db, &[store]).expect("a transaction");
    let counted = transaction.object_store(store).expect("the store").count().primitive().expect("a count");
    let counted = counted.await.expect("it is counted");
    drop(transaction);
    db.close();
    counted
}

#[wasm_bindgen_test]
async fn what_was_committed_comes_back_in_order() {
    let mut journal = fresh("order").await;
    journal.commit(1_000, &[b"a", b"b"]).await.expect("durable");
    journal.commit(2_000, &[b"c"]).await.expect("durable");
    drop(journal);
    let (journal, recovered) = open("order").await;
    assert_eq!(recovered.state, [b"a", b"b", b"c"]);
    assert_eq!((recovered.last_ms, journal.sequence()), (2_000, 2));
    assert!(recovered.report.is_empty());
}

#[wasm_bindgen_test]
async fn damage_is_told_kept_aside_and_hides_nothing_that_is_written_later() {
    let mut journal = fresh("damage").await;
    for record in [b"a", b"b", b"c"] {
        journal.commit(1, &[record]).await.expect("durable");
    }
    drop(journal);
    overwrite("damage", "segments", 2.0, Some(b"torn")).await;

    let (mut journal, recovered) = open("damage").await;
    assert_eq!(recovered.state, [b"a"]);
    assert_eq!(recovered.report.len(), 1, "{:?}", recovered.report);
    assert_eq!(count("damage", "aside").await, 2);
    journal.commit(2, &[b"later"]).await.expect("durable");
    drop(journal);

    let (_, recovered) = open("damage").await;
    assert_eq!(recovered.state, [b"a".to_vec(), b"later".to_vec()]);
    assert!(recovered.report.is_empty(), "told once: {:?}", recovered.report);
    assert_eq!(count("damage", "aside").await, 2, "and still kept");
}

#[wasm_bindgen_test]
async fn a_lost_end_is_told_once() {
    let mut journal = fresh("end").await;
    journal.commit(1, &[b"a"]).await.expect("durable");
    journal.commit(1, &[b"b"]).await.expect("durable");
    drop(journal);
    overwrite("end", "segments", 2.0, None).await;
    let (_, recovered) = open("end").await;
    assert_eq!((recovered.state.len(), recovered.report.len()), (1, 1));
    let (_, recovered) = open("end").await;
    assert_eq!((recovered.state.len(), recovered.report.len()), (1, 0));
}

#[wasm_bindgen_test]
async fn a_database_of_the_first_version_is_gone_on_with_and_then_no_longer_its() {
    let name = database_name("first");
    database::delete(&name).await.expect("it can be deleted");
    let stores = &["segments", "snapshots", "meta", "aside"];
    let db = database::open(&name, 1, stores).await.expect("it opens");
    let transaction = database::writing(&db, &["segments"], Durability::Strict).expect("a transaction");
    let segments = transaction.object_store("segments").expect("the store");
    let old = Segment::encode(1, 5, &[b"old"]);
    drop(segments.put(database::value(&old)).with_key(1.0).build().expect("a put"));
    database::complete(transaction).await.expect("it completes");
    db.close();

    let (mut journal, recovered) = open("first").await;
    assert_eq!((recovered.state, recovered.report.len()), (vec![b"old".to_vec()], 0));
    journal.commit(6, &vec![b"alike".repeat(10); 32]).await.expect("durable");
    drop(journal);
    let (_, recovered) = open("first").await;
    assert_eq!((recovered.state.len(), recovered.report.len()), (33, 0));
    assert!(recovered.replayed_bytes < 500, "{} bytes", recovered.replayed_bytes);
    let older = database::open(&name, 1, stores).await.map(|db| db.close());
    let reason = older.expect_err("an older version takes nothing for damage");
    assert!(reason.contains("a newer version of Dynascope has written"), "{reason}");
}

#[wasm_bindgen_test]
async fn a_head_that_load_left_behind_moves_with_the_next_note_and_tells_a_lost_end() {
    let mut journal = fresh("load").await;
    let many = vec![b"n"; 32];
    for _ in 0..20 {
        journal.commit(1, &many).await.expect("durable");
    }
    drop(journal);
    overwrite("load", "segments", 20.0, None).await;
    // The first of them moved it, and the one 16 behind that: this one is not missed.
    let (mut journal, recovered) = open("load").await;
    assert_eq!((recovered.sequence, recovered.report.len()), (19, 0));
    journal.commit(1, &many).await.expect("durable");
    journal.keep_spent(Vec::new()).await.expect("there is room");
    drop(journal);
    overwrite("load", "segments", 20.0, None).await;
    let (_, recovered) = open("load").await;
    assert_eq!((recovered.sequence, recovered.report.len()), (19, 1), "{:?}", recovered.report);
}

#[wasm_bindgen_test]
async fn a_number_that_another_tab_took_is_refused_and_its_write_stands() {
    let mut first = fresh("taken").await;
    let (mut second, _) = open("taken").await;
    first.commit(1, &[b"first"]).await.expect("durable");
    assert_eq!(second.commit(1, &[b"second"]).await, Err(Failure::Taken));
    assert_eq!(second.commit(1, &[b"second"]).await, Err(Failure::Taken), "and for good");
    first.commit(1, &[b"more"]).await.expect("the first goes on");
    drop((first, second));
    let (_, recovered) = open("taken").await;
    assert_eq!(recovered.state, [b"first".to_vec(), b"more".to_vec()]);
}

#[wasm_bindgen_test]
async fn a_snapshot_replaces_the_segments_it_covers_and_nothing_else() {
    let mut journal = fresh("snapshot").await;
    let large = vec![7u8; 9 << 20];
    journal.commit(1_000, &[&large]).await.expect("durable");
    assert!(journal.wants_snapshot());
    // Pieces of JSON text, and a commit beside each.
    let text = serde_json::to_vec(&vec![&large]).expect("JSON");
    let mut snapshot = journal.begin_snapshot(1_500);
    let pieces = text.chunks(snapshot.piece_bytes());
    assert!(pieces.len() > 2);
    let mut between = 0u8;
    for piece in pieces {
        // Beside each other: neither waits for the other.
        let written = snapshot.write(piece.to_vec());
        between += 1;
        let (written, committed) = join(written, journal.commit(2_000, &[[between]])).await;
        written.and(committed).expect("there is room");
    }
    journal.switch_to(snapshot).await.expect("there is room");
    drop(journal);
    assert_eq!(count("snapshot", "segments").await, u32::from(between));
    let (_, recovered) = open("snapshot").await;
    assert_eq!(recovered.state.len(), 1 + usize::from(between));
    assert_eq!(recovered.state[0], large);
    assert_eq!(recovered.state[1], [1]);
    assert!(recovered.report.is_empty(), "{:?}", recovered.report);

    // A damaged piece: nothing is believed, everything is kept.
    overwrite("snapshot", "snapshots", 65_536.0, Some(b"?")).await;
    let (mut journal, recovered) = open("snapshot").await;
    assert_eq!((recovered.state.len(), recovered.report.len()), (0, 1));
    assert!(count("snapshot", "aside").await > u32::from(between));
    journal.commit(3_000, &[b"new"]).await.expect("durable");
    drop(journal);
    let (_, recovered) = open("snapshot").await;
    assert_eq!(recovered.state, [b"new"]);
}

#[wasm_bindgen_test]
async fn pieces_of_an_unfinished_snapshot_are_cleared_away() {
    let mut journal = fresh("unfinished").await;
    journal.commit(1, &[b"a"]).await.expect("durable");
    let mut snapshot = journal.begin_snapshot(1);
    snapshot.write(b"[[1]]".to_vec()).await.expect("there is room");
    drop(journal);
    assert_eq!(count("unfinished", "snapshots").await, 1);
    let (_, recovered) = open("unfinished").await;
    assert_eq!(recovered.state, [b"a"]);
    assert_eq!(count("unfinished", "snapshots").await, 0);
    assert_eq!(count("unfinished", "aside").await, 0);
}

#[wasm_bindgen_test]
fn the_generator_draws_here_what_it_draws_natively() {
    assert_eq!(engine::workload::draws_digest(), engine::workload::DRAWS_DIGEST);
}

#[wasm_bindgen_test]
fn a_run_comes_here_to_what_it_comes_to_natively() {
    assert_eq!(engine::workload::run_digest(), engine::workload::RUN_DIGEST);
}
