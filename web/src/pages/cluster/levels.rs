//! Tokens as levels that drain and refill: a bucket as a bar, and the buckets of a table or index with the model that fills them.

use yew::prelude::*;

use crate::components::{Select, SelectOption, Term};
use crate::state::cluster::{Buckets, Tokens};

/// The models: their names on the wire, what they are called, and how they admit.
pub const MODELS: [(&str, &str, &str); 3] = [
    (
        "GLOBAL_ADMISSION_CONTROL",
        "Global admission control (today)",
        "The table's tokens are spent on any partition; a partition takes 3,000 RCU and 1,000 WCU at most.",
    ),
    (
        "ADAPTIVE",
        "Adaptive capacity (2017 and 2018)",
        "Every partition has a share of the table's throughput; one that is throttled is given more for a while.",
    ),
    (
        "STATIC",
        "Static division (until 2017)",
        "Every partition has an equal share of the table's throughput, and no more, however idle the others are.",
    ),
];

/// The models to choose from.
pub fn model_options() -> Vec<SelectOption> {
    MODELS.iter().map(|(name, label, _)| SelectOption::new(*name, *label)).collect()
}

/// Units in as few digits as they need: `2.5`, `1,000`.
pub fn units(units: f64) -> String {
    let halves = (units * 2.0).round().max(0.0) as u64;
    let whole = crate::state::explanation::count(halves / 2);
    if halves % 2 == 1 { format!("{whole}.5") } else { whole }
}

/// The props of [`LevelBar`].
#[derive(Properties, PartialEq)]
pub struct LevelBarProps {
    /// What the bucket holds.
    pub tokens: Tokens,
    /// `reads` or `writes`.
    pub access: AttrValue,
    /// What it is, before the figure.
    pub label: AttrValue,
    /// `now` or `burst`.
    #[prop_or("now".into())]
    pub part: AttrValue,
}

/// A bucket as a bar whose length is its level.
#[component]
pub fn LevelBar(props: &LevelBarProps) -> Html {
    let Tokens { left_units, size_units } = props.tokens;
    let share = props.tokens.share();
    let text = format!("{} of {}", units(left_units), units(size_units));
    html! {
        <div class="level" data-access={props.access.clone()} data-part={props.part.clone()} data-left={units(left_units)} data-size={units(size_units)}
            data-empty={(share <= 0.0).to_string()}>
            <span class="level-words"><small>{ props.label.clone() }</small><small>{ &text }</small></span>
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={format!("{}: {text} left", props.label)}>
                <rect class="level-whole" width="100" height="6" />
                <rect class="level-left" width={format!("{:.2}", share * 100.0)} height="6" />
            </svg>
        </div>
    }
}

/// The props of [`TokenLevels`].
#[derive(Properties, PartialEq)]
pub struct TokenLevelsProps {
    /// The table's buckets.
    pub buckets: Buckets,
    /// The global index that is looked at; none for the table.
    pub index: Option<AttrValue>,
    /// Whether it is on demand.
    pub on_demand: bool,
    /// Another model is wanted.
    pub onmodel: Callback<String>,
}

/// The model, and the buckets of the table or index.
#[component]
pub fn TokenLevels(props: &TokenLevelsProps) -> Html {
    let model = props.buckets.capacity_model.as_str();
    let told = MODELS.iter().find(|(name, ..)| *name == model).map_or("", |(.., told)| told);
    let own = props.buckets.of(props.index.as_deref());
    let bar = |tokens: Option<Tokens>, access: &'static str, word: &'static str| {
        let (seconds, tokens) = (own.map_or(1, |own| own.burst_seconds), tokens?);
        let (now, burst) = tokens.parts(seconds);
        Some(html! {
            <>
                <LevelBar tokens={now} {access} label={format!("{word}, this second")} />
                if let Some(burst) = burst {
                    <LevelBar tokens={burst} {access} part="burst" label={format!("{word}, burst of {} s", seconds - 1)} />
                }
            </>
        })
    };
    let bars: Vec<Html> = own
        .into_iter()
        .flat_map(|own| [bar(own.read_tokens, "reads", "RCU"), bar(own.write_tokens, "writes", "WCU")])
        .flatten()
        .collect();
    let nothing = match own {
        None => "Nothing was asked of it yet: its buckets are full.",
        Some(_) if props.on_demand => {
            "On demand it has no bucket of its own: its partitions' and the account's quota limit it."
        }
        Some(_) if model == "STATIC" => {
            "It has no bucket of its own: its throughput is divided over the partitions below."
        }
        Some(_) => "It has no bucket of its own here.",
    };
    html! {
        <section class="token-levels" aria-label="Tokens" data-model={model.to_owned()}>
            <div class="token-model">
                <Select label="Capacity model" name="model" options={model_options()} value={model.to_owned()} onchange={props.onmodel.clone()} />
                <p class="quiet">{ told }{ " " }<Term word="modelled" /></p>
            </div>
            <div class="token-bars">
                if bars.is_empty() {
                    <p class="quiet">{ nothing }</p>
                }
                { for bars }
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_in_halves() {
        assert_eq!([0.0, 0.5, 1_000.0, 2_999.5].map(units), ["0", "0.5", "1,000", "2,999.5"]);
    }
}
