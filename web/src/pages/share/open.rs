//! Opening what somebody shared: a field for a link and a button for a file, of a design or of a whole workspace. Either becomes a workspace of its own.

use std::rc::Rc;

use web_sys::{Event, HtmlInputElement};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Field};
use crate::hooks::{Destination, read_file, read_hosted, use_loader, use_work};
use crate::share::{Document, link};

/// A field for a link and a button for a file.
#[component]
pub fn OpenShared() -> Html {
    let loader = use_loader();
    let work = use_work();
    let busy = loader.state.is_busy() || work.state.is_busy();
    let typed = use_state_eq(String::new);
    let fault = use_state_eq(|| None::<String>);
    let chooser = use_node_ref();
    let take = {
        let (load, fault) = (loader.load.clone(), fault.setter());
        move |read: Result<Document, String>| match read {
            Ok(document) => {
                fault.set(None);
                load.emit((Rc::new(document), Destination::NewWorkspace));
            }
            Err(reason) => fault.set(Some(reason)),
        }
    };
    let open_link = {
        let (take, typed) = (take.clone(), typed.clone());
        Callback::from(move |()| match link::source(&typed) {
            None => take(link::decode(&typed).map_err(|error| error.to_string())),
            Some(Err(error)) => take(Err(error.to_string())),
            Some(Ok(address)) => {
                let take = take.clone();
                wasm_bindgen_futures::spawn_local(async move { take(read_hosted(&address).await) });
            }
        })
    };
    let onchange = {
        let (take, import) = (take.clone(), work.import.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let file = input.files().and_then(|files| files.get(0));
            // The same file can be chosen again.
            input.set_value("");
            let take = take.clone();
            if let Some(file) = &file
                && file.name().ends_with(".dynascope")
            {
                return import.emit(file.clone());
            }
            if let Some(file) = file {
                wasm_bindgen_futures::spawn_local(async move {
                    let text = read_file(&file).await;
                    take(text.and_then(|text| Document::parse(&text).map_err(|error| error.to_string())));
                });
            }
        })
    };
    let choose = {
        let chooser = chooser.clone();
        Callback::from(move |()| {
            if let Some(input) = chooser.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let oninput = {
        let (typed, fault) = (typed.setter(), fault.setter());
        Callback::from(move |text| {
            typed.set(text);
            fault.set(None);
        })
    };
    html! {
        <>
            <Field label="A Dynascope link" hide_label={true} name="link" placeholder="https://…#d=1.…" mono={true}
                value={(*typed).clone()} {oninput} error={(*fault).clone().map(AttrValue::from)} />
            <div class="door-actions">
                <Button label="Open the link" disabled={typed.trim().is_empty() || busy} onclick={open_link} action="open-link" />
                <Button label="Choose a file…" kind={ButtonKind::Quiet} disabled={busy} onclick={choose} action="open-file" />
            </div>
            <input type="file" class="visually-hidden" accept=".json,.dynascope,application/json" ref={chooser} {onchange} name="document"
                tabindex="-1" aria-label="A design document or a workspace" />
        </>
    }
}
