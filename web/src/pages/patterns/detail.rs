//! The chosen pattern: what is expected and whether it holds, the request with its parameters, and what happened.

use std::rc::Rc;

use yew::prelude::*;

use super::list::{verdict_badge, way_badge};
use crate::components::{Button, ButtonKind, EmptyState, ErrorPanel, JsonEditor, WhatHappened};
use crate::hooks::{
    draft_key, set_saved, use_partition_totals, use_route, use_session, use_timeline, use_top,
};
use crate::state::explanation::{count, latency, plural};
use crate::state::json_text::print;
use crate::state::patterns::{Row, rate, units};
use crate::state::route::Page;
use crate::state::timeline::TimelineAction;

/// The props of [`Detail`].
#[derive(Properties, PartialEq)]
pub struct DetailProps {
    /// The pattern.
    pub row: Rc<Row>,
    /// Use it once.
    pub onrun: Callback<()>,
    /// Change it.
    pub onedit: Callback<()>,
    /// Take it out.
    pub onremove: Callback<()>,
}

/// The pattern.
#[component]
pub fn Detail(props: &DetailProps) -> Html {
    let (session, route, timeline) = (use_session(), use_route(), use_timeline());
    let node = use_top();
    let row = &props.row;
    let pattern = &row.pattern;
    let used = row.used.clone();
    let events = used.as_ref().map(|used| used.events.clone());
    let totals = use_partition_totals(row.table.clone(), events.clone());
    let onevent = {
        let timeline = timeline.dispatcher();
        Callback::from(move |id| timeline.dispatch(TimelineAction::Seek(id)))
    };
    let onopen = {
        let request =
            used.as_ref().map_or_else(|| Rc::new(pattern.request.clone()), |used| used.request.clone());
        let (operation, workspace, route) =
            (pattern.operation.clone(), session.workspace.clone(), route.clone());
        let table = row.table.clone();
        Callback::from(move |()| {
            set_saved(&draft_key(&workspace), &format!("{operation}\n{}", print(&request)));
            route.go.emit(route.route.at(Page::Query).on(table.clone(), None));
        })
    };
    let sizes = match pattern.items {
        1 => format!("items of {} bytes", count(pattern.item_bytes)),
        items => format!("{} of {} bytes", plural(items, "item"), count(pattern.item_bytes)),
    };
    let running = row.verdict == crate::state::patterns::Verdict::Running;
    html! {
        <section ref={node} class="pattern-detail" aria-label={pattern.name.clone()} data-verdict={row.verdict.name()}>
            <header>
                <h2>{ &pattern.name }</h2>
                { verdict_badge(row.verdict) }
                <span class="top-space"></span>
                <Button label="Run" icon="play" kind={ButtonKind::Primary} onclick={props.onrun.clone()} action="run-pattern" busy={running} />
                <Button label="Edit" icon="pencil" onclick={props.onedit.clone()} action="edit-pattern" />
                <Button label="Open on the Query page" icon="terminal" icon_only={true} kind={ButtonKind::Quiet} onclick={onopen} action="open-query" />
                <Button label={format!("Take out {}", pattern.name)} icon="trash-2" icon_only={true} kind={ButtonKind::Quiet}
                    onclick={props.onremove.clone()} action="remove-pattern" />
            </header>
            if !pattern.note.is_empty() {
                <p>{ &pattern.note }</p>
            }
            <p class="patterns-words">
                { way_badge(row) }
                { format!(" {}, {sizes}; {} a use{}, {} a month.", rate(pattern), units(row.each),
                    if row.measured { "" } else { " estimated" }, row.month) }
            </p>
            if let Some(used) = &used {
                if let Err((_, error)) = &used.seen {
                    <ErrorPanel error={error.clone()} />
                }
                if row.tests.is_empty() {
                    <p class="patterns-words">{ "Nothing is expected of it: say what one use may come to under Edit." }</p>
                } else {
                    <ul class="pattern-tests" aria-label="Expected">
                        { for row.tests.iter().map(|(words, passed)| html! {
                            <li data-passed={passed.to_string()}>
                                <span aria-hidden="true">{ if *passed { "✓" } else { "✗" } }</span>
                                <span class="visually-hidden">{ if *passed { "As expected: " } else { "Not as expected: " } }</span>
                                { words }
                            </li>
                        }) }
                    </ul>
                }
                if used.came_to().requests > 1 {
                    <p class="patterns-words">{ format!("{} in {}, the last of which is told below.",
                        latency(used.came_to().latency_us), plural(used.came_to().requests, "page")) }</p>
                }
                if used.more {
                    <p class="patterns-words" data-part="more">{ "There are more pages: this is what the first comes to. A use can read all of them: see Edit." }</p>
                }
            }
            if let Some(hottest) = row.hottest.as_ref().filter(|_| !pattern.expects.no_hot_key) {
                <p class="patterns-words" data-part="hottest">{ hottest.words() }{ "." }</p>
            }
            <details class="pattern-request" open={used.is_none()}>
                <summary>{ if used.is_some() { "The request that was sent" } else { "The request, with its parameters" } }</summary>
                <JsonEditor label="Request" name="pattern-request" readonly={true} oninput={Callback::noop()}
                    value={print(used.as_ref().map_or(&pattern.request, |used| &used.request))} />
            </details>
            if let Some(events) = events.filter(|events| !events.is_empty()) {
                <WhatHappened {events} totals={totals} playhead={timeline.playhead} {onevent} />
            } else if used.is_none() {
                <EmptyState icon="eye" title="Not run yet">
                    <p>{ "Run it: what it touches, looks at and consumes is measured, and tested against what you expect." }</p>
                </EmptyState>
            }
        </section>
    }
}
