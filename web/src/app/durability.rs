//! The question how durable the workspace's writes are to be, beside what its opening read.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog, ErrorPanel};
use crate::hooks::{use_client, use_session};
use crate::protocol::{ClientError, Durability, Storage};

/// The props of [`DurabilityDialog`].
#[derive(Properties, PartialEq)]
pub struct DurabilityDialogProps {
    /// Whether it was asked for.
    pub open: bool,
    /// It is answered.
    pub onclose: Callback<()>,
}

const CHOICES: [(Durability, &str, &str, &str); 2] = [
    (
        Durability::Strict,
        "strict",
        "Strict",
        "An acknowledged write is on the disk: it survives a crash of the tab, of the browser and of the machine.",
    ),
    (
        Durability::Relaxed,
        "relaxed",
        "Relaxed",
        "An acknowledged write is the operating system's: it survives a crash of the tab and of the browser. A loss of the \
         machine's power may take the last moments with it, each write wholly. Writes are answered sooner.",
    ),
];

/// The dialog.
#[component]
pub fn DurabilityDialog(props: &DurabilityDialogProps) -> Html {
    let (api, session) = (use_client(), use_session());
    let failed = use_state_eq(|| None::<ClientError>);
    let choose = {
        let failed = failed.setter();
        use_callback(api, move |durability: Durability, api| {
            let (kept, failed) = (api.set_durability(durability), failed.clone());
            wasm_bindgen_futures::spawn_local(async move { failed.set(kept.await.err()) });
        })
    };
    let is_stored = session.storage == Some(Storage::Durable);
    let opening = session.opening;
    html! {
        <Dialog open={props.open} title="Durability" onclose={props.onclose.clone()} actions={html! {
            <Button label="Close" kind={ButtonKind::Primary} onclick={props.onclose.clone()} />
        }}>
            <fieldset class="choices">
                <legend>{ "What “acknowledged” means in " }<b>{ &session.workspace }</b></legend>
                { for CHOICES.into_iter().map(|(durability, value, label, meaning)| {
                    let onchange = choose.reform(move |_: Event| durability);
                    html! {
                        <label>
                            <input type="radio" name="durability" {value} checked={session.durability == durability}
                                disabled={!is_stored} {onchange} />
                            <span><b>{ label }</b>{ ": " }{ meaning }</span>
                        </label>
                    }
                }) }
            </fieldset>
            if let Some(error) = &*failed {
                <ErrorPanel error={error.clone()} />
            }
            if is_stored {
                <p class="opening-note" data-opening="read">
                    { format!(
                        "When it was opened, every checksum was verified: a snapshot of {} bytes and {} commits of {} bytes behind \
                         it, read in {} ms.",
                        opening.snapshot_bytes, opening.commits, opening.journal_bytes, opening.took_ms
                    ) }
                </p>
            }
        </Dialog>
    }
}
