//! The change that an advice is: on a design, as UpdateTable would make it, and on the access patterns that ask it.
//!
//! Owns what becomes of a CreateTable request and of a pattern's request. Whoever tries it makes a copy by that CreateTable; a pattern
//! that the change says nothing about stays as it is. Never sends anything.

use serde_json::{Map, Value, json};

use crate::api::contents::{KeyPart, Keys};
use crate::workload::AccessPattern;

use super::rewrite::{self, Part};

/// A global index that is advised: it projects everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIndex {
    /// Its name, which no index of the table has.
    pub name: String,
    /// Its partition key.
    pub partition: KeyPart,
    /// Its sort key.
    pub sort: Option<KeyPart>,
    /// The table's capacity units; none on demand.
    pub provisioned: Option<[u64; 2]>,
}

/// A global index that holds less than it does now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrower {
    /// Its name.
    pub name: String,
    /// Its key.
    pub keys: Keys,
    /// What it projects beside the keys.
    pub attributes: Vec<String>,
    /// Its capacity units; none on demand.
    pub provisioned: Option<[u64; 2]>,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DesignChange {
    /// A new global index, by which is asked what was scanned or filtered.
    AddIndex(NewIndex),
    /// Nothing new: what is scanned is asked by a partition key that is there.
    QueryBy {
        /// The partition key.
        attribute: String,
        /// The index that has it; none for the table itself.
        index: Option<String>,
    },
    /// An index projects less.
    Project(Narrower),
    /// An index goes.
    RemoveIndex {
        /// Which.
        index: String,
    },
    /// An index can be written faster.
    IndexWriteUnits {
        /// Which.
        index: String,
        /// Its new write capacity units.
        units: u64,
    },
    /// Reads are eventually consistent.
    ReadEventually,
}

const GLOBAL: &str = "GlobalSecondaryIndexes";

fn element(name: &str, role: &str) -> Value {
    json!({ "AttributeName": name, "KeyType": role })
}

fn throughput([read, write]: [u64; 2]) -> Value {
    json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write })
}

fn definition(part: &KeyPart) -> Value {
    json!({ "AttributeName": part.name, "AttributeType": part.attribute_type })
}

impl NewIndex {
    /// As CreateTable and UpdateTable take it.
    fn shape(&self) -> Value {
        let mut keys = vec![element(&self.partition.name, "HASH")];
        keys.extend(self.sort.as_ref().map(|sort| element(&sort.name, "RANGE")));
        let mut shape = json!({
            "IndexName": self.name, "KeySchema": keys, "Projection": { "ProjectionType": "ALL" },
        });
        if let Some(units) = self.provisioned {
            shape["ProvisionedThroughput"] = throughput(units);
        }
        shape
    }

    fn parts(&self) -> impl Iterator<Item = &KeyPart> {
        std::iter::once(&self.partition).chain(&self.sort)
    }
}

impl Narrower {
    fn projection(&self) -> Value {
        match self.attributes.is_empty() {
            true => json!({ "ProjectionType": "KEYS_ONLY" }),
            false => json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": self.attributes }),
        }
    }

    fn shape(&self, name: &str) -> Value {
        let keys =
            |parts: &[KeyPart], role| parts.iter().map(|part| element(&part.name, role)).collect::<Vec<_>>();
        let mut schema = keys(&self.keys.partition, "HASH");
        schema.extend(keys(&self.keys.sort, "RANGE"));
        let mut shape = json!({ "IndexName": name, "KeySchema": schema, "Projection": self.projection() });
        if let Some(units) = self.provisioned {
            shape["ProvisionedThroughput"] = throughput(units);
        }
        shape
    }
}

/// Adds to a list that may not be there yet.
fn push(request: &mut Value, list: &str, value: Value) {
    match request[list].as_array_mut() {
        Some(list) => list.push(value),
        None => request[list] = json!([value]),
    }
}

fn find<'a>(request: &'a mut Value, index: &str) -> Option<&'a mut Value> {
    request[GLOBAL].as_array_mut()?.iter_mut().find(|one| one["IndexName"] == index)
}

impl DesignChange {
    /// The UpdateTable requests that make the change on the table itself; none where the table stays as it is.
    pub fn updates(&self, table: &str) -> Vec<Value> {
        let update = |definitions: Option<Vec<Value>>, change: Value| {
            let mut request = json!({ "TableName": table, "GlobalSecondaryIndexUpdates": [change] });
            if let Some(definitions) = definitions {
                request["AttributeDefinitions"] = definitions.into();
            }
            request
        };
        match self {
            DesignChange::AddIndex(index) => {
                let definitions = index.parts().map(definition).collect();
                vec![update(Some(definitions), json!({ "Create": index.shape() }))]
            }
            DesignChange::Project(index) => {
                // A projection cannot be changed: a narrower index takes the place of the old one.
                let definitions = index.keys.all().map(definition).collect();
                let name = format!("{}-narrow", index.name.chars().take(240).collect::<String>());
                vec![
                    update(Some(definitions), json!({ "Create": index.shape(&name) })),
                    update(None, json!({ "Delete": { "IndexName": index.name } })),
                ]
            }
            DesignChange::RemoveIndex { index } => {
                vec![update(None, json!({ "Delete": { "IndexName": index } }))]
            }
            DesignChange::IndexWriteUnits { index, units } => {
                let throughput = json!({ "WriteCapacityUnits": units });
                vec![update(
                    None,
                    json!({ "Update": { "IndexName": index, "ProvisionedThroughput": throughput } }),
                )]
            }
            DesignChange::QueryBy { .. } | DesignChange::ReadEventually => Vec::new(),
        }
    }

