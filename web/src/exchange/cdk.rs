//! A stack of the Cloud Development Kit in TypeScript, with the construct `dynamodb.Table`.
//!
//! Follows [the construct library](https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_dynamodb.Table.html). `Table` and not
//! `TableV2`, which cannot have write capacity that is not scaled.

use engine::api::table::GlobalSecondaryIndex;

use super::Carried;
use super::cloudformation::logical_id;
use super::design::{Design, Leaving, Scaling, Table, key_names, number, projected, projection_type};

/// Writes a stack.
pub fn write(design: &Design) -> Carried {
    let mut leaving = Leaving::by("The construct dynamodb.Table");
    let name = match design.name.chars().any(|c| c.is_ascii_alphanumeric()) {
        true => logical_id(&design.name, "Stack"),
        false => "DynamoDbStack".to_owned(),
    };
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("Stack{name}") } else { name };
    let mut body = String::new();
    let (mut iam, mut kms) = (false, false);
    let mut taken: Vec<String> = Vec::new();
    for table in &design.tables {
        let variable = free_name(&variable(table.name()), &taken);
        taken.push(variable.clone());
        write_table(table, &variable, &mut body);
        iam |= table.create.resource_policy.is_some();
        kms |= table.create.sse_specification.as_ref().is_some_and(|sse| sse.kms_master_key_id.is_some());
        leaving.this(table.create.vector_indexes.is_some(), table.name(), "VectorIndexes");
        leaving.items(table);
    }
    let mut out = String::from(
        "import * as cdk from 'aws-cdk-lib';\nimport * as dynamodb from 'aws-cdk-lib/aws-dynamodb';\n",
    );
    for (needed, line) in [
        (iam, "import * as iam from 'aws-cdk-lib/aws-iam';\n"),
        (kms, "import * as kms from 'aws-cdk-lib/aws-kms';\n"),
    ] {
        out.push_str(if needed { line } else { "" });
    }
    out.push_str("import { Construct } from 'constructs';\n\n");
    out.push_str(&format!(
        "export class {name} extends cdk.Stack {{\n  constructor(scope: Construct, id: string, props?: cdk.StackProps) {{\n    \
         super(scope, id, props);\n{body}  }}\n}}\n"
    ));
    Carried { text: out, left_out: leaving.left_out }
}

/// A text as a literal in quotes.
fn quoted(text: &str) -> String {
    let escaped = serde_json::Value::from(text).to_string();
    let inner = escaped[1..escaped.len() - 1].replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{inner}'")
}

/// A name for a variable: `user-orders` is `userOrdersTable`.
fn variable(table: &str) -> String {
    let id = logical_id(table, "Table");
    let first = id.chars().next().map(|c| c.to_ascii_lowercase()).filter(char::is_ascii_alphabetic);
    match first {
        Some(first) => format!("{first}{}", &id[1..]),
        None => format!("table{id}"),
    }
}

