//! The design that all formats are read into and written from: tables as CreateTable takes them, and what stands beside it in the API.
//!
//! Owns the shape and its JSON, which is CreateTable's with `TimeToLive`, `PointInTimeRecoverySpecification` and `AutoScaling` beside
//! its members, as a design document has it. Never judges a design: the engine does, when it is made real. Follows
//! [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html).

use engine::api::table::{CreateTableInput, GlobalSecondaryIndex, KeySchemaElement, Projection};
use engine::timeline::Access;
use serde_json::{Map, Value, json};

use super::LeftOut;
use crate::protocol::model::Model;
use crate::share::Document;

/// What may be meant by no target.
pub const TARGET_PERCENT: f64 = 70.0;

/// A design.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    /// Its name.
    pub name: String,
    /// A sentence or two about it.
    pub description: String,
    /// Its tables.
    pub tables: Vec<Table>,
    /// What it is for, and what it holds.
    pub model: Model,
}

impl Design {
    /// The tables of a document, with their items. What is unknown in it goes to `left_out`.
    pub fn of(document: &Document, left_out: &mut Vec<LeftOut>) -> Result<Design, String> {
        let mut tables = Vec::new();
        for table in &document.tables {
            let mut table = Table::read(table, left_out)?;
            table.items = document.items.get(table.name()).cloned().unwrap_or_default();
            tables.push(table);
        }
        let (name, description) = (document.name.clone(), document.description.clone());
        Ok(Design { name, description, tables, model: document.model() })
    }

    /// The document that makes it real.
    pub fn document(&self) -> Document {
        let mut document = Document::new(self.name.clone());
        document.description = self.description.clone();
        for table in &self.tables {
            document.tables.push(table.value());
            if !table.items.is_empty() {
                document.items.insert(table.name().to_owned(), table.items.clone());
            }
        }
        document.with_model(self.model.clone())
    }
}

/// A table, and what is set beside CreateTable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The request that makes it.
    pub create: CreateTableInput,
    /// The attribute of Time to Live.
    pub time_to_live: Option<String>,
    /// Point-in-time recovery, by so many days.
    pub recovery_days: Option<u64>,
    /// Auto scaling of the table and its global indexes.
    pub scaling: Vec<Scaling>,
    /// Items, in DynamoDB JSON: a sample of them, or all.
    pub items: Vec<Value>,
}

/// Auto scaling of one kind of capacity.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// The global index; none for the table.
    pub index: Option<String>,
    /// Which capacity.
    pub access: Access,
    /// Never less, in units a second.
    pub minimum: i64,
    /// Never more.
    pub maximum: i64,
    /// The use that it aims at, in percent.
    pub target: f64,
}

impl Scaling {
    /// `Read` or `Write`, as the names of the API have it.
    pub fn word(&self) -> &'static str {
        match self.access {
            Access::Read => "Read",
            Access::Write => "Write",
        }
    }

    fn value(&self) -> Value {
        let mut value = json!({
            "Capacity": self.word(), "MinimumUnits": self.minimum, "MaximumUnits": self.maximum,
            "TargetValue": number(self.target),
        });
        if let Some(index) = &self.index {
            value["IndexName"] = json!(index);
        }
        value
    }

    fn read(value: &Value) -> Option<Scaling> {
        Some(Scaling {
            index: value["IndexName"].as_str().map(str::to_owned),
            access: if value["Capacity"] == "Write" { Access::Write } else { Access::Read },
            minimum: value["MinimumUnits"].as_i64()?,
            maximum: value["MaximumUnits"].as_i64()?,
            target: value["TargetValue"].as_f64().unwrap_or(TARGET_PERCENT),
        })
    }
}

/// A number, whole where it can be: `70`, not `70.0`.
pub fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}

/// The attributes of a key, partition key first.
pub fn key_names<'a>(schema: &'a Option<Vec<KeySchemaElement>>, kind: &str) -> Vec<&'a str> {
    let elements = schema.iter().flatten();
    let found = elements.filter(|element| element.key_type.as_deref() == Some(kind));
    found.filter_map(|element| element.attribute_name.as_deref()).collect()
}

