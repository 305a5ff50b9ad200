//! Reading a TransactWriteItems request: used by the action itself and by the inspector's stepped run.

use std::collections::BTreeSet;

use crate::access::{Region, check_keys_not_empty, item_key, key_of_item};
use crate::api::item::{Names, TransactWriteItem, TransactWriteItemsInput};
use crate::api::value::WireMap;
use crate::capacity::ReturnConsumedCapacity;
use crate::error::constraint::{Constraint, Violations};
use crate::error::echo::{Actions, Print, transact_write_item};
use crate::error::expression::Envelope;
use crate::error::{Result, request as words, transaction as transaction_words, value as value_words};
use crate::limits;
use crate::model::{AttributeValue, Item, size};
use crate::table::{Index, Table};
use crate::transaction::{Action, ActionKind, Token};

use super::constraints;
use super::parameters::{self as read, WriteExpressions};
use super::transact_token;

/// A transaction that may be begun.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// Its actions.
    pub actions: Vec<Action>,
    /// The tables as the request names them, each behind its plain name.
    pub named: Vec<(String, String)>,
    /// `ClientRequestToken`.
    pub token: Option<Token>,
    /// `ReturnConsumedCapacity`.
    pub consumed: ReturnConsumedCapacity,
    /// `ReturnItemCollectionMetrics`.
    pub metrics: bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Put,
    Update,
    Delete,
    Check,
}

/// An action whose members satisfy the framework.
struct Parts {
    kind: Kind,
    table: String,
    given: String,
    /// The item of a put, the key of the others.
    item: WireMap,
    update: Option<String>,
    condition: Option<String>,
    names: Option<Names>,
    values: Option<WireMap>,
    return_old: bool,
}

/// An action that has been read whole; no table has been looked at.
#[derive(Clone, Debug)]
struct Parsed {
    kind: Kind,
    table: String,
    item: Item,
    expressions: WriteExpressions,
    return_old: bool,
}

/// The members of an action, under the names that the four kinds share.
struct Members {
    kind: Kind,
    path: &'static str,
    item_member: &'static str,
    table: Option<String>,
    item: Option<WireMap>,
    update: Option<String>,
    condition: Option<String>,
    names: Option<Names>,
    values: Option<WireMap>,
    return_old: Option<String>,
}

macro_rules! members {
    ($kind:ident, $path:literal, $action:expr, $item:ident, $item_member:literal, $update:expr) => {
        Members {
            kind: Kind::$kind,
            path: $path,
            item_member: $item_member,
            table: $action.table_name,
            item: $action.$item,
            update: $update,
            condition: $action.condition_expression,
            names: $action.expression_attribute_names,
            values: $action.expression_attribute_values,
            return_old: $action.return_values_on_condition_check_failure,
        }
    };
}

fn take_apart(item: TransactWriteItem) -> Result<Members> {
    match (item.condition_check, item.put, item.update, item.delete) {
        (Some(check), None, None, None) => Ok(members!(Check, "conditionCheck", check, key, "key", None)),
        (None, Some(put), None, None) => Ok(members!(Put, "put", put, item, "item", None)),
        (None, None, Some(mut update), None) => {
            let text = update.update_expression.take();
            Ok(members!(Update, "update", update, key, "key", text))
        }
        (None, None, None, Some(delete)) => Ok(members!(Delete, "delete", delete, key, "key", None)),
        (None, None, None, None) => Err(words::transact_item_empty()),
        _ => Err(words::transact_item_malformed()),
    }
}

/// Checks the members of an action as the framework does.
fn constrain(
    region: &Region,
    violations: &mut Violations,
    at: usize,
    item: TransactWriteItem,
) -> Result<Parts> {
    let members = take_apart(item)?;
    let member = format!("transactItems.{}.member.{}", at + 1, members.path);
    let table = constraints::table_name(violations, region, &members.table, &member)?;
    violations.required(&members.item, &format!("{member}.{}", members.item_member));
    if matches!(members.kind, Kind::Check) {
        violations.required(&members.condition, &format!("{member}.conditionExpression"));
    }
    if matches!(members.kind, Kind::Update) {
        violations.required(&members.update, &format!("{member}.updateExpression"));
    }
    let return_old = constraints::return_on_failure(violations, members.return_old.as_deref(), &member);
    Ok(Parts {
        kind: members.kind,
        table,
        given: members.table.unwrap_or_default(),
        item: members.item.unwrap_or_default(),
        update: members.update,
        condition: members.condition,
        names: members.names,
        values: members.values,
        return_old,
    })
}

