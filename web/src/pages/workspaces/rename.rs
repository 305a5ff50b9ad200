//! Another name for a workspace.

use yew::prelude::*;

use super::rename;
use crate::components::{Button, ButtonKind, Dialog, Field};
use crate::hooks::use_client;
use crate::protocol::workspaces::WorkspaceEntry;

/// The props of [`RenameDialog`].
#[derive(Properties, PartialEq)]
pub struct RenameDialogProps {
    /// The workspace; none while nothing is asked.
    pub entry: Option<WorkspaceEntry>,
    /// The names that there are.
    pub names: Vec<String>,
    /// It is answered.
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn RenameDialog(props: &RenameDialogProps) -> Html {
    let api = use_client();
    let typed = use_state_eq(|| None::<String>);
    let refused = use_state_eq(|| None::<String>);
    let called = props.entry.as_ref().map(|entry| entry.name.clone()).unwrap_or_default();
    let name = (*typed).clone().unwrap_or_else(|| called.clone());
    let trimmed = name.trim().to_owned();
    let taken = trimmed != called && props.names.contains(&trimmed);
    let close = {
        let (typed, refused, onclose) = (typed.setter(), refused.setter(), props.onclose.clone());
        Callback::from(move |()| {
            typed.set(None);
            refused.set(None);
            onclose.emit(());
        })
    };
    let oninput = {
        let (typed, refused) = (typed.setter(), refused.setter());
        Callback::from(move |text| {
            typed.set(Some(text));
            refused.set(None);
        })
    };
    let save = {
        let (entry, name, close, refused) =
            (props.entry.clone(), trimmed.clone(), close.clone(), refused.setter());
        Callback::from(move |()| {
            let Some(entry) = entry.clone() else { return };
            let (api, name, close, refused) = (api.clone(), name.clone(), close.clone(), refused.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match rename(api, entry.workspace, name).await {
                    Ok(()) => close.emit(()),
                    Err(reason) => refused.set(Some(reason)),
                }
            });
        })
    };
    let error = match taken {
        true => Some("There is a workspace of that name.".to_owned()),
        false => (*refused).clone(),
    };
    html! {
        <Dialog open={props.entry.is_some()} title="Rename the workspace" onclose={close.clone()}
            actions={html! { <>
                <Button label="Cancel" onclick={close} />
                <Button label="Rename" kind={ButtonKind::Primary} disabled={trimmed.is_empty() || taken} onclick={save} action="save-name" />
            </> }}>
            <Field label="Name" name="workspace-new-name" value={name} {oninput} error={error.map(AttrValue::from)}
                hint="Only the name changes: links and files are not concerned." />
        </Dialog>
    }
}
