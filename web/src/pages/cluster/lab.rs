//! The consistency lab: one item is written again and again, and read strongly, eventually, and through a global index, side by
//! side. Every read is a real request; what it saw and who answered stand in its own reply.

use std::rc::Rc;

use serde_json::{Map, Value, json};
use yew::prelude::*;

use super::trial::{Asked, Trial, TrialTable};
use crate::components::{Button, ButtonKind, ErrorPanel, Select, SelectOption, Term};
use crate::hooks::{Api, use_client, use_clock};
use crate::protocol::ClientError;
use crate::protocol::clock::ClockChange;
use crate::state::cluster::{Sighting, served};
use crate::state::tables::{IndexDescription, KeyPart, TableDescription};

/// The attribute that counts the writes.
const VERSION: &str = "lab_version";
/// Eventually consistent reads of one round: each may meet another replica.
const EVENTUAL: usize = 3;
/// Rounds that are kept.
const KEPT: usize = 50;

/// The lab's value of a key attribute.
fn lab_value(part: &KeyPart) -> Value {
    match part.attribute_type.as_str() {
        "N" => json!({"N": "0"}),
        "B" => json!({"B": "bGFi"}),
        _ => json!({"S": "consistency-lab"}),
    }
}

fn attributes<'a>(parts: impl Iterator<Item = &'a KeyPart>) -> Map<String, Value> {
    parts.map(|part| (part.name.clone(), lab_value(part))).collect()
}

/// The lab's item: the table's key, the index's key, and the version.
fn item(table: &TableDescription, index: Option<&IndexDescription>, version: u64) -> Value {
    let mut item = attributes(table.keys.all().chain(index.into_iter().flat_map(|index| index.keys.all())));
    item.insert(VERSION.to_owned(), json!({"N": version.to_string()}));
    Value::Object(item)
}

/// The Query that finds the lab's item in an index.
fn index_query(table: &TableDescription, index: &IndexDescription) -> Value {
    let (mut names, mut values, mut conditions) = (Map::new(), Map::new(), Vec::new());
    for (at, part) in index.keys.hash.iter().enumerate() {
        names.insert(format!("#k{at}"), json!(part.name));
        values.insert(format!(":k{at}"), lab_value(part));
        conditions.push(format!("#k{at} = :k{at}"));
    }
    json!({
        "TableName": table.name, "IndexName": index.name, "KeyConditionExpression": conditions.join(" AND "),
        "ExpressionAttributeNames": names, "ExpressionAttributeValues": values
    })
}

/// The version in an item of the answer; the index's projection may leave it out, and then its stamp is not known.
fn version(item: &Value) -> Option<u64> {
    item[VERSION]["N"].as_str()?.parse().ok()
}

/// Sends one read, and tells what it saw.
async fn look(
    api: &Api,
    asked: Asked,
    request: Value,
    newest: u64,
) -> Result<(Asked, Sighting), ClientError> {
    let operation = if asked == Asked::Index { "Query" } else { "GetItem" };
    let reply = api.call(operation, request.to_string()).await;
    let answer: Value = serde_json::from_str(&reply.result?).unwrap_or_default();
    let found = match asked {
        // Of all the entries with the lab's index key there is one item.
        Asked::Index => answer["Items"].as_array().into_iter().flatten().filter_map(version).max(),
        _ => version(&answer["Item"]),
    };
    Ok((asked, Sighting { version: found, newest, served: served(&reply.events) }))
}

/// One round: a write, or none, then the reads one after the other.
async fn round(
    api: Api,
    table: Rc<TableDescription>,
    index: Option<IndexDescription>,
    newest: u64,
    write: bool,
) -> Result<Trial, ClientError> {
    let name = &table.name;
    if write {
        let put = json!({ "TableName": name, "Item": item(&table, index.as_ref(), newest) });
        api.call("PutItem", put.to_string()).await.result?;
    }
    let key = Value::Object(attributes(table.keys.all()));
    let get = |consistent: bool| json!({ "TableName": name, "Key": key, "ConsistentRead": consistent });
    let mut reads = vec![look(&api, Asked::Strong, get(true), newest).await?];
    for _ in 0..EVENTUAL {
        reads.push(look(&api, Asked::Eventual, get(false), newest).await?);
    }
    if let Some(index) = &index {
        reads.push(look(&api, Asked::Index, index_query(&table, index), newest).await?);
    }
    Ok(Trial { newest, wrote: write, reads })
}

/// The props of [`ConsistencyLab`].
#[derive(Properties, PartialEq)]
pub struct ConsistencyLabProps {
    /// The table whose item is written.
    pub table: Rc<TableDescription>,
}

