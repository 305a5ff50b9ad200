//! From the engine's refusal to the field that it is about, where its words say so.
//!
//! Pure. The words stay the engine's; a refusal that names no field is left to the error panel.

use serde_json::Value;

use crate::state::design::TableDesign;
use crate::state::design::check::{IndexPlace, Place};

/// The fields that a refused request's message names, each with the part of the message that is about it.
pub fn places(message: &str, request: &Value, design: &TableDesign) -> Vec<(Place, String)> {
    let mut found: Vec<(Place, String)> = Vec::new();
    for part in message.split("; ") {
        let place = member(part)
            .and_then(|member| of_member(member, request, design))
            .or_else(|| of_index_name(part, design))
            .or_else(|| of_words(part));
        if let Some(place) = place
            && found.iter().all(|(other, _)| *other != place)
        {
            found.push((place, part.to_owned()));
        }
    }
    found
}

/// `keySchema.1.member.attributeName` out of `Value '' at 'keySchema.1.member.attributeName' failed to …`.
fn member(part: &str) -> Option<&str> {
    let (_, rest) = part.split_once(" at '")?;
    rest.split_once('\'').map(|(member, _)| member)
}

fn of_member(member: &str, request: &Value, design: &TableDesign) -> Option<Place> {
    let steps: Vec<&str> = member.split('.').collect();
    let number = |at: usize| steps.get(at)?.parse::<usize>().ok()?.checked_sub(1);
    let units = |step: &str| if step == "readCapacityUnits" { IndexPlace::Read } else { IndexPlace::Write };
    match *steps.first()? {
        "tableName" => Some(Place::Name),
        "keySchema" => Some(if number(1)? == 0 { Place::Hash } else { Place::Range }),
        "provisionedThroughput" => Some(match steps.get(1)? {
            &"readCapacityUnits" => Place::Read,
            _ => Place::Write,
        }),
        "onDemandThroughput" => Some(match steps.get(1)? {
            &"maxReadRequestUnits" => Place::MostRead,
            _ => Place::MostWrite,
        }),
        "tableClass" => Some(Place::Class),
        "timeToLiveSpecification" => Some(Place::TimeToLive),
        "streamSpecification" => Some(Place::Stream),
        list @ ("globalSecondaryIndexes" | "localSecondaryIndexes" | "globalSecondaryIndexUpdates") => {
            let at = number(1)?;
            let mut rest = &steps[3.min(steps.len())..];
            let (global, at) = match list {
                "localSecondaryIndexes" => (false, at),
                "globalSecondaryIndexes" => (true, at),
                _ => {
                    let action = rest.first()?;
                    rest = &rest[1..];
                    let change = &request["GlobalSecondaryIndexUpdates"][at];
                    let of = if *action == "create" { "Create" } else { "Update" };
                    let name = change[of]["IndexName"].as_str()?;
                    (true, design.globals.iter().position(|index| index.name == name)?)
                }
            };
            let index = if global { design.globals.get(at)? } else { design.locals.get(at)? };
            let part = match *rest.first()? {
                "indexName" => IndexPlace::Name,
                "keySchema" => {
                    let hashes = if global { index.hash.len() } else { 1 };
                    let element = rest.get(1).and_then(|step| step.parse::<usize>().ok()).unwrap_or(1) - 1;
                    match element.checked_sub(hashes) {
                        Some(range) => IndexPlace::Range(range),
                        None => IndexPlace::Hash(element),
                    }
                }
                "projection" => IndexPlace::Attributes,
                "provisionedThroughput" => units(rest.get(1)?),
                _ => return None,
            };
            Some(if global { Place::Global(at, part) } else { Place::Local(at, part) })
        }
        _ => None,
    }
}

/// `Duplicate index name: x`, `… for index: x`, `Index: x`.
fn of_index_name(part: &str, design: &TableDesign) -> Option<Place> {
    let (before, rest) = part.rsplit_once("ndex: ").or_else(|| part.rsplit_once("ndex name: "))?;
    let name = rest.split([' ', ',']).next()?.trim_end_matches('.');
    let part = match () {
        () if before.contains("MaxReadRequestUnits") => IndexPlace::MostRead,
        () if before.contains("MaxWriteRequestUnits") => IndexPlace::MostWrite,
        () if before.contains("CapacityUnits") || before.contains("Throughput") => IndexPlace::Read,
        () => IndexPlace::Name,
    };
    let last = |list: &[crate::state::design::IndexDesign]| list.iter().rposition(|index| index.name == name);
    (last(&design.globals).map(|at| Place::Global(at, part)))
        .or_else(|| last(&design.locals).map(|at| Place::Local(at, IndexPlace::Name)))
}

