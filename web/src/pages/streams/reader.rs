//! Reads a stream whenever events say that there is more to read: quietly, from TRIM_HORIZON on, and only the shards that got
//! something. The learner's own iterators are in `ask`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use engine::timeline::{Event, EventKind};
use serde_json::json;
use yew::prelude::*;

use super::log::{Log, LogAction};
use super::record;
use super::shard::{self, Shard};
use crate::hooks::{Api, use_client, use_heat, use_interval, use_timeline};
use crate::protocol::Place;

/// What is to be read.
#[derive(Default)]
struct Wanted {
    /// The shards are to be described anew.
    describe: bool,
    /// The shards that got records.
    shards: BTreeSet<String>,
    /// Every shard.
    all: bool,
    /// Somebody is reading.
    busy: bool,
    /// The newest event that was heeded.
    heeded: u64,
    /// The door that is read through: at another moment other records are there.
    door: Option<Api>,
    /// The stream, and for each shard the next token; none at the end of a closed one.
    arn: String,
    tokens: BTreeMap<String, Option<String>>,
}

/// The table whose stream the event is of, and the shard that got a record; none where the shards themselves changed.
fn concerns<'a>(event: &'a Event, table: &str) -> Option<Option<&'a str>> {
    if event.region.is_some() {
        return None;
    }
    match &event.kind {
        EventKind::StreamRecord { target, shard, .. } if target.table == table => Some(Some(shard)),
        EventKind::ShardOpened { target, .. }
        | EventKind::ShardClosed { target, .. }
        | EventKind::ShardTrimmed { target, .. }
            if target.table == table =>
        {
            Some(None)
        }
        _ => None,
    }
}

impl Wanted {
    /// Heeds the events since the last time.
    fn hear(&mut self, events: &VecDeque<Rc<Event>>, table: &str) {
        let missed = events.front().is_some_and(|first| first.id > self.heeded + 1);
        self.all |= missed;
        self.describe |= missed;
        for event in events.iter().rev().take_while(|event| event.id > self.heeded) {
            match concerns(event, table) {
                Some(Some(shard)) if !self.shards.contains(shard) => {
                    self.shards.insert(shard.to_owned());
                }
                Some(None) => self.describe = true,
                _ => {}
            }
        }
        self.heeded = events.back().map_or(self.heeded, |last| last.id.max(self.heeded));
    }
}

/// How often the traffic's branch is read: of its records nothing is told.
const EVERY_MS: u32 = 1_000;

/// Follows a table's stream in that place; gives what was read.
#[hook]
pub fn use_reader(table: &str, arn: &str, place: Place) -> UseReducerHandle<Log> {
    let api = use_client();
    let (timeline, heat) = (use_timeline(), use_heat());
    let in_branch = place == Place::Traffic;
    let ticks = use_state_eq(|| 0_u64);
    let tick = {
        let ticks = ticks.clone();
        Callback::from(move |()| ticks.set(*ticks + 1))
    };
    use_interval(in_branch, EVERY_MS, tick);
    let log = use_reducer(Log::default);
    let wanted = use_mut_ref(Wanted::default);
    let events = if in_branch { &heat.branch } else { timeline.events() };
    let newest = events.iter().rev().find(|event| concerns(event, table).is_some());
    let newest = newest.map(|event| event.id);
    {
        let (log, table) = (log.dispatcher(), table.to_owned());
        let events = events.clone();
        use_effect_with((arn.to_owned(), newest, *ticks, api.moment()), move |(arn, ..)| {
            {
                let mut wanted = wanted.borrow_mut();
                wanted.hear(&events, &table);
                if in_branch {
                    let known: Vec<String> = wanted.tokens.keys().cloned().collect();
                    wanted.shards.extend(known);
                }
                if wanted.arn != *arn || wanted.door.as_ref() != Some(&api) {
                    wanted.door = Some(api);
                    wanted.arn.clone_from(arn);
                    wanted.tokens.clear();
                    (wanted.all, wanted.describe) = (true, true);
                    log.dispatch(LogAction::Open(arn.clone()));
                }
                if std::mem::replace(&mut wanted.busy, true) {
                    return;
                }
            }
            wasm_bindgen_futures::spawn_local(async move {
                loop {
                    let Some(door) = wanted.borrow().door.clone() else { break };
                    if !read_on(&door, &log, &wanted).await {
                        break;
                    }
                }
                wanted.borrow_mut().busy = false;
            });
        });
    }
    log
}

