//! An advice, tried: two designs for the same traffic, as the comparison takes them. Pure.
//!
//! The table as it is stands against the table with the change, both made by their CreateTable requests in a copy of the workspace, both
//! with the workspace's items. The traffic is the reader's own where there is some on the table; else it is made of what was seen.
//!
//! - `items` a large attribute set apart, times in seconds, local indexes as global ones
//! - `habits` batches, and two tables as one

mod habits;
mod items;

use engine::api::contents::TableContents;
use engine::insight::Spread as KeySpread;
use engine::insight::advice::{Advice, AdviceKind, DesignChange, Pages};
use engine::timeline::FilterTest;
use engine::workload::{
    AccessPattern, Clients, PlannedPattern, Rate, Recipe, Spread, VERSION, recipe_of, suggest,
};
use serde_json::{Map, Value, json};

use crate::protocol::named;
use crate::protocol::traffic::Workload;
use crate::share::load::table_of;
use crate::state::tables::{KeyPart, TableDescription};
pub use habits::{can_join, joined};

/// How long a comparison runs, in milliseconds.
const DURATION_MS: u64 = 60_000;
/// The seed of what is drawn, the same on both sides.
const SEED: u64 = 1;
/// So many requests a second are sent where no rate is known.
const PER_SECOND: u64 = 50;
/// So many keys are written where no traffic is known.
const KEYS: u64 = 1_000;

/// Items that a trial writes itself, like those of a table: under keys of their own, about as large.
struct Written {
    keys: Vec<KeyPart>,
    /// The size of what is beside the keys, in bytes.
    rest_bytes: u64,
}

impl Written {
    fn like(table: &TableDescription, contents: &TableContents) -> Written {
        let average = contents.size_bytes.checked_div(contents.items).unwrap_or(0);
        Written { keys: table.keys.all().cloned().collect(), rest_bytes: average.clamp(50, 4_096) }
    }

    /// A key: the hole draws its number. `part` tells items of one number apart, by the sort key where there is one.
    fn numbered(&self, hole: &str, part: Option<&str>) -> Map<String, Value> {
        let mut key = Map::new();
        for (at, one) in self.keys.iter().enumerate() {
            let own = if at + 1 == self.keys.len() { part } else { None };
            let value = match (one.attribute_type.as_str(), at, own) {
                // A key of numbers alone: what is apart is below zero.
                ("N", 0, None) => format!("{{{hole}}}"),
                ("N", 0, Some(_)) => format!("-{{{hole}}}"),
                ("N", _, own) => u8::from(own.is_some()).to_string(),
                (_, 0, None) => format!("trial-{{{hole}}}"),
                (_, 0, Some(part)) => format!("trial-{{{hole}}}-{part}"),
                (_, _, own) => own.unwrap_or("item").to_owned(),
            };
            key.insert(one.name.clone(), json!({ one.attribute_type.as_str(): value }));
        }
        key
    }

    fn key(&self, hole: &str) -> Map<String, Value> {
        self.numbered(hole, None)
    }

    /// The key of a part of that item.
    fn key_of_part(&self, hole: &str) -> Map<String, Value> {
        self.numbered(hole, Some("part"))
    }

    fn item(&self, hole: &str) -> Value {
        let mut item = self.key(hole);
        let text = format!("{{text {0}..{0}}}", self.rest_bytes);
        item.insert("traffic_payload".to_owned(), json!({ "S": text }));
        Value::Object(item)
    }
}

/// Access patterns with their rate, whoever planned them.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// The patterns.
    pub patterns: Vec<AccessPattern>,
    /// How often they are sent together.
    pub rate: Rate,
}

fn names_table(pattern: &AccessPattern, table: &str) -> bool {
    named::tables(&pattern.request).any(|name| name == table)
}

fn is_write(pattern: &AccessPattern) -> bool {
    !matches!(pattern.operation.as_str(), "GetItem" | "Query" | "Scan" | "BatchGetItem" | "TransactGetItems")
}

impl From<Recipe> for Traffic {
    fn from(recipe: Recipe) -> Traffic {
        Traffic { patterns: recipe.patterns, rate: recipe.rate }
    }
}

impl Traffic {
    /// What these patterns plan; none where none has a rate, or one cannot be sent.
    pub fn planned(patterns: &[PlannedPattern]) -> Option<Traffic> {
        recipe_of(patterns, 100, SEED, DURATION_MS).ok().map(Traffic::from)
    }

