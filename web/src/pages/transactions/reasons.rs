//! A cancelled transaction's reasons: a row for each action, in the order of the actions.

use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use super::standing::Standing;
use crate::components::{Badge, ErrorPanel, JsonTree};
use crate::protocol::ClientError;

/// The props of [`Reasons`].
#[derive(Properties, PartialEq)]
pub struct ReasonsProps {
    /// The transaction.
    pub standing: Rc<Standing>,
    /// Its exception.
    pub error: Value,
}

/// The exception without its reasons: they stand in the table.
fn exception(error: &Value) -> ClientError {
    let kind = error["__type"].as_str().unwrap_or("TransactionCanceledException");
    let message = error["message"].as_str().or(error["Message"].as_str()).unwrap_or_default();
    ClientError::Api {
        name: kind.rsplit('#').next().unwrap_or(kind).to_owned(),
        message: message.to_owned(),
        body: "{}".to_owned(),
    }
}

/// The exception and its reasons.
#[component]
pub fn Reasons(props: &ReasonsProps) -> Html {
    let reasons = props.error["CancellationReasons"].as_array().cloned().unwrap_or_default();
    let rows = reasons.into_iter().enumerate().map(|(at, reason)| {
        let code = reason["Code"].as_str().unwrap_or("None").to_owned();
        let action = props.standing.actions.get(at);
        let tone = if code == "None" { "plain" } else { "bad" };
        html! {
            <tr key={at} data-reason={code.clone()}>
                <td>{ at + 1 }</td>
                <td>
                    if let Some(action) = action {
                        { format!("{} ", action.kind) }<code>{ &action.key }</code>
                    }
                </td>
                <td><Badge text={code.clone()} {tone} /></td>
                <td>{ reason["Message"].as_str().unwrap_or("It was not at fault.").to_owned() }</td>
                <td>
                    if reason["Item"].is_object() {
                        <JsonTree value={Rc::new(reason["Item"].clone())} open={2} />
                    } else {
                        { "–" }
                    }
                </td>
            </tr>
        }
    });
    html! {
        <section class="tx-reasons" aria-label="Cancellation reasons">
            <ErrorPanel error={exception(&props.error)} />
            if props.error["CancellationReasons"].is_array() {
                <div class="tx-scroll" tabindex="0" role="region" aria-label="The reasons">
                    <table>
                        <caption>{ "CancellationReasons, in the order of the actions" }</caption>
                        <thead><tr><th scope="col">{ "#" }</th><th scope="col">{ "Action" }</th><th scope="col">{ "Code" }</th>
                            <th scope="col">{ "Message" }</th><th scope="col">{ "Item" }</th></tr></thead>
                        <tbody>{ for rows }</tbody>
                    </table>
                </div>
            }
        </section>
    }
}
