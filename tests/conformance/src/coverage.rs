//! What the scripts cover: for each operation, how many answers they hold the engine to, and which exceptions.
//!
//! Owns the counting and the README's table of operations. Runs no script.

use crate::model::{EXCEPTIONS, Fate, OPERATIONS};
use crate::script::{self, Action, Answer};
use std::collections::{BTreeMap, BTreeSet};

/// What the scripts ask of one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// Responses compared.
    pub responses: u64,
    /// Refusals compared.
    pub refusals: u64,
    /// The exceptions among them.
    pub exceptions: BTreeSet<String>,
}

/// What all scripts ask, by operation.
#[derive(Clone, Debug, Default)]
pub struct Coverage(pub BTreeMap<String, Covered>);

impl Coverage {
    /// Counts a script's calls. The error says where the text is no script.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        for step in script::parse(text)? {
            let Action::Call(call) = step.action else { continue };
            let covered = self.0.entry(call.operation).or_default();
            match call.answer {
                Answer::Response { .. } => covered.responses += 1,
                Answer::Exception { name, .. } => {
                    covered.refusals += 1;
                    covered.exceptions.insert(name);
                }
            }
        }
        Ok(())
    }

    /// The table of the service's operations, as Markdown.
    pub fn table(&self) -> String {
        let mut table = String::from("| operation | answers | refusals | exceptions |\n|---|---|---|---|\n");
        let nothing = Covered::default();
        for (operation, fate) in OPERATIONS {
            let Covered { responses, refusals, exceptions } = self.0.get(operation).unwrap_or(&nothing);
            let row = match fate {
                Fate::Refused(reason) => format!("| {operation} | – | – | UnknownOperation: {reason} |"),
                Fate::Done => {
                    let exceptions: Vec<&str> =
                        exceptions.iter().map(|name| name.trim_end_matches("Exception")).collect();
                    format!("| {operation} | {responses} | {refusals} | {} |", exceptions.join(", "))
                }
            };
            table.push_str(&row);
            table.push('\n');
        }
        table
    }

    /// The operations and exceptions that are done here and that no script asks for.
    pub fn missing(&self) -> Vec<&'static str> {
        let raised: BTreeSet<&String> = self.0.values().flat_map(|covered| &covered.exceptions).collect();
        let operations = OPERATIONS.iter().filter(|(name, _)| !self.0.contains_key(*name));
        let exceptions = EXCEPTIONS.iter().filter(|(name, _)| !raised.contains(&(*name).to_string()));
        operations.chain(exceptions).filter(|(_, fate)| *fate == Fate::Done).map(|(name, _)| *name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_exceptions_are_counted_by_operation() {
        let mut coverage = Coverage::default();
        let text =
            "GetItem {}\n!! ValidationException: no\n\nGetItem {}\n=> {}\n\nDynascope.Look {}\n=> {}\n";
        coverage.add(text).expect("a script");
        let table = coverage.table();
        assert!(table.contains("| GetItem | 1 | 1 | Validation |\n"), "{table}");
        assert!(!table.contains("Look"), "{table}");
        let missing = coverage.missing();
        assert!(missing.contains(&"PutItem") && missing.contains(&"DuplicateItemException"), "{missing:?}");
        assert!(!missing.contains(&"GetItem") && !missing.contains(&"ListExports"), "{missing:?}");
    }
}
