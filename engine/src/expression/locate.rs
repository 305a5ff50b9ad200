//! Where in an expression's text its fault stands, for those who are writing one.
//!
//! Owns the way from a fault to the bytes that it is about; never judges: the expression is compiled as a request's is, and
//! the first fault is the one that the request would be refused with.

use std::ops::Range;

use super::lexer::{Kind, tokens};
use super::placeholders::Placeholders;
use super::{condition, projection, update};
use crate::error::expression::{About, ExpressionKind, Fault};

/// A fault of an expression with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// As the service words it, behind the parameter's name.
    pub message: String,
    /// The bytes of the text that it is about; empty where something is missing at the end.
    pub at: Range<usize>,
}

/// The first fault of an expression of that kind.
pub fn locate(kind: ExpressionKind, text: &str, placeholders: &mut Placeholders) -> Option<Located> {
    let fault = match kind {
        ExpressionKind::ProjectionExpression => projection::compile(text, placeholders).err(),
        ExpressionKind::UpdateExpression => update::compile(text, placeholders).err(),
        _ => condition::compile(text, placeholders).err(),
    }?;
    Some(Located { message: fault.within(kind), at: place(text, &fault) })
}

fn place(text: &str, fault: &Fault) -> Range<usize> {
    match fault.about() {
        About::Whole => 0..text.len(),
        About::Bytes(at) => at.clone(),
        About::Word(word) => {
            let all = tokens(text);
            let mut stands = all.iter().filter(|token| {
                // An operator of several letters is shown as it is; `+` as the service writes it is the token itself.
                token.kind != Kind::End && text[token.start..token.end].eq_ignore_ascii_case(word)
            });
            // Of a section that stands twice, the second; of all else the first.
            let is_section = |kind| matches!(kind, Kind::Set | Kind::Remove | Kind::Add | Kind::Delete);
            let found = stands.next();
            let found = match found {
                Some(token) if is_section(token.kind) => stands.next().or(found),
                _ => found,
            };
            found.map_or(0..text.len(), |token| token.start..token.end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::expression::Envelope;
    use proptest::prelude::*;

    const KINDS: [ExpressionKind; 6] = [
        ExpressionKind::ConditionExpression,
        ExpressionKind::FilterExpression,
        ExpressionKind::KeyConditionExpression,
        ExpressionKind::ProjectionExpression,
        ExpressionKind::SearchConditionExpression,
        ExpressionKind::UpdateExpression,
    ];

    fn shown(kind: ExpressionKind, text: &str) -> Option<&str> {
        let found = locate(kind, text, &mut Placeholders::none(Envelope::Bare))?;
        Some(&text[found.at])
    }

    #[test]
    fn a_fault_stands_where_its_word_does() {
        let filter = ExpressionKind::FilterExpression;
        assert_eq!(shown(filter, "a = b AND AND c = d"), Some("AND"));
        assert_eq!(locate(filter, "a = = b", &mut Placeholders::none(Envelope::Bare)).unwrap().at, 4..5);
        assert_eq!(shown(filter, "a = "), Some(""));
        assert_eq!(shown(filter, "a = b AND status = c"), Some("status"));
        assert_eq!(shown(filter, "é = :v"), Some("é"));
        assert_eq!(shown(filter, "a = :v"), Some(":v"));
        assert_eq!(shown(filter, "a = b AND #n = c"), Some("#n"));
        assert_eq!(shown(filter, "a = b OR Starts(a, b)"), Some("Starts"));
        assert_eq!(shown(filter, "a = a"), Some("="));
        assert_eq!(shown(filter, "a = b"), None);
        assert_eq!(shown(ExpressionKind::UpdateExpression, "SET a = b SET c = d"), Some("SET"));
        assert_eq!(
            locate(
                ExpressionKind::UpdateExpression,
                "SET a = b SET c = d",
                &mut Placeholders::none(Envelope::Bare)
            )
            .unwrap()
            .at,
            10..13
        );
        assert_eq!(shown(ExpressionKind::ProjectionExpression, "a, , b"), Some(","));
    }

    proptest! {
        #[test]
        fn a_place_lies_within_the_text(text in "[a-zAND=<>(),.:#é\\[\\] 0-9]{0,40}", kind in 0..KINDS.len()) {
            // Whatever is written, its fault's place can be shown.
            shown(KINDS[kind], &text);
        }
    }
}
