//! Tables of updates: what is refused in which words, and what becomes of one item. The answers are DynamoDB Local's, but
//! for sums of too many digits, where they are the service's.

use super::super::condition::tests::{item, names, values};
use super::*;
use crate::error::expression::Envelope;

fn compiled(text: &str, given: &str) -> std::result::Result<Update, String> {
    let (names, values) = (names("a b"), values(given));
    let values = (!values.is_empty()).then_some(&values);
    let mut placeholders = Placeholders::new(Some(&names), values, Envelope::Bare).unwrap();
    Update::compile(text, &mut placeholders).map_err(|error| {
        error.message.strip_prefix("Invalid UpdateExpression: ").unwrap_or(&error.message).to_owned()
    })
}

const KINDS: &str = "n: 1, s: 'x', l: [], ss: <'x'>, t: true";

#[test]
fn what_is_refused() {
    let overlap = |one: &str, two: &str| {
        format!(
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [{one}], path two: [{two}]"
        )
    };
    let conflict = |one: &str, two: &str| overlap(one, two).replace("overlap", "conflict");
    let operand = |operator: &str, kind: &str| {
        format!(
            "Incorrect operand type for operator or function; operator or function: {operator}, operand type: {kind}"
        )
    };
    let section = |section: &str, kind: &str| {
        format!(
            "Incorrect operand type for operator or function; operator: {section}, operand type: {kind}, typeSet: ALLOWED_FOR_{section}_OPERAND"
        )
    };
    let count = |name: &str| {
        format!(
            "Incorrect number of operands for operator or function; operator or function: {name}, number of operands: 1"
        )
    };
    let not_here =
        |name: &str| format!("The function is not allowed in an update expression; function: {name}");
    let misplaced = |name: &str| {
        format!("The function is not allowed to be used this way in an expression; function: {name}")
    };
    let undefined = |key: &str| {
        format!("An expression attribute value used in expression is not defined; attribute value: {key}")
    };
    let reserved = "Attribute name is a reserved keyword; reserved keyword: name";
    let path_wanted = "Operator or function requires a document path; operator or function: if_not_exists";
    let undefined_name =
        "An expression attribute name used in the document path is not defined; attribute name: #q";
    let sums: Vec<String> = (0..301).map(|i| format!("x{i}=b+:n")).collect();
    let sums = format!("SET {}", sums.join(","));
    let rows: Vec<(&str, String)> = vec![
        (
            "SET a = :n SET b = :n",
            "The \"SET\" section can only be used once in an update expression;".into(),
        ),
        ("SET a = :n SET b = ((c))", "The expression has redundant parentheses;".into()),
        ("SET name = :n SET b = c", reserved.into()),
        ("SET a = :n, a = name", reserved.into()),
        ("SET a = name, b = foo(a)", reserved.into()),
        ("ADD name :n", reserved.into()),
        ("REMOVE name", reserved.into()),
        ("SET a = foo(name)", "Invalid function name; function: foo".into()),
        ("SET a = size(s)", not_here("size")),
        ("SET a = attribute_exists(:q)", not_here("attribute_exists")),
        ("SET l = list_append(list_append(l, :l), :l)", misplaced("list_append")),
        ("SET l = if_not_exists(q, list_append(l, :l))", misplaced("list_append")),
        ("SET a = list_append(l, :l) + :n", misplaced("list_append")),
        ("SET a = :q, a = :n", overlap("a", "a")),
        ("SET #a = :n, a = :n", overlap("a", "a")),
        ("SET m.x = :n REMOVE m", overlap("m, x", "m")),
        ("SET m = :n, m.x = :n", overlap("m", "m, x")),
        ("REMOVE l[0], l", overlap("l, [0]", "l")),
        ("SET a = :n ADD a :q", overlap("a", "a")),
        ("REMOVE a, a.b, a.c", overlap("a", "a, c")),
        ("SET a = :n, m.x = :n, #a = :n", overlap("a", "m, x")),
        ("REMOVE l[0], l[1].x, l[0].y", overlap("l, [0]", "l, [1], x")),
        ("SET l[0] = :n, l.x = :n", conflict("l, [0]", "l, x")),
        ("SET b.x.y = :n, b.x[0] = :n", conflict("b, x, y", "b, x, [0]")),
        ("SET b=:n, #q=:n, b=:n", undefined_name.into()),
        (&sums, "The expression contains too many operators; operator count: 301".into()),
        ("SET a = s + :s, b = :q", undefined(":q")),
        ("SET b = :q, a = s + :s", operand("+", "S")),
        ("SET b = :q ADD a :s", section("ADD", "STRING")),
        ("ADD a :s SET b = :q", undefined(":q")),
        ("SET a = :n - :ss", operand("-", "SS")),
        ("SET l = list_append(l, :n)", operand("list_append", "N")),
        ("SET l = list_append(:ss, l)", operand("list_append", "SS")),
        ("SET a = list_append(:l)", count("list_append")),
        ("SET a = if_not_exists(q)", count("if_not_exists")),
        ("SET a = if_not_exists(:n, :n)", path_wanted.into()),
        ("SET a = if_not_exists(if_not_exists(q, :n), :n)", path_wanted.into()),
        ("SET a = if_not_exists(a, a)", "The first operand must be distinct from the remaining operands for this operator or function; operator: if_not_exists, first operand: [a]".into()),
        ("ADD a :l", section("ADD", "LIST")),
        ("DELETE ss :n", section("DELETE", "NUMBER")),
        ("DELETE ss :s", section("DELETE", "STRING")),
    ];
    for (text, message) in rows {
        assert_eq!(compiled(text, KINDS).unwrap_err(), message, "{text}");
    }
}