/// Reads what is wanted; false where nothing is.
async fn read_on(api: &Api, log: &UseReducerDispatcher<Log>, wanted: &Rc<RefCell<Wanted>>) -> bool {
    let (arn, describe, all, mut shards) = {
        let mut wanted = wanted.borrow_mut();
        let describe = std::mem::take(&mut wanted.describe);
        let all = std::mem::take(&mut wanted.all);
        (wanted.arn.clone(), describe, all, std::mem::take(&mut wanted.shards))
    };
    if !describe && !all && shards.is_empty() {
        return false;
    }
    if describe || all {
        let Some((status, view_type, list)) = describe_stream(api, &arn).await else { return true };
        if wanted.borrow().arn != arn {
            return true;
        }
        let known = wanted.borrow().tokens.clone();
        shards.extend(list.iter().map(|shard| shard.id.clone()).filter(|id| all || !known.contains_key(id)));
        log.dispatch(LogAction::Described(status, view_type, list));
    }
    for shard in shards {
        if !read_shard(api, log, wanted, &arn, shard).await {
            return true;
        }
    }
    true
}

async fn describe_stream(api: &Api, arn: &str) -> Option<(String, String, Vec<Shard>)> {
    let mut shards: Vec<Shard> = Vec::new();
    let mut request = json!({ "StreamArn": arn });
    let facts = shard::facts(&api.look("Dynascope.DescribeShards", &request).await?);
    loop {
        let answer = api.look("DescribeStream", &request).await?;
        let description = &answer["StreamDescription"];
        shards.extend(shard::read(description));
        match description.get("LastEvaluatedShardId") {
            Some(last) => request["ExclusiveStartShardId"] = last.clone(),
            None => {
                for shard in &mut shards {
                    shard.facts = facts.get(&shard.id).cloned().unwrap_or_default();
                }
                let text = |name: &str| description[name].as_str().unwrap_or_default().to_owned();
                return Some((text("StreamStatus"), text("StreamViewType"), shards));
            }
        }
    }
}

/// Reads a shard to its end; false where another stream is looked at meanwhile.
async fn read_shard(
    api: &Api,
    log: &UseReducerDispatcher<Log>,
    wanted: &Rc<RefCell<Wanted>>,
    arn: &str,
    id: String,
) -> bool {
    loop {
        let token = wanted.borrow().tokens.get(&id).cloned();
        let token = match token {
            Some(None) => return true,
            Some(Some(token)) => token,
            None => {
                let request = json!({ "StreamArn": arn, "ShardId": id, "ShardIteratorType": "TRIM_HORIZON" });
                let answer = api.look("GetShardIterator", &request).await;
                match answer.and_then(|answer| answer["ShardIterator"].as_str().map(str::to_owned)) {
                    Some(token) => token,
                    // It is gone meanwhile.
                    None => return true,
                }
            }
        };
        let answer = api.look("GetRecords", &json!({ "ShardIterator": token })).await;
        if wanted.borrow().arn != arn {
            return false;
        }
        let Some(answer) = answer else {
            // The token is more than 15 minutes old, or what follows it is trimmed: once more from the beginning; what is
            // known already is left out.
            if wanted.borrow_mut().tokens.remove(&id).is_none() {
                return true;
            }
            continue;
        };
        let records = record::read(&answer);
        let next = answer["NextShardIterator"].as_str().map(str::to_owned);
        let more = !records.is_empty() && next.is_some();
        wanted.borrow_mut().tokens.insert(id.clone(), next);
        log.dispatch(LogAction::Read(id.clone(), records));
        if !more {
            return true;
        }
    }
}
