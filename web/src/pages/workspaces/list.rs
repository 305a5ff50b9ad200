//! The workspaces that are there, and those that can be put back.

use yew::prelude::*;

use crate::components::{Badge, Button, ButtonKind};
use crate::protocol::workspaces::WorkspaceEntry;
use crate::state::clock::day;
use crate::state::explanation::{clock, size};

/// What is done with a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is opened.
    Open,
    /// It is called otherwise.
    Rename,
    /// It is copied.
    Copy,
    /// It is written into a file.
    Export,
    /// It is deleted, and can be put back.
    Delete,
    /// It is put back.
    PutBack,
    /// It is deleted for good.
    Discard,
}

/// The props of [`Workspaces`].
#[derive(Properties, PartialEq)]
pub struct WorkspacesProps {
    /// The workspaces.
    pub list: Vec<WorkspaceEntry>,
    /// The open one's id.
    pub open: AttrValue,
    /// Whether a file or a copy is being made.
    pub busy: bool,
    /// Something is to be done.
    pub onact: Callback<(Act, WorkspaceEntry)>,
}

fn bytes(entry: &WorkspaceEntry) -> Html {
    match entry.bytes {
        Some(bytes) => html! { size(bytes) },
        None => html! { <span class="faint">{ "in memory" }</span> },
    }
}

/// The workspaces that are there.
#[component]
pub fn Workspaces(props: &WorkspacesProps) -> Html {
    let mut list = props.list.clone();
    list.sort_by(|one, other| one.name.cmp(&other.name));
    html! {
        <table class="workspaces-table">
            <thead><tr>
                <th scope="col">{ "Name" }</th><th scope="col">{ "Stored" }</th><th scope="col">{ "Made" }</th>
                <th scope="col"><span class="visually-hidden">{ "What to do" }</span></th>
            </tr></thead>
            <tbody>
                { for list.into_iter().map(|entry| {
                    let is_open = entry.workspace == props.open.as_str();
                    let act = |act: Act| {
                        let entry = entry.clone();
                        props.onact.reform(move |()| (act, entry.clone()))
                    };
                    let open = act(Act::Open).reform(|_: MouseEvent| ());
                    html! {
                        <tr key={entry.workspace.clone()} data-workspace={entry.name.clone()} data-open={is_open.to_string()}>
                            <th scope="row">
                                <button type="button" class="workspaces-name" data-action="open" onclick={open}
                                    aria-current={is_open.then_some("true")}>{ &entry.name }</button>
                                if is_open {
                                    <Badge text="open" />
                                }
                            </th>
                            <td data-part="bytes">{ bytes(&entry) }</td>
                            <td class="faint">{ if entry.made_ms > 0 { day(entry.made_ms) } else { String::new() } }</td>
                            <td class="workspaces-acts">
                                <Button label="Rename" icon="pencil" kind={ButtonKind::Quiet} onclick={act(Act::Rename)} action="rename" />
                                <Button label="Duplicate" icon="copy" kind={ButtonKind::Quiet} disabled={props.busy} onclick={act(Act::Copy)} action="duplicate" />
                                <Button label="Export" icon="download" kind={ButtonKind::Quiet} disabled={props.busy} onclick={act(Act::Export)} action="export-workspace" />
                                <Button label="Delete" icon="trash-2" kind={ButtonKind::Quiet} onclick={act(Act::Delete)} action="delete" />
                            </td>
                        </tr>
                    }
                }) }
            </tbody>
        </table>
    }
}

/// The props of [`Deleted`].
#[derive(Properties, PartialEq)]
pub struct DeletedProps {
    /// The workspaces.
    pub list: Vec<WorkspaceEntry>,
    /// Something is to be done.
    pub onact: Callback<(Act, WorkspaceEntry)>,
}

/// The workspaces that were deleted and can be put back.
#[component]
pub fn Deleted(props: &DeletedProps) -> Html {
    html! {
        <section class="workspaces-deleted" aria-label="Deleted lately">
            <h2>{ "Deleted lately" }</h2>
            <p class="item-note">{ "They take room until they go, a day after they were deleted." }</p>
            <table class="workspaces-table">
                <thead><tr>
                    <th scope="col">{ "Name" }</th><th scope="col">{ "Stored" }</th><th scope="col">{ "Goes for good" }</th>
                    <th scope="col"><span class="visually-hidden">{ "What to do" }</span></th>
                </tr></thead>
                <tbody>
                    { for props.list.iter().map(|entry| {
                        let act = |act: Act| {
                            let entry = entry.clone();
                            props.onact.reform(move |()| (act, entry.clone()))
                        };
                        let lapses_ms = entry.lapses_ms.unwrap_or_default();
                        html! {
                            <tr key={entry.workspace.clone()} data-deleted={entry.name.clone()}>
                                <th scope="row">{ &entry.name }</th>
                                <td data-part="bytes">{ bytes(entry) }</td>
                                <td class="faint">{ format!("{}, {} UTC", day(lapses_ms), &clock(lapses_ms)[..5]) }</td>
                                <td class="workspaces-acts">
                                    <Button label="Put it back" icon="undo-2" onclick={act(Act::PutBack)} action="put-back" />
                                    <Button label="Delete for good" icon="trash-2" kind={ButtonKind::Danger} onclick={act(Act::Discard)} action="discard" />
                                </td>
                            </tr>
                        }
                    }) }
                </tbody>
            </table>
        </section>
    }
}
