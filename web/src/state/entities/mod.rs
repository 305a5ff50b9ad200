//! The entities of a single-table design: what [`Entity`] says, worked out. Pure.
//!
//! - `template` the templates of keys: `ORDER#{order_id}`
//! - `source` what sample data has in an attribute: `number 1..5`; `words` the short lists that it is drawn from
//! - `check` what is wrong with entities, or worth knowing, in plain words; `distinct` what could have the same key
//! - `sample` sample data: items of all entities whose references hold
//! - `label` which entity an item is, and in which indexes an entity is
//!
//! [`Entity`]: crate::protocol::entity::Entity

pub mod check;
mod distinct;
pub mod label;
pub mod sample;
pub mod source;
pub mod template;
mod words;

use crate::protocol::entity::{Attribute, Entity};
use crate::state::tables::{Keys, TableDescription};
use source::Source;

/// The template of a key attribute: the one that is given, or the attribute of that name as it is. None where the entity has neither.
pub fn key_template(entity: &Entity, key: &str) -> Option<String> {
    let given = entity.keys.get(key).filter(|template| !template.trim().is_empty());
    let own = || entity.attribute(key).map(|attribute| format!("{{{}}}", attribute.name));
    given.cloned().or_else(own)
}

/// Every key attribute of a table and its indexes once, with its type and what it is a key of: `PK`, `S`, `partition key`.
pub fn key_attributes(table: &TableDescription) -> Vec<(String, String, String)> {
    let mut all: Vec<(String, String, String)> = Vec::new();
    let mut add = |keys: &Keys, of: &str| {
        for (parts, role) in [(&keys.hash, "partition key"), (&keys.range, "sort key")] {
            for part in parts {
                let role = format!("{role}{of}");
                match all.iter_mut().find(|(name, ..)| *name == part.name) {
                    Some((_, _, roles)) if !of.is_empty() => *roles += &format!(", {role}"),
                    Some(_) => {}
                    None => all.push((part.name.clone(), part.attribute_type.clone(), role)),
                }
            }
        }
    };
    add(&table.keys, "");
    for index in &table.indexes {
        // An LSI has its table's partition key.
        let keys = match index.global {
            true => index.keys.clone(),
            false => Keys { hash: Vec::new(), ..index.keys.clone() },
        };
        add(&keys, &format!(" of {}", index.name));
    }
    all
}

/// A new entity of a table: its keys are to be filled.
pub fn fresh(table: &TableDescription) -> Entity {
    let id = Attribute { name: "id".into(), sample: "seq 1".into(), key_only: true, ..Attribute::default() };
    Entity { table: table.name.clone(), attributes: vec![id], ..Entity::default() }
}

/// The same with that entity: in the place of the one that was called `old`, whose name the others then say anew; else behind them.
pub fn with_entity(entities: &[Entity], old: Option<&str>, entity: Entity) -> Vec<Entity> {
    let mut all = entities.to_vec();
    let Some(at) = all.iter().position(|one| Some(one.name.as_str()) == old) else {
        all.push(entity);
        return all;
    };
    let (before, after) = (all[at].name.clone(), entity.name.clone());
    all[at] = entity;
    if before != after {
        for one in &mut all {
            if one.amount.per.as_ref() == Some(&before) {
                one.amount.per = Some(after.clone());
            }
            for attribute in &mut one.attributes {
                if let Ok(Source::Of { entity, attribute: name }) = Source::read(&attribute.sample)
                    && entity == before
                {
                    attribute.sample = format!("of {after}.{name}");
                }
            }
        }
    }
    all
}

#[cfg(test)]
mod tests;
