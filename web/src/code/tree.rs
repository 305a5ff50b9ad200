//! A request as a tree of typed values: its JSON, read by the API's shapes.
//!
//! Owns the one walk over a request that every language writes from, and what is wrong with a request that no program can make.
//! Never knows a language.

use data_encoding::BASE64;
use serde_json::Value;

use super::shape::{self, Kind, Shape};
use crate::state::json_text::entries;

/// An AttributeValue.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Attribute {
    S(String),
    N(String),
    B(Vec<u8>),
    Bool(bool),
    Null,
    M(Vec<(String, Attribute)>),
    L(Vec<Attribute>),
    Ss(Vec<String>),
    Ns(Vec<String>),
    Bs(Vec<Vec<u8>>),
}

/// A value of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// A text.
    Text(String),
    /// A word of an enumeration.
    Enum(&'static str, String),
    /// A number, as it is written.
    Integer(String),
    /// A number that may be above two thousand million.
    Long(String),
    /// A number that may have a fraction.
    Double(String),
    /// True or false.
    Flag(bool),
    /// Bytes.
    Blob(Vec<u8>),
    /// Seconds since 1970, as they are written.
    Time(String),
    /// An AttributeValue.
    Attribute(Attribute),
    /// A list, and what it is of.
    List(Kind, Vec<Tree>),
    /// A map by text, and what it is to.
    Map(Kind, Vec<(String, Tree)>),
    /// A structure: its name, and the members that are given.
    Struct(&'static str, Vec<Field>),
}

/// A member that is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: Tree,
}

/// How deep a request may nest.
const DEPTH: usize = 64;

/// Reads a request; says in a sentence why no program could make it.
pub fn read(operation: &str, request: &Value) -> Result<Vec<Field>, String> {
    let shape =
        shape::operation(operation).ok_or_else(|| format!("{operation} is no operation of the SDKs."))?;
    fields(operation, shape, request, 0)
}

fn fields(name: &str, shape: &'static Shape, value: &Value, depth: usize) -> Result<Vec<Field>, String> {
    if !value.is_object() {
        return Err(format!("{name} must be an object."));
    }
    let mut found = Vec::new();
    for (member, value) in entries(value) {
        let known = shape.member(member);
        let known = known.ok_or_else(|| format!("{name} has no parameter {member}."))?;
        if !value.is_null() {
            found.push(Field { name: known.name, value: tree(member, &known.kind, value, depth + 1)? });
        }
    }
    Ok(found)
}

fn tree(name: &str, kind: &Kind, value: &Value, depth: usize) -> Result<Tree, String> {
    if depth > DEPTH {
        return Err(format!("{name} nests too deeply."));
    }
    let wrong = |what: &str| format!("{name} must be {what}.");
    let text = || value.as_str().map(str::to_owned).ok_or_else(|| wrong("a text"));
    let whole = || value.as_i64().map(|number| number.to_string()).ok_or_else(|| wrong("a whole number"));
    let number = || value.is_number().then(|| value.to_string()).ok_or_else(|| wrong("a number"));
    Ok(match kind {
        Kind::Text => Tree::Text(text()?),
        Kind::Enum(of) => Tree::Enum(of, text()?),
        Kind::Integer => Tree::Integer(whole()?),
        Kind::Long => Tree::Long(whole()?),
        Kind::Double => Tree::Double(number()?),
        Kind::Time => Tree::Time(number()?),
        Kind::Flag => Tree::Flag(value.as_bool().ok_or_else(|| wrong("true or false"))?),
        Kind::Blob => Tree::Blob(bytes(name, value)?),
        Kind::Attribute => Tree::Attribute(attribute(name, value, depth)?),
        Kind::Struct(of) => {
            let shape = shape::structure(of).ok_or_else(|| wrong("known"))?;
            Tree::Struct(of, fields(of, shape, value, depth)?)
        }
        Kind::List(of) => {
            let list = value.as_array().ok_or_else(|| wrong("a list"))?;
            let list = list.iter().map(|value| tree(name, of, value, depth + 1)).collect::<Result<_, _>>()?;
            Tree::List((**of).clone(), list)
        }
        Kind::Map(of) => {
            if !value.is_object() {
                return Err(wrong("an object"));
            }
            let map = entries(value).into_iter();
            let map = map.map(|(key, value)| Ok((key.clone(), tree(key, of, value, depth + 1)?)));
            Tree::Map((**of).clone(), map.collect::<Result<_, String>>()?)
        }
    })
}

