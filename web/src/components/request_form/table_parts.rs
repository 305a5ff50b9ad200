//! CreateTable and UpdateTable as forms: the designer's fields, on one request.
//!
//! A new table is a design from its name to its stream; a change says only what changes, as UpdateTable does.

use std::rc::Rc;

use yew::prelude::*;

use super::RequestFormProps;
use crate::components::table_form::{IndexForm, TableForm, stream_views};
use crate::components::{Button, ButtonKind, Field, Select, SelectOption};
use crate::state::design::check::{IndexPlace, Place, problems};
use crate::state::design::{IndexDesign, KeyPart, TableDesign, Units};
use crate::state::request::edit::Edit;
use crate::state::request::table_change::{
    IndexChange, index_changes, is_provisioned, stream, stream_setting, units, with_index_change,
    without_index_change,
};
use crate::state::tables::TableDescription;

/// The whole of a CreateTable.
pub fn new_table(props: &RequestFormProps) -> Html {
    let design = TableDesign::read(&props.request);
    let found = problems(&design, None).into_iter().filter(|problem| !problem.unfinished);
    let notes: Vec<(Place, String)> = found.map(|problem| (problem.place, problem.text)).collect();
    let onchange = props.onedit.reform(|design: TableDesign| Edit::Request(design.create_request()));
    html! {
        <div class="wide request-table">
            <TableForm design={Rc::new(design)} base={None::<Rc<TableDesign>>} notes={Rc::new(notes)} {onchange} disabled={props.stale}
                time_to_live={false} scales={false} />
        </div>
    }
}

/// What an UpdateTable changes.
pub fn change(props: &RequestFormProps, table: Option<&TableDescription>) -> Html {
    html! {
        <>
            { capacity(props, table) }
            { indexes(props, table) }
            { settings(props) }
        </>
    }
}

fn capacity(props: &RequestFormProps, table: Option<&TableDescription>) -> Html {
    let request = &props.request;
    let mode = request["BillingMode"].as_str().unwrap_or_default().to_owned();
    let now = match table {
        Some(table) if table.on_demand => "As it is (on-demand)",
        Some(_) => "As it is (provisioned)",
        None => "As it is",
    };
    let modes = vec![
        SelectOption::new("", now),
        SelectOption::new("PAY_PER_REQUEST", "On-demand"),
        SelectOption::new("PROVISIONED", "Provisioned"),
    ];
    let typed = units(&request["ProvisionedThroughput"]);
    let shown = is_provisioned(request, table) || request["ProvisionedThroughput"].is_object();
    let current = |member: &str| {
        let units = table.and_then(|table| table.body["ProvisionedThroughput"][member].as_u64());
        units
            .filter(|units| *units > 0)
            .map_or_else(|| "none".to_owned(), |units| format!("{units}, as it is"))
    };
    let set = |change: fn(&mut Units, String)| {
        let typed = typed.clone();
        props.onedit.reform(move |text| {
            let mut next = typed.clone();
            change(&mut next, text);
            let empty = next.read.is_empty() && next.write.is_empty();
            match empty {
                true => Edit::Forget("ProvisionedThroughput"),
                false => Edit::Whole("ProvisionedThroughput", next.request()),
            }
        })
    };
    let onmode = props.onedit.reform(|mode| Edit::Text("BillingMode", mode));
    html! {
        <section class="form-section wide" data-section="capacity">
            <h2>{ "Capacity" }</h2>
            <div class="key-grid">
                <Select label="Billing mode" name="BillingMode" options={modes} value={mode} onchange={onmode} />
                if shown {
                    <div class="units">
                        <Field label="Read units (RCU)" name="read" value={typed.read.clone()} placeholder={current("ReadCapacityUnits")}
                            oninput={set(|units, text| units.read = text)} error={unit_fault(&typed.read)} />
                        <Field label="Write units (WCU)" name="write" value={typed.write.clone()} placeholder={current("WriteCapacityUnits")}
                            oninput={set(|units, text| units.write = text)} error={unit_fault(&typed.write)} />
                    </div>
                }
            </div>
        </section>
    }
}

