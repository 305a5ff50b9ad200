//! Every script under `scripts/`.
//!
//! `CONFORMANCE=Query cargo test -p conformance --test scripts` runs those whose path has that text.

use std::fs;
use std::path::{Path, PathBuf};

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the scripts' folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "script") {
            found.push(path);
        }
    }
}

#[test]
fn every_script_is_answered_as_dynamodb_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let wanted = std::env::var("CONFORMANCE").unwrap_or_default();
    let mut paths = Vec::new();
    scripts(&root, &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "no scripts in {}", root.display());
    let mut failures = Vec::new();
    for path in paths {
        let name = path.strip_prefix(&root).expect("it was found there").display().to_string();
        if name.contains(&wanted) {
            let text = fs::read_to_string(&path).expect("a script is UTF-8 text");
            let differences = conformance::run::run(&text);
            failures.extend(differences.into_iter().map(|difference| format!("{name} {difference}")));
        }
    }
    assert!(failures.is_empty(), "{} wrong answers:\n{}", failures.len(), failures.join("\n"));
}
