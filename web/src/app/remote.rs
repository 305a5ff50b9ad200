//! The real endpoint in the frame: the banner over every page, the question before a write, and what stands in the place of a page that
//! only the engine can fill.

use serde_json::Value;
use yew::prelude::*;

use crate::components::frame::RemoteBanner;
use crate::components::{Button, ButtonKind, Dialog, EmptyState};
use crate::hooks::{Question, Verdict, use_remote, use_route, use_tables};
use crate::state::explanation::plural;
use crate::state::json_text::print;
use crate::state::lesson::show;
use crate::state::route::Page;

/// So many letters of a request are shown.
const SHOWN: usize = 4_000;

/// The banner and the question, while the page is connected.
#[component]
pub fn RemoteBar() -> Html {
    let (remote, route, tables) = (use_remote(), use_route(), use_tables());
    // An element of its own, whatever is in it: what stands beside it in the frame keeps its place.
    let Some(connection) = &remote.connection else { return html! { <div data-part="remote"></div> } };
    let oncopy = Callback::from(move |()| route.go_to(Page::Connect));
    let unread = match tables.list.is_empty() {
        true => "Its tables cannot be read",
        false => "Not all of its tables can be read",
    };
    let fault =
        remote.fault.as_ref().map(|error| AttrValue::from(format!("{unread}: {}", show(error).message)));
    html! {
        <div data-part="remote">
            <RemoteBanner url={connection.endpoint.url()} region={connection.region.clone()} hint={connection.credentials.hint()} {fault}
                copying={remote.copying.under.clone()} oncancel={remote.copying.cancel.clone()} onrefresh={remote.refresh.clone()} {oncopy}
                ondisconnect={remote.disconnect.clone()} />
            <RemoteQuestion />
        </div>
    }
}

/// The question before a write.
#[component]
fn RemoteQuestion() -> Html {
    let remote = use_remote();
    let url = remote.connection.as_ref().map(|connection| connection.endpoint.url()).unwrap_or_default();
    let answer = |verdict: Verdict| remote.answer.reform(move |()| verdict);
    let Some(Question { number, write, request, behind }) = remote.question.clone() else {
        return html! { <div></div> };
    };
    let printed =
        serde_json::from_str::<Value>(&request).map_or_else(|_| request.to_string(), |value| print(&value));
    let mut shown: String = printed.chars().take(SHOWN).collect();
    if shown.len() < printed.len() {
        shown.push_str("\n…");
    }
    let names = write.tables.iter().cloned().collect::<Vec<_>>().join(", ");
    let all = format!("Send, and allow writes of items to {names}");
    html! {
        <div><Dialog key={number} open={true} title="Write to a real endpoint?" onclose={answer(Verdict::Refuse)} actions={html! { <>
            <Button label="Do not send" onclick={answer(Verdict::Refuse)} action="refuse-write" />
            if write.of_items && !write.tables.is_empty() {
                <Button label={all} onclick={answer(Verdict::SendAll)} action="allow-writes" />
            }
            <Button label="Send" kind={ButtonKind::Danger} onclick={answer(Verdict::Send)} action="send-write" />
        </> }}>
            <p data-question={number.to_string()}><b>{ &write.operation }</b>{ " " }{ &write.what }{ ", at " }<b>{ url }</b>{ "." }</p>
            if behind > 0 {
                <p>{ format!("{} more {} behind it.", behind, if behind == 1 { "write waits" } else { "writes wait" }) }</p>
            }
            <pre class="remote-request">{ shown }</pre>
        </Dialog></div>
    }
}

/// In the place of a page that shows what only the engine knows.
#[component]
pub fn NotShownThere() -> Html {
    let (remote, route) = (use_remote(), use_route());
    let url = remote.connection.as_ref().map(|connection| connection.endpoint.url()).unwrap_or_default();
    let copy = Callback::from(move |()| route.go_to(Page::Connect));
    let tables = plural(remote.local_tables.list.len() as u64, "table");
    html! {
        <EmptyState icon="eye" title="A real endpoint does not show this" actions={html! { <>
            <Button label="Copy its tables here" icon="copy" onclick={copy} action="copy-to-see" />
            <Button label="Disconnect" onclick={remote.disconnect.clone()} action="disconnect-here" />
        </> }}>
            <p>{ format!("This page shows the inside of Dynascope’s own engine, and {url} answers now. Copy a table of it into the \
                workspace, which has {tables}, and disconnect: then its copy can be looked into here.") }</p>
        </EmptyState>
    }
}
