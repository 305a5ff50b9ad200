//! The samples of the gallery: the list, and what a sample says about itself. Pure.

use serde::Deserialize;

use crate::share::Document;
use crate::state::design::TableDesign;

/// Where the samples are, relative to the document.
pub const FOLDER: &str = "samples";

/// A line of `samples/index.json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sample {
    /// Its name in an address.
    pub name: String,
    /// Its file in the folder.
    pub file: String,
    /// What people call it.
    pub title: String,
    /// What it is for in learning.
    pub section: String,
    /// A sentence.
    pub description: String,
}

/// Reads the list.
pub fn read_list(text: &str) -> Result<Vec<Sample>, String> {
    serde_json::from_str(text).map_err(|error| format!("The list of samples cannot be read: {error}"))
}

/// Reads a sample; its title is the document's name from now on.
pub fn read_sample(sample: &Sample, text: &str) -> Result<Document, String> {
    let mut document = Document::parse(text).map_err(|error| error.to_string())?;
    document.name.clone_from(&sample.title);
    Ok(document)
}

/// What a card shows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The table.
    pub table: String,
    /// Its key: `user_id`, `order_id`.
    pub keys: Vec<String>,
    /// Its indexes, `LSI created_at-index`.
    pub indexes: Vec<(&'static str, String)>,
    /// How many items it is loaded with.
    pub items: usize,
}

/// The tables of a document.
pub fn facts(document: &Document) -> Vec<Facts> {
    let table = |request| {
        let design = TableDesign::read(request);
        let locals = design.locals.iter().map(|index| ("LSI", index.name.clone()));
        let globals = design.globals.iter().map(|index| ("GSI", index.name.clone()));
        Facts {
            keys: std::iter::once(&design.hash).chain(&design.range).map(|part| part.name.clone()).collect(),
            indexes: locals.chain(globals).collect(),
            items: document.items.get(&design.name).map_or(0, Vec::len),
            table: design.name.clone(),
        }
    };
    document.tables.iter().map(table).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_of_the_list_is_a_document() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../static/samples");
        let read = |file: &str| std::fs::read_to_string(format!("{folder}/{file}")).expect("a file");
        let list = read_list(&read("index.json")).expect("a list");
        assert_eq!(list.len(), 10);
        for sample in &list {
            let document = read_sample(sample, &read(&sample.file)).expect("a document");
            assert!(facts(&document).iter().all(|facts| facts.items > 0 && !facts.keys.is_empty()));
            assert!(!document.requests.is_empty() && document.requests.iter().all(|r| !r.note.is_empty()));
            assert_eq!(document.name, sample.title);
        }
        let orders = list.iter().find(|sample| sample.name == "orders").expect("Orders");
        let orders = &facts(&read_sample(orders, &read("orders.json")).expect("a document"))[0];
        assert_eq!(orders.keys, ["user_id", "order_id"]);
        assert_eq!(orders.indexes, [("LSI", "created_at-index".into()), ("GSI", "status-index".into())]);
    }

    #[test]
    fn a_broken_list_is_said() {
        assert!(read_list("[{}]").is_err_and(|reason| reason.starts_with("The list of samples")));
    }
}
