//! What is found, and what is not: of counts made by hand, and of runs.

use proptest::prelude::*;

use super::*;
use crate::insight::Heat;
use crate::random::Random;
use crate::timeline::{Event, EventKind, Limit, Tally, Zone};

/// Noon on 22 November 2026, in seconds.
const NOON: u64 = 1_795_348_800;

fn target(index: Option<&str>) -> Target {
    Target { table: "Orders".into(), index: index.map(str::to_owned) }
}

/// So many partitions of the table, with the numbers from 1, or of the index, from 101.
struct Counted {
    heat: Heat,
    subjects: Vec<Subject>,
    requests: u64,
}

impl Counted {
    fn new(partitions: u32, index_partitions: u32, provisioned: Option<[u64; 2]>) -> Counted {
        let mut heat = Heat::default();
        let mut subjects = Vec::new();
        for (index, first, count) in [(None, 1, partitions), (Some("by-status"), 101, index_partitions)] {
            let events: Vec<Event> =
                (first..first + count).map(|partition| opened(index, partition, None, 0)).collect();
            heat.observe(&events, &[]);
            let rows = (first..first + count).filter_map(|one| heat.history().rows().row_of(one)).collect();
            subjects.push(Subject { target: target(index), rows, provisioned });
        }
        Counted { heat, subjects, requests: 0 }
    }

    fn write(&mut self, second: u64, partition: u32, hash: u64, half_units: u64) {
        self.requests += 1;
        let request = Some(self.requests);
        self.heat.count(&Tally { request, half_units, ..tally(second, partition, hash) });
    }

    fn refuse(&mut self, second: u64, partition: u32, hash: u64, limit: Limit) {
        self.heat.count(&Tally { throttled: Some(limit), latency_us: 0, ..tally(second, partition, hash) });
    }

    fn found(&self) -> Vec<Finding> {
        let end = self.heat.history().newest().map_or(0, |second| second + 1);
        findings(self.heat.history(), &self.subjects, end.saturating_sub(60), end)
    }

    fn names(&self) -> Vec<&'static str> {
        self.found().iter().map(|one| one.kind.name()).collect()
    }
}

fn tally(second: u64, partition: u32, hash: u64) -> Tally {
    Tally {
        at_ms: second * 1000,
        request: Some(second),
        table: 1,
        index: 0,
        partition,
        access: Access::Write,
        hash: Some(hash),
        half_units: 0,
        size_bytes: 100,
        throttled: None,
        latency_us: 4_000,
        arrived: 0,
        lag_ms: 0,
    }
}

fn opened(index: Option<&str>, partition: u32, parent: Option<u32>, second: u64) -> Event {
    let (first, last) = (format!("{partition:016x}"), format!("{partition:016x}"));
    let (leader, cause) = (Zone::A, SplitCause::Heat);
    let kind =
        EventKind::PartitionOpened { target: target(index), partition, parent, first, last, leader, cause };
    Event { id: 1, at_ms: second * 1000, request: None, region: None, kind }
}

fn routed(partition: u32, hash: u64, key: &str) -> Event {
    let kind = EventKind::Routed {
        target: target(None),
        partition,
        hash: Some(format!("{hash:016x}")),
        key: key.into(),
        access: Access::Write,
        zone: Zone::A,
        leader: true,
        lag_ms: 0,
    };
    Event { id: 1, at_ms: NOON * 1000, request: Some(1), region: None, kind }
}

#[test]
fn a_hot_key_is_told_with_the_keys_that_it_should_be() {
    let mut counted = Counted::new(4, 0, None);
    for second in NOON..NOON + 10 {
        (0..100).for_each(|n| counted.write(second, 1 + n as u32 % 4, 1_000 + n, 2));
        (0..900).for_each(|_| counted.write(second, 2, 7, 2));
        (0..1_500).for_each(|_| counted.refuse(second, 2, 7, Limit::KeyRange));
    }
    let found = counted.found();
    let one = &found[0];
    assert_eq!((one.kind.name(), one.throttles, one.access), ("hot-key", 15_000, Access::Write));
    assert_eq!(one.row, counted.heat.history().rows().row_of(2));
    let FindingKind::HotKey { hash, half_units, partition_half_units, today, spread } = one.kind else {
        panic!("{one:?}")
    };
    assert_eq!((hash, half_units, partition_half_units, today), (7, 18_000, 18_500, false));
    // 2,400 units a second were wanted: three partitions would be full, four are planned.
    assert_eq!((spread.wanted_half_units, spread.partition_units, spread.keys), (4_800, 1_000, 3));
    assert_eq!(counted.names(), ["hot-key"], "that its partition is hot follows from it");
}

