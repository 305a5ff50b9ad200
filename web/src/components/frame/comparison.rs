//! What two moments of a table differ in: item by item, attribute by attribute.

use serde_json::Value;
use yew::prelude::*;

use crate::components::Badge;
use crate::state::compare::{AttributeDifference, Fate, ItemDifference};

/// The props of [`Comparison`].
#[derive(Properties, PartialEq)]
pub struct ComparisonProps {
    /// The items that differ.
    pub differences: Vec<ItemDifference>,
    /// How many are the same.
    pub same: usize,
}

/// More differences than this are counted, not drawn.
const DRAWN: usize = 500;

/// The differences.
#[component]
pub fn Comparison(props: &ComparisonProps) -> Html {
    let count = |fate: Fate| props.differences.iter().filter(|one| one.fate == fate).count();
    let words = format!(
        "{} added, {} removed, {} changed, {} the same.",
        count(Fate::Added),
        count(Fate::Removed),
        count(Fate::Changed),
        props.same
    );
    let hidden = props.differences.len().saturating_sub(DRAWN);
    html! {
        <div class="comparison">
            <p class="comparison-count" role="status">{ words }</p>
            <ul>
                { for props.differences.iter().take(DRAWN).map(item) }
            </ul>
            if hidden > 0 {
                <p>{ format!("and {hidden} more") }</p>
            }
        </div>
    }
}

fn item(one: &ItemDifference) -> Html {
    let key: Vec<String> = one.key.iter().map(|(name, value)| format!("{name} = {}", plain(value))).collect();
    let tone = match one.fate {
        Fate::Added => "good",
        Fate::Removed => "bad",
        Fate::Changed => "accent",
    };
    html! {
        <li class="difference" data-fate={one.fate.name()}>
            <h3><Badge text={one.fate.name()} {tone} />{ key.join(", ") }</h3>
            if one.fate == Fate::Changed {
                <dl>{ for one.attributes.iter().map(attribute) }</dl>
            }
        </li>
    }
}

fn attribute(one: &AttributeDifference) -> Html {
    let side = |value: &Option<Value>| value.as_ref().map_or_else(|| "(none)".to_owned(), plain);
    html! {
        <>
            <dt>{ &one.name }</dt>
            <dd><del>{ side(&one.before) }</del>{ " → " }<ins>{ side(&one.after) }</ins></dd>
        </>
    }
}

/// A value as it is read: strings and numbers bare, everything else as its JSON.
fn plain(value: &Value) -> String {
    match (value["S"].as_str(), value["N"].as_str()) {
        (Some(text), _) | (_, Some(text)) => text.to_owned(),
        _ => value.to_string(),
    }
}
