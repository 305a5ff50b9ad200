//! Bars over every page: long work on a workspace, and a workspace that was deleted and can be put back.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Icon, Progress};
use crate::hooks::{use_client, use_notices, use_session, use_work};
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};
use crate::state::session::SessionAction;
use crate::state::work::Work;

/// How far long work is, a way to stop it, and why it failed.
#[component]
pub fn WorkBar() -> Html {
    let work = use_work();
    match &*work.state {
        Work::Idle => html! {},
        Work::Running { label, done, total, .. } => {
            // Parts and bytes say nothing to anybody: how much of the whole does.
            let percent = (*total > 0).then(|| done * 100 / total);
            html! {
                <div class="loading-bar" data-work="running">
                    <Progress label={label.clone()} done={percent.unwrap_or_default()} total={percent.map(|_| 100)} oncancel={work.cancel.clone()} />
                </div>
            }
        }
        Work::Failed { title, reason } => html! {
            <div class="banner" role="alert" data-work="failed">
                <Icon name="octagon-alert" />
                <p><b>{ title }</b>{ " " }{ reason }</p>
                <Button label="Understood" kind={ButtonKind::Quiet} onclick={work.dismiss.clone()} action="dismiss-work" />
            </div>
        },
    }
}

/// The workspace that was deleted last.
#[component]
pub fn RemovedBar() -> Html {
    let (api, session, notices) = (use_client(), use_session(), use_notices().dispatcher());
    let Some((workspace, name)) = session.removed.clone() else { return html! {} };
    let undo = {
        let workspace = workspace.clone();
        Callback::from(move |()| {
            let (api, workspace, notices) = (api.clone(), workspace.clone(), notices.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let said = match api.put_workspace_back(workspace.clone()).await {
                    Ok(made) => {
                        api.open_workspace(&workspace);
                        (Level::Done, format!("{} is back.", made.name))
                    }
                    Err(error) => (Level::Failed, show(&error).message),
                };
                notices.dispatch(NoticeAction::Say(said.0, said.1));
            });
        })
    };
    let understood = {
        let session = session.dispatcher();
        Callback::from(move |()| session.dispatch(SessionAction::Settled(workspace.clone())))
    };
    html! {
        <div class="banner" role="status" data-banner="removed">
            <Icon name="trash-2" />
            <p><b>{ format!("“{name}” is deleted.") }</b>{ " It can be put back for a day, from here or from the list of workspaces." }</p>
            <Button label="Undo" icon="undo-2" onclick={undo} action="undo-delete" />
            <Button label="Understood" kind={ButtonKind::Quiet} onclick={understood} action="dismiss-removed" />
        </div>
    }
}
