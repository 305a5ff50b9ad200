//! The order of the engine's layers: a module uses only what stands above it in `engine/src/lib.rs`.

use crate::{Source, Violation, scrub};

/// The folder that the order is about.
pub const ENGINE: &str = "engine/src/";

/// The modules of `lib.rs`, from the top.
pub fn order(lib: &str) -> Vec<String> {
    let code = scrub::without_tests(&scrub::code(lib));
    let name = |line: &str| {
        let line = line.trim();
        let line = line.strip_prefix("pub ").unwrap_or(line);
        let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
        Some(line.strip_prefix("mod ")?.split([';', ' ', '{']).next()?.to_string())
    };
    code.lines().filter_map(name).collect()
}

/// The paths of one file that lead to a lower layer, or to none.
pub fn check(order: &[String], source: &Source) -> Vec<Violation> {
    let Some(inside) = source.path.strip_prefix(ENGINE) else { return Vec::new() };
    let parts: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
    if inside == "lib.rs" || source.is_test() {
        return Vec::new();
    }
    let layer = parts[0];
    let Some(own) = order.iter().position(|m| m == layer) else {
        return vec![
            source.whole(format!("`{layer}` is no module of lib.rs, so that it has no place in the order")),
        ];
    };
    // `super` from here is the crate after this many steps.
    let depth = if parts.last() == Some(&"mod") { parts.len() - 1 } else { parts.len() };
    let code = scrub::without_tests(&scrub::code(&source.text));
    let mut violations = Vec::new();
    for (offset, target) in targets(&code, depth) {
        match order.iter().position(|m| *m == target) {
            Some(other) if other <= own => {}
            Some(_) => violations.push(source.at(
                offset,
                format!("`{layer}` uses `{target}`, which stands below it in engine/src/lib.rs: turn the arrow round"),
            )),
            None => violations.push(source.at(offset, format!("`crate::{target}` is no module of engine/src/lib.rs"))),
        }
    }
    violations
}

/// The first parts of all paths that begin at the crate, with where they stand.
fn targets(code: &str, depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (offset, _) in code.match_indices("crate::") {
        if !ends_a_word(code, offset) {
            first_parts(code, offset + "crate::".len(), &mut found);
        }
    }
    let climb = "super::".repeat(depth);
    for (offset, _) in code.match_indices(&climb) {
        if !ends_a_word(code, offset) && !code[..offset].ends_with("super::") {
            let behind = offset + climb.len();
            // Further up there is nothing: an inner module's `super`.
            if !code[behind..].starts_with("super::") {
                first_parts(code, behind, &mut found);
            }
        }
    }
    found.retain(|(_, name)| !matches!(name.as_str(), "" | "self" | "super" | "crate" | "*"));
    found
}

/// Whether the character before `offset` belongs to the same word.
fn ends_a_word(code: &str, offset: usize) -> bool {
    code[..offset].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// `a::b` begins with `a`; `{a::b, c::{d}}` with `a` and `c`.
fn first_parts(code: &str, from: usize, found: &mut Vec<(usize, String)>) {
    let Some(group) = code[from..].strip_prefix('{') else {
        found.push((from, word(code, from)));
        return;
    };
    let (mut depth, mut begins) = (0, true);
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            c if begins && !c.is_whitespace() => {
                begins = false;
                found.push((from + 1 + i, word(code, from + 1 + i)));
            }
            _ => {}
        }
    }
}

fn word(code: &str, from: usize) -> String {
    code[from..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "//! Doc\n\npub mod limits;\npub(crate) mod model;\npub mod store; // mod no;\nmod table;\n\
                       #[cfg(test)]\nmod tests {}\n";

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let source = Source { path: format!("engine/src/{path}"), text: text.into() };
        check(&order(LIB), &source).iter().map(|v| v.line).collect()
    }

    #[test]
    fn the_order_is_that_of_lib_rs() {
        assert_eq!(order(LIB), ["limits", "model", "store", "table"]);
    }

    #[test]
    fn an_arrow_downwards_fails_wherever_it_is_written() {
        for text in [
            "\nuse crate::table::Schema;",
            "\nuse crate::{model::{Item, table}, table::Schema};",
            "\nfn f(x: crate::table::Schema) {}",
            "\npub use crate::{table};",
            "\nmacro_rules! m { () => { $crate::table::X } }",
            "\nuse super::table::Schema;",
        ] {
            assert_eq!(lines("store/mod.rs", text), [2], "{text}");
        }
        assert_eq!(lines("store/key/space.rs", "use super::super::super::table::X;"), [1]);
        assert_eq!(lines("limits.rs", "use crate::model::Item;"), [1]);
    }

    #[test]
    fn an_arrow_upwards_or_inside_passes() {
        for text in [
            "use crate::limits::MAX;",
            "use crate::store::inner;",
            "use crate::{limits, model::{self, table}};",
            "// use crate::table::X;\nconst S: &str = \"crate::table\";",
            "#[cfg(test)]\nmod tests { use crate::table::X; }",
            "use super::limits::X;",
            "use othercrate::table::X;",
        ] {
            assert_eq!(lines("store/mod.rs", text), [0; 0], "{text}");
        }
        assert_eq!(lines("store/page.rs", "use super::table::X;"), [0; 0]);
        assert_eq!(lines("store/tests.rs", "use crate::table::X;"), [0; 0]);
        assert_eq!(lines("store/page_tests.rs", "use crate::table::X;"), [0; 0]);
    }

    #[test]
    fn a_path_to_no_module_and_a_file_of_no_module_fail() {
        assert_eq!(lines("store/mod.rs", "use crate::Item;"), [1]);
        assert_eq!(lines("stray.rs", ""), [0]);
    }
}
