//! Entities as the facets of NoSQL Workbench, and back: a facet names a kind of item, what its keys mean, and its attributes.
//!
//! A key that means an attribute alone has the attribute's name as its alias; one that is put together has its template. The published
//! models have the key's own name there, and the facet's items beside it: then the template is what their keys have in common. Follows
//! [facets](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/workbench.Visualizer.Facets.html).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::LeftOut;
use super::design::{Table, key_names};
use crate::protocol::entity::{Attribute, ENTITIES_MAX, Entity, Kind, refused};
use crate::state::entities::label::Labels;
use crate::state::entities::template::KeyTemplate;
use crate::state::explanation::plural;

/// The members of `KeyAttributeAlias`, with the kinds of key that they are for.
const ALIASES: [(&str, &str); 2] = [("PartitionKeyAlias", "HASH"), ("SortKeyAlias", "RANGE")];

/// A part of so many digits is an identifier, whatever has it.
const DIGITS_OF_AN_ID: usize = 3;

/// A template that is one attribute: its name.
fn alone(template: &str) -> Option<&str> {
    let name = template.strip_prefix('{')?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['{', '}'])).then_some(name)
}

/// The facets of a table, each with its items; and the items of none.
pub fn write(table: &Table, entities: &[Entity], left_out: &mut Vec<LeftOut>) -> (Vec<Value>, Vec<Value>) {
    let mut facets = Vec::new();
    let schema = &table.create.key_schema;
    let labels = Labels::of_key(
        entities,
        table.name(),
        &[key_names(schema, "HASH"), key_names(schema, "RANGE")].concat(),
    );
    let (mut homes, mut homeless) = (BTreeMap::<&str, Vec<&Value>>::new(), Vec::new());
    for item in &table.items {
        match labels.entity(item) {
            Some(entity) => homes.entry(entity).or_default().push(item),
            None => homeless.push(item.clone()),
        }
    }
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
            "FacetName": entity.name, "KeyAttributeAlias": aliases, "NonKeyAttributes": attributes,
            "TableData": homes.remove(entity.name.as_str()).unwrap_or_default(), "DataAccess": { "MySql": {} },
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
    if !facets.is_empty() && !homeless.is_empty() {
        let what = format!("{}: {} of no entity", table.name(), plural(homeless.len() as u64, "item"));
        let why = "NoSQL Workbench shows what stands under facets: these stand beside them, in the table’s TableData";
        left_out.push(LeftOut::new(what, why));
    }
    (facets, homeless)
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
        let items = facet["TableData"].as_array().map_or(&[][..], Vec::as_slice);
        let schema = &table.create.key_schema;
        let keys = [key_names(schema, "HASH"), key_names(schema, "RANGE")].concat();
        let mut holes = Holes { facet: name, keys, items, named: Vec::new() };
        for (member, kind) in ALIASES {
            let alias = facet["KeyAttributeAlias"][member].as_str().map(str::trim).unwrap_or_default();
            let Some(key) = key_names(&table.create.key_schema, kind).first().copied() else { continue };
            let found = match alias.is_empty() || alias == key {
                true => holes.template_of(key),
                false => {
                    let said = template(
                        alias,
                        |name| kinds.contains_key(name),
                        |text| table.items.iter().any(|item| item[key]["S"] == text),
                    );
                    // `SubId#SKU` of the key `SUB#1#SKU#2` is for the eye: what the items have says more.
                    match fits_all(&said.0, key, items) {
                        true => Some(said),
                        false => holes.template_of(key).or(Some(said)),
                    }
                }
            };
            let Some((template, own)) = found else {
                // Then its items have the key as an attribute of their own.
                let kind = Kind::ALL.into_iter().find(|kind| kind.name() == table.type_of(key));
                let (name, kind) = (key.to_owned(), kind.unwrap_or_default());
                entity.attributes.push(Attribute { name, kind, ..Attribute::default() });
                continue;
            };
            entity.keys.insert(key.to_owned(), template);
            for name in own {
                if entity.attribute(&name).is_none() {
                    entity.attributes.push(Attribute { name, key_only: true, ..Attribute::default() });
                }
            }
        }
        for name in facet["NonKeyAttributes"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let kind = kinds.get(name).and_then(|kind| Kind::ALL.into_iter().find(|one| one.name() == kind));
            // In the order of the facet, also what its keys name.
            if entity.attribute(name).is_none_or(|known| known.key_only) {
                entity.attributes.retain(|one| one.name != name);
                let (name, kind) = (name.to_owned(), kind.unwrap_or_default());
                entity.attributes.push(Attribute { name, kind, ..Attribute::default() });
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

/// Whether a template may have written the key of each item.
fn fits_all(template: &str, key: &str, items: &[Value]) -> bool {
    let Ok(read) = KeyTemplate::read(template) else { return false };
    items.iter().filter_map(|item| item[key]["S"].as_str()).all(|text| read.fits(text))
}

/// What the keys of a facet's items have in common, part by part between their `#`.
struct Holes<'a> {
    facet: &'a str,
    keys: Vec<&'a str>,
    items: &'a [Value],
    /// The parts that differ, by item, with the name that each has in the templates.
    named: Vec<(Vec<&'a str>, String)>,
}

impl<'a> Holes<'a> {
    /// The template of a key, and what it names; none where its values have nothing in common.
    fn template_of(&mut self, key: &str) -> Option<(String, Vec<String>)> {
        let values: Option<Vec<&'a str>> = self.items.iter().map(|item| item[key]["S"].as_str()).collect();
        let values = values.filter(|values| !values.is_empty())?;
        let split: Vec<Vec<&str>> = values.iter().map(|value| value.split('#').collect()).collect();
        let parts = split[0].len();
        let plain = values.iter().all(|value| !value.contains(['{', '}']));
        if !plain || split.iter().any(|one| one.len() != parts) {
            return None;
        }
        let (mut template, mut names, mut common) = (Vec::new(), Vec::new(), parts > 1);
        for at in 0..parts {
            let texts: Vec<&str> = split.iter().map(|one| one[at]).collect();
            let same = texts.iter().all(|text| *text == texts[0]);
            // A part with digits is a number, a date, an identifier, also where all of the items have the same: those of one order.
            let digits = texts[0].chars().filter(char::is_ascii_digit).count();
            if same && digits < if texts.len() > 1 { DIGITS_OF_AN_ID } else { 1 } {
                common = true;
                template.push(texts[0].to_owned());
                continue;
            }
            let name = self.name(texts);
            template.push(format!("{{{name}}}"));
            names.push(name);
        }
        common.then(|| (template.join("#"), names))
    }

    /// The name of a part: of the attribute that has it as its value, or one of the facet's.
    fn name(&mut self, texts: Vec<&'a str>) -> String {
        if let Some((_, name)) = self.named.iter().find(|(known, _)| *known == texts) {
            return name.clone();
        }
        let text = |value: &'a Value| value["S"].as_str().or(value["N"].as_str());
        let first = self.items[0].as_object().into_iter().flatten();
        let attribute = first.map(|(name, _)| name).find(|name| {
            let has = |(item, wanted): (&'a Value, &&str)| text(&item[name.as_str()]) == Some(*wanted);
            is_name(name) && !self.keys.contains(&name.as_str()) && self.items.iter().zip(&texts).all(has)
        });
        let base: String = self.facet.chars().filter(|one| one.is_alphanumeric()).collect();
        let number = self.named.iter().filter(|(_, name)| name.starts_with(&format!("{base}Id"))).count();
        let name = match (attribute, number) {
            (Some(name), _) => name.clone(),
            (None, 0) => format!("{base}Id"),
            (None, number) => format!("{base}Id{}", number + 1),
        };
        self.named.push((texts, name.clone()));
        name
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|one| one.is_alphanumeric() || "_-.".contains(one))
}

/// An alias as a template, and the attributes that it names: `USER#<id>` and `USER#{id}` are templates as they are, so is `USER#id`;
/// `UserId` is an attribute alone, and `PROFILE` or `ID#ann` a text where a key has that very value. `known` are the table's attributes, `is_value` tells
/// a key's value.
fn template(
    alias: &str,
    known: impl Fn(&str) -> bool,
    is_value: impl Fn(&str) -> bool,
) -> (String, Vec<String>) {
    if !alias.contains(['{', '<']) && is_value(alias) && !known(alias) {
        return (alias.to_owned(), Vec::new());
    }
    if is_name(alias) {
        return (format!("{{{alias}}}"), vec![alias.to_owned()]);
    }
    let template = match alias {
        _ if alias.contains('{') => alias.to_owned(),
        _ if alias.contains('<') => alias.replace('<', "{").replace('>', "}"),
        // `USER#id`: what is written as a name is one, beside what is written as a constant.
        _ => {
            let constant = |part: &str| !part.contains(|one: char| one.is_lowercase());
            let first = alias.split('#').next().is_some_and(constant);
            let is_hole = |part: &str| is_name(part) && (known(part) || first && !constant(part));
            let parts = alias
                .split('#')
                .map(|part| if is_hole(part) { format!("{{{part}}}") } else { part.to_owned() });
            parts.collect::<Vec<_>>().join("#")
        }
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
            let (template, names) =
                template(alias, |name| name == "line", |text| text == "PROFILE" || text == "ID#ann0");
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
        assert_eq!(read("PROFILE"), ("PROFILE".into(), String::new()));
        assert_eq!(read("USER#userId"), ("USER#{userId}".into(), "userId".into()));
        assert_eq!(read("ID#ann0"), ("ID#ann0".into(), String::new()));
        assert_eq!(read("user#line"), ("user#{line}".into(), "line".into()));
        assert_eq!(read("user#profile"), ("user#profile".into(), String::new()));
    }

    #[test]
    fn what_the_keys_of_a_facets_items_have_in_common_is_its_template() {
        let item = |pk: &str, sk: &str, number: &str| json!({ "PK": { "S": pk }, "SK": { "S": sk }, "Number": { "N": number } });
        let items = [item("ACC#1#x", "ACC#1", "1"), item("ACC#2#x", "ACC#2", "2")];
        let mut holes = Holes { facet: "account", keys: vec!["PK", "SK"], items: &items, named: Vec::new() };
        let own = vec!["Number".to_owned()];
        assert_eq!(holes.template_of("PK"), Some(("ACC#{Number}#x".into(), own.clone())));
        assert_eq!(holes.template_of("SK"), Some(("ACC#{Number}".into(), own)));
        let items = [item("p#a1", "w#7", "0"), item("p#b2", "w#7", "0")];
        let mut holes =
            Holes { facet: "stock item", keys: vec!["PK", "SK"], items: &items, named: Vec::new() };
        assert_eq!(holes.template_of("PK"), Some(("p#{stockitemId}".into(), vec!["stockitemId".into()])));
        assert_eq!(holes.template_of("SK"), Some(("w#7".into(), Vec::new())));
        let items = [item("i#55", "x", "0")];
        let mut holes = Holes { facet: "invoice", keys: vec!["PK", "SK"], items: &items, named: Vec::new() };
        assert_eq!(holes.template_of("PK"), Some(("i#{invoiceId}".into(), vec!["invoiceId".into()])));
        assert_eq!(holes.template_of("SK"), Some(("x".into(), Vec::new())));
        assert_eq!(holes.template_of("Number"), None, "no text");
        let items = [item("o#1234", "line#1", "0"), item("o#1234", "line#1", "0")];
        let mut holes = Holes { facet: "line", keys: vec!["PK", "SK"], items: &items, named: Vec::new() };
        assert_eq!(
            holes.template_of("PK"),
            Some(("o#{lineId}".into(), vec!["lineId".into()])),
            "of one order"
        );
        assert_eq!(holes.template_of("SK"), Some(("line#1".into(), Vec::new())));
        let items = [item("left", "a#b", "0"), item("right", "c", "0")];
        let mut holes = Holes { facet: "any", keys: vec!["PK", "SK"], items: &items, named: Vec::new() };
        assert_eq!((holes.template_of("PK"), holes.template_of("SK")), (None, None));
    }
}
