//! The plan of a SELECT: which item collections it reads, or that it scans.
//!
//! Owns how WHERE is taken apart. Where every alternative of it names a partition key, the statement is so many reads of item
//! collections, in the order of their keys; else it is a scan, and all of WHERE its filter.

use std::ops::Bound;

use crate::access::{Range, TableState, collection_range};
use crate::error::vector::not_a_search;
use crate::error::{Result, access as access_words, partiql as words, value as value_words};
use crate::expression::{Comparator, Condition, KeyRange, Operand, RangeCondition, Test, java};
use crate::index::{has_type, projects};
use crate::limits;
use crate::model::{AttributeValue, DocumentPath, Item, key};
use crate::table::{Index, IndexKind, IndexStatus, KeyAttribute, KeySchema, Table, vector};

use super::Read;

/// How many reads one statement may come to.
const READS: usize = 50;

/// The table or index that a SELECT reads.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The table.
    pub table: &'a Table,
    /// The index, if one is read.
    pub index: Option<&'a Index>,
}

impl<'a> Target<'a> {
    /// Finds the index and checks that it can be read so.
    pub fn new(state: &'a TableState, index: Option<&str>, consistent: bool) -> Result<Target<'a>> {
        let table = &state.saved.table;
        let Some(name) = index else { return Ok(Target { table, index: None }) };
        if vector::find(table, name).is_some() {
            return Err(not_a_search("Scan"));
        }
        let index = table.index(name).ok_or_else(words::index_not_found)?;
        if index.kind == IndexKind::Global && consistent {
            return Err(words::consistent_read_on_global_index());
        }
        if index.status == IndexStatus::Creating {
            return Err(access_words::index_backfilling(name));
        }
        Ok(Target { table, index: Some(index) })
    }

    /// The key that is read by.
    pub fn keys(&self) -> &'a KeySchema {
        self.index.map_or(&self.table.keys, |index| &index.keys)
    }

    /// Whether the target holds an attribute.
    pub fn holds(&self, name: &str) -> bool {
        self.index.is_none_or(|index| projects(self.table, index, name))
    }

    fn hash(&self) -> &'a KeyAttribute {
        &self.keys().hash[0]
    }

    fn sort(&self) -> Option<&'a KeyAttribute> {
        self.keys().range.first()
    }
}

/// What a SELECT comes to.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its reads, in their order; one scan where they are not keyed.
    pub reads: Vec<Planned>,
    /// Ascending by sort key.
    pub forward: bool,
}

/// One read.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The partition key; none for a scan.
    pub hash: Option<AttributeValue>,
    /// The keys to walk through.
    pub range: Range,
    /// What is returned of them.
    pub filter: Option<Condition>,
}

/// One alternative of WHERE.
struct Branch {
    hash: AttributeValue,
    range: Range,
    filters: Vec<Test>,
    /// All of it.
    whole: Vec<Test>,
    /// Whether it excludes sort keys: such alternatives may overlap.
    negated: bool,
}

/// The plan of a statement.
pub(super) fn plan(read: &Read, target: &Target) -> Result<Plan> {
    let keyed = read.condition.as_ref().is_some_and(|test| is_keyed(test, &target.hash().name));
    let order = order(read, target, keyed)?;
    if let Some(test) = &read.condition {
        refuse_nested_keys(test, target)?;
    }
    let scan = || {
        let range = (Bound::Unbounded, Bound::Unbounded);
        let filter = read.condition.clone().map(Condition::from_test);
        Plan { reads: vec![Planned { hash: None, range, filter }], forward: true }
    };
    let Some(test) = read.condition.as_ref().filter(|_| keyed) else { return Ok(scan()) };
    let branches: Option<Vec<Branch>> =
        alternatives(test, target)?.into_iter().map(|tests| branch(tests, target)).collect::<Result<_>>()?;
    let Some(branches) = branches else { return Ok(scan()) };
    let mut reads = merge(branches)?;
    if order.lacks_hash && reads.windows(2).any(|pair| pair[0].hash != pair[1].hash) {
        return Err(words::order_lacks_hash());
    }
    refuse_unprojected(&reads, target)?;
    if order.hash_descending || !order.forward {
        // Collections by partition key, and within one by sort key, each in its own direction.
        let mut groups: Vec<Vec<Planned>> = Vec::new();
        for read in reads {
            match groups.last_mut().filter(|group| group[0].hash == read.hash) {
                Some(group) => group.push(read),
                None => groups.push(vec![read]),
            }
        }
        if order.hash_descending {
            groups.reverse();
        }
        if !order.forward {
            groups.iter_mut().for_each(|group| group.reverse());
        }
        reads = groups.into_iter().flatten().collect();
    }
    Ok(Plan { reads, forward: order.forward })
}

