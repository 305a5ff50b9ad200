//! Importing a file: choosing it, what it holds, writing it with a progress, and the report.
//!
//! The reading is done in short stretches and the writing by the worker, so the page stays usable throughout.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::file;
use super::report::{Lines, Report, SHOWN, lines_of};
use crate::client::transfer::{self, ImportReport};
use crate::components::{Button, ButtonKind, Icon, Progress};
use crate::hooks::{download, use_client, use_notices};
use crate::share::import::{ImportPlan, Record, plan, records};
use crate::state::explanation::{count, plural, size};
use crate::state::notice::{Level, NoticeAction};
use crate::state::tables::TableDescription;

/// A file that was dropped on the page; each one has its own number.
pub type Dropped = (u32, File);

/// The props of [`ImportPanel`].
#[derive(Properties, PartialEq)]
pub struct ImportPanelProps {
    /// The table that a file goes into.
    pub table: Rc<TableDescription>,
    /// Whether it is shown. What is under way goes on where it is not.
    pub open: bool,
    /// A file that was dropped on the page.
    pub dropped: Option<Dropped>,
    /// Back to the items.
    pub onclose: Callback<()>,
    /// Whether an import is under way.
    pub onrunning: Callback<bool>,
}

/// A file that was read, waiting for the reader's word.
struct Read {
    file: String,
    table: Rc<TableDescription>,
    bytes: u64,
    records: usize,
    items: usize,
    replaced: usize,
    unreadable: Vec<(usize, usize, String)>,
    lines: Lines,
    plan: RefCell<Option<ImportPlan>>,
}

#[derive(Clone, Default)]
enum Job {
    #[default]
    Idle,
    Reading(String, usize, usize),
    Read(Rc<Read>),
    Writing(Rc<Read>, usize, usize),
    Done(Rc<Report>),
    Failed(String, String),
}

/// Milliseconds that the reading may hold the page.
const STRETCH_MS: f64 = 10.0;

