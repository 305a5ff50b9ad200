//! The traffic of one partition: how long it has been hot, its hottest keys, and where a split would divide it.
//!
//! Owns the counting, in bounded memory: a sketch of 16 keys and a sample of 64, of which what is new weighs more. Never
//! splits anything. It is not saved: after a reopen a partition is observed anew.
//!
//! Follows "Amazon DynamoDB" (USENIX ATC 2022), section 4.4: a partition that stays near its limit is split where the
//! traffic that was observed is divided, not in the middle; not for a single hot item, and not where the keys are written
//! one after the other in their order. Modelled: "near" is four fifths, in every five seconds of the time that a setting says.

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::model::key;
use crate::random::Random;

use super::partition::Point;
use super::sketch::{Heavy, Sketch};

/// The time in which heat is measured, in milliseconds.
const WINDOW_MS: u64 = 5_000;
/// What of its limit a hot partition takes, in percent.
const HOT_PERCENT: u64 = 80;
/// After how many windows the sketch forgets half.
const WINDOWS_KEPT: u64 = 12;
const SKETCHED: usize = 16;
const SAMPLED: usize = 64;
/// A split that leaves less than this on one side is of no use, in percent.
const USEFUL_PERCENT: u64 = 10;
/// A split between item collections is preferred where it leaves at least this on both sides, in percent.
const GOOD_PERCENT: u64 = 30;
/// Fewer half units than this in a window say nothing of the order of the keys.
const EVIDENCE_HALF_UNITS: u64 = 60;
/// A key with this part of the traffic is put on a partition of its own, in percent.
const ISOLATED_PERCENT: u64 = 50;
/// A key with this part of it is the traffic: no split helps, in percent.
const ALONE_PERCENT: u64 = 90;

/// The traffic of one partition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Traffic {
    window_ms: u64,
    windows: u64,
    /// Read and written in this window.
    half_units: [u64; 2],
    hot_since_ms: Option<u64>,
    declined: bool,
    sketch: Sketch,
    /// Keys drawn by their weight, those of late with a larger chance.
    #[serde(with = "crate::model::bytes::list")]
    sample: Vec<Vec<u8>>,
    seen: u64,
    /// The last key written; how much was written behind the key before in its collection, and how much before it.
    #[serde(with = "crate::model::bytes")]
    last: Vec<u8>,
    risen: u64,
    fallen: u64,
    written: u64,
    /// Whether keys were written in their order in the last window that told; and whether that is news.
    rising: bool,
    turned: bool,
    /// Its own: the region's is for what is saved.
    random: Random,
    /// Its size when a split for size was last looked for in vain, in bytes.
    pub tried_bytes: u64,
}

/// What a split of a partition would do for its traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Nothing was observed.
    Unknown,
    /// It would divide it, at this point.
    Divides(Point),
    /// It would put one hot key on a partition of its own, at these points.
    Isolates(Vec<Point>),
    /// Nothing: it is all one key's.
    SingleKey,
    /// Nothing: the keys are written in their order, so that all would go to the last part.
    RisingKeys,
    /// Nothing: it is one item collection's, which a table with a local index never divides.
    OneCollection,
}

impl Outlook {
    /// The name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Outlook::Unknown => "UNKNOWN",
            Outlook::Divides(_) => "DIVIDES",
            Outlook::Isolates(_) => "ISOLATES",
            Outlook::SingleKey => "SINGLE_KEY",
            Outlook::RisingKeys => "RISING_KEYS",
            Outlook::OneCollection => "ONE_COLLECTION",
        }
    }

    /// Whether it would do anything.
    pub fn helps(&self) -> bool {
        matches!(self, Outlook::Divides(_) | Outlook::Isolates(_))
    }

    /// The points of a split that would help.
    pub fn points(self) -> Vec<Point> {
        match self {
            Outlook::Divides(point) => vec![point],
            Outlook::Isolates(points) => points,
            _ => Vec::new(),
        }
    }
}

/// What may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// A key is an item collection: there is no sort key.
    Items,
    /// Item collections may be cut between sort keys.
    SortKeys,
    /// Item collections stay whole: the table has a local index.
    Collections,
}

