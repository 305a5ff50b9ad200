//! A chosen cell: everything that was counted in it, each figure to be copied, and its requests, each with what happened in it.

use std::rc::Rc;

use engine::timeline::Event;
use yew::prelude::*;

use super::words::CellWords;
use crate::components::{Button, ButtonKind, WhatHappened};
use crate::hooks::copy_text;
use crate::state::explanation::{Totals, count, latency};
use crate::state::sampled::Sampled;

/// The requests of a cell, as far as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// A line each, in the order in which they came.
    pub requests: Vec<Sampled>,
    /// How many there were.
    pub all: u64,
}

impl Listed {
    /// `32 of 41,207`, or `12 requests`.
    pub fn title(&self) -> String {
        let shown = self.requests.len() as u64;
        match (shown, self.all) {
            (shown, all) if shown < all => format!("Requests: {} of {}", count(shown), count(all)),
            (1, _) => "1 request".to_owned(),
            (shown, _) => format!("{} requests", count(shown)),
        }
    }
}

/// The props of [`CellPanel`].
#[derive(Properties, PartialEq)]
pub struct CellPanelProps {
    /// What the cell holds.
    pub words: CellWords,
    /// Its requests; none while they are asked for.
    pub listed: Option<Rc<Listed>>,
    /// How many partitions the tables and indexes have.
    pub totals: Rc<Totals>,
    /// The request that is explained, from 0.
    pub open: Option<usize>,
    /// Explain another one.
    pub onopen: Callback<Option<usize>>,
    /// An event was chosen in the explanation.
    pub onevent: Callback<Event>,
    /// Close it.
    pub onclose: Callback<()>,
}

/// The panel.
#[component]
pub fn CellPanel(props: &CellPanelProps) -> Html {
    let words = &props.words;
    let mut facts: Vec<(String, String)> = vec![("Time".into(), words.time.clone())];
    facts.push(("Value".into(), words.value.clone()));
    facts.extend(words.share.iter().map(|share| ("Share of the limit".into(), share.clone())));
    facts.push(("Row".into(), format!("{} · {}", words.partition, words.place)));
    if !words.hashes.is_empty() {
        facts.push(("Hashes".into(), words.hashes.clone()));
    }
    facts.extend(words.more.iter().map(|(name, text)| ((*name).to_owned(), text.clone())));
    let opened = props.open.and_then(|at| props.listed.as_ref()?.requests.get(at).cloned());
    let close = props.onclose.clone();
    html! {
        <section class="heat-panel" data-part="cell" aria-label="The chosen cell">
            <header>
                <h2>{ format!("{} · {}", words.partition, words.time) }</h2>
                <Button label="Close" icon="x" icon_only={true} kind={ButtonKind::Quiet} action="close-cell" onclick={move |()| close.emit(())} />
            </header>
            <div class="heat-panel-facts">
                <dl>
                    { for facts.into_iter().map(|(name, text)| html! { <Fact key={name.clone()} name={name.clone()} {text} /> }) }
                </dl>
                if !words.keys.is_empty() {
                    <h3>{ "Hottest keys" }</h3>
                    <ul class="heat-keys" data-part="keys">
                        { for words.keys.iter().map(|(key, share)| html! {
                            <li key={key.clone()}><Copied text={key.clone()} /><span class="heat-faint">{ share }</span></li>
                        }) }
                    </ul>
                }
            </div>
            <div class="heat-panel-requests" data-part="requests" aria-busy={props.listed.is_none().to_string()}>
                if let Some(listed) = &props.listed {
                    <h3 data-part="requests-title" title={sample_title(listed)}>{ listed.title() }</h3>
                    { requests(listed, props) }
                }
            </div>
            if let Some(opened) = opened {
                <div class="heat-panel-explanation" data-part="explanation">
                    <WhatHappened events={opened.events.clone()} totals={props.totals.clone()} onevent={
                        let (onevent, events) = (props.onevent.clone(), opened.events.clone());
                        Callback::from(move |id| {
                            if let Some(event) = events.iter().find(|event| event.id == id) {
                                onevent.emit(event.clone());
                            }
                        })
                    } />
                </div>
            }
        </section>
    }
}

fn sample_title(listed: &Listed) -> Option<AttrValue> {
    let sampled = (listed.requests.len() as u64) < listed.all;
    sampled.then(|| "A second with more than 1,000 requests keeps a sample of 32 from each partition; at most 200 are listed.".into())
}

fn requests(listed: &Rc<Listed>, props: &CellPanelProps) -> Html {
    if listed.requests.is_empty() {
        let text = match listed.all {
            0 => {
                "No request came by: what was counted here was written behind an answer, as index entries are."
            }
            _ => "What happened in them is not kept any more.",
        };
        return html! { <p class="heat-faint">{ text }</p> };
    }
    html! {
        <ol class="heat-requests">
            { for listed.requests.iter().enumerate().map(|(at, one)| {
                let open = props.open == Some(at);
                let onclick = props.onopen.reform(move |_: MouseEvent| (!open).then_some(at));
                let state = if one.throttled { "throttled" } else if one.error.is_some() { "failed" } else { "done" };
                html! {
                    <li key={at}>
                        <button type="button" {onclick} aria-expanded={open.to_string()} data-state={state}>
                            <time>{ &one.time }</time>
                            <b>{ &one.operation }</b>
                            <span class="heat-request-key">{ &one.key }</span>
                            <span class="heat-request-end">{ one.error.clone().unwrap_or_else(|| one.units.clone()) }</span>
                            <span class="heat-faint">{ one.latency_us.map(latency) }</span>
                        </button>
                    </li>
                }
            }) }
        </ol>
    }
}

#[derive(Properties, PartialEq)]
struct FactProps {
    name: String,
    text: String,
}

#[component]
fn Fact(props: &FactProps) -> Html {
    html! {
        <div>
            <dt>{ &props.name }</dt>
            <dd><Copied text={props.text.clone()} /></dd>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct CopiedProps {
    text: String,
}

/// A text that a click copies.
#[component]
fn Copied(props: &CopiedProps) -> Html {
    let copied = use_state_eq(|| false);
    let onclick = {
        let (text, copied) = (props.text.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let (text, copied) = (text.clone(), copied.clone());
            wasm_bindgen_futures::spawn_local(async move {
                copied.set(copy_text(&text).await);
            });
        })
    };
    let title = if *copied { "Copied" } else { "Copy" };
    html! {
        <button type="button" class="heat-copy" {onclick} data-copied={copied.to_string()} {title}>
            <span>{ &props.text }</span>
            <span class="heat-copied" role="status">{ if *copied { "copied" } else { "" } }</span>
        </button>
    }
}
