//! Partitions that open and split, replicas and zones that fail and come back: their events, told.

use engine::timeline::{EventKind, SplitCause, Target};

use super::name;

/// A line in the making: section, mark, tone, text.
type Told = (&'static str, String, &'static str, String);

fn because(cause: SplitCause) -> &'static str {
    match cause {
        SplitCause::Created => "since it was created",
        SplitCause::Throughput => "for its provisioned throughput",
        SplitCause::OnDemandPeak => "for a new on-demand peak",
        SplitCause::Size => "since it was too large",
        SplitCause::Heat => "for heat",
        SplitCause::HotKey => "so that a hot key has a partition of its own",
        SplitCause::Requested => "as was asked for",
    }
}

/// What an event of the cluster says; none for any other.
pub fn tell(kind: &EventKind) -> Option<Told> {
    let group = |target: &Target, partition: &u32, mark: &str, tone, text: String| {
        ("Replication", mark.to_owned(), tone, format!("p{partition} of {}: {text}", name(target)))
    };
    Some(match kind {
        EventKind::PartitionOpened { target, partition, parent, first, last, leader, .. } => {
            let from = parent.map(|parent| format!(", split from p{parent}")).unwrap_or_default();
            let text = format!("{} owns {first} to {last}, led in {}{from}", name(target), leader.name());
            ("Tables", format!("p{partition}"), "plain", text)
        }
        EventKind::SplitStarted { target, partition, cause, .. } => {
            let text = format!("p{partition} of {} began to split {}", name(target), because(*cause));
            ("Tables", "splitting".into(), "plain", text)
        }
        EventKind::SplitDeclined { target, partition, reason } => {
            let why = match reason.as_str() {
                "SINGLE_KEY" => "all of it is one key's",
                "RISING_KEYS" => "its keys rise, so that all would go on to the last part",
                _ => "it is one item collection's, which a local index keeps whole",
            };
            let text = format!("p{partition} of {} stays hot, and no split would help: {why}", name(target));
            ("Tables", "not split".into(), "refused", text)
        }
        EventKind::KeysRise { target, partition, key, rises } => {
            let how = if *rises { "come in the order of the sort keys" } else { "come in no order any more" };
            let text = format!("writes to p{partition} of {} {how}: {key}", name(target));
            ("Tables", if *rises { "rising keys".into() } else { "mixed keys".into() }, "plain", text)
        }
        EventKind::PartitionSplit { target, from, into, cause, cut_at } => {
            let into: Vec<String> = into.iter().map(|part| format!("p{part}")).collect();
            let text = format!(
                "p{from} of {} was split at {} {}: {}",
                name(target),
                cut_at.join(" and "),
                because(*cause),
                into.join(", ")
            );
            ("Tables", "split".into(), "plain", text)
        }
        EventKind::Unavailable { target, partition, .. } => {
            let text =
                "no leader holds its lease with two of three replicas behind it, so it could not answer";
            group(target, partition, "unavailable", "refused", text.into())
        }
        EventKind::ReplicaFailed { target, partition, zone, leader, .. } => {
            let role = if *leader { "its leader" } else { "its replica" };
            group(target, partition, "failed", "refused", format!("{role} in {} failed", zone.name()))
        }
        EventKind::LeaseExpired { target, partition, zone } => {
            let text = format!("the lease of the replica in {} is over", zone.name());
            group(target, partition, "lease over", "plain", text)
        }
        EventKind::LeaderElected { target, partition, zone, position } => {
            let text = format!("led in {} from now on; it had applied the log up to {position}", zone.name());
            group(target, partition, "elected", "passed", text)
        }
        EventKind::LogReplicaAdded { target, partition, zone } => {
            let text = format!("a log replica stands in in {}: it counts for writes", zone.name());
            group(target, partition, "log replica", "plain", text)
        }
        EventKind::ReplicaHealed { target, partition, zone } => group(
            target,
            partition,
            "healed",
            "passed",
            format!("the replica in {} is whole again", zone.name()),
        ),
        EventKind::ZoneChanged { zone, dark } => {
            let (tone, state) = if *dark { ("refused", "went dark") } else { ("passed", "is lit again") };
            ("Replication", "zone".into(), tone, format!("{} {state}", zone.name()))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::timeline::Zone;

    #[test]
    fn a_split_and_a_failover_are_told_with_their_cause() {
        let target = Target { table: "Orders".into(), index: None };
        let split = EventKind::PartitionSplit {
            target: target.clone(),
            from: 3,
            into: vec![5, 6],
            cause: SplitCause::Heat,
            cut_at: vec!["80aa000000000000".into()],
        };
        let (section, _, _, text) = tell(&split).expect("it is told");
        assert_eq!(section, "Tables");
        assert_eq!(text, "p3 of Orders was split at 80aa000000000000 for heat: p5, p6");
        let elected = EventKind::LeaderElected { target, partition: 5, zone: Zone::C, position: 9 };
        let (section, mark, tone, text) = tell(&elected).expect("it is told");
        assert_eq!((section, mark.as_str(), tone), ("Replication", "elected", "passed"));
        assert_eq!(text, "p5 of Orders: led in az-c from now on; it had applied the log up to 9");
        assert_eq!(
            tell(&EventKind::ZoneChanged { zone: Zone::A, dark: true }).map(|told| told.2),
            Some("refused")
        );
    }
}
