//! A lesson beside the page: its steps, its parts, and presenter mode. The panels that it talks about are the pages themselves: a step
//! moves the page beside it to its `view`.
//!
//! Owns the reader's way through a lesson, which stands in the address (`?page=cluster&table=Orders&lesson=partitions&step=2`), so that a
//! step is a link. What a lesson is, [`crate::lessons`] says; what was done is kept by [`use_progress`].
//!
//! - `bench` the lesson's own workspace
//! - `send` its requests, through the same door as everybody's
//! - `question`, `request`, `task`, `world` its parts
//! - `foot` the way to the steps beside this one, and out of it

mod bench;
mod foot;
mod question;
mod request;
mod send;
mod task;
mod world;

use std::rc::Rc;

use gloo::utils::{document, window};
use web_sys::KeyboardEvent;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, Icon, Markdown};
use crate::hooks::{
    Change, Fetched, RouteHandle, copy_text, is_editing, use_keys, use_lesson, use_notices, use_progress,
    use_route,
};
use crate::lessons::progress::{Progress, place};
use crate::lessons::{Block, Lesson};
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::{Page, Route};
use bench::{Bench, BenchBar, use_bench};
use foot::Foot;
use question::Question;
use request::Request;
use task::Task;
use world::{Traffic, Wait};

/// The pane.
#[component]
pub fn LessonPane() -> Html {
    let route = use_route();
    let name = route.route.lesson().unwrap_or_default().to_owned();
    let lesson = use_lesson(&name);
    let presents = route.route.presents();
    use_effect_with(presents, |presents| {
        let root = document().document_element();
        if let (true, Some(root)) = (*presents, &root) {
            // The attribute's name is well formed, so this cannot fail.
            let _ = root.set_attribute("data-presenting", "true");
        }
        move || {
            if let Some(root) = root {
                let _ = root.remove_attribute("data-presenting");
            }
        }
    });
    let close = leave(&route);
    html! {
        <aside class="lesson" aria-label="Lesson" data-lesson={name.clone()}>
            { match lesson {
                Fetched::Coming => html! { <div class="opening" role="status" aria-busy="true">{ "Reading the lesson…" }</div> },
                Fetched::Fault(reason) => html! {
                    <EmptyState icon="octagon-alert" title="The lesson cannot be read">
                        <p role="alert">{ reason }</p>
                        <Button label="Close" onclick={close} action="close-lesson" />
                    </EmptyState>
                },
                Fetched::Here(lesson) => html! { <Opened key={name.clone()} name={name.clone()} {lesson} /> },
            } }
        </aside>
    }
}

/// Closes the lesson; the page beside it stays.
fn leave(route: &RouteHandle) -> Callback<()> {
    let route = route.clone();
    Callback::from(move |()| route.go.emit(route.route.without_lesson()))
}

/// A lesson's step, with what stands beside it.
fn placed(name: &str, lesson: &Lesson, at: usize, from: &Route) -> Route {
    let there = match lesson.view_at(at) {
        Some(view) => {
            let page = Page::from_slug(&view.page).unwrap_or(Page::Query);
            from.at(page).on(view.table.clone(), view.index.clone())
        }
        None if matches!(from.page, Page::Start | Page::Learn) => from.at(Page::Query),
        None => from.clone(),
    };
    there.with_lesson(name, Some(at + 1))
}

/// Shows what stands behind the first question of a step that is not answered; false where all of it is told.
fn reveal(lesson: &Lesson, at: usize, progress: &Progress, change: &Callback<Change>) -> bool {
    let step = &lesson.steps[at];
    let told = progress.told(at, step);
    let waits =
        step.blocks.get(told.wrapping_sub(1)).is_some_and(|block| matches!(block, Block::Question { .. }));
    let question = place(at, told.wrapping_sub(1));
    let untold = waits && !progress.answers.contains_key(&question);
    if untold {
        change.emit(Box::new(move |progress| progress.answer(question, None)));
    }
    untold
}

#[derive(Properties, PartialEq)]
struct OpenedProps {
    name: String,
    lesson: Rc<Lesson>,
}

