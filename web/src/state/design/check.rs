//! The rules of a design, said beside the field that breaks them.
//!
//! Owns DynamoDB's limits in plain words; the numbers are the engine's. What is refused is the engine's to say, in the
//! service's own words: nothing is held back here. Follows
//! [Constraints](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).

use engine::limits;

use super::maximum::Maximums;
use super::{IndexDesign, KeyPart, TableDesign, Units};

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The table's name.
    Name,
    /// The partition key.
    Hash,
    /// The sort key.
    Range,
    /// The table's read units.
    Read,
    /// The table's write units.
    Write,
    /// Its MaxReadRequestUnits.
    MostRead,
    /// Its MaxWriteRequestUnits.
    MostWrite,
    /// Its class.
    Class,
    /// The TTL attribute.
    TimeToLive,
    /// The stream.
    Stream,
    /// The list of GSIs.
    Globals,
    /// The list of LSIs.
    Locals,
    /// A field of a GSI.
    Global(usize, IndexPlace),
    /// A field of an LSI.
    Local(usize, IndexPlace),
}

/// A field of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexPlace {
    /// Its name.
    Name,
    /// A partition key attribute.
    Hash(usize),
    /// A sort key attribute.
    Range(usize),
    /// The non-key attributes.
    Attributes,
    /// Its read units.
    Read,
    /// Its write units.
    Write,
    /// Its MaxReadRequestUnits.
    MostRead,
    /// Its MaxWriteRequestUnits.
    MostWrite,
}

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// Which, in a sentence.
    pub text: String,
    /// It may only be unfinished: said once the reader asked for the table.
    pub unfinished: bool,
}

/// Everything that is wrong with a design; `base` is the table as it is, where there is one.
pub fn problems(design: &TableDesign, base: Option<&TableDesign>) -> Vec<Problem> {
    let mut found = Found(Vec::new());
    found.name(Place::Name, &design.name, "A table");
    found.key(Place::Hash, &design.hash, "The partition key", design, base);
    if let Some(range) = &design.range {
        found.key(Place::Range, range, "The sort key", design, base);
        if !range.name.is_empty() && range.name == design.hash.name {
            found.say(Place::Range, "The sort key must be another attribute than the partition key.");
        }
    }
    if !design.on_demand {
        found.units(&design.units, Place::Read, Place::Write);
    } else {
        found.maximums(&design.most, Place::MostRead, Place::MostWrite);
    }
    if design.globals.len() > limits::GLOBAL_INDEXES {
        let text = format!("A table has at most {} global secondary indexes.", limits::GLOBAL_INDEXES);
        found.say(Place::Globals, text);
    }
    if design.locals.len() > limits::LOCAL_INDEXES {
        let text = format!("A table has at most {} local secondary indexes.", limits::LOCAL_INDEXES);
        found.say(Place::Locals, text);
    }
    if !design.locals.is_empty() && design.range.is_none() {
        found.say(
            Place::Locals,
            "A local secondary index is another sort key: the table itself must have one.",
        );
    }
    for (at, index) in design.globals.iter().enumerate() {
        let place = |part| Place::Global(at, part);
        found.index(index, &place, design, base);
        if !design.on_demand {
            found.units(&index.units, place(IndexPlace::Read), place(IndexPlace::Write));
        } else {
            found.maximums(&index.most, place(IndexPlace::MostRead), place(IndexPlace::MostWrite));
        }
        duplicate_attributes(&mut found, index, &place);
    }
    for (at, index) in design.locals.iter().enumerate() {
        let place = |part| Place::Local(at, part);
        found.index(index, &place, design, base);
        if index.range.first().is_some_and(|part| !part.name.is_empty() && part.name == design.hash.name) {
            let text =
                "The partition key is in every local index already: name another attribute to sort by.";
            found.say(place(IndexPlace::Range(0)), text);
        }
    }
    let names: Vec<(&str, Place)> = (design.locals.iter().enumerate())
        .map(|(at, index)| (index.name.as_str(), Place::Local(at, IndexPlace::Name)))
        .chain(
            design
                .globals
                .iter()
                .enumerate()
                .map(|(at, index)| (index.name.as_str(), Place::Global(at, IndexPlace::Name))),
        )
        .collect();
    for (at, (name, place)) in names.iter().enumerate() {
        if !name.is_empty() && names[..at].iter().any(|(other, _)| other == name) {
            found.say(*place, format!("Another index of this table is called {name}."));
        }
    }
    let all = design.locals.iter().chain(&design.globals).filter(|index| index.projection == "INCLUDE");
    let projected: usize = all.map(|index| index.attribute_list().len()).sum();
    if projected > limits::PROJECTED_ATTRIBUTES {
        let text = format!(
            "The indexes of a table name at most {} non-key attributes together; these are {projected}.",
            limits::PROJECTED_ATTRIBUTES
        );
        found.say(Place::Globals, text);
    }
    if design.time_to_live.len() > ATTRIBUTE_NAME_BYTES {
        found.say(Place::TimeToLive, too_long());
    }
    found.0
}

const ATTRIBUTE_NAME_BYTES: usize = 255;

fn too_long() -> String {
    format!("An attribute's name here is at most {ATTRIBUTE_NAME_BYTES} bytes long.")
}

