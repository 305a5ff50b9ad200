//! What the events of a request are told as.

use super::*;
use engine::timeline::Consumed;

fn target(index: Option<&str>) -> Target {
    Target { table: "Orders".into(), index: index.map(str::to_owned) }
}

fn events(kinds: Vec<EventKind>) -> Vec<Event> {
    let at = |(at, kind)| Event { id: at as u64 + 1, at_ms: 1000, request: Some(1), region: None, kind };
    kinds.into_iter().enumerate().map(at).collect()
}

#[test]
fn a_query_is_told_with_its_arithmetic() {
    let totals = Totals::from([("Orders".to_owned(), 2), ("Orders / status-index".to_owned(), 4)]);
    let events = events(vec![
        EventKind::RequestReceived { operation: "Query".into(), table: Some("Orders".into()) },
        EventKind::Routed {
            target: target(Some("status-index")),
            partition: 3,
            hash: Some("00ff".into()),
            key: "status = shipped".into(),
            access: Access::Read,
            zone: Zone::A,
            leader: false,
            lag_ms: 38,
        },
        EventKind::Evaluated {
            target: target(Some("status-index")),
            partition: 3,
            evaluated: 12,
            returned: 9,
            size_bytes: 3174,
            asked: None,
        },
        EventKind::Metered {
            target: target(Some("status-index")),
            access: Access::Read,
            size_bytes: 3174,
            consistent: false,
            transactional: false,
            half_units: 1,
        },
        EventKind::RequestFinished {
            error: None,
            message: None,
            consumed: Consumed { read_half_units: 1, write_half_units: 0 },
            latency_us: 4250,
        },
    ]);
    assert!(explain(&events, &Totals::new()).headline.starts_with("1 partition · "));
    let told = explain(&events, &totals);
    assert_eq!(told.headline, "1 partition of 4 · 12 evaluated, 9 returned · 0.5 RCU");
    assert_eq!((told.touched[0].evaluated, told.touched[0].leader, told.latency_us), (12, false, Some(4250)));
    let text: Vec<&str> = told.sections.iter().flat_map(|s| &s.lines).map(|l| l.text.as_str()).collect();
    assert_eq!(
        text,
        [
            "status = shipped: its partition key hashes to 00ff, partition 3 of Orders / status-index, \
             served by the follower in az-a, 38 ms behind",
            "12 items (3.1 KB) looked at in partition 3 of Orders / status-index; \
             9 returned, 3 filtered out but paid for",
            "Orders / status-index: 3.1 KB, eventually consistent: rounded up to 4 KB, 1 unit, halved",
        ]
    );
    let ids: Vec<u64> = told.sections.iter().flat_map(|s| &s.lines).map(|l| l.event).collect();
    assert_eq!(ids, [2, 3, 4]);
}

#[test]
fn the_arithmetic_is_silent_where_it_does_not_come_out() {
    assert_eq!(
        arithmetic(Access::Write, 1500, false, true, 8),
        "1.5 KB, in a transaction: rounded up to 2 KB, 2 units, doubled"
    );
    assert_eq!(arithmetic(Access::Write, 1500, false, false, 10), "1.5 KB, a write");
    assert_eq!(
        arithmetic(Access::Read, 0, true, false, 2),
        "0 B, strongly consistent: rounded up to 4 KB, 1 unit"
    );
}

#[test]
fn figures_are_for_people() {
    assert_eq!((count(0), count(999), count(1_204_000)), ("0".into(), "999".into(), "1,204,000".into()));
    assert_eq!((size(1023), size(1024), size(1025)), ("1023 B".into(), "1 KB".into(), "1.1 KB".into()));
    assert_eq!((half(1), half(2005)), ("0.5".into(), "1,002.5".into()));
    assert_eq!((latency(840), latency(4250)), ("840 µs".into(), "4.2 ms".into()));
    assert_eq!(clock(1_700_000_000_207), "22:13:20.207");
}

#[test]
fn a_search_is_told_as_one() {
    let told = explain(
        &events(vec![
            EventKind::RequestReceived { operation: "SearchVectors".into(), table: Some("Orders".into()) },
            EventKind::Routed {
                target: target(None),
                partition: 3,
                hash: None,
                key: "by-meaning".into(),
                access: Access::Read,
                zone: Zone::A,
                leader: false,
                lag_ms: 38,
            },
            EventKind::Evaluated {
                target: target(None),
                partition: 3,
                evaluated: 12,
                returned: 5,
                size_bytes: 144,
                asked: None,
            },
        ]),
        &Totals::new(),
    );
    assert_eq!(told.headline, "1 partition · 12 compared, 5 candidates");
    let text: Vec<&str> = told.sections.iter().flat_map(|s| &s.lines).map(|l| l.text.as_str()).collect();
    assert_eq!(
        text,
        [
            "the items of by-meaning in partition 3 of Orders, at the follower in az-a, 38 ms behind",
            "12 entries (144 B) of the index compared in partition 3 of Orders: its closest 5 go on, and the closest of all \
             partitions are the answer",
        ]
    );
}

#[test]
fn a_request_refused_before_it_is_routed_touched_nothing() {
    let refused = |error: &str, consumed: Consumed| {
        vec![
            EventKind::RequestReceived { operation: "PutItem".into(), table: Some("Orders".into()) },
            EventKind::RequestFinished {
                error: Some(error.into()),
                message: Some("no".into()),
                consumed,
                latency_us: 900,
            },
        ]
    };
    let nothing = Consumed { read_half_units: 0, write_half_units: 0 };
    for (error, why) in [
        ("ValidationException", "checked by the request router"),
        ("ResourceNotFoundException", "looked up in the metadata"),
        ("SerializationException", "not of the operation's shape"),
        ("ResourceInUseException", "busy with another change"),
        ("InternalServerError", "before a key was hashed"),
    ] {
        let told = explain(&events(refused(error, nothing)), &Totals::new());
        assert_eq!(told.headline, "Refused before it was routed · no partition asked · nothing charged");
        let [section] = told.sections.as_slice() else { panic!("{:?}", told.sections) };
        assert_eq!(
            (section.title, section.lines.len(), section.lines[0].mark.as_str()),
            ("Refused", 2, error)
        );
        assert!(section.lines[0].text.contains(why), "{}", section.lines[0].text);
        assert_eq!((section.lines[0].tone, section.lines[0].event), ("refused", 2));
    }
    // One that was charged came to its partition.
    let charged = Consumed { read_half_units: 0, write_half_units: 2 };
    let told = explain(&events(refused("ConditionalCheckFailedException", charged)), &Totals::new());
    assert_eq!(told.headline, "1 WCU");
    // One that was throttled, too.
    let mut throttled = refused("ProvisionedThroughputExceededException", nothing);
    throttled.insert(
        1,
        EventKind::Throttled {
            target: target(None),
            partition: 1,
            access: Access::Write,
            reason: "full".into(),
        },
    );
    let told = explain(&events(throttled), &Totals::new());
    assert_eq!(told.sections[0].title, "Units");
}
