//! Several files that were chosen together: which of them hold items, and what the manifest of an export to S3 says of them.
//!
//! Owns the layout of an [export to S3](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html):
//! `manifest-summary.json`, `manifest-files.json` (a line for each data file, with its key and how many items it has), their `.md5`,
//! `_started`, and `data/….json.gz`. Nothing of what was chosen is left out without a word.

use serde_json::Value;

/// The most files at once.
pub const FILES_MAX: usize = 1_000;

/// What a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Items as JSON.
    Json,
    /// Items as CSV.
    Csv,
    /// The list of an export's data files.
    Manifest,
    /// It belongs to an export and holds nothing to import.
    Companion,
    /// Amazon Ion, which is not read.
    Ion,
}

/// What a file is called, without its folders.
fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// What a file of that name is.
pub fn kind(name: &str) -> Kind {
    let base = base(name).to_ascii_lowercase();
    let plain = base.strip_suffix(".gz").unwrap_or(&base);
    match plain {
        "manifest-files.json" => Kind::Manifest,
        "manifest-summary.json" | "_started" => Kind::Companion,
        _ if plain.ends_with(".md5") || plain.ends_with(".checksum") => Kind::Companion,
        _ if plain.ends_with(".ion") => Kind::Ion,
        _ if plain.ends_with(".csv") || plain.ends_with(".tsv") => Kind::Csv,
        _ => Kind::Json,
    }
}

/// What a manifest says of a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name, without its folders.
    pub name: String,
    /// How many items it has.
    pub items: u64,
}

/// Reads a `manifest-files.json`: one object a line.
pub fn manifest(text: &str) -> Result<Vec<Listed>, String> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| {
            let read: Value =
                serde_json::from_str(line).map_err(|error| format!("line {number} is not JSON: {error}"))?;
            let key = read["dataFileS3Key"].as_str();
            let name = key.map(base).ok_or_else(|| format!("line {number} has no dataFileS3Key"))?;
            Ok(Listed { name: name.to_owned(), items: read["itemCount"].as_u64().unwrap_or_default() })
        })
        .collect()
}

/// What is to be said of the files that were read, `(name, records)`, beside what the manifest says.
pub fn differences(listed: &[Listed], read: &[(String, usize)]) -> Vec<String> {
    let mut notes = Vec::new();
    let of = |name: &str| read.iter().find(|(file, _)| base(file) == name);
    let missing: Vec<&str> =
        listed.iter().filter(|one| of(&one.name).is_none()).map(|one| one.name.as_str()).collect();
    if !missing.is_empty() {
        notes.push(format!(
            "{} of the {} data files that the manifest lists are not among those you chose: {}.",
            missing.len(),
            listed.len(),
            shortened(&missing)
        ));
    }
    for one in listed {
        if let Some((_, records)) = of(&one.name)
            && *records as u64 != one.items
        {
            notes.push(format!("{} has {records} items; the manifest says {}.", one.name, one.items));
        }
    }
    notes
}

/// A list of names, of which no more than a few are written out.
pub fn shortened(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_an_export_are_told_apart() {
        let names = [
            ("manifest-files.json", Kind::Manifest),
            ("AWSDynamoDB/01/manifest-summary.json", Kind::Companion),
            ("manifest-summary.md5", Kind::Companion),
            ("_started", Kind::Companion),
            ("data/asdl123dasas.json.gz", Kind::Json),
            ("data/asdl123dasas.ion.gz", Kind::Ion),
            ("Orders.CSV", Kind::Csv),
            ("orders.csv.gz", Kind::Csv),
            ("orders.jsonl", Kind::Json),
        ];
        for (name, expected) in names {
            assert_eq!(kind(name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_missing_or_has_another_count_is_said() {
        let text = concat!(
            "{\"itemCount\":8,\"md5Checksum\":\"sQMSpEILNgoQmarvDFonGQ==\",\"etag\":\"af83-1\",\"dataFileS3Key\":\"AWSDynamoDB/01/data/a.json.gz\"}\n",
            "{\"itemCount\":2,\"dataFileS3Key\":\"AWSDynamoDB/01/data/b.json.gz\"}\n\n",
        );
        let listed = manifest(text).expect("a manifest");
        assert_eq!(listed[0], Listed { name: "a.json.gz".to_owned(), items: 8 });
        let read = |names: &[(&str, usize)]| -> Vec<(String, usize)> {
            names.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
        };
        assert!(differences(&listed, &read(&[("a.json.gz", 8), ("data/b.json.gz", 2)])).is_empty());
        let notes = differences(&listed, &read(&[("a.json.gz", 7)]));
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].contains("b.json.gz") && notes[1].contains("has 7 items"), "{notes:?}");
        assert!(manifest("{\"itemCount\":8}").is_err() && manifest("[").is_err());
    }
}
