//! Models of NoSQL Workbench: `ModelName`, and a `DataModel` of tables with their keys, attributes, global indexes, capacity and data.
//!
//! Follows [the format of its models](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/workbench.Modeler.html), as its
//! published sample models have it.

use std::collections::{BTreeMap, BTreeSet};

use engine::timeline::Access;
use serde_json::{Map, Value, json};

use super::design::{
    Design, Leaving, Scaling, TARGET_PERCENT, Table, definitions, key_names, key_schema, number, projected,
    projection_type,
};
use super::facets;
use super::items::typed_item;
use super::text::json;
use super::{Carried, Fault, LeftOut, Taken};
use crate::protocol::entity::Entity;
use crate::state::explanation::plural;

/// The version of the format.
const VERSION: &str = "3.0";
/// What it gives to the role that scales.
const ROLE: &str = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable";

/// Writes a model.
pub fn write(design: &Design) -> Carried {
    let mut leaving = Leaving::by("NoSQL Workbench");
    let tables = design.tables.iter().map(|table| {
        let mut model = table_model(table, &design.model.entities, &mut leaving);
        let (facets, homeless) = facets::write(table, &design.model.entities, &mut leaving.left_out);
        if !facets.is_empty() {
            // What a facet shows stands under it, as the published models have it.
            model["TableFacets"] = Value::Array(facets);
            match homeless.is_empty() {
                true => drop(model.as_object_mut().map(|model| model.remove("TableData"))),
                false => model["TableData"] = Value::Array(homeless),
            }
        }
        model
    });
    let tables: Vec<Value> = tables.collect();
    let model = json!({
        "ModelName": design.name,
        "ModelMetadata": {
            "Author": "", "Description": design.description, "AWSService": "Amazon DynamoDB", "Version": VERSION,
        },
        "DataModel": tables,
    });
    Carried { text: json(&model), left_out: leaving.left_out }
}

fn table_model(table: &Table, entities: &[Entity], leaving: &mut Leaving) -> Value {
    let (create, name) = (&table.create, table.name());
    let attribute = |key: &str| json!({ "AttributeName": key, "AttributeType": table.type_of(key) });
    let keys = |schema| {
        let mut keys = Map::new();
        for (member, kind) in [("PartitionKey", "HASH"), ("SortKey", "RANGE")] {
            keys.extend(key_names(schema, kind).first().map(|key| (member.to_owned(), attribute(key))));
        }
        Value::Object(keys)
    };
    let mut indexes = Vec::new();
    for index in table.globals() {
        let index_name = index.index_name.as_deref().unwrap_or_default();
        let several = ["HASH", "RANGE"].iter().any(|kind| key_names(&index.key_schema, kind).len() > 1);
        leaving.this(several, name, &format!("{index_name}, whose key has several attributes"));
        if several {
            continue;
        }
        let mut projection = json!({ "ProjectionType": projection_type(&index.projection) });
        if !projected(&index.projection).is_empty() {
            projection["NonKeyAttributes"] = json!(projected(&index.projection));
        }
        indexes.push(json!({ "IndexName": index_name, "KeyAttributes": keys(&index.key_schema), "Projection": projection }));
        let own = !table.on_demand() && index.provisioned_throughput != create.provisioned_throughput;
        leaving.this(own, name, &format!("{index_name}.ProvisionedThroughput"));
        leaving.this(index.on_demand_throughput.is_some(), name, &format!("{index_name}.OnDemandThroughput"));
        leaving.this(index.warm_throughput.is_some(), name, &format!("{index_name}.WarmThroughput"));
    }
    let own_keys = [key_names(&create.key_schema, "HASH"), key_names(&create.key_schema, "RANGE")].concat();
    let others = attributes(table, entities).into_iter().filter(|(key, _)| !own_keys.contains(&key.as_str()));
    let others = others.map(|(key, kind)| json!({ "AttributeName": key, "AttributeType": kind }));
    let mut model = json!({
        "TableName": name,
        "KeyAttributes": keys(&create.key_schema),
        "NonKeyAttributes": others.collect::<Value>(),
        "GlobalSecondaryIndexes": indexes,
        "TableData": table.items,
        "DataAccess": { "MySql": {} },
        "BillingMode": if table.on_demand() { "PAY_PER_REQUEST" } else { "PROVISIONED" },
    });
    if !table.on_demand() {
        model["ProvisionedCapacitySettings"] = capacity(table);
    }
    for (is_there, what) in [
        (create.local_secondary_indexes.iter().flatten().next().is_some(), "LocalSecondaryIndexes"),
        (create.vector_indexes.is_some(), "VectorIndexes"),
        (create.on_demand_throughput.is_some(), "OnDemandThroughput"),
        (create.warm_throughput.is_some(), "WarmThroughput"),
        (table.stream().is_some(), "StreamSpecification"),
        (create.sse_specification.is_some(), "SSESpecification"),
        (create.table_class.is_some(), "TableClass"),
        (create.deletion_protection_enabled == Some(true), "DeletionProtectionEnabled"),
        (create.tags.iter().flatten().next().is_some(), "Tags"),
        (create.resource_policy.is_some(), "ResourcePolicy"),
        (table.time_to_live.is_some(), "TimeToLive"),
        (table.recovery_days.is_some(), "PointInTimeRecoverySpecification"),
        (table.scaling.iter().any(|scaling| scaling.index.is_some()), "AutoScaling of indexes"),
    ] {
        leaving.this(is_there, name, what);
    }
    model
}

