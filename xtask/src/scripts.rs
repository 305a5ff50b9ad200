//! The site's page, scripts and style sheets without what only people read: comments on lines of their own, and what the lines are set in by.
//!
//! Knows no language beyond that: a line is kept as it is or goes wholly.

use crate::files::{read, write};
use crate::report::{Failure, Result};
use std::fs;
use std::path::Path;

/// Shortens the page, and every script and style sheet in this folder, but for those in its folders.
pub fn shorten(folder: &Path) -> Result {
    let files =
        fs::read_dir(folder).map_err(|e| Failure(format!("cannot read {}: {e}", folder.display())))?;
    for path in files.flatten().map(|file| file.path()) {
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !matches!(extension, Some("js" | "css" | "html")) {
            continue;
        }
        let text = String::from_utf8_lossy(&read(&path)?).into_owned();
        write(&path, shortened(&text).as_bytes())?;
    }
    Ok(())
}

/// Without comments and margins. A text that is in a literal over several lines would lose by this, so such a script stays as it is.
pub fn shortened(script: &str) -> String {
    if script.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return script.to_owned();
    }
    let mut is_comment = false;
    let mut kept = String::new();
    for line in script.lines().map(str::trim) {
        is_comment |= line.starts_with("/*") || line.starts_with("<!--");
        if !(is_comment || line.is_empty() || line.starts_with("// ")) {
            kept.push_str(line);
            kept.push('\n');
        }
        is_comment &= !(line.contains("*/") || line.ends_with("-->"));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn comments_and_margins_go_and_code_stays() {
        let script = "// What it is.\n\nfunction a() {\n    /**\n     * @param {b}\n     */\n    return 1; // one\n}\n/* x */\nconst c = \"//\";\n";
        assert_eq!(shortened(script), "function a() {\nreturn 1; // one\n}\nconst c = \"//\";\n");
        assert_eq!(shortened("<p>\n  <!-- Why,\n  and how. -->\n  a\n</p>\n"), "<p>\na\n</p>\n");
        let literal = "const a = `\n  // b\n`;\n";
        assert_eq!(shortened(literal), literal);
    }
}
