//! The browser's own compression, in the page and in the worker: bytes and files, in and out, with a limit on what comes out.
//!
//! Owns the use of the [Compression Streams](https://compression.spec.whatwg.org/), which web-sys has behind an unstable flag only.
//! What is in the bytes is nobody's matter here.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// A form of compression, under its name in the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The form of `.gz` files.
    Gzip,
    /// Bare deflate.
    DeflateRaw,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Gzip => "gzip",
            Form::DeflateRaw => "deflate-raw",
        }
    }
}

/// Why bytes cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This browser has no compression.
    Missing,
    /// They are damaged.
    Damaged,
    /// They unpack to more than the limit.
    TooLarge,
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = CompressionStream)]
    type Packer;
    #[wasm_bindgen(constructor, js_class = "CompressionStream", catch)]
    fn new(form: &str) -> Result<Packer, JsValue>;

    #[wasm_bindgen(js_name = DecompressionStream)]
    type Unpacker;
    #[wasm_bindgen(constructor, js_class = "DecompressionStream", catch)]
    fn new(form: &str) -> Result<Unpacker, JsValue>;

    type Stream;
    #[wasm_bindgen(method, js_name = pipeThrough)]
    fn pipe_through(this: &Stream, through: &JsValue) -> Stream;
    #[wasm_bindgen(method, js_name = getReader)]
    fn get_reader(this: &Stream) -> Reader;

    type Reader;
    #[wasm_bindgen(method)]
    fn read(this: &Reader) -> Promise;
    #[wasm_bindgen(method)]
    fn cancel(this: &Reader) -> Promise;
}

/// A blob of these bytes.
pub fn blob(bytes: &[u8]) -> Blob {
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence(&parts).expect("bytes make a blob")
}

/// A part of a blob, or all of it, in memory.
pub async fn bytes(blob: &Blob) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

fn stream(blob: &Blob) -> Stream {
    JsValue::from(blob.stream()).unchecked_into()
}

/// Packs bytes; none where the browser cannot.
pub async fn pack(bytes: &[u8], form: Form) -> Option<Vec<u8>> {
    let packer = Packer::new(form.name()).ok()?;
    let packed = stream(&blob(bytes)).pipe_through(&packer);
    let mut all = Vec::new();
    each(&packed, async |chunk| {
        all.extend(chunk);
        true
    })
    .await
    .ok()?;
    Some(all)
}

/// Packs a blob without having all of it in memory at once; none where the browser cannot.
pub async fn pack_blob(blob: &Blob, form: Form) -> Option<Blob> {
    let packer = Packer::new(form.name()).ok()?;
    let packed = stream(blob).pipe_through(&packer);
    let parts = Array::new();
    each(&packed, async |chunk| {
        parts.push(&self::blob(&chunk));
        true
    })
    .await
    .ok()?;
    Blob::new_with_blob_sequence(&parts).ok()
}

/// Unpacks a blob to at most so many bytes.
pub async fn unpack(blob: &Blob, form: Form, limit: usize) -> Result<Vec<u8>, Fault> {
    let unpacker = Unpacker::new(form.name()).map_err(|_| Fault::Missing)?;
    let unpacked = stream(blob).pipe_through(&unpacker);
    let mut all = Vec::new();
    let whole = each(&unpacked, async |chunk| {
        all.extend(chunk);
        all.len() <= limit
    });
    match whole.await {
        Ok(true) => Ok(all),
        Ok(false) => Err(Fault::TooLarge),
        Err(_) => Err(Fault::Damaged),
    }
}

/// Hands every chunk of a stream to `take` until that has enough; says whether it took all.
async fn each(stream: &Stream, mut take: impl AsyncFnMut(Vec<u8>) -> bool) -> Result<bool, JsValue> {
    let reader = stream.get_reader();
    loop {
        let read: Object = JsFuture::from(reader.read()).await?.unchecked_into();
        if Reflect::get(&read, &"done".into())?.is_truthy() {
            return Ok(true);
        }
        let chunk: Uint8Array = Reflect::get(&read, &"value".into())?.unchecked_into();
        if !take(chunk.to_vec()).await {
            // What is left is not wanted, whether or not it can still be had.
            drop(JsFuture::from(reader.cancel()).await);
            return Ok(false);
        }
    }
}
