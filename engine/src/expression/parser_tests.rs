//! Tables of what the grammars take and refuse, as DynamoDB Local answers.

use proptest::prelude::*;

use super::*;
use crate::error::expression::ExpressionKind;

fn message(result: Result<(), Fault>) -> String {
    match result {
        Ok(()) => "ok".into(),
        Err(fault) => {
            fault.within(ExpressionKind::ConditionExpression).replace("Invalid ConditionExpression: ", "")
        }
    }
}

/// Checks `text` against `token|near` of the syntax error, or against `ok`.
fn check(parse: fn(&str) -> Result<(), Fault>, rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        let expected = match expected.split_once('|') {
            Some((token, near)) => format!("Syntax error; token: \"{token}\", near: \"{near}\""),
            None => (*expected).to_owned(),
        };
        assert_eq!(message(parse(text)), expected, "{text}");
    }
}

#[test]
fn conditions() {
    check(
        |text| condition(text).map(drop),
        &[
            ("", "The expression can not be empty;"),
            ("a", "<EOF>|a"),
            ("a =", "<EOF>|="),
            ("a = :v AND", "<EOF>|AND"),
            ("a = :v b", "b|:v b"),
            ("= :v", "=|= :v"),
            ("a == :v", "=|== :v"),
            ("(a = :v", "<EOF>|:v"),
            ("a = :v)", ")|:v)"),
            ("a & :v", "&|a & :v"),
            ("a = 5", "5|= 5"),
            ("a = 'x'", "'|= 'x"),
            ("1a = :v", "1|1a"),
            (" = :v", "=| = :v"),
            ("_a = :v", "_|_a"),
            ("a-b = :v", "-|a-b"),
            ("a.b.c[0][1] = :v", "ok"),
            ("a[b] = :v", "b|[b]"),
            ("a[-1] = :v", "-|[-1"),
            ("a[:v] = :v", ":v|[:v]"),
            ("a. = :v", "=|. = :v"),
            ("a..b = :v", ".|..b"),
            ("[0] = :v", "[|[0"),
            ("a [ 0 ] = :v", "ok"),
            ("attribute_exists(a", "<EOF>|a"),
            ("attribute_exists()", ")|()"),
            ("a BETWEEN :v", "<EOF>|:v"),
            ("a BETWEEN :v AND :v AND b = :v", "ok"),
            ("a IN ()", ")|()"),
            ("a IN :v", ":v|IN :v"),
            ("a IN (:v,)", ")|,)"),
            ("a IN ((b))", "ok"),
            ("(a = :v) = :v", "=|) = :v"),
            ("a = :v AND :v", "<EOF>|:v"),
            ("NOT a", "<EOF>|a"),
            ("NOT NOT a = :v", "ok"),
            ("not(a = :v)", "ok"),
            ("a AND b", "AND|a AND b"),
            ("(a)", "<EOF>|)"),
            ("((a = :v) AND (a = :v))", "ok"),
            ("(a) = :v", "ok"),
            ("size((a)) = :v", "ok"),
            ("(a.b).c = :v", ".|).c"),
            ("a = b + :v", "+|b + :v"),
            ("SET a = :v", "SET|SET a"),
            ("and = :v", "and|and ="),
            ("in(a)", "in|in("),
            ("size = :v", "ok"),
            ("a = :é", ":|= :é"),
            ("é = :v", "é|é ="),
            ("a = \"x\"", "\"|= \"x"),
            ("a=:vAND b=:v", "b|:vAND b="),
            ("a <>= b", "=|<>= b"),
            ("a , b", ",|a , b"),
            (":v", "<EOF>|:v"),
            ("a\n=\t:v", "ok"),
            ("((a = :v)))", "The expression has redundant parentheses;"),
            ("a = ((b)) c", "The expression has redundant parentheses;"),
            ("a b ((c))", "b|a b ("),
        ],
    );
}

