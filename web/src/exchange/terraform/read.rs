//! Reading a configuration: its `aws_dynamodb_table` resources, with variables by their defaults and locals by their values.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::structure::{Block, Body};
use hcl_edit::template::{Element, Template};
use serde_json::{Map, Value, json};

use super::write::unknown;
use crate::exchange::design::{Design, TARGET_PERCENT, Table, key_schema};
use crate::exchange::{Fault, LeftOut, Taken};

/// How deep values may refer to values.
const DEPTH_MAX: usize = 40;

/// Whether a text is such a configuration.
pub fn is_terraform(text: &str) -> bool {
    let begins = |line: &str, word: &str| {
        line.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with(['"', '{']))
    };
    text.lines().any(|line| {
        ["resource", "terraform", "variable", "provider", "module"].iter().any(|word| begins(line, word))
    })
}

/// Reads a configuration.
pub fn read(text: &str) -> Result<Taken, Fault> {
    let body = hcl_edit::parser::parse_body(text).map_err(|error| {
        let place = error.location();
        Fault::at(place.line(), place.column(), error.message())
    })?;
    let mut reading = Reading { values: BTreeMap::new(), left_out: Vec::new() };
    reading.gather(&body);
    let mut tables: Vec<(String, Map<String, Value>)> = Vec::new();
    for block in body.blocks() {
        let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
        match (block.ident.as_str(), labels.as_slice()) {
            ("resource", ["aws_dynamodb_table", name]) => {
                let table = reading.table(name, block);
                tables.push(((*name).to_owned(), table));
            }
            ("resource", ["aws_dynamodb_resource_policy", _])
            | ("resource", ["aws_appautoscaling_target" | "aws_appautoscaling_policy", _])
            | ("variable" | "locals" | "terraform" | "provider" | "output", _) => {}
            (kind, labels) => {
                let what = labels.join(".");
                let why = format!("this {kind} is no table");
                reading.left_out.push(LeftOut::new(if what.is_empty() { kind } else { &what }, why));
            }
        }
    }
    for block in body.blocks() {
        let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
        match labels.as_slice() {
            ["aws_dynamodb_resource_policy", name] => reading.policy(name, block, &mut tables),
            ["aws_appautoscaling_target", name] => reading.scaling(name, block, &body, &mut tables),
            _ => {}
        }
    }
    let mut left_out = reading.left_out;
    let read =
        |(_, table): &(String, Map<String, Value>)| Table::read(&Value::Object(table.clone()), &mut left_out);
    let tables = tables.iter().map(read).collect::<Result<Vec<Table>, String>>().map_err(Fault::whole)?;
    Ok(Taken {
        format: "a Terraform configuration",
        design: Design { tables, ..Design::default() },
        left_out,
    })
}

struct Reading {
    /// `var.stage`, `local.name`, `aws_dynamodb_table.orders.name`.
    values: BTreeMap<String, Expression>,
    left_out: Vec<LeftOut>,
}

impl Reading {
    /// Keeps what can be referred to.
    fn gather(&mut self, body: &Body) {
        for block in body.blocks() {
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            let mut keep = |name: String, value: &Expression| drop(self.values.insert(name, value.clone()));
            match (block.ident.as_str(), labels.as_slice()) {
                ("variable", [name]) => {
                    if let Some(default) = block.body.get_attribute("default") {
                        keep(format!("var.{name}"), &default.value);
                    }
                }
                ("locals", []) => {
                    block
                        .body
                        .attributes()
                        .for_each(|one| keep(format!("local.{}", one.key.as_str()), &one.value));
                }
                ("resource", [kind, name]) => {
                    for one in block.body.attributes() {
                        keep(format!("{kind}.{name}.{}", one.key.as_str()), &one.value);
                    }
                    if let Some(id) = block.body.get_attribute("name") {
                        keep(format!("{kind}.{name}.id"), &id.value);
                    }
                }
                _ => {}
            }
        }
    }

