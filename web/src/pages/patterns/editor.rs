//! A pattern's fields: its name and rate, the request by the form and as JSON in step, and what is expected.

use std::rc::Rc;

use engine::workload::{Per, PlannedPattern};
use serde_json::Value;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::expects::Expects;
use crate::components::request_form::RequestForm;
use crate::components::{Button, ButtonKind, Field, JsonEditor, Select, SelectOption};
use crate::hooks::use_top;
use crate::state::json_text::{parse, print};
use crate::state::patterns::a_time;
use crate::state::patterns::draft::PatternDraft;
use crate::state::request::edit::{self, Edit};
use crate::state::request::operations::{OPERATIONS, operation};
use crate::state::request::template::template;
use crate::state::tables::TableDescription;

/// The props of [`Editor`].
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The pattern as it stands.
    pub pattern: Rc<PlannedPattern>,
    /// The names of the others.
    pub taken: Vec<String>,
    /// The tables to choose from.
    pub tables: Vec<Rc<TableDescription>>,
    /// Keep this.
    pub onsave: Callback<PlannedPattern>,
    /// Leave it as it was.
    pub oncancel: Callback<()>,
}

/// A labelled check box.
pub fn check(name: &'static str, label: &'static str, on: bool, onchange: Callback<bool>) -> Html {
    let onchange =
        onchange.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <label class="check"><input type="checkbox" {name} checked={on} {onchange} /><span>{ label }</span></label>
    }
}

