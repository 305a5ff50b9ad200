//! How large the site is, file by file: as it is, and as a static host sends it.

use crate::report::{Failure, Result};
use flate2::{Compression, write::GzEncoder};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

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
    let mut sizes = Vec::new();
    collect(folder, "", &mut sizes).map_err(|e| Failure(format!("cannot read {}: {e}", folder.display())))?;
    sizes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sizes)
}

fn collect(folder: &Path, prefix: &str, sizes: &mut Vec<Size>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), sizes)?;
        } else {
            let bytes = fs::read(entry.path())?;
            let (raw, gzip, brotli) = (bytes.len() as u64, gzip(&bytes)?, brotli(&bytes)?);
            sizes.push(Size { path, raw, gzip, brotli });
        }
    }
    Ok(())
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
    fn reads_a_folder_with_its_folders() {
        let sizes = measure(&crate::root().join("xtask")).unwrap();
        assert!(sizes.iter().any(|s| s.path == "Cargo.toml" && s.raw > s.brotli));
        assert!(sizes.iter().any(|s| s.path == "src/setup/wasm.rs"));
    }
}
