//! The shards drawn as a tree that grows to the right: each a line from its opening to its end, its children behind it; between
//! them what made the children, linked to its event.

use std::collections::BTreeMap;
use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use super::log::{Listed, Log};
use super::shard::Shard;
use crate::state::explanation::plural;

/// A column's width, a line's height, and the size of a shard in them, in CSS pixels.
const COLUMN: usize = 208;
const ROW: usize = 44;
const WIDTH: usize = 164;
const HEIGHT: usize = 34;
/// The room around all.
const EDGE: usize = 12;
/// Lines kept above and below those in sight.
const SPARE: usize = 4;

/// A joint between a shard and its children: what happened, and its event where the timeline still has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joint {
    /// In a sentence.
    pub told: String,
    /// The event's id.
    pub event: Option<u64>,
}

/// The props of [`ShardTree`].
#[derive(Properties, PartialEq)]
pub struct ShardTreeProps {
    /// The shards, each behind its parent.
    pub shards: Rc<Vec<Shard>>,
    /// Each shard's records.
    pub records: BTreeMap<String, Listed>,
    /// The places of iterators: shard, number, thousandths of the shard's line.
    pub markers: Vec<(String, u32, usize)>,
    /// The chosen shard's id.
    pub chosen: String,
    /// What made each shard's children, by the shard.
    pub joints: Rc<BTreeMap<String, Joint>>,
    /// The event under the playhead.
    pub playhead: Option<u64>,
    /// A shard was chosen.
    pub onselect: Callback<String>,
    /// Show this event on the timeline.
    pub onevent: Callback<u64>,
}

/// Where the iterators stand, for the tree.
pub fn places(log: &Log) -> Vec<(String, u32, usize)> {
    let place = |marker: &super::iterator::Marker| {
        let records = log.of(&marker.shard).records;
        let at = marker.place(&records) * 1000 / records.len().max(1);
        (marker.shard.clone(), marker.number, at)
    };
    log.markers.iter().map(place).collect()
}

fn x(shard: &Shard) -> usize {
    EDGE + shard.depth * COLUMN
}

fn y(shard: &Shard) -> usize {
    EDGE + shard.half_row * ROW / 2
}

/// The tree.
#[component]
pub fn ShardTree(props: &ShardTreeProps) -> Html {
    let node = use_node_ref();
    let view = use_state_eq(|| (0_usize, 12_usize));
    let shards = &props.shards;
    let measure = {
        let (node, view) = (node.clone(), view.setter());
        move || {
            if let Some(scroll) = node.cast::<Element>() {
                let first = scroll.scroll_top().max(0) as usize / ROW;
                view.set((first, scroll.client_height().max(0) as usize / ROW + 1));
            }
        }
    };
    {
        // The chosen shard is brought into sight.
        let (node, measure) = (node.clone(), measure.clone());
        let at = shards.iter().find(|shard| shard.id == props.chosen).map(|shard| (x(shard), y(shard)));
        use_effect_with((at, shards.len()), move |(at, _)| {
            if let (Some(scroll), Some((x, y))) = (node.cast::<Element>(), at) {
                let (x, y) = (*x as i32, *y as i32);
                let (left, top) = (scroll.scroll_left(), scroll.scroll_top());
                if x < left || x + WIDTH as i32 > left + scroll.client_width() {
                    scroll.set_scroll_left(x + WIDTH as i32 - scroll.client_width() + EDGE as i32);
                }
                if y < top || y + HEIGHT as i32 > top + scroll.client_height() {
                    scroll.set_scroll_top(y - scroll.client_height() / 2);
                }
            }
            measure();
        });
    }
    let onscroll = Callback::from(move |_: Event| measure());
    let onkeydown = {
        let (shards, chosen, onselect) = (shards.clone(), props.chosen.clone(), props.onselect.clone());
        Callback::from(move |event: KeyboardEvent| {
            if let Some(to) = neighbour(&shards, &chosen, &event.key()) {
                event.prevent_default();
                onselect.emit(to.id.clone());
            }
        })
    };
    let columns = shards.iter().map(|shard| shard.depth + 1).max().unwrap_or(1);
    let rows = shards.iter().map(|shard| shard.half_row / 2 + 1).max().unwrap_or(1);
    let width = 2 * EDGE + columns * COLUMN - (COLUMN - WIDTH) + 16;
    let height = 2 * EDGE + rows * ROW - (ROW - HEIGHT);
    let seen = 2 * view.0.saturating_sub(SPARE)..=2 * (view.0 + view.1 + SPARE);
    let shown = |shard: &&Shard| seen.contains(&shard.half_row);
    let by_id: BTreeMap<&str, &Shard> = shards.iter().map(|shard| (shard.id.as_str(), shard)).collect();
    let links = shards.iter().filter_map(|shard| Some((*by_id.get(shard.parent.as_deref()?)?, shard)));
    let links =
        links.filter(|(parent, shard)| seen.contains(&parent.half_row) || seen.contains(&shard.half_row));
    html! {
        <div class="shard-tree" ref={node} {onscroll} {onkeydown} tabindex="0" role="tree" aria-label="Shards and what followed them"
            aria-activedescendant={format!("tree-{}", props.chosen)} data-shards={shards.len().to_string()}>
            <svg width={width.to_string()} height={height.to_string()} role="presentation">
                { for links.map(|(parent, shard)| link(parent, shard)) }
                { for shards.iter().filter(shown).map(|shard| draw(props, shard)) }
                { for shards.iter().filter(shown).filter_map(|shard| joint(props, shard)) }
            </svg>
        </div>
    }
}

