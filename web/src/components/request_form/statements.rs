//! PartiQL's parts of a form: statements, and the parameters of each.
//!
//! Follows [ExecuteStatement](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html).

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use super::fields::ListChange;
use super::{RequestFormProps, draw, wrong};
use crate::components::{Button, ButtonKind, Field, Select, SelectOption};
use crate::state::attribute::{TYPES, from_text, retype, to_text};
use crate::state::request::edit::{Edit, apply};
use crate::state::request::operations::STATEMENT;

const PARAMETERS: &str = "Parameters";

/// `Parameters`: a row for each `?`, in their order.
pub fn parameters(props: &RequestFormProps) -> Html {
    let list: Vec<Value> = props.request[PARAMETERS].as_array().cloned().unwrap_or_default();
    let with = |change: ListChange| {
        let list = list.clone();
        props.onedit.reform(move |text: String| {
            let mut list = list.clone();
            change(&mut list, text);
            match list.is_empty() {
                true => Edit::Forget(PARAMETERS),
                false => Edit::Whole(PARAMETERS, list.into()),
            }
        })
    };
    let rows = list.iter().enumerate().map(|(at, value)| {
        let (kind, text) = to_text(value);
        let of = kind.clone();
        let oninput = with(Box::new(move |list, text| list[at] = from_text(&of, &text)));
        let kept = text.clone();
        let onkind = with(Box::new(move |list, kind| list[at] = retype(&kind, &kept)));
        let remove = with(Box::new(move |list, _| drop(list.remove(at)))).reform(|()| String::new());
        let types: Vec<SelectOption> =
            TYPES.iter().map(|(kind, _)| SelectOption::new(*kind, *kind)).collect();
        let number = at + 1;
        html! {
            <div class="placeholder" key={at} data-parameter={number.to_string()}>
                <code>{ format!("? {number}") }</code>
                <Select label={format!("Parameter {number}, type")} hide_label={true} options={types} value={kind.clone()} onchange={onkind} />
                <Field label={format!("Parameter {number}, value")} hide_label={true} name={format!("parameter-{number}")} mono={true} {oninput}
                    disabled={kind == "NULL"} error={wrong(&kind, &text, props.templates)} value={text} />
                <Button label={format!("Remove parameter {number}")} icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={remove} />
            </div>
        }
    });
    let add = with(Box::new(|list, _| list.push(json!({ "S": "" })))).reform(|()| String::new());
    html! {
        <div class="placeholders wide">
            { for rows }
            <div><Button label="Add a parameter" icon="plus" kind={ButtonKind::Quiet} onclick={add} action="add-parameter" /></div>
        </div>
    }
}

/// A list of statements, each a small form of its own.
pub fn statements(props: &RequestFormProps, member: &'static str) -> Html {
    let list: Vec<Value> = props.request[member].as_array().cloned().unwrap_or_default();
    let one = |(at, statement): (usize, &Value)| {
        let number = at + 1;
        let all = list.clone();
        let inner = RequestFormProps {
            request: Rc::new(statement.clone()),
            onedit: props.onedit.reform(move |edit| {
                let mut all = all.clone();
                apply(&mut all[at], edit);
                Edit::Whole(member, all.into())
            }),
            ..props.clone()
        };
        let left = list.clone();
        let remove = props.onedit.reform(move |()| {
            let mut left = left.clone();
            left.remove(at);
            Edit::Whole(member, left.into())
        });
        html! {
            <div class="request-row" role="group" aria-label={format!("Statement {number}")} data-row={number.to_string()} key={at}>
                <div class="request-row-head">
                    <span class="request-row-number">{ number }</span>
                    <span class="top-space"></span>
                    <Button label={format!("Remove statement {number}")} icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={remove} action="remove-row" />
                </div>
                <div class="form-grid">{ draw(&inner, STATEMENT) }</div>
            </div>
        }
    };
    let add = {
        let list = list.clone();
        props.onedit.reform(move |()| {
            let mut list = list.clone();
            list.push(json!({ "Statement": "" }));
            Edit::Whole(member, list.into())
        })
    };
    html! {
        <div class="request-rows wide">
            { for list.iter().enumerate().map(one) }
            <div class="request-row-add"><Button label="Add a statement" icon="plus" onclick={add} action="add-statement" /></div>
        </div>
    }
}