/// Reads an action's expressions, then its item or key.
fn read(parts: Parts) -> Result<Parsed> {
    let values = read::values_named(parts.values)?;
    let expressions = read::write_expressions(
        parts.condition.as_deref(),
        parts.update.as_deref(),
        matches!(parts.kind, Kind::Update),
        parts.names.as_ref(),
        values.as_ref(),
        Envelope::Bare,
    )?;
    if parts.item.contains_key("") {
        return Err(words::attribute_name_empty());
    }
    let item = read::item(parts.item)?;
    // The size of a put is known from the request, so it never reaches the transaction.
    let parsed =
        Parsed { kind: parts.kind, table: parts.table, item, expressions, return_old: parts.return_old };
    parsed.check_size().map(|()| parsed)
}

impl Parsed {
    fn check_size(&self) -> Result<()> {
        let large = matches!(self.kind, Kind::Put) && size::item_bytes(&self.item) > limits::ITEM_SIZE_BYTES;
        if large { Err(value_words::item_too_large()) } else { Ok(()) }
    }
}

/// Refuses empty values for an index's key, where the request alone shows them.
fn check_index_keys_not_empty(schema: &Table, parsed: &Parsed) -> Result<()> {
    let is_empty = |value: &AttributeValue| match value {
        AttributeValue::S(text) => text.is_empty(),
        AttributeValue::B(bytes) => bytes.is_empty(),
        _ => false,
    };
    let is_binary = |value: &AttributeValue| matches!(value, AttributeValue::B(_));
    let mut indexes: Vec<&Index> = schema.indexes.iter().collect();
    indexes.sort_by(|one, other| one.name.cmp(&other.name));
    for index in indexes {
        for attribute in index.keys.attributes().map(|attribute| attribute.name.as_str()) {
            match &parsed.expressions.update {
                Some(update) => {
                    if let Some(value) = update.sets(attribute).filter(|value| is_empty(value)) {
                        return Err(transaction_words::index_key_emptied(is_binary(value)));
                    }
                }
                None => {
                    if let Some(value) = parsed.item.get(attribute).filter(|value| is_empty(value)) {
                        return Err(value_words::empty_index_key(attribute, &index.name, is_binary(value)));
                    }
                }
            }
        }
    }
    Ok(())
}

/// Finds the action's table and item. A key that does not fit its table is left to the partition to refuse.
fn locate(region: &Region, parsed: Parsed) -> Result<Action> {
    let schema = &region.active_table(&parsed.table)?.saved.table;
    schema.takes_transactions()?;
    check_keys_not_empty(schema, &parsed.item)?;
    check_index_keys_not_empty(schema, &parsed)?;
    let Parsed { kind, table, item, expressions, return_old } = parsed;
    let (key, kind) = match kind {
        Kind::Put => (key_of_item(schema, &item), ActionKind::Put(item)),
        Kind::Delete => (item_key(schema, item), ActionKind::Delete),
        Kind::Check => (item_key(schema, item), ActionKind::Check),
        Kind::Update => {
            let update =
                expressions.update.ok_or_else(|| Region::internal("an update without its expression"))?;
            let names = schema.keys.attributes().map(|attribute| attribute.name.as_str());
            (
                item_key(schema, item).and_then(|key| update.check_key(names).map(|()| key)),
                ActionKind::Update(update),
            )
        }
    };
    Ok(Action { table, key, kind, condition: expressions.condition, return_old_on_failure: return_old })
}

/// A request that may be carried out, as far as can be told without its tables.
#[derive(Clone, Debug)]
pub struct Request {
    parsed: Vec<Parsed>,
    named: Vec<(String, String)>,
    token: Option<Token>,
    consumed: ReturnConsumedCapacity,
    metrics: bool,
}

impl Request {
    /// Its ClientRequestToken.
    pub fn token_mut(&mut self) -> Option<&mut Token> {
        self.token.as_mut()
    }