fn unit_fault(typed: &str) -> Option<AttrValue> {
    let good = typed.trim().is_empty() || typed.trim().parse::<u64>().is_ok_and(|units| units > 0);
    (!good).then(|| AttrValue::from("A whole number from 1 on."))
}

fn indexes(props: &RequestFormProps, table: Option<&TableDescription>) -> Html {
    let changes = index_changes(&props.request, table);
    let put = |at: usize| {
        let (request, table) = (props.request.clone(), table.cloned());
        props.onedit.reform(move |change: IndexChange| {
            Edit::Request(with_index_change(&request, table.as_ref(), at, &change))
        })
    };
    let remove = |at: usize| {
        let (request, table) = (props.request.clone(), table.cloned());
        props.onedit.reform(move |()| Edit::Request(without_index_change(&request, table.as_ref(), at)))
    };
    let first = table.and_then(|table| table.indexes.iter().find(|index| index.global));
    let first = first.map(|index| index.name.clone()).unwrap_or_default();
    let add = |label: &'static str, action: &'static str, change: IndexChange| {
        let onclick = put(changes.len()).reform(move |()| change.clone());
        html! { <Button {label} icon="plus" {onclick} {action} /> }
    };
    let units = Units::default();
    html! {
        <section class="form-section wide" data-section="gsi">
            <h2>{ "Global secondary indexes" }</h2>
            <p class="field-hint">{ "DynamoDB takes one index to create or to delete in each UpdateTable; the designer plans several." }</p>
            { for changes.iter().enumerate().map(|(at, change)| index_change(props, table, at, change, put(at), remove(at))) }
            <div class="request-row-add">
                { add("Create an index", "create-gsi", IndexChange::Create(Box::new(IndexDesign::fresh(true)))) }
                if !first.is_empty() {
                    { add("Change the units of one", "update-gsi", IndexChange::Update { name: first.clone(), units }) }
                    { add("Delete one", "delete-gsi", IndexChange::Delete { name: first }) }
                }
            </div>
        </section>
    }
}

fn index_change(
    props: &RequestFormProps,
    table: Option<&TableDescription>,
    at: usize,
    change: &IndexChange,
    put: Callback<IndexChange>,
    onremove: Callback<()>,
) -> Html {
    let which = |label: &'static str, name: &str, make: Box<dyn Fn(String) -> IndexChange>| {
        let global = table.into_iter().flat_map(|table| &table.indexes).filter(|index| index.global);
        let mut options: Vec<SelectOption> =
            global.map(|index| SelectOption::new(index.name.clone(), index.name.clone())).collect();
        if options.iter().all(|option| option.value != name) {
            let shown =
                if name.is_empty() { "Choose an index".to_owned() } else { format!("{name} (not there)") };
            options.insert(0, SelectOption::new(name.to_owned(), shown));
        }
        html! { <Select {label} name={format!("gsi-{at}-name")} {options} value={name.to_owned()} onchange={put.reform(make)} /> }
    };
    let line = |fields: Html| {
        html! {
            <fieldset class="index-form" data-index-change={at.to_string()}>
                <div class="index-head">
                    { fields }
                    <Button label="Leave this out" icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={onremove.clone()} action={format!("gsi-{at}-remove")} />
                </div>
            </fieldset>
        }
    };
    match change {
        IndexChange::Create(index) => {
            let hash = table.and_then(|table| table.keys.hash.first());
            let hash =
                hash.map(|part| KeyPart { name: part.name.clone(), kind: part.attribute_type.clone() });
            let suggestions = table.map(|table| table.keys.names()).unwrap_or_default();
            let suggestions: Vec<AttrValue> = suggestions.into_iter().map(AttrValue::from).collect();
            html! {
                <IndexForm global={true} {at} index={(**index).clone()} hash={hash.unwrap_or_default()}
                    provisioned={is_provisioned(&props.request, table)} live={true} notes={notes(index)} {suggestions}
                    onchange={put.reform(|index| IndexChange::Create(Box::new(index)))} {onremove} />
            }
        }
        IndexChange::Update { name, units } => {
            let kept = units.clone();
            let set = |change: fn(&mut Units, String)| {
                let (name, units) = (name.clone(), units.clone());
                put.reform(move |text| {
                    let mut units = units.clone();
                    change(&mut units, text);
                    IndexChange::Update { name: name.clone(), units }
                })
            };
            line(html! {
                <>
                    { which("Index to change", name, Box::new(move |name| IndexChange::Update { name, units: kept.clone() })) }
                    <Field label="Read units (RCU)" name={format!("gsi-{at}-read")} value={units.read.clone()} error={unit_fault(&units.read)}
                        oninput={set(|units, text| units.read = text)} />
                    <Field label="Write units (WCU)" name={format!("gsi-{at}-write")} value={units.write.clone()} error={unit_fault(&units.write)}
                        oninput={set(|units, text| units.write = text)} />
                </>
            })
        }
        IndexChange::Delete { name } => {
            line(which("Index to delete", name, Box::new(|name| IndexChange::Delete { name })))
        }
        IndexChange::Other => {
            line(html! { <p class="form-note">{ "This change stands in the JSON beside." }</p> })
        }
    }
}

