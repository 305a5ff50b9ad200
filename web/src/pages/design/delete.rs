//! Deleting a table: its name is typed first.

use serde_json::json;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog, ErrorPanel, Field};
use crate::hooks::{use_call, use_notices, use_route};
use crate::state::call::CallState;
use crate::state::explanation::plural;
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;

/// The props of [`DeleteDialog`].
#[derive(Properties, PartialEq)]
pub struct DeleteDialogProps {
    /// Whether it is shown.
    pub open: bool,
    /// The table.
    pub table: String,
    /// How many items go with it.
    pub items: u64,
    /// Whether it is protected.
    pub protected: bool,
    /// It was closed.
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn DeleteDialog(props: &DeleteDialogProps) -> Html {
    let call = use_call();
    let (route, notices) = (use_route(), use_notices());
    let typed = use_state_eq(String::new);
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |text| typed.set(text))
    };
    let close = {
        let (typed, reset, onclose) = (typed.setter(), call.reset.clone(), props.onclose.clone());
        Callback::from(move |()| {
            typed.set(String::new());
            reset.emit(());
            onclose.emit(());
        })
    };
    {
        let (close, table) = (close.clone(), props.table.clone());
        use_effect_with(matches!(*call.state, CallState::Ready(_)), move |deleted| {
            if *deleted {
                close.emit(());
                notices.dispatch(NoticeAction::Say(Level::Done, format!("{table} is being deleted.")));
                route.replace.emit(route.route.at(Page::Design).on(None, None));
            }
        });
    }
    let delete = {
        let (run, request) = (call.run.clone(), json!({ "TableName": props.table }));
        Callback::from(move |()| run.emit(("DeleteTable".to_owned(), request.to_string())))
    };
    html! {
        <Dialog open={props.open} title={format!("Delete {}?", props.table)} onclose={close.clone()}
            actions={html! { <>
                <Button label="Cancel" onclick={close} />
                <Button label="Delete the table" kind={ButtonKind::Danger} busy={call.state.loading()} disabled={*typed != props.table}
                    onclick={delete} action="confirm-delete" />
            </> }}>
            <p>{ format!("{} go for good, with every index. Its stream stays readable for 24 hours.", plural(props.items, "item")) }</p>
            if props.protected {
                <p class="design-note">{ "Deletion protection is on: DeleteTable is refused until it is switched off under Change." }</p>
            }
            <Field label={format!("Type {} to delete it", props.table)} name="delete-name" value={(*typed).clone()} {oninput} mono={true} />
            if let Some(failure) = call.state.failure() {
                <ErrorPanel error={failure.error.clone()} />
            }
        </Dialog>
    }
}