/// All attributes that keys, projections, items and entities name, with the type that each has first.
fn attributes(table: &Table, entities: &[Entity]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for item in table.items.iter().filter_map(Value::as_object) {
        for (name, value) in item {
            let kind = value.as_object().and_then(|value| value.keys().next());
            all.entry(name.clone()).or_insert_with(|| kind.cloned().unwrap_or_else(|| "S".to_owned()));
        }
    }
    for definition in table.create.attribute_definitions.iter().flatten() {
        let name = definition.attribute_name.clone().unwrap_or_default();
        all.insert(name.clone(), table.type_of(&name).to_owned());
    }
    let own = entities.iter().filter(|entity| entity.table == table.name());
    for one in own.flat_map(|entity| &entity.attributes).filter(|one| !one.key_only) {
        all.entry(one.name.clone()).or_insert_with(|| one.kind.name().to_owned());
    }
    for name in table.globals().iter().flat_map(|index| projected(&index.projection)) {
        all.entry(name.clone()).or_insert_with(|| "S".to_owned());
    }
    all
}

fn capacity(table: &Table) -> Value {
    let mut settings = json!({ "ProvisionedThroughput": table.create.provisioned_throughput });
    for scaling in table.scaling.iter().filter(|scaling| scaling.index.is_none()) {
        settings[format!("AutoScaling{}", scaling.word())] = json!({
            "ScalableTargetRequest": {
                "MinCapacity": scaling.minimum, "MaxCapacity": scaling.maximum, "ServiceRole": ROLE,
            },
            "ScalingPolicyConfiguration": { "TargetValue": number(scaling.target) },
        });
    }
    settings
}

/// Reads a model.
pub fn read(model: &Value) -> Result<Taken, Fault> {
    let mut left_out = Vec::new();
    if let Some(author) = model["ModelMetadata"]["Author"].as_str().filter(|author| !author.is_empty()) {
        left_out.push(LeftOut::new(format!("ModelMetadata.Author: {author}"), "a design names no author"));
    }
    let dates = ["DateCreated", "DateLastModified"];
    let dates = dates.iter().filter_map(|name| model["ModelMetadata"][*name].as_str());
    let dates: Vec<&str> = dates.filter(|date| !date.is_empty()).collect();
    if !dates.is_empty() {
        left_out.push(LeftOut::new(format!("ModelMetadata: {}", dates.join("; ")), "a design has no dates"));
    }
    let mut design = Design {
        name: model["ModelName"].as_str().unwrap_or_default().to_owned(),
        description: model["ModelMetadata"]["Description"].as_str().unwrap_or_default().to_owned(),
        ..Design::default()
    };
    for given in model["DataModel"].as_array().into_iter().flatten() {
        let (given, mended) = with_typed_items(given);
        let (mut table, items) = table_of(&given, &mut left_out)?;
        table.items = items;
        take_items_of_facets(&given, &mut table);
        if mended > 0 {
            let what = format!("{}.TableData: plain JSON in {}", table.name(), plural(mended, "item"));
            left_out.push(LeftOut::new(
                what,
                "DynamoDB takes values under their types alone: it was read as those",
            ));
        }
        let kinds = kinds(&given);
        facets::read(&given, &table, &kinds, &mut design.model.entities, &mut left_out);
        let known = attributes(&table, &design.model.entities);
        let unknown: Vec<&str> =
            kinds.keys().map(String::as_str).filter(|name| !known.contains_key(*name)).collect();
        if !unknown.is_empty() {
            let what = format!("{}.NonKeyAttributes: {}", table.name(), unknown.join(", "));
            left_out.push(LeftOut::new(
                what,
                "no item, index or facet has it, and a table declares the attributes of its keys alone",
            ));
        }
        design.tables.push(table);
    }
    Ok(Taken { format: "a NoSQL Workbench model", design, left_out })
}

