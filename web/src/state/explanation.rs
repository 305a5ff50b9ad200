//! What happened: the events of one request, told in DynamoDB's words.
//!
//! Nothing here is computed anew: every line stands for an event, and carries its id. The arithmetic of the units is
//! spelled out from what was metered, and only where it comes to the engine's own figure.

mod capacity;
mod cluster;
mod refusal;
mod source;

use engine::timeline::{Access, Event, EventKind, IndexAction, PartitionId, Target, WriteAction, Zone};

/// A partition that the request came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The table or index.
    pub target: Target,
    /// The partition.
    pub partition: PartitionId,
    /// Read or write.
    pub access: Access,
    /// Where the replica stands that served it.
    pub zone: Zone,
    /// Whether it leads.
    pub leader: bool,
    /// How far it is behind.
    pub lag_ms: u64,
    /// How often the request came by.
    pub visits: usize,
    /// Items looked at.
    pub evaluated: u64,
    /// Items returned.
    pub returned: u64,
    /// Whether it was refused there.
    pub throttled: bool,
    /// The zones whose log has the write, in the order of the event.
    pub acknowledged: Vec<Zone>,
    /// The first event.
    pub event: u64,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The event that it tells.
    pub event: u64,
    /// When, in milliseconds of the epoch.
    pub at_ms: u64,
    /// Its figure or word, set apart: `0.5 RCU`, `held`, `PUT`.
    pub mark: String,
    /// `read`, `write`, `refused`, `passed`, `index`, `stream`, `transaction` or `plain`.
    pub tone: &'static str,
    /// The sentence.
    pub text: String,
}

/// A heading and its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// `Route`, `Items`, `Units`…, or `Refused` alone.
    pub title: &'static str,
    /// In the order of the events.
    pub lines: Vec<Line>,
}

/// Everything about one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// The whole in a line.
    pub headline: String,
    /// The partitions, in the order of the first visit.
    pub touched: Vec<Touched>,
    /// The lines.
    pub sections: Vec<Section>,
    /// The latency that the model gives it, in microseconds.
    pub latency_us: Option<u64>,
}

const TITLES: [&str; 8] =
    ["Route", "Items", "Units", "Indexes", "Streams", "Replication", "Transaction", "Tables"];

/// How many partitions a table or index has, by [`name`]. A local index has none of its own.
pub type Totals = std::collections::BTreeMap<String, u64>;

/// Tells the events of one request. Where `totals` knows the targets, the headline says of how many partitions.
pub fn explain(events: &[Event], totals: &Totals) -> Explanation {
    let mut out = Explanation::default();
    let mut lines: [Vec<Line>; 8] = Default::default();
    let (mut read, mut write, mut evaluated, mut returned, mut looked) = (0, 0, 0, 0, false);
    let searched = events.iter().any(is_search);
    for event in events {
        touch(&mut out.touched, event);
        let told = if searched { tell_search(event).or_else(|| tell(event)) } else { tell(event) };
        if let Some((section, line)) = told {
            let section = TITLES.iter().position(|title| *title == section).unwrap_or(0);
            lines[section].push(line);
        }
        match &event.kind {
            EventKind::Evaluated { evaluated: e, returned: r, .. } => {
                looked = true;
                evaluated += e;
                returned += r;
            }
            EventKind::RequestFinished { consumed, latency_us, .. } => {
                read += consumed.read_half_units;
                write += consumed.write_half_units;
                out.latency_us = Some(*latency_us);
            }
            _ => {}
        }
    }
    out.sections = TITLES
        .into_iter()
        .zip(lines)
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(title, lines)| Section { title, lines })
        .collect();
    let mut parts = Vec::new();
    if !out.touched.is_empty() {
        parts.push(plural(out.touched.len() as u64, "partition") + &of_all(&out.touched, totals));
    }
    if looked {
        let [what, came] = if searched { ["compared", "candidates"] } else { ["evaluated", "returned"] };
        parts.push(format!("{} {what}, {} {came}", count(evaluated), count(returned)));
    }
    parts.extend((read > 0).then(|| format!("{} RCU", half(read))));
    parts.extend((write > 0).then(|| format!("{} WCU", half(write))));
    out.headline = parts.join(" · ");
    if let Some(refused) = refusal::tell(events) {
        out.headline = refusal::HEADLINE.to_owned();
        out.sections = vec![refused];
    }
    out
}