/// Why a character cannot stand in a name; none where all can.
pub fn odd_character(name: &str) -> Option<char> {
    name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
}

struct Found(Vec<Problem>);

impl Found {
    fn say(&mut self, place: Place, text: impl Into<String>) {
        self.0.push(Problem { place, text: text.into(), unfinished: false });
    }

    fn missing(&mut self, place: Place, text: impl Into<String>) {
        self.0.push(Problem { place, text: text.into(), unfinished: true });
    }

    /// The name of a table or an index.
    fn name(&mut self, place: Place, name: &str, what: &str) {
        let (least, most) = (limits::NAME_LENGTH_MIN, limits::NAME_LENGTH_MAX);
        if let Some(odd) = odd_character(name) {
            let odd = if odd == ' ' { "A space".to_owned() } else { format!("“{odd}”") };
            let text = format!("{odd} cannot stand in a name: only a–z, A–Z, 0–9, “_”, “-” and “.” can.");
            self.say(place, text);
        } else if name.len() > most {
            self.say(place, format!("A name has at most {most} characters; this one has {}.", name.len()));
        } else if name.is_empty() {
            self.missing(place, format!("{what} needs a name."));
        } else if name.len() < least {
            self.missing(place, format!("A name has at least {least} characters."));
        }
    }

    fn key(
        &mut self,
        place: Place,
        part: &KeyPart,
        what: &str,
        design: &TableDesign,
        base: Option<&TableDesign>,
    ) {
        if part.name.is_empty() {
            return self.missing(place, format!("{what} needs the name of an attribute."));
        }
        if part.name.len() > ATTRIBUTE_NAME_BYTES {
            return self.say(place, too_long());
        }
        let stands = base.map(TableDesign::definitions).unwrap_or_default();
        let mut known = stands.into_iter().chain(design.definitions());
        if let Some(other) = known.find(|other| other.name == part.name)
            && other.kind != part.kind
        {
            let text = format!(
                "{} is of type {} in another key: an attribute has one type in all keys of a table.",
                part.name, other.kind
            );
            self.say(place, text);
        }
    }

    fn units(&mut self, units: &Units, read: Place, write: Place) {
        for (place, typed) in [(read, units.read.trim()), (write, units.write.trim())] {
            let most = limits::PROVISIONED_UNITS;
            match typed.parse::<u64>() {
                Ok(units) if (1..=most).contains(&units) => {}
                Err(_) if typed.is_empty() => self.missing(place, "How many units a second?"),
                _ => self.say(place, format!("A whole number from 1 to {most}.")),
            }
        }
    }

    fn maximums(&mut self, most: &Maximums, read: Place, write: Place) {
        for (place, typed) in [(read, most.read.trim()), (write, most.write.trim())] {
            let limit = limits::ON_DEMAND_UNITS;
            if !typed.is_empty() && !typed.parse().is_ok_and(|units| (1..=limit).contains(&units)) {
                self.say(place, format!("A whole number from 1 to {limit}, or nothing."));
            }
        }
    }

    fn index(
        &mut self,
        index: &IndexDesign,
        place: &impl Fn(IndexPlace) -> Place,
        design: &TableDesign,
        base: Option<&TableDesign>,
    ) {
        self.name(place(IndexPlace::Name), &index.name, "An index");
        for (at, part) in index.hash.iter().enumerate() {
            self.key(place(IndexPlace::Hash(at)), part, "The partition key", design, base);
        }
        for (at, part) in index.range.iter().enumerate() {
            self.key(place(IndexPlace::Range(at)), part, "The sort key", design, base);
        }
        if index.projection != "INCLUDE" {
            return;
        }
        let (list, most) = (index.attribute_list(), limits::INDEX_PROJECTED_ATTRIBUTES);
        let attributes = place(IndexPlace::Attributes);
        if list.is_empty() {
            self.missing(attributes, "INCLUDE names at least one attribute.");
        }
        if list.len() > most {
            self.say(
                attributes,
                format!("INCLUDE names at most {most} attributes; these are {}.", list.len()),
            );
        }
        if let Some(name) = list.iter().find(|name| name.contains(',')) {
            self.say(attributes, format!("One attribute a line: “{name}” is one name, with its comma."));
        }
        if list.iter().any(|name| name.len() > ATTRIBUTE_NAME_BYTES) {
            self.say(attributes, too_long());
        }
        if let Some(twice) = list.iter().enumerate().find(|(at, name)| list[..*at].contains(name)) {
            self.say(attributes, format!("{} stands there twice.", twice.1));
        }
    }
}

fn duplicate_attributes(found: &mut Found, index: &IndexDesign, place: &impl Fn(IndexPlace) -> Place) {
    let hash = index.hash.iter().enumerate().map(|(at, part)| (&part.name, IndexPlace::Hash(at)));
    let range = index.range.iter().enumerate().map(|(at, part)| (&part.name, IndexPlace::Range(at)));
    let all: Vec<_> = hash.chain(range).filter(|(name, _)| !name.is_empty()).collect();
    for (at, (name, part)) in all.iter().enumerate() {
        if all[..at].iter().any(|(other, _)| other == name) {
            found.say(place(*part), format!("{name} is in this key already."));
        }
    }
}

#[cfg(test)]
mod tests;
