//! An event source mapping: its settings, their defaults and their checks.
//!
//! Follows [Lambda parameters for DynamoDB event source mappings](https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::event_source::{DestinationConfig, EventSourceMappingInput, FilterCriteria};
use crate::error::constraint::{Constraint, Violations};
use crate::error::{Result, consumer as words};

use super::function::Function;
use super::pattern::Pattern;

/// So many patterns a mapping has at most.
const MOST_FILTERS: usize = 5;
/// The characters of a function's name.
const NAME_LENGTH: u64 = 140;

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StartingPosition {
    /// With the oldest record that is kept.
    #[serde(rename = "TRIM_HORIZON")]
    TrimHorizon,
    /// With what is written from now on.
    #[serde(rename = "LATEST")]
    Latest,
}

/// An event source mapping as it is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    /// `UUID`.
    pub uuid: String,
    /// The stream's ARN.
    pub stream_arn: String,
    /// The function's name.
    pub function_name: String,
    /// The function.
    pub function: Value,
    /// Whether it polls by itself; otherwise it stands still, and can be taken step by step.
    pub enabled: bool,
    /// Records of a batch, at most.
    pub batch_size: u64,
    /// How long a batch is gathered, in seconds.
    pub batching_window_s: u64,
    /// Batches of a shard under way at a time.
    pub lanes: usize,
    /// Retries of a batch; none for as long as its records are there.
    pub retries: Option<u64>,
    /// How old a record may be that is handed to the function, in seconds; none for as long as it is there.
    pub record_age_s: Option<u64>,
    /// Whether a batch that fails is cut in two.
    pub bisect: bool,
    /// Whether the function tells which record failed.
    pub reports_item_failures: bool,
    /// How long the windows are, in seconds; 0 where there are none.
    pub tumbling_window_s: u64,
    /// The on-failure destination's ARN.
    pub destination: Option<String>,
    /// The filters' patterns; all records where there are none.
    pub filters: Vec<String>,
    /// Where reading began.
    pub starting_position: StartingPosition,
    /// Records above this log position are read.
    pub start: u64,
    /// When it was created: polls come four times a second from then on.
    pub created_ms: u64,
    /// When its settings last changed.
    pub modified_ms: u64,
}

impl Mapping {
    /// Takes over what a request gives. `created` tells a new mapping's from a later change.
    pub fn change(&mut self, input: &EventSourceMappingInput) -> Result<()> {
        check_ranges(input)?;
        let number = |given: Option<i64>, old: u64| given.map_or(old, |given| given.unsigned_abs());
        let unlimited =
            |given: Option<i64>, old: Option<u64>| given.map_or(old, |given| u64::try_from(given).ok());
        self.batch_size = number(input.batch_size, self.batch_size);
        self.batching_window_s = number(input.maximum_batching_window_in_seconds, self.batching_window_s);
        self.lanes = number(input.parallelization_factor, self.lanes as u64) as usize;
        self.tumbling_window_s = number(input.tumbling_window_in_seconds, self.tumbling_window_s);
        self.retries = unlimited(input.maximum_retry_attempts, self.retries);
        self.record_age_s = unlimited(input.maximum_record_age_in_seconds, self.record_age_s);
        self.enabled = input.enabled.unwrap_or(self.enabled);
        self.bisect = input.bisect_batch_on_function_error.unwrap_or(self.bisect);
        if let Some(types) = &input.function_response_types {
            self.reports_item_failures = !types.is_empty();
        }
        if let Some(name) = &input.function_name {
            self.function_name = name.clone();
        }
        if let Some(function) = &input.function {
            Function::read(function)?;
            self.function = function.clone();
        }
        if let Some(config) = &input.destination_config {
            self.destination = destination(config)?;
        }
        if let Some(criteria) = &input.filter_criteria {
            self.filters = filters(criteria)?;
        }
        if self.tumbling_window_s > 0 && self.lanes > 1 {
            return Err(words::window_and_lanes());
        }
        Ok(())
    }

    /// The function, compiled.
    pub fn compiled(&self) -> Result<Function> {
        Function::read(&self.function)
    }

    /// The filters, compiled.
    pub fn patterns(&self) -> Result<Vec<Pattern>> {
        self.filters.iter().map(|text| Pattern::compile(text)).collect()
    }

    /// The first moment at or after that at which a shard is polled.
    pub fn poll_at(&self, at_ms: u64) -> u64 {
        let since = at_ms.saturating_sub(self.created_ms);
        self.created_ms + since.div_ceil(POLL_MS) * POLL_MS
    }

    /// The window that a moment is in: its start and end, in milliseconds.
    pub fn window_of(&self, at_ms: u64) -> (u64, u64) {
        let size_ms = self.tumbling_window_s.max(1) * 1_000;
        let start_ms = at_ms / size_ms * size_ms;
        (start_ms, start_ms + size_ms)
    }
}

/// A shard is polled four times a second.
pub const POLL_MS: u64 = 250;

fn check_ranges(input: &EventSourceMappingInput) -> Result<()> {
    let mut violations = Violations::default();
    let mut range = |given: Option<i64>, member: &str, least: i64, most: i64| {
        if let Some(given) = given {
            violations.at_least(given, member, least);
            violations.at_most(given, member, most);
        }
    };
    range(input.batch_size, "batchSize", 1, 10_000);
    range(input.maximum_batching_window_in_seconds, "maximumBatchingWindowInSeconds", 0, 300);
    range(input.parallelization_factor, "parallelizationFactor", 1, 10);
    range(input.maximum_retry_attempts, "maximumRetryAttempts", -1, 10_000);
    range(input.maximum_record_age_in_seconds, "maximumRecordAgeInSeconds", -1, 604_800);
    range(input.tumbling_window_in_seconds, "tumblingWindowInSeconds", 0, 900);
    if let Some(name) = &input.function_name {
        violations.length(name, "functionName", 1, NAME_LENGTH);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !name.chars().all(plain) {
            violations.add(Some(name), "functionName", Constraint::Pattern("[a-zA-Z0-9-_]+"));
        }
    }
    for kind in input.function_response_types.iter().flatten() {
        violations.one_of(kind, "functionResponseTypes", &["ReportBatchItemFailures"]);
    }
    violations.into_result()?;
    match input.maximum_record_age_in_seconds {
        Some(seconds @ 0..60) => Err(words::record_age(seconds)),
        _ => Ok(()),
    }
}

fn destination(config: &DestinationConfig) -> Result<Option<String>> {
    let arn = config.on_failure.as_ref().and_then(|to| to.destination.clone()).filter(|arn| !arn.is_empty());
    let Some(arn) = arn else { return Ok(None) };
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "sqs" | "sns" | "s3", _, _, name] if !name.is_empty() => Ok(Some(arn)),
        _ => Err(words::destination(&arn)),
    }
}

fn filters(criteria: &FilterCriteria) -> Result<Vec<String>> {
    let texts: Vec<String> =
        criteria.filters.iter().flatten().filter_map(|filter| filter.pattern.clone()).collect();
    if texts.len() > MOST_FILTERS {
        return Err(words::too_many_filters(MOST_FILTERS));
    }
    texts.iter().try_for_each(|text| Pattern::compile(text).map(drop))?;
    Ok(texts)
}
