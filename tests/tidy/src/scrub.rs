//! Blanking what is not code: comments, strings, characters, and (apart) what is compiled for tests only.
//!
//! The result has the same length and the same lines, so that an offset in it is an offset in the source.

/// The text with comments and the contents of strings and characters blanked.
pub fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut i = 0;
    while i < bytes.len() {
        let rest = &bytes[i..];
        let end = if rest.starts_with(b"//") {
            i + rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len())
        } else if rest.starts_with(b"/*") {
            i + block_comment(rest)
        } else if let Some((open, close)) = string(bytes, i) {
            blank(&mut out[i + open..close]);
            i = close + 1;
            continue;
        } else {
            i += 1;
            continue;
        };
        blank(&mut out[i..end]);
        i = end;
    }
    // Blanking replaces whole characters' bytes by spaces, so that the text stays UTF-8.
    String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn blank(bytes: &mut [u8]) {
    for byte in bytes {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// The length of the (nested) block comment that `rest` begins with.
fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut i) = (0, 0);
    while i < rest.len() {
        if rest[i..].starts_with(b"/*") {
            depth += 1;
            i += 2;
        } else if rest[i..].starts_with(b"*/") {
            depth -= 1;
            i += 2;
            if depth == 0 {
                return i;
            }
        } else {
            i += 1;
        }
    }
    rest.len()
}

/// If a string or character begins at `i`: how far in its contents begin, and where its last delimiter begins.
fn string(bytes: &[u8], i: usize) -> Option<(usize, usize)> {
    let in_word = i > 0 && (bytes[i - 1].is_ascii_alphanumeric() || bytes[i - 1] == b'_');
    match bytes[i] {
        b'"' => Some((1, quoted(bytes, i + 1, b'"'))),
        b'r' if !in_word || (i > 0 && matches!(bytes[i - 1], b'b' | b'c')) => raw(bytes, i),
        b'\'' => {
            // A lifetime has no closing quote right behind its first character.
            let next = *bytes.get(i + 1)?;
            let width = match next {
                b'\\' => return Some((1, quoted(bytes, i + 1, b'\''))),
                b if b < 0x80 => 1,
                b if b < 0xe0 => 2,
                b if b < 0xf0 => 3,
                _ => 4,
            };
            (bytes.get(i + 1 + width) == Some(&b'\'')).then_some((1, i + 1 + width))
        }
        _ => None,
    }
}

fn quoted(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    let mut i = from;
    while i < bytes.len() && bytes[i] != delimiter {
        i += if bytes[i] == b'\\' { 2 } else { 1 };
    }
    i.min(bytes.len())
}

/// `r"…"`, `r#"…"#`; `r#name` is a name.
fn raw(bytes: &[u8], i: usize) -> Option<(usize, usize)> {
    let hashes = bytes[i + 1..].iter().take_while(|&&b| b == b'#').count();
    let open = i + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.extend(std::iter::repeat_n(b'#', hashes));
    let length = bytes[open + 1..].windows(close.len()).position(|w| w == close);
    Some((hashes + 2, length.map_or(bytes.len(), |n| open + 1 + n)))
}

/// Blanks each item behind `#[cfg(test)]` in text that [`code`] gave.
pub fn without_tests(code: &str) -> String {
    let mut out = code.as_bytes().to_vec();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[cfg(test)]") {
        let start = from + found;
        let end = item_end(code.as_bytes(), start + "#[cfg(test)]".len());
        blank(&mut out[start..end]);
        from = end;
    }
    String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

/// Where the item that begins at `from` ends: behind its `;`, or behind its braces.
fn item_end(bytes: &[u8], from: usize) -> usize {
    let (mut braces, mut brackets) = (0usize, 0usize);
    for (i, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets = brackets.saturating_sub(1),
            b'{' => braces += 1,
            b'}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    // `use a::{b, c};` ends at its semicolon.
                    return if bytes.get(i + 1) == Some(&b';') { i + 2 } else { i + 1 };
                }
            }
            b';' if braces == 0 && brackets == 0 => return i + 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_comments_and_strings_and_keeps_the_lines() {
        for (text, expected) in [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            ("f(\"a \\\" b\") + 1", "f(\"      \") + 1"),
            ("r#\"a \" b\"# x", "r#\"     \"# x"),
            ("br\"ab\" x", "br\"  \" x"),
            ("'x' '\\'' b'\"' 'a", "' ' '  ' b' ' 'a"),
            ("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}"),
            ("r#type", "r#type"),
            ("\"a\nb\"", "\" \n \""),
        ] {
            assert_eq!(code(text), expected, "{text}");
            assert_eq!(code(text).len(), text.len());
        }
    }

    #[test]
    fn letters_beyond_ascii_are_kept_outside_and_blanked_inside() {
        assert_eq!(code("é 'é' \"é\" x"), "é '  ' \"  \" x");
    }

    #[test]
    fn tests_are_blanked_whole_and_nothing_else() {
        let text = "a; #[cfg(test)] mod t { fn f() { {} } } b; #[cfg(test)] use x::{y, z}; c; #[cfg(test)] mod u; d;";
        let rest: String = without_tests(text).split_whitespace().collect();
        assert_eq!(rest, "a;b;c;d;");
    }
}
