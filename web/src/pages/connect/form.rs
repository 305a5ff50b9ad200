//! The endpoint's address, and what signs its requests.
//!
//! Owns what is typed until it is connected; nothing of it is kept. It connects when the endpoint has answered once.

use serde_json::json;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, ErrorPanel, Field};
use crate::hooks::{ask_json, describe_all, names_in, use_remote};
use crate::protocol::ClientError;
use crate::remote::{Connection, Credentials, Endpoint, Pasted};

/// Addresses that are offered.
const OFFERED: [&str; 5] = [
    "http://localhost:8000",
    "https://dynamodb.us-east-1.amazonaws.com",
    "https://dynamodb.us-west-2.amazonaws.com",
    "https://dynamodb.eu-west-1.amazonaws.com",
    "https://dynamodb.eu-central-1.amazonaws.com",
];

/// The region where nobody names one: what endpoints that are no region of AWS take.
const ANY_REGION: &str = "us-east-1";

/// What is typed.
#[derive(Clone, Default, PartialEq)]
struct Typed {
    url: String,
    region: String,
    access_key: String,
    secret: String,
    token: String,
    tables: String,
}

impl Typed {
    /// The region: the one that is typed, else the one in the endpoint's name.
    fn region<'a>(&'a self, endpoint: &'a Endpoint) -> &'a str {
        match self.region.trim() {
            "" => endpoint.region().unwrap_or(ANY_REGION),
            typed => typed,
        }
    }

    /// The connection, and the tables that are named by hand.
    fn all(&self) -> Result<(Connection, Option<Vec<String>>), String> {
        Ok((self.connection().map_err(str::to_owned)?, names_in(&self.tables)?))
    }

    fn connection(&self) -> Result<Connection, &'static str> {
        let endpoint = Endpoint::parse(&self.url)?;
        let credentials = Credentials::new(&self.access_key, &self.secret, &self.token)?;
        let region = self.region(&endpoint).to_owned();
        if !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err("A region is written as us-east-1.");
        }
        Ok(Connection { endpoint, region, credentials })
    }
}

/// How far the connecting is.
#[derive(Clone, PartialEq)]
enum Trying {
    Idle,
    Under,
    Wrong(String),
    Failed(ClientError),
}

