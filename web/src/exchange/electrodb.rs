//! Entities of ElectroDB, as the literals of a script: the indexes of all entities of a table are the table's.
//!
//! Follows [its model](https://electrodb.dev/en/modeling/schema/). The attributes and key templates stay behind, but for the types of
//! keys that are numbers.

use serde_json::{Value, json};

use super::design::{Design, Table, definitions, key_schema};
use super::script::{Literal, Script};
use super::{Fault, LeftOut, Taken};

/// A table as its entities tell it.
#[derive(Default)]
struct Found {
    name: String,
    primary: (Option<String>, Option<String>),
    /// Name, partition key, sort key.
    indexes: Vec<(String, Option<String>, Option<String>)>,
    /// Key attributes that are numbers.
    numbers: Vec<String>,
}

/// Reads the entities of a script; none where there is none in it.
pub fn read(script: &Script) -> Option<Result<Taken, Fault>> {
    let is_entity = |object: &Literal| {
        object.get("model").is_some_and(|model| model.get("entity").is_some())
            && object.get("indexes").is_some()
    };
    if !script.objects.iter().any(is_entity) {
        return None;
    }
    let (mut tables, mut left_out) = (Vec::<Found>::new(), Vec::new());
    for (at, object) in script.objects.iter().enumerate() {
        if !is_entity(object) {
            continue;
        }
        let model = object.get("model");
        let word = |member: &str| model.and_then(|model| model.get(member)).map(Literal::word);
        // `new Entity({…}, { client, table })`, or within the model.
        let behind = script.objects[at + 1..].iter().take_while(|object| !is_entity(object));
        let said = object.get("table").into_iter().chain(behind.filter_map(|object| object.get("table")));
        let said = said.into_iter().find_map(|table| script.resolved(table));
        let name = said.or_else(|| word("service").map(str::to_owned)).unwrap_or_default();
        let place = match tables.iter().position(|table| table.name == name) {
            Some(place) => place,
            None => {
                tables.push(Found { name, ..Found::default() });
                tables.len() - 1
            }
        };
        entity(object, &mut tables[place]);
        let attributes = object.get("attributes").map_or(0, |attributes| attributes.members().len());
        let what = format!("entity {}: {attributes} attributes", word("entity").unwrap_or_default());
        left_out.push(LeftOut::new(what, "an entity is ElectroDB’s own: DynamoDB knows keys and items"));
    }
    let read = tables.iter().map(|table| Table::read(&request(table), &mut left_out));
    let read = read.collect::<Result<Vec<Table>, String>>().map_err(Fault::whole);
    Some(read.map(|tables| {
        let name = tables.first().map(|table| table.name().to_owned()).unwrap_or_default();
        Taken { format: "an ElectroDB model", design: Design { name, tables, ..Design::default() }, left_out }
    }))
}

fn entity(object: &Literal, table: &mut Found) {
    for (_, index) in object.get("indexes").map(Literal::members).unwrap_or_default() {
        let mut keys = ["pk", "sk"].map(|part| {
            let part = index.get(part)?;
            let field = part.get("field").and_then(Literal::text)?.to_owned();
            // A field that is an attribute itself is stored as that attribute is.
            let composite = part.get("composite").map(Literal::list).unwrap_or_default();
            let alone = matches!(composite, [one] if one.text() == Some(field.as_str()));
            let attribute =
                object.get("attributes").and_then(|attributes| attributes.get(&field)?.get("type"));
            let is_number = alone && attribute.is_some_and(|kind| kind.word() == "number");
            let cast = part.get("cast").is_some_and(|cast| cast.word() == "number");
            if (is_number || cast) && !table.numbers.contains(&field) {
                table.numbers.push(field.clone());
            }
            Some(field)
        });
        let (hash, range) = (keys[0].take(), keys[1].take());
        match index.get("index").and_then(Literal::text) {
            None => table.primary = (hash, range),
            Some(name) if table.indexes.iter().all(|(known, ..)| known != name) => {
                table.indexes.push((name.to_owned(), hash, range));
            }
            Some(_) => {}
        }
    }
}

fn request(table: &Found) -> Value {
    let keys = std::iter::once((&table.primary.0, &table.primary.1));
    let keys = keys.chain(table.indexes.iter().map(|(_, hash, range)| (hash, range)));
    let names: Vec<&str> =
        keys.flat_map(|(hash, range)| hash.as_deref().into_iter().chain(range.as_deref())).collect();
    let kind = |name: &str| table.numbers.iter().any(|number| number == name).then(|| "N".to_owned());
    let mut request = json!({
        "TableName": table.name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key_schema(table.primary.0.as_deref(), table.primary.1.as_deref()),
        "AttributeDefinitions": definitions(names, kind),
    });
    let (mut globals, mut locals) = (Vec::new(), Vec::new());
    for (name, hash, range) in &table.indexes {
        let index = json!({ "IndexName": name, "KeySchema": key_schema(hash.as_deref(), range.as_deref()),
            "Projection": { "ProjectionType": "ALL" } });
        // An index with the table's own partition key is a local one.
        if *hash == table.primary.0 { locals.push(index) } else { globals.push(index) }
    }
    for (member, list) in [("GlobalSecondaryIndexes", globals), ("LocalSecondaryIndexes", locals)] {
        if !list.is_empty() {
            request[member] = Value::Array(list);
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use crate::exchange::import;

    const ENTITIES: &str = r#"
import { Entity, Service } from "electrodb";
const table = "electro";
const Task = new Entity({
  model: { entity: "task", version: "1", service: "taskapp" },
  attributes: {
    taskId: { type: "string", required: true }, points: { type: "number" },
    createdAt: { type: "number", default: () => Date.now(), readOnly: true },
  },
  indexes: {
    projects: { pk: { field: "pk", composite: ["taskId"] }, sk: { field: "sk", composite: [] } },
    assigned: {
      collection: "assignments", index: "gsi1pk-gsi1sk-index",
      pk: { field: "gsi1pk", composite: ["points"] }, sk: { field: "createdAt", composite: ["createdAt"] },
    },
    recent: { index: "lsi1", pk: { field: "pk", composite: ["taskId"] }, sk: { field: "lsi1sk", composite: ["createdAt"] } },
  },
}, { client, table });
const User = new Entity({
  model: { entity: "user", version: "1", service: "taskapp" },
  attributes: { userId: { type: "string" } },
  indexes: {
    user: { pk: { field: "pk", composite: ["userId"] }, sk: { field: "sk", composite: [] } },
    email: { index: "gsi2", pk: { field: "gsi2pk", composite: ["userId"] } },
  },
}, { client, table });
"#;

    #[test]
    fn the_entities_of_a_table_become_one_table() {
        let taken = import(ENTITIES).expect("a model");
        assert_eq!((taken.format, taken.design.tables.len()), ("an ElectroDB model", 1));
        let table = &taken.design.tables[0];
        assert_eq!(
            (table.name(), table.type_of("createdAt"), table.type_of("gsi1pk")),
            ("electro", "N", "S")
        );
        let globals: Vec<&str> =
            table.globals().iter().filter_map(|index| index.index_name.as_deref()).collect();
        assert_eq!(globals, ["gsi1pk-gsi1sk-index", "gsi2"]);
        assert_eq!(table.value()["LocalSecondaryIndexes"][0]["IndexName"], "lsi1");
        let left_out: Vec<&str> = taken.left_out.iter().map(|left| left.what.as_str()).collect();
        assert_eq!(left_out, ["entity task: 3 attributes", "entity user: 1 attributes"]);
    }
}
