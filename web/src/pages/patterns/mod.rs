//! Patterns: the access patterns that a design is for, each with its table or index, its rate and what is expected of it; they are run,
//! priced, found as expected or not, and can drive the traffic.
//!
//! - `list` the patterns, a row each, and what all of them come to
//! - `detail` the chosen one: its tests, its request, what happened
//! - `editor` a pattern's fields, `expects` what is expected among them
//! - `run` sending the requests of uses
//! - `drive` traffic at the patterns' rates
//!
//! Where in the page one is stands in the address: `&pattern=NAME`, `&edit` beside it, `&new` for a new one.

mod detail;
mod drive;
mod editor;
mod expects;
mod list;
mod run;

use std::rc::Rc;

use engine::workload::{PATTERNS_MAX, PlannedPattern};
use serde_json::Value;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, Split, use_taking_out};
use crate::hooks::{
    saved, set_saved, use_client, use_clock, use_notices, use_requests, use_route, use_session, use_tables,
};
use crate::protocol::model::Model;
use crate::state::cost::CostForm;
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};
use crate::state::patterns::{Row, row};
use crate::state::request::template::template;
use crate::state::route::Page;
use detail::Detail;
use drive::Drive;
use editor::Editor;
use list::List;
use run::use_runs;

/// Under which name the cost page keeps its price list: the same prices hold here.
const PRICES: &str = "cost";

