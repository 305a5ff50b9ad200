//! Records as a list, of which only those in sight are in the document: a shard's, with the iterators' markers between them, or an
//! item's over all shards.

use std::rc::Rc;

use web_sys::HtmlElement;
use yew::prelude::*;

use super::record::Record;
use crate::components::{Badge, Icon};

/// The records that are listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The records, oldest first.
    pub records: Rc<Vec<Rc<Record>>>,
    /// The shard of each, where they are of several.
    pub shards: Option<Rc<Vec<String>>>,
    /// How many of the first are trimmed.
    pub trimmed: usize,
    /// The numbers of iterators, each with the place before which it stands.
    pub markers: Vec<(u32, usize)>,
}

/// The props of [`RecordList`].
#[derive(Properties, PartialEq)]
pub struct RecordListProps {
    /// What is listed.
    pub rows: Rows,
    /// The sequence number of the record that is shown.
    pub current: Option<String>,
    /// The sequence numbers that the last GetRecords gave.
    pub given: Vec<String>,
    /// The sequence number of the record under the playhead.
    pub playhead: Option<String>,
    /// A record was chosen.
    pub onselect: Callback<String>,
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

/// A list of records.
#[component]
pub fn RecordList(props: &RecordListProps) -> Html {
    let node = use_node_ref();
    let view = use_state_eq(|| (0_usize, 30_usize));
    let records = &props.rows.records;
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
        use_effect_with(records.len(), move |_| measure());
    }
    let at =
        |number: &String| records.binary_search_by(|record| record.sequence_number.as_str().cmp(number)).ok();
    // What is shown is followed.
    {
        let node = node.clone();
        use_effect_with(props.current.as_ref().and_then(at), move |at| {
            if let (Some(scroll), Some(at)) = (node.cast::<HtmlElement>(), at) {
                let (top, height) = (scroll.scroll_top(), scroll.client_height());
                let at = (at * ROW) as i32;
                if at < top || at + ROW as i32 > top + height {
                    scroll.set_scroll_top(at - height / 2);
                }
            }
        });
    }
    let onscroll = Callback::from(move |_: Event| measure());
    let count = records.len();
    let from = view.0.saturating_sub(SPARE).min(count);
    let until = (view.0 + view.1 + SPARE).min(count);
    let spacer = |rows: usize| {
        (rows > 0).then(|| html! { <tr aria-hidden="true"><td height={(rows * ROW).to_string()} /></tr> })
    };
    html! {
        <div class="stream-list" ref={node} {onscroll} tabindex="0" role="region" aria-label="Records">
            <table role="grid" aria-rowcount={count.to_string()} data-records={count.to_string()}>
                <tbody>
                    { spacer(from) }
                    { for (from..until).map(|at| row(props, at)) }
                    { spacer(count - until) }
                </tbody>
            </table>
        </div>
    }
}

fn row(props: &RecordListProps, at: usize) -> Html {
    let records = &props.rows.records;
    let record = &records[at];
    let number = &record.sequence_number;
    let before = |place: usize| {
        let here = props.rows.markers.iter().filter(move |(_, stands)| *stands == place);
        here.map(|(number, _)| number.to_string()).collect::<Vec<_>>().join(" ")
    };
    let last = at + 1 == records.len();
    let (stands, behind) = (before(at), if last { before(at + 1) } else { String::new() });
    let marker = match (stands.is_empty(), behind.is_empty()) {
        (false, true) => Some("before"),
        (true, false) => Some("after"),
        (false, false) => Some("both"),
        _ => None,
    };
    let onclick = {
        let number = number.clone();
        props.onselect.reform(move |_: MouseEvent| number.clone())
    };
    let flag = |numbers: &str, side: &'static str| {
        (!numbers.is_empty()).then(|| html! {
            <span class="stream-marker" data-side={side}><Icon name="chevron-right" />{ format!("iterator {numbers}") }</span>
        })
    };
    html! {
        <tr key={number.clone()} aria-rowindex={(at + 1).to_string()} aria-selected={(props.current.as_ref() == Some(number)).to_string()}
            data-marker={marker} data-record={record.event_name.clone()} data-trimmed={(at < props.rows.trimmed).then_some("true")}
            data-given={props.given.contains(number).then_some("true")} data-playhead={(props.playhead.as_ref() == Some(number)).then_some("true")}>
            <td role="gridcell">
                <button type="button" class="stream-record" {onclick}>
                    <Badge text={record.event_name.clone()} tone={tone(&record.event_name)} />
                    <span class="stream-key" title={record.key.to_string()}>{ &*record.key }</span>
                    if at < props.rows.trimmed { <Badge text="trimmed" /> }
                    if record.by_ttl { <Badge text="TTL" tone="warning" /> }
                    if let Some(shards) = &props.rows.shards {
                        <small class="stream-of" title={shards[at].clone()}>{ format!("…{}", shards[at].rsplit('-').next().unwrap_or_default()) }</small>
                    }
                    <code class="stream-number" title={number.clone()}>{ short(number) }</code>
                </button>
                { flag(&stands, "before") }
                { flag(&behind, "after") }
            </td>
        </tr>
    }
}

/// The end of a sequence number, which is what differs.
pub fn short(number: &str) -> String {
    match number.char_indices().rev().nth(7) {
        Some((at, _)) if at > 0 => format!("…{}", &number[at..]),
        _ => number.to_owned(),
    }
}
