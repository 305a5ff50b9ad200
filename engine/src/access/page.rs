//! Reading many items: one page of a Query or a Scan.
//!
//! A page ends after `limit` items evaluated, or when what was evaluated reaches 1 MB, filter or not; then it says where
//! it ended. A query reads one partition; a scan walks through them in hash order.

use std::ops::Bound;

use crate::capacity::{ReadMode, read_half_units};
use crate::error::Result;
use crate::expression::Condition;
use crate::index::key_bytes;
use crate::limits;
use crate::model::{Item, codec, key};
use crate::store::Space;
use crate::table::IndexId;
use crate::timeline::{Access, EventKind};

use super::Context;
use super::admit::admit;
use super::read::{charge_read, sized_read};
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
fn within(range: &Range, first: key::Hash, last: key::Hash) -> Range {
    let start = Bound::Included(first.to_be_bytes().to_vec());
    let end =
        last.checked_add(1).map_or(Bound::Unbounded, |next| Bound::Excluded(next.to_be_bytes().to_vec()));
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
        if later(&range.0, &start) { range.0.clone() } else { start },
        if earlier(&range.1, &end) { range.1.clone() } else { end },
    )
}

/// Reads one page.
pub fn page(region: &mut Region, context: &mut Context, request: &PageRequest) -> Result<Page> {
    let state = region.active_table(request.table)?;
    let partitions = state.partitions(request.index);
    let hash_at = |bound: &Bound<Vec<u8>>, unbounded| match bound {
        Bound::Included(key) | Bound::Excluded(key) if key.len() >= 8 => key::hash_of(key),
        _ => unbounded,
    };
    let (first, last) = match request.hash {
        Some(hash) => (partitions.owner(hash), partitions.owner(hash)),
        None => (
            partitions.owner(hash_at(&request.range.0, 0)),
            partitions.owner(hash_at(&request.range.1, key::Hash::MAX)),
        ),
    };
    let mut walk = Walk { page: Page::default(), size_bytes: 0, fetched_half_units: 0, fetched_bytes: 0 };
    let places: Vec<usize> =
        if request.forward { (first..=last).collect() } else { (first..=last).rev().collect() };
    let mut read_at = first;
    for place in places {
        read_at = place;
        if walk.partition(region, context, request, place)? {
            break;
        }
    }
    sized_read(region, context, request.table, request.index, read_at, walk.size_bytes, request.mode);
    if walk.fetched_half_units > 0 {
        let (bytes, half_units) = (walk.fetched_bytes, walk.fetched_half_units);
        charge_read(region, context, request.table, 0, read_at, bytes, half_units, request.mode);
    }
    Ok(walk.page)
}

struct Walk {
    page: Page,
    size_bytes: u64,
    fetched_half_units: u64,
    fetched_bytes: u64,
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
        let served = pick_replica(region, request.table, request.index, place, strong, context.now_ms);
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
        admit(region, context, request.table, request.index, place, Access::Read)?;

        let state = region.active_table(request.table)?;
        let table = &state.saved.table;
        let partition = state.partitions(request.index).at(place);
        let range = within(&request.range, partition.first, partition.last);
        let view = region.store.view(served.position);
        let space = Space::Items { table: table.id, index: request.index };
        let base = Space::Items { table: table.id, index: 0 };
        let before = (self.page.evaluated, self.page.items.len() as u64, self.size_bytes);
        let mut full = false;
        let mut entries = view.range(space, (as_slice(&range.0), as_slice(&range.1)), request.forward);
        for (_, entry) in entries.by_ref() {
            self.page.evaluated += 1;
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
        });
        Ok(full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_sees_only_its_part_of_a_range() {
        let key = |hash: u64, tail: u8| [hash.to_be_bytes().as_slice(), &[tail]].concat();
        let range = (Bound::Excluded(key(5, 9)), Bound::Unbounded);
        assert_eq!(within(&range, 0, 9).0, Bound::Excluded(key(5, 9)));
        assert_eq!(within(&range, 0, 9).1, Bound::Excluded(10u64.to_be_bytes().to_vec()));
        assert_eq!(
            within(&range, 10, u64::MAX),
            (Bound::Included(10u64.to_be_bytes().to_vec()), Bound::Unbounded)
        );
        let backwards = (Bound::Unbounded, Bound::Excluded(key(5, 9)));
        assert_eq!(
            within(&backwards, 0, 9),
            (Bound::Included(0u64.to_be_bytes().to_vec()), Bound::Excluded(key(5, 9)))
        );
    }
}
