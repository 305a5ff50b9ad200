//! The request as rows: an action each, with its table, key, expression, condition and values.

use std::rc::Rc;

use serde_json::Value;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::draft::{Edit, KINDS, actions, listed};
use crate::components::{Button, ButtonKind, Field, Menu, MenuEntry, Select, SelectOption};
use crate::state::attribute::{TYPES, fault, to_text};
use crate::state::json_text::entries;
use crate::state::tables::TableDescription;

/// The props of [`ActionRows`].
#[derive(Properties, PartialEq)]
pub struct ActionRowsProps {
    /// The request, as the JSON last was when it could be read.
    pub request: Rc<Value>,
    /// The tables to choose from.
    pub tables: Vec<Rc<TableDescription>>,
    /// Cannot be changed now.
    pub disabled: bool,
    /// A change.
    pub onedit: Callback<Edit>,
}

/// The request as rows.
#[component]
pub fn ActionRows(props: &ActionRowsProps) -> Html {
    let list = actions(&props.request);
    let count = list.len();
    let rows = list.iter().enumerate().map(|(at, (kind, content))| action(props, at, count, kind, content));
    let kinds: Vec<MenuEntry> = KINDS.iter().rev().map(|kind| MenuEntry::new(*kind, *kind)).collect();
    let onselect = props.onedit.reform(|kind: AttrValue| {
        Edit::Add(KINDS.into_iter().find(|known| *known == kind.as_str()).unwrap_or("Update"))
    });
    let token = props.request["ClientRequestToken"].as_str().unwrap_or_default().to_owned();
    html! {
        <fieldset class="tx-rows" disabled={props.disabled} aria-label="Actions">
            <ol>{ for rows }</ol>
            <div class="tx-rows-foot">
                <Menu label="Add an action" icon="plus" action="add-action" entries={kinds} {onselect} empty="" />
                <Field label="ClientRequestToken" name="ClientRequestToken" mono={true} value={token} placeholder="none"
                    oninput={props.onedit.reform(Edit::Token)} />
            </div>
        </fieldset>
    }
}

fn action(props: &ActionRowsProps, at: usize, count: usize, kind: &str, content: &Value) -> Html {
    let name = content["TableName"].as_str().unwrap_or_default().to_owned();
    let table = props.tables.iter().find(|table| table.name == name);
    let mut tables: Vec<SelectOption> =
        props.tables.iter().map(|table| SelectOption::new(table.name.clone(), table.name.clone())).collect();
    if table.is_none() {
        let label = if name.is_empty() { "Choose a table".to_owned() } else { format!("{name} (not there)") };
        tables.insert(0, SelectOption::new(name.clone(), label));
    }
    let mut kinds: Vec<SelectOption> = KINDS.iter().map(|kind| SelectOption::new(*kind, *kind)).collect();
    if !KINDS.contains(&kind) {
        kinds.insert(0, SelectOption::new(kind.to_owned(), "No action"));
    }
    let expression = |member: &'static str, label: &'static str, placeholder: &'static str| {
        let value = content[member].as_str().unwrap_or_default().to_owned();
        let oninput = props.onedit.reform(move |text| Edit::Text(at, member, text));
        html! { <div class="wide"><Field {label} {placeholder} name={member} mono={true} {value} {oninput} /></div> }
    };
    let returns = content["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD";
    let onreturn = props.onedit.reform(move |event: Event| {
        Edit::ReturnItem(at, event.target_unchecked_into::<HtmlInputElement>().checked())
    });
    html! {
        <li class="tx-row" key={at} data-action-row={at.to_string()} data-kind={kind.to_owned()}>
            <div class="tx-row-head">
                <span class="tx-number" aria-hidden="true">{ at + 1 }</span>
                <Select label={format!("Action {}", at + 1)} hide_label={true} name="kind" options={kinds} value={kind.to_owned()}
                    onchange={props.onedit.reform(move |kind| Edit::Kind(at, kind))} />
                <Select label={format!("Table of action {}", at + 1)} hide_label={true} name="TableName" options={tables}
                    value={name} onchange={props.onedit.reform(move |name| Edit::Table(at, name))} />
                <Button label={format!("Remove action {}", at + 1)} icon="trash-2" icon_only={true} kind={ButtonKind::Quiet}
                    disabled={count < 2} onclick={props.onedit.reform(move |()| Edit::Remove(at))} action="remove-action" />
            </div>
            <div class="tx-grid">
                if kind == "Put" {
                    { item(props, at, content, table.map_or_else(Vec::new, |table| table.keys.names())) }
                } else {
                    { key(props, at, content, table) }
                }
                if kind == "Update" {
                    { expression("UpdateExpression", "Update", "SET balance = balance - :amount") }
                }
                { expression("ConditionExpression", "Condition", "balance >= :amount") }
                { values(props, at, content) }
                if content["ConditionExpression"].is_string() {
                    <label class="check wide">
                        <input type="checkbox" name="return-item" checked={returns} onchange={onreturn} />
                        { "Return the item when the condition fails" }
                    </label>
                }
            </div>
        </li>
    }
}

fn badge(kind: &str) -> Html {
    html! { <span class="type-badge" title="The attribute's type">{ kind.to_owned() }</span> }
}