/// Left the parent, right the first child, up and down the next one on the drawing.
fn neighbour<'a>(shards: &'a [Shard], chosen: &str, key: &str) -> Option<&'a Shard> {
    let here = shards.iter().find(|shard| shard.id == chosen)?;
    match key {
        "ArrowLeft" => shards.iter().find(|shard| Some(&shard.id) == here.parent.as_ref()),
        "ArrowRight" => shards.iter().find(|shard| shard.parent.as_ref() == Some(&here.id)),
        "ArrowDown" => {
            let below = shards.iter().filter(|shard| shard.half_row > here.half_row);
            below.min_by_key(|shard| (shard.half_row, shard.depth.abs_diff(here.depth)))
        }
        "ArrowUp" => {
            let above = shards.iter().filter(|shard| shard.half_row < here.half_row);
            above.min_by_key(|shard| (usize::MAX - shard.half_row, shard.depth.abs_diff(here.depth)))
        }
        "Home" => shards.first(),
        "End" => shards.last(),
        _ => None,
    }
}

fn link(parent: &Shard, shard: &Shard) -> Html {
    let (x1, y1) = (x(parent) + WIDTH, y(parent) + HEIGHT / 2);
    let (x2, y2) = (x(shard), y(shard) + HEIGHT / 2);
    let bend = (x2 - x1) / 2;
    let path = format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2 - bend);
    html! { <path class="shard-link" data-from={parent.id.clone()} data-to={shard.id.clone()} d={path} /> }
}

fn draw(props: &ShardTreeProps, shard: &Shard) -> Html {
    let listed = props.records.get(&shard.id).cloned().unwrap_or_default();
    let all = listed.records.len();
    let count = (all - listed.trimmed) as u64 + listed.older;
    let (x, y) = (x(shard), y(shard));
    let state = if shard.open() { "open" } else { "closed" };
    let chosen = shard.id == props.chosen;
    let onclick = {
        let id = shard.id.clone();
        props.onselect.reform(move |_: MouseEvent| id.clone())
    };
    let line = |at: usize| x + 8 + (WIDTH - 16) * at / 1000;
    let trimmed = (WIDTH - 16) * listed.trimmed / all.max(1);
    let says = format!(
        "Shard {}, {state}, partition {}, {}; opened because {}",
        shard.short(),
        shard.facts.partition,
        plural(count, "record"),
        shard.origin()
    );
    // An open shard's right end is open.
    let outline = match shard.open() {
        true => {
            format!("M{} {y}H{}a5 5 0 0 0 -5 5v{}a5 5 0 0 0 5 5H{}", x + WIDTH, x + 5, HEIGHT - 10, x + WIDTH)
        }
        false => format!(
            "M{} {y}h{}a5 5 0 0 1 5 5v{}a5 5 0 0 1 -5 5h-{}a5 5 0 0 1 -5 -5v-{}a5 5 0 0 1 5 -5Z",
            x + 5,
            WIDTH - 10,
            HEIGHT - 10,
            WIDTH - 10,
            HEIGHT - 10
        ),
    };
    html! {
        <g key={shard.id.clone()} class="tree-shard" id={format!("tree-{}", shard.id)} role="treeitem" aria-level={(shard.depth + 1).to_string()}
            aria-selected={chosen.to_string()} data-tree-shard={shard.id.clone()} data-shard-state={state}
            data-partition={shard.facts.partition.to_string()} data-count={count.to_string()} {onclick}>
            <title>{ says }</title>
            <rect class="tree-body" x={x.to_string()} y={y.to_string()} width={WIDTH.to_string()} height={HEIGHT.to_string()} rx="5" />
            <path class="tree-outline" d={outline} />
            <text class="tree-name" x={(x + 8).to_string()} y={(y + 15).to_string()}>{ format!("…{}", shard.short()) }</text>
            <text class="tree-note" x={(x + WIDTH - 8).to_string()} y={(y + 15).to_string()} text-anchor="end">{ format!("p{} · {count}", shard.facts.partition) }</text>
            <line class="tree-line" x1={line(0).to_string()} x2={line(1000).to_string()} y1={(y + 26).to_string()} y2={(y + 26).to_string()} data-empty={(all == 0).to_string()} />
            if trimmed > 0 {
                <line class="tree-trimmed" x1={line(0).to_string()} x2={(line(0) + trimmed).to_string()} y1={(y + 26).to_string()} y2={(y + 26).to_string()} />
            }
            { for props.markers.iter().filter(|(of, ..)| *of == shard.id).map(|(_, number, at)| html! {
                <path class="tree-marker" data-iterator={number.to_string()} d={format!("M{} {}l-4 -6h8Z", line(*at), y + 25)} />
            }) }
        </g>
    }
}

