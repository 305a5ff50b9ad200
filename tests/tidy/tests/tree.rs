//! The rules hold in the whole tree.

use tidy::{Violation, layers, programs, rules, tree};

#[test]
fn the_tree_keeps_the_rules() {
    let sources = tree::sources().expect("the sources can be read");
    let lib = sources.iter().find(|s| s.path == "engine/src/lib.rs").expect("the engine has a lib.rs");
    let order = layers::order(&lib.text);
    assert!(order.len() > 10, "the order of the layers cannot be read: {order:?}");
    assert!(sources.len() > 50, "the sources cannot be found: {}", sources.len());
    let found: Vec<Violation> = sources
        .iter()
        .flat_map(|source| [rules::check(source), layers::check(&order, source)].concat())
        .chain(programs::check(&sources))
        .collect();
    let report: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{} broken rules:\n{}", found.len(), report.join("\n"));
}
