//! One stream: its shards as a tree or a table, the chosen shard's line with the iterators, its records or one item's, and the record
//! that is shown. Which shard, record and item are looked at stands in the address.

use std::collections::BTreeMap;
use std::rc::Rc;

use engine::timeline::Filter;
use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::ask::{Ask, use_ask};
use super::detail::RecordDetail;
use super::doing::Doing;
use super::history::{joints, maker, record_of};
use super::iterator::{Marker, asked_at};
use super::line::ShardLine;
use super::list::{RecordList, Rows};
use super::log::Log;
use super::markers::Markers;
use super::reader::use_reader;
use super::settings::Settings;
use super::shard::Shard;
use super::table::ShardTable;
use super::tree::{Joint, ShardTree, places};
use crate::components::{Badge, Button, ButtonKind, Select, SelectOption, Tab, Tabs};
use crate::hooks::{RouteHandle, is_editing, use_heat, use_route, use_timeline, use_workspace_ms};
use crate::protocol::Place;
use crate::state::explanation::plural;
use crate::state::tables::TableDescription;
use crate::state::timeline::TimelineAction;

/// How often what is left of an iterator's life is drawn, in milliseconds.
const DRAWN_MS: u32 = 1_000;

/// As many items are offered to choose from.
const ITEMS: usize = 200;

/// The props of [`Follow`].
#[derive(Properties, PartialEq)]
pub struct FollowProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// The stream's ARN.
    pub arn: String,
    /// Whether it is the workspace's, or the traffic's branch's.
    pub place: Place,
    /// Choosing the table and the stream.
    pub choose: Html,
}