#[test]
fn a_hot_partition_without_a_hot_key_is_told_as_one() {
    let mut counted = Counted::new(4, 0, None);
    (0..2_000)
        .for_each(|n| counted.write(NOON + n / 100, if n % 5 < 3 { 3 } else { n as u32 % 4 + 1 }, n, 2));
    assert_eq!(counted.names(), ["hot-partition"]);
}

#[test]
fn writes_that_rise_within_one_key_are_told_and_that_it_is_today() {
    let mut counted = Counted::new(4, 0, None);
    let rises = |rises| {
        let (target, key) = (target(None), "day = 2026-11-22".to_owned());
        let kind = EventKind::KeysRise { target, partition: 2, key, rises };
        Event { id: 1, at_ms: NOON * 1000, request: None, region: None, kind }
    };
    counted.heat.observe(&[rises(true)], &[]);
    (0..3_000).for_each(|n| counted.write(NOON + n / 100, 2, 7, 2));
    let found = counted.found();
    assert_eq!(counted.names(), ["rising-keys"], "{found:?}");
    let FindingKind::RisingKeys { ref key, half_units, total_half_units, today, .. } = found[0].kind else {
        panic!("{found:?}")
    };
    assert_eq!((key.as_str(), half_units, total_half_units, today), ("day = 2026-11-22", 6_000, 6_000, true));
    counted.heat.observe(&[rises(false)], &[]);
    assert_eq!(counted.names(), ["hot-key"], "no more");
}

#[test]
fn heat_that_moves_from_key_to_key_is_told_and_heat_that_comes_back_is_not() {
    let mut counted = Counted::new(4, 0, None);
    for second in NOON..NOON + 40 {
        // A new key every ten seconds: the minute, say.
        let turn = (second - NOON) / 10;
        (0..80).for_each(|_| counted.write(second, 1 + turn as u32 % 4, 500 + turn, 2));
        (0..20).for_each(|n| counted.write(second, 1 + n as u32 % 4, 1_000 + n, 2));
    }
    counted.heat.observe(&[routed(4, 503, "minute = 20261122T1200")], &[]);
    let found = counted.found();
    assert_eq!(counted.names(), ["moving-keys"], "{found:?}");
    let FindingKind::MovingKeys { ref keys, half_units, total_half_units, today, .. } = found[0].kind else {
        panic!("{found:?}")
    };
    let turns: Vec<_> = (0..4).map(|turn| (500 + turn, NOON + turn * 10)).collect();
    assert_eq!((keys, half_units, total_half_units, today), (&turns, 6_400, 8_000, true));

    let mut counted = Counted::new(4, 0, None);
    for second in NOON..NOON + 40 {
        (0..80).for_each(|_| counted.write(second, 1, 500 + (second - NOON) / 10 % 2, 2));
    }
    assert!(!counted.names().contains(&"moving-keys"), "two keys in turn do not move on");
}

#[test]
fn an_index_of_few_keys_is_told_and_one_of_many_is_not() {
    let few = |keys: u64| {
        let mut counted = Counted::new(2, 2, None);
        (0..3_000).for_each(|n| {
            counted.write(NOON + n / 100, 1 + n as u32 % 2, n, 2);
            counted.write(NOON + n / 100, 101 + (n % keys) as u32 % 2, 50 + n % keys, 2);
        });
        counted.found()
    };
    let found = few(4);
    assert_eq!(found.len(), 1, "{found:?}");
    let FindingKind::FewKeys { keys, half_units, total_half_units, .. } = found[0].kind else {
        panic!("{found:?}")
    };
    assert_eq!((keys, half_units, total_half_units), (4, 1_500, 6_000));
    assert_eq!(found[0].target, target(Some("by-status")));
    assert_eq!(few(40), []);
}

