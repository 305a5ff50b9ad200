//! Reading many items: one page of a Query or a Scan.
//!
//! A page ends after `limit` items evaluated, or when what was evaluated reaches 1 MB, filter or not; then it says where
//! it ended. A query reads one partition, or, where its item collection was cut between sort keys, one after the other; a
//! scan walks through all of them in hash order.

use std::ops::Bound;

use crate::capacity::{Ask, ReadMode, read_half_units};
use crate::error::Result;
use crate::expression::Condition;
use crate::index::key_bytes;
use crate::limits;
use crate::model::{DocumentPath, Item, codec, key};
use crate::random::Random;
use crate::store::Space;
use crate::table::IndexId;
use crate::timeline::{Access, EventKind, RequestId};

use super::Context;
use super::admit::{admit, take};
use super::asked::asked;
use super::context::Part;
use super::read::record_read;
use super::region::Region;
use super::route::{pick_replica, record_route};

/// A range of keys.
pub type Range = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// What one page reads.
#[derive(Clone, Debug)]
pub struct PageRequest<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The index; 0 for the table itself.
    pub index: IndexId,
    /// The keys to walk through; a start key is in here already.
    pub range: Range,
    /// The hash that a query reads; none for a scan.
    pub hash: Option<key::Hash>,
    /// Ascending by key.
    pub forward: bool,
    /// How many items to evaluate at most.
    pub limit: Option<u64>,
    /// What is returned of the evaluated.
    pub filter: Option<&'a Condition>,
    /// Strongly consistent or not.
    pub mode: ReadMode,
    /// A local index's query wants attributes that it does not hold: each item is fetched from the table.
    pub fetch_items: bool,
    /// What is returned of each item, where that is not all of it.
    pub returned: Option<&'a [DocumentPath]>,
    /// What is asked for, as text.
    pub text: &'a str,
}

/// One page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The items returned, encoded.
    pub items: Vec<Vec<u8>>,
    /// How many were evaluated: `ScannedCount`.
    pub evaluated: u64,
    /// The last entry evaluated, where the page ended before the range did: `LastEvaluatedKey` is made of it.
    pub last: Option<Item>,
}

fn as_slice(bound: &Bound<Vec<u8>>) -> Bound<&[u8]> {
    match bound {
        Bound::Included(key) => Bound::Included(key),
        Bound::Excluded(key) => Bound::Excluded(key),
        Bound::Unbounded => Bound::Unbounded,
    }
}

