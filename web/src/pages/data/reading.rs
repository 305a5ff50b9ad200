//! Reading what was chosen, in short stretches that leave the page usable, up to a plan of how to write it.
//!
//! Owns the join of several files into one list of records, each with its place. What the files are is `share::batch`'s, what is in
//! them `share::import`'s and `share::csv`'s.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use web_sys::File;

use super::file;
use super::report::{Lines, Place};
use crate::share::batch::{self, FILES_MAX, Kind};
use crate::share::csv::{Reading, Sheet};
use crate::share::import::{FILE_BYTES_MAX, ImportPlan, Record, plan, records};
use crate::state::explanation::plural;
use crate::state::tables::TableDescription;

/// Milliseconds that the reading may hold the page.
const STRETCH_MS: f64 = 10.0;

/// Files that were read, waiting for the reader's word.
pub struct Read {
    /// What they are called together.
    pub name: String,
    /// The files of records, by the number that a record's place names.
    pub files: Vec<String>,
    /// The table that they go into.
    pub table: Rc<TableDescription>,
    /// Their size, unpacked.
    pub bytes: u64,
    /// How many records there are.
    pub records: usize,
    /// How many items are to be put.
    pub items: usize,
    /// How many are replaced by a later one.
    pub replaced: usize,
    /// The records that are no items, and why.
    pub unreadable: Vec<(usize, String)>,
    /// Where each record stands.
    pub lines: Lines,
    /// What is to be known of files that are not imported.
    pub notes: Vec<String>,
    /// The files of an export that hold nothing to import.
    pub left_out: Vec<String>,
    /// The CSV file that the items are of, where they are of one.
    pub sheet: Option<Rc<Columns>>,
    /// What is to be written; taken by the writing.
    pub plan: RefCell<Option<ImportPlan>>,
}

/// A CSV file whose types can be chosen.
pub struct Columns {
    /// Its name.
    pub name: String,
    /// The table that it goes into.
    pub table: Rc<TableDescription>,
    /// Its size.
    pub bytes: u64,
    /// What is in it.
    pub sheet: Sheet,
    /// What is to be known of files that are not imported.
    pub notes: Vec<String>,
}

/// What was read.
pub enum Chosen {
    /// Records.
    Read(Read),
    /// A CSV file, of which records are made by its types.
    Columns(Columns),
}

/// The time, in milliseconds.
pub fn now_ms() -> f64 {
    gloo::utils::window().performance().map_or(0.0, |performance| performance.now())
}

fn keys(table: &TableDescription) -> Vec<(String, String)> {
    table.keys.all().map(|key| (key.name.clone(), key.attribute_type.clone())).collect()
}

/// Repeats a step that reads a little until it says that it is done, giving the page back every few milliseconds.
async fn in_stretches(mut step: impl FnMut() -> bool, progress: impl Fn()) {
    loop {
        let began = now_ms();
        while now_ms() - began < STRETCH_MS {
            if !step() {
                return;
            }
        }
        progress();
        TimeoutFuture::new(0).await;
    }
}

/// What files that were chosen together are called.
fn called(files: &[File]) -> String {
    match files {
        [one] => one.name(),
        several => plural(several.len() as u64, "file"),
    }
}

/// Reads files. The error is of all of them together; what is wrong with one of several is a note, and what is wrong with a record its
/// own.
pub async fn read(
    mut files: Vec<File>,
    table: &Rc<TableDescription>,
    progress: impl Fn(&str, usize, usize),
) -> Result<Chosen, String> {
    if files.len() > FILES_MAX {
        return Err(format!("More than {FILES_MAX} files cannot be imported at once."));
    }
    files.sort_by_key(File::name);
    let name = called(&files);
    let kinds: Vec<Kind> = files.iter().map(|file| batch::kind(&file.name())).collect();
    let data: Vec<String> = files
        .iter()
        .zip(&kinds)
        .filter(|(_, kind)| matches!(kind, Kind::Json | Kind::Csv | Kind::Ion))
        .map(|(file, _)| file.name())
        .collect();
    if kinds.contains(&Kind::Csv) && data.len() > 1 {
        let names: Vec<&str> = data.iter().map(String::as_str).collect();
        return Err(format!(
            "A CSV file is imported by itself, since its columns have types of their own. Choose one of these: {}.",
            batch::shortened(&names)
        ));
    }
    let mut read = Joined::default();
    for (file, kind) in files.iter().zip(kinds) {
        let name = file.name();
        let done = match kind {
            Kind::Companion => {
                read.left_out.push(name.clone());
                Ok(())
            }
            Kind::Ion => Err("Amazon Ion is not read. Export the table as DynamoDB JSON.".to_owned()),
            Kind::Manifest => read.manifest(file).await,
            Kind::Csv => match sheet(file, table, &progress).await {
                Ok(mut columns) => {
                    columns.notes = read.notes(None);
                    return Ok(Chosen::Columns(columns));
                }
                Err(reason) => Err(reason),
            },
            Kind::Json => read.items(file, &progress).await,
        };
        if let Err(reason) = done {
            if data.len() < 2 && kind != Kind::Manifest {
                return Err(reason);
            }
            read.notes.push(format!("{name} is not imported. {reason}"));
        }
    }
    if read.files.is_empty() {
        let reason = read.notes.pop().unwrap_or_else(|| {
            "These files belong to an export to S3, and its items are not among them: choose the files of its folder data too."
                .to_owned()
        });
        return Err(reason);
    }
    let notes = read.notes(Some(&read.counts));
    let planned = planned(name, read.files, read.bytes, read.records, read.lines, notes, table.clone(), None);
    Ok(Chosen::Read(Read { left_out: read.left_out, ..planned }))
}

