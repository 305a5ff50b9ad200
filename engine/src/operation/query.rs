//! [Query](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html).

use std::ops::Bound;

use crate::access::{Context, PageRequest, Range, Region, page};
use crate::api::decode::decode;
use crate::api::item::QueryInput;
use crate::error::expression::{Envelope, ExpressionKind};
use crate::error::{Result, access as words, request as request_words};
use crate::expression::{
    Condition, KeyCondition, KeyPart, KeyRange, Placeholders, Projection, RangeCondition,
};
use crate::model::key;
use crate::model::{AttributeType, AttributeValue};
use crate::table::{KeyAttribute, KeySchema, KeyType};

use super::parameters as read;
use super::read_page::{self, Source};

fn part(attribute: &KeyAttribute) -> KeyPart<'_> {
    let attribute_type = match attribute.attribute_type {
        KeyType::S => AttributeType::S,
        KeyType::N => AttributeType::N,
        KeyType::B => AttributeType::B,
    };
    KeyPart { name: &attribute.name, attribute_type }
}

/// The range of keys in an item collection that a key condition asks for.
fn range(keys: &KeyRange) -> Range {
    let mut prefix = key::collection_prefix(&key::partition_bytes(keys.hash.iter()));
    keys.equal.iter().for_each(|value| key::write_part(value, &mut prefix));
    let whole = |value: &AttributeValue| {
        let mut bytes = prefix.clone();
        key::write_part(value, &mut bytes);
        bytes
    };
    // Every key that goes on from `bytes` is below this.
    let after = |bytes: &[u8]| key::prefix_end(bytes).map_or(Bound::Unbounded, Bound::Excluded);
    let start = Bound::Included(prefix.clone());
    match &keys.range {
        None => (start, after(&prefix)),
        Some(RangeCondition::Less(value)) => (start, Bound::Excluded(whole(value))),
        Some(RangeCondition::LessOrEqual(value)) => (start, after(&whole(value))),
        Some(RangeCondition::Greater(value)) => {
            (key::prefix_end(&whole(value)).map_or(Bound::Unbounded, Bound::Included), after(&prefix))
        }
        Some(RangeCondition::GreaterOrEqual(value)) => (Bound::Included(whole(value)), after(&prefix)),
        Some(RangeCondition::Between(low, high)) => (Bound::Included(whole(low)), after(&whole(high))),
        Some(RangeCondition::BeginsWith(value)) => {
            let mut bytes = prefix.clone();
            key::write_part_prefix(&key::scalar_bytes(value), &mut bytes);
            let end = after(&bytes);
            (Bound::Included(bytes), end)
        }
    }
}

fn below(bound: &Bound<Vec<u8>>, key: &[u8]) -> bool {
    match bound {
        Bound::Included(bound) => key < bound.as_slice(),
        Bound::Excluded(bound) => key <= bound.as_slice(),
        Bound::Unbounded => false,
    }
}

fn above(bound: &Bound<Vec<u8>>, key: &[u8]) -> bool {
    match bound {
        Bound::Included(bound) => key > bound.as_slice(),
        Bound::Excluded(bound) => key >= bound.as_slice(),
        Bound::Unbounded => false,
    }
}

/// The range that is left behind a start key, which must be in the range.
fn resume(range: Range, cursor: Vec<u8>, forward: bool) -> Result<Range> {
    if below(&range.0, &cursor) || above(&range.1, &cursor) {
        return Err(words::starting_key_outside());
    }
    Ok(if forward { (Bound::Excluded(cursor), range.1) } else { (range.0, Bound::Excluded(cursor)) })
}

fn describe(keys: &KeySchema, wanted: &KeyRange) -> String {
    let shown = wanted.hash.iter().zip(&keys.hash);
    let item = shown.map(|(value, attribute)| (attribute.name.clone(), value.clone())).collect();
    crate::access::key_text(keys, &item)
}

/// Reads the items of one partition key, in the order of their sort keys.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: QueryInput = decode(request)?;
    let table = read::table_name(region, context, input.table_name.as_deref())?;
    let consumed = read::return_consumed_capacity(input.return_consumed_capacity.as_deref())?;
    read_page::check_select(input.select.as_deref())?;
    let limit = read_page::limit(input.limit)?;
    let start = read_page::start(input.exclusive_start_key)?;
    let values = read::values(input.expression_attribute_values, Envelope::Bare)?;
    let names = input.expression_attribute_names.as_ref();
    let key_text = input.key_condition_expression.as_deref();
    let texts = [key_text, input.filter_expression.as_deref(), input.projection_expression.as_deref()];
    let takes_values = texts[..2].iter().any(Option::is_some);
    let missing = (!takes_values).then_some("FilterExpression and KeyConditionExpression are null");
    let any = texts.iter().any(Option::is_some);
    Placeholders::require_expressions(names, values.as_ref(), any, missing, Envelope::Bare)?;
    let key_text = key_text.ok_or_else(request_words::key_condition_missing)?;
    let mut placeholders = Placeholders::new(names, values.as_ref(), Envelope::Bare)?;
    let filter = texts[1]
        .map(|text| Condition::compile(ExpressionKind::FilterExpression, text, &mut placeholders))
        .transpose()?;
    let projection = texts[2].map(|text| Projection::compile(text, &mut placeholders)).transpose()?;
    let condition = KeyCondition::compile(key_text, &mut placeholders)?;
    placeholders.finish()?;

    let mode = read_page::mode(input.consistent_read);
    let forward = input.scan_index_forward.unwrap_or(true);
    let source = Source::new(
        region.active_table(&table)?,
        input.index_name.as_deref(),
        input.consistent_read.unwrap_or(false),
    )?;
    let keys = source.keys();
    let hash: Vec<KeyPart> = keys.hash.iter().map(part).collect();
    let sort: Vec<KeyPart> = keys.range.iter().map(part).collect();
    let wanted = condition.bind(&hash, &sort, input.index_name.as_deref())?;
    if let Some(filter) = &filter {
        filter.check_filter(keys.attributes().map(|a| a.name.as_str()))?;
    }
    let (select, fetch_items) = source.select(input.select.as_deref(), projection.as_ref())?;
    let mut range = range(&wanted);
    if let Some(start) = start {
        range = resume(range, source.cursor(&start)?, forward)?;
    }
    let text = describe(keys, &wanted);
    let hash = key::hash(&key::partition_bytes(wanted.hash.iter()));
    let page_request = PageRequest {
        table: &table,
        index: source.id(),
        range,
        hash: Some(hash),
        forward,
        limit,
        filter: filter.as_ref(),
        mode,
        fetch_items,
        text: &text,
    };
    let page = page(region, context, &page_request)?;
    let source = Source::new(region.active_table(&table)?, input.index_name.as_deref(), false)?;
    read_page::answer(&source, &page, select, projection.as_ref(), (context, consumed))
}
