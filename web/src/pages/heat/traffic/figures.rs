//! What traffic came to lately, out of its seconds. Pure.

use std::collections::BTreeMap;

use crate::protocol::traffic::TrafficSecond;

/// The rate that was reached lately: requests a second over the newest whole seconds, at most five; none before there is
/// one.
pub fn achieved(seconds: &BTreeMap<u64, TrafficSecond>) -> Option<u64> {
    let mut run: Vec<u64> = Vec::new();
    let mut before: Option<u64> = None;
    for (second, counts) in seconds.iter().rev() {
        if before.is_some_and(|before| before != second + 1) {
            break;
        }
        before = Some(*second);
        run.push(counts.sent);
        if run.len() == 7 {
            break;
        }
    }
    // The newest second is not over, and the first may have begun late.
    let whole = run.get(1..run.len().saturating_sub(1).max(1))?;
    let whole = &whole[..whole.len().min(5)];
    (!whole.is_empty()).then(|| whole.iter().sum::<u64>() / whole.len() as u64)
}

/// What the traffic came to in its newest seconds, so many, added up.
pub fn lately(seconds: &BTreeMap<u64, TrafficSecond>, count: u64) -> TrafficSecond {
    let from = seconds.last_key_value().map_or(0, |(newest, _)| (newest + 1).saturating_sub(count));
    TrafficSecond::sum(seconds.range(from..).map(|(_, second)| second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(counts: &[(u64, u64)]) -> BTreeMap<u64, TrafficSecond> {
        let second = |sent| TrafficSecond { sent, ..TrafficSecond::default() };
        counts.iter().map(|(at, sent)| (*at, second(*sent))).collect()
    }

    #[test]
    fn the_rate_is_that_of_whole_seconds() {
        assert_eq!(achieved(&sent(&[])), None);
        assert_eq!(achieved(&sent(&[(5, 10), (6, 3)])), None);
        assert_eq!(achieved(&sent(&[(5, 10), (6, 200), (7, 3)])), Some(200));
        assert_eq!(achieved(&sent(&[(1, 900), (5, 10), (6, 200), (7, 100), (8, 3)])), Some(150));
        let long: Vec<(u64, u64)> = (0..100).map(|second| (second, second)).collect();
        assert_eq!(achieved(&sent(&long)), Some(96));
    }

    #[test]
    fn lately_is_the_newest_seconds_whether_or_not_there_was_something_in_each() {
        assert_eq!(lately(&sent(&[]), 10), TrafficSecond::default());
        assert_eq!(lately(&sent(&[(1, 1), (2, 2), (9, 4), (11, 8)]), 10).sent, 14);
        let mut second = TrafficSecond { sent: 5, retries: 3, given_up: 1, ..TrafficSecond::default() };
        second.latencies[2] = 4;
        let sum = lately(&[(3, second), (4, second)].into(), 10);
        assert_eq!((sum.sent, sum.retries, sum.given_up, sum.latencies[2]), (10, 6, 2, 8));
    }
}
