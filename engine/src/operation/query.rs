//! [Query](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html).

use std::collections::BTreeMap;

use crate::access::{Context, PageRequest, Range, Region, behind, collection_range, holds};
use crate::api::decode::decode;
use crate::api::item::QueryInput;
use crate::capacity::{ReadMode, ReturnConsumedCapacity};
use crate::error::constraint::{self, Constraint, Violations};
use crate::error::expression::{Envelope, ExpressionKind};
use crate::error::legacy::Layer;
use crate::error::{Result, access as words, request as request_words};
use crate::expression::{Condition, KeyCondition, KeyPart, KeyRange, Placeholders, Projection, legacy};
use crate::model::key;
use crate::model::{AttributeValue, Item};
use crate::table::{KeyAttribute, KeySchema, name};

use super::constraints;
use super::direct::Answered;
use super::parameters;
use super::read_page::{self, Shown, Source};

const LAYER: Layer = Layer::Current(Envelope::Bare);

fn part(attribute: &KeyAttribute) -> KeyPart<'_> {
    KeyPart { name: &attribute.name, attribute_type: attribute.attribute_type.attribute_type() }
}

/// The range that is left behind a start key, which must be in the range.
fn resume(
    keys: &KeySchema,
    wanted: &KeyRange,
    start: &Item,
    cursor: Vec<u8>,
    forward: bool,
) -> Result<Range> {
    let hash: Vec<AttributeValue> =
        keys.hash.iter().filter_map(|attribute| start.get(&attribute.name).cloned()).collect();
    let is_ranged = !wanted.equal.is_empty() || wanted.range.is_some();
    // In the start key's own item collection, whichever that is.
    let own = collection_range(&KeyRange { hash, ..wanted.clone() });
    if is_ranged && !holds(&own, &cursor) {
        return Err(words::starting_key_does_not_match_range());
    }
    let range = collection_range(wanted);
    if !holds(&range, &cursor) {
        return Err(match is_ranged {
            true => words::query_cannot_be_restarted(),
            false => words::starting_key_outside(),
        });
    }
    Ok(behind(range, cursor, forward))
}

fn describe(keys: &KeySchema, wanted: &KeyRange) -> String {
    let shown = wanted.hash.iter().zip(&keys.hash);
    let item = shown.map(|(value, attribute)| (attribute.name.clone(), value.clone())).collect();
    crate::access::key_text(keys, &item)
}

/// A request that may be carried out, as far as can be told without its table.
#[derive(Clone, Debug)]
pub struct Query {
    table: String,
    /// What the request names it by, where that is not its plain name.
    named: Option<String>,
    index: Option<String>,
    consumed: ReturnConsumedCapacity,
    select: Option<String>,
    limit: Option<u64>,
    start: Option<Item>,
    filter: Option<Condition>,
    query_filter: Option<Condition>,
    projection: Option<Projection>,
    /// What the projection was given in.
    parameter: &'static str,
    condition: KeyCondition,
    consistent: bool,
    forward: bool,
}

/// Reads and checks a request.
fn read(region: &Region, context: &mut Context, input: QueryInput) -> Result<Query> {
    name::check_length(input.table_name.as_deref())?;
    let operator = input.conditional_operator.as_deref();
    let filters = input.query_filter.as_ref().map_or(0, BTreeMap::len);
    if filters > 1 {
        legacy::check_conditional_operator(operator, filters, LAYER)?;
    }
    if input.limit.is_some_and(|limit| limit < 1) {
        return Err(constraint::violation("Limit", Constraint::MinValue(1)));
    }
    parameters::check_attributes_to_get(input.attributes_to_get.as_ref(), "AttributesToGet")?;
    let mut violations = Violations::default();
    let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
    let table = name::gather(&mut violations, input.table_name.as_deref())?;
    read_page::check_select(&mut violations, input.select.as_deref());
    read_page::check_index_name(&mut violations, input.index_name.as_deref());
    legacy::check_conditions(&mut violations, "queryFilter", input.query_filter.as_ref());
    legacy::check_conditions(&mut violations, "keyConditions", input.key_conditions.as_ref());
    violations.into_result()?;
    parameters::at_home(region, context, input.table_name.as_deref(), &table)?;
    let key_text = input.key_condition_expression.as_deref();
    let texts = [input.projection_expression.as_deref(), input.filter_expression.as_deref(), key_text];
    let any = texts.iter().any(Option::is_some);
    parameters::refuse_mixed(
        LAYER,
        &[
            ("AttributesToGet", input.attributes_to_get.is_some()),
            ("QueryFilter", input.query_filter.is_some()),
            ("ConditionalOperator", operator.is_some()),
            // Beside a filter or projection expression they may stand, where there is no key condition expression.
            ("KeyConditions", input.key_conditions.is_some() && key_text.is_some()),
        ],
        &[
            ("ProjectionExpression", texts[0].is_some()),
            ("FilterExpression", texts[1].is_some()),
            ("KeyConditionExpression", key_text.is_some()),
        ],
    )?;
    legacy::check_conditional_operator(operator, filters, LAYER)?;
    let takes_values = texts[1..].iter().any(Option::is_some);
    let missing = (!takes_values).then_some("FilterExpression and KeyConditionExpression are null");
    let (names, values) = (input.expression_attribute_names.as_ref(), &input.expression_attribute_values);
    Placeholders::require_expressions(names, values.as_ref(), any, missing, Envelope::Bare)?;
    let start = input.exclusive_start_key;
    let start = start.map(|key| parameters::item_in(key, Envelope::Bare)).transpose()?;
    let parameter =
        if input.attributes_to_get.is_some() { "AttributesToGet" } else { "ProjectionExpression" };
    let attributes =
        input.attributes_to_get.map(|names| parameters::attributes_to_get(names, LAYER)).transpose()?;
    let query_filter = legacy::filter(input.query_filter, operator, LAYER)?;
    let key_conditions = input.key_conditions.map(|keys| legacy::key_conditions(keys, LAYER)).transpose()?;
    let values = parameters::values(input.expression_attribute_values, Envelope::Bare)?;
    if key_text.is_none() && key_conditions.is_none() {
        return Err(request_words::key_condition_missing());
    }
    let mut placeholders = match any {
        true => Placeholders::new(names, values.as_ref(), Envelope::Bare)?,
        false => Placeholders::none(Envelope::Bare),
    };
    let filter = texts[1]
        .map(|text| Condition::compile(ExpressionKind::FilterExpression, text, &mut placeholders))
        .transpose()?;
    let projection = texts[0].map(|text| Projection::compile(text, &mut placeholders)).transpose()?;
    let condition = key_text.map(|text| KeyCondition::compile(text, &mut placeholders)).transpose()?;
    placeholders.finish()?;
    let projection = projection.or(attributes);
    let condition = condition.or(key_conditions).ok_or_else(request_words::key_condition_missing)?;
    Ok(Query {
        named: input.table_name.filter(|given| *given != table),
        table,
        index: input.index_name,
        consumed,
        select: input.select,
        limit: input.limit.map(|limit| limit.unsigned_abs().into()),
        start,
        filter,
        query_filter,
        projection,
        parameter,
        condition,
        consistent: input.consistent_read.unwrap_or(false),
        forward: input.scan_index_forward.unwrap_or(true),
    })
}

