//! A table as it is being designed: every field as it was typed, right or wrong, and its CreateTable request.
//!
//! Owns the two pure conversions [`TableDesign::create_request`] and [`TableDesign::read`]. Never judges what was typed:
//! that is [`check`]'s, and the engine's. Follows
//! [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html); what a request holds beyond the
//! form's fields is kept and given back.

pub mod check;
pub mod maximum;
pub mod scaling;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use maximum::Maximums;
use scaling::Scalings;

/// An attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPart {
    /// Its name.
    pub name: String,
    /// `S`, `N` or `B`.
    pub kind: String,
}

impl Default for KeyPart {
    fn default() -> KeyPart {
        KeyPart { name: String::new(), kind: "S".to_owned() }
    }
}

/// Provisioned units, as they were typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Units {
    /// ReadCapacityUnits.
    pub read: String,
    /// WriteCapacityUnits.
    pub write: String,
}

impl Default for Units {
    fn default() -> Units {
        Units { read: "5".to_owned(), write: "5".to_owned() }
    }
}

/// A secondary index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexDesign {
    /// Its name.
    pub name: String,
    /// The partition key's attributes; not used in an LSI, which has its table's.
    pub hash: Vec<KeyPart>,
    /// The sort key's attributes.
    pub range: Vec<KeyPart>,
    /// `ALL`, `KEYS_ONLY` or `INCLUDE`.
    pub projection: String,
    /// The non-key attributes of INCLUDE, one a line.
    pub attributes: String,
    /// A GSI's own units, where its table is provisioned.
    pub units: Units,
    /// Auto scaling of a GSI's units, where its table is provisioned.
    #[serde(default)]
    pub scaling: Scalings,
    /// The most that a GSI serves, where its table is on demand.
    #[serde(default)]
    pub most: Maximums,
    /// What else the request says of it.
    pub rest: Map<String, Value>,
}

impl IndexDesign {
    /// An index with one empty partition key attribute, or, for an LSI, one empty sort key attribute.
    pub fn fresh(global: bool) -> IndexDesign {
        let part = vec![KeyPart::default()];
        let (hash, range) = if global { (part, Vec::new()) } else { (Vec::new(), part) };
        IndexDesign { hash, range, projection: "ALL".to_owned(), ..IndexDesign::default() }
    }

    /// The non-key attributes.
    pub fn attribute_list(&self) -> Vec<&str> {
        self.attributes.lines().map(str::trim).filter(|name| !name.is_empty()).collect()
    }

    /// Whether it would be built from the same definition: key, projection.
    pub fn same_definition(&self, other: &IndexDesign) -> bool {
        let sorted = |index: &IndexDesign| {
            let mut list: Vec<String> = index.attribute_list().into_iter().map(str::to_owned).collect();
            list.sort();
            list
        };
        (&self.hash, &self.range, &self.projection) == (&other.hash, &other.range, &other.projection)
            && (self.projection != "INCLUDE" || sorted(self) == sorted(other))
    }
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDesign {
    /// Its name.
    pub name: String,
    /// The partition key.
    pub hash: KeyPart,
    /// The sort key, where there is one.
    pub range: Option<KeyPart>,
    /// PAY_PER_REQUEST; PROVISIONED otherwise.
    pub on_demand: bool,
    /// The table's units, where it is provisioned.
    pub units: Units,
    /// Auto scaling of the table's units, where it is provisioned.
    #[serde(default)]
    pub scaling: Scalings,
    /// The most that the table serves, where it is on demand.
    #[serde(default)]
    pub most: Maximums,
    /// The TableClass; empty where none is said, which is STANDARD.
    #[serde(default)]
    pub class: String,
    /// Global secondary indexes.
    pub globals: Vec<IndexDesign>,
    /// Local secondary indexes.
    pub locals: Vec<IndexDesign>,
    /// The TTL attribute; empty where there is none.
    pub time_to_live: String,
    /// The StreamViewType; empty where there is no stream.
    pub stream: String,
    /// DeletionProtectionEnabled.
    pub protected: bool,
    /// The attributes that vector indexes search by, with their types: the indexes themselves are in `rest`.
    #[serde(default)]
    pub searched: Vec<KeyPart>,
    /// What else the request says.
    pub rest: Map<String, Value>,
}

const TABLE_MEMBERS: [&str; 12] = [
    "TableName",
    "KeySchema",
    "AttributeDefinitions",
    "BillingMode",
    "ProvisionedThroughput",
    maximum::MEMBER,
    "TableClass",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "StreamSpecification",
    "DeletionProtectionEnabled",
    "TimeToLive",
];
const INDEX_MEMBERS: [&str; 5] =
    ["IndexName", "KeySchema", "Projection", "ProvisionedThroughput", maximum::MEMBER];
/// The class of a table that says none.
pub const STANDARD: &str = "STANDARD";

impl TableDesign {
    /// What a new table starts with.
    pub fn fresh() -> TableDesign {
        TableDesign { on_demand: true, ..TableDesign::default() }
    }