const SUBJECT: &str =
    "a: 5, b: 7, s: 'hello', l: [1, 2, 3], m: {x: 1, y: {z: 1}}, ss: <'a', 'b'>, ns: <1, 2>";

#[test]
fn what_becomes_of_an_item() {
    for (text, given, changed, gone) in [
        ("SET a = b + :v", "v: 1", "a: 8", ""),
        ("SET a = :v - b", "v: 1", "a: -6", ""),
        ("SET a = ((a) + (:v))", "v: 1", "a: 6", ""),
        ("SET a = b, b = a", "", "a: 7, b: 5", ""),
        ("SET q = if_not_exists(q, :v) + :v", "v: 1", "q: 2", ""),
        ("SET a = if_not_exists(q, if_not_exists(w, :v))", "v: 1", "a: 1", ""),
        ("SET l = list_append(l, :v)", "v: [9]", "l: [1, 2, 3, 9]", ""),
        ("SET l = list_append(:v, l)", "v: [9]", "l: [9, 1, 2, 3]", ""),
        ("SET q = list_append(if_not_exists(q, :v), :v)", "v: [9]", "q: [9, 9]", ""),
        ("SET l[1] = :v", "v: 9", "l: [1, 9, 3]", ""),
        ("SET l[9] = :v, l[7] = :w", "v: 99, w: 77", "l: [1, 2, 3, 77, 99]", ""),
        ("SET l[0] = l[1], l[1] = l[0]", "", "l: [2, 1, 3]", ""),
        ("SET l[5] = :v REMOVE l[0]", "v: 9", "l: [2, 3, 9]", ""),
        ("SET l[5] = :v REMOVE l[3]", "v: 9", "l: [1, 2, 3, 9]", ""),
        ("SET m.n = :v", "v: 9", "m: {n: 9, x: 1, y: {z: 1}}", ""),
        ("REMOVE l[0], l[2]", "", "l: [2]", ""),
        ("REMOVE l[0], l[1], l[2]", "", "l: []", ""),
        ("REMOVE l[9], q, m.q", "", "", ""),
        ("REMOVE m.y.z, m.x, a", "", "m: {y: {}}", "a"),
        ("ADD a :v, q :v, m.x :v, m.q :v", "v: 1", "a: 6, q: 1, m: {x: 2, q: 1, y: {z: 1}}", ""),
        ("ADD l[0] :v, l[7] :v", "v: 1", "l: [2, 2, 3, 1]", ""),
        ("ADD ss :v, q :v", "v: <'a', 'c'>", "ss: <'a', 'b', 'c'>, q: <'a', 'c'>", ""),
        ("ADD ns :v", "v: <2.0, 3>", "ns: <1, 2, 3>", ""),
        ("DELETE ss :v", "v: <'a', 'c'>", "ss: <'b'>", ""),
        ("DELETE ss :v", "v: <'a', 'b'>", "", "ss"),
        ("DELETE q :v, m.q :v", "v: <'a'>", "", ""),
        (
            "SET a = :v REMOVE b ADD ns :w DELETE ss :x",
            "v: 1, w: <9>, x: <'a'>",
            "a: 1, ns: <1, 2, 9>, ss: <'b'>",
            "b",
        ),
    ] {
        let update = compiled(text, given).unwrap_or_else(|message| panic!("{text}: {message}"));
        let mut expected = item(SUBJECT);
        for (name, value) in item(changed) {
            expected.insert(name, value);
        }
        expected.remove(gone);
        assert_eq!(update.apply(&item(SUBJECT)), Ok(expected), "{text}");
    }
}

