//! Tables of conditions: what is refused in which words, and what holds for one item. The answers are DynamoDB Local's,
//! but for the texts that the service is known to have changed.

use std::collections::BTreeMap;

use super::*;
use crate::error::expression::Envelope;
use crate::model::{Item, Number};

/// A value in short: `5`, `'text'`, `true`, `null`, `0x0102`, `[…]`, `{name: …}`, `<…>` (a set).
pub(crate) fn value(text: &str) -> AttributeValue {
    let parts = |inner: &str| -> Vec<String> {
        let (mut parts, mut depth, mut part) = (Vec::new(), 0, String::new());
        for c in inner.chars() {
            depth += i32::from("[{<".contains(c)) - i32::from("]}>".contains(c));
            if c == ',' && depth == 0 {
                parts.push(std::mem::take(&mut part).trim().to_owned());
            } else {
                part.push(c);
            }
        }
        parts.extend(Some(part.trim().to_owned()).filter(|part| !part.is_empty()));
        parts
    };
    let inner = || &text[1..text.len() - 1];
    match text.chars().next().expect("a value") {
        '\'' => AttributeValue::s(inner()),
        't' | 'f' => AttributeValue::Bool(text == "true"),
        'n' => AttributeValue::Null,
        '0' if text.starts_with("0x") => AttributeValue::B(
            text.as_bytes()[2..]
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect(),
        ),
        '[' => AttributeValue::L(parts(inner()).iter().map(|p| value(p)).collect()),
        '{' => AttributeValue::M(item(inner())),
        '<' => {
            let elements: Vec<AttributeValue> = parts(inner()).iter().map(|p| value(p)).collect();
            let set = match elements[0] {
                AttributeValue::S(_) => {
                    let strings = elements.into_iter().map(|e| match e {
                        AttributeValue::S(text) => text,
                        other => panic!("{other:?} in a string set"),
                    });
                    AttributeValue::string_set(strings.collect())
                }
                AttributeValue::N(_) => {
                    let numbers = elements.into_iter().map(|e| match e {
                        AttributeValue::N(number) => number,
                        other => panic!("{other:?} in a number set"),
                    });
                    AttributeValue::number_set(numbers.collect())
                }
                _ => panic!("a set of {text}"),
            };
            set.expect("distinct elements")
        }
        _ => AttributeValue::N(Number::parse(text).expect("a number")),
    }
}

/// An item in short: `a: 5, m: {x: 1}`.
pub(crate) fn item(text: &str) -> Item {
    let mut attributes = Vec::new();
    let (mut depth, mut part) = (0, String::new());
    for c in text.chars().chain([',']) {
        depth += i32::from("[{<".contains(c)) - i32::from("]}>".contains(c));
        if c == ',' && depth == 0 {
            attributes.push(std::mem::take(&mut part));
        } else {
            part.push(c);
        }
    }
    attributes
        .iter()
        .filter(|attribute| !attribute.trim().is_empty())
        .map(|attribute| {
            let (name, text) = attribute.split_once(':').expect("name: value");
            (name.trim().to_owned(), value(text.trim()))
        })
        .collect()
}

/// Placeholders in short: `v: 5, w: 'x'` for values.
pub(crate) fn values(text: &str) -> BTreeMap<String, AttributeValue> {
    item(text).into_iter().map(|(name, value)| (format!(":{name}"), value)).collect()
}

pub(crate) fn names(text: &str) -> BTreeMap<String, String> {
    text.split_whitespace().map(|name| (format!("#{name}"), name.to_owned())).collect()
}

fn compiled(text: &str, given: &str) -> std::result::Result<Condition, String> {
    let (names, values) = (names("a b"), values(given));
    let values = (!values.is_empty()).then_some(&values);
    let mut placeholders = Placeholders::new(Some(&names), values, Envelope::Bare).unwrap();
    Condition::compile(ExpressionKind::ConditionExpression, text, &mut placeholders).map_err(|error| {
        error.message.strip_prefix("Invalid ConditionExpression: ").unwrap_or(&error.message).to_owned()
    })
}

