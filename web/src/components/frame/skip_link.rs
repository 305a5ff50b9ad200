//! The first stop of the Tab key: it leads past the bar and the tables to the page. The fragment of the address is the share
//! document's, so it is a button and no link.

use web_sys::HtmlElement;
use yew::prelude::*;

/// The props of [`SkipLink`].
#[derive(Properties, PartialEq)]
pub struct SkipLinkProps {
    /// What gets the focus.
    pub main: NodeRef,
}

/// The button, seen while it has the focus.
#[component]
pub fn SkipLink(props: &SkipLinkProps) -> Html {
    let main = props.main.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        if let Some(main) = main.cast::<HtmlElement>() {
            // Fails for no element.
            let _ = main.focus();
        }
    });
    html! { <button type="button" class="button skip-link" {onclick} data-action="skip">{ "Skip to the page" }</button> }
}
