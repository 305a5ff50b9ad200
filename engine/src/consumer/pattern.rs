//! Filter patterns: which records an event source mapping sends to its function.
//!
//! Owns the filter rule syntax and what it says about a record's JSON. A pattern has the shape of the event: objects inside,
//! and at each leaf a list of rules of which one must hold. Nothing here is a float: numbers are compared exactly.
//!
//! Follows [Lambda event filtering](https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html) and, for the
//! rules that it takes over, [EventBridge's comparison operators](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
//! A rule on numbers holds for JSON numbers only: DynamoDB's `N` is a string in a record, which no `numeric` rule matches
//! (as users found, aws/serverless-application-model issue 3123).

use serde_json::{Map, Value};

use crate::error::{Result, consumer as words};
use crate::model::Number;

/// The longest pattern, in characters.
const PATTERN_LENGTH: usize = 4096;
/// How deep a pattern nests at most; a record nests less.
const LEVELS: usize = 64;

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Node);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    /// Every member must match, and of each `$or` one of its alternatives.
    Object { members: Vec<(String, Node)>, alternatives: Vec<Vec<Node>> },
    /// One of the rules must hold.
    Leaf(Vec<Rule>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Text(String),
    Number(Number),
    Bool(bool),
    Null,
    Prefix(String),
    Suffix(String),
    IgnoreCase(String),
    AnythingBut(Vec<Rule>),
    Numeric(Vec<(Comparison, Number)>),
    Exists(bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Pattern {
    /// Reads a pattern's text: the JSON of an object.
    pub fn compile(text: &str) -> Result<Pattern> {
        if text.chars().count() > PATTERN_LENGTH {
            return Err(words::pattern_too_long(text, PATTERN_LENGTH));
        }
        let value: Value = serde_json::from_str(text).map_err(|_| words::invalid_pattern())?;
        match value {
            Value::Object(members) if !members.is_empty() => {
                object(&members, LEVELS).map(Pattern).ok_or_else(words::invalid_pattern)
            }
            _ => Err(words::invalid_pattern()),
        }
    }

    /// Whether a record's JSON matches.
    pub fn matches(&self, record: &Value) -> bool {
        self.0.matches(Some(record))
    }
}

fn object(members: &Map<String, Value>, levels: usize) -> Option<Node> {
    let levels = levels.checked_sub(1)?;
    let (mut plain, mut alternatives) = (Vec::new(), Vec::new());
    for (name, value) in members {
        match value {
            Value::Array(list) if name == "$or" => {
                let all =
                    list.iter().map(|one| object(one.as_object()?, levels)).collect::<Option<Vec<_>>>()?;
                (all.len() >= 2).then(|| alternatives.push(all))?;
            }
            Value::Array(rules) if !rules.is_empty() => {
                let rules = rules.iter().map(rule).collect::<Option<_>>()?;
                plain.push((name.clone(), Node::Leaf(rules)));
            }
            Value::Object(inner) if !inner.is_empty() => plain.push((name.clone(), object(inner, levels)?)),
            _ => return None,
        }
    }
    Some(Node::Object { members: plain, alternatives })
}

fn number(value: &Value) -> Option<Number> {
    value.as_number().and_then(|number| Number::parse(&number.to_string()).ok())
}

fn scalar(value: &Value) -> Option<Rule> {
    Some(match value {
        Value::String(text) => Rule::Text(text.clone()),
        Value::Number(_) => Rule::Number(number(value)?),
        Value::Bool(value) => Rule::Bool(*value),
        Value::Null => Rule::Null,
        _ => return None,
    })
}

fn rule(value: &Value) -> Option<Rule> {
    let Value::Object(members) = value else { return scalar(value) };
    let (name, operand) = members.iter().next().filter(|_| members.len() == 1)?;
    match name.as_str() {
        "anything-but" => {
            Some(Rule::AnythingBut(match operand {
                Value::Array(list) if !list.is_empty() => list.iter().map(scalar).collect::<Option<_>>()?,
                Value::Object(_) => vec![rule(operand).filter(|inner| {
                    matches!(inner, Rule::Prefix(_) | Rule::Suffix(_) | Rule::IgnoreCase(_))
                })?],
                _ => vec![scalar(operand)?],
            }))
        }
        "numeric" => numeric(operand.as_array()?).map(Rule::Numeric),
        "exists" => operand.as_bool().map(Rule::Exists),
        "prefix" => operand.as_str().map(|text| Rule::Prefix(text.into())),
        "suffix" => operand.as_str().map(|text| Rule::Suffix(text.into())),
        "equals-ignore-case" => operand.as_str().map(|text| Rule::IgnoreCase(text.to_lowercase())),
        _ => None,
    }
}

/// `["=", 5]`, `[">", 0, "<=", 5]`.
fn numeric(operand: &[Value]) -> Option<Vec<(Comparison, Number)>> {
    let (pairs, rest) = operand.as_chunks::<2>();
    if !rest.is_empty() || pairs.is_empty() || pairs.len() > 2 {
        return None;
    }
    let read = |[sign, bound]: &[Value; 2]| {
        let comparison = match sign.as_str()? {
            "=" => Comparison::Equal,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => return None,
        };
        Some((comparison, number(bound)?))
    };
    pairs.iter().map(read).collect()
}

impl Node {
    /// A missing value is one whose members are all missing.
    fn matches(&self, value: Option<&Value>) -> bool {
        match self {
            Node::Object { members, alternatives } => {
                let member = |name: &str| value.and_then(|value| value.get(name));
                members.iter().all(|(name, node)| node.matches(member(name)))
                    && alternatives.iter().all(|nodes| nodes.iter().any(|node| node.matches(value)))
            }
            Node::Leaf(rules) => rules.iter().any(|rule| rule.holds_for(value)),
        }
    }
}

impl Rule {
    fn holds_for(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            // Only a leaf of the event exists: an object is none.
            (Rule::Exists(wanted), value) => value.is_some_and(|value| !value.is_object()) == *wanted,
            (_, None) => false,
            // Of a list one element is enough.
            (_, Some(Value::Array(list))) => list.iter().any(|element| self.holds(element)),
            (_, Some(value)) => self.holds(value),
        }
    }

    fn holds(&self, value: &Value) -> bool {
        let text = |test: &dyn Fn(&str) -> bool| value.as_str().is_some_and(test);
        match self {
            Rule::Text(wanted) => text(&|found| found == wanted),
            Rule::Number(wanted) => number(value).as_ref() == Some(wanted),
            Rule::Bool(wanted) => value.as_bool() == Some(*wanted),
            Rule::Null => value.is_null(),
            Rule::Prefix(prefix) => text(&|found| found.starts_with(prefix.as_str())),
            Rule::Suffix(suffix) => text(&|found| found.ends_with(suffix.as_str())),
            Rule::IgnoreCase(wanted) => text(&|found| found.to_lowercase() == *wanted),
            Rule::AnythingBut(others) => !value.is_object() && !others.iter().any(|other| other.holds(value)),
            Rule::Numeric(bounds) => number(value).is_some_and(|found| {
                bounds.iter().all(|(comparison, bound)| match comparison {
                    Comparison::Equal => found == *bound,
                    Comparison::Less => found < *bound,
                    Comparison::LessOrEqual => found <= *bound,
                    Comparison::Greater => found > *bound,
                    Comparison::GreaterOrEqual => found >= *bound,
                })
            }),
            Rule::Exists(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn matches(pattern: Value, record: &Value) -> bool {
        Pattern::compile(&pattern.to_string()).expect("a pattern").matches(record)
    }

    #[test]
    fn each_rule_says_what_the_guide_says_of_it() {
        let record = json!({"eventName": "INSERT", "dynamodb": {"SizeBytes": 26, "NewImage": {
            "city": {"S": "Berlin"}, "age": {"N": "41"}, "tags": {"SS": ["a", "b"]}, "gone": {"NULL": true}}}});
        let image = |rules: Value| json!({"dynamodb": {"NewImage": {"city": {"S": rules}}}});
        for (pattern, expected) in [
            (json!({"eventName": ["INSERT", "MODIFY"]}), true),
            (json!({"eventName": ["REMOVE"]}), false),
            (image(json!(["Berlin"])), true),
            (image(json!(["berlin"])), false),
            (image(json!([{"equals-ignore-case": "bERLIN"}])), true),
            (image(json!([{"prefix": "Ber"}])), true),
            (image(json!([{"suffix": "lin"}])), true),
            (image(json!([{"prefix": "lin"}])), false),
            (image(json!([{"anything-but": ["Paris", "Rome"]}])), true),
            (image(json!([{"anything-but": "Berlin"}])), false),
            (image(json!([{"anything-but": {"prefix": "B"}}])), false),
            (image(json!([{"exists": true}])), true),
            (json!({"dynamodb": {"NewImage": {"zip": {"S": [{"exists": false}]}}}}), true),
            (json!({"dynamodb": {"NewImage": {"city": [{"exists": true}]}}}), false),
            (json!({"dynamodb": {"OldImage": {"city": {"S": ["Berlin"]}}}}), false),
            (json!({"dynamodb": {"SizeBytes": [{"numeric": [">", 20, "<=", 26]}]}}), true),
            (json!({"dynamodb": {"SizeBytes": [{"numeric": ["<", 26]}]}}), false),
            (json!({"dynamodb": {"SizeBytes": [26]}}), true),
            // An N is a string.
            (json!({"dynamodb": {"NewImage": {"age": {"N": [{"numeric": [">", 1]}]}}}}), false),
            (json!({"dynamodb": {"NewImage": {"age": {"N": ["41"]}}}}), true),
            (json!({"dynamodb": {"NewImage": {"tags": {"SS": ["b"]}}}}), true),
            (json!({"dynamodb": {"NewImage": {"gone": {"NULL": [true]}}}}), true),
            (json!({"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"SizeBytes": [26]}}]}), true),
            (json!({"$or": [{"eventName": ["REMOVE"]}, {"eventName": ["MODIFY"]}]}), false),
            (json!({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"city": {"S": ["Rome"]}}}}), false),
        ] {
            assert_eq!(matches(pattern.clone(), &record), expected, "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let deep = "{\"a\":".repeat(80) + "[1]" + &"}".repeat(80);
        for text in [
            "",
            "[]",
            "{}",
            "{\"a\": 1}",
            "{\"a\": \"b\"}",
            "{\"a\": []}",
            "{\"a\": {}}",
            "{\"a\": [{\"like\": 1}]}",
            "{\"a\": [{\"numeric\": [\">\"]}]}",
            "{\"a\": [{\"numeric\": [\"~\", 1]}]}",
            "{\"a\": [[1]]}",
            "{\"a\": [{\"exists\": 1}]}",
            "{\"$or\": [{\"a\": [1]}]}",
            "{\"a\": [{\"prefix\": 1}]}",
            &deep,
        ] {
            assert!(Pattern::compile(text).is_err(), "{text}");
        }
        assert!(Pattern::compile(&format!("{{\"a\": [\"{}\"]}}", "x".repeat(4096))).is_err());
    }
}
