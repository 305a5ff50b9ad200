//! One shard as a line: its records in order, the trim horizon, its end, and the iterators as markers that are moved along it.

use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use super::iterator::Marker;
use super::list::short;
use super::log::Listed;
use super::shard::Shard;
use crate::hooks::use_width;

/// The props of [`ShardLine`].
#[derive(Properties, PartialEq)]
pub struct ShardLineProps {
    /// The shard.
    pub shard: Shard,
    /// Its records.
    pub listed: Listed,
    /// The iterators that stand in it.
    pub markers: Vec<Marker>,
    /// The number of the one that reads next.
    pub chosen: Option<u32>,
    /// The record that is shown.
    pub current: Option<String>,
    /// The workspace's clock.
    pub now_ms: u64,
    /// An iterator is to stand before that record.
    pub onmove: Callback<(Marker, usize)>,
    /// An iterator was chosen.
    pub onchoose: Callback<u32>,
    /// An iterator is to be forgotten.
    pub ondrop: Callback<u32>,
    /// A record was chosen.
    pub onrecord: Callback<String>,
}

/// The room for one iterator's flag, and the track below the flags, in CSS pixels.
const FLAG: f64 = 20.0;
const TRACK: f64 = 34.0;
/// The room left and right of the records.
const EDGE: f64 = 12.0;
const END: f64 = 56.0;
/// More records than this are a band.
const TICKS: usize = 240;

/// Where things stand on a line of `width` pixels with `count` records.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    width: f64,
    count: usize,
}

impl Scale {
    /// The place before a record, in pixels.
    fn x(&self, place: usize) -> f64 {
        let room = (self.width - EDGE - END).max(1.0);
        EDGE + room * place as f64 / self.count.max(1) as f64
    }

    /// The place nearest to a pixel.
    fn place(&self, x: f64) -> usize {
        let room = (self.width - EDGE - END).max(1.0);
        ((x - EDGE) / room * self.count as f64).round().clamp(0.0, self.count as f64) as usize
    }
}

/// The line.
#[component]
pub fn ShardLine(props: &ShardLineProps) -> Html {
    let node = use_node_ref();
    let width = use_width(&node).max(200.0);
    // The iterator under the pointer, and the place where it would be dropped.
    let dragged = use_state_eq(|| None::<(u32, usize)>);
    let records = &props.listed.records;
    let scale = Scale { width, count: records.len() };
    let top = FLAG * props.markers.len().max(1) as f64;
    let height = top + TRACK;
    let middle = top + TRACK / 2.0;
    let pixel = |x: f64| format!("{x:.1}");
    let horizon = scale.x(props.listed.trimmed);
    let end = scale.x(records.len()).max(EDGE);
    let current = props.current.as_ref().and_then(|number| {
        records.binary_search_by(|record| record.sequence_number.as_str().cmp(number)).ok()
    });
    let onclick = {
        let (node, records, onrecord) = (node.clone(), records.clone(), props.onrecord.clone());
        Callback::from(move |event: MouseEvent| {
            let Some(line) = node.cast::<Element>() else { return };
            let at = scale.place(f64::from(event.client_x()) - line.get_bounding_client_rect().left());
            if let Some(record) = records.get(at.min(records.len().saturating_sub(1))) {
                onrecord.emit(record.sequence_number.clone());
            }
        })
    };
    let ticks = (0..records.len()).filter(|_| records.len() <= TICKS);
    html! {
        <div class="shard-line" ref={node.clone()} data-line={props.shard.id.clone()} data-trimmed={props.listed.trimmed.to_string()}>
            <svg width={pixel(width)} height={pixel(height)} role="group" aria-label="The shard's records in order, and the iterators that stand in it">
                <g class="line-track" {onclick}>
                    <rect class="line-ground" x="0" y={pixel(top)} width={pixel(width)} height={pixel(TRACK)} />
                    <line class="line-base" x1={pixel(EDGE)} x2={pixel(end + 14.0)} y1={pixel(middle)} y2={pixel(middle)} />
                    if records.len() > TICKS {
                        <rect class="line-band" x={pixel(EDGE)} y={pixel(middle - 6.0)} width={pixel(end - EDGE)} height="12" />
                    }
                    { for ticks.map(|at| {
                        let x = (scale.x(at) + scale.x(at + 1)) / 2.0;
                        html! {
                            <circle key={at} class="line-record" data-name={records[at].event_name.clone()} data-trimmed={(at < props.listed.trimmed).then_some("true")}
                                cx={pixel(x)} cy={pixel(middle)} r={if scale.count > 60 { "2.5" } else { "4" }} />
                        }
                    }) }
                    { for current.map(|at| html! {
                        <circle class="line-current" cx={pixel((scale.x(at) + scale.x(at + 1)) / 2.0)} cy={pixel(middle)} r="8" />
                    }) }
                    if props.listed.trimmed > 0 {
                        <rect class="line-gone" x={pixel(EDGE)} y={pixel(middle - 9.0)} width={pixel(horizon - EDGE)} height="18" />
                        <line class="line-horizon" x1={pixel(horizon)} x2={pixel(horizon)} y1={pixel(top + 1.0)} y2={pixel(height - 1.0)} />
                        <text class="line-word" x={pixel(if horizon > width / 2.0 { horizon - 4.0 } else { horizon + 4.0 })} y={pixel(height - 2.0)}
                            text-anchor={if horizon > width / 2.0 { "end" } else { "start" }}>{ "24 hours ago" }</text>
                    }
                    if props.shard.open() {
                        <path class="line-open" d={format!("M{:.1} {:.1}l5 5l-5 5", end + 9.0, middle - 5.0)} />
                        <text class="line-word" x={pixel(width - 4.0)} y={pixel(middle + 4.0)} text-anchor="end">{ "open" }</text>
                    } else {
                        <line class="line-end" x1={pixel(end + 14.0)} x2={pixel(end + 14.0)} y1={pixel(middle - 9.0)} y2={pixel(middle + 9.0)} />
                        <text class="line-word" x={pixel(width - 4.0)} y={pixel(middle + 4.0)} text-anchor="end">{ "end" }</text>
                    }
                </g>
                { for props.markers.iter().enumerate().map(|(lane, marker)| {
                    marker_of(props, marker, lane, scale, height, &node, &dragged)
                }) }
            </svg>
        </div>
    }
}