fn key(props: &ActionRowsProps, at: usize, content: &Value, table: Option<&Rc<TableDescription>>) -> Html {
    let mut parts: Vec<(String, String)> = table
        .into_iter()
        .flat_map(|table| table.keys.all())
        .map(|part| (part.name.clone(), part.attribute_type.clone()))
        .collect();
    for (name, value) in entries(&content["Key"]) {
        if !parts.iter().any(|(known, _)| known == name) {
            parts.push((name.clone(), to_text(value).0));
        }
    }
    let fields = parts.into_iter().map(|(name, of)| {
        let (kind, text) = content["Key"].get(&name).map_or_else(|| (of, String::new()), to_text);
        let (label, kind_of) = (name.clone(), kind.clone());
        let oninput = {
            let name = name.clone();
            props.onedit.reform(move |text| Edit::Typed(at, "Key", name.clone(), kind_of.clone(), text))
        };
        html! {
            <Field {label} {name} mono={true} {oninput} before={badge(&kind)}
                error={fault(&kind, &text).map(AttrValue::from)} value={text} />
        }
    });
    html! { <>{ for fields }</> }
}

fn types(at: usize, member: &'static str, name: &str, kind: &str, onedit: &Callback<Edit>) -> Html {
    let options: Vec<SelectOption> = TYPES.iter().map(|(kind, _)| SelectOption::new(*kind, *kind)).collect();
    let of = name.to_owned();
    let onchange = onedit.reform(move |kind| Edit::Type(at, member, of.clone(), kind));
    html! { <Select label={format!("{name}, type")} hide_label={true} {options} value={kind.to_owned()} {onchange} /> }
}

fn item(props: &ActionRowsProps, at: usize, content: &Value, keys: Vec<String>) -> Html {
    let mut rows = entries(&content["Item"]);
    rows.sort_by_key(|(name, _)| keys.iter().position(|key| key == *name).unwrap_or(usize::MAX));
    let rows = rows.into_iter().map(|(name, value)| {
        let forget = (!keys.contains(name)).then_some("Item");
        value_row(props, at, "Item", name, value, forget, None)
    });
    html! { <div class="placeholders wide">{ for rows }<NewAttribute {at} onedit={props.onedit.clone()} /></div> }
}

fn value_row(
    props: &ActionRowsProps,
    at: usize,
    member: &'static str,
    name: &str,
    value: &Value,
    forget: Option<&'static str>,
    missing: Option<&'static str>,
) -> Html {
    let (kind, text) = to_text(value);
    let (of, kind_of) = (name.to_owned(), kind.clone());
    let oninput = props.onedit.reform(move |text| Edit::Typed(at, member, of.clone(), kind_of.clone(), text));
    let error = missing.or_else(|| fault(&kind, &text)).map(AttrValue::from);
    let of = name.to_owned();
    html! {
        <div class="placeholder" key={name.to_owned()} data-placeholder={name.to_owned()}>
            <code title={name.to_owned()}>{ name.to_owned() }</code>
            { types(at, member, name, &kind, &props.onedit) }
            <Field label={format!("{name}, value")} hide_label={true} name={name.to_owned()} mono={true} {oninput} {error}
                disabled={kind == "NULL"} value={text} />
            if let Some(member) = forget {
                <Button label={format!("Remove {name}")} icon="x" icon_only={true} kind={ButtonKind::Quiet}
                    onclick={props.onedit.reform(move |()| Edit::Forget(at, member, of.clone()))} />
            }
        </div>
    }
}

fn values(props: &ActionRowsProps, at: usize, content: &Value) -> Html {
    let rows = listed(content).into_iter().map(|(name, used)| {
        let member =
            if name.starts_with('#') { "ExpressionAttributeNames" } else { "ExpressionAttributeValues" };
        let given = content[member].get(&name);
        let missing = match (given, used) {
            (None, _) => Some("Not given yet."),
            (_, false) => Some("No expression uses it."),
            _ => None,
        };
        let forget = (!used).then_some(member);
        if member.ends_with("Values") {
            return value_row(props, at, member, &name, given.unwrap_or(&Value::Null), forget, missing);
        }
        let of = name.clone();
        let oninput = props.onedit.reform(move |text| Edit::Name(at, of.clone(), text));
        let value = given.and_then(Value::as_str).unwrap_or_default().to_owned();
        html! {
            <div class="placeholder" key={name.clone()} data-placeholder={name.clone()}>
                <code>{ name.clone() }</code><span class="placeholder-stands">{ "name" }</span>
                <Field label={format!("{name}, attribute")} hide_label={true} name={name.clone()} mono={true} {oninput} {value}
                    error={missing.map(AttrValue::from)} />
            </div>
        }
    });
    html! { <div class="placeholders wide">{ for rows }</div> }
}

#[derive(Properties, PartialEq)]
struct NewAttributeProps {
    at: usize,
    onedit: Callback<Edit>,
}

#[component]
fn NewAttribute(props: &NewAttributeProps) -> Html {
    let name = use_state_eq(String::new);
    let oninput = {
        let name = name.setter();
        Callback::from(move |text| name.set(text))
    };
    let add = {
        let (at, of, setter) = (props.at, (*name).clone(), name.setter());
        props.onedit.reform(move |()| {
            setter.set(String::new());
            Edit::Typed(at, "Item", of.clone(), "S".into(), String::new())
        })
    };
    html! {
        <div class="attribute-add">
            <Field label="New attribute" hide_label={true} name="new-attribute" placeholder="attribute name" mono={true}
                value={(*name).clone()} {oninput} />
            <Button label="Add attribute" icon="plus" onclick={add} disabled={name.is_empty()} action="add-attribute" />
        </div>
    }
}
