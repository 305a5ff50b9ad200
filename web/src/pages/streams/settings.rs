//! Switching a table's stream on and off, and why its view type stays: the requests are UpdateTable's, and so are the refusals.

use std::rc::Rc;

use serde_json::json;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, ErrorPanel, Select, SelectOption};
use crate::hooks::use_call;
use crate::state::tables::TableDescription;

const VIEW_TYPES: [(&str, &str); 4] = [
    ("NEW_AND_OLD_IMAGES", "the item before and after"),
    ("NEW_IMAGE", "the item after"),
    ("OLD_IMAGE", "the item before"),
    ("KEYS_ONLY", "the key alone"),
];

fn options() -> Vec<SelectOption> {
    VIEW_TYPES.iter().map(|(name, what)| SelectOption::new(*name, format!("{name}: {what}"))).collect()
}

/// The props of [`Enable`] and of [`Settings`].
#[derive(Properties, PartialEq)]
pub struct StreamProps {
    /// The table.
    pub table: Rc<TableDescription>,
}

/// UpdateTable with that view type, or without a stream.
fn request(table: &TableDescription, view: Option<&str>) -> (String, String) {
    let specification = match view {
        Some(view) => json!({ "StreamEnabled": true, "StreamViewType": view }),
        None => json!({ "StreamEnabled": false }),
    };
    let request = json!({ "TableName": table.name, "StreamSpecification": specification });
    ("UpdateTable".to_owned(), request.to_string())
}

/// Offers to switch a stream on.
#[component]
pub fn Enable(props: &StreamProps) -> Html {
    let call = use_call();
    let view = use_state_eq(|| VIEW_TYPES[0].0.to_owned());
    let onchange = {
        let view = view.setter();
        Callback::from(move |name| view.set(name))
    };
    let onclick = {
        let (table, view) = (props.table.clone(), (*view).clone());
        call.run.reform(move |()| request(&table, Some(&view)))
    };
    html! {
        <EmptyState icon="radio" title={format!("{} has no stream", props.table.name)} actions={html! { <>
            <Select label="What a record keeps" hide_label={true} name="view-type" options={options()} value={(*view).clone()} {onchange} />
            <Button label="Switch the stream on" icon="play" kind={ButtonKind::Primary} {onclick} busy={call.state.loading()} action="enable-stream" />
        </> }}>
            <p>{ "A stream keeps every change of every item for 24 hours, exactly once, in the order of the item's changes. What it \
                  keeps of a change is its view type." }</p>
            if let Some(failure) = call.state.failure() {
                <ErrorPanel error={failure.error.clone()} />
            }
        </EmptyState>
    }
}

/// The stream's switch and its view type, in the page's panel.
#[component]
pub fn Settings(props: &StreamProps) -> Html {
    let call = use_call();
    let specification = &props.table.body["StreamSpecification"];
    let enabled = specification["StreamEnabled"] == true;
    let view =
        use_state_eq(|| specification["StreamViewType"].as_str().unwrap_or(VIEW_TYPES[0].0).to_owned());
    let onchange = {
        let view = view.setter();
        Callback::from(move |name| view.set(name))
    };
    let ask = |view: Option<String>| {
        let table = props.table.clone();
        call.run.reform(move |()| request(&table, view.as_deref()))
    };
    // A table that is being changed takes no other change.
    let busy = call.state.loading() || props.table.status != "ACTIVE";
    let off = ask(None);
    html! {
        <section class="stream-settings" aria-label="Stream settings" data-enabled={enabled.to_string()}>
            <p>{ if enabled {
                "A stream's view type is fixed. For another one, switch the stream off and on again: that is a new stream with its own ARN and \
                 shards. What the old one holds can be read until it is 24 hours old."
            } else {
                "The stream is switched off: its shards are closed and get nothing more. What it holds can be read until it is 24 hours old. \
                 Switching on makes a new stream with its own ARN and shards."
            } }</p>
            <div class="stream-settings-row">
                <Select label="What a record keeps" name="view-type" options={options()} value={(*view).clone()} {onchange} />
                if enabled {
                    <Button label="Change the view type" onclick={ask(Some((*view).clone()))} {busy} action="change-view"
                        title="UpdateTable with this StreamViewType, as it is: DynamoDB answers" />
                    <Button label="Switch the stream off" kind={ButtonKind::Danger} onclick={off.clone()} {busy} action="disable-stream" />
                } else {
                    <Button label="Switch the stream on" icon="play" kind={ButtonKind::Primary} onclick={ask(Some((*view).clone()))} {busy} action="enable-stream" />
                }
            </div>
            if let Some(failure) = call.state.failure() {
                <ErrorPanel error={failure.error.clone()} actions={html! {
                    if enabled {
                        <Button label="Switch the stream off first" onclick={off} action="disable-first" />
                    }
                }} />
            }
        </section>
    }
}
