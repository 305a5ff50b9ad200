//! Connect: the same screens on a real endpoint, and tables copied to it and from it.
//!
//! - `form` the endpoint and what signs its requests; they leave the page for that endpoint alone
//! - `copying` the tables of both sides, and what became of those that were copied

mod copying;
mod form;

use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState};
use crate::hooks::{use_remote, use_route};
use crate::state::route::Page;
use copying::CopyPane;
use form::ConnectForm;

/// The page.
#[component]
pub fn ConnectPage() -> Html {
    let (remote, route) = (use_remote(), use_route());
    if route.route.embed() {
        return html! {
            <EmptyState icon="server" title="Not from inside another page">
                <p>{ "Credentials are asked for by Dynascope’s own page alone. Open it by itself to connect to an endpoint." }</p>
            </EmptyState>
        };
    }
    let go = |page: Page| {
        let route = route.clone();
        Callback::from(move |()| route.go_to(page))
    };
    html! {
        <div class="connect-page" data-connected={remote.connection.is_some().to_string()}>
            <header class="exchange-header">
                <h1>{ "Connect to a real endpoint" }</h1>
                <p>{ "DynamoDB itself, ScyllaDB Alternator or DynamoDB Local on the same Design, Data and Query pages. What only an engine \
                      that you can see inside shows, heat, partitions, transactions and streams, stays with the workspace." }</p>
            </header>
            if let Some(connection) = &remote.connection {
                <section class="connect-facts" aria-label="Connection">
                    <p><b>{ connection.endpoint.url() }</b>{ format!(", signed for {} with the key {}", connection.region, connection.credentials.access_key()) }</p>
                    <div class="exchange-actions">
                        <Button label="Query" icon="terminal" onclick={go(Page::Query)} action="connect-query" />
                        <Button label="Data" icon="table-2" onclick={go(Page::Data)} action="connect-data" />
                        <Button label="Design" icon="pencil" onclick={go(Page::Design)} action="connect-design" />
                        <Button label="Disconnect" kind={ButtonKind::Quiet} onclick={remote.disconnect.clone()} action="disconnect-page" />
                    </div>
                </section>
                <CopyPane />
            } else {
                <ConnectForm />
            }
        </div>
    }
}
