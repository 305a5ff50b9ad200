//! What one file shows by itself: its length, its opening, its name, and words that do not belong in it.

use crate::{Source, Violation, layers, scrub};

/// The longest file, in lines.
pub const MOST_LINES: usize = 600;
const NAMES: [&str; 8] = ["helpers", "helper", "utils", "util", "common", "manager", "managers", "misc"];
/// Never, in any Rust source.
const UNFINISHED: [(&str, &str); 4] = [
    ("todo!", "finish it"),
    ("unimplemented!", "finish it"),
    ("#[ignore", "a test runs, or is not there"),
    ("thread::sleep", "wait for the condition, not for a time"),
];
/// Never in the engine: the same calls must give the same bytes.
const UNDETERMINED: [(&str, &str); 6] = [
    ("HashMap", "its order is not defined: use BTreeMap"),
    ("HashSet", "its order is not defined: use BTreeSet"),
    ("Instant", "time is an argument: `now_ms`"),
    ("SystemTime", "time is an argument: `now_ms`"),
    ("std::thread", "the engine has no threads"),
    ("std::fs", "the engine has no input and output"),
];

/// Never in the page or its worker: what comes from outside is text, and nothing else.
const TRUSTING: [(&str, &str); 4] = [
    ("from_html_unchecked", "text that becomes HTML can bring a script along"),
    ("set_inner_html", "text that becomes HTML can bring a script along"),
    ("js_sys::eval", "the Content-Security-Policy refuses it, and rightly"),
    ("new_no_args", "a Function of a text is eval by another name"),
];

/// All rules that look at one file.
pub fn check(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    name(source, &mut violations);
    if source.path.ends_with(".rs") {
        length(source, &mut violations);
        opening(source, &mut violations);
        let code = scrub::code(&source.text);
        words(source, &code, &UNFINISHED, &mut violations);
        if source.path.starts_with(layers::ENGINE) && !source.is_test() {
            words(source, &scrub::without_tests(&code), &UNDETERMINED, &mut violations);
        }
        if source.path.starts_with("web/") {
            inline_styles_in_rust(source, &code, &mut violations);
            words(source, &code, &TRUSTING, &mut violations);
        }
    } else if source.path.ends_with(".html") {
        inline_in_html(source, &mut violations);
    }
    violations
}

fn name(source: &Source, violations: &mut Vec<Violation>) {
    for part in source.path.split('/') {
        let stem = part.split('.').next().unwrap_or(part);
        if NAMES.contains(&stem) {
            violations.push(source.whole(format!("`{stem}` says nothing: name it for what it owns")));
        }
    }
}

fn length(source: &Source, violations: &mut Vec<Violation>) {
    let lines = source.text.lines().count();
    if lines > MOST_LINES {
        violations
            .push(source.whole(format!("{lines} lines, more than {MOST_LINES}: divide it by what it owns")));
    }
}

fn opening(source: &Source, violations: &mut Vec<Violation>) {
    let first = source.text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let says = first.strip_prefix("//!").is_some_and(|rest| rest.trim().len() > 3);
    if !says {
        violations.push(source.whole("a module opens with `//!`: what it owns, what it never does"));
    }
}

fn words(source: &Source, code: &str, list: &[(&str, &str)], violations: &mut Vec<Violation>) {
    for (word, instead) in list {
        for (offset, _) in code.match_indices(word) {
            if is_whole(code, offset, word) {
                violations.push(source.at(offset, format!("`{word}`: {instead}")));
            }
        }
    }
}

/// Whether the found text is a word by itself and not a part of a longer one.
fn is_whole(code: &str, offset: usize, word: &str) -> bool {
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = code[..offset].chars().next_back();
    let after = code[offset + word.len()..].chars().next();
    let starts = word.starts_with(of_word) && before.is_some_and(of_word);
    let ends = word.ends_with(of_word) && after.is_some_and(of_word);
    !starts && !ends
}

const STYLE: &str =
    "an inline style is refused by the Content-Security-Policy: a class, or a property set through the CSSOM";

fn inline_styles_in_rust(source: &Source, code: &str, violations: &mut Vec<Violation>) {
    // In `html!` an attribute is `style={…}` or `style="…"`; a variable is `style = …`.
    for pattern in ["style={", "style=\""] {
        for (offset, _) in code.match_indices(pattern) {
            if is_whole(code, offset, "style") {
                violations.push(source.at(offset, STYLE));
            }
        }
    }
    for (offset, _) in source.text.match_indices("set_attribute(\"style\"") {
        violations.push(source.at(offset, STYLE));
    }
}

