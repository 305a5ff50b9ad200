//! A KeyConditionExpression as one test for each key attribute, and back.
//!
//! Reads what the form can show: comparisons joined by AND, on names or #placeholders, with :placeholders as values. Any
//! other text stays a text. Follows
//! [Key condition expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html).

use engine::expression::is_reserved;
use serde_json::{Map, Value};

use crate::state::attribute::{from_text, placeholders, to_text};
use crate::state::tables::Keys;

/// The tests that a sort key takes; a partition key only the first.
pub const OPERATORS: [(&str, &str); 7] = [
    ("=", "="),
    ("<", "<"),
    ("<=", "≤"),
    (">", ">"),
    (">=", "≥"),
    ("BETWEEN", "between"),
    ("begins_with", "begins with"),
];

/// One attribute's test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTest {
    /// The attribute.
    pub name: String,
    /// One of [`OPERATORS`].
    pub operator: String,
    /// One value, or two: type and text.
    pub values: Vec<(String, String)>,
}

const EXPRESSION: &str = "KeyConditionExpression";
const NAMES: &str = "ExpressionAttributeNames";
const VALUES: &str = "ExpressionAttributeValues";

/// Words, placeholders, operators and brackets; none where something else occurs.
fn lex(text: &str) -> Option<Vec<&str>> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' | ',' | '=' => 1,
            '<' | '>' => 1 + usize::from(rest[1..].starts_with('=')),
            c if c.is_alphanumeric() || matches!(c, '_' | '#' | ':') => rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| !(c.is_alphanumeric() || *c == '_'))
                .map_or(rest.len(), |(at, _)| at),
            _ => return None,
        };
        out.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    Some(out)
}

/// Reads the tests; none where the form cannot show the expression.
pub fn read(request: &Value) -> Option<Vec<KeyTest>> {
    let text = request[EXPRESSION].as_str().unwrap_or_default();
    let tokens = lex(text)?;
    let name = |token: &str| match token.starts_with('#') {
        true => request[NAMES][token].as_str().map(str::to_owned),
        false => (!token.starts_with(':')).then(|| token.to_owned()),
    };
    let value = |token: &str| token.starts_with(':').then(|| to_text(&request[VALUES][token]));
    let mut tests: Vec<KeyTest> = Vec::new();
    let mut rest = tokens.as_slice();
    while !rest.is_empty() {
        if !tests.is_empty() {
            rest = rest.split_first().filter(|(word, _)| word.eq_ignore_ascii_case("and"))?.1;
        }
        let (test, after) = match rest {
            ["begins_with", "(", attribute, ",", prefix, ")", after @ ..] => {
                let values = vec![value(prefix)?];
                (KeyTest { name: name(attribute)?, operator: "begins_with".into(), values }, after)
            }
            [attribute, between, low, and, high, after @ ..]
                if between.eq_ignore_ascii_case("between") && and.eq_ignore_ascii_case("and") =>
            {
                let values = vec![value(low)?, value(high)?];
                (KeyTest { name: name(attribute)?, operator: "BETWEEN".into(), values }, after)
            }
            [attribute, operator @ ("=" | "<" | "<=" | ">" | ">="), operand, after @ ..] => {
                let values = vec![value(operand)?];
                (KeyTest { name: name(attribute)?, operator: (*operator).into(), values }, after)
            }
            _ => return None,
        };
        if tests.iter().any(|other| other.name == test.name) {
            return None;
        }
        tests.push(test);
        rest = after;
    }
    Some(tests)
}

