//! Advice on indexes: what they hold and nobody reads, how few keys they have, what they can be written with.
//!
//! Follows [index projections](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general.html),
//! [partition keys that spread](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html) and
//! [throttling through an index](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gsi-throttling.html).

use std::collections::BTreeSet;

use crate::api::contents::{IndexContents, TableContents};

use super::change::{DesignChange, Narrower};
use super::requests::{Pages, Requests};
use super::{Advice, AdviceKind, at_most};

/// An index that is read less often is no evidence of what is read of it.
const EVIDENCE_READS: u64 = 3;
/// A table with fewer requests is no evidence that an index is not read.
const EVIDENCE_REQUESTS: u64 = 50;
/// Less than this of an index is not worth a new one, in percent.
const UNREAD_PERCENT: u64 = 20;
/// An index with no more partition keys has few…
const FEW_KEYS: u64 = 10;
/// …where it has so many entries at least.
const FEW_ENTRIES: u64 = 100;

fn found(
    contents: &TableContents,
    index: &IndexContents,
    kind: AdviceKind,
    change: Option<DesignChange>,
) -> Advice {
    Advice { table: contents.table_name.clone(), index: Some(index.index_name.clone()), kind, change }
}

/// What is projected and was never returned or tested.
fn unread(contents: &TableContents, index: &IndexContents, pages: &[&Pages]) -> Option<Advice> {
    let reads: u64 = pages.iter().map(|pages| pages.requests).sum();
    if reads < EVIDENCE_READS || index.projection_type == "KEYS_ONLY" {
        return None;
    }
    let mut read: BTreeSet<&str> = BTreeSet::new();
    for pages in pages {
        // Where all is returned, all is read.
        read.extend(pages.asked.returned.as_ref()?.iter().map(String::as_str));
        read.extend(pages.asked.filter.iter().map(|one| one.attribute.as_str()));
    }
    let is_key = |name: &str| index.keys.contains(name) || contents.keys.contains(name);
    let unread: Vec<_> =
        index.attributes.iter().filter(|one| !is_key(&one.name) && !read.contains(&*one.name)).collect();
    let unread_bytes: u64 = unread.iter().map(|one| one.size_bytes).sum();
    let bytes: u64 = index.attributes.iter().map(|one| one.size_bytes).sum();
    if unread.is_empty() || at_most(unread_bytes, bytes, UNREAD_PERCENT) {
        return None;
    }
    let kept: Vec<String> = read.into_iter().filter(|name| !is_key(name)).map(str::to_owned).collect();
    let change = DesignChange::Project(Narrower {
        name: index.index_name.clone(),
        keys: index.keys.clone(),
        attributes: kept,
        provisioned: index.provisioned,
    });
    let names = unread.iter().map(|one| one.name.clone()).collect();
    let kind = AdviceKind::OverProjection { unread: names, unread_bytes, bytes, reads };
    Some(found(contents, index, kind, Some(change)))
}

fn never_read(contents: &TableContents, index: &IndexContents, requests: &Requests) -> Option<Advice> {
    let key = (contents.table_name.clone(), index.index_name.clone());
    let (writes, half_units) = requests.index_writes.get(&key).copied()?;
    let all = requests.of(&contents.table_name);
    let kind = AdviceKind::UnreadIndex { writes, half_units, requests: all, size_bytes: index.size_bytes };
    let change = DesignChange::RemoveIndex { index: index.index_name.clone() };
    (all >= EVIDENCE_REQUESTS && writes > 0).then(|| found(contents, index, kind, Some(change)))
}

fn few_keys(contents: &TableContents, index: &IndexContents) -> Option<Advice> {
    let largest = index.largest_key.clone()?;
    let few = index.partition_keys <= FEW_KEYS && index.surveyed >= FEW_ENTRIES;
    let kind = AdviceKind::FewIndexKeys { keys: index.partition_keys, entries: index.surveyed, largest };
    few.then(|| found(contents, index, kind, None))
}

/// An index takes the writes of the items that it has: with less capacity than that share of its table's it holds them up.
fn capacity(contents: &TableContents, index: &IndexContents) -> Option<Advice> {
    let ([_, table_units], [_, index_units]) = (contents.provisioned?, index.provisioned?);
    // An empty table says nothing of how sparse the index is.
    let (entries, items) = if contents.items == 0 { (1, 1) } else { (index.entries, contents.items) };
    let wanted = u128::from(table_units) * u128::from(entries) / u128::from(items.max(1));
    let short = u128::from(index_units) < wanted;
    let kind = AdviceKind::IndexWriteCapacity {
        index_units,
        table_units,
        entries: index.entries,
        items: contents.items,
    };
    let change = DesignChange::IndexWriteUnits { index: index.index_name.clone(), units: table_units };
    short.then(|| found(contents, index, kind, Some(change)))
}

/// What the indexes of a table show.
pub(super) fn advice(contents: &TableContents, requests: &Requests) -> Vec<Advice> {
    let mut all = Vec::new();
    for index in contents.indexes.iter().filter(|index| index.global) {
        let own = |pages: &&Pages| pages.index.as_ref() == Some(&index.index_name);
        let pages: Vec<&Pages> = requests.pages(&contents.table_name).filter(own).collect();
        all.extend(capacity(contents, index));
        all.extend(few_keys(contents, index));
        all.extend(match pages.is_empty() {
            true => never_read(contents, index, requests),
            false => unread(contents, index, &pages),
        });
    }
    all
}
