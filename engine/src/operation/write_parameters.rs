//! The parameters that PutItem, UpdateItem and DeleteItem have in common: read once, checked in the service's order.
//!
//! The order was recorded by paritysuite/dynamodb-conformance (October 2026): what the framework refuses is gathered member
//! by member, but an empty table name, and UpdateItem's ReturnValues, are told alone. Where the key or item is missing, or a
//! value is nested beyond what the newer layer reads, an older layer answers, which echoes every value.

use crate::access::{Change, Context, Evaluated, ItemKey, Region, Write};
use crate::api::item::{AttributeUpdates, DeleteItemInput, Expected, Names, PutItemInput, UpdateItemInput};
use crate::api::value::{WireMap, WireValue};
use crate::capacity::ReturnConsumedCapacity;
use crate::error::constraint::Violations;
use crate::error::expression::Envelope;
use crate::error::legacy::Layer;
use crate::error::{Result, request as words};
use crate::expression::{Condition, Update, legacy, legacy_update};
use crate::model::{AttributeValue, Item};
use crate::table::{Table, name};

use super::answer::Answer;
use super::constraints;
use super::parameters::{self as read, ReturnValues};

const LAYER: Layer = Layer::Current(Envelope::Counted);

/// A request as it was given.
pub struct Given {
    table_name: Option<String>,
    /// `Item` or `Key`, which of them in camel case.
    attributes: Option<WireMap>,
    member: &'static str,
    return_values: Option<String>,
    return_consumed_capacity: Option<String>,
    return_item_collection_metrics: Option<String>,
    return_values_on_condition_check_failure: Option<String>,
    condition_expression: Option<String>,
    expression_attribute_names: Option<Names>,
    expression_attribute_values: Option<WireMap>,
    expected: Option<Expected>,
    conditional_operator: Option<String>,
    /// UpdateItem's own two.
    update: Option<(Option<String>, Option<AttributeUpdates>)>,
}

macro_rules! given {
    ($($input:ident $attributes:ident $member:literal $from:ident $update:expr;)*) => {$(
        impl From<$input> for Given {
            fn from($from: $input) -> Given {
                Given {
                    update: $update,
                    attributes: $from.$attributes,
                    member: $member,
                    table_name: $from.table_name,
                    return_values: $from.return_values,
                    return_consumed_capacity: $from.return_consumed_capacity,
                    return_item_collection_metrics: $from.return_item_collection_metrics,
                    return_values_on_condition_check_failure: $from.return_values_on_condition_check_failure,
                    condition_expression: $from.condition_expression,
                    expression_attribute_names: $from.expression_attribute_names,
                    expression_attribute_values: $from.expression_attribute_values,
                    expected: $from.expected,
                    conditional_operator: $from.conditional_operator,
                }
            }
        }
    )*};
}

given! {
    PutItemInput item "item" input None;
    DeleteItemInput key "key" input None;
    UpdateItemInput key "key" input Some((input.update_expression, input.attribute_updates));
}

impl Given {
    /// How deep the deepest value of the request is.
    fn depth(&self) -> usize {
        let maps = [&self.attributes, &self.expression_attribute_values].into_iter().flatten();
        let mut values: Vec<&WireValue> = maps.flat_map(|map| map.values()).collect();
        for expected in self.expected.iter().flat_map(|expected| expected.values()) {
            values.extend(expected.value.iter().chain(expected.attribute_value_list.iter().flatten()));
        }
        for updates in self.update.iter().flat_map(|(_, updates)| updates) {
            values.extend(updates.values().filter_map(|update| update.value.as_ref()));
        }
        values
            .into_iter()
            .filter_map(|value| value.0.as_ref().ok())
            .map(AttributeValue::depth)
            .max()
            .unwrap_or(0)
    }
}

/// A request that may be carried out, as far as can be told without its table.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// The table's name.
    pub table: String,
    /// What the request names it by, where that is not its plain name.
    named: Option<String>,
    /// The item of a put, the key of the others.
    pub attributes: Item,
    /// `ReturnValues`.
    pub return_values: ReturnValues,
    /// `ReturnValuesOnConditionCheckFailure`: whether the item is asked for.
    pub return_old_on_failure: bool,
    /// What must hold.
    pub condition: Option<Condition>,
    /// What UpdateItem does.
    pub update: Option<Update>,
    consumed: ReturnConsumedCapacity,
    metrics: bool,
}

/// How deep a value the newer layer reads; whatever it holds.
const READ_LEVELS: usize = 62;

