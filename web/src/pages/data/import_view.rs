//! What an import shows: what was read, and what became of it.

use std::rc::Rc;

use yew::prelude::*;

use super::reading::Read;
use super::report::{Rejected, Report, SHOWN, placed};
use crate::components::{Button, ButtonKind, Icon};
use crate::hooks::download;
use crate::share::batch::shortened;
use crate::state::explanation::{count, plural, size};

/// What was read, and the buttons that write it.
pub fn read_view(
    read: &Rc<Read>,
    start: Callback<Rc<Read>>,
    back: Callback<Rc<Read>>,
    another: Html,
    close: Html,
) -> Html {
    let with = |to: &Callback<Rc<Read>>| {
        let read = read.clone();
        to.reform(move |()| read.clone())
    };
    let label = format!("Put {} into {}", plural(read.items as u64, "item"), read.table.name);
    let rejected: Vec<Rejected> = read
        .unreadable
        .iter()
        .take(SHOWN)
        .map(|(number, reason)| placed(&read.files, &read.lines, *number, reason.clone()))
        .collect();
    let left_out: Vec<&str> = read.left_out.iter().map(String::as_str).collect();
    html! {
        <div class="import-read">
            <h2>{ format!("{}, {}", read.name, size(read.bytes)) }</h2>
            <ul class="import-counts">
                if read.files.len() > 1 {
                    <li><b>{ count(read.files.len() as u64) }</b>{ " files of items" }</li>
                }
                <li><b>{ count(read.records as u64) }</b>{ if read.files.len() == 1 { " records in the file" } else { " records in them" } }</li>
                <li><b>{ count(read.items as u64) }</b>{ " items to put, in BatchWriteItems of 25" }</li>
                if read.replaced > 0 {
                    <li><b>{ count(read.replaced as u64) }</b>{ " are replaced by a later record of the same key" }</li>
                }
                if !read.unreadable.is_empty() {
                    <li><b>{ count(read.unreadable.len() as u64) }</b>{ " cannot be read" }</li>
                }
            </ul>
            if !read.notes.is_empty() {
                <ul class="import-notes" data-part="import-notes">
                    { for read.notes.iter().map(|note| html! { <li><Icon name="triangle-alert" />{ note }</li> }) }
                </ul>
            }
            if !left_out.is_empty() {
                <p class="item-note" data-part="left-out">{ format!("Of the export itself, and without items: {}.", shortened(&left_out)) }</p>
            }
            { rejected_list(&rejected, read.files.len() > 1) }
            <div class="empty-actions">
                <Button {label} kind={ButtonKind::Primary} disabled={read.items == 0} onclick={with(&start)} action="start-import" />
                if read.sheet.is_some() {
                    <Button label="Change the types" onclick={with(&back)} action="back-to-columns" />
                }
                { another }
                { close }
            </div>
        </div>
    }
}

/// What became of it.
pub fn report_view(report: &Rc<Report>, another: Html, onclose: Callback<()>) -> Html {
    let hidden = report.rejected.len().saturating_sub(SHOWN);
    let seconds = format!("{:.1} s", report.took_ms as f64 / 1000.0);
    let save = {
        let report = report.clone();
        Callback::from(move |()| {
            let name = format!("{} rejected.csv", report.file);
            if let Err(error) = download(&name, "text/csv", &report.rejected_csv()) {
                web_sys::console::warn_1(&error);
            }
        })
    };
    let shown = &report.rejected[..report.rejected.len().min(SHOWN)];
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
            { rejected_list(shown, report.several) }
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

fn rejected_list(rejected: &[Rejected], several: bool) -> Html {
    if rejected.is_empty() {
        return html! {};
    }
    html! {
        <div class="rejected">
            <table>
                <caption>{ "Rejected records" }</caption>
                <thead><tr>
                    if several {
                        <th scope="col">{ "File" }</th>
                    }
                    <th scope="col">{ "Record" }</th><th scope="col">{ "Line" }</th><th scope="col">{ "Why" }</th>
                </tr></thead>
                <tbody>
                    { for rejected.iter().map(|one| html! {
                        <tr data-record={one.number.to_string()}>
                            if several {
                                <td>{ &one.file }</td>
                            }
                            <td>{ count(one.number as u64) }</td><td>{ count(one.line as u64) }</td><td>{ &one.reason }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}
