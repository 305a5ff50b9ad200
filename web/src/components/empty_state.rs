//! Nothing is here yet: what it would be, and the next step.

use yew::prelude::*;

use super::Icon;

/// The props of [`EmptyState`].
#[derive(Properties, PartialEq)]
pub struct EmptyStateProps {
    /// An icon.
    pub icon: AttrValue,
    /// One line.
    pub title: AttrValue,
    /// A sentence or two.
    #[prop_or_default]
    pub children: Html,
    /// The next steps: buttons.
    #[prop_or_default]
    pub actions: Html,
}

/// An empty state.
#[component]
pub fn EmptyState(props: &EmptyStateProps) -> Html {
    html! {
        <section class="empty-state">
            <Icon name={props.icon.clone()} />
            <h2>{ &props.title }</h2>
            <div class="empty-text">{ props.children.clone() }</div>
            <div class="empty-actions">{ props.actions.clone() }</div>
        </section>
    }
}
