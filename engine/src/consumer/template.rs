//! Templates: the values of a function's requests, which each record fills anew.
//!
//! Owns the small language of the holes. A hole stands in braces inside of a text, `{dynamodb.NewImage.total}`, and becomes
//! the scalar that stands there; `{-dynamodb.OldImage.total}` is the number negated, `{{` and `}}` are the braces themselves.
//! `{"From": "dynamodb.NewImage"}` in a value's place is that very value, whatever its type, or nothing where there is none.
//! Nothing is ever evaluated: there are no operators and no functions.

use serde_json::{Map, Value};

use crate::error::consumer as words;
use crate::model::braces::{Braced, LoneBrace, is_braced, pieces};
use crate::model::json::{map_json, write_value};
use crate::model::{AttributeValue, DocumentPath, Item, Number, PathSegment};

/// JSON with holes.
#[derive(Clone, Debug, PartialEq)]
pub enum Template {
    /// A text's pieces.
    Text(Vec<Piece>),
    /// The value at a path.
    From(DocumentPath),
    /// The attributes of the map at a path.
    Attributes(DocumentPath),
    /// As it is.
    Plain(Value),
    /// An object's members.
    Object(Vec<(String, Template)>),
    /// A list's elements.
    List(Vec<Template>),
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// As it is.
    Plain(String),
    /// The scalar at a path; a number negated.
    Hole(DocumentPath, bool),
}

/// Reads a path: `dynamodb.NewImage.lines[0].sku`.
pub fn path(text: &str) -> Result<DocumentPath, String> {
    let invalid = || words::path_invalid(text);
    let mut segments = Vec::new();
    for part in text.split('.') {
        let (name, mut indexes) = part.split_at(part.find('[').unwrap_or(part.len()));
        if name.is_empty() {
            return Err(invalid());
        }
        segments.push(PathSegment::Attribute(name.to_owned()));
        while !indexes.is_empty() {
            let (index, rest) =
                indexes.strip_prefix('[').and_then(|rest| rest.split_once(']')).ok_or_else(invalid)?;
            segments.push(PathSegment::Index(index.parse().map_err(|_| invalid())?));
            indexes = rest;
        }
    }
    Ok(DocumentPath(segments))
}

impl Template {
    /// Reads an item, a key or the values of expressions: attributes, or `From` a map.
    pub fn attributes(value: &Value) -> Result<Template, String> {
        Ok(match Template::read(value)? {
            Template::From(path) => Template::Attributes(path),
            other => other,
        })
    }

    fn read(value: &Value) -> Result<Template, String> {
        Ok(match value {
            Value::String(text) => text_of(text)?,
            Value::Array(list) => Template::List(list.iter().map(Template::read).collect::<Result<_, _>>()?),
            Value::Object(members) => match from(members) {
                Some(text) => Template::From(path(text)?),
                None => {
                    let read = |(name, value): (&String, &Value)| Ok((name.clone(), Template::read(value)?));
                    Template::Object(members.iter().map(read).collect::<Result<_, String>>()?)
                }
            },
            plain => Template::Plain(plain.clone()),
        })
    }

    /// What an event makes of it; none where there is nothing at the path of a `From`.
    pub fn fill(&self, event: &Item) -> Result<Option<Value>, String> {
        Ok(Some(match self {
            Template::Plain(value) => value.clone(),
            Template::Text(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Plain(plain) => text.push_str(plain),
                        Piece::Hole(path, negative) => {
                            let scalar = path.get(event).and_then(|value| scalar(value, *negative));
                            text.push_str(&scalar.ok_or_else(|| words::nothing_at(&path.to_string()))?);
                        }
                    }
                }
                Value::String(text)
            }
            Template::From(path) => match path.get(event) {
                Some(value) => json(|into| write_value(value, into)),
                None => return Ok(None),
            },
            Template::Attributes(path) => match path.get(event) {
                Some(AttributeValue::M(map)) => json(|into| *into = map_json(map)),
                _ => return Ok(None),
            },
            Template::Object(members) => {
                let mut filled = Map::new();
                for (name, member) in members {
                    if let Some(value) = member.fill(event)? {
                        filled.insert(name.clone(), value);
                    }
                }
                Value::Object(filled)
            }
            Template::List(list) => {
                let filled: Vec<Option<Value>> =
                    list.iter().map(|one| one.fill(event)).collect::<Result<_, _>>()?;
                Value::Array(filled.into_iter().flatten().collect())
            }
        }))
    }
}