/// A stream.
#[component]
pub fn Follow(props: &FollowProps) -> Html {
    let (route, timeline, heat) = (use_route(), use_timeline(), use_heat());
    let now_ms = use_workspace_ms(DRAWN_MS);
    let log = use_reader(&props.table.name, &props.arn, props.place);
    let in_branch = props.place == Place::Traffic;
    let here = Here::of(&log, &route);
    let shows = Here::show(&here, &log, &route);
    let ask = use_ask(&log, shows.clone());
    let known = {
        let log = log.clone();
        use_memo((log.arn.clone(), log.revision), move |_| log.items())
    };
    let limit = use_state_eq(|| 1_u32);
    let as_table = use_state_eq(|| false);
    let settings = use_state_eq(|| false);
    let table = props.table.name.clone();
    let events = timeline.events();
    let newest = events.back().map(|event| event.id);
    let joints = {
        let (table, events, heat) = (table.clone(), timeline.clone(), heat.clone());
        use_memo((log.shards.clone(), events.events().front().map(|first| first.id)), move |(shards, _)| {
            match in_branch {
                // The timeline is the workspace's.
                true => unlinked(joints(&heat.branch, &table, shards)),
                false => joints(events.events(), &table, shards),
            }
        })
    };
    let made = {
        let (table, events) = (table.clone(), timeline.clone());
        let number = here.as_ref().filter(|_| !in_branch).and_then(|here| here.current.clone());
        use_memo((number, newest), move |(number, _)| {
            number.as_ref().and_then(|number| maker(events.events(), &table, number))
        })
    };
    // Where the playhead is put on a record, that record is shown.
    let playhead =
        timeline.playhead.and_then(|_| timeline.current()).and_then(|event| record_of(event, &table));
    {
        let shows = shows.clone();
        use_effect_with(playhead.clone(), move |playhead| {
            playhead.iter().for_each(|number| shows.emit(number.clone()));
        });
    }
    let chosen = log.chosen.filter(|number| log.marker(*number).is_some());
    let get = chosen.map(|number| {
        let limit = *limit;
        ask.reform(move |()| Ask::Get(number, limit))
    });
    use_step_keys(here.as_ref().map(|here| here.steps(&shows)), get);
    let Some(here) = here else {
        return html! { <div class="stream-page"><div class="stream-bar">{ props.choose.clone() }</div><p class="stream-hint">{ "The stream is being read…" }</p></div> };
    };
    let onshard = {
        let route = route.clone();
        Callback::from(move |id: String| {
            let to = route.route.with("shard", Some(id)).with("item", None).with("record", None);
            route.replace.emit(to);
        })
    };
    let onevent = {
        let timeline = timeline.dispatcher();
        Callback::from(move |id: u64| timeline.dispatch(TimelineAction::Seek(id)))
    };
    let onmaker = {
        let timeline = timeline.dispatcher();
        Callback::from(move |(event, request): (u64, Option<u64>)| {
            if request.is_some() {
                timeline.dispatch(TimelineAction::Filter(Filter { request, ..Filter::default() }));
            }
            timeline.dispatch(TimelineAction::Seek(event));
        })
    };
    let onmove = {
        let (listed, open) = (log.of(&here.shard.id), here.shard.open());
        ask.reform(move |(marker, place): (Marker, usize)| {
            let (kind, number) = asked_at(place, &listed.records, listed.trimmed, open, &marker.kind);
            let instead_of = Some(marker.number);
            Ask::Stand { shard: marker.shard, kind: kind.to_owned(), number, instead_of }
        })
    };
    let onchild = {
        let (ask, onshard) = (ask.clone(), onshard.clone());
        Callback::from(move |shard: String| {
            onshard.emit(shard.clone());
            ask.emit(Ask::Stand { shard, kind: "TRIM_HORIZON".into(), number: None, instead_of: None });
        })
    };
    let onlimit = {
        let limit = limit.setter();
        Callback::from(move |wanted: u32| limit.set(wanted.clamp(1, 1000)))
    };
    let onitem = {
        let route = route.clone();
        Callback::from(move |key: Option<String>| route.replace.emit(route.route.with("item", key)))
    };
    let switch = |state: &UseStateHandle<bool>| {
        let (setter, to) = (state.setter(), !**state);
        Callback::from(move |()| setter.set(to))
    };
    let at_end = chosen.and_then(|number| log.marker(number)).filter(|marker| marker.token.is_none());
    let children: Vec<Shard> =
        at_end.map(|marker| log.children(&marker.shard).cloned().collect()).unwrap_or_default();
    let shown = here.current.as_ref().and_then(|number| log.find(number));
    let shards = log.shards.len() as u64;
    let views = vec![Tab::new("tree", "Tree"), Tab::new("table", "Table")];
    let onview = {
        let setter = as_table.setter();
        Callback::from(move |id: AttrValue| setter.set(id == "table"))
    };
    let keys = shown.as_ref().map(|(_, record)| record.images().keys.into());
    let partition = here.shard.open().then_some(here.shard.facts.partition);
    html! {
        <div class="stream-page">
            <div class="stream-bar" role="toolbar" aria-label="Stream">
                { props.choose.clone() }
                <Badge text={log.view_type.clone()} tone="stream" title="What a record keeps of a change" />
                if log.status == "DISABLED" { <Badge text="DISABLED" tone="warning" title="No new records; the old ones stay for 24 hours." /> }
                if !in_branch {
                    <Button label="Stream…" icon="sliders-horizontal" kind={ButtonKind::Quiet} onclick={switch(&settings)} pressed={*settings} action="settings" />
                }
                <span class="top-space"></span>
                <Doing table={props.table.clone()} {keys} partition={partition.filter(|_| log.status == "ENABLED")} />
            </div>
            if *settings && !in_branch {
                <Settings table={props.table.clone()} />
            }
            if in_branch {
                <p class="stream-hint stream-traffic">{ "The branch in which the simulated traffic runs has streams of its own. Its requests leave no events on the timeline." }</p>
            }
            <section class="stream-shards" aria-label="Shards">
                <header>
                    <h3>{ plural(shards, "shard") }</h3>
                    <Tabs label="Shards as" tabs={views} selected={if *as_table { "table" } else { "tree" }} onselect={onview} />
                    <p class="stream-soft">{ shard_hint(&log) }</p>
                </header>
                if *as_table {
                    <ShardTable shards={log.shards.clone()} records={log.records.clone()} chosen={here.shard.id.clone()} {joints} onselect={onshard} {onevent} />
                } else {
                    <ShardTree shards={log.shards.clone()} records={log.records.clone()} markers={places(&log)} chosen={here.shard.id.clone()} {joints}
                        playhead={timeline.playhead} onselect={onshard} {onevent} />
                }
            </section>
            <ShardLine shard={here.shard.clone()} listed={log.of(&here.shard.id)} {chosen} current={here.current.clone()} {now_ms} {onmove}
                markers={log.markers.iter().filter(|marker| marker.shard == here.shard.id).cloned().collect::<Vec<_>>()}
                onchoose={ask.reform(Ask::Choose)} ondrop={ask.reform(Ask::Drop)} onrecord={shows.clone()} />
            <div class="stream-panes">
                <Markers shard={here.shard.clone()} markers={log.markers.clone()} {chosen} records={log.records.clone()} current={here.of_shard()} {children}
                    told={log.told.clone()} failure={log.failure.clone()} limit={*limit} {now_ms} onask={ask.clone()} {onlimit} {onchild} />
                <section class="stream-middle" aria-label="Records" data-shard={here.shard.id.clone()}>
                    { items(&log, &here, &known, onitem.clone()) }
                    { list(&log, &here, playhead, shows.clone()) }
                </section>
                if let Some((shard, record)) = shown {
                    <RecordDetail {record} partition={log.shard(shard).map(|shard| shard.facts.partition)} maker={(*made).clone()} {in_branch} alone={here.item.is_some()}
                        {onitem} onrecord={shows} onevent={onmaker} />
                } else {
                    <p class="stream-hint stream-detail">{ here.hint() }</p>
                }
            </div>
        </div>
    }
}

