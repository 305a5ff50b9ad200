//! Tests of the grammar: what statements are read as, which are refused, and that no text makes the reader panic.

use super::*;
use crate::partiql::ast::{Action, Select, Selected};

/// An expression with parentheses around everything that an operator takes.
fn shown(expr: &Expr) -> String {
    let list = |list: &[Expr]| list.iter().map(shown).collect::<Vec<_>>().join(", ");
    match &expr.kind {
        ExprKind::Number(text) => text.clone(),
        ExprKind::Text(text) => format!("'{text}'"),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Parameter(at) => format!("?{at}"),
        ExprKind::Binary(operator, left, right) => format!("({} {operator} {})", shown(left), shown(right)),
        ExprKind::And(tests) => format!("and({})", list(tests)),
        ExprKind::Or(tests) => format!("or({})", list(tests)),
        ExprKind::Not(inner) => format!("not({})", shown(inner)),
        ExprKind::Between { negated, operands } => {
            format!("between{}({})", u8::from(*negated), list(&**operands))
        }
        ExprKind::In { negated, value, list } => {
            format!("in{}({}, {})", u8::from(*negated), shown(value), shown(list))
        }
        ExprKind::Is { negated, value, type_name } => {
            format!("is{}({}, {type_name})", u8::from(*negated), shown(value))
        }
        ExprKind::List(elements) => format!("[{}]", list(elements)),
        ExprKind::Bag(elements) => format!("<<{}>>", list(elements)),
        ExprKind::Call(name, operands) => format!("{name}({})", list(operands)),
        ExprKind::Path(root, steps) => format!("{}/{}", shown(root), steps.len()),
        ExprKind::Bool(value) => format!("Bool({value})"),
        other => format!("{other:?}"),
    }
}

fn parsed(text: &str) -> String {
    shown(&parse(text).unwrap().0)
}

fn refused(text: &str) -> String {
    let message = parse(text).unwrap_err().message;
    message.strip_prefix("Statement wasn't well formed, can't be processed: ").unwrap_or(&message).to_owned()
}

#[test]
fn operators_bind_as_in_sql() {
    for (text, wanted) in [
        ("a = 1 AND b = 2 OR NOT c = 3 AND d", "or(and((a = 1), (b = 2)), and(not((c = 3)), d))"),
        ("a + 1 - 2 = 3 < 4", "(((a + 1) - 2) = (3 < 4))"),
        ("a = b = true AND c", "and(((a = b) = Bool(true)), c)"),
        ("a BETWEEN 1 AND 2 AND b", "and(between0(a, 1, 2), b)"),
        ("a NOT BETWEEN 1 + 1 AND 2", "between1(a, (1 + 1), 2)"),
        ("a IN (1, 2) AND b", "and(in0(a, [1, 2]), b)"),
        ("a NOT IN [?]", "in1(a, [?0])"),
        ("a IN <<?, ?>>", "in0(a, <<?0, ?1>>)"),
        ("a.b[0].c IS NOT MISSING", "is1(a/3, MISSING)"),
        ("- -1 + +2", "(1 + 2)"),
        ("((a))", "a"),
        ("Size(a)", "size(a)"),
        ("FOO(a, 1)", "foo(a, 1)"),
    ] {
        assert!(parsed(text).starts_with(wanted), "{text}: {}", parsed(text));
    }
}

