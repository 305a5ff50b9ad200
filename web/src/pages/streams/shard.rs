//! A stream's shards: as DescribeStream gives them, with what the inspector's Dynascope.DescribeShards adds, and their places as a
//! tree that grows to the right.
//!
//! Follows [DescribeStream](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shard {
    /// `shardId-…`.
    pub id: String,
    /// The shard that it follows; it may be trimmed already.
    pub parent: Option<String>,
    /// Its first sequence number.
    pub first: String,
    /// Its last one, once it is closed.
    pub last: Option<String>,
    /// The inspector's facts.
    pub facts: Facts,
    /// How many of its ancestors are still there.
    pub depth: usize,
    /// The line it stands on, in halves: a parent stands between its first child and its last one.
    pub half_row: usize,
}

/// What only the inspector knows of a shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The table's partition whose changes it takes.
    pub partition: u64,
    /// `STREAM_ENABLED`, `ROLLED_OVER` or `PARTITION_SPLIT`.
    pub opened_by: String,
    /// Why the partition was split.
    pub split_cause: Option<String>,
    /// When it opened, in milliseconds of the epoch.
    pub opened_ms: u64,
    /// When it closed.
    pub closed_ms: Option<u64>,
    /// `ROLLED_OVER`, `PARTITION_SPLIT` or `STREAM_ENDED`.
    pub closed_by: Option<String>,
    /// When it is gone.
    pub gone_ms: Option<u64>,
    /// The last sequence number that is too old to be read.
    pub trimmed_to: Option<String>,
}

impl Shard {
    /// Whether it still gets records.
    pub fn open(&self) -> bool {
        self.last.is_none()
    }

    /// The end of its id, which is what differs.
    pub fn short(&self) -> &str {
        self.id.rsplit('-').next().unwrap_or(&self.id)
    }

    /// Why it opened, in words.
    pub fn origin(&self) -> String {
        match self.facts.opened_by.as_str() {
            "ROLLED_OVER" => "its parent was four hours old".into(),
            "PARTITION_SPLIT" => match &self.facts.split_cause {
                Some(cause) => format!("its parent's partition was split ({cause})"),
                None => "its parent's partition was split".into(),
            },
            _ => "the stream began".into(),
        }
    }
}

/// The shards of a StreamDescription.
pub fn read(description: &Value) -> Vec<Shard> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let shard = |shard: &Value| {
        let range = &shard["SequenceNumberRange"];
        Some(Shard {
            id: text(&shard["ShardId"])?,
            parent: text(&shard["ParentShardId"]),
            first: text(&range["StartingSequenceNumber"]).unwrap_or_default(),
            last: text(&range["EndingSequenceNumber"]),
            ..Shard::default()
        })
    };
    description["Shards"].as_array().into_iter().flatten().filter_map(shard).collect()
}

/// The facts of a Dynascope.DescribeShards answer, by shard.
pub fn facts(answer: &Value) -> BTreeMap<String, Facts> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let one = |shard: &Value| {
        let facts = Facts {
            partition: shard["Partition"].as_u64()?,
            opened_by: text(&shard["OpenedBy"]).unwrap_or_default(),
            split_cause: text(&shard["SplitCause"]),
            opened_ms: shard["OpenedAtMilliseconds"].as_u64()?,
            closed_ms: shard["ClosedAtMilliseconds"].as_u64(),
            closed_by: text(&shard["ClosedBy"]),
            gone_ms: shard["GoneAtMilliseconds"].as_u64(),
            trimmed_to: text(&shard["TrimmedTo"]),
        };
        Some((text(&shard["ShardId"])?, facts))
    };
    answer["Shards"].as_array().into_iter().flatten().filter_map(one).collect()
}

/// Each shard below its parent, with its place.
pub fn tree(shards: Vec<Shard>) -> Vec<Shard> {
    let there: BTreeSet<&str> = shards.iter().map(|shard| shard.id.as_str()).collect();
    let mut children: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut roots = Vec::new();
    for (at, shard) in shards.iter().enumerate() {
        match shard.parent.as_deref().filter(|parent| there.contains(parent)) {
            Some(parent) => children.entry(parent).or_default().push(at),
            None => roots.push(at),
        }
    }
    let of = |at: usize| children.get(shards[at].id.as_str()).map_or(&[][..], Vec::as_slice);
    // Parents before their children; a parent's line follows from theirs.
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(shards.len());
    let mut waiting: Vec<(usize, usize)> = roots.iter().rev().map(|at| (0, *at)).collect();
    let mut half_rows = vec![0; shards.len()];
    let mut rows = 0;
    while let Some((depth, at)) = waiting.pop() {
        order.push((depth, at));
        let below = of(at);
        if below.is_empty() {
            half_rows[at] = 2 * rows;
            rows += 1;
        }
        waiting.extend(below.iter().rev().map(|child| (depth + 1, *child)));
    }
    for (_, at) in order.iter().rev() {
        if let [first, .., last] | [first @ last] = of(*at) {
            half_rows[*at] = usize::midpoint(half_rows[*first], half_rows[*last]);
        }
    }
    let placed = |(depth, at): &(usize, usize)| Shard {
        depth: *depth,
        half_row: half_rows[*at],
        ..shards[*at].clone()
    };
    order.iter().map(placed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shard(id: &str, parent: Option<&str>, last: Option<&str>) -> Value {
        let mut shard = json!({"ShardId": id, "SequenceNumberRange": {"StartingSequenceNumber": "1"}});
        if let Some(parent) = parent {
            shard["ParentShardId"] = parent.into();
        }
        if let Some(last) = last {
            shard["SequenceNumberRange"]["EndingSequenceNumber"] = last.into();
        }
        shard
    }

    #[test]
    fn a_child_stands_right_of_its_parent_and_a_parent_between_its_children() {
        let all = json!({"Shards": [shard("a", None, Some("9")), shard("b", Some("gone"), None),
            shard("c", Some("a"), None), shard("d", Some("a"), Some("9")), shard("e", Some("d"), None)]});
        let tree = tree(read(&all));
        let shown: Vec<(&str, usize, usize, bool)> =
            tree.iter().map(|shard| (shard.id.as_str(), shard.depth, shard.half_row, shard.open())).collect();
        assert_eq!(
            shown,
            [("a", 0, 1, false), ("c", 1, 0, true), ("d", 1, 2, false), ("e", 2, 2, true), ("b", 0, 4, true)]
        );
    }

    #[test]
    fn the_inspector_says_why_a_shard_opened() {
        let answer = json!({"Shards": [{"ShardId": "a", "Partition": 3, "OpenedAtMilliseconds": 5, "OpenedBy": "PARTITION_SPLIT",
            "SplitCause": "HEAT", "TrimmedTo": "7"}, {"ShardId": "b", "Partition": 4, "OpenedAtMilliseconds": 5, "OpenedBy": "ROLLED_OVER"}]});
        let facts = facts(&answer);
        let origin = |id: &str| Shard { facts: facts[id].clone(), ..Shard::default() }.origin();
        assert_eq!(origin("a"), "its parent's partition was split (HEAT)");
        assert_eq!(origin("b"), "its parent was four hours old");
        assert_eq!((facts["a"].partition, facts["a"].trimmed_to.as_deref()), (3, Some("7")));
    }
}
