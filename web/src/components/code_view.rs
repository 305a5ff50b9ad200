//! Code to be read: coloured, with a frame that scrolls.

use yew::prelude::*;

use crate::exchange::Language;
use crate::state::code_text::{Stretch, stretches};

/// Beyond this the colours would cost more than they say.
const COLOURED_BYTES: usize = 100_000;

/// The props of [`CodeView`].
#[derive(Properties, PartialEq)]
pub struct CodeViewProps {
    /// What it is, for those who do not see it.
    pub label: AttrValue,
    /// The code.
    pub text: AttrValue,
    /// Its language.
    pub language: Language,
}

/// Code to be read.
#[component]
pub fn CodeView(props: &CodeViewProps) -> Html {
    let coloured = use_memo((props.text.clone(), props.language), |(text, language)| {
        if text.len() > COLOURED_BYTES {
            return html! { { text } };
        }
        html! {
            <>
                { for stretches(text, *language).into_iter().map(|(kind, part)| match kind {
                    Stretch::Rest => html! { { part.to_owned() } },
                    kind => html! { <span data-token={kind.name()}>{ part.to_owned() }</span> },
                }) }
            </>
        }
    });
    html! {
        <pre class="code-view" role="region" tabindex="0" aria-label={props.label.clone()}>{ (*coloured).clone() }</pre>
    }
}
