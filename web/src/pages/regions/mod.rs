//! Regions: a global table in two or three Regions side by side. Replicas come and go, each Region is written and read, links lag and break,
//! a Region goes dark, and of two concurrent writes the one that lost is shown. All of it is the engine's state, read again and again.

mod facts;
mod group;
mod items;
mod panel;
mod read;
mod write;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, ErrorPanel};
use crate::hooks::{use_client, use_route, use_tables, use_workspace_ms};
use crate::protocol::ClientError;
use crate::state::lesson::show;
use crate::state::regions::{GlobalTable, rest_line};
use crate::state::route::Page;
use crate::state::tables::{Keys, TableDescription};
use facts::{Choice, Facts};
use group::Group;
use items::{ItemsBeside, Lost};
use panel::{RegionPanel, WitnessPanel};
use read::{in_region, use_regions};
use write::{Typed, WritePanel};

/// A request to a Region.
#[derive(Clone, Debug, PartialEq)]
pub struct Send {
    /// The Region.
    pub region: String,
    /// The API action, or the inspector's.
    pub operation: &'static str,
    /// Its JSON.
    pub request: Value,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The operation.
    pub operation: &'static str,
    /// In a few words.
    pub text: String,
    /// The exception's name, where it was refused.
    pub error: Option<String>,
}

/// How often the time is drawn, in milliseconds.
const DRAWN_MS: u32 = 250;

/// What came of a request, in words.
fn told(operation: &'static str, result: &Result<String, ClientError>, keys: &Keys) -> Told {
    let body = match result {
        Err(error) => {
            let shown = show(error);
            return Told { operation, text: shown.message, error: Some(shown.name) };
        }
        Ok(body) => serde_json::from_str::<Value>(body).unwrap_or_default(),
    };
    let units = body["ConsumedCapacity"]["CapacityUnits"].as_f64();
    let unit = if operation == "GetItem" { "RRU" } else { "WRU" };
    let units = units.map(|units| format!("{units} {unit} here")).unwrap_or_default();
    let text = match (operation, body.get("Item")) {
        ("GetItem", Some(item)) => format!("{} · {units}", rest_line(item, keys)),
        ("GetItem", None) => format!("no such item · {units}"),
        _ => units,
    };
    Told { operation, text, error: None }
}

/// The page.
#[component]
pub fn RegionsPage() -> Html {
    let (tables, route) = (use_tables(), use_route());
    if !tables.loaded {
        return Html::default();
    }
    match tables.chosen(route.route.table.as_deref()) {
        Some(table) => html! { <OfTable key={table.name.clone()} table={table.clone()} /> },
        None => {
            let onclick = Callback::from(move |()| {
                route.go.emit(route.route.at(Page::Design).with("samples", Some(String::new())))
            });
            html! {
                <EmptyState icon="server" title="A global table is one table in several Regions" actions={html! {
                    <Button label="Load a sample" icon="book-open" kind={ButtonKind::Primary} {onclick} action="samples" />
                }}>
                    <p>{ "Every Region has a replica that takes writes, and sends them to the others. First there has to be a table." }</p>
                </EmptyState>
            }
        }
    }
}

#[derive(Properties, PartialEq)]
struct OfTableProps {
    table: Rc<TableDescription>,
}

/// What to type at first: the key of the first item, and an attribute that an update may set.
fn first(global: &GlobalTable, table: &TableDescription) -> Typed {
    let typed = Typed { attribute: "note".into(), value: "hello".into(), ..Typed::default() };
    match global.rows(&table.keys).first() {
        Some(row) => typed.on(&row.key),
        None => {
            let key = table.keys.all().map(|part| {
                let value = if part.attribute_type == "B" { "MQ==" } else { "1" };
                (part.name.clone(), value.to_owned())
            });
            Typed { key: key.collect(), ..typed }
        }
    }
}

