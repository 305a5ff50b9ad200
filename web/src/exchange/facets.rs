//! Entities as the facets of NoSQL Workbench, and back: a facet names a kind of item, what its keys mean, and its attributes.
//!
//! A key that means an attribute alone has the attribute's name as its alias; one that is put together has its template. Follows
//! [facets](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/workbench.Visualizer.Facets.html).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::LeftOut;
use super::design::{Table, key_names};
use crate::protocol::entity::{Attribute, ENTITIES_MAX, Entity, Kind, refused};

/// The members of `KeyAttributeAlias`, with the kinds of key that they are for.
const ALIASES: [(&str, &str); 2] = [("PartitionKeyAlias", "HASH"), ("SortKeyAlias", "RANGE")];

/// A template that is one attribute: its name.
fn alone(template: &str) -> Option<&str> {
    let name = template.strip_prefix('{')?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['{', '}'])).then_some(name)
}

/// The facets of a table.
pub fn write(table: &Table, entities: &[Entity], left_out: &mut Vec<LeftOut>) -> Vec<Value> {
    let mut facets = Vec::new();
    for entity in entities.iter().filter(|entity| entity.table == table.name()) {
        let mut aliases = Map::new();
        let mut own = Vec::new();
        for (member, kind) in ALIASES {
            for name in key_names(&table.create.key_schema, kind) {
                own.push(name);
                let template =
                    entity.keys.get(name).map_or(name, |template| alone(template).unwrap_or(template));
                aliases.insert(member.to_owned(), json!(template));
            }
        }
        let attributes =
            entity.attributes.iter().filter(|one| !one.key_only && !own.contains(&one.name.as_str()));
        let attributes: Vec<&str> = attributes.map(|one| one.name.as_str()).collect();
        facets.push(json!({
            "FacetName": entity.name, "KeyAttributeAlias": aliases, "NonKeyAttributes": attributes, "DataAccess": { "MySql": {} },
        }));
        let place =
            |what: &str| LeftOut::new(format!("{}: entity {}: {what}", table.name(), entity.name), WHY);
        if entity.keys.keys().any(|name| !own.contains(&name.as_str())) {
            left_out.push(place("keys of indexes"));
        }
        if entity.attributes.iter().any(|one| !one.sample.is_empty()) {
            left_out.push(place("sample data"));
        }
        if !entity.note.is_empty() {
            left_out.push(place("note"));
        }
    }
    facets
}

const WHY: &str = "a facet of NoSQL Workbench has no place for it";

/// The entities of a table's facets. `kinds` are the types of its attributes, `all` the entities so far.
pub fn read(
    given: &Value,
    table: &Table,
    kinds: &BTreeMap<String, String>,
    all: &mut Vec<Entity>,
    left_out: &mut Vec<LeftOut>,
) {
    for facet in given["TableFacets"].as_array().into_iter().flatten() {
        let name = facet["FacetName"].as_str().unwrap_or_default();
        let place = format!("{}: facet {name}", table.name());
        let mut entity = Entity { table: table.name().to_owned(), ..Entity::default() };
        // Two tables may have facets of one name.
        entity.name = match all.iter().any(|other| other.name == name) {
            true => format!("{}.{name}", table.name()),
            false => name.to_owned(),
        };
        for (member, kind) in ALIASES {
            let alias = facet["KeyAttributeAlias"][member].as_str().map(str::trim).unwrap_or_default();
            let Some(key) = key_names(&table.create.key_schema, kind).first().copied() else { continue };
            if alias.is_empty() || alias == key {
                continue;
            }
            let (template, own) = template(alias);
            entity.keys.insert(key.to_owned(), template);
            for name in own {
                if entity.attribute(&name).is_none() {
                    entity.attributes.push(Attribute { name, key_only: true, ..Attribute::default() });
                }
            }
        }
        for name in facet["NonKeyAttributes"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let kind = kinds.get(name).and_then(|kind| Kind::ALL.into_iter().find(|one| one.name() == kind));
            match entity.attributes.iter_mut().find(|one| one.name == name) {
                Some(known) => known.key_only = false,
                None => entity.attributes.push(Attribute {
                    name: name.to_owned(),
                    kind: kind.unwrap_or_default(),
                    ..Attribute::default()
                }),
            }
        }
        if facet["DataAccess"]["MySql"].as_object().is_some_and(|access| !access.is_empty()) {
            left_out.push(LeftOut::new(
                format!("{place}: DataAccess.MySql"),
                "tables are not read from MySQL here",
            ));
        }
        let fault = refused(std::slice::from_ref(&entity));
        let taken = all.iter().any(|other| other.name == entity.name);
        match fault {
            _ if name.is_empty() => left_out.push(LeftOut::new(place, "it has no name")),
            _ if taken => left_out.push(LeftOut::new(place, "there are two of that name")),
            _ if all.len() == ENTITIES_MAX => {
                left_out.push(LeftOut::new(place, format!("a design has at most {ENTITIES_MAX} entities")));
            }
            Some(fault) => left_out.push(LeftOut::new(place, fault)),
            None => all.push(entity),
        }
    }
}

/// An alias as a template, and the attributes that it names: `USER#<id>` and `USER#{id}` are templates as they are, `UserId` is an
/// attribute alone.
fn template(alias: &str) -> (String, Vec<String>) {
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|one| one.is_alphanumeric() || "_-.".contains(one));
    if is_name(alias) {
        return (format!("{{{alias}}}"), vec![alias.to_owned()]);
    }
    let template = match alias.contains('{') {
        true => alias.to_owned(),
        false => alias.replace('<', "{").replace('>', "}"),
    };
    let parts = template.split('{').skip(1).filter_map(|part| part.split_once('}'));
    let names = parts.map(|(name, _)| name.to_owned()).filter(|name| is_name(name)).collect();
    (template, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_templates_or_attributes() {
        let read = |alias| {
            let (template, names) = template(alias);
            (template, names.join(","))
        };
        assert_eq!(read("SongId"), ("{SongId}".into(), "SongId".into()));
        assert_eq!(read("USER#<id>"), ("USER#{id}".into(), "id".into()));
        assert_eq!(
            read("ORDER#{order_id}#{line}"),
            ("ORDER#{order_id}#{line}".into(), "order_id,line".into())
        );
        assert_eq!(read("PROFILE#"), ("PROFILE#".into(), String::new()));
        assert_eq!(read("odd } { <"), ("odd } { <".into(), String::new()));
    }
}
