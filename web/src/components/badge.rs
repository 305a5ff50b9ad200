//! A word with a colour and a shape.

use yew::prelude::*;

/// The props of [`Badge`].
#[derive(Properties, PartialEq)]
pub struct BadgeProps {
    /// The word.
    pub text: AttrValue,
    /// `plain`, `accent`, `good`, `warning`, `bad`, `read`, `write`, `index`, `stream` or `transaction`.
    #[prop_or("plain".into())]
    pub tone: AttrValue,
    /// More, on hover.
    #[prop_or_default]
    pub title: Option<AttrValue>,
}

/// A word with a colour and a shape.
#[component]
pub fn Badge(props: &BadgeProps) -> Html {
    html! { <span class="badge" data-tone={props.tone.clone()} title={props.title.clone()}>{ &props.text }</span> }
}
