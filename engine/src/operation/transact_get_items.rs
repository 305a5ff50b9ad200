//! [TransactGetItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html).

use std::collections::BTreeSet;

use crate::access::{Context, ItemKey, Region, check_keys_not_empty, item_key};
use crate::api::decode::decode;
use crate::api::item::{Get, TransactGetItem, TransactGetItemsInput};
use crate::error::constraint::Violations;
use crate::error::echo::transact_get_item;
use crate::error::{Result, request as words};
use crate::expression::Projection;
use crate::model::{Item, codec};
use crate::transaction::{ItemRead, read_all};

use super::answer::Answer;
use super::transact_request::{counted, echo};
use super::{constraints, parameters as read};

struct Wanted {
    table: String,
    key: Result<ItemKey>,
    projection: Option<Projection>,
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
fn parse((table, get): (String, Get)) -> Result<(String, Item, Option<Projection>)> {
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
    Ok(Wanted { table, key, projection })
}

/// Reads up to 100 items as of one moment.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: TransactGetItemsInput = decode(request)?;
    let mut violations = Violations::default();
    let items = counted(&mut violations, input.transact_items, || echo(request, transact_get_item));
    let gets: Vec<(String, Get)> = items
        .into_iter()
        .enumerate()
        .map(|(at, item)| constrain(region, &mut violations, at, item))
        .collect::<Result<_>>()?;
    for (table, get) in &gets {
        context.meter.named(table, get.table_name.as_deref().unwrap_or(table));
    }
    let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
    violations.into_result()?;
    let parsed: Vec<_> = gets.into_iter().map(parse).collect::<Result<_>>()?;
    let all: Vec<Wanted> = parsed.into_iter().map(|parsed| locate(region, parsed)).collect::<Result<_>>()?;
    let mut seen = BTreeSet::new();
    for wanted in &all {
        if let Ok(key) = &wanted.key
            && !seen.insert((&wanted.table, &key.bytes))
        {
            return Err(words::transaction_twice_on_an_item());
        }
    }
    let gets: Vec<ItemRead> =
        all.iter().map(|wanted| ItemRead { table: wanted.table.clone(), key: wanted.key.clone() }).collect();
    let found = read_all(region, context, &gets)?;
    let mut answer = Answer::new();
    answer.list("Responses", all.iter().zip(&found), |(wanted, item), into| {
        let mut one = Answer::new();
        match (item, &wanted.projection) {
            (None, _) => {}
            (Some(item), None) => one.stored("Item", item)?,
            (Some(item), Some(projection)) => {
                let projected = projection.apply(&codec::decode(item).map_err(Region::internal)?);
                // Unlike GetItem, which answers an empty Item.
                if !projected.is_empty() {
                    one.item("Item", &projected);
                }
            }
        }
        into.extend_from_slice(&one.finish());
        Ok(())
    })?;
    answer.optional("ConsumedCapacity", context.meter.all(consumed, true));
    Ok(answer.finish())
}
