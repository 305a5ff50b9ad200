//! Reading the parameters that many operations share, in the service's order and words.

use std::collections::BTreeMap;

use crate::access::{Context, Evaluated, ItemKey, Region, TableState};
use crate::api::item::Names;
use crate::api::value::{WireMap, WireValue, read_item};
use crate::capacity::ReturnConsumedCapacity;
use crate::error::expression::{Envelope, ExpressionKind};
use crate::error::value::ValueError;
use crate::error::{ApiError, Result, constraint, request as words};
use crate::expression::{Condition, Placeholders, Projection, Update};
use crate::model::{AttributeValue, Item};
use crate::table::{IndexKind, name};

use super::answer::Answer;

/// `TableName`: the plain name of a table that is given by its name or its ARN. What is consumed is shown under what
/// is given.
pub fn table_name(region: &Region, context: &mut Context, given: Option<&str>) -> Result<String> {
    let plain = name::of_item_operation(given)?;
    name::at_home(given, region.settings.home())?;
    if let Some(given) = given.filter(|given| *given != plain) {
        context.meter.named(&plain, given);
    }
    Ok(plain)
}

/// `ReturnConsumedCapacity`.
pub fn return_consumed_capacity(text: Option<&str>) -> Result<ReturnConsumedCapacity> {
    match text {
        None | Some("NONE") => Ok(ReturnConsumedCapacity::None),
        Some("TOTAL") => Ok(ReturnConsumedCapacity::Total),
        Some("INDEXES") => Ok(ReturnConsumedCapacity::Indexes),
        Some(_) => Err(constraint::enumeration(&["INDEXES", "TOTAL", "NONE"])),
    }
}

/// `ReturnItemCollectionMetrics`: whether they are asked for.
pub fn return_item_collection_metrics(text: Option<&str>) -> Result<bool> {
    match text {
        None | Some("NONE") => Ok(false),
        Some("SIZE") => Ok(true),
        Some(_) => Err(constraint::enumeration(&["SIZE", "NONE"])),
    }
}

/// `ReturnValuesOnConditionCheckFailure`: whether the item is asked for.
pub fn return_on_failure(text: Option<&str>) -> Result<bool> {
    match text {
        None | Some("NONE") => Ok(false),
        Some("ALL_OLD") => Ok(true),
        Some(_) => Err(constraint::enumeration(&["ALL_OLD", "NONE"])),
    }
}

/// `ReturnValues`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnValues {
    /// Nothing.
    None,
    /// The item before.
    AllOld,
    /// What was updated, before.
    UpdatedOld,
    /// The item after.
    AllNew,
    /// What was updated, after.
    UpdatedNew,
}

/// `ReturnValues`, as its enumeration has them.
pub fn return_values(text: Option<&str>) -> Result<ReturnValues> {
    Ok(match text {
        None | Some("NONE") => ReturnValues::None,
        Some("ALL_OLD") => ReturnValues::AllOld,
        Some("UPDATED_OLD") => ReturnValues::UpdatedOld,
        Some("ALL_NEW") => ReturnValues::AllNew,
        Some("UPDATED_NEW") => ReturnValues::UpdatedNew,
        // Sic: the service lists UPDATE_NEW (recorded in 2026, see the facts about its wording).
        Some(_) => {
            return Err(constraint::enumeration(&[
                "ALL_OLD",
                "UPDATED_OLD",
                "ALL_NEW",
                "UPDATE_NEW",
                "NONE",
            ]));
        }
    })
}

/// `ReturnValues` of PutItem and DeleteItem: whether the old item is asked for.
pub fn return_old(text: Option<&str>) -> Result<bool> {
    match return_values(text)? {
        ReturnValues::None => Ok(false),
        ReturnValues::AllOld => Ok(true),
        _ => Err(words::return_values_of_put_or_delete()),
    }
}

/// Reads an item or key.
pub fn item(map: WireMap) -> Result<Item> {
    read_item(map).map_err(ApiError::from)
}

