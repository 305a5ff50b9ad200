//! A request to be tried: it is sent as it stands, and its answer, with what it used, stands under it.

use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use super::send::send;
use crate::client::Reply;
use crate::components::{Button, ButtonKind, CodeView, ErrorPanel, JsonTree};
use crate::exchange::Language;
use crate::hooks::{draft_key, set_saved, use_client, use_route, use_session};
use crate::lessons::Call;
use crate::protocol::ClientError;
use crate::state::explanation::{Totals, explain, latency};
use crate::state::json_text::print;
use crate::state::route::Page;

/// The props of [`Request`].
#[derive(Properties, PartialEq)]
pub struct RequestProps {
    /// What is sent.
    pub call: Call,
    /// The exception that it is refused with.
    pub refused: Option<String>,
    /// Whether the lesson's workspace is open.
    pub ready: bool,
}

/// How far it is.
#[derive(Clone, PartialEq)]
enum Tried {
    Not,
    Sending,
    Answered(Rc<Reply>),
}

/// A request.
#[component]
pub fn Request(props: &RequestProps) -> Html {
    let (api, route, session) = (use_client(), use_route(), use_session());
    let tried = use_state_eq(|| Tried::Not);
    let call = &props.call;
    let text = print(&call.request);
    let send = {
        let (api, call, tried) = (api, call.clone(), tried.setter());
        Callback::from(move |()| {
            tried.set(Tried::Sending);
            let (api, call, tried) = (api.clone(), call.clone(), tried.clone());
            wasm_bindgen_futures::spawn_local(async move {
                tried.set(Tried::Answered(Rc::new(send(&api, &call).await)));
            });
        })
    };
    let open = {
        let (text, operation, workspace) = (text.clone(), call.operation.clone(), session.workspace.clone());
        let table = call.table().map(str::to_owned);
        Callback::from(move |()| {
            set_saved(&draft_key(&workspace), &format!("{operation}\n{text}"));
            let place = route.route.at(Page::Query).on(table.clone().or(route.route.table.clone()), None);
            route.go.emit(place.with("op", Some(String::new())));
        })
    };
    let state = match &*tried {
        Tried::Not => "untried",
        Tried::Sending => "sending",
        Tried::Answered(reply) if reply.result.is_ok() => "answered",
        Tried::Answered(_) => "refused",
    };
    html! {
        <section class="lesson-part lesson-request" aria-label={format!("Request: {}", call.operation)} data-part="request"
            data-operation={call.operation.clone()} data-state={state}>
            <CallView call={call.clone()} />
            <div class="lesson-actions">
                <Button label="Try it" icon="play" disabled={!props.ready} busy={*tried == Tried::Sending} onclick={send} action="try" />
                if call.lookups.is_empty() && !call.operation.contains('.') {
                    <Button label="Open on Query" kind={ButtonKind::Quiet} disabled={!props.ready} onclick={open} action="open-request" />
                }
            </div>
            if let Tried::Answered(reply) = &*tried {
                { answer(reply, props.refused.as_deref()) }
            }
        </section>
    }
}

fn answer(reply: &Reply, refused: Option<&str>) -> Html {
    let told = explain(&reply.events, &Totals::default());
    let figures = html! {
        if !told.headline.is_empty() {
            <p class="lesson-figures" data-part="headline">
                { &told.headline }
                if let Some(us) = told.latency_us {
                    { " · " }{ latency(us) }{ " " }<i>{ "modelled" }</i>
                }
            </p>
        }
    };
    let answered = match &reply.result {
        Ok(text) => {
            let value: Value = serde_json::from_str(text).unwrap_or_default();
            html! { <JsonTree value={Rc::new(value)} open={2} /> }
        }
        Err(error) => {
            let is_meant = matches!(error, ClientError::Api { name, .. } if Some(name.as_str()) == refused);
            html! {
                <>
                    <ErrorPanel error={error.clone()} />
                    if is_meant {
                        <p class="lesson-meant">{ "That is what this request is here to show." }</p>
                    }
                </>
            }
        }
    };
    html! { <div class="lesson-answered" role="status">{ figures }{ answered }</div> }
}

/// The props of [`CallView`].
#[derive(Properties, PartialEq)]
pub struct CallViewProps {
    /// What is shown.
    pub call: Call,
}

/// A request to be read.
#[component]
pub fn CallView(props: &CallViewProps) -> Html {
    let call = &props.call;
    html! {
        <div class="lesson-call">
            <h4>{ &call.operation }</h4>
            { for call.lookups.iter().map(|one| html! {
                <p class="lesson-lookup">
                    <code>{ format!("<{}>", one.name) }</code>{ " is " }<code>{ one.path.to_string() }</code>
                    { format!(" of {}’s answer", one.operation) }
                </p>
            }) }
            <CodeView label={format!("The request of {}", call.operation)} text={print(&call.request)} language={Language::Json} />
        </div>
    }
}