/// Reads and checks a request.
pub fn read(region: &Region, context: &mut Context, given: impl Into<Given>) -> Result<Parameters> {
    let mut given: Given = given.into();
    let older = given.attributes.is_none() || given.depth() > READ_LEVELS;
    let framework = check_framework(&given, older)?;
    read::at_home(region, context, given.table_name.as_deref(), &framework.table)?;
    let return_values = read::return_values(given.return_values.as_deref())?;
    let takes_update = given.update.is_some();
    if !takes_update && !matches!(return_values, ReturnValues::None | ReturnValues::AllOld) {
        let envelope = if older { Envelope::Bare } else { Envelope::Counted };
        return Err(words::return_values_of_put_or_delete(envelope));
    }
    let (update, attribute_updates) = given.update.take().unwrap_or_default();
    let (update, condition) = (update.as_deref(), given.condition_expression.as_deref());
    read::refuse_mixed(
        LAYER,
        &[
            ("AttributeUpdates", attribute_updates.is_some()),
            ("Expected", given.expected.is_some()),
            ("ConditionalOperator", given.conditional_operator.is_some()),
        ],
        &[("UpdateExpression", update.is_some()), ("ConditionExpression", condition.is_some())],
    )?;
    let expected_count = given.expected.as_ref().map_or(0, Expected::len);
    legacy::check_conditional_operator(given.conditional_operator.as_deref(), expected_count, LAYER)?;
    let names = given.expression_attribute_names.as_ref();
    read::require_write_expressions(
        condition.is_some() || update.is_some(),
        takes_update,
        names,
        given.expression_attribute_values.as_ref(),
        Envelope::Counted,
    )?;
    let attributes = given.attributes.unwrap_or_default();
    let attributes = match older {
        true => read::item(attributes)?,
        false => read::item_in(attributes, Envelope::Counted)?,
    };
    let updated =
        attribute_updates.map(|updates| legacy_update::attribute_updates(updates, LAYER)).transpose()?;
    let expected = legacy::expected(given.expected, given.conditional_operator.as_deref(), LAYER)?;
    let values = match older {
        true => read::values_named(given.expression_attribute_values)?,
        false => read::values(given.expression_attribute_values, Envelope::Counted)?,
    };
    let expressions =
        read::compile_write_expressions(condition, update, names, values.as_ref(), Envelope::Counted)?;
    Ok(Parameters {
        named: given.table_name.filter(|given| *given != framework.table),
        table: framework.table,
        attributes,
        return_values,
        return_old_on_failure: framework.return_old_on_failure,
        condition: expressions.condition.or(expected),
        update: takes_update
            .then(|| expressions.update.or(updated).unwrap_or_else(|| Update::from_actions(Vec::new()))),
        consumed: framework.consumed,
        metrics: framework.metrics,
    })
}

struct Framework {
    table: String,
    consumed: ReturnConsumedCapacity,
    metrics: bool,
    return_old_on_failure: bool,
}

/// What the framework checks: names, enumerations, what must be there.
fn check_framework(given: &Given, older: bool) -> Result<Framework> {
    let return_values = given.return_values.as_deref();
    if !older {
        name::check_length(given.table_name.as_deref())?;
        if given.update.is_some() {
            read::return_values(return_values)?;
        }
    }
    let mut violations = Violations::default();
    let consumed = constraints::consumed(&mut violations, given.return_consumed_capacity.as_deref());
    let table = name::gather(&mut violations, given.table_name.as_deref())?;
    match return_values {
        Some(text) if older => violations.one_of(text, "returnValues", read::RETURN_VALUES),
        _ => {
            violations.note(read::return_values(return_values));
        }
    }
    let metrics = constraints::metrics(&mut violations, given.return_item_collection_metrics.as_deref());
    let on_failure = given.return_values_on_condition_check_failure.as_deref();
    let return_old_on_failure = constraints::on_failure(&mut violations, on_failure);
    if older && let Some(operator) = given.conditional_operator.as_deref() {
        violations.one_of(operator, "conditionalOperator", &["OR", "AND"]);
    }
    legacy::check_expected(&mut violations, given.expected.as_ref());
    if let Some((_, updates)) = &given.update {
        legacy_update::check_actions(&mut violations, updates.as_ref());
    }
    violations.required(&given.attributes, given.member);
    violations.into_result()?;
    Ok(Framework { table, consumed, metrics, return_old_on_failure })
}

impl Parameters {
    /// Checks the condition against the table's keys.
    pub fn check_condition(&self, table: &Table) -> Result<()> {
        read::check_key_paths(table, self.condition.iter().flat_map(Condition::paths))
    }

    /// The write that was asked for.
    pub fn write<'p>(&'p self, key: &'p ItemKey, change: Change<'p>) -> Write<'p> {
        Write {
            table: &self.table,
            key,
            change,
            condition: self.condition.as_ref(),
            return_old_on_failure: self.return_old_on_failure,
            transaction: None,
        }
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.attributes.scalars_mut(visit);
        self.condition.iter_mut().for_each(|condition| condition.scalars_mut(visit));
        self.update.iter_mut().for_each(|update| update.scalars_mut(visit));
    }

    /// Whether every BETWEEN has its bounds in order.
    pub fn is_ordered(&self) -> bool {
        self.condition.as_ref().is_none_or(Condition::is_ordered)
    }

    /// The table's schema, once the record of the request knows how the request names the table.
    pub fn schema<'r>(&self, region: &'r Region, context: &mut Context) -> Result<&'r Table> {
        if let Some(named) = &self.named {
            context.meter.named(&self.table, named);
        }
        Ok(&region.active_table(&self.table)?.saved.table)
    }

    /// The response of a write that went well: `shown` are the attributes that ReturnValues ask for.
    pub fn answer(
        &self,
        region: &Region,
        context: &Context,
        key: &ItemKey,
        shown: Option<&Item>,
    ) -> Result<Vec<u8>> {
        let mut answer = Answer::new();
        if let Some(attributes) = shown.filter(|attributes| !attributes.is_empty()) {
            answer.item("Attributes", attributes);
        }
        answer.optional("ConsumedCapacity", context.meter.one(&self.table, self.consumed, false));
        let metrics = read::item_collection_metrics(region, &self.table, key, self.metrics);
        answer.optional("ItemCollectionMetrics", metrics);
        Ok(answer.finish())
    }

    /// The old item, where a put or delete was asked for it.
    pub fn old<'e>(&self, evaluated: &'e Evaluated) -> Option<&'e Item> {
        evaluated.old.as_ref().filter(|_| self.return_values == ReturnValues::AllOld)
    }
}
