//! The table of what DynamoDB does (`facts.md`): each number or rule, and what shows it.
//!
//! Owns reading the table and finding what it names in the sources. Runs nothing: the scripts and tests are run where they stand.

use std::collections::BTreeSet;
use std::path::Path;

/// A number or rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The section that it stands in.
    pub section: String,
    /// Its name, in no other section once more.
    pub id: String,
    /// What shows it.
    pub shown: Vec<Shown>,
}

/// What shows a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Where: a script below `scripts/`, else a file of the project.
    pub file: String,
    /// What in it: the beginning of a script's title, the name of a test, words of the README; nothing for a whole listing.
    pub what: String,
}

/// Reads the table. The error says where it cannot be read.
pub fn parse(text: &str) -> Result<Vec<Fact>, String> {
    let mut facts: Vec<Fact> = Vec::new();
    let mut section = None;
    for (number, line) in text.lines().enumerate() {
        let wrong = |what: &str| format!("line {}: {what}", number + 1);
        if let Some(title) = line.strip_prefix("## ") {
            section = Some(title.to_owned());
        } else if let Some(fact) = line.strip_prefix("- **") {
            let (id, _) = fact.split_once("** ").ok_or_else(|| wrong("write `- **name** what it says`"))?;
            let section = section.clone().ok_or_else(|| wrong("a fact stands in a section"))?;
            facts.push(Fact { section, id: id.to_owned(), shown: Vec::new() });
        } else if let Some(shown) = line.strip_prefix("  - `") {
            let (file, what) = shown.split_once('`').ok_or_else(|| wrong("write ``  - `file` what``"))?;
            let fact = facts.last_mut().ok_or_else(|| wrong("it shows nothing"))?;
            fact.shown.push(Shown { file: file.to_owned(), what: what.trim().to_owned() });
        } else if section.is_some() && !line.trim().is_empty() {
            return Err(wrong("neither a section, a fact nor what shows it"));
        }
    }
    Ok(facts)
}

impl Shown {
    /// Whether it is there to be run: the sources are below `root`, the scripts are given by name and text.
    pub fn check(&self, root: &Path, scripts: &[(String, String)]) -> Result<(), String> {
        let Shown { file, what } = self;
        if file.ends_with(".script") {
            let (_, text) = scripts.iter().find(|(name, _)| name == file).ok_or("there is no such script")?;
            let titles = text.lines().filter_map(|line| line.strip_prefix("== "));
            return match titles.filter(|title| title.starts_with(what)).count() {
                1 if !what.is_empty() => Ok(()),
                count => Err(format!("{count} titles begin with “{what}”")),
            };
        }
        let text = std::fs::read_to_string(root.join(file)).map_err(|error| error.to_string())?;
        match file.rsplit_once('.') {
            Some((_, "rs")) if is_test(&text, what) => Ok(()),
            Some((_, "rs")) => Err(format!("there is no test {what}")),
            Some((_, "py")) if what.is_empty() => Ok(()),
            Some((_, "md")) if !what.is_empty() && text.contains(what) => Ok(()),
            _ => Err(format!("there is nothing like “{what}”")),
        }
    }
}

/// Whether a source has a test of that name that is run.
fn is_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| {
        line.strip_prefix("fn ")
            .and_then(|rest| rest.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with('('))
    });
    let attributes = |at: usize| lines[..at].iter().rev().take_while(|line| line.starts_with('#')).copied();
    at.is_some_and(|at| {
        let attributes: BTreeSet<&str> = attributes(at).collect();
        attributes.contains("#[test]")
            && !attributes.iter().any(|attribute| attribute.starts_with("#[ignore"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read() {
        let text =
            "# A table\n\nWords.\n\n## One\n- **a** It is so\n  - `X/y.script` Some title\n  - `z.py`\n";
        let shown = |file: &str, what: &str| Shown { file: file.into(), what: what.into() };
        let shown = vec![shown("X/y.script", "Some title"), shown("z.py", "")];
        assert_eq!(parse(text), Ok(vec![Fact { section: "One".into(), id: "a".into(), shown }]));
        assert!(parse("## One\nwords\n").unwrap_err().starts_with("line 2"));
        assert!(parse("- **a** before any section\n").is_err());
    }

    #[test]
    fn only_a_test_that_is_run_shows_anything() {
        let source = "#[test]\nfn one() {}\n#[test]\n#[ignore]\nfn two() {}\nfn three() {}\n    #[test]\n    fn four(a in 0..2) {}\n";
        let found = ["one", "two", "three", "four", "on"].map(|name| is_test(source, name));
        assert_eq!(found, [true, false, false, true, false]);
    }

    #[test]
    fn a_title_must_be_there_and_the_only_one() {
        let scripts = [("A/b.script".to_owned(), "== One thing\n== One other\n".to_owned())];
        let check = |what: &str| {
            let shown = Shown { file: "A/b.script".into(), what: what.into() };
            shown.check(Path::new("."), &scripts).is_ok()
        };
        assert_eq!(["One thing", "One", "Two", ""].map(check), [true, false, false, false]);
    }
}
