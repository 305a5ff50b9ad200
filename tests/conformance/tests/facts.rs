//! Every number and rule of `facts.md` is shown by a script or test that is there and is run.

use conformance::facts::{Fact, parse};
use conformance::folder;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn facts() -> Vec<Fact> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("facts.md");
    parse(&fs::read_to_string(path).expect("the table is there"))
        .unwrap_or_else(|reason| panic!("facts.md, {reason}"))
}

#[test]
fn every_fact_is_shown_by_what_is_there_and_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let scripts = folder::scripts();
    let mut wrong = Vec::new();
    for Fact { section, id, shown } in facts() {
        if shown.is_empty() {
            wrong.push(format!("{section}, {id}: nothing shows it"));
        }
        for one in shown {
            if let Err(reason) = one.check(&root, &scripts) {
                wrong.push(format!("{section}, {id}: {}: {reason}", one.file));
            }
        }
    }
    assert!(wrong.is_empty(), "{} facts are not shown:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_fact_has_a_name_of_its_own() {
    let mut seen = BTreeSet::new();
    let facts = facts();
    let twice: Vec<&str> = facts.iter().map(|fact| fact.id.as_str()).filter(|id| !seen.insert(*id)).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(facts.len() > 140, "{} facts: some were lost", facts.len());
}

#[test]
fn every_script_says_where_its_answers_are_from() {
    let silent = folder::scripts()
        .into_iter()
        .filter(|(_, text)| !text.lines().any(|line| line.starts_with("# source: ")));
    let silent: Vec<String> = silent.map(|(name, _)| name).collect();
    assert!(silent.is_empty(), "no source in {silent:?}");
}

/// A script that names the table as its source names one of its sections, which then names the script.
#[test]
fn scripts_and_sections_name_each_other() {
    let facts = facts();
    let sections: BTreeSet<&str> = facts.iter().map(|fact| fact.section.as_str()).collect();
    for (name, text) in folder::scripts() {
        let sources: Vec<&str> = text.lines().filter(|line| line.starts_with("# source: facts.md")).collect();
        for section in sources
            .iter()
            .flat_map(|line| line.split('"').skip(1).step_by(2).take_while(|s| sections.contains(s)))
        {
            let named = facts.iter().filter(|fact| fact.section == section);
            assert!(
                named.flat_map(|fact| &fact.shown).any(|shown| shown.file == name),
                "{name} follows “{section}”, which does not name it"
            );
        }
        assert!(
            sources
                .iter()
                .all(|line| line.split('"').nth(1).is_some_and(|section| sections.contains(section))),
            "{name} names a section that is none"
        );
    }
}
