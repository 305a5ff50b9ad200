//! The words of findings.

use super::super::bands::tests::{orders, table};
use super::*;
use engine::insight::Heat;
use serde_json::{Value, json};

fn found(kind: FindingKind, index: bool, access: Access) -> Finding {
    let bands = orders();
    let target = bands[usize::from(index)].target.clone();
    Finding { target, access, row: Some(7), second: 43_471, throttles: 0, kind }
}

fn tell(found: &Finding) -> Told {
    let mut bands = orders();
    (bands[0].rows[1].row, bands[1].rows[0].row) = (Some(7), Some(8));
    let (heat, table) = (Heat::default(), table(json!({"ReadCapacityUnits": 10, "WriteCapacityUnits": 20})));
    Words { bands: &bands, history: heat.history(), table: &table, seconds: 60 }.tell(found)
}

#[test]
fn a_hot_partition_is_told_with_its_evidence() {
    let hot = Concentration {
        target: orders()[0].target.clone(),
        partitions: 4,
        row: 7,
        access: Access::Write,
        half_units: 8420,
        total_half_units: 11_860,
        peak_half_units: 264,
        throttles: 0,
    };
    let told = tell(&found(FindingKind::HotPartition(hot.clone()), false, Access::Write));
    assert_eq!(told.sentence, "One partition of 4 took 70 % of the write units in the last 60 s.");
    assert_eq!(
        told.evidence,
        "p2 (8000… – ffff…): 4,210 of 5,930 WCU; 132 in its busiest second, 13 % of its 1,000 WCU."
    );
    assert_eq!(told.partition, Some(2));
    let of_index = Concentration {
        target: orders()[1].target.clone(),
        row: 8,
        access: Access::Read,
        throttles: 1,
        ..hot
    };
    let told = tell(&found(FindingKind::HotPartition(of_index), true, Access::Read));
    assert!(told.sentence.starts_with("One partition of 4 of status-index took 70 % of the read units"));
    assert!(
        told.evidence.ends_with("4.4 % of its 3,000 RCU; 1 read request refused there."),
        "{}",
        told.evidence
    );
}

#[test]
fn a_hot_key_is_told_with_the_suffixes_that_carry_it() {
    let hot = |wanted_half_units, keys| FindingKind::HotKey {
        hash: 7,
        half_units: 7_100,
        partition_half_units: 10_000,
        today: true,
        spread: Spread { wanted_half_units, partition_units: 1_000, keys },
    };
    let told = tell(&Finding { throttles: 12, ..found(hot(4_800, 3), false, Access::Write) });
    assert_eq!(told.sentence, "One key takes 71 % of the writes of one partition.");
    assert_eq!(
        told.evidence,
        "user_id = hash 0000000000000007: 3,550 of the partition's 5,000 WCU in the last 60 s; 12 writes refused."
    );
    assert!(
        told.rule.contains("No split helps a single key") && told.rule.contains("today's date"),
        "{}",
        told.rule
    );
    assert!(
        told.advice.starts_with("Write sharding: with a suffix from 0 to 2 behind the key"),
        "{}",
        told.advice
    );
    assert!(told.advice.contains("3 keys share the 2,400 WCU"), "{}", told.advice);
    let told = tell(&found(hot(200, 2), false, Access::Write));
    assert!(
        told.advice.starts_with("At 100 WCU in its busiest second one partition still carries it."),
        "{}",
        told.advice
    );
}

#[test]
fn what_an_index_lacks_is_said_in_units() {
    let lacks = |provisioned, of_partition| FindingKind::BackPressure {
        of_partition,
        provisioned,
        table_provisioned: Some(500),
        wanted_half_units: 401,
    };
    let told = tell(&Finding { throttles: 3_000, ..found(lacks(Some(50), false), true, Access::Write) });
    assert_eq!(told.sentence, "status-index cannot take its writes, and refuses those of Orders.");
    assert_eq!(
        told.evidence,
        "3,000 writes of Orders refused in the last 60 s; 200.5 WCU were wanted of the index in its busiest second; it has 50 WCU, \
         the table has 500 WCU."
    );
    assert!(told.advice.starts_with("Provision status-index with 201 WCU at least"), "{}", told.advice);
    let told = tell(&found(lacks(None, true), true, Access::Write));
    assert!(told.advice.contains("a key with more values"), "{}", told.advice);
}

#[test]
fn idle_capacity_is_a_share_or_a_partitions_own_limit() {
    let idle = |peak| FindingKind::IdleCapacity {
        partition_peak_half_units: peak,
        peak_half_units: 380,
        provisioned: 1_000,
        partitions: 10,
    };
    let told = tell(&Finding { throttles: 40, ..found(idle(204), false, Access::Write) });
    assert!(
        told.evidence.ends_with("it took 102 WCU in its busiest second, all partitions 190 of 1,000 WCU."),
        "{}",
        told.evidence
    );
    assert!(
        told.rule.ends_with("each of 10 partitions has its part of the table's 1,000 WCU: 100 WCU."),
        "{}",
        told.rule
    );
    let told = tell(&found(idle(2_000), false, Access::Write));
    assert!(told.rule.contains("at most 1,000 WCU"), "{}", told.rule);
}

#[test]
fn every_kind_has_its_words() {
    let spread = Spread { wanted_half_units: 10, partition_units: 1_000, keys: 2 };
    let kinds = [
        FindingKind::RisingKeys {
            key: "day = 2026-11-22".into(),
            half_units: 9,
            total_half_units: 10,
            today: true,
            spread,
        },
        FindingKind::MovingKeys {
            keys: vec![(1, 43_400), (2, 43_460)],
            half_units: 8,
            total_half_units: 10,
            today: false,
            spread,
        },
        FindingKind::FewKeys { keys: 3, hottest: 5, half_units: 4, total_half_units: 10, spread },
        FindingKind::Split {
            helped: true,
            into: vec![1, 2],
            cause: SplitCause::Heat,
            before: (1_200, 30),
            after: (0, 11),
            largest_half_units: 55,
            all_half_units: 100,
        },
        FindingKind::NotSplit { reason: "ONE_COLLECTION".into() },
    ];
    let sentences = kinds.map(|kind| tell(&found(kind, true, Access::Write)).sentence);
    assert_eq!(
        sentences,
        [
            "Rising keys in one partition of status-index: the heat moves, splitting will not help.",
            "The heat of status-index moves from key to key, splitting will not help.",
            "status-index has 3 partition keys for all of its writes.",
            "The split of one partition of status-index at 12:04:31 helped.",
            "one partition of status-index stays near its limit and is not split.",
        ]
    );
    let split = tell(&found(
        FindingKind::Split {
            helped: false,
            into: vec![1],
            cause: SplitCause::Requested,
            before: (1_200, 30),
            after: (3, 11),
            largest_half_units: 99,
            all_half_units: 100,
        },
        false,
        Access::Write,
    ));
    assert!(split.evidence.starts_with("Refused a second: 40 before, 0.2 after"), "{}", split.evidence);
    assert_eq!(table(Value::Null).keys.hash[0].name, "user_id");
}
