//! What Query and Scan have in common: the target, what is returned of an item, the start key, the response.

use std::collections::BTreeSet;

use crate::access::{Context, Page, PageRequest, Region, TableState, check_keys_not_empty, page};
use crate::capacity::ReturnConsumedCapacity;
use crate::error::constraint::Violations;
use crate::error::expression::Envelope;
use crate::error::{Result, access as words, request as request_words, value as value_words};
use crate::expression::{Condition, Projection, in_java_order};
use crate::index::{entry_key, has_type, key_bytes, projects};
use crate::model::json::{write_encoded, write_map};
use crate::model::{DocumentPath, Item, codec};
use crate::table::vector;
use crate::table::{
    Index, IndexKind, IndexStatus, KeyAttribute, KeySchema, Projection as IndexProjection, name,
};

use super::answer::Answer;
use super::direct::Answered;

/// `Select`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Select {
    /// Everything that the table or index holds.
    All,
    /// What the projection names.
    Specific,
    /// Nothing but the count.
    Count,
}

/// The table or index that a page is read from.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The table with its state.
    pub state: &'a TableState,
    /// The index, if one is read.
    pub index: Option<&'a Index>,
}

impl<'a> Source<'a> {
    /// Finds the index and checks that it can be read so.
    pub fn new(state: &'a TableState, index: Option<&str>, consistent: bool) -> Result<Source<'a>> {
        let Some(name) = index else { return Ok(Source { state, index: None }) };
        refuse_vector_index(state, index, "Scan")?;
        let index = state.saved.table.index(name).ok_or_else(|| words::index_not_found(name))?;
        if index.kind == IndexKind::Global && consistent {
            return Err(words::consistent_read_on_global_index());
        }
        if index.status == IndexStatus::Creating {
            return Err(words::index_backfilling(name));
        }
        Ok(Source { state, index: Some(index) })
    }

    /// The key that is read by.
    pub fn keys(&self) -> &'a KeySchema {
        self.index.map_or(&self.state.saved.table.keys, |index| &index.keys)
    }

    /// The number that the access layer knows it by.
    pub fn id(&self) -> u32 {
        self.index.map_or(0, |index| index.id)
    }

    /// The attributes of a LastEvaluatedKey: the index's key and the table's.
    fn cursor_names(&self) -> BTreeSet<&'a str> {
        let table = self.state.saved.table.keys.attributes();
        table.chain(self.keys().attributes()).map(|a| a.name.as_str()).collect()
    }

    /// Refuses a Query's ExclusiveStartKey in the service's words, which tell the queried key from the table's.
    pub fn check_start(&self, start: &Item) -> Result<()> {
        let typed = |keys: &KeySchema| {
            let fits = |a: &KeyAttribute| start.get(&a.name).is_some_and(|v| has_type(v, a.attribute_type));
            keys.attributes().all(fits)
        };
        let present = self.keys().attributes().all(|a| start.contains(&a.name));
        if start.len() != self.cursor_names().len() || !present {
            return Err(words::starting_key_invalid());
        }
        if !typed(self.keys()) {
            return Err(value_words::key_does_not_match());
        }
        let table = &self.state.saved.table;
        if typed(&table.keys) { Ok(()) } else { Err(words::starting_key_does_not_match()) }
    }

    /// Refuses paths into key attributes.
    pub fn check_paths(&self, filter: Option<&Condition>, projection: Option<&Projection>) -> Result<()> {
        let table = &self.state.saved.table;
        super::parameters::check_key_paths(table, projection.into_iter().flat_map(Projection::paths))?;
        super::parameters::check_key_paths(table, filter.into_iter().flat_map(Condition::paths))
    }

    /// Where an ExclusiveStartKey stands.
    pub fn cursor(&self, start: &Item) -> Result<Vec<u8>> {
        let names = self.cursor_names();
        let typed = |keys: &KeySchema| {
            keys.attributes()
                .all(|a| start.get(&a.name).is_some_and(|value| has_type(value, a.attribute_type)))
        };
        let table = &self.state.saved.table.keys;
        if start.len() != names.len() || !typed(table) || !typed(self.keys()) {
            return Err(words::starting_key_does_not_match());
        }
        check_keys_not_empty(&self.state.saved.table, start)
            .map_err(|error| words::starting_key_refused(&error.message))?;
        let key = match self.index {
            Some(index) => entry_key(&index.keys, table, start),
            None => key_bytes(table, start),
        };
        key.ok_or_else(words::starting_key_invalid)
    }

    /// Refuses a Query's filter on attributes that the index does not hold.
    pub fn check_filter(&self, filter: &Condition) -> Result<()> {
        let Some(index) = self.index else { return Ok(()) };
        let held = |name: &&str| !projects(&self.state.saved.table, index, name);
        let missing: Vec<&str> = filter.attributes().into_iter().filter(held).collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(request_words::filter_not_projected(&index.name, &missing)),
        }
    }

    /// Checks `Select` against the projection and the index; with it, whether items must be fetched from the table.
    /// `parameter` is what the projection was given in; `envelope` is for a projection that is missing.
    pub fn select(
        &self,
        select: Option<&str>,
        projection: Option<&Projection>,
        parameter: &str,
        envelope: Envelope,
    ) -> Result<(Select, bool)> {
        let held = |name: &str| self.index.is_none_or(|index| projects(&self.state.saved.table, index, name));
        let global = self.index.filter(|index| index.kind == IndexKind::Global);
        match select {
            Some("SPECIFIC_ATTRIBUTES") if projection.is_none() => {
                return Err(request_words::select_specific_without_projection(envelope));
            }
            Some(other @ ("ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES" | "COUNT"))
                if projection.is_some() =>
            {
                return Err(request_words::select_with_projection(parameter, other));
            }
            Some("ALL_PROJECTED_ATTRIBUTES") if self.index.is_none() => {
                return Err(request_words::select_projected_without_index());
            }
            _ => {}
        }
        if let Some(projection) = projection {
            let missing: Vec<&str> =
                projection.paths().iter().map(|p| p.root()).filter(|name| !held(name)).collect();
            return match global {
                Some(index) if !missing.is_empty() => {
                    Err(request_words::projection_not_projected(&index.name, &in_java_order(&missing)))
                }
                _ => Ok((Select::Specific, !missing.is_empty())),
            };
        }
        match (select, self.index) {
            (Some("COUNT"), _) => Ok((Select::Count, false)),
            (Some("ALL_ATTRIBUTES"), Some(index)) if index.projection != IndexProjection::All => {
                match index.kind {
                    IndexKind::Global => Err(request_words::select_all_not_projected(&index.name)),
                    IndexKind::Local => Ok((Select::All, true)),
                }
            }
            _ => Ok((Select::All, false)),
        }
    }
}