    /// Whether every BETWEEN has its bounds in order, which is checked where the values are compiled.
    pub fn is_ordered(&self) -> bool {
        self.parsed.iter().all(|parsed| parsed.expressions.is_ordered())
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        for Parsed { item, expressions, .. } in &mut self.parsed {
            item.scalars_mut(visit);
            expressions.condition.iter_mut().for_each(|condition| condition.scalars_mut(visit));
            expressions.update.iter_mut().for_each(|update| update.scalars_mut(visit));
        }
    }

    /// Finds its tables and items.
    pub fn locate(self, region: &Region) -> Result<Transaction> {
        let Request { parsed, named, token, consumed, metrics } = self;
        parsed.iter().try_for_each(Parsed::check_size)?;
        let actions: Vec<Action> =
            parsed.into_iter().map(|parsed| locate(region, parsed)).collect::<Result<_>>()?;
        check_distinct(&actions)?;
        check_size(&actions)?;
        Ok(Transaction { actions, named, token, consumed, metrics })
    }
}

/// Reads and checks a request: the framework's constraints, then action by action what the request alone shows, then
/// the tables.
pub fn parse(region: &Region, input: TransactWriteItemsInput, request: &[u8]) -> Result<Transaction> {
    read_request(region, input, request)?.locate(region)
}

/// The first half of it: what the request alone shows.
pub fn read_request(region: &Region, input: TransactWriteItemsInput, request: &[u8]) -> Result<Request> {
    let mut violations = Violations::default();
    if let Some(token) = &input.client_request_token {
        violations.length(token, "clientRequestToken", 1, limits::REQUEST_TOKEN_LENGTH);
    }
    let items = counted(&mut violations, input.transact_items, || echo(request, transact_write_item));
    let parts: Vec<Parts> = items
        .into_iter()
        .enumerate()
        .map(|(at, item)| constrain(region, &mut violations, at, item))
        .collect::<Result<_>>()?;
    let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
    let metrics = constraints::metrics(&mut violations, input.return_item_collection_metrics.as_deref());
    violations.into_result()?;
    let named = parts.iter().map(|parts| (parts.table.clone(), parts.given.clone())).collect();
    let parsed: Vec<Parsed> = parts.into_iter().map(read).collect::<Result<_>>()?;
    let token = transact_token::read(input.client_request_token, request)?;
    Ok(Request { parsed, named, token, consumed, metrics })
}

/// `TransactItems`: from 1 to 100 actions; none where that is not so. `echo` is the list as the refusal shows it.
pub fn counted<T>(
    violations: &mut Violations,
    items: Option<Vec<T>>,
    echo: impl FnOnce() -> String,
) -> Vec<T> {
    const MOST: u64 = limits::TRANSACTION_ITEMS as u64;
    violations.required(&items, "transactItems");
    match items {
        Some(items) if items.is_empty() => {
            violations.add(Some(&"[]"), "transactItems", Constraint::MinLength(1));
        }
        Some(items) if items.len() > limits::TRANSACTION_ITEMS => {
            violations.add(Some(&echo()), "transactItems", Constraint::MaxLength(MOST));
        }
        items => return items.unwrap_or_default(),
    }
    Vec::new()
}

/// The request's list as a refusal shows it.
pub fn echo(request: &[u8], each: Print) -> String {
    let request: serde_json::Value = serde_json::from_slice(request).unwrap_or_default();
    Actions(&request["TransactItems"], each).to_string()
}

/// All items together are within 4 MB.
pub fn check_size(actions: &[Action]) -> Result<()> {
    let bytes: usize = actions
        .iter()
        .map(|action| match (&action.kind, &action.key) {
            (ActionKind::Put(item), _) => size::item_bytes(item),
            (_, Ok(key)) => size::item_bytes(&key.attributes),
            _ => 0,
        })
        .sum();
    if bytes > limits::TRANSACTION_BYTES {
        return Err(words::transaction_too_large(bytes));
    }
    Ok(())
}

/// No two actions on one item.
pub fn check_distinct(actions: &[Action]) -> Result<()> {
    let mut seen = BTreeSet::new();
    let twice = |action: &Action| match &action.key {
        Ok(key) => !seen.insert((action.table.clone(), key.bytes.clone())),
        Err(_) => false,
    };
    if actions.iter().any(twice) { Err(words::transaction_twice_on_an_item()) } else { Ok(()) }
}
