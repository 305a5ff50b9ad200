//! The partition key that takes most of a pattern's requests, by drawing many of them: what it would ask of its partition at the
//! expected rate.
//!
//! Follows [partition key design](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html): a
//! single key gets at most what one partition serves, 3,000 read units and 1,000 write units a second.

use std::collections::BTreeMap;

use engine::limits::{PARTITION_READ_UNITS, PARTITION_WRITE_UNITS};
use engine::workload::{Asking, PlannedPattern};
use serde_json::Value;

use crate::state::attribute::to_text;
use crate::state::explanation::{count, half};
use crate::state::request::key_condition;
use crate::state::tables::TableDescription;

/// So many requests are drawn.
const DRAWS: u64 = 500;
/// The seed of the draws: the same pattern has the same hottest key.
const SEED: u64 = 1;

/// The hottest key of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hottest {
    /// The key's values: `user_12345`.
    pub key: String,
    /// Its share of the requests, in percent, rounded up.
    pub percent: u64,
    /// What it asks at the expected rate, in halves of a unit a second.
    pub half_units: u64,
    /// What a partition serves of them.
    pub limit_half_units: u64,
    /// `RCU` or `WCU`.
    pub unit: &'static str,
    /// How many suffixes spread it over enough keys: 1 where it fits as it is.
    pub shards: u64,
}

impl Hottest {
    /// Whether a partition serves it.
    pub fn fits(&self) -> bool {
        self.half_units <= self.limit_half_units
    }

    /// In a sentence.
    pub fn words(&self) -> String {
        let Hottest { key, percent, half_units, limit_half_units, unit, shards } = self;
        let (asked, limit) = (half(*half_units), count(limit_half_units / 2));
        let start = format!(
            "The hottest partition key, {key}, takes {percent} %: {asked} {unit} a second of the {limit} that a partition serves"
        );
        if self.fits() { start } else { format!("{start}. A suffix of {shards} values would spread it") }
    }
}

/// The partition key of a request; none where it names none, or several.
fn key_of(request: &Value, hash: &[&str]) -> Option<String> {
    let tests = key_condition::read(request).filter(|tests| !tests.is_empty());
    let value = |name: &str| {
        let given = ["Key", "Item"].iter().find_map(|member| request[*member].get(name));
        let asked = || tests.as_ref()?.iter().find(|test| test.name == name && test.operator == "=");
        given.map(|value| to_text(value).1).or_else(|| asked().map(|test| test.values[0].1.clone()))
    };
    let values: Option<Vec<String>> = hash.iter().map(|name| value(name)).collect();
    values.filter(|values| !values.is_empty()).map(|values| values.join(", "))
}

/// The hottest key of a pattern on its table. `own_half_units` is what one use was metered for on the table or index that it asks;
/// else that is estimated. None where no rate is planned, or a request names no partition key.
pub fn hottest(
    pattern: &PlannedPattern,
    table: &TableDescription,
    own_half_units: Option<u64>,
    now_ms: u64,
) -> Option<Hottest> {
    let index = pattern.request["IndexName"].as_str();
    let hash: Vec<&str> = table.keys_of(index).hash.iter().map(|part| part.name.as_str()).collect();
    let mut asking = Asking::new(pattern).ok().filter(|_| pattern.rate.times > 0)?;
    asking.seed(SEED);
    let draws = if asking.has_parameters() { DRAWS } else { 1 };
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for _ in 0..draws {
        *found.entry(key_of(&asking.next(now_ms), &hash)?).or_default() += 1;
    }
    let (key, times) = found.into_iter().max_by_key(|(_, times)| *times)?;
    let (estimated, reads) = (pattern.estimate(), pattern.is_read());
    let each =
        own_half_units.unwrap_or(if reads { estimated.read_half_units } else { estimated.write_half_units });
    let asked = u128::from(pattern.rate.times) * u128::from(each) * u128::from(times);
    let asked = asked.div_ceil(u128::from(pattern.rate.per.seconds()) * u128::from(draws));
    let half_units = u64::try_from(asked).unwrap_or(u64::MAX);
    let (units, unit) = if reads { (PARTITION_READ_UNITS, "RCU") } else { (PARTITION_WRITE_UNITS, "WCU") };
    let limit_half_units = 2 * units;
    let shards = half_units.div_ceil(limit_half_units).max(1);
    Some(Hottest { key, percent: (times * 100).div_ceil(draws), half_units, limit_half_units, unit, shards })
}