#[test]
fn clauses_stand_in_their_order() {
    let select = |text: &str| match parse(text).unwrap().0.kind {
        ExprKind::Statement(statement) => match *statement {
            Statement::Select(select) => select,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let Select { projection, source, condition, order, .. } =
        select("SELECT a, b.c FROM \"t\".\"i\" WHERE d = 1 ORDER BY e DESC, f;");
    assert!(matches!(projection, Selected::List(list) if list.len() == 2));
    assert_eq!(shown(&source.path), "t/1");
    assert_eq!(shown(&condition.unwrap()), "(d = 1)");
    assert_eq!(order.iter().map(|term| term.descending).collect::<Vec<_>>(), [true, false]);
    assert!(select("SELECT * FROM t AS u").source.aliased);
    assert!(select("SELECT * FROM t, u").source.several);
}

#[test]
fn updates_may_come_from_first() {
    for text in [
        "UPDATE t SET a = 1, b = 2 REMOVE c WHERE d = 1 RETURNING ALL NEW *",
        "FROM t WHERE d = 1 SET a = 1 SET b = 2 REMOVE c RETURNING ALL NEW *",
    ] {
        let ExprKind::Statement(statement) = parse(text).unwrap().0.kind else { panic!("{text}") };
        let Statement::Change(change) = *statement else { panic!("{text}") };
        assert!(matches!(change.actions[..], [Action::Set(..), Action::Set(..), Action::Remove(_)]));
        assert_eq!(shown(&change.condition.unwrap()), "(d = 1)");
        assert_eq!(change.returning.unwrap().what, "all_new");
    }
}

#[test]
fn faults_are_named_as_the_service_does() {
    for (text, detail) in [
        ("", "Unexpected term"),
        ("SELECT * FROM t WHERE a = 1 b", "Unexpected token after expression"),
        ("SELECT * FROM t; SELECT", "Unexpected token after semicolon. (Only one query is allowed.)"),
        ("SELECT * FROM t WHERE a =", "Missing right-hand side expression of infix operator"),
        ("SELECT * FROM t WHERE AND", "Unexpected operator"),
        ("SELECT * FROM t WHERE GROUP", "Unexpected keyword"),
        ("SELECT * FROM t WHERE a IN (1", "Expected RIGHT_PAREN"),
        ("SELECT * FROM t WHERE a IN [1", "Expected RIGHT_BRACKET"),
        ("SELECT * FROM t WHERE a BETWEEN 1 AND", "Expected expression after AND"),
        ("SELECT * FROM t WHERE a IS b", "Expected type name"),
        ("SELECT * FROM t WHERE a.inner = 1", "Invalid path dot component"),
        ("SELECT * FROM t ORDER a", "Expected BY"),
        ("SELECT a b c FROM t", "Expected FROM after SELECT list"),
        ("UPDATE t SET a", "Expected '='"),
        ("UPDATE t", "Expected data manipulation"),
        ("UPDATE t SET a[?] = 1", "Invalid path component for simple path"),
        ("DELETE t", "Expected FROM after DELETE"),
        ("DELETE FROM 't'", "Expected identifier for simple path"),
        ("INSERT INTO t VALUE {'a' 1}", "Expected COLON"),
        ("INSERT INTO t VALUE {'a': 1", "Expected RIGHT_CURLY"),
    ] {
        assert_eq!(refused(text), detail, "{text}");
    }
}

#[test]
fn nesting_is_bounded_and_long_chains_are_flat() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{'a':", "}"), ("NOT ", ""), ("- ", ""), ("f(", ")"), ("a[", "]")]
    {
        let nested = |times: usize| format!("{}1{}", open.repeat(times), close.repeat(times));
        assert!(parse(&nested(40)).is_ok(), "{open}");
        assert!(parse(&nested(4000)).is_err(), "{open}");
    }
    let chain = vec!["a = 1"; 250].join(" AND ");
    assert_eq!(parse(&chain).unwrap().0.height, 3);
    assert!(refused(&vec!["a"; 400].join(" = ")).contains("operators"));
}

/// A generator of texts that look a little like statements.
fn texts(seed: u64, count: usize) -> Vec<String> {
    const PARTS: [&str; 56] = [
        "SELECT",
        "FROM",
        "WHERE",
        "INSERT INTO",
        "VALUE",
        "UPDATE",
        "SET",
        "REMOVE",
        "DELETE",
        "RETURNING",
        "ALL OLD",
        "*",
        "ORDER BY",
        "DESC",
        "AND",
        "OR",
        "NOT",
        "IN",
        "BETWEEN",
        "IS",
        "MISSING",
        "NULL",
        "EXISTS",
        "size",
        "begins_with",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<<",
        ">>",
        "=",
        "<>",
        "<=",
        "+",
        "-",
        ",",
        ".",
        ":",
        ";",
        "?",
        "'a'",
        "\"b\"",
        "pk",
        "t",
        "1",
        "1e9",
        "-0.0",
        "`x`",
        "--",
        "/*",
        "\n",
        "é",
        "CASE",
    ];
    let mut random = crate::random::Random::new(seed);
    (0..count)
        .map(|_| {
            let length = 1 + random.below(24);
            let part = |_| PARTS[random.below(PARTS.len() as u64) as usize];
            (0..length).map(part).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

#[test]
fn no_text_makes_it_panic() {
    for text in texts(1, 10_000) {
        let _ = parse(&text);
    }
    let mut random = crate::random::Random::new(2);
    for _ in 0..2_000 {
        let text: String =
            (0..random.below(200)).map(|_| char::from_u32(32 + random.below(96) as u32).unwrap()).collect();
        let _ = parse(&text);
    }
}