/// What the words alone say; the particular before the general.
fn of_words(part: &str) -> Option<Place> {
    const WORDS: [(&str, Place); 17] = [
        ("Table already exists", Place::Name),
        ("Table is being created", Place::Name),
        ("TableName", Place::Name),
        ("Both the Hash Key and the Range Key element", Place::Range),
        ("Table KeySchema does not have a range key", Place::Locals),
        ("LocalSecondaryIndexes exceeds", Place::Locals),
        ("GlobalSecondaryIndex count exceeds", Place::Globals),
        ("NonKeyAttributes over all indexes", Place::Globals),
        ("online index can be created or deleted", Place::Globals),
        ("TimeToLive", Place::TimeToLive),
        ("Time to live", Place::TimeToLive),
        ("MaxReadRequestUnits", Place::MostRead),
        ("MaxWriteRequestUnits", Place::MostWrite),
        ("TableClass", Place::Class),
        ("ReadCapacityUnits", Place::Read),
        ("WriteCapacityUnits", Place::Write),
        ("Provisioned throughput decreases", Place::Read),
    ];
    WORDS.iter().find(|(words, _)| part.contains(words)).map(|(_, place)| *place)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::state::design::IndexDesign;

    fn design() -> TableDesign {
        let named = |name: &str, global| IndexDesign { name: name.into(), ..IndexDesign::fresh(global) };
        let globals = vec![named("a-index", true), named("b-index", true)];
        TableDesign { globals, locals: vec![named("local", false)], ..TableDesign::fresh() }
    }

    fn place(message: &str) -> Option<Place> {
        places(message, &json!({}), &design()).first().map(|(place, _)| *place)
    }

    #[test]
    fn the_framework_names_members() {
        let message = "2 validation errors detected: Value 'a b' at 'tableName' failed to satisfy constraint: Member must \
                       satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '' at \
                       'globalSecondaryIndexes.2.member.keySchema.1.member.attributeName' failed to satisfy constraint: \
                       Member must have length greater than or equal to 1";
        let found: Vec<Place> =
            places(message, &json!({}), &design()).into_iter().map(|(place, _)| place).collect();
        assert_eq!(found, [Place::Name, Place::Global(1, IndexPlace::Hash(0))]);
        let range = "Value at 'localSecondaryIndexes.1.member.keySchema.2.member.attributeName' failed";
        assert_eq!(place(range), Some(Place::Local(0, IndexPlace::Range(0))));
        let units = "Value '0' at 'provisionedThroughput.readCapacityUnits' failed";
        assert_eq!(place(units), Some(Place::Read));
        assert_eq!(place("Value at 'globalSecondaryIndexes.9.member.indexName' failed"), None);
    }

    #[test]
    fn an_update_is_found_by_its_index() {
        let request = json!({ "GlobalSecondaryIndexUpdates": [{ "Create": { "IndexName": "b-index" } }] });
        let message =
            "Value at 'globalSecondaryIndexUpdates.1.member.create.projection.nonKeyAttributes' failed";
        let found = places(message, &request, &design());
        assert_eq!(found[0].0, Place::Global(1, IndexPlace::Attributes));
    }

    #[test]
    fn other_refusals_are_known_by_their_words() {
        assert_eq!(place("Table already exists: Orders"), Some(Place::Name));
        let twice = "One or more parameter values were invalid: Duplicate index name: b-index";
        assert_eq!(place(twice), Some(Place::Global(1, IndexPlace::Name)));
        let local = "Index KeySchema does not have a range key for index: local";
        assert_eq!(place(local), Some(Place::Local(0, IndexPlace::Name)));
        let most =
            "Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range";
        assert_eq!(place(most), Some(Place::MostWrite));
        let most = "Requested MaxReadRequestUnits for OnDemandThroughput for index: a-index is outside of valid range";
        assert_eq!(place(most), Some(Place::Global(0, IndexPlace::MostRead)));
        assert_eq!(place("Updates to TableClass are limited to 2 times in 30 day(s)."), Some(Place::Class));
        assert_eq!(place("Something else went wrong"), None);
    }
}
