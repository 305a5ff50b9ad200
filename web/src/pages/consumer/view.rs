//! One mapping: its steps, its lanes, its invocations, how far it is behind, and what it gave up.

use serde_json::{Map, Value, json};
use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::chart::AgeChart;
use super::invocations::{BatchTree, Invocations};
use super::lanes::{Lanes, duration};
use super::read::Shown;
use super::source::{Source, short};
use crate::components::{Badge, Button, ButtonKind};
use crate::hooks::{is_editing, use_client, use_keys, use_notices, use_route, use_tables, use_workspace_ms};
use crate::state::explanation::plural;
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;

/// The props of [`SourceView`].
#[derive(Properties, PartialEq)]
pub struct SourceViewProps {
    /// The mapping.
    pub shown: Shown,
    /// Reads it again.
    pub refresh: Callback<()>,
    /// Its settings are to be changed.
    pub onedit: Callback<Source>,
    /// It is gone.
    pub ondeleted: Callback<()>,
}

/// How often the workspace's time is drawn, in milliseconds.
const DRAWN_MS: u32 = 500;

fn settings(source: &Source) -> String {
    let rest = &source.rest;
    let number = |name: &str| rest.get(name).and_then(Value::as_i64).unwrap_or(0);
    let mut said = vec![format!("batches of {}", number("BatchSize"))];
    match number("MaximumBatchingWindowInSeconds") {
        0 => {}
        seconds => said.push(format!("window {seconds} s")),
    }
    match number("ParallelizationFactor") {
        1 => {}
        lanes => said.push(format!("{lanes} at a time per shard")),
    }
    said.push(match number("MaximumRetryAttempts") {
        -1 => "retries until the records expire".into(),
        retries => plural(retries.unsigned_abs(), "retry attempt"),
    });
    if let seconds @ 0.. = number("MaximumRecordAgeInSeconds") {
        said.push(format!("records up to {seconds} s old"));
    }
    if rest.get("BisectBatchOnFunctionError").is_some_and(|on| on == true) {
        said.push("split on error".into());
    }
    if rest.get("FunctionResponseTypes").and_then(Value::as_array).is_some_and(|types| !types.is_empty()) {
        said.push("reports item failures".into());
    }
    if let seconds @ 1.. = number("TumblingWindowInSeconds") {
        said.push(format!("tumbling windows of {seconds} s"));
    }
    let filters =
        rest.get("FilterCriteria").and_then(|criteria| criteria["Filters"].as_array()).map_or(0, Vec::len);
    if filters > 0 {
        said.push(plural(filters as u64, "filter pattern"));
    }
    said.join(" · ")
}

fn next_step(source: &Source, now_ms: u64) -> String {
    let Some(step) = source.steps.first() else { return "Nothing to do: all records are settled.".into() };
    let what = match step.step.as_str() {
        "POLL" => format!("Next: shard {} is polled", short(&step.shard_id)),
        "INVOKE" => {
            format!("Next: lane {} of shard {} goes to the function", step.lane, short(&step.shard_id))
        }
        _ => format!("Next: the function returns to lane {} of shard {}", step.lane, short(&step.shard_id)),
    };
    match step.due_milliseconds.checked_sub(now_ms).filter(|wait_ms| *wait_ms > 0) {
        Some(wait_ms) => format!("{what}, due in {}.", duration(wait_ms)),
        None => format!("{what}."),
    }
}

/// A small change of an item, so that a record arrives; or a poisoned one.
fn item_change(keys: &[(String, Value)], poison: bool) -> Value {
    let key: Map<String, Value> = keys.iter().cloned().collect();
    match poison {
        false => {
            json!({ "Key": key, "UpdateExpression": "REMOVE poison ADD touched :one", "ExpressionAttributeValues": { ":one": { "N": "1" } } })
        }
        true => json!({ "Key": key, "UpdateExpression": "SET poison = :yes ADD touched :one",
            "ExpressionAttributeValues": { ":yes": { "BOOL": true }, ":one": { "N": "1" } } }),
    }
}

/// So many items are changed at once.
const CHANGED: usize = 4;

