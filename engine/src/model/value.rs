//! The ten attribute types.
//!
//! Follows [DynamoDB's data types](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
//! Sets are kept sorted and without duplicates, so that equality is structural.

use super::{Map, Number};

/// One attribute value. Sets are sorted and hold no duplicate; build them with [`AttributeValue::string_set`],
/// [`AttributeValue::number_set`] and [`AttributeValue::binary_set`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    /// A UTF-8 string.
    S(String),
    /// An exact number of up to 38 significant digits.
    N(Number),
    /// Binary data.
    B(Vec<u8>),
    /// A Boolean.
    Bool(bool),
    /// Null.
    Null,
    /// A map.
    M(Map),
    /// A list.
    L(Vec<AttributeValue>),
    /// A string set, sorted by UTF-8 bytes.
    Ss(Vec<String>),
    /// A number set, sorted by value.
    Ns(Vec<Number>),
    /// A binary set, sorted by bytes.
    Bs(Vec<Vec<u8>>),
}

/// The type of a value, under the name that DynamoDB gives it on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum AttributeType {
    S,
    N,
    B,
    Bool,
    Null,
    M,
    L,
    Ss,
    Ns,
    Bs,
}

impl AttributeType {
    /// All ten, in the order of the documentation.
    pub const ALL: [AttributeType; 10] = {
        use AttributeType::*;
        [S, N, B, Bool, Null, M, L, Ss, Ns, Bs]
    };

    /// The name on the wire: `S`, `N`, `B`, `BOOL`, `NULL`, `M`, `L`, `SS`, `NS`, `BS`.
    pub fn name(self) -> &'static str {
        match self {
            AttributeType::S => "S",
            AttributeType::N => "N",
            AttributeType::B => "B",
            AttributeType::Bool => "BOOL",
            AttributeType::Null => "NULL",
            AttributeType::M => "M",
            AttributeType::L => "L",
            AttributeType::Ss => "SS",
            AttributeType::Ns => "NS",
            AttributeType::Bs => "BS",
        }
    }

    /// The type of that wire name.
    pub fn from_name(name: &str) -> Option<AttributeType> {
        Self::ALL.into_iter().find(|t| t.name() == name)
    }
}

impl AttributeValue {
    /// The value's type.
    pub fn attribute_type(&self) -> AttributeType {
        match self {
            AttributeValue::S(_) => AttributeType::S,
            AttributeValue::N(_) => AttributeType::N,
            AttributeValue::B(_) => AttributeType::B,
            AttributeValue::Bool(_) => AttributeType::Bool,
            AttributeValue::Null => AttributeType::Null,
            AttributeValue::M(_) => AttributeType::M,
            AttributeValue::L(_) => AttributeType::L,
            AttributeValue::Ss(_) => AttributeType::Ss,
            AttributeValue::Ns(_) => AttributeType::Ns,
            AttributeValue::Bs(_) => AttributeType::Bs,
        }
    }

    /// Shows the scalar, or every one in a map or list in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        match self {
            AttributeValue::S(_) | AttributeValue::N(_) | AttributeValue::B(_) => visit(self),
            AttributeValue::M(map) => map.scalars_mut(visit),
            AttributeValue::L(list) => list.iter_mut().for_each(|value| value.scalars_mut(visit)),
            _ => {}
        }
    }

    /// Becomes the other, in the room that it has.
    pub fn become_like(&mut self, other: &AttributeValue) {
        match (self, other) {
            (AttributeValue::S(text), AttributeValue::S(other)) => text.clone_from(other),
            (AttributeValue::B(bytes), AttributeValue::B(other)) => bytes.clone_from(other),
            (value, other) => *value = other.clone(),
        }
    }

    /// A string value.
    pub fn s(text: impl Into<String>) -> AttributeValue {
        AttributeValue::S(text.into())
    }

    /// A string set: sorted; `None` where an element appears twice.
    pub fn string_set(mut elements: Vec<String>) -> Option<AttributeValue> {
        elements.sort_unstable();
        distinct(&elements).then_some(AttributeValue::Ss(elements))
    }

    /// A number set: sorted by value; `None` where a value appears twice.
    pub fn number_set(mut elements: Vec<Number>) -> Option<AttributeValue> {
        elements.sort_unstable();
        distinct(&elements).then_some(AttributeValue::Ns(elements))
    }

    /// A binary set: sorted; `None` where an element appears twice.
    pub fn binary_set(mut elements: Vec<Vec<u8>>) -> Option<AttributeValue> {
        elements.sort_unstable();
        distinct(&elements).then_some(AttributeValue::Bs(elements))
    }

    /// Whether a map in the value has an attribute without a name.
    pub fn has_empty_name(&self) -> bool {
        match self {
            // The empty name is the first.
            AttributeValue::M(map) => {
                map.iter().next().is_some_and(|(name, _)| name.is_empty())
                    || map.iter().any(|(_, value)| value.has_empty_name())
            }
            AttributeValue::L(list) => list.iter().any(AttributeValue::has_empty_name),
            _ => false,
        }
    }

    /// How many levels of lists and maps the value has; a scalar or a set has none.
    pub fn depth(&self) -> usize {
        match self {
            AttributeValue::M(map) => 1 + map.iter().map(|(_, v)| v.depth()).max().unwrap_or(0),
            AttributeValue::L(list) => 1 + list.iter().map(AttributeValue::depth).max().unwrap_or(0),
            _ => 0,
        }
    }
}

fn distinct<T: PartialEq>(sorted: &[T]) -> bool {
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}
