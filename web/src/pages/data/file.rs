//! Files into the browser: what was chosen or dropped, whole folders too, and the text of each, unpacked where it is gzip.
//!
//! Knows nothing of items.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, File, HtmlInputElement};

use crate::compression::{self, Fault, Form};
use crate::share::ShareError;
use crate::share::batch::FILES_MAX;

/// How files of gzip begin.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The text of a file, of at most so many bytes.
pub async fn text_of(file: &File, limit: usize) -> Result<String, String> {
    let too_large = || ShareError::TooLarge { limit_bytes: crate::share::import::FILE_BYTES_MAX }.to_string();
    if file.size() > limit as f64 {
        return Err(too_large());
    }
    let moved = |_| "The browser could not read the file. It may have been moved or changed.".to_owned();
    let start = file.slice_with_f64_and_f64(0.0, GZIP.len() as f64).map_err(moved)?;
    let bytes = match compression::bytes(&start).await.map_err(moved)? == GZIP {
        false => compression::bytes(file).await.map_err(moved)?,
        true => compression::unpack(file, Form::Gzip, limit).await.map_err(|fault| match fault {
            Fault::Missing => "This browser cannot unpack gzip: it has no DecompressionStream.".to_owned(),
            Fault::Damaged => "The file is damaged or cut off: it does not unpack as gzip.".to_owned(),
            Fault::TooLarge => too_large(),
        })?,
    };
    String::from_utf8(bytes).map_err(|_| "The file is no text in UTF-8.".to_owned())
}

/// The files that were chosen in a field; the field is empty again, so that the same ones can be chosen twice.
pub fn chosen(input: &HtmlInputElement) -> Vec<File> {
    let files = input.files().map(|files| (0..files.length()).filter_map(|at| files.get(at)).collect());
    input.set_value("");
    files.unwrap_or_default()
}

/// What was dropped. Must be asked for at once: the browser forgets it when the event is over.
pub struct Dropped {
    files: Vec<File>,
    /// Folders, as the browser's FileSystemDirectoryEntry.
    folders: Vec<JsValue>,
}

/// The files and folders that were dropped.
pub fn dropped(event: &DragEvent) -> Option<Dropped> {
    let data = event.data_transfer()?;
    let files = data.files()?;
    let all: Vec<File> = (0..files.length()).filter_map(|at| files.get(at)).collect();
    let items = Reflect::get(&data, &"items".into()).map(|items| Array::from(&items)).unwrap_or_default();
    let entries: Vec<Option<JsValue>> = items.iter().map(|item| entry_of(&item)).collect();
    // A folder stands among the files too, as one that cannot be read.
    let is_folder = |at: usize| entries.get(at).is_some_and(|entry| entry.as_ref().is_some_and(is_directory));
    let files = all.into_iter().enumerate().filter(|(at, _)| !is_folder(*at)).map(|(_, file)| file).collect();
    let folders = entries.into_iter().flatten().filter(is_directory).collect();
    Some(Dropped { files, folders })
}

fn entry_of(item: &JsValue) -> Option<JsValue> {
    let get = Reflect::get(item, &"webkitGetAsEntry".into()).ok()?.dyn_into::<Function>().ok()?;
    get.call0(item).ok().filter(|entry| !entry.is_null() && !entry.is_undefined())
}

fn is_directory(entry: &JsValue) -> bool {
    Reflect::get(entry, &"isDirectory".into()).is_ok_and(|value| value.is_truthy())
}

impl Dropped {
    /// All the files, those in folders too, in the order of their paths; no more than can be taken at once.
    pub async fn all(self) -> Vec<File> {
        let mut files = self.files;
        let mut folders = self.folders;
        while let Some(folder) = folders.pop() {
            for entry in entries_in(&folder).await {
                match is_directory(&entry) {
                    true => folders.push(entry),
                    false => files.extend(file_of(&entry).await),
                }
                if files.len() > FILES_MAX {
                    return files;
                }
            }
        }
        files
    }
}

/// Calls a method of an entry that answers by a callback.
async fn call_back(of: &JsValue, method: &str) -> Option<JsValue> {
    let method = Reflect::get(of, &method.into()).ok()?.dyn_into::<Function>().ok()?;
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let failed = resolve.clone();
        let failed = Closure::once_into_js(move |_: JsValue| failed.call0(&JsValue::UNDEFINED));
        // A method that throws answers nothing, as one that fails.
        if method.call2(of, &resolve, &failed).is_err() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    JsFuture::from(promise).await.ok().filter(|value| !value.is_undefined())
}

async fn file_of(entry: &JsValue) -> Option<File> {
    call_back(entry, "file").await?.dyn_into().ok()
}

async fn entries_in(folder: &JsValue) -> Vec<JsValue> {
    let mut all = Vec::new();
    let create =
        Reflect::get(folder, &"createReader".into()).ok().and_then(|it| it.dyn_into::<Function>().ok());
    let Some(reader) = create.and_then(|create| create.call0(folder).ok()) else { return all };
    // It gives a hundred at a time, and none at the end.
    while let Some(some) = call_back(&reader, "readEntries").await {
        let some = Array::from(&some);
        if some.length() == 0 || all.len() > FILES_MAX {
            break;
        }
        all.extend(some.iter());
    }
    all
}

/// Whether what is dragged over the page is a file.
pub fn is_file_drag(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&JsValue::from_str("Files"), 0))
}
