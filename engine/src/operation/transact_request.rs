//! Reading a TransactWriteItems request: used by the action itself and by the inspector's stepped run.

use std::collections::BTreeSet;

use crate::access::{ItemKey, Region, check_keys_not_empty, item_key, key_of_item};
use crate::api::item::{Names, TransactWriteItem, TransactWriteItemsInput};
use crate::api::value::WireMap;
use crate::capacity::ReturnConsumedCapacity;
use crate::error::constraint::Constraint;
use crate::error::expression::Envelope;
use crate::error::{ApiError, Result, constraint, request as words, value as value_words};
use crate::limits;
use crate::model::{Item, size};
use crate::table::name;
use crate::transaction::{Action, ActionKind};

use super::parameters as read;

/// A transaction that may be begun.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// Its actions.
    pub actions: Vec<Action>,
    /// `ClientRequestToken`.
    pub token: Option<String>,
    /// What tells its parameters apart: XXH3-64 of them, without the token.
    pub digest: String,
    /// `ReturnConsumedCapacity`.
    pub consumed: ReturnConsumedCapacity,
    /// `ReturnItemCollectionMetrics`.
    pub metrics: bool,
}

struct Parts {
    table: Option<String>,
    /// The item of a put, the key of the others.
    item: Option<WireMap>,
    member: &'static str,
    update: Option<String>,
    condition: Option<String>,
    names: Option<Names>,
    values: Option<WireMap>,
    return_old: Option<String>,
}

enum Kind {
    Put,
    Update,
    Delete,
    Check,
}

macro_rules! parts {
    ($action:expr, $item:ident, $member:literal, $update:expr) => {
        Parts {
            table: $action.table_name,
            item: $action.$item,
            member: $member,
            update: $update,
            condition: $action.condition_expression,
            names: $action.expression_attribute_names,
            values: $action.expression_attribute_values,
            return_old: $action.return_values_on_condition_check_failure,
        }
    };
}

fn take_apart(item: TransactWriteItem) -> Result<(Kind, Parts)> {
    match (item.condition_check, item.put, item.update, item.delete) {
        (Some(check), None, None, None) => Ok((Kind::Check, parts!(check, key, "key", None))),
        (None, Some(put), None, None) => Ok((Kind::Put, parts!(put, item, "item", None))),
        (None, None, Some(mut update), None) => {
            let text = update.update_expression.take();
            Ok((Kind::Update, parts!(update, key, "key", text)))
        }
        (None, None, None, Some(delete)) => Ok((Kind::Delete, parts!(delete, key, "key", None))),
        _ => Err(words::transact_item_malformed()),
    }
}

fn action(region: &Region, at: usize, item: TransactWriteItem) -> Result<Action> {
    let (kind, parts) = take_apart(item)?;
    let member = |name: &str| format!("transactItems.{}.member.{name}", at + 1);
    let given = parts.table.ok_or_else(|| constraint::null(&member("tableName")))?;
    let table = name::of_item_operation(Some(&given))?;
    name::at_home(Some(&given), region.settings.home())?;
    let item: Item = read::item(parts.item.ok_or_else(|| constraint::null(&member(parts.member)))?)?;
    let return_old_on_failure = read::return_on_failure(parts.return_old.as_deref())?;
    if matches!(kind, Kind::Check) && parts.condition.is_none() {
        return Err(constraint::null(&member("conditionExpression")));
    }
    if matches!(kind, Kind::Update) && parts.update.is_none() {
        return Err(constraint::null(&member("updateExpression")));
    }
    let values = read::values(parts.values, Envelope::Bare)?;
    let expressions = read::write_expressions(
        parts.condition.as_deref(),
        parts.update.as_deref(),
        matches!(kind, Kind::Update),
        parts.names.as_ref(),
        values.as_ref(),
        Envelope::Bare,
    )?;
    let schema = &region.active_table(&table)?.saved.table;
    check_keys_not_empty(schema, &item)?;
    let checked = |key: Result<ItemKey>| match &expressions.update {
        Some(update) => update.check_key(schema.keys.attributes().map(|a| a.name.as_str())).and(key),
        None => key,
    };
    let (key, kind) = match kind {
        Kind::Put if size::item_bytes(&item) > limits::ITEM_SIZE_BYTES => {
            (Err(value_words::item_too_large()), ActionKind::Put(item))
        }
        Kind::Put => (key_of_item(schema, &item), ActionKind::Put(item)),
        Kind::Delete => (item_key(schema, item), ActionKind::Delete),
        Kind::Check => (item_key(schema, item), ActionKind::Check),
        Kind::Update => {
            let key = checked(item_key(schema, item));
            let update =
                expressions.update.ok_or_else(|| Region::internal("an update without its expression"))?;
            (key, ActionKind::Update(update))
        }
    };
    Ok(Action { table, key, kind, condition: expressions.condition, return_old_on_failure })
}

