//! Backups: on-demand backups, point-in-time recovery with the moment chosen on the time that is kept, and restores under way. Everything is
//! an API request; what the table held at a moment is the inspector's.

mod ondemand;
mod read;
mod recovery;
mod window;

use serde_json::Value;
use yew::prelude::*;

use crate::components::{Badge, Button, ButtonKind, EmptyState, ErrorPanel, Field};
use crate::hooks::{use_client, use_route, use_tables, use_workspace_ms};
use crate::protocol::ClientError;
use crate::state::backups::free_name;
use crate::state::route::Page;
use crate::state::tables::TableDescription;
use ondemand::OnDemand;
use read::use_backups;
use recovery::PointInTime;

/// How often the time is drawn, in milliseconds.
const DRAWN_MS: u32 = 1000;

/// What a restored table lacks.
const NOT_RESTORED: &str = "auto scaling policies, IAM policies, CloudWatch metrics and alarms, tags, the stream's settings, Time to Live, deletion \
                            protection, and point-in-time recovery";

fn restoring(table: &TableDescription) -> Html {
    let summary = &table.body["RestoreSummary"];
    let source =
        summary["SourceBackupArn"].as_str().or(summary["SourceTableArn"].as_str()).unwrap_or_default();
    html! {
        <li key={table.name.clone()} data-restoring={table.name.clone()}>
            <b>{ &table.name }</b><Badge text={table.status.clone()} tone="accent" />
            <span>{ format!("RestoreInProgress: {}", summary["RestoreInProgress"]) }</span>
            <code>{ source }</code>
        </li>
    }
}

/// The page.
#[component]
pub fn BackupsPage() -> Html {
    let (tables, route, api) = (use_tables(), use_route(), use_client());
    let now_ms = use_workspace_ms(DRAWN_MS);
    let chosen = use_state_eq(|| None::<(String, u64)>);
    let target = use_state_eq(|| None::<String>);
    let refused = use_state_eq(|| None::<ClientError>);
    let table = tables.chosen(route.route.table.as_deref()).cloned();
    let name = table.as_ref().map(|table| table.name.clone());
    let at_ms = chosen.as_ref().filter(|(of, _)| Some(of) == name.as_ref()).map(|(_, at_ms)| *at_ms);
    let (reading, refresh) = use_backups(name.clone(), at_ms, now_ms);
    let locked = api.moment().is_some();
    let Some(reading) = reading.filter(|_| tables.loaded) else { return Html::default() };
    if table.is_none() && reading.backups.is_empty() {
        let onclick = Callback::from(move |()| {
            route.go.emit(route.route.at(Page::Design).with("samples", Some(String::new())))
        });
        return html! {
            <EmptyState icon="history" title="A backup is of a table" actions={html! {
                <Button label="Load a sample" icon="book-open" kind={ButtonKind::Primary} {onclick} action="samples" />
            }}>
                <p>{ "A table can be backed up as it stands, and restored as it was at any second of the last 35 days. First there has to be a table." }</p>
            </EmptyState>
        };
    }
    let onsend = {
        let (refused, target) = (refused.setter(), target.setter());
        Callback::from(move |(operation, request): (&'static str, Value)| {
            let call = api.call(operation, request.to_string());
            let (refused, target, refresh) = (refused.clone(), target.clone(), refresh.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let result = call.await.result;
                if result.is_ok() && operation.starts_with("Restore") {
                    target.set(None);
                }
                refused.set(result.err());
                refresh.emit(());
            });
        })
    };
    let ontarget = {
        let target = target.setter();
        Callback::from(move |text: String| target.set(Some(text)))
    };
    let onchoose = {
        let (chosen, name) = (chosen.setter(), name.clone().unwrap_or_default());
        Callback::from(move |at_ms: u64| chosen.set(Some((name.clone(), at_ms))))
    };
    let of = name.clone().or_else(|| reading.backups.first().map(|backup| backup.table.clone()));
    let suggested = format!("{}-restored", of.unwrap_or_default());
    let shown = (*target)
        .clone()
        .unwrap_or_else(|| free_name(&suggested, |name| tables.list.iter().any(|table| table.name == name)));
    let under_way: Vec<_> =
        tables.list.iter().filter(|table| table.body["RestoreSummary"].is_object()).cloned().collect();
    html! {
        <div class="backups-page">
            <header class="backups-head">
                <h2>{ name.clone().unwrap_or_else(|| "Backups".to_owned()) }</h2>
                <Field label="Restore into a new table called" name="target" mono={true} value={shown.clone()} oninput={ontarget} disabled={locked} />
            </header>
            if let Some(error) = &*refused {
                <ErrorPanel error={error.clone()} />
            }
            if !under_way.is_empty() {
                <section class="backups-restoring" aria-label="Restores under way" role="status">
                    <h3>{ "Restores under way" }</h3>
                    <ul>{ for under_way.iter().map(|table| restoring(table)) }</ul>
                </section>
            }
            if let Some(table) = &table {
                <PointInTime key={table.name.clone()} table={table.clone()} reading={reading.clone()} target={shown.clone()} {locked} {onchoose} onsend={onsend.clone()} />
            }
            <OnDemand table={name} {reading} target={shown} {locked} {onsend} />
            <p class="backups-words">
                { format!("Restored are the items, the key, the indexes, capacity and encryption. Not restored: {NOT_RESTORED}. They are set on the new table anew.") }
            </p>
        </div>
    }
}
