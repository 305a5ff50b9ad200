//! The entities of a design: what kinds of things its tables hold, by which templates their keys are filled, and what sample data of them
//! looks like. Kept with the workspace and in documents.
//!
//! Owns their shape and the limits of a document. Whether templates and samples can be read, and what they lead to, is
//! [`crate::state::entities`]'s: an entity that is half written is kept as it is.
//!
//! Follows [single-table design](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/data-modeling-foundations.html): many
//! kinds of items in one table, told apart by their keys.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The most entities that a design has.
pub const ENTITIES_MAX: usize = 100;
/// The most attributes of an entity.
pub const ATTRIBUTES_MAX: usize = 100;
/// The longest name, template or sample, in bytes.
pub const TEXT_BYTES_MAX: usize = 2_048;

/// The type of an attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Kind {
    #[default]
    S,
    N,
    B,
    BOOL,
    L,
    M,
    SS,
    NS,
}

impl Kind {
    /// Each.
    pub const ALL: [Kind; 8] = [Kind::S, Kind::N, Kind::B, Kind::BOOL, Kind::L, Kind::M, Kind::SS, Kind::NS];

    /// As DynamoDB JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::S => "S",
            Kind::N => "N",
            Kind::B => "B",
            Kind::BOOL => "BOOL",
            Kind::L => "L",
            Kind::M => "M",
            Kind::SS => "SS",
            Kind::NS => "NS",
        }
    }
}

/// An attribute of an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(default, rename = "type")]
    pub kind: Kind,
    /// What sample data has in it: `email`, `number 1..5`, `of User.user_id`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sample: String,
    /// It is only a part of keys: items have no attribute of this name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub key_only: bool,
}

/// How many items of an entity sample data has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// For each item of this entity; in all where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
    /// At least so many…
    pub least: u32,
    /// …and at most.
    pub most: u32,
}

impl Default for Amount {
    fn default() -> Amount {
        Amount { per: None, least: 10, most: 10 }
    }
}

/// A kind of item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// What it is called: `Order`.
    pub name: String,
    /// What it is, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The table that holds it.
    pub table: String,
    /// The template of each key attribute of the table and its indexes: `ORDER#{order_id}`. A key attribute without one is an attribute
    /// of the entity, or is not there: then the item is not in that index.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, String>,
    /// Its attributes, each name once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// How many of it sample data has.
    #[serde(default)]
    pub amount: Amount,
}

impl Entity {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// What a document's entities may not be; in words.
pub fn refused(entities: &[Entity]) -> Option<String> {
    if entities.len() > ENTITIES_MAX {
        return Some(format!("it has more than {ENTITIES_MAX} entities"));
    }
    entities.iter().enumerate().find_map(|(at, entity)| {
        let texts = [&entity.name, &entity.note, &entity.table].into_iter();
        let texts = texts.chain(entity.keys.iter().flat_map(|(name, template)| [name, template]));
        let mut texts = texts.chain(entity.attributes.iter().flat_map(|one| [&one.name, &one.sample]));
        if entities[..at].iter().any(|other| other.name == entity.name) {
            return Some(format!("there are two entities “{}”", entity.name));
        }
        if entity.attributes.len() > ATTRIBUTES_MAX {
            return Some(format!("the entity “{}” has more than {ATTRIBUTES_MAX} attributes", entity.name));
        }
        let long = texts.any(|text| text.len() > TEXT_BYTES_MAX);
        long.then(|| format!("entity {} has a text of more than {TEXT_BYTES_MAX} bytes", at + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_is_short_json_and_comes_back() {
        let text = r#"{"name":"User","table":"App","keys":{"PK":"USER#{id}"},"attributes":[{"name":"id","type":"S","sample":"uuid","keyOnly":true},{"name":"tags","type":"SS"}],"amount":{"per":"Team","least":1,"most":5}}"#;
        let entity: Entity = serde_json::from_str(text).expect("an entity");
        assert_eq!(serde_json::to_string(&entity).expect("JSON"), text);
        assert_eq!(entity.attribute("tags").map(|one| one.kind), Some(Kind::SS));
        let short: Entity = serde_json::from_str(r#"{"name":"A","table":"T"}"#).expect("an entity");
        assert_eq!((short.amount.least, short.amount.per), (10, None));
        assert!(Kind::ALL.iter().all(|kind| format!("{kind:?}") == kind.name()));
    }

    #[test]
    fn a_document_has_each_name_once_and_nothing_endless() {
        let named = |name: &str| Entity { name: name.into(), ..Entity::default() };
        assert_eq!(refused(&[named("A"), named("B")]), None);
        assert!(refused(&[named("A"), named("A")]).is_some_and(|why| why.contains("two entities “A”")));
        assert!(refused(&[named(&"x".repeat(3_000))]).is_some_and(|why| why.contains("2048 bytes")));
        assert!(refused(&vec![named("A"); 101]).is_some_and(|why| why.contains("100 entities")));
        let many = Entity { attributes: vec![Attribute::default(); 101], ..named("A") };
        assert!(refused(&[many]).is_some_and(|why| why.contains("100 attributes")));
    }
}