/// Reads and checks a request. Keys that do not fit their table are left to the partitions to refuse.
pub fn parse(region: &Region, input: TransactWriteItemsInput, request: &[u8]) -> Result<Transaction> {
    let items = input.transact_items.ok_or_else(|| constraint::null("transactItems"))?;
    check_count(items.len())?;
    let consumed = read::return_consumed_capacity(input.return_consumed_capacity.as_deref())?;
    let metrics = read::return_item_collection_metrics(input.return_item_collection_metrics.as_deref())?;
    if let Some(token) = &input.client_request_token {
        if token.is_empty() {
            return Err(constraint::violation("ClientRequestToken", Constraint::MinLength(1)));
        }
        if token.chars().count() > 36 {
            return Err(constraint::violation("ClientRequestToken", Constraint::MaxLength(36)));
        }
    }
    let actions: Vec<Action> =
        items.into_iter().enumerate().map(|(at, item)| action(region, at, item)).collect::<Result<_>>()?;
    check_distinct(&actions)?;
    let bytes: usize = actions
        .iter()
        .map(|action| match (&action.kind, &action.key) {
            (ActionKind::Put(item), _) => size::item_bytes(item),
            (_, Ok(key)) => size::item_bytes(&key.attributes),
            _ => 0,
        })
        .sum();
    if bytes > limits::TRANSACTION_BYTES {
        return Err(words::transaction_too_large());
    }
    Ok(Transaction {
        actions,
        token: input.client_request_token,
        digest: digest(request)?,
        consumed,
        metrics,
    })
}

/// From 1 to 100 actions.
pub fn check_count(count: usize) -> Result<()> {
    if count == 0 {
        return Err(constraint::violation("TransactItems", Constraint::MinLength(1)));
    }
    if count > limits::TRANSACTION_ITEMS {
        return Err(constraint::violation(
            "TransactItems",
            Constraint::MaxLength(limits::TRANSACTION_ITEMS as u64),
        ));
    }
    Ok(())
}

fn check_distinct(actions: &[Action]) -> Result<()> {
    let mut seen = BTreeSet::new();
    let twice = |action: &Action| match &action.key {
        Ok(key) => !seen.insert((action.table.clone(), key.bytes.clone())),
        Err(_) => false,
    };
    if actions.iter().any(twice) { Err(words::transaction_twice_on_an_item()) } else { Ok(()) }
}

/// The digest of the parameters: objects sort their keys, so that spelling does not matter.
fn digest(request: &[u8]) -> Result<String> {
    let mut value: serde_json::Value =
        serde_json::from_slice(request).map_err(|_| ApiError::validation("the request is no JSON"))?;
    if let Some(members) = value.as_object_mut() {
        members.remove("ClientRequestToken");
    }
    Ok(format!("{:016x}", xxhash_rust::xxh3::xxh3_64(value.to_string().as_bytes())))
}