#[test]
fn an_index_that_refuses_its_tables_writes_is_told_with_what_it_lacks() {
    let mut counted = Counted::new(1, 1, Some([10, 50]));
    counted.subjects[0].provisioned = Some([10, 500]);
    for second in NOON..NOON + 20 {
        (0..50).for_each(|n| counted.write(second, 1, n * 100 + second, 2));
        (0..50).for_each(|n| counted.write(second, 101, n * 100 + second, 2));
        (0..150).for_each(|n| counted.refuse(second, 101, n * 100 + second, Limit::Provisioned));
    }
    let found = counted.found();
    assert_eq!((found[0].throttles, &found[0].target), (3_000, &target(Some("by-status"))), "{found:?}");
    assert_eq!(
        found[0].kind,
        FindingKind::BackPressure {
            of_partition: false,
            provisioned: Some(50),
            table_provisioned: Some(500),
            wanted_half_units: 400
        }
    );
}

#[test]
fn a_partition_that_refuses_while_its_table_has_capacity_is_told() {
    let mut counted = Counted::new(10, 0, Some([1_000, 1_000]));
    for second in NOON..NOON + 20 {
        (0..100).for_each(|n| counted.write(second, 4, n * 1_000 + second, 2));
        (0..100).for_each(|n| counted.refuse(second, 4, n * 1_000 + second, Limit::KeyRange));
        (0..90).for_each(|n| counted.write(second, 1 + n as u32 % 10, n * 1_000 + second, 2));
    }
    let found = counted.found();
    let kind = FindingKind::IdleCapacity {
        partition_peak_half_units: 218,
        peak_half_units: 380,
        provisioned: 1_000,
        partitions: 10,
    };
    assert_eq!((&found[0].kind, found[0].throttles), (&kind, 2_000), "{found:?}");
    counted.subjects[0].provisioned = Some([1_000, 200]);
    assert!(!counted.names().contains(&"idle-capacity"), "it uses what it has");
}

#[test]
fn a_split_is_told_with_what_it_did() {
    let split = |left_percent: u64, refused: u64| {
        let mut counted = Counted::new(2, 0, None);
        for second in NOON..NOON + 30 {
            (0..100).for_each(|n| counted.write(second, 1, n * 1_000 + second, 20));
            (0..40).for_each(|n| counted.refuse(second, 1, n * 1_000 + second, Limit::KeyRange));
        }
        let at = NOON + 30;
        counted.heat.observe(&[opened(None, 8, Some(1), at), opened(None, 9, Some(1), at)], &[]);
        for second in at..at + 12 {
            for n in 0..100 {
                counted.write(second, if n < left_percent { 8 } else { 9 }, n * 1_000 + second, 20);
            }
            (0..refused).for_each(|n| counted.refuse(second, 8, n, Limit::KeyRange));
        }
        let found = counted.found();
        let split = found.into_iter().find(|one| one.kind.name() == "split").expect("it is told");
        let FindingKind::Split { helped, before, after, largest_half_units, all_half_units, .. } = split.kind
        else {
            panic!("{split:?}")
        };
        (helped, before, after, largest_half_units * 100 / all_half_units)
    };
    assert_eq!(split(55, 0), (true, (1_200, 30), (0, 11), 55));
    assert_eq!(split(99, 40), (false, (1_200, 30), (440, 11), 99));
}

#[test]
fn that_a_partition_is_not_split_is_told_where_nothing_else_tells_it() {
    let mut counted = Counted::new(2, 0, None);
    let reason = "ONE_COLLECTION".to_owned();
    let kind = EventKind::SplitDeclined { target: target(None), partition: 1, reason };
    counted.heat.observe(&[Event { id: 1, at_ms: NOON * 1000, request: None, region: None, kind }], &[]);
    (0..2_000).for_each(|n| counted.write(NOON + n / 100, 1 + n as u32 % 2, n, 2));
    assert_eq!(counted.names(), ["not-split"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Even traffic, to however many partitions and keys, is no finding.
    #[test]
    fn even_traffic_is_no_finding(seed: u64, partitions in 1u32..12, keys in 300u64..5_000, reads: bool) {
        let mut counted = Counted::new(partitions, partitions, Some([5_000, 5_000]));
        let mut random = Random::new(seed);
        let access = if reads { Access::Read } else { Access::Write };
        for n in 0..6_000 {
            let key = random.below(keys);
            let partition = 1 + (key % u64::from(partitions)) as u32;
            for partition in [partition, partition + 100] {
                let hash = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let request = Some(n);
                counted.heat.count(&Tally { access, request, half_units: 2, ..tally(NOON + n / 100, partition, hash) });
            }
        }
        prop_assert_eq!(counted.found(), vec![]);
    }
}