impl Query {
    /// Reads and checks a request.
    pub fn read(region: &Region, context: &mut Context, request: &[u8]) -> Result<Query> {
        read(region, context, decode(request)?)
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.condition.scalars_mut(visit);
        self.start.iter_mut().for_each(|start| start.scalars_mut(visit));
        let filters = self.filter.iter_mut().chain(&mut self.query_filter);
        filters.for_each(|filter| filter.scalars_mut(visit));
    }

    /// Whether every BETWEEN has its bounds in order.
    pub fn is_ordered(&self) -> bool {
        self.condition.is_ordered() && self.filter.iter().chain(&self.query_filter).all(Condition::is_ordered)
    }

    /// Reads the items of one partition key, in the order of their sort keys.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let asked = &*self;
        if let Some(named) = &asked.named {
            context.meter.named(&asked.table, named);
        }
        let state = region.active_table(&asked.table)?;
        read_page::refuse_vector_index(state, asked.index.as_deref(), "Query")?;
        let source = Source::new(state, asked.index.as_deref(), asked.consistent)?;
        let keys = source.keys();
        let hash: Vec<KeyPart> = keys.hash.iter().map(part).collect();
        let sort: Vec<KeyPart> = keys.range.iter().map(part).collect();
        let wanted = asked.condition.bind(&hash, &sort, asked.index.as_deref())?;
        if let Some(filter) = &asked.filter {
            filter.check_filter(keys.attributes().map(|a| a.name.as_str()))?;
        }
        if let Some(filter) = &asked.query_filter {
            legacy::check_query_filter(filter, keys.attributes().map(|a| a.name.as_str()))?;
        }
        let projection = asked.projection.as_ref();
        let filter = asked.filter.as_ref().or(asked.query_filter.as_ref());
        source.check_paths(filter, projection)?;
        if let Some(filter) = filter {
            source.check_filter(filter)?;
        }
        let (select, fetch_items) =
            source.select(asked.select.as_deref(), projection, asked.parameter, Envelope::Counted)?;
        let range = match &asked.start {
            None => collection_range(&wanted),
            Some(start) => {
                source.check_start(start)?;
                resume(keys, &wanted, start, source.cursor(start)?, asked.forward)?
            }
        };
        let text = if context.is_watched() { describe(keys, &wanted) } else { String::new() };
        let page_request = PageRequest {
            table: &asked.table,
            index: source.id(),
            range,
            hash: Some(key::hash(&key::partition_bytes(wanted.hash.iter()))),
            forward: asked.forward,
            limit: asked.limit,
            filter,
            mode: ReadMode::consistent(asked.consistent),
            fetch_items,
            returned: read_page::returned(select, projection),
            text: &text,
        };
        let shown = Shown { index: asked.index.as_deref(), select, projection, consumed: asked.consumed };
        read_page::read(region, context, &page_request, &shown, answered)
    }
}

/// Reads the items of one partition key, in the order of their sort keys.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    Query::read(region, context, request)?.carry_out(region, context, Answered::Yes)
}