struct Order {
    forward: bool,
    hash_descending: bool,
    lacks_hash: bool,
}

fn order(read: &Read, target: &Target, keyed: bool) -> Result<Order> {
    if read.order.is_empty() {
        return Ok(Order { forward: true, hash_descending: false, lacks_hash: false });
    }
    if read.condition.is_none() {
        return Err(words::order_without_where());
    }
    // Without a term of its own the sort key descends, as the service has it.
    let mut order = Order { forward: false, hash_descending: false, lacks_hash: true };
    for (name, descending) in &read.order {
        let name = name.as_ref().map_err(Clone::clone)?;
        if *name == target.hash().name {
            order.lacks_hash = false;
            order.hash_descending = *descending;
        } else if target.sort().is_some_and(|sort| sort.name == *name) {
            order.forward = !descending;
        } else {
            return Err(words::order_by_other(name));
        }
    }
    if keyed { Ok(order) } else { Err(words::order_without_hash()) }
}

fn refuse_nested_keys(test: &Test, target: &Target) -> Result<()> {
    let condition = Condition::from_test(test.clone());
    for path in condition.paths() {
        if !path.is_top_level() && target.keys().contains(path.root()) {
            return Err(words::nested_key(path.root()));
        }
    }
    Ok(())
}

/// The comparison of an attribute with a value, where a test is one.
fn comparison<'t>(test: &'t Test, name: &str) -> Option<(Comparator, &'t AttributeValue)> {
    let Test::Compare { comparator, left, right } = test else { return None };
    let (path, value, comparator) = match (left, right) {
        (Operand::Path(path), Operand::Value(value)) => (path, value, *comparator),
        (Operand::Value(value), Operand::Path(path)) => (path, value, comparator.mirrored()),
        _ => return None,
    };
    (path.is_top_level() && path.root() == name).then_some((comparator, value))
}

/// The values that IN lists for an attribute, where a test is that.
fn listed<'t>(test: &'t Test, name: &str) -> Option<Vec<&'t AttributeValue>> {
    let Test::In { value: Operand::Path(path), list } = test else { return None };
    let value = |operand: &'t Operand| match operand {
        Operand::Value(value) => Some(value),
        _ => None,
    };
    (path.is_top_level() && path.root() == name).then(|| list.iter().map(value).collect()).flatten()
}

/// Whether every alternative names the partition key.
fn is_keyed(test: &Test, hash: &str) -> bool {
    match test {
        Test::And(tests) => tests.iter().any(|test| is_keyed(test, hash)),
        Test::Or(tests) => !tests.is_empty() && tests.iter().all(|test| is_keyed(test, hash)),
        test => {
            matches!(comparison(test, hash), Some((Comparator::Equal, _))) || listed(test, hash).is_some()
        }
    }
}