/// The fields.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let node = use_top();
    let draft = use_state_eq(|| PatternDraft::of(&props.pattern));
    let tried = use_state_eq(|| false);
    // As the text last was when it could be read: the form shows that.
    let readable = use_state_eq(|| Rc::new(props.pattern.request.clone()));
    let change = {
        let (setter, readable) = (draft.setter(), readable.setter());
        Callback::from(move |next: PatternDraft| {
            if let Ok(request) = parse(&next.request) {
                readable.set(Rc::new(request));
            }
            setter.set(next);
        })
    };
    let edit = |how: fn(&mut PatternDraft, String)| {
        let (draft, change) = ((*draft).clone(), change.clone());
        Callback::from(move |text: String| {
            let mut next = draft.clone();
            how(&mut next, text);
            change.emit(next);
        })
    };
    let request_to = {
        let (draft, change) = ((*draft).clone(), change.clone());
        move |request: &Value| change.emit(PatternDraft { request: print(request), ..draft.clone() })
    };
    let taken: Vec<&str> = props.taken.iter().map(String::as_str).collect();
    let read = draft.pattern(&taken);
    // What is missing is said once somebody wanted to save; what is wrong in the JSON at once.
    let fault = |field: &str| {
        let faults = read.as_ref().err().filter(|_| *tried)?;
        faults.get(field).map(|why| AttrValue::from(why.clone()))
    };
    let broken = parse(&draft.request).err();
    let onoperation = {
        let (draft, change, readable, tables) =
            ((*draft).clone(), change.clone(), (*readable).clone(), props.tables.clone());
        Callback::from(move |name: String| {
            let table = readable["TableName"].as_str();
            let table = tables.iter().find(|one| Some(one.name.as_str()) == table).or(tables.first());
            let request = print(&template(&name, table.map(|table| &**table)));
            change.emit(PatternDraft { operation: name, request, ..draft.clone() });
        })
    };
    let onedit = {
        let (request_to, readable) = (request_to.clone(), (*readable).clone());
        Callback::from(move |what: Edit| {
            let mut request = (*readable).clone();
            edit::apply(&mut request, what);
            request_to(&request);
        })
    };
    let ontarget = {
        let (request_to, readable, tables) = (request_to.clone(), (*readable).clone(), props.tables.clone());
        let operation = draft.operation.clone();
        Callback::from(move |(table, index): (String, Option<String>)| {
            let Some(table) = tables.iter().find(|one| one.name == table) else { return };
            let mut request = (*readable).clone();
            edit::retarget(&mut request, &operation, table, index.as_deref());
            request_to(&request);
        })
    };
    let onsave = {
        let (onsave, read, tried) = (props.onsave.clone(), read.clone(), tried.setter());
        Callback::from(move |()| match &read {
            Ok(pattern) => onsave.emit(pattern.clone()),
            Err(_) => tried.set(true),
        })
    };
    let onpages = {
        let (draft, change) = ((*draft).clone(), change.clone());
        Callback::from(move |on| change.emit(PatternDraft { all_pages: on, ..draft.clone() }))
    };
    let operations =
        PatternDraft::operations().iter().map(|name| SelectOption::new(*name, *name)).collect::<Vec<_>>();
    let shape = operation(&draft.operation).unwrap_or(&OPERATIONS[0]);
    let pers = Per::ALL.map(|per| SelectOption::new(per.name(), a_time(per))).to_vec();
    let is_read = draft.operation == "Query" || draft.operation == "Scan" || draft.operation.contains("Get");
    html! {
        <section ref={node} class="pattern-editor" aria-label="Access pattern">
            <div class="pattern-fields">
                <Field label="Name" name="pattern-name" value={draft.name.clone()} error={fault("name")} placeholder="Get the cart of a user"
                    oninput={edit(|draft, text| draft.name = text)} />
                <Field label="Why it is asked" name="pattern-note" value={draft.note.clone()} oninput={edit(|draft, text| draft.note = text)} />
                <Select label="Operation" name="pattern-operation" options={operations} value={draft.operation.clone()} onchange={onoperation} />
                <Field label="Expected, times" name="pattern-times" value={draft.times.clone()} error={fault("times")}
                    oninput={edit(|draft, text| draft.times = text)} />
                <Select label="In" name="pattern-per" options={pers} value={draft.per.clone()} onchange={edit(|draft, text| draft.per = text)} />
                <Field label="Size of an item, bytes" name="pattern-item-bytes" value={draft.item_bytes.clone()} error={fault("item_bytes")}
                    oninput={edit(|draft, text| draft.item_bytes = text)} />
                <Field label={if is_read { "Items it reads" } else { "Items it writes" }} name="pattern-items" value={draft.items.clone()}
                    error={fault("items")} oninput={edit(|draft, text| draft.items = text)} />
            </div>
            if draft.pages() {
                { check("pattern-all-pages", "A use reads on to the last page", draft.all_pages, onpages) }
            }
            <RequestForm operation={shape} request={(*readable).clone()} tables={props.tables.clone()} stale={broken.is_some()} templates={true} {onedit} {ontarget} />
            <JsonEditor label="Request JSON" name="pattern-request" value={draft.request.clone()} fault={broken}
                oninput={edit(|draft, text| draft.request = text)} />
            if let Some(why) = fault("request") {
                <p class="field-error" role="alert">{ why }</p>
            }
            <p class="patterns-words">
                { "Parameters are templates in a value: " }<code>{ "user_{uniform 1..500}" }</code>{ ", " }<code>{ "{zipf 1..500 :5}" }</code>{ ", " }
                <code>{ "{pick open|shipped}" }</code>{ ", " }<code>{ "{today}#{shard 0..9}" }</code>{ ", " }<code>{ "{now s +30d}" }</code>{ "." }
            </p>
            <Field label="Variables: name = template, a line each; {name} in the request" name="pattern-variables" rows={2} mono={true}
                value={draft.variables.clone()} error={fault("variables")} oninput={edit(|draft, text| draft.variables = text)} />
            <Expects draft={Rc::new((*draft).clone())} {change} faults={Rc::new(if *tried { read.clone().err().unwrap_or_default() } else { Default::default() })} />
            <div class="pattern-buttons">
                <Button label="Save" icon="save" kind={ButtonKind::Primary} onclick={onsave} action="save-pattern" />
                <Button label="Cancel" onclick={props.oncancel.clone()} action="cancel-pattern" />
            </div>
        </section>
    }
}