/// What made the children: a button where its event is on the timeline.
fn joint(props: &ShardTreeProps, shard: &Shard) -> Option<Html> {
    let joint = props.joints.get(&shard.id)?;
    let (x, y) = (x(shard) + WIDTH + 13, y(shard) + HEIGHT / 2);
    let split = shard.facts.closed_by.as_deref() == Some("PARTITION_SPLIT");
    let sign = match split {
        true => format!("M{} {y}h3l5 -4m-5 4l5 4", x - 4),
        false => format!("M{} {y}h7m-3 -3l3 3l-3 3", x - 4),
    };
    let cause = if split { "split" } else { "rolled-over" };
    let (onclick, onkeydown) = match joint.event {
        Some(event) => {
            let (click, key) = (props.onevent.clone(), props.onevent.clone());
            (
                Some(Callback::from(move |_: MouseEvent| click.emit(event))),
                Some(Callback::from(move |pressed: KeyboardEvent| {
                    if matches!(pressed.key().as_str(), "Enter" | " ") {
                        pressed.prevent_default();
                        key.emit(event);
                    }
                })),
            )
        }
        None => (None, None),
    };
    let linked = joint.event.is_some();
    let says = if linked { format!("{} Show on the timeline", joint.told) } else { joint.told.clone() };
    Some(html! {
        <g key={format!("joint-{}", shard.id)} class="tree-joint" data-joint={cause} data-event={joint.event.map(|event| event.to_string())}
            aria-current={(linked && joint.event == props.playhead).then_some("true")} role={linked.then_some("button")}
            tabindex={linked.then_some("0")} aria-label={says.clone()} {onclick} {onkeydown}>
            <title>{ says }</title>
            <circle cx={x.to_string()} cy={y.to_string()} r="10" />
            <path d={sign} />
        </g>
    })
}

#[cfg(test)]
mod tests {
    use super::super::shard::tree;
    use super::*;

    #[test]
    fn arrows_go_along_the_lineage_and_over_the_lines() {
        let shard = |id: &str, parent: Option<&str>| Shard {
            id: id.into(),
            parent: parent.map(str::to_owned),
            ..Shard::default()
        };
        let all =
            tree(vec![shard("a", None), shard("b", Some("a")), shard("c", Some("a")), shard("d", None)]);
        let go = |from: &str, key: &str| neighbour(&all, from, key).map(|shard| shard.id.clone());
        assert_eq!(go("a", "ArrowRight").as_deref(), Some("b"));
        assert_eq!(go("c", "ArrowLeft").as_deref(), Some("a"));
        assert_eq!(go("b", "ArrowDown").as_deref(), Some("a"));
        assert_eq!(go("c", "ArrowDown").as_deref(), Some("d"));
        assert_eq!(go("d", "ArrowUp").as_deref(), Some("c"));
        assert_eq!((go("d", "ArrowRight"), go("a", "x")), (None, None));
    }
}
