//! A design as Terraform resources.

use serde_json::Value;

use super::PROVIDER;
use super::hcl::{Part, attribute, block, list, quoted, text};
use crate::exchange::design::{
    Design, Leaving, Scaling, Table, key_names, number, projected, projection_type,
};
use crate::exchange::{Carried, LeftOut};

/// Writes a configuration.
pub fn write(design: &Design) -> Carried {
    let mut left_out = Vec::new();
    let source = vec![attribute("source", quoted("hashicorp/aws")), attribute("version", quoted(PROVIDER))];
    let source: Vec<(String, String)> = source
        .into_iter()
        .filter_map(|part| match part {
            Part::Attribute(name, value) => Some((name, value)),
            _ => None,
        })
        .collect();
    let providers = block("required_providers", vec![Part::Map("aws".to_owned(), source)]);
    let mut parts = vec![block("terraform", vec![providers])];
    let mut names: Vec<String> = Vec::new();
    for table in &design.tables {
        let name = free_name(&identifier(table.name()), &names);
        names.push(name.clone());
        parts.push(block(format!("resource \"aws_dynamodb_table\" \"{name}\""), table_parts(table)));
        if let Some(policy) = &table.create.resource_policy {
            parts.push(policy_part(&name, policy));
        }
        for scaling in &table.scaling {
            parts.extend(scaling_parts(scaling, &name));
        }
        let mut leaving = Leaving::by("Terraform’s AWS provider");
        leaving.this(table.create.vector_indexes.is_some(), table.name(), "VectorIndexes");
        leaving.items(table);
        left_out.append(&mut leaving.left_out);
    }
    let mut out = String::new();
    if !design.name.is_empty() {
        for line in design.name.lines().chain(design.description.lines()) {
            out.push_str(&format!("# {line}\n"));
        }
        out.push('\n');
    }
    Carried { text: out + &text(&parts), left_out }
}

/// A name as Terraform has them: `Orders.v2` is `orders_v2`.
fn identifier(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '_' };
    let name: String = name.chars().map(letter).collect();
    match name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        true => name,
        false => format!("table_{name}"),
    }
}

