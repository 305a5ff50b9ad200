//! The browser's fetch: a prepared request goes out, and the answer's text comes back.
//!
//! Owns what the browser is told: no cookies, no cache, no referrer, no redirect. The only module here that is not pure.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestMode,
    RequestRedirect, Response,
};

use super::{Connection, Prepared, prepare, read};
use crate::protocol::ClientError;
use crate::protocol::retry::only_reads;

/// So long an answer is waited for.
const TIMEOUT_MS: u32 = 60_000;

/// Sends one call and reads its answer. Nothing of the secret or the session token is in what comes back.
pub async fn ask(connection: &Connection, operation: &str, body: String) -> Result<String, ClientError> {
    let now = String::from(js_sys::Date::new_0().to_iso_string());
    let prepared = prepare(connection, operation, body, &now);
    let url = prepared.url.clone();
    match fetch(prepared).await {
        // What a table holds is never changed, whatever it says.
        Ok((200, text)) => read(200, text),
        Ok((status, text)) => read(status, connection.without_secrets(text)),
        Err(fault) => {
            let late = Reflect::get(&fault, &"name".into()).is_ok_and(|name| name == "TimeoutError");
            let why = match late {
                true => format!("{url} has not answered for {} seconds.", TIMEOUT_MS / 1000),
                false => format!(
                    "{url} could not be asked. It does not run there, this browser is offline, or it does not let a page of another \
                     origin ask it (CORS)."
                ),
            };
            let undecided = if only_reads(operation) {
                ""
            } else {
                " Whether the write was carried out is not known: look first."
            };
            Err(ClientError::Remote { message: format!("{why}{undecided}") })
        }
    }
}

async fn fetch(prepared: Prepared) -> Result<(u16, String), JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &prepared.headers {
        headers.append(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(&prepared.body));
    init.set_mode(RequestMode::Cors);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_redirect(RequestRedirect::Error);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let answer = JsFuture::from(gloo::utils::window().fetch_with_str_and_init(&prepared.url, &init)).await?;
    let answer: Response = answer.dyn_into()?;
    let text = JsFuture::from(answer.text()?).await?;
    Ok((answer.status(), text.as_string().unwrap_or_default()))
}
