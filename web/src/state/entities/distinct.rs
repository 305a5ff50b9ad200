//! What could have the same key: two entities of one table, or two items of one entity.
//!
//! Owns the reasoning by templates alone; what a template's attributes hold is known only as far as sample data says it.

use std::collections::BTreeSet;

use super::key_template;
use super::source::Source;
use super::template::KeyTemplate;
use crate::protocol::entity::Entity;
use crate::state::tables::TableDescription;

/// The templates of a table's key; none where one is missing or cannot be read.
fn key(entity: &Entity, table: &TableDescription) -> Option<Vec<KeyTemplate>> {
    let names = table.keys.names();
    names.iter().map(|name| KeyTemplate::read(&key_template(entity, name)?).ok()).collect()
}

/// Whether items of the two may have the same key in that table.
pub fn may_collide(one: &Entity, other: &Entity, table: &TableDescription) -> bool {
    let keys = key(one, table).zip(key(other, table));
    keys.is_some_and(|(one, other)| one.iter().zip(&other).all(|(a, b)| a.may_equal(b)))
}

/// Whether nothing in an entity's key is another one for each of its items, as far as sample data says.
pub fn may_repeat(entity: &Entity, entities: &[Entity], table: &TableDescription) -> bool {
    let Some(templates) = key(entity, table) else { return false };
    let names: BTreeSet<&str> = templates.iter().flat_map(KeyTemplate::attributes).collect();
    let source = |entity: &Entity, name: &str| Source::read(&entity.attribute(name)?.sample).ok();
    // Whose items the key says: of entities that it refers to by what each of their items has another one of.
    let mut others: BTreeSet<&str> = BTreeSet::new();
    for name in &names {
        match source(entity, name) {
            Some(Source::Of { entity: of, attribute }) => {
                let other = entities.iter().find(|other| other.name == of);
                let own = other.and_then(|other| source(other, &attribute));
                if own.is_some_and(|own| own.is_distinct()) {
                    others.extend(other.map(|other| other.name.as_str()));
                }
            }
            Some(source) if !source.is_distinct() => {}
            // Each has another one; and what is not known is not said.
            _ => return false,
        }
    }
    // Of a pair of others there is one at most; of one other only where no more are made for each.
    match &entity.amount.per {
        Some(per) if entity.amount.most <= 1 && others.contains(per.as_str()) => false,
        Some(per) => others.iter().all(|other| other == per),
        None => entity.amount.most > 1 && others.len() < 2,
    }
}
