//! Reads the tokens of one expression: paths, and the three grammars (condition, update, projection).
//!
//! Owns the grammar and its syntax errors. Nesting costs heap, never stack: conditions and operands are read by one loop
//! over an explicit stack of what is still open, and past twice as many levels as there may be operators (the
//! expression is refused in any case) nothing is nested any deeper, so that no later walk of the tree can overflow a small stack either.

use super::ast::{
    Comparator, Parsed, RawAction, RawCall, RawOperand, RawPath, RawSegment, RawTest, RawValue, Section,
};
use super::lexer::{Kind, Token, tokens};
use crate::error::expression::{self as words, Fault};
use crate::limits::{EXPRESSION_BYTES, EXPRESSION_OPERATORS};

/// Reads a condition.
pub(super) fn condition(text: &str) -> Result<Parsed<RawTest>, Fault> {
    let mut parser = Parser::new(text, true)?;
    let tree = parser.term(Grammar::Condition)?.into_test().ok_or_else(|| parser.unexpected())?;
    Ok(parser.finish(tree))
}

/// Reads a projection: paths with commas between them.
pub(super) fn projection(text: &str) -> Result<Parsed<Vec<RawPath>>, Fault> {
    let mut parser = Parser::new(text, false)?;
    let mut paths = vec![parser.path()?];
    while parser.take(Kind::Comma) {
        paths.push(parser.path()?);
    }
    parser.expect(Kind::End)?;
    Ok(parser.finish(paths))
}

