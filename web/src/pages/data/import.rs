//! Importing files: choosing them, what they hold, writing it with a progress, and the report.
//!
//! The reading is done in short stretches and the writing by the worker, so the page stays usable throughout.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::columns::ColumnsForm;
use super::file;
use super::import_view::{read_view, report_view};
use super::reading::{Chosen, Columns, Read, now_ms, read, read_columns};
use super::report::Report;
use crate::client::transfer::{self, ImportReport};
use crate::components::{Button, ButtonKind, Icon, Progress};
use crate::hooks::{use_client, use_notices};
use crate::state::notice::{Level, NoticeAction};
use crate::state::tables::TableDescription;

/// Files that were dropped on the page; each drop has its own number.
pub type Dropped = (u32, Vec<File>);

/// The props of [`ImportPanel`].
#[derive(Properties, PartialEq)]
pub struct ImportPanelProps {
    /// The table that a file goes into.
    pub table: Rc<TableDescription>,
    /// Whether it is shown. What is under way goes on where it is not.
    pub open: bool,
    /// Files that were dropped on the page.
    pub dropped: Option<Dropped>,
    /// Back to the items.
    pub onclose: Callback<()>,
    /// Whether an import is under way.
    pub onrunning: Callback<bool>,
}

#[derive(Clone, Default)]
enum Job {
    #[default]
    Idle,
    Reading(String, usize, usize),
    Columns(Rc<Columns>),
    Read(Rc<Read>),
    Writing(Rc<Read>, usize, usize),
    Done(Rc<Report>),
    Failed(String, String),
}

