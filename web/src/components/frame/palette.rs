//! The palette's dialog: shown and put away. What there is to choose from ([`super::PaletteList`]) is drawn while it is shown.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// The props of [`Palette`].
#[derive(Properties, PartialEq)]
pub struct PaletteProps {
    /// Whether it is shown.
    pub open: bool,
    /// It was closed.
    pub onclose: Callback<()>,
    /// The list.
    pub children: Html,
}

/// The dialog.
#[component]
pub fn Palette(props: &PaletteProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.open, move |open| {
            let Some(dialog) = node.cast::<HtmlDialogElement>() else { return };
            match (*open, dialog.open()) {
                // Refused only for a dialog that is open or not in the document; it is neither.
                (true, false) => drop(dialog.show_modal()),
                (false, true) => dialog.close(),
                _ => {}
            }
        });
    }
    html! {
        <dialog class="dialog palette" ref={node} onclose={props.onclose.reform(|_: Event| ())} aria-label="Search or do anything">
            { props.children.clone() }
        </dialog>
    }
}
