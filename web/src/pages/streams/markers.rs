//! The iterators as a list: what each is, where it stands, how long it is good, and GetRecords from it.

use std::collections::BTreeMap;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::ask::Ask;
use super::iterator::{ITERATOR_TYPES, Marker};
use super::line::tell_place;
use super::log::Listed;
use super::shard::Shard;
use crate::components::{Button, ButtonKind, ErrorPanel, Select, SelectOption};
use crate::protocol::ClientError;

/// The props of [`Markers`].
#[derive(Properties, PartialEq)]
pub struct MarkersProps {
    /// The shard that is looked at.
    pub shard: Shard,
    /// The iterators of all shards.
    pub markers: Vec<Marker>,
    /// The number of the one that reads next.
    pub chosen: Option<u32>,
    /// Each shard's records.
    pub records: BTreeMap<String, Listed>,
    /// The sequence number of the record that is shown, where it is of the shard.
    pub current: Option<String>,
    /// What the last call came to.
    pub told: String,
    /// Why it was refused, and the iterator that was used.
    pub failure: Option<(Option<u32>, ClientError)>,
    /// The shards that follow the one where the chosen iterator is at its end.
    pub children: Vec<Shard>,
    /// How many records GetRecords is asked for.
    pub limit: u32,
    /// The workspace's clock.
    pub now_ms: u64,
    /// What is asked.
    pub onask: Callback<Ask>,
    /// Another limit.
    pub onlimit: Callback<u32>,
    /// Go on in that child: a new iterator at its TRIM_HORIZON.
    pub onchild: Callback<String>,
}

/// The list.
#[component]
pub fn Markers(props: &MarkersProps) -> Html {
    let kind = use_state_eq(|| ITERATOR_TYPES[0].to_owned());
    let kinds: Vec<SelectOption> =
        ITERATOR_TYPES.iter().map(|kind| SelectOption::new(*kind, *kind)).collect();
    let onkind = {
        let kind = kind.setter();
        Callback::from(move |chosen| kind.set(chosen))
    };
    let wants = kind.ends_with("SEQUENCE_NUMBER");
    let listed = props.records.get(&props.shard.id);
    let newest = listed.and_then(|listed| listed.records.last()).map(|record| record.sequence_number.clone());
    // Without a record the shard's first number is good as well.
    let number = props.current.clone().or(newest).unwrap_or_else(|| props.shard.first.clone());
    let onnew = {
        let ask = Ask::Stand {
            shard: props.shard.id.clone(),
            kind: (*kind).clone(),
            number: wants.then_some(number),
            instead_of: None,
        };
        props.onask.reform(move |()| ask.clone())
    };
    let get = |number: u32| {
        let limit = props.limit;
        props.onask.reform(move |()| Ask::Get(number, limit))
    };
    let onlimit = props.onlimit.reform(|event: InputEvent| {
        event.target_unchecked_into::<HtmlInputElement>().value().parse().unwrap_or(1)
    });
    html! {
        <section class="stream-iterators" aria-label="Iterators">
            <div class="stream-iterator" role="toolbar" aria-label="Iterator">
                <Select label="Iterator type" hide_label={true} name="iterator-type" options={kinds} value={(*kind).clone()} onchange={onkind} />
                <Button label="New iterator" icon="plus" onclick={onnew} action="stand" title={if wants {
                    "GetShardIterator at the record that is shown, or at the newest one"
                } else {
                    "GetShardIterator for this shard"
                }} />
                <label class="short-number">{ "Limit" }
                    <input type="number" name="limit" min="1" max="1000" value={props.limit.to_string()} oninput={onlimit} />
                </label>
                if let Some(chosen) = props.chosen {
                    <Button label="GetRecords" icon="step-forward" kind={ButtonKind::Primary} keys="n" onclick={get(chosen)} action="get-records"
                        title="Reads on with the chosen iterator" />
                }
            </div>
            if !props.markers.is_empty() {
                <ul class="stream-markers">
                    { for props.markers.iter().map(|marker| row(props, marker)) }
                </ul>
            }
            if let Some((of, error)) = &props.failure {
                <ErrorPanel error={error.clone()} actions={again(props, *of, error)} />
            } else if !props.told.is_empty() {
                <p class="stream-hint" data-part="iterator" role="status">{ &props.told }</p>
            }
            if !props.children.is_empty() {
                <div class="stream-children" role="group" aria-label="The shards that follow">
                    { for props.children.iter().map(|child| {
                        let id = child.id.clone();
                        html! {
                            <Button key={child.id.clone()} label={format!("Go on in …{} (partition {})", child.short(), child.facts.partition)} icon="arrow-right"
                                onclick={props.onchild.reform(move |()| id.clone())} action="child" />
                        }
                    }) }
                </div>
            }
        </section>
    }
}

