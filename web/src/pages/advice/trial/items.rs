//! Trials of advice on items: a large attribute in an item of its own, times in seconds in the place of milliseconds, and item collections
//! that no local index bounds. Pure.

use engine::api::contents::{Largest, TableContents};
use engine::insight::advice::Pages;
use engine::workload::{Fill, Rate};
use serde_json::{Value, json};

use super::{PER_SECOND, Traffic, Written, known_or_writes, pattern, request_of, seen, side};
use crate::protocol::traffic::Workload;
use crate::state::tables::TableDescription;

/// So many large items are there.
const LARGE_ITEMS: u64 = 20;
/// So often they are asked for: reads and updates of the whole item…
const LARGE_READS: u32 = 4;
const LARGE_UPDATES: u32 = 1;
/// …and, where the large attribute stands apart, reads of that. Who reads it knows how often; this is our choice.
const LARGE_APART: u32 = 1;
/// How long times are tried, in milliseconds: expired items go by the minute.
const TIMES_MS: u64 = 150_000;

/// The attribute that makes items large, and how many bytes an item has beside it; none where no attribute outside the key takes half of the
/// largest one.
pub fn largest_attribute<'a>(contents: &'a TableContents, largest: &Largest) -> Option<(&'a str, u64)> {
    let own = contents.attributes.iter().filter(|one| !contents.keys.contains(&one.name) && one.items > 0);
    let one = own.max_by_key(|one| one.size_bytes / one.items)?;
    let all: u64 = contents.attributes.iter().map(|one| one.size_bytes).sum();
    let beside = (all - one.size_bytes).checked_div(contents.surveyed).unwrap_or(0);
    (one.size_bytes / one.items * 2 >= largest.size_bytes).then_some((one.name.as_str(), beside))
}

/// Items as large as the largest, read and updated whole; and the same with the attribute that makes them large in an item of its own, which
/// is read every fourth time.
pub fn split(table: &TableDescription, contents: &TableContents, largest: &Largest) -> Option<[Workload; 2]> {
    let (attribute, beside) = largest_attribute(contents, largest)?;
    // The payload's name and the keys are some of it.
    let bytes = largest.size_bytes.saturating_sub(beside + 100);
    let items = Written { rest_bytes: beside.max(1), ..Written::like(table, contents) };
    let drawn = format!("uniform 1..{LARGE_ITEMS}");
    let name = &table.name;
    let put = |item: Value| Fill {
        count: LARGE_ITEMS,
        pattern: pattern("a large item", "PutItem", json!({ "TableName": name, "Item": item }), 1),
    };
    let body = json!({ "S": format!("{{text {bytes}..{bytes}}}") });
    let mut whole = items.item("seq");
    whole[attribute] = body.clone();
    let mut apart = Value::Object(items.key_of_part("seq"));
    apart[attribute] = body;
    let get = |key| json!({ "TableName": name, "Key": key });
    let update = json!({
        "TableName": name, "Key": items.key(&drawn), "UpdateExpression": "ADD #n :one",
        "ExpressionAttributeNames": { "#n": "traffic_updates" }, "ExpressionAttributeValues": { ":one": { "N": "1" } },
    });
    let own = vec![
        pattern("read it", "GetItem", get(items.key(&drawn)), LARGE_READS),
        pattern("change a little of it", "UpdateItem", update, LARGE_UPDATES),
    ];
    let mut both = own.clone();
    let part =
        pattern(&format!("read its {attribute}"), "GetItem", get(items.key_of_part(&drawn)), LARGE_APART);
    both.push(part);
    // Each pattern as often on both sides.
    let rate = |weights: u32| Rate::Constant { per_second: u64::from(weights) * 2 };
    let before = LARGE_READS + LARGE_UPDATES;
    let mut sides = [
        side("One large item", Vec::new(), own, &rate(before)),
        side(
            &format!("{attribute} in an item of its own, read every fourth time"),
            Vec::new(),
            both,
            &rate(before + LARGE_APART),
        ),
    ];
    sides[0].recipe.fill = vec![put(whole)];
    sides[1].recipe.fill = vec![put(items.item("seq")), put(apart)];
    Some(sides)
}

/// A table with local indexes, and the same with global ones in their place: item collections are of any size then, an index is read
/// eventually consistently, and what is written to it is paid for by itself. The traffic is the known one, with a Query of each local index
/// where that has none.
pub fn without_locals(
    table: &TableDescription,
    contents: &TableContents,
    known: Option<Traffic>,
) -> Option<[Workload; 2]> {
    let before = request_of(table)?;
    let mut after = before.clone();
    let locals = after.as_object_mut()?.remove("LocalSecondaryIndexes")?;
    let locals = locals.as_array()?;
    let names: Vec<&str> = locals.iter().filter_map(|index| index["IndexName"].as_str()).collect();
    let mut globals = after["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
    globals.extend(locals.iter().map(|local| {
        let mut global = local.clone();
        if let Some(units) =
            before.get("ProvisionedThroughput").filter(|_| before["BillingMode"] != "PAY_PER_REQUEST")
        {
            global["ProvisionedThroughput"] = units.clone();
        }
        global
    }));
    after["GlobalSecondaryIndexes"] = globals.into();

    let Traffic { mut patterns, rate } = known_or_writes(table, known);
    for name in &names {
        if !patterns.iter().any(|one| one.request["IndexName"] == *name) {
            let pages =
                Pages { table: table.name.clone(), index: Some((*name).to_owned()), ..Pages::default() };
            patterns.extend(seen(contents, &pages));
        }
    }
    let changed = patterns.iter().map(|one| {
        let mut one = one.clone();
        if let Some(request) = one.request.as_object_mut()
            && names.iter().any(|name| request.get("IndexName").is_some_and(|index| index == name))
        {
            request.remove("ConsistentRead");
            // A local index fetches what it does not hold from its table; a global one has what it projects.
            if request.get("Select").is_some_and(|select| select == "ALL_ATTRIBUTES") {
                request.remove("Select");
            }
        }
        one
    });
    let changed = changed.collect();
    let name = format!("{} as global", names.join(", "));
    Some([side("As it is", vec![before], patterns, &rate), side(&name, vec![after], changed, &rate)])
}

/// Items that are to expire five seconds after they were written, with their time in milliseconds and in seconds.
pub fn in_seconds(table: &TableDescription, contents: &TableContents, attribute: &str) -> [Workload; 2] {
    let items = Written::like(table, contents);
    ["ms", "s"].map(|form| {
        let mut item = items.item("seq");
        item[attribute] = json!({ "N": format!("{{now {form} +5s}}") });
        let put = pattern("put an item", "PutItem", json!({ "TableName": table.name, "Item": item }), 1);
        let name = format!("{attribute} in {}", if form == "s" { "seconds" } else { "milliseconds" });
        let rate = Rate::Constant { per_second: PER_SECOND };
        let mut side = side(&name, Vec::new(), vec![put], &rate);
        side.recipe.duration_ms = TIMES_MS;
        side
    })
}