/// ` of 4`, where every target's number of partitions is known.
fn of_all(touched: &[Touched], totals: &Totals) -> String {
    let names: std::collections::BTreeSet<String> = touched
        .iter()
        .map(|one| Some(name(&one.target)).filter(|name| totals.contains_key(name)))
        .zip(touched)
        .map(|(known, one)| known.unwrap_or_else(|| one.target.table.clone()))
        .collect();
    let sum: Option<u64> = names.iter().map(|name| totals.get(name)).sum();
    sum.map(|all| format!(" of {}", count(all))).unwrap_or_default()
}

fn touch(touched: &mut Vec<Touched>, event: &Event) {
    let find = |touched: &mut Vec<Touched>, target: Option<&Target>, partition: PartitionId| {
        touched
            .iter()
            .position(|t| t.partition == partition && target.is_none_or(|target| t.target == *target))
    };
    match &event.kind {
        EventKind::Routed { target, partition, access, zone, leader, lag_ms, .. } => {
            match find(touched, Some(target), *partition) {
                Some(at) => {
                    touched[at].visits += 1;
                    if *access == Access::Write {
                        touched[at].access = Access::Write;
                    }
                }
                None => touched.push(Touched {
                    target: target.clone(),
                    partition: *partition,
                    access: *access,
                    zone: *zone,
                    leader: *leader,
                    lag_ms: *lag_ms,
                    visits: 1,
                    evaluated: 0,
                    returned: 0,
                    throttled: false,
                    acknowledged: Vec::new(),
                    event: event.id,
                }),
            }
        }
        EventKind::Evaluated { target, partition, evaluated, returned, .. } => {
            if let Some(at) = find(touched, Some(target), *partition) {
                touched[at].evaluated += evaluated;
                touched[at].returned += returned;
            }
        }
        EventKind::Throttled { target, partition, .. } => {
            if let Some(at) = find(touched, Some(target), *partition) {
                touched[at].throttled = true;
            }
        }
        EventKind::Acknowledged { partition, zones, .. } => {
            if let Some(at) = find(touched, None, *partition) {
                touched[at].acknowledged.clone_from(zones);
            }
        }
        _ => {}
    }
}

fn is_search(event: &Event) -> bool {
    matches!(&event.kind, EventKind::RequestReceived { operation, .. } if operation == "SearchVectors")
}

/// What a search in a vector index does otherwise than other reads: it compares what the index holds, whatever is returned,
/// and it is metered in bytes, not in units. Each partition sends its closest, of which the closest of all are the answer.
fn tell_search(event: &Event) -> Option<(&'static str, Line)> {
    let (section, mark, text) = match &event.kind {
        EventKind::Routed { target, partition, key, zone, leader, lag_ms, .. } => {
            let replica = match (leader, lag_ms) {
                (true, _) => format!("its leader in {}, up to date", zone.name()),
                (false, 0) => format!("the follower in {}, caught up", zone.name()),
                (false, lag) => format!("the follower in {}, {lag} ms behind", zone.name()),
            };
            let text =
                format!("the items of {key} in partition {partition} of {}, at {replica}", name(target));
            ("Route", format!("p{partition}"), text)
        }
        EventKind::Evaluated { target, partition, evaluated, returned, size_bytes, .. } => {
            let compared = plural(*evaluated, "entry").replace("entrys", "entries");
            let text = format!(
                "{compared} ({}) of the index compared in partition {partition} of {}: its closest {} go on, and the \
                 closest of all partitions are the answer",
                size(*size_bytes),
                name(target),
                count(*returned)
            );
            ("Items", format!("{} → {}", count(*evaluated), count(*returned)), text)
        }
        _ => return None,
    };
    Some((section, Line { event: event.id, at_ms: event.at_ms, mark, tone: "read", text }))
}

