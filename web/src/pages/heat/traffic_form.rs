//! The traffic generator's fields as they are typed, and the traffic that they describe. Pure.

use std::collections::BTreeMap;

use crate::protocol::{KeyDistribution, Traffic, TrafficSecond};

/// The most requests a second that can be asked for.
const RATE_MAX: u32 = 20_000;
/// The most partition keys.
const KEYS_MAX: u32 = 1_000_000;

/// The fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrafficForm {
    /// Requests a second.
    pub rate: String,
    /// Reads among them, in percent.
    pub read_percent: String,
    /// How keys are drawn.
    pub keys: KeyDistribution,
    /// How many partition keys.
    pub key_count: String,
    /// The seed.
    pub seed: String,
}

impl TrafficForm {
    /// The fields of that traffic.
    pub fn of(traffic: &Traffic) -> TrafficForm {
        TrafficForm {
            rate: traffic.rate.to_string(),
            read_percent: traffic.read_percent.to_string(),
            keys: traffic.keys,
            key_count: traffic.key_count.to_string(),
            seed: traffic.seed.to_string(),
        }
    }

    /// The traffic on that table, or what is wrong, by field.
    pub fn parse(&self, table: &str) -> Result<Traffic, BTreeMap<&'static str, String>> {
        let mut faults = BTreeMap::new();
        let mut number = |name: &'static str, text: &str, least: u64, most: u64| {
            let given = text.trim().replace([',', '_'], "").parse::<u64>().ok();
            match given.filter(|given| (least..=most).contains(given)) {
                Some(given) => given,
                None => {
                    faults.insert(name, format!("A whole number from {least} to {most}."));
                    0
                }
            }
        };
        let rate = number("rate", &self.rate, 1, RATE_MAX.into()) as u32;
        let read_percent = number("read_percent", &self.read_percent, 0, 100) as u32;
        let key_count = number("key_count", &self.key_count, 1, KEYS_MAX.into()) as u32;
        let seed = number("seed", &self.seed, 0, u64::MAX);
        match faults.is_empty() {
            true => {
                Ok(Traffic { table: table.to_owned(), rate, read_percent, keys: self.keys, key_count, seed })
            }
            false => Err(faults),
        }
    }
}

/// A few requests a second, evenly: something to see at once.
pub fn light(table: &str) -> Traffic {
    Traffic {
        table: table.to_owned(),
        rate: 40,
        read_percent: 50,
        keys: KeyDistribution::Uniform,
        key_count: 200,
        seed: 1,
    }
}

/// Light traffic with a few hot keys: what the first minute shows.
pub fn glimpse(table: &str) -> Traffic {
    Traffic { rate: 60, keys: KeyDistribution::Zipf, ..light(table) }
}

/// What the fields show first: few keys that get most of the writes.
pub fn first(table: &str) -> Traffic {
    Traffic { rate: 200, read_percent: 20, keys: KeyDistribution::Zipf, key_count: 20, ..light(table) }
}

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
    seconds.range(from..).fold(TrafficSecond::default(), |sum, (_, second)| TrafficSecond {
        sent: sum.sent + second.sent,
        retries: sum.retries + second.retries,
        given_up: sum.given_up + second.given_up,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(counts: &[(u64, u64)]) -> BTreeMap<u64, TrafficSecond> {
        let second = |sent| TrafficSecond { sent, ..TrafficSecond::default() };
        counts.iter().map(|(at, sent)| (*at, second(*sent))).collect()
    }

    #[test]
    fn what_is_typed_becomes_traffic() {
        let form = TrafficForm { rate: " 1,200 ".into(), ..TrafficForm::of(&first("Orders")) };
        assert_eq!(form.parse("Orders"), Ok(Traffic { rate: 1200, ..first("Orders") }));
        assert_eq!(TrafficForm::of(&light("T")).parse("T"), Ok(light("T")));
    }

    #[test]
    fn what_cannot_be_is_said_at_its_field() {
        let form = TrafficForm {
            rate: "0".into(),
            read_percent: "101".into(),
            key_count: "many".into(),
            seed: "-1".into(),
            keys: KeyDistribution::Zipf,
        };
        let faults = form.parse("Orders").unwrap_err();
        assert_eq!(faults.keys().copied().collect::<Vec<_>>(), ["key_count", "rate", "read_percent", "seed"]);
        assert_eq!(faults["read_percent"], "A whole number from 0 to 100.");
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
        let second = TrafficSecond { sent: 5, retries: 3, given_up: 1 };
        let sum = lately(&[(3, second), (4, second)].into(), 10);
        assert_eq!(sum, TrafficSecond { sent: 10, retries: 6, given_up: 2 });
    }
}
