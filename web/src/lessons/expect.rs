//! What an answer is to be: `PATH OPERATOR VALUE`, the path as in an expression (`Items[0].total.N`), the value as JSON.
//!
//! Numbers and the texts of DynamoDB's numbers are compared as numbers. `exists` and `missing` take no value.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

/// A place in an answer: `Items[0].total.N`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(Vec<Part>);

impl Path {
    /// Reads one; none where the text is no path.
    pub fn read(text: &str) -> Option<Path> {
        read_path(text).map(Path)
    }

    /// What stands there.
    pub fn find<'a>(&self, answer: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(answer, |value, part| match part {
            Part::Name(name) => value.get(name),
            Part::At(at) => value.get(at),
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in self.0.iter().enumerate() {
            match part {
                Part::Name(name) if place == 0 => write!(f, "{name}")?,
                Part::Name(name) => write!(f, ".{name}")?,
                Part::At(at) => write!(f, "[{at}]")?,
            }
        }
        Ok(())
    }
}

/// An expectation of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The line that says it.
    pub text: String,
    path: Path,
    operator: Operator,
    value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Name(String),
    At(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Contains,
    Exists,
    Missing,
}

const OPERATORS: [(&str, Operator); 9] = [
    ("=", Operator::Equal),
    ("!=", Operator::Unequal),
    ("<=", Operator::AtMost),
    ("<", Operator::Less),
    (">=", Operator::AtLeast),
    (">", Operator::Greater),
    ("contains", Operator::Contains),
    ("exists", Operator::Exists),
    ("missing", Operator::Missing),
];

impl Expectation {
    /// Reads a line; says what is wrong with it.
    pub fn read(line: &str) -> Result<Expectation, String> {
        let mut words = line.trim().splitn(3, char::is_whitespace);
        let (path, operator, value) = (words.next().unwrap_or_default(), words.next(), words.next());
        let path = Path::read(path).ok_or(format!("`{path}` is no path into an answer"))?;
        let operator = operator.unwrap_or_default();
        let found = OPERATORS.iter().find(|(word, _)| *word == operator);
        let (_, operator) =
            *found.ok_or(format!("`{operator}` is none of = != < <= > >= contains exists missing"))?;
        let alone = matches!(operator, Operator::Exists | Operator::Missing);
        let value = match (alone, value) {
            (true, None) => Value::Null,
            (false, Some(value)) => serde_json::from_str(value.trim())
                .map_err(|error| format!("the value is no JSON: {error}"))?,
            (true, Some(_)) => return Err("exists and missing take no value".to_owned()),
            (false, None) => return Err("a value is missing".to_owned()),
        };
        Ok(Expectation { text: line.trim().to_owned(), path, operator, value })
    }

    /// Whether an answer is so.
    pub fn holds(&self, answer: &Value) -> bool {
        let Some(found) = self.path.find(answer) else { return self.operator == Operator::Missing };
        let ordered =
            |wanted: &[Ordering]| compare(found, &self.value).is_some_and(|one| wanted.contains(&one));
        match self.operator {
            Operator::Equal => *found == self.value || ordered(&[Ordering::Equal]),
            Operator::Unequal => *found != self.value && !ordered(&[Ordering::Equal]),
            Operator::Less => ordered(&[Ordering::Less]),
            Operator::AtMost => ordered(&[Ordering::Less, Ordering::Equal]),
            Operator::Greater => ordered(&[Ordering::Greater]),
            Operator::AtLeast => ordered(&[Ordering::Greater, Ordering::Equal]),
            Operator::Contains => match (found, &self.value) {
                (Value::Array(list), wanted) => list.contains(wanted),
                (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
                _ => false,
            },
            Operator::Exists => true,
            Operator::Missing => false,
        }
    }
}

fn read_path(text: &str) -> Option<Vec<Part>> {
    let mut path = Vec::new();
    for name in text.split('.') {
        let (name, places) = name.split_once('[').map_or((name, None), |(name, rest)| (name, Some(rest)));
        if name.is_empty() {
            return None;
        }
        path.push(Part::Name(name.to_owned()));
        for place in places.into_iter().flat_map(|places| places.split('[')) {
            path.push(Part::At(place.strip_suffix(']')?.parse().ok()?));
        }
    }
    Some(path)
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.partial_cmp(&other),
        _ => Some(one.as_str()?.cmp(other.as_str()?)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_as_it_is_to_be_or_not() {
        let answer = json!({"Count": 3, "Items": [{"total": {"N": "99.0"}, "tags": {"SS": ["a", "b"]}}], "Note": "all shipped"});
        let holds = |line: &str| Expectation::read(line).map(|one| one.holds(&answer));
        for line in [
            "Count = 3",
            "Count >= 3",
            "Count > 2",
            "Count <= 3",
            "Count != 4",
            "Items[0].total.N = \"99\"",
            "Items[0].total.N < 100",
            "Items[0].tags.SS contains \"b\"",
            "Note contains \"shipped\"",
            "Note exists",
            "Items[1] missing",
            "Items[0].price.N missing",
        ] {
            assert_eq!(holds(line), Ok(true), "{line}");
        }
        for line in [
            "Count = 4",
            "Count < 3",
            "Items[1].total.N = \"99\"",
            "Note missing",
            "Nothing exists",
            "Nothing != 1",
        ] {
            assert_eq!(holds(line), Ok(false), "{line}");
        }
        for line in
            ["", "Count", "Count ~ 3", "Count =", "Count = three", "Items[x] = 1", ".a = 1", "Count exists 3"]
        {
            assert!(holds(line).is_err(), "{line}");
        }
    }
}
