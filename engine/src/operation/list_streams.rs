//! [ListStreams](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html).

use serde_json::{Value, json};

use crate::access::{Context, Region, Saved, lingering};
use crate::api::decode::decode_rare;
use crate::api::item::ListStreamsInput;
use crate::error::Result;
use crate::error::constraint::Violations;
use crate::table::name;

use super::answer::Answer;
use super::stream_of;

/// Lists the streams of all tables, or of one: those that run and those whose records are still there.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListStreamsInput = decode_rare(request)?;
    let mut violations = Violations::default();
    if let Some(name) = &input.table_name {
        name::check(&mut violations, name, "tableName");
    }
    if let Some(arn) = &input.exclusive_start_stream_arn {
        stream_of::check_arn(&mut violations, arn, "exclusiveStartStreamArn");
    }
    let limit = stream_of::limit(&mut violations, input.limit, 100);
    violations.into_result()?;
    let mut streams: Vec<(String, Value)> = Vec::new();
    let mut list = |saved: &Saved| {
        let table = &saved.table;
        if input.table_name.as_ref().is_none_or(|only| *only == table.name) {
            streams.extend(stream_of::labels(saved).into_iter().map(|label| {
                let arn = format!("{}/stream/{label}", table.arn);
                let shown = json!({ "StreamArn": arn, "TableName": table.name, "StreamLabel": label });
                (arn, shown)
            }));
        }
    };
    region.tables.values().for_each(|state| list(&state.saved));
    lingering::deleted(region).for_each(|saved| list(&saved));
    streams.sort_by(|(one, _), (other, _)| one.cmp(other));
    // By order, so that a page goes on behind a stream that has gone meanwhile.
    let after = input.exclusive_start_stream_arn;
    streams.retain(|(arn, _)| after.as_ref().is_none_or(|after| arn > after));
    let page = &streams[..limit.min(streams.len())];
    let mut answer = Answer::new();
    answer.value("Streams", &page.iter().map(|(_, shown)| shown).collect::<Vec<_>>());
    if page.len() < streams.len() {
        answer.optional("LastEvaluatedStreamArn", page.last().map(|(arn, _)| arn));
    }
    Ok(answer.finish())
}