fn free_name(wanted: &str, taken: &[String]) -> String {
    let numbered = (2..).map(|number| format!("{wanted}_{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(name)).unwrap_or_default()
}

fn table_parts(table: &Table) -> Vec<Part> {
    let create = &table.create;
    let mut parts = vec![attribute("name", quoted(table.name()))];
    let mode = if table.on_demand() { "PAY_PER_REQUEST" } else { "PROVISIONED" };
    parts.push(attribute("billing_mode", quoted(mode)));
    if let Some(units) = create.provisioned_throughput.as_ref().filter(|_| !table.on_demand()) {
        units_parts(units.read_capacity_units, units.write_capacity_units, &mut parts);
    }
    for (name, kind) in [("hash_key", "HASH"), ("range_key", "RANGE")] {
        parts.extend(key_names(&create.key_schema, kind).into_iter().map(|key| attribute(name, quoted(key))));
    }
    if let Some(view) = table.stream() {
        parts.push(attribute("stream_enabled", "true"));
        parts.push(attribute("stream_view_type", quoted(view)));
    }
    if let Some(class) = &create.table_class {
        parts.push(attribute("table_class", quoted(class)));
    }
    if create.deletion_protection_enabled == Some(true) {
        parts.push(attribute("deletion_protection_enabled", "true"));
    }
    for definition in create.attribute_definitions.iter().flatten() {
        let of = |text: &Option<String>| quoted(text.as_deref().unwrap_or_default());
        let own = vec![
            attribute("name", of(&definition.attribute_name)),
            attribute("type", of(&definition.attribute_type)),
        ];
        parts.push(block("attribute", own));
    }
    if let Some(name) = &table.time_to_live {
        parts.push(block(
            "ttl",
            vec![attribute("attribute_name", quoted(name)), attribute("enabled", "true")],
        ));
    }
    for index in create.local_secondary_indexes.iter().flatten() {
        let mut own = vec![attribute("name", quoted(index.index_name.as_deref().unwrap_or_default()))];
        let keys = key_names(&index.key_schema, "RANGE");
        own.extend(keys.into_iter().map(|key| attribute("range_key", quoted(key))));
        own.push(attribute("projection_type", quoted(projection_type(&index.projection))));
        projected_part(projected(&index.projection), &mut own);
        parts.push(block("local_secondary_index", own));
    }
    for index in table.globals() {
        parts.push(block("global_secondary_index", global_parts(table, index)));
    }
    if let Some(days) = table.recovery_days {
        let own = vec![attribute("enabled", "true"), attribute("recovery_period_in_days", days.to_string())];
        parts.push(block("point_in_time_recovery", own));
    }
    if let Some(encryption) = create.sse_specification.as_ref().filter(|sse| sse.enabled != Some(false)) {
        let mut own = vec![attribute("enabled", "true")];
        own.extend(encryption.kms_master_key_id.iter().map(|key| attribute("kms_key_arn", quoted(key))));
        parts.push(block("server_side_encryption", own));
    }
    if let Some(most) = &create.on_demand_throughput {
        parts.extend(most_part(most.max_read_request_units, most.max_write_request_units));
    }
    if let Some(warm) = &create.warm_throughput {
        parts.push(warm_part(warm.read_units_per_second, warm.write_units_per_second));
    }
    if !table.scaling.is_empty() {
        // Otherwise the next plan takes back what auto scaling has set.
        let changes = attribute("ignore_changes", "[read_capacity, write_capacity]");
        parts.push(block("lifecycle", vec![changes]));
    }
    let tags = create.tags.iter().flatten();
    let tags = tags.map(|tag| {
        let of = |text: &Option<String>| quoted(text.as_deref().unwrap_or_default());
        (of(&tag.key), of(&tag.value))
    });
    let tags: Vec<(String, String)> = tags.collect();
    if !tags.is_empty() {
        parts.push(Part::Map("tags".to_owned(), tags));
    }
    parts
}

fn global_parts(table: &Table, index: &engine::api::table::GlobalSecondaryIndex) -> Vec<Part> {
    let mut own = vec![attribute("name", quoted(index.index_name.as_deref().unwrap_or_default()))];
    let hash = key_names(&index.key_schema, "HASH");
    let range = key_names(&index.key_schema, "RANGE");
    let single = hash.len() <= 1 && range.len() <= 1;
    if single {
        own.extend(hash.iter().map(|key| attribute("hash_key", quoted(key))));
        own.extend(range.iter().map(|key| attribute("range_key", quoted(key))));
    }
    own.push(attribute("projection_type", quoted(projection_type(&index.projection))));
    projected_part(projected(&index.projection), &mut own);
    if let Some(units) = index.provisioned_throughput.as_ref().filter(|_| !table.on_demand()) {
        units_parts(units.read_capacity_units, units.write_capacity_units, &mut own);
    }
    if !single {
        let keys = hash.iter().map(|key| (key, "HASH")).chain(range.iter().map(|key| (key, "RANGE")));
        own.extend(keys.map(|(key, kind)| {
            let own = vec![attribute("attribute_name", quoted(key)), attribute("key_type", quoted(kind))];
            block("key_schema", own)
        }));
    }
    if let Some(most) = &index.on_demand_throughput {
        own.extend(most_part(most.max_read_request_units, most.max_write_request_units));
    }
    if let Some(warm) = &index.warm_throughput {
        own.push(warm_part(warm.read_units_per_second, warm.write_units_per_second));
    }
    own
}

fn units_parts(read: Option<i64>, write: Option<i64>, parts: &mut Vec<Part>) {
    parts.extend(read.map(|units| attribute("read_capacity", units.to_string())));
    parts.extend(write.map(|units| attribute("write_capacity", units.to_string())));
}

fn projected_part(names: &[String], parts: &mut Vec<Part>) {
    if !names.is_empty() {
        parts.push(attribute("non_key_attributes", list(names.iter().map(String::as_str))));
    }
}

/// The most that is served on demand. -1 is no maximum.
fn most_part(read: Option<i64>, write: Option<i64>) -> Option<Part> {
    let set = |units: Option<i64>| units.filter(|units| *units > 0);
    let mut own = Vec::new();
    own.extend(set(read).map(|units| attribute("max_read_request_units", units.to_string())));
    own.extend(set(write).map(|units| attribute("max_write_request_units", units.to_string())));
    (!own.is_empty()).then(|| block("on_demand_throughput", own))
}

fn warm_part(read: Option<i64>, write: Option<i64>) -> Part {
    let mut own = Vec::new();
    own.extend(read.map(|units| attribute("read_units_per_second", units.to_string())));
    own.extend(write.map(|units| attribute("write_units_per_second", units.to_string())));
    block("warm_throughput", own)
}

fn policy_part(table: &str, policy: &str) -> Part {
    let own = vec![
        attribute("resource_arn", format!("aws_dynamodb_table.{table}.arn")),
        attribute("policy", quoted(policy)),
    ];
    block(format!("resource \"aws_dynamodb_resource_policy\" \"{table}\""), own)
}

fn scaling_parts(scaling: &Scaling, table: &str) -> [Part; 2] {
    let word = scaling.word();
    let about = scaling.index.as_deref().map(|index| format!("{}_", identifier(index))).unwrap_or_default();
    let name = format!("{table}_{about}{}", word.to_ascii_lowercase());
    let of = if scaling.index.is_some() { "index" } else { "table" };
    let index = scaling.index.as_deref().map(|index| format!("/index/{index}")).unwrap_or_default();
    let resource = format!("\"table/${{aws_dynamodb_table.{table}.name}}{index}\"");
    let target = block(
        format!("resource \"aws_appautoscaling_target\" \"{name}\""),
        vec![
            attribute("min_capacity", scaling.minimum.to_string()),
            attribute("max_capacity", scaling.maximum.to_string()),
            attribute("resource_id", resource),
            attribute("scalable_dimension", quoted(&format!("dynamodb:{of}:{word}CapacityUnits"))),
            attribute("service_namespace", quoted("dynamodb")),
        ],
    );
    let same = |name_of: &str| attribute(name_of, format!("aws_appautoscaling_target.{name}.{name_of}"));
    let metric = attribute("predefined_metric_type", quoted(&format!("DynamoDB{word}CapacityUtilization")));
    let policy = block(
        format!("resource \"aws_appautoscaling_policy\" \"{name}\""),
        vec![
            attribute("name", quoted(&name)),
            attribute("policy_type", quoted("TargetTrackingScaling")),
            same("resource_id"),
            same("scalable_dimension"),
            same("service_namespace"),
            block(
                "target_tracking_scaling_policy_configuration",
                vec![
                    attribute("target_value", target_value(&number(scaling.target))),
                    block("predefined_metric_specification", vec![metric]),
                ],
            ),
        ],
    );
    [target, policy]
}

fn target_value(number: &Value) -> String {
    number.to_string()
}

/// What reading lists by the same words.
pub(super) fn unknown(place: String, what: &str) -> LeftOut {
    LeftOut::new(place, format!("its value is known only when it is applied: {what}"))
}
