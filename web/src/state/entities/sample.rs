//! Sample data: items of every entity, whose references hold and whose keys differ. The same entities, seed and time give the same items;
//! an entity's own do not change with what stands beside it, but for what it refers to.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64;
use engine::random::Random;
use serde_json::{Map, Value, json};

use super::check::{Level, findings};
use super::source::{Source, Subject};
use super::template::KeyTemplate;
use super::{key_attributes, key_template};
use crate::protocol::entity::{Attribute, Entity, Kind};
use crate::share::import::{ImportPlan, Numbered};
use crate::share::load::BATCH_ITEMS;
use crate::state::explanation::count;
use crate::state::tables::Tables;

/// The most items at once.
pub const ITEMS_MAX: u64 = 20_000;
/// So often an item is drawn anew whose key is there.
const TRIES: usize = 20;

/// An item that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The name of its entity.
    pub entity: String,
    /// Its table.
    pub table: String,
    /// The item, in DynamoDB JSON.
    pub item: Value,
}

/// Sample data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// The items: what is referred to before what refers to it.
    pub made: Vec<Made>,
    /// Entities of which some could not be made, since all their keys were there; and how many.
    pub spent: Vec<(String, usize)>,
}

impl Sample {
    /// How many items of each entity there are, in their order.
    pub fn counts(&self) -> Vec<(String, usize)> {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for made in &self.made {
            match counts.iter_mut().find(|(name, _)| *name == made.entity) {
                Some((_, count)) => *count += 1,
                None => counts.push((made.entity.clone(), 1)),
            }
        }
        counts
    }
}

/// The entities that one refers to.
fn refers_to(entity: &Entity) -> BTreeSet<String> {
    let of = |attribute: &Attribute| match Source::read(&attribute.sample) {
        Ok(Source::Of { entity, .. }) => Some(entity),
        _ => None,
    };
    entity.attributes.iter().filter_map(of).chain(entity.amount.per.clone()).collect()
}

/// The entities in an order in which each stands behind those that it refers to; or which of them go in a circle. What refers to an
/// entity that is not there is no matter here.
pub fn order(entities: &[Entity]) -> Result<Vec<usize>, String> {
    let mut done: Vec<usize> = Vec::new();
    loop {
        let is_done = |name: &String| {
            let at = entities.iter().position(|entity| entity.name == *name);
            at.is_none_or(|at| done.contains(&at))
        };
        let ready = |at: &usize| !done.contains(at) && refers_to(&entities[*at]).iter().all(is_done);
        match (0..entities.len()).find(ready) {
            Some(at) => done.push(at),
            None if done.len() == entities.len() => return Ok(done),
            None => {
                let left = (0..entities.len()).filter(|at| !done.contains(at));
                let names: Vec<&str> = left.map(|at| entities[at].name.as_str()).collect();
                return Err(format!("These refer to each other in a circle: {}.", names.join(", ")));
            }
        }
    }
}

/// A seed of its own for each entity.
fn seed_of(name: &str, seed: u64) -> u64 {
    // FNV-1a.
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed.rotate_left(17), hash)
}

/// Makes sample data; or says why that cannot be.
pub fn generate(entities: &[Entity], tables: &Tables, seed: u64, now_ms: u64) -> Result<Sample, String> {
    for (at, entity) in entities.iter().enumerate() {
        let found = findings(at, entities, tables);
        if let Some(wrong) = found.iter().find(|one| one.level == Level::Wrong) {
            return Err(format!("{}: {}", entity.name, wrong.text));
        }
    }
    let mut sample = Sample::default();
    let mut texts: BTreeMap<&str, Vec<Texts>> = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for at in order(entities)? {
        let mut making = Making::of(&entities[at], tables, seed, now_ms)?;
        let own = making.all(&texts, &mut keys, &mut sample)?;
        texts.insert(&entities[at].name, own);
    }
    Ok(sample)
}

/// What an item's attributes have, by name.
type Texts = BTreeMap<String, String>;

/// The making of one entity's items.
struct Making<'a> {
    entity: &'a Entity,
    sources: Vec<Source>,
    /// Key attribute, type, template.
    keys: Vec<(String, String, KeyTemplate)>,
    /// The names of the table's own key.
    primary: Vec<String>,
    random: Random,
    now_ms: u64,
}

