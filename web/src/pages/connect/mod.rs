//! Connect: the same screens on a real endpoint, and tables copied to it and from it.
//!
//! - `form` the endpoint and what signs its requests; they leave the page for that endpoint alone
//! - `copying` the tables of both sides, and what became of those that were copied

mod copying;
mod form;

use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, Field};
use crate::hooks::{names_in, use_remote, use_route};
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
                if remote.named.is_some() {
                    <NameTables />
                }
                <CopyPane />
            } else {
                <ConnectForm />
            }
        </div>
    }
}

/// More tables by name, where the key may not list them.
#[component]
fn NameTables() -> Html {
    let remote = use_remote();
    let typed = use_state_eq(String::new);
    let names = names_in(&typed);
    let oninput = {
        let typed = typed.setter();
        Callback::from(move |text| typed.set(text))
    };
    let onadd = {
        let (names, name_table, typed) = (names.clone(), remote.name_table.clone(), typed.setter());
        Callback::from(move |()| {
            if let Ok(Some(names)) = &names {
                names.iter().for_each(|name| name_table.emit(name.clone()));
                typed.set(String::new());
            }
        })
    };
    let known = remote.named.iter().flat_map(|named| named.iter().cloned()).collect::<Vec<_>>().join(", ");
    html! {
        <section class="connect-form" aria-label="Tables by name">
            <Field label="More tables by name" name="more-names" value={(*typed).clone()} {oninput} mono={true} placeholder="Orders, Users"
                error={names.as_ref().err().map(|why| AttrValue::from(why.clone()))} hint={format!("This key may not list tables. Named are {known}.")} />
            <div class="exchange-actions">
                <Button label="Add" icon="plus" onclick={onadd} action="name-tables" disabled={!matches!(names, Ok(Some(_)))} />
            </div>
        </section>
    }
}
