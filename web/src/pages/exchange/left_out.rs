//! What was not carried over, and why.

use yew::prelude::*;

use crate::exchange::LeftOut;
use crate::state::explanation::plural;

/// So many are listed.
const LISTED: usize = 200;

/// The props of [`LeftOutList`].
#[derive(Properties, PartialEq)]
pub struct LeftOutListProps {
    /// What was left out.
    pub left_out: Vec<LeftOut>,
}

/// The list; a sentence where there is nothing to list.
#[component]
pub fn LeftOutList(props: &LeftOutListProps) -> Html {
    let count = props.left_out.len();
    if count == 0 {
        return html! { <p class="exchange-whole" data-left-out="0">{ "Nothing is left out." }</p> };
    }
    html! {
        <section class="exchange-left" data-left-out={count.to_string()} aria-label="Left out">
            <h3>{ format!("{} left out", plural(count as u64, "thing")) }</h3>
            <ul>
                { for props.left_out.iter().take(LISTED).map(|left| html! {
                    <li><code>{ &left.what }</code>{ " " }<span>{ &left.why }</span></li>
                }) }
                if count > LISTED {
                    <li>{ format!("and {} more", count - LISTED) }</li>
                }
            </ul>
        </section>
    }
}
