//! One icon of the sprite `icons/sprite.svg`.

use yew::prelude::*;

/// The props of [`Icon`].
#[derive(Properties, PartialEq)]
pub struct IconProps {
    /// The symbol's id in the sprite: Lucide's name, `play`.
    pub name: AttrValue,
}

/// An icon. It is decoration: the label stands beside it, or on the button.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    html! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href={format!("icons/sprite.svg#{}", props.name)} />
        </svg>
    }
}
