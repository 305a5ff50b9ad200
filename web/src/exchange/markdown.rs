//! A design document to read, in Markdown: each table with its keys, indexes and settings, a picture of what is built from what (a
//! Mermaid diagram, which code hosts draw), and its items as item collections: in a picture that is in the document itself, and as text.

use std::fmt::Write;

use data_encoding::BASE64;
use engine::workload::Expectation;
use serde_json::Value;

use super::Carried;
use super::design::{Design, Leaving, Table, key_names, number, projected, projection_type};
use super::picture::draw;
use crate::state::explanation::{half, plural};
use crate::state::json_text::print_line;
use crate::state::patterns::a_time;

/// So many items of a table are shown.
const ITEMS_MAX: usize = 40;
/// So many attributes beside the key.
const ATTRIBUTES_MAX: usize = 8;
/// So many letters of a value.
const LETTERS_MAX: usize = 60;

/// Writes the document.
pub fn write(design: &Design) -> Carried {
    let mut out = format!("# {}\n", plain(if design.name.is_empty() { "Design" } else { &design.name }));
    if !design.description.is_empty() {
        let _ = write!(out, "\n{}\n", plain(&design.description));
    }
    let mut leaving = Leaving::by("This document");
    out.push_str("\n## Tables\n\n| Table | Primary key | Capacity | Indexes |\n| --- | --- | --- | --- |\n");
    for table in &design.tables {
        let locals = table.create.local_secondary_indexes.iter().flatten().count();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} global, {locals} local |",
            plain(table.name()),
            keys(table, &table.create.key_schema),
            capacity(table),
            table.globals().len()
        );
    }
    write_patterns(design, &mut out);
    write_entities(design, &mut out);
    for table in &design.tables {
        write_table(table, &mut out);
        let shown = table.items.len().min(ITEMS_MAX);
        let rest = table.items.len() - shown;
        leaving.this(
            rest > 0,
            table.name(),
            &format!("items: {rest} of {} beyond the first {shown}", table.items.len()),
        );
    }
    Carried { text: out, left_out: leaving.left_out }
}

/// The access patterns: what is asked, of what, how often, of items how large, what one use may come to, and why it is asked.
fn write_patterns(design: &Design, out: &mut String) {
    if design.model.patterns.is_empty() {
        return;
    }
    out.push_str("\n## Access patterns\n\n| Pattern | Operation | Table or index | Request | Rate | Items of a use | One use may come to | Why |\n");
    out.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for pattern in &design.model.patterns {
        let of = |member: &str| pattern.request[member].as_str().map(code);
        let place = [of("TableName"), of("IndexName")].into_iter().flatten().collect::<Vec<_>>().join(" / ");
        let mut request = pattern.request.clone();
        if let Some(request) = request.as_object_mut() {
            request.retain(|member, _| member != "TableName" && member != "IndexName");
        }
        let _ = writeln!(
            out,
            "| {} | {} | {place} | {} | {} {} | {} of {} bytes{} | {} | {} |",
            plain(&pattern.name),
            pattern.operation,
            code(&print_line(&request)),
            pattern.rate.times,
            a_time(pattern.rate.per),
            pattern.items,
            pattern.item_bytes,
            if pattern.all_pages { ", all pages" } else { "" },
            expected(&pattern.expects),
            plain(&pattern.note)
        );
    }
    for pattern in design.model.patterns.iter().filter(|pattern| !pattern.variables.is_empty()) {
        let variables =
            pattern.variables.iter().map(|(name, template)| format!("{} = {}", code(name), code(template)));
        let variables: Vec<String> = variables.collect();
        let _ = writeln!(out, "\nVariables of {}: {}.", plain(&pattern.name), variables.join(", "));
    }
}

