//! Expressions as they were written: names and values still stand as their placeholders.
//!
//! Owns the shapes that the parser makes and the compilers read. Never holds a resolved value.

/// A path as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawPath(pub Vec<RawSegment>);

/// A step of a path as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RawSegment {
    /// An attribute's name.
    Word(String),
    /// `#name`.
    Name(String),
    /// The digits of `[17]`.
    Index(String),
}

/// An operand as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RawOperand {
    Path(RawPath),
    /// `:value`.
    Value(String),
    Call(RawCall),
}

/// A function with its operands: at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawCall {
    pub name: String,
    pub operands: Vec<RawOperand>,
}

/// The six comparators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    /// As it is written: `=`, `<>`, `<`, `<=`, `>`, `>=`.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparator::Equal => "=",
            Comparator::NotEqual => "<>",
            Comparator::Less => "<",
            Comparator::LessOrEqual => "<=",
            Comparator::Greater => ">",
            Comparator::GreaterOrEqual => ">=",
        }
    }

    /// The comparator with its operands exchanged: `<` becomes `>`.
    pub fn mirrored(self) -> Comparator {
        match self {
            Comparator::Equal | Comparator::NotEqual => self,
            Comparator::Less => Comparator::Greater,
            Comparator::LessOrEqual => Comparator::GreaterOrEqual,
            Comparator::Greater => Comparator::Less,
            Comparator::GreaterOrEqual => Comparator::LessOrEqual,
        }
    }
}

/// A condition as written. Chains of AND and of OR are one node each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RawTest {
    Compare(Comparator, RawOperand, RawOperand),
    Between(RawOperand, RawOperand, RawOperand),
    In(RawOperand, Vec<RawOperand>),
    Call(RawCall),
    And(Vec<RawTest>),
    Or(Vec<RawTest>),
    Not(Box<RawTest>),
}

/// What stands to the right of SET's `=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RawValue {
    Operand(RawOperand),
    /// `+`, or `-` where `minus`.
    Sum {
        minus: bool,
        left: RawOperand,
        right: RawOperand,
    },
}

/// The four sections of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Set,
    Remove,
    Add,
    Delete,
}

impl Section {
    pub(super) fn name(self) -> &'static str {
        match self {
            Section::Set => "SET",
            Section::Remove => "REMOVE",
            Section::Add => "ADD",
            Section::Delete => "DELETE",
        }
    }
}

/// One action of an update as written; only REMOVE has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawAction {
    pub section: Section,
    pub path: RawPath,
    pub value: Option<RawValue>,
}

/// A parsed expression.
#[derive(Clone, Debug)]
pub(super) struct Parsed<T> {
    pub tree: T,
    /// How many operators and functions it has.
    pub operators: usize,
    /// Whether parentheses stand directly in parentheses: refused, but only after the whole text is read.
    pub redundant_parentheses: bool,
    /// The first section that is there twice.
    pub repeated_section: Option<Section>,
}