impl Traffic {
    /// A partition that was not observed yet; `seed` is its own.
    pub fn new(seed: u64, now_ms: u64) -> Traffic {
        Traffic {
            window_ms: now_ms,
            windows: 0,
            half_units: [0; 2],
            hot_since_ms: None,
            declined: false,
            sketch: Sketch::new(SKETCHED),
            sample: Vec::new(),
            seen: 0,
            last: Vec::new(),
            risen: 0,
            fallen: 0,
            written: 0,
            rising: false,
            turned: false,
            random: Random::new(seed),
            tried_bytes: 0,
        }
    }

    /// Counts a request for a key. Where a window is over with it, how long the partition has been hot by then, in milliseconds.
    pub fn observe(&mut self, key: &[u8], write: bool, half_units: u64, now_ms: u64) -> Option<u64> {
        let hot_ms = self.roll(now_ms);
        self.half_units[usize::from(write)] += half_units;
        self.sketch.observe(key, half_units);
        if write {
            self.follow(key, half_units);
        }
        self.seen += half_units;
        if self.sample.len() < SAMPLED {
            self.sample.push(key.to_vec());
        } else {
            self.resample(key, half_units);
        }
        hot_ms
    }

    /// Gives a key as many places of the sample as it has of what was seen, fractions by chance.
    fn resample(&mut self, key: &[u8], half_units: u64) {
        let seen = self.seen.max(1);
        let left = seen - 1 - self.random.below(seen);
        let places = ((half_units * SAMPLED as u64 + left) / seen).min(SAMPLED as u64);
        if places > 0 {
            let from = self.random.below(SAMPLED as u64);
            for at in from..from + places {
                let place = &mut self.sample[at as usize % SAMPLED];
                place.clear();
                place.extend_from_slice(key);
            }
        }
    }

    fn follow(&mut self, key: &[u8], half_units: u64) {
        self.written += half_units;
        if !self.last.is_empty() && key::collection_of(&self.last) == key::collection_of(key) {
            match *key > *self.last {
                true => self.risen += half_units,
                false => self.fallen += half_units,
            }
        }
        self.last.clear();
        self.last.extend_from_slice(key);
    }

    fn roll(&mut self, now_ms: u64) -> Option<u64> {
        let elapsed = now_ms.saturating_sub(self.window_ms) / WINDOW_MS;
        if elapsed == 0 {
            return None;
        }
        let limits = [limits::PARTITION_READ_UNITS, limits::PARTITION_WRITE_UNITS];
        let hot = self
            .half_units
            .iter()
            .zip(limits)
            .any(|(taken, units)| taken * 100 >= units * 2 * HOT_PERCENT * WINDOW_MS / 1000);
        if self.written >= EVIDENCE_HALF_UNITS && self.rises() != self.rising {
            (self.rising, self.turned) = (!self.rising, !self.turned);
        }
        // A window without a request is a cold one.
        self.hot_since_ms = match hot && elapsed == 1 {
            true => self.hot_since_ms.or(Some(self.window_ms)),
            false => None,
        };
        self.declined &= self.hot_since_ms.is_some();
        self.half_units = [0; 2];
        self.window_ms += elapsed * WINDOW_MS;
        self.windows += elapsed;
        for part in [&mut self.seen, &mut self.risen, &mut self.fallen, &mut self.written] {
            *part = part.checked_shr(elapsed.min(64) as u32).unwrap_or(0);
        }
        if self.windows >= WINDOWS_KEPT {
            for _ in 0..(self.windows / WINDOWS_KEPT).min(64) {
                self.sketch.halve();
            }
            self.windows %= WINDOWS_KEPT;
        }
        self.hot_since_ms.map(|since_ms| self.window_ms - since_ms)
    }

    /// Whether keys are written in their order, where that was not so when it was last asked; and the last key.
    pub fn take_turn(&mut self) -> Option<(bool, &[u8])> {
        std::mem::take(&mut self.turned).then_some((self.rising, &self.last))
    }

    /// Since when the partition has been hot, as of the last window.
    pub fn hot_since_ms(&self) -> Option<u64> {
        self.hot_since_ms
    }

    /// Notes that a split would not help; whether that is news since the partition became hot.
    pub fn decline(&mut self) -> bool {
        !std::mem::replace(&mut self.declined, true)
    }

    /// The hottest keys of about the last minute, the hottest first, and what all keys took, in halves of a unit.
    pub fn hottest(&self) -> (Vec<Heavy<'_>>, u64) {
        (self.sketch.top(), self.sketch.total())
    }

