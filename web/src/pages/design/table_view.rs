//! A table as it is: its key, its indexes with their status, what it is set to, and the ways on.

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use super::delete::DeleteDialog;
use super::facts::{at_most, capacity, class, partitions, projection, size, time_to_live, units};
use super::requests_pane::is_backfilling;
use crate::components::{Badge, Button, ButtonKind, Icon, JsonTree, Term};
use crate::hooks::{use_client, use_remote, use_route};
use crate::state::design::scaling;
use crate::state::explanation::{count, plural};
use crate::state::route::Page;
use crate::state::tables::{IndexDescription, Keys, TableDescription};

/// The props of [`TableView`].
#[derive(Properties, PartialEq)]
pub struct TableViewProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// The index that is chosen on the left.
    #[prop_or_default]
    pub index: Option<String>,
}

/// What DescribeTable does not say.
#[derive(Clone, Debug, Default, PartialEq)]
struct Beside {
    time_to_live: Option<Value>,
    partitions: Option<Value>,
    scaling: Option<Value>,
}

/// A table as it is.
#[component]
pub fn TableView(props: &TableViewProps) -> Html {
    let (api, route) = (use_client(), use_route());
    let connected = use_remote().connection.is_some();
    let deleting = use_state_eq(|| false);
    let beside = use_state_eq(Beside::default);
    {
        let beside = beside.setter();
        use_effect_with((props.table.clone(), api.moment()), move |(table, _)| {
            let request = json!({ "TableName": table.name });
            wasm_bindgen_futures::spawn_local(async move {
                let time_to_live = api.look("DescribeTimeToLive", &request).await;
                let partitions = api.look("Dynascope.ListPartitions", &request).await;
                let scaling = api.look("Dynascope.DescribeAutoScaling", &request).await;
                beside.set(Beside { time_to_live, partitions, scaling });
            });
        });
    }
    let table = &props.table;
    let go = |page: Page, what: Option<&'static str>| {
        let (route, name) = (route.clone(), table.name.clone());
        Callback::from(move |()| {
            let place = route.route.at(page).on(Some(name.clone()), None);
            route.go.emit(match what {
                Some(what) => place.with(what, Some(String::new())),
                None => place,
            })
        })
    };
    let ask = |open: bool| {
        let deleting = deleting.setter();
        Callback::from(move |()| deleting.set(open))
    };
    let counts = partitions(beside.partitions.as_ref());
    let body = &table.body;
    html! {
        <article class="table-view" data-view={table.name.clone()}>
            <header class="design-header">
                <div>
                    <h1>{ &table.name }{ status(&table.status) }</h1>
                    <p class="design-lead">{ format!("{}, {}", plural(table.item_count, "item"), size(table.size_bytes)) }</p>
                </div>
                <div class="design-actions">
                    <Button label="Query" icon="terminal" onclick={go(Page::Query, None)} action="to-query" />
                    <Button label="Item collections" icon="layers" onclick={go(Page::Design, Some("collections"))} action="collections" />
                    if !connected {
                        <Button label="Regions" icon="server" onclick={go(Page::Regions, None)} action="to-regions" />
                        <Button label="Backups" icon="history" onclick={go(Page::Backups, None)} action="to-backups" />
                    }
                    <Button label="Export" icon="file-json" onclick={go(Page::Exchange, None)} action="to-export" />
                    <Button label="Entities" icon="table-2" onclick={go(Page::Design, Some("entities"))} action="entities" />
                    <Button label="Change" icon="pencil" kind={ButtonKind::Primary} onclick={go(Page::Design, Some("edit"))} action="edit" />
                    <Button label="Delete…" icon="trash-2" kind={ButtonKind::Danger} onclick={ask(true)} action="delete-table" />
                </div>
            </header>
            <dl class="table-facts">
                { fact("Primary key", keys(&table.keys)) }
                { fact("Capacity", html! { { capacity(body) } }) }
                if let Some(scaling) = beside.scaling.as_ref().and_then(|answer| scaling::told(answer, None)) {
                    { fact("Auto scaling", html! { { scaling } }) }
                }
                { fact("Table class", html! { { class(body) } }) }
                if let Some((_, partitions)) = counts.iter().find(|(index, _)| index.is_none()) {
                    { fact("Partitions", html! { { plural(*partitions as u64, "partition") } }) }
                }
                { fact("Time to Live", html! { { time_to_live(beside.time_to_live.as_ref()) } }) }
                { fact("Stream", stream(table)) }
                { fact("Deletion protection", html! { { if body["DeletionProtectionEnabled"] == true { "on" } else { "off" } } }) }
                { fact("ARN", html! { <code>{ body["TableArn"].as_str().unwrap_or_default() }</code> }) }
            </dl>
            <h2>{ "Indexes" }</h2>
            if table.indexes.is_empty() {
                <p class="field-hint">{ "None: items are found by the primary key alone. A global index can be added at any time, a local one only to a new table." }</p>
            } else {
                <div class="index-scroll" role="region" aria-label="Indexes" tabindex="0">
                    <table class="index-table">
                        <thead><tr>
                            <th>{ "Kind" }</th><th>{ "Index" }</th><th>{ "Key" }</th><th>{ "Projection" }</th><th>{ "Status" }</th>
                            <th class="number">{ "Items" }</th><th class="number">{ "Size" }</th><th>{ "Capacity" }</th>
                            if !connected {
                                <th class="number">{ "Partitions" }</th>
                            }
                        </tr></thead>
                        <tbody>
                            { for table.indexes.iter().map(|index| {
                                let partitions = counts.iter().find(|(of, _)| of.as_deref() == Some(&index.name)).map(|(_, n)| *n);
                                // A real endpoint tells of none.
                                let partitions = (!connected).then_some(partitions);
                                let scaling = beside.scaling.as_ref().and_then(|answer| scaling::told(answer, Some(&index.name)));
                                index_row(table, index, partitions, scaling, props.index.as_deref() == Some(&index.name))
                            }) }
                        </tbody>
                    </table>
                </div>
            }
            <details class="table-json">
                <summary>{ "DescribeTable" }</summary>
                <JsonTree value={body.clone()} />
            </details>
            <DeleteDialog open={*deleting} table={table.name.clone()} items={table.item_count} protected={body["DeletionProtectionEnabled"] == true}
                onclose={ask(false)} />
        </article>
    }
}