/// What one use may come to: `at most 0.5 units, no scan`.
fn expected(expects: &Expectation) -> String {
    let most = |limit: Option<u64>, word: &str| limit.map(|limit| format!("at most {}", plural(limit, word)));
    let parts = [
        expects.half_units.map(|units| format!("at most {} units", half(units))),
        most(expects.partitions, "partition"),
        expects.latency_ms.map(|ms| format!("at most {ms} ms (modelled)")),
        expects.returned_percent.map(|percent| format!("at least {percent} % of what is looked at returned")),
        expects.no_scan.then(|| "no scan".to_owned()),
        expects.no_hot_key.then(|| "no key above what a partition serves".to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The entities: what kinds of things the tables hold, and how their keys are filled.
fn write_entities(design: &Design, out: &mut String) {
    if design.model.entities.is_empty() {
        return;
    }
    out.push_str(
        "\n## Entities\n\n| Entity | Table | Keys | Attributes | |\n| --- | --- | --- | --- | --- |\n",
    );
    for entity in &design.model.entities {
        let keys = entity.keys.iter().map(|(name, template)| format!("{} = {}", code(name), code(template)));
        let attributes =
            entity.attributes.iter().map(|one| format!("{} ({})", code(&one.name), one.kind.name()));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            plain(&entity.name),
            code(&entity.table),
            keys.collect::<Vec<_>>().join(", "),
            attributes.collect::<Vec<_>>().join(", "),
            plain(&entity.note)
        );
    }
}

/// A text with nothing in it that Markdown or a table's cell would read.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    out
}

/// A text as code within a line of a table.
fn code(text: &str) -> String {
    match text.contains(['`', '|', '\n', '\r']) {
        true => plain(text),
        false => format!("`{text}`"),
    }
}

fn keys(table: &Table, schema: &Option<Vec<engine::api::table::KeySchemaElement>>) -> String {
    let part = |kind: &'static str, word: &'static str| {
        let names = key_names(schema, kind).into_iter();
        names.map(move |name| format!("{} {} ({})", code(name), word, table.type_of(name)))
    };
    let all: Vec<String> = part("HASH", "partition key").chain(part("RANGE", "sort key")).collect();
    all.join(", ")
}

fn capacity(table: &Table) -> String {
    let create = &table.create;
    match create.provisioned_throughput.as_ref().filter(|_| !table.on_demand()) {
        Some(units) => format!(
            "provisioned, {} RCU and {} WCU",
            units.read_capacity_units.unwrap_or_default(),
            units.write_capacity_units.unwrap_or_default()
        ),
        None => "on-demand".to_owned(),
    }
}

fn write_table(table: &Table, out: &mut String) {
    let create = &table.create;
    let _ = write!(out, "\n## {}\n\n| Setting | Value |\n| --- | --- |\n", plain(table.name()));
    let mut row = |name: &str, value: String| {
        let _ = writeln!(out, "| {name} | {value} |");
    };
    row("Primary key", keys(table, &create.key_schema));
    row("Capacity", capacity(table));
    for scaling in &table.scaling {
        let of = scaling.index.as_deref().map(|index| format!(" of {}", code(index))).unwrap_or_default();
        let value = format!(
            "{} to {} units, aiming at {} %",
            scaling.minimum,
            scaling.maximum,
            number(scaling.target)
        );
        row(&format!("Auto scaling of {}s{of}", scaling.word().to_lowercase()), value);
    }
    if let Some(attribute) = &table.time_to_live {
        row("Time to Live", code(attribute));
    }
    if let Some(view) = table.stream() {
        row("Stream", code(view));
    }
    if let Some(days) = table.recovery_days {
        row("Point-in-time recovery", format!("{days} days"));
    }
    if let Some(class) = &create.table_class {
        row("Table class", code(class));
    }
    if create.deletion_protection_enabled == Some(true) {
        row("Deletion protection", "on".to_owned());
    }
    if create.sse_specification.as_ref().is_some_and(|sse| sse.enabled != Some(false)) {
        row("Encryption", "AWS KMS".to_owned());
    }
    for tag in create.tags.iter().flatten() {
        let of = |text: &Option<String>| code(text.as_deref().unwrap_or_default());
        row("Tag", format!("{} = {}", of(&tag.key), of(&tag.value)));
    }
    if create.resource_policy.is_some() {
        row("Resource policy", "yes".to_owned());
    }
    write_indexes(table, out);
    write_picture(table, out);
    write_collections(table, out);
    write_items(table, out);
}

fn write_indexes(table: &Table, out: &mut String) {
    let locals = table.create.local_secondary_indexes.iter().flatten();
    let locals = locals.map(|index| ("local", &index.index_name, &index.key_schema, &index.projection));
    let globals = table.globals().iter();
    let globals = globals.map(|index| ("global", &index.index_name, &index.key_schema, &index.projection));
    let all: Vec<_> = globals.chain(locals).collect();
    let vectors = table.create.vector_indexes.iter().flatten();
    if !all.is_empty() {
        out.push_str("\n### Indexes\n\n| Index | Kind | Key | Projection |\n| --- | --- | --- | --- |\n");
    }
    for (kind, name, schema, projection) in all {
        let names: Vec<String> = projected(projection).iter().map(|name| code(name)).collect();
        let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        let _ = writeln!(
            out,
            "| {} | {kind} | {} | {}{names} |",
            code(name.as_deref().unwrap_or_default()),
            keys(table, schema),
            projection_type(projection)
        );
    }
    for index in vectors {
        let _ = writeln!(
            out,
            "\nVector index {}: {} dimensions, {}.",
            code(index.index_name.as_deref().unwrap_or_default()),
            index.dimensions.unwrap_or_default(),
            index.distance_function.as_deref().unwrap_or_default()
        );
    }
}

/// The table and its indexes as a Mermaid diagram.
fn write_picture(table: &Table, out: &mut String) {
    let label = |title: &str, schema: &Option<Vec<engine::api::table::KeySchemaElement>>| {
        let safe = |text: &str| text.replace(['"', '<', '>', '`', '\n', '\\'], "'");
        let mut label = safe(title);
        for (kind, word) in [("HASH", "PK"), ("RANGE", "SK")] {
            for name in key_names(schema, kind) {
                let _ = write!(label, "<br/>{word} {}", safe(name));
            }
        }
        label
    };
    let _ = write!(
        out,
        "\n```mermaid\nflowchart LR\n  table[\"{}\"]\n",
        label(table.name(), &table.create.key_schema)
    );
    let locals = table.create.local_secondary_indexes.iter().flatten();
    let locals = locals.map(|index| ("LSI", &index.index_name, &index.key_schema));
    let globals = table.globals().iter().map(|index| ("GSI", &index.index_name, &index.key_schema));
    for (at, (kind, name, schema)) in globals.chain(locals).enumerate() {
        let title = format!("{kind} {}", name.as_deref().unwrap_or_default());
        // A local index is updated with the item, a global one behind it.
        let arrow = if kind == "LSI" { "-->" } else { "-.->" };
        let _ = writeln!(out, "  table {arrow} index{at}[\"{}\"]", label(&title, schema));
    }
    if let Some(view) = table.stream() {
        let _ = writeln!(out, "  table ==> stream[\"Stream<br/>{view}\"]");
    }
    out.push_str("```\n");
}

/// The item collections of the table and of its indexes as pictures.
fn write_collections(table: &Table, out: &mut String) {
    let locals = table.create.local_secondary_indexes.iter().flatten();
    let locals = locals.map(|index| (&index.index_name, &index.key_schema));
    let indexes = table.globals().iter().map(|index| (&index.index_name, &index.key_schema)).chain(locals);
    let indexes = indexes.map(|(name, schema)| (name.as_deref().unwrap_or_default(), schema));
    for (at, (name, schema)) in
        std::iter::once((table.name(), &table.create.key_schema)).chain(indexes).enumerate()
    {
        let Some(svg) = draw(table, schema) else { continue };
        if at == 0 {
            out.push_str("\n### Item collections\n");
        }
        let data = BASE64.encode(svg.as_bytes());
        let title = plain(&format!("Item collections of {name}"));
        let _ = write!(out, "\n![{title}](data:image/svg+xml;base64,{data})\n");
    }
}

/// The items, by item collection: the partition key's value stands once.
fn write_items(table: &Table, out: &mut String) {
    if table.items.is_empty() {
        return;
    }
    let hash = key_names(&table.create.key_schema, "HASH").first().copied().unwrap_or_default();
    let range = key_names(&table.create.key_schema, "RANGE").first().copied();
    let mut items: Vec<&Value> = table.items.iter().take(ITEMS_MAX).collect();
    // One collection after the other, in the order in which each begins.
    let mut order: Vec<&Value> = Vec::new();
    for item in &items {
        if !order.contains(&&item[hash]) {
            order.push(&item[hash]);
        }
    }
    let place = |item: &&Value| order.iter().position(|value| **value == item[hash]);
    items.sort_by_key(|item| place(item));
    let mut others: Vec<&String> = Vec::new();
    for name in items.iter().filter_map(|item| item.as_object()).flatten().map(|(name, _)| name) {
        if name != hash && Some(name.as_str()) != range && !others.contains(&name) {
            others.push(name);
        }
    }
    let more = others.len().saturating_sub(ATTRIBUTES_MAX);
    others.truncate(ATTRIBUTES_MAX);
    let heads: Vec<String> = std::iter::once(hash).chain(range).map(plain).collect();
    let _ = write!(out, "\n### Items\n\n| {} |", heads.join(" | "));
    for name in &others {
        let _ = write!(out, " {} |", plain(name));
    }
    out.push_str(if more > 0 { " … |\n|" } else { "\n|" });
    for _ in 0..heads.len() + others.len() + usize::from(more > 0) {
        out.push_str(" --- |");
    }
    out.push('\n');
    let mut before = None;
    for item in items {
        let first = if before == Some(&item[hash]) { String::new() } else { cell(&item[hash]) };
        before = Some(&item[hash]);
        let _ = write!(out, "| {first} |");
        let rest = range.into_iter().chain(others.iter().map(|name| name.as_str()));
        for name in rest {
            let _ = write!(out, " {} |", cell(&item[name]));
        }
        if more > 0 {
            let known = others.iter().filter(|name| !item[name.as_str()].is_null()).count();
            let own = item.as_object().map_or(0, serde_json::Map::len);
            let hidden = own.saturating_sub(known + heads.len());
            let _ = write!(out, " {} |", if hidden > 0 { format!("{hidden} more") } else { String::new() });
        }
        out.push('\n');
    }
}

/// A value of DynamoDB JSON, in short.
fn cell(value: &Value) -> String {
    let Some((kind, inner)) = value.as_object().and_then(|value| value.iter().next()) else {
        return String::new();
    };
    let text = match (kind.as_str(), inner) {
        ("S" | "N" | "B", Value::String(text)) => text.clone(),
        _ => print_line(inner),
    };
    match text.chars().count() > LETTERS_MAX {
        true => plain(&(text.chars().take(LETTERS_MAX).collect::<String>() + "…")),
        false => plain(&text),
    }
}
