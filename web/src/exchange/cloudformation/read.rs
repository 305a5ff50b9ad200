//! Reading templates: `AWS::DynamoDB::Table`, `AWS::DynamoDB::GlobalTable` in its own region, `AWS::Serverless::SimpleTable`, and the
//! auto scaling of all three.

use serde_json::{Map, Value, json};

use super::resolve::Resolver;
use super::{SAME, copy};
use crate::exchange::design::{Design, TARGET_PERCENT, Table, key_schema};
use crate::exchange::{Fault, LeftOut, Taken};

/// Reads a template's JSON.
pub fn read(template: &Value) -> Result<Taken, Fault> {
    let is_sam = template["Transform"].to_string().contains("Serverless");
    let mut reading = Reading { resolver: Resolver::new(template), left_out: Vec::new() };
    let mut tables: Vec<(String, Map<String, Value>)> = Vec::new();
    let mut scaling = Vec::new();
    for (id, resource) in template["Resources"].as_object().into_iter().flatten() {
        if !reading.resolver.is_made(resource) {
            reading.left_out.push(LeftOut::new(id, "its condition does not hold"));
            continue;
        }
        let kind = resource["Type"].as_str().unwrap_or_default();
        let empty = json!({});
        let properties = resource.get("Properties").unwrap_or(&empty);
        let properties = reading.resolver.value(properties, id, &mut reading.left_out);
        let properties = numbers(properties.unwrap_or_default());
        match kind {
            "AWS::DynamoDB::Table" => tables.push((id.clone(), reading.table(id, &properties))),
            "AWS::DynamoDB::GlobalTable" => tables.push((id.clone(), reading.global(id, &properties))),
            "AWS::Serverless::SimpleTable" => tables.push((id.clone(), reading.simple(id, &properties))),
            "AWS::ApplicationAutoScaling::ScalableTarget" | "AWS::ApplicationAutoScaling::ScalingPolicy" => {
                scaling.push((id.clone(), kind.to_owned(), properties));
            }
            _ => {
                let left =
                    LeftOut::new(id, format!("{} is no table", if kind.is_empty() { "this" } else { kind }));
                reading.left_out.push(left);
            }
        }
        for setting in ["DeletionPolicy", "UpdateReplacePolicy"] {
            if kind.contains("Table") && resource.get(setting).is_some() {
                let why = "what becomes of a stack’s resources is the stack’s affair";
                reading.left_out.push(LeftOut::new(format!("{id}.{setting}"), why));
            }
        }
    }
    reading.scaling(template, &scaling, &mut tables);
    let mut left_out = reading.left_out;
    let read =
        |(_, table): &(String, Map<String, Value>)| Table::read(&Value::Object(table.clone()), &mut left_out);
    let tables = tables.iter().map(read).collect::<Result<Vec<Table>, String>>().map_err(Fault::whole)?;
    let description = template["Description"].as_str().unwrap_or_default();
    let (name, description) = description.split_once(": ").unwrap_or((description, ""));
    let design =
        Design { name: name.to_owned(), description: description.to_owned(), tables, ..Design::default() };
    Ok(Taken {
        format: if is_sam { "an AWS SAM template" } else { "a CloudFormation template" },
        design,
        left_out,
    })
}

struct Reading<'a> {
    resolver: Resolver<'a>,
    left_out: Vec<LeftOut>,
}

