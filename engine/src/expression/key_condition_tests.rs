//! Tables of key conditions: the plain key's as DynamoDB Local answers (the service names the missing element), the
//! multi-attribute key's as paritysuite/dynamodb-conformance records of the service.

use super::super::condition::tests::{item, values};
use super::*;
use crate::error::expression::Envelope;

const fn part(name: &str, attribute_type: AttributeType) -> KeyPart<'_> {
    KeyPart { name, attribute_type }
}

const HASH: &[KeyPart] = &[part("p", AttributeType::S)];
const RANGE: &[KeyPart] = &[part("r", AttributeType::N)];

fn bound(
    text: &str,
    given: &str,
    hash: &[KeyPart],
    range: &[KeyPart],
) -> std::result::Result<KeyRange, String> {
    let values = values(given);
    let mut placeholders = Placeholders::new(None, Some(&values), Envelope::Bare).unwrap();
    KeyCondition::compile(text, &mut placeholders)
        .and_then(|condition| condition.bind(hash, range, None))
        .map_err(|error| error.message)
}

#[test]
fn what_is_refused_of_a_plain_key() {
    let operator = |name: &str| format!("Invalid operator used in KeyConditionExpression: {name}");
    let invalid = |rest: &str| format!("Invalid condition in KeyConditionExpression: {rest}");
    let missing = |name: &str| format!("Query condition missed key schema element: {name}");
    let (unsupported, repeated) = (
        "Query key condition not supported",
        "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
    );
    let nested = "KeyConditionExpressions cannot contain nested operations";
    let kind =
        "One or more parameter values were invalid: Condition parameter type does not match schema type";
    let inside = "KeyConditionExpressions cannot have conditions on nested attributes";
    let rows: Vec<(&str, String)> = vec![
        ("p > :p", unsupported.into()),
        (":p >= p", unsupported.into()),
        ("p BETWEEN :p AND :p", unsupported.into()),
        ("begins_with(p, :p)", unsupported.into()),
        ("p > :p AND a > :r", unsupported.into()),
        ("p <> :p", operator("<>")),
        ("p = :p AND r <> :r AND a = :r", operator("<>")),
        ("p = :p AND size(r) <> :r", operator("<>")),
        ("p = :p OR r = :r", operator("OR")),
        ("NOT p = :p", operator("NOT")),
        ("p IN (:p)", operator("IN")),
        ("attribute_exists(p)", operator("attribute_exists")),
        ("p = :p AND attribute_not_exists(a)", operator("attribute_not_exists")),
        ("p = :p AND contains(r, :r)", operator("contains")),
        ("r = :r", missing("p")),
        ("a > :r", missing("p")),
        ("a = :p AND s = :r", missing("p")),
        ("p = :p AND a = :r", missing("r")),
        ("p = :p AND r = :r AND a = :r", "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)".into()),
        ("p = :p AND r > :r AND r < :r", repeated.into()),
        ("p = :p AND p = :p", repeated.into()),
        ("p = a", invalid("Multiple attribute names used in one condition")),
        ("p = :p AND r BETWEEN a AND :r", invalid("Multiple attribute names used in one condition")),
        ("p = :p AND begins_with(r, a)", invalid("Multiple attribute names used in one condition")),
        (":p = :p AND p = a", invalid("No key attribute specified")),
        ("p = :p AND :r BETWEEN r AND r", invalid("BETWEEN operator must have the key attribute as its first operand")),
        ("begins_with(:p, p)", invalid("begins_with operator must have the key attribute as its first operand")),
        ("size(p) = :r", nested.into()),
        ("p = size(r)", nested.into()),
        ("p = :p AND r BETWEEN :r AND size(a)", nested.into()),
        ("p = :p AND r[0] = :r", inside.into()),
        ("p = :p AND r.x BETWEEN :r AND :r", inside.into()),
        (
            "a = :r AND l.z >= :p AND p = :p",
            inside.into(),
        ),
        ("p = :r", kind.into()),
        ("p = :p AND r = :p", kind.into()),
        ("a = :r AND p = :r", kind.into()),
        ("p = :p AND begins_with(r, :p)", kind.into()),
        ("p = :p AND r BETWEEN :p AND :p", kind.into()),
        ("p = :t", kind.into()),
        ("p = :e", "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: p".into()),
        ("p = :p AND r = :r AND", "Invalid KeyConditionExpression: Syntax error; token: \"<EOF>\", near: \"AND\"".into()),
        ("name = :p", "Invalid KeyConditionExpression: Attribute name is a reserved keyword; reserved keyword: name".into()),
        ("p = :p AND if_not_exists(r, :r)", "Invalid KeyConditionExpression: The function is not allowed in a condition expression; function: if_not_exists".into()),
    ];
    for (text, message) in rows {
        assert_eq!(bound(text, "p: 'k', r: 1, t: true, e: ''", HASH, RANGE).unwrap_err(), message, "{text}");
    }
    assert_eq!(
        bound("p = :p AND a = :p", "p: 'k'", HASH, &[]).unwrap_err(),
        "The number of query conditions (2) exceeds the number of key attributes defined in the schema (1)"
    );
    assert_eq!(bound("a = :p", "p: 'k'", HASH, &[]).unwrap_err(), missing("p"));
}