const KINDS: &str = "n: 1, s: 'x', b: 0x01, t: true, z: null, m: {}, l: [], ss: <'x'>";

#[test]
fn what_is_refused() {
    let deep = format!("a{} = :n", ".b".repeat(32));
    let wide = format!("a IN ({})", vec![":n"; 101].join(","));
    let many = vec!["a=:n"; 302].join(" OR ");
    let (many_names, many_undefined) = (format!("{many} OR name=:n"), format!("{many} OR a=:q"));
    let distinct = |operator: &str, path: &str| {
        format!(
            "The first operand must be distinct from the remaining operands for this operator or function; operator: {operator}, first operand: [{path}]"
        )
    };
    let count = |name: &str, count: usize| {
        format!(
            "Incorrect number of operands for operator or function; operator or function: {name}, number of operands: {count}"
        )
    };
    let operand = |name: &str, kind: &str| {
        format!(
            "Incorrect operand type for operator or function; operator or function: {name}, operand type: {kind}"
        )
    };
    let reserved = |word: &str| format!("Attribute name is a reserved keyword; reserved keyword: {word}");
    let undefined = |key: &str| {
        format!("An expression attribute value used in expression is not defined; attribute value: {key}")
    };
    let misplaced = |name: &str| {
        format!("The function is not allowed to be used this way in an expression; function: {name}")
    };
    let unknown = |name: &str| format!("Invalid function name; function: {name}");
    let not_here =
        |name: &str| format!("The function is not allowed in a condition expression; function: {name}");
    let index = "List index is not within the allowable range; index: [99999999999]";
    let redundant = "The expression has redundant parentheses;";
    let path_wanted = "Operator or function requires a document path; operator or function: attribute_exists";
    let operators = "The expression contains too many operators; operator count: 301";
    let rows: Vec<(&str, String)> = vec![
        ("name = :n", reserved("name")),
        ("a.Name = :n", reserved("Name")),
        // DynamoDB Local takes this one; the developer guide lists it.
        ("size = :n", reserved("size")),
        ("a[99999999999] = name", index.into()),
        ("a[2147483648] = :n", "List index is not within the allowable range; index: [2147483648]".into()),
        ("#q = :n", "An expression attribute name used in the document path is not defined; attribute name: #q".into()),
        ("a = :q", undefined(":q")),
        (":q = #q", undefined(":q")),
        ("((name = :q))", redundant.into()),
        ("foo(a) OR ((a = :n))", redundant.into()),
        ("foo(a) AND name = :q", unknown("foo")),
        ("name = :n OR foo(a)", reserved("name")),
        ("foo(a) OR a[99999999999] = :n", unknown("foo")),
        ("size(foo(a)) = :n", unknown("foo")),
        ("ATTRIBUTE_EXISTS(a)", unknown("ATTRIBUTE_EXISTS")),
        ("if_not_exists(name, :q) = a", not_here("if_not_exists")),
        ("list_append(a, a) = a", not_here("list_append")),
        ("size(a)", misplaced("size")),
        ("size(a) AND name = :n", misplaced("size")),
        ("b = :q AND size(a)", misplaced("size")),
        ("attribute_exists(a) = :q", misplaced("attribute_exists")),
        ("attribute_exists(attribute_exists(a))", misplaced("attribute_exists")),
        ("contains(attribute_exists(:q), :r)", misplaced("attribute_exists")),
        (&many, operators.into()),
        (&many_names, reserved("name")),
        (&many_undefined, operators.into()),
        (&deep, "The document path has too many nesting levels; nesting levels: 33".into()),
        (&wide, "The IN operator is provided with too many operands; number of operands: 101".into()),
        ("a = a AND b = :q", distinct("=", "a")),
        ("b = :q AND a = a", undefined(":q")),
        ("a.b[0] <> a.b[0]", distinct("<>", "a, b, [0]")),
        ("#a = a", distinct("=", "a")),
        ("a BETWEEN b AND a", distinct("BETWEEN", "a")),
        ("a IN (:n, a)", distinct("IN", "a")),
        ("begins_with(s, s)", distinct("begins_with", "s")),
        ("attribute_type(a, a)", distinct("attribute_type", "a")),
        ("contains(a, a)", distinct("contains", "a")),
        ("contains(a, a, a)", count("contains", 3)),
        ("attribute_exists(:n, a)", count("attribute_exists", 2)),
        ("begins_with(a)", count("begins_with", 1)),
        ("size(a, a) = :n", count("size", 2)),
        ("attribute_exists(:n)", path_wanted.into()),
        ("attribute_exists(size(a))", path_wanted.into()),
        ("size(:n) = :q", operand("size", "N")),
        ("size(size(a)) = :n", operand("size", "N")),
        ("size(:t) = :n", operand("size", "BOOL")),
        ("a < :t", operand("<", "BOOL")),
        (":z >= a", operand(">=", "NULL")),
        ("a > :l", operand(">", "L")),
        ("a < :m", operand("<", "M")),
        ("a <= :ss", operand("<=", "SS")),
        (":t BETWEEN a AND a", operand("BETWEEN", "BOOL")),
        ("begins_with(a, :n)", operand("begins_with", "N")),
        ("begins_with(size(a), :s)", operand("begins_with", "N")),
        ("attribute_type(a, :n)", operand("attribute_type", "N")),
        ("attribute_type(a, :s)", "Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}".into()),
        ("a BETWEEN :n AND :s", "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:x}".into()),
    ];
    for (text, message) in rows {
        assert_eq!(compiled(text, KINDS).unwrap_err(), message, "{text}");
    }
    assert_eq!(
        compiled("a BETWEEN :v AND :w", "v: 2, w: 1").unwrap_err(),
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}"
    );
    assert_eq!(
        compiled("a BETWEEN :v AND :w", "v: 0x02, w: 0x01").unwrap_err(),
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {B:java.nio.HeapByteBuffer[pos=0 lim=1 cap=1]}, upper bound operand: AttributeValue: {B:java.nio.HeapByteBuffer[pos=0 lim=1 cap=1]}"
    );
    for (length, fits) in [(4096, true), (4097, false)] {
        let text = format!("{:<length$}", "a = :n");
        assert_eq!(compiled(&text, KINDS).is_ok(), fits, "{length}");
    }
    assert_eq!(
        compiled(&" ".repeat(4097), KINDS).unwrap_err(),
        "Expression size has exceeded the maximum allowed size; expression size: 4097"
    );
}

