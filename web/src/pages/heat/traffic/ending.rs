//! What becomes of the traffic's copy of the workspace: it is kept, or discarded.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog, ErrorPanel};
use crate::hooks::{use_client, use_notices};
use crate::protocol::ClientError;
use crate::protocol::traffic::{TrafficPhase, TrafficState};
use crate::state::explanation::plural;
use crate::state::notice::{Level, NoticeAction};

/// The props of [`Ending`].
#[derive(Properties, PartialEq)]
pub struct EndingProps {
    /// The traffic, which has ended.
    pub traffic: TrafficState,
}

/// Two buttons, and a question where keeping takes something back.
#[component]
pub fn Ending(props: &EndingProps) -> Html {
    let (api, notices) = (use_client(), use_notices());
    let state = use_state_eq(|| (false, None::<ClientError>));
    let asked = use_state_eq(|| false);
    let (busy, refused) = (*state).clone();
    let keep = {
        let (api, state, asked, notices) =
            (api.clone(), state.setter(), asked.setter(), notices.dispatcher());
        Callback::from(move |()| {
            asked.set(false);
            state.set((true, None));
            let (kept, state, notices) = (api.keep_traffic(), state.clone(), notices.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match kept.await {
                    Ok(()) => {
                        let text = "What the traffic wrote is kept: the workspace goes on from there.".into();
                        notices.dispatch(NoticeAction::Say(Level::Done, text));
                        state.set((false, None));
                    }
                    Err(error) => state.set((false, Some(error))),
                }
            });
        })
    };
    let changes = props.traffic.changes_since;
    let onkeep = {
        let (keep, asked) = (keep.clone(), asked.setter());
        Callback::from(move |()| if changes > 0 { asked.set(true) } else { keep.emit(()) })
    };
    let discard = Callback::from(move |()| api.discard_traffic());
    let close = {
        let asked = asked.setter();
        Callback::from(move |()| asked.set(false))
    };
    let failed = matches!(props.traffic.phase, TrafficPhase::Failed { .. });
    html! {
        <div class="heat-ending" data-part="ending">
            if !failed {
                <p>{ format!("{} has ended. What it wrote is in a copy of the workspace.", props.traffic.name) }</p>
            }
            <div class="heat-buttons">
                if !failed {
                    <Button label="Keep what it wrote" onclick={onkeep} {busy} action="keep-traffic" />
                }
                <Button label="Discard" kind={ButtonKind::Quiet} onclick={discard} disabled={busy} action="discard-traffic" />
            </div>
            if let Some(refused) = refused {
                <ErrorPanel error={refused} />
            }
            <Dialog open={*asked} title="Keep what the traffic wrote?" onclose={close.clone()} actions={html! {
                <>
                    <Button label="Keep it, and lose them" kind={ButtonKind::Danger} onclick={keep} action="keep-anyway" />
                    <Button label="Cancel" kind={ButtonKind::Quiet} onclick={close} />
                </>
            }}>
                <p>
                    { format!("Since the traffic began, {} of yours changed the workspace. The copy does not have those \
                               changes: keeping it puts it in the workspace's place, and they are lost.", plural(changes, "request")) }
                </p>
            </Dialog>
        </div>
    }
}
