//! What the requests of DynamoDB are made of: each operation's parameters, structures and enumerations, and the exceptions it may
//! be refused with.
//!
//! Owns the reading of `shapes.txt`, which holds the names and types of the public API (as botocore 1.44 describes it; a test
//! compares them). Never knows a request or a language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The type of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Text,
    Enum(&'static str),
    Integer,
    Long,
    Double,
    Flag,
    Blob,
    Time,
    Attribute,
    Struct(&'static str),
    List(Box<Kind>),
    Map(Box<Kind>),
}

/// A member of a structure.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
}

/// An operation's parameters, or a structure.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// In the documentation's order.
    pub members: Vec<Member>,
    /// The names of the exceptions that the API lists, of an operation.
    pub exceptions: Vec<&'static str>,
}

impl Shape {
    /// The member of that name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// All of them.
#[derive(Debug, Default)]
struct Model {
    operations: BTreeMap<&'static str, Shape>,
    structures: BTreeMap<&'static str, Shape>,
    enums: BTreeMap<&'static str, Vec<&'static str>>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| read(include_str!("shapes.txt")));

fn read(text: &'static str) -> Model {
    let mut model = Model::default();
    let mut last: Option<&mut Shape> = None;
    for line in text.lines() {
        if let Some((name, words)) = line.split_once(" = ") {
            model.enums.insert(name, words.split(' ').collect());
        } else if let Some(exception) = line.strip_prefix(" !") {
            last.as_mut().expect("an operation stands before it").exceptions.push(exception);
        } else if let Some((name, kind)) = line.strip_prefix(' ').and_then(|line| line.split_once(' ')) {
            let (plain, required) = name.strip_suffix('*').map_or((name, false), |name| (name, true));
            let member = Member { name: plain, kind: self::kind(kind), required };
            last.as_mut().expect("a structure stands before it").members.push(member);
        } else {
            last = Some(match line.strip_suffix("()") {
                Some(operation) => model.operations.entry(operation).or_default(),
                None => model.structures.entry(line).or_default(),
            });
        }
    }
    model
}

fn kind(text: &'static str) -> Kind {
    match text.split_once(' ') {
        Some(("list", of)) => Kind::List(Box::new(kind(of))),
        Some(("map", of)) => Kind::Map(Box::new(kind(of))),
        Some((_, of)) => Kind::Enum(of),
        None => match text {
            "string" => Kind::Text,
            "integer" => Kind::Integer,
            "long" => Kind::Long,
            "double" | "float" => Kind::Double,
            "boolean" => Kind::Flag,
            "blob" => Kind::Blob,
            "timestamp" => Kind::Time,
            "AttributeValue" => Kind::Attribute,
            name => Kind::Struct(name),
        },
    }
}

/// What an operation takes.
pub fn operation(name: &str) -> Option<&'static Shape> {
    MODEL.operations.get(name)
}

/// A structure.
pub fn structure(name: &str) -> Option<&'static Shape> {
    MODEL.structures.get(name)
}

/// The words of an enumeration.
pub fn words(of: &str) -> &'static [&'static str] {
    MODEL.enums.get(of).map_or(&[], Vec::as_slice)
}

/// Whether an enumeration has that word.
pub fn has_word(of: &str, word: &str) -> bool {
    words(of).contains(&word)
}

/// Whether it is an operation of the streams' own service.
pub fn of_streams(operation: &str) -> bool {
    matches!(operation, "DescribeStream" | "GetRecords" | "GetShardIterator" | "ListStreams")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_engine_has_its_shape_and_every_type_is_there() {
        let own = engine::operation::NAMES.iter().filter(|name| !name.starts_with("Dynascope."));
        let forgotten: Vec<_> = own.filter(|name| operation(name).is_none()).collect();
        assert!(forgotten.is_empty(), "{forgotten:?}");
        let known = |mut kind: &Kind| {
            while let Kind::List(of) | Kind::Map(of) = kind {
                kind = of;
            }
            match kind {
                Kind::Struct(name) => structure(name).is_some(),
                Kind::Enum(name) => MODEL.enums.contains_key(name),
                _ => true,
            }
        };
        for (name, shape) in MODEL.operations.iter().chain(&MODEL.structures) {
            for member in &shape.members {
                assert!(known(&member.kind), "{name}.{}", member.name);
            }
        }
        assert!(operation("PutItem").unwrap().exceptions.contains(&"ConditionalCheckFailedException"));
        assert!(structure("Put").unwrap().member("Item").unwrap().required);
        assert!(has_word("ReturnValue", "ALL_OLD") && !has_word("ReturnValue", "OLD"));
    }
}