#[component]
fn OfTable(props: &OfTableProps) -> Html {
    let table = &props.table;
    let api = use_client();
    let (global, refresh) = use_regions(&table.name);
    let now_ms = use_workspace_ms(DRAWN_MS);
    let typed = use_state_eq(|| None::<Typed>);
    let answers = use_state_eq(|| Rc::new(BTreeMap::<String, Told>::new()));
    let refused = use_state_eq(|| None::<ClientError>);
    let kept = use_mut_ref(BTreeMap::<String, Told>::new);
    let locked = api.moment().is_some();
    let home = global.as_ref().and_then(|global| global.home()).map(|home| home.region_name.clone());
    let home = home.unwrap_or_default();
    let send = {
        let (api, answers, refused, refresh) =
            (api.clone(), answers.setter(), refused.setter(), refresh.clone());
        let (home, keys) = (home.clone(), table.keys.clone());
        Callback::from(move |sends: Vec<Send>| {
            // All of them go out before the first is answered: they are of one moment.
            let calls = sends.into_iter().map(|one| {
                let (operation, request) = in_region(&home, &one.region, one.operation, one.request);
                (one.region, one.operation, api.call(operation, request))
            });
            let calls: Vec<_> = calls.collect();
            let (answers, refused, refresh) = (answers.clone(), refused.clone(), refresh.clone());
            let (kept, keys) = (kept.clone(), keys.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let mut fault = None;
                for (region, operation, call) in calls {
                    let result = call.await.result;
                    if operation.starts_with("Dynascope.") || operation == "UpdateTable" {
                        fault = result.err().or(fault);
                    } else {
                        kept.borrow_mut().insert(region, told(operation, &result, &keys));
                    }
                }
                refused.set(fault);
                answers.set(Rc::new(kept.borrow().clone()));
                refresh.emit(());
            });
        })
    };
    let Some(global) = global else { return Html::default() };
    let shown = (*typed).clone().unwrap_or_else(|| first(&global, table));
    let ontyped = {
        let typed = typed.setter();
        Callback::from(move |next: Typed| typed.set(Some(next)))
    };
    let onchoose = {
        let (typed, shown) = (typed.setter(), shown.clone());
        Callback::from(move |key: Map<String, Value>| typed.set(Some(shown.on(&key))))
    };
    let onsend = send.reform(|one: Send| vec![one]);
    let members = global.home().map(|home| home.members.clone()).unwrap_or_default();
    let is_global = !members.is_empty();
    html! {
        <div class="regions-page" data-strong={global.is_strong().to_string()} data-under-way={global.under_way().to_string()}>
            <Group table={table.name.clone()} global={global.clone()} {locked} onsend={onsend.clone()} />
            if let Some(error) = &*refused {
                <ErrorPanel error={error.clone()} />
            }
            <div class="regions-row">
                { for global.replicas.iter().map(|replica| {
                    let region = &replica.region_name;
                    let others = global.replicas.iter().filter(|other| other.region_name != *region);
                    let others: Vec<_> = others.map(|other| (other.region_name.clone(), other.is_dark())).collect();
                    let status = members.iter().find(|member| member.region_name == *region);
                    let status = status.and_then(|member| member.status.clone()).map(AttrValue::from);
                    let remove = json!({
                        "TableName": table.name, "ReplicaUpdates": [{ "Delete": { "RegionName": region } }]
                    });
                    let onremove = (*region != home && !global.is_strong()).then(|| {
                        let home = home.clone();
                        onsend.reform(move |()| Send { region: home.clone(), operation: "UpdateTable", request: remove.clone() })
                    });
                    html! {
                        <RegionPanel key={region.clone()} replica={replica.clone()} {others} {status} strong={global.is_strong()} {now_ms} {locked} onsend={onsend.clone()} {onremove} />
                    }
                }) }
                if let Some(witness) = &global.witness {
                    <WitnessPanel key={witness.region_name.clone()} witness={witness.clone()} {locked} onsend={onsend.clone()} />
                }
            </div>
            <WritePanel table={table.clone()} replicas={global.replicas.clone()} typed={shown} {ontyped} told={(*answers).clone()} {locked} onsend={send} />
            if is_global {
                <ItemsBeside table={global.clone()} keys={table.keys.clone()} {onchoose} />
            } else {
                <Choice />
            }
            if is_global && !global.is_strong() {
                <Lost table={global.clone()} keys={table.keys.clone()} />
            }
            if is_global {
                <Facts strong={global.is_strong()} regions={global.replicas.len()} />
            }
        </div>
    }
}