/// A schema of these attributes.
pub fn key_schema<'a>(
    hash: impl IntoIterator<Item = &'a str>,
    range: impl IntoIterator<Item = &'a str>,
) -> Value {
    let element = |kind| move |name: &str| json!({ "AttributeName": name, "KeyType": kind });
    hash.into_iter().map(element("HASH")).chain(range.into_iter().map(element("RANGE"))).collect()
}

/// `ALL`, `KEYS_ONLY` or `INCLUDE`.
pub fn projection_type(projection: &Option<Projection>) -> &str {
    projection.as_ref().and_then(|projection| projection.projection_type.as_deref()).unwrap_or("ALL")
}

/// The attributes that an index projects by name.
pub fn projected(projection: &Option<Projection>) -> &[String] {
    projection.as_ref().and_then(|projection| projection.non_key_attributes.as_deref()).unwrap_or_default()
}

impl Table {
    /// Its name.
    pub fn name(&self) -> &str {
        self.create.table_name.as_deref().unwrap_or_default()
    }

    /// Whether it is paid for on demand.
    pub fn on_demand(&self) -> bool {
        self.create.billing_mode.as_deref() == Some("PAY_PER_REQUEST")
    }

    /// The type of a key attribute; `S` where none is said.
    pub fn type_of(&self, attribute: &str) -> &str {
        let mut all = self.create.attribute_definitions.iter().flatten();
        let found = all.find(|definition| definition.attribute_name.as_deref() == Some(attribute));
        found.and_then(|definition| definition.attribute_type.as_deref()).unwrap_or("S")
    }

    /// Its global indexes.
    pub fn globals(&self) -> &[GlobalSecondaryIndex] {
        self.create.global_secondary_indexes.as_deref().unwrap_or_default()
    }

    /// The StreamViewType, where it has a stream.
    pub fn stream(&self) -> Option<&str> {
        let stream = self.create.stream_specification.as_ref()?;
        let on = stream.stream_enabled != Some(false);
        stream.stream_view_type.as_deref().filter(|_| on)
    }

    /// Its JSON, without its items.
    pub fn value(&self) -> Value {
        let mut value = serde_json::to_value(&self.create).expect("a request is plain data");
        if let Some(attribute) = &self.time_to_live {
            value["TimeToLive"] = json!({ "AttributeName": attribute });
        }
        if let Some(days) = self.recovery_days {
            value["PointInTimeRecoverySpecification"] =
                json!({ "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": days });
        }
        if !self.scaling.is_empty() {
            value["AutoScaling"] = self.scaling.iter().map(Scaling::value).collect();
        }
        value
    }

    /// Reads such JSON. What it does not know goes to `left_out`, under the table's name; says what is of a wrong kind.
    pub fn read(value: &Value, left_out: &mut Vec<LeftOut>) -> Result<Table, String> {
        let mut own = value.as_object().cloned().ok_or("it is no object")?;
        let name = own.get("TableName").and_then(Value::as_str).unwrap_or_default().to_owned();
        let time_to_live = own.remove("TimeToLive");
        let time_to_live = time_to_live.and_then(|set| set["AttributeName"].as_str().map(str::to_owned));
        let recovery_days = own.remove("PointInTimeRecoverySpecification").and_then(|set| {
            let days = set["RecoveryPeriodInDays"].as_u64().unwrap_or(35);
            (set["PointInTimeRecoveryEnabled"] == true).then_some(days)
        });
        let scaling = own.remove("AutoScaling");
        let scaling = scaling.iter().filter_map(Value::as_array).flatten().filter_map(Scaling::read);
        let scaling = scaling.collect();
        let own = Value::Object(own);
        let create: CreateTableInput = serde_json::from_value(own.clone())
            .map_err(|error| format!("the table {name} cannot be read: {error}"))?;
        let kept = serde_json::to_value(&create).expect("a request is plain data");
        lost(&own, &kept, &name, left_out);
        Ok(Table { create, time_to_live, recovery_days, scaling, items: Vec::new() })
    }
}

