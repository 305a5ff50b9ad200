//! The requests of a draft, in order: their JSON to read and to change, how far each is, and why one was refused.

use std::rc::Rc;

use yew::prelude::*;

use super::draft::RequestText;
use super::plan::title;
use super::run::{Run, Step};
use crate::components::{Badge, ErrorPanel, JsonEditor};
use crate::state::json_text::parse;
use crate::state::tables::TableDescription;

/// The props of [`RequestsPane`].
#[derive(Properties, PartialEq)]
pub struct RequestsPaneProps {
    /// The requests.
    pub requests: Vec<RequestText>,
    /// How far they are.
    pub run: Run,
    /// The table, once it is there.
    pub table: Option<Rc<TableDescription>>,
    /// A request's text was changed.
    pub ontext: Callback<(usize, String)>,
}

/// The requests.
#[component]
pub fn RequestsPane(props: &RequestsPaneProps) -> Html {
    let count = props.requests.len();
    html! {
        <section class="requests-pane" aria-label="Requests">
            <h2>{ if count == 1 { "Request".to_owned() } else { format!("Requests, in this order: {count}") } }</h2>
            if count == 0 {
                <p class="field-hint">{ "Nothing to change yet. What you change on the left stands here as the requests that do it: one \
                    index created or deleted by each UpdateTable, capacity, stream and protection each by their own." }</p>
            }
            <ol>
                { for props.requests.iter().enumerate().map(|(at, request)| one(props, at, request)) }
            </ol>
        </section>
    }
}

fn one(props: &RequestsPaneProps, at: usize, request: &RequestText) -> Html {
    let step = props.run.step(at);
    let parsed = parse(&request.text);
    let words = parsed.as_ref().map(|value| title(&request.operation, value)).unwrap_or_default();
    let (tone, state) = match step {
        Step::Waiting if at == 0 => ("plain", ""),
        Step::Waiting => ("plain", "waits for the one before"),
        Step::Sent => ("accent", "sent"),
        Step::Settling => ("warning", "accepted"),
        Step::Done => ("good", "done"),
        Step::Failed(_) => ("bad", "refused"),
    };
    let readonly = !matches!(step, Step::Waiting | Step::Failed(_));
    html! {
        <li key={at} class="request" data-step={step.name()} data-operation={request.operation.clone()}>
            <header>
                <Badge text={request.operation.clone()} tone="accent" />
                <span class="request-title">{ words }</span>
                if !state.is_empty() {
                    <Badge text={state} {tone} />
                }
            </header>
            if *step == Step::Settling {
                <p class="request-status" role="status">{ settling(props.table.as_deref()) }</p>
            }
            if let Step::Failed(error) = step {
                <ErrorPanel error={error.clone()} />
            }
            <JsonEditor label={format!("{} request", request.operation)} name={format!("request-{at}")} value={request.text.clone()}
                fault={parsed.err()} {readonly} oninput={props.ontext.reform(move |text| (at, text))} />
        </li>
    }
}

/// `Orders is UPDATING · by-status is CREATING, backfilling`.
fn settling(table: Option<&TableDescription>) -> String {
    let Some(table) = table else { return "Accepted. It takes a moment.".to_owned() };
    let mut parts = vec![format!("{} is {}", table.name, table.status)];
    for index in table.indexes.iter().filter(|index| index.global && index.status != "ACTIVE") {
        let backfilling = is_backfilling(table, &index.name);
        let filling = if backfilling { ", backfilling: it is filled from the table" } else { "" };
        parts.push(format!("{} is {}{filling}", index.name, index.status));
    }
    parts.join(" · ")
}

/// Whether DescribeTable says that the index is being filled.
pub fn is_backfilling(table: &TableDescription, index: &str) -> bool {
    let indexes = table.body["GlobalSecondaryIndexes"].as_array();
    indexes.into_iter().flatten().any(|other| other["IndexName"] == index && other["Backfilling"] == true)
}