#[test]
fn what_is_taken() {
    let wide = format!("a IN ({})", vec![":n"; 100].join(","));
    let many = vec!["a=:n"; 150].join(" OR ");
    let deep = format!("a{} = :n", "[0]".repeat(31));
    let nots = format!("{}a = :n", "NOT ".repeat(299));
    for text in [
        wide.as_str(),
        &many,
        &deep,
        &nots,
        ":n = :n",
        "a.b = a",
        "size(a) = size(a)",
        "a BETWEEN b AND b",
        "a BETWEEN :s AND b",
        "attribute_type(:s, :k)",
        "begins_with(:s, :s)",
        "contains(:n, a)",
        "contains(a, :ss)",
        "size(:m) = :n",
    ] {
        if let Err(message) = compiled(text, &format!("{KINDS}, k: 'NS'")) {
            panic!("{text}: {message}");
        }
    }
}

#[test]
fn what_holds() {
    let subject = item(
        "a: 5, s: 'né😀', b: 0x010203, l: [1, ['q']], m: {x: 1}, ss: <'a', 'b'>, ns: <1, 2>, z: null, t: true",
    );
    for (text, given, holds) in [
        ("a = :v", "v: 5.0", true),
        ("a <> :v", "v: '5'", true),
        ("a < :v", "v: 5.1", true),
        ("a < :v", "v: '6'", false),
        ("a BETWEEN :v AND :w", "v: 5, w: 5", true),
        ("a BETWEEN :v AND q", "v: 1", false),
        ("a IN (q, :v)", "v: 5", true),
        ("NOT q IN (:v)", "v: 1", true),
        ("q = w", "", false),
        ("q <> w", "", true),
        ("a <> q", "", true),
        ("q <> :v", "v: 1", true),
        ("q < :v", "v: 1", false),
        ("size(s) = :v", "v: 4", true),
        ("size(b) = :v", "v: 3", true),
        ("size(l) = :v AND size(m) = :w AND size(ss) = :v", "v: 2, w: 1", true),
        ("size(a) >= :v", "v: 0", false),
        ("size(q) <> :v", "v: 0", true),
        ("NOT size(q) = :v", "v: 0", true),
        ("contains(s, :v)", "v: 'é'", true),
        ("contains(s, :v)", "v: ''", true),
        ("contains(b, :v)", "v: 0x0203", true),
        ("contains(b, :v)", "v: '2'", false),
        ("contains(l, :v)", "v: ['q']", true),
        ("contains(ss, :v)", "v: 'b'", true),
        ("contains(ss, :v)", "v: <'b'>", false),
        ("contains(ns, :v)", "v: 1.0", true),
        ("contains(m, :v)", "v: 'x'", false),
        ("begins_with(s, :v)", "v: 'n'", true),
        ("begins_with(b, :v)", "v: 0x0102", true),
        ("begins_with(a, s)", "", false),
        ("m = :v", "v: {x: 1.0}", true),
        ("ss = :v", "v: <'b', 'a'>", true),
        ("z = :v", "v: null", true),
        ("t < a", "", false),
        ("l < m", "", false),
        ("attribute_type(l[1], :v)", "v: 'L'", true),
        ("attribute_exists(l[5])", "", false),
        ("attribute_not_exists(m.y)", "", true),
        ("b > :v", "v: 0x0102", true),
        (":v < :w", "v: '😀', w: '～'", false),
        ("a = :v OR a = :w AND a = :v", "v: 5, w: 6", true),
        ("(a = :v OR a = :w) AND a = :w", "v: 5, w: 6", false),
        ("NOT a = :v AND a = :w", "v: 6, w: 5", true),
    ] {
        let condition = compiled(text, given).unwrap_or_else(|message| panic!("{text}: {message}"));
        assert_eq!(condition.evaluate(Some(&subject)), holds, "{text} with {given}");
    }
    assert!(compiled("attribute_not_exists(a)", "").unwrap().evaluate(None));
    assert!(!compiled("a = :v", "v: 1").unwrap().evaluate(None));
}

