//! [ListStreams](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html).

use serde_json::{Value, json};

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::item::ListStreamsInput;
use crate::error::Result;
use crate::table::name;

use super::answer::Answer;
use super::stream_of;

/// Lists the streams of all tables, or of one: those that run and those whose records are still there.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListStreamsInput = decode(request)?;
    let only = input.table_name.as_deref().map(|given| name::of_item_operation(Some(given))).transpose()?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let limit = stream_of::limit(input.limit, 100)?;
    let mut streams: Vec<(String, Value)> = Vec::new();
    for state in region.tables.values() {
        let table = &state.saved.table;
        if only.as_ref().is_some_and(|only| *only != table.name) {
            continue;
        }
        for label in stream_of::labels(state) {
            let arn = format!("{}/stream/{label}", table.arn);
            let shown = json!({ "StreamArn": arn, "TableName": table.name, "StreamLabel": label });
            streams.push((arn, shown));
        }
    }
    let after = input.exclusive_start_stream_arn;
    let start =
        after.and_then(|after| streams.iter().position(|(arn, _)| *arn == after)).map_or(0, |at| at + 1);
    let page: Vec<&(String, Value)> = streams.iter().skip(start).take(limit).collect();
    let mut answer = Answer::new();
    answer.value("Streams", &page.iter().map(|(_, shown)| shown).collect::<Vec<_>>());
    if start + page.len() < streams.len() {
        answer.optional("LastEvaluatedStreamArn", page.last().map(|(arn, _)| arn));
    }
    Ok(answer.finish())
}
