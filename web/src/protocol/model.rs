//! What a design says beside its tables: the access patterns that it is for, and the entities that it holds. It is kept with the workspace
//! and goes along in a document.
//!
//! Owns the lists' shape. What a pattern is, is the engine's [`PlannedPattern`]; what an entity is, [`Entity`].

use engine::workload::{PATTERNS_MAX, PlannedPattern};
use serde::{Deserialize, Serialize};

use super::entity::{ENTITIES_MAX, Entity};
use super::named;

/// What is kept of a design beside its tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Model {
    /// Its access patterns, each name once.
    pub patterns: Vec<PlannedPattern>,
    /// Its entities, each name once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
}

/// One of the same name is replaced, the others stand behind; more than so many are left out.
fn joined<T: Clone>(all: &mut Vec<T>, more: &[T], name: impl Fn(&T) -> &str, most: usize) {
    for one in more {
        match all.iter_mut().find(|old| name(old) == name(one)) {
            Some(old) => old.clone_from(one),
            None => all.push(one.clone()),
        }
    }
    all.truncate(most);
}

impl Model {
    /// Without what it says of these tables, which are taken away.
    pub fn without(&self, tables: &[String]) -> Model {
        let asks = |one: &&PlannedPattern| {
            named::tables(&one.request).any(|name| tables.iter().any(|table| table == name))
        };
        let patterns = self.patterns.iter().filter(|one| !asks(one));
        let entities = self.entities.iter().filter(|one| !tables.contains(&one.table));
        Model { patterns: patterns.cloned().collect(), entities: entities.cloned().collect() }
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty() && self.entities.is_empty()
    }

    /// The same with these too: one of the same name is replaced, the others stand behind. More than a design can have are left out.
    pub fn with(&self, more: &Model) -> Model {
        let mut model = self.clone();
        joined(&mut model.patterns, &more.patterns, |one| &one.name, PATTERNS_MAX);
        joined(&mut model.entities, &more.entities, |one| &one.name, ENTITIES_MAX);
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
        let of = |patterns: Vec<PlannedPattern>| Model { patterns, ..Model::default() };
        let model = Model::default().with(&of(vec![named("a", "Query"), named("b", "Scan")]));
        let model = model.with(&of(vec![named("c", "GetItem"), named("a", "PutItem")]));
        let all: Vec<(&str, &str)> = model.patterns.iter().map(|one| (&*one.name, &*one.operation)).collect();
        assert_eq!(all, [("a", "PutItem"), ("b", "Scan"), ("c", "GetItem")]);
        let many: Vec<PlannedPattern> = (0..300).map(|at| named(&at.to_string(), "Query")).collect();
        assert_eq!(model.with(&of(many)).patterns.len(), PATTERNS_MAX);
        let user = Entity { name: "User".into(), table: "App".into(), ..Entity::default() };
        let moved = Entity { table: "Other".into(), ..user.clone() };
        let entities = |list| Model { entities: list, ..Model::default() };
        assert_eq!(entities(vec![user]).with(&entities(vec![moved.clone()])).with(&model).entities, [moved]);
        let empty = serde_json::from_str::<Model>("{}").expect("an empty one");
        assert!(empty.is_empty() && !model.is_empty());
    }

    #[test]
    fn what_is_of_a_table_goes_with_it() {
        let pattern = |name: &str, request| PlannedPattern::new(name, "Query", request);
        let entity = |table: &str| Entity { name: table.into(), table: table.into(), ..Entity::default() };
        let patterns = vec![
            pattern("a", json!({ "TableName": "A" })),
            pattern("b", json!({ "TableName": "B" })),
            pattern("both", json!({ "RequestItems": { "A": {}, "B": {} } })),
            pattern("with", json!({ "TransactItems": [{ "Put": { "TableName": "A" } }] })),
        ];
        let model = Model { patterns, entities: vec![entity("A"), entity("B")] };
        let rest = model.without(&["A".to_owned()]);
        assert_eq!(rest.patterns.iter().map(|one| &*one.name).collect::<Vec<_>>(), ["b"]);
        assert_eq!(rest.entities, [entity("B")]);
    }
}