fn inline_in_html(source: &Source, violations: &mut Vec<Violation>) {
    for pattern in [" style=", "<style", " onclick=", " onload=", "javascript:"] {
        for (offset, _) in source.text.match_indices(pattern) {
            violations.push(source.at(offset, STYLE));
        }
    }
    for (offset, _) in source.text.match_indices("<script") {
        let tag = source.text[offset..].split('>').next().unwrap_or("");
        // A block of JSON is data, and is not run.
        if !tag.contains(" src=") && !tag.contains(" type=\"application/json\"") {
            violations.push(source.at(offset, "an inline script is refused by the Content-Security-Policy"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOC: &str = "//! What it owns.\n";

    fn messages(path: &str, text: &str) -> Vec<String> {
        check(&Source { path: path.into(), text: text.into() }).iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    fn fails(path: &str, text: &str, part: &str) {
        let found = messages(path, text);
        assert!(found.len() == 1 && found[0].contains(part), "{path}: {text}: {found:?}");
    }

    #[track_caller]
    fn passes(path: &str, text: &str) {
        assert_eq!(messages(path, text), [""; 0], "{path}: {text}");
    }

    #[test]
    fn a_file_of_more_than_600_lines_fails() {
        fails("web/src/a.rs", &format!("{DOC}{}", "fn f() {}\n".repeat(600)), "601 lines");
        passes("web/src/a.rs", &format!("{DOC}{}", "fn f() {}\n".repeat(599)));
    }

    #[test]
    fn a_module_without_its_opening_fails() {
        fails("xtask/src/a.rs", "fn f() {}\n", "opens with");
        fails("xtask/src/a.rs", "//!\nfn f() {}\n", "opens with");
        fails("xtask/src/a.rs", "// A comment.\n", "opens with");
    }

    #[test]
    fn a_name_that_says_nothing_fails() {
        fails("engine/src/utils.rs", DOC, "`utils`");
        fails("web/src/common/view.rs", DOC, "`common`");
        fails("static/helpers.js", "", "`helpers`");
        passes("web/src/commonplace.rs", DOC);
    }

    #[test]
    fn unfinished_work_and_sleeps_fail() {
        for bad in [
            "fn f() { todo!() }",
            "fn f() { unimplemented!(\"x\") }",
            "#[test]\n#[ignore = \"slow\"]\nfn f() {}",
        ] {
            assert_eq!(messages("engine/src/a.rs", &format!("{DOC}{bad}")).len(), 1, "{bad}");
        }
        fails("tests/x/tests/a.rs", &format!("{DOC}fn f() {{ std::thread::sleep(D) }}"), "thread::sleep");
        passes(
            "tests/x/tests/a.rs",
            &format!("{DOC}// todo!\nconst T: &str = \"todo! #[ignore\"; // thread::sleep"),
        );
    }

    #[test]
    fn what_is_not_determined_fails_in_the_engine_only() {
        for bad in ["HashMap", "HashSet", "Instant", "SystemTime", "std::thread", "std::fs"] {
            let text = format!("{DOC}use {bad}::x;");
            fails("engine/src/a.rs", &text, bad);
            passes("xtask/src/a.rs", &text);
            passes("engine/src/a.rs", &format!("{DOC}#[cfg(test)]\nmod tests {{ use {bad}::x; }}"));
        }
        passes("engine/src/a.rs", &format!("{DOC}struct Instantaneous; // HashMap"));
    }

    #[test]
    fn what_trusts_a_text_fails_in_the_page() {
        for bad in [
            "Html::from_html_unchecked(x)",
            "e.set_inner_html(x)",
            "js_sys::eval(x)",
            "Function::new_no_args(x)",
        ] {
            assert_eq!(messages("web/src/a.rs", &format!("{DOC}fn f() {{ {bad} }}")).len(), 1, "{bad}");
        }
        passes("web/src/a.rs", &format!("{DOC}// set_inner_html"));
    }

    #[test]
    fn inline_styles_and_scripts_fail() {
        fails("web/src/a.rs", &format!("{DOC}html! {{ <p style=\"color: red\"/> }}"), "inline style");
        fails("web/src/a.rs", &format!("{DOC}html! {{ <p style={{x}}/> }}"), "inline style");
        fails("web/src/a.rs", &format!("{DOC}fn f() {{ e.set_attribute(\"style\", x) }}"), "inline style");
        passes("web/src/a.rs", &format!("{DOC}fn f() {{ let style = 1; }}"));
        fails("static/a.html", "<p style=\"color: red\">", "inline style");
        fails("static/a.html", "<script>x</script>", "inline script");
        passes("static/a.html", "<script type=\"application/json\">{}</script>");
        passes("static/a.html", "<script type=\"module\" src=\"./boot.js\"></script>");
    }
}