    /// What an expression gives; none where that is known only when it is applied.
    fn value(&self, expression: &Expression, depth: usize) -> Option<Value> {
        if depth > DEPTH_MAX {
            return None;
        }
        let depth = depth + 1;
        match expression {
            Expression::Null(_) => Some(Value::Null),
            Expression::Bool(truth) => Some(json!(*truth.value())),
            Expression::Number(number) => {
                let number = number.value();
                number
                    .as_i64()
                    .map(|number| json!(number))
                    .or_else(|| number.as_f64().map(|number| json!(number)))
            }
            Expression::String(text) => Some(json!(text.value())),
            Expression::Array(list) => list.iter().map(|value| self.value(value, depth)).collect(),
            Expression::Object(object) => {
                let member = |(key, value): (&ObjectKey, &hcl_edit::expr::ObjectValue)| {
                    let key = match key {
                        ObjectKey::Ident(name) => name.as_str().to_owned(),
                        ObjectKey::Expression(Expression::Variable(name)) => name.as_str().to_owned(),
                        ObjectKey::Expression(key) => self.value(key, depth)?.as_str()?.to_owned(),
                    };
                    Some((key, self.value(value.expr(), depth)?))
                };
                object.iter().map(member).collect::<Option<Map<String, Value>>>().map(Value::Object)
            }
            Expression::StringTemplate(template) => self.template(template.iter(), depth),
            Expression::HeredocTemplate(heredoc) => {
                let template: &Template = &heredoc.template;
                self.template(template.iter(), depth)
            }
            Expression::Parenthesis(inner) => self.value(inner.inner(), depth),
            Expression::Traversal(traversal) => self.value(self.values.get(&path(traversal)?)?, depth),
            Expression::Conditional(choice) => {
                let holds = self.value(&choice.cond_expr, depth)?.as_bool()?;
                self.value(if holds { &choice.true_expr } else { &choice.false_expr }, depth)
            }
            Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" => {
                let argument = call.args.iter().next()?;
                Some(json!(self.value(argument, depth)?.to_string()))
            }
            _ => None,
        }
    }

    fn template<'a>(&self, elements: impl Iterator<Item = &'a Element>, depth: usize) -> Option<Value> {
        let mut text = String::new();
        for element in elements {
            match element {
                Element::Literal(literal) => text.push_str(literal.value()),
                Element::Interpolation(of) => match self.value(&of.expr, depth)? {
                    Value::String(value) => text.push_str(&value),
                    value @ (Value::Number(_) | Value::Bool(_)) => text.push_str(&value.to_string()),
                    _ => return None,
                },
                Element::Directive(_) => return None,
            }
        }
        Some(json!(text))
    }

    /// A block's attributes that are known; the others are listed, and so are blocks and attributes that `known` does not name.
    fn attributes(&mut self, block: &Block, place: &str, known: &[&str]) -> Map<String, Value> {
        let mut found = Map::new();
        for one in block.body.attributes() {
            let name = one.key.as_str();
            let place = format!("{place}.{name}");
            match (known.contains(&name), self.value(&one.value, 0)) {
                (false, _) => self.left_out.push(LeftOut::new(place, "Dynascope knows no such setting")),
                (true, Some(Value::Null)) => {}
                (true, Some(value)) => drop(found.insert(name.to_owned(), value)),
                (true, None) => self.left_out.push(unknown(place, one.value.to_string().trim())),
            }
        }
        for inner in block.body.blocks() {
            let name = inner.ident.as_str();
            if !known.contains(&name) {
                self.left_out
                    .push(LeftOut::new(format!("{place}.{name}"), "Dynascope knows no such setting"));
            }
        }
        found
    }

    /// The blocks of a name in a block.
    fn blocks(&mut self, block: &Block, name: &str, place: &str, known: &[&str]) -> Vec<Map<String, Value>> {
        let blocks = block.body.get_blocks(name);
        blocks.map(|inner| self.attributes(inner, &format!("{place}.{name}"), known)).collect()
    }

    fn table(&mut self, place: &str, block: &Block) -> Map<String, Value> {
        let own = self.attributes(
            block,
            place,
            &[
                "name",
                "billing_mode",
                "read_capacity",
                "write_capacity",
                "hash_key",
                "range_key",
                "stream_enabled",
                "stream_view_type",
                "table_class",
                "deletion_protection_enabled",
                "tags",
                "attribute",
                "ttl",
                "local_secondary_index",
                "global_secondary_index",
                "point_in_time_recovery",
                "server_side_encryption",
                "on_demand_throughput",
                "warm_throughput",
                "lifecycle",
            ],
        );
        let mut table = Map::new();
        let name = own.get("name").and_then(Value::as_str).unwrap_or(place);
        table.insert("TableName".into(), json!(name));
        let on_demand = own.get("billing_mode").and_then(Value::as_str) == Some("PAY_PER_REQUEST");
        table.insert("BillingMode".into(), json!(if on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" }));
        if !on_demand {
            table.insert("ProvisionedThroughput".into(), units(&own));
        }
        let text =
            |own: &Map<String, Value>, name: &str| own.get(name).and_then(Value::as_str).map(str::to_owned);
        let (hash, range) = (text(&own, "hash_key"), text(&own, "range_key"));
        table.insert("KeySchema".into(), key_schema(hash.as_deref(), range.as_deref()));
        let attributes = self.blocks(block, "attribute", place, &["name", "type"]);
        let attributes = attributes
            .iter()
            .map(|one| json!({ "AttributeName": one.get("name"), "AttributeType": one.get("type") }));
        table.insert("AttributeDefinitions".into(), attributes.collect());
        if let Some(view) =
            text(&own, "stream_view_type").filter(|_| own.get("stream_enabled") == Some(&json!(true)))
        {
            table.insert(
                "StreamSpecification".into(),
                json!({ "StreamEnabled": true, "StreamViewType": view }),
            );
        }
        for (from, to) in
            [("table_class", "TableClass"), ("deletion_protection_enabled", "DeletionProtectionEnabled")]
        {
            if let Some(value) = own.get(from).filter(|value| **value != json!(false)) {
                table.insert(to.into(), value.clone());
            }
        }
        let tags = own.get("tags").and_then(Value::as_object).into_iter().flatten();
        let tags: Vec<Value> = tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        if !tags.is_empty() {
            table.insert("Tags".into(), Value::Array(tags));
        }
        for live in self.blocks(block, "ttl", place, &["attribute_name", "enabled"]) {
            if let Some(attribute) =
                live.get("attribute_name").filter(|_| live.get("enabled") != Some(&json!(false)))
            {
                table.insert("TimeToLive".into(), json!({ "AttributeName": attribute }));
            }
        }
        for recovery in
            self.blocks(block, "point_in_time_recovery", place, &["enabled", "recovery_period_in_days"])
        {
            if recovery.get("enabled") == Some(&json!(true)) {
                let days = recovery.get("recovery_period_in_days").cloned().unwrap_or(json!(35));
                let setting = json!({ "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": days });
                table.insert("PointInTimeRecoverySpecification".into(), setting);
            }
        }
        for encryption in self.blocks(block, "server_side_encryption", place, &["enabled", "kms_key_arn"]) {
            if encryption.get("enabled") == Some(&json!(true)) {
                let mut setting = json!({ "Enabled": true, "SSEType": "KMS" });
                if let Some(key) = encryption.get("kms_key_arn") {
                    setting["KMSMasterKeyId"] = key.clone();
                }
                table.insert("SSESpecification".into(), setting);
            }
        }
        self.throughput(block, place, &mut table);
        let mut locals = Vec::new();
        for index in self.blocks(
            block,
            "local_secondary_index",
            place,
            &["name", "range_key", "projection_type", "non_key_attributes"],
        ) {
            locals.push(json!({
                "IndexName": index.get("name"), "Projection": projection(&index),
                "KeySchema": key_schema(hash.as_deref(), text(&index, "range_key").as_deref()),
            }));
        }
        let mut globals = Vec::new();
        for inner in block.body.get_blocks("global_secondary_index") {
            let place = format!("{place}.global_secondary_index");
            globals.push(Value::Object(self.global(inner, &place, on_demand)));
        }
        for (member, list) in [("LocalSecondaryIndexes", locals), ("GlobalSecondaryIndexes", globals)] {
            if !list.is_empty() {
                table.insert(member.into(), Value::Array(list));
            }
        }
        table
    }

    fn global(&mut self, block: &Block, place: &str, on_demand: bool) -> Map<String, Value> {
        let known = [
            "name",
            "hash_key",
            "range_key",
            "projection_type",
            "non_key_attributes",
            "read_capacity",
            "write_capacity",
            "key_schema",
            "on_demand_throughput",
            "warm_throughput",
        ];
        let own = self.attributes(block, place, &known);
        let text = |name: &str| own.get(name).and_then(Value::as_str);
        let mut keys = key_schema(text("hash_key"), text("range_key"));
        for key in self.blocks(block, "key_schema", place, &["attribute_name", "key_type"]) {
            let key = json!({ "AttributeName": key.get("attribute_name"), "KeyType": key.get("key_type") });
            keys.as_array_mut().into_iter().for_each(|keys| keys.push(key.clone()));
        }
        let mut index = Map::new();
        index.insert("IndexName".into(), own.get("name").cloned().unwrap_or_default());
        index.insert("KeySchema".into(), keys);
        index.insert("Projection".into(), projection(&own));
        if !on_demand {
            index.insert("ProvisionedThroughput".into(), units(&own));
        }
        self.throughput(block, place, &mut index);
        index
    }

    /// The blocks on_demand_throughput and warm_throughput.
    fn throughput(&mut self, block: &Block, place: &str, into: &mut Map<String, Value>) {
        for (name, member, units) in [
            (
                "on_demand_throughput",
                "OnDemandThroughput",
                [
                    ("max_read_request_units", "MaxReadRequestUnits"),
                    ("max_write_request_units", "MaxWriteRequestUnits"),
                ],
            ),
            (
                "warm_throughput",
                "WarmThroughput",
                [
                    ("read_units_per_second", "ReadUnitsPerSecond"),
                    ("write_units_per_second", "WriteUnitsPerSecond"),
                ],
            ),
        ] {
            let known = units.map(|(name, _)| name);
            for own in self.blocks(block, name, place, &known) {
                let set =
                    units.iter().filter_map(|(from, to)| Some(((*to).to_owned(), own.get(*from)?.clone())));
                into.insert(member.into(), Value::Object(set.collect()));
            }
        }
    }

    fn policy(&mut self, name: &str, block: &Block, tables: &mut [(String, Map<String, Value>)]) {
        let of = block.body.get_attribute("resource_arn").and_then(|arn| match &arn.value {
            Expression::Traversal(traversal) => path(traversal),
            _ => None,
        });
        let policy = block.body.get_attribute("policy").and_then(|policy| self.value(&policy.value, 0));
        let of = of.as_deref().and_then(|of| of.strip_prefix("aws_dynamodb_table.")?.strip_suffix(".arn"));
        let table = tables.iter_mut().find(|(table, _)| Some(table.as_str()) == of);
        match (table, policy) {
            (Some((_, table)), Some(policy)) => drop(table.insert("ResourcePolicy".into(), policy)),
            _ => {
                let what = format!("aws_dynamodb_resource_policy.{name}");
                self.left_out
                    .push(LeftOut::new(what, "its table or its text is known only when it is applied"));
            }
        }
    }

    fn scaling(
        &mut self,
        name: &str,
        block: &Block,
        body: &Body,
        tables: &mut [(String, Map<String, Value>)],
    ) {
        let of = |block: &Block, attribute: &str| {
            block.body.get_attribute(attribute).and_then(|one| self.value(&one.value, 0))
        };
        let resource =
            of(block, "resource_id").and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default();
        let dimension = of(block, "scalable_dimension").and_then(|one| one.as_str().map(str::to_owned));
        let mut parts = resource.strip_prefix("table/").unwrap_or_default().split('/');
        let (table, index) = (parts.next().unwrap_or_default(), parts.nth(1));
        let refers = |policy: &&Block| {
            let id =
                policy.body.get_attribute("resource_id").map(|id| id.value.to_string()).unwrap_or_default();
            id.trim() == format!("aws_appautoscaling_target.{name}.resource_id")
        };
        let is_policy = |policy: &&Block| {
            policy.labels.first().is_some_and(|label| label.as_str() == "aws_appautoscaling_policy")
        };
        let policy = body.get_blocks("resource").filter(is_policy).find(refers);
        let tracking = policy
            .and_then(|policy| policy.body.get_blocks("target_tracking_scaling_policy_configuration").next());
        let target =
            tracking.and_then(|tracking| of(tracking, "target_value")).and_then(|target| target.as_f64());
        let (minimum, maximum) = (of(block, "min_capacity"), of(block, "max_capacity"));
        let known =
            tables.iter_mut().find(|(_, own)| own.get("TableName").and_then(Value::as_str) == Some(table));
        let (Some((_, table)), Some(minimum), Some(maximum)) = (known, minimum, maximum) else {
            let what = format!("aws_appautoscaling_target.{name}");
            return self.left_out.push(LeftOut::new(what, "it scales no table of this configuration"));
        };
        let word =
            if dimension.is_some_and(|one| one.ends_with("WriteCapacityUnits")) { "Write" } else { "Read" };
        let mut scaling = json!({ "Capacity": word, "MinimumUnits": minimum, "MaximumUnits": maximum,
            "TargetValue": target.unwrap_or(TARGET_PERCENT) });
        if let Some(index) = index {
            scaling["IndexName"] = json!(index);
        }
        let all = table.entry("AutoScaling").or_insert_with(|| json!([]));
        all.as_array_mut().into_iter().for_each(|all| all.push(scaling.clone()));
    }
}

/// `aws_dynamodb_table.orders.name` as a text; none where it has an index in it.
fn path(traversal: &Traversal) -> Option<String> {
    let mut path = match &traversal.expr {
        Expression::Variable(name) => name.as_str().to_owned(),
        _ => return None,
    };
    for operator in &traversal.operators {
        match operator.value() {
            TraversalOperator::GetAttr(name) => path.push_str(&format!(".{}", name.as_str())),
            _ => return None,
        }
    }
    Some(path)
}

fn units(own: &Map<String, Value>) -> Value {
    let of = |name: &str| own.get(name).cloned().unwrap_or(json!(5));
    json!({ "ReadCapacityUnits": of("read_capacity"), "WriteCapacityUnits": of("write_capacity") })
}

fn projection(own: &Map<String, Value>) -> Value {
    let mut projection =
        json!({ "ProjectionType": own.get("projection_type").cloned().unwrap_or(json!("ALL")) });
    if let Some(names) = own.get("non_key_attributes") {
        projection["NonKeyAttributes"] = names.clone();
    }
    projection
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIGURATION: &str = r#"
variable "stage" {
  default = "dev"
}
variable "account" {}
locals {
  name = "${var.stage}-orders"
  many = var.stage == "prod"
}
resource "aws_dynamodb_table" "orders" {
  name         = local.name
  billing_mode = true ? "PAY_PER_REQUEST" : "PROVISIONED"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  tags = { Name = local.name, owner = "shop" }
  replica { region_name = "eu-west-1" }
  restore_source_name = var.account
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.own.arn
  }
}
resource "aws_s3_bucket" "b" {}
"#;

    #[test]
    fn variables_and_locals_are_resolved_and_the_rest_is_listed() {
        let taken = read(CONFIGURATION).expect("a configuration");
        let table = &taken.design.tables[0];
        assert_eq!((table.name(), table.on_demand()), ("dev-orders", true));
        assert_eq!(table.value()["Tags"][0], json!({ "Key": "Name", "Value": "dev-orders" }));
        assert_eq!(table.value()["SSESpecification"], json!({ "Enabled": true, "SSEType": "KMS" }));
        let places: Vec<&str> = taken.left_out.iter().map(|left| left.what.as_str()).collect();
        let expected = [
            "aws_s3_bucket.b",
            "orders.restore_source_name",
            "orders.replica",
            "orders.server_side_encryption.kms_key_arn",
        ];
        for place in expected {
            assert!(places.contains(&place), "{place} in {places:?}");
        }
        assert_eq!(places.len(), expected.len());
    }

    #[test]
    fn what_turns_in_a_circle_is_not_known() {
        let text = "locals {\n  a = local.b\n  b = local.a\n}\nresource \"aws_dynamodb_table\" \"t\" {\n  name = local.a\n  hash_key = \"k\"\n}\n";
        let taken = read(text).expect("a configuration");
        assert_eq!(taken.design.tables[0].name(), "t");
        assert_eq!(taken.left_out[0].what, "t.name");
    }
}
