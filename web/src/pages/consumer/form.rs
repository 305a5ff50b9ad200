//! The form of a mapping: the function, how batches are made, and what happens when the function fails.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::json;
use web_sys::SubmitEvent;
use yew::prelude::*;

use super::draft::{Draft, NUMBERS, OF_FUNCTION};
use super::handlers::{FAILURES, HANDLERS, handler, target_table};
use crate::client::transfer::await_active;
use crate::components::{Button, ButtonKind, ErrorPanel, Field, JsonEditor, Select, SelectOption};
use crate::hooks::{use_client, use_tables};
use crate::protocol::ClientError;
use crate::state::tables::TableDescription;

/// The props of [`SourceForm`].
#[derive(Properties, PartialEq)]
pub struct SourceFormProps {
    /// The stream's table.
    pub table: Rc<TableDescription>,
    /// What the form begins with.
    pub draft: Draft,
    /// It was saved: the mapping's UUID.
    pub onsaved: Callback<String>,
    /// It was given up.
    pub onclose: Callback<()>,
}

/// The form.
#[component]
pub fn SourceForm(props: &SourceFormProps) -> Html {
    let (api, tables) = (use_client(), use_tables());
    let draft = use_state_eq(|| props.draft.clone());
    let faults = use_state_eq(BTreeMap::<&'static str, String>::new);
    let refused = use_state_eq(|| None::<ClientError>);
    let busy = use_state_eq(|| false);
    let change = {
        let draft = draft.clone();
        move |edit: fn(&mut Draft, String)| {
            let draft = draft.clone();
            Callback::from(move |text: String| {
                let mut next = (*draft).clone();
                edit(&mut next, text);
                draft.set(next);
            })
        }
    };
    // What the rules are made of.
    let remake = {
        let (draft, table) = (draft.clone(), props.table.clone());
        move |edit: fn(&mut Draft, String)| {
            let (draft, table) = (draft.clone(), table.clone());
            Callback::from(move |text: String| {
                let mut next = (*draft).clone();
                edit(&mut next, text);
                next.write_rules(&table);
                draft.set(next);
            })
        }
    };
    let onhandler = {
        let (draft, table) = (draft.clone(), props.table.clone());
        Callback::from(move |id: String| {
            let mut next = (*draft).clone();
            next.choose(handler(&id), &table);
            draft.set(next);
        })
    };
    let number = |name: &'static str| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            next.numbers.insert(name, text);
            draft.set(next);
        })
    };
    let toggle = |edit: fn(&mut Draft)| {
        let draft = draft.clone();
        Callback::from(move |_: MouseEvent| {
            let mut next = (*draft).clone();
            edit(&mut next);
            draft.set(next);
        })
    };
    let missing = !draft.target.is_empty() && tables.get(&draft.target).is_none();
    let onsubmit = {
        let (api, draft, table) = (api.clone(), draft.clone(), props.table.clone());
        let (faults, refused, busy, onsaved) =
            (faults.setter(), refused.setter(), busy.setter(), props.onsaved.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let stream_arn = table.stream_arn.clone().unwrap_or_default();
            let request = match draft.request(&stream_arn) {
                Ok(request) => request,
                Err(wrong) => return faults.set(wrong),
            };
            faults.set(BTreeMap::new());
            refused.set(None);
            busy.set(true);
            let (api, draft, table) = (api.clone(), draft.clone(), table.clone());
            let (refused, busy, onsaved) = (refused.clone(), busy.clone(), onsaved.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if missing && draft.uuid.is_none() {
                    // The function's first request is not to meet a table that is being created.
                    let create = target_table(draft.handler, &table, &draft.target).to_string();
                    let created = match api.call("CreateTable", create).await.result {
                        Ok(_) => await_active(&api, &draft.target).await,
                        Err(error) => Err(error),
                    };
                    if let Err(error) = created {
                        refused.set(Some(error));
                        busy.set(false);
                        return;
                    }
                }
                let operation = match draft.uuid {
                    Some(_) => "Dynascope.UpdateEventSourceMapping",
                    None => "Dynascope.CreateEventSourceMapping",
                };
                match api.call(operation, request.to_string()).await.result {
                    Ok(body) => {
                        let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
                        onsaved.emit(body["UUID"].as_str().unwrap_or_default().to_owned());
                    }
                    Err(error) => refused.set(Some(error)),
                }
                busy.set(false);
            });
        })
    };
    let field = |(name, label, _, hint): &(&'static str, &'static str, i64, &'static str)| {
        html! {
            <Field key={*name} label={*label} name={*name} value={draft.numbers.get(name).cloned().unwrap_or_default()} hint={*hint}
                oninput={number(name)} error={faults.get(name).map(|fault| AttrValue::from(fault.clone()))} />
        }
    };
    let check = |name: &'static str,
                 on: bool,
                 label: &'static str,
                 what: &'static str,
                 onclick: Callback<MouseEvent>| {
        html! {
            <label class="consumer-switch">
                <input type="checkbox" {name} checked={on} {onclick} />
                <span><b>{ label }</b><small>{ what }</small></span>
            </label>
        }
    };
    let handlers = HANDLERS.iter().map(|one| SelectOption::new(one.id, one.title)).collect::<Vec<_>>();
    let failures = FAILURES.iter().map(|(id, label, _)| SelectOption::new(*id, *label)).collect::<Vec<_>>();
    let positions = vec![
        SelectOption::new("TRIM_HORIZON", "TRIM_HORIZON: the oldest record that is kept"),
        SelectOption::new("LATEST", "LATEST: what is written from now on"),
    ];
    let is_new = draft.uuid.is_none();
    html! {
        <form class="consumer-form" {onsubmit}>
            <h3>{ match is_new {
                true => format!("An event source on the stream of {}", props.table.name),
                false => format!("Settings of {}", draft.function_name),
            } }</h3>
            <fieldset>
                <legend>{ "Function" }</legend>
                if is_new {
                    <Select label="What it does" name="handler" options={handlers} value={draft.handler.id} onchange={onhandler} />
                    <p class="consumer-hint">{ draft.handler.note }</p>
                    if !draft.handler.attribute.is_empty() {
                        <Field label={draft.handler.attribute} name="attribute" value={draft.attribute.clone()} mono={true}
                            oninput={remake(|draft, text| draft.attribute = text)} />
                    }
                    <Field label="Table that it writes" name="target" value={draft.target.clone()} mono={true}
                        hint={missing.then_some("It is not there yet, and is created with the event source.")}
                        oninput={remake(|draft, text| draft.target = text)} />
                }
                <Field label="Function name" name="FunctionName" value={draft.function_name.clone()} mono={true}
                    oninput={change(|draft, text| draft.function_name = text)} />
                <Select label="It fails" name="failure" options={failures} value={draft.failure.clone()}
                    onchange={change(|draft, text| draft.failure = text)} />
                <div class="consumer-numbers">{ for OF_FUNCTION.iter().map(field) }</div>
                <details open={faults.contains_key("Rules")}>
                    <summary>{ "Its rules: conditions and requests in DynamoDB's own expressions" }</summary>
                    <JsonEditor label="Rules of the function" name="rules" value={draft.rules.clone()}
                        oninput={change(|draft, text| draft.rules = text)} />
                    if let Some(fault) = faults.get("Rules") {
                        <p class="field-error" role="alert">{ fault }</p>
                    }
                    <p class="consumer-hint">
                        { "If is a condition over the record (eventName, dynamodb.NewImage, dynamodb.OldImage, dynamodb.Keys); Then is PutItem, UpdateItem, DeleteItem, \
                           or UpdateState in a tumbling window. In values, {dynamodb.NewImage.total} becomes what stands there, {-…} its negative, {\"From\": \"dynamodb.NewImage\"} the whole value; \
                           with ForEach a rule is carried out for each {word} of a text." }
                    </p>
                </details>
            </fieldset>
            <fieldset>
                <legend>{ "Batches" }</legend>
                if is_new {
                    <Select label="Starting position" name="StartingPosition" options={positions} value={draft.starting_position.clone()}
                        onchange={change(|draft, text| draft.starting_position = text)} />
                }
                <div class="consumer-numbers">{ for NUMBERS.iter().filter(|(name, ..)| !name.contains("Retry") && !name.contains("Age")).map(field) }</div>
                <Field label="Filter patterns" name="filters" value={draft.filters.clone()} mono={true} rows={Some(2)}
                    placeholder="{\"dynamodb\": {\"NewImage\": {\"status\": {\"S\": [\"paid\"]}}}}"
                    hint="One a line, up to five; one that matches is enough. An N is a string in a record: numeric rules never match it."
                    oninput={change(|draft, text| draft.filters = text)} />
            </fieldset>
            <fieldset>
                <legend>{ "When the function fails" }</legend>
                <div class="consumer-numbers">{ for NUMBERS.iter().filter(|(name, ..)| name.contains("Retry") || name.contains("Age")).map(field) }</div>
                { check("BisectBatchOnFunctionError", draft.bisect, "Split batch on error",
                    "A batch that fails is cut in two, which counts as no retry.", toggle(|draft| draft.bisect = !draft.bisect)) }
                { check("ReportBatchItemFailures", draft.reports, "Report batch item failures",
                    "The function names the record that failed; what came before it is done.", toggle(|draft| draft.reports = !draft.reports)) }
                <Field label="On-failure destination" name="Destination" value={draft.destination.clone()} mono={true}
                    placeholder="arn:aws:sqs:us-east-1:000000000000:failed" hint="A queue or a topic: it is told where discarded records stood, not the records."
                    oninput={change(|draft, text| draft.destination = text)} />
            </fieldset>
            if let Some(error) = &*refused {
                <ErrorPanel error={error.clone()} />
            }
            <div class="consumer-buttons">
                { check("Enabled", draft.enabled, "Enabled", "It polls by itself, four times a second; otherwise it is stepped by hand.",
                    toggle(|draft| draft.enabled = !draft.enabled)) }
                <button class="button" data-kind="primary" data-action="save-source" disabled={*busy}>
                    <span>{ if is_new { "Create event source" } else { "Save" } }</span>
                </button>
                <Button label="Cancel" kind={ButtonKind::Quiet} onclick={props.onclose.clone()} action="cancel-source" />
            </div>
        </form>
    }
}

/// The request that lists one item, to guess attributes by.
pub fn one_item(table: &str) -> serde_json::Value {
    json!({ "TableName": table, "Limit": 1 })
}

/// The attribute that a total is likely to be of: the first number that is no key; else the first of any type.
pub fn likely_attribute(table: &TableDescription, item: Option<&serde_json::Value>) -> String {
    let members = item.and_then(|item| item.as_object()).cloned().unwrap_or_default();
    let plain = |name: &str| !table.keys.all().any(|part| part.name == name);
    let number = members.iter().find(|(name, value)| plain(name) && value.get("N").is_some());
    let any = members.iter().find(|(name, _)| plain(name));
    number.or(any).map_or_else(|| "amount".to_owned(), |(name, _)| name.clone())
}