fn tell(event: &Event) -> Option<(&'static str, Line)> {
    let (section, mark, tone, text): (_, String, _, String) = match &event.kind {
        EventKind::Routed { target, partition, hash, key, access, zone, leader, lag_ms } => {
            let role = match (leader, access) {
                (true, Access::Write) => format!("its leader in {} takes the write", zone.name()),
                (true, Access::Read) => format!("served by its leader in {}, up to date", zone.name()),
                (false, _) if *lag_ms == 0 => format!("served by the follower in {}, caught up", zone.name()),
                (false, _) => format!("served by the follower in {}, {lag_ms} ms behind", zone.name()),
            };
            let from = match (hash, key.is_empty()) {
                (Some(hash), false) => format!("{key}: its partition key hashes to {hash}, "),
                (_, false) => format!("{key}: "),
                _ => String::new(),
            };
            let mark = format!("p{partition}");
            (
                "Route",
                mark,
                tone_of(*access),
                format!("{from}partition {partition} of {}, {role}", name(target)),
            )
        }
        EventKind::Throttled { target, partition, access, reason } => {
            let kind = if *access == Access::Read { "read" } else { "write" };
            let text = format!("partition {partition} of {} refused the {kind}: {reason}", name(target));
            ("Units", "throttled".into(), "refused", text)
        }
        EventKind::TokensTaken { .. }
        | EventKind::ShareChanged { .. }
        | EventKind::PeakReached { .. }
        | EventKind::AutoScaled { .. } => capacity::tell(&event.kind)?,
        EventKind::Metered { target, access, size_bytes, consistent, transactional, half_units } => {
            let unit = capacity::unit_of(*access);
            let text = format!(
                "{}: {}",
                name(target),
                arithmetic(*access, *size_bytes, *consistent, *transactional, *half_units)
            );
            ("Units", format!("{} {unit}", half(*half_units)), tone_of(*access), text)
        }
        EventKind::ConditionTested { key, condition, passed, .. } => {
            let mark = if *passed { "held" } else { "failed" };
            let tone = if *passed { "passed" } else { "refused" };
            ("Items", mark.into(), tone, format!("{condition} tested on {key}"))
        }
        EventKind::Evaluated { target, partition, evaluated, returned, size_bytes, .. } => {
            let kept = match evaluated - returned.min(evaluated) {
                0 => "all returned".to_owned(),
                dropped => {
                    format!("{} returned, {} filtered out but paid for", count(*returned), count(dropped))
                }
            };
            let text = format!(
                "{} ({}) looked at in partition {partition} of {}; {kept}",
                plural(*evaluated, "item"),
                size(*size_bytes),
                name(target)
            );
            ("Items", format!("{} → {}", count(*evaluated), count(*returned)), "read", text)
        }
        EventKind::Written {
            target,
            partition,
            key,
            action,
            size_before_bytes,
            size_after_bytes,
            position,
        } => {
            let (mark, sizes) = match action {
                WriteAction::Insert => ("insert", size(*size_after_bytes)),
                WriteAction::Modify => {
                    ("modify", format!("{} → {}", size(*size_before_bytes), size(*size_after_bytes)))
                }
                WriteAction::Remove => ("remove", format!("{} freed", size(*size_before_bytes))),
                WriteAction::Unchanged => ("unchanged", "the item is as it was".to_owned()),
            };
            let text = format!(
                "{key} in partition {partition} of {}, {sizes}, log position {position}",
                name(target)
            );
            ("Items", mark.into(), "write", text)
        }
        EventKind::Acknowledged { partition, position, zones } => {
            let zones: Vec<&str> = zones.iter().map(|zone| zone.name()).collect();
            let text = format!(
                "log position {position} of partition {partition} is in {}: acknowledged",
                zones.join(" and ")
            );
            ("Items", format!("{} of 3", zones.len()), "passed", text)
        }
        EventKind::Applied { partition, zone, position } => {
            let text = format!(
                "the follower in {} of partition {partition} is at log position {position}",
                zone.name()
            );
            ("Items", "applied".into(), "plain", text)
        }
        EventKind::IndexWritten { target, partition, key, action, half_units, visible_at_ms } => {
            let (mark, what) = match action {
                IndexAction::Put => ("put", "a new entry"),
                IndexAction::Update => ("update", "a projected attribute changed"),
                IndexAction::Move => {
                    ("move", "the index key changed: one entry removed, one put, two writes")
                }
                IndexAction::Delete => ("delete", "the entry goes"),
            };
            let when = match visible_at_ms.saturating_sub(event.at_ms) {
                0 => "visible at once".to_owned(),
                later => format!("visible after {later} ms"),
            };
            let text = format!(
                "{}, partition {partition}, {key}: {what}; {} WCU; {when}",
                name(target),
                half(*half_units)
            );
            ("Indexes", mark.into(), "index", text)
        }
        EventKind::IndexPropagated { target, key, lag_ms, .. } => {
            ("Indexes", "visible".into(), "index", format!("{} shows {key} after {lag_ms} ms", name(target)))
        }
        EventKind::StreamRecord { target, shard, sequence_number, event_name } => {
            let text = format!("record {sequence_number} in shard {shard} of {}", name(target));
            ("Streams", event_name.clone(), "stream", text)
        }
        EventKind::TransactionStarted { transaction, timestamp, keys, .. } => {
            let text = format!("timestamp {timestamp}, {}", plural(keys.len() as u64, "item"));
            ("Transaction", format!("t{transaction} started"), "transaction", text)
        }
        EventKind::Prepared { action, partition, key, verdict, .. } => {
            use engine::timeline::PrepareVerdict::{Accepted, Refused};
            let (mark, tone, why) = match verdict {
                Accepted => ("prepared", "passed", "holds the item".to_owned()),
                Refused { code, message } => ("refused", "refused", format!("{code:?}: {message}")),
            };
            let text = format!("action {}, {key}, partition {partition}: {why}", action + 1);
            ("Transaction", mark.into(), tone, text)
        }
        EventKind::TransactionAbandoned { transaction, asked } => {
            let text = format!("t{transaction} was given up with {} asked", plural(*asked as u64, "item"));
            ("Transaction", "abandoned".into(), "refused", text)
        }
        EventKind::TransactionDecided { transaction, commit } => {
            let (mark, tone) = if *commit { ("commit", "passed") } else { ("cancel", "refused") };
            (
                "Transaction",
                mark.into(),
                tone,
                format!("decided for t{transaction} and written to the ledger"),
            )
        }
        EventKind::Settled { action, key, commit, .. } => {
            let what = if *commit { "committed" } else { "released" };
            ("Transaction", what.into(), "transaction", format!("action {}, {key}", action + 1))
        }
        EventKind::TransactionFinished { transaction, committed } => {
            let what = if *committed { "all of it happened" } else { "none of it happened" };
            ("Transaction", "over".into(), "transaction", format!("t{transaction}: {what}"))
        }
        EventKind::TransactionStep { client, told, rule, .. } => {
            let text = [Some(told.clone()), rule.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            ("Transaction", format!("client {client}"), "transaction", text)
        }
        EventKind::Conflict { key, holder, .. } => {
            ("Transaction", "conflict".into(), "refused", format!("{key} is held by transaction t{holder}"))
        }
        EventKind::TableStatus { target, status } => ("Tables", status.clone(), "plain", name(target)),
        EventKind::PartitionOpened { .. }
        | EventKind::SplitStarted { .. }
        | EventKind::SplitDeclined { .. }
        | EventKind::KeysRise { .. }
        | EventKind::PartitionSplit { .. }
        | EventKind::Unavailable { .. }
        | EventKind::ReplicaFailed { .. }
        | EventKind::LeaseExpired { .. }
        | EventKind::LeaderElected { .. }
        | EventKind::LogReplicaAdded { .. }
        | EventKind::ReplicaHealed { .. }
        | EventKind::ZoneChanged { .. } => cluster::tell(&event.kind)?,
        EventKind::ShardOpened { target, shard, partition, .. } => {
            let text = format!("{shard} of {} follows partition {partition}", name(target));
            ("Streams", "shard opened".into(), "stream", text)
        }
        EventKind::ShardClosed { target, shard } => {
            ("Streams", "shard closed".into(), "stream", format!("{shard} of {}", name(target)))
        }
        EventKind::ShardTrimmed { target, shard, records } => {
            let text = format!("{} of {shard} of {}", plural(*records, "record"), name(target));
            ("Streams", "trimmed".into(), "stream", text)
        }
        EventKind::Expired { target, key } => {
            ("Items", "expired".into(), "write", format!("TTL deleted {key} of {}", name(target)))
        }
        EventKind::ReplicaSent { to, .. } => ("Replication", "sent".into(), "write", format!("to {to}")),
        EventKind::ReplicaArrived { key, from, written, .. } => {
            let mark = if *written { "arrived" } else { "lost" };
            ("Replication", mark.into(), "write", format!("{key} from {from}"))
        }
        EventKind::ReplicaStatus { replica, status, .. } => {
            ("Tables", status.clone(), "plain", replica.into())
        }
        EventKind::LinkChanged { to, .. } => ("Replication", "link".into(), "plain", format!("to {to}")),
        EventKind::RegionChanged { name, dark } => {
            let mark = if *dark { "outage" } else { "back" };
            ("Replication", mark.into(), "plain", name.clone())
        }
        EventKind::EventSource { function, source, .. } => {
            let (mark, tone, text) = source::tell(function, source);
            ("Event source", mark, tone, text)
        }
        EventKind::RequestReceived { .. } | EventKind::RequestFinished { .. } => return None,
    };
    Some((section, Line { event: event.id, at_ms: event.at_ms, mark, tone, text }))
}

/// One event in a line: what stands beside the playhead. Another region is named.
pub fn tell_event(event: &Event) -> String {
    let text = tell_here(event);
    match &event.region {
        Some(region) => format!("{region}: {text}"),
        None => text,
    }
}

fn tell_here(event: &Event) -> String {
    match &event.kind {
        EventKind::RequestReceived { operation, table } => match table {
            Some(table) => format!("{operation} on {table} came in"),
            None => format!("{operation} came in"),
        },
        EventKind::RequestFinished { error: Some(error), .. } => format!("answered with {error}"),
        EventKind::RequestFinished { error: None, latency_us, .. } => {
            format!("answered after {}", latency(*latency_us))
        }
        _ => match tell(event) {
            Some((_, line)) => format!("{} · {}", line.mark, line.text),
            None => String::new(),
        },
    }
}

fn tone_of(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "write",
    }
}

