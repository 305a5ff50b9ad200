//! The palette, joined with the pages, the tables, the operations and the saved requests.

use std::rc::Rc;

use yew::prelude::*;

use super::clock::use_ask_clock;
use crate::components::frame::{Palette, WorkspaceChoice};
use crate::hooks::{draft_key, set_saved, use_clock, use_requests, use_route, use_session, use_tables};
use crate::pages::{self, PAGES};
use crate::protocol::clock::{ClockChange, Pace, Speed};
use crate::state::clock::AHEAD;
use crate::state::palette::{PaletteAct, PaletteEntry};
use crate::state::request::operations::OPERATIONS;
use crate::state::route::Page;

/// The props of [`CommandPalette`].
#[derive(Properties, PartialEq)]
pub struct CommandPaletteProps {
    /// Whether it is shown.
    pub open: bool,
    /// It is to be closed.
    pub onclose: Callback<()>,
    /// A workspace was chosen.
    pub onworkspace: Callback<WorkspaceChoice>,
    /// Another theme.
    pub ontheme: Callback<()>,
    /// The list of keys.
    pub onkeys: Callback<()>,
}

/// The palette with everything that there is.
#[component]
pub fn CommandPalette(props: &CommandPaletteProps) -> Html {
    let (tables, requests, session, route) = (use_tables(), use_requests(), use_session(), use_route());
    let pace = use_clock().state.pace;
    let ask_clock = use_ask_clock();
    let entries = match props.open {
        false => Vec::new(),
        true => {
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
                PaletteEntry::new(
                    &one.name,
                    format!("saved {}", one.operation),
                    PaletteAct::Saved(one.name.clone()),
                )
            };
            all.extend(requests.saved.iter().map(saved));
            let operations = OPERATIONS.iter();
            all.extend(
                operations
                    .map(|one| PaletteEntry::new(one.name, "operation", PaletteAct::Operation(one.name))),
            );
            all.push(PaletteEntry::new("New table", "design", PaletteAct::NewTable));
            all.push(PaletteEntry::new("Load a sample", "design", PaletteAct::Samples));
            let others = session.workspaces.iter().filter(|name| **name != session.workspace);
            all.extend(others.map(|id| {
                PaletteEntry::new(session.called(id), "workspace", PaletteAct::Workspace(id.clone()))
            }));
            all.push(PaletteEntry::new("New workspace…", "workspace", PaletteAct::NewWorkspace));
            let delete = format!("Delete the workspace {}…", session.name());
            all.push(PaletteEntry::new(delete, "workspace", PaletteAct::DeleteWorkspace));
            all.extend(clock_entries(pace));
            all.push(PaletteEntry::new("Change the theme", "light, dark, as the system", PaletteAct::Theme));
            all.push(PaletteEntry::new("Keys", "?", PaletteAct::Keys));
            all
        }
    };
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
                PaletteAct::NewTable => route.go.emit(design("new")),
                PaletteAct::Samples => route.go.emit(design("samples")),
                PaletteAct::Clock(change) => ask_clock.emit(change),
                PaletteAct::Theme => ontheme.emit(()),
                PaletteAct::Keys => onkeys.emit(()),
            }
        })
    };
    html! { <Palette open={props.open} entries={Rc::new(entries)} {onchoose} onclose={props.onclose.clone()} /> }
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
