//! Explore all: what goes wrong, which check is left out, and what all interleavings come to.

use yew::prelude::*;

use super::scene::{End, Explored, Item, Scene, grouped, line_of};
use crate::components::{Badge, Button, ButtonKind, Select, SelectOption};

/// What to explore.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variant {
    /// The check that is left out: its name, or nothing.
    pub without: String,
    /// Coordinators that stop, at most.
    pub crashes: u32,
    /// Messages that arrive twice, at most.
    pub repeats: u32,
}

/// The props of [`VariantForm`].
#[derive(Properties, PartialEq)]
pub struct VariantFormProps {
    /// What to explore.
    pub variant: Variant,
    /// It changed.
    pub onchange: Callback<Variant>,
    /// Explore it.
    pub onexplore: Callback<()>,
    /// Cannot be explored now.
    pub disabled: bool,
    /// It is being explored.
    pub busy: bool,
}

/// The choices of Explore all.
#[component]
pub fn VariantForm(props: &VariantFormProps) -> Html {
    let checks = vec![
        SelectOption::new("", "As DynamoDB does it"),
        SelectOption::new("TimestampCheck", "Broken: no timestamp check"),
        SelectOption::new("PendingCheck", "Broken: no pending check"),
        SelectOption::new("CheckedTimestamp", "Broken: no timestamp on checked items"),
    ];
    let counts = |what: &str| {
        vec![SelectOption::new("0", format!("no {what}")), SelectOption::new("1", format!("one {what}"))]
    };
    let change = |with: fn(&mut Variant, String)| {
        let variant = props.variant.clone();
        props.onchange.reform(move |text: String| {
            let mut variant = variant.clone();
            with(&mut variant, text);
            variant
        })
    };
    html! {
        <div class="tx-variant" role="group" aria-label="Explore all interleavings">
            <Select label="Protocol" hide_label=true name="without" options={checks} value={props.variant.without.clone()}
                onchange={change(|variant, text| variant.without = text)} />
            <Select label="Crashes" hide_label=true name="crashes" options={counts("crash")} value={props.variant.crashes.to_string()}
                onchange={change(|variant, text| variant.crashes = text.parse().unwrap_or(0))} />
            <Select label="Repeated messages" hide_label=true name="repeats" options={counts("message twice")}
                value={props.variant.repeats.to_string()} onchange={change(|variant, text| variant.repeats = text.parse().unwrap_or(0))} />
            <Button label="Explore all" icon="split" onclick={props.onexplore.clone()} disabled={props.disabled} busy={props.busy} action="explore"
                title="Goes through every order in which this can happen, on a branch: nothing of the data changes" />
        </div>
    }
}

/// The props of [`Found`].
#[derive(Properties, PartialEq)]
pub struct FoundProps {
    /// What was found.
    pub explored: Explored,
    /// Step through the counterexample.
    pub onreplay: Callback<()>,
}

/// What all interleavings come to.
#[component]
pub fn Found(props: &FoundProps) -> Html {
    let explored = &props.explored;
    let (tone, verdict) = match explored.serializable {
        true => (
            "good",
            "Each is as if the requests had come one after another, in the order of their timestamps.",
        ),
        false => ("bad", "Not all of them are as if the requests had come one after another."),
    };
    html! {
        <section class="tx-found" data-serializable={explored.serializable.to_string()} aria-label="All interleavings">
            <p class="tx-told" role="status">
                <Badge text={if explored.serializable { "serializable" } else { "wrong" }} {tone} />
                { " " }{ format!("{} interleavings through {} states. {verdict}", grouped(&explored.interleavings), grouped(&explored.states.to_string())) }
            </p>
            if let Some(counterexample) = &explored.counterexample {
                <div class="tx-counterexample" data-part="counterexample">
                    <p>{ &counterexample.why }</p>
                    <p class="tx-soft">{ format!("{} interleavings are wrong; the shortest has {} steps.", grouped(&explored.wrong), counterexample.trail.len()) }</p>
                    <Button label="Step through the shortest" icon="step-forward" kind={ButtonKind::Primary} onclick={props.onreplay.clone()} action="replay" />
                </div>
            }
            <table class="tx-table" aria-label="What they come to">
                <thead>
                    <tr>
                        <th scope="col">{ "Interleavings" }</th><th scope="col">{ "Answers" }</th><th scope="col">{ "Items at the end" }</th>
                        <th scope="col">{ "The same as" }</th>
                    </tr>
                </thead>
                <tbody>{ for explored.ends.iter().map(|end| row(end, &explored.standing)) }</tbody>
            </table>
        </section>
    }
}

fn row(end: &End, first: &Scene) -> Html {
    let order = match (&end.order, end.verdict.as_str()) {
        (Some(order), _) if order.is_empty() => "nothing happening".to_owned(),
        (Some(order), verdict) => {
            let names: Vec<String> = order.iter().map(|client| format!("client {client}")).collect();
            let against = if verdict == "AgainstTimestamps" { ", against their timestamps" } else { "" };
            format!("{}{against}", names.join(", then "))
        }
        (None, "StaysHeld") => "no order: an item stays held".to_owned(),
        (None, _) => "no order at all".to_owned(),
    };
    let items = end.items.iter().enumerate().map(|(at, item)| {
        let place = first.items.get(at).cloned().unwrap_or_default();
        let name = first.item_name(at);
        let text = line_of(&Item { item: item.clone(), ..place });
        html! { <div><strong>{ name }</strong>{ " " }{ text }</div> }
    });
    html! {
        <tr data-verdict={end.verdict.clone()}>
            <td class="tx-number">{ grouped(&end.interleavings) }</td>
            <td>{ for end.results.iter().enumerate().map(|(at, result)| html! {
                <div>{ format!("{}: {result}", at + 1) }</div>
            }) }</td>
            <td class="tx-value">{ for items }</td>
            <td>{ order }</td>
        </tr>
    }
}
