//! "Another client": a small form that sends a plain request to one of the transaction's items, in between.

use serde_json::Value;
use std::rc::Rc;
use yew::prelude::*;

use super::conductor::Job;
use super::interlude::{Interlude, OPERATIONS, Place, prefill};
use crate::components::{Button, ErrorPanel, JsonEditor, JsonTree, Select, SelectOption};
use crate::state::json_text::{parse, print};

/// The props of [`OtherClient`].
#[derive(Properties, PartialEq)]
pub struct OtherClientProps {
    /// The transaction's items.
    pub places: Vec<Place>,
    /// What stands ready at first: the item and the operation.
    pub first: (usize, &'static str),
    /// The last request that was sent so, and what its answer means.
    pub last: Option<(Rc<Interlude>, String)>,
    /// Something is not answered yet.
    pub busy: bool,
    /// Send this.
    pub onsend: Callback<Job>,
}

/// The other client.
#[component]
pub fn OtherClient(props: &OtherClientProps) -> Html {
    let item = use_state_eq(|| props.first.0);
    let operation = use_state_eq(|| props.first.1.to_owned());
    let edited = use_state_eq(|| None::<String>);
    let at = (*item).min(props.places.len().saturating_sub(1));
    let Some(place) = props.places.get(at) else { return Html::default() };
    let text = (*edited).clone().unwrap_or_else(|| print(&prefill(&operation, place)));
    let fault = parse(&text).err();
    let options: Vec<SelectOption> = props
        .places
        .iter()
        .enumerate()
        .map(|(at, place)| SelectOption::new(at.to_string(), format!("Item {}: {}", at + 1, place.name)))
        .collect();
    let onitem = {
        let (item, edited) = (item.setter(), edited.setter());
        Callback::from(move |value: String| {
            item.set(value.parse().unwrap_or(0));
            edited.set(None);
        })
    };
    let onoperation = {
        let (operation, edited) = (operation.setter(), edited.setter());
        Callback::from(move |value: String| {
            operation.set(value);
            edited.set(None);
        })
    };
    let oninput = {
        let edited = edited.setter();
        Callback::from(move |text| edited.set(Some(text)))
    };
    let onsend = {
        let job = Job::Between { item: at, operation: (*operation).clone(), request: text.clone() };
        props.onsend.reform(move |()| job.clone())
    };
    let operations: Vec<SelectOption> =
        OPERATIONS.iter().map(|name| SelectOption::new(*name, *name)).collect();
    html! {
        <section class="tx-other" aria-label="Another client">
            <h3>{ "Another client, in between" }</h3>
            <div class="tx-other-bar">
                <Select label="Its operation" hide_label={true} name="other-operation" options={operations} value={(*operation).clone()} onchange={onoperation} />
                <Select label="The item" hide_label={true} name="other-item" {options} value={at.to_string()} onchange={onitem} />
                <Button label="Send" icon="arrow-right" onclick={onsend} disabled={fault.is_some() || props.busy} action="send-other" />
            </div>
            <JsonEditor label="The other client's request" name="other-request" value={text} {oninput} {fault} />
            if let Some((last, told)) = &props.last {
                <div class="tx-other-answer" data-part="other-answer" role="status">
                    <p>{ told }</p>
                    { match &last.outcome {
                        Err(error) => html! { <ErrorPanel error={error.clone()} /> },
                        Ok(answer) if **answer == Value::Object(Default::default()) => Html::default(),
                        Ok(answer) => html! { <JsonTree value={answer.clone()} open={4} /> },
                    } }
                </div>
            }
        </section>
    }
}
