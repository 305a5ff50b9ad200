//! What the palette has to choose from: the pages, the tables, the operations, the saved requests, the lessons, what can be asked of the
//! workspaces and of the clock.

use std::rc::Rc;

use yew::prelude::*;

use crate::app::clock::use_ask_clock;
use crate::components::frame::{PaletteList, WorkspaceChoice};
use crate::hooks::{
    Catalogue, Fetched, draft_key, set_saved, use_catalogue, use_clock, use_requests, use_route, use_session,
    use_tables,
};
use crate::lessons::catalogue::Entry;
use crate::pages::{self, PAGES};
use crate::protocol::clock::{ClockChange, Pace, Speed};
use crate::state::clock::AHEAD;
use crate::state::palette::{PaletteAct, PaletteEntry};
use crate::state::request::operations::OPERATIONS;
use crate::state::route::Page;

/// The props of [`Choices`].
#[derive(Properties, PartialEq)]
pub struct ChoicesProps {
    /// The palette is to be closed.
    pub onclose: Callback<()>,
    /// A workspace was chosen.
    pub onworkspace: Callback<WorkspaceChoice>,
    /// Another theme.
    pub ontheme: Callback<()>,
    /// The list of keys.
    pub onkeys: Callback<()>,
}

/// Everything that there is.
#[component]
pub fn Choices(props: &ChoicesProps) -> Html {
    let (tables, requests, session, route) = (use_tables(), use_requests(), use_session(), use_route());
    let catalogue = use_catalogue();
    let pace = use_clock().state.pace;
    let ask_clock = use_ask_clock();
    let mut all: Vec<PaletteEntry> = Vec::new();
    let page = |entry: &pages::PageEntry| {
        let act = PaletteAct::Page(entry.page.slug());
        PaletteEntry::new(entry.label, format!("page · g {}", entry.letter), act)
    };
    all.extend(PAGES.iter().map(page));
    for table in &tables.list {
        let name = &table.name;
        all.push(PaletteEntry::new(name, "table", PaletteAct::Table(name.clone(), None)));
        all.extend(table.indexes.iter().map(|index| {
            let kind = if index.global { "GSI" } else { "LSI" };
            let act = PaletteAct::Table(name.clone(), Some(index.name.clone()));
            PaletteEntry::new(&index.name, format!("{kind} of {name}"), act)
        }));
    }
    let saved = |one: &crate::state::requests::SavedRequest| {
        PaletteEntry::new(&one.name, format!("saved {}", one.operation), PaletteAct::Saved(one.name.clone()))
    };
    all.extend(requests.saved.iter().map(saved));
    let operations = OPERATIONS.iter();
    all.extend(
        operations.map(|one| PaletteEntry::new(one.name, "operation", PaletteAct::Operation(one.name))),
    );
    all.extend(lesson_entries(&catalogue, route.route.lesson()));
    all.push(PaletteEntry::new("New table", "design", PaletteAct::NewTable));
    all.push(PaletteEntry::new("Load a sample", "design", PaletteAct::Samples));
    let others = session.workspaces.iter().filter(|name| **name != session.workspace);
    all.extend(
        others
            .map(|id| PaletteEntry::new(session.called(id), "workspace", PaletteAct::Workspace(id.clone()))),
    );
    all.push(PaletteEntry::new("New workspace…", "workspace", PaletteAct::NewWorkspace));
    let delete = format!("Delete the workspace {}…", session.name());
    all.push(PaletteEntry::new(delete, "workspace", PaletteAct::DeleteWorkspace));
    all.extend(clock_entries(pace));
    all.push(PaletteEntry::new("Change the theme", "light, dark, as the system", PaletteAct::Theme));
    all.push(PaletteEntry::new("Keys", "?", PaletteAct::Keys));
    let onchoose = {
        let (onclose, onworkspace) = (props.onclose.clone(), props.onworkspace.clone());
        let (ontheme, onkeys) = (props.ontheme.clone(), props.onkeys.clone());
        let (saved, workspace) = (requests.saved.clone(), session.workspace.clone());
        Callback::from(move |act: PaletteAct| {
            onclose.emit(());
            let here = &route.route;
            let design = |what: &str| here.at(Page::Design).with(what, Some(String::new()));
            let operation = |name: &str| here.at(Page::Query).with("op", Some(name.to_owned()));
            match act {
                PaletteAct::Page(slug) => route.go_to(Page::from_slug(slug).unwrap_or_default()),
                PaletteAct::Table(table, index) => {
                    let place = match here.page {
                        Page::Start => here.at(Page::Query),
                        page => here.at(page),
                    };
                    route.go.emit(place.on(Some(table), index));
                }
                PaletteAct::Operation(name) => route.go.emit(operation(name)),
                PaletteAct::Saved(name) => {
                    if let Some(one) = saved.iter().find(|one| one.name == name) {
                        set_saved(&draft_key(&workspace), &format!("{}\n{}", one.operation, one.request));
                        route.go.emit(operation(""));
                    }
                }
                PaletteAct::Workspace(name) => onworkspace.emit(WorkspaceChoice::Open(name)),
                PaletteAct::NewWorkspace => onworkspace.emit(WorkspaceChoice::New),
                PaletteAct::DeleteWorkspace => onworkspace.emit(WorkspaceChoice::Delete),
                // Which page stands beside it, the lesson says.
                PaletteAct::Lesson(name) => {
                    let place = here.at(Page::Start).on(None, None).presenting(false);
                    route.go.emit(place.with_lesson(&name, None));
                }
                PaletteAct::LessonAgain => route.replace.emit(here.asking_again(true)),
                PaletteAct::NewTable => route.go.emit(design("new")),
                PaletteAct::Samples => route.go.emit(design("samples")),
                PaletteAct::Clock(change) => ask_clock.emit(change),
                PaletteAct::Theme => ontheme.emit(()),
                PaletteAct::Keys => onkeys.emit(()),
            }
        })
    };
    html! { <PaletteList entries={Rc::new(all)} {onchoose} /> }
}

/// Every lesson, and the one that is open again.
fn lesson_entries(catalogue: &Catalogue, open: Option<&str>) -> Vec<PaletteEntry> {
    let Fetched::Here(list) = catalogue else { return Vec::new() };
    let again =
        open.map(|_| PaletteEntry::new("Begin the lesson again…", "lesson · reset", PaletteAct::LessonAgain));
    let lesson = |entry: &Entry| {
        let note = format!("lesson · section {}", entry.section);
        PaletteEntry::new(&entry.title, note, PaletteAct::Lesson(entry.name.clone()))
    };
    again.into_iter().chain(list.iter().map(lesson)).collect()
}

/// What can be asked of a clock that runs so.
fn clock_entries(pace: Pace) -> Vec<PaletteEntry> {
    let (run, change) = match pace.paused {
        true => ("Run the clock", ClockChange::Run),
        false => ("Pause the clock", ClockChange::Pause),
    };
    let entry = |label: String, note: &str, change| PaletteEntry::new(label, note, PaletteAct::Clock(change));
    let mut all = vec![
        entry(run.to_owned(), "clock · p", change),
        entry("On to what happens next".to_owned(), "clock · ]", ClockChange::Step),
    ];
    let others = Speed::ALL.into_iter().filter(|speed| *speed != pace.speed);
    all.extend(others.map(|speed| {
        entry(format!("Clock at {}", speed.name()), "clock's speed", ClockChange::Speed { speed })
    }));
    all.extend(AHEAD.iter().map(|(label, ms, _)| {
        entry(format!("Move the clock ahead: {label}"), "clock", ClockChange::Ahead { ms: *ms })
    }));
    all
}