/// The lab.
#[component]
pub fn ConsistencyLab(props: &ConsistencyLabProps) -> Html {
    let (api, clock) = (use_client(), use_clock());
    let table = &props.table;
    // An index that keeps the version.
    let indexes: Vec<&IndexDescription> =
        table.indexes.iter().filter(|index| index.global && index.projection == "ALL").collect();
    let chosen = use_state_eq(|| indexes.first().map(|index| index.name.clone()).unwrap_or_default());
    let index = indexes.iter().find(|index| index.name == *chosen).map(|index| (*index).clone());
    let trials = use_state_eq(|| Rc::new(Vec::<Trial>::new()));
    let busy = use_state_eq(|| false);
    let refused = use_state_eq(|| None::<ClientError>);
    let newest = trials.first().map_or(0, |trial| trial.newest);
    let run = |write: bool| {
        let (api, table, index) = (api.clone(), table.clone(), index.clone());
        let (trials, busy, refused) = (trials.clone(), busy.setter(), refused.setter());
        Callback::from(move |()| {
            let round = round(api.clone(), table.clone(), index.clone(), newest + u64::from(write), write);
            let (trials, busy, refused) = (trials.clone(), busy.clone(), refused.clone());
            busy.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                match round.await {
                    Ok(trial) => {
                        let before = trials.iter().take(KEPT - 1).cloned();
                        trials.set(Rc::new(std::iter::once(trial).chain(before).collect()));
                        refused.set(None);
                    }
                    Err(error) => refused.set(Some(error)),
                }
                busy.set(false);
            });
        })
    };
    let ask = |change: ClockChange| {
        let api = api.clone();
        Callback::from(move |()| {
            let asked = api.set_clock(change);
            // The strip shows the clock; a clock that cannot be stored says so there.
            wasm_bindgen_futures::spawn_local(async move { drop(asked.await) });
        })
    };
    let onremove = {
        let (api, name, trials) = (api.clone(), table.name.clone(), trials.setter());
        let key = Value::Object(attributes(table.keys.all()));
        Callback::from(move |()| {
            let gone = api.call("DeleteItem", json!({ "TableName": name, "Key": key }).to_string());
            let trials = trials.clone();
            wasm_bindgen_futures::spawn_local(async move {
                if gone.await.result.is_ok() {
                    trials.set(Rc::default());
                }
            });
        })
    };
    let onindex = {
        let (chosen, trials) = (chosen.setter(), trials.setter());
        Callback::from(move |name: String| {
            chosen.set(name);
            trials.set(Rc::default());
        })
    };
    let options: Vec<SelectOption> =
        indexes.iter().map(|index| SelectOption::new(index.name.clone(), index.name.clone())).collect();
    let paused = clock.state.pace.paused;
    html! {
        <div class="cluster-lab" data-busy={busy.to_string()} data-trials={trials.len().to_string()}>
            <div class="cluster-lab-bar">
                <Button label="Write, then read" icon="play" kind={ButtonKind::Primary} busy={*busy} onclick={run(true)} action="lab-write" />
                <Button label="Read again" icon="eye" disabled={newest == 0 || *busy} onclick={run(false)} action="lab-read" />
                if !options.is_empty() {
                    <Select label="Global index" hide_label={true} name="lab-index" {options} value={(*chosen).clone()} onchange={onindex} />
                }
                if paused {
                    <Button label="Let 10 ms pass" icon="chevrons-right" onclick={ask(ClockChange::Ahead { ms: 10 })} action="lab-tick" />
                    <Button label="Run the clock" icon="play" kind={ButtonKind::Quiet} onclick={ask(ClockChange::Run)} />
                } else {
                    <Button label="Pause the clock" icon="pause" onclick={ask(ClockChange::Pause)} action="lab-pause" />
                }
                <Button label="Remove the item" icon="trash-2" kind={ButtonKind::Quiet} disabled={newest == 0} onclick={onremove} action="lab-remove" />
            </div>
            <p class="cluster-lab-words">
                { "One item of " }<b>{ &table.name }</b>{ " is written again and again. A strongly " }<Term word="consistent read" />
                { " asks the " }<Term word="leader" />{ "; an eventually consistent one asks any of the three replicas, and a " }<Term word="GSI" />
                { " is written after its table. With the clock paused the lag stands still: let a few milliseconds pass, and read again." }
            </p>
            if let Some(error) = &*refused {
                <ErrorPanel error={error.clone()} />
            }
            <TrialTable trials={(*trials).clone()} with_index={index.is_some()} />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> TableDescription {
        TableDescription::read(&json!({
            "TableName": "Orders", "TableStatus": "ACTIVE",
            "AttributeDefinitions": [{"AttributeName": "user", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"},
                {"AttributeName": "status", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
            "GlobalSecondaryIndexes": [{"IndexName": "by-status", "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]}]
        }))
        .expect("a table")
    }

    #[test]
    fn the_item_has_every_key_and_its_version() {
        let table = table();
        let lab = json!({"S": "consistency-lab"});
        assert_eq!(
            item(&table, table.indexes.first(), 7),
            json!({"user": lab, "at": {"N": "0"}, "status": lab, "lab_version": {"N": "7"}})
        );
        assert_eq!(version(&item(&table, None, 7)), Some(7));
        assert_eq!(version(&json!({})), None);
    }

    #[test]
    fn the_index_is_asked_by_its_partition_key() {
        let table = table();
        let query = index_query(&table, &table.indexes[0]);
        assert_eq!(query["KeyConditionExpression"], "#k0 = :k0");
        assert_eq!(query["ExpressionAttributeNames"], json!({"#k0": "status"}));
    }
}