impl<'a> Making<'a> {
    fn of(entity: &'a Entity, tables: &Tables, seed: u64, now_ms: u64) -> Result<Making<'a>, String> {
        let table =
            tables.get(&entity.table).ok_or_else(|| format!("There is no table {}.", entity.table))?;
        let sources: Result<_, _> = entity.attributes.iter().map(|one| Source::read(&one.sample)).collect();
        let templated = key_attributes(table).into_iter().filter_map(|(name, kind, _)| {
            let template = KeyTemplate::read(&key_template(entity, &name)?);
            Some(template.map(|template| (name, kind, template)))
        });
        Ok(Making {
            entity,
            sources: sources?,
            keys: templated.collect::<Result<_, _>>()?,
            primary: table.keys.names(),
            random: Random::new(seed_of(&entity.name, seed)),
            now_ms,
        })
    }

    fn all(
        &mut self,
        others: &BTreeMap<&str, Vec<Texts>>,
        taken: &mut BTreeSet<String>,
        sample: &mut Sample,
    ) -> Result<Vec<Texts>, String> {
        let entity = self.entity;
        let amount = &entity.amount;
        let parents = amount.per.as_ref().map_or(1, |per| others.get(per.as_str()).map_or(0, Vec::len));
        let (mut own, mut spent) = (Vec::new(), 0);
        for parent in 0..parents {
            let more = u64::from(amount.most - amount.least);
            for _ in 0..u64::from(amount.least) + self.random.below(more + 1) {
                match self.one(own.len() as u64, parent, others, taken)? {
                    Some((texts, item)) => {
                        let (entity, table) = (entity.name.clone(), entity.table.clone());
                        sample.made.push(Made { entity, table, item });
                        own.push(texts);
                    }
                    None => spent += 1,
                }
                if sample.made.len() as u64 > ITEMS_MAX {
                    let most = count(ITEMS_MAX);
                    return Err(format!(
                        "That would be more than {most} items: lower how many there are of an entity."
                    ));
                }
            }
        }
        if spent > 0 {
            sample.spent.push((entity.name.clone(), spent));
        }
        Ok(own)
    }

    /// One item; none where every key that was tried is there.
    fn one(
        &mut self,
        number: u64,
        parent: usize,
        others: &BTreeMap<&str, Vec<Texts>>,
        taken: &mut BTreeSet<String>,
    ) -> Result<Option<(Texts, Value)>, String> {
        for _ in 0..TRIES {
            let (texts, item) = self.draw(number, parent, others)?;
            let key: Vec<&Value> = self.primary.iter().map(|name| &item[name]).collect();
            if taken.insert(json!([self.entity.table, key]).to_string()) {
                return Ok(Some((texts, Value::Object(item))));
            }
        }
        Ok(None)
    }

    fn draw(
        &mut self,
        number: u64,
        parent: usize,
        others: &BTreeMap<&str, Vec<Texts>>,
    ) -> Result<(Texts, Map<String, Value>), String> {
        let subject = Subject::draw(number, &mut self.random);
        // All references to one entity are to the same item of it.
        let mut picked: BTreeMap<&str, usize> = BTreeMap::new();
        if let Some(per) = &self.entity.amount.per {
            picked.insert(per, parent);
        }
        let (mut texts, mut item) = (Texts::new(), Map::new());
        for (attribute, source) in self.entity.attributes.iter().zip(&self.sources) {
            let (random, now_ms) = (&mut self.random, self.now_ms);
            let text = match source {
                Source::Of { entity, attribute: name } => {
                    let all = others.get(entity.as_str()).map_or(&[][..], Vec::as_slice);
                    if all.is_empty() {
                        return Err(format!("{} refers to a {entity}, and there is none.", self.entity.name));
                    }
                    let at = *picked.entry(entity).or_insert_with(|| random.below(all.len() as u64) as usize);
                    all[at].get(name).cloned().unwrap_or_default()
                }
                source => source.draw(&subject, now_ms, random).unwrap_or_default(),
            };
            if !attribute.key_only {
                let mut more = || source.draw(&subject, now_ms, random);
                item.insert(attribute.name.clone(), value(attribute.kind, &text, &subject, &mut more));
            }
            texts.insert(attribute.name.clone(), text);
        }
        for (name, kind, template) in &self.keys {
            if let Some(key) = template.write(|name| texts.get(name).cloned()) {
                let key = if kind == "B" { BASE64.encode(key.as_bytes()) } else { key };
                item.insert(name.clone(), json!({ kind.as_str(): key }));
            }
        }
        Ok((texts, item))
    }
}

/// A text as a value of that type; of a set or a list the first of up to three.
fn value(kind: Kind, text: &str, of: &Subject, more: &mut dyn FnMut() -> Option<String>) -> Value {
    let mut several = || {
        let mut all = vec![text.to_owned()];
        all.extend((0..2).filter_map(|_| more()));
        let mut seen = BTreeSet::new();
        all.retain(|one| seen.insert(one.clone()));
        all
    };
    match kind {
        Kind::S => json!({ "S": text }),
        Kind::N => json!({ "N": text }),
        Kind::B => json!({ "B": BASE64.encode(text.as_bytes()) }),
        Kind::BOOL => json!({ "BOOL": text == "true" }),
        Kind::SS => json!({ "SS": several() }),
        Kind::NS => json!({ "NS": several() }),
        Kind::L => {
            json!({ "L": several().into_iter().map(|one| json!({ "S": one })).collect::<Vec<_>>() })
        }
        Kind::M => {
            let parts = of.address().map(|(name, part)| (name.to_owned(), json!({ "S": part })));
            json!({ "M": Map::from_iter(parts) })
        }
    }
}

/// How the items are written: for each table batches for BatchWriteItem, in the order in which they were made.
pub fn plans(sample: &Sample) -> Vec<(String, ImportPlan)> {
    let mut plans: Vec<(String, Vec<Numbered>)> = Vec::new();
    for (number, made) in sample.made.iter().enumerate() {
        let numbered = (number + 1, made.item.clone());
        match plans.iter_mut().find(|(table, _)| *table == made.table) {
            Some((_, items)) => items.push(numbered),
            None => plans.push((made.table.clone(), vec![numbered])),
        }
    }
    let plan = |items: Vec<Numbered>| ImportPlan {
        items: items.len(),
        batches: items.chunks(BATCH_ITEMS).map(<[Numbered]>::to_vec).collect(),
        ..ImportPlan::default()
    };
    plans.into_iter().map(|(table, items)| (table, plan(items))).collect()
}
