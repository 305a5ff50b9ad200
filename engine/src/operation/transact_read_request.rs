//! Reading a TransactGetItems request: used by the action itself and by the inspector's stepped run.

use std::collections::BTreeSet;

use crate::access::{Region, check_keys_not_empty, item_key};
use crate::api::item::{Get, TransactGetItem, TransactGetItemsInput};
use crate::capacity::ReturnConsumedCapacity;
use crate::error::constraint::Violations;
use crate::error::echo::transact_get_item;
use crate::error::{Result, request as words};
use crate::expression::Projection;
use crate::model::{AttributeValue, Item};
use crate::transaction::ItemRead;

use super::transact_request::{counted, echo};
use super::{constraints, parameters as read};

/// One item to read.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What the protocol needs of it.
    pub read: ItemRead,
    /// `ProjectionExpression`.
    pub projection: Option<Projection>,
}

/// A request whose items may be read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The items.
    pub all: Vec<Wanted>,
    /// The tables as the request names them, each behind its plain name.
    pub named: Vec<(String, String)>,
    /// `ReturnConsumedCapacity`.
    pub consumed: ReturnConsumedCapacity,
}

/// Checks the members of an action as the framework does; the plain name of its table comes with it.
fn constrain(
    region: &Region,
    violations: &mut Violations,
    at: usize,
    item: TransactGetItem,
) -> Result<(String, Get)> {
    let member = format!("transactItems.{}.member.get", at + 1);
    if item.get.is_none() {
        violations.required(&item.get, &member);
        return Ok((String::new(), Get::default()));
    }
    let get = item.get.unwrap_or_default();
    let table = constraints::table_name(violations, region, &get.table_name, &member)?;
    violations.required(&get.key, &format!("{member}.key"));
    Ok((table, get))
}

/// What a get's request alone shows: its projection, then its key.
fn expressions((table, get): (String, Get)) -> Result<(String, Item, Option<Projection>)> {
    let names = get.expression_attribute_names.as_ref();
    let projection = read::projection(get.projection_expression.as_deref(), names)?;
    Ok((table, read::item(get.key.unwrap_or_default())?, projection))
}

fn locate(region: &Region, parsed: (String, Item, Option<Projection>)) -> Result<Wanted> {
    let (table, key, projection) = parsed;
    let schema = &region.active_table(&table)?.saved.table;
    schema.takes_transactions()?;
    check_keys_not_empty(schema, &key)?;
    let key = item_key(schema, key);
    Ok(Wanted { read: ItemRead { table, key }, projection })
}

/// A request that may be carried out, as far as can be told without its tables.
#[derive(Clone, Debug)]
pub struct Request {
    parsed: Vec<(String, Item, Option<Projection>)>,
    named: Vec<(String, String)>,
    consumed: ReturnConsumedCapacity,
}

impl Request {
    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.parsed.iter_mut().for_each(|(_, key, _)| key.scalars_mut(visit));
    }

    /// Finds its tables and items.
    pub fn locate(self, region: &Region) -> Result<Reading> {
        let Request { parsed, named, consumed } = self;
        let all: Vec<Wanted> =
            parsed.into_iter().map(|parsed| locate(region, parsed)).collect::<Result<_>>()?;
        let mut seen = BTreeSet::new();
        for Wanted { read, .. } in &all {
            if let Ok(key) = &read.key
                && !seen.insert((&read.table, &key.bytes))
            {
                return Err(words::transaction_twice_on_an_item());
            }
        }
        Ok(Reading { all, named, consumed })
    }
}

/// Reads and checks a request: the framework's constraints, then what each get alone shows, then the tables.
pub fn parse(region: &Region, input: TransactGetItemsInput, request: &[u8]) -> Result<Reading> {
    read_request(region, input, request)?.locate(region)
}

/// The first half of it: what the request alone shows.
pub fn read_request(region: &Region, input: TransactGetItemsInput, request: &[u8]) -> Result<Request> {
    let mut violations = Violations::default();
    let items = counted(&mut violations, input.transact_items, || echo(request, transact_get_item));
    let gets: Vec<(String, Get)> = items
        .into_iter()
        .enumerate()
        .map(|(at, item)| constrain(region, &mut violations, at, item))
        .collect::<Result<_>>()?;
    let named = gets
        .iter()
        .map(|(table, get)| (table.clone(), get.table_name.clone().unwrap_or_else(|| table.clone())));
    let named = named.collect();
    let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
    violations.into_result()?;
    let parsed = gets.into_iter().map(expressions).collect::<Result<_>>()?;
    Ok(Request { parsed, named, consumed })
}