    /// The CreateTable request of the table with the change; none where the table stays as it is.
    pub fn design(&self, create_table: &Value) -> Option<Value> {
        let mut request = create_table.clone();
        match self {
            DesignChange::AddIndex(index) => {
                push(&mut request, GLOBAL, index.shape());
                for part in index.parts() {
                    let known = request["AttributeDefinitions"].as_array();
                    let known =
                        known.into_iter().flatten().any(|one| one["AttributeName"] == part.name.as_str());
                    if !known {
                        push(&mut request, "AttributeDefinitions", definition(part));
                    }
                }
            }
            DesignChange::Project(index) => {
                find(&mut request, &index.name)?["Projection"] = index.projection()
            }
            DesignChange::RemoveIndex { index } => {
                request[GLOBAL].as_array_mut()?.retain(|one| one["IndexName"] != index.as_str());
                if request[GLOBAL].as_array().is_some_and(Vec::is_empty) {
                    request.as_object_mut()?.remove(GLOBAL);
                }
                rewrite::tidy_definitions(&mut request);
            }
            DesignChange::IndexWriteUnits { index, units } => {
                find(&mut request, index)?["ProvisionedThroughput"]["WriteCapacityUnits"] = (*units).into();
            }
            DesignChange::QueryBy { .. } | DesignChange::ReadEventually => return None,
        }
        Some(request)
    }

    /// A pattern as it asks the table after the change.
    pub fn pattern(&self, table: &str, pattern: &AccessPattern) -> AccessPattern {
        let mut pattern = pattern.clone();
        let of_table = pattern.request["TableName"] == table;
        match self {
            DesignChange::AddIndex(index) if of_table => {
                let sort = index.sort.as_ref().map(|sort| sort.name.as_str());
                ask_by(&mut pattern, &index.partition.name, sort, Some(&index.name));
            }
            DesignChange::QueryBy { attribute, index } if of_table => {
                ask_by(&mut pattern, attribute, None, index.as_deref());
            }
            DesignChange::ReadEventually => {
                let forget =
                    |request: &mut Value| request.as_object_mut().map(|one| one.remove("ConsistentRead"));
                if of_table {
                    forget(&mut pattern.request);
                }
                if let Some(of) = pattern.request["RequestItems"].get_mut(table).filter(|of| of.is_object()) {
                    forget(of);
                }
            }
            _ => {}
        }
        pattern
    }
}

/// Asks by a partition key what a scan filters by it, or by a sort key what a query filters by that.
fn ask_by(pattern: &mut AccessPattern, partition: &str, sort: Option<&str>, index: Option<&str>) {
    let text = |request: &Value, member: &str| request[member].as_str().map(str::to_owned);
    let Some(filter) = text(&pattern.request, "FilterExpression") else { return };
    let no_names = Map::new();
    let names = pattern.request["ExpressionAttributeNames"].as_object().unwrap_or(&no_names);
    let Some(mut parts) = rewrite::parts(&filter, names) else { return };
    let mut take = |name: &str, wanted: fn(&Part) -> bool| {
        let at = parts.iter().position(|part| part.attribute == name && wanted(part))?;
        Some(parts.remove(at).text)
    };
    let ranged = |part: &Part| part.is_equal || part.is_range;
    let condition = match pattern.operation.as_str() {
        "Scan" if pattern.request["IndexName"].is_null() => match take(partition, |part| part.is_equal) {
            Some(equal) => {
                let sorted = sort.and_then(|sort| take(sort, ranged));
                Some([Some(equal), sorted].into_iter().flatten().collect::<Vec<_>>().join(" AND "))
            }
            None if index.is_some() && take(partition, |part| part.is_exists).is_some() => None,
            None => return,
        },
        "Query" => {
            let own = text(&pattern.request, "KeyConditionExpression");
            // Only a partition key by itself leaves the sort key free.
            let alone = own.as_deref().and_then(|own| rewrite::parts(own, names)).filter(
                |parts| matches!(parts.as_slice(), [one] if one.is_equal && one.attribute == partition),
            );
            let (Some(own), Some(_), Some(tested)) = (own, alone, sort.and_then(|sort| take(sort, ranged)))
            else {
                return;
            };
            Some(format!("{own} AND {tested}"))
        }
        _ => return,
    };
    let rest: Vec<String> = parts.into_iter().map(|part| part.text).collect();
    let Some(request) = pattern.request.as_object_mut() else { return };
    request.remove("FilterExpression");
    if !rest.is_empty() {
        request.insert("FilterExpression".into(), rest.join(" AND ").into());
    }
    if let Some(condition) = condition {
        request.insert("KeyConditionExpression".into(), condition.into());
        pattern.operation = "Query".to_owned();
        for of_scans in ["Segment", "TotalSegments"] {
            request.remove(of_scans);
        }
    }
    if let Some(index) = index {
        request.insert("IndexName".into(), index.into());
        // A global index is only read eventually consistently.
        request.remove("ConsistentRead");
    }
    rewrite::tidy_placeholders(request);
}