/// The part of the range that a partition owns.
fn within(range: &Range, own: Range) -> Range {
    let later = |a: &Bound<Vec<u8>>, b: &Bound<Vec<u8>>| match (a, b) {
        (Bound::Unbounded, _) => false,
        (_, Bound::Unbounded) => true,
        (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => a >= b,
    };
    let earlier = |a: &Bound<Vec<u8>>, b: &Bound<Vec<u8>>| match (a, b) {
        (Bound::Unbounded, _) => false,
        (_, Bound::Unbounded) => true,
        (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => a <= b,
    };
    (
        if later(&range.0, &own.0) { range.0.clone() } else { own.0 },
        if earlier(&range.1, &own.1) { range.1.clone() } else { own.1 },
    )
}

/// Reads one page. Each partition is charged for what it read; the sizes are summed before they are rounded up.
pub fn page(region: &mut Region, context: &mut Context, request: &PageRequest) -> Result<Page> {
    let partitions = region.active_table(request.table)?.partitions(request.index);
    let (first, last) = partitions.span((as_slice(&request.range.0), as_slice(&request.range.1)));
    let mut walk = Walk::default();
    let mut places = first..=last;
    while let Some(place) = if request.forward { places.next() } else { places.next_back() } {
        if walk.partition(region, context, request, place)? {
            break;
        }
    }
    let (table, mode) = (request.table, request.mode);
    // Once admitted, a page is not refused for what it has taken itself.
    for charge in std::mem::take(&mut walk.charges) {
        let Charge { place, ask, half_units, size_bytes, latency_us, fetched, observed } = charge;
        context.part = Part { hash: request.hash, size_bytes, latency_us };
        if half_units > 0 {
            take(region, context, table, request.index, place, ask, half_units);
            // What is fetched beside it is of the same wait.
            context.part.latency_us = 0;
        }
        if fetched > 0 {
            take(region, context, table, 0, place, ask, fetched);
        }
        if let Some(key) = observed {
            region.observe(context, table, request.index, place, &key, Access::Read, half_units + fetched);
        }
    }
    record_read(region, context, table, request.index, walk.size_bytes, walk.half_units, mode);
    if walk.fetched_half_units > 0 {
        record_read(region, context, table, 0, walk.fetched_bytes, walk.fetched_half_units, mode);
    }
    Ok(walk.page)
}

#[derive(Default)]
struct Walk {
    page: Page,
    size_bytes: u64,
    /// What the size so far costs.
    half_units: u64,
    fetched_half_units: u64,
    fetched_bytes: u64,
    charges: Vec<Charge>,
}

/// What one partition takes for its part of a page, when the page is read.
struct Charge {
    place: usize,
    ask: Ask,
    half_units: u64,
    size_bytes: u64,
    latency_us: u64,
    /// For items that were fetched from the table.
    fetched: u64,
    /// One of the keys that were looked at there.
    observed: Option<Vec<u8>>,
}

impl Walk {
    /// Reads on in one partition; whether the page is full.
    fn partition(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        request: &PageRequest,
        place: usize,
    ) -> Result<bool> {
        let strong = request.mode != ReadMode::Eventual;
        let served = pick_replica(region, request.table, request.index, place, strong, context)?;
        let state = region.active_table(request.table)?;
        record_route(
            state,
            request.index,
            place,
            (request.hash, || request.text.into()),
            Access::Read,
            served,
            context,
        );
        let ask = Ask::Read { zone: served.zone, mode: request.mode };
        admit(region, context, request.table, request.index, place, ask)?;

        let state = region.active_table(request.table)?;
        let table = &state.saved.table;
        let partition = state.partitions(request.index).at(place);
        let range = within(&request.range, partition.bounds());
        let view = region.store.view(served.position);
        let space = Space::Items { table: table.id, index: request.index };
        let base = Space::Items { table: table.id, index: 0 };
        let before = (self.page.evaluated, self.page.items.len() as u64, self.size_bytes);
        let fetched_before = self.fetched_half_units;
        let (mut looked_at, mut observed) = (Lot::new(context.request, place), None);
        let mut full = false;
        let mut entries = view.range(space, (as_slice(&range.0), as_slice(&range.1)), request.forward);
        for (key, entry) in entries.by_ref() {
            self.page.evaluated += 1;
            observed = if looked_at.falls() { Some(key) } else { observed };
            self.size_bytes += codec::size_bytes(entry).map_err(Region::internal)?;
            let mut found = entry;
            if request.fetch_items {
                let keys = codec::decode(entry).map_err(Region::internal)?;
                let item = key_bytes(&table.keys, &keys).and_then(|key| view.get(base, &key));
                if let Some(item) = item {
                    let bytes = codec::size_bytes(item).map_err(Region::internal)?;
                    self.fetched_bytes += bytes;
                    self.fetched_half_units += read_half_units(bytes, request.mode);
                    found = item;
                }
            }
            let passes = match request.filter {
                None => true,
                Some(filter) => filter.evaluate(Some(&codec::decode(found).map_err(Region::internal)?)),
            };
            if passes {
                self.page.items.push(found.to_vec());
            }
            full = request.limit.is_some_and(|limit| self.page.evaluated >= limit)
                || self.size_bytes >= limits::PAGE_BYTES as u64;
            if full {
                self.page.last = Some(codec::decode(entry).map_err(Region::internal)?);
                break;
            }
        }
        context.trace(|| EventKind::Evaluated {
            target: state.target(request.index),
            partition: partition.id,
            evaluated: self.page.evaluated - before.0,
            returned: self.page.items.len() as u64 - before.1,
            size_bytes: self.size_bytes - before.2,
            asked: asked(request.filter, request.returned),
        });
        drop(entries);
        let observed = observed.map(<[u8]>::to_vec).or_else(|| match (request.hash, &request.range.0) {
            (Some(_), Bound::Included(key) | Bound::Excluded(key)) => Some(key.clone()),
            _ => None,
        });
        let half_units = read_half_units(self.size_bytes, request.mode) - self.half_units;
        let (fetched, size_bytes) = (self.fetched_half_units - fetched_before, self.size_bytes - before.2);
        self.half_units += half_units;
        let latency_us = context.part.latency_us;
        self.charges.push(Charge { place, ask, half_units, size_bytes, latency_us, fetched, observed });
        Ok(full)
    }
}

/// Draws one of the keys that a page looks at, each with the same chance: the one that is observed.
struct Lot {
    random: Random,
    count: u64,
}

impl Lot {
    fn new(request: Option<RequestId>, place: usize) -> Lot {
        Lot { random: Random::new(request.unwrap_or(0) << 20 ^ place as u64), count: 0 }
    }

    /// Whether the lot falls on the next key, and no more on those before.
    fn falls(&mut self) -> bool {
        self.count += 1;
        self.random.below(self.count) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_sees_only_its_part_of_a_range() {
        let key = |hash: u64, tail: u8| [hash.to_be_bytes().as_slice(), &[tail]].concat();
        let range = (Bound::Excluded(key(5, 9)), Bound::Unbounded);
        let at = |hash: u64| hash.to_be_bytes().to_vec();
        let below_10 = (Bound::Included(at(0)), Bound::Excluded(at(10)));
        assert_eq!(within(&range, below_10.clone()), (Bound::Excluded(key(5, 9)), Bound::Excluded(at(10))));
        let rest = (Bound::Included(at(10)), Bound::Unbounded);
        assert_eq!(within(&range, rest.clone()), rest);
        let backwards = (Bound::Unbounded, Bound::Excluded(key(5, 9)));
        assert_eq!(within(&backwards, below_10), (Bound::Included(at(0)), Bound::Excluded(key(5, 9))));
    }

    #[test]
    fn every_key_of_a_page_is_observed_as_often() {
        let mut drawn = [0u32; 10];
        for request in 0..10_000 {
            let mut lot = Lot::new(Some(request), 3);
            let last = (0..10).filter(|_| lot.falls()).last();
            drawn[last.expect("the first always falls")] += 1;
        }
        assert!(drawn.iter().all(|times| (850..1150).contains(times)), "{drawn:?}");
    }
}
