//! Everything that is stored of the open workspace as a file: by the page itself, since the worker may be what stopped.

use yew::prelude::*;

use crate::hooks::{download, use_notices, use_session};
use crate::state::notice::{Level, NoticeAction};
use crate::worker::rescue;

/// Saves it.
#[hook]
pub(super) fn use_save_stored() -> Callback<()> {
    let (workspace, notices) = (use_session().workspace.clone(), use_notices().dispatcher());
    use_callback(workspace, move |(), workspace| {
        let (workspace, notices) = (workspace.clone(), notices.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let saved = match rescue::everything(&workspace).await {
                Ok(text) => download("stored.dynascope.json", "application/json", &text)
                    .map_err(|_| "The browser refused the file.".to_owned()),
                Err(reason) => Err(format!("What is stored cannot be read: {reason}")),
            };
            if let Err(why) = saved {
                notices.dispatch(NoticeAction::Say(Level::Failed, why));
            }
        });
    })
}