fn free_name(wanted: &str, taken: &[String]) -> String {
    let numbered = (2..).map(|number| format!("{wanted}{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(name)).unwrap_or_default()
}

fn attribute(table: &Table, name: &str) -> String {
    let kind = match table.type_of(name) {
        "N" => "NUMBER",
        "B" => "BINARY",
        _ => "STRING",
    };
    format!("{{ name: {}, type: dynamodb.AttributeType.{kind} }}", quoted(name))
}

/// `partitionKey` or, of several attributes, `partitionKeys`.
fn key(table: &Table, names: &[&str], one: &str) -> Option<String> {
    match names {
        [] => None,
        [name] => Some(format!("{one}: {}", attribute(table, name))),
        names => {
            let all: Vec<String> = names.iter().map(|name| attribute(table, name)).collect();
            Some(format!("{one}s: [{}]", all.join(", ")))
        }
    }
}

/// A projection's members.
fn projection(kind: &str, names: &[String]) -> Vec<String> {
    let mut members = vec![format!("projectionType: dynamodb.ProjectionType.{kind}")];
    if !names.is_empty() {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        members.push(format!("nonKeyAttributes: [{}]", names.join(", ")));
    }
    members
}

fn write_call(head: &str, members: &[String], out: &mut String) {
    out.push_str(&format!("    {head}{{\n"));
    for member in members {
        out.push_str(&format!("      {member},\n"));
    }
    out.push_str("    });\n");
}

fn most(units: Option<i64>, member: &str, members: &mut Vec<String>) {
    members.extend(units.filter(|units| *units > 0).map(|units| format!("{member}: {units}")));
}

fn write_table(table: &Table, variable: &str, out: &mut String) {
    let create = &table.create;
    let mut members = vec![format!("tableName: {}", quoted(table.name()))];
    members.extend(key(table, &key_names(&create.key_schema, "HASH"), "partitionKey"));
    members.extend(key(table, &key_names(&create.key_schema, "RANGE"), "sortKey"));
    let mode = if table.on_demand() { "PAY_PER_REQUEST" } else { "PROVISIONED" };
    members.push(format!("billingMode: dynamodb.BillingMode.{mode}"));
    if let Some(units) = create.provisioned_throughput.as_ref().filter(|_| !table.on_demand()) {
        most(units.read_capacity_units, "readCapacity", &mut members);
        most(units.write_capacity_units, "writeCapacity", &mut members);
    }
    if let Some(units) = &create.on_demand_throughput {
        most(units.max_read_request_units, "maxReadRequestUnits", &mut members);
        most(units.max_write_request_units, "maxWriteRequestUnits", &mut members);
    }
    members.extend(warm(&create.warm_throughput));
    members.extend(table.time_to_live.iter().map(|name| format!("timeToLiveAttribute: {}", quoted(name))));
    members.extend(table.stream().map(|view| format!("stream: dynamodb.StreamViewType.{view}")));
    if let Some(days) = table.recovery_days {
        let days = format!("{{ pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: {days} }}");
        members.push(format!("pointInTimeRecoverySpecification: {days}"));
    }
    if create.deletion_protection_enabled == Some(true) {
        members.push("deletionProtection: true".to_owned());
    }
    if let Some(class) = &create.table_class {
        members.push(format!("tableClass: dynamodb.TableClass.{class}"));
    }
    if let Some(encryption) = create.sse_specification.as_ref().filter(|sse| sse.enabled != Some(false)) {
        match &encryption.kms_master_key_id {
            None => members.push("encryption: dynamodb.TableEncryption.AWS_MANAGED".to_owned()),
            Some(key) => {
                let id = quoted(&format!("{}Key", logical_id(table.name(), "Table")));
                let imported = match (key.starts_with("arn:"), key.strip_prefix("alias/")) {
                    (true, _) => format!("kms.Key.fromKeyArn(this, {id}, {})", quoted(key)),
                    (false, Some(_)) => format!("kms.Alias.fromAliasName(this, {id}, {})", quoted(key)),
                    (false, None) => {
                        let of =
                            format!("{{ service: 'kms', resource: 'key', resourceName: {} }}", quoted(key));
                        format!("kms.Key.fromKeyArn(this, {id}, this.formatArn({of}))")
                    }
                };
                members.push("encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED".to_owned());
                members.push(format!("encryptionKey: {imported}"));
            }
        }
    }
    if let Some(policy) = &create.resource_policy {
        members.push(format!("resourcePolicy: iam.PolicyDocument.fromJson(JSON.parse({}))", quoted(policy)));
    }
    let id = logical_id(table.name(), "Table");
    out.push('\n');
    write_call(&format!("const {variable} = new dynamodb.Table(this, {}, ", quoted(&id)), &members, out);
    for index in create.local_secondary_indexes.iter().flatten() {
        let mut members =
            vec![format!("indexName: {}", quoted(index.index_name.as_deref().unwrap_or_default()))];
        members.extend(key(table, &key_names(&index.key_schema, "RANGE"), "sortKey"));
        members.extend(projection(projection_type(&index.projection), projected(&index.projection)));
        write_call(&format!("{variable}.addLocalSecondaryIndex("), &members, out);
    }
    for index in table.globals() {
        write_call(&format!("{variable}.addGlobalSecondaryIndex("), &global(table, index), out);
    }
    for scaling in &table.scaling {
        write_scaling(scaling, variable, out);
    }
    for tag in create.tags.iter().flatten() {
        let of = |text: &Option<String>| quoted(text.as_deref().unwrap_or_default());
        out.push_str(&format!("    cdk.Tags.of({variable}).add({}, {});\n", of(&tag.key), of(&tag.value)));
    }
}

fn warm(warm: &Option<engine::api::table::WarmThroughput>) -> Option<String> {
    let warm = warm.as_ref()?;
    let mut members = Vec::new();
    most(warm.read_units_per_second, "readUnitsPerSecond", &mut members);
    most(warm.write_units_per_second, "writeUnitsPerSecond", &mut members);
    Some(format!("warmThroughput: {{ {} }}", members.join(", ")))
}

fn global(table: &Table, index: &GlobalSecondaryIndex) -> Vec<String> {
    let mut members = vec![format!("indexName: {}", quoted(index.index_name.as_deref().unwrap_or_default()))];
    members.extend(key(table, &key_names(&index.key_schema, "HASH"), "partitionKey"));
    members.extend(key(table, &key_names(&index.key_schema, "RANGE"), "sortKey"));
    members.extend(projection(projection_type(&index.projection), projected(&index.projection)));
    if let Some(units) = index.provisioned_throughput.as_ref().filter(|_| !table.on_demand()) {
        most(units.read_capacity_units, "readCapacity", &mut members);
        most(units.write_capacity_units, "writeCapacity", &mut members);
    }
    if let Some(units) = &index.on_demand_throughput {
        most(units.max_read_request_units, "maxReadRequestUnits", &mut members);
        most(units.max_write_request_units, "maxWriteRequestUnits", &mut members);
    }
    members.extend(warm(&index.warm_throughput));
    members
}

fn write_scaling(scaling: &Scaling, variable: &str, out: &mut String) {
    let bounds = format!("{{ minCapacity: {}, maxCapacity: {} }}", scaling.minimum, scaling.maximum);
    let call = match &scaling.index {
        None => format!("autoScale{}Capacity({bounds})", scaling.word()),
        Some(index) => {
            format!("autoScaleGlobalSecondaryIndex{}Capacity({}, {bounds})", scaling.word(), quoted(index))
        }
    };
    let target = number(scaling.target);
    out.push_str(&format!(
        "    {variable}.{call}\n      .scaleOnUtilization({{ targetUtilizationPercent: {target} }});\n"
    ));
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::exchange::samples::everything;

    #[test]
    fn a_stack_has_every_setting() {
        let text = write(&everything()).text;
        for part in [
            "export class OrderHistoryStack extends cdk.Stack {",
            "const ordersTable = new dynamodb.Table(this, 'OrdersTable', {",
            "nonKeyAttributes: ['total', 'o\\'clock ${x}'],",
            "autoScaleGlobalSecondaryIndexWriteCapacity('by-status', { minCapacity: 5, maxCapacity: 500 })",
            "targetUtilizationPercent: 50.5",
            "partitionKeys: [{ name: 'tenant', type: dynamodb.AttributeType.STRING },",
            "cdk.Tags.of(ordersTable).add('team', 'ours: = 5 @ 6');",
            "pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 14 },",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }

    #[test]
    fn names_are_names_of_the_language() {
        assert_eq!(variable("2024-orders"), "table2024OrdersTable");
        assert_eq!(variable("user.orders"), "userOrdersTable");
        assert_eq!(quoted("a'b\\\n\"c"), "'a\\'b\\\\\\n\"c'");
    }
}