/// The page.
#[component]
pub fn PatternsPage() -> Html {
    let (session, tables, route, api) = (use_session(), use_tables(), use_route(), use_client());
    let (requests, notices, clock) = (use_requests(), use_notices(), use_clock());
    let runs = use_runs();
    let model = session.model.clone();
    let form = use_state_eq(|| {
        saved(PRICES).and_then(|text| serde_json::from_str::<CostForm>(&text).ok()).unwrap_or_default()
    });
    let onplan = {
        let form = form.clone();
        Callback::from(move |plan: String| {
            let next = CostForm { plan, ..(*form).clone() };
            if let Ok(text) = serde_json::to_string(&next) {
                set_saved(PRICES, &text);
            }
            form.set(next);
        })
    };
    let now_ms = clock.state.now_ms;
    let paying = form.paying();
    let deps = (model.clone(), runs.uses.clone(), tables.list.clone(), paying.clone());
    let rows: Rc<Vec<Row>> = {
        let tables = tables.clone();
        use_memo(deps, move |(model, uses, _, paying)| {
            model
                .patterns
                .iter()
                .map(|pattern| row(pattern, uses, &tables, paying, now_ms))
                .collect::<Vec<_>>()
        })
    };
    let keep = {
        let (api, notices) = (api.clone(), notices.dispatcher());
        Callback::from(move |model: Model| {
            let (kept, notices) = (api.keep_model(model), notices.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if let Err(error) = kept.await {
                    notices.dispatch(NoticeAction::Say(Level::Failed, show(&error).message));
                }
            });
        })
    };
    let here = {
        let route = route.clone();
        move |pattern: Option<&str>, mode: Option<&str>| {
            let to =
                route.route.with("pattern", pattern.map(str::to_owned)).with("edit", None).with("new", None);
            match mode {
                Some(mode) => to.with(mode, Some(String::new())),
                None => to,
            }
        }
    };
    let go = route.go.clone();
    let is = |what: &str| route.route.rest.contains_key(what);
    let chosen =
        route.route.rest.get("pattern").and_then(|name| rows.iter().find(|row| row.pattern.name == *name));
    let onchoose = {
        let (go, here) = (go.clone(), here.clone());
        Callback::from(move |name: String| go.emit(here(Some(&name), None)))
    };
    let onnew = {
        let (go, here) = (go.clone(), here.clone());
        Callback::from(move |()| go.emit(here(None, Some("new"))))
    };
    let onrunall = {
        let (run, rows) = (runs.run.clone(), rows.clone());
        Callback::from(move |()| run.emit(rows.iter().map(|row| row.pattern.clone()).collect()))
    };
    let ontake = {
        let (saved, keep, model) = (requests.saved.clone(), keep.clone(), model.clone());
        Callback::from(move |()| {
            let read = saved.iter().filter_map(|one| {
                let request: Value = serde_json::from_str(&one.request).ok()?;
                let pattern = PlannedPattern {
                    note: one.note.clone(),
                    ..PlannedPattern::new(&one.name, &one.operation, request)
                };
                pattern.check().is_ok().then_some(pattern)
            });
            keep.emit(model.with(&Model { patterns: read.collect(), ..Model::default() }));
        })
    };
    let taking = {
        let keep = {
            let (keep, model) = (keep.clone(), model.clone());
            Callback::from(move |patterns| keep.emit(Model { patterns, ..(*model).clone() }))
        };
        let show = {
            let (go, here) = (go.clone(), here.clone());
            Callback::from(move |name: Option<String>| go.emit(here(name.as_deref(), None)))
        };
        use_taking_out(&model.patterns, |one| &one.name, &keep, &show)
    };
    let first = tables.chosen(route.route.table.as_deref()).cloned();
    if model.patterns.is_empty() && !is("new") {
        return html! {
            <div class="patterns-page">
                { for taking.bar.clone() }
                <EmptyState icon="list-checks" title="What is asked of this design?" actions={ html! {
                    <>
                        <Button label="New access pattern" icon="plus" kind={ButtonKind::Primary} onclick={onnew} action="new-pattern"
                            disabled={!session.is_ready()} />
                        if !requests.saved.is_empty() {
                            <Button label="Take the saved requests" onclick={ontake} action="take-saved" disabled={!session.is_ready()} />
                        }
                        <Button label="Load a sample" onclick={ {
                            let (go, to) = (go.clone(), route.route.at(Page::Design).with("samples", Some(String::new())));
                            Callback::from(move |()| go.emit(to.clone()))
                        } } action="samples" />
                    </>
                } }>
                    <p>{ "A design begins with the list of its access patterns: which request, on which table or index, how often, of items \
                          how large. Each is run here, priced, and passes or fails what you expect of it." }</p>
                </EmptyState>
            </div>
        };
    }
    let editing = is("new") || (is("edit") && chosen.is_some());
    let onsave = {
        let (keep, model, go, here) = (keep.clone(), model.clone(), go.clone(), here.clone());
        let old = chosen.filter(|_| !is("new")).map(|row| row.pattern.name.clone());
        Callback::from(move |pattern: PlannedPattern| {
            let mut next = (*model).clone();
            match next.patterns.iter_mut().find(|one| Some(&one.name) == old.as_ref()) {
                Some(one) => one.clone_from(&pattern),
                None => next.patterns.push(pattern.clone()),
            }
            keep.emit(next);
            go.emit(here(Some(&pattern.name), None));
        })
    };
    let oncancel = {
        let (go, here, name) = (go.clone(), here.clone(), chosen.map(|row| row.pattern.name.clone()));
        Callback::from(move |()| go.emit(here(name.as_deref(), None)))
    };
    let taken = |own: Option<&str>| -> Vec<String> {
        model.patterns.iter().map(|one| one.name.clone()).filter(|name| Some(name.as_str()) != own).collect()
    };
    let right = if is("new") {
        let request = template("Query", first.as_deref());
        let pattern = Rc::new(PlannedPattern::new("", "Query", request));
        html! { <Editor key="new" {pattern} taken={taken(None)} tables={tables.list.clone()} {onsave} {oncancel} /> }
    } else if let Some(row) = chosen {
        let name = row.pattern.name.clone();
        if editing {
            html! {
                <Editor key={name.clone()} pattern={Rc::new(row.pattern.clone())} taken={taken(Some(&name))} tables={tables.list.clone()}
                    {onsave} {oncancel} />
            }
        } else {
            let onedit = {
                let (go, here, name) = (go.clone(), here.clone(), name.clone());
                Callback::from(move |()| go.emit(here(Some(&name), Some("edit"))))
            };
            let onremove = {
                let (take, at) =
                    (taking.take.clone(), model.patterns.iter().position(|one| one.name == name));
                Callback::from(move |()| at.into_iter().for_each(|at| take.emit(at)))
            };
            let onrun = {
                let (run, pattern) = (runs.run.clone(), row.pattern.clone());
                Callback::from(move |()| run.emit(vec![pattern.clone()]))
            };
            html! { <Detail key={name.clone()} row={Rc::new(row.clone())} {onrun} {onedit} {onremove} /> }
        }
    } else {
        html! {
            <EmptyState icon="list-checks" title="Choose a pattern">
                <p>{ "Its tests, the request with its parameters filled in, and what happened inside stand here." }</p>
            </EmptyState>
        }
    };
    let left = html! {
        <div class="patterns-list">
            <List rows={rows.clone()} chosen={chosen.map(|row| AttrValue::from(row.pattern.name.clone()))} {onchoose} prices={paying.prices.name.clone()} plan={paying.plan} {onplan} />
            <Drive patterns={Rc::new(model.patterns.clone())} />
        </div>
    };
    html! {
        <div class="patterns-page" data-chosen={chosen.is_some().to_string()}>
            <div class="patterns-bar" role="toolbar" aria-label="Access patterns">
                <h1>{ "Access patterns" }</h1>
                <span class="top-space"></span>
                <Button label="Run all" icon="play" kind={ButtonKind::Primary} onclick={onrunall} action="run-all" busy={runs.busy}
                    disabled={!session.is_ready()} title="Each is sent once, its parameters drawn anew; what writes, writes into this workspace" />
                <Button label="New" icon="plus" onclick={onnew} action="new-pattern" disabled={model.patterns.len() >= PATTERNS_MAX} />
            </div>
            { for taking.bar }
            <Split label="The patterns and the chosen one" first={left} second={right} percent={58} />
        </div>
    }
}
