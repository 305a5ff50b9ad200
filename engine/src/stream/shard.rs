//! Shards and their lineage.

use serde::{Deserialize, Serialize};

use crate::table::{StreamSetting, StreamView};
use crate::timeline::{PartitionId, SplitCause};

/// How long a shard takes records before a child follows it: about four hours, as observed.
pub const SHARD_LIFE_MS: u64 = 4 * 60 * 60 * 1000;

/// Why a shard opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The stream was switched on, or the partition came with a new table.
    Enabled,
    /// Its parent was four hours old.
    RolledOver,
    /// The parent's partition was split; why, where that was kept.
    Split(Option<SplitCause>),
}

/// A shard: the changes of one partition for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// `shardId-…`.
    pub id: String,
    /// The label of its stream: a table whose stream is switched off and on again has two.
    pub stream: String,
    /// The stream's view type.
    pub view: StreamView,
    /// The shard that it follows; the name stays when the parent is trimmed.
    pub parent: Option<String>,
    /// The table's partition whose changes it takes.
    pub partition: PartitionId,
    /// Why its parent's partition was split, where that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<SplitCause>,
    /// When it opened.
    pub opened_ms: u64,
    /// The log position at which it opened: every record's is above.
    pub opened_at: u64,
    /// When it closed and the log position then; no record's is above.
    pub closed: Option<(u64, u64)>,
    /// The log position of the last record that was trimmed, or else of its opening.
    #[serde(default)]
    pub trimmed_to: u64,
}

/// The partition that an id names.
fn partition_of(id: &str) -> Option<PartitionId> {
    let tail = id.rsplit('-').next()?;
    PartitionId::from_str_radix(tail.get(..tail.len().checked_sub(8)?)?, 16).ok()
}

impl Shard {
    /// Why it opened. A parent of the same partition was old; one of another was split.
    pub fn origin(&self) -> Origin {
        match &self.parent {
            None => Origin::Enabled,
            Some(parent) if self.split.is_none() && partition_of(parent) == Some(self.partition) => {
                Origin::RolledOver
            }
            Some(_) => Origin::Split(self.split),
        }
    }
}

/// The shards of a table's stream, in the order in which they opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shards(pub Vec<Shard>);

impl Shards {
    /// The open shard of a partition.
    pub fn open_shard(&self, partition: PartitionId) -> Option<&Shard> {
        self.0.iter().rev().find(|shard| shard.partition == partition && shard.closed.is_none())
    }

    /// Opens a shard of a stream for a partition.
    pub fn open(
        &mut self,
        stream: &StreamSetting,
        partition: PartitionId,
        parent: Option<String>,
        now_ms: u64,
        position: u64,
    ) -> &Shard {
        // The position keeps two shards apart that one partition opens within a millisecond.
        let id = format!("shardId-{now_ms:020}-{partition:04x}{:08x}", position as u32);
        let (stream, view) = (stream.label.clone(), stream.view);
        self.0.push(Shard {
            id,
            stream,
            view,
            parent,
            partition,
            split: None,
            opened_ms: now_ms,
            opened_at: position,
            closed: None,
            trimmed_to: position,
        });
        self.0.last().expect("it was just put there")
    }

    /// Opens a shard for a part of a partition that was split.
    pub fn open_part(
        &mut self,
        stream: &StreamSetting,
        partition: PartitionId,
        (parent, cause): (String, SplitCause),
        now_ms: u64,
        position: u64,
    ) -> &Shard {
        self.open(stream, partition, Some(parent), now_ms, position);
        let opened = self.0.last_mut().expect("it was just put there");
        opened.split = Some(cause);
        opened
    }

    /// Closes a partition's open shard and returns its id.
    pub fn close(&mut self, partition: PartitionId, now_ms: u64, position: u64) -> Option<String> {
        let shard =
            self.0.iter_mut().rev().find(|shard| shard.partition == partition && shard.closed.is_none())?;
        shard.closed = Some((now_ms, position));
        Some(shard.id.clone())
    }

    /// The shard of that id.
    pub fn get(&self, id: &str) -> Option<&Shard> {
        self.0.iter().find(|shard| shard.id == id)
    }

    /// Notes that a shard's records are trimmed up to that position.
    pub fn trim(&mut self, id: &str, position: u64) {
        if let Some(shard) = self.0.iter_mut().find(|shard| shard.id == id) {
            shard.trimmed_to = shard.trimmed_to.max(position);
        }
    }

    /// When the first of those that closed did.
    pub fn closed_first_ms(&self) -> Option<u64> {
        self.0.iter().filter_map(|shard| shard.closed).map(|(at_ms, _)| at_ms).min()
    }

    /// Drops shards that closed before `before_ms`: all their records are trimmed.
    pub fn forget(&mut self, before_ms: u64) {
        self.0.retain(|shard| shard.closed.is_none_or(|(at_ms, _)| at_ms >= before_ms));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_follows_its_parent_and_a_closed_shard_is_kept_until_its_records_go() {
        let mut shards = Shards::default();
        let stream = StreamSetting { enabled: true, view: StreamView::KeysOnly, label: "now".into() };
        let first = shards.open(&stream, 1, None, 1_000, 5).id.clone();
        assert_eq!(shards.close(1, 2_000, 9), Some(first.clone()));
        assert_eq!(shards.open_shard(1), None);
        let child = shards.open(&stream, 1, Some(first.clone()), 2_000, 9).clone();
        assert_eq!(child.parent.as_deref(), Some(first.as_str()));
        assert_eq!(shards.open_shard(1), Some(&child));
        assert!(first < child.id, "ids ascend with time");
        assert_eq!(child.origin(), Origin::RolledOver);
        let cause = SplitCause::Heat;
        let part = shards.clone().open_part(&stream, 0x12345, (child.id.clone(), cause), 3_000, 12).clone();
        assert_eq!(part.origin(), Origin::Split(Some(cause)));
        assert_eq!(partition_of(&part.id), Some(0x12345));
        assert_eq!(Shard { split: None, ..part }.origin(), Origin::Split(None), "as older ones were saved");
        shards.forget(2_001);
        assert_eq!(shards.0, [child]);
    }
}
