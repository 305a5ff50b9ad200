//! A design document that somebody hosts: fetched without cookies, no further than a document may be long.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, ReadableStreamDefaultReader, ReferrerPolicy, RequestCredentials, RequestInit, RequestMode,
    Response,
};

use crate::share::document::DOCUMENT_BYTES_MAX;
use crate::share::{Document, ShareError};

/// So long a document is waited for.
const TIMEOUT_MS: u32 = 60_000;

/// Reads the document at an address; says why there is none.
pub async fn read_hosted(address: &str) -> Result<Document, String> {
    let missing = |_: JsValue| {
        format!(
            "{address} could not be read. It is not there, this browser is offline, or its host does not let a page of another origin \
             read it (CORS)."
        )
    };
    let (status, bytes) = fetch(address).await.map_err(missing)?;
    if status != 200 {
        return Err(format!("{address} answered {status}."));
    }
    let bytes = bytes.ok_or(ShareError::TooLarge { limit_bytes: DOCUMENT_BYTES_MAX }.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{address} is no text."))?;
    Document::parse(&text).map_err(|error| error.to_string())
}

/// The status, and the bytes unless they are too many.
async fn fetch(address: &str) -> Result<(u16, Option<Vec<u8>>), JsValue> {
    let init = RequestInit::new();
    init.set_mode(RequestMode::Cors);
    init.set_credentials(RequestCredentials::Omit);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let answer = JsFuture::from(gloo::utils::window().fetch_with_str_and_init(address, &init)).await?;
    let answer: Response = answer.dyn_into()?;
    let Some(stream) = answer.body() else { return Ok((answer.status(), Some(Vec::new()))) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into()?;
    let mut bytes = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await?;
        if Reflect::get(&part, &"done".into())?.is_truthy() {
            return Ok((answer.status(), Some(bytes)));
        }
        let part: Uint8Array = Reflect::get(&part, &"value".into())?.dyn_into()?;
        if bytes.len() + part.length() as usize > DOCUMENT_BYTES_MAX {
            // The browser drops what is still on its way.
            drop(JsFuture::from(reader.cancel()).await);
            return Ok((answer.status(), None));
        }
        bytes.extend(part.to_vec());
    }
}
