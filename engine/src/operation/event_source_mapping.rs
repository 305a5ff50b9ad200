//! `Dynascope.CreateEventSourceMapping`, `…Update…`, `…Delete…`, `…Get…` and `Dynascope.ListEventSourceMappings`: Lambda's event source
//! mappings of DynamoDB streams, with their functions.
//!
//! Follows [CreateEventSourceMapping](https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html) and its siblings.
//!
//! Differs from DynamoDB: they are Lambda's operations, and take effect at once.

use serde_json::{Value, json};

use crate::access::{Context, Region, streams};
use crate::api::decode::decode_rare;
use crate::api::event_source::{EventSourceMappingInput, OfMappingInput};
use crate::consumer::describe;
use crate::consumer::mapping::{Mapping, StartingPosition};
use crate::consumer::progress::{self, MOST_MAPPINGS, Source, Sums};
use crate::error::constraint::{Violations, null};
use crate::error::{Result, consumer as words};
use crate::table;

use super::answer;

const POSITIONS: [&str; 3] = ["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"];

/// Creates a mapping of a stream and a function; it begins to poll, unless `Enabled` is false.
pub fn create(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: EventSourceMappingInput = decode_rare(request)?;
    let mut violations = Violations::default();
    violations.required(&input.function_name, "functionName");
    violations.required(&input.function, "function");
    if let Some(position) = violations.required(&input.starting_position, "startingPosition") {
        violations.one_of(position, "startingPosition", &POSITIONS);
    }
    violations.into_result()?;
    let arn = input.event_source_arn.clone().ok_or_else(words::unrecognized_source)?;
    if !arn.contains(":dynamodb:") || !arn.contains("/stream/") {
        return Err(words::unrecognized_source());
    }
    let starting_position = match input.starting_position.as_deref() {
        Some("LATEST") => StartingPosition::Latest,
        Some("TRIM_HORIZON") => StartingPosition::TrimHorizon,
        _ => return Err(words::starting_position()),
    };
    let mut mapping = Mapping {
        uuid: String::new(),
        stream_arn: arn.clone(),
        function_name: String::new(),
        function: Value::Null,
        enabled: true,
        batch_size: 100,
        batching_window_s: 0,
        lanes: 1,
        retries: None,
        record_age_s: None,
        bisect: false,
        reports_item_failures: false,
        tumbling_window_s: 0,
        destination: None,
        filters: Vec::new(),
        starting_position,
        start: if starting_position == StartingPosition::Latest { region.store.position() } else { 0 },
        created_ms: context.now_ms,
        modified_ms: context.now_ms,
    };
    mapping.change(&input)?;
    if !streams::find(region, &arn).is_ok_and(|stream| stream.is_enabled()) {
        return Err(words::stream_not_found(&arn));
    }
    let others = progress::mappings(region)?;
    if let Some(other) = others.iter().find(|other| describe::is_same(other, &arn, &mapping.function_name)) {
        return Err(words::exists(&arn, &mapping.function_name, &other.uuid));
    }
    if others.len() >= MOST_MAPPINGS {
        return Err(words::too_many_mappings(MOST_MAPPINGS));
    }
    mapping.uuid = table::uuid(&mut region.random);
    let source = Source { mapping, sums: Sums::default(), shards: Default::default() };
    source.save_mapping(region, context.now_ms);
    Ok(answer::of(&describe::configuration(region, &source)))
}

fn uuid(given: Option<String>) -> Result<String> {
    given.ok_or_else(|| null("uuid"))
}

/// Changes settings: what is not given is as it was.
pub fn update(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: EventSourceMappingInput = decode_rare(request)?;
    let mut source = progress::load(region, &uuid(input.uuid.clone())?)?;
    let before = source.mapping.clone();
    source.mapping.change(&input)?;
    source.mapping.modified_ms = context.now_ms;
    source.save_mapping(region, context.now_ms);
    if source.mapping.filters != before.filters {
        source.count_anew(region, context.now_ms)?;
    }
    Ok(answer::of(&describe::configuration(region, &source)))
}

/// Deletes a mapping with its progress, and answers with what it was.
pub fn delete(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: OfMappingInput = decode_rare(request)?;
    let source = progress::load(region, &uuid(input.uuid)?)?;
    let mut shown = describe::configuration(region, &source);
    shown.insert("State".into(), "Deleting".into());
    source.delete(region, context.now_ms);
    Ok(answer::of(&shown))
}

/// A mapping with its progress in each shard and the steps that it can take.
pub fn get(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: OfMappingInput = decode_rare(request)?;
    Ok(answer::of(&describe::of(region, &uuid(input.uuid)?, context.now_ms)?))
}

/// All mappings, or those of a stream or a function.
pub fn list(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: OfMappingInput = decode_rare(request)?;
    let wanted = |mapping: &Mapping| {
        input.event_source_arn.as_ref().is_none_or(|arn| *arn == mapping.stream_arn)
            && input.function_name.as_ref().is_none_or(|name| *name == mapping.function_name)
    };
    let mut all = Vec::new();
    for mapping in progress::mappings(region)?.into_iter().filter(wanted) {
        let source = progress::load(region, &mapping.uuid)?;
        all.push((source.mapping.created_ms, describe::configuration(region, &source)));
    }
    all.sort_by_key(|(created_ms, _)| *created_ms);
    let all: Vec<Value> = all.into_iter().map(|(_, shown)| Value::Object(shown)).collect();
    Ok(answer::of(&json!({ "EventSourceMappings": all })))
}