#[test]
fn a_condition_shows_what_it_tests() {
    for (text, given, shown) in [
        (
            "#a = :v AND NOT (s < :w OR b.c[1] > :v)",
            "v: 5, w: 'x'",
            "a = 5 AND NOT (s < \"x\" OR b.c[1] > 5)",
        ),
        (
            "a IN (:v, :w) OR size(b) BETWEEN :x AND :x",
            "v: <1, 2>, w: 0x0a, x: 1",
            "a IN (<1, 2>, 0x0a) OR size(b) BETWEEN 1 AND 1",
        ),
        (
            "attribute_type(a, :v) AND contains(b, :w)",
            "v: 'NS', w: {x: [null, true]}",
            "attribute_type(a, NS) AND contains(b, {x: [null, true]})",
        ),
    ] {
        assert_eq!(compiled(text, given).unwrap().to_string(), shown);
    }
}

#[test]
fn a_filter_leaves_the_key_alone() {
    let filter = compiled("a = :v AND p.x = :v AND r = :v", "v: 1").unwrap();
    assert_eq!(filter.attributes(), ["a", "p", "r"]);
    let message = |key: &[&str]| filter.check_filter(key.iter().copied()).err().map(|e| e.message);
    assert_eq!(message(&["q"]), None);
    assert_eq!(
        message(&["r"]).unwrap(),
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: r"
    );
    assert_eq!(
        message(&["p", "r"]).unwrap(),
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: p"
    );
}