    /// What a split would do.
    pub fn outlook(&self, grain: Grain) -> Outlook {
        if self.sample.is_empty() {
            return Outlook::Unknown;
        }
        let mut sample: Vec<&[u8]> = self.sample.iter().map(Vec::as_slice).collect();
        sample.sort_unstable();
        let collections = divide(&sample, true);
        let keys = match grain {
            Grain::SortKeys if !self.rises() => divide(&sample, false),
            _ => None,
        };
        let best = match (collections, keys) {
            (Some((share, point)), _) if share >= GOOD_PERCENT => Some((share, point)),
            (one, other) => one.into_iter().chain(other).max_by_key(|(share, _)| *share),
        };
        if let Some(points) = self.isolation(grain) {
            return points;
        }
        match best.filter(|(share, _)| *share >= USEFUL_PERCENT) {
            Some((_, point)) => Outlook::Divides(point),
            None if grain == Grain::Collections && sample.first() != sample.last() => Outlook::OneCollection,
            None if self.rises() => Outlook::RisingKeys,
            None => Outlook::SingleKey,
        }
    }

    /// Whether keys are written in their order: each behind the one before in its collection.
    fn rises(&self) -> bool {
        let told = self.risen + self.fallen;
        let written = self.written > 0 && self.written * 2 >= self.seen;
        written && told * 4 >= self.written && self.risen * 100 >= told * 95
    }

    /// What is to be done for one key that takes most of the traffic; none where there is none.
    fn isolation(&self, grain: Grain) -> Option<Outlook> {
        let heaviest = self.sketch.heaviest()?;
        let of_total = |percent: u64| heaviest.at_least() * 100 >= self.sketch.total() * percent;
        if of_total(ALONE_PERCENT) {
            return Some(Outlook::SingleKey);
        }
        if !of_total(ISOLATED_PERCENT) {
            return None;
        }
        let hash = key::hash_of(heaviest.key);
        let end = |hash: key::Hash| hash.checked_add(1).map(Point::Hash);
        Some(Outlook::Isolates(match grain {
            Grain::SortKeys => {
                let next = [heaviest.key, &[0]].concat();
                vec![Point::Key(heaviest.key.to_vec()), Point::Key(next)]
            }
            _ => std::iter::once(Point::Hash(hash)).chain(end(hash)).collect(),
        }))
    }
}

