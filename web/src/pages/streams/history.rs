//! What the timeline knows of a stream: the splits and endings behind its shards, the request behind a record, and the record
//! under the playhead.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use engine::timeline::{Event, EventKind};

use super::detail::Maker;
use super::shard::Shard;
use super::tree::Joint;

/// What made each closed shard's children, by the shard.
pub fn joints(events: &VecDeque<Rc<Event>>, table: &str, shards: &[Shard]) -> BTreeMap<String, Joint> {
    let mut splits: BTreeMap<u64, u64> = BTreeMap::new();
    let mut closed: BTreeMap<&str, u64> = BTreeMap::new();
    for event in events.iter().filter(|event| event.region.is_none()) {
        match &event.kind {
            EventKind::PartitionSplit { target, from, .. }
                if target.table == table && target.index.is_none() =>
            {
                splits.insert(u64::from(*from), event.id);
            }
            EventKind::ShardClosed { target, shard } if target.table == table => {
                closed.insert(shard, event.id);
            }
            _ => {}
        }
    }
    let joint = |shard: &Shard| {
        let children = shards.iter().filter(|child| child.parent.as_ref() == Some(&shard.id));
        let children: Vec<&Shard> = children.collect();
        let first = children.first()?;
        let own = closed.get(shard.id.as_str()).copied();
        let partition = shard.facts.partition;
        Some(match first.facts.opened_by.as_str() {
            "PARTITION_SPLIT" => {
                let parts: Vec<String> =
                    children.iter().map(|child| child.facts.partition.to_string()).collect();
                let cause = first
                    .facts
                    .split_cause
                    .as_deref()
                    .map_or_else(String::new, |cause| format!(" ({cause})"));
                let told = format!("Partition {partition} was split into {}{cause}.", parts.join(" and "));
                Joint { told, event: splits.get(&partition).copied().or(own) }
            }
            _ => Joint {
                told: format!(
                    "The shard of partition {partition} was about four hours old: another one follows it."
                ),
                event: own,
            },
        })
    };
    shards.iter().filter_map(|shard| Some((shard.id.clone(), joint(shard)?))).collect()
}

/// The request that made a table's record, as far as the timeline has it.
pub fn maker(events: &VecDeque<Rc<Event>>, table: &str, number: &str) -> Option<Maker> {
    let of = |event: &'_ Event| match &event.kind {
        EventKind::StreamRecord { target, sequence_number, .. }
            if event.region.is_none() && target.table == table =>
        {
            Some(sequence_number.clone())
        }
        _ => None,
    };
    let event = events.iter().rev().find(|event| of(event).as_deref() == Some(number))?;
    let request = event.request;
    let own = || events.iter().filter(|other| request.is_some() && other.request == request);
    let operation = own().find_map(|event| match &event.kind {
        EventKind::RequestReceived { operation, .. } => Some(operation.clone()),
        _ => None,
    });
    Some(Maker {
        request,
        operation,
        event: event.id,
        records: own().filter_map(|event| of(event)).collect(),
    })
}

/// The sequence number of the table's record that an event tells of.
pub fn record_of(event: &Event, table: &str) -> Option<String> {
    match &event.kind {
        EventKind::StreamRecord { target, sequence_number, .. }
            if event.region.is_none() && target.table == table =>
        {
            Some(sequence_number.clone())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::shard::{Facts, tree};
    use super::*;
    use engine::timeline::{SplitCause, Target};

    fn table() -> Target {
        Target { table: "T".into(), index: None }
    }

    fn event(id: u64, request: Option<u64>, kind: EventKind) -> Rc<Event> {
        Rc::new(Event { id, at_ms: id, request, region: None, kind })
    }

    fn record(number: &str) -> EventKind {
        EventKind::StreamRecord {
            target: table(),
            shard: "s".into(),
            sequence_number: number.into(),
            event_name: "INSERT".into(),
        }
    }

    #[test]
    fn a_record_has_its_request_and_that_its_other_records() {
        let received = EventKind::RequestReceived { operation: "BatchWriteItem".into(), table: None };
        let events: VecDeque<Rc<Event>> = [
            event(1, Some(7), received),
            event(2, Some(7), record("10")),
            event(3, Some(8), record("11")),
            event(4, Some(7), record("12")),
            event(5, None, record("13")),
        ]
        .into();
        let made = maker(&events, "T", "12").unwrap();
        assert_eq!((made.request, made.event), (Some(7), 4));
        assert_eq!(
            (made.operation.as_deref(), made.records),
            (Some("BatchWriteItem"), vec!["10".into(), "12".into()])
        );
        let by_itself = maker(&events, "T", "13").unwrap();
        assert_eq!((by_itself.request, by_itself.records.len()), (None, 0));
        assert_eq!((maker(&events, "T", "99"), maker(&events, "U", "10")), (None, None));
    }

    #[test]
    fn a_shards_children_are_tied_to_the_split_or_to_its_end() {
        let shard = |id: &str, parent: Option<&str>, partition: u64, by: &str| Shard {
            id: id.into(),
            parent: parent.map(str::to_owned),
            facts: Facts {
                partition,
                opened_by: by.into(),
                split_cause: Some("HEAT".into()),
                ..Facts::default()
            },
            ..Shard::default()
        };
        let shards = tree(vec![
            shard("a", None, 1, "STREAM_ENABLED"),
            shard("b", Some("a"), 2, "PARTITION_SPLIT"),
            shard("c", Some("a"), 3, "PARTITION_SPLIT"),
            shard("d", Some("b"), 2, "ROLLED_OVER"),
        ]);
        let split = EventKind::PartitionSplit {
            target: table(),
            from: 1,
            into: vec![2, 3],
            cause: SplitCause::Heat,
            cut_at: Vec::new(),
        };
        let closed = |shard: &str| EventKind::ShardClosed { target: table(), shard: shard.into() };
        let events = [event(1, None, split), event(2, None, closed("a")), event(3, None, closed("b"))].into();
        let joints = joints(&events, "T", &shards);
        assert_eq!(
            joints["a"],
            Joint { told: "Partition 1 was split into 2 and 3 (HEAT).".into(), event: Some(1) }
        );
        assert_eq!(joints["b"].event, Some(3));
        assert_eq!(joints.len(), 2);
    }
}
