//! Texts with holes in braces: `user_{seq}`, where `{{` and `}}` stand for a brace itself.
//!
//! Owns where a hole begins and ends. Never knows what a hole means: the templates of simulated traffic and of an event source's
//! function each have their own.

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Braced<'a> {
    /// What stands as it is; never empty.
    Plain(String),
    /// What stands between two braces.
    Hole(&'a str),
}

/// A brace that opens or closes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoneBrace;

/// Whether a text has a hole or a brace that stands for itself.
pub fn is_braced(text: &str) -> bool {
    text.contains(['{', '}'])
}

/// The pieces of a text in order.
pub fn pieces(text: &str) -> Result<Vec<Braced<'_>>, LoneBrace> {
    let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            plain.push_str(brace);
            rest = after;
            continue;
        }
        let end = rest.find('}').filter(|_| brace == "{").ok_or(LoneBrace)?;
        if !plain.is_empty() {
            pieces.push(Braced::Plain(std::mem::take(&mut plain)));
        }
        pieces.push(Braced::Hole(&rest[..end]));
        rest = &rest[end + 1..];
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Braced::Plain(plain));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_holes() {
        let cut = pieces("a{{b}}{seq}-{ now s }").unwrap();
        assert_eq!(
            cut,
            [
                Braced::Plain("a{b}".into()),
                Braced::Hole("seq"),
                Braced::Plain("-".into()),
                Braced::Hole(" now s ")
            ]
        );
        assert_eq!(pieces(""), Ok(Vec::new()));
        for alone in ["a}", "{a", "a}b{c}"] {
            assert_eq!(pieces(alone), Err(LoneBrace), "{alone}");
        }
    }
}