fn unlinked(joints: BTreeMap<String, Joint>) -> BTreeMap<String, Joint> {
    joints.into_iter().map(|(shard, joint)| (shard, Joint { event: None, ..joint })).collect()
}

fn shard_hint(log: &Log) -> &'static str {
    let closed = log.shards.iter().any(|shard| !shard.open());
    match (closed, log.status.as_str()) {
        (_, "DISABLED") => {
            "The stream is switched off: every shard is closed. What it holds is readable for 24 hours."
        }
        (true, _) => "A child is read after its parent: so the order of an item's changes is kept.",
        _ => "One open shard for each partition. Split a partition, or let four hours go by: others follow.",
    }
}

/// Choosing an item: its records alone, over all shards.
fn items(log: &Log, here: &Here, known: &[(Rc<str>, usize)], onitem: Callback<Option<String>>) -> Html {
    let more = known.len().saturating_sub(ITEMS);
    let known = &known[..known.len() - more];
    let listed = log.of(&here.shard.id);
    let mut options =
        vec![SelectOption::new("", format!("All records of the shard …{}", here.shard.short()))];
    if let Some(item) = here.item.as_ref().filter(|item| !known.iter().any(|(key, _)| **key == ***item)) {
        options.push(SelectOption::new(item.clone(), item.clone()));
    }
    options.extend(known.iter().map(|(key, count)| {
        SelectOption::under(
            "One item, over all shards",
            key.to_string(),
            format!("{key} ({})", plural(*count as u64, "record")),
        )
    }));
    let onchange = onitem.reform(|key: String| (!key.is_empty()).then_some(key));
    html! {
        <div class="stream-items">
            <Select label="Records of" hide_label={true} name="item" {options} value={here.item.clone().unwrap_or_default()} {onchange} />
            if listed.older > 0 && here.item.is_none() {
                <small>{ format!("{} older ones are not listed; an iterator reads them.", plural(listed.older, "record")) }</small>
            }
            if more > 0 {
                <small>{ format!("and {} with older records: “Only this item” beside a record chooses it.", plural(more as u64, "item")) }</small>
            }
        </div>
    }
}

fn list(log: &Log, here: &Here, playhead: Option<String>, onselect: Callback<String>) -> Html {
    let rows = match &here.item {
        Some(_) => Rows {
            records: here.records.clone(),
            shards: Some(here.shards.clone()),
            trimmed: here
                .records
                .iter()
                .zip(here.shards.iter())
                .take_while(|(record, shard)| {
                    let to = log.shard(shard).and_then(|shard| shard.facts.trimmed_to.as_ref());
                    to.is_some_and(|to| record.sequence_number <= *to)
                })
                .count(),
            markers: Vec::new(),
        },
        None => {
            let markers = log.markers.iter().filter(|marker| marker.shard == here.shard.id);
            Rows {
                records: here.records.clone(),
                shards: None,
                trimmed: log.of(&here.shard.id).trimmed,
                markers: markers.map(|marker| (marker.number, marker.place(&here.records))).collect(),
            }
        }
    };
    html! { <RecordList {rows} current={here.current.clone()} given={log.given.clone()} {playhead} {onselect} /> }
}

/// What is looked at, as the address says, and what follows from it.
struct Here {
    shard: Shard,
    /// Only this item's records.
    item: Option<String>,
    /// The record that is shown.
    current: Option<String>,
    /// The records that are listed.
    records: Rc<Vec<Rc<super::record::Record>>>,
    /// The shard of each, where they are an item's.
    shards: Rc<Vec<String>>,
    /// The neighbours of the one that is shown, over the ends of shards too.
    before: Option<String>,
    after: Option<String>,
}