    /// The attributes of all keys, the table's first, and those that vector indexes search by: each attribute once.
    pub fn definitions(&self) -> Vec<&KeyPart> {
        let indexes = self.locals.iter().map(|index| &index.range[..]);
        let indexes =
            indexes.chain(self.globals.iter().flat_map(|index| [&index.hash[..], &index.range[..]]));
        let own = [std::slice::from_ref(&self.hash), self.range.as_slice()];
        definitions(own.into_iter().chain(indexes).chain([self.searched.as_slice()]))
    }

    /// The CreateTable request. The TTL attribute is no part of it.
    pub fn create_request(&self) -> Value {
        let mut request = self.rest.clone();
        request.insert("TableName".into(), json!(self.name));
        request.insert("KeySchema".into(), key_schema([&self.hash], &self.range));
        request.insert("AttributeDefinitions".into(), definition_list(&self.definitions()));
        let mode = if self.on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
        request.insert("BillingMode".into(), json!(mode));
        if !self.on_demand {
            request.insert("ProvisionedThroughput".into(), self.units.request());
        } else if let Some(most) = self.most.request() {
            request.insert(maximum::MEMBER.into(), most);
        }
        if !self.class.is_empty() {
            request.insert("TableClass".into(), json!(self.class));
        }
        if !self.globals.is_empty() {
            let list = self.globals.iter().map(|index| self.global_request(index));
            request.insert("GlobalSecondaryIndexes".into(), list.collect());
        }
        if !self.locals.is_empty() {
            let list =
                self.locals.iter().map(|index| index_request(index, key_schema([&self.hash], &index.range)));
            request.insert("LocalSecondaryIndexes".into(), list.collect());
        }
        if !self.stream.is_empty() {
            let stream = json!({ "StreamEnabled": true, "StreamViewType": self.stream });
            request.insert("StreamSpecification".into(), stream);
        }
        if self.protected {
            request.insert("DeletionProtectionEnabled".into(), json!(true));
        }
        Value::Object(request)
    }

    /// What CreateTable and UpdateTable say of a new GSI.
    pub fn global_request(&self, index: &IndexDesign) -> Value {
        let mut request = index_request(index, key_schema(&index.hash, &index.range));
        if !self.on_demand {
            request["ProvisionedThroughput"] = index.units.request();
        } else if let Some(most) = index.most.request() {
            request[maximum::MEMBER] = most;
        }
        request
    }

    /// Its class, said or not.
    pub fn class_name(&self) -> &str {
        if self.class.is_empty() { STANDARD } else { &self.class }
    }

