//! A new workspace of the moment that is looked at: the question for its name.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog, Field};
use crate::hooks::{free_name, use_client, use_notices, use_session};
use crate::state::explanation::clock;
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};

/// The props of [`BranchDialog`].
#[derive(Properties, PartialEq)]
pub struct BranchDialogProps {
    /// Whether it is asked.
    pub open: bool,
    /// The event.
    pub event: u64,
    /// Its time.
    pub at_ms: Option<u64>,
    /// It is answered.
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn BranchDialog(props: &BranchDialogProps) -> Html {
    let (api, session, notices) = (use_client(), use_session(), use_notices().dispatcher());
    let typed = use_state_eq(|| None::<String>);
    let busy = use_state_eq(|| false);
    let offered = || {
        let when = props.at_ms.map_or_else(|| format!("event {}", props.event), clock);
        free_name(&format!("{} at {when}", session.name()), &session.taken())
    };
    let name = (*typed).clone().unwrap_or_else(offered);
    let trimmed = name.trim().to_owned();
    let taken = session.taken().contains(&trimmed);
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |text| typed.set(Some(text)))
    };
    let close = {
        let (typed, onclose) = (typed.setter(), props.onclose.clone());
        Callback::from(move |()| {
            typed.set(None);
            onclose.emit(());
        })
    };
    let create = {
        let (close, busy, event, to) = (close.clone(), busy.setter(), props.event, trimmed.clone());
        Callback::from(move |()| {
            busy.set(true);
            let (api, to, close, busy, notices) =
                (api.clone(), to.clone(), close.clone(), busy.clone(), notices.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let said = match api.branch(event, to.clone()).await {
                    Ok(()) => (Level::Done, format!("“{to}” goes on from event {event}.")),
                    Err(error) => (Level::Failed, show(&error).message),
                };
                notices.dispatch(NoticeAction::Say(said.0, said.1));
                busy.set(false);
                close.emit(());
            });
        })
    };
    html! {
        <Dialog open={props.open} title="Branch from here" onclose={close.clone()}
            actions={html! { <>
                <Button label="Cancel" onclick={close} />
                <Button label="Create" kind={ButtonKind::Primary} disabled={trimmed.is_empty() || taken} busy={*busy}
                    onclick={create} action="create-branch" />
            </> }}>
            <Field label="Name" name="branch-name" value={name} {oninput}
                error={taken.then(|| AttrValue::from("There is a workspace of that name."))}
                hint="A new workspace with the tables and items of this moment. Its clock goes on from then; this workspace stays as it is." />
        </Dialog>
    }
}