/// What a test says about the sort key as a range of it.
fn sort_range(test: &Test, name: &str) -> Option<SortTest> {
    if let Some((comparator, value)) = comparison(test, name) {
        let value = value.clone();
        return Some(match comparator {
            Comparator::Equal => SortTest::Equal(value),
            Comparator::NotEqual => return None,
            Comparator::Less => SortTest::Range(RangeCondition::Less(value)),
            Comparator::LessOrEqual => SortTest::Range(RangeCondition::LessOrEqual(value)),
            Comparator::Greater => SortTest::Range(RangeCondition::Greater(value)),
            Comparator::GreaterOrEqual => SortTest::Range(RangeCondition::GreaterOrEqual(value)),
        });
    }
    let named = |operand: &Operand| matches!(operand, Operand::Path(path) if path.is_top_level() && path.root() == name);
    match test {
        Test::Between { value, low: Operand::Value(low), high: Operand::Value(high) } if named(value) => {
            Some(SortTest::Range(RangeCondition::Between(low.clone(), high.clone())))
        }
        Test::BeginsWith { value, prefix: Operand::Value(prefix) } if named(value) => {
            Some(SortTest::Range(RangeCondition::BeginsWith(prefix.clone())))
        }
        _ => None,
    }
}

enum SortTest {
    Equal(AttributeValue),
    Range(RangeCondition),
}

/// Whether a test says something about the key that a read can use.
fn uses_key(test: &Test, target: &Target) -> bool {
    match test {
        Test::And(tests) | Test::Or(tests) => tests.iter().any(|test| uses_key(test, target)),
        test => {
            let sort = target.sort().map(|sort| sort.name.as_str());
            is_keyed(test, &target.hash().name)
                || sort.is_some_and(|sort| sort_range(test, sort).is_some() || listed(test, sort).is_some())
        }
    }
}

/// The alternatives of WHERE: each is a list of tests that all hold.
fn alternatives(test: &Test, target: &Target) -> Result<Vec<Vec<Test>>> {
    let all = match test {
        Test::And(tests) => {
            let mut all = vec![Vec::new()];
            for test in tests {
                let more = alternatives(test, target)?;
                if all.len() * more.len() > READS {
                    return Err(words::too_many_reads());
                }
                all = all
                    .iter()
                    .flat_map(|left| more.iter().map(|right| [left.as_slice(), right].concat()))
                    .collect();
            }
            all
        }
        Test::Or(tests) if uses_key(test, target) => {
            let mut all = Vec::new();
            for test in tests {
                all.append(&mut alternatives(test, target)?);
                if all.len() > READS {
                    return Err(words::too_many_reads());
                }
            }
            all
        }
        test => match target.keys().attributes().find_map(|a| Some((a, listed(test, &a.name)?))) {
            None => vec![vec![test.clone()]],
            Some((attribute, values)) => {
                let path = DocumentPath::attribute(attribute.name.as_str());
                let equal = |value: &&AttributeValue| {
                    vec![Test::Compare {
                        comparator: Comparator::Equal,
                        left: Operand::Path(path.clone()),
                        right: Operand::Value((*value).clone()),
                    }]
                };
                values.iter().map(equal).collect()
            }
        },
    };
    match all.len() > READS {
        true => Err(words::too_many_reads()),
        false => Ok(all),
    }
}

fn check_value(attribute: &KeyAttribute, value: &AttributeValue, range: bool) -> Result<()> {
    if !has_type(value, attribute.attribute_type) {
        return Err(words::key_mismatch(&attribute.name));
    }
    let (length, binary) = match value {
        AttributeValue::S(text) => (text.len(), false),
        AttributeValue::B(bytes) => (bytes.len(), true),
        _ => return Ok(()),
    };
    match (length, range) {
        (0, _) => Err(value_words::empty_key(&attribute.name, binary)),
        (_, false) if length > limits::PARTITION_KEY_BYTES => Err(value_words::partition_key_too_long()),
        (_, true) if length > limits::SORT_KEY_BYTES => Err(value_words::sort_key_too_long()),
        _ => Ok(()),
    }
}

