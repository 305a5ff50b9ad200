//! The differences from DynamoDB Local that are explained.
//!
//! They are data: `known.json`. Each says at which place of which operations' answers which texts may stand against each
//! other, and where it is written what the service does.

use crate::compare::Difference;
use serde::Deserialize;
use serde_json::Value;

/// One explained difference. The texts are patterns, in which `*` stands for anything, and a `$` in both texts for the same text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entry {
    /// The operations; none means all.
    #[serde(default)]
    pub operations: Vec<String>,
    /// The place: `refusal`, or a way as in [`Difference::at`].
    pub at: String,
    /// The engine's text.
    pub ours: String,
    /// DynamoDB Local's text.
    pub theirs: String,
    /// The request's JSON, where the difference is explained for some requests only; its members stand in the order of their names.
    #[serde(default)]
    pub request: Option<String>,
    /// Where the service's own answer is written down.
    pub source: String,
}

/// All of them.
#[derive(Clone, Debug)]
pub struct Known {
    entries: Vec<Entry>,
}

impl Known {
    /// The list of this crate.
    ///
    /// # Panics
    /// Where the list cannot be read.
    pub fn list() -> Known {
        let entries =
            serde_json::from_str(include_str!("../known.json")).expect("known.json is a list of entries");
        Known { entries }
    }

    /// The entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Takes out the differences that are explained; returns the entries that did.
    pub fn explain(&self, operation: &str, request: &Value, differences: &mut Vec<Difference>) -> Vec<usize> {
        let mut used = Vec::new();
        let request = request.to_string();
        differences.retain(|difference| {
            let entry = self.entries.iter().position(|entry| entry.explains(operation, &request, difference));
            used.extend(entry);
            entry.is_none()
        });
        used
    }
}

impl Entry {
    fn explains(&self, operation: &str, request: &str, difference: &Difference) -> bool {
        (self.operations.is_empty() || self.operations.iter().any(|name| name == operation))
            && self.request.as_ref().is_none_or(|pattern| matches(pattern, request))
            && matches(&self.at, &difference.at)
            && self.fits(&difference.ours, &difference.theirs)
    }

    fn fits(&self, ours: &str, theirs: &str) -> bool {
        match (self.ours.split_once('$'), self.theirs.split_once('$')) {
            (Some(our_pattern), Some(their_pattern)) => {
                match (between(our_pattern, ours), between(their_pattern, theirs)) {
                    (Some(ours), Some(theirs)) => ours == theirs,
                    _ => false,
                }
            }
            _ => matches(&self.ours, ours) && matches(&self.theirs, theirs),
        }
    }
}

/// What stands between a text's start and its end.
fn between<'a>((start, end): (&str, &str), text: &'a str) -> Option<&'a str> {
    text.strip_prefix(start)?.strip_suffix(end)
}

/// Whether the text fits the pattern, whose `*` stand for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or("")) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, fits) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "acd", false),
            ("*b*", "abc", true),
            ("*b*b*", "abc", false),
            ("abc", "abc", true),
            ("ab", "abc", false),
            ("aa*aa", "aaa", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn a_dollar_stands_for_the_same_text_on_both_sides() {
        let entry: Entry = serde_json::from_str(
            r#"{"at": "refusal", "ours": "One: $", "theirs": "$.", "source": "a document"}"#,
        )
        .unwrap();
        assert!(entry.fits("One: text", "text."));
        assert!(!entry.fits("One: text", "texts."));
        assert!(!entry.fits("text", "text."));
    }

    #[test]
    fn every_explanation_names_its_source() {
        for entry in Known::list().entries() {
            assert!(entry.source.len() > 10, "{entry:?}");
        }
    }
}