/// A table of a model whose items are DynamoDB's, and how many were not.
fn with_typed_items(given: &Value) -> (Value, u64) {
    let (mut given, mut mended) = (given.clone(), 0);
    let mut mend = |of: &mut Value| {
        for item in of.get_mut("TableData").and_then(Value::as_array_mut).into_iter().flatten() {
            let (typed, was_plain) = typed_item(item);
            mended += u64::from(was_plain);
            *item = typed;
        }
    };
    mend(&mut given);
    for facet in given.get_mut("TableFacets").and_then(Value::as_array_mut).into_iter().flatten() {
        mend(facet);
    }
    (given, mended)
}

/// Takes the items that a model has under its facets: of a key that is there already they are the same item.
fn take_items_of_facets(given: &Value, table: &mut Table) {
    let schema = table.create.key_schema.clone();
    let names = [key_names(&schema, "HASH"), key_names(&schema, "RANGE")].concat();
    let key = |item: &Value| names.iter().map(|name| item[*name].to_string()).collect::<Vec<_>>();
    let mut known: BTreeSet<Vec<String>> = table.items.iter().map(key).collect();
    let facets = given["TableFacets"].as_array().into_iter().flatten();
    let items = facets.filter_map(|facet| facet["TableData"].as_array()).flatten();
    table.items.extend(items.filter(|item| item.is_object() && known.insert(key(item))).cloned());
}

/// The types of the attributes that are in no key.
fn kinds(given: &Value) -> BTreeMap<String, String> {
    let attributes = given["NonKeyAttributes"].as_array().into_iter().flatten();
    let text = |of: &Value, member: &str| of[member].as_str().map(str::to_owned);
    attributes.filter_map(|one| Some((text(one, "AttributeName")?, text(one, "AttributeType")?))).collect()
}

