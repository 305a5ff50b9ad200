//! The scripts' folder.

use std::fs;
use std::path::{Path, PathBuf};

/// Every script under `scripts/`, in order: its path below that folder, and its text.
///
/// # Panics
/// Where the folder or a script cannot be read.
pub fn scripts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let mut paths = Vec::new();
    find(&root, &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "no scripts in {}", root.display());
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&root).expect("it was found there").display().to_string();
        (name, fs::read_to_string(&path).expect("a script is UTF-8 text"))
    };
    paths.into_iter().map(read).collect()
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the scripts' folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            find(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "script") {
            found.push(path);
        }
    }
}
