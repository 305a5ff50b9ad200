//! A stream's shards as DescribeStream gives them, in the order of their lineage.
//!
//! Follows [DescribeStream](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html).

use serde_json::Value;

/// A shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// `shardId-…`.
    pub id: String,
    /// The shard that it follows; it may be trimmed already.
    pub parent: Option<String>,
    /// Its first sequence number.
    pub first: String,
    /// Its last one, once it is closed.
    pub last: Option<String>,
    /// How many ancestors of it there are.
    pub depth: usize,
}

impl Shard {
    /// Whether it still gets records.
    pub fn open(&self) -> bool {
        self.last.is_none()
    }

    /// The table's partition whose changes it takes. It stands in the id, as this engine makes it.
    pub fn partition(&self) -> Option<u64> {
        let tail = self.id.rsplit('-').next()?;
        u64::from_str_radix(tail.get(..tail.len().checked_sub(8)?)?, 16).ok()
    }

    /// The end of its id, which is what differs.
    pub fn short(&self) -> &str {
        self.id.rsplit('-').next().unwrap_or(&self.id)
    }
}

/// The shards of a StreamDescription, each below its parent.
pub fn read(description: &Value) -> Vec<Shard> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let shard = |shard: &Value| {
        let range = &shard["SequenceNumberRange"];
        Some(Shard {
            id: text(&shard["ShardId"])?,
            parent: text(&shard["ParentShardId"]),
            first: text(&range["StartingSequenceNumber"]).unwrap_or_default(),
            last: text(&range["EndingSequenceNumber"]),
            depth: 0,
        })
    };
    description["Shards"].as_array().into_iter().flatten().filter_map(shard).collect()
}

/// Each shard below its parent, with its depth.
pub fn tree(shards: Vec<Shard>) -> Vec<Shard> {
    let is_root =
        |shard: &Shard| !shards.iter().any(|other| Some(other.id.as_str()) == shard.parent.as_deref());
    let mut waiting: Vec<(usize, &Shard)> =
        shards.iter().rev().filter(|shard| is_root(shard)).map(|shard| (0, shard)).collect();
    let mut out = Vec::with_capacity(shards.len());
    while let Some((depth, shard)) = waiting.pop() {
        out.push(Shard { depth, ..shard.clone() });
        let children = shards.iter().rev().filter(|other| other.parent.as_deref() == Some(&shard.id));
        waiting.extend(children.map(|child| (depth + 1, child)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_child_stands_below_its_parent() {
        let shard = |id: &str, parent: Option<&str>, last: Option<&str>| {
            let mut shard = json!({"ShardId": id, "SequenceNumberRange": {"StartingSequenceNumber": "1"}});
            if let Some(parent) = parent {
                shard["ParentShardId"] = parent.into();
            }
            if let Some(last) = last {
                shard["SequenceNumberRange"]["EndingSequenceNumber"] = last.into();
            }
            shard
        };
        let id = |n: u64, partition: u64| format!("shardId-{n:020}-{partition:04x}{:08x}", 7);
        let (a, b, c, d) = (id(1, 1), id(1, 2), id(2, 3), id(2, 16));
        let all = json!({"Shards": [shard(&a, None, Some("9")), shard(&b, Some("gone"), None),
            shard(&c, Some(&a), None), shard(&d, Some(&a), None)]});
        let tree = tree(read(&all));
        let shown: Vec<(&str, usize, bool)> =
            tree.iter().map(|shard| (shard.id.as_str(), shard.depth, shard.open())).collect();
        assert_eq!(shown, [(a.as_str(), 0, false), (&c, 1, true), (&d, 1, true), (&b, 0, true)]);
        assert_eq!(
            tree.iter().map(Shard::partition).collect::<Vec<_>>(),
            [Some(1), Some(3), Some(16), Some(2)]
        );
    }
}
