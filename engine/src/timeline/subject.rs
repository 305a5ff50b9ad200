//! What an event is about: its kind's name, its table, partition, key, client.
//!
//! Owns the answers that a filter of the timeline asks every event for. Nothing is decided here, and nothing worded.

use super::event::EventKind;
use super::names::{PartitionId, Target};

impl EventKind {
    /// The kind's name, as it stands in the event's JSON: `requestReceived`.
    pub fn name(&self) -> &'static str {
        use EventKind::*;
        match self {
            RequestReceived { .. } => "requestReceived",
            Routed { .. } => "routed",
            TokensTaken { .. } => "tokensTaken",
            Throttled { .. } => "throttled",
            ShareChanged { .. } => "shareChanged",
            PeakReached { .. } => "peakReached",
            AutoScaled { .. } => "autoScaled",
            ConditionTested { .. } => "conditionTested",
            Evaluated { .. } => "evaluated",
            Metered { .. } => "metered",
            Written { .. } => "written",
            Acknowledged { .. } => "acknowledged",
            Applied { .. } => "applied",
            IndexWritten { .. } => "indexWritten",
            IndexPropagated { .. } => "indexPropagated",
            StreamRecord { .. } => "streamRecord",
            ShardOpened { .. } => "shardOpened",
            ShardClosed { .. } => "shardClosed",
            ShardTrimmed { .. } => "shardTrimmed",
            TransactionStarted { .. } => "transactionStarted",
            Prepared { .. } => "prepared",
            TransactionAbandoned { .. } => "transactionAbandoned",
            TransactionDecided { .. } => "transactionDecided",
            Settled { .. } => "settled",
            TransactionFinished { .. } => "transactionFinished",
            TransactionStep { .. } => "transactionStep",
            Conflict { .. } => "conflict",
            TableStatus { .. } => "tableStatus",
            PartitionOpened { .. } => "partitionOpened",
            SplitStarted { .. } => "splitStarted",
            SplitDeclined { .. } => "splitDeclined",
            KeysRise { .. } => "keysRise",
            PartitionSplit { .. } => "partitionSplit",
            Unavailable { .. } => "unavailable",
            ReplicaFailed { .. } => "replicaFailed",
            LeaseExpired { .. } => "leaseExpired",
            LeaderElected { .. } => "leaderElected",
            LogReplicaAdded { .. } => "logReplicaAdded",
            ReplicaHealed { .. } => "replicaHealed",
            ZoneChanged { .. } => "zoneChanged",
            Expired { .. } => "expired",
            ReplicaSent { .. } => "replicaSent",
            ReplicaArrived { .. } => "replicaArrived",
            ReplicaStatus { .. } => "replicaStatus",
            LinkChanged { .. } => "linkChanged",
            RegionChanged { .. } => "regionChanged",
            EventSource { .. } => "eventSource",
            RequestFinished { .. } => "requestFinished",
        }
    }

    /// The table or index that it happened to.
    pub fn target(&self) -> Option<&Target> {
        use EventKind::*;
        match self {
            Routed { target, .. }
            | TokensTaken { target, .. }
            | Throttled { target, .. }
            | ShareChanged { target, .. }
            | PeakReached { target, .. }
            | AutoScaled { target, .. }
            | ConditionTested { target, .. }
            | Evaluated { target, .. }
            | Metered { target, .. }
            | Written { target, .. }
            | IndexWritten { target, .. }
            | IndexPropagated { target, .. }
            | StreamRecord { target, .. }
            | ShardOpened { target, .. }
            | ShardClosed { target, .. }
            | ShardTrimmed { target, .. }
            | Prepared { target, .. }
            | Settled { target, .. }
            | Conflict { target, .. }
            | TableStatus { target, .. }
            | PartitionOpened { target, .. }
            | SplitStarted { target, .. }
            | SplitDeclined { target, .. }
            | KeysRise { target, .. }
            | PartitionSplit { target, .. }
            | Unavailable { target, .. }
            | ReplicaFailed { target, .. }
            | LeaseExpired { target, .. }
            | LeaderElected { target, .. }
            | LogReplicaAdded { target, .. }
            | ReplicaHealed { target, .. }
            | Expired { target, .. }
            | ReplicaSent { target, .. }
            | ReplicaArrived { target, .. }
            | ReplicaStatus { target, .. }
            | EventSource { target, .. } => Some(target),
            _ => None,
        }
    }

    /// The partition that it happened at; of a split, the one that is no more.
    pub fn partition(&self) -> Option<PartitionId> {
        use EventKind::*;
        match self {
            Routed { partition, .. }
            | TokensTaken { partition, .. }
            | Throttled { partition, .. }
            | ShareChanged { partition, .. }
            | Evaluated { partition, .. }
            | Written { partition, .. }
            | Acknowledged { partition, .. }
            | Applied { partition, .. }
            | IndexWritten { partition, .. }
            | IndexPropagated { partition, .. }
            | ShardOpened { partition, .. }
            | Prepared { partition, .. }
            | PartitionOpened { partition, .. }
            | SplitStarted { partition, .. }
            | SplitDeclined { partition, .. }
            | KeysRise { partition, .. }
            | Unavailable { partition, .. }
            | ReplicaFailed { partition, .. }
            | LeaseExpired { partition, .. }
            | LeaderElected { partition, .. }
            | LogReplicaAdded { partition, .. }
            | ReplicaHealed { partition, .. } => Some(*partition),
            PartitionSplit { from, .. } => Some(*from),
            _ => None,
        }
    }

    /// The key that it names, as text.
    pub fn key(&self) -> Option<&str> {
        use EventKind::*;
        match self {
            Routed { key, .. }
            | ConditionTested { key, .. }
            | Written { key, .. }
            | IndexWritten { key, .. }
            | IndexPropagated { key, .. }
            | Prepared { key, .. }
            | Settled { key, .. }
            | Conflict { key, .. }
            | KeysRise { key, .. }
            | Expired { key, .. }
            | ReplicaSent { key, .. }
            | ReplicaArrived { key, .. } => Some(key),
            _ => None,
        }
    }

    /// The client whose step it is, from 1.
    pub fn client(&self) -> Option<usize> {
        match self {
            EventKind::TransactionStep { client, .. } => Some(*client),
            _ => None,
        }
    }
}
