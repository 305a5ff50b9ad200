//! A shard's records as a list, of which only those in sight are in the document, with the iterator's marker between them.

use std::rc::Rc;

use web_sys::HtmlElement;
use yew::prelude::*;

use super::record::Record;
use crate::components::{Badge, Icon};

/// The props of [`RecordList`].
#[derive(Properties, PartialEq)]
pub struct RecordListProps {
    /// The records, oldest first.
    pub records: Rc<Vec<Rc<Record>>>,
    /// The sequence number of the record that is shown.
    pub current: Option<String>,
    /// The iterator stands before that record.
    pub marker: Option<usize>,
    /// A record was chosen.
    pub onselect: Callback<Rc<Record>>,
}

const ROW: usize = 36;
/// Rows kept above and below those in sight.
const SPARE: usize = 8;

/// How an event is drawn.
pub fn tone(event_name: &str) -> &'static str {
    match event_name {
        "INSERT" => "good",
        "REMOVE" => "bad",
        _ => "write",
    }
}

/// A shard's records.
#[component]
pub fn RecordList(props: &RecordListProps) -> Html {
    let node = use_node_ref();
    let view = use_state_eq(|| (0_usize, 30_usize));
    let measure = {
        let (node, view) = (node.clone(), view.setter());
        move || {
            if let Some(scroll) = node.cast::<HtmlElement>() {
                let first = scroll.scroll_top().max(0) as usize / ROW;
                view.set((first, scroll.client_height().max(0) as usize / ROW + 1));
            }
        }
    };
    {
        let measure = measure.clone();
        use_effect_with(props.records.len(), move |_| measure());
    }
    // Where the iterator goes, the list follows.
    {
        let node = node.clone();
        use_effect_with((props.marker, props.current.clone()), move |(marker, _)| {
            if let (Some(scroll), Some(marker)) = (node.cast::<HtmlElement>(), marker) {
                let (top, height) = (scroll.scroll_top(), scroll.client_height());
                let at = (marker.saturating_sub(1) * ROW) as i32;
                if at < top || at + 2 * ROW as i32 > top + height {
                    scroll.set_scroll_top(at - height / 2);
                }
            }
        });
    }
    let onscroll = Callback::from(move |_: Event| measure());
    let count = props.records.len();
    let from = view.0.saturating_sub(SPARE).min(count);
    let until = (view.0 + view.1 + SPARE).min(count);
    let spacer = |rows: usize| {
        (rows > 0).then(|| html! { <tr aria-hidden="true"><td height={(rows * ROW).to_string()} /></tr> })
    };
    html! {
        <div class="stream-list" ref={node} {onscroll} tabindex="0" role="region" aria-label="Records of the shard">
            <table role="grid" aria-rowcount={count.to_string()} data-records={count.to_string()}>
                <tbody>
                    { spacer(from) }
                    { for (from..until).map(|at| {
                        let record = props.records[at].clone();
                        let current = props.current.as_deref() == Some(&record.sequence_number);
                        let marker = match props.marker {
                            Some(place) if place == at => Some("before"),
                            Some(place) if place == count && at + 1 == count => Some("after"),
                            _ => None,
                        };
                        let onclick = {
                            let record = record.clone();
                            props.onselect.reform(move |_: MouseEvent| record.clone())
                        };
                        html! {
                            <tr key={record.sequence_number.clone()} aria-rowindex={(at + 1).to_string()} aria-selected={current.to_string()}
                                data-marker={marker} data-record={record.event_name.clone()}>
                                <td role="gridcell">
                                    <button type="button" class="stream-record" {onclick}>
                                        <Badge text={record.event_name.clone()} tone={tone(&record.event_name)} />
                                        <span class="stream-key" title={record.key.clone()}>{ &record.key }</span>
                                        if record.by_ttl { <Badge text="TTL" tone="warning" /> }
                                        <code class="stream-number" title={record.sequence_number.clone()}>{ short(&record.sequence_number) }</code>
                                    </button>
                                    if marker.is_some() {
                                        <span class="stream-marker"><Icon name="chevron-right" />{ "iterator" }</span>
                                    }
                                </td>
                            </tr>
                        }
                    }) }
                    { spacer(count - until) }
                </tbody>
            </table>
        </div>
    }
}

/// The end of a sequence number, which is what differs.
pub fn short(number: &str) -> String {
    match number.char_indices().rev().nth(7) {
        Some((at, _)) if at > 0 => format!("…{}", &number[at..]),
        _ => number.to_owned(),
    }
}