/// One alternative; none where it names two partition keys, which no read of a collection can serve.
fn branch(tests: Vec<Test>, target: &Target) -> Result<Option<Branch>> {
    let (hash_name, sort) = (&target.hash().name, target.sort());
    let (mut hash, mut equal, mut ranges) = (None, None, Vec::new());
    let (mut filters, mut negated) = (Vec::new(), false);
    for test in &tests {
        if let Some((Comparator::Equal, value)) = comparison(test, hash_name) {
            check_value(target.hash(), value, false)?;
            match &hash {
                None => hash = Some(value.clone()),
                Some(there) if there == value => {}
                Some(_) => return Ok(None),
            }
            continue;
        }
        let Some((attribute, found)) = sort.and_then(|sort| Some((sort, sort_range(test, &sort.name)?)))
        else {
            negated |= sort.is_some_and(|sort| excludes(test, &sort.name));
            filters.push(test.clone());
            continue;
        };
        match found {
            SortTest::Equal(value) => {
                check_value(attribute, &value, true)?;
                match &equal {
                    None => equal = Some(value),
                    Some(there) if *there == value => {}
                    Some(_) => filters.push(test.clone()),
                }
            }
            SortTest::Range(range) => {
                use RangeCondition::*;
                match &range {
                    Between(low, high) => {
                        check_value(attribute, low, true)?;
                        check_value(attribute, high, true)?;
                    }
                    Less(v) | LessOrEqual(v) | Greater(v) | GreaterOrEqual(v) | BeginsWith(v) => {
                        check_value(attribute, v, true)?;
                    }
                }
                ranges.push(range);
            }
        }
    }
    let Some(hash) = hash else { return Ok(None) };
    let part = |equal: Option<&AttributeValue>, range| {
        collection_range(&KeyRange {
            hash: vec![hash.clone()],
            equal: equal.into_iter().cloned().collect(),
            range,
        })
    };
    let whole = part(equal.as_ref(), None);
    let range = ranges.into_iter().map(|range| part(None, Some(range))).fold(whole, intersect);
    Ok(Some(Branch { hash, range, filters, whole: tests, negated }))
}

/// Whether a test takes sort keys away.
fn excludes(test: &Test, sort: &str) -> bool {
    let negative = matches!(test, Test::Not(_) | Test::Compare { comparator: Comparator::NotEqual, .. });
    let condition = Condition::from_test(test.clone());
    negative && condition.paths().iter().any(|path| path.root() == sort)
}

/// A lower bound as a place between keys: behind the key itself where it is excluded.
fn lower(bound: &Bound<Vec<u8>>) -> (&[u8], bool) {
    match bound {
        Bound::Included(key) => (key, false),
        Bound::Excluded(key) => (key, true),
        Bound::Unbounded => (&[], false),
    }
}

/// An upper bound likewise; none is behind everything.
fn upper(bound: &Bound<Vec<u8>>) -> Option<(&[u8], bool)> {
    match bound {
        Bound::Included(key) => Some((key, true)),
        Bound::Excluded(key) => Some((key, false)),
        Bound::Unbounded => None,
    }
}

fn is_empty(range: &Range) -> bool {
    upper(&range.1).is_some_and(|end| lower(&range.0) >= end)
}

fn intersect(one: Range, two: Range) -> Range {
    let start = if lower(&one.0) >= lower(&two.0) { one.0 } else { two.0 };
    let end = match (upper(&one.1), upper(&two.1)) {
        (None, _) => two.1,
        (Some(_), None) => one.1,
        (Some(a), Some(b)) => {
            if a <= b {
                one.1
            } else {
                two.1
            }
        }
    };
    let range = (start, end);
    if !is_empty(&range) {
        return range;
    }
    let at = lower(&range.0).0.to_vec();
    (Bound::Included(at.clone()), Bound::Excluded(at))
}

