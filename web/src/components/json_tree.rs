//! JSON to look at: objects and lists fold, long lists open in steps.

use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use super::{Button, ButtonKind};
use crate::state::explanation::plural;
use crate::state::json_text::{entries, print_line};

/// The props of [`JsonTree`].
#[derive(Properties, PartialEq)]
pub struct JsonTreeProps {
    /// What is shown.
    pub value: Rc<Value>,
    /// Levels that are open at the beginning.
    #[prop_or(3)]
    pub open: usize,
}

/// JSON to look at.
#[component]
pub fn JsonTree(props: &JsonTreeProps) -> Html {
    html! { <div class="json-tree">{ node(None, &props.value, props.open) }</div> }
}

/// What fits on a line is not folded.
const LINE: usize = 72;
const STEP: usize = 100;

fn node(name: Option<&str>, value: &Value, open: usize) -> Html {
    let name = name.map(|name| html! { <><span data-token="name">{ name.to_owned() }</span>{ ": " }</> });
    let line = print_line(value);
    if !(value.is_object() || value.is_array()) || line.chars().count() <= LINE {
        return html! { <div class="json-line">{ name }{ leaf(value, &line) }</div> };
    }
    let (count, bracket) = match value {
        Value::Array(list) => (plural(list.len() as u64, "element"), "[…]"),
        _ => (plural(value.as_object().map_or(0, |map| map.len()) as u64, "member"), "{…}"),
    };
    let children: Vec<(Option<String>, Value)> = match value {
        Value::Array(list) => list.iter().map(|element| (None, element.clone())).collect(),
        _ => entries(value).into_iter().map(|(name, value)| (Some(name.clone()), value.clone())).collect(),
    };
    html! {
        <details class="json-node" open={open > 0}>
            <summary>{ name }<span class="json-bracket">{ bracket }</span>{ " " }<span class="json-count">{ count }</span></summary>
            <Children children={Rc::new(children)} open={open.saturating_sub(1)} />
        </details>
    }
}

fn leaf(value: &Value, line: &str) -> Html {
    let kind = match value {
        Value::String(_) => "text",
        Value::Number(_) => "number",
        Value::Bool(_) | Value::Null => "word",
        _ => {
            return crate::state::json_text::tokens(line)
                .into_iter()
                .map(|(token, part)| html! { <span data-token={token.name()}>{ part.to_owned() }</span> })
                .collect();
        }
    };
    html! { <span data-token={kind}>{ line.to_owned() }</span> }
}

#[derive(Properties, PartialEq)]
struct ChildrenProps {
    children: Rc<Vec<(Option<String>, Value)>>,
    open: usize,
}

#[component]
fn Children(props: &ChildrenProps) -> Html {
    let shown = use_state_eq(|| STEP);
    let more = props.children.len().saturating_sub(*shown);
    let onclick = {
        let (setter, now) = (shown.setter(), *shown);
        Callback::from(move |()| setter.set(now + 5 * STEP))
    };
    html! {
        <div class="json-children">
            { for props.children.iter().take(*shown).map(|(name, value)| node(name.as_deref(), value, props.open)) }
            if more > 0 {
                <Button label={format!("{more} more")} kind={ButtonKind::Quiet} {onclick} />
            }
        </div>
    }
}
