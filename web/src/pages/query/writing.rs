//! What helps to write a request: the names that are known, and what the engine finds wrong with its expressions.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use crate::hooks::{use_client, use_remote};
use crate::state::call::Answer;
use crate::state::completion::Known;
use crate::state::expression_fault::{ExpressionFault, expressions, read};
use crate::state::tables::TableDescription;

/// How many items of the table are looked at for their attributes.
const SAMPLE: usize = 50;
/// How many names are kept.
const NAMES: usize = 300;

/// What the schema tells, and what some of the table's items and the answer that is shown have.
#[hook]
pub fn use_known(
    tables: Vec<Rc<TableDescription>>,
    table: Option<String>,
    answer: Option<Rc<Answer>>,
) -> Rc<Known> {
    let api = use_client();
    // A real endpoint charges for every read: there, only what the reader asked for tells.
    let connected = use_remote().connection.is_some();
    let items = use_state_eq(|| (None::<String>, Vec::<Value>::new()));
    {
        let setter = items.setter();
        let there = table.clone().filter(|name| !connected && tables.iter().any(|table| table.name == *name));
        use_effect_with((there, api.moment()), move |(table, _)| {
            let current = Rc::new(std::cell::Cell::new(true));
            if let Some(name) = table.clone() {
                let current = current.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    let answer = api.look("Scan", &json!({ "TableName": name, "Limit": SAMPLE })).await;
                    let found =
                        answer.and_then(|answer| answer["Items"].as_array().cloned()).unwrap_or_default();
                    if current.get() {
                        setter.set((Some(name), found));
                    }
                });
            }
            move || current.set(false)
        });
    }
    let deps = (tables, table, (*items).clone(), answer, connected);
    use_memo(deps, |(tables, table, (of, items), answer, connected)| {
        let own = tables.iter().find(|other| Some(&other.name) == table.as_ref());
        let mut items = if of == table && !connected { items.clone() } else { Vec::new() };
        let asked = answer.as_ref().filter(|answer| {
            let request: Value = serde_json::from_str(&answer.request).unwrap_or_default();
            request["TableName"].as_str() == table.as_deref()
        });
        let seen = asked.and_then(|answer| super::outcome::items(&answer.operation, &answer.value));
        items.extend(seen.into_iter().flatten().take(SAMPLE).map(Value::Object));
        Known {
            attributes: own.map_or_else(Vec::new, |own| attributes(own, &items)),
            tables: tables
                .iter()
                .map(|table| {
                    (table.name.clone(), table.indexes.iter().map(|index| index.name.clone()).collect())
                })
                .collect(),
            placeholders: Vec::new(),
        }
    })
}

/// The attributes: those of keys first, then what items have, by name.
fn attributes(table: &TableDescription, items: &[Value]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, detail: String| {
        if all.len() < NAMES && !all.iter().any(|(other, _)| other == name) {
            all.push((name.to_owned(), detail));
        }
    };
    let role = |sort: bool| if sort { "sort key" } else { "partition key" };
    table
        .keys
        .hash
        .iter()
        .for_each(|part| add(&part.name, format!("{}, {}", role(false), part.attribute_type)));
    table
        .keys
        .range
        .iter()
        .for_each(|part| add(&part.name, format!("{}, {}", role(true), part.attribute_type)));
    for index in &table.indexes {
        index
            .keys
            .all()
            .for_each(|part| add(&part.name, format!("key of {}, {}", index.name, part.attribute_type)));
    }
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for item in items {
        gather("", item, &mut seen);
    }
    seen.into_iter().for_each(|(name, kind)| add(&name, kind));
    all
}

/// The attributes of an item, and those of its maps by their paths.
fn gather(before: &str, map: &Value, seen: &mut BTreeMap<String, String>) {
    for (name, value) in map.as_object().into_iter().flatten() {
        let path = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
        let kind = value.as_object().and_then(|value| value.keys().next()).cloned().unwrap_or_default();
        // A name with a dot in it is no path.
        if !name.contains('.') && path.matches('.').count() < 2 {
            gather(&path, &value["M"], seen);
        }
        seen.entry(path).or_insert(kind);
    }
}

/// What the engine finds wrong with the expressions of a request.
#[hook]
pub fn use_faults(request: Rc<Value>) -> Rc<Vec<ExpressionFault>> {
    // The engine reads them, whoever answers the request.
    let api = use_remote().local;
    let faults = use_state_eq(|| Rc::new(Vec::<ExpressionFault>::new()));
    let setter = faults.setter();
    use_effect_with(expressions(&request), move |asked| {
        let current = Rc::new(std::cell::Cell::new(true));
        match asked.is_empty() {
            true => setter.set(Rc::default()),
            false => {
                let (asked, current) = (asked.clone(), current.clone());
                wasm_bindgen_futures::spawn_local(async move {
                    let answer =
                        api.look("Dynascope.CheckExpressions", &json!({ "Expressions": asked })).await;
                    if current.get() {
                        setter.set(Rc::new(answer.map_or_else(Vec::new, |answer| read(&asked, &answer))));
                    }
                });
            }
        }
        move || current.set(false)
    });
    (*faults).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_those_of_keys_and_items_with_the_paths_of_maps() {
        let table = json!({"TableName": "Orders", "TableStatus": "ACTIVE", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]});
        let table = TableDescription::read(&table).unwrap();
        let items = [
            json!({"id": {"S": "1"}, "total": {"N": "1"}, "address": {"M": {"city": {"S": "Bern"}, "geo": {"M": {"x": {"M": {}}}}}}}),
        ];
        let names: Vec<String> = attributes(&table, &items).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["id", "address", "address.city", "address.geo", "address.geo.x", "total"]);
    }
}
