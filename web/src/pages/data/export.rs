//! Exporting a table: all pages of a Scan as a file, of which no more than a page is in memory here at once.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Array;
use web_sys::Blob;
use yew::prelude::*;

use crate::client::transfer;
use crate::components::{Menu, MenuEntry, Progress};
use crate::compression::{self, Form as Packing};
use crate::hooks::{Api, download_blob, use_client, use_notices};
use crate::share::export::{Columns, Form, NoColumn, Writer};
use crate::state::explanation::plural;
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};

/// A form that is offered: the menu's value and label, the file's ending, its form, and whether it is packed.
type Offer = (&'static str, &'static str, &'static str, Form, bool);

const OFFERS: [Offer; 6] = [
    ("plain", "JSON array", ".json", Form::PlainArray, false),
    ("jsonl", "JSON Lines", ".jsonl", Form::PlainLines, false),
    ("csv", "CSV", ".csv", Form::Csv, false),
    ("lines", "DynamoDB JSON, for an import from S3", ".dynamodb.jsonl", Form::TypedLines, false),
    ("gzip", "The same, gzip", ".dynamodb.json.gz", Form::TypedLines, true),
    ("typed", "DynamoDB JSON array", ".dynamodb.json", Form::TypedArray, false),
];

/// The props of [`ExportMenu`].
#[derive(Properties, PartialEq)]
pub struct ExportMenuProps {
    /// The table's name.
    pub table: AttrValue,
    /// The names of its key attributes.
    pub keys: Vec<String>,
    /// About how many items it has.
    pub item_count: u64,
}

/// A menu of the forms; a progress while a table is read.
#[component]
pub fn ExportMenu(props: &ExportMenuProps) -> Html {
    let api = use_client();
    let notices = use_notices().dispatcher();
    let done = use_state_eq(|| None::<usize>);
    let cancelled = use_memo((), |()| Cell::new(false));
    if let Some(done) = *done {
        let oncancel = Callback::from(move |()| cancelled.set(true));
        return html! {
            <div class="export-progress">
                <Progress label="Exporting" done={done as u64} total={props.item_count.max(done as u64)} {oncancel} />
            </div>
        };
    }
    let onselect = {
        let (done, table, keys) = (done.setter(), props.table.clone(), props.keys.clone());
        Callback::from(move |value: AttrValue| {
            let Some(offer) = OFFERS.iter().find(|offer| offer.0 == value) else { return };
            cancelled.set(false);
            done.set(Some(0));
            let (api, notices, done) = (api.clone(), notices.clone(), done.clone());
            let (table, keys) = (table.clone(), keys.clone());
            let cancelled: Rc<Cell<bool>> = cancelled.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let progress = |so_far| {
                    done.set(Some(so_far));
                    !cancelled.get()
                };
                let (level, text) = match write(&api, &table, &keys, offer, progress).await {
                    Ok(Some((items, file))) => match download_blob(&format!("{table}{}", offer.2), &file) {
                        Ok(()) => {
                            (Level::Done, format!("{} of {table} exported.", plural(items as u64, "item")))
                        }
                        Err(_) => (Level::Failed, "The browser refused to make the file.".to_owned()),
                    },
                    Ok(None) => (Level::Note, "The export was cancelled: there is no file.".to_owned()),
                    Err(reason) => (Level::Failed, reason),
                };
                notices.dispatch(NoticeAction::Say(level, text));
                done.set(None);
            });
        })
    };
    let entries = OFFERS.map(|(value, label, ending, ..)| MenuEntry {
        note: Some(ending.into()),
        ..MenuEntry::new(value, label)
    });
    html! {
        <Menu label="Export" icon="download" action="export" entries={entries.to_vec()} {onselect}
            title="All items of the table as a file" />
    }
}

/// Reads the table page by page and writes the file; none where `progress` said no. Gives how many items are in it.
async fn write(
    api: &Api,
    table: &str,
    keys: &[String],
    (.., form, packed): &Offer,
    progress: impl Fn(usize) -> bool,
) -> Result<Option<(usize, Blob)>, String> {
    let worded = |error| {
        let shown = show(&error);
        format!("{}: {}", shown.name, shown.message)
    };
    let mut columns = Columns::default();
    if *form == Form::Csv {
        // The first line names the attributes of all items: they are read twice.
        let quiet = api.quiet();
        let whole = transfer::scan_pages(&quiet, table, |page| {
            page.iter().for_each(|item| columns.see(item));
            progress(0)
        });
        if !whole.await.map_err(worded)? {
            return Ok(None);
        }
    }
    let mut writer = Writer::new(*form, columns.names(keys));
    let parts = Array::new();
    let mut items = 0;
    let mut no_column = false;
    let whole = transfer::scan_pages(api, table, |page| {
        let mut text = String::new();
        for item in &page {
            no_column = no_column || writer.item(item, &mut text) == Err(NoColumn);
        }
        items += page.len();
        parts.push(&compression::blob(text.as_bytes()));
        !no_column && progress(items)
    });
    let whole = whole.await.map_err(worded)?;
    if no_column {
        return Err("An attribute came to the table while it was being exported. Export it again.".to_owned());
    }
    if !whole {
        return Ok(None);
    }
    let mut end = String::new();
    writer.end(&mut end);
    parts.push(&compression::blob(end.as_bytes()));
    let full = |_| "The browser has no room for the file.".to_owned();
    let file = Blob::new_with_blob_sequence(&parts).map_err(full)?;
    if !packed {
        return Ok(Some((items, file)));
    }
    let packed = compression::pack_blob(&file, Packing::Gzip).await;
    let packed = packed.ok_or("This browser cannot pack files: it has no CompressionStream.")?;
    Ok(Some((items, packed)))
}
