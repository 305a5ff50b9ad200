//! What a design says beside its tables: the access patterns that it is for. It is kept with the workspace and goes along in a document.
//!
//! Owns the list's shape. What a pattern is, is the engine's [`PlannedPattern`].

use engine::workload::{PATTERNS_MAX, PlannedPattern};
use serde::{Deserialize, Serialize};

/// What is kept of a design beside its tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Model {
    /// Its access patterns, each name once.
    pub patterns: Vec<PlannedPattern>,
}

impl Model {
    /// The same with these patterns too: one of the same name is replaced, the others stand behind. More than a design can have are
    /// left out.
    pub fn with_patterns(&self, patterns: &[PlannedPattern]) -> Model {
        let mut model = self.clone();
        for pattern in patterns {
            match model.patterns.iter_mut().find(|old| old.name == pattern.name) {
                Some(old) => old.clone_from(pattern),
                None => model.patterns.push(pattern.clone()),
            }
        }
        model.patterns.truncate(PATTERNS_MAX);
        model
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_there_once_and_no_more_than_so_many() {
        let named = |name: &str, operation: &str| PlannedPattern::new(name, operation, json!({}));
        let model = Model::default().with_patterns(&[named("a", "Query"), named("b", "Scan")]);
        let model = model.with_patterns(&[named("c", "GetItem"), named("a", "PutItem")]);
        let all: Vec<(&str, &str)> = model.patterns.iter().map(|one| (&*one.name, &*one.operation)).collect();
        assert_eq!(all, [("a", "PutItem"), ("b", "Scan"), ("c", "GetItem")]);
        let many: Vec<PlannedPattern> = (0..300).map(|at| named(&at.to_string(), "Query")).collect();
        assert_eq!(model.with_patterns(&many).patterns.len(), PATTERNS_MAX);
        assert_eq!(serde_json::from_str::<Model>("{}").expect("an empty one"), Model::default());
    }
}
