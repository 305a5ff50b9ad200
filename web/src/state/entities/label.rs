//! Which entity an item is, by its table's key; and whether the items of an entity are in an index.

use serde_json::Value;

use super::key_template;
use super::template::KeyTemplate;
use crate::protocol::entity::Entity;
use crate::state::attribute::to_text;
use crate::state::tables::{Keys, TableDescription};

/// What tells the entities of one table apart.
#[derive(Clone, Debug, Default)]
pub struct Labels(Vec<Label>);

/// What tells one of them.
#[derive(Clone, Debug)]
struct Label {
    name: String,
    /// The template of each attribute of the table's key.
    key: Vec<(String, KeyTemplate)>,
    /// How much of them is fixed.
    fixed: usize,
}

impl Labels {
    /// Of the entities that this table holds. One whose key cannot be read tells nothing.
    pub fn of(entities: &[Entity], table: &TableDescription) -> Labels {
        let names = table.keys.names();
        Labels::of_key(entities, &table.name, &names.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The same, of a table by its name and the attributes of its key.
    pub fn of_key(entities: &[Entity], table: &str, key: &[&str]) -> Labels {
        let own = entities.iter().filter(|entity| entity.table == table);
        let read = own.filter_map(|entity| {
            let template = |name: &str| KeyTemplate::read(&key_template(entity, name)?).ok();
            let key: Vec<_> =
                key.iter().map(|name| Some(((*name).to_owned(), template(name)?))).collect::<Option<_>>()?;
            let fixed = key.iter().map(|(_, template)| template.fixed()).sum();
            Some(Label { name: entity.name.clone(), key, fixed })
        });
        Labels(read.collect())
    }

    /// Whether there is nothing to tell by.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entity of an item, in the table or an index, which both have the table's key: of those that its key fits the one whose
    /// templates say most. None where it fits none.
    pub fn entity(&self, item: &Value) -> Option<&str> {
        let fits = |(name, template): &(String, KeyTemplate)| {
            item.get(name).is_some_and(|value| template.fits(&to_text(value).1))
        };
        let found = self.0.iter().filter(|label| label.key.iter().all(fits));
        // The first of equals: entities have an order.
        found.rev().max_by_key(|label| label.fixed).map(|label| label.name.as_str())
    }
}

/// Whether an entity's items are in an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Each.
    Always,
    /// Those that have these values.
    Where(Vec<(String, String)>),
    /// None: they lack these key attributes.
    Never(Vec<String>),
}

impl Presence {
    /// Of that entity in the index of these keys.
    pub fn of(entity: &Entity, keys: &Keys) -> Presence {
        let (mut missing, mut conditions) = (Vec::new(), Vec::new());
        for name in keys.names() {
            match key_template(entity, &name) {
                None => missing.push(name),
                Some(text) => {
                    let read = KeyTemplate::read(&text).ok();
                    let own = read.iter().flat_map(KeyTemplate::conditions);
                    conditions.extend(own.map(|(name, only)| (name.to_owned(), only.to_owned())));
                }
            }
        }
        conditions.sort();
        conditions.dedup();
        match (missing.is_empty(), conditions.is_empty()) {
            (false, _) => Presence::Never(missing),
            (true, false) => Presence::Where(conditions),
            (true, true) => Presence::Always,
        }
    }

    /// In words: `in by-status where status is open`.
    pub fn words(&self, index: &str) -> String {
        match self {
            Presence::Always => format!("in {index}"),
            Presence::Where(conditions) => {
                let all = conditions.iter().map(|(name, only)| format!("{name} is {only}"));
                format!("in {index} where {} (sparse)", all.collect::<Vec<_>>().join(" and "))
            }
            Presence::Never(missing) => {
                format!("not in {index}: it has no {} (sparse)", missing.join(" and no "))
            }
        }
    }
}
