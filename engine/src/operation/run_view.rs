//! A run as the inspector shows it: clients, messages, items, the steps that can be taken and those that were.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::access::{ItemKey, Region, key_text};
use crate::error::{Result, transaction as words};
use crate::model::codec;
use crate::store::Space;
use crate::timeline::PrepareVerdict;
use crate::transaction::{
    Action, ActionKind, Answer, Client, Content, ItemRead, Message, Outcome, Run, Step, Taken, Work,
};

use super::answer::Answer as Written;
use super::run_request::Asked;

fn place(work: &Work, action: usize) -> Option<(&str, Option<&ItemKey>)> {
    fn of_action(action: &Action) -> (&str, Option<&ItemKey>) {
        (&action.table, action.key.as_ref().ok())
    }
    fn of_read(read: &ItemRead) -> (&str, Option<&ItemKey>) {
        (&read.table, read.key.as_ref().ok())
    }
    match work {
        Work::TransactWrite { actions, .. } => actions.get(action).map(of_action),
        Work::TransactGet(reads) => reads.get(action).map(of_read),
        Work::Write(action) => Some(of_action(action)),
        Work::Get(read, _) => Some(of_read(read)),
    }
}

fn key_of(region: &Region, table: &str, key: Option<&ItemKey>) -> String {
    match (key, region.tables.get(table)) {
        (Some(key), Some(state)) => key_text(&state.saved.table.keys, &key.attributes),
        _ => String::new(),
    }
}

fn partition_of(region: &Region, table: &str, key: Option<&ItemKey>) -> Option<u32> {
    let partitions = &region.tables.get(table)?.saved.partitions;
    Some(partitions.at(partitions.owner(&key?.bytes)).id)
}

fn kind(work: &Work, action: usize) -> (&'static str, Option<String>) {
    let of = |action: &Action| {
        let kind = match action.kind {
            ActionKind::Put(_) => "Put",
            ActionKind::Update(_) => "Update",
            ActionKind::Delete => "Delete",
            ActionKind::Check => "ConditionCheck",
        };
        (kind, action.condition.as_ref().map(ToString::to_string))
    };
    match work {
        Work::TransactWrite { actions, .. } => of(&actions[action]),
        Work::Write(action) => of(action),
        Work::TransactGet(_) | Work::Get(..) => ("Get", None),
    }
}

fn answer_view(answer: &Answer) -> Value {
    let refused = |code, message: &str| json!({ "Accepted": false, "Code": words::code_name(code), "Message": message });
    match answer {
        Answer::Prepared(prepared) => match &prepared.verdict {
            PrepareVerdict::Accepted => json!({ "Accepted": true }),
            PrepareVerdict::Refused { code, message } => refused(*code, message),
        },
        Answer::Read { version, .. } => json!({ "Accepted": true, "Position": version }),
        Answer::NotRead { code, message } => refused(*code, message),
    }
}

fn message_view(message: &Message) -> Value {
    let up = matches!(message.content, Content::Answer(..));
    let mut view = json!({
        "Message": message.id, "Client": message.client + 1, "Action": message.action, "Name": message.name(),
        "ToCoordinator": up, "Delayed": message.delayed, "Coordinator": message.epoch + 1,
    });
    if let Content::Answer(answer, _) = &message.content {
        view["Answer"] = answer_view(answer);
    }
    view
}

fn item_json(encoded: &[u8], asked: &Asked, at: usize) -> Result<Value> {
    let mut answer = Written::new();
    match asked.projections.get(at).and_then(Option::as_ref) {
        None => answer.stored("Item", encoded)?,
        Some(projection) => {
            answer.item("Item", &projection.apply(&codec::decode(encoded).map_err(Region::internal)?));
        }
    }
    serde_json::from_slice(&answer.finish()).map_err(Region::internal)
}

fn response(client: &Client, asked: &Asked, read: &[Option<Vec<u8>>]) -> Result<Value> {
    let one = |(at, item): (usize, &Option<Vec<u8>>)| match item {
        Some(item) => item_json(item, asked, at),
        None => Ok(json!({})),
    };
    let items: Vec<Value> = read.iter().enumerate().map(one).collect::<Result<_>>()?;
    Ok(match client.operation.as_str() {
        "GetItem" => items.into_iter().next().unwrap_or_default(),
        _ => json!({ "Responses": items }),
    })
}

