//! Advice: what the tables and the requests on them could do better, each with what was seen, why it matters and what to do; a change
//! that is mechanical is tried on a copy, under the same traffic as the table as it is.
//!
//! - `evidence` what each table holds, and what the requests at hand came to
//! - `planned` what access patterns show before they are run
//! - `words` an advice in sentences, `hot` what the heat shows in the same form
//! - `trial` the two designs that are compared
//! - `card` one advice

mod card;
mod evidence;
mod hot;
mod planned;
mod trial;
mod words;

use std::rc::Rc;

use engine::insight::advice::{AdviceKind, DesignChange, advice};
use engine::insight::price::Prices;
use engine::insight::{Finding, Spread};
use serde_json::to_string_pretty;
use yew::prelude::*;

use crate::components::{Button, EmptyState, ErrorPanel, Progress};
use crate::hooks::{
    Api, Heats, RouteHandle, draft_key, set_saved, use_client, use_clock, use_heat, use_route, use_session,
    use_tables,
};
use crate::protocol::ClientError;
use crate::protocol::model::Model;
use crate::protocol::traffic::Workload;
use crate::state::explanation::plural;
use crate::state::heat::{HeatAction, HeatLog, Proposal};
use crate::state::route::Page;
use crate::state::tables::TableDescription;
use card::Card;
use evidence::{Evidence, OfTable, use_evidence};
use trial::Traffic;
use words::{Told, tell, untried};

/// An advice as a card shows it.
#[derive(Clone, PartialEq)]
struct Shown {
    kind: &'static str,
    index: Option<String>,
    from_heat: bool,
    told: Told,
    updates: Vec<String>,
    trial: Option<Trial>,
    untried: Option<&'static str>,
}

/// What is compared when an advice is tried.
#[derive(Clone, PartialEq)]
enum Trial {
    /// These two.
    Sides(Box<[Workload; 2]>),
    /// Two tables as they are, and one with their items, which are read first.
    Join(Rc<TableDescription>, Rc<TableDescription>),
}

impl Trial {
    fn of(sides: [Workload; 2]) -> Trial {
        Trial::Sides(Box::new(sides))
    }
}

/// A suffix of so many values is tried where no traffic says how many it takes.
const SUFFIXES: u64 = 10;
const NOTHING_JOINED: &str = "Among the first items of both tables none of one has a partition key of the other: there is nothing to bring together.";

/// The traffic that is known: what runs or ran last, else what the access patterns plan.
fn known(heat: &HeatLog, model: &Model) -> Option<Traffic> {
    let name = heat.traffic.as_ref().map(|traffic| &traffic.name);
    let running = heat.recipes.iter().find(|kept| Some(&kept.name) == name).map(|kept| kept.recipe.clone());
    running.map(Traffic::from).or_else(|| Traffic::planned(&model.patterns))
}