#[test]
fn what_an_item_refuses() {
    let missing = "The provided expression refers to an attribute that does not exist in the item";
    let kind = "An operand in the update expression has an incorrect data type";
    let place = "The document path provided in the update expression is invalid for update";
    let overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";
    for (text, given, message) in [
        ("SET a = q", "", missing),
        ("SET a = m.q", "", missing),
        ("SET a = l[8]", "", missing),
        ("SET a = q + :v", "v: 1", missing),
        ("SET a = if_not_exists(zz, zy)", "", missing),
        ("SET a = if_not_exists(a, zz)", "", missing),
        ("SET l = list_append(q, :v)", "v: [1]", missing),
        ("SET a = zz + s", "", missing),
        ("SET a = zz, b = s + s", "", kind),
        ("SET b = s + s, a = zz", "", kind),
        ("ADD s :v SET a = zz", "v: 1", kind),
        ("SET a = zz ADD s :v", "v: 1", kind),
        ("SET m.y.n = q REMOVE q[5]", "", missing),
        ("ADD a :v, m.q[2] :v", "v: <1>", place),
        ("SET l[2].x.y = m.q", "", place),
        ("REMOVE q.z SET a = s + s", "", kind),
        ("SET a = s + zz", "", kind),
        ("SET a = b + s", "", kind),
        ("SET l = list_append(s, :v)", "v: [1]", kind),
        ("SET a = a + if_not_exists(q, :v)", "v: 'x'", kind),
        ("ADD s :v", "v: 1", kind),
        ("ADD ns :v", "v: <'a'>", kind),
        ("ADD a :v", "v: <'a'>", kind),
        ("DELETE a :v", "v: <'a'>", kind),
        ("DELETE ns :v", "v: <'a'>", kind),
        ("SET m.n.o = :v", "v: 1", place),
        ("SET q.x = :v", "v: 1", place),
        ("SET a.x = :v", "v: 1", place),
        ("SET a[0] = :v", "v: 1", place),
        ("SET m[0] = :v", "v: 1", place),
        ("SET l.x = :v", "v: 1", place),
        ("SET l[7].x = :v", "v: 1", place),
        ("REMOVE q.x", "", place),
        ("REMOVE a[0]", "", place),
        ("REMOVE m.q.z", "", place),
        ("ADD q.q :v", "v: 1", place),
        ("DELETE q.q :v", "v: <'a'>", place),
        ("SET a = zz, q.z = :v", "v: 1", place),
        ("SET q.z = :v, a = zz", "v: 1", missing),
        ("SET a = :v + :v", "v: 9e125", overflow),
        ("SET a = b + :v", "v: 1e50", overflow),
        ("ADD b :v", "v: 1e-50", overflow),
        (
            "SET a = :v - :w",
            "v: 1.5e-130, w: 1.4e-130",
            "Number underflow. Attempting to store a number with magnitude smaller than supported range",
        ),
    ] {
        let update = compiled(text, given).unwrap_or_else(|message| panic!("{text}: {message}"));
        assert_eq!(update.apply(&item(SUBJECT)).unwrap_err().message, message, "{text}");
    }
}

#[test]
fn what_was_touched() {
    let update = compiled("SET m.x = :v, l[1] = :v, q = :v REMOVE a", "v: 9").unwrap();
    let before = item(SUBJECT);
    let after = update.apply(&before).unwrap();
    assert_eq!(update.touched(&before), item("a: 5, l: [2], m: {x: 1}"));
    assert_eq!(update.touched(&after), item("l: [9], m: {x: 9}, q: 9"));
    assert_eq!(update.to_string(), "SET m.x = 9, SET l[1] = 9, SET q = 9, REMOVE a");
    let message = |key: &[&str]| update.check_key(key.iter().copied()).err().map(|e| e.message);
    assert_eq!(message(&["p", "b"]), None);
    assert_eq!(
        message(&["p", "m"]).unwrap(),
        "One or more parameter values were invalid: Cannot update attribute m. This attribute is part of the key"
    );
}
