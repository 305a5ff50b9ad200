//! From what a table is to what it shall be: the requests in their order, and back again.
//!
//! Owns what fits into one UpdateTable and what does not: one index created or deleted a request, capacity, stream and deletion
//! protection each alone, Time to Live by an operation of its own. Pure; sends nothing. Follows
//! [UpdateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html).

use serde_json::{Map, Value, json};

use crate::state::design::maximum::{self, Maximums};
use crate::state::design::{
    IndexDesign, STANDARD, TableDesign, Types, Units, definition_list, definitions, read_index, scaling,
};

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// `CreateTable`, `UpdateTable`, `UpdateTimeToLive` or the inspector's for auto scaling.
    pub operation: &'static str,
    /// Its JSON.
    pub request: Value,
}

/// The requests that lead from `base` (none: there is no table yet) to `design`. Each wants the one before to be done.
pub fn requests(base: Option<&TableDesign>, design: &TableDesign) -> Vec<Request> {
    let mut list = match base {
        None => vec![Request { operation: "CreateTable", request: design.create_request() }],
        Some(base) => updates(base, design),
    };
    let (name, before) = match base {
        None => (&design.name, ""),
        Some(base) => (&base.name, base.time_to_live.as_str()),
    };
    let scaled = scaling::requests(name, base, design).into_iter();
    list.extend(scaled.map(|request| Request { operation: scaling::OPERATION, request }));
    if before != design.time_to_live {
        let mut set = |attribute: &str, enabled: bool| {
            if !attribute.is_empty() {
                let setting = json!({ "AttributeName": attribute, "Enabled": enabled });
                let request = json!({ "TableName": name, "TimeToLiveSpecification": setting });
                list.push(Request { operation: "UpdateTimeToLive", request });
            }
        };
        set(before, false);
        set(&design.time_to_live, true);
    }
    list
}

fn updates(base: &TableDesign, design: &TableDesign) -> Vec<Request> {
    let mut list = Vec::new();
    let mut update = |members: Value| {
        let mut request = Map::new();
        request.insert("TableName".into(), json!(base.name));
        request.extend(members.as_object().cloned().unwrap_or_default());
        list.push(Request { operation: "UpdateTable", request: Value::Object(request) });
    };
    let stays = |index: &IndexDesign| {
        design.globals.iter().find(|other| other.name == index.name && other.same_definition(index))
    };
    for gone in base.globals.iter().filter(|index| stays(index).is_none()) {
        update(json!({ "GlobalSecondaryIndexUpdates": [{ "Delete": { "IndexName": gone.name } }] }));
    }
    let kept: Vec<(&IndexDesign, &IndexDesign)> =
        base.globals.iter().filter_map(|index| Some((index, stays(index)?))).collect();
    if let Some(members) = capacity(base, design, &kept) {
        update(members);
    }
    for members in maximums(base, design, &kept) {
        update(members);
    }
    if base.class_name() != design.class_name() {
        update(json!({ "TableClass": design.class_name() }));
    }
    if base.stream != design.stream {
        if !base.stream.is_empty() {
            update(json!({ "StreamSpecification": { "StreamEnabled": false } }));
        }
        if !design.stream.is_empty() {
            let stream = json!({ "StreamEnabled": true, "StreamViewType": design.stream });
            update(json!({ "StreamSpecification": stream }));
        }
    }
    for (at, index) in design.globals.iter().enumerate() {
        // A second one of a name is no index that stays.
        let first = design.globals[..at].iter().all(|other| other.name != index.name);
        if !(first && kept.iter().any(|(old, _)| old.name == index.name)) {
            let keys = definitions([&index.hash[..], &index.range[..]].into_iter());
            update(json!({
                "AttributeDefinitions": definition_list(&keys),
                "GlobalSecondaryIndexUpdates": [{ "Create": design.global_request(index) }],
            }));
        }
    }
    if base.protected != design.protected {
        update(json!({ "DeletionProtectionEnabled": design.protected }));
    }
    list
}

/// The one request for all that is capacity; none where nothing of it changes.
fn capacity(
    base: &TableDesign,
    design: &TableDesign,
    kept: &[(&IndexDesign, &IndexDesign)],
) -> Option<Value> {
    let mut members = Map::new();
    let switched = base.on_demand != design.on_demand;
    if switched {
        let mode = if design.on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
        members.insert("BillingMode".into(), json!(mode));
    }
    if !design.on_demand {
        if switched || base.units != design.units {
            members.insert("ProvisionedThroughput".into(), design.units.request());
        }
        let changed = kept.iter().filter(|(old, new)| switched || old.units != new.units);
        let changed: Vec<Value> = changed
            .map(|(_, new)| {
                json!({ "Update": { "IndexName": new.name, "ProvisionedThroughput": new.units.request() } })
            })
            .collect();
        if !changed.is_empty() {
            members.insert("GlobalSecondaryIndexUpdates".into(), changed.into());
        }
    }
    (!members.is_empty()).then_some(Value::Object(members))
}

