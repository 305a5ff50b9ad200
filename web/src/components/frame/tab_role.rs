//! Whether this tab leads the workspace, where more than one has it open.

use yew::prelude::*;

use crate::components::Icon;

/// The props of [`TabRole`].
#[derive(Properties, PartialEq)]
pub struct TabRoleProps {
    /// Whether this tab leads.
    pub leads: bool,
    /// How many other tabs have the workspace open.
    pub others: u32,
}

/// A quiet word beside the workspace's name; nothing where this is the only tab.
#[component]
pub fn TabRole(props: &TabRoleProps) -> Html {
    if props.others == 0 {
        return html! {};
    }
    let tabs =
        if props.others == 1 { "1 other tab".to_owned() } else { format!("{} other tabs", props.others) };
    let (role, word, title) = match props.leads {
        true => (
            "leads",
            "leads",
            format!(
                "This tab holds the workspace, for itself and {tabs}. When it closes, one of them goes on."
            ),
        ),
        false => (
            "follows",
            "follows",
            format!(
                "The workspace is open in {tabs}, and one of them leads it: requests from here go there, and what happens there is \
                 shown here. When it closes, another goes on."
            ),
        ),
    };
    let label = title.clone();
    html! {
        <span class="tab-role" data-role={role} {title} aria-label={label} tabindex="0">
            <Icon name="app-window" /><span>{ word }</span>
        </span>
    }
}
