//! Reading the parameters that many operations share, in the service's order and words.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::{Context, ItemKey, Region, collection_gigabytes};
use crate::api::item::Names;
use crate::api::value::{WireMap, WireValue, read_item};
use crate::capacity::ReturnConsumedCapacity;
use crate::error::constraint::{self, Constraint, Violations};
use crate::error::expression::{self as expression_words, Envelope, ExpressionKind};
use crate::error::legacy::Layer;
use crate::error::value::ValueError;
use crate::error::{ApiError, Result, request as words};
use crate::expression::{Condition, Placeholders, Projection, Update};
use crate::model::{AttributeValue, DocumentPath, Item};
use crate::table::{KeyAttribute, Table, name};

use super::constraints;

/// `TableName`: the plain name of a table that is given by its name or its ARN. What is consumed is shown under what
/// is given.
pub fn table_name(region: &Region, context: &mut Context, given: Option<&str>) -> Result<String> {
    let plain = name::of_item_operation(given)?;
    at_home(region, context, given, &plain)?;
    Ok(plain)
}

/// The second half of [`table_name`], for an operation that checks its parameters together.
pub fn at_home(region: &Region, context: &mut Context, given: Option<&str>, plain: &str) -> Result<()> {
    name::at_home(given, region.settings.home())?;
    if let Some(given) = given.filter(|given| *given != plain) {
        context.meter.named(plain, given);
    }
    Ok(())
}

/// `ReturnConsumedCapacity`, of an operation that has no other constraint.
pub fn return_consumed_capacity(text: Option<&str>) -> Result<ReturnConsumedCapacity> {
    let mut violations = Violations::default();
    let consumed = constraints::consumed(&mut violations, text);
    violations.into_result().map(|()| consumed)
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

/// The words of `ReturnValues`, as the service's older layer lists them.
pub const RETURN_VALUES: &[&str] = &["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"];

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
    values_with(map, WireValue::read, |error, _| error.refuse(envelope))
}

/// `ExpressionAttributeValues`, checked in the service's older layer, which names the placeholder and takes one level more.
pub fn values_named(map: Option<WireMap>) -> Result<Option<Values>> {
    values_with(map, WireValue::read_alone, |error, name| {
        ApiError::validation(words::expression_value_invalid(&ApiError::from(error).message, name))
    })
}