fn marker_of(
    props: &ShardLineProps,
    marker: &Marker,
    lane: usize,
    scale: Scale,
    height: f64,
    line: &NodeRef,
    dragged: &UseStateHandle<Option<(u32, usize)>>,
) -> Html {
    let records = &props.listed.records;
    let stands = marker.place(records);
    let place = match **dragged {
        Some((number, place)) if number == marker.number => place,
        _ => stands,
    };
    let dragging = dragged.is_some_and(|(number, _)| number == marker.number);
    let x = scale.x(place);
    let y = lane as f64 * FLAG;
    let label = format!("{} {}", marker.number, marker.kind);
    let wide = 12.0 + 6.7 * label.len() as f64;
    // The flag hangs to the side where there is room.
    let left = if x + wide > scale.width { x - wide } else { x };
    let left_to = marker.tell_left(props.now_ms);
    let expired = marker.token.is_some() && marker.left_ms(props.now_ms).is_none();
    let where_it_is = tell_place(place, records);
    let move_to = {
        let (marker, onmove, count) = (marker.clone(), props.onmove.clone(), records.len());
        move |to: usize| {
            if to != stands {
                onmove.emit((marker.clone(), to.min(count)));
            }
        }
    };
    let onpointerdown = {
        let (dragged, number, onchoose) = (dragged.setter(), marker.number, props.onchoose.clone());
        Callback::from(move |event: PointerEvent| {
            // Without the capture the marker is lost when the pointer leaves it, no more.
            let _ = event.target_unchecked_into::<Element>().set_pointer_capture(event.pointer_id());
            event.prevent_default();
            onchoose.emit(number);
            dragged.set(Some((number, stands)));
        })
    };
    let onpointermove = {
        let (dragged, number, line) = (dragged.setter(), marker.number, line.clone());
        Callback::from(move |event: PointerEvent| {
            if let (true, Some(line)) = (dragging, line.cast::<Element>()) {
                let x = f64::from(event.client_x()) - line.get_bounding_client_rect().left();
                dragged.set(Some((number, scale.place(x))));
            }
        })
    };
    let onpointerup = {
        let (dragged, move_to) = (dragged.setter(), move_to.clone());
        Callback::from(move |_: PointerEvent| {
            dragged.set(None);
            if dragging {
                move_to(place);
            }
        })
    };
    let onkeydown = {
        let (ondrop, onchoose, number, count) =
            (props.ondrop.clone(), props.onchoose.clone(), marker.number, records.len());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowLeft" => move_to(stands.saturating_sub(1)),
                "ArrowRight" => move_to((stands + 1).min(count)),
                "Home" => move_to(0),
                "End" => move_to(count),
                "Delete" => ondrop.emit(number),
                "Enter" | " " => onchoose.emit(number),
                _ => return,
            }
            event.prevent_default();
        })
    };
    html! {
        <g key={marker.number} class="line-marker" role="slider" tabindex="0" aria-label={format!("Iterator {}", marker.number)} aria-valuemin="0"
            aria-valuemax={records.len().to_string()} aria-valuenow={place.to_string()}
            aria-valuetext={format!("{}, {where_it_is}, {left_to}", marker.kind)} data-iterator={marker.number.to_string()}
            data-chosen={(props.chosen == Some(marker.number)).to_string()} data-expired={expired.to_string()} data-dragged={dragging.to_string()}
            {onpointerdown} {onpointermove} {onpointerup} {onkeydown}>
            <title>{ format!("Iterator {}: {}, {where_it_is}, {left_to}. Drag it, or move it with the arrow keys", marker.number, marker.kind) }</title>
            <line class="marker-pole" x1={format!("{x:.1}")} x2={format!("{x:.1}")} y1={format!("{y:.1}")} y2={format!("{:.1}", height - 2.0)} />
            <rect class="marker-flag" x={format!("{left:.1}")} y={format!("{:.1}", y + 1.0)} width={format!("{wide:.1}")} height="16" rx="3" />
            <text class="marker-text" x={format!("{:.1}", left + 6.0)} y={format!("{:.1}", y + 12.5)}>{ label }</text>
        </g>
    }
}

/// Where an iterator stands, in words.
pub fn tell_place(place: usize, records: &[Rc<super::record::Record>]) -> String {
    match (records.get(place), place.checked_sub(1).and_then(|at| records.get(at))) {
        (Some(record), _) => format!("before record {}", short(&record.sequence_number)),
        (None, Some(record)) => format!("behind record {}", short(&record.sequence_number)),
        (None, None) => "where nothing is yet".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_the_nearest_place() {
        let scale = Scale { width: 268.0, count: 4 };
        assert_eq!((scale.x(0), scale.x(4)), (12.0, 212.0));
        assert_eq!(
            [scale.place(0.0), scale.place(86.0), scale.place(88.0), scale.place(900.0)],
            [0, 1, 2, 4]
        );
        assert_eq!(Scale { width: 268.0, count: 0 }.place(100.0), 0);
    }
}
