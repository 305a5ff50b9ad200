//! SELECT and EXISTS: pages of rows, single items, and conditions on one.

use crate::access::{self, Context, ItemKey, PageRequest, Range, Region, TableState, key_text, page, resume};
use crate::capacity::ReadMode;
use crate::error::{Result, partiql as words, request as request_words, value as value_words};
use crate::expression::{Comparator, Condition, Operand, Test};
use crate::index::{entry_key, has_type, key_bytes};
use crate::limits;
use crate::model::{AttributeValue, DocumentPath, Item, key};
use crate::table::IndexKind;
use crate::transaction::{Action, ActionKind};

use super::Read;
use super::cursor::Cursor;
use super::plan::{self, Planned, Target};

/// What one page of a SELECT came to.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The items, encoded, as the table or index holds them.
    pub items: Vec<Vec<u8>>,
    /// Where the next page goes on.
    pub next_token: Option<String>,
    /// The key of the last item evaluated, where the page ended there.
    pub last: Option<Item>,
}

/// Checks what is selected against the target; whether items must be fetched from the table.
fn fetches(read: &Read, target: &Target) -> Result<bool> {
    let columns = read.columns.iter().flatten();
    let mut missing: Vec<&str> = Vec::new();
    for name in columns.map(|column| column.path.root()).filter(|name| !target.holds(name)) {
        if !missing.contains(&name) {
            missing.push(name);
        }
    }
    match target.index {
        Some(index) if !missing.is_empty() && index.kind == IndexKind::Global => {
            Err(request_words::projection_not_projected(&index.name, &missing))
        }
        _ => Ok(!missing.is_empty()),
    }
}

/// Reads one page: up to `limit` items evaluated, behind the place that `next_token` says.
pub fn select(
    region: &mut Region,
    context: &mut Context,
    read: &Read,
    (limit, mode): (Option<u64>, ReadMode),
    (digest, next_token): (u64, Option<&str>),
) -> Result<Rows> {
    let state = region.active_table(&read.table)?;
    let target = Target::new(state, read.index.as_deref(), mode == ReadMode::Strong)?;
    let plan = plan::plan(read, &target)?;
    let fetch_items = fetches(read, &target)?;
    let cursor = match next_token {
        Some(token) => Cursor::decode(token, digest)?,
        None => Cursor { read: 0, key: None },
    };
    let index = target.index.map_or(0, |index| index.id);
    let mut rows = Rows::default();
    let (mut left, mut size_bytes) = (limit, 0);
    let (first, mut key) = (cursor.read, cursor.key);
    if first >= plan.reads.len() {
        return Err(words::next_token_invalid());
    }
    for (at, planned) in plan.reads.iter().enumerate().skip(first) {
        if size_bytes >= limits::PAGE_BYTES || left == Some(0) {
            rows.next_token = Some(Cursor { read: at, key: None }.encode(digest));
            break;
        }
        let range = match key.take() {
            None => planned.range.clone(),
            Some(key) => behind(planned, key, plan.forward)?,
        };
        let columns = read.columns.as_ref().filter(|_| context.is_watched());
        let returned: Option<Vec<_>> =
            columns.map(|columns| columns.iter().map(|column| column.path.clone()).collect());
        let text = described(region.active_table(&read.table)?, read, planned);
        let request = PageRequest {
            table: &read.table,
            index,
            range,
            hash: planned.hash.as_ref().map(|hash| key::hash(&key::scalar_bytes(hash))),
            forward: plan.forward,
            limit: left,
            filter: planned.filter.as_ref(),
            mode,
            fetch_items,
            returned: returned.as_deref(),
            text: &text,
        };
        let page = page(region, context, &request)?;
        left = left.map(|left| left.saturating_sub(page.evaluated));
        size_bytes += page.items.iter().map(Vec::len).sum::<usize>();
        rows.items.extend(page.items);
        if let Some(last) = page.last {
            let state = region.active_table(&read.table)?;
            let key = cursor_key(state, read, &last)?;
            rows.last = Some(last_key(state, read, last)?);
            rows.next_token = Some(Cursor { read: at, key: Some(key) }.encode(digest));
            break;
        }
    }
    Ok(rows)
}

fn behind(planned: &Planned, key: Vec<u8>, forward: bool) -> Result<Range> {
    // A key shorter than a hash is none.
    if key.len() < 10 {
        return Err(words::next_token_invalid());
    }
    resume(planned.range.clone(), key, forward).map_err(|_| words::next_token_invalid())
}