/// `Orders`, `Orders / status-index`.
pub fn name(target: &Target) -> String {
    match &target.index {
        Some(index) => format!("{} / {index}", target.table),
        None => target.table.clone(),
    }
}

fn arithmetic(access: Access, bytes: u64, consistent: bool, transactional: bool, charged: u64) -> String {
    let (step_kb, kind) = match access {
        Access::Read if transactional => (4, "in a transaction"),
        Access::Read if consistent => (4, "strongly consistent"),
        Access::Read => (4, "eventually consistent"),
        Access::Write if transactional => (1, "in a transaction"),
        Access::Write => (1, "a write"),
    };
    let steps = bytes.div_ceil(step_kb * 1024).max(1);
    let (half_units, after) = match access {
        _ if transactional => (steps * 4, ", doubled"),
        Access::Read if !consistent => (steps, ", halved"),
        _ => (steps * 2, ""),
    };
    if half_units != charged {
        return format!("{}, {kind}", size(bytes));
    }
    format!(
        "{}, {kind}: rounded up to {} KB, {}{after}",
        size(bytes),
        count(steps * step_kb),
        plural(steps, "unit")
    )
}

/// Halves of a unit as units: `0.5`, `12`.
pub fn half(half_units: u64) -> String {
    let whole = count(half_units / 2);
    if half_units.is_multiple_of(2) { whole } else { format!("{whole}.5") }
}

/// A size in bytes, for people: `812 B`, `3.1 KB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => tenth(bytes, 1024, "KB"),
        1_048_576..1_073_741_824 => tenth(bytes, 1_048_576, "MB"),
        _ => tenth(bytes, 1_073_741_824, "GB"),
    }
}

fn tenth(bytes: u64, unit: u64, name: &str) -> String {
    let tenths = (bytes as u128 * 10).div_ceil(unit as u128) as u64;
    match tenths % 10 {
        0 => format!("{} {name}", count(tenths / 10)),
        rest => format!("{}.{rest} {name}", count(tenths / 10)),
    }
}

/// A latency, for people: `840 µs`, `4.2 ms`.
pub fn latency(us: u64) -> String {
    if us < 1000 { format!("{us} µs") } else { format!("{}.{} ms", us / 1000, us % 1000 / 100) }
}

/// A number with its thousands apart: `1,204`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 item`, `2 items`.
pub fn plural(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A moment's time of day, in UTC: `12:04:31.207`.
pub fn clock(at_ms: u64) -> String {
    let seconds = at_ms / 1000;
    format!("{:02}:{:02}:{:02}.{:03}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, at_ms % 1000)
}

#[cfg(test)]
mod tests;