/// The requests for what is served at most on demand: the table's alone, then all indexes' together.
fn maximums(base: &TableDesign, design: &TableDesign, kept: &[(&IndexDesign, &IndexDesign)]) -> Vec<Value> {
    if !design.on_demand {
        return Vec::new();
    }
    // A provisioned table has none, and one that was switched begins without.
    let none = Maximums::default();
    let stood = |most| if base.on_demand { most } else { &none };
    let own = design.most.change(stood(&base.most)).map(|most| json!({ maximum::MEMBER: most }));
    let indexes = kept.iter().filter_map(|(old, new)| {
        let most = new.most.change(stood(&old.most))?;
        Some(json!({ "Update": { "IndexName": new.name, maximum::MEMBER: most } }))
    });
    let indexes: Vec<Value> = indexes.collect();
    let indexes = (!indexes.is_empty()).then(|| json!({ "GlobalSecondaryIndexUpdates": indexes }));
    own.into_iter().chain(indexes).collect()
}

/// What a request does, in a few words.
pub fn title(operation: &str, request: &Value) -> String {
    let change = &request["GlobalSecondaryIndexUpdates"][0];
    let index = |action: &str| change[action]["IndexName"].as_str();
    let name = request["TableName"].as_str().unwrap_or_default();
    match operation {
        "CreateTable" => format!("Create {}", if name.is_empty() { "the table" } else { name }),
        "UpdateTimeToLive" => {
            let setting = &request["TimeToLiveSpecification"];
            let attribute = setting["AttributeName"].as_str().unwrap_or_default();
            let switch = if setting["Enabled"] == true { "on for" } else { "off for" };
            format!("Switch Time to Live {switch} {attribute}")
        }
        scaling::OPERATION => match request["IndexName"].as_str() {
            Some(index) => format!("Scale the capacity of {index} by what is used"),
            None => "Scale the table’s capacity by what is used".to_owned(),
        },
        _ => match (index("Delete"), index("Create")) {
            (Some(index), _) => format!("Delete the index {index}"),
            (_, Some("")) => "Create an index, which is filled from the table".to_owned(),
            (_, Some(index)) => format!("Create the index {index}, which is filled from the table"),
            _ if request["StreamSpecification"]["StreamEnabled"] == false => "End the stream".to_owned(),
            _ if request["StreamSpecification"].is_object() => "Begin a stream".to_owned(),
            _ if request["DeletionProtectionEnabled"] == true => "Protect the table from deletion".to_owned(),
            _ if request["DeletionProtectionEnabled"] == false => "Let the table be deleted".to_owned(),
            _ if request["TableClass"].is_string() => {
                format!("Make it a table of the class {}", request["TableClass"].as_str().unwrap_or(STANDARD))
            }
            _ if request[maximum::MEMBER].is_object() => {
                "Change what the table serves at most on demand".to_owned()
            }
            _ if change["Update"][maximum::MEMBER].is_object() => {
                "Change what indexes serve at most on demand".to_owned()
            }
            _ => "Change the capacity".to_owned(),
        },
    }
}

/// What the table is after a request, as far as the form can show it.
pub fn apply(design: &mut TableDesign, operation: &str, request: &Value) {
    match operation {
        "CreateTable" => {
            let time_to_live = std::mem::take(&mut design.time_to_live);
            let scaling = std::mem::take(&mut design.scaling);
            *design = TableDesign { time_to_live, scaling, ..TableDesign::read(request) };
        }
        "UpdateTimeToLive" => {
            let setting = &request["TimeToLiveSpecification"];
            design.time_to_live = match setting["Enabled"] == true {
                true => setting["AttributeName"].as_str().unwrap_or_default().to_owned(),
                false => String::new(),
            };
        }
        scaling::OPERATION => scaling::apply(design, request),
        "UpdateTable" => update(design, request),
        _ => {}
    }
}

fn update(design: &mut TableDesign, request: &Value) {
    if let Some(mode) = request["BillingMode"].as_str() {
        design.on_demand = mode == "PAY_PER_REQUEST";
        if !design.on_demand {
            design.most = Maximums::default();
            design.globals.iter_mut().for_each(|index| index.most = Maximums::default());
        }
    }
    design.most.apply(&request[maximum::MEMBER]);
    if let Some(class) = request["TableClass"].as_str() {
        design.class = class.to_owned();
    }
    if request["ProvisionedThroughput"].is_object() {
        design.units = Units::read(&request["ProvisionedThroughput"]);
    }
    for change in request["GlobalSecondaryIndexUpdates"].as_array().into_iter().flatten() {
        if let Some(name) = change["Delete"]["IndexName"].as_str() {
            design.globals.retain(|index| index.name != name);
        }
        let named = &change["Update"]["IndexName"];
        if let Some(index) = design.globals.iter_mut().find(|index| *named == index.name.as_str()) {
            let update = &change["Update"];
            if update["ProvisionedThroughput"].is_object() {
                index.units = Units::read(&update["ProvisionedThroughput"]);
            }
            index.most.apply(&update[maximum::MEMBER]);
        }
        if change["Create"].is_object() {
            let known = definition_list(&design.definitions());
            let given = request["AttributeDefinitions"].as_array().into_iter().flatten();
            // What the table defines stands.
            let all: Value = known.as_array().into_iter().flatten().chain(given).cloned().collect();
            design.globals.push(read_index(&change["Create"], &Types(&all)));
        }
    }
    match (
        &request["StreamSpecification"]["StreamEnabled"],
        &request["StreamSpecification"]["StreamViewType"],
    ) {
        (Value::Bool(false), _) => design.stream.clear(),
        (Value::Bool(true), Value::String(view)) => design.stream.clone_from(view),
        _ => {}
    }
    if let Some(protected) = request["DeletionProtectionEnabled"].as_bool() {
        design.protected = protected;
    }
}

#[cfg(test)]
mod tests;