/// Makes the records of a CSV file, by the types of its columns.
pub async fn read_columns(columns: Rc<Columns>, progress: impl Fn(&str, usize, usize)) -> Read {
    let mut records: Vec<Record> = Vec::with_capacity(columns.sheet.len());
    let total = columns.sheet.len();
    let seen = std::cell::Cell::new(0);
    in_stretches(
        || {
            let next = columns.sheet.record(records.len());
            let more = next.is_some();
            records.extend(next);
            seen.set(records.len());
            more
        },
        || progress(&columns.name, seen.get(), total),
    )
    .await;
    let place =
        |record: &Record| (record.number, Place { file: 0, record: record.number, line: record.line });
    let lines = records.iter().map(place).collect();
    let files = vec![columns.name.clone()];
    let (name, table, notes) = (columns.name.clone(), columns.table.clone(), columns.notes.clone());
    planned(name, files, columns.bytes, records, lines, notes, table, Some(columns))
}

#[allow(clippy::too_many_arguments)]
fn planned(
    name: String,
    files: Vec<String>,
    bytes: u64,
    records: Vec<Record>,
    lines: Lines,
    notes: Vec<String>,
    table: Rc<TableDescription>,
    sheet: Option<Rc<Columns>>,
) -> Read {
    let total = records.len();
    let plan = plan(records, &keys(&table));
    Read {
        name,
        files,
        bytes,
        records: total,
        items: plan.items,
        replaced: plan.replaced.len(),
        unreadable: plan.rejected.clone(),
        lines,
        notes,
        left_out: Vec::new(),
        sheet,
        table,
        plan: RefCell::new(Some(plan)),
    }
}

async fn sheet(
    file: &File,
    table: &Rc<TableDescription>,
    progress: &impl Fn(&str, usize, usize),
) -> Result<Columns, String> {
    let name = file.name();
    let text = file::text_of(file, FILE_BYTES_MAX).await?;
    let reading = Reading::begin(&text, &keys(table)).map_err(|error| error.to_string())?;
    let reading = RefCell::new(reading);
    in_stretches(
        || reading.borrow_mut().read(20),
        || {
            let (done, total) = reading.borrow().progress();
            progress(&name, done as usize, total as usize);
        },
    )
    .await;
    let sheet = reading.into_inner().end();
    if sheet.is_empty() {
        return Err("It has a line of names and nothing below.".to_owned());
    }
    let bytes = text.len() as u64;
    Ok(Columns { name, table: table.clone(), bytes, sheet, notes: Vec::new() })
}

/// Files joined.
#[derive(Default)]
struct Joined {
    files: Vec<String>,
    records: Vec<Record>,
    lines: Lines,
    bytes: u64,
    counts: Vec<(String, usize)>,
    manifest: Option<Vec<batch::Listed>>,
    left_out: Vec<String>,
    notes: Vec<String>,
}

impl Joined {
    fn room(&self) -> usize {
        FILE_BYTES_MAX - self.bytes.min(FILE_BYTES_MAX as u64) as usize
    }

    async fn manifest(&mut self, file: &File) -> Result<(), String> {
        let text = file::text_of(file, self.room()).await?;
        self.manifest.get_or_insert_default().extend(batch::manifest(&text)?);
        Ok(())
    }

    async fn items(&mut self, file: &File, progress: &impl Fn(&str, usize, usize)) -> Result<(), String> {
        let name = file.name();
        let text = file::text_of(file, self.room()).await?;
        let mut reading = records(&text).map_err(|error| error.to_string())?;
        let total = reading.len();
        let (before, at) = (self.records.len(), self.files.len());
        let seen = std::cell::Cell::new(0);
        in_stretches(
            || {
                // Looking at the clock costs more than a record.
                let mut more = false;
                for record in reading.by_ref().take(20) {
                    let number = self.records.len() + 1;
                    let place = Place { file: at, record: record.number, line: record.line };
                    self.lines.insert(number, place);
                    self.records.push(Record { number, ..record });
                    more = true;
                }
                seen.set(self.records.len() - before);
                more
            },
            || progress(&name, seen.get(), total),
        )
        .await;
        self.bytes += text.len() as u64;
        self.counts.push((name.clone(), self.records.len() - before));
        self.files.push(name);
        Ok(())
    }

    /// What is to be known of files beside those that are imported; `read` is what each had.
    fn notes(&self, read: Option<&[(String, usize)]>) -> Vec<String> {
        let mut notes = self.notes.clone();
        if let (Some(listed), Some(read)) = (&self.manifest, read) {
            notes.extend(batch::differences(listed, read));
        }
        notes
    }
}
