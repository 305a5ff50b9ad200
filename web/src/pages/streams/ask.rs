//! What the learner asks of the streams' API: a new iterator, and the records that it gives. These calls are the learner's own and
//! stand on the timeline.

use serde_json::{Value, json};
use yew::prelude::*;

use super::iterator::Marker;
use super::log::{Log, LogAction};
use super::record;
use crate::hooks::{Api, use_client};
use crate::protocol::ClientError;
use crate::state::explanation::plural;

/// What the learner asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// GetShardIterator.
    Stand {
        /// The shard.
        shard: String,
        /// One of the four types.
        kind: String,
        /// The sequence number, where the type wants one.
        number: Option<String>,
        /// The iterator whose place it takes.
        instead_of: Option<u32>,
    },
    /// GetRecords with that iterator, and the limit.
    Get(u32, u32),
    /// That iterator reads next.
    Choose(u32),
    /// Forget it.
    Drop(u32),
}

/// Who carries it out; `shows` hears the sequence number of the last record that was given.
#[hook]
pub fn use_ask(log: &UseReducerHandle<Log>, shows: Callback<String>) -> Callback<Ask> {
    let (api, log) = (use_client(), log.clone());
    Callback::from(move |ask: Ask| {
        let (api, log, shows) = (api.clone(), log.clone(), shows.clone());
        wasm_bindgen_futures::spawn_local(async move {
            match ask {
                Ask::Stand { shard, kind, number, instead_of } => {
                    if let Err(error) = stand(&api, &log, shard, kind, number, instead_of).await {
                        log.dispatch(LogAction::Failed(instead_of, error));
                    }
                }
                Ask::Get(number, limit) => match log.marker(number).cloned() {
                    Some(marker) => match get(&api, &log, marker, limit).await {
                        Ok(last) => last.into_iter().for_each(|last| shows.emit(last)),
                        Err(error) => log.dispatch(LogAction::Failed(Some(number), error)),
                    },
                    None => log.dispatch(LogAction::Drop(number)),
                },
                Ask::Choose(number) => log.dispatch(LogAction::Choose(number)),
                Ask::Drop(number) => log.dispatch(LogAction::Drop(number)),
            }
        });
    })
}

/// The answer, and the workspace's clock then.
async fn call(api: &Api, operation: &str, request: Value) -> Result<(Value, u64), ClientError> {
    let reply = api.call(operation, request.to_string()).await;
    match serde_json::from_str(&reply.result?) {
        Ok(answer) => Ok((answer, reply.now_ms)),
        Err(error) => Err(ClientError::Protocol { message: format!("The answer is not JSON: {error}.") }),
    }
}

async fn stand(
    api: &Api,
    log: &UseReducerHandle<Log>,
    shard: String,
    kind: String,
    number: Option<String>,
    instead_of: Option<u32>,
) -> Result<(), ClientError> {
    let mut request = json!({ "StreamArn": log.arn, "ShardId": shard, "ShardIteratorType": kind });
    if let Some(number) = &number {
        request["SequenceNumber"] = number.as_str().into();
    }
    let (answer, issued_ms) = call(api, "GetShardIterator", request).await?;
    let records = log.of(&shard);
    let known = |at: usize| records.records.get(at).map(|record| record.sequence_number.clone());
    let after = match kind.as_str() {
        "TRIM_HORIZON" => records.trimmed.checked_sub(1).and_then(known),
        "LATEST" => records.records.len().checked_sub(1).and_then(known),
        "AFTER_SEQUENCE_NUMBER" => number,
        _ => {
            let at =
                records.records.partition_point(|record| Some(&record.sequence_number) < number.as_ref());
            at.checked_sub(1).and_then(known)
        }
    };
    let told = match kind.as_str() {
        "TRIM_HORIZON" => "The iterator stands before the oldest record that is not trimmed.",
        "LATEST" => "The iterator stands behind the newest record: it gives only what comes from now on.",
        "AFTER_SEQUENCE_NUMBER" => "The iterator stands behind that record: the one after it comes next.",
        _ => "The iterator stands before that record: it comes next.",
    };
    let again = match instead_of {
        Some(_) => "An iterator cannot be put elsewhere: this is a new one, good for 15 minutes from now. ",
        None => "",
    };
    let token = answer["ShardIterator"].as_str().map(str::to_owned);
    let marker = Marker { number: 0, shard, kind, token, after, issued_ms, read: 0 };
    log.dispatch(LogAction::Stands(marker, instead_of, format!("{again}{told}")));
    Ok(())
}

/// Reads on; gives the last record's sequence number.
async fn get(
    api: &Api,
    log: &UseReducerHandle<Log>,
    marker: Marker,
    limit: u32,
) -> Result<Option<String>, ClientError> {
    let Some(token) = &marker.token else {
        let told = "The shard is closed and read to its end: its children go on.".to_owned();
        log.dispatch(LogAction::Moved(marker, Vec::new(), told));
        return Ok(None);
    };
    let (answer, issued_ms) =
        call(api, "GetRecords", json!({ "ShardIterator": token, "Limit": limit })).await?;
    let token = answer["NextShardIterator"].as_str().map(str::to_owned);
    let given: Vec<String> =
        record::read(&answer).iter().map(|record| record.sequence_number.clone()).collect();
    let count = given.len() as u64;
    let told = match (count, &token) {
        (0, Some(_)) => {
            "GetRecords gave no record: the iterator stands at the end of an open shard. Ask again later, with NextShardIterator.".to_owned()
        }
        (0, None) => "GetRecords gave no record and no NextShardIterator: the shard is closed and read to its end. Its children go on.".to_owned(),
        (_, Some(_)) => format!("GetRecords gave {}, and NextShardIterator for what follows, good for 15 minutes.", plural(count, "record")),
        (_, None) => format!("GetRecords gave {} and no NextShardIterator: that was the closed shard's end. Its children go on.", plural(count, "record")),
    };
    let last = given.last().cloned();
    let after = last.clone().or_else(|| marker.after.clone());
    let moved = Marker { token, after, issued_ms, read: marker.read + count, ..marker };
    log.dispatch(LogAction::Moved(moved, given, told));
    Ok(last)
}
