//! Items as CSV, [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180): a header of attribute names, an item a line.
//!
//! Owns what a cell means. A cell is a string, a number or a boolean as its column's type says; an empty one is no attribute. What
//! CSV has no form for (sets, lists, maps, binary, null, the empty string) stands in its cell in DynamoDB JSON, `{"SS":["a"]}`, and a
//! cell that is DynamoDB JSON is taken as such in any column. The types of the columns are guessed by all of their cells, and may be
//! chosen otherwise before anything is written.

use std::collections::BTreeSet;

use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use engine::model::Number;
use serde_json::{Value, json};

use super::ShareError;
use super::import::{FILE_BYTES_MAX, Record, is_typed, plain_value};

/// The most columns.
const COLUMNS_MAX: usize = 2_000;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellType {
    /// Strings.
    S,
    /// Numbers.
    N,
    /// `true` and `false`.
    Bool,
    /// Binary, as base64.
    B,
    /// Plain JSON.
    Json,
    /// DynamoDB JSON.
    Typed,
    /// Nothing: the column is left out.
    Skip,
}

impl CellType {
    /// All of them.
    pub const ALL: [CellType; 7] = [
        CellType::S,
        CellType::N,
        CellType::Bool,
        CellType::B,
        CellType::Json,
        CellType::Typed,
        CellType::Skip,
    ];

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            CellType::S => "String (S)",
            CellType::N => "Number (N)",
            CellType::Bool => "Boolean (BOOL)",
            CellType::B => "Binary (B), base64",
            CellType::Json => "JSON",
            CellType::Typed => "DynamoDB JSON",
            CellType::Skip => "leave out",
        }
    }

    /// Of a key attribute's type.
    fn of_key(attribute_type: &str) -> CellType {
        match attribute_type {
            "N" => CellType::N,
            "B" => CellType::B,
            _ => CellType::S,
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The attribute's name.
    pub name: String,
    /// What its cells are.
    pub cells: CellType,
    /// Whether it is of the table's key, whose type is given.
    pub key: bool,
    /// How many cells are not empty.
    pub filled: usize,
    /// The first of them.
    pub sample: String,
}

/// A file that was read, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The columns.
    pub columns: Vec<Column>,
    rows: Vec<(usize, Result<StringRecord, String>)>,
}

/// What a column's cells can be, as far as they were seen.
#[derive(Clone, Copy)]
struct Guess {
    number: bool,
    boolean: bool,
    json: bool,
    bare: usize,
}

/// Reads a file as the page lets it, a stretch at a time.
pub struct Reading<'a> {
    reader: csv::Reader<&'a [u8]>,
    sheet: Sheet,
    guesses: Vec<Guess>,
    bytes: u64,
}

/// The separator: what stands most often in the first line outside of quotes.
fn separator(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(one, _)| *one == byte).for_each(|(_, count)| *count += 1),
        }
    }
    // The first of those that stand equally often.
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(one, _)| *one)
}

