//! Every script under `scripts/`.
//!
//! `CONFORMANCE=Query cargo test -p conformance --test scripts` runs those whose path has that text.

#[test]
fn every_script_is_answered_as_dynamodb_answers() {
    let wanted = std::env::var("CONFORMANCE").unwrap_or_default();
    let mut failures = Vec::new();
    for (name, text) in conformance::folder::scripts() {
        if name.contains(&wanted) {
            let differences = conformance::run::run(&text);
            failures.extend(differences.into_iter().map(|difference| format!("{name} {difference}")));
        }
    }
    assert!(failures.is_empty(), "{} wrong answers:\n{}", failures.len(), failures.join("\n"));
}