fn overlap(one: &Branch, two: &Branch) -> bool {
    let before = |a: &Range, b: &Range| upper(&b.1).is_none_or(|end| lower(&a.0) < end);
    !is_empty(&one.range)
        && !is_empty(&two.range)
        && before(&one.range, &two.range)
        && before(&two.range, &one.range)
}

/// Orders the alternatives, and refuses those that would return an item twice; where one of them excludes sort keys, those of
/// its item collection become one read.
fn merge(mut branches: Vec<Branch>) -> Result<Vec<Planned>> {
    branches.sort_by(|a, b| {
        let hash = |branch: &Branch| key::scalar_bytes(&branch.hash);
        hash(a).cmp(&hash(b)).then_with(|| lower(&a.range.0).cmp(&lower(&b.range.0)))
    });
    let mut reads = Vec::new();
    let mut rest = branches.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut group = vec![first];
        while let Some(next) = rest.next_if(|next| next.hash == group[0].hash) {
            group.push(next);
        }
        let pairs = (1..group.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
        let overlapping = pairs.into_iter().any(|(a, b)| overlap(&group[a], &group[b]));
        match (overlapping, group.iter().any(|branch| branch.negated)) {
            (true, false) => return Err(words::overlapping()),
            (true, true) => reads.push(united(group)),
            (false, _) => reads.extend(group.into_iter().map(|branch| Planned {
                hash: Some(branch.hash),
                range: branch.range,
                filter: all(branch.filters).map(Condition::from_test),
            })),
        }
    }
    Ok(reads)
}

/// One read in place of several of one item collection.
fn united(group: Vec<Branch>) -> Planned {
    let hash = group[0].hash.clone();
    let range = collection_range(&KeyRange { hash: vec![hash.clone()], equal: Vec::new(), range: None });
    let tests = group.into_iter().filter_map(|branch| all(branch.whole)).collect();
    Planned { hash: Some(hash), range, filter: Some(Condition::from_test(Test::Or(tests))) }
}

fn all(mut tests: Vec<Test>) -> Option<Test> {
    match tests.len() {
        0 => None,
        1 => tests.pop(),
        _ => Some(Test::And(tests)),
    }
}

/// Refuses a keyed read of an index whose every alternative filters on something that the index does not hold; the last one's
/// attributes are named.
fn refuse_unprojected(reads: &[Planned], target: &Target) -> Result<()> {
    let Some(index) = target.index else { return Ok(()) };
    let mut named: Vec<&str> = Vec::new();
    for read in reads {
        let paths = read.filter.iter().flat_map(Condition::paths);
        named = Vec::new();
        for name in paths.map(|path| path.root()).filter(|name| !target.holds(name)) {
            if !named.contains(&name) {
                named.push(name);
            }
        }
        if named.is_empty() {
            return Ok(());
        }
    }
    // In the order of a HashSet of them.
    let capacity = java::capacity_after(named.len());
    named.sort_by_key(|name| java::bucket(java::hash(name), capacity));
    Err(words::filter_not_projected(&index.name, &named))
}

/// The key of the one item of a table that a condition names, where it says nothing else: every key attribute's one value.
pub(super) fn pinned(test: &Test, table: &Table) -> Option<Item> {
    let mut attributes = Item::new();
    let mut tests = vec![test];
    while let Some(test) = tests.pop() {
        if let Test::And(inner) = test {
            tests.extend(inner);
            continue;
        }
        let value = |name: &str| match (comparison(test, name), listed(test, name).as_deref()) {
            (Some((Comparator::Equal, value)), _) => Some(value),
            (_, Some([value])) => Some(*value),
            _ => None,
        };
        let (name, value) = table.keys.attributes().find_map(|a| Some((&a.name, value(&a.name)?)))?;
        if attributes.insert(name.as_str(), value.clone()).is_some_and(|there| there != *value) {
            return None;
        }
    }
    table.keys.attributes().all(|a| attributes.contains(&a.name)).then_some(attributes)
}
