//! Schemas of OneTable, as JSON or as the literal of a script: their indexes are a table.
//!
//! Follows [its schema](https://doc.onetable.io/api/schemas/schema/). The models stay behind, but for the types of key attributes and
//! the attribute of Time to Live.

use serde_json::{Value, json};

use super::design::{Design, Table, definitions, key_schema};
use super::script::{Literal, Script};
use super::{Fault, LeftOut, Taken};

/// The table's name where the schema's script says none.
const NAME: &str = "OneTable";

/// Reads the schema of a script; none where there is none in it.
pub fn read(script: &Script) -> Option<Result<Taken, Fault>> {
    let schema = script.objects.iter().find_map(schema_of)?;
    let is_table = |object: &&Literal| object.get("name").is_some() && object.get("schema").is_some();
    let name = script.objects.iter().find(is_table).and_then(|table| script.resolved(table.get("name")?));
    Some(taken(schema, name.as_deref().unwrap_or(NAME)))
}

/// Reads a schema that is JSON; none where it is no schema.
pub fn read_value(value: &Value) -> Option<Result<Taken, Fault>> {
    let literal = literal(value);
    schema_of(&literal).map(|schema| taken(schema, NAME))
}

fn literal(value: &Value) -> Literal {
    match value {
        Value::String(text) => Literal::Text(text.clone()),
        Value::Array(list) => Literal::List(list.iter().map(literal).collect()),
        Value::Object(object) => {
            Literal::Object(object.iter().map(|(name, value)| (name.clone(), literal(value))).collect())
        }
        other => Literal::Code(other.to_string()),
    }
}

/// The schema in an object: itself, or what it has as its `schema`.
fn schema_of(object: &Literal) -> Option<&Literal> {
    let own = object.get("indexes").and_then(|indexes| indexes.get("primary")?.get("hash"));
    match own {
        Some(_) => Some(object),
        None => object.get("schema").and_then(schema_of),
    }
}

fn taken(schema: &Literal, name: &str) -> Result<Taken, Fault> {
    let mut left_out = Vec::new();
    let models = schema.get("models").map(Literal::members).unwrap_or_default();
    let kind = |attribute: &str| {
        let mut fields = models.iter().filter_map(|(_, model)| model.get(attribute));
        let kind = fields.find_map(|field| field.get("type"))?;
        let kind = match kind.word() {
            "Number" | "number" | "Date" | "date" => "N",
            "Buffer" | "binary" | "ArrayBuffer" | "Binary" => "B",
            _ => "S",
        };
        Some(kind.to_owned())
    };
    let key = |index: &Literal, member: &str| index.get(member).and_then(Literal::text).map(str::to_owned);
    let (mut names, mut globals, mut locals) = (Vec::new(), Vec::new(), Vec::new());
    let mut primary = (None, None);
    for (index_name, index) in schema.get("indexes").map(Literal::members).unwrap_or_default() {
        let (hash, sort) = (key(index, "hash"), key(index, "sort"));
        names.extend(hash.iter().chain(&sort).cloned());
        if index_name == "primary" {
            primary = (hash, sort);
            continue;
        }
        let is_local = index.get("type").is_some_and(|kind| kind.word() == "local") || hash.is_none();
        let hash = hash.or_else(|| primary.0.clone());
        let mut request = json!({ "IndexName": index_name, "KeySchema": key_schema(hash.as_deref(), sort.as_deref()),
            "Projection": { "ProjectionType": "ALL" } });
        match index.get("project") {
            Some(Literal::List(attributes)) => {
                let attributes: Vec<&str> = attributes.iter().filter_map(Literal::text).collect();
                request["Projection"] =
                    json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": attributes });
            }
            Some(word) if word.word() == "keys" => {
                request["Projection"] = json!({ "ProjectionType": "KEYS_ONLY" });
            }
            _ => {}
        }
        if is_local {
            locals.push(request)
        } else {
            globals.push(request)
        }
        for (member, _) in index.members() {
            if !["hash", "sort", "project", "type"].contains(&member.as_str()) {
                let what = format!("indexes.{index_name}.{member}");
                left_out.push(LeftOut::new(what, "it is about how OneTable uses the index"));
            }
        }
    }
    let mut request = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key_schema(primary.0.as_deref(), primary.1.as_deref()),
        "AttributeDefinitions": definitions(names.iter().map(String::as_str), kind),
    });
    for (member, list) in [("GlobalSecondaryIndexes", globals), ("LocalSecondaryIndexes", locals)] {
        if !list.is_empty() {
            request[member] = Value::Array(list);
        }
    }
    let fields = models.iter().flat_map(|(_, model)| model.members());
    let mut live = fields.filter(|(_, field)| field.get("ttl").is_some_and(|ttl| ttl.word() == "true"));
    if let Some((attribute, field)) = live.next() {
        let mapped = field.get("map").and_then(Literal::text).unwrap_or(attribute);
        request["TimeToLive"] = json!({ "AttributeName": mapped });
    }
    for (model, fields) in models {
        let what = format!("models.{model}: {} fields", fields.members().len());
        left_out.push(LeftOut::new(what, "a model is OneTable’s own: DynamoDB knows keys and items"));
    }
    if schema.get("params").is_some() {
        left_out.push(LeftOut::new("params", "they are about how OneTable writes items"));
    }
    let table = Table::read(&request, &mut left_out).map_err(Fault::whole)?;
    let design = Design { name: name.to_owned(), tables: vec![table], ..Design::default() };
    Ok(Taken { format: "a OneTable schema", design, left_out })
}