/// The form.
#[component]
pub fn ConnectForm() -> Html {
    let remote = use_remote();
    let typed = use_state_eq(Typed::default);
    let trying = use_state_eq(|| Trying::Idle);
    let set = |change: fn(&mut Typed, String)| {
        let (typed, trying) = (typed.clone(), trying.setter());
        Callback::from(move |text: String| {
            let mut next = (*typed).clone();
            change(&mut next, text);
            trying.set(Trying::Idle);
            typed.set(next);
        })
    };
    let paste = set(|typed, text| {
        if let Some(pasted) = Pasted::read(&text) {
            let Pasted { access_key, secret, session_token, region } = pasted;
            let region = region.unwrap_or_else(|| typed.region.clone());
            let (url, tables) = (typed.url.clone(), typed.tables.clone());
            *typed = Typed { url, region, access_key, secret, token: session_token, tables };
        }
    });
    let connect = {
        let (typed, trying, connect) = (typed.clone(), trying.setter(), remote.connect.clone());
        Callback::from(move |()| {
            let (connection, names) = match typed.all() {
                Ok(all) => all,
                Err(wrong) => return trying.set(Trying::Wrong(wrong)),
            };
            trying.set(Trying::Under);
            let (trying, connect) = (trying.clone(), connect.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let failed = match &names {
                    None => ask_json(&connection, "ListTables", &json!({ "Limit": 1 })).await.err(),
                    Some(names) => {
                        let (list, failed) = describe_all(&connection, names.clone()).await;
                        // The banner tells of the others.
                        failed.filter(|_| list.is_empty())
                    }
                };
                match failed {
                    None => connect.emit((connection, names)),
                    Some(error) => trying.set(Trying::Failed(error)),
                }
            });
        })
    };
    let onkeydown = {
        let connect = connect.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && event.target_dyn_into::<web_sys::HtmlInputElement>().is_some() {
                connect.emit(());
            }
        })
    };
    let endpoint = Endpoint::parse(&typed.url).ok();
    let region =
        endpoint.as_ref().map_or(ANY_REGION, |endpoint| endpoint.region().unwrap_or(ANY_REGION)).to_owned();
    let busy = *trying == Trying::Under;
    let origin = gloo::utils::window().location().origin().unwrap_or_default();
    html! {
        <div class="connect-columns">
            <section class="connect-form" aria-label="Endpoint" {onkeydown}>
                <Field label="Endpoint" name="endpoint" value={typed.url.clone()} oninput={set(|typed, text| typed.url = text)} mono={true}
                    placeholder={OFFERED[0]} suggestions={OFFERED.map(AttrValue::from).to_vec()} />
                <Field label="Region" name="region" value={typed.region.clone()} oninput={set(|typed, text| typed.region = text)} mono={true}
                    placeholder={region} hint="The one in the endpoint’s name where this is empty." />
                <Field label="Access key ID" name="access-key" value={typed.access_key.clone()} mono={true}
                    oninput={set(|typed, text| typed.access_key = text)} />
                <Field label="Secret access key" name="secret-key" value={typed.secret.clone()} mono={true} input_type="password"
                    oninput={set(|typed, text| typed.secret = text)} />
                <Field label="Session token" name="session-token" value={typed.token.clone()} mono={true} input_type="password"
                    oninput={set(|typed, text| typed.token = text)} hint="Of temporary credentials, which are the ones to use here." />
                <Field label="Or paste all of them" name="paste-credentials" value="" rows={2} mono={true} oninput={paste}
                    placeholder="export AWS_ACCESS_KEY_ID=…"
                    hint="As the access portal, a credentials file, or aws configure export-credentials gives them. They go into the fields above." />
                <Field label="Tables by name" name="table-names" value={typed.tables.clone()} oninput={set(|typed, text| typed.tables = text)} mono={true}
                    placeholder="all that are listed" hint="Where the key may not list tables (dynamodb:ListTables): theirs, apart by commas." />
                if let Trying::Wrong(wrong) = &*trying {
                    <p class="field-error" role="alert">{ wrong }</p>
                }
                <div class="exchange-actions">
                    <Button label="Connect" icon="server" kind={ButtonKind::Primary} {busy} onclick={connect} action="connect" />
                </div>
                if let Trying::Failed(error) = &*trying {
                    <ErrorPanel error={error.clone()} />
                    if typed.tables.trim().is_empty() && is_denied(error) {
                        <p class="design-note" data-note="name-tables">{ "This key may not list tables. It connects all the same where you name them above." }</p>
                    }
                }
            </section>
            <section class="connect-notes" aria-label="What to know">
                <h2>{ "Your keys" }</h2>
                <p>{ "They stay in this page’s memory until you disconnect, reload or close it. They are never stored, never in a link, a file \
                      or an export, and nothing but the signature they make leaves the page, to this endpoint alone; a session token goes \
                      along with it, as AWS wants it." }</p>
                <h2>{ "Writes" }</h2>
                <p>{ "Each is shown before it is sent. What is written to a real endpoint is written, and costs what it costs there." }</p>
                <h2>{ "What can be asked" }</h2>
                <dl class="exchange-offers">
                    <dt>{ "DynamoDB" }</dt>
                    <dd>{ "https://dynamodb.eu-west-1.amazonaws.com, with an account’s or a role’s temporary keys. A key that may \
                           describe tables is needed; one that may not list them connects to those that you name." }</dd>
                    <dt>{ "DynamoDB Local" }</dt>
                    <dd>{ "http://localhost:8000, with any keys of letters and digits. It answers this page where it is started with " }
                        <code>{ format!("-cors {origin}") }</code>{ "." }</dd>
                    <dt>{ "ScyllaDB Alternator" }</dt>
                    <dd>{ "its address by https, or on this machine; keys where it checks them." }</dd>
                </dl>
                <p>{ "An endpoint must let a page of another origin ask it (CORS): DynamoDB and Alternator let any. Without encryption only this \
                      machine is asked." }</p>
            </section>
        </div>
    }
}

/// Whether the key was known and not let in.
fn is_denied(error: &ClientError) -> bool {
    matches!(error, ClientError::Api { name, .. } if name == "AccessDeniedException")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_is_the_typed_one_or_the_endpoints() {
        let typed = |url: &str, region: &str| Typed {
            url: url.into(),
            region: region.into(),
            access_key: "a".into(),
            secret: "s".into(),
            ..Typed::default()
        };
        let region = |typed: Typed| typed.connection().map(|connection| connection.region);
        assert_eq!(region(typed("https://dynamodb.eu-west-1.amazonaws.com", " ")), Ok("eu-west-1".into()));
        assert_eq!(
            region(typed("https://dynamodb.eu-west-1.amazonaws.com", "us-west-2")),
            Ok("us-west-2".into())
        );
        assert_eq!(region(typed("localhost:8000", "")), Ok("us-east-1".into()));
        assert!(region(typed("localhost:8000", "a/b")).is_err());
        assert!(region(typed("", "")).is_err());
    }
}
