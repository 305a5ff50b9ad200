//! The event types. Their JSON is what is exported; [`super::pack`] has them in few bytes.

use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::names::{
    Access, Consumed, IndexAction, PartitionId, PrepareVerdict, RequestId, ScalingReason, SplitCause, Target,
    TransactionId, WriteAction, Zone,
};
use super::source::SourceEvent;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the order, from 1, without gaps.
    pub id: u64,
    /// The workspace's clock when it happened, in milliseconds of the epoch.
    pub at_ms: u64,
    /// The request that it belongs to; none for what the engine did by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// The region that it happened in, where that is another than the world's own: its partitions are numbered apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What happened.
    pub kind: EventKind,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum EventKind {
    /// A request came in.
    RequestReceived {
        /// The API action, `PutItem`.
        operation: String,
        /// The first table it names, where it names one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table: Option<String>,
    },
    /// The router sent (a part of) the request to a partition's replica.
    Routed {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// The partition key's hash; none where a scan comes by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hash: Option<String>,
        /// The key, as text to show: `user_id = user123, order_id = …`.
        key: String,
        /// Whether it reads or writes.
        access: Access,
        /// The zone of the replica that serves it.
        zone: Zone,
        /// Whether that replica leads its partition.
        leader: bool,
        /// How far the replica is behind its leader, in milliseconds.
        lag_ms: u64,
    },
    /// Admission took tokens.
    TokensTaken {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// Read or write capacity.
        access: Access,
        /// What was taken, in halves of a unit.
        half_units: u64,
        /// What the partition's bucket still holds, in halves of a unit: its share where the capacity model divides the table's
        /// throughput, else the most that a partition takes.
        partition_left_half_units: u64,
        /// How much that bucket can hold.
        partition_size_half_units: u64,
        /// What the table's or index's bucket still holds, in halves of a unit; none where the capacity model divides the
        /// throughput, and on demand where only the account's quota limits it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table_left_half_units: Option<u64>,
        /// How much that bucket can hold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        table_size_half_units: Option<u64>,
        /// What the replica that served a read still holds, in halves of a strongly consistent read unit; none for a write.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replica_left_half_units: Option<u64>,
        /// How much that bucket can hold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replica_size_half_units: Option<u64>,
    },
    /// Admission refused.
    Throttled {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// Read or write capacity.
        access: Access,
        /// One of the sixteen reasons: `TableWriteKeyRangeThroughputExceeded`.
        reason: String,
    },
    /// Adaptive capacity raised or lowered a partition's share of its table's throughput.
    ShareChanged {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// Read or write capacity.
        access: Access,
        /// The share before, in whole units a second.
        from_units: u64,
        /// The share from now on.
        to_units: u64,
    },
    /// On demand, traffic reached a new peak: twice as much is served at once from now on.
    PeakReached {
        /// The table or index.
        target: Target,
        /// Read or write capacity.
        access: Access,
        /// The peak, in units a second.
        peak_units: u64,
        /// What is served at once, in units a second: the warm throughput.
        served_units: u64,
    },
    /// Auto scaling changed a provisioned throughput, by the change that UpdateTable makes.
    AutoScaled {
        /// The table or index.
        target: Target,
        /// Read or write capacity.
        access: Access,
        /// The throughput before, in units a second.
        from_units: u64,
        /// The throughput that it becomes.
        to_units: u64,
        /// What the last minute with any traffic consumed, in halves of a unit.
        consumed_half_units: u64,
        /// Why.
        reason: ScalingReason,
    },
    /// A condition was tested on an item.
    ConditionTested {
        /// The table.
        target: Target,
        /// The item's key, as text.
        key: String,
        /// The expression.
        condition: String,
        /// Whether it held.
        passed: bool,
    },
    /// A read looked at items in a partition.
    Evaluated {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// Items looked at: what is paid for.
        evaluated: u64,
        /// Items returned, after the filter.
        returned: u64,
        /// The size of the items looked at, in bytes.
        size_bytes: u64,
        /// What a Query or a Scan was asked for; none where it is everything that its key names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked: Option<Box<Asked>>,
    },
    /// Read units were counted for a target: `size_bytes` in 4 KB steps, halved when eventually consistent, doubled in a
    /// transaction.
    Metered {
        /// The table or index.
        target: Target,
        /// Read or write.
        access: Access,
        /// What was sized, in bytes (a write: the larger of before and after).
        size_bytes: u64,
        /// Whether the read was strongly consistent.
        consistent: bool,
        /// Whether it was part of a transaction.
        transactional: bool,
        /// The charge, in halves of a unit.
        half_units: u64,
    },
    /// The leader wrote an item.
    Written {
        /// The table.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// The item's key, as text.
        key: String,
        /// What happened to it.
        action: WriteAction,
        /// Its size before, in bytes; 0 where there was none.
        size_before_bytes: u64,
        /// Its size after, in bytes; 0 where there is none.
        size_after_bytes: u64,
        /// The log position.
        position: u64,
    },
    /// Two of three replicas have the entry in their log: the write is acknowledged.
    Acknowledged {
        /// The partition.
        partition: PartitionId,
        /// The log position.
        position: u64,
        /// The zones that have it.
        zones: Vec<Zone>,
    },
    /// A follower applied the log up to a position.
    Applied {
        /// The partition.
        partition: PartitionId,
        /// The follower's zone.
        zone: Zone,
        /// Up to here.
        position: u64,
    },
    /// A write changed an index.
    IndexWritten {
        /// The index.
        target: Target,
        /// The index's partition.
        partition: PartitionId,
        /// The entry's index key, as text.
        key: String,
        /// What happened to the entry.
        action: IndexAction,
        /// What it costs, in halves of a unit.
        half_units: u64,
        /// When readers of the index can see it; the same moment for an LSI.
        visible_at_ms: u64,
    },
    /// A GSI entry became visible to the index's readers.
    IndexPropagated {
        /// The index.
        target: Target,
        /// The index's partition.
        partition: PartitionId,
        /// The entry's index key, as text.
        key: String,
        /// How long it took, in milliseconds.
        lag_ms: u64,
    },
    /// A stream got a record.
    StreamRecord {
        /// The table.
        target: Target,
        /// The shard.
        shard: String,
        /// The record's sequence number.
        sequence_number: String,
        /// `INSERT`, `MODIFY` or `REMOVE`.
        event_name: String,
    },
    /// A shard opened, after its parent if it has one.
    ShardOpened {
        /// The table.
        target: Target,
        /// The shard.
        shard: String,
        /// The shard it follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<String>,
        /// The table's partition that it follows.
        partition: PartitionId,
    },
    /// A shard closed: it gets no more records.
    ShardClosed {
        /// The table.
        target: Target,
        /// The shard.
        shard: String,
    },
    /// Stream records older than 24 hours were trimmed.
    ShardTrimmed {
        /// The table.
        target: Target,
        /// The shard.
        shard: String,
        /// How many records went.
        records: u64,
    },
    /// A coordinator took on a transaction and stamped it.
    TransactionStarted {
        /// The transaction.
        transaction: TransactionId,
        /// Its timestamp.
        timestamp: u64,
        /// The items' keys, as text, in the order of the actions.
        keys: Vec<String>,
        /// Whether it writes.
        access: Access,
    },
    /// A partition answered a prepare message.
    Prepared {
        /// The transaction.
        transaction: TransactionId,
        /// Which of its actions, from 0.
        action: usize,
        /// The table.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// The item's key, as text.
        key: String,
        /// The answer.
        verdict: PrepareVerdict,
    },
    /// A stepped transaction was given up before its decision; that it is cancelled follows.
    TransactionAbandoned {
        /// The transaction.
        transaction: TransactionId,
        /// How many of its items were asked by then.
        asked: usize,
    },
    /// The coordinator wrote its decision into the ledger.
    TransactionDecided {
        /// The transaction.
        transaction: TransactionId,
        /// Whether to commit; to cancel otherwise.
        commit: bool,
    },
    /// A partition carried out the commit (or the cancel) of one action.
    Settled {
        /// The transaction.
        transaction: TransactionId,
        /// Which of its actions, from 0.
        action: usize,
        /// The table.
        target: Target,
        /// The item's key, as text.
        key: String,
        /// Whether the item was committed; released otherwise.
        commit: bool,
    },
    /// The transaction is over.
    TransactionFinished {
        /// The transaction.
        transaction: TransactionId,
        /// Whether it was committed.
        committed: bool,
    },
    /// A step of a run of several clients, in words.
    TransactionStep {
        /// The client, from 1.
        client: usize,
        /// Its transaction; none for a plain request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transaction: Option<TransactionId>,
        /// The step: `deliver 4`.
        step: String,
        /// What happened.
        told: String,
        /// The rule that decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
    },
    /// A write met an item that a transaction holds, or the other way round.
    Conflict {
        /// The table.
        target: Target,
        /// The item's key, as text.
        key: String,
        /// The transaction that holds the item.
        holder: TransactionId,
    },
    /// The status of a table changed, or of a global index of a live table.
    TableStatus {
        /// The table or index.
        target: Target,
        /// `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`, `DELETED`; an index's also `BACKFILLING`.
        status: String,
    },
    /// A partition opened, owning the hashes from `first` to `last`.
    PartitionOpened {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// The partition that it was split from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<PartitionId>,
        /// The first hash, in 16 hexadecimal digits.
        first: String,
        /// The last hash, in 16 hexadecimal digits.
        last: String,
        /// The leader's zone.
        leader: Zone,
        /// Why it opened.
        #[serde(default)]
        cause: SplitCause,
    },
    /// A partition began to split; it serves as before until that is done.
    SplitStarted {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// Why.
        cause: SplitCause,
        /// When it will be done.
        done_at_ms: u64,
    },
    /// A partition stays near its limit, and a split would not help: it is not split.
    SplitDeclined {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// Why not: `SINGLE_KEY`, `RISING_KEYS` or `ONE_COLLECTION`.
        reason: String,
    },
    /// What is written to a partition comes in the order of the sort keys, each behind the one before; or no more.
    KeysRise {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// The item collection that was written last, as text.
        key: String,
        /// Whether it does.
        rises: bool,
    },
    /// A partition was split; that its parts opened follows.
    PartitionSplit {
        /// The table or index.
        target: Target,
        /// The partition, which is no more.
        from: PartitionId,
        /// What has come of it, in the order of the keys.
        into: Vec<PartitionId>,
        /// Why.
        cause: SplitCause,
        /// Where each but the first begins: a hash in 16 hexadecimal digits, behind it a key where an item collection is cut.
        cut_at: Vec<String>,
    },
    /// A partition could not answer: its leader has failed, or too few of its replicas are there.
    Unavailable {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// What it was asked for.
        access: Access,
        /// When it takes writes again, as far as that can be told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until_ms: Option<u64>,
    },
    /// A replica failed.
    ReplicaFailed {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// Its zone.
        zone: Zone,
        /// Whether it led: nobody takes writes until its lease is over.
        leader: bool,
        /// The log position that it had applied.
        position: u64,
    },
    /// A lease that was not renewed is over.
    LeaseExpired {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// The zone whose replica held it.
        zone: Zone,
    },
    /// A replica leads its partition from now on.
    LeaderElected {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// Its zone.
        zone: Zone,
        /// The log position that it had applied; it has the rest in its log, and applies it first.
        position: u64,
    },
    /// A log replica stands in for a failed replica: it counts for writes, and cannot be read.
    LogReplicaAdded {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// The zone.
        zone: Zone,
    },
    /// A replica is whole again.
    ReplicaHealed {
        /// The table or index.
        target: Target,
        /// The partition.
        partition: PartitionId,
        /// The zone.
        zone: Zone,
    },
    /// A zone went dark, or lit up again.
    ZoneChanged {
        /// The zone.
        zone: Zone,
        /// Whether it is dark.
        dark: bool,
    },
    /// TTL deleted an expired item.
    Expired {
        /// The table.
        target: Target,
        /// The item's key, as text.
        key: String,
    },
    /// A write of a global table was sent to another region.
    ReplicaSent {
        /// The table.
        target: Target,
        /// The item's key, as text.
        key: String,
        /// The other region.
        to: String,
        /// When it arrives there, unless the link is broken.
        arrives_at_ms: u64,
    },
    /// A write of another region arrived.
    ReplicaArrived {
        /// The table.
        target: Target,
        /// The item's key, as text.
        key: String,
        /// The other region.
        from: String,
        /// How long it took, in milliseconds.
        lag_ms: u64,
        /// Whether it was the later one and was written; an earlier one loses against what stands.
        written: bool,
    },
    /// The status of a replica in another region changed, as this region sees it.
    ReplicaStatus {
        /// The table.
        target: Target,
        /// The other region.
        replica: String,
        /// `CREATING`, `ACTIVE`, `DELETING`, `DELETED`.
        status: String,
    },
    /// A link to another region broke, was mended or got slower.
    LinkChanged {
        /// The other region.
        to: String,
        /// Whether nothing arrives there.
        broken: bool,
        /// How much later everything arrives there, in milliseconds.
        lag_ms: u64,
    },
    /// A whole region went dark, or lit up again.
    RegionChanged {
        /// The region.
        name: String,
        /// Whether it is dark: it answers nobody, and nothing arrives there or leaves it.
        dark: bool,
    },
    /// An event source mapping did something in a shard.
    EventSource {
        /// The mapping's UUID.
        uuid: String,
        /// Its function's name.
        function: String,
        /// The stream's table.
        target: Target,
        /// The shard.
        shard: String,
        /// The lane of the shard, from 0.
        lane: usize,
        /// What.
        #[serde(with = "super::source::in_event")]
        source: SourceEvent,
    },
    /// The request is answered.
    RequestFinished {
        /// The exception's name; none for a success.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// The exception's message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// What it consumed over all targets.
        consumed: Consumed,
        /// The latency that the model gives it, in microseconds.
        latency_us: u64,
    },
}