fn table_of(given: &Value, left_out: &mut Vec<LeftOut>) -> Result<(Table, Vec<Value>), Fault> {
    let name =
        given["TableName"].as_str().ok_or_else(|| Fault::whole("A table of DataModel has no TableName."))?;
    let key =
        |of: &Value, member: &str| of["KeyAttributes"][member]["AttributeName"].as_str().map(str::to_owned);
    let (hash, range) = (key(given, "PartitionKey"), key(given, "SortKey"));
    let units = &given["ProvisionedCapacitySettings"]["ProvisionedThroughput"];
    let units = match units.is_object() {
        true => units.clone(),
        false => json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 5 }),
    };
    // Models of before there was a setting are provisioned.
    let on_demand = given["BillingMode"] == "PAY_PER_REQUEST";
    let mut names: Vec<String> = hash.iter().chain(&range).cloned().collect();
    let mut kinds: BTreeMap<String, String> = BTreeMap::new();
    let mut see = |of: &Value| {
        for member in ["PartitionKey", "SortKey"] {
            let key = &of["KeyAttributes"][member];
            if let (Some(name), Some(kind)) = (key["AttributeName"].as_str(), key["AttributeType"].as_str()) {
                kinds.entry(name.to_owned()).or_insert_with(|| kind.to_owned());
            }
        }
    };
    see(given);
    let mut indexes = Vec::new();
    for index in given["GlobalSecondaryIndexes"].as_array().into_iter().flatten() {
        see(index);
        let (hash, range) = (key(index, "PartitionKey"), key(index, "SortKey"));
        names.extend(hash.iter().chain(&range).cloned());
        let mut projection =
            json!({ "ProjectionType": index["Projection"]["ProjectionType"].as_str().unwrap_or("ALL") });
        if index["Projection"]["NonKeyAttributes"].as_array().is_some_and(|names| !names.is_empty()) {
            projection["NonKeyAttributes"] = index["Projection"]["NonKeyAttributes"].clone();
        }
        let mut request = json!({ "IndexName": index["IndexName"], "Projection": projection,
            "KeySchema": key_schema(hash.as_deref(), range.as_deref()) });
        if !on_demand {
            request["ProvisionedThroughput"] = units.clone();
        }
        indexes.push(request);
    }
    let mut request = json!({
        "TableName": name, "KeySchema": key_schema(hash.as_deref(), range.as_deref()),
        "AttributeDefinitions": definitions(names.iter().map(String::as_str), |name| kinds.get(name).cloned()),
        "BillingMode": if on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" },
    });
    if !on_demand {
        request["ProvisionedThroughput"] = units;
    }
    if !indexes.is_empty() {
        request["GlobalSecondaryIndexes"] = Value::Array(indexes);
    }
    let mut table = Table::read(&request, left_out).map_err(Fault::whole)?;
    for (member, access) in [("AutoScalingRead", Access::Read), ("AutoScalingWrite", Access::Write)] {
        let scaling = &given["ProvisionedCapacitySettings"][member];
        let bounds = &scaling["ScalableTargetRequest"];
        if let (Some(minimum), Some(maximum), false) =
            (bounds["MinCapacity"].as_i64(), bounds["MaxCapacity"].as_i64(), on_demand)
        {
            let target =
                scaling["ScalingPolicyConfiguration"]["TargetValue"].as_f64().unwrap_or(TARGET_PERCENT);
            table.scaling.push(Scaling { index: None, access, minimum, maximum, target });
        }
    }
    let known = [
        "TableName",
        "KeyAttributes",
        "NonKeyAttributes",
        "TableFacets",
        "GlobalSecondaryIndexes",
        "TableData",
        "DataAccess",
        "BillingMode",
        "ProvisionedCapacitySettings",
    ];
    let others =
        given.as_object().into_iter().flatten().filter(|(member, _)| !known.contains(&member.as_str()));
    left_out.extend(
        others.map(|(member, _)| LeftOut::new(format!("{name}.{member}"), "Dynascope knows no such setting")),
    );
    let items = given["TableData"].as_array().cloned().unwrap_or_default();
    let (items, strange): (Vec<Value>, Vec<Value>) = items.into_iter().partition(Value::is_object);
    if !strange.is_empty() {
        let what = format!("{name}.TableData: {} of its items", strange.len());
        left_out.push(LeftOut::new(what, "an item is an object"));
    }
    Ok((table, items))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::{Format, export, import};

    /// Of the shape that the published models have.
    fn model() -> Value {
        let key = |name: &str, kind: &str| json!({ "AttributeName": name, "AttributeType": kind });
        let scaling = json!({ "ScalableTargetRequest": { "MinCapacity": 1, "MaxCapacity": 10, "ServiceRole": ROLE },
            "ScalingPolicyConfiguration": { "TargetValue": 70 } });
        json!({
            "ModelName": "Parcels",
            "ModelMetadata": { "Author": "A. Nobody", "DateCreated": "Jan 01, 2024, 10:00 AM", "DateLastModified": "Jan 02, 2024, 10:00 AM",
                "Description": "Where parcels are", "AWSService": "Amazon DynamoDB", "Version": "3.0" },
            "DataModel": [{
                "TableName": "Parcel", "KeyAttributes": { "PartitionKey": key("pk", "S"), "SortKey": key("at", "N") },
                "NonKeyAttributes": [key("city", "S"), key("weight", "N")],
                "TableFacets": [{ "FacetName": "Scan", "KeyAttributeAlias": { "PartitionKeyAlias": "Parcel", "SortKeyAlias": "Time" },
                    "NonKeyAttributes": ["city"], "DataAccess": { "MySql": {} } }],
                "GlobalSecondaryIndexes": [{ "IndexName": "by-city", "KeyAttributes": { "PartitionKey": key("city", "S") },
                    "Projection": { "ProjectionType": "INCLUDE", "NonKeyAttributes": ["weight"] } }],
                "TableData": [{ "pk": { "S": "p1" }, "at": { "N": "1" }, "city": { "S": "Bern" }, "weight": { "N": "3.5" } }],
                "DataAccess": { "MySql": {} }, "SampleDataFormats": { "city": ["identifiers", "City"] }, "BillingMode": "PROVISIONED",
                "ProvisionedCapacitySettings": { "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": 6 },
                    "AutoScalingRead": scaling, "AutoScalingWrite": scaling },
            }],
        })
    }

    #[test]
    fn a_published_model_goes_around() {
        let taken = import(&model().to_string()).expect("a model");
        let places: Vec<&str> = taken.left_out.iter().map(|left| left.what.as_str()).collect();
        assert_eq!(
            places,
            [
                "ModelMetadata.Author: A. Nobody",
                "ModelMetadata: Jan 01, 2024, 10:00 AM; Jan 02, 2024, 10:00 AM",
                "Parcel.SampleDataFormats",
            ]
        );
        let facet = &taken.design.model.entities[0];
        assert_eq!((facet.name.as_str(), facet.table.as_str()), ("Scan", "Parcel"));
        assert_eq!((facet.keys["pk"].as_str(), facet.keys["at"].as_str()), ("{Parcel}", "{Time}"));
        let table = &taken.design.tables[0];
        assert_eq!((table.scaling.len(), table.items.len(), table.type_of("at")), (2, 1, "N"));
        let carried = export(&taken.design, Format::Workbench);
        assert_eq!(carried.left_out, []);
        let back: Value = serde_json::from_str(&carried.text).expect("JSON");
        let (mut before, mut after) = (model(), back.clone());
        for table in [&mut before["DataModel"][0], &mut after["DataModel"][0]] {
            let table = table.as_object_mut().expect("a table");
            table.retain(|member, _| member != "SampleDataFormats");
        }
        // Where there are facets, their items stand under them.
        let items = before["DataModel"][0].as_object_mut().and_then(|table| table.remove("TableData"));
        before["DataModel"][0]["TableFacets"][0]["TableData"] = items.expect("items");
        assert_eq!(after["DataModel"], before["DataModel"]);
        assert_eq!(back["ModelMetadata"]["Description"], "Where parcels are");
        assert_eq!(import(&carried.text).expect("a model").design, taken.design);
    }

    /// As the published models of offers and forums have them.
    #[test]
    fn items_that_stand_under_facets_are_the_tables_each_once() {
        let mut model = model();
        let table = &mut model["DataModel"][0];
        let (there, more) =
            (table["TableData"][0].clone(), json!({ "pk": { "S": "p2" }, "at": { "N": "1" } }));
        table["TableFacets"][0]["TableData"] = json!([there, more, more, 7]);
        let taken = import(&model.to_string()).expect("a model");
        assert_eq!(taken.design.tables[0].items.len(), 2);
        assert_eq!(taken.design.tables[0].items[1], more);
    }

    /// As the published model of a single table has it: the facets' keys have no alias of their own, and their items beside them.
    #[test]
    fn what_the_facets_of_a_single_table_hold_tells_the_entities_apart() {
        let key = |name: &str, kind: &str| json!({ "AttributeName": name, "AttributeType": kind });
        let aliases = json!({ "PartitionKeyAlias": "PK", "SortKeyAlias": "SK" });
        let card = |number: &str| {
            let account = format!("ACCT#{number}");
            json!({ "PK": { "S": account }, "SK": { "S": account }, "AccountId": { "N": number } })
        };
        let offer = |number: &str, id: &str| json!({ "PK": { "S": format!("ACCT#{number}") }, "SK": { "S": format!("OFFER#{id}") } });
        let model = json!({ "ModelName": "Cards", "ModelMetadata": { "Author": "A. Nobody" }, "DataModel": [{
            "TableName": "Cards", "KeyAttributes": { "PartitionKey": key("PK", "S"), "SortKey": key("SK", "S") },
            "NonKeyAttributes": [key("AccountId", "N")],
            "TableFacets": [
                { "FacetName": "Accounts", "KeyAttributeAlias": aliases, "NonKeyAttributes": ["AccountId"],
                  "TableData": [card("71"), card("72")], "DataAccess": { "MySql": {} } },
                { "FacetName": "Offers", "KeyAttributeAlias": aliases, "NonKeyAttributes": [],
                  "TableData": [offer("71", "9"), offer("72", "9"), offer("72", "10")], "DataAccess": { "MySql": {} } },
            ] }] });
        let taken = import(&model.to_string()).expect("a model");
        let entities = &taken.design.model.entities;
        let templates = |at: usize| [entities[at].keys["PK"].as_str(), entities[at].keys["SK"].as_str()];
        assert_eq!(templates(0), ["ACCT#{AccountId}", "ACCT#{AccountId}"]);
        assert_eq!(templates(1), ["ACCT#{OffersId}", "OFFER#{OffersId2}"]);
        let account = entities[0].attribute("AccountId").expect("an attribute");
        assert_eq!((account.kind.name(), account.key_only), ("N", false));
        assert_eq!(taken.design.tables[0].items.len(), 5);
        let places: Vec<&str> = taken.left_out.iter().map(|left| left.what.as_str()).collect();
        assert_eq!(places, ["ModelMetadata.Author: A. Nobody"]);
        let carried = export(&taken.design, Format::Workbench);
        assert_eq!(carried.left_out, []);
        assert_eq!(import(&carried.text).expect("a model").design, taken.design);
    }

    #[test]
    fn entities_are_facets_and_what_a_facet_has_no_place_for_is_listed() {
        let mut design = import(&model().to_string()).expect("a model").design;
        let mut entity = design.model.entities[0].clone();
        entity.name = "Event".to_owned();
        entity.keys.insert("pk".to_owned(), "PARCEL#{parcel}".to_owned());
        entity.keys.insert("city".to_owned(), "CITY#{city}".to_owned());
        entity.note = "What happened to it".to_owned();
        design.model.entities.push(entity);
        let carried = export(&design, Format::Workbench);
        let places: Vec<&str> = carried.left_out.iter().map(|left| left.what.as_str()).collect();
        assert_eq!(places, ["Parcel: entity Event: keys of indexes", "Parcel: entity Event: note"]);
        let back = import(&carried.text).expect("a model").design.model.entities;
        assert_eq!(back[0], design.model.entities[0]);
        assert_eq!(back[1].keys["pk"], "PARCEL#{parcel}");
        assert!(!carried.left_out.iter().any(|left| left.what.starts_with("entities")));
    }

    /// As published models have them: maps of plain JSON, numbers without quotes, members of lists without a type.
    #[test]
    fn items_of_plain_json_are_read_as_what_they_mean_and_told() {
        let mut model = model();
        let table = &mut model["DataModel"][0];
        let key = |at: Value| json!({ "pk": { "S": "p1" }, "at": { "N": at } });
        let mut odd = key(json!(2));
        odd["doors"] = json!({ "M": { "front": { "open": true }, "count": 2 } });
        odd["crew"] = json!({ "L": [{ "name": { "S": "Ann" } }, "Bob"] });
        table["TableData"] = json!([key(json!("1")), odd]);
        // The same item once more, with its number as a text.
        table["TableFacets"][0]["TableData"] = json!([key(json!("2"))]);
        let taken = import(&model.to_string()).expect("a model");
        let items = &taken.design.tables[0].items;
        assert_eq!(items.len(), 2);
        assert_eq!(items[1]["at"], json!({ "N": "2" }));
        let doors = json!({ "M": { "front": { "M": { "open": { "BOOL": true } } }, "count": { "N": "2" } } });
        assert_eq!(items[1]["doors"], doors);
        assert_eq!(items[1]["crew"], json!({ "L": [{ "M": { "name": { "S": "Ann" } } }, { "S": "Bob" }] }));
        assert!(taken.left_out.iter().any(|left| left.what == "Parcel.TableData: plain JSON in 1 item"));
    }

    #[test]
    fn an_attribute_that_only_a_facet_names_goes_around_and_one_that_nothing_names_is_listed() {
        let mut model = model();
        let own = json!([
            { "AttributeName": "city", "AttributeType": "S" }, { "AttributeName": "events", "AttributeType": "L" },
            { "AttributeName": "weight", "AttributeType": "N" }, { "AttributeName": "colour", "AttributeType": "S" },
        ]);
        model["DataModel"][0]["NonKeyAttributes"] = own;
        model["DataModel"][0]["TableFacets"][0]["NonKeyAttributes"] = json!(["city", "events"]);
        let taken = import(&model.to_string()).expect("a model");
        assert!(taken.left_out.iter().any(|left| left.what == "Parcel.NonKeyAttributes: colour"));
        let back: Value = serde_json::from_str(&export(&taken.design, Format::Workbench).text).expect("JSON");
        let events = json!({ "AttributeName": "events", "AttributeType": "L" });
        let attributes = back["DataModel"][0]["NonKeyAttributes"].as_array().expect("a list");
        assert!(attributes.contains(&events), "{attributes:?}");
    }

    /// As the published model of vehicles has it: sort keys of any kind under one facet.
    #[test]
    fn items_whose_keys_have_nothing_in_common_stay_under_their_facet() {
        let mut model = model();
        let item = |at: &str| json!({ "pk": { "S": format!("CAR#77{at}1") }, "at": { "N": at } });
        model["DataModel"][0]["TableFacets"] = json!([
            { "FacetName": "Car", "KeyAttributeAlias": { "PartitionKeyAlias": "pk", "SortKeyAlias": "at" },
              "NonKeyAttributes": ["city"], "TableData": [item("1"), item("2")], "DataAccess": { "MySql": {} } },
        ]);
        let taken = import(&model.to_string()).expect("a model");
        let car = &taken.design.model.entities[0];
        assert_eq!((car.keys["pk"].as_str(), car.keys.get("at")), ("CAR#{CarId}", None));
        assert_eq!(car.attribute("at").map(|one| one.kind.name()), Some("N"));
        let carried = export(&taken.design, Format::Workbench);
        let places: Vec<&str> = carried.left_out.iter().map(|left| left.what.as_str()).collect();
        assert_eq!(places, ["Parcel: 1 item of no entity"], "the one that no facet had");
        let back: Value = serde_json::from_str(&carried.text).expect("JSON");
        let table = &back["DataModel"][0];
        assert_eq!(table["TableFacets"][0]["TableData"], json!([item("1"), item("2")]));
        assert_eq!(table["TableFacets"][0]["NonKeyAttributes"], json!(["city"]));
        assert_eq!(table["TableData"].as_array().map(Vec::len), Some(1));
    }

    /// As the published model of payments has it: `SubId#SKU` for the eye, and `SUB#1#SKU#2` in the items.
    #[test]
    fn an_alias_that_the_items_do_not_have_gives_way_to_what_they_have() {
        let mut model = model();
        let key = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
        let plan = |id: &str, sku: &str| json!({ "pk": { "S": "ACC#1" }, "sk": { "S": format!("PLAN#{id}#SKU#{sku}") }, "Sku": { "S": sku } });
        let facet = |name: &str, sort: &str, items: Value| {
            json!({ "FacetName": name, "KeyAttributeAlias": { "PartitionKeyAlias": "AccountId", "SortKeyAlias": sort },
                "NonKeyAttributes": ["Sku"], "TableData": items, "DataAccess": { "MySql": {} } })
        };
        model["DataModel"] = json!([{
            "TableName": "Plans", "KeyAttributes": { "PartitionKey": key("pk"), "SortKey": key("sk") }, "NonKeyAttributes": [key("Sku")],
            "TableFacets": [facet("Plan", "PlanId#Sku", json!([plan("7", "a1"), plan("8", "b2")])),
                facet("Note", "NOTE#NoteId", json!([{ "pk": { "S": "ACC#1" }, "sk": { "S": "NOTE#x" } }]))],
        }]);
        let taken = import(&model.to_string()).expect("a model");
        let sorts: Vec<&str> =
            taken.design.model.entities.iter().map(|one| one.keys["sk"].as_str()).collect();
        assert_eq!(sorts, ["PLAN#{PlanId}#SKU#{Sku}", "NOTE#{NoteId}"]);
        assert_eq!(taken.design.model.entities[0].keys["pk"], "{AccountId}");
        // Each item is under its facet again.
        let carried = export(&taken.design, Format::Workbench);
        let back: Value = serde_json::from_str(&carried.text).expect("JSON");
        let counts =
            |at: usize| back["DataModel"][0]["TableFacets"][at]["TableData"].as_array().map(Vec::len);
        assert_eq!((counts(0), counts(1), carried.left_out.len()), (Some(2), Some(1), 0));
        assert_eq!(import(&carried.text).expect("a model").design, taken.design);
    }

    #[test]
    fn a_model_without_settings_is_provisioned() {
        let text = r#"{ "ModelName": "Old", "DataModel": [{ "TableName": "T",
            "KeyAttributes": { "PartitionKey": { "AttributeName": "k", "AttributeType": "B" } }, "TableData": [1] }] }"#;
        let taken = import(text).expect("a model");
        assert!(!taken.design.tables[0].on_demand());
        assert_eq!(taken.left_out[0].what, "T.TableData: 1 of its items");
        assert!(import(r#"{ "DataModel": [{}] }"#).is_err());
    }
}