fn bytes(name: &str, value: &Value) -> Result<Vec<u8>, String> {
    let text = value.as_str().unwrap_or("-");
    BASE64.decode(text.as_bytes()).map_err(|_| format!("{name} must be bytes, in Base64."))
}

/// Reads an AttributeValue.
pub fn attribute(name: &str, value: &Value, depth: usize) -> Result<Attribute, String> {
    if depth > DEPTH {
        return Err(format!("{name} nests too deeply."));
    }
    let wrong = || format!("{name} must be an AttributeValue, such as {{\"S\": \"text\"}}.");
    let map = value.as_object().filter(|map| map.len() == 1).ok_or_else(wrong)?;
    let (kind, inner) = map.iter().next().ok_or_else(wrong)?;
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(wrong);
    let list = || inner.as_array().ok_or_else(wrong);
    let texts = || list()?.iter().map(text).collect::<Result<Vec<_>, _>>();
    Ok(match kind.as_str() {
        "S" => Attribute::S(text(inner)?),
        "N" => Attribute::N(number(name, text(inner)?)?),
        "B" => Attribute::B(bytes(name, inner)?),
        "BOOL" => Attribute::Bool(inner.as_bool().ok_or_else(wrong)?),
        "NULL" => inner.as_bool().filter(|null| *null).map(|_| Attribute::Null).ok_or_else(wrong)?,
        "SS" => Attribute::Ss(texts()?),
        "NS" => Attribute::Ns(texts()?.into_iter().map(|text| number(name, text)).collect::<Result<_, _>>()?),
        "BS" => Attribute::Bs(list()?.iter().map(|value| bytes(name, value)).collect::<Result<_, _>>()?),
        "L" => {
            let elements = list()?.iter().map(|value| attribute(name, value, depth + 1));
            Attribute::L(elements.collect::<Result<_, _>>()?)
        }
        "M" => {
            let map = inner.as_object().ok_or_else(wrong)?;
            let map = map.iter().map(|(key, value)| Ok((key.clone(), attribute(key, value, depth + 1)?)));
            Attribute::M(map.collect::<Result<_, String>>()?)
        }
        _ => return Err(wrong()),
    })
}

/// A number that a program may hold as one.
fn number(name: &str, text: String) -> Result<String, String> {
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = all(whole) && all(fraction) && all(exponent.trim_start_matches(['+', '-']));
    if plain { Ok(text) } else { Err(format!("{name} must be a number: {text} is none.")) }
}

/// The field of that name.
pub fn field<'a>(fields: &'a [Field], name: &str) -> Option<&'a Tree> {
    fields.iter().find(|field| field.name == name).map(|field| &field.value)
}

/// The text of the field of that name.
pub fn text<'a>(fields: &'a [Field], name: &str) -> Option<&'a str> {
    match field(fields, name)? {
        Tree::Text(text) => Some(text),
        _ => None,
    }
}

/// Whether a map somewhere, an item's or in it, has an attribute of that name.
pub fn any_named(fields: &[Field], wanted: &str) -> bool {
    fn tree(value: &Tree, wanted: &str) -> bool {
        match value {
            Tree::List(_, list) => list.iter().any(|value| tree(value, wanted)),
            Tree::Map(_, map) => map.iter().any(|(name, value)| name == wanted || tree(value, wanted)),
            Tree::Struct(_, fields) => any_named(fields, wanted),
            _ => false,
        }
    }
    let inside =
        |value: &Attribute| matches!(value, Attribute::M(map) if map.iter().any(|(name, _)| name == wanted));
    fields.iter().any(|field| tree(&field.value, wanted)) || any_attribute(fields, &inside)
}

/// Whether some AttributeValue of the request, however deep, is such a one.
pub fn any_attribute(fields: &[Field], test: &dyn Fn(&Attribute) -> bool) -> bool {
    fn attribute(value: &Attribute, test: &dyn Fn(&Attribute) -> bool) -> bool {
        test(value)
            || match value {
                Attribute::M(map) => map.iter().any(|(_, value)| attribute(value, test)),
                Attribute::L(list) => list.iter().any(|value| attribute(value, test)),
                _ => false,
            }
    }
    fn tree(value: &Tree, test: &dyn Fn(&Attribute) -> bool) -> bool {
        match value {
            Tree::Attribute(value) => attribute(value, test),
            Tree::List(_, list) => list.iter().any(|value| tree(value, test)),
            Tree::Map(_, map) => map.iter().any(|(_, value)| tree(value, test)),
            Tree::Struct(_, fields) => any_attribute(fields, test),
            _ => false,
        }
    }
    fields.iter().any(|field| tree(&field.value, test))
}
