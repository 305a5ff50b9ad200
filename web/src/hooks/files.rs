//! Texts in and out of the page: the site's own files, by addresses relative to the document; files that the reader chose; a
//! text as a download, and on the clipboard.

use gloo::utils::{body, document, window};
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Response, Url};

/// Reads a file of the site, `samples/index.json`; says why it cannot be read.
pub async fn read_site(path: &str) -> Result<String, String> {
    let refused = |_| format!("{path} cannot be read: is this page offline?");
    let answer = JsFuture::from(window().fetch_with_str(path)).await.map_err(refused)?;
    let answer: Response = answer.dyn_into().map_err(refused)?;
    if !answer.ok() {
        return Err(format!("{path} cannot be read: the host answers {}.", answer.status()));
    }
    let text = JsFuture::from(answer.text().map_err(refused)?).await.map_err(refused)?;
    text.as_string().ok_or_else(|| format!("{path} is no text."))
}

/// Reads a file that the reader chose.
pub async fn read_file(file: &File) -> Result<String, String> {
    let name = file.name();
    let text = JsFuture::from(file.text()).await.map_err(|_| format!("{name} cannot be read."))?;
    text.as_string().ok_or_else(|| format!("{name} is no text."))
}

/// Gives a text to the reader as a file.
pub fn download(name: &str, media_type: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &options)?;
    download_blob(name, &blob)
}

/// Gives bytes to the reader as a file.
pub fn download_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(blob)?;
    download_url(name, &url)?;
    // The browser has taken it by then.
    gloo::timers::callback::Timeout::new(60_000, move || drop(Url::revoke_object_url(&url))).forget();
    Ok(())
}

/// Gives what stands at an address of this page's own to the reader as a file.
pub fn download_url(name: &str, url: &str) -> Result<(), JsValue> {
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(url);
    link.set_download(name);
    body().append_child(&link)?;
    link.click();
    link.remove();
    Ok(())
}

/// Puts a text on the clipboard; false where the browser has none for this page (an insecure address, a frame that may not).
pub async fn copy_text(text: &str) -> bool {
    let navigator = window().navigator();
    if Reflect::get(&navigator, &"clipboard".into()).map_or(true, |found| found.is_undefined()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}