impl<'a> Reading<'a> {
    /// Begins with the header. `keys` are the table's key attributes, each with its type.
    pub fn begin(text: &'a str, keys: &[(String, String)]) -> Result<Reading<'a>, ShareError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(ShareError::TooLarge { limit_bytes: FILE_BYTES_MAX });
        }
        let malformed = |reason: String| ShareError::Malformed(reason);
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut builder = ReaderBuilder::new();
        builder.delimiter(separator(text)).flexible(true).has_headers(true);
        let mut reader = builder.from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| malformed(error.to_string()))?.clone();
        if header.is_empty() {
            return Err(malformed("the file is empty".to_owned()));
        }
        if header.len() > COLUMNS_MAX {
            return Err(malformed(format!("it has more than {COLUMNS_MAX} columns")));
        }
        let mut seen = BTreeSet::new();
        for (name, number) in header.iter().zip(1..) {
            if name.is_empty() {
                return Err(malformed(format!("column {number} of the first line has no name")));
            }
            if !seen.insert(name) {
                return Err(malformed(format!("two columns are called {name}")));
            }
        }
        if let Some((missing, _)) = keys.iter().find(|(name, _)| !seen.contains(name.as_str())) {
            return Err(malformed(format!("no column is called {missing}, which is of the table's key")));
        }
        let column = |name: &str| {
            let key = keys.iter().find(|(key, _)| key == name);
            let cells = key.map_or(CellType::S, |(_, kind)| CellType::of_key(kind));
            Column { name: name.to_owned(), cells, key: key.is_some(), filled: 0, sample: String::new() }
        };
        let columns: Vec<Column> = header.iter().map(column).collect();
        let guesses = vec![Guess { number: true, boolean: true, json: true, bare: 0 }; columns.len()];
        let sheet = Sheet { columns, rows: Vec::new() };
        Ok(Reading { reader, sheet, guesses, bytes: text.len() as u64 })
    }

    /// Reads so many rows; false behind the last.
    pub fn read(&mut self, rows: usize) -> bool {
        for _ in 0..rows {
            let mut row = StringRecord::new();
            match self.reader.read_record(&mut row) {
                Ok(false) => return false,
                Ok(true) => {
                    let line = row.position().map_or(0, |position| position.line() as usize);
                    let whole = row.len() == self.sheet.columns.len();
                    if whole {
                        self.look(&row);
                    }
                    let (cells, columns) = (row.len(), self.sheet.columns.len());
                    let row = if whole { Ok(row) } else { Err(wrong_width(cells, columns)) };
                    self.sheet.rows.push((line, row));
                }
                // Text that is UTF-8 as a whole is so in every cell.
                Err(error) => self.sheet.rows.push((0, Err(error.to_string()))),
            }
        }
        true
    }

    fn look(&mut self, row: &StringRecord) {
        let columns = self.sheet.columns.iter_mut().zip(&mut self.guesses);
        for ((column, guess), cell) in columns.zip(row.iter()) {
            if cell.is_empty() {
                continue;
            }
            column.filled += 1;
            if column.filled == 1 {
                column.sample = cell.chars().take(80).collect();
            }
            // A cell in DynamoDB JSON says itself what it is.
            if typed(cell).is_some() {
                continue;
            }
            guess.bare += 1;
            guess.number = guess.number && is_number(cell);
            guess.boolean = guess.boolean && boolean(cell).is_some();
            guess.json = guess.json && is_json(cell);
        }
    }

    /// How many bytes are read, of how many.
    pub fn progress(&self) -> (u64, u64) {
        (self.reader.position().byte(), self.bytes)
    }

    /// The file, with each column's type as it was guessed.
    pub fn end(mut self) -> Sheet {
        for (column, guess) in self.sheet.columns.iter_mut().zip(self.guesses) {
            if column.key {
                continue;
            }
            column.cells = match guess {
                _ if column.filled == 0 => CellType::S,
                Guess { bare: 0, .. } => CellType::Typed,
                Guess { boolean: true, .. } => CellType::Bool,
                Guess { number: true, .. } => CellType::N,
                Guess { json: true, .. } => CellType::Json,
                _ => CellType::S,
            };
        }
        self.sheet
    }
}

fn wrong_width(cells: usize, columns: usize) -> String {
    let cells = if cells == 1 { "1 cell".to_owned() } else { format!("{cells} cells") };
    format!("it has {cells}, and the first line has {columns}")
}

/// The AttributeValue of a cell in DynamoDB JSON.
fn typed(cell: &str) -> Option<Value> {
    if !cell.starts_with('{') {
        return None;
    }
    serde_json::from_str(cell).ok().filter(is_typed)
}

fn boolean(cell: &str) -> Option<bool> {
    if cell.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    cell.eq_ignore_ascii_case("false").then_some(false)
}

/// Whether a cell is meant as a number: one with a leading zero, `007`, is a code.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let code = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    !code && !cell.starts_with('+') && Number::parse(cell).is_ok()
}

