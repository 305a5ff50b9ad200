//! One advice: what was seen, why it matters, what to do, and the ways to go on from it.

use yew::prelude::*;

use super::words::Told;
use crate::components::{Badge, Button, ButtonKind, Icon};

/// The props of [`Card`].
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// What kind it is of, by its name.
    pub kind: AttrValue,
    /// The index, where it is about one.
    pub index: Option<AttrValue>,
    /// Whether it is about writes or reads that the heat shows.
    #[prop_or_default]
    pub from_heat: bool,
    /// What it says.
    pub told: Told,
    /// Whether it is told in full.
    pub open: bool,
    /// The requests that make the change on the table itself, as text.
    #[prop_or_default]
    pub updates: Vec<String>,
    /// Tries it on a copy; none where there is nothing to try.
    pub ontry: Option<Callback<()>>,
    /// Why there is nothing to try.
    #[prop_or_default]
    pub untried: Option<AttrValue>,
    /// Whether that has been asked for.
    pub busy: bool,
    /// Opens the change's first request on the Query page.
    pub onchange: Callback<()>,
    /// Shows the heat map.
    pub onheat: Callback<()>,
}

/// The advice.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let told = &props.told;
    let part = |label: &'static str, name: &'static str, text: &str| {
        html! { <><dt>{ label }</dt><dd data-part={name}>{ text.to_owned() }</dd></> }
    };
    html! {
        <li class="advice-card" data-advice={props.kind.clone()} data-index={props.index.clone()}>
            <Icon name={if props.from_heat { "flame" } else { "info" }} />
            <details open={props.open}>
                <summary>
                    <span>{ &told.sentence }</span>
                    if let Some(index) = &props.index {
                        { " " }<Badge text={index.clone()} tone="index" />
                    }
                </summary>
                <dl>
                    { part("Seen", "seen", &told.seen) }
                    { part("Why it matters", "why", &told.why) }
                    { part("What to do", "what", &told.what) }
                </dl>
                if !props.updates.is_empty() {
                    <details class="advice-request">
                        <summary>{ "The change as UpdateTable makes it" }</summary>
                        { for props.updates.iter().map(|text| html! { <pre data-part="update">{ text.clone() }</pre> }) }
                    </details>
                }
                if let Some(why) = &props.untried {
                    <p class="field-hint" data-part="untried">{ "No trial on a copy: " }{ why }</p>
                }
                <div class="advice-buttons">
                    if let Some(ontry) = &props.ontry {
                        <Button label="Try on a copy" icon="split" kind={ButtonKind::Primary} onclick={ontry.clone()} busy={props.busy} action="try-advice"
                            title="The table as it is against the table with the change, under the same traffic" />
                    }
                    if !props.updates.is_empty() {
                        <Button label="Open on the Query page" icon="terminal" onclick={props.onchange.clone()} action="open-change" />
                    }
                    if props.from_heat {
                        <Button label="Show the heat map" icon="flame" kind={ButtonKind::Quiet} onclick={props.onheat.clone()} action="advice-heat" />
                    }
                </div>
            </details>
        </li>
    }
}