/// One mapping.
#[component]
pub fn SourceView(props: &SourceViewProps) -> Html {
    let (api, notices, route, tables) = (use_client(), use_notices(), use_route(), use_tables());
    let now_ms = use_workspace_ms(DRAWN_MS);
    let busy = use_state_eq(|| false);
    let source = &props.shown.source;
    let send = {
        let (api, notices, busy, refresh) =
            (api.clone(), notices.dispatcher(), busy.setter(), props.refresh.clone());
        Callback::from(move |(operation, request): (&'static str, Value)| {
            let (api, notices, busy, refresh) = (api.clone(), notices.clone(), busy.clone(), refresh.clone());
            busy.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                if let Err(error) = api.call(operation, request.to_string()).await.result {
                    let why = crate::state::lesson::show(&error).message;
                    notices.dispatch(NoticeAction::Say(Level::Failed, why));
                }
                busy.set(false);
                refresh.emit(());
            });
        })
    };
    let uuid = source.uuid.clone();
    let step = |request: Value| {
        let send = send.clone();
        Callback::from(move |()| send.emit(("Dynascope.StepEventSourceMapping", request.clone())))
    };
    let one = step(json!({ "UUID": uuid }));
    let batch = step(json!({ "UUID": uuid, "Until": "RETURN" }));
    let enabled = source.is_enabled();
    let onrun = {
        let (send, uuid) = (send.clone(), uuid.clone());
        Callback::from(move |()| {
            let request = json!({ "UUID": uuid, "Enabled": !enabled });
            send.emit(("Dynascope.UpdateEventSourceMapping", request));
        })
    };
    let ondelete = {
        let (send, uuid, ondeleted) = (send.clone(), uuid.clone(), props.ondeleted.clone());
        Callback::from(move |()| {
            send.emit(("Dynascope.DeleteEventSourceMapping", json!({ "UUID": uuid })));
            ondeleted.emit(());
        })
    };
    let onedit = {
        let source = source.clone();
        props.onedit.reform(move |()| source.clone())
    };
    use_keys(Callback::from({
        let (one, batch, idle) = (one.clone(), batch.clone(), enabled || *busy);
        move |event: KeyboardEvent| {
            if idle || is_editing(&event) || event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            match event.key().as_str() {
                "n" => one.emit(()),
                "b" => batch.emit(()),
                _ => {}
            }
        }
    }));
    let change = |poison: bool| {
        let (api, notices, busy, refresh) =
            (api.clone(), notices.dispatcher(), busy.setter(), props.refresh.clone());
        let Some(table) = tables.get(source.table()).cloned() else { return Callback::noop() };
        Callback::from(move |()| {
            let (api, notices, busy, refresh, table) =
                (api.clone(), notices.clone(), busy.clone(), refresh.clone(), table.clone());
            busy.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                let page = api
                    .look("Scan", &json!({ "TableName": table.name, "Limit": CHANGED }))
                    .await
                    .unwrap_or_default();
                let items: Vec<Value> = page["Items"].as_array().cloned().unwrap_or_default();
                let names: Vec<String> = table.keys.all().map(|part| part.name.clone()).collect();
                let mut said = (
                    Level::Done,
                    format!(
                        "UpdateItem on {}: records are on their way.",
                        plural(items.len() as u64, "item")
                    ),
                );
                if items.is_empty() {
                    said = (Level::Failed, format!("{} has no item to change.", table.name));
                }
                for (at, item) in items.iter().enumerate() {
                    let keys: Vec<(String, Value)> =
                        names.iter().map(|name| (name.clone(), item[name.as_str()].clone())).collect();
                    let mut request = item_change(&keys, poison && at == 1);
                    request["TableName"] = table.name.as_str().into();
                    if let Err(error) = api.call("UpdateItem", request.to_string()).await.result {
                        said = (Level::Failed, crate::state::lesson::show(&error).message);
                    }
                }
                notices.dispatch(NoticeAction::Say(said.0, said.1));
                busy.set(false);
                refresh.emit(());
            });
        })
    };
    let sums = &source.sums;
    let figures = [
        ("read", sums.records_read, "records read from the shards"),
        ("filtered", sums.records_filtered, "records that no filter pattern let through"),
        ("handled", sums.records_handled, "records that the function handled"),
        (
            "again",
            sums.records_redelivered,
            "records that were delivered again: at least once, not exactly once",
        ),
        ("errors", sums.errors, "invocations that failed"),
        ("lost", sums.answers_lost, "answers that were lost"),
        ("discarded", sums.records_discarded, "records that were given up"),
    ];
    let blocked = source.blocked();
    let thrown = props.shown.invocations.iter().find_map(|one| one.error.clone());
    html! {
        <section class="consumer-view" data-state={source.state.clone()} data-steps={source.steps.len().to_string()} data-busy={busy.to_string()}>
            <header class="consumer-bar" role="toolbar" aria-label="Event source">
                <Button label={if enabled { "Pause" } else { "Run" }} icon={if enabled { "pause" } else { "play" }} onclick={onrun} action="run-source"
                    kind={if enabled { ButtonKind::Plain } else { ButtonKind::Primary }}
                    title="Enabled, it polls by itself with the workspace's clock; disabled, it stands still" />
                <Button label="Step" icon="step-forward" keys="n" onclick={one} action="step-source" disabled={enabled || *busy || source.steps.is_empty()}
                    title="One poll, one invocation or one return, without waiting for its time" />
                <Button label="A batch" icon="skip-forward" keys="b" onclick={batch} action="step-batch" disabled={enabled || *busy || source.steps.is_empty()}
                    title="Steps until the function has returned once" />
                <Button label="Change items" icon="plus" onclick={change(false)} action="change-items" disabled={*busy}
                    title="UpdateItem on the table's first four items: REMOVE poison ADD touched 1" />
                <Button label="Poison one" icon="octagon-alert" onclick={change(true)} action="poison-item" disabled={*busy}
                    title="The same, and poison is set on the second item" />
                <span class="consumer-space"></span>
                <Button label="Settings" icon="pencil" kind={ButtonKind::Quiet} onclick={onedit} action="edit-source" />
                <Button label="Delete" icon="trash-2" kind={ButtonKind::Quiet} onclick={ondelete} action="delete-source" />
            </header>
            <div class="consumer-scroll">
                <div class="consumer-title">
                    <h3>{ source.function_name() }</h3>
                    <Badge text={source.state.clone()} tone={if enabled { "good" } else { "plain" }} />
                    <Badge text={source.last_processing_result.clone()} tone={if source.last_processing_result.starts_with("PROBLEM") { "bad" } else { "plain" }} />
                    <small>{ settings(source) }</small>
                </div>
                <p class="consumer-next" data-next={source.steps.first().map(|step| step.step.clone())}>{ next_step(source, now_ms) }</p>
                if let Some((shard, lane)) = blocked {
                    <p class="consumer-blocked" role="status">
                        { format!("Lane {} of shard {} is blocked: its batch fails, and {} behind it until the records are handled, given up or expire.",
                            lane.lane, short(&shard.shard_id), match lane.pending_count + shard.unread_count {
                                0 => "whatever is written to its items waits".to_owned(),
                                1 => "1 record waits".to_owned(),
                                count => format!("{count} records wait"),
                            }) }
                        if let Some(error) = thrown {
                            <span class="consumer-thrown">{ error }</span>
                        }
                    </p>
                }
                <dl class="consumer-sums">
                    { for figures.iter().map(|(name, count, what)| html! {
                        <div data-sum={*name} data-count={count.to_string()} title={*what}><dt>{ *name }</dt><dd>{ count }</dd></div>
                    }) }
                </dl>
                <div class="consumer-columns">
                    <section>
                        <h4 class="consumer-heading">{ "Shards" }</h4>
                        <Lanes shards={source.shards.clone()} {now_ms} />
                        <AgeChart invocations={props.shown.invocations.clone()} />
                        <p class="consumer-outcomes">
                            { "It writes " }
                            { for source.outcomes().into_iter().map(|table| {
                                let onclick = {
                                    let (route, table) = (route.clone(), table.clone());
                                    Callback::from(move |()| {
                                        route.go.emit(route.route.at(Page::Data).on(Some(table.clone()), None));
                                    })
                                };
                                html! { <Button label={table.clone()} kind={ButtonKind::Quiet} {onclick} action={format!("outcome-{table}")} /> }
                            }) }
                        </p>
                    </section>
                    <section>
                        <BatchTree invocations={props.shown.invocations.clone()} />
                        <h4 class="consumer-heading">{ "Invocations" }</h4>
                        <Invocations invocations={props.shown.invocations.clone()} />
                        if !props.shown.discarded.is_empty() {
                            <h4 class="consumer-heading">{ "On-failure destination" }</h4>
                            <ol class="discarded">
                                { for props.shown.discarded.iter().map(discarded) }
                            </ol>
                        }
                    </section>
                </div>
                <p class="consumer-hint">
                    <b>{ "modelled" }</b>
                    { ": the poll's quarter of a second, how long an invocation takes, and the wait before a retry (1 s, then doubled up to 60 s). Lambda publishes the rules, not these times." }
                </p>
            </div>
        </section>
    }
}

fn discarded(message: &Value) -> Html {
    let info = &message["DDBStreamBatchInfo"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let json = serde_json::to_string_pretty(message).unwrap_or_default();
    html! {
        <li data-condition={text(&message["requestContext"]["condition"])}>
            <details>
                <summary>
                    <Badge text={text(&message["requestContext"]["condition"])} tone="bad" />
                    { format!(" {} of shard {} ", plural(info["batchSize"].as_u64().unwrap_or(0), "record"), short(&text(&info["shardId"]))) }
                </summary>
                <pre>{ json }</pre>
            </details>
        </li>
    }
}