impl Reading<'_> {
    /// What `known` does not name is listed.
    fn unknown(&mut self, id: &str, properties: &Value, known: &[&str]) {
        for (name, _) in properties.as_object().into_iter().flatten() {
            if !known.contains(&name.as_str()) {
                self.left_out.push(LeftOut::new(format!("{id}.{name}"), "Dynascope knows no such setting"));
            }
        }
    }

    fn table(&mut self, id: &str, given: &Value) -> Map<String, Value> {
        let mut table = Map::new();
        table.insert("TableName".into(), json!(id));
        copy(given, &SAME, &mut table);
        copy(given, &["Tags", "PointInTimeRecoverySpecification"], &mut table);
        // A table without a mode is provisioned.
        if !table.contains_key("BillingMode") {
            table.insert("BillingMode".into(), json!("PROVISIONED"));
        }
        let mut known = SAME.to_vec();
        known.extend([
            "Tags",
            "PointInTimeRecoverySpecification",
            "StreamSpecification",
            "TimeToLiveSpecification",
        ]);
        known.extend(["SSESpecification", "ResourcePolicy"]);
        self.unknown(id, given, &known);
        if let Some(view) = given["StreamSpecification"]["StreamViewType"].as_str() {
            let stream = json!({ "StreamEnabled": true, "StreamViewType": view });
            table.insert("StreamSpecification".into(), stream);
            self.unknown(
                &format!("{id}.StreamSpecification"),
                &given["StreamSpecification"],
                &["StreamViewType"],
            );
        }
        self.beside(given, &mut table);
        table
    }

    /// What all kinds of tables say in the same way.
    fn beside(&mut self, given: &Value, table: &mut Map<String, Value>) {
        let live = &given["TimeToLiveSpecification"];
        if let Some(attribute) = live["AttributeName"].as_str().filter(|_| live["Enabled"] != false) {
            table.insert("TimeToLive".into(), json!({ "AttributeName": attribute }));
        }
        let encryption = &given["SSESpecification"];
        if encryption.is_object() {
            let mut setting = json!({ "Enabled": encryption["SSEEnabled"] != false });
            if let Some(kind) = encryption["SSEType"].as_str() {
                setting["SSEType"] = json!(kind);
            }
            if let Some(key) = encryption["KMSMasterKeyId"].as_str() {
                setting["KMSMasterKeyId"] = json!(key);
            }
            table.insert("SSESpecification".into(), setting);
        }
        let policy = &given["ResourcePolicy"]["PolicyDocument"];
        if policy.is_object() {
            table.insert("ResourcePolicy".into(), json!(policy.to_string()));
        }
    }

    /// A global table as the table that it is in one region; its replicas are listed.
    fn global(&mut self, id: &str, given: &Value) -> Map<String, Value> {
        let mut own = given.clone();
        let replica =
            given["Replicas"].as_array().and_then(|replicas| replicas.first()).cloned().unwrap_or_default();
        for other in given["Replicas"].as_array().into_iter().flatten() {
            let region = other["Region"].as_str().unwrap_or("a region");
            self.left_out.push(LeftOut::new(
                format!("{id}.Replicas.{region}"),
                "the design is one table, in its own region",
            ));
        }
        if let Some(own) = own.as_object_mut() {
            own.remove("Replicas");
            copy(
                &replica,
                &["TableClass", "DeletionProtectionEnabled", "Tags", "PointInTimeRecoverySpecification"],
                own,
            );
            copy(&replica, &["ResourcePolicy"], own);
        }
        let on_demand = given["BillingMode"] == "PAY_PER_REQUEST";
        let mut scaling = Vec::new();
        let mut units = |of: &mut Value, replica: &Value, index: Option<&str>| {
            let write = of.as_object_mut().and_then(|of| of.remove("WriteProvisionedThroughputSettings"));
            let read = &replica["ReadProvisionedThroughputSettings"];
            let mut throughput = json!({});
            for (word, setting) in [("Read", read.clone()), ("Write", write.unwrap_or_default())] {
                let auto = &setting[format!("{word}CapacityAutoScalingSettings")];
                let fixed = setting["ReadCapacityUnits"].as_i64().or(auto["SeedCapacity"].as_i64());
                let fixed = fixed.or(auto["MinCapacity"].as_i64());
                throughput[format!("{word}CapacityUnits")] = json!(fixed.unwrap_or(5));
                if let (Some(minimum), Some(maximum)) =
                    (auto["MinCapacity"].as_i64(), auto["MaxCapacity"].as_i64())
                {
                    let target = &auto["TargetTrackingScalingPolicyConfiguration"]["TargetValue"];
                    scaling.push(json!({ "IndexName": index, "Capacity": word, "MinimumUnits": minimum, "MaximumUnits": maximum,
                        "TargetValue": target.as_f64().unwrap_or(TARGET_PERCENT) }));
                }
            }
            if !on_demand {
                of["ProvisionedThroughput"] = throughput;
            }
        };
        units(&mut own, &replica, None);
        for index in own["GlobalSecondaryIndexes"].as_array_mut().into_iter().flatten() {
            let name = index["IndexName"].as_str().unwrap_or_default().to_owned();
            let of = replica["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
            let of =
                of.into_iter().find(|one| one["IndexName"] == name.as_str()).cloned().unwrap_or_default();
            units(index, &of, Some(&name));
        }
        let mut table = self.table(id, &own);
        if !scaling.is_empty() && !on_demand {
            table.insert("AutoScaling".into(), Value::Array(scaling));
        }
        table
    }

    fn simple(&mut self, id: &str, given: &Value) -> Map<String, Value> {
        self.unknown(
            id,
            given,
            &[
                "TableName",
                "PrimaryKey",
                "ProvisionedThroughput",
                "Tags",
                "SSESpecification",
                "PointInTimeRecoverySpecification",
            ],
        );
        let name = given["PrimaryKey"]["Name"].as_str().unwrap_or("id");
        let kind = match given["PrimaryKey"]["Type"].as_str() {
            Some("Number") => "N",
            Some("Binary") => "B",
            _ => "S",
        };
        let mut table = Map::new();
        table.insert("TableName".into(), json!(id));
        copy(given, &["TableName", "ProvisionedThroughput", "PointInTimeRecoverySpecification"], &mut table);
        let mode =
            if table.contains_key("ProvisionedThroughput") { "PROVISIONED" } else { "PAY_PER_REQUEST" };
        table.insert("BillingMode".into(), json!(mode));
        table
            .insert("AttributeDefinitions".into(), json!([{ "AttributeName": name, "AttributeType": kind }]));
        table.insert("KeySchema".into(), key_schema([name], []));
        let tags = given["Tags"].as_object().into_iter().flatten();
        let tags: Vec<Value> = tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        if !tags.is_empty() {
            table.insert("Tags".into(), Value::Array(tags));
        }
        self.beside(given, &mut table);
        table
    }

    /// Joins targets and policies to the tables that they scale.
    fn scaling(
        &mut self,
        template: &Value,
        found: &[(String, String, Value)],
        tables: &mut [(String, Map<String, Value>)],
    ) {
        let policies = found.iter().filter(|(_, kind, _)| kind.ends_with("ScalingPolicy"));
        let policies: Vec<&(String, String, Value)> = policies.collect();
        for (id, _, target) in found.iter().filter(|(_, kind, _)| kind.ends_with("ScalableTarget")) {
            let resource = target["ResourceId"].as_str().unwrap_or_default();
            let mut parts = resource.strip_prefix("table/").unwrap_or_default().split('/');
            let (table, index) = (parts.next().unwrap_or_default(), parts.nth(1));
            let known = tables.iter_mut().find(|(own, of)| own == table || of["TableName"] == table);
            let dimension = target["ScalableDimension"].as_str().unwrap_or_default();
            let bounds = target["MinCapacity"].as_i64().zip(target["MaxCapacity"].as_i64());
            let (Some((_, table)), Some((minimum, maximum))) = (known, bounds) else {
                self.left_out.push(LeftOut::new(id, "it scales no table of this template"));
                continue;
            };
            // A policy names its target, whose reference is only known when it is deployed, or the resource itself.
            let names = |policy: &&&(String, String, Value)| {
                let given = &template["Resources"][&policy.0]["Properties"];
                given["ScalingTargetId"] == json!({ "Ref": id })
                    || (policy.2["ResourceId"] == target["ResourceId"]
                        && policy.2["ScalableDimension"] == dimension)
            };
            let policy = policies
                .iter()
                .find(names)
                .map(|policy| policy.2["TargetTrackingScalingPolicyConfiguration"]["TargetValue"].as_f64());
            let mut scaling = json!({
                "Capacity": if dimension.ends_with("WriteCapacityUnits") { "Write" } else { "Read" },
                "MinimumUnits": minimum, "MaximumUnits": maximum,
                "TargetValue": policy.flatten().unwrap_or(TARGET_PERCENT),
            });
            if let Some(index) = index {
                scaling["IndexName"] = json!(index);
            }
            let all = table.entry("AutoScaling").or_insert_with(|| json!([]));
            if let Some(all) = all.as_array_mut() {
                all.push(scaling);
            }
        }
        // What was joined above is no more unknown.
        let joined: Vec<String> = found.iter().map(|(id, ..)| format!("{id}.ScalingTargetId")).collect();
        let roles: Vec<String> = found.iter().map(|(id, ..)| format!("{id}.RoleARN")).collect();
        self.left_out.retain(|left| !joined.contains(&left.what) && !roles.contains(&left.what));
    }
}

