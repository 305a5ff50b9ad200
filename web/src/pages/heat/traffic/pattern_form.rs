//! One access pattern of a recipe: its request with templates, how its partition key is drawn, its variables.

use std::rc::Rc;

use yew::prelude::*;

use super::draft::{Faults, OPERATIONS, PatternDraft};
use super::form::{name_of, named, options};
use super::keys::{Keys, write_key};
use super::number::number;
use crate::components::{Button, ButtonKind, Field, JsonEditor, Select, SelectOption};
use crate::state::json_text::parse;
use crate::state::tables::TableDescription;

/// The props of [`PatternForm`].
#[derive(Properties, PartialEq)]
pub struct PatternFormProps {
    /// Which of the patterns.
    pub at: usize,
    /// Its fields.
    pub pattern: PatternDraft,
    /// A field was changed.
    pub onchange: Callback<(usize, PatternDraft)>,
    /// It is taken out.
    pub onremove: Callback<usize>,
    /// What is wrong with the recipe.
    pub faults: Faults,
    /// The tables that there are.
    pub tables: Vec<Rc<TableDescription>>,
}

/// The fields.
#[component]
pub fn PatternForm(props: &PatternFormProps) -> Html {
    let keys = use_state_eq(|| (Keys::Zipf, "1,000".to_owned()));
    let note = use_state_eq(|| None::<String>);
    let pattern = &props.pattern;
    let fault = |name: &str| {
        let text = props.faults.get(&format!("patterns.{}.{name}", props.at));
        text.map(|text| AttrValue::from(text.clone()))
    };
    let changed = |set: fn(&mut PatternDraft, String)| {
        let (at, pattern, onchange) = (props.at, pattern.clone(), props.onchange.clone());
        Callback::from(move |text: String| {
            let mut pattern = pattern.clone();
            set(&mut pattern, text);
            onchange.emit((at, pattern));
        })
    };
    let operations: Vec<SelectOption> =
        OPERATIONS.iter().map(|operation| SelectOption::new(*operation, *operation)).collect();
    let broken = parse(&pattern.request).err();
    // What the JSON editor cannot mark itself: a template.
    let template = fault("request").filter(|_| broken.is_none());
    let onkeys = {
        let (keys, count) = (keys.setter(), keys.1.clone());
        Callback::from(move |name: String| {
            keys.set((named(&Keys::ALL, &name).unwrap_or_default(), count.clone()))
        })
    };
    let oncount = {
        let (keys, kind) = (keys.setter(), keys.0);
        Callback::from(move |text: String| keys.set((kind, text)))
    };
    let wanted = number(&keys.1, 1, 1_000_000);
    let write = {
        let (at, pattern, onchange, tables) =
            (props.at, pattern.clone(), props.onchange.clone(), props.tables.clone());
        let (kind, wanted, note) = (keys.0, wanted.clone().unwrap_or(1), note.setter());
        Callback::from(move |()| {
            let mut read = pattern.pattern("", &mut Faults::new());
            match written(&mut read, &tables, kind, wanted) {
                Ok(text) => {
                    onchange.emit((
                        at,
                        PatternDraft { request: PatternDraft::of(&read).request, ..pattern.clone() },
                    ));
                    note.set(Some(text));
                }
                Err(why) => note.set(Some(why)),
            }
        })
    };
    html! {
        <fieldset class="compose-pattern" data-pattern={props.at.to_string()}>
            <legend class="visually-hidden">{ format!("Pattern {}", props.at + 1) }</legend>
            <div class="compose-fields">
                <Field label="Name" name="pattern-name" value={pattern.name.clone()} error={fault("name")}
                    oninput={changed(|pattern, text| pattern.name = text)} />
                <Select label="Operation" name="pattern-operation" options={operations} value={pattern.operation.clone()}
                    onchange={changed(|pattern, name| pattern.operation = name)} />
                <Field label="Weight" name="pattern-weight" value={pattern.weight.clone()} error={fault("weight")} mono={true}
                    oninput={changed(|pattern, text| pattern.weight = text)} />
                <Button label={format!("Take out {}", pattern.name)} icon="x" icon_only={true} kind={ButtonKind::Quiet} action="remove-pattern"
                    onclick={ {
                        let (at, onremove) = (props.at, props.onremove.clone());
                        Callback::from(move |()| onremove.emit(at))
                    } } />
            </div>
            <JsonEditor label={format!("Request of {}", pattern.name)} name="pattern-request" value={pattern.request.clone()} fault={broken.clone()}
                oninput={changed(|pattern, text| pattern.request = text)} />
            if let Some(template) = template {
                <p class="field-error" role="alert" data-part="template-fault">{ template }</p>
            }
            <div class="compose-fields">
                <Select label="Partition keys" name="pattern-keys" options={options(&Keys::ALL)} value={name_of(&Keys::ALL, &keys.0)} onchange={onkeys} />
                if keys.0.counts() {
                    <Field label="How many" name="pattern-key-count" value={keys.1.clone()} oninput={oncount} mono={true}
                        error={wanted.clone().err().map(AttrValue::from)} />
                }
                <Button label="Write it into the request" onclick={write} disabled={wanted.is_err() || broken.is_some()} action="write-keys" />
            </div>
            if let Some(note) = &*note {
                <p class="heat-note" role="status">{ note }</p>
            }
            <Field label="Variables: name = template, a line each; {name} in the request" name="pattern-variables" rows={2} mono={true}
                value={pattern.variables.clone()} error={fault("variables")} oninput={changed(|pattern, text| pattern.variables = text)} />
        </fieldset>
    }
}

/// Writes the template of the partition keys into the pattern: what was written, or why it was not.
fn written(
    pattern: &mut engine::workload::AccessPattern,
    tables: &[Rc<TableDescription>],
    kind: Keys,
    count: u64,
) -> Result<String, String> {
    let name = pattern.request["TableName"].as_str().unwrap_or_default().to_owned();
    let table = tables.iter().find(|table| table.name == name);
    let hash = table.and_then(|table| table.keys.hash.first());
    let hash = hash.ok_or_else(|| format!("The request names no table of this workspace: “{name}”."))?;
    let template = kind.template(&hash.name, hash.attribute_type == "N", count);
    let template = template.ok_or_else(|| format!("{} is a number: a date is a text.", hash.name))?;
    match write_key(pattern, &hash.name, &template) {
        true => Ok(format!("{} is {template} now.", hash.name)),
        false => Err(format!("The request has no value of {} in Key, Item or its key condition.", hash.name)),
    }
}
