//! Exporting a table: all pages of a Scan as a file.

use std::cell::Cell;
use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use crate::client::transfer;
use crate::components::{Menu, MenuEntry, Progress};
use crate::hooks::{download, use_client, use_notices};
use crate::share::export;
use crate::state::explanation::plural;
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};

/// The forms of a file: the menu's value and label, the ending and media type, and what makes it.
type Form = (&'static str, &'static str, &'static str, &'static str, fn(&[Value]) -> String);

const FORMS: [Form; 3] = [
    ("plain", "JSON array", ".json", "application/json", export::plain_json),
    (
        "lines",
        "DynamoDB JSON, one item a line",
        ".dynamodb.jsonl",
        "application/x-ndjson",
        export::dynamodb_json_lines,
    ),
    ("typed", "DynamoDB JSON array", ".dynamodb.json", "application/json", export::dynamodb_json),
];

/// The props of [`ExportMenu`].
#[derive(Properties, PartialEq)]
pub struct ExportMenuProps {
    /// The table's name.
    pub table: AttrValue,
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
        let (done, table) = (done.setter(), props.table.clone());
        Callback::from(move |value: AttrValue| {
            let Some(form) = FORMS.iter().find(|form| form.0 == value) else { return };
            cancelled.set(false);
            done.set(Some(0));
            let (api, notices, done, table) = (api.clone(), notices.clone(), done.clone(), table.clone());
            let cancelled: Rc<Cell<bool>> = cancelled.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let read = transfer::scan_all(&api, &table, |so_far| {
                    done.set(Some(so_far));
                    !cancelled.get()
                });
                let (level, text) = match read.await {
                    Ok(Some(items)) => {
                        match download(&format!("{table}{}", form.2), form.3, &form.4(&items)) {
                            Ok(()) => (
                                Level::Done,
                                format!("{} of {table} exported.", plural(items.len() as u64, "item")),
                            ),
                            Err(_) => (Level::Failed, "The browser refused to make the file.".to_owned()),
                        }
                    }
                    Ok(None) => (Level::Note, "The export was cancelled.".to_owned()),
                    Err(error) => {
                        let shown = show(&error);
                        (Level::Failed, format!("{}: {}", shown.name, shown.message))
                    }
                };
                notices.dispatch(NoticeAction::Say(level, text));
                done.set(None);
            });
        })
    };
    let entries = FORMS.map(|(value, label, ending, ..)| MenuEntry {
        note: Some(ending.into()),
        ..MenuEntry::new(value, label)
    });
    html! {
        <Menu label="Export" icon="download" action="export" entries={entries.to_vec()} {onselect}
            title="All items of the table as a file" />
    }
}
