//! Advice on reads: scans and filters that an index would serve, sparse indexes, reads that need not be strongly consistent.
//!
//! Follows [best practices for querying and scanning](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html),
//! [sparse indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general-sparse-indexes.html) and
//! [read consistency](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html).

use crate::api::contents::{KeyPart, Keys, TableContents};
use crate::timeline::FilterTest;

use super::change::{DesignChange, NewIndex};
use super::requests::{Pages, Requests};
use super::{Advice, AdviceKind, at_most};

/// Fewer items looked at than this are no evidence.
const EVIDENCE_ITEMS: u64 = 20;
/// Pages that return no more than this of what they look at waste most of it, in percent.
const WASTED_PERCENT: u64 = 50;
/// An attribute that no more items have than this is rare, in percent.
const RARE_PERCENT: u64 = 30;
/// Fewer strongly consistent reads are no evidence.
const EVIDENCE_READS: u64 = 10;
/// Where no more of them than this read what was just written, the others need not see it, in percent.
const FRESH_PERCENT: u64 = 10;

/// The attribute as a part of a key, where all that was surveyed has it in one of the types that a key may have.
fn key_part(contents: &TableContents, name: &str) -> Option<KeyPart> {
    let attribute = contents.attribute(name)?;
    match attribute.types.as_slice() {
        [one] if matches!(one.as_str(), "S" | "N" | "B") => {
            Some(KeyPart { name: name.to_owned(), attribute_type: one.clone() })
        }
        _ => None,
    }
}

/// The attributes that a page's filter tests so, in the order of their names.
fn tested(pages: &Pages, test: FilterTest) -> impl Iterator<Item = &str> {
    pages.asked.filter.iter().filter(move |one| one.test == test).map(|one| one.attribute.as_str())
}

fn is_single(keys: &Keys, name: &str) -> bool {
    matches!(keys.partition.as_slice(), [one] if one.name == name)
}

/// What has that attribute as its partition key already: the table, or a global index.
fn existing(contents: &TableContents, name: &str) -> Option<Option<String>> {
    if is_single(&contents.keys, name) {
        return Some(None);
    }
    let index = contents.indexes.iter().find(|index| index.global && is_single(&index.keys, name));
    index.map(|index| Some(index.index_name.clone()))
}

/// A name that no index of the table has.
fn free_name(contents: &TableContents, parts: &[&KeyPart]) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let words: Vec<String> =
        parts.iter().map(|part| part.name.chars().filter(|letter| allowed(*letter)).collect()).collect();
    let base: String = format!("by-{}", words.join("-")).chars().take(200).collect();
    let is_free = |name: &String| contents.index(name).is_none();
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base)
}

fn new_index(contents: &TableContents, partition: KeyPart, sort: Option<KeyPart>) -> DesignChange {
    let parts: Vec<&KeyPart> = std::iter::once(&partition).chain(&sort).collect();
    let name = free_name(contents, &parts);
    DesignChange::AddIndex(NewIndex { name, partition, sort, provisioned: contents.provisioned })
}

fn of_pages(contents: &TableContents, pages: &Pages) -> Option<Advice> {
    let wasted = at_most(pages.returned, pages.evaluated, WASTED_PERCENT);
    if pages.asked.filter.is_empty() || pages.evaluated < EVIDENCE_ITEMS || !wasted {
        return None;
    }
    let found =
        |kind, change| Some(Advice { table: pages.table.clone(), index: pages.index.clone(), kind, change });
    let sort_of = |not: &str| {
        tested(pages, FilterTest::Range).filter(|name| *name != not).find_map(|name| key_part(contents, name))
    };
    if !pages.scanned {
        let keys = match &pages.index {
            None => &contents.keys,
            Some(name) => &contents.index(name)?.keys,
        };
        let tests = tested(pages, FilterTest::Equal).chain(tested(pages, FilterTest::Range));
        let sort = tests.filter(|name| !keys.contains(name)).find_map(|name| key_part(contents, name));
        let change = match (keys.partition.as_slice(), &sort) {
            ([partition], Some(sort)) => Some(new_index(contents, partition.clone(), Some(sort.clone()))),
            _ => None,
        };
        let sort = sort.map(|part| part.name);
        return found(AdviceKind::FilterDrops { pages: pages.clone(), sort }, change);
    }
    // An index may hold fewer items than its table: another one in its place would answer something else.
    let on_table = |change| pages.index.is_none().then_some(change);
    let asked = tested(pages, FilterTest::Equal).chain(tested(pages, FilterTest::Exists));
    let rare = asked.filter_map(|name| Some((contents.attribute(name)?, key_part(contents, name)?)));
    let rare = rare.filter(|(attribute, _)| at_most(attribute.items, contents.surveyed, RARE_PERCENT));
    let own = |name: &str| existing(contents, name).is_some();
    if let Some((attribute, part)) = rare.filter(|(one, _)| !own(&one.name)).min_by_key(|(one, _)| one.items)
    {
        let kind = AdviceKind::SparseIndex {
            pages: pages.clone(),
            attribute: part.name.clone(),
            having: attribute.items,
            surveyed: contents.surveyed,
        };
        return found(kind, on_table(new_index(contents, part, None)));
    }
    // What a partition key exists for already needs no new one.
    let mut equal: Vec<KeyPart> =
        tested(pages, FilterTest::Equal).filter_map(|name| key_part(contents, name)).collect();
    equal.sort_by_key(|part| existing(contents, &part.name).is_none());
    let Some(part) = equal.into_iter().next() else {
        return found(AdviceKind::FilterDrops { pages: pages.clone(), sort: None }, None);
    };
    let existing = existing(contents, &part.name);
    let sort = sort_of(&part.name);
    let kind = AdviceKind::ScanForIndex {
        pages: pages.clone(),
        attribute: part.name.clone(),
        sort: sort.as_ref().map(|sort| sort.name.clone()),
        existing: existing.clone(),
    };
    let change = match existing {
        Some(index) => DesignChange::QueryBy { attribute: part.name, index },
        None => new_index(contents, part, sort),
    };
    found(kind, on_table(change))
}

/// What the reads of a table show, what was looked at most first.
pub(super) fn advice(contents: &TableContents, requests: &Requests) -> Vec<Advice> {
    let mut pages: Vec<&Pages> = requests.pages(&contents.table_name).collect();
    pages.sort_by_key(|pages| std::cmp::Reverse(pages.evaluated));
    let mut all: Vec<Advice> = Vec::new();
    for pages in pages {
        let Some(one) = of_pages(contents, pages) else { continue };
        // The same change for another question of the same kind is no other advice.
        let same = |told: &Advice| {
            told.kind.name() == one.kind.name() && told.index == one.index && told.change == one.change
        };
        if !all.iter().any(same) {
            all.push(one);
        }
    }
    let strong = requests.strong.get(&contents.table_name).copied().unwrap_or_default();
    if strong.reads >= EVIDENCE_READS && at_most(strong.fresh, strong.reads, FRESH_PERCENT) {
        all.push(Advice {
            table: contents.table_name.clone(),
            index: None,
            kind: AdviceKind::StrongReads { strong },
            change: Some(DesignChange::ReadEventually),
        });
    }
    all
}
