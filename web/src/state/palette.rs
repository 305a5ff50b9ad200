//! The palette's entries, and which of them a few typed letters mean. Pure.

use crate::protocol::clock::ClockChange;

/// What an entry does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaletteAct {
    /// Goes to the page of that slug.
    Page(&'static str),
    /// Shows a table, or one of its indexes.
    Table(String, Option<String>),
    /// Begins a request of that operation.
    Operation(&'static str),
    /// Opens the saved request of that name.
    Saved(String),
    /// Opens another workspace.
    Workspace(String),
    /// Asks for a new workspace.
    NewWorkspace,
    /// Asks whether to delete the open one.
    DeleteWorkspace,
    /// Opens the lesson of that name where it was left.
    Lesson(String),
    /// Asks whether to begin the open lesson again.
    LessonAgain,
    /// Begins a new table.
    NewTable,
    /// Shows the samples.
    Samples,
    /// Asks something of the workspace's clock.
    Clock(ClockChange),
    /// Another theme.
    Theme,
    /// The list of keys.
    Keys,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteEntry {
    /// What it is called.
    pub label: String,
    /// What kind of thing it is, or its keys.
    pub note: String,
    /// What it does.
    pub act: PaletteAct,
}

impl PaletteEntry {
    /// An entry.
    pub fn new(label: impl Into<String>, note: impl Into<String>, act: PaletteAct) -> PaletteEntry {
        PaletteEntry { label: label.into(), note: note.into(), act }
    }
}

/// How well `typed` fits a text; lower is better, none where it does not. The letters must come in their order.
fn fit(typed: &str, text: &str) -> Option<usize> {
    let text = text.to_lowercase();
    if let Some(at) = text.find(typed) {
        // At the beginning of the text, of a word, anywhere.
        let begins = at == 0 || !text[..at].ends_with(char::is_alphanumeric);
        return Some(if at == 0 { 0 } else { 1 + usize::from(!begins) });
    }
    let mut letters = text.chars();
    let all =
        typed.chars().filter(|letter| !letter.is_whitespace()).all(|letter| letters.any(|one| one == letter));
    all.then_some(3)
}

/// The entries that `typed` means, best first; all of them where nothing is typed.
pub fn matching<'a>(entries: &'a [PaletteEntry], typed: &str) -> Vec<&'a PaletteEntry> {
    let typed = typed.trim().to_lowercase();
    let fits = |entry: &'a PaletteEntry| {
        let by_note = || fit(&typed, &entry.note).filter(|fit| *fit < 3).map(|fit| fit + 4);
        Some((fit(&typed, &entry.label).or_else(by_note)?, entry))
    };
    let mut found: Vec<(usize, &PaletteEntry)> = entries.iter().filter_map(fits).collect();
    found.sort_by_key(|(fit, _)| *fit);
    found.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_comes_first_and_letters_may_be_left_out() {
        let entry = |label: &str, note: &str| PaletteEntry::new(label, note, PaletteAct::Keys);
        let all = [
            entry("BatchGetItem", "operation"),
            entry("GetItem", "operation"),
            entry("status-index", "GSI of Orders"),
            entry("Heat", "g h"),
        ];
        let labels = |typed: &str| -> Vec<String> {
            matching(&all, typed).into_iter().map(|entry| entry.label.clone()).collect()
        };
        assert_eq!(labels("getitem"), ["GetItem", "BatchGetItem"]);
        assert_eq!(labels("bgi"), ["BatchGetItem"]);
        assert_eq!(labels("orders"), ["status-index"]);
        assert_eq!(labels(" "), ["BatchGetItem", "GetItem", "status-index", "Heat"]);
        assert!(labels("zz").is_empty());
    }
}
