//! [Scan](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html).

use std::ops::Bound;

use crate::access::{Context, PageRequest, Range, Region};
use crate::api::decode::decode;
use crate::api::item::ScanInput;
use crate::capacity::{ReadMode, ReturnConsumedCapacity};
use crate::error::constraint::{Constraint, Violations};
use crate::error::expression::{Envelope, ExpressionKind};
use crate::error::legacy::Layer;
use crate::error::{Result, access as words, request as request_words};
use crate::expression::{Condition, Placeholders, Projection, legacy};
use crate::model::{AttributeValue, Item, key};
use crate::table::name;

use super::constraints;
use super::direct::Answered;
use super::parameters;
use super::read_page::{self, Shown, Source};

const LAYER: Layer = Layer::Older;

/// The hashes of one segment of a parallel scan.
fn segment(segment: Option<i32>, total: Option<i32>) -> Result<(key::Hash, key::Hash)> {
    match (segment, total) {
        (None, None) => Ok((0, key::Hash::MAX)),
        (Some(_), None) => Err(request_words::segment_without_total()),
        (None, Some(_)) => Err(request_words::total_without_segment()),
        (Some(segment), Some(total)) if segment >= total => {
            Err(request_words::segment_too_large(segment, total))
        }
        (Some(segment), Some(total)) => {
            let bound = |n: i32| (((n as u128) << 64) / total as u128) as key::Hash;
            Ok((bound(segment), if segment + 1 == total { key::Hash::MAX } else { bound(segment + 1) - 1 }))
        }
    }
}

/// A request that may be carried out, as far as can be told without its table.
#[derive(Clone, Debug)]
pub struct Scan {
    table: String,
    /// What the request names it by, where that is not its plain name.
    named: Option<String>,
    index: Option<String>,
    consumed: ReturnConsumedCapacity,
    select: Option<String>,
    limit: Option<u64>,
    start: Option<Item>,
    filter: Option<Condition>,
    projection: Option<Projection>,
    /// What the projection was given in.
    parameter: &'static str,
    consistent: bool,
    /// The first and the last hash that it reads.
    hashes: (key::Hash, key::Hash),
}

fn read(region: &Region, context: &mut Context, input: ScanInput) -> Result<Scan> {
    let mut violations = Violations::default();
    let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
    let table = name::gather(&mut violations, input.table_name.as_deref())?;
    read_page::check_select(&mut violations, input.select.as_deref());
    read_page::check_index_name(&mut violations, input.index_name.as_deref());
    violations.at_least(input.limit.unwrap_or(1).into(), "limit", 1);
    violations.at_least(input.segment.unwrap_or(0).into(), "segment", 0);
    violations.at_least(input.total_segments.unwrap_or(1).into(), "totalSegments", 1);
    violations.at_most(input.total_segments.unwrap_or(1).into(), "totalSegments", 1_000_000);
    if input.attributes_to_get.as_ref().is_some_and(Vec::is_empty) {
        violations.add(Some(&"[]"), "attributesToGet", Constraint::MinLength(1));
    }
    legacy::check_conditions(&mut violations, "scanFilter", input.scan_filter.as_ref());
    violations.into_result()?;
    parameters::at_home(region, context, input.table_name.as_deref(), &table)?;
    let (first, last) = segment(input.segment, input.total_segments)?;
    let operator = input.conditional_operator.as_deref();
    let (filter, projection) = (input.filter_expression.as_deref(), input.projection_expression.as_deref());
    parameters::refuse_mixed(
        LAYER,
        &[
            ("AttributesToGet", input.attributes_to_get.is_some()),
            ("ScanFilter", input.scan_filter.is_some()),
            ("ConditionalOperator", operator.is_some()),
        ],
        &[("ProjectionExpression", projection.is_some()), ("FilterExpression", filter.is_some())],
    )?;
    let names = input.expression_attribute_names.as_ref();
    let missing = filter.is_none().then_some("FilterExpression is null");
    let any = filter.is_some() || projection.is_some();
    let values = input.expression_attribute_values.as_ref();
    Placeholders::require_expressions(names, values, any, missing, Envelope::Bare)?;
    let start = input.exclusive_start_key.map(parameters::item).transpose();
    let start = start.map_err(|error| words::starting_key_refused(&error.message))?;
    let parameter =
        if input.attributes_to_get.is_some() { "AttributesToGet" } else { "ProjectionExpression" };
    let attributes =
        input.attributes_to_get.map(|names| parameters::attributes_to_get(names, LAYER)).transpose()?;
    let scan_filter = legacy::filter(input.scan_filter, operator, LAYER)?;
    let values = parameters::values_named(input.expression_attribute_values)?;
    let mut placeholders = match any {
        true => Placeholders::new(names, values.as_ref(), Envelope::Bare)?,
        false => Placeholders::none(Envelope::Bare),
    };
    let filter = filter
        .map(|text| Condition::compile(ExpressionKind::FilterExpression, text, &mut placeholders))
        .transpose()?;
    let projection = projection.map(|text| Projection::compile(text, &mut placeholders)).transpose()?;
    placeholders.finish()?;
    let (filter, projection) = (filter.or(scan_filter), projection.or(attributes));
    Ok(Scan {
        named: input.table_name.filter(|given| *given != table),
        table,
        index: input.index_name,
        consumed,
        select: input.select,
        limit: input.limit.map(|limit| limit.unsigned_abs().into()),
        start,
        filter,
        projection,
        parameter,
        consistent: input.consistent_read.unwrap_or(false),
        hashes: (first, last),
    })
}

