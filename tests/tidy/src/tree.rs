//! Finding the sources: every text file of the workspace that people write.

use crate::Source;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders that hold what is built, fetched or kept by tools.
const SKIPPED: [&str; 4] = ["target", "dist", "node_modules", ".git"];
const EXTENSIONS: [&str; 4] = ["rs", "html", "js", "css"];

/// The workspace's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// All sources, by path.
pub fn sources() -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    let root = root();
    collect(&root, &root, &mut sources)?;
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_ref()) && !name.starts_with('.') {
                collect(root, &path, sources)?;
            }
        } else if EXTENSIONS.iter().any(|e| path.extension().is_some_and(|x| x == *e)) {
            let text = fs::read_to_string(&path)?;
            let parts: Vec<_> =
                path.strip_prefix(root).unwrap_or(&path).iter().map(|p| p.to_string_lossy()).collect();
            sources.push(Source { path: parts.join("/"), text });
        }
    }
    Ok(())
}