fn json(write: impl FnOnce(&mut Vec<u8>)) -> Value {
    let mut bytes = Vec::new();
    write(&mut bytes);
    serde_json::from_slice(&bytes).expect("a value is always JSON")
}

fn from(members: &Map<String, Value>) -> Option<&str> {
    members.get("From").filter(|_| members.len() == 1).and_then(Value::as_str)
}

fn text_of(text: &str) -> Result<Template, String> {
    if !is_braced(text) {
        return Ok(Template::Plain(Value::String(text.to_owned())));
    }
    let pieces =
        pieces(text).map_err(|LoneBrace| words::brace_alone(text))?.into_iter().map(|piece| match piece {
            Braced::Plain(plain) => Ok(Piece::Plain(plain)),
            Braced::Hole(hole) => {
                let hole = hole.trim();
                let positive = hole.strip_prefix('-');
                Ok(Piece::Hole(path(positive.unwrap_or(hole))?, positive.is_some()))
            }
        });
    Ok(Template::Text(pieces.collect::<Result<_, String>>()?))
}

fn number_text(number: &Number) -> String {
    let mut bytes = Vec::new();
    number.write_text(&mut bytes);
    String::from_utf8(bytes).expect("a number is text")
}

fn scalar(value: &AttributeValue, negative: bool) -> Option<String> {
    Some(match (value, negative) {
        (AttributeValue::N(number), true) => number_text(&number.negated()),
        (_, true) => return None,
        (AttributeValue::N(number), false) => number_text(number),
        (AttributeValue::S(text), false) => text.clone(),
        (AttributeValue::Bool(value), false) => value.to_string(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event() -> Item {
        let image: Item = [
            ("total".to_string(), AttributeValue::N(Number::parse("12.50").unwrap())),
            ("name".to_string(), AttributeValue::s("Ada")),
            ("lines".to_string(), AttributeValue::L(vec![AttributeValue::s("x")])),
        ]
        .into_iter()
        .collect();
        [("NewImage".to_string(), AttributeValue::M(image))].into_iter().collect()
    }

    #[test]
    fn holes_become_what_stands_at_their_paths() {
        let template = Template::attributes(&json!({
            "id": {"S": "order#{NewImage.name}#{{1}}"}, "minus": {"N": "{-NewImage.total}"},
            "first": {"S": "{NewImage.lines[0]}"}, "copy": {"From": "NewImage.lines"}, "old": {"From": "OldImage"}
        }))
        .unwrap();
        assert_eq!(
            template.fill(&event()).unwrap().unwrap(),
            json!({"id": {"S": "order#Ada#{1}"}, "minus": {"N": "-12.5"}, "first": {"S": "x"}, "copy": {"L": [{"S": "x"}]}})
        );
        let whole =
            Template::attributes(&json!({"From": "NewImage"})).unwrap().fill(&event()).unwrap().unwrap();
        assert_eq!(whole["name"], json!({"S": "Ada"}));
    }

    #[test]
    fn a_hole_without_a_scalar_says_so() {
        for text in ["{OldImage.name}", "{NewImage.lines}", "{-NewImage.name}"] {
            let template = Template::attributes(&json!({"a": {"S": text}})).unwrap();
            assert!(template.fill(&event()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for text in ["{", "}", "{}", "{a..b}", "{a[}", "{a[x]}", "{[0]}", "a{b"] {
            assert!(Template::attributes(&json!({"a": {"S": text}})).is_err(), "{text}");
        }
    }
}