/// What is in `given` and not in `kept`, under its place.
fn lost(given: &Value, kept: &Value, place: &str, left_out: &mut Vec<LeftOut>) {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => {
            for (name, value) in given {
                let place = format!("{place}.{name}");
                match kept.get(name) {
                    Some(kept) => lost(value, kept, &place, left_out),
                    None if value.is_null() => {}
                    None => left_out.push(LeftOut::new(place, "Dynascope knows no such setting")),
                }
            }
        }
        (Value::Array(given), Value::Array(kept)) => {
            for (at, (given, kept)) in given.iter().zip(kept).enumerate() {
                let named = ["IndexName", "AttributeName"].into_iter().find_map(|name| given[name].as_str());
                let place = named.map_or_else(|| format!("{place}[{at}]"), |name| format!("{place}.{name}"));
                lost(given, kept, &place, left_out);
            }
        }
        _ => {}
    }
}

/// AttributeDefinitions of these attributes, each once, with the type that is known of it.
pub fn definitions<'a>(
    names: impl IntoIterator<Item = &'a str>,
    kind: impl Fn(&str) -> Option<String>,
) -> Value {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    let definition = |name: &&str| {
        let kind = kind(name).unwrap_or_else(|| "S".to_owned());
        json!({ "AttributeName": name, "AttributeType": kind })
    };
    seen.iter().map(definition).collect()
}

/// Copies members that are there and not null.
pub fn copy(from: &Value, names: &[&str], into: &mut Map<String, Value>) {
    for name in names {
        if let Some(value) = from.get(*name).filter(|value| !value.is_null()) {
            into.insert((*name).to_owned(), value.clone());
        }
    }
}

/// What a format has no place for, of every table: said once a thing.
pub struct Leaving<'a> {
    /// The format, as a sentence names it.
    pub format: &'a str,
    /// What it leaves out.
    pub left_out: Vec<LeftOut>,
}

impl<'a> Leaving<'a> {
    /// Nothing yet.
    pub fn by(format: &'a str) -> Leaving<'a> {
        Leaving { format, left_out: Vec::new() }
    }

    /// Leaves this out, if it is there.
    pub fn this(&mut self, is_there: bool, table: &str, what: &str) {
        if is_there {
            let why = format!("{} has no place for it", self.format);
            self.left_out.push(LeftOut::new(format!("{table}.{what}"), why));
        }
    }

    /// Leaves out the items, which no description of tables carries.
    pub fn items(&mut self, table: &Table) {
        if !table.items.is_empty() {
            let why = format!(
                "{} describes tables, not what is in them: export them on the Data page",
                self.format
            );
            self.left_out.push(LeftOut::new(format!("{}: items", table.name()), why));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tables_json_comes_back_and_what_is_unknown_is_listed() {
        let value = json!({
            "TableName": "T", "KeySchema": [{ "AttributeName": "k", "KeyType": "HASH", "Order": 1 }],
            "TimeToLive": { "AttributeName": "ttl" }, "Colour": "red",
            "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 7 },
            "AutoScaling": [{ "IndexName": "g", "Capacity": "Write", "MinimumUnits": 1, "MaximumUnits": 9, "TargetValue": 50.5 }],
        });
        let mut left_out = Vec::new();
        let table = Table::read(&value, &mut left_out).expect("a table");
        let places: Vec<&str> = left_out.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(places, ["T.Colour", "T.KeySchema.k.Order"]);
        assert_eq!((table.time_to_live.as_deref(), table.recovery_days), (Some("ttl"), Some(7)));
        let mut none = Vec::new();
        assert_eq!(Table::read(&table.value(), &mut none), Ok(table));
        assert_eq!(none, []);
        let wrong = Table::read(&json!({ "TableName": "T", "KeySchema": 5 }), &mut none);
        assert!(wrong.is_err_and(|reason| reason.contains("the table T cannot be read")));
    }
}