/// Refuses a vector index, which is only searched.
pub fn refuse_vector_index(state: &TableState, index: Option<&str>, operation: &str) -> Result<()> {
    match index.and_then(|name| vector::find(&state.saved.table, name)) {
        Some(_) => Err(crate::error::vector::not_a_search(operation)),
        None => Ok(()),
    }
}

/// `Select`, as the framework checks it.
pub fn check_select(violations: &mut Violations, select: Option<&str>) {
    const VALUES: [&str; 4] = ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"];
    if let Some(text) = select {
        violations.one_of(text, "select", &VALUES);
    }
}

/// `IndexName`, as the framework checks it.
pub fn check_index_name(violations: &mut Violations, index: Option<&str>) {
    if let Some(index) = index {
        name::check(violations, index, "indexName");
    }
}

/// What is returned of each item, where that is not all of it: nothing where they are counted.
pub fn returned(select: Select, projection: Option<&Projection>) -> Option<&[DocumentPath]> {
    match select {
        Select::Count => Some(&[]),
        _ => projection.map(Projection::paths),
    }
}

/// What is shown of a page.
pub struct Shown<'a> {
    /// The index that is read, if one is.
    pub index: Option<&'a str>,
    /// What of each item.
    pub select: Select,
    /// The projection, if there is one.
    pub projection: Option<&'a Projection>,
    /// Whether what it consumed is shown.
    pub consumed: ReturnConsumedCapacity,
}

/// Reads a page, and writes the response where it is heard.
pub fn read(
    region: &mut Region,
    context: &mut Context,
    request: &PageRequest,
    shown: &Shown,
    answered: Answered,
) -> Result<Vec<u8>> {
    let page = page(region, context, request)?;
    answered.with(|| {
        let source = Source::new(region.active_table(request.table)?, shown.index, false)?;
        answer(context, &source, &page, shown)
    })
}

fn answer(context: &Context, source: &Source, page: &Page, shown: &Shown) -> Result<Vec<u8>> {
    let mut answer = Answer::new();
    if shown.select != Select::Count {
        answer.list("Items", &page.items, |item, into| match shown.projection {
            None => write_encoded(item, into).map_err(Region::internal),
            Some(projection) => {
                write_map(&projection.apply(&codec::decode(item).map_err(Region::internal)?), into);
                Ok(())
            }
        })?;
    }
    answer.value("Count", &page.items.len());
    answer.value("ScannedCount", &page.evaluated);
    if let Some(last) = &page.last {
        let names = source.cursor_names();
        let key: Item = last.iter().filter(|(name, _)| names.contains(name.as_str())).cloned().collect();
        answer.item("LastEvaluatedKey", &key);
    }
    let consumed = context.meter.one(&source.state.saved.table.name, shown.consumed, false);
    answer.optional("ConsumedCapacity", consumed);
    Ok(answer.finish())
}
