//! What makes a stream move: a small change of an item, a partition's split, and time.

use std::rc::Rc;

use serde_json::{Map, Value, json};
use yew::prelude::*;

use crate::components::{Button, Menu, MenuEntry};
use crate::hooks::{Api, use_client, use_notices};
use crate::protocol::ClientError;
use crate::protocol::clock::ClockChange;
use crate::state::attribute::from_text;
use crate::state::notice::{Level, NoticeAction};
use crate::state::tables::TableDescription;

/// How far ahead, in seconds, and what is over by then.
const AHEAD: [(&str, &str, u64); 3] = [
    ("15 minutes and a second", "iterators expire", 15 * 60 + 1),
    ("4 hours", "shards are followed by others", 4 * 3600),
    ("24 hours", "records are trimmed", 24 * 3600),
];

/// The props of [`Doing`].
#[derive(Properties, PartialEq)]
pub struct DoingProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// The item to change, by a record's Keys; the table's first one otherwise.
    #[prop_or_default]
    pub keys: Option<Value>,
    /// The partition to split: the chosen shard's, while it is open.
    #[prop_or_default]
    pub partition: Option<u64>,
}

/// The buttons.
#[component]
pub fn Doing(props: &DoingProps) -> Html {
    let (api, notices) = (use_client(), use_notices().dispatcher());
    let busy = use_state_eq(|| false);
    let run = |work: Work| {
        let (api, notices, busy) = (api.clone(), notices.clone(), busy.setter());
        Callback::from(move |()| {
            busy.set(true);
            let (api, notices, busy, work) = (api.clone(), notices.clone(), busy.clone(), work.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let (level, said) = match work.run(&api).await {
                    Ok(said) => (Level::Done, said),
                    Err(ClientError::Api { name, message, .. }) => {
                        (Level::Failed, format!("{name}: {message}"))
                    }
                    Err(error) => (Level::Failed, crate::state::lesson::show(&error).message),
                };
                notices.dispatch(NoticeAction::Say(level, said));
                busy.set(false);
            });
        })
    };
    let onahead = {
        let run = |ms: u64| run(Work::Ahead(ms));
        let ways: Vec<Callback<()>> = AHEAD.iter().map(|(_, _, seconds)| run(seconds * 1000)).collect();
        Callback::from(move |value: AttrValue| {
            if let Some(way) = value.parse::<usize>().ok().and_then(|at| ways.get(at)) {
                way.emit(());
            }
        })
    };
    let entries = AHEAD.iter().enumerate();
    let entries = entries.map(|(at, (label, note, _))| MenuEntry {
        note: Some((*note).into()),
        ..MenuEntry::new(at.to_string(), *label)
    });
    html! {
        <>
            <Button label="Make a change" icon="pencil" busy={*busy} action="make-change"
                onclick={run(Work::Change(props.table.clone(), props.keys.clone()))}
                title="UpdateItem: ADD touched 1, on the item of the record that is shown, or else on the table's first one" />
            if let Some(partition) = props.partition {
                <Button label={format!("Split partition {partition}")} icon="split" busy={*busy} action="split"
                    onclick={run(Work::Split(props.table.name.clone(), partition))}
                    title="Splits the shard's partition now (modelled: the service splits by itself, and cannot be asked to)" />
            }
            <Menu label="Ahead" icon="fast-forward" action="ahead" entries={entries.collect::<Vec<_>>()} onselect={onahead}
                title="Move the workspace's clock ahead" />
        </>
    }
}

/// One of the ways.
#[derive(Clone, Debug)]
enum Work {
    Change(Rc<TableDescription>, Option<Value>),
    Split(String, u64),
    /// By so many milliseconds.
    Ahead(u64),
}

impl Work {
    /// Does it, and says what was done.
    async fn run(self, api: &Api) -> Result<String, ClientError> {
        match self {
            Work::Change(table, keys) => {
                let item = match keys {
                    Some(keys) => Some(keys),
                    None => {
                        let page = api.look("Scan", &json!({ "TableName": table.name, "Limit": 1 })).await;
                        page.and_then(|page| page["Items"].get(0).cloned())
                    }
                };
                let request = small_change(&table, item.as_ref());
                api.call("UpdateItem", request.to_string()).await.result?;
                Ok("UpdateItem: ADD touched 1.".into())
            }
            Work::Split(table, partition) => {
                let request = json!({ "TableName": table, "Partition": partition });
                let answer = api.call("Dynascope.SplitPartition", request.to_string()).await.result?;
                let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
                let parts = answer["Partitions"].as_array().into_iter().flatten();
                let parts: Vec<String> = parts.map(|part| part["PartitionId"].to_string()).collect();
                Ok(format!("Partition {partition} is split into {}.", parts.join(" and ")))
            }
            Work::Ahead(ms) => {
                api.set_clock(ClockChange::Ahead { ms }).await?;
                Ok("The clock is ahead.".into())
            }
        }
    }
}

/// Counts up `touched` in an item; in a new one where there is none.
fn small_change(table: &TableDescription, item: Option<&Value>) -> Value {
    let key: Map<String, Value> = table
        .keys
        .all()
        .map(|part| {
            let blank = match part.attribute_type.as_str() {
                "N" => "1",
                "B" => "AQ==",
                _ => "first",
            };
            let known = item.and_then(|item| item.get(&part.name)).cloned();
            (part.name.clone(), known.unwrap_or_else(|| from_text(&part.attribute_type, blank)))
        })
        .collect();
    json!({ "TableName": table.name, "Key": key, "UpdateExpression": "ADD touched :one",
        "ExpressionAttributeValues": { ":one": { "N": "1" } } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_touches_the_first_item_or_makes_one() {
        let body = json!({"TableName": "T", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}]});
        let table = TableDescription::read(&body).unwrap();
        assert_eq!(small_change(&table, None)["Key"], json!({"id": {"N": "1"}}));
        let item = json!({"id": {"N": "7"}, "other": {"S": "x"}});
        assert_eq!(small_change(&table, Some(&item))["Key"], json!({"id": {"N": "7"}}));
    }
}
