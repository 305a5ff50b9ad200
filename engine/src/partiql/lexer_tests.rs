//! Tests of the lexer: what each token is, and where a text that has none is refused.

use super::*;

fn kinds(text: &str) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = tokens(text).unwrap().into_iter().map(|token| token.kind).collect();
    assert_eq!(kinds.pop(), Some(Kind::End));
    kinds
}

#[test]
fn words_are_keywords_in_any_case_and_names_keep_theirs() {
    assert_eq!(
        kinds("SeLeCt Name FROM \"a \"\"b\"\"\""),
        [
            Kind::Keyword("select"),
            Kind::Name("Name".into()),
            Kind::Keyword("from"),
            Kind::Quoted("a \"b\"".into())
        ]
    );
}

#[test]
fn words_that_belong_together_are_one_token() {
    assert_eq!(
        kinds("insert\n into IS NOT not in ALL OLD left outer join"),
        [
            Kind::Keyword("insert_into"),
            Kind::Operator("is_not"),
            Kind::Operator("not_in"),
            Kind::Keyword("all_old"),
            Kind::Keyword("left_join")
        ]
    );
}

#[test]
fn numbers_are_kept_as_written() {
    for text in ["1", "01", "1.", ".5", "1.5e-3", "1E+6", "1e2147483647"] {
        assert_eq!(kinds(text), [Kind::Number(text.into())], "{text}");
    }
    assert_eq!(kinds("n-1"), [Kind::Name("n".into()), Kind::Operator("-"), Kind::Number("1".into())]);
}

#[test]
fn comments_are_spaces_and_quotes_hold_anything() {
    assert_eq!(kinds("1 -- it''s\n/* 2 * */ 3"), [Kind::Number("1".into()), Kind::Number("3".into())]);
    assert_eq!(kinds("'it''s -- /*'"), [Kind::Text("it's -- /*".into())]);
    assert_eq!(kinds("<<a>>"), [Kind::LeftDoubleAngle, Kind::Name("a".into()), Kind::RightDoubleAngle]);
}

#[test]
fn positions_count_lines_and_characters() {
    let found = tokens("a\n  \"é\" != 'x'").unwrap();
    let at = |line, column, length| Position { line, column, length };
    let places: Vec<Position> = found.iter().map(|token| token.at).collect();
    assert_eq!(places, [at(1, 1, 1), at(2, 3, 3), at(2, 7, 2), at(2, 10, 3), at(2, 13, 1)]);
}

#[test]
fn what_cannot_be_read_is_refused_without_a_detail() {
    for text in ["'a", "\"a", "`a", "/* a", "1a", "1e", "1.2.3", "1e2147483648", "#", "a ! b", "a | b", "~"] {
        assert_eq!(tokens(text), Err(malformed("")), "{text}");
    }
}

#[test]
fn literals_in_backquotes_are_known_by_their_type() {
    for (text, name) in [
        ("`1`", "INT"),
        ("`1.5`", "DECIMAL"),
        ("`1e5`", "FLOAT"),
        ("`2020T`", "TIMESTAMP"),
        ("`\"a\"`", "STRING"),
        ("`a`", "SYMBOL"),
        ("`[1]`", "LIST"),
        ("`{{AQ==}}`", "BLOB"),
        ("`true`", "BOOL"),
    ] {
        assert_eq!(kinds(text), [Kind::Ion(name)], "{text}");
    }
}