/// The point that divides sorted keys best, and what it leaves on the smaller side, in percent: between item collections, or
/// anywhere.
fn divide(sorted: &[&[u8]], between_collections: bool) -> Option<(u64, Point)> {
    let different = |at: usize| match between_collections {
        true => key::hash_of(sorted[at - 1]) != key::hash_of(sorted[at]),
        false => sorted[at - 1] != sorted[at],
    };
    let count = sorted.len();
    // Of two that divide equally well, the first.
    let best = (1..count).filter(|at| different(*at)).max_by_key(|&at| (at.min(count - at), count - at))?;
    let point = match between_collections || key::hash_of(sorted[best - 1]) != key::hash_of(sorted[best]) {
        true => Point::Hash(key::hash_of(sorted[best])),
        false => Point::Key(sorted[best].to_vec()),
    };
    Some((best.min(count - best) as u64 * 100 / count as u64, point))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AttributeValue;

    fn item(owner: &str, n: u32) -> Vec<u8> {
        let mut bytes = key::collection_prefix(owner.as_bytes());
        key::write_part(&AttributeValue::B(n.to_be_bytes().to_vec()), &mut bytes);
        bytes
    }

    fn traffic(keys: impl IntoIterator<Item = Vec<u8>>) -> Traffic {
        let mut traffic = Traffic::new(7, 0);
        keys.into_iter().for_each(|key| assert_eq!(traffic.observe(&key, true, 2, 1), None));
        traffic
    }

    #[test]
    fn a_split_divides_the_observed_traffic_and_prefers_to_leave_collections_whole() {
        let many = traffic((0..4_000).map(|n| item(&format!("owner-{}", n * 7919 % 1000), n * 31 % 97)));
        for grain in [Grain::Items, Grain::SortKeys, Grain::Collections] {
            let Outlook::Divides(Point::Hash(hash)) = many.outlook(grain) else {
                panic!("{:?}", many.outlook(grain))
            };
            let half = u64::MAX / 2;
            assert!(hash.abs_diff(half) < u64::MAX / 5, "{hash:016x} is far from the middle");
        }
        let one = traffic((0..4_000).map(|n| item("one", n * 7919 % 1000)));
        let Outlook::Divides(Point::Key(key)) = one.outlook(Grain::SortKeys) else { panic!("it is divided") };
        assert!((item("one", 300)..item("one", 700)).contains(&key), "near the middle of its sort keys");
        assert_eq!(one.outlook(Grain::Collections), Outlook::OneCollection);
    }

    #[test]
    fn few_large_writes_count_for_more_than_the_many_small_ones_before_them() {
        let mut observed = traffic((0..60).map(|n| item("one", n)));
        for n in 0..40 {
            observed.observe(&item("one", [900, 903, 901, 902][n % 4]), true, 400, 1);
        }
        let point = Outlook::Divides(Point::Key(item("one", 902)));
        assert_eq!(observed.outlook(Grain::SortKeys), point, "two of the four on each side");
    }

    #[test]
    fn one_hot_key_is_put_alone_where_others_suffer_and_left_where_it_is_all() {
        let hot =
            |times: u32, n: u32| if n % 10 < times { item("hot", 1) } else { item("hot", n * 7919 % 1000) };
        let alone = vec![Point::Key(item("hot", 1)), Point::Key([item("hot", 1), vec![0]].concat())];
        assert_eq!(traffic((0..2_000).map(|n| hot(7, n))).outlook(Grain::SortKeys), Outlook::Isolates(alone));
        assert_eq!(traffic((0..2_000).map(|_| item("hot", 1))).outlook(Grain::SortKeys), Outlook::SingleKey);
        let hash = key::hash_of(&item("hot", 1));
        let whole =
            traffic((0..2_000).map(|n| if n % 10 < 7 { item("hot", 1) } else { item(&n.to_string(), 1) }));
        let points = vec![Point::Hash(hash), Point::Hash(hash + 1)];
        assert_eq!(whole.outlook(Grain::Items), Outlook::Isolates(points));
        assert_eq!(Traffic::new(1, 0).outlook(Grain::Items), Outlook::Unknown);
    }

    #[test]
    fn rising_keys_are_not_cut_but_two_collections_of_them_are_parted() {
        let rising = traffic((0..2_000).map(|n| item("today", n)));
        assert_eq!(rising.outlook(Grain::SortKeys), Outlook::RisingKeys);
        let two = traffic((0..2_000).map(|n| item(["today", "there"][n as usize / 3 % 2], n)));
        assert!(matches!(two.outlook(Grain::SortKeys), Outlook::Divides(Point::Hash(_))));
    }

    #[test]
    fn that_keys_rise_is_told_once_and_once_that_they_do_no_more() {
        let mut traffic = Traffic::new(1, 0);
        let mut told = Vec::new();
        for at in 0..12_000u32 {
            let n = if at < 6_000 { at } else { at * 7919 % 6_000 };
            traffic.observe(&item("today", n), true, 2, u64::from(at) * 5);
            told.extend(traffic.take_turn().map(|(rises, _)| (rises, at / 1_000)));
        }
        assert_eq!(told, [(true, 1), (false, 7)]);
    }

    #[test]
    fn a_partition_is_hot_while_every_window_is() {
        let mut traffic = Traffic::new(1, 0);
        // 4,000 write units in five seconds are four fifths of the limit.
        assert_eq!(traffic.observe(&item("a", 1), true, 8_000, 0), None);
        assert_eq!(traffic.observe(&item("a", 1), true, 7_999, 5_000), Some(5_000));
        assert_eq!(traffic.observe(&item("a", 1), true, 8_000, 10_000), None, "it was cooler for a moment");
        assert_eq!(traffic.observe(&item("a", 1), false, 24_000, 15_000), Some(5_000));
        assert_eq!(traffic.observe(&item("a", 1), false, 24_000, 20_500), Some(10_000), "reads count apart");
        assert_eq!(traffic.hot_since_ms(), Some(10_000));
        assert_eq!(traffic.observe(&item("a", 1), true, 8_000, 40_000), None, "nothing came for a while");
    }
}