fn described(state: &TableState, read: &Read, planned: &Planned) -> String {
    let Ok(target) = Target::new(state, read.index.as_deref(), false) else { return String::new() };
    let hash = planned.hash.iter().map(|hash| (target.keys().hash[0].name.clone(), hash.clone()));
    key_text(target.keys(), &hash.collect())
}

fn cursor_key(state: &TableState, read: &Read, last: &Item) -> Result<Vec<u8>> {
    let target = Target::new(state, read.index.as_deref(), false)?;
    let key = match target.index {
        Some(index) => entry_key(&index.keys, &target.table.keys, last),
        None => key_bytes(&target.table.keys, last),
    };
    key.ok_or_else(|| Region::internal("an entry without its key"))
}

/// `LastEvaluatedKey`: the index's key and the table's.
fn last_key(state: &TableState, read: &Read, last: Item) -> Result<Item> {
    let target = Target::new(state, read.index.as_deref(), false)?;
    let is_key = |name: &str| target.keys().contains(name) || target.table.keys.contains(name);
    Ok(last.into_iter().filter(|(name, _)| is_key(name)).collect())
}

/// The key of the one item that a statement reads; none where it reads otherwise than by a table's whole key.
pub fn key_of(region: &Region, read: &Read) -> Result<Option<Item>> {
    let state = region.active_table(&read.table)?;
    let target = Target::new(state, read.index.as_deref(), false)?;
    let pinned = read.condition.as_ref().and_then(|test| plan::pinned(test, target.table));
    match pinned.filter(|_| target.index.is_none() && read.order.is_empty()) {
        Some(attributes) => Ok(Some(attributes)),
        None => plan::plan(read, &target).map(|_| None),
    }
}

/// The key of the one item that a statement of a batch reads; none where it reads otherwise.
pub fn single_key(region: &Region, read: &Read) -> Result<Option<ItemKey>> {
    let Some(attributes) = key_of(region, read)? else { return Ok(None) };
    let table = &region.active_table(&read.table)?.saved.table;
    for attribute in table.keys.attributes() {
        if attributes.get(&attribute.name).is_some_and(|v| !has_type(v, attribute.attribute_type)) {
            return Err(words::key_mismatch(&attribute.name));
        }
    }
    access::item_key(table, attributes).map(Some)
}

/// Reads one item.
pub fn get(
    region: &mut Region,
    context: &mut Context,
    read: &Read,
    key: &ItemKey,
    mode: ReadMode,
) -> Result<Option<Vec<u8>>> {
    access::get(region, context, &read.table, key, mode)
}

/// EXISTS as a transaction's check of one item: the first value given for each key attribute is its key, and there must be a
/// condition besides.
pub fn exists(region: &Region, read: &Read, return_old_on_failure: bool) -> Result<Action> {
    let table = &region.active_table(&read.table)?.saved.table;
    let mut attributes = Item::new();
    let mut others = Vec::new();
    let mut tests: Vec<&Test> = read.condition.iter().collect();
    while let Some(test) = tests.pop() {
        match test {
            Test::And(inner) => tests.extend(inner.iter().rev()),
            Test::Compare { comparator: Comparator::Equal, left, right } => {
                let (path, value) = match (left, right) {
                    (Operand::Path(path), Operand::Value(value))
                    | (Operand::Value(value), Operand::Path(path)) => (path, value),
                    _ => {
                        others.push(test);
                        continue;
                    }
                };
                let is_key = path.is_top_level() && table.keys.contains(path.root());
                match attributes.get(path.root()) {
                    Some(there) if is_key && there == value => {}
                    None if is_key => drop(attributes.insert(path.root(), value.clone())),
                    _ => others.push(test),
                }
            }
            other => others.push(other),
        }
    }
    let whole = table.keys.attributes().all(|a| attributes.contains(&a.name));
    if !whole || others.is_empty() {
        return Err(words::exists_condition());
    }
    let fits = |value: Option<&AttributeValue>, attribute| value.is_some_and(|v| has_type(v, attribute));
    let key = match table.keys.attributes().all(|a| fits(attributes.get(&a.name), a.attribute_type)) {
        true => access::item_key(table, attributes),
        false => Err(value_words::key_does_not_match()),
    };
    // The item has to be there, whatever is asked of it.
    let there = Test::Exists(DocumentPath::attribute(table.keys.hash[0].name.as_str()));
    let tests = std::iter::once(there).chain(others.into_iter().cloned()).collect();
    Ok(Action {
        table: read.table.clone(),
        key,
        kind: ActionKind::Check,
        condition: Some(Condition::from_test(Test::And(tests))),
        return_old_on_failure,
    })
}
