//! The rows of a batch or transaction as fields: each row is a small form of its own, whose changes are made in the row.

use std::rc::Rc;

use yew::prelude::*;

use super::{RequestFormProps, parts};
use crate::components::{Button, ButtonKind, Select, SelectOption};
use crate::state::request::edit::{Edit, apply, retarget};
use crate::state::request::operations::row_operation;
use crate::state::request::rows::{Row, Shape, blank, rows, turned};
use crate::state::tables::TableDescription;

/// The rows, and the buttons that add one.
pub fn row_list(props: &RequestFormProps, shape: Shape) -> Html {
    let list = rows(shape, &props.request);
    let last = list.last().and_then(|row| row.content["TableName"].as_str());
    let table = last.and_then(|name| find(props, name)).or(props.tables.first()).cloned();
    let adds = shape.kinds().iter().map(|kind| {
        let (table, kind) = (table.clone(), *kind);
        let onclick = props.onedit.reform(move |()| Edit::AddRow(shape, blank(kind, table.as_deref())));
        let label = if shape.kinds().len() == 1 { "Add a row".to_owned() } else { label(kind).to_owned() };
        html! { <Button {label} icon="plus" {onclick} action={format!("add-{}", kind.to_lowercase())} /> }
    });
    html! {
        <div class="request-rows wide">
            { for list.iter().enumerate().map(|(at, row)| one(props, shape, at, row)) }
            <div class="request-row-add">{ for adds }</div>
        </div>
    }
}

fn find<'a>(props: &'a RequestFormProps, name: &str) -> Option<&'a Rc<TableDescription>> {
    props.tables.iter().find(|table| table.name == name)
}

fn label(kind: &str) -> &str {
    if kind == "ConditionCheck" { "Condition check" } else { kind }
}

fn one(props: &RequestFormProps, shape: Shape, at: usize, row: &Row) -> Html {
    let number = at + 1;
    let remove = props.onedit.reform(move |()| Edit::RemoveRow(shape, at));
    let table = row.content["TableName"].as_str().and_then(|name| find(props, name)).cloned();
    let operation = row_operation(shape, row);
    let kinds = (shape.kinds().len() > 1 && operation.is_some()).then(|| {
        let options: Vec<SelectOption> =
            shape.kinds().iter().map(|kind| SelectOption::new(*kind, label(kind))).collect();
        let (row, value) = (row.clone(), row.kind.clone());
        let onchange = props.onedit.reform(move |kind: String| {
            Edit::Row(shape, at, turned(&row, &kind, table.as_deref()))
        });
        html! { <Select label={format!("Row {number}, what it does")} hide_label={true} name="kind" {options} {value} {onchange} /> }
    });
    let fields = match operation {
        None => html! { <p class="form-note wide">{ "This row stands in the JSON beside." }</p> },
        Some(operation) => {
            let onedit = {
                let row = row.clone();
                props.onedit.reform(move |edit| {
                    let mut row = row.clone();
                    apply(&mut row.content, edit);
                    Edit::Row(shape, at, row)
                })
            };
            let ontarget = {
                let (row, tables, onedit) = (row.clone(), props.tables.clone(), props.onedit.clone());
                Callback::from(move |(name, _): (String, Option<String>)| {
                    if let Some(table) = tables.iter().find(|table| table.name == name) {
                        let mut row = row.clone();
                        retarget(&mut row.content, operation.name, table, None);
                        onedit.emit(Edit::Row(shape, at, row));
                    }
                })
            };
            parts(&RequestFormProps {
                operation,
                request: Rc::new(row.content.clone()),
                tables: props.tables.clone(),
                stale: props.stale,
                templates: props.templates,
                onedit,
                ontarget,
                shards: Vec::new(),
                known: props.known.clone(),
                faults: props.faults.clone(),
                ondesigner: None,
            })
        }
    };
    html! {
        <div class="request-row" role="group" aria-label={format!("Row {number}")} data-row={number.to_string()} data-kind={row.kind.clone()}>
            <div class="request-row-head">
                <span class="request-row-number">{ number }</span>
                { kinds.unwrap_or_default() }
                <span class="top-space"></span>
                <Button label={format!("Remove row {number}")} icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={remove} action="remove-row" />
            </div>
            <div class="form-grid">{ fields }</div>
        </div>
    }
}
