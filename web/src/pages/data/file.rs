//! Files into the browser: what was chosen or dropped, and its text. Knows nothing of items.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, File, HtmlInputElement};

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
