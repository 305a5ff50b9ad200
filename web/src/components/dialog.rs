//! A native modal dialog: focus, Escape and the backdrop are the browser's.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{Button, ButtonKind, use_id};

/// The props of [`Dialog`].
#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// Whether it is shown.
    pub open: bool,
    /// Its title.
    pub title: AttrValue,
    /// It was closed, by whatever means.
    pub onclose: Callback<()>,
    /// Its content.
    pub children: Html,
    /// The buttons at its foot.
    #[prop_or_default]
    pub actions: Html,
    /// As wide as a page rather than as a question.
    #[prop_or_default]
    pub wide: bool,
}

/// A modal dialog. Its content is only there while it is open.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    let title_id = use_id();
    {
        let node = node.clone();
        use_effect_with(props.open, move |open| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                match (*open, dialog.open()) {
                    // Refused only for a dialog that is open or not in the document; it is neither.
                    (true, false) => drop(dialog.show_modal()),
                    (false, true) => dialog.close(),
                    _ => {}
                }
            }
        });
    }
    let closed = props.onclose.reform(|_: Event| ());
    html! {
        <dialog class="dialog" ref={node} onclose={closed} aria-labelledby={title_id.clone()} data-wide={props.wide.to_string()}>
            if props.open {
                <header class="dialog-header">
                    <h2 id={title_id}>{ &props.title }</h2>
                    <Button label="Close" icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={props.onclose.clone()} />
                </header>
                <div class="dialog-body">{ props.children.clone() }</div>
                <footer class="dialog-actions">{ props.actions.clone() }</footer>
            }
        </dialog>
    }
}
