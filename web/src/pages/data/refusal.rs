//! What stood in the way of a write: DynamoDB's own words first, then, where somebody else was faster, both items and the
//! ways on.

use yew::prelude::*;

use super::draft::Item;
use super::value::typed;
use super::write::{Found, differences, failed_condition};
use crate::components::{Button, ButtonKind, ErrorPanel, cell_text};
use crate::protocol::ClientError;

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Reading the item.
    Read,
    /// Putting a new item.
    Add,
    /// Changing an item that was read.
    Change,
    /// Deleting one.
    Delete,
}

/// A failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// How.
    pub error: ClientError,
    /// Of what.
    pub doing: Doing,
}

/// A way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Show what is stored.
    Theirs,
    /// Write what was typed over it.
    Mine,
    /// Write what was changed here, keep what was changed there.
    Both,
    /// Put the item that is gone again.
    Again,
}

/// The props of [`RefusalPanel`].
#[derive(Properties, PartialEq)]
pub struct RefusalPanelProps {
    /// What happened.
    pub refusal: Refusal,
    /// The item as it was read.
    pub read: Item,
    /// A way on was chosen.
    pub onway: Callback<Way>,
}

/// A refusal.
#[component]
pub fn RefusalPanel(props: &RefusalPanelProps) -> Html {
    let Refusal { error, doing } = &props.refusal;
    let button = |way: Way, label: &'static str, action: &'static str| {
        let onclick = props.onway.reform(move |()| way);
        let kind = if way == Way::Mine { ButtonKind::Danger } else { ButtonKind::Plain };
        html! { <Button {label} {onclick} {action} {kind} /> }
    };
    let (story, actions) = match (failed_condition(error), doing) {
        (Some(Found::Item(theirs)), Doing::Change) => (
            html! {
                <>
                    <p class="conflict">{ "Somebody else changed this item since you read it:" }</p>
                    { compared(&props.read, &theirs) }
                </>
            },
            html! {
                <>
                    { button(Way::Both, "Apply my changes to theirs", "merge") }
                    { button(Way::Theirs, "Show theirs, drop mine", "theirs") }
                    { button(Way::Mine, "Save mine over theirs", "overwrite") }
                </>
            },
        ),
        (Some(Found::Nothing), Doing::Change) => (
            html! { <p class="conflict">{ "Somebody else deleted this item since you read it." }</p> },
            button(Way::Again, "Put it again, as I have it here", "put-again"),
        ),
        (Some(_), Doing::Add) => (
            html! { <p class="conflict">{ "The table has an item of this key already." }</p> },
            html! {
                <>
                    { button(Way::Theirs, "Open that item, drop mine", "theirs") }
                    { button(Way::Mine, "Replace it with mine", "overwrite") }
                </>
            },
        ),
        _ => (html! {}, html! {}),
    };
    html! {
        <div class="refusal">
            <ErrorPanel error={error.clone()} />
            { story }
            <div class="refusal-actions">{ actions }</div>
        </div>
    }
}

/// So many characters of a value are shown.
const SHOWN: usize = 80;

fn compared(read: &Item, theirs: &Item) -> Html {
    let text = |value: Option<&serde_json::Value>| match value.and_then(typed) {
        Some((kind, value)) => cell_text(kind, value).chars().take(SHOWN).collect::<String>(),
        None => "absent".to_owned(),
    };
    html! {
        <table class="differences">
            <thead><tr><th scope="col">{ "Attribute" }</th><th scope="col">{ "You read" }</th><th scope="col">{ "Stored now" }</th></tr></thead>
            <tbody>
                { for differences(read, theirs).into_iter().map(|difference| html! {
                    <tr data-attribute={difference.name.clone()}>
                        <th scope="row">{ &difference.name }</th>
                        <td>{ text(difference.before.as_ref()) }</td>
                        <td>{ text(difference.after.as_ref()) }</td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}
