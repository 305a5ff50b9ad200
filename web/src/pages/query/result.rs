//! The answer: a table of items or the whole JSON, the way to the next page, or the exception.

use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use super::code::CodePane;
use super::outcome::{items, summary};
use crate::components::{Button, ButtonKind, Dialog, EmptyState, ErrorPanel, ItemTable, JsonTree, Tab, Tabs};
use crate::state::call::{CallState, next_page};

/// The props of [`ResultPane`].
#[derive(Properties, PartialEq)]
pub struct ResultPaneProps {
    /// The call.
    pub call: CallState,
    /// The operation that the form shows: the answer to another one says whose it is.
    pub operation: &'static str,
    /// The key attributes of the table or index that was asked.
    pub keys: Vec<String>,
    /// Send that request: a page of the answer.
    pub onpage: Callback<Value>,
}

/// The answer.
#[component]
pub fn ResultPane(props: &ResultPaneProps) -> Html {
    let view = use_state_eq(|| AttrValue::from("table"));
    let selected = use_state_eq(|| None::<usize>);
    let opened = use_state_eq(|| None::<usize>);
    let answer = props.call.answer().cloned();
    let rows = use_memo(answer.clone(), |answer| {
        answer.as_ref().and_then(|answer| items(&answer.operation, &answer.value)).map(Rc::new)
    });
    {
        let (selected, opened) = (selected.setter(), opened.setter());
        use_effect_with(answer.clone(), move |_| {
            selected.set(None);
            opened.set(None);
        });
    }
    let Some(answer) = answer else {
        return match props.call.failure() {
            Some(failure) => html! { <>
                { whose(&failure.operation, props.operation) }
                <ErrorPanel error={failure.error.clone()} />
            </> },
            None => html! {
                <EmptyState icon="terminal" title="Run a request">
                    <p>{ "The answer stands here, and what happened inside stands beside it." }</p>
                </EmptyState>
            },
        };
    };
    let request: Value = serde_json::from_str(&answer.request).unwrap_or_default();
    let page = |label: &'static str, icon: &'static str, to: Value| {
        let onclick = props.onpage.reform(move |()| to.clone());
        html! { <Button {label} {icon} {onclick} kind={ButtonKind::Quiet} action={icon} disabled={props.call.loading()} /> }
    };
    let first = request.get("ExclusiveStartKey").is_some().then(|| {
        let mut first = request.clone();
        if let Some(map) = first.as_object_mut() {
            map.remove("ExclusiveStartKey");
        }
        page("First page", "skip-back", first)
    });
    let next = next_page(&request, &answer.value).map(|next| page("Next page", "arrow-right", next));
    let tabular = rows.as_ref().as_ref().filter(|rows| !rows.is_empty());
    let mut tabs = vec![Tab::new("json", "JSON"), Tab::new("code", "Code")];
    if tabular.is_some() {
        tabs.insert(0, Tab::new("table", "Table"));
    }
    let shown =
        if tabs.iter().any(|tab| tab.id == *view) { (*view).clone() } else { AttrValue::from("json") };
    let onselect = {
        let setter = view.setter();
        Callback::from(move |id: AttrValue| setter.set(id))
    };
    let set = |state: &UseStateHandle<Option<usize>>| {
        let setter = state.setter();
        Callback::from(move |row| setter.set(Some(row)))
    };
    let close = {
        let setter = opened.setter();
        Callback::from(move |()| setter.set(None))
    };
    let open = opened.and_then(|row| tabular.and_then(|rows| rows.get(row))).cloned();
    html! {
        <section class="result" aria-label="Answer" data-state={props.call.name()}
            data-stale={(props.call.loading() || props.call.failure().is_some()).to_string()}>
            if let Some(failure) = props.call.failure() {
                { whose(&failure.operation, props.operation) }
                <ErrorPanel error={failure.error.clone()} />
            }
            <header class="result-header">
                <p class="result-summary">
                    if props.call.failure().is_some() {
                        { format!("The last answer, to {}: ", answer.operation) }
                    } else if answer.operation != props.operation {
                        { format!("The answer to {}: ", answer.operation) }
                    }
                    { summary(&answer.operation, &answer.value, rows.as_ref().as_ref()) }
                </p>
                { for first }
                { for next }
                <span class="top-space"></span>
                <Tabs label="Show the answer as" {tabs} selected={shown.clone()} {onselect} />
            </header>
            if shown == "code" {
                <CodePane operation={answer.operation.clone()} request={Rc::new(request)} />
            } else if let Some(rows) = tabular.filter(|_| shown == "table") {
                <ItemTable label="Items" items={rows.clone()} keys={props.keys.clone()} selected={*selected}
                    onselect={set(&selected)} onopen={set(&opened)} />
            } else {
                <div class="result-json"><JsonTree value={answer.value.clone()} /></div>
            }
            <Dialog open={open.is_some()} title="Item" onclose={close} wide={true}>
                if let Some(item) = open {
                    <JsonTree value={Rc::new(Value::Object(item))} open={6} />
                }
            </Dialog>
        </section>
    }
}

/// Says whose refusal it is, where the form has moved on to another operation.
fn whose(refused: &str, shown: &str) -> Html {
    if refused == shown {
        return Html::default();
    }
    html! { <p class="result-summary" data-of={refused.to_owned()}>{ format!("{refused} was refused:") }</p> }
}