    /// Reads a CreateTable request, which may have a sample's `TimeToLive` member. What it does not understand it takes as
    /// not said: the text that was typed stays with whoever has it.
    pub fn read(request: &Value) -> TableDesign {
        let types = Types(&request["AttributeDefinitions"]);
        let (mut hash, mut range) = types.keys(&request["KeySchema"]);
        let indexes = |member: &str| -> Vec<IndexDesign> {
            request[member].as_array().into_iter().flatten().map(|index| read_index(index, &types)).collect()
        };
        let stream = &request["StreamSpecification"];
        let vectors = request["VectorIndexes"].as_array().into_iter().flatten();
        let searched = vectors.flat_map(|index| index["SearchSchema"].as_array().into_iter().flatten());
        let searched = searched.filter_map(|element| {
            let name = text(&element["AttributeName"]);
            Some(KeyPart { kind: types.get(&name)?, name })
        });
        TableDesign {
            name: text(&request["TableName"]),
            hash: if hash.is_empty() { KeyPart::default() } else { hash.remove(0) },
            range: if range.is_empty() { None } else { Some(range.remove(0)) },
            on_demand: request["BillingMode"] == "PAY_PER_REQUEST",
            units: Units::read(&request["ProvisionedThroughput"]),
            scaling: Scalings::default(),
            most: Maximums::read(&request[maximum::MEMBER]),
            class: text(&request["TableClass"]),
            globals: indexes("GlobalSecondaryIndexes"),
            locals: indexes("LocalSecondaryIndexes"),
            time_to_live: text(&request["TimeToLive"]["AttributeName"]),
            stream: match stream["StreamEnabled"] == false {
                true => String::new(),
                false => text(&stream["StreamViewType"]),
            },
            protected: request["DeletionProtectionEnabled"] == true,
            searched: searched.collect(),
            rest: rest(request, &TABLE_MEMBERS),
        }
    }
}

impl Units {
    /// ProvisionedThroughput. What is no number stays what was typed, and is refused as the service refuses it.
    pub fn request(&self) -> Value {
        let mut request = Map::new();
        for (member, typed) in [("ReadCapacityUnits", &self.read), ("WriteCapacityUnits", &self.write)] {
            let typed = typed.trim();
            match typed.parse::<i64>() {
                Ok(units) => drop(request.insert(member.into(), json!(units))),
                Err(_) if typed.is_empty() => {}
                Err(_) => drop(request.insert(member.into(), json!(typed))),
            }
        }
        Value::Object(request)
    }

    /// Reads ProvisionedThroughput; the usual units where there is none.
    pub fn read(request: &Value) -> Units {
        if !request.is_object() {
            return Units::default();
        }
        Units { read: text(&request["ReadCapacityUnits"]), write: text(&request["WriteCapacityUnits"]) }
    }
}

/// AttributeDefinitions, to look a type up.
pub struct Types<'a>(pub &'a Value);

impl Types<'_> {
    /// The type of an attribute, where it is defined.
    pub fn get(&self, name: &str) -> Option<String> {
        let mut all = self.0.as_array().into_iter().flatten();
        all.find(|definition| definition["AttributeName"] == name).map(|found| text(&found["AttributeType"]))
    }

    /// The HASH and the RANGE attributes of a KeySchema.
    pub fn keys(&self, schema: &Value) -> (Vec<KeyPart>, Vec<KeyPart>) {
        let part = |element: &Value| {
            let name = text(&element["AttributeName"]);
            KeyPart { kind: self.get(&name).unwrap_or_else(|| "S".to_owned()), name }
        };
        let elements = schema.as_array().map_or(&[][..], Vec::as_slice);
        let (range, hash): (Vec<&Value>, Vec<&Value>) =
            elements.iter().partition(|element| element["KeyType"] == "RANGE");
        (hash.into_iter().map(part).collect(), range.into_iter().map(part).collect())
    }
}

/// Reads an index of a request.
pub fn read_index(index: &Value, types: &Types<'_>) -> IndexDesign {
    let (hash, range) = types.keys(&index["KeySchema"]);
    let projection = &index["Projection"];
    let attributes = projection["NonKeyAttributes"].as_array().into_iter().flatten();
    IndexDesign {
        name: text(&index["IndexName"]),
        hash,
        range,
        projection: text(&projection["ProjectionType"]),
        attributes: attributes.map(text).collect::<Vec<_>>().join("\n"),
        units: Units::read(&index["ProvisionedThroughput"]),
        scaling: Scalings::default(),
        most: Maximums::read(&index[maximum::MEMBER]),
        rest: rest(index, &INDEX_MEMBERS),
    }
}

/// AttributeDefinitions of these attributes.
pub fn definition_list(parts: &[&KeyPart]) -> Value {
    let list = parts.iter().map(|part| json!({ "AttributeName": part.name, "AttributeType": part.kind }));
    list.collect()
}

/// Each attribute that has a name, once, as it stands first.
pub fn definitions<'a>(keys: impl Iterator<Item = &'a [KeyPart]>) -> Vec<&'a KeyPart> {
    let mut found: Vec<&KeyPart> = Vec::new();
    for part in keys.flatten() {
        if !part.name.is_empty() && found.iter().all(|other| other.name != part.name) {
            found.push(part);
        }
    }
    found
}