#[cfg(test)]
mod tests {
    use crate::exchange::import;

    const SCHEMA: &str = "
import {Table} from 'dynamodb-onetable'
const TableName = 'shop'
export const Schema = {
    format: 'onetable:1.1.0', version: '0.0.1',
    indexes: {
        primary: { hash: 'pk', sort: 'sk' },
        gs1: { hash: 'gs1pk', sort: 'gs1sk', project: ['name', 'email'], follow: true },
        ls1: { type: 'local', sort: 'updated' },
    },
    models: {
        User: {
            pk: { type: String, value: 'user#${id}' }, sk: { type: String, value: 'user#' },
            id: { type: String, generate: 'ulid' }, updated: { type: Number }, expires: { type: Date, ttl: true, map: 'ttl' },
            check: { type: String, validate: /^[a-z]+$/ },
        },
    } as const,
    params: { timestamps: true, isoDates: (value) => ({ a: value }) },
} as const
const table = new Table({ name: TableName, schema: Schema, client })
";

    #[test]
    fn a_script_becomes_its_table_and_the_models_are_listed() {
        let taken = import(SCHEMA).expect("a schema");
        assert_eq!(taken.format, "a OneTable schema");
        let table = &taken.design.tables[0];
        assert_eq!((table.name(), table.time_to_live.as_deref()), ("shop", Some("ttl")));
        assert_eq!((table.type_of("updated"), table.type_of("gs1pk")), ("N", "S"));
        let value = table.value();
        assert_eq!(value["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"][1], "email");
        assert_eq!(value["LocalSecondaryIndexes"][0]["KeySchema"][0]["AttributeName"], "pk");
        let left_out: Vec<&str> = taken.left_out.iter().map(|left| left.what.as_str()).collect();
        assert_eq!(left_out, ["indexes.gs1.follow", "models.User: 6 fields", "params"]);
    }

    #[test]
    fn a_schema_as_json_does_too() {
        let text = r#"{ "version": "0.1.0", "indexes": { "primary": { "hash": "PK", "sort": "SK" }, "GSI1": { "hash": "SK", "project": "keys" } },
            "models": { "Account": { "PK": { "type": "string" } } } }"#;
        let taken = import(text).expect("a schema");
        let value = taken.design.tables[0].value();
        assert_eq!(value["TableName"], "OneTable");
        assert_eq!(value["GlobalSecondaryIndexes"][0]["Projection"]["ProjectionType"], "KEYS_ONLY");
    }
}
