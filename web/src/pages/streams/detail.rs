//! A record: what happened, its key, and the old and the new image side by side with the difference marked.

use std::rc::Rc;

use yew::prelude::*;

use super::list::tone;
use super::record::{Attribute, Change, Record};
use crate::components::{Badge, JsonTree};
use crate::state::explanation::{clock, size};

/// The props of [`RecordDetail`].
#[derive(Properties, PartialEq)]
pub struct RecordDetailProps {
    /// The record.
    pub record: Rc<Record>,
}

/// A record.
#[component]
pub fn RecordDetail(props: &RecordDetailProps) -> Html {
    let record = &props.record;
    let (old, new) = record.images();
    let side = |there: bool, shown: bool, text: &Option<String>| match text {
        Some(text) => html! { { text.clone() } },
        None if there || !shown => Html::default(),
        None => html! { <i>{ "–" }</i> },
    };
    let row = |one: &Attribute| {
        let keys = one.change == Change::Key;
        // A key stands in the record whether or not an image does.
        html! {
            <tr key={one.name.clone()} data-attribute={one.name.clone()} data-change={one.change.name()}>
                <td class="stream-sign" aria-label={one.change.name()}>{ one.change.mark() }</td>
                <th scope="row">{ &one.name }if keys { <span class="stream-role">{ "key" }</span> }</th>
                <td data-side="old">{ side(old.is_some(), true, &one.old) }</td>
                <td data-side="new">{ side(new.is_some(), true, &one.new) }</td>
            </tr>
        }
    };
    let absent = |image: bool, kept: &[&str], gone: &'static str| {
        if image || !kept.contains(&record.view_type.as_str()) && record.event_name != gone {
            ""
        } else if record.event_name == gone {
            "there was none"
        } else {
            ""
        }
    };
    html! {
        <article class="stream-detail" aria-label="Stream record" data-event-name={record.event_name.clone()}>
            <header>
                <Badge text={record.event_name.clone()} tone={tone(&record.event_name)} />
                <code>{ &record.key }</code>
            </header>
            <p class="stream-told">{ record.tell() }</p>
            <div class="stream-scroll" tabindex="0" role="region" aria-label="Both images">
                <table class="stream-images">
                    <thead><tr>
                        <td></td><th scope="col">{ "Attribute" }</th>
                        <th scope="col">{ "OldImage " }<small>{ absent(old.is_some(), &["OLD_IMAGE"], "INSERT") }</small></th>
                        <th scope="col">{ "NewImage " }<small>{ absent(new.is_some(), &["NEW_IMAGE"], "REMOVE") }</small></th>
                    </tr></thead>
                    <tbody>{ for record.attributes().iter().map(row) }</tbody>
                </table>
            </div>
            <dl class="stream-facts">
                <div><dt>{ "Sequence number" }</dt><dd><code>{ &record.sequence_number }</code></dd></div>
                <div><dt>{ "Written at" }</dt><dd>{ clock(record.at_s * 1000).split('.').next().unwrap_or_default().to_owned() }{ " UTC" }</dd></div>
                <div><dt>{ "Size" }</dt><dd>{ size(record.size_bytes) }</dd></div>
                <div><dt>{ "View type" }</dt><dd><code>{ &record.view_type }</code></dd></div>
                <div><dt>{ "userIdentity" }</dt><dd data-part="identity">{ if record.by_ttl { "dynamodb.amazonaws.com (Time to Live)" } else { "none: a client" } }</dd></div>
            </dl>
            <details class="stream-json"><summary>{ "The record as JSON" }</summary><JsonTree value={record.body.clone()} open={4} /></details>
        </article>
    }
}