#[component]
fn Opened(props: &OpenedProps) -> Html {
    let OpenedProps { name, lesson } = props;
    let route = use_route();
    let notices = use_notices().dispatcher();
    let (progress, change) = use_progress(name);
    let (bench, onenter, onreset) = use_bench(lesson, &progress, &change);
    let body = use_node_ref();
    let last = lesson.steps.len() - 1;
    let at = route.route.step().unwrap_or(progress.step).clamp(1, last + 1) - 1;
    let presents = route.route.presents();
    {
        // An address may leave the page, or the step, to the lesson.
        let to = placed(name, lesson, at, &route.route);
        let (replace, here) = (route.replace.clone(), route.route.clone());
        let is_whole = here.page != Page::Start && here.step() == Some(at + 1);
        use_effect_with(is_whole, move |is_whole| {
            if !is_whole {
                replace.emit(if here.page == Page::Start {
                    to
                } else {
                    here.with("step", to.rest.get("step").cloned())
                });
            }
        });
    }
    {
        let (change, body) = (change.clone(), body.clone());
        use_effect_with(at, move |at| {
            let step = at + 1;
            change.emit(Box::new(move |progress| progress.step = step));
            if let Some(body) = body.cast::<web_sys::Element>() {
                body.set_scroll_top(0);
            }
        });
    }
    let go = {
        let (name, lesson, route) = (name.clone(), lesson.clone(), route.clone());
        Callback::from(move |to: usize| route.go.emit(placed(&name, &lesson, to.min(last), &route.route)))
    };
    let present = {
        let route = route.clone();
        Callback::from(move |on: bool| route.replace.emit(route.route.presenting(on)))
    };
    let onkey = {
        let (lesson, progress, change) = (lesson.clone(), progress.clone(), change.clone());
        let (go, present) = (go.clone(), present.clone());
        Callback::from(move |event: KeyboardEvent| {
            let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
            if !presents || modified || is_editing(&event) || event.default_prevented() {
                return;
            }
            match event.key().as_str() {
                "ArrowRight" | "PageDown" => {
                    if !reveal(&lesson, at, &progress, &change) && at < last {
                        go.emit(at + 1);
                    }
                }
                "ArrowLeft" | "PageUp" if at > 0 => go.emit(at - 1),
                "Escape" => present.emit(false),
                _ => return,
            }
            event.prevent_default();
        })
    };
    use_keys(onkey);
    let copy = {
        let link = route.route.presenting(false).asking_again(false).query();
        Callback::from(move |()| {
            let location = window().location();
            let base = location.origin().unwrap_or_default() + &location.pathname().unwrap_or_default();
            let (link, notices) = (base + &link, notices.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let (level, said) = match copy_text(&link).await {
                    true => (Level::Done, "The link to this step is on the clipboard.".to_owned()),
                    false => {
                        (Level::Failed, format!("The browser does not let this page copy. The link: {link}"))
                    }
                };
                notices.dispatch(NoticeAction::Say(level, said));
            });
        })
    };
    let ask = |to: bool| {
        let route = route.clone();
        Callback::from(move |()| route.replace.emit(route.route.asking_again(to)))
    };
    let reset = {
        let go = go.clone();
        Callback::from(move |()| {
            onreset.emit(());
            go.emit(0);
        })
    };
    let step = &lesson.steps[at];
    let told = progress.told(at, step);
    let is_ready = bench == Bench::Here;
    let draw = |(block, one): (usize, &Block)| {
        let place = place(at, block);
        let key = format!("{name} {place} {}", progress.workspace.as_deref().unwrap_or_default());
        let (progress, change, ready) = (progress.clone(), change.clone(), is_ready);
        match one {
            Block::Text(text) => html! { <Markdown {key} text={text.clone()} /> },
            Block::Question { prompt, answers, reveal } => html! {
                <Question {key} prompt={prompt.clone()} answers={answers.clone()} reveal={reveal.clone()}
                    given={progress.answers.get(&place).copied()}
                    ongive={change.reform(move |given| -> Change {
                        let place = place.clone();
                        Box::new(move |progress| progress.answer(place, given))
                    })} />
            },
            Block::Request { call, refused } => html! {
                <Request {key} call={call.clone()} refused={refused.clone()} {ready} />
            },
            Block::Wait { ms, shown, text } => {
                html! { <Wait {key} ms={*ms} shown={shown.clone()} text={text.clone()} {ready} /> }
            }
            Block::Traffic { name, recipe, .. } => html! {
                <Traffic {key} name={name.clone()} recipe={(**recipe).clone()} {ready} />
            },
            Block::Task { text, hints, checks, solution } => html! {
                <Task {key} {place} text={text.clone()} hints={hints.clone()} checks={checks.clone()} solution={solution.clone()}
                    {progress} {change} {ready} />
            },
        }
    };
    html! {
        <>
            <header class="lesson-header">
                <div class="lesson-title">
                    <Icon name="book-open" />
                    <h2>{ &lesson.title }</h2>
                </div>
                <div class="lesson-tools">
                    <Button label="Copy the link to this step" icon="copy" icon_only={true} kind={ButtonKind::Quiet} onclick={copy} action="copy-step" />
                    <Button label="Present: large type, the lesson and its page alone" icon="app-window" icon_only={true} kind={ButtonKind::Quiet} pressed={presents}
                        onclick={present.reform(move |()| !presents)} action="present" />
                    <Button label="Begin the lesson again" icon="undo-2" icon_only={true} kind={ButtonKind::Quiet} onclick={ask(true)} action="reset-lesson" />
                    <Button label="Close the lesson" icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={leave(&route)} action="close-lesson" />
                </div>
            </header>
            if route.route.asks_again() {
                <div class="lesson-ask" role="alertdialog" aria-label="Begin again?">
                    <p>{ "Begin again? The lesson’s workspace goes back to its sample, and your answers are forgotten." }</p>
                    <Button label="Begin again" kind={ButtonKind::Danger} onclick={reset} action="confirm-reset" />
                    <Button label="Keep it" kind={ButtonKind::Quiet} onclick={ask(false)} />
                </div>
            }
            <BenchBar bench={bench.clone()} {onenter} />
            <div class="lesson-body" ref={body} tabindex="0" role="region" aria-label={step.title.clone()}>
                if at == 0 && !lesson.about.is_empty() {
                    <div class="lesson-about"><Markdown text={lesson.about.clone()} /></div>
                }
                <h3>{ &step.title }</h3>
                // A list of its own, all of it keyed: what is told later leaves what was tried as it is.
                <div class="lesson-parts">{ for step.blocks.iter().enumerate().take(told).map(draw) }</div>
                if told < step.blocks.len() {
                    <p class="lesson-more">{ "The rest of this step follows your answer." }</p>
                }
            </div>
            <Foot titles={lesson.steps.iter().map(|step| AttrValue::from(step.title.clone())).collect::<Vec<_>>()} {at}
                onstep={go} name={name.clone()} />
        </>
    }
}