/// What is wrong with a new index by itself.
fn notes(index: &IndexDesign) -> Vec<(IndexPlace, String)> {
    let alone = TableDesign { on_demand: true, globals: vec![index.clone()], ..TableDesign::default() };
    let found = problems(&alone, None).into_iter().filter(|problem| !problem.unfinished);
    let of = found.filter_map(|problem| match problem.place {
        Place::Global(_, part) => Some((part, problem.text)),
        _ => None,
    });
    of.collect()
}

fn settings(props: &RequestFormProps) -> Html {
    let request = &props.request;
    let mut views = stream_views();
    views[0] = SelectOption::new("none", "End the stream");
    views.insert(0, SelectOption::new("", "As it is"));
    let onstream = props.onedit.reform(|word: String| match stream_setting(&word) {
        Some(setting) => Edit::Whole("StreamSpecification", setting),
        None => Edit::Forget("StreamSpecification"),
    });
    let flag = match request["DeletionProtectionEnabled"].as_bool() {
        Some(true) => "on",
        Some(false) => "off",
        None => "",
    };
    let flags = vec![
        SelectOption::new("", "As it is"),
        SelectOption::new("on", "On"),
        SelectOption::new("off", "Off"),
    ];
    let onflag = props.onedit.reform(|word: String| {
        let flag = (!word.is_empty()).then(|| word == "on");
        Edit::Flag("DeletionProtectionEnabled", flag)
    });
    let classes = vec![
        SelectOption::new("", "As it is"),
        SelectOption::new("STANDARD", "Standard"),
        SelectOption::new("STANDARD_INFREQUENT_ACCESS", "Standard, infrequent access"),
    ];
    let class = request["TableClass"].as_str().unwrap_or_default().to_owned();
    let onclass = props.onedit.reform(|word| Edit::Text("TableClass", word));
    html! {
        <section class="form-section wide" data-section="settings">
            <h2>{ "Stream, protection, table class" }</h2>
            <div class="key-grid">
                <Select label="Stream" name="stream" options={views} value={stream(request)} onchange={onstream} />
                <Select label="Deletion protection" name="protected" options={flags} value={flag} onchange={onflag} />
                <Select label="Table class" name="TableClass" options={classes} value={class} onchange={onclass} />
            </div>
            <p class="field-hint">{ "Time to Live is switched by UpdateTimeToLive, which stands in this list of operations too." }</p>
        </section>
    }
}
