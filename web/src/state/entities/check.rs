//! What is wrong with entities, and what is worth knowing of them, in plain words beside the field.

use super::distinct::{may_collide, may_repeat};
use super::label::Presence;
use super::sample::order;
use super::source::Source;
use super::template::{KeyTemplate, Piece};
use super::{key_attributes, key_template};
use crate::protocol::entity::{Entity, Kind};
use crate::state::tables::{TableDescription, Tables};

/// A field of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Its name.
    Name,
    /// Its table.
    Table,
    /// The template of that key attribute.
    Key(String),
    /// The name or type of an attribute.
    Attribute(usize),
    /// An attribute's sample.
    Sample(usize),
    /// How many there are.
    Amount,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing.
    Note,
    /// It may go wrong.
    Warning,
    /// It cannot be.
    Wrong,
}

impl Level {
    /// The value of `data-level`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Wrong => "wrong",
        }
    }
}

/// Something to say of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// How much it matters.
    pub level: Level,
    /// What.
    pub text: String,
}

struct Findings(Vec<Finding>);

impl Findings {
    fn say(&mut self, place: Place, level: Level, text: impl Into<String>) {
        self.0.push(Finding { place, level, text: text.into() });
    }

    fn wrong(&mut self, place: Place, text: impl Into<String>) {
        self.say(place, Level::Wrong, text);
    }
}

/// Everything to say of one of the entities.
pub fn findings(at: usize, entities: &[Entity], tables: &Tables) -> Vec<Finding> {
    let mut found = Findings(Vec::new());
    let Some(entity) = entities.get(at) else { return found.0 };
    match entity.name.trim() {
        "" => found.wrong(Place::Name, "An entity needs a name."),
        name if name.contains('.') => {
            found.wrong(Place::Name, "No full stop: “of User.user_id” parts entity and attribute by it.");
        }
        name if entities[..at].iter().chain(&entities[at + 1..]).any(|other| other.name == name) => {
            found.wrong(Place::Name, "Another entity has this name.");
        }
        _ => {}
    }
    attributes(&mut found, entity, entities);
    if entity.amount.least > entity.amount.most {
        found.wrong(Place::Amount, "The least is more than the most.");
    }
    if let Some(per) = &entity.amount.per
        && !entities.iter().any(|other| other.name == *per)
    {
        found.wrong(Place::Amount, format!("There is no entity {per}."));
    }
    if let Err(why) = order(entities)
        && why.contains(&entity.name)
    {
        found.wrong(Place::Amount, why);
    }
    match tables.get(&entity.table) {
        None if entity.table.is_empty() => found.wrong(Place::Table, "Which table holds it?"),
        None => found.wrong(Place::Table, format!("There is no table {} here.", entity.table)),
        Some(table) => {
            keys(&mut found, entity, table);
            indexes(&mut found, entity, table);
            collisions(&mut found, at, entities, table);
        }
    }
    found.0
}

fn attributes(found: &mut Findings, entity: &Entity, entities: &[Entity]) {
    for (at, attribute) in entity.attributes.iter().enumerate() {
        let place = Place::Attribute(at);
        if attribute.name.trim().is_empty() {
            found.wrong(place, "An attribute needs a name.");
        } else if entity.attributes[..at].iter().any(|other| other.name == attribute.name) {
            found.wrong(place, format!("{} stands there twice.", attribute.name));
        } else if attribute.name.contains(['{', '}', '=', ':']) {
            found.wrong(place, "No “{”, “}”, “=” or “:”: templates use them.");
        } else if entity.keys.get(&attribute.name).is_some_and(|template| !template.trim().is_empty()) {
            let text =
                format!("{} is a key attribute with a template: it is filled by that.", attribute.name);
            found.wrong(place, text);
        }
        let place = Place::Sample(at);
        match Source::read(&attribute.sample) {
            Err(why) => found.wrong(place, why),
            Ok(Source::Of { entity: of, attribute: name }) => {
                match entities.iter().find(|other| other.name == of) {
                    None => found.wrong(place, format!("There is no entity {of}.")),
                    Some(other) if other.attribute(&name).is_none() => {
                        found.wrong(place, format!("{of} has no attribute {name}."));
                    }
                    Some(other) => {
                        let theirs = other.attribute(&name).map(|one| one.kind);
                        if theirs != Some(attribute.kind) {
                            let text =
                                format!("{of}.{name} is of type {}.", theirs.unwrap_or_default().name());
                            found.wrong(place, text);
                        }
                    }
                }
            }
            Ok(source) => {
                let fits = match attribute.kind {
                    Kind::N | Kind::NS => source.is_number(),
                    Kind::BOOL => match &source {
                        Source::Yes(_) => true,
                        Source::Always(text) => matches!(text.as_str(), "true" | "false"),
                        _ => false,
                    },
                    Kind::M => matches!(source, Source::Place(super::source::Place::Whole)),
                    Kind::S | Kind::B | Kind::L | Kind::SS => true,
                };
                if !fits {
                    let text = match attribute.kind {
                        Kind::BOOL => "True or false is drawn by “yes 50%”.",
                        Kind::M => "Of maps only an address is drawn.",
                        _ => "That draws texts which are no numbers.",
                    };
                    found.wrong(place, text);
                }
            }
        }
    }
}

