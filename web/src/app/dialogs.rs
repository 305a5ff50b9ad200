//! The workspace menu's questions: the name of a new workspace, and whether to delete one.

use yew::prelude::*;

use crate::components::frame::WorkspaceChoice;
use crate::components::{Button, ButtonKind, Dialog, Field};
use crate::hooks::{use_client, use_session};

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
    let taken = session.workspaces.contains(&trimmed);
    let create = {
        let (api, name, onclose, to) = (api.clone(), name.setter(), props.onclose.clone(), trimmed.clone());
        Callback::from(move |()| {
            api.open_workspace(&to);
            name.set(String::new());
            onclose.emit(());
        })
    };
    let delete = {
        let (api, workspace, onclose) = (api.clone(), session.workspace.clone(), props.onclose.clone());
        Callback::from(move |()| {
            api.delete_workspace(&workspace);
            onclose.emit(());
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
                <p>{ "Everything in " }<b>{ &session.workspace }</b>{ " goes for good: tables, items and saved requests." }</p>
            </Dialog>
        </>
    }
}