fn is_json(cell: &str) -> bool {
    cell.starts_with(['{', '[']) && plain_value(cell).is_ok()
}

impl Sheet {
    /// How many rows there are below the header.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The record of a row, from 0.
    pub fn record(&self, at: usize) -> Option<Record> {
        let (line, row) = self.rows.get(at)?;
        let item = row.as_ref().map_err(Clone::clone).and_then(|row| self.item(row));
        Some(Record { number: at + 1, line: *line, item })
    }

    fn item(&self, row: &StringRecord) -> Result<Value, String> {
        let mut item = serde_json::Map::new();
        for (column, cell) in self.columns.iter().zip(row.iter()) {
            if cell.is_empty() || column.cells == CellType::Skip {
                continue;
            }
            let value =
                value_of(column.cells, cell).map_err(|reason| format!("{}: {reason}", column.name))?;
            item.insert(column.name.clone(), value);
        }
        Ok(Value::Object(item))
    }
}

/// The AttributeValue of a cell that is not empty.
fn value_of(cells: CellType, cell: &str) -> Result<Value, String> {
    if let Some(value) = typed(cell) {
        return Ok(value);
    }
    let shown = || cell.chars().take(40).collect::<String>();
    Ok(match cells {
        CellType::S | CellType::Skip => json!({ "S": cell }),
        CellType::N if Number::parse(cell).is_ok() => json!({ "N": cell }),
        CellType::N => return Err(format!("“{}” is not a number", shown())),
        CellType::Bool => match boolean(cell) {
            Some(value) => json!({ "BOOL": value }),
            None => return Err(format!("“{}” is neither true nor false", shown())),
        },
        CellType::B => json!({ "B": cell }),
        CellType::Json => plain_value(cell).map_err(|reason| format!("it is not JSON: {reason}"))?,
        CellType::Typed => return Err(format!("“{}” is not DynamoDB JSON", shown())),
    })
}

/// A cell's text for an AttributeValue.
fn cell_of(value: &Value) -> String {
    let bare = value.as_object().and_then(|map| map.iter().next()).and_then(|(kind, inner)| {
        match (kind.as_str(), inner) {
            ("S", Value::String(text)) if !text.is_empty() && typed(text).is_none() => Some(text.clone()),
            ("N", Value::String(digits)) => Some(digits.clone()),
            ("BOOL", Value::Bool(value)) => Some(value.to_string()),
            _ => None,
        }
    });
    bare.unwrap_or_else(|| value.to_string())
}

/// A line of cells.
fn line(cells: impl Iterator<Item = String>) -> String {
    let mut builder = WriterBuilder::new();
    builder.terminator(Terminator::Any(b'\n')).flexible(true);
    let mut writer = builder.from_writer(Vec::new());
    // Writing into memory cannot fail.
    let written = writer.write_record(cells).ok().and_then(|()| writer.into_inner().ok());
    String::from_utf8(written.unwrap_or_default()).unwrap_or_default()
}

/// The header of these columns.
pub fn header(columns: &[String]) -> String {
    line(columns.iter().cloned())
}