impl Here {
    fn of(log: &Log, route: &RouteHandle) -> Option<Here> {
        let named = |name: &str| route.route.rest.get(name).filter(|text| !text.is_empty()).cloned();
        let current = named("record").filter(|number| log.find(number).is_some());
        let holds = current.as_ref().and_then(|number| log.find(number)).map(|(shard, _)| shard.to_owned());
        let wanted = named("shard").or(holds.clone());
        let shard = wanted.and_then(|id| log.shard(&id)).or_else(|| log.first_shard()).cloned()?;
        let item = named("item");
        let (records, shards) = match &item {
            Some(item) => {
                let (records, shards) = log.of_item(item).into_iter().unzip();
                (Rc::new(records), Rc::new(shards))
            }
            None => (log.of(&shard.id).records, Rc::default()),
        };
        let at = current.as_ref().and_then(|number| {
            records
                .binary_search_by(|record: &Rc<super::record::Record>| record.sequence_number.cmp(number))
                .ok()
        });
        let number = |at: usize| records.get(at).map(|record| record.sequence_number.clone());
        let (mut before, mut after) = match at {
            Some(at) => (at.checked_sub(1).and_then(number), number(at + 1)),
            None => (records.len().checked_sub(1).and_then(number), number(0)),
        };
        if item.is_none() {
            // A parent comes before its children.
            let parent = shard.parent.as_ref().map(|parent| log.of(parent));
            let last = parent.and_then(|listed| listed.records.last().cloned());
            before = before.or_else(|| last.map(|record| record.sequence_number.clone()));
            after = after.or_else(|| {
                let firsts =
                    log.children(&shard.id).filter_map(|child| log.of(&child.id).records.first().cloned());
                firsts.map(|record| record.sequence_number.clone()).min()
            });
        }
        Some(Here { shard, item, current, records, shards, before, after })
    }

    /// Shows a record: it and its shard go into the address.
    fn show(this: &Option<Here>, log: &UseReducerHandle<Log>, route: &RouteHandle) -> Callback<String> {
        let (log, route) = (log.clone(), route.clone());
        let item = this.as_ref().and_then(|here| here.item.clone());
        Callback::from(move |number: String| {
            let found = log.find(&number);
            let other = found
                .as_ref()
                .is_some_and(|(_, record)| item.as_deref().is_some_and(|item| *item != *record.key));
            let shard = found.map(|(shard, _)| shard.to_owned());
            let mut to = route.route.with("record", Some(number)).with("shard", shard);
            if other {
                to = to.with("item", None);
            }
            route.replace.emit(to);
        })
    }

    /// The record that is shown, where it is of the shard that is looked at.
    fn of_shard(&self) -> Option<String> {
        let number = self.current.as_ref()?;
        let own = number.as_str() > "" && *number >= self.shard.first;
        let within = self.shard.last.as_ref().is_none_or(|last| number <= last);
        let listed =
            self.item.is_some() || self.records.iter().any(|record| record.sequence_number == *number);
        (own && within && listed).then(|| number.clone())
    }

    /// The record before and the one after.
    fn steps(&self, shows: &Callback<String>) -> (Callback<()>, Callback<()>) {
        let go = |to: &Option<String>| {
            let (to, shows) = (to.clone(), shows.clone());
            Callback::from(move |()| to.iter().for_each(|to| shows.emit(to.clone())))
        };
        (go(&self.before), go(&self.after))
    }

    fn hint(&self) -> &'static str {
        match (self.records.is_empty(), self.shard.open()) {
            (true, true) => "No record in this shard yet. Make a change, and see it arrive.",
            (true, false) => "This shard has no record; it is closed.",
            _ => {
                "Choose a record, or step from one to the next with the keys , and . : both images stand here, the difference marked."
            }
        }
    }
}

/// `.` and `,` step from record to record on this page, before the frame takes them for the timeline; `n` reads on with the iterator.
#[hook]
fn use_step_keys(steps: Option<(Callback<()>, Callback<()>)>, get: Option<Callback<()>>) {
    use_effect_with((steps, get), |(steps, get)| {
        let (steps, get) = (steps.clone(), get.clone());
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
        let listener = EventListener::new_with_options(&document(), "keydown", options, move |event| {
            let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
            if key.ctrl_key() || key.meta_key() || key.alt_key() || is_editing(key) {
                return;
            }
            let Some((previous, next)) = &steps else { return };
            match (key.key().as_str(), &get) {
                (".", _) => next.emit(()),
                (",", _) => previous.emit(()),
                ("n", Some(get)) => get.emit(()),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        });
        move || drop(listener)
    });
}