fn values_with(
    map: Option<WireMap>,
    read: impl Fn(WireValue) -> std::result::Result<AttributeValue, ValueError>,
    refuse: impl Fn(ValueError, &str) -> ApiError,
) -> Result<Option<Values>> {
    let Some(map) = map else { return Ok(None) };
    let read = |(name, value): (String, WireValue)| match read(value) {
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

impl WriteExpressions {
    /// Whether every BETWEEN has its bounds in order.
    pub fn is_ordered(&self) -> bool {
        self.condition.as_ref().is_none_or(Condition::is_ordered)
    }
}

/// Refuses placeholders that no expression of a write could use. `takes_update` tells UpdateItem from the others.
pub fn require_write_expressions<'v, V: 'v>(
    any: bool,
    takes_update: bool,
    names: Option<&Names>,
    values: Option<&'v V>,
    envelope: Envelope,
) -> Result<()>
where
    &'v V: IntoIterator,
{
    let missing = match (any, takes_update) {
        (true, _) => None,
        (false, true) => Some("UpdateExpression and ConditionExpression are null"),
        (false, false) => Some("ConditionExpression is null"),
    };
    Placeholders::require_expressions(names, values, any, missing, envelope)
}

/// Checks and compiles the expressions of a write. `takes_update` tells UpdateItem from the others.
pub fn write_expressions(
    condition: Option<&str>,
    update: Option<&str>,
    takes_update: bool,
    names: Option<&Names>,
    values: Option<&Values>,
    envelope: Envelope,
) -> Result<WriteExpressions> {
    require_write_expressions(
        condition.is_some() || update.is_some(),
        takes_update,
        names,
        values,
        envelope,
    )?;
    compile_write_expressions(condition, update, names, values, envelope)
}

/// Compiles the expressions of a write.
pub fn compile_write_expressions(
    condition: Option<&str>,
    update: Option<&str>,
    names: Option<&Names>,
    values: Option<&Values>,
    envelope: Envelope,
) -> Result<WriteExpressions> {
    if condition.is_none() && update.is_none() {
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

/// Refuses a request that has parameters of both kinds; each with whether it was given.
pub fn refuse_mixed(layer: Layer, legacy: &[(&str, bool)], expressions: &[(&str, bool)]) -> Result<()> {
    let given = |parameters: &[(&'_ str, bool)]| -> Vec<String> {
        parameters.iter().filter(|(_, given)| *given).map(|(name, _)| (*name).to_owned()).collect()
    };
    let (legacy, expressions) = (given(legacy), given(expressions));
    match legacy.is_empty() || expressions.is_empty() {
        true => Ok(()),
        false => Err(layer.mixed(&legacy.join(", "), &expressions.join(", "))),
    }
}

/// Refuses AttributesToGet without an attribute: told before anything of the request is looked at.
pub fn check_attributes_to_get(names: Option<&Vec<String>>, member: &str) -> Result<()> {
    match names {
        Some(names) if names.is_empty() => Err(constraint::violation(member, Constraint::MinLength(1))),
        _ => Ok(()),
    }
}

/// The projection that AttributesToGet make.
pub fn attributes_to_get(names: Vec<String>, layer: Layer) -> Result<Projection> {
    if names.iter().any(String::is_empty) {
        return Err(layer.empty_name());
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(name.as_str())) {
        return Err(layer.duplicate_attribute(twice));
    }
    Ok(Projection::from_attributes(names))
}

/// Refuses what cannot be together in a read that has no other expression than ProjectionExpression.
pub fn check_projection(attributes_to_get: bool, expression: bool, names: Option<&Names>) -> Result<()> {
    let layer = Layer::Current(Envelope::Bare);
    refuse_mixed(layer, &[("AttributesToGet", attributes_to_get)], &[("ProjectionExpression", expression)])?;
    Placeholders::require_expressions(names, None::<&Values>, expression, None, Envelope::Bare)
}

/// What such a read returns of an item: AttributesToGet or ProjectionExpression. [`check_projection`] comes first.
pub fn projection_of(
    attributes: Option<Vec<String>>,
    text: Option<&str>,
    names: Option<&Names>,
) -> Result<Option<Projection>> {
    match attributes {
        None => projection(text, names),
        Some(attributes) => attributes_to_get(attributes, Layer::Current(Envelope::Bare)).map(Some),
    }
}

/// Compiles the ProjectionExpression of a read that has no other expression.
pub fn projection(text: Option<&str>, names: Option<&Names>) -> Result<Option<Projection>> {
    Placeholders::require_expressions(names, None::<&Values>, text.is_some(), None, Envelope::Bare)?;
    let Some(text) = text else { return Ok(None) };
    let mut placeholders = Placeholders::new(names, None, Envelope::Bare)?;
    let projection = Projection::compile(text, &mut placeholders)?;
    placeholders.finish()?;
    Ok(Some(projection))
}

/// Refuses a path into a key attribute of the table or of one of its indexes, which is never a document.
pub fn check_key_paths<'p>(table: &Table, paths: impl IntoIterator<Item = &'p DocumentPath>) -> Result<()> {
    let nested = paths.into_iter().filter(|path| !path.is_top_level());
    let roots: Vec<&str> = nested.map(DocumentPath::root).collect();
    if roots.is_empty() {
        return Ok(());
    }
    let into = |attribute: &&KeyAttribute| roots.contains(&attribute.name.as_str());
    if let Some(attribute) = table.keys.attributes().find(into) {
        return Err(expression_words::key_attribute_not_scalar(&attribute.name));
    }
    let indexed = table.indexes.iter().flat_map(|index| index.keys.attributes()).find(into);
    indexed.map_or(Ok(()), |attribute| Err(expression_words::index_key_not_scalar(&attribute.name)))
}

/// `ItemCollectionMetrics` of a write, where they are asked for and the table has a local index: the partition key, and
/// between which whole gigabytes the item collection's size is.
pub fn item_collection_metrics(
    region: &Region,
    table: &str,
    key: &ItemKey,
    wanted: bool,
) -> Option<serde_json::Value> {
    let least = if wanted { collection_gigabytes(region, table, key)? as f64 } else { return None };
    let hash = &region.tables.get(table)?.saved.table.keys.hash[0].name;
    let value = super::answer::value_json(key.attributes.get(hash)?);
    Some(serde_json::json!({
        "ItemCollectionKey": { hash.as_str(): value }, "SizeEstimateRangeGB": [least, least + 1.0],
    }))
}

/// A map as DynamoDB JSON, to be handed back.
pub fn as_json(map: &Item) -> Result<serde_json::Value> {
    let mut text = Vec::new();
    crate::model::json::write_map(map, &mut text);
    serde_json::from_slice(&text).map_err(Region::internal)
}