/// An item's line; none where it has an attribute that is no column.
pub fn item_line(columns: &[String], item: &Value) -> Option<String> {
    let attributes = item.as_object()?;
    let known = attributes.keys().filter(|name| columns.contains(name)).count();
    if known != attributes.len() {
        return None;
    }
    let cells = columns.iter().map(|name| attributes.get(name).map(cell_of).unwrap_or_default());
    Some(line(cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str, keys: &[(&str, &str)]) -> Sheet {
        let keys: Vec<_> = keys.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned())).collect();
        let mut reading = Reading::begin(text, &keys).expect("a sheet");
        while reading.read(2) {}
        reading.end()
    }

    fn items(sheet: &Sheet) -> Vec<Result<Value, String>> {
        (0..sheet.len()).map(|at| sheet.record(at).expect("a row").item).collect()
    }

    #[test]
    fn types_are_guessed_by_every_cell_and_an_empty_cell_is_no_attribute() {
        let text = "id,n,ok,zip,tags,doc,note\n1,1.50,true,007,\"{\"\"SS\"\":[\"\"a\"\"]}\",\"[1,{\"\"k\"\":null}]\",x\n\
                    2,-3e2,FALSE,10115,,{},\n";
        let sheet = sheet(text, &[("id", "S")]);
        let kinds: Vec<_> = sheet.columns.iter().map(|column| column.cells).collect();
        use CellType::{Bool, Json, N, S, Typed};
        assert_eq!(kinds, [S, N, Bool, S, Typed, Json, S]);
        assert_eq!(
            items(&sheet),
            [
                Ok(json!({
                    "id": { "S": "1" }, "n": { "N": "1.50" }, "ok": { "BOOL": true }, "zip": { "S": "007" },
                    "tags": { "SS": ["a"] }, "doc": { "L": [{ "N": "1" }, { "M": { "k": { "NULL": true } } }] }, "note": { "S": "x" },
                })),
                Ok(json!({
                    "id": { "S": "2" }, "n": { "N": "-3e2" }, "ok": { "BOOL": false }, "zip": { "S": "10115" }, "doc": { "M": {} },
                })),
            ]
        );
    }

    #[test]
    fn a_chosen_type_is_held_to_and_what_does_not_fit_is_refused_by_line() {
        let mut sheet = sheet("id;n\n\"a\n b\";1\nc;two\nd;3;4\n", &[("id", "S")]);
        assert_eq!(sheet.columns[1].cells, CellType::S, "one of its cells is no number");
        sheet.columns[1].cells = CellType::N;
        let records: Vec<Record> = (0..3).map(|at| sheet.record(at).expect("a row")).collect();
        assert_eq!(records[0].item, Ok(json!({ "id": { "S": "a\n b" }, "n": { "N": "1" } })));
        assert_eq!(records[1].item, Err("n: “two” is not a number".to_owned()));
        assert_eq!(records[2].item, Err("it has 3 cells, and the first line has 2".to_owned()));
        assert_eq!(records.iter().map(|record| record.line).collect::<Vec<_>>(), [2, 4, 5]);
        sheet.columns[1].cells = CellType::Skip;
        assert_eq!(sheet.record(1).expect("a row").item, Ok(json!({ "id": { "S": "c" } })));
    }

    #[test]
    fn a_file_without_the_key_or_with_a_name_twice_is_refused_as_a_whole() {
        let key = [("id".to_owned(), "N".to_owned())];
        for text in ["", "n\n1\n", "id,id\n1,2\n", "id,\n1,2\n"] {
            assert!(matches!(Reading::begin(text, &key), Err(ShareError::Malformed(_))), "{text}");
        }
        let only = sheet("\u{feff}id\n5\n", &[("id", "N")]);
        assert_eq!(items(&only), [Ok(json!({ "id": { "N": "5" } }))]);
    }

    #[test]
    fn what_goes_out_comes_back() {
        let all = [
            json!({ "id": { "S": "a, \"b\"\nc" }, "n": { "N": "12345678901234567890.5" }, "x": { "S": "" } }),
            json!({ "id": { "S": "2" }, "n": { "NULL": true }, "x": { "S": "{\"S\":\"no\"}" }, "t": { "BS": ["AA=="] } }),
            json!({ "id": { "S": "3" }, "n": { "N": "2" }, "m": { "M": { "k": { "L": [] } } } }),
        ];
        let columns = ["id", "m", "n", "t", "x"].map(str::to_owned);
        let mut text = header(&columns);
        for item in &all {
            text.push_str(&item_line(&columns, item).expect("all are columns"));
        }
        let sheet = sheet(&text, &[("id", "S")]);
        assert_eq!(sheet.columns[2].cells, CellType::N, "{text}");
        assert_eq!(items(&sheet), all.map(Ok));
        assert_eq!(item_line(&columns, &json!({ "other": { "S": "1" } })), None);
    }
}
