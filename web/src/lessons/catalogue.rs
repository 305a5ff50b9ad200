//! The list of all lessons, `lessons/index.json`: what the Learn page shows before any of them is read. Pure.
//!
//! Owns the list's form and what a lesson says in it. A test (`tests/lessons.rs`) holds the committed list equal to the folder, and
//! writes it where `LESSONS=write` is set.

use serde::{Deserialize, Serialize};

use super::{Block, Lesson};

/// Where the lessons are, relative to the document.
pub const FOLDER: &str = "lessons";

/// A lesson in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in an address: `partitions`.
    pub name: String,
    /// Its file in the folder: `01-partitions.md`.
    pub file: String,
    /// Its title.
    pub title: String,
    /// The section of the course that it belongs to.
    pub section: String,
    /// What it is about: the first paragraph, as Markdown.
    pub about: String,
    /// How many steps it has.
    pub steps: usize,
    /// How many questions and tasks it has.
    pub exercises: usize,
}

impl Entry {
    /// What the lesson of that file says of itself.
    pub fn of(file: &str, lesson: &Lesson) -> Entry {
        let exercises = lesson.steps.iter().flat_map(|step| &step.blocks).filter(|block| is_exercise(block));
        Entry {
            name: name_of(file).to_owned(),
            file: file.to_owned(),
            title: lesson.title.clone(),
            section: lesson.section.clone(),
            about: first_paragraph(&lesson.about),
            steps: lesson.steps.len(),
            exercises: exercises.count(),
        }
    }
}

/// Whether it is a question or a task: something of which it is kept that it was done.
pub fn is_exercise(block: &Block) -> bool {
    matches!(block, Block::Question { .. } | Block::Task { .. })
}

/// The name of the lesson of a file: the file's without its number and ending, so that a lesson keeps its address where others move.
pub fn name_of(file: &str) -> &str {
    let stem = file.strip_suffix(".md").unwrap_or(file);
    stem.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('-')
}

/// The first paragraph of a text, on one line.
fn first_paragraph(text: &str) -> String {
    text.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the list.
pub fn read_list(text: &str) -> Result<Vec<Entry>, String> {
    serde_json::from_str(text).map_err(|error| format!("The list of lessons cannot be read: {error}"))
}

/// Writes the list, a line a lesson.
pub fn write_list(list: &[Entry]) -> String {
    let lines: Vec<String> = list.iter().filter_map(|entry| serde_json::to_string(entry).ok()).collect();
    format!("[\n  {}\n]\n", lines.join(",\n  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_is_listed_by_its_name_and_first_paragraph() {
        assert_eq!(
            ["01-partitions.md", "9-a-b.md", "on-demand.md"].map(name_of),
            ["partitions", "a-b", "on-demand"]
        );
        assert_eq!(first_paragraph("A table is\ncut. Which\n\nMore. And."), "A table is cut. Which");
        let text =
            "---\ntitle: A\nsection: 1\n---\nOne. Two.\n## S\n~~~question\nQ?\n- [x] a\n- [ ] b\nR.\n~~~\n";
        let entry = Entry::of("02-a.md", &super::super::read::read(text).expect("sound"));
        assert_eq!((entry.about.as_str(), entry.steps, entry.exercises), ("One. Two.", 1, 1));
        let list = [entry.clone(), entry];
        assert_eq!(read_list(&write_list(&list)), Ok(list.to_vec()));
        assert!(read_list("[{}]").is_err_and(|reason| reason.starts_with("The list of lessons")));
    }
}