fn key_schema<'a>(
    hash: impl IntoIterator<Item = &'a KeyPart>,
    range: impl IntoIterator<Item = &'a KeyPart>,
) -> Value {
    let element = |kind| move |part: &KeyPart| json!({ "AttributeName": part.name, "KeyType": kind });
    hash.into_iter().map(element("HASH")).chain(range.into_iter().map(element("RANGE"))).collect()
}

fn index_request(index: &IndexDesign, key_schema: Value) -> Value {
    let mut request = index.rest.clone();
    request.insert("IndexName".into(), json!(index.name));
    request.insert("KeySchema".into(), key_schema);
    let mut projection = json!({ "ProjectionType": index.projection });
    if index.projection == "INCLUDE" {
        projection["NonKeyAttributes"] = json!(index.attribute_list());
    }
    request.insert("Projection".into(), projection);
    Value::Object(request)
}

fn rest(request: &Value, known: &[&str]) -> Map<String, Value> {
    let members = request.as_object().into_iter().flatten();
    let others = members.filter(|(name, _)| !known.contains(&name.as_str()));
    others.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A text, or the text of a number; empty for anything else.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_comes_back_the_same() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../static/samples");
        let mut tables = 0;
        for entry in std::fs::read_dir(folder).expect("the samples") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "json") || path.ends_with("index.json") {
                continue;
            }
            let sample: Value =
                serde_json::from_str(&std::fs::read_to_string(&path).expect("a file")).expect("JSON");
            for table in sample["tables"].as_array().expect("tables") {
                let design = TableDesign::read(table);
                let request = design.create_request();
                let mut again = request.clone();
                again["TimeToLive"] = table["TimeToLive"].clone();
                assert_eq!(TableDesign::read(&again), design, "{}", path.display());
                for member in ["TableName", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
                    assert_eq!(request.get(member), table.get(member), "{member} of {}", path.display());
                }
                tables += 1;
            }
        }
        assert!(tables >= 9);
    }

    #[test]
    fn what_the_form_does_not_know_is_kept() {
        let request = json!({
            "TableName": "T", "BillingMode": "PAY_PER_REQUEST", "TableClass": "STANDARD_INFREQUENT_ACCESS", "Odd": [1],
            "OnDemandThroughput": { "MaxWriteRequestUnits": 9 },
            "KeySchema": [{ "AttributeName": "k", "KeyType": "HASH" }],
            "AttributeDefinitions": [
                { "AttributeName": "k", "AttributeType": "B" }, { "AttributeName": "g", "AttributeType": "N" },
                { "AttributeName": "tenant", "AttributeType": "N" }],
            "VectorIndexes": [{
                "IndexName": "by-meaning", "VectorAttribute": { "AttributeName": "embedding" }, "Dimensions": 3,
                "DistanceFunction": "COSINE", "Projection": { "ProjectionType": "ALL" },
                "SearchSchema": [{ "AttributeName": "tenant", "SearchSchemaElementType": "HASH" }],
            }],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-g", "KeySchema": [{ "AttributeName": "g", "KeyType": "HASH" }],
                "Projection": { "ProjectionType": "INCLUDE", "NonKeyAttributes": ["a b", "c"] },
                "OnDemandThroughput": { "MaxReadRequestUnits": 4 },
            }],
        });
        let design = TableDesign::read(&request);
        assert_eq!(design.globals[0].attribute_list(), ["a b", "c"]);
        assert_eq!((design.most.write.as_str(), design.globals[0].most.read.as_str()), ("9", "4"));
        assert_eq!(design.create_request(), request);
    }

    #[test]
    fn what_was_typed_wrong_stays_as_it_was_typed() {
        let mut design = TableDesign { on_demand: false, ..TableDesign::fresh() };
        design.name = "no spaces!".into();
        design.units = Units { read: "many".into(), write: String::new() };
        let request = design.create_request();
        assert_eq!(request["ProvisionedThroughput"], json!({ "ReadCapacityUnits": "many" }));
        assert_eq!(TableDesign::read(&request), design);
    }

    #[test]
    fn nonsense_is_read_without_a_panic() {
        for nonsense in
            [json!(null), json!([]), json!({ "KeySchema": [1, {}], "GlobalSecondaryIndexes": [3] })]
        {
            TableDesign::read(&nonsense).create_request();
        }
    }
}
