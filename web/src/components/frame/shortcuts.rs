//! The list of keys.

use yew::prelude::*;

use crate::components::Dialog;

/// Keys and what they do.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortcut {
    /// The keys, each apart.
    pub keys: Vec<AttrValue>,
    /// What they do.
    pub does: AttrValue,
}

impl Shortcut {
    /// Keys, written with a space between them.
    pub fn new(keys: &str, does: impl Into<AttrValue>) -> Shortcut {
        Shortcut { keys: keys.split(' ').map(|key| key.to_owned().into()).collect(), does: does.into() }
    }
}

/// The props of [`Shortcuts`].
#[derive(Properties, PartialEq)]
pub struct ShortcutsProps {
    /// Whether it is shown.
    pub open: bool,
    /// It was closed.
    pub onclose: Callback<()>,
    /// The list.
    pub list: Vec<Shortcut>,
}

/// The list of keys, as a dialog.
#[component]
pub fn Shortcuts(props: &ShortcutsProps) -> Html {
    html! {
        <Dialog open={props.open} title="Keys" onclose={props.onclose.clone()}>
            <dl class="shortcuts">
                { for props.list.iter().map(|shortcut| html! {
                    <div>
                        <dt>{ for shortcut.keys.iter().map(|key| html! { <kbd>{ key }</kbd> }) }</dt>
                        <dd>{ &shortcut.does }</dd>
                    </div>
                }) }
            </dl>
            <p><a href="docs/">{ "Documentation" }</a></p>
        </Dialog>
    }
}
