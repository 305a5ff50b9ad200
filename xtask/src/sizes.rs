//! How large the site is, file by file: as it is, and as a static host sends it.

use crate::files;
use crate::report::{Failure, Result, fail, say};
use flate2::{Compression, write::GzEncoder};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// One file's sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// The path inside the site.
    pub path: String,
    /// As it is.
    pub raw: u64,
    /// By gzip, level 9.
    pub gzip: u64,
    /// By brotli, quality 11.
    pub brotli: u64,
}

/// The sizes of all files of a folder, by path.
pub fn measure(folder: &Path) -> Result<Vec<Size>> {
    measure_of(folder, |_| true)
}

/// The sizes of the files of a folder whose paths are wanted.
pub fn measure_of(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<Size>> {
    let fault = |e: std::io::Error| Failure(format!("cannot compress: {e}"));
    let sized = |(path, at): (String, PathBuf)| {
        let bytes = files::read(&at)?;
        let (gzip, brotli) = (gzip(&bytes).map_err(fault)?, brotli(&bytes).map_err(fault)?);
        Ok(Size { path, raw: bytes.len() as u64, gzip, brotli })
    };
    files::all(folder)?.into_iter().filter(|(path, _)| wanted(path)).map(sized).collect()
}

fn gzip(bytes: &[u8]) -> std::io::Result<u64> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len() as u64)
}

fn brotli(bytes: &[u8]) -> std::io::Result<u64> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters)?;
    Ok(out.len() as u64)
}

/// A first visit downloads less than this, by brotli.
pub const FIRST_VISIT_MAX_BYTES: u64 = 900_000;

/// What a first visit downloads, in bytes by brotli: all of the site but the rest of each module and of the style sheets and the lessons, and of the
/// samples the list and the first of them.
pub fn first_visit(sizes: &[Size]) -> u64 {
    let is_asked_for = |path: &str| match path.split_once('/') {
        Some(("samples", sample)) => matches!(sample, "index.json" | "orders.json"),
        Some(("docs" | "lessons", _)) => false,
        Some(("icons", icon)) => icon.ends_with(".svg"),
        // A document asks for the element, and the page does not.
        _ => !path.contains("_rest-") && path != "embed.js",
    };
    sizes.iter().filter(|size| is_asked_for(&size.path)).map(|size| size.brotli).sum()
}

/// Fails where a first visit downloads too much.
pub fn keep_within(sizes: &[Size]) -> Result {
    let bytes = first_visit(sizes);
    if bytes < FIRST_VISIT_MAX_BYTES {
        say(format_args!("a first visit downloads {bytes} bytes by brotli"));
        return Ok(());
    }
    fail(format!(
        "a first visit downloads {bytes} bytes by brotli, which are to be less than {FIRST_VISIT_MAX_BYTES}: what is new and not run by \
         it goes with `cargo xtask first-visit`"
    ))
}

/// The table that `cargo xtask dist` prints, with a line for the sum.
pub fn table(sizes: &[Size]) -> String {
    let sum = |of: fn(&Size) -> u64| sizes.iter().map(of).sum();
    let total =
        Size { path: "total".into(), raw: sum(|s| s.raw), gzip: sum(|s| s.gzip), brotli: sum(|s| s.brotli) };
    let width = sizes.iter().map(|s| s.path.len()).max().unwrap_or(0).max("total".len());
    let mut text = format!("{:width$}  {:>10}  {:>10}  {:>10}\n", "file", "raw", "gzip", "brotli");
    for size in sizes.iter().chain([&total]) {
        // Writing to a String cannot fail.
        let _ =
            writeln!(text, "{:width$}  {:>10}  {:>10}  {:>10}", size.path, size.raw, size.gzip, size.brotli);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compresses_and_sums() {
        let text = "the same again and again, ".repeat(400);
        let (gzip, brotli) = (gzip(text.as_bytes()).unwrap(), brotli(text.as_bytes()).unwrap());
        assert!(gzip > 20 && gzip < 200, "{gzip}");
        assert!(brotli > 20 && brotli < gzip, "{brotli}");
        let one = Size { path: "a".into(), raw: 10, gzip: 8, brotli: 7 };
        let two = Size { path: "b/c".into(), raw: 5, gzip: 4, brotli: 3 };
        let text = table(&[one, two]);
        let last: Vec<&str> = text.lines().last().unwrap().split_whitespace().collect();
        assert_eq!(last, ["total", "15", "12", "10"]);
    }

    #[test]
    fn a_first_visit_asks_for_no_rest_and_for_one_sample() {
        let size = |path: &str, brotli| Size { path: path.into(), raw: 0, gzip: 0, brotli };
        let mut sizes = vec![
            size("app-1_bg.wasm", 800_000),
            size("app_rest-1.wasm", 9_000_000),
            size("icons/LICENSE", 9_000_000),
            size("embed.js", 9_000_000),
            size("docs/index.html", 9_000_000),
            size("icons/dynascope.svg", 30_000),
            size("samples/orders.json", 9_000),
            size("samples/users.json", 9_000_000),
            size("lessons/01-keys.md", 9_000_000),
        ];
        assert_eq!(first_visit(&sizes), 839_000);
        assert!(keep_within(&sizes).is_ok());
        sizes.push(size("worker_bg.wasm", 61_000));
        assert!(keep_within(&sizes).is_err());
    }

    #[test]
    fn reads_a_folder_with_its_folders() {
        let sizes = measure(&crate::root().join("xtask")).unwrap();
        assert!(sizes.iter().any(|s| s.path == "Cargo.toml" && s.raw > s.brotli));
        assert!(sizes.iter().any(|s| s.path == "src/setup/wasm.rs"));
    }
}