/// What there is to say of a table.
fn shown(
    of: &OfTable,
    evidence: &Evidence,
    heat: &HeatLog,
    model: &Model,
    known: Option<&Traffic>,
    now_ms: u64,
) -> Vec<Shown> {
    let presets = Prices::presets();
    let Some(prices) = presets.first() else { return Vec::new() };
    let name = &of.table.name;
    let known = known.and_then(|known| known.on(name));
    let sharded = |index: Option<&str>, spread: Spread| {
        let key = of.table.keys_of(index).hash.first()?;
        trial::sharded(key, spread, &of.table, &of.contents, known.as_ref()).map(Trial::of)
    };
    let hot = |finding: &Finding| {
        let told = hot::tell(finding, &heat.history, &of.table)?;
        let index = finding.target.index.clone();
        let trial = hot::spread(finding).and_then(|spread| sharded(index.as_deref(), spread));
        let (kind, updates) = (finding.kind.name(), Vec::new());
        Some(Shown { kind, index, from_heat: true, told, updates, trial, untried: None })
    };
    // What refuses requests comes first, what is only uneven last.
    let (refusing, uneven): (Vec<&Finding>, Vec<&Finding>) =
        of.findings.iter().partition(|finding| finding.throttles > 0);
    // What the heat shows of an index's keys rests on requests: that it has few is not told twice.
    let few = |index: &Option<String>| {
        of.findings.iter().any(|one| one.kind.name() == "few-keys" && one.target.index == *index)
    };
    let updates = |change: Option<&DesignChange>| {
        let updates = change.into_iter().flat_map(|change| change.updates(name));
        updates.filter_map(|update| to_string_pretty(&update).ok()).collect::<Vec<String>>()
    };
    let found = advice(&of.contents, &evidence.requests);
    let told: Vec<Option<DesignChange>> = found.iter().map(|one| one.change.clone()).collect();
    let found =
        found.into_iter().filter(|one| one.kind.name() != "few-index-keys" || !few(&one.index)).map(|one| {
            let trial = match &one.kind {
                AdviceKind::Joined { other, .. } => {
                    let other = evidence.tables.iter().find(|of| of.table.name == *other);
                    let other = other.filter(|other| trial::can_join(&of.table, &other.table));
                    other.map(|other| Trial::Join(of.table.clone(), other.table.clone()))
                }
                AdviceKind::FewIndexKeys { .. } => {
                    let spread = Spread { wanted_half_units: 0, partition_units: 0, keys: SUFFIXES };
                    sharded(one.index.as_deref(), spread)
                }
                _ => trial::sides(&one, &of.table, &of.contents, known.clone()).map(Trial::of),
            };
            let untried = if trial.is_none() { untried(&one.kind) } else { None };
            Shown {
                kind: one.kind.name(),
                index: one.index.clone(),
                from_heat: false,
                told: tell(&one, prices),
                updates: updates(one.change.as_ref()),
                trial,
                untried,
            }
        });
    // What requests have shown already is not told once more for being planned.
    let planned = planned::advice(&of.contents, &model.patterns).into_iter();
    let planned = planned.filter(|one| one.change.is_none() || !told.contains(&one.change));
    let is_hot = |one: &planned::Planned| {
        let mut hot = of.findings.iter().filter(|finding| hot::spread(finding).is_some());
        hot.any(|finding| finding.target.index == one.index)
    };
    let hot_keys = planned::hot_keys(&of.table, &model.patterns, now_ms).into_iter();
    let planned = hot_keys.filter(|one| !is_hot(one)).chain(planned).map(|one| {
        let sides = |change| trial::planned(change, &of.table, &model.patterns);
        let trial = match (one.spread, one.untried) {
            (Some(spread), _) => sharded(one.index.as_deref(), spread),
            (None, None) => one.change.as_ref().and_then(sides).map(Trial::of),
            (None, Some(_)) => None,
        };
        let untried = one.untried.filter(|_| trial.is_none());
        let updates = updates(one.change.as_ref());
        Shown { kind: one.kind, index: one.index, from_heat: false, told: one.told, updates, trial, untried }
    });
    let all = refusing.into_iter().filter_map(hot).chain(found).chain(planned);
    all.chain(uneven.into_iter().filter_map(hot)).collect()
}

/// Starts the comparison of an advice, and shows it.
fn start(
    api: &Api,
    heat: &Heats,
    route: &RouteHandle,
    state: UseStateSetter<(bool, Option<ClientError>)>,
    (table, about, trial): (String, String, Trial),
) {
    state.set((true, None));
    let (api, heat, route) = (api.clone(), heat.dispatcher(), route.clone());
    wasm_bindgen_futures::spawn_local(async move {
        let sides = match trial {
            Trial::Sides(sides) => Some(*sides),
            Trial::Join(first, other) => trial::joined(&api, &first, &other).await,
        };
        let Some(sides) = sides else {
            let message = NOTHING_JOINED.to_owned();
            return state.set((false, Some(ClientError::Protocol { message })));
        };
        heat.dispatch(HeatAction::Propose(Rc::new(Proposal { about, sides: sides.clone() })));
        let refused = api.start_comparison(sides).await.err();
        let done = refused.is_none();
        state.set((false, refused));
        if done {
            let to = route.route.at(Page::Heat).on(Some(table), None);
            route.go.emit(to.with("view", Some("compare".to_owned())));
        }
    });
}

