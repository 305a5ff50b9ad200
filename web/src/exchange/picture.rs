//! Pictures of a design: a table's item collections, and an index's, as the nested table of single-table design, drawn as SVG.
//!
//! Owns the drawing. It knows no fonts' widths: a text is cut by its letters. The picture has its own background, so that it can be read
//! in a document of either theme.

use std::collections::BTreeMap;
use std::fmt::Write;

use engine::api::table::KeySchemaElement;
use serde_json::Value;

use super::design::{Table, key_names};
use crate::state::attribute::to_text;
use crate::state::collections::{Collection, ItemRow, collections};
use crate::state::entities::label::Labels;
use crate::state::tables::{KeyPart, Keys};

/// So many collections are drawn…
const COLLECTIONS_MAX: usize = 6;
/// …with so many items each…
const ROWS_MAX: usize = 5;
/// …and so many attributes of each.
const ATTRIBUTES_MAX: usize = 4;
/// A line's height, in pixels.
const ROW: usize = 40;
/// The header's.
const HEAD: usize = 30;
/// The width of a key's column.
const KEY: usize = 190;
/// The width of an attribute.
const CELL: usize = 150;
/// So many letters of a key are drawn.
const KEY_LETTERS: usize = 24;
/// So many letters of an attribute.
const CELL_LETTERS: usize = 20;

/// The picture of a table's items by these keys; none where no item has them.
pub fn draw(table: &Table, schema: &Option<Vec<KeySchemaElement>>) -> Option<String> {
    let part = |kind: &str| {
        let names = key_names(schema, kind).into_iter();
        names
            .map(|name| KeyPart { name: name.to_owned(), attribute_type: table.type_of(name).to_owned() })
            .collect()
    };
    let keys = Keys { hash: part("HASH"), range: part("RANGE") };
    let has_keys = |item: &&Value| keys.all().all(|key| item.get(&key.name).is_some());
    let mut items: Vec<Value> = table.items.iter().filter(has_keys).cloned().collect();
    // One collection after the other, in the order in which each begins.
    let hash = |item: &Value| keys.hash.iter().map(|key| item[&key.name].to_string()).collect::<String>();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        first.entry(hash(item)).or_insert(at);
    }
    items.sort_by_cached_key(|item| {
        let sort = keys.range.iter().map(|key| sortable(&item[&key.name])).collect::<Vec<_>>();
        (first.get(&hash(item)).copied(), sort)
    });
    let all = collections(&items, &keys, &Labels::default());
    (!all.is_empty()).then(|| svg(&all, &keys))
}

/// A sort key's value in DynamoDB's order, as far as a picture needs it: numbers by their size.
fn sortable(value: &Value) -> (i64, String) {
    let text = to_text(value).1;
    let number = value["N"].as_str().and_then(|number| number.parse::<f64>().ok());
    (number.map_or(0, |number| (number * 1000.0) as i64), text)
}

fn svg(all: &[Collection], keys: &Keys) -> String {
    let shown = &all[..all.len().min(COLLECTIONS_MAX)];
    let has_range = !keys.range.is_empty();
    let left = if has_range { 2 * KEY } else { KEY };
    let most = shown.iter().flat_map(|one| &one.rows).map(|row| row.attributes.len()).max().unwrap_or(0);
    let width = left + CELL * most.min(ATTRIBUTES_MAX) + if most > ATTRIBUTES_MAX { 70 } else { 0 };
    let width = width.max(left + CELL);
    let lines = |one: &Collection| one.rows.len().min(ROWS_MAX) + usize::from(one.rows.len() > ROWS_MAX);
    let rest = all.len() - shown.len();
    let height = HEAD + ROW * (shown.iter().map(lines).sum::<usize>() + usize::from(rest > 0));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"12\"><rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\
         <rect width=\"{width}\" height=\"{HEAD}\" fill=\"#eef1f6\"/>"
    );
    let names =
        |parts: &[KeyPart]| parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(", ");
    words(&mut out, 10, 20, "#1f2937", true, &cut(&names(&keys.hash), KEY_LETTERS));
    if has_range {
        words(&mut out, KEY + 10, 20, "#1f2937", true, &cut(&names(&keys.range), KEY_LETTERS));
    }
    words(&mut out, left + 10, 20, "#4b5563", false, "Attributes");
    let mut y = HEAD;
    for one in shown {
        let tall = ROW * lines(one);
        line(&mut out, 0, y, width, y);
        words(&mut out, 10, y + 24, "#1d4ed8", true, &cut(&one.key, KEY_LETTERS));
        for row in one.rows.iter().take(ROWS_MAX) {
            line(&mut out, KEY, y, width, y);
            item(&mut out, row, y, left, has_range);
            y += ROW;
        }
        if one.rows.len() > ROWS_MAX {
            line(&mut out, KEY, y, width, y);
            let more = format!("and {} more items", one.rows.len() - ROWS_MAX);
            words(&mut out, KEY + 10, y + 24, "#4b5563", false, &more);
            y += ROW;
        }
        line(&mut out, KEY, y - tall, KEY, y);
    }
    if rest > 0 {
        line(&mut out, 0, y, width, y);
        words(&mut out, 10, y + 24, "#4b5563", false, &format!("and {rest} more item collections"));
    }
    let _ = write!(
        out,
        "<rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#9aa4b2\"/></svg>",
        width - 1,
        height - 1
    );
    out
}

