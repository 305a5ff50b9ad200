//! Workspaces: all of them with what each takes, and what can be done with one; those that were deleted lately; the browser's room.
//!
//! - `list` the two tables
//! - `room` how much of the browser's storage is used, and whether it is kept
//! - `rename` the question for another name

mod list;
mod rename;
mod room;

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, ErrorPanel, Icon};
use crate::hooks::{Api, StorageUse, storage_use, use_client, use_notices, use_session, use_work};
use crate::protocol::ClientError;
use crate::protocol::workspaces::WorkspaceEntry;
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};
use list::{Act, Deleted, Workspaces};
use rename::RenameDialog;
use room::Room;

/// What is shown.
#[derive(Clone, Default, PartialEq)]
struct Read {
    list: Option<Result<Vec<WorkspaceEntry>, ClientError>>,
    room: Option<StorageUse>,
}

/// The page.
#[component]
pub fn WorkspacesPage() -> Html {
    let (api, session, work) = (use_client(), use_session(), use_work());
    let notices = use_notices().dispatcher();
    let read = use_state_eq(Read::default);
    let renaming = use_state_eq(|| None::<WorkspaceEntry>);
    let over = use_state_eq(|| false);
    let input = use_node_ref();
    {
        let read = read.setter();
        let busy = work.state.is_busy();
        let deps = (session.opened, session.names.clone(), session.deleted.clone(), busy);
        use_effect_with((api.clone(), deps), move |(api, (opened, ..))| {
            if *opened > 0 {
                let api = api.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    let list = Some(api.list_workspaces().await);
                    read.set(Read { list, room: storage_use().await });
                });
            }
        });
    }
    let onact = {
        let (renaming, work) = (renaming.setter(), work.clone());
        Callback::from(move |(act, entry): (Act, WorkspaceEntry)| {
            let (id, name) = (entry.workspace.clone(), entry.name.clone());
            let api = api.clone();
            let failed = failed(notices.clone());
            match act {
                Act::Open => api.open_workspace(&id),
                Act::Rename => renaming.set(Some(entry)),
                Act::Copy => work.copy.emit((id, name)),
                Act::Export => work.export.emit((id, name)),
                Act::Delete => run(failed, async move { api.remove_workspace(id, name).await }),
                Act::PutBack => run(failed, async move { api.put_workspace_back(id).await.map(drop) }),
                Act::Discard => run(failed, async move { api.discard_workspace(id).await }),
            }
        })
    };
    let take = {
        let import = work.import.clone();
        move |file: Option<File>| {
            if let Some(file) = file {
                import.emit(file);
            }
        }
    };
    let onchange = {
        let take = take.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let file = input.files().and_then(|files| files.get(0));
            // The same file can be chosen again.
            input.set_value("");
            take(file);
        })
    };
    let choose = {
        let input = input.clone();
        Callback::from(move |()| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let ondragover = {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(true);
        })
    };
    let ondragleave = {
        let over = over.setter();
        // Leaving for a child is no leaving.
        Callback::from(move |event: DragEvent| over.set(event.related_target().is_some()))
    };
    let ondrop = {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            take(event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0)));
        })
    };
    let close = {
        let renaming = renaming.setter();
        Callback::from(move |()| renaming.set(None))
    };
    let busy = work.state.is_busy();
    let list = match &read.list {
        None => html! { <p class="item-note" role="status">{ "Reading the workspaces…" }</p> },
        Some(Err(error)) => html! { <ErrorPanel error={error.clone()} /> },
        Some(Ok(all)) => {
            let (there, gone): (Vec<_>, Vec<_>) =
                all.iter().cloned().partition(|entry| entry.lapses_ms.is_none());
            html! {
                <>
                    <Workspaces list={there} open={session.workspace.clone()} {busy} onact={onact.clone()} />
                    if !gone.is_empty() {
                        <Deleted list={gone} {onact} />
                    }
                </>
            }
        }
    };
    html! {
        <div class="workspaces-page" {ondragover} {ondragleave} {ondrop} data-dropping={over.to_string()}>
            <header class="workspaces-header">
                <div>
                    <h1>{ "Workspaces" }</h1>
                    <p>{ "Each holds its own tables, items, clock and saved requests, in this browser and nowhere else. A file of one \
                          brings all of it to another browser." }</p>
                </div>
                <Button label="Import a workspace…" icon="upload" kind={ButtonKind::Primary} disabled={busy} onclick={choose}
                    action="import-workspace" />
            </header>
            { list }
            <p class="drop-hint"><Icon name="info" />{ "A .dynascope file can be dropped anywhere on this page." }</p>
            if let Some(room) = read.room {
                <Room {room} />
            }
            <input type="file" class="visually-hidden" ref={input} name="workspace-file" tabindex="-1" accept=".dynascope"
                aria-label="The workspace's file" {onchange} />
            <RenameDialog entry={(*renaming).clone()} names={session.names.values().cloned().collect::<Vec<_>>()} onclose={close} />
        </div>
    }
}

/// Says why something was not done.
fn failed(
    notices: UseReducerDispatcher<crate::state::notice::Notices>,
) -> impl FnOnce(ClientError) + 'static {
    move |error| notices.dispatch(NoticeAction::Say(Level::Failed, show(&error).message))
}

fn run(
    failed: impl FnOnce(ClientError) + 'static,
    work: impl Future<Output = Result<(), ClientError>> + 'static,
) {
    wasm_bindgen_futures::spawn_local(async move {
        if let Err(error) = work.await {
            failed(error);
        }
    });
}

/// Renames through the client; for the dialog.
async fn rename(api: Api, workspace: String, name: String) -> Result<(), String> {
    api.rename_workspace(workspace, name).await.map_err(|error| show(&error).message)
}
