//! Reads a stream whenever events say that there is more to read, and moves the learner's iterator. The two are apart: the
//! list is read quietly from TRIM_HORIZON on; the iterator's calls are the learner's own, and stand on the timeline.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use engine::timeline::{Event, EventKind};
use serde_json::{Value, json};
use yew::prelude::*;

use super::log::{Iterator, Log, LogAction};
use super::record::{self, Record};
use super::shard::{self, Shard};
use crate::hooks::{Api, use_client, use_timeline};
use crate::protocol::ClientError;

/// What the learner asks of the iterator.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// A new iterator: shard, type, and the sequence number where the type wants one.
    Stand(String, String, Option<String>),
    /// The first record of that shard, by a new iterator at TRIM_HORIZON.
    First(String),
    /// The next record.
    Next,
    /// The record before: a new iterator, since one only goes forward.
    Previous,
    /// This record.
    Show(String, Rc<Record>),
}

/// The stream, and who moves its iterator.
#[derive(Clone, PartialEq)]
pub struct Reader {
    /// What was read.
    pub log: UseReducerHandle<Log>,
    /// Ask for something.
    pub ask: Callback<Ask>,
}

/// Whether an event says that the stream of that table has more, or other shards.
fn concerns(event: &Event, table: &str) -> bool {
    match &event.kind {
        EventKind::StreamRecord { target, .. }
        | EventKind::ShardOpened { target, .. }
        | EventKind::ShardClosed { target, .. }
        | EventKind::ShardTrimmed { target, .. } => target.table == table,
        _ => false,
    }
}

/// Follows a table's stream.
#[hook]
pub fn use_reader(table: &str, arn: Option<String>) -> Reader {
    let api = use_client();
    let timeline = use_timeline();
    let log = use_reducer(Log::default);
    // For each shard the next token; none at the end of a closed one.
    let tokens = use_mut_ref(BTreeMap::<String, Option<String>>::new);
    let under_way = use_mut_ref(|| (false, false));
    let newest = timeline.events().iter().rev().find(|event| concerns(event, table)).map(|event| event.id);
    {
        let (api, log) = (api.clone(), log.dispatcher());
        let of = use_mut_ref(|| None::<String>);
        use_effect_with((arn.clone(), newest), move |(arn, _)| {
            let Some(arn) = arn.clone() else { return };
            if of.borrow().as_ref() != Some(&arn) {
                *of.borrow_mut() = Some(arn.clone());
                tokens.borrow_mut().clear();
                log.dispatch(LogAction::Open(arn));
            }
            let (busy, again) = *under_way.borrow();
            *under_way.borrow_mut() = (true, busy || again);
            if busy {
                return;
            }
            wasm_bindgen_futures::spawn_local(async move {
                loop {
                    under_way.borrow_mut().1 = false;
                    let Some(arn) = of.borrow().clone() else { break };
                    read_on(&api, &arn, &log, &tokens).await;
                    if !under_way.borrow().1 {
                        break;
                    }
                }
                *under_way.borrow_mut() = (false, false);
            });
        });
    }
    let ask = {
        let (api, handle) = (api.clone(), log.clone());
        Callback::from(move |ask: Ask| {
            let (api, log) = (api.clone(), handle.clone());
            wasm_bindgen_futures::spawn_local(async move { answer(&api, &log, ask).await });
        })
    };
    Reader { log, ask }
}

async fn read_on(
    api: &Api,
    arn: &str,
    log: &UseReducerDispatcher<Log>,
    tokens: &Rc<RefCell<BTreeMap<String, Option<String>>>>,
) {
    let mut shards: Vec<Shard> = Vec::new();
    let mut request = json!({ "StreamArn": arn });
    let (status, view_type) = loop {
        let Some(answer) = api.look("DescribeStream", &request).await else { return };
        let description = &answer["StreamDescription"];
        shards.extend(shard::read(description));
        match description.get("LastEvaluatedShardId") {
            Some(last) => request["ExclusiveStartShardId"] = last.clone(),
            None => {
                let text = |name: &str| description[name].as_str().unwrap_or_default().to_owned();
                break (text("StreamStatus"), text("StreamViewType"));
            }
        }
    };
    let ids: Vec<String> = shards.iter().map(|shard| shard.id.clone()).collect();
    log.dispatch(LogAction::Described(status, view_type, shards));
    for id in ids {
        let mut token = tokens.borrow().get(&id).cloned();
        loop {
            token = match token {
                Some(Some(token)) => {
                    let Some(answer) = api.look("GetRecords", &json!({ "ShardIterator": token })).await
                    else {
                        // The token is more than 15 minutes old: from the beginning, what is known already is left out.
                        tokens.borrow_mut().remove(&id);
                        break;
                    };
                    let records = record::read(&answer);
                    let (more, next) =
                        (!records.is_empty(), answer["NextShardIterator"].as_str().map(str::to_owned));
                    tokens.borrow_mut().insert(id.clone(), next.clone());
                    log.dispatch(LogAction::Read(id.clone(), records));
                    if !more || next.is_none() {
                        break;
                    }
                    Some(next)
                }
                Some(None) => break,
                None => {
                    let request =
                        json!({ "StreamArn": arn, "ShardId": id, "ShardIteratorType": "TRIM_HORIZON" });
                    let answer = api.look("GetShardIterator", &request).await;
                    match answer.and_then(|answer| answer["ShardIterator"].as_str().map(str::to_owned)) {
                        Some(token) => Some(Some(token)),
                        None => break,
                    }
                }
            };
        }
    }
    log.dispatch(LogAction::AllRead);
}