/// Reads an update: sections with comma-separated actions.
pub(super) fn update(text: &str) -> Result<Parsed<Vec<RawAction>>, Fault> {
    let mut parser = Parser::new(text, false)?;
    let mut actions: Vec<RawAction> = Vec::new();
    let mut seen: Vec<Section> = Vec::new();
    let mut repeated_section = None;
    loop {
        let section = match parser.kind() {
            Kind::Set => Section::Set,
            Kind::Remove => Section::Remove,
            Kind::Add => Section::Add,
            Kind::Delete => Section::Delete,
            Kind::End if !actions.is_empty() => break,
            _ => return Err(parser.unexpected()),
        };
        parser.at += 1;
        if seen.contains(&section) {
            repeated_section.get_or_insert(section);
        }
        seen.push(section);
        loop {
            let path = parser.path()?;
            let value = match section {
                Section::Remove => None,
                Section::Set => {
                    parser.expect(Kind::Equal)?;
                    Some(parser.value()?)
                }
                Section::Add | Section::Delete => {
                    let value = parser.text();
                    parser.expect(Kind::Value)?;
                    Some(RawValue::Operand(RawOperand::Value(value)))
                }
            };
            actions.push(RawAction { section, path, value });
            if !parser.take(Kind::Comma) {
                break;
            }
        }
    }
    Ok(Parsed { repeated_section, ..parser.finish(actions) })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grammar {
    /// Comparisons, AND, OR, NOT.
    Condition,
    /// Operands, one `+` or `-`.
    Value,
}

/// What the loop has read.
enum Node {
    Operand(RawOperand),
    Test(RawTest),
    Sum(RawValue),
}

impl Node {
    /// The node as a condition: a comparison, or a function by itself.
    fn into_test(self) -> Option<RawTest> {
        match self {
            Node::Test(test) => Some(test),
            Node::Operand(RawOperand::Call(call)) => Some(RawTest::Call(call)),
            _ => None,
        }
    }
}

/// What is still open.
enum Open {
    Parenthesis {
        /// Whether only an operand may stand in it.
        operand_only: bool,
    },
    Call(RawCall),
    Compare(Comparator, RawOperand),
    /// `a BETWEEN`, the lower bound still to come.
    BetweenLow(RawOperand),
    BetweenHigh(RawOperand, RawOperand),
    In(RawOperand, Vec<RawOperand>),
    Not,
    And(Vec<RawTest>),
    Or(Vec<RawTest>),
    Sum {
        minus: bool,
        left: RawOperand,
    },
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    open: Vec<Open>,
    operators: usize,
    /// How many nodes hold others of their kind.
    levels: usize,
    redundant_parentheses: bool,
    /// Whether the node just read stands in parentheses.
    parenthesized: bool,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, is_condition: bool) -> Result<Parser<'t>, Fault> {
        if text.is_empty() {
            return Err(words::empty());
        }
        if text.len() > EXPRESSION_BYTES {
            return Err(words::too_long(is_condition.then_some(text.len())));
        }
        Ok(Parser {
            text,
            tokens: tokens(text),
            at: 0,
            open: Vec::new(),
            operators: 0,
            levels: 0,
            redundant_parentheses: false,
            parenthesized: false,
        })
    }

    fn finish<T>(&self, tree: T) -> Parsed<T> {
        Parsed {
            tree,
            operators: self.operators,
            redundant_parentheses: self.redundant_parentheses,
            repeated_section: None,
        }
    }

    fn kind(&self) -> Kind {
        self.tokens[self.at].kind
    }

    fn text(&self) -> String {
        let token = self.tokens[self.at];
        self.text[token.start..token.end].to_owned()
    }

    fn take(&mut self, kind: Kind) -> bool {
        let found = self.kind() == kind;
        if found && kind != Kind::End {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, kind: Kind) -> Result<(), Fault> {
        if self.take(kind) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// The syntax error at the current token; redundant parentheses that are already closed come before it.
    fn unexpected(&self) -> Fault {
        if self.redundant_parentheses {
            return words::redundant_parentheses();
        }
        let token = self.tokens[self.at];
        let start = self.at.checked_sub(1).map_or(0, |before| self.tokens[before].start);
        let end = self.tokens.get(self.at + 1).map_or(token.end, |after| after.end);
        let shown = if token.kind == Kind::End { "<EOF>" } else { &self.text[token.start..token.end] };
        words::syntax(shown, &self.text[start..end], token.start..token.end)
    }

    fn path(&mut self) -> Result<RawPath, Fault> {
        let mut segments = vec![self.name()?];
        loop {
            if self.take(Kind::Dot) {
                segments.push(self.name()?);
            } else if self.take(Kind::OpenIndex) {
                let digits = self.text();
                self.expect(Kind::Index)?;
                segments.push(RawSegment::Index(digits));
                self.expect(Kind::CloseIndex)?;
            } else {
                return Ok(RawPath(segments));
            }
        }
    }

    fn name(&mut self) -> Result<RawSegment, Fault> {
        let segment = match self.kind() {
            Kind::Word => RawSegment::Word(self.text()),
            Kind::Name => RawSegment::Name(self.text()),
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(segment)
    }

    /// What stands to the right of SET's `=`.
    fn value(&mut self) -> Result<RawValue, Fault> {
        match self.term(Grammar::Value)? {
            Node::Operand(operand) => Ok(RawValue::Operand(operand)),
            Node::Sum(value) => Ok(value),
            Node::Test(_) => unreachable!("a value's grammar has no condition"),
        }
    }

    /// Whether only an operand may come now.
    fn operand_only(&self) -> bool {
        match self.open.last() {
            None | Some(Open::Not | Open::And(_) | Open::Or(_)) => false,
            Some(Open::Parenthesis { operand_only }) => *operand_only,
            Some(_) => true,
        }
    }

    fn comparator(&self) -> Option<Comparator> {
        Some(match self.kind() {
            Kind::Equal => Comparator::Equal,
            Kind::NotEqual => Comparator::NotEqual,
            Kind::Less => Comparator::Less,
            Kind::LessOrEqual => Comparator::LessOrEqual,
            Kind::Greater => Comparator::Greater,
            Kind::GreaterOrEqual => Comparator::GreaterOrEqual,
            _ => return None,
        })
    }

    /// Counts a node that holds others of its kind; false where the tree must not get any deeper.
    fn deepen(&mut self) -> bool {
        self.levels += 1;
        self.levels <= 2 * EXPRESSION_OPERATORS
    }

    /// Reads a whole condition (to the end of the text) or a whole value.
    fn term(&mut self, grammar: Grammar) -> Result<Node, Fault> {
        loop {
            let mut node = Node::Operand(self.operand(grammar)?);
            self.parenthesized = false;
            loop {
                node = match self.shift(grammar, node)? {
                    None => break,
                    Some(node) => node,
                };
                match self.reduce(grammar, node)? {
                    Step::Read => break,
                    Step::Node(next) => node = next,
                    Step::Done(node) => return Ok(node),
                }
            }
        }
    }

    /// Opens what may stand before an operand, and reads the operand.
    fn operand(&mut self, grammar: Grammar) -> Result<RawOperand, Fault> {
        loop {
            match self.kind() {
                Kind::Not if grammar == Grammar::Condition && !self.operand_only() => {
                    self.at += 1;
                    self.open.push(Open::Not);
                }
                Kind::Open => {
                    self.at += 1;
                    let operand_only = self.operand_only();
                    self.open.push(Open::Parenthesis { operand_only });
                }
                Kind::Word if self.tokens[self.at + 1].kind == Kind::Open => {
                    let name = self.text();
                    self.at += 2;
                    if self.kind() == Kind::Close {
                        return Err(self.unexpected());
                    }
                    self.open.push(Open::Call(RawCall { name, operands: Vec::new() }));
                }
                Kind::Value => {
                    let value = self.text();
                    self.at += 1;
                    return Ok(RawOperand::Value(value));
                }
                _ => return Ok(RawOperand::Path(self.path()?)),
            }
        }
    }

    /// Opens what an operand is followed by; gives the node back where nothing of the kind comes.
    fn shift(&mut self, grammar: Grammar, node: Node) -> Result<Option<Node>, Fault> {
        let operand = match node {
            Node::Operand(operand) if !self.operand_only() => operand,
            other => return Ok(Some(other)),
        };
        let open = match (grammar, self.kind()) {
            (Grammar::Condition, Kind::Between) => Open::BetweenLow(operand),
            (Grammar::Condition, Kind::In) => {
                self.at += 1;
                if self.kind() != Kind::Open {
                    return Err(self.unexpected());
                }
                Open::In(operand, Vec::new())
            }
            (Grammar::Value, Kind::Plus) => Open::Sum { minus: false, left: operand },
            (Grammar::Value, Kind::Minus) => Open::Sum { minus: true, left: operand },
            (Grammar::Condition, _) => match self.comparator() {
                Some(comparator) => Open::Compare(comparator, operand),
                None => return Ok(Some(Node::Operand(operand))),
            },
            (Grammar::Value, _) => return Ok(Some(Node::Operand(operand))),
        };
        self.at += 1;
        self.open.push(open);
        Ok(None)
    }

    /// Closes the innermost open thing that ends here, or goes on within it.
    fn reduce(&mut self, grammar: Grammar, node: Node) -> Result<Step, Fault> {
        let Some(open) = self.open.pop() else {
            return match (grammar, self.kind()) {
                (Grammar::Value, _) => Ok(Step::Done(node)),
                (Grammar::Condition, Kind::End) => Ok(Step::Done(node)),
                (Grammar::Condition, _) => self.join(node),
            };
        };
        if let (Open::Parenthesis { operand_only }, Grammar::Condition, Kind::And | Kind::Or) =
            (&open, grammar, self.kind())
            && !operand_only
        {
            self.open.push(open);
            return self.join(node);
        }
        let parenthesized = std::mem::take(&mut self.parenthesized);
        match open {
            Open::Parenthesis { .. } => {
                self.expect(Kind::Close)?;
                self.redundant_parentheses |= parenthesized;
                self.parenthesized = true;
                Ok(Step::Node(node))
            }
            Open::Not => {
                let test = node.into_test().ok_or_else(|| self.unexpected())?;
                self.operators += 1;
                Ok(Step::Node(Node::Test(if self.deepen() { RawTest::Not(Box::new(test)) } else { test })))
            }
            Open::And(mut tests) => {
                tests.push(node.into_test().ok_or_else(|| self.unexpected())?);
                if self.take(Kind::And) {
                    self.open.push(Open::And(tests));
                    return Ok(Step::Read);
                }
                self.chain(tests, RawTest::And)
            }
            Open::Or(mut tests) => {
                let test = node.into_test().ok_or_else(|| self.unexpected())?;
                if self.take(Kind::And) {
                    self.open.extend([Open::Or(tests), Open::And(vec![test])]);
                    return Ok(Step::Read);
                }
                tests.push(test);
                if self.take(Kind::Or) {
                    self.open.push(Open::Or(tests));
                    return Ok(Step::Read);
                }
                self.chain(tests, RawTest::Or)
            }
            other => {
                let Node::Operand(operand) = node else { return Err(self.unexpected()) };
                self.reduce_operand(other, operand)
            }
        }
    }

    /// Closes what holds operands only.
    fn reduce_operand(&mut self, open: Open, operand: RawOperand) -> Result<Step, Fault> {
        match open {
            Open::Compare(comparator, left) => {
                self.operators += 1;
                Ok(Step::Node(Node::Test(RawTest::Compare(comparator, left, operand))))
            }
            Open::BetweenLow(value) => {
                self.expect(Kind::And)?;
                self.open.push(Open::BetweenHigh(value, operand));
                Ok(Step::Read)
            }
            Open::BetweenHigh(value, low) => {
                self.operators += 1;
                Ok(Step::Node(Node::Test(RawTest::Between(value, low, operand))))
            }
            Open::In(value, mut list) => {
                list.push(operand);
                if self.take(Kind::Comma) {
                    self.open.push(Open::In(value, list));
                    return Ok(Step::Read);
                }
                self.expect(Kind::Close)?;
                self.operators += 1;
                Ok(Step::Node(Node::Test(RawTest::In(value, list))))
            }
            Open::Call(mut call) => {
                call.operands.push(operand);
                if self.take(Kind::Comma) {
                    self.open.push(Open::Call(call));
                    return Ok(Step::Read);
                }
                self.expect(Kind::Close)?;
                self.operators += 1;
                if !self.deepen() {
                    call.operands.clear();
                }
                Ok(Step::Node(Node::Operand(RawOperand::Call(call))))
            }
            Open::Sum { minus, left } => {
                self.operators += 1;
                Ok(Step::Node(Node::Sum(RawValue::Sum { minus, left, right: operand })))
            }
            Open::Parenthesis { .. } | Open::Not | Open::And(_) | Open::Or(_) => {
                unreachable!("closed by the caller")
            }
        }
    }

    /// Begins a chain of AND or OR.
    fn join(&mut self, node: Node) -> Result<Step, Fault> {
        let test = node.into_test().ok_or_else(|| self.unexpected())?;
        match self.kind() {
            Kind::And => self.open.push(Open::And(vec![test])),
            Kind::Or => self.open.push(Open::Or(vec![test])),
            _ => return Err(self.unexpected()),
        }
        self.at += 1;
        Ok(Step::Read)
    }

    fn chain(&mut self, mut tests: Vec<RawTest>, make: fn(Vec<RawTest>) -> RawTest) -> Result<Step, Fault> {
        self.operators += tests.len() - 1;
        if !self.deepen() {
            tests.truncate(1);
        }
        Ok(Step::Node(Node::Test(make(tests))))
    }
}

/// What comes after a reduction.
enum Step {
    /// The next operand is to be read.
    Read,
    /// This node takes the place of the last.
    Node(Node),
    /// All is read.
    Done(Node),
}

#[cfg(test)]
#[path = "parser_tests.rs"]
mod tests;
