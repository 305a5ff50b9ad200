//! Learn: all lessons with what each is about and how far the reader is in it. A lesson itself stands beside the other pages.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, Icon, Markdown};
use crate::hooks::{Fetched, kept_progress, use_catalogue, use_route};
use crate::lessons::catalogue::Entry;
use crate::lessons::progress::Progress;
use crate::state::explanation::plural;
use crate::state::route::Page;

/// The page.
#[component]
pub fn LearnPage() -> Html {
    let catalogue = use_catalogue();
    let list = match &catalogue {
        Fetched::Coming => {
            return html! { <div class="opening" role="status" aria-busy="true">{ "Reading the lessons…" }</div> };
        }
        Fetched::Fault(reason) => {
            return html! {
                <EmptyState icon="octagon-alert" title="The lessons cannot be read"><p role="alert">{ reason }</p></EmptyState>
            };
        }
        Fetched::Here(list) => list,
    };
    let read: Vec<(&Entry, Progress)> =
        list.iter().map(|entry| (entry, kept_progress(&entry.name))).collect();
    let finished = read.iter().filter(|(entry, progress)| is_finished(entry, progress)).count();
    html! {
        <section class="learn" aria-label="Lessons">
            <header class="learn-header">
                <h1>{ "Learn" }</h1>
                <p>{ "Each lesson stands beside the real pages: a question to predict, requests that really run, and tasks that are checked \
                      against the engine. It is done in a workspace of its own; yours stay as they are." }</p>
                <p class="learn-count" data-part="finished">
                    <meter aria-label="Lessons finished" min="0" max={list.len().to_string()} value={finished.to_string()} />
                    { format!("{finished} of {} finished", plural(list.len() as u64, "lesson")) }
                </p>
            </header>
            <ol class="learn-list">
                { for read.into_iter().map(|(entry, progress)| html! {
                    <Row key={entry.name.clone()} entry={entry.clone()} {progress} />
                }) }
            </ol>
        </section>
    }
}

/// Whether everything that there is to do was done, up to the last step.
fn is_finished(entry: &Entry, progress: &Progress) -> bool {
    progress.exercises() >= entry.exercises && progress.step >= entry.steps
}

#[derive(Properties, PartialEq)]
struct RowProps {
    entry: Entry,
    progress: Progress,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let route = use_route();
    let RowProps { entry, progress } = props;
    let done = progress.exercises().min(entry.exercises);
    let finished = is_finished(entry, progress);
    let (state, label, step) = match (finished, progress.step) {
        (true, _) => ("finished", "Look again".to_owned(), Some(1)),
        (false, 0) => ("new", "Start".to_owned(), Some(1)),
        (false, step) => ("begun", format!("Go on at step {}", step.min(entry.steps)), Some(step)),
    };
    let open = {
        let (name, route) = (entry.name.clone(), route.clone());
        Callback::from(move |()| {
            // Which page stands beside it, the lesson says.
            let place = route.route.at(Page::Start).on(None, None).presenting(false);
            route.go.emit(place.with_lesson(&name, step));
        })
    };
    let kind = if state == "begun" { ButtonKind::Primary } else { ButtonKind::Plain };
    html! {
        <li class="learn-row" data-lesson={entry.name.clone()} data-state={state}>
            <div class="learn-text">
                <p class="learn-section">{ section(&entry.section) }</p>
                <h2>{ &entry.title }</h2>
                <Markdown text={entry.about.clone()} />
            </div>
            <p class="learn-progress">
                if finished {
                    <Icon name="check" />{ "Finished" }
                } else {
                    { match progress.is_begun() {
                        true => format!("{done} of {} done", entry.exercises),
                        false => format!("{}, {}", plural(entry.steps as u64, "step"), exercises(entry.exercises)),
                    } }
                }
            </p>
            <Button {label} {kind} onclick={open} action="open-lesson" title={format!("{label_of}", label_of = entry.title)} />
        </li>
    }
}

/// `Section 4.1`; what is no number is a name.
fn section(section: &str) -> String {
    match section.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("Section {section}"),
        false => section.to_owned(),
    }
}

/// `3 exercises`.
fn exercises(count: usize) -> String {
    plural(count as u64, "exercise")
}
