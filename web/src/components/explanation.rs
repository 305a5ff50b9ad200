//! What happened, beside an answer: the partitions as a picture, then the lines, each linked to its event.

use std::rc::Rc;

use engine::timeline::{Access, Event, Zone};
use yew::prelude::*;

use super::{Badge, Button, ButtonKind};
use crate::state::explanation::{Line, Totals, Touched, explain, latency, name, plural};

/// The props of [`WhatHappened`].
#[derive(Properties, PartialEq)]
pub struct WhatHappenedProps {
    /// One request's events, in order.
    pub events: Rc<Vec<Event>>,
    /// How many partitions the tables and indexes have, as far as is known.
    #[prop_or_default]
    pub totals: Rc<Totals>,
    /// The id of the event under the playhead.
    #[prop_or_default]
    pub playhead: Option<u64>,
    /// A line was chosen: its event's id.
    #[prop_or_default]
    pub onevent: Callback<u64>,
    /// The stream record of an event is to be seen: the event's id. Without it no record is offered.
    #[prop_or_default]
    pub onrecord: Option<Callback<u64>>,
}

/// More partitions than this are counted, not drawn.
const DRAWN: usize = 12;
const LINES: usize = 40;

/// What happened.
#[component]
pub fn WhatHappened(props: &WhatHappenedProps) -> Html {
    let told =
        use_memo((props.events.clone(), props.totals.clone()), |(events, totals)| explain(events, totals));
    let hidden = told.touched.len().saturating_sub(DRAWN);
    html! {
        <section class="what-happened" aria-label="What happened">
            <header>
                <h2>{ "What happened" }</h2>
                if let Some(us) = told.latency_us {
                    <span class="latency" title="The latency that the model gives it.">{ latency(us) }{ " " }<i>{ "modelled" }</i></span>
                }
            </header>
            if !told.headline.is_empty() {
                <p class="headline">{ &told.headline }</p>
            }
            if !told.touched.is_empty() {
                <div class="route-picture" role="group" aria-label="Partitions touched">
                    <span class="router">{ "router" }</span>
                    <ul>
                        { for told.touched.iter().take(DRAWN).map(|touched| partition(touched, props)) }
                        if hidden > 0 {
                            <li class="more">{ format!("and {}", plural(hidden as u64, "partition")) }</li>
                        }
                    </ul>
                </div>
            }
            { for told.sections.iter().map(|section| html! {
                <Lines key={section.title} title={section.title} lines={section.lines.clone()} playhead={props.playhead}
                    onevent={props.onevent.clone()} onrecord={props.onrecord.clone()} />
            }) }
        </section>
    }
}

fn partition(touched: &Touched, props: &WhatHappenedProps) -> Html {
    let event = touched.event;
    let onclick = props.onevent.reform(move |_: MouseEvent| event);
    let access = if touched.access == Access::Read { "read" } else { "write" };
    let figure = match (touched.throttled, touched.evaluated, touched.visits) {
        (true, ..) => "throttled".to_owned(),
        (_, 0, 1) => String::new(),
        (_, 0, visits) => plural(visits as u64, "visit"),
        (_, evaluated, _) => format!("{evaluated} → {}", touched.returned),
    };
    html! {
        <li data-access={access} data-throttled={touched.throttled.to_string()} data-partition={touched.partition.to_string()}>
            <button type="button" {onclick} title="Show on the timeline">
                <span class="partition-name"><b>{ format!("p{}", touched.partition) }</b>{ " " }{ name(&touched.target) }</span>
                <span class="replicas">
                    { for Zone::ALL.map(|zone| replica(touched, zone)) }
                </span>
                <span class="partition-figure">{ figure }</span>
            </button>
        </li>
    }
}

/// A zone's replica: the one that served it is filled, and says how far behind it is; those that have the write are ticked.
fn replica(touched: &Touched, zone: Zone) -> Html {
    let served = touched.zone == zone;
    let acknowledged = touched.acknowledged.contains(&zone);
    let word = match (served, touched.leader, touched.lag_ms) {
        (true, true, _) => "leader".to_owned(),
        (true, false, 0) => "caught up".to_owned(),
        (true, false, lag) => format!("{lag} ms behind"),
        (false, ..) if acknowledged => "has it".to_owned(),
        _ => String::new(),
    };
    html! {
        <span class="replica" data-zone={zone.name()} data-served={served.to_string()}
            data-acknowledged={acknowledged.to_string()}>
            <span class="zone">{ zone.name() }</span>
            if !word.is_empty() {
                <span class="role">{ word }</span>
            }
        </span>
    }
}

/// Whether the line is of a stream record, and not of a shard.
fn is_record(line: &Line) -> bool {
    line.tone == "stream" && matches!(line.mark.as_str(), "INSERT" | "MODIFY" | "REMOVE")
}

#[derive(Properties, PartialEq)]
struct LinesProps {
    title: &'static str,
    lines: Vec<Line>,
    playhead: Option<u64>,
    onevent: Callback<u64>,
    onrecord: Option<Callback<u64>>,
}

#[component]
fn Lines(props: &LinesProps) -> Html {
    let shown = use_state_eq(|| LINES);
    let more = props.lines.len().saturating_sub(*shown);
    let onclick = {
        let (setter, now) = (shown.setter(), *shown);
        Callback::from(move |()| setter.set(now + 10 * LINES))
    };
    html! {
        <section class="happened-section" data-section={props.title}>
            <h3>{ props.title }</h3>
            <ul>
                { for props.lines.iter().take(*shown).map(|line| {
                    let event = line.event;
                    let onclick = props.onevent.reform(move |_: MouseEvent| event);
                    html! {
                        // Unkeyed: one event may tell more than one line.
                        <li>
                            <button type="button" class="happened-line" {onclick} data-event={line.event.to_string()}
                                aria-current={(props.playhead == Some(line.event)).then_some("true")}>
                                <Badge text={line.mark.clone()} tone={line.tone} />
                                <span>{ &line.text }</span>
                            </button>
                            if let Some(onrecord) = props.onrecord.as_ref().filter(|_| is_record(line)) {
                                <Button label="See the record" icon="radio" kind={ButtonKind::Quiet} onclick={onrecord.reform(move |()| event)} action="record" />
                            }
                        </li>
                    }
                }) }
            </ul>
            if more > 0 {
                <Button label={format!("{more} more")} kind={ButtonKind::Quiet} {onclick} />
            }
        </section>
    }
}