/// One iterator.
fn row(props: &MarkersProps, marker: &Marker) -> Html {
    let listed = props.records.get(&marker.shard);
    let gone = listed.is_none() && props.shard.id != marker.shard;
    let place = match listed {
        _ if gone => "its shard is gone".to_owned(),
        Some(listed) => tell_place(marker.place(&listed.records), &listed.records),
        None => tell_place(0, &[]),
    };
    let expired = marker.token.is_some() && marker.left_ms(props.now_ms).is_none();
    let state = if marker.token.is_none() {
        "end"
    } else if expired {
        "expired"
    } else {
        "good"
    };
    let number = marker.number;
    let tail = marker.shard.rsplit('-').next().unwrap_or_default().to_owned();
    html! {
        <li key={number} data-marker={number.to_string()} data-state={state} aria-current={(props.chosen == Some(number)).then_some("true")}>
            <button type="button" class="stream-marker-row" onclick={props.onask.reform(move |_: MouseEvent| Ask::Choose(number))}
                title={marker.token.clone().unwrap_or_default()}>
                <b>{ number }</b><code>{ &marker.kind }</code>
                <span class="stream-marker-place">{ if marker.shard == props.shard.id { place } else { format!("…{tail}, {place}") } }</span>
                <span class="stream-marker-left" data-part="expiry">{ marker.tell_left(props.now_ms) }</span>
            </button>
            <Button label={format!("Forget iterator {number}")} icon="x" icon_only={true} kind={ButtonKind::Quiet}
                onclick={props.onask.reform(move |()| Ask::Drop(number))} action="drop" />
        </li>
    }
}

/// What sets a refused iterator right: another one where it stood, or at the trim horizon.
fn again(props: &MarkersProps, of: Option<u32>, error: &ClientError) -> Html {
    let ClientError::Api { name, .. } = error else { return Html::default() };
    // Where the shard is gone, there is nothing to begin again.
    let there = |shard: &String| props.records.contains_key(shard);
    let marker = of.and_then(|number| props.markers.iter().find(|marker| marker.number == number));
    let stand = |marker: &Marker, kind: &str, number: Option<String>| {
        let ask = Ask::Stand {
            shard: marker.shard.clone(),
            kind: kind.to_owned(),
            number,
            instead_of: Some(marker.number),
        };
        props.onask.reform(move |()| ask.clone())
    };
    match (name.rsplit('#').next(), marker) {
        (Some("ExpiredIteratorException"), Some(marker)) if there(&marker.shard) => {
            let after = marker.after.clone();
            let kind = if after.is_some() { "AFTER_SEQUENCE_NUMBER" } else { "TRIM_HORIZON" };
            html! {
                <Button label="A new iterator where it stood" icon="rotate-cw" onclick={stand(marker, kind, after)} action="renew" />
            }
        }
        (Some("TrimmedDataAccessException"), marker) if marker.is_none_or(|marker| there(&marker.shard)) => {
            let onclick = match marker {
                Some(marker) => stand(marker, "TRIM_HORIZON", None),
                None => {
                    let ask = Ask::Stand {
                        shard: props.shard.id.clone(),
                        kind: "TRIM_HORIZON".into(),
                        number: None,
                        instead_of: None,
                    };
                    props.onask.reform(move |()| ask.clone())
                }
            };
            html! { <Button label="Begin again at TRIM_HORIZON" icon="rotate-cw" {onclick} action="renew" /> }
        }
        _ => Html::default(),
    }
}