    /// What of it asks this table, as often as it does; none where nothing does.
    pub fn on(&self, table: &str) -> Option<Traffic> {
        let traffic = self.those(|one| one.weight > 0 && names_table(one, table));
        (!traffic.patterns.is_empty()).then_some(traffic)
    }

    /// These of its patterns, as often as they are sent.
    fn those(&self, of: impl Fn(&AccessPattern) -> bool) -> Traffic {
        let patterns: Vec<_> = self.patterns.iter().filter(|one| of(one)).cloned().collect();
        let rate = self.rate_of(&patterns);
        Traffic { patterns, rate }
    }

    /// How often these of its patterns are sent.
    fn rate_of(&self, some: &[AccessPattern]) -> Rate {
        let weights = |all: &[AccessPattern]| all.iter().map(|one| u64::from(one.weight)).sum();
        self.rate.share(weights(some), weights(&self.patterns))
    }
}

fn pattern(name: &str, operation: &str, request: Value, weight: u32) -> AccessPattern {
    let (name, operation) = (name.to_owned(), operation.to_owned());
    AccessPattern { name, operation, request, weight, variables: Default::default() }
}

/// A value that is one of those that were seen of an attribute: a template where there are several.
fn drawn(contents: &TableContents, attribute: &str) -> Option<Value> {
    let values = &contents.attribute(attribute)?.values;
    let kind = values.first()?.as_object()?.keys().next()?.clone();
    let is_plain = |text: &&str| !text.contains(['{', '}', '|']);
    let texts: Vec<&str> = values.iter().filter_map(|value| value[&kind].as_str()).filter(is_plain).collect();
    let text = match texts.as_slice() {
        [] => return None,
        [one] => (*one).to_owned(),
        several => format!("{{pick {}}}", several.join("|")),
    };
    Some(json!({ kind: text }))
}

