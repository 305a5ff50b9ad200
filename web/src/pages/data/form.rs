//! An item as a form: a row an attribute, with its name, its type and its value. What is wrong stands under its row.

use yew::prelude::*;

use super::draft::{DraftAction, Row};
use super::value::{TYPES, is_json};
use crate::components::{Badge, Button, ButtonKind, Field, Icon, Select, SelectOption};

/// The props of [`ItemForm`].
#[derive(Properties, PartialEq)]
pub struct ItemFormProps {
    /// The attributes.
    pub rows: Vec<Row>,
    /// The names of the partition key and of the sort key.
    pub keys: (Vec<String>, Vec<String>),
    /// What was typed.
    pub onaction: Callback<DraftAction>,
    /// The row that something is wrong with, and what.
    #[prop_or_default]
    pub fault: Option<(u32, AttrValue)>,
    /// A refusal, drawn under the row that it is about.
    #[prop_or_default]
    pub refusal: Option<(u32, Html)>,
}

/// An item as a form.
#[component]
pub fn ItemForm(props: &ItemFormProps) -> Html {
    let add = props.onaction.reform(|()| DraftAction::Add);
    html! {
        <div class="item-form">
            { for props.rows.iter().map(|row| row_of(props, row)) }
            <Button label="Add an attribute" icon="plus" kind={ButtonKind::Quiet} onclick={add} action="add-attribute" />
        </div>
    }
}

fn row_of(props: &ItemFormProps, row: &Row) -> Html {
    let id = row.id;
    let act =
        |action: fn(u32, String) -> DraftAction| props.onaction.reform(move |text: String| action(id, text));
    let error = props.fault.as_ref().filter(|(fault, _)| *fault == id).map(|(_, message)| message.clone());
    let refusal =
        props.refusal.as_ref().filter(|(refused, _)| *refused == id).map(|(_, panel)| panel.clone());
    let called = if row.name.is_empty() { "the attribute".to_owned() } else { row.name.clone() };
    let head = if row.key {
        let role = if props.keys.0.contains(&row.name) { "Partition key" } else { "Sort key" };
        let kind = TYPES.iter().find(|(kind, _)| *kind == row.kind).map_or("", |(_, name)| name);
        html! {
            <div class="item-key">
                <Icon name="key-round" />
                <span class="item-key-name">{ &row.name }</span>
                <span class="item-key-role">{ role }</span>
                <Badge text={kind} title="The table's definition gives a key attribute its type." />
            </div>
        }
    } else {
        let kinds: Vec<SelectOption> =
            TYPES.iter().map(|(kind, name)| SelectOption::new(*kind, *name)).collect();
        let remove = props.onaction.reform(move |()| DraftAction::Remove(id));
        html! {
            <div class="item-name">
                <Field label="Attribute name" hide_label={true} name="attribute" mono={true} value={row.name.clone()}
                    placeholder="name" oninput={act(DraftAction::Name)} />
                <Select label={format!("Type of {called}")} hide_label={true} name="type" options={kinds}
                    value={row.kind.clone()} onchange={act(DraftAction::Kind)} />
                <Button label={format!("Remove {called}")} icon="trash-2" icon_only={true} kind={ButtonKind::Quiet}
                    onclick={remove} action="remove-attribute" />
            </div>
        }
    };
    html! {
        <div class="item-row" key={id} data-attribute={row.name.clone()} data-kind={row.kind.clone()}
            data-refused={refusal.is_some().then_some("true")}>
            { head }
            { value_of(row, &called, act(DraftAction::Text), error) }
            { refusal.unwrap_or_default() }
        </div>
    }
}

fn value_of(row: &Row, called: &str, oninput: Callback<String>, error: Option<AttrValue>) -> Html {
    let label = format!("Value of {called}");
    match row.kind.as_str() {
        "BOOL" => html! {
            <Select {label} hide_label={true} name="value" value={row.text.clone()} onchange={oninput} {error}
                options={vec![SelectOption::new("true", "true"), SelectOption::new("false", "false")]} />
        },
        "NULL" => html! { <p class="item-null">{ "null" }</p> },
        kind if is_json(kind) => {
            let rows = row.text.lines().count().clamp(2, 12) as u32;
            let hint = match kind {
                "M" => "JSON: {\"name\": value}. For a set or binary inside, DynamoDB JSON.",
                "L" => "JSON: [value, value]. For a set or binary inside, DynamoDB JSON.",
                "SS" => "JSON: [\"one\", \"two\"]",
                "NS" => "JSON: [1, 2.5]",
                _ => "JSON, each binary in base64: [\"AAE=\"]",
            };
            html! {
                <Field {label} hide_label={true} name="value" mono={true} rows={rows} value={row.text.clone()} {oninput}
                    {error} {hint} />
            }
        }
        kind => {
            let placeholder = match kind {
                "N" => "number",
                "B" => "base64",
                _ if row.key => "",
                _ => "empty string",
            };
            let lines = row.text.lines().count() as u32;
            // A long text is easier to read in a few lines.
            let rows = (kind == "S" && (lines > 1 || row.text.len() > 80)).then(|| lines.clamp(3, 12));
            html! {
                <Field {label} hide_label={true} name="value" mono={true} {rows} value={row.text.clone()} {placeholder}
                    {oninput} {error} />
            }
        }
    }
}