#[test]
fn what_a_plain_key_is_asked_for() {
    let n = |name: &str| item("one: 1, two: 2").get(name).unwrap().clone();
    for (text, equal, range) in [
        ("p = :p", None, None),
        (":p = p AND r = :a", Some(n("one")), None),
        ("r = :a AND p = :p", Some(n("one")), None),
        ("(p = :p) AND (r < :a)", None, Some(RangeCondition::Less(n("one")))),
        ("p = :p AND :a < r", None, Some(RangeCondition::Greater(n("one")))),
        ("p = :p AND :a >= r", None, Some(RangeCondition::LessOrEqual(n("one")))),
        ("p = :p AND r >= :a", None, Some(RangeCondition::GreaterOrEqual(n("one")))),
        ("p = :p AND r BETWEEN :a AND :b", None, Some(RangeCondition::Between(n("one"), n("two")))),
    ] {
        let expected =
            KeyRange { hash: vec![AttributeValue::s("k")], equal: equal.into_iter().collect(), range };
        assert_eq!(bound(text, "p: 'k', a: 1, b: 2", HASH, RANGE), Ok(expected), "{text}");
    }
}

#[test]
fn a_key_of_several_attributes() {
    let parts = ["h1", "h2", "r1", "r2", "r3"].map(|name| part(name, AttributeType::S));
    let ask = |text: &str| bound(text, "a: 'a'", &parts[..2], &parts[2..]);
    let hash = |names: &str| {
        format!("HASH key attributes {names} must have equality conditions specified in the query")
    };
    let range = |names: &str, because: &str| {
        format!(
            "RANGE key attributes {names} must have equality conditions specified in the query because a condition is present on key attribute {because}"
        )
    };
    for (text, message) in [
        ("h1=:a", hash("h2")),
        ("h1>:a", hash("h2")),
        ("r1=:a", hash("h1, h2")),
        ("h1=:a AND h2>:a", hash("h2")),
        ("h1=:a AND h2=:a AND r2=:a", range("r1", "r2")),
        ("h1=:a AND h2=:a AND r3=:a", range("r1, r2", "r3")),
        ("h1=:a AND h2=:a AND r1>:a AND r2=:a", range("r1", "r2")),
        ("h1=:a AND h2=:a AND r1=:a AND r2>:a AND r3=:a", range("r2", "r3")),
        (
            "h1=:a AND h2=:a AND r1=:a AND r2=:a AND r3=:a AND z=:a",
            "The number of query conditions (6) exceeds the number of key attributes defined in the schema (5)".into(),
        ),
        (
            "h1=:a AND h2=:a AND r1=:a AND r1=:a",
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"
                .into(),
        ),
    ] {
        assert_eq!(ask(text).unwrap_err(), message, "{text}");
    }
    let a = || AttributeValue::s("a");
    let all = ask("r3=:a AND h2=:a AND r2=:a AND r1=:a AND h1=:a").unwrap();
    assert_eq!(all, KeyRange { hash: vec![a(), a()], equal: vec![a(), a(), a()], range: None });
    let some = ask("h1=:a AND h2=:a AND r1=:a AND begins_with(r2,:a)").unwrap();
    let begins = Some(RangeCondition::BeginsWith(a()));
    assert_eq!(some, KeyRange { hash: vec![a(), a()], equal: vec![a()], range: begins });
}