fn fact(label: &'static str, value: Html) -> Html {
    html! { <div><dt>{ label }</dt><dd data-fact={label}>{ value }</dd></div> }
}

fn status(status: &str) -> Html {
    let tone = match status {
        "ACTIVE" => "good",
        "DELETING" => "bad",
        _ => "warning",
    };
    html! { <Badge text={status.to_owned()} {tone} /> }
}

fn keys(keys: &Keys) -> Html {
    let part = |word: &'static str, name: &str, kind: &str| {
        html! { <span class="key-part"><Badge text={kind.to_owned()} /><code>{ name }</code><Term {word} /></span> }
    };
    html! {
        <>
            { for keys.hash.iter().map(|key| part("partition key", &key.name, &key.attribute_type)) }
            { for keys.range.iter().map(|key| part("sort key", &key.name, &key.attribute_type)) }
        </>
    }
}

fn stream(table: &TableDescription) -> Html {
    let view = table.body["StreamSpecification"]["StreamViewType"].as_str();
    match (view, &table.stream_arn) {
        (Some(view), Some(arn)) => html! { <>{ view }<code class="arn">{ arn }</code></> },
        (None, Some(arn)) => html! { <>{ "off; the last one was" }<code class="arn">{ arn }</code></> },
        _ => html! { { "off" } },
    }
}

fn index_row(
    table: &TableDescription,
    index: &IndexDescription,
    partitions: Option<Option<usize>>,
    scaling: Option<String>,
    chosen: bool,
) -> Html {
    let list = if index.global { "GlobalSecondaryIndexes" } else { "LocalSecondaryIndexes" };
    let found = table.body[list].as_array().into_iter().flatten();
    let body =
        found.into_iter().find(|body| body["IndexName"] == index.name.as_str()).cloned().unwrap_or_default();
    let own = match index.global {
        true => {
            units(&body["ProvisionedThroughput"]).unwrap_or_else(|| format!("on-demand{}", at_most(&body)))
        }
        false => "the table’s".to_owned(),
    };
    html! {
        <tr key={index.name.clone()} data-index-row={index.name.clone()} aria-current={chosen.then_some("true")}>
            <td><Badge text={if index.global { "GSI" } else { "LSI" }} tone="index" /></td>
            <td><code>{ &index.name }</code></td>
            <td><Icon name="key-round" />{ " " }<code>{ index.keys.names().join(", ") }</code></td>
            <td>{ projection(&body) }</td>
            <td>
                { status(&index.status) }
                if is_backfilling(table, &index.name) {
                    <span class="backfilling">{ " backfilling" }</span>
                }
            </td>
            <td class="number">{ count(index.item_count) }</td>
            <td class="number">{ body["IndexSizeBytes"].as_u64().map(size) }</td>
            <td>{ own }if let Some(scaling) = scaling { <small>{ format!("; {scaling}") }</small> }</td>
            if let Some(partitions) = partitions {
                <td class="number">{ match (index.global, partitions) {
                    (false, _) => "the table’s".to_owned(),
                    (true, Some(partitions)) => partitions.to_string(),
                    (true, None) => String::new(),
                } }</td>
            }
        </tr>
    }
}
