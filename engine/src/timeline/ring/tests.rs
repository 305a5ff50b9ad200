//! A ring against the events themselves.

use super::*;
use crate::timeline::{Target, WriteAction, Zone};
use proptest::prelude::*;

fn target(table: &str) -> Target {
    Target { table: table.into(), index: None }
}

/// What a write of a key leaves, with numbers from `first`.
fn write(first: u64, request: u64, table: &str, key: &str, partition: u32) -> Vec<Event> {
    let kinds = [
        EventKind::RequestReceived { operation: "PutItem".into(), table: Some(table.into()) },
        EventKind::Routed {
            target: target(table),
            partition,
            hash: Some(format!("{request:016x}")),
            key: format!("id = {key}"),
            access: Access::Write,
            zone: Zone::B,
            leader: true,
            lag_ms: 0,
        },
        EventKind::Written {
            target: target(table),
            partition,
            key: format!("id = {key}"),
            action: WriteAction::Insert,
            size_before_bytes: 0,
            size_after_bytes: 40,
            position: request,
        },
    ];
    let event = |(at, kind)| Event {
        id: first + at as u64,
        at_ms: 1_000 + request * 10,
        request: Some(request),
        region: None,
        kind,
    };
    kinds.into_iter().enumerate().map(event).collect()
}

fn ring_of(calls: u64, limit: usize) -> (Ring, Vec<Event>) {
    let (mut ring, mut all) = (Ring::new(limit), Vec::new());
    for call in 0..calls {
        let table = if call % 3 == 0 { "Accounts" } else { "Orders" };
        let mut events = write(call * 3 + 1, call + 1, table, &format!("User{call}"), 1 + (call % 4) as u32);
        if call % 5 == 0 {
            let kind = EventKind::TransactionStep {
                client: 1 + (call % 2) as usize,
                transaction: None,
                step: "start 1".into(),
                told: String::new(),
                rule: None,
            };
            events[1].kind = kind;
        }
        ring.append(&events);
        all.extend(events);
    }
    (ring, all)
}

#[test]
fn the_oldest_fall_away_chunk_by_chunk_and_are_counted() {
    let (mut ring, all) = ring_of(1_000, 1_024);
    assert!(ring.len() <= 1_024 && ring.len() > 1_024 - CHUNK);
    assert_eq!(ring.fallen() + ring.len() as u64, 3_000);
    assert_eq!(ring.first().map(|(id, _)| id), Some(ring.fallen() + 1));
    assert_eq!(ring.last(), all.last().map(|event| (event.id, event.at_ms)));
    let found = ring.find(&Filter::default(), u64::MAX, 5_000, 0);
    assert_eq!(found.events, all[ring.fallen() as usize..]);
    while ring.drop_oldest() {}
    assert_eq!((ring.size_bytes(), ring.len()), (0, 3_000 % CHUNK));
}

#[test]
fn events_of_other_regions_are_among_the_others() {
    let mut ring = Ring::new(100);
    let mut events = write(1, 1, "Orders", "a", 1);
    events[1].region = Some("eu-west-1".into());
    ring.append(&events);
    assert_eq!(ring.find(&Filter::default(), u64::MAX, 9, 0).events, events);
}

#[test]
fn the_export_is_the_events_as_they_were() {
    let (ring, all) = ring_of(200, 10_000);
    let (mut pieces, mut from) = (Vec::new(), Some(0));
    while let Some(next) = from {
        let (text, more) = ring.json(&Filter::default(), next, 100);
        pieces.push(text);
        from = more;
    }
    assert!(pieces.len() > 1);
    let text = format!("[{}]", pieces.join(","));
    assert_eq!(serde_json::from_str::<Vec<Event>>(&text).unwrap(), all);
    let some = Filter { kind: Some("written".into()), ..Filter::default() };
    let (text, more) = ring.json(&some, 301, 100_000);
    assert_eq!((text.lines().count(), more), (100, None));
    let none = Filter { table: Some("Nowhere".into()), ..Filter::default() };
    assert_eq!(ring.json(&none, 0, 100), (String::new(), None));
}

