//! An event source mapping as the engine describes it. Owns the shapes; draws nothing.

use engine::consumer::progress::Sums;
use serde::Deserialize;
use serde_json::Value;

/// A mapping: Lambda's configuration, and how far it is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Source {
    /// Its UUID.
    #[serde(rename = "UUID")]
    pub uuid: String,
    /// The stream's ARN.
    pub event_source_arn: String,
    /// The function's ARN.
    pub function_arn: String,
    /// `Enabled` or `Disabled`.
    pub state: String,
    /// What came of the last batch.
    pub last_processing_result: String,
    /// The function, as it was given.
    pub function: Value,
    /// What it has done.
    pub sums: Sums,
    /// Each shard of the stream.
    pub shards: Vec<Shard>,
    /// What it can do next.
    pub steps: Vec<Step>,
    /// Everything else, as it stands in the answer.
    #[serde(flatten)]
    pub rest: serde_json::Map<String, Value>,
}

impl Source {
    /// The stream's table.
    pub fn table(&self) -> &str {
        let behind = self.event_source_arn.split_once("table/").map_or("", |(_, rest)| rest);
        behind.split('/').next().unwrap_or_default()
    }

    /// The function's name.
    pub fn function_name(&self) -> &str {
        self.function_arn.rsplit(':').next().unwrap_or_default()
    }

    /// Whether it polls by itself.
    pub fn is_enabled(&self) -> bool {
        self.state == "Enabled"
    }

    /// The tables that the function's rules write, each once.
    pub fn outcomes(&self) -> Vec<String> {
        let rules = self.function["Rules"].as_array().into_iter().flatten();
        let mut tables: Vec<String> = rules
            .flat_map(|rule| rule["Then"].as_object().into_iter().flat_map(|then| then.values()))
            .filter_map(|request| request["TableName"].as_str().map(str::to_owned))
            .collect();
        tables.sort_unstable();
        tables.dedup();
        tables
    }

    /// The lane that is blocked by records which failed, with its shard.
    pub fn blocked(&self) -> Option<(&Shard, &Lane)> {
        let lanes = self.shards.iter().flat_map(|shard| shard.lanes.iter().map(move |lane| (shard, lane)));
        lanes.into_iter().find(|(_, lane)| lane.parts.first().is_some_and(|part| part.attempts > 0))
    }
}

/// A shard, as the mapping sees it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Shard {
    /// Its id.
    pub shard_id: String,
    /// The shard that is read before it.
    pub parent_shard_id: Option<String>,
    /// `READING`, `WAITING_FOR_PARENT` or `FINISHED`.
    pub status: String,
    /// Records that are not read yet.
    pub unread_count: u64,
    /// How old the oldest record is that is not settled, in milliseconds.
    pub iterator_age_milliseconds: u64,
    /// Its lanes.
    pub lanes: Vec<Lane>,
}

/// A lane of a shard.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Lane {
    /// Its number, from 0.
    pub lane: usize,
    /// `IDLE`, `GATHERING`, `IN_FLIGHT`, `BLOCKED` or `RETRYING`.
    pub status: String,
    /// The batch that is worked on.
    pub batch: u64,
    /// Records that wait behind it.
    pub pending_count: u64,
    /// What is left of the batch, the next first.
    pub parts: Vec<Part>,
    /// When the function returns.
    pub returns_milliseconds: Option<u64>,
    /// The tumbling window that is open.
    pub window: Option<Window>,
}

/// A part of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Part {
    /// Its place in the batch: `` for the whole, `0` and `1` for the halves.
    pub part: String,
    /// Records in it.
    pub record_count: u64,
    /// Failed attempts that count.
    pub attempts: u64,
    /// When it is tried.
    pub due_milliseconds: u64,
}

/// A tumbling window.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Window {
    /// When it begins.
    pub start_milliseconds: u64,
    /// When it ends.
    pub end_milliseconds: u64,
    /// Its state.
    pub state: Value,
}

/// A step that can be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Step {
    /// `POLL`, `INVOKE` or `RETURN`.
    pub step: String,
    /// Where.
    pub shard_id: String,
    /// In which lane.
    pub lane: usize,
    /// When it is due.
    pub due_milliseconds: u64,
}

/// The end of a shard's id, which is what differs.
pub fn short(shard: &str) -> &str {
    shard.rsplit('-').next().unwrap_or(shard)
}

/// How an invocation's result is drawn.
pub fn tone(result: Option<&str>) -> &'static str {
    match result {
        Some("OK") => "good",
        Some("PARTIAL") => "warning",
        Some("LOST") => "transaction",
        Some(_) => "bad",
        None => "accent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_source_tells_its_table_its_function_and_what_it_writes() {
        let source: Source = serde_json::from_value(json!({
            "UUID": "u", "EventSourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026",
            "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:add-up", "BatchSize": 5,
            "Function": {"Rules": [{"Then": {"PutItem": {"TableName": "B"}}}, {"Then": {"DeleteItem": {"TableName": "A"}}},
                {"Then": {"UpdateState": {}}}, {"Then": {"PutItem": {"TableName": "B"}}}]},
            "Shards": [{"ShardId": "shardId-1-ab", "Lanes": [{"Parts": [{"Attempts": 2}]}]}]
        }))
        .unwrap();
        assert_eq!((source.table(), source.function_name()), ("Orders", "add-up"));
        assert_eq!(source.outcomes(), ["A", "B"]);
        assert_eq!(source.rest["BatchSize"], 5);
        assert_eq!(source.blocked().map(|(shard, _)| short(&shard.shard_id)), Some("ab"));
    }
}