fn client_view(region: &Region, client: &Client, asked: &Asked) -> Result<Value> {
    let actions: Vec<Value> = (0..asked.work.items())
        .map(|at| {
            let (table, key) = place(&asked.work, at).unwrap_or_default();
            let (kind, condition) = kind(&asked.work, at);
            let mut view = json!({
                "Table": table, "Key": key_of(region, table, key), "Partition": partition_of(region, table, key),
                "Kind": kind, "Settled": client.settled[at],
            });
            if let Some(condition) = condition {
                view["Condition"] = condition.into();
            }
            if let Some(answer) = &client.answers[at] {
                view["Answer"] = answer_view(answer);
            }
            view
        })
        .collect();
    let request: Value = serde_json::from_str(&client.request).map_err(Region::internal)?;
    let mut view = json!({
        "Operation": client.operation, "Request": request, "Stage": format!("{:?}", client.stage),
        "Crashed": client.crashed, "Coordinator": client.epoch + 1, "Actions": actions,
    });
    if let Some(transaction) = client.transaction {
        view["Transaction"] = transaction.into();
        view["Timestamp"] = client.timestamp.into();
    }
    match &client.outcome {
        None => {}
        Some(Outcome::Written { again }) => {
            view["Response"] = json!({});
            view["Again"] = (*again).into();
        }
        Some(Outcome::Read(items)) => view["Response"] = response(client, asked, items)?,
        Some(Outcome::Refused { body, .. }) => {
            view["Error"] = serde_json::from_str(body).map_err(Region::internal)?;
        }
    }
    Ok(view)
}

/// The items of all clients, each once, in the order in which they are asked for.
pub fn places(asked: &[Asked]) -> Vec<(String, ItemKey)> {
    let mut seen = BTreeSet::new();
    let all = asked.iter().flat_map(|one| (0..one.work.items()).filter_map(|at| place(&one.work, at)));
    all.filter_map(|(table, key)| Some((table.to_owned(), key?.clone())))
        .filter(|(table, key)| seen.insert((table.clone(), key.bytes.clone())))
        .collect()
}

/// The items as they stand, with what their partitions remember of them.
pub fn items(region: &Region, asked: &[Asked]) -> Result<Vec<Value>> {
    let view = |(table, key): (String, ItemKey)| {
        let Some(state) = region.tables.get(&table) else { return Ok(json!({ "Table": table })) };
        let id = state.saved.table.id;
        let mark = region.mark(id, &key.bytes).copied().unwrap_or_default();
        let mut view = json!({
            "Table": table, "Key": key_of(region, &table, Some(&key)),
            "Partition": partition_of(region, &table, Some(&key)),
            "Timestamp": region.item_timestamp(&table, &key),
            "LatestDelete": region.latest_delete(&table, &key), "Position": mark.version,
        });
        if let Some(pending) = mark.pending {
            view["Pending"] = pending.into();
        }
        if let Some(stored) = region.store.get(Space::Items { table: id, index: 0 }, &key.bytes) {
            let mut answer = Written::new();
            answer.stored("Item", stored)?;
            let item: Value = serde_json::from_slice(&answer.finish()).map_err(Region::internal)?;
            view["Item"] = item["Item"].clone();
        }
        Ok(view)
    };
    places(asked).into_iter().map(view).collect()
}

fn step_view(run: &Run, step: Step) -> Value {
    let mut view = json!({ "Step": step.id(), "Fault": step.is_fault() });
    match step {
        Step::Start(client) | Step::Decide(client) | Step::Crash(client) | Step::Recover(client) => {
            view["Client"] = (client + 1).into();
        }
        Step::Deliver(id) | Step::Repeat(id) | Step::Delay(id) | Step::Resume(id) => {
            view["Message"] = id.into();
            if let Some(message) = run.message(id) {
                view["Client"] = (message.client + 1).into();
            }
        }
    }
    view
}

/// A step that was taken.
pub fn taken(taken: &Taken) -> Value {
    let mut view = json!({
        "Step": taken.step.id(), "Client": taken.client + 1, "Told": taken.text,
        "Sent": taken.sent.iter().map(message_view).collect::<Vec<_>>(),
    });
    if let Some(message) = &taken.message {
        view["Message"] = message_view(message);
    }
    if let Some(rule) = taken.rule {
        view["Rule"] = rule.text().into();
    }
    view
}

/// Where a run stands, without what it did.
pub fn standing(region: &Region, run: &Run, asked: &[Asked]) -> Result<Value> {
    let clients: Vec<Value> = run
        .clients
        .iter()
        .zip(asked)
        .map(|(client, asked)| client_view(region, client, asked))
        .collect::<Result<_>>()?;
    Ok(json!({
        "Clients": clients, "Messages": run.messages.iter().map(message_view).collect::<Vec<_>>(),
        "Items": items(region, asked)?, "Over": run.is_over(),
        "Steps": run.steps().into_iter().map(|step| step_view(run, step)).collect::<Vec<_>>(),
    }))
}

/// A run with all its steps.
pub fn view(region: &Region, run: &Run, asked: &[Asked]) -> Result<Value> {
    let mut view = standing(region, run, asked)?;
    view["Trail"] = run.trail.iter().map(taken).collect::<Vec<_>>().into();
    Ok(view)
}
