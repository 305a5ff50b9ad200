//! A log to be replayed: a CSV file, or text that is pasted; read in stretches, with progress.

use engine::workload::Row;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::log::{LogFault, LogReader, ROWS_MAX};
use crate::components::{Button, Field, Progress};
use crate::hooks::{precise_ms, read_file};
use crate::state::explanation::{count, plural};

/// The reading may hold the page for so long, in milliseconds.
const SLICE_MS: f64 = 12.0;
/// So many lines are read between two looks at how long it has taken.
const LINES: usize = 200;

/// The props of [`LogForm`].
#[derive(Properties, PartialEq)]
pub struct LogFormProps {
    /// The rows that are there.
    pub rows: Vec<Row>,
    /// Rows were read.
    pub onrows: Callback<Vec<Row>>,
    /// What is wrong with them.
    pub error: Option<AttrValue>,
}

/// How the reading stands.
#[derive(Clone, Debug, PartialEq)]
enum Reading {
    Idle,
    /// So many bytes of so many.
    Under(u64, u64),
    Refused(String),
}

/// Reads all of a text, and lets the page have its turn meanwhile.
async fn read_all(text: String, told: impl Fn(u64, u64)) -> Result<Vec<Row>, LogFault> {
    let mut reader = LogReader::new(&text)?;
    let mut started = precise_ms();
    while !reader.advance(LINES)? {
        if precise_ms() - started > SLICE_MS {
            told((text.len() - reader.left()) as u64, text.len() as u64);
            gloo::timers::future::TimeoutFuture::new(0).await;
            started = precise_ms();
        }
    }
    reader.rows()
}

/// A button for a file, and a field for a text.
#[component]
pub fn LogForm(props: &LogFormProps) -> Html {
    let state = use_state_eq(|| Reading::Idle);
    let pasted = use_state_eq(String::new);
    let chooser = use_node_ref();
    let take = {
        let (state, onrows) = (state.setter(), props.onrows.clone());
        move |text: String| {
            let (state, onrows) = (state.clone(), onrows.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let told = {
                    let state = state.clone();
                    move |done, of| state.set(Reading::Under(done, of))
                };
                match read_all(text, told).await {
                    Ok(rows) => {
                        state.set(Reading::Idle);
                        onrows.emit(rows);
                    }
                    Err(fault) => state.set(Reading::Refused(fault.to_string())),
                }
            });
        }
    };
    let onchange = {
        let (take, state) = (take.clone(), state.setter());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let file: Option<File> = input.files().and_then(|files| files.get(0));
            input.set_value("");
            let Some(file) = file else { return };
            let (take, state) = (take.clone(), state.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match read_file(&file).await {
                    Ok(text) => take(text),
                    Err(why) => state.set(Reading::Refused(why)),
                }
            });
        })
    };
    let choose = {
        let chooser = chooser.clone();
        Callback::from(move |()| {
            if let Some(input) = chooser.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let read = {
        let (take, pasted) = (take.clone(), pasted.clone());
        Callback::from(move |()| take((*pasted).clone()))
    };
    let oninput = {
        let pasted = pasted.setter();
        Callback::from(move |text: String| pasted.set(text))
    };
    let refused = match &*state {
        Reading::Refused(why) => Some(AttrValue::from(why.clone())),
        _ => props.error.clone(),
    };
    let span_ms = props.rows.last().map_or(0, |row| row.at_ms);
    html! {
        <div class="compose-log" data-part="log">
            <Field label="CSV: time, operation (or a pattern's name), key" name="log-text" rows={5} mono={true} value={(*pasted).clone()} {oninput}
                placeholder="time,operation,key&#10;0,GetItem,user-1&#10;250,PutItem,user-2" error={refused} />
            <div class="heat-buttons">
                <Button label="Read it" onclick={read} disabled={pasted.trim().is_empty()} action="read-log" />
                <Button label="Choose a file…" onclick={choose} action="choose-log" />
            </div>
            <input type="file" class="visually-hidden" accept=".csv,.txt,text/csv" ref={chooser} {onchange} name="log-file" tabindex="-1"
                aria-label="A log to replay" />
            if let Reading::Under(done, of) = *state {
                <Progress label="Reading the log" {done} total={of} />
            }
            if !props.rows.is_empty() {
                <p class="heat-note" data-part="log-rows" data-rows={props.rows.len().to_string()}>
                    { format!("{} over {} s. ", plural(props.rows.len() as u64, "row"), count(span_ms / 1_000)) }
                    { "The first pattern with a row's operation, or of that name, is sent at its time; {row} in it becomes the row's key." }
                </p>
            } else {
                <p class="heat-note">
                    { format!("Times in milliseconds, in seconds with a fraction, or as dates of ISO 8601; {} rows at most.", count(ROWS_MAX as u64)) }
                </p>
            }
        </div>
    }
}
