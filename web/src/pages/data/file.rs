//! Files in and out of the browser: the text of a chosen file, and a text as a download. Knows nothing of items.

use gloo::utils::{body, document};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, DragEvent, File, HtmlAnchorElement, HtmlInputElement, Url};

use crate::share::ShareError;
use crate::share::import::FILE_BYTES_MAX;

/// The text of a file.
pub async fn text_of(file: &File) -> Result<String, String> {
    if file.size() > FILE_BYTES_MAX as f64 {
        return Err(ShareError::TooLarge { limit_bytes: FILE_BYTES_MAX }.to_string());
    }
    let read = JsFuture::from(file.text()).await;
    let text = read.ok().and_then(|text| text.as_string());
    text.ok_or_else(|| "The browser could not read the file. It may have been moved or changed.".to_owned())
}

/// The file that was chosen in a field; the field is empty again, so that the same file can be chosen twice.
pub fn chosen(input: &HtmlInputElement) -> Option<File> {
    let file = input.files()?.get(0);
    input.set_value("");
    file
}

/// The file that was dropped.
pub fn dropped(event: &DragEvent) -> Option<File> {
    event.data_transfer()?.files()?.get(0)
}

/// Whether what is dragged over the page is a file.
pub fn is_file_drag(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&JsValue::from_str("Files"), 0))
}

/// Gives a text to the reader as a file.
pub fn download(name: &str, media_type: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    body().append_child(&link)?;
    link.click();
    link.remove();
    // The browser has taken it by then.
    gloo::timers::callback::Timeout::new(60_000, move || drop(Url::revoke_object_url(&url))).forget();
    Ok(())
}