fn keys(found: &mut Findings, entity: &Entity, table: &TableDescription) {
    let own = table.keys.names();
    for (name, kind, role) in key_attributes(table) {
        let place = Place::Key(name.clone());
        let is_own = own.contains(&name);
        let Some(text) = key_template(entity, &name) else {
            if is_own {
                let text = format!("{name} is the table’s {role}: every item needs it.");
                found.wrong(place, text);
            }
            continue;
        };
        let template = match KeyTemplate::read(&text) {
            Err(why) => {
                found.wrong(place, why);
                continue;
            }
            Ok(template) => template,
        };
        for unknown in template.attributes().filter(|name| entity.attribute(name).is_none()) {
            let text = format!("{} has no attribute {unknown}.", entity.name);
            found.wrong(place.clone(), text);
        }
        let kind_of = |name: &str| entity.attribute(name).map(|one| one.kind);
        if let Some(odd) =
            template.attributes().find(|name| !matches!(kind_of(name), None | Some(Kind::S | Kind::N)))
        {
            let text = format!("{odd} is no string or number: it cannot stand in a key.");
            found.wrong(place.clone(), text);
        }
        if is_own && let Some((name, _)) = template.conditions().next() {
            let text = format!("Every item needs its table’s key: “{name}=…” is for the keys of indexes.");
            found.wrong(place.clone(), text);
        }
        let numeric = |piece: &Piece| match piece {
            Piece::Hole { attribute, .. } => kind_of(attribute) == Some(Kind::N),
            Piece::Text(_) => false,
        };
        let writes = |piece: &&Piece| !matches!(piece, Piece::Hole { silent: true, .. });
        let written: Vec<&Piece> = template.pieces().iter().filter(writes).collect();
        if kind == "N" && !(written.len() == 1 && numeric(written[0])) {
            let text = format!("{name} is a number: its template is one attribute that is a number.");
            found.wrong(place, text);
        } else if kind != "N"
            && entity.keys.get(&name).is_none_or(|text| text.trim().is_empty())
            && kind_of(&name).is_some_and(|own| own.name() != kind)
        {
            let text = format!("{name} is of type {kind} in the key, and another type as an attribute.");
            found.wrong(place, text);
        }
    }
}

fn indexes(found: &mut Findings, entity: &Entity, table: &TableDescription) {
    for index in &table.indexes {
        let place = |name: &String| Place::Key(name.clone());
        match Presence::of(entity, &index.keys) {
            Presence::Always => {}
            presence @ Presence::Where(_) => {
                let name = index.keys.names();
                let name = name.iter().find(|name| !table.keys.names().contains(name));
                if let Some(name) = name {
                    found.say(place(name), Level::Note, format!("It is {}.", presence.words(&index.name)));
                }
            }
            Presence::Never(missing) => {
                let words = Presence::Never(missing.clone()).words(&index.name);
                if let Some(name) = missing.first() {
                    found.say(place(name), Level::Note, format!("It is {words}."));
                }
            }
        }
    }
}

fn collisions(found: &mut Findings, at: usize, entities: &[Entity], table: &TableDescription) {
    let entity = &entities[at];
    let place = || Place::Key(table.keys.names().last().cloned().unwrap_or_default());
    for (other_at, other) in entities.iter().enumerate() {
        if other_at != at && other.table == entity.table && may_collide(entity, other, table) {
            let text = format!(
                "{} and {} could have the same key, and one would replace the other: begin one key with a word of its own.",
                entity.name, other.name
            );
            found.say(place(), Level::Warning, text);
        }
    }
    if may_repeat(entity, entities, table) {
        let text = format!(
            "Nothing in this key is another one for each {}: two with the same key are one item, the later.",
            entity.name
        );
        found.say(place(), Level::Warning, text);
    }
}
