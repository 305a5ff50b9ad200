//! Requests about event source mappings, under Lambda's names.
//!
//! Follows [CreateEventSourceMapping](https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html) and its
//! siblings; `Function` is ours, since a function is data here.

use serde::Deserialize;
use serde_json::Value;

/// Of creating and of updating: what is not given is as it was, or Lambda's default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[allow(missing_docs)]
pub struct EventSourceMappingInput {
    #[serde(rename = "UUID")]
    pub uuid: Option<String>,
    pub event_source_arn: Option<String>,
    pub function_name: Option<String>,
    pub function: Option<Value>,
    pub enabled: Option<bool>,
    pub batch_size: Option<i64>,
    pub maximum_batching_window_in_seconds: Option<i64>,
    pub parallelization_factor: Option<i64>,
    pub maximum_retry_attempts: Option<i64>,
    pub maximum_record_age_in_seconds: Option<i64>,
    pub bisect_batch_on_function_error: Option<bool>,
    pub function_response_types: Option<Vec<String>>,
    pub tumbling_window_in_seconds: Option<i64>,
    pub destination_config: Option<DestinationConfig>,
    pub filter_criteria: Option<FilterCriteria>,
    pub starting_position: Option<String>,
}

/// Where what is discarded is told.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[allow(missing_docs)]
pub struct DestinationConfig {
    pub on_failure: Option<OnFailure>,
}

/// A queue or a topic.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[allow(missing_docs)]
pub struct OnFailure {
    pub destination: Option<String>,
}

/// Which records are sent on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[allow(missing_docs)]
pub struct FilterCriteria {
    pub filters: Option<Vec<Filter>>,
}

/// One pattern, as the JSON text that it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[allow(missing_docs)]
pub struct Filter {
    pub pattern: Option<String>,
}

/// Of everything else: which mapping, and how much of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[allow(missing_docs)]
pub struct OfMappingInput {
    #[serde(rename = "UUID")]
    pub uuid: Option<String>,
    pub event_source_arn: Option<String>,
    pub function_name: Option<String>,
    pub shard_id: Option<String>,
    pub count: Option<u64>,
    pub until: Option<String>,
    pub limit: Option<u64>,
}