/// Importing a file.
#[component]
pub fn ImportPanel(props: &ImportPanelProps) -> Html {
    let api = use_client();
    let notices = use_notices().dispatcher();
    let job = use_state(Job::default);
    let cancelled = use_memo((), |()| Cell::new(false));
    let input = use_node_ref();
    let take = {
        let (job, table, running) = (job.setter(), props.table.clone(), matches!(*job, Job::Writing(..)));
        Callback::from(move |file: File| {
            if running {
                return;
            }
            let (job, table) = (job.clone(), table.clone());
            job.set(Job::Reading(file.name(), 0, 0));
            wasm_bindgen_futures::spawn_local(async move {
                let name = file.name();
                let progress = |done, total| job.set(Job::Reading(name.clone(), done, total));
                match read(&file, &table, progress).await {
                    Ok(read) => job.set(Job::Read(Rc::new(read))),
                    Err(reason) => job.set(Job::Failed(name.clone(), reason)),
                }
            });
        })
    };
    {
        let take = take.clone();
        use_effect_with(props.dropped.clone(), move |dropped| {
            if let Some((_, file)) = dropped {
                take.emit(file.clone());
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
                let report = Report::new(&read.table.name, &read.file, found, &read.lines, took_ms);
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
            if let Some(file) = file::chosen(&event.target_unchecked_into::<HtmlInputElement>()) {
                take.emit(file);
            }
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
                    <h2>{ format!("Import a file into {}", props.table.name) }</h2>
                    <p>{ "A JSON array of items or one item a line (JSON Lines), as plain JSON or as DynamoDB JSON. Exports of DynamoDB to S3 and the answer of a Scan are understood too." }</p>
                    <p>{ "Every record needs the table's key: " }<code>{ keys.join(", ") }</code>{ "." }</p>
                    <div class="empty-actions">{ another("Choose a file", ButtonKind::Primary) }{ close }</div>
                    <p class="drop-hint">{ "or drop one anywhere on this page" }</p>
                </div>
            },
        ),
        Job::Reading(name, done, total) => (
            "reading",
            html! {
                <Progress label={format!("Reading {name}")} done={*done as u64} total={(*total > 0).then_some(*total as u64)} />
            },
        ),
        Job::Read(read) => {
            ("read", read_view(read, start, another("Another file", ButtonKind::Plain), close))
        }
        Job::Writing(read, done, total) => {
            let oncancel = Callback::from(move |()| cancelled.set(true));
            (
                "writing",
                html! {
                    <Progress label={format!("Writing {} into {}", read.file, read.table.name)} done={*done as u64}
                        total={*total as u64} {oncancel} />
                },
            )
        }
        Job::Done(report) => (
            "done",
            report_view(report, another("Import another file", ButtonKind::Plain), props.onclose.clone()),
        ),
        Job::Failed(name, reason) => (
            "failed",
            html! {
                <div class="import-failed" role="alert">
                    <h2>{ format!("{name} cannot be imported") }</h2>
                    <p>{ reason }</p>
                    <div class="empty-actions">{ another("Choose another file", ButtonKind::Primary) }{ close }</div>
                </div>
            },
        ),
    };
    html! {
        <section class="import-panel" data-import={state} hidden={!props.open} aria-label="Import">
            <input type="file" class="visually-hidden" ref={input} name="import-file" tabindex="-1"
                aria-label="The file to import" accept=".json,.jsonl,.ndjson,.txt,application/json" {onchange} />
            { body }
        </section>
    }
}

fn now_ms() -> f64 {
    gloo::utils::window().performance().map_or(0.0, |performance| performance.now())
}

/// Reads a file and plans its writing, giving the page back every few milliseconds.
async fn read(
    file: &File,
    table: &Rc<TableDescription>,
    progress: impl Fn(usize, usize),
) -> Result<Read, String> {
    let text = file::text_of(file).await?;
    let mut reading = records(&text).map_err(|error| error.to_string())?;
    let total = reading.len();
    let mut all: Vec<Record> = Vec::with_capacity(total);
    while all.len() < total {
        let began = now_ms();
        while now_ms() - began < STRETCH_MS {
            // Looking at the clock costs more than a record.
            let before = all.len();
            all.extend(reading.by_ref().take(20));
            if all.len() == before {
                break;
            }
        }
        progress(all.len(), total);
        TimeoutFuture::new(0).await;
    }
    let lines = lines_of(&all);
    let keys: Vec<(String, String)> =
        table.keys.all().map(|key| (key.name.clone(), key.attribute_type.clone())).collect();
    let plan = plan(all, &keys);
    let line = |number: usize| lines.get(&number).copied().unwrap_or(number);
    let unreadable = plan.rejected.iter().map(|(number, reason)| (*number, line(*number), reason.clone()));
    Ok(Read {
        file: file.name(),
        table: table.clone(),
        bytes: text.len() as u64,
        records: total,
        items: plan.items,
        replaced: plan.replaced.len(),
        unreadable: unreadable.collect(),
        lines,
        plan: RefCell::new(Some(plan)),
    })
}

fn read_view(read: &Rc<Read>, start: Callback<Rc<Read>>, another: Html, close: Html) -> Html {
    let onclick = {
        let read = read.clone();
        start.reform(move |()| read.clone())
    };
    let label = format!("Put {} into {}", plural(read.items as u64, "item"), read.table.name);
    let rejected = read.unreadable.iter().map(|(number, line, reason)| (*number, *line, reason.as_str()));
    html! {
        <div class="import-read">
            <h2>{ format!("{}, {}", read.file, size(read.bytes)) }</h2>
            <ul class="import-counts">
                <li><b>{ count(read.records as u64) }</b>{ " records in the file" }</li>
                <li><b>{ count(read.items as u64) }</b>{ " items to put, in BatchWriteItems of 25" }</li>
                if read.replaced > 0 {
                    <li><b>{ count(read.replaced as u64) }</b>{ " are replaced by a later record of the same key" }</li>
                }
                if !read.unreadable.is_empty() {
                    <li><b>{ count(read.unreadable.len() as u64) }</b>{ " cannot be read" }</li>
                }
            </ul>
            { rejected_list(rejected.take(SHOWN)) }
            <div class="empty-actions">
                <Button {label} kind={ButtonKind::Primary} disabled={read.items == 0} {onclick} action="start-import" />
                { another }
                { close }
            </div>
        </div>
    }
}

fn report_view(report: &Rc<Report>, another: Html, onclose: Callback<()>) -> Html {
    let hidden = report.rejected.len().saturating_sub(SHOWN);
    let seconds = format!("{:.1} s", report.took_ms as f64 / 1000.0);
    let rejected = report.rejected.iter().map(|one| (one.number, one.line, one.reason.as_str()));
    let save = {
        let report = report.clone();
        Callback::from(move |()| {
            let name = format!("{} rejected.csv", report.file);
            if let Err(error) = download(&name, "text/csv", &report.rejected_csv()) {
                web_sys::console::warn_1(&error);
            }
        })
    };
    html! {
        <div class="import-report" data-part="import-report">
            <h2>{ format!("{} → {}", report.file, report.table) }<span class="import-took">{ seconds }</span></h2>
            if let Some(ended) = &report.ended {
                <p class="import-ended" role="alert">{ ended }</p>
            }
            <ul class="import-counts">
                { for report.counts().into_iter().map(|(name, number, words)| html! {
                    <li data-count={name} data-value={number.clone()}><b>{ number }</b>{ " " }{ words }</li>
                }) }
            </ul>
            { rejected_list(rejected.take(SHOWN)) }
            if hidden > 0 {
                <p class="item-note">{ format!("and {} more, all in the file.", count(hidden as u64)) }</p>
            }
            <div class="empty-actions">
                <Button label="Show the items" kind={ButtonKind::Primary} onclick={onclose} action="close-import" />
                if !report.rejected.is_empty() {
                    <Button label="Save the rejected records' list" icon="download" onclick={save} action="save-rejected" />
                }
                { another }
            </div>
        </div>
    }
}

fn rejected_list<'a>(rejected: impl Iterator<Item = (usize, usize, &'a str)>) -> Html {
    let rows: Vec<Html> = rejected
        .map(|(number, line, reason)| html! {
            <tr data-record={number.to_string()}>
                <td>{ count(number as u64) }</td><td>{ count(line as u64) }</td><td>{ reason.to_owned() }</td>
            </tr>
        })
        .collect();
    if rows.is_empty() {
        return html! {};
    }
    html! {
        <div class="rejected">
            <table>
                <caption>{ "Rejected records" }</caption>
                <thead><tr><th scope="col">{ "Record" }</th><th scope="col">{ "Line" }</th><th scope="col">{ "Why" }</th></tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
        </div>
    }
}