/// The same for an operation whose values are checked in the service's current layer.
pub fn item_in(map: WireMap, envelope: Envelope) -> Result<Item> {
    read_item(map).map_err(|error| error.refuse(envelope))
}

/// The values of expressions.
pub type Values = BTreeMap<String, AttributeValue>;

/// `ExpressionAttributeValues`, checked in the service's current layer.
pub fn values(map: Option<WireMap>, envelope: Envelope) -> Result<Option<Values>> {
    values_with(map, |error, _| error.refuse(envelope))
}

/// `ExpressionAttributeValues`, checked in the service's older layer, which names the placeholder.
pub fn values_named(map: Option<WireMap>) -> Result<Option<Values>> {
    values_with(map, |error, name| {
        ApiError::validation(words::expression_value_invalid(&ApiError::from(error).message, name))
    })
}

fn values_with(
    map: Option<WireMap>,
    refuse: impl Fn(ValueError, &str) -> ApiError,
) -> Result<Option<Values>> {
    let Some(map) = map else { return Ok(None) };
    let read = |(name, value): (String, WireValue)| match value.0 {
        Ok(value) => Ok((name, value)),
        Err(error) => Err(refuse(error, &name)),
    };
    map.into_iter().map(read).collect::<Result<Values>>().map(Some)
}

/// The expressions that a write may carry.
#[derive(Clone, Debug, Default)]
pub struct WriteExpressions {
    /// What must hold.
    pub condition: Option<Condition>,
    /// What to change.
    pub update: Option<Update>,
}

/// Compiles the expressions of a write. `takes_update` tells UpdateItem from the others.
pub fn write_expressions(
    condition: Option<&str>,
    update: Option<&str>,
    takes_update: bool,
    names: Option<&Names>,
    values: Option<&Values>,
    envelope: Envelope,
) -> Result<WriteExpressions> {
    let any = condition.is_some() || update.is_some();
    let missing = match (any, takes_update) {
        (true, _) => None,
        (false, true) => Some("UpdateExpression and ConditionExpression are null"),
        (false, false) => Some("ConditionExpression is null"),
    };
    Placeholders::require_expressions(names, values, any, missing, envelope)?;
    if !any {
        return Ok(WriteExpressions::default());
    }
    let mut placeholders = Placeholders::new(names, values, envelope)?;
    let update = update.map(|text| Update::compile(text, &mut placeholders)).transpose()?;
    let condition = condition
        .map(|text| Condition::compile(ExpressionKind::ConditionExpression, text, &mut placeholders))
        .transpose()?;
    placeholders.finish()?;
    Ok(WriteExpressions { condition, update })
}

/// Compiles the ProjectionExpression of a read that has no other expression.
pub fn projection(text: Option<&str>, names: Option<&Names>) -> Result<Option<Projection>> {
    Placeholders::require_expressions(names, None, text.is_some(), None, Envelope::Bare)?;
    let Some(text) = text else { return Ok(None) };
    let mut placeholders = Placeholders::new(names, None, Envelope::Bare)?;
    let projection = Projection::compile(text, &mut placeholders)?;
    placeholders.finish()?;
    Ok(Some(projection))
}

/// `ItemCollectionMetrics` of a write, where they are asked for and the table has a local index: the partition key and an
/// estimate of the item collection's size, in GB.
pub fn item_collection_metrics(state: &TableState, key: &ItemKey, wanted: bool) -> Option<serde_json::Value> {
    let table = &state.saved.table;
    if !wanted || !table.indexes.iter().any(|index| index.kind == IndexKind::Local) {
        return None;
    }
    let hash = &table.keys.hash[0].name;
    let value = super::answer::value_json(key.attributes.get(hash)?);
    Some(
        serde_json::json!({ "ItemCollectionKey": { hash.as_str(): value }, "SizeEstimateRangeGB": [0.0, 1.0] }),
    )
}

/// Adds `Attributes`, where there is an item to show.
pub fn answer_old(answer: &mut Answer, wanted: bool, evaluated: &Evaluated) {
    if let Some(old) = evaluated.old.as_ref().filter(|_| wanted) {
        answer.item("Attributes", old);
    }
}