/// A request like those that were seen.
fn seen(contents: &TableContents, pages: &Pages) -> Option<AccessPattern> {
    let (mut names, mut values, mut tests) = (Map::new(), Map::new(), Vec::new());
    for (at, one) in pages.asked.filter.iter().enumerate() {
        let (name, value) = (format!("#f{at}"), format!(":f{at}"));
        let sign = match one.test {
            FilterTest::Equal => "=",
            FilterTest::Range => ">=",
            FilterTest::Exists => {
                tests.push(format!("attribute_exists({name})"));
                names.insert(name, one.attribute.clone().into());
                continue;
            }
            FilterTest::Other => continue,
        };
        values.insert(value.clone(), drawn(contents, &one.attribute)?);
        tests.push(format!("{name} {sign} {value}"));
        names.insert(name, one.attribute.clone().into());
    }
    let mut request = json!({ "TableName": contents.table_name });
    if !tests.is_empty() {
        request["FilterExpression"] = tests.join(" AND ").into();
    }
    if let Some(index) = &pages.index {
        request["IndexName"] = index.clone().into();
    }
    if !pages.scanned {
        let keys = match &pages.index {
            None => &contents.keys,
            Some(index) => &contents.index(index)?.keys,
        };
        let [partition] = keys.partition.as_slice() else { return None };
        names.insert("#p".into(), partition.name.clone().into());
        values.insert(":p".into(), drawn(contents, &partition.name)?);
        request["KeyConditionExpression"] = "#p = :p".into();
    }
    for (member, of) in [("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values)] {
        if !of.is_empty() {
            request[member] = of.into();
        }
    }
    let operation = if pages.scanned { "Scan" } else { "Query" };
    Some(pattern("what was seen", operation, request, 1))
}

/// A strongly consistent read of an item collection.
fn strong(contents: &TableContents) -> Option<AccessPattern> {
    let pages = Pages { table: contents.table_name.clone(), ..Pages::default() };
    let mut read = seen(contents, &pages)?;
    read.request["ConsistentRead"] = true.into();
    Some(read)
}

/// Writes of the table's items.
fn writes(table: &TableDescription, weight: u32) -> Vec<AccessPattern> {
    let (schema, indexed) = table.key_schema();
    let mut patterns = suggest(&table.name, &schema, &indexed, 0, &format!("zipf 1..{KEYS}"));
    patterns.iter_mut().for_each(|one| one.weight = weight);
    patterns
}

/// Lets the items that are put have a value that was seen of each of these attributes.
fn fill(patterns: &mut [AccessPattern], contents: &TableContents, attributes: &[&str]) {
    for name in attributes {
        let Some(value) = drawn(contents, name) else { continue };
        for one in patterns.iter_mut().filter(|one| one.operation == "PutItem") {
            one.request["Item"][*name] = value.clone();
        }
    }
}

/// Writes of items as they are with a change: those that a new index would hold have its key, where most of those there do.
fn writes_for(
    change: &DesignChange,
    table: &TableDescription,
    contents: &TableContents,
    weight: u32,
) -> Vec<AccessPattern> {
    let mut patterns = writes(table, weight);
    if let DesignChange::AddIndex(index) = change {
        let own = |name: &str| table.keys.all().any(|part| part.name == name);
        let most = |name: &str| contents.attribute(name).is_some_and(|of| of.items * 2 > contents.surveyed);
        let key = std::iter::once(&index.partition).chain(&index.sort).map(|part| part.name.as_str());
        let key: Vec<&str> = key.filter(|name| !own(name) && most(name)).collect();
        fill(&mut patterns, contents, &key);
    }
    patterns
}

/// The traffic of a trial: what is known of the table, and what was seen besides, where none of the known has to do with the change.
fn traffic(
    advice: &Advice,
    change: &DesignChange,
    table: &TableDescription,
    contents: &TableContents,
    known: Option<Traffic>,
) -> Option<Traffic> {
    let read = match &advice.kind {
        AdviceKind::ScanForIndex { pages, .. }
        | AdviceKind::SparseIndex { pages, .. }
        | AdviceKind::FilterDrops { pages, .. } => Some(seen(contents, pages)),
        AdviceKind::StrongReads { .. } => Some(strong(contents)),
        _ => None,
    };
    let concerns = |patterns: &[AccessPattern]| match &read {
        Some(_) => patterns.iter().any(|one| change.pattern(&table.name, one) != *one),
        None => patterns.iter().any(is_write),
    };
    let mut traffic = match known {
        Some(known) if concerns(&known.patterns) => return Some(known),
        Some(known) => known,
        None => {
            let per_second = match advice.kind {
                // As much as its table could take.
                AdviceKind::IndexWriteCapacity { table_units, .. } => table_units.clamp(1, 2_000),
                _ => PER_SECOND,
            };
            Traffic { patterns: writes_for(change, table, contents, 4), rate: Rate::Constant { per_second } }
        }
    };
    match read {
        Some(read) => traffic.patterns.push(read?),
        None if concerns(&traffic.patterns) => {}
        None => traffic.patterns.extend(writes_for(change, table, contents, 1)),
    }
    Some(traffic)
}

fn side(name: &str, tables: Vec<Value>, patterns: Vec<AccessPattern>, rate: &Rate) -> Workload {
    let recipe = Recipe {
        version: VERSION,
        seed: SEED,
        tables,
        fill: Vec::new(),
        patterns,
        rate: rate.clone(),
        // Both sides are sent as much.
        spread: Spread::Even,
        clients: Clients::default(),
        duration_ms: DURATION_MS,
        replay: Vec::new(),
    };
    Workload { name: name.to_owned(), recipe }
}

/// What a change is called.
fn called(change: &DesignChange) -> String {
    match change {
        DesignChange::AddIndex(index) => format!("With the index {}", index.name),
        DesignChange::QueryBy { attribute, index: None } => format!("Query by {attribute}"),
        DesignChange::QueryBy { index: Some(index), .. } => format!("Query {index}"),
        DesignChange::Project(index) if index.attributes.is_empty() => {
            format!("{} with its keys only", index.name)
        }
        DesignChange::Project(index) => format!("{} with {}", index.name, index.attributes.join(", ")),
        DesignChange::RemoveIndex { index } => format!("Without {index}"),
        DesignChange::IndexWriteUnits { index, units } => format!("{index} with {units} WCU"),
        DesignChange::ReadEventually => "Eventually consistent reads".to_owned(),
    }
}

/// The table as it is and with the change; none where there is no change to try, or nothing to send.
pub fn sides(
    advice: &Advice,
    table: &TableDescription,
    contents: &TableContents,
    known: Option<Traffic>,
) -> Option<[Workload; 2]> {
    match &advice.kind {
        AdviceKind::LargeItem { largest, .. } => return items::split(table, contents, largest),
        AdviceKind::TtlMilliseconds { attribute, .. } => {
            return Some(items::in_seconds(table, contents, attribute));
        }
        AdviceKind::SingleRequests { writes, .. } => {
            return Some(habits::batched(table, contents, *writes));
        }
        AdviceKind::CollectionGrows { .. } => return items::without_locals(table, contents, known),
        _ => {}
    }
    let change = advice.change.as_ref()?;
    compared(change, table, traffic(advice, change, table, contents, known)?)
}

/// The request that makes such a table, for a copy.
fn request_of(table: &TableDescription) -> Option<Value> {
    let mut create = table_of(&json!({ "Table": *table.body }), None)?;
    // A copy that is made for a minute needs neither.
    for unwanted in ["DeletionProtectionEnabled", "StreamSpecification"] {
        create.as_object_mut()?.remove(unwanted);
    }
    Some(create)
}

/// The table as it is and with a change, under this traffic.
fn compared(change: &DesignChange, table: &TableDescription, traffic: Traffic) -> Option<[Workload; 2]> {
    let create = request_of(table)?;
    let (before, after) = match change.design(&create) {
        Some(changed) => (vec![create], vec![changed]),
        None => (Vec::new(), Vec::new()),
    };
    let changed = traffic.patterns.iter().map(|one| change.pattern(&table.name, one)).collect();
    Some([
        side("As it is", before, traffic.patterns, &traffic.rate),
        side(&called(change), after, changed, &traffic.rate),
    ])
}

/// Planned patterns, sent as they are and as they are after a change: as often as they are planned; where no rate is planned of any that the
/// change is for, as often as any trial.
pub fn planned(
    change: &DesignChange,
    table: &TableDescription,
    patterns: &[PlannedPattern],
) -> Option<[Workload; 2]> {
    let changes = |one: &AccessPattern| change.pattern(&table.name, one) != *one;
    // What writes the table pays for a new index.
    let adds = matches!(change, DesignChange::AddIndex(_));
    let sent = |one: &AccessPattern| changes(one) || (adds && is_write(one) && names_table(one, &table.name));
    let of_rates = Traffic::planned(patterns).map(|traffic| traffic.those(sent));
    let traffic =
        of_rates.filter(|traffic| traffic.patterns.iter().any(changes)).unwrap_or_else(|| Traffic {
            patterns: patterns.iter().map(|one| one.traffic(1)).filter(sent).collect(),
            rate: Rate::Constant { per_second: PER_SECOND },
        });
    traffic.patterns.iter().any(changes).then(|| compared(change, table, traffic)).flatten()
}

/// What is known of the table, else writes of it.
fn known_or_writes(table: &TableDescription, known: Option<Traffic>) -> Traffic {
    known.unwrap_or_else(|| Traffic {
        patterns: writes(table, 1),
        rate: Rate::Constant { per_second: PER_SECOND },
    })
}

/// The writes of the known traffic, and the same with a random suffix behind a partition key, the table's or an index's: of so many keys
/// as share it. Where no writes are known, items are written under the keys that are there, as many as were wanted.
pub fn sharded(
    key: &KeyPart,
    spread: KeySpread,
    table: &TableDescription,
    contents: &TableContents,
    known: Option<&Traffic>,
) -> Option<[Workload; 2]> {
    if key.attribute_type != "S" {
        return None;
    }
    let of = |one: &AccessPattern| match one.operation.as_str() {
        "PutItem" => Some("Item"),
        "UpdateItem" | "DeleteItem" => Some("Key"),
        _ => None,
    };
    let suffixes = |patterns: &[AccessPattern]| -> (Vec<AccessPattern>, Vec<AccessPattern>) {
        let suffixed = |one: &AccessPattern| {
            let mut other = one.clone();
            let Some(Value::String(text)) = other.request[of(one)?][&key.name].get_mut("S") else {
                return None;
            };
            text.push_str(&format!("#{{shard 0..{}}}", spread.keys.saturating_sub(1)));
            Some((one.clone(), other))
        };
        let own = patterns.iter().filter(|one| one.request["TableName"] == table.name.as_str());
        own.filter_map(suffixed).unzip()
    };
    let known = known.map(|known| {
        let (before, after) = suffixes(&known.patterns);
        (known.rate_of(&before), before, after)
    });
    let known = known.filter(|(_, before, _)| !before.is_empty());
    let (rate, before, after) = known.unwrap_or_else(|| {
        let mut patterns = writes(table, 1);
        patterns.retain(|one| one.operation == "PutItem");
        fill(&mut patterns, contents, &[&key.name]);
        let per_second = (spread.wanted_half_units / 2).clamp(PER_SECOND, 5_000);
        let (before, after) = suffixes(&patterns);
        (Rate::Constant { per_second }, before, after)
    });
    let suffixed = format!("{} with one of {} suffixes", key.name, spread.keys);
    Some([
        side(&format!("{} as it is", key.name), Vec::new(), before, &rate),
        side(&suffixed, Vec::new(), after, &rate),
    ])
}

#[cfg(test)]
#[path = "trial_tests.rs"]
mod tests;
