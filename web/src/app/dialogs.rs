//! The workspace menu's questions: the name of a new workspace, and whether to delete one.

use yew::prelude::*;

use crate::components::frame::WorkspaceChoice;
use crate::components::{Button, ButtonKind, Dialog, Field};
use crate::hooks::{use_client, use_notices, use_session};
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};

/// The props of [`WorkspaceDialogs`].
#[derive(Properties, PartialEq)]
pub struct WorkspaceDialogsProps {
    /// What was asked for; none where nothing is open.
    pub asked: Option<WorkspaceChoice>,
    /// It is answered.
    pub onclose: Callback<()>,
}

/// The two dialogs.
#[component]
pub fn WorkspaceDialogs(props: &WorkspaceDialogsProps) -> Html {
    let api = use_client();
    let session = use_session();
    let name = use_state_eq(String::new);
    let trimmed = name.trim().to_owned();
    let taken = session.names.values().any(|name| *name == trimmed);
    let notices = use_notices().dispatcher();
    let create = {
        let (api, name, onclose, to) = (api.clone(), name.setter(), props.onclose.clone(), trimmed.clone());
        let notices = notices.clone();
        let ids: Vec<String> = session.workspaces.iter().chain(&session.deleted).cloned().collect();
        Callback::from(move |()| {
            let (api, to, notices, ids) = (api.clone(), to.clone(), notices.clone(), ids.clone());
            name.set(String::new());
            onclose.emit(());
            wasm_bindgen_futures::spawn_local(async move {
                if let Err(error) = api.create_workspace(to, &ids).await {
                    notices.dispatch(NoticeAction::Say(Level::Failed, show(&error).message));
                }
            });
        })
    };
    let delete = {
        let (api, onclose) = (api.clone(), props.onclose.clone());
        let (workspace, name) = (session.workspace.clone(), session.name().to_owned());
        Callback::from(move |()| {
            let (api, workspace, name) = (api.clone(), workspace.clone(), name.clone());
            let notices = notices.clone();
            onclose.emit(());
            wasm_bindgen_futures::spawn_local(async move {
                if let Err(error) = api.remove_workspace(workspace, name).await {
                    notices.dispatch(NoticeAction::Say(Level::Failed, show(&error).message));
                }
            });
        })
    };
    let oninput = {
        let name = name.setter();
        Callback::from(move |text| name.set(text))
    };
    let cancel = html! { <Button label="Cancel" onclick={props.onclose.clone()} /> };
    html! {
        <>
            <Dialog open={props.asked == Some(WorkspaceChoice::New)} title="New workspace" onclose={props.onclose.clone()}
                actions={html! { <>
                    { cancel.clone() }
                    <Button label="Create" kind={ButtonKind::Primary} disabled={trimmed.is_empty() || taken}
                        onclick={create} action="create-workspace" />
                </> }}>
                <Field label="Name" name="workspace-name" value={(*name).clone()} {oninput}
                    error={taken.then(|| AttrValue::from("There is a workspace of that name."))}
                    hint="A workspace holds its own tables, items and clock, in this browser." />
            </Dialog>
            <Dialog open={props.asked == Some(WorkspaceChoice::Delete)} title="Delete this workspace?" onclose={props.onclose.clone()}
                actions={html! { <>
                    { cancel }
                    <Button label="Delete" kind={ButtonKind::Danger} onclick={delete} action="delete-workspace" />
                </> }}>
                <p>{ "Everything in " }<b>{ session.name() }</b>{ " goes: tables, items and saved requests. For a day it can be put back." }</p>
            </Dialog>
        </>
    }
}
