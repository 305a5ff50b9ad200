//! A button.

use yew::prelude::*;

use super::Icon;

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do here.
    Primary,
    /// Any other.
    #[default]
    Plain,
    /// Without a border.
    Quiet,
    /// Something goes for good.
    Danger,
}

/// The props of [`Button`].
#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    /// The label. It is the button's name too, even where only the icon is shown.
    pub label: AttrValue,
    /// What a click does.
    pub onclick: Callback<()>,
    /// How it looks.
    #[prop_or_default]
    pub kind: ButtonKind,
    /// An icon before the label.
    #[prop_or_default]
    pub icon: Option<AttrValue>,
    /// Show the icon alone; the label is its tooltip.
    #[prop_or_default]
    pub icon_only: bool,
    /// Cannot be pressed now.
    #[prop_or_default]
    pub disabled: bool,
    /// Its work is under way: it cannot be pressed, and says so.
    #[prop_or_default]
    pub busy: bool,
    /// A toggle's state.
    #[prop_or_default]
    pub pressed: Option<bool>,
    /// More, on hover.
    #[prop_or_default]
    pub title: Option<AttrValue>,
    /// The keys that do the same, shown behind the label: `⌘↵`.
    #[prop_or_default]
    pub keys: Option<AttrValue>,
    /// The value of `data-action`, for style sheets and tests.
    #[prop_or_default]
    pub action: Option<AttrValue>,
}

/// A button.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let kind = match props.kind {
        ButtonKind::Primary => "primary",
        ButtonKind::Plain => "plain",
        ButtonKind::Quiet => "quiet",
        ButtonKind::Danger => "danger",
    };
    let onclick = props.onclick.reform(|_: MouseEvent| ());
    let title = props.title.clone().or_else(|| props.icon_only.then(|| props.label.clone()));
    html! {
        <button type="button" class="button" data-kind={kind} data-icon-only={props.icon_only.then_some("true")}
            data-action={props.action.clone()} {onclick} {title} disabled={props.disabled || props.busy}
            aria-busy={props.busy.then_some("true")} aria-pressed={props.pressed.map(|on| on.to_string())}
            aria-label={props.icon_only.then(|| props.label.clone())}>
            if let Some(icon) = &props.icon {
                <Icon name={icon.clone()} />
            }
            if !props.icon_only {
                <span>{ &props.label }</span>
            }
            if let Some(keys) = &props.keys {
                <kbd>{ keys }</kbd>
            }
        </button>
    }
}