#[test]
fn updates() {
    check(
        |text| update(text).map(drop),
        &[
            ("", "The expression can not be empty;"),
            ("a = :v", "a|a ="),
            ("SET", "<EOF>|SET"),
            ("SET a", "<EOF>|a"),
            ("SET a :v", ":v|a :v"),
            ("SET a = :v,", "<EOF>|,"),
            ("SET a = :v b = :v", "b|:v b ="),
            ("SET :v = a", ":v|SET :v ="),
            ("SET a = a+:v-:v", "-|:v-:v"),
            ("SET a = (a + :v)", "ok"),
            ("SET a = ((a) + (:v))", "ok"),
            ("SET a = (a+:v)+:v", "+|)+:v"),
            ("SET a = list_append(a + b, :v)", "+|a + b"),
            ("SET a = -:v", "-|= -:v"),
            ("SET (a) = :v", "(|SET (a"),
            ("SET a = :v AND b = :v", "AND|:v AND b"),
            ("SET a=:v SET b = ", "<EOF>|= "),
            ("set a = :v remove b add c :v delete d :v", "ok"),
            ("REMOVE :v", ":v|REMOVE :v"),
            ("REMOVE", "<EOF>|REMOVE"),
            ("ADD a b", "b|a b"),
            ("ADD a :v b :v", "b|:v b :v"),
            ("DELETE a = :v", "=|a = :v"),
            ("INVALID SYNTAX HERE", "INVALID|INVALID SYNTAX"),
        ],
    );
    assert_eq!(update("SET a = :v SET b = :v").unwrap().repeated_section, Some(Section::Set));
}

#[test]
fn projections() {
    check(
        |text| projection(text).map(drop),
        &[
            ("", "The expression can not be empty;"),
            ("a, m.x, l[0].#q", "ok"),
            ("a b", "b|a b"),
            ("a,", "<EOF>|,"),
            (",a", ",|,a"),
            ("a,,b", ",|,,b"),
            (":v", ":v|:v"),
            ("size(a)", "(|size(a"),
            ("a[0", "<EOF>|0"),
            ("*", "*|*"),
        ],
    );
}

#[test]
fn redundant_parentheses_are_seen() {
    for (text, redundant) in [
        ("((a = :v))", true),
        ("((a)) = :v", true),
        ("a = ((b))", true),
        ("NOT ((a = :v))", true),
        ("a = :w AND ((a = :v))", true),
        ("((a = :v) AND (b = :v))", false),
        ("(a = :v) AND (b = :v)", false),
        ("a IN ((b))", false),
        ("attribute_exists((a))", false),
        ("((a) = (b))", false),
    ] {
        assert_eq!(condition(text).unwrap().redundant_parentheses, redundant, "{text}");
    }
    assert!(update("SET a = ((b))").unwrap().redundant_parentheses);
}

#[test]
fn operators_are_counted() {
    for (text, operators) in [
        ("a = :v", 1),
        ("a = :v AND b = :v OR NOT c = :v", 6),
        ("size(a) = :v", 2),
        ("a BETWEEN :v AND :w AND b IN (:v, :w)", 3),
        ("(a = :v AND b = :v) AND c = :v", 5),
    ] {
        assert_eq!(condition(text).unwrap().operators, operators, "{text}");
    }
    assert_eq!(update("SET a = b + :v, c = if_not_exists(c, :v)").unwrap().operators, 2);
}

#[test]
fn the_longest_expressions_cost_no_stack() {
    let nested = |open: &str, inner: &str, close: &str| {
        let count = (EXPRESSION_BYTES - inner.len()) / (open.len() + close.len());
        format!("{}{inner}{}", open.repeat(count), close.repeat(count))
    };
    let texts = [
        nested("(", "a=:v", ")"),
        nested("(", "a=:v", ""),
        nested("NOT ", "a=:v", ""),
        nested("NOT(", "a=:v", ")"),
        nested("a(", "a", ")"),
        nested("(a=:v OR ", "a=:v", ")"),
        nested("a=:v OR ", "a=:v", ""),
        nested("a=b(", "a", ")"),
    ];
    // What browsers give a worker is a megabyte; a quarter must do.
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    let run = move || {
        for text in &texts {
            if let Ok(parsed) = condition(text) {
                let _ = super::super::check::condition(&parsed);
            }
        }
    };
    thread.spawn(run).unwrap().join().unwrap();
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in ".{0,60}") {
        let _ = (condition(&text), update(&text), projection(&text));
    }

    #[test]
    fn no_order_of_tokens_is_too_strange(
        tokens in proptest::collection::vec(proptest::sample::select(TOKENS), 0..40)
    ) {
        let text = tokens.join(" ");
        let _ = (condition(&text), update(&text), projection(&text));
    }
}

const TOKENS: &[&str] = &[
    "a", "#n", ":v", "0", "12", "AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE", "=",
    "<>", "<", "<=", ">", ">=", "(", ")", "[", "]", ",", ".", "+", "-", "size(", "foo(", "?", "é",
];