/// Writes the tests, with placeholders of their own; those of the former expression go.
pub fn write(request: &mut Value, tests: &[KeyTest]) {
    if !request.is_object() {
        return;
    }
    let former = request[EXPRESSION].as_str().unwrap_or_default().to_owned();
    for token in lex(&former).unwrap_or_default() {
        for member in [NAMES, VALUES] {
            let used_elsewhere = super::edit::EXPRESSIONS.iter().any(|other| {
                *other != EXPRESSION
                    && request[*other].as_str().is_some_and(|text| placeholders(text).contains(&token))
            });
            if let Some(map) = request.get_mut(member).and_then(Value::as_object_mut)
                && !used_elsewhere
            {
                map.remove(token);
            }
        }
    }
    let taken = |map: &Value, placeholder: &str| map.get(placeholder).is_some();
    let mut parts = Vec::new();
    for test in tests {
        let stem: String =
            test.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let plain = test.name == stem
            && !is_reserved(&test.name)
            && test.name.starts_with(|c: char| c.is_ascii_alphabetic());
        let free = |sign: char, member: &str, request: &Value| {
            let mut placeholder = format!("{sign}{stem}");
            let mut number = 2;
            while request.get(member).is_some_and(|map| taken(map, &placeholder)) {
                placeholder = format!("{sign}{stem}{number}");
                number += 1;
            }
            placeholder
        };
        let name = match plain {
            true => test.name.clone(),
            false => {
                let placeholder = free('#', NAMES, request);
                member(request, NAMES).insert(placeholder.clone(), Value::from(test.name.as_str()));
                placeholder
            }
        };
        let mut operands = Vec::new();
        for (kind, text) in &test.values {
            let placeholder = free(':', VALUES, request);
            member(request, VALUES).insert(placeholder.clone(), from_text(kind, text));
            operands.push(placeholder);
        }
        parts.push(match (test.operator.as_str(), operands.as_slice()) {
            ("begins_with", [prefix, ..]) => format!("begins_with({name}, {prefix})"),
            ("BETWEEN", [low, high, ..]) => format!("{name} BETWEEN {low} AND {high}"),
            (operator, [operand, ..]) => format!("{name} {operator} {operand}"),
            (_, []) => continue,
        });
    }
    request[EXPRESSION] = Value::from(parts.join(" AND "));
    for empty in [NAMES, VALUES] {
        if request[empty].as_object().is_some_and(Map::is_empty)
            && let Some(map) = request.as_object_mut()
        {
            map.remove(empty);
        }
    }
    if request[EXPRESSION] == ""
        && let Some(map) = request.as_object_mut()
    {
        map.remove(EXPRESSION);
    }
}

fn member<'a>(request: &'a mut Value, name: &str) -> &'a mut Map<String, Value> {
    if !request[name].is_object() {
        request[name] = Value::Object(Map::new());
    }
    request[name].as_object_mut().expect("it was just made one")
}

/// The tests that a query on that key begins with: the partition key's, with empty values.
pub fn begin(request: &mut Value, keys: &Keys) {
    let kept = read(request).unwrap_or_default();
    let tests: Vec<KeyTest> = keys
        .all()
        .enumerate()
        .filter_map(|(at, part)| {
            let old = kept.iter().find(|test| test.name == part.name);
            let blank = || KeyTest {
                name: part.name.clone(),
                operator: "=".into(),
                values: vec![(part.attribute_type.clone(), String::new())],
            };
            old.cloned().or_else(|| (at < keys.hash.len()).then(blank))
        })
        .collect();
    write(request, &tests);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn test(name: &str, operator: &str, values: &[(&str, &str)]) -> KeyTest {
        let values = values.iter().map(|(kind, text)| ((*kind).to_owned(), (*text).to_owned())).collect();
        KeyTest { name: name.into(), operator: operator.into(), values }
    }

    #[test]
    fn every_operator_comes_back() {
        for (operator, _) in OPERATORS {
            let mut values = vec![("S", "a")];
            if operator == "BETWEEN" {
                values.push(("S", "b"));
            }
            let tests = [test("status", "=", &[("S", "shipped")]), test("created-at", operator, &values)];
            let mut request = json!({"TableName": "T"});
            write(&mut request, &tests);
            assert_eq!(read(&request).unwrap(), tests, "{request}");
            write(&mut request, &tests);
            assert_eq!(read(&request).unwrap(), tests, "a second time: {request}");
        }
    }

    #[test]
    fn reserved_and_strange_names_get_placeholders() {
        let mut request = json!({});
        write(&mut request, &[test("user_id", "=", &[("S", "u")]), test("status", "=", &[("S", "s")])]);
        assert_eq!(
            request,
            json!({"KeyConditionExpression": "user_id = :user_id AND #status = :status",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": {":user_id": {"S": "u"}, ":status": {"S": "s"}}})
        );
        write(&mut request, &[]);
        assert_eq!(request, json!({}));
    }

    #[test]
    fn placeholders_of_other_expressions_stay() {
        let mut request = json!({"KeyConditionExpression": "id = :v", "FilterExpression": "x > :v AND #n < :w",
            "ExpressionAttributeNames": {"#n": "n"},
            "ExpressionAttributeValues": {":v": {"N": "1"}, ":w": {"N": "2"}}});
        write(&mut request, &[test("id", "=", &[("N", "7")])]);
        assert_eq!(
            request["ExpressionAttributeValues"],
            json!({":v": {"N": "1"}, ":w": {"N": "2"}, ":id": {"N": "7"}})
        );
        assert_eq!(request["ExpressionAttributeNames"], json!({"#n": "n"}));
    }

    #[test]
    fn what_the_form_cannot_show_is_left_alone() {
        for text in ["id = :a OR id = :b", "size(id) > :a", "id = :a AND id > :b", "id = other", "id = 'x'"] {
            assert_eq!(read(&json!({"KeyConditionExpression": text})), None, "{text}");
        }
        assert_eq!(read(&json!({})), Some(Vec::new()));
    }
}