async fn call(api: &Api, operation: &str, request: Value) -> Result<Value, ClientError> {
    let text = api.call(operation, request.to_string()).await.result?;
    serde_json::from_str(&text)
        .map_err(|error| ClientError::Protocol { message: format!("The answer is not JSON: {error}.") })
}

async fn answer(api: &Api, log: &UseReducerHandle<Log>, ask: Ask) {
    let done = match ask {
        Ask::Stand(shard, kind, number) => stand(api, log, shard, &kind, number).await.map(drop),
        Ask::Show(shard, record) => show(api, log, shard, &record).await,
        Ask::First(shard) => match stand(api, log, shard, "TRIM_HORIZON", None).await {
            Ok(iterator) => next(api, log, iterator, "").await,
            Err(error) => Err(error),
        },
        Ask::Next => match log.iterator.clone() {
            Some(iterator) => next(api, log, iterator, "").await,
            None => Ok(()),
        },
        Ask::Previous => {
            let Some(iterator) = log.iterator.clone() else { return };
            let records = log.of(&iterator.shard);
            let shown = log.current.as_ref().and_then(|current| {
                records.iter().position(|record| record.sequence_number == current.sequence_number)
            });
            let before = shown.or(log.place()).and_then(|at| at.checked_sub(1));
            match before.and_then(|at| records.get(at)) {
                Some(record) => show(api, log, iterator.shard, record).await,
                None => Ok(()),
            }
        }
    };
    if let Err(error) = done {
        log.dispatch(LogAction::Failed(error));
    }
}

/// Asks for a new iterator.
async fn stand(
    api: &Api,
    log: &UseReducerHandle<Log>,
    shard: String,
    kind: &str,
    number: Option<String>,
) -> Result<Iterator, ClientError> {
    let mut request = json!({ "StreamArn": log.arn, "ShardId": shard, "ShardIteratorType": kind });
    if let Some(number) = &number {
        request["SequenceNumber"] = number.as_str().into();
    }
    let answer = call(api, "GetShardIterator", request).await?;
    let records = log.of(&shard);
    let known = |record: &Rc<Record>| record.sequence_number.clone();
    let after = match kind {
        "TRIM_HORIZON" => None,
        "LATEST" => records.last().map(known),
        "AFTER_SEQUENCE_NUMBER" => number.clone(),
        _ => {
            let at = records.partition_point(|record| Some(&record.sequence_number) < number.as_ref());
            at.checked_sub(1).and_then(|before| records.get(before)).map(known)
        }
    };
    let told = match kind {
        "TRIM_HORIZON" => "The iterator stands before the oldest record that is not trimmed.",
        "LATEST" => "The iterator stands behind the newest record: it gives only what comes from now on.",
        "AFTER_SEQUENCE_NUMBER" => "The iterator stands behind that record: the one after it comes next.",
        _ => "The iterator stands before that record: it comes next.",
    };
    let token = answer["ShardIterator"].as_str().map(str::to_owned);
    let iterator = Iterator { shard, kind: kind.to_owned(), token, after };
    log.dispatch(LogAction::Stands(iterator.clone(), told.to_owned()));
    Ok(iterator)
}

async fn show(
    api: &Api,
    log: &UseReducerHandle<Log>,
    shard: String,
    record: &Record,
) -> Result<(), ClientError> {
    let number = Some(record.sequence_number.clone());
    let iterator = stand(api, log, shard, "AT_SEQUENCE_NUMBER", number).await?;
    next(api, log, iterator, "An iterator only goes forward, so this is a new one, AT_SEQUENCE_NUMBER. ")
        .await
}

/// Reads one record.
async fn next(
    api: &Api,
    log: &UseReducerHandle<Log>,
    iterator: Iterator,
    first: &str,
) -> Result<(), ClientError> {
    let Some(token) = &iterator.token else {
        let told = "The shard is closed and read to its end: its children go on.".to_owned();
        log.dispatch(LogAction::Stands(iterator, told));
        return Ok(());
    };
    let answer = call(api, "GetRecords", json!({ "ShardIterator": token, "Limit": 1 })).await?;
    let token = answer["NextShardIterator"].as_str().map(str::to_owned);
    let (after, told) = match record::read(&answer).pop() {
        Some(record) => {
            let after = Some(record.sequence_number.clone());
            log.dispatch(LogAction::Shows(record));
            (after, format!("{first}GetRecords gave one record, and the iterator for what follows."))
        }
        None => {
            let told = match &token {
                Some(_) => {
                    "GetRecords gave no record: the iterator stands at the end of an open shard. Ask again later."
                }
                None => "The shard is closed and read to its end: its children go on.",
            };
            (iterator.after.clone(), told.to_owned())
        }
    };
    log.dispatch(LogAction::Stands(Iterator { token, after, ..iterator }, told));
    Ok(())
}