/// Importing files.
#[component]
pub fn ImportPanel(props: &ImportPanelProps) -> Html {
    let api = use_client();
    let notices = use_notices().dispatcher();
    let job = use_state(Job::default);
    let cancelled = use_memo((), |()| Cell::new(false));
    let input = use_node_ref();
    let take = {
        let (job, table, running) = (job.setter(), props.table.clone(), matches!(*job, Job::Writing(..)));
        Callback::from(move |files: Vec<File>| {
            let Some(first) = files.first().filter(|_| !running) else { return };
            let (job, table, name) = (job.clone(), table.clone(), first.name());
            let name = if files.len() == 1 { name } else { format!("{} files", files.len()) };
            job.set(Job::Reading(name.clone(), 0, 0));
            wasm_bindgen_futures::spawn_local(async move {
                let progress = |name: &str, done, total| job.set(Job::Reading(name.to_owned(), done, total));
                match read(files, &table, progress).await {
                    Ok(Chosen::Read(read)) => job.set(Job::Read(Rc::new(read))),
                    Ok(Chosen::Columns(columns)) => job.set(Job::Columns(Rc::new(columns))),
                    Err(reason) => job.set(Job::Failed(name, reason)),
                }
            });
        })
    };
    let onread = {
        let job = job.setter();
        Callback::from(move |columns: Rc<Columns>| {
            let job = job.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let progress = |name: &str, done, total| job.set(Job::Reading(name.to_owned(), done, total));
                job.set(Job::Read(Rc::new(read_columns(columns, progress).await)));
            });
        })
    };
    let back = {
        let job = job.setter();
        Callback::from(move |read: Rc<Read>| {
            if let Some(columns) = &read.sheet {
                job.set(Job::Columns(columns.clone()));
            }
        })
    };
    {
        let take = take.clone();
        use_effect_with(props.dropped.clone(), move |dropped| {
            if let Some((_, files)) = dropped {
                take.emit(files.clone());
            }
        });
    }
    let start = {
        let (api, job, cancelled, notices) = (api, job.setter(), cancelled.clone(), notices);
        let onrunning = props.onrunning.clone();
        Callback::from(move |read: Rc<Read>| {
            let Some(plan) = read.plan.borrow_mut().take() else { return };
            cancelled.set(false);
            onrunning.emit(true);
            job.set(Job::Writing(read.clone(), 0, read.items));
            let (api, job, cancelled, notices) =
                (api.clone(), job.clone(), cancelled.clone(), notices.clone());
            let onrunning = onrunning.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let began = now_ms();
                let drawn = Cell::new(began);
                let progress = |done, total| {
                    // A few times a second is enough to see it move.
                    if now_ms() - drawn.get() > 60.0 {
                        drawn.set(now_ms());
                        job.set(Job::Writing(read.clone(), done, total));
                    }
                    !cancelled.get()
                };
                let found = match transfer::await_active(&api, &read.table.name).await {
                    Ok(()) => transfer::import(&api, &read.table.name, plan, progress).await,
                    Err(error) => ImportReport { stopped: Some(error), ..ImportReport::default() },
                };
                let took_ms = (now_ms() - began).max(0.0) as u64;
                let report = Report::new(&read, found, took_ms);
                let level = if report.ended.is_some() { Level::Failed } else { Level::Done };
                notices.dispatch(NoticeAction::Say(level, report.sentence()));
                job.set(Job::Done(Rc::new(report)));
                onrunning.emit(false);
            });
        })
    };
    let choose = {
        let input = input.clone();
        Callback::from(move |()| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let onchange = {
        let take = take.clone();
        Callback::from(move |event: Event| {
            take.emit(file::chosen(&event.target_unchecked_into::<HtmlInputElement>()));
        })
    };
    let keys: Vec<String> =
        props.table.keys.all().map(|key| format!("{} ({})", key.name, key.attribute_type)).collect();
    let another = |label: &'static str, kind: ButtonKind| {
        html! {
            <Button {label} icon="upload" {kind} onclick={choose.clone()} action="choose-file" />
        }
    };
    let close =
        html! { <Button label="Back to the items" onclick={props.onclose.clone()} action="close-import" /> };
    let (state, body) = match &*job {
        Job::Idle => (
            "idle",
            html! {
                <div class="drop-zone">
                    <Icon name="upload" />
                    <h2>{ format!("Import files into {}", props.table.name) }</h2>
                    <p>{ "A JSON array of items or one item a line (JSON Lines), as plain JSON or as DynamoDB JSON; CSV; any of them as gzip. An export of DynamoDB to S3 can be dropped as its whole folder, and the answer of a Scan is understood too." }</p>
                    <p>{ "Every record needs the table's key: " }<code>{ keys.join(", ") }</code>{ "." }</p>
                    <div class="empty-actions">{ another("Choose files", ButtonKind::Primary) }{ close }</div>
                    <p class="drop-hint">{ "or drop them anywhere on this page" }</p>
                </div>
            },
        ),
        Job::Reading(name, done, total) => (
            "reading",
            html! {
                <Progress label={format!("Reading {name}")} done={*done as u64} total={(*total > 0).then_some(*total as u64)} />
            },
        ),
        Job::Columns(columns) => (
            "columns",
            html! {
                <ColumnsForm columns={columns.clone()} {onread} actions={html! { <>{ another("Another file", ButtonKind::Plain) }{ close }</> }} />
            },
        ),
        Job::Read(read) => {
            ("read", read_view(read, start, back, another("Other files", ButtonKind::Plain), close))
        }
        Job::Writing(read, done, total) => {
            let oncancel = Callback::from(move |()| cancelled.set(true));
            (
                "writing",
                html! {
                    <Progress label={format!("Writing {} into {}", read.name, read.table.name)} done={*done as u64}
                        total={*total as u64} {oncancel} />
                },
            )
        }
        Job::Done(report) => (
            "done",
            report_view(report, another("Import other files", ButtonKind::Plain), props.onclose.clone()),
        ),
        Job::Failed(name, reason) => (
            "failed",
            html! {
                <div class="import-failed" role="alert">
                    <h2>{ format!("{name} cannot be imported") }</h2>
                    <p>{ reason }</p>
                    <div class="empty-actions">{ another("Choose other files", ButtonKind::Primary) }{ close }</div>
                </div>
            },
        ),
    };
    html! {
        <section class="import-panel" data-import={state} hidden={!props.open} aria-label="Import">
            <input type="file" class="visually-hidden" ref={input} name="import-file" tabindex="-1" multiple={true}
                aria-label="The files to import" accept=".json,.jsonl,.ndjson,.csv,.tsv,.txt,.gz,.md5,application/json" {onchange} />
            { body }
        </section>
    }
}
