//! A record: what happened, its key, and the old and the new image side by side with the difference marked; what the other view types
//! would hold of it; the request that made it.

use std::rc::Rc;

use yew::prelude::*;

use super::diff::{Change, Row};
use super::list::{short, tone};
use super::record::Record;
use super::views::ViewTypes;
use crate::components::{Badge, Button, ButtonKind, JsonTree, Tab, Tabs};
use crate::state::clock::day;
use crate::state::explanation::{clock, size};

/// The request that made a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maker {
    /// Its number; none where the engine did it by itself.
    pub request: Option<u64>,
    /// `UpdateItem`.
    pub operation: Option<String>,
    /// The record's own event.
    pub event: u64,
    /// The sequence numbers of all records that it made in this stream, in order.
    pub records: Vec<String>,
}

/// The props of [`RecordDetail`].
#[derive(Properties, PartialEq)]
pub struct RecordDetailProps {
    /// The record.
    pub record: Rc<Record>,
    /// Its shard's partition.
    pub partition: Option<u64>,
    /// What made it, where the timeline still has it.
    pub maker: Option<Maker>,
    /// Whether it is of the traffic's branch, whose requests are not on the timeline.
    pub in_branch: bool,
    /// Whether only this item's records are listed.
    pub alone: bool,
    /// List only this item's records, or all again.
    pub onitem: Callback<Option<String>>,
    /// Show another record.
    pub onrecord: Callback<String>,
    /// Show this event on the timeline; with the request, only that request's events.
    pub onevent: Callback<(u64, Option<u64>)>,
}

/// A record.
#[component]
pub fn RecordDetail(props: &RecordDetailProps) -> Html {
    let view = use_state_eq(|| AttrValue::from("difference"));
    let record = &props.record;
    let tabs =
        vec![Tab::new("difference", "Difference"), Tab::new("views", "View types"), Tab::new("json", "JSON")];
    let onselect = {
        let view = view.setter();
        Callback::from(move |id| view.set(id))
    };
    let onitem = {
        let key = (!props.alone).then(|| record.key.to_string());
        props.onitem.reform(move |()| key.clone())
    };
    let attributes = record.attributes();
    html! {
        <article class="stream-detail" aria-label="Stream record" data-event-name={record.event_name.clone()} data-number={record.sequence_number.clone()}>
            <header>
                <Badge text={record.event_name.clone()} tone={tone(&record.event_name)} />
                <code>{ &*record.key }</code>
                <span class="top-space"></span>
                <Button label={if props.alone { "All records of the shard" } else { "Only this item" }} kind={ButtonKind::Quiet} onclick={onitem} action="item" />
            </header>
            <p class="stream-told">{ record.tell(&attributes) }</p>
            <Tabs label="The record as" {tabs} selected={(*view).clone()} {onselect} />
            { match view.as_str() {
                "views" => html! { <ViewTypes record={record.clone()} /> },
                "json" => html! { <JsonTree value={Rc::new(record.json())} open={4} /> },
                _ => images(record, &attributes),
            } }
            { facts(props) }
        </article>
    }
}

fn images(record: &Record, attributes: &[Row]) -> Html {
    let images = record.images();
    let (old, new) = (images.old.is_some(), images.new.is_some());
    let side = |there: bool, text: &Option<String>| match text {
        Some(text) => html! { { text.clone() } },
        None if there => Html::default(),
        None => html! { <i>{ "–" }</i> },
    };
    let row = |(at, one): (usize, &Row)| {
        let key = one.change == Change::Key;
        // A set's elements share their path, so that the place tells them apart. A key stands in the record whether or not an
        // image does.
        html! {
            <tr key={at} data-attribute={one.path.clone()} data-change={one.change.name()} data-depth={one.depth.min(4).to_string()}>
                <td class="stream-sign" aria-label={one.change.name()}>{ one.change.mark() }</td>
                <th scope="row">{ &one.path }if key { <span class="stream-role">{ "key" }</span> }</th>
                <td data-side="old">{ side(old, &one.old) }</td>
                <td data-side="new">{ side(new, &one.new) }</td>
            </tr>
        }
    };
    let absent =
        |there: bool, none: &'static str, view: &'static str| match (there, record.event_name == none) {
            (true, _) => "",
            (_, true) => "there was none",
            _ if record.is_whole() || record.view_type == view => "",
            _ => "not kept",
        };
    html! {
        <div class="stream-scroll" tabindex="0" role="region" aria-label="Both images">
            <table class="stream-images">
                <thead><tr>
                    <td></td><th scope="col">{ "Attribute" }</th>
                    <th scope="col">{ "OldImage " }<small>{ absent(old, "INSERT", "OLD_IMAGE") }</small></th>
                    <th scope="col">{ "NewImage " }<small>{ absent(new, "REMOVE", "NEW_IMAGE") }</small></th>
                </tr></thead>
                <tbody>{ for attributes.iter().enumerate().map(row) }</tbody>
            </table>
        </div>
    }
}

fn facts(props: &RecordDetailProps) -> Html {
    let record = &props.record;
    let at_ms = record.at_s * 1000;
    let time = clock(at_ms).split('.').next().unwrap_or_default().to_owned();
    html! {
        <dl class="stream-facts">
            <div><dt>{ "Made by" }</dt><dd data-part="maker">{ maker(props) }</dd></div>
            <div><dt>{ "SequenceNumber" }</dt><dd><code>{ &record.sequence_number }</code></dd></div>
            <div><dt>{ "Written at" }</dt><dd>{ format!("{} {time} UTC", day(at_ms)) }</dd></div>
            <div><dt>{ "SizeBytes" }</dt><dd>{ size(record.size_bytes) }</dd></div>
            <div><dt>{ "StreamViewType" }</dt><dd><code>{ &record.view_type }</code></dd></div>
            <div><dt>{ "userIdentity" }</dt><dd data-part="identity">{ if record.by_ttl { "dynamodb.amazonaws.com (Time to Live)" } else { "none: a client" } }</dd></div>
            if let Some(partition) = props.partition {
                <div><dt>{ "Partition" }</dt><dd>{ partition }{ " " }<small class="modelled">{ "modelled" }</small></dd></div>
            }
        </dl>
    }
}

fn maker(props: &RecordDetailProps) -> Html {
    let Some(maker) = &props.maker else {
        let words = match props.in_branch {
            true => "a request of the simulated traffic",
            false => "a request that the timeline has no more",
        };
        return html! { <span class="stream-soft">{ words }</span> };
    };
    let (event, request) = (maker.event, maker.request);
    let others = maker.records.iter().filter(|number| **number != props.record.sequence_number);
    let text = match (&maker.operation, request) {
        (Some(operation), Some(request)) => format!("{operation}, request {request}"),
        (None, Some(request)) => format!("request {request}"),
        _ => "Time to Live, by itself".to_owned(),
    };
    html! {
        <>
            <Button label={text} icon="eye" kind={ButtonKind::Quiet} onclick={props.onevent.reform(move |()| (event, None))} action="event"
                title="Show the record's event on the timeline" />
            if request.is_some() {
                <Button label="Step through it" kind={ButtonKind::Quiet} onclick={props.onevent.reform(move |()| (event, request))} action="request"
                    title="Only this request's events on the timeline" />
            }
            { for others.map(|number| {
                let to = number.clone();
                html! {
                    <Button key={number.clone()} label={format!("its record {}", short(number))} kind={ButtonKind::Quiet}
                        onclick={props.onrecord.reform(move |()| to.clone())} action="sibling" />
                }
            }) }
        </>
    }
}