fn item(out: &mut String, row: &ItemRow, y: usize, left: usize, has_range: bool) {
    if has_range {
        words(out, KEY + 10, y + 24, "#6d28d9", false, &cut(&row.sort, KEY_LETTERS));
        line(out, left, y, left, y + ROW);
    }
    for (at, (name, value)) in row.attributes.iter().take(ATTRIBUTES_MAX).enumerate() {
        let x = left + 10 + at * CELL;
        words(out, x, y + 16, "#4b5563", true, &cut(name, CELL_LETTERS));
        words(out, x, y + 32, "#111827", false, &cut(value, CELL_LETTERS));
    }
    if row.attributes.len() > ATTRIBUTES_MAX {
        let more = format!("+{}", row.attributes.len() - ATTRIBUTES_MAX);
        words(out, left + 10 + ATTRIBUTES_MAX * CELL, y + 24, "#4b5563", false, &more);
    }
}

fn line(out: &mut String, x: usize, y: usize, to_x: usize, to_y: usize) {
    let _ = write!(out, "<path d=\"M{x} {y}L{to_x} {to_y}\" stroke=\"#cbd2dc\"/>");
}

fn words(out: &mut String, x: usize, y: usize, fill: &str, bold: bool, text: &str) {
    let weight = if bold { " font-weight=\"600\"" } else { "" };
    let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" fill=\"{fill}\"{weight}>{}</text>", escaped(text));
}

fn cut(text: &str, letters: usize) -> String {
    match text.chars().count() > letters {
        true => text.chars().take(letters - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// A text with nothing in it that XML would read, or could not hold.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(items: Value) -> Table {
        let request = json!({ "TableName": "App", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "PK", "AttributeType": "S" }, { "AttributeName": "SK", "AttributeType": "N" }],
            "KeySchema": [{ "AttributeName": "PK", "KeyType": "HASH" }, { "AttributeName": "SK", "KeyType": "RANGE" }] });
        let mut table = Table::read(&request, &mut Vec::new()).expect("a table");
        table.items = items.as_array().cloned().unwrap_or_default();
        table
    }

    #[test]
    fn collections_are_drawn_in_the_order_of_their_sort_keys_and_what_is_too_much_is_counted() {
        let item = |pk: &str, sk: usize| json!({ "PK": { "S": pk }, "SK": { "N": sk.to_string() }, "a": { "S": "</text><script>" } });
        let mut items: Vec<Value> = [10, 9, 8, 7, 6, 5, 4].map(|sk| item("USER#1", sk)).to_vec();
        items.extend((0..8).map(|at| item(&format!("ORDER#{at}"), 1)));
        items.push(json!({ "other": { "S": "x" } }));
        let table = table(Value::Array(items));
        let picture = draw(&table, &table.create.key_schema).expect("a picture");
        assert!(picture.starts_with("<svg xmlns=") && picture.ends_with("</svg>"));
        assert!(!picture.contains("<script>"), "{picture}");
        assert_eq!(picture.matches("<text ").count(), picture.matches("</text>").count());
        let place = |text: &str| picture.find(text).unwrap_or_else(|| panic!("{text} in {picture}"));
        assert!(place(">4<") < place(">5<") && place(">5<") < place(">8<"));
        assert!(!picture.contains(">10<"), "the sixth and seventh are counted");
        place("and 2 more items");
        place("and 3 more item collections");
    }

    #[test]
    fn what_no_item_has_is_no_picture() {
        let table = table(json!([{ "PK": { "S": "only" } }]));
        assert_eq!(draw(&table, &table.create.key_schema), None);
    }
}