#[test]
fn the_subjects_are_what_there_is() {
    let subjects = ring_of(100, 10_000).0.subjects();
    assert_eq!(subjects.kinds, ["requestReceived", "routed", "transactionStep", "written"]);
    assert_eq!(subjects.operations, ["PutItem"]);
    assert_eq!(subjects.tables, ["Accounts", "Orders"]);
    assert_eq!(subjects.clients, [1, 2]);
}

#[test]
fn a_moment_has_its_last_event_and_a_density() {
    let (ring, all) = ring_of(300, 10_000);
    assert_eq!(ring.at(0), Some(1));
    assert_eq!(ring.at(1_010), Some(3));
    assert_eq!(ring.at(1_019), Some(3));
    assert_eq!(ring.at(u64::MAX), all.last().map(|event| event.id));
    let stretches = ring.density(&Filter::default(), 1_010..4_000, 10);
    // Every fifth call has a step where the others are routed.
    assert_eq!(stretches.iter().map(|stretch| stretch.writes).sum::<u32>(), 240);
    assert!(stretches.iter().all(|stretch| stretch.writes >= 20 && stretch.reads == 0));
}

/// Whether an event matches, said over again from the filter's own description.
fn matches(filter: &Filter, event: &Event, all: &[Event]) -> bool {
    let kin = || all.iter().filter(|other| other.request == event.request);
    let operation = kin().find_map(|other| match &other.kind {
        EventKind::RequestReceived { operation, .. } => Some(operation.clone()),
        _ => None,
    });
    let client = kin().find_map(|other| other.kind.client()).map(|client| client as u16);
    let table = match &event.kind {
        EventKind::RequestReceived { table, .. } => table.clone(),
        kind => kind.target().map(|target| target.table.clone()),
    };
    let holds =
        |key: &str| event.kind.key().is_some_and(|text| text.to_lowercase().contains(&key.to_lowercase()));
    (filter.client.is_none() || filter.client == client)
        && (filter.operation.is_none() || filter.operation == operation)
        && (filter.table.is_none() || filter.table == table)
        && filter.key.as_deref().is_none_or(holds)
        && (filter.partition.is_none() || filter.partition == event.kind.partition())
        && filter.kind.as_deref().is_none_or(|kind| event.kind.name() == kind)
        && (filter.request.is_none() || filter.request == event.request)
}

fn a_filter() -> impl Strategy<Value = Filter> {
    let some =
        |list: Vec<&'static str>| proptest::option::of(prop::sample::select(list).prop_map(str::to_owned));
    (
        proptest::option::of(1u16..3),
        some(vec!["PutItem", "GetItem"]),
        some(vec!["Orders", "Accounts"]),
        some(vec!["user1", "ID = ", "USER77", "nobody"]),
        proptest::option::of(1u32..5),
        some(vec!["written", "routed", "transactionStep"]),
        proptest::option::of(1u64..120),
    )
        .prop_map(|(client, operation, table, key, partition, kind, request)| Filter {
            client,
            operation,
            table,
            key,
            partition,
            kind,
            request,
        })
}

proptest! {
    /// What is found is what matches, around the place that was asked for, and counted right.
    #[test]
    fn a_filter_finds_what_matches(filter in a_filter(), around in 0u64..400, before in 0usize..9, after in 0usize..9) {
        let (ring, all) = ring_of(120, 10_000);
        let expected: Vec<&Event> = all.iter().filter(|event| matches(&filter, event, &all)).collect();
        let place = expected.partition_point(|event| event.id <= around);
        let from = place.saturating_sub(before);
        let to = (place + after).min(expected.len());
        let found = ring.find(&filter, around, before, after);
        prop_assert_eq!(found.events.iter().collect::<Vec<_>>(), &expected[from..to]);
        prop_assert_eq!((found.total, found.before), (expected.len() as u64, from as u64));
    }
}