/// Numbers and truths that were written as texts, as templates may.
fn numbers(value: Value) -> Value {
    const NUMBERS: [&str; 11] = [
        "ReadCapacityUnits",
        "WriteCapacityUnits",
        "MaxReadRequestUnits",
        "MaxWriteRequestUnits",
        "ReadUnitsPerSecond",
        "WriteUnitsPerSecond",
        "MinCapacity",
        "MaxCapacity",
        "SeedCapacity",
        "TargetValue",
        "RecoveryPeriodInDays",
    ];
    const TRUTHS: [&str; 4] =
        ["Enabled", "SSEEnabled", "PointInTimeRecoveryEnabled", "DeletionProtectionEnabled"];
    const TEXTS: [&str; 4] = ["TableName", "AttributeName", "IndexName", "Value"];
    match value {
        Value::Object(object) => {
            let member = |(name, value): (String, Value)| {
                let value = match (&value, name.as_str()) {
                    (Value::String(text), name) if NUMBERS.contains(&name) => {
                        text.parse::<i64>().map_or_else(|_| value.clone(), |number| json!(number))
                    }
                    (Value::String(text), name) if TRUTHS.contains(&name) => {
                        text.parse::<bool>().map_or_else(|_| value.clone(), |truth| json!(truth))
                    }
                    (Value::Number(_) | Value::Bool(_), name) if TEXTS.contains(&name) => {
                        json!(value.to_string())
                    }
                    _ => numbers(value),
                };
                (name, value)
            };
            object.into_iter().map(member).collect()
        }
        Value::Array(list) => list.into_iter().map(numbers).collect(),
        other => other,
    }
}
