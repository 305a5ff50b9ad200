//! What nobody would run: a file beside a program of tests that it does not name, and a browser's test where no browser runs it.

use crate::{Source, Violation, scrub};

/// A program of tests: the files beside it are its modules.
const PROGRAM: &str = "/tests/main.rs";
/// The package whose tests run in a browser.
const BROWSER: &str = "tests/browser/";

/// Looks at all sources together.
pub fn check(sources: &[Source]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for program in sources.iter().filter(|source| source.path.ends_with(PROGRAM)) {
        let code = scrub::code(&program.text);
        let folder = program.path.trim_end_matches("main.rs");
        for file in sources {
            let Some(module) = file.path.strip_prefix(folder).and_then(|path| path.strip_suffix(".rs"))
            else {
                continue;
            };
            let named = format!("mod {module};");
            if module != "main" && !module.contains('/') && !code.lines().any(|line| line.trim() == named) {
                violations.push(file.whole(format!("{} does not name it: `{named}`", program.path)));
            }
        }
    }
    for source in sources.iter().filter(|source| !source.path.starts_with(BROWSER)) {
        if let Some(at) = scrub::code(&source.text).find("wasm_bindgen_test") {
            violations.push(source.at(at, format!("only the tests of {BROWSER} are run in a browser")));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sources: &[(&str, &str)]) -> Vec<String> {
        let source =
            |(path, text): &(&str, &str)| Source { path: (*path).to_owned(), text: (*text).to_owned() };
        let sources: Vec<Source> = sources.iter().map(source).collect();
        check(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_that_its_program_does_not_name_fails() {
        let program = ("tests/x/tests/main.rs", "//! All.\nmod one;\n// mod two;\n");
        assert_eq!(found(&[program, ("tests/x/tests/one.rs", ""), ("tests/y/tests/two.rs", "")]), [""; 0]);
        let forgotten = found(&[program, ("tests/x/tests/two.rs", "")]);
        assert!(forgotten.len() == 1 && forgotten[0].contains("mod two;"), "{forgotten:?}");
    }

    #[test]
    fn a_browsers_test_elsewhere_fails() {
        let test = "//! It.\n#[wasm_bindgen_test]\nasync fn it() {}";
        assert_eq!(found(&[("tests/browser/tests/it.rs", test)]), [""; 0]);
        let lost = found(&[("web/tests/it.rs", test)]);
        assert!(lost.len() == 1 && lost[0].starts_with("web/tests/it.rs:2:"), "{lost:?}");
    }
}
