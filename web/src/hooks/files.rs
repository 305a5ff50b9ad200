//! Texts from outside: the site's own files, by addresses relative to the document, and files that the reader chose.

use gloo::utils::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, Response};

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
