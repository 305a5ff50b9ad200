//! What became of an imported file, in words and as a file.
//!
//! Counts and wording only; the work is `client::transfer`'s, the reading `share::import`'s.

use std::collections::BTreeMap;

use super::reading::Read;
use crate::client::transfer::ImportReport;
use crate::state::explanation::{count, plural};
use crate::state::lesson::show;

/// So many rejected records are shown; the file has all.
pub const SHOWN: usize = 100;

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of its file among those that were read together, from 0.
    pub file: usize,
    /// Its number there, from 1.
    pub record: usize,
    /// The line that it begins on, from 1.
    pub line: usize,
}

/// Where records stand, by their numbers among all that were read together.
pub type Lines = BTreeMap<usize, Place>;

/// A record that was refused, at its place.
pub fn placed(files: &[String], lines: &Lines, number: usize, reason: String) -> Rejected {
    let place = lines.get(&number).copied().unwrap_or(Place { file: 0, record: number, line: number });
    let file = files.get(place.file).cloned().unwrap_or_default();
    Rejected { file, number: place.record, line: place.line, reason }
}

/// A record that was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Its file.
    pub file: String,
    /// Its number in the file.
    pub number: usize,
    /// The line that it begins on.
    pub line: usize,
    /// Why.
    pub reason: String,
}

/// A report, ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The table.
    pub table: String,
    /// The file, or how many there were.
    pub file: String,
    /// Whether there were several files.
    pub several: bool,
    /// Items put.
    pub put: usize,
    /// Records that replaced an earlier one of the same key within the file.
    pub replaced_in_file: usize,
    /// Items that replaced one which the table had.
    pub replaced_in_table: usize,
    /// Records that were not written.
    pub rejected: Vec<Rejected>,
    /// Why it ended early.
    pub ended: Option<String>,
    /// Milliseconds that it took.
    pub took_ms: u64,
}

impl Report {
    /// Joins what the import found with the file's lines.
    pub fn new(read: &Read, found: ImportReport, took_ms: u64) -> Report {
        Report::of(&read.table.name, &read.name, &read.files, found, &read.lines, took_ms)
    }

    fn of(
        table: &str,
        file: &str,
        files: &[String],
        found: ImportReport,
        lines: &Lines,
        took_ms: u64,
    ) -> Report {
        let rejected =
            found.rejected.into_iter().map(|(number, reason)| placed(files, lines, number, reason));
        let ended = match (&found.stopped, found.cancelled) {
            (Some(error), _) => {
                let shown = show(error);
                Some(format!(
                    "It stopped before its end; what was put stays. {}: {}",
                    shown.name, shown.message
                ))
            }
            (None, true) => Some("It was cancelled; what was put stays.".to_owned()),
            (None, false) => None,
        };
        Report {
            table: table.to_owned(),
            file: file.to_owned(),
            several: files.len() > 1,
            put: found.written,
            replaced_in_file: found.replaced.len(),
            replaced_in_table: found.overwritten,
            rejected: rejected.collect(),
            ended,
            took_ms,
        }
    }

    /// One sentence for the status line.
    pub fn sentence(&self) -> String {
        let mut text = format!("{} put into {}", plural(self.put as u64, "item"), self.table);
        if !self.rejected.is_empty() {
            text.push_str(&format!(", {} rejected", plural(self.rejected.len() as u64, "record")));
        }
        text.push('.');
        text
    }

    /// The counts, each with what it says and a name for tests.
    pub fn counts(&self) -> Vec<(&'static str, String, String)> {
        let records = |number: usize| if number == 1 { "record" } else { "records" };
        vec![
            ("put", count(self.put as u64), format!("{} put", if self.put == 1 { "item" } else { "items" })),
            (
                "replaced-in-file",
                count(self.replaced_in_file as u64),
                format!(
                    "{} replaced an earlier one of the same key in the file",
                    records(self.replaced_in_file)
                ),
            ),
            (
                "replaced-in-table",
                count(self.replaced_in_table as u64),
                format!("{} replaced an item that the table had", records(self.replaced_in_table)),
            ),
            (
                "rejected",
                count(self.rejected.len() as u64),
                format!("{} rejected", records(self.rejected.len())),
            ),
        ]
    }

    /// All rejected records as CSV.
    pub fn rejected_csv(&self) -> String {
        let file = if self.several { "file," } else { "" };
        let mut text = format!("{file}record,line,reason\n");
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        for rejected in &self.rejected {
            if self.several {
                text.push_str(&quoted(&rejected.file));
                text.push(',');
            }
            text.push_str(&format!("{},{},{}\n", rejected.number, rejected.line, quoted(&rejected.reason)));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::ClientError;

    #[test]
    fn a_report_has_lines_counts_and_a_file() {
        let lines = [(1, (0, 1, 2)), (2, (0, 2, 3)), (3, (1, 1, 7))];
        let place = |(file, record, line)| Place { file, record, line };
        let lines: Lines = lines.into_iter().map(|(number, at)| (number, place(at))).collect();
        let found = ImportReport {
            written: 1,
            replaced: vec![3],
            overwritten: 1,
            rejected: vec![(2, "Missing the \"key\"".into())],
            ..ImportReport::default()
        };
        let files = ["f.json".to_owned(), "g \"1\".json".to_owned()];
        let report = Report::of("T", "f.json", &files[..1], found.clone(), &lines, 12);
        let reason = "Missing the \"key\"".to_owned();
        assert_eq!(report.rejected, [Rejected { file: "f.json".into(), number: 2, line: 3, reason }]);
        assert_eq!(report.sentence(), "1 item put into T, 1 record rejected.");
        assert_eq!(report.rejected_csv(), "record,line,reason\n2,3,\"Missing the \"\"key\"\"\"\n");
        let found = ImportReport { rejected: vec![(3, "no".into())], ..found };
        let several = Report::of("T", "2 files", &files, found, &lines, 12);
        assert_eq!(several.rejected_csv(), "file,record,line,reason\n\"g \"\"1\"\".json\",1,7,\"no\"\n");
        let counts: Vec<_> = report.counts().into_iter().map(|(name, number, _)| (name, number)).collect();
        assert_eq!(
            counts,
            [("put", "1"), ("replaced-in-file", "1"), ("replaced-in-table", "1"), ("rejected", "1")]
                .map(|(name, number)| (name, number.to_owned()))
        );
    }

    #[test]
    fn an_early_end_is_said() {
        let stopped = ImportReport {
            stopped: Some(ClientError::Storage { message: "full".into() }),
            ..ImportReport::default()
        };
        let report = Report::of("T", "f", &[], stopped, &Lines::new(), 0);
        assert!(report.ended.expect("a reason").contains("full"));
        let cancelled = ImportReport { cancelled: true, ..ImportReport::default() };
        assert_eq!(
            Report::of("T", "f", &[], cancelled, &Lines::new(), 0).ended.as_deref(),
            Some("It was cancelled; what was put stays.")
        );
    }
}