/// The page.
#[component]
pub fn AdvicePage() -> Html {
    let (tables, route, heat, session, api) =
        (use_tables(), use_route(), use_heat(), use_session(), use_client());
    let now_ms = use_clock().state.now_ms;
    let state = use_state_eq(|| (false, None::<ClientError>));
    let (evidence, again) = use_evidence();
    let Some(evidence) = evidence else {
        return html! { <div class="advice-page"><Progress label="Looking at the tables and the requests …" /></div> };
    };
    if evidence.tables.is_empty() && tables.loaded {
        let (go, to) = (route.go.clone(), route.route.at(Page::Design).with("samples", Some(String::new())));
        let actions = html! { <Button label="Load a sample" icon="database" onclick={Callback::from(move |()| go.emit(to.clone()))} action="samples" /> };
        return html! {
            <div class="advice-page">
                <EmptyState icon="info" title="No table, no advice" {actions}>
                    { "Advice comes from what tables hold and from the requests on them." }
                </EmptyState>
            </div>
        };
    }
    let known = known(&heat, &session.model);
    let mut order: Vec<&OfTable> = evidence.tables.iter().collect();
    // The chosen table stands first.
    order.sort_by_key(|of| route.route.table.as_ref() != Some(&of.table.name));
    let all: Vec<(&OfTable, Vec<Shown>)> = order
        .into_iter()
        .map(|of| (of, shown(of, &evidence, &heat, &session.model, known.as_ref(), now_ms)))
        .collect();
    let total: u64 = all.iter().map(|(_, shown)| shown.len() as u64).sum();
    let quiet: Vec<&str> =
        all.iter().filter(|(_, shown)| shown.is_empty()).map(|(of, _)| of.table.name.as_str()).collect();
    let busy = state.0;
    let card = |of: &OfTable, at: usize, one: &Shown| {
        let table = of.table.name.clone();
        let ontry = one.trial.clone().map(|of_it| {
            let (api, heat, route, setter) = (api.clone(), heat.clone(), route.clone(), state.setter());
            let trial = (table.clone(), one.told.sentence.clone(), of_it);
            Callback::from(move |()| start(&api, &heat, &route, setter.clone(), trial.clone()))
        });
        let onchange = {
            let (route, workspace, update) =
                (route.clone(), session.workspace.clone(), one.updates.first().cloned().unwrap_or_default());
            let table = table.clone();
            Callback::from(move |()| {
                set_saved(&draft_key(&workspace), &format!("UpdateTable\n{update}"));
                route.go.emit(route.route.at(Page::Query).on(Some(table.clone()), None));
            })
        };
        let onheat = {
            let route = route.clone();
            Callback::from(move |()| route.go.emit(route.route.at(Page::Heat).on(Some(table.clone()), None)))
        };
        html! {
            <Card key={format!("{} {} {at}", one.kind, one.index.clone().unwrap_or_default())} kind={one.kind}
                index={one.index.clone().map(AttrValue::from)} from_heat={one.from_heat} told={one.told.clone()} open={at == 0}
                untried={one.untried.map(AttrValue::from)}
                updates={one.updates.clone()} {ontry} {busy} {onchange} {onheat} />
        }
    };
    html! {
        <div class="advice-page" data-advice-count={total.to_string()}>
            <div class="advice-bar" role="toolbar" aria-label="Advice">
                <h1>{ "Advice" }</h1>
                <p class="advice-words" data-part="evidence">{ evidence_words(&evidence, session.model.patterns.len()) }</p>
                <span class="top-space"></span>
                <Button label="Look again" icon="refresh-cw" onclick={again} action="look-again" />
            </div>
            if let Some(refused) = &state.1 {
                <ErrorPanel error={refused.clone()} />
            }
            { for all.iter().filter(|(_, shown)| !shown.is_empty()).map(|(of, shown)| html! {
                <section key={of.table.name.clone()} class="advice-table" aria-label={of.table.name.clone()} data-table={of.table.name.clone()}>
                    <h2>{ &of.table.name }</h2>
                    <ul>{ for shown.iter().enumerate().map(|(at, one)| card(of, at, one)) }</ul>
                </section>
            }) }
            if !quiet.is_empty() {
                <p class="advice-words advice-quiet" data-part="quiet">{ format!("Nothing to advise on {}.", quiet.join(", ")) }</p>
            }
        </div>
    }
}

/// What was looked at, in a sentence.
fn evidence_words(evidence: &Evidence, patterns: usize) -> String {
    let fallen = if evidence.fallen { " (as far as they are kept)" } else { "" };
    let surveyed: u64 = evidence.tables.iter().map(|of| of.contents.surveyed).sum();
    let sampled = match evidence.sampled {
        0 => String::new(),
        sampled => format!(", {} of traffic's last minute", plural(sampled, "request")),
    };
    format!(
        "From {} of yours since the workspace was opened{fallen}{sampled}, {}, and {} of {}.",
        plural(evidence.own, "request"),
        plural(patterns as u64, "planned access pattern"),
        plural(surveyed, "item"),
        plural(evidence.tables.len() as u64, "table")
    )
}
