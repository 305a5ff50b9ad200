//! How far somebody is in a lesson: the workspace in which it is done, the answers, what is done. Pure; whoever keeps it decides where.
//!
//! Owns what is kept, and what of a step is shown because of it. It names the parts of a lesson by their places, so that a lesson that
//! was changed meanwhile loses at most what was changed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Block, Step};

/// How far somebody is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Progress {
    /// The id of the workspace in which it is done; none where it was not begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// The step that was shown last, from one; 0 where it was not begun.
    pub step: usize,
    /// The answer that was given to a question, by the question's place; null where it was told without one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Option<usize>>,
    /// The places of the tasks that are done.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub done: BTreeSet<String>,
    /// How many hints were asked for, by the task's place.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hints: BTreeMap<String, usize>,
}

/// The place of a part: `2.3` is the third part of the second step. Both are given from zero.
pub fn place(step: usize, block: usize) -> String {
    format!("{}.{}", step + 1, block + 1)
}

impl Progress {
    /// Reads what was kept; what cannot be read is no progress.
    pub fn read(text: Option<&str>) -> Progress {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// The question of that place was answered; without an answer where it was only told.
    pub fn answer(&mut self, question: String, given: Option<usize>) {
        self.answers.insert(question, given);
    }

    /// The task of that place is done.
    pub fn finish(&mut self, task: String) {
        self.done.insert(task);
    }

    /// How many questions and tasks are done.
    pub fn exercises(&self) -> usize {
        self.answers.len() + self.done.len()
    }

    /// Whether it was begun.
    pub fn is_begun(&self) -> bool {
        self.step > 0
    }

    /// How many parts of a step are told: up to the first question that was not answered yet.
    pub fn told(&self, at: usize, step: &Step) -> usize {
        let waits = |(block, one): (usize, &Block)| {
            matches!(one, Block::Question { .. }) && !self.answers.contains_key(&place(at, block))
        };
        let first = step.blocks.iter().enumerate().position(waits);
        first.map_or(step.blocks.len(), |first| first + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::*;

    #[test]
    fn what_follows_a_question_is_told_once_it_is_answered() {
        let question = "~~~question\nQ?\n- [x] a\n- [ ] b\nR.\n~~~\n";
        let text = format!("---\ntitle: A\nsection: 1\n---\n## One\nText.\n\n{question}{question}More.\n");
        let lesson = read(&text).expect("sound");
        let mut progress = Progress::default();
        let told = |progress: &Progress| progress.told(0, &lesson.steps[0]);
        assert_eq!(told(&progress), 2);
        progress.answer(place(0, 1), Some(1));
        assert_eq!(told(&progress), 3);
        progress.answer(place(0, 2), None);
        assert_eq!((told(&progress), progress.exercises()), (4, 2));
    }

    #[test]
    fn progress_comes_back_and_a_broken_one_is_none() {
        let mut progress = Progress { workspace: Some("Lesson".into()), step: 2, ..Progress::default() };
        progress.finish(place(1, 0));
        progress.answer(place(0, 0), None);
        progress.hints.insert(place(1, 0), 1);
        let text = serde_json::to_string(&progress).expect("JSON");
        assert_eq!(Progress::read(Some(&text)), progress);
        assert_eq!(Progress::read(Some("{")), Progress::default());
        assert!(!Progress::read(None).is_begun() && progress.is_begun());
    }
}