impl Scan {
    /// Reads and checks a request.
    pub fn read(region: &Region, context: &mut Context, request: &[u8]) -> Result<Scan> {
        read(region, context, decode(request)?)
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.start.iter_mut().for_each(|start| start.scalars_mut(visit));
        self.filter.iter_mut().for_each(|filter| filter.scalars_mut(visit));
    }

    /// Whether every BETWEEN has its bounds in order.
    pub fn is_ordered(&self) -> bool {
        self.filter.as_ref().is_none_or(Condition::is_ordered)
    }

    /// Reads a whole table or index, or one segment of it, page by page in the order of the hashes.
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
        let (filter, projection) = (asked.filter.as_ref(), asked.projection.as_ref());
        let state = region.active_table(&asked.table)?;
        let source = Source::new(state, asked.index.as_deref(), asked.consistent)?;
        source.check_paths(filter, projection)?;
        let (select, fetch_items) =
            source.select(asked.select.as_deref(), projection, asked.parameter, Envelope::Bare)?;
        let (first, last) = asked.hashes;
        let mut range: Range = (
            Bound::Included(first.to_be_bytes().to_vec()),
            last.checked_add(1).map_or(Bound::Unbounded, |next| Bound::Excluded(next.to_be_bytes().to_vec())),
        );
        if let Some(start) = &asked.start {
            let cursor = source.cursor(start)?;
            if !(first..=last).contains(&key::hash_of(&cursor)) {
                return Err(words::starting_key_other_segment());
            }
            range.0 = Bound::Excluded(cursor);
        }
        let page_request = PageRequest {
            table: &asked.table,
            index: source.id(),
            range,
            hash: None,
            forward: true,
            limit: asked.limit,
            filter,
            mode: ReadMode::consistent(asked.consistent),
            fetch_items,
            returned: read_page::returned(select, projection),
            text: "",
        };
        let shown = Shown { index: asked.index.as_deref(), select, projection, consumed: asked.consumed };
        read_page::read(region, context, &page_request, &shown, answered)
    }
}

/// Reads a whole table or index, or one segment of it, page by page in the order of the hashes.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    Scan::read(region, context, request)?.carry_out(region, context, Answered::Yes)
}
