//! From tokens to expressions, by operator precedence.
//!
//! Owns the grammar of expressions and paths; `statement` has that of the clauses. How deep expressions may stand within
//! each other is bounded here, once for everything that walks them: none is deeper than [`HEIGHT`].
//!
//! Follows [PartiQL for DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html) and the
//! grammar of [PartiQL](https://partiql.org/assets/PartiQL-Specification.pdf); which fault is named is as the service does.

use super::ast::{Expr, ExprKind, Statement, Step, is_name};
use super::keywords;
use super::lexer::tokens;
use super::token::{Kind, NOT_PRECEDENCE, Token};
use crate::error::Result;
use crate::error::expression as expression_words;
use crate::error::partiql::{self as words, Position, malformed};
use crate::limits::EXPRESSION_OPERATORS;

/// How deep brackets, parentheses and signs nest: more than a document does, and few enough for a stack of a megabyte,
/// unoptimised. Differs from DynamoDB: its limit is not published.
const NESTING: usize = 48;
/// How deep expressions stand within each other: what is nested, and a chain of operators as long as one may be.
const HEIGHT: u16 = 500;

/// Reads tokens one after the other.
pub(super) struct Parser {
    tokens: Vec<Token>,
    at: usize,
    nesting: usize,
    pub parameters: usize,
}

/// A statement's expression, and how many parameters it has.
pub(super) fn parse(text: &str) -> Result<(Expr, usize)> {
    let mut parser = Parser::new(tokens(text)?);
    parser.whole().map(|expr| (expr, parser.parameters))
}

/// The token at which a statement's tokens stop making sense.
pub(super) fn faulty_token(tokens: Vec<Token>) -> Position {
    let mut parser = Parser::new(tokens);
    // Only how far it came is asked.
    let _ = parser.whole();
    parser.place()
}

impl Parser {
    fn new(tokens: Vec<Token>) -> Parser {
        Parser { tokens, at: 0, nesting: 0, parameters: 0 }
    }

    /// The one expression that a statement is.
    fn whole(&mut self) -> Result<Expr> {
        let expr = self.expression(0)?;
        if *self.head() == Kind::Semicolon {
            self.advance();
            if *self.head() != Kind::End {
                return Err(malformed("Unexpected token after semicolon. (Only one query is allowed.)"));
            }
        }
        match self.head() {
            Kind::End => Ok(expr),
            _ => Err(malformed("Unexpected token after expression")),
        }
    }

    pub fn head(&self) -> &Kind {
        &self.tokens[self.at].kind
    }

    pub fn place(&self) -> Position {
        self.tokens[self.at].at
    }

    fn second(&self) -> &Kind {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)].kind
    }

    pub fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    /// How many tokens are left, the end among them.
    fn left(&self) -> usize {
        self.tokens.len() - self.at
    }

    pub fn accept(&mut self, wanted: &Kind) -> bool {
        let found = self.head() == wanted;
        if found {
            self.advance();
        }
        found
    }

    pub fn accept_keyword(&mut self, wanted: &str) -> bool {
        let found = self.is_keyword(wanted);
        if found {
            self.advance();
        }
        found
    }

    pub fn is_keyword(&self, wanted: &str) -> bool {
        matches!(self.head(), Kind::Keyword(word) if *word == wanted)
    }

    pub fn expect(&mut self, wanted: &Kind, name: &str) -> Result<()> {
        match self.accept(wanted) {
            true => Ok(()),
            false => Err(malformed(format_args!("Expected {name}"))),
        }
    }

    /// Makes an expression of parts; refused where it becomes too high.
    pub fn make<'p>(
        &self,
        kind: ExprKind,
        at: Position,
        parts: impl IntoIterator<Item = &'p u16>,
    ) -> Result<Expr> {
        let height = parts.into_iter().max().map_or(1, |height| height + 1);
        match height > HEIGHT {
            true => Err(malformed("")),
            false => Ok(Expr { kind, at, height }),
        }
    }

    fn unary(&self, kind: impl FnOnce(Box<Expr>) -> ExprKind, at: Position, inner: Expr) -> Result<Expr> {
        let height = inner.height;
        self.make(kind(Box::new(inner)), at, [&height])
    }

    /// Runs a part that may hold itself.
    fn nested<T>(&mut self, part: impl FnOnce(&mut Parser) -> Result<T>) -> Result<T> {
        if self.nesting == NESTING {
            return Err(malformed(""));
        }
        self.nesting += 1;
        let result = part(self);
        self.nesting -= 1;
        result
    }

    /// An expression whose infix operators bind more tightly than `precedence`.
    pub fn expression(&mut self, precedence: u8) -> Result<Expr> {
        self.nested(|parser| parser.infix(precedence))
    }

    fn infix(&mut self, precedence: u8) -> Result<Expr> {
        let mut left = self.prefix()?;
        if left.is_change() {
            return Ok(left);
        }
        let mut operators = 0;
        loop {
            let binds = self.head().precedence();
            if binds <= precedence {
                return Ok(left);
            }
            operators += 1;
            if operators > EXPRESSION_OPERATORS {
                return Err(words::fault(&expression_words::too_many_operators(operators)));
            }
            let Some(operator) = self.head().word() else { return Ok(left) };
            let at = self.place();
            left = match operator {
                "is" | "is_not" => {
                    self.advance();
                    let type_name = self.type_name()?;
                    let negated = operator == "is_not";
                    let is = |value| ExprKind::Is { negated, value, type_name };
                    self.unary(is, at, left)?
                }
                "in" | "not_in" => {
                    let list = self.in_list(binds)?;
                    let heights = [left.height, list.height];
                    let (value, list) = (Box::new(left), Box::new(list));
                    self.make(ExprKind::In { negated: operator == "not_in", value, list }, at, &heights)?
                }
                "between" | "not_between" => {
                    let low = self.right(binds)?;
                    if !matches!(self.head(), Kind::Operator("and")) {
                        return Err(malformed("Expected AND"));
                    }
                    self.advance();
                    if matches!(self.head(), Kind::End | Kind::Semicolon) {
                        return Err(malformed("Expected expression after AND"));
                    }
                    let high = self.expression(binds)?;
                    let heights = [left.height, low.height, high.height];
                    let operands = Box::new([left, low, high]);
                    let negated = operator == "not_between";
                    self.make(ExprKind::Between { negated, operands }, at, &heights)?
                }
                "and" | "or" => {
                    let right = self.right(binds)?;
                    self.chain(operator == "and", at, left, right)?
                }
                _ => {
                    let right = self.right(binds)?;
                    let heights = [left.height, right.height];
                    self.make(ExprKind::Binary(operator, Box::new(left), Box::new(right)), at, &heights)?
                }
            };
        }
    }

    /// AND or OR: a chain grows by one.
    fn chain(&self, and: bool, at: Position, left: Expr, right: Expr) -> Result<Expr> {
        let heights = [left.height, right.height];
        let grown = left.height.max(right.height + 1);
        match (left.kind, and) {
            (ExprKind::And(mut tests), true) => {
                tests.push(right);
                Ok(Expr { kind: ExprKind::And(tests), at: left.at, height: grown })
            }
            (ExprKind::Or(mut tests), false) => {
                tests.push(right);
                Ok(Expr { kind: ExprKind::Or(tests), at: left.at, height: grown })
            }
            (kind, and) => {
                let tests = vec![Expr { kind, at: left.at, height: left.height }, right];
                self.make(if and { ExprKind::And(tests) } else { ExprKind::Or(tests) }, at, &heights)
            }
        }
    }

    /// What stands to the right of an infix operator, which is the head.
    fn right(&mut self, binds: u8) -> Result<Expr> {
        if self.left() < 3 {
            return Err(malformed("Missing right-hand side expression of infix operator"));
        }
        self.advance();
        self.expression(binds)
    }

    fn in_list(&mut self, binds: u8) -> Result<Expr> {
        let selects = |kind: &Kind| matches!(kind, Kind::Keyword("select" | "values"));
        let after = &self.tokens[(self.at + 2).min(self.tokens.len() - 1)].kind;
        if *self.second() != Kind::LeftParen || selects(after) {
            return self.right(binds);
        }
        self.advance();
        let at = self.place();
        self.advance();
        let list = self.list()?;
        self.expect(&Kind::RightParen, "RIGHT_PAREN")?;
        self.collection(ExprKind::List, at, list)
    }

    fn collection(&self, kind: fn(Vec<Expr>) -> ExprKind, at: Position, list: Vec<Expr>) -> Result<Expr> {
        let height = list.iter().map(|expr| expr.height).max().unwrap_or(0);
        self.make(kind(list), at, [&height])
    }

    /// One expression or more, with commas between them.
    pub fn list(&mut self) -> Result<Vec<Expr>> {
        let mut list = vec![self.expression(0)?];
        while self.accept(&Kind::Comma) {
            list.push(self.expression(0)?);
        }
        Ok(list)
    }

    fn prefix(&mut self) -> Result<Expr> {
        let at = self.place();
        match self.head() {
            Kind::Operator("not") => {
                self.advance();
                let inner = self.expression(NOT_PRECEDENCE)?;
                self.unary(ExprKind::Not, at, inner)
            }
            Kind::Operator(sign @ ("+" | "-")) => {
                let sign = *sign;
                self.advance();
                let inner = self.nested(Parser::prefix)?;
                match inner.kind {
                    ExprKind::Number(text) => {
                        let text = match (sign, text.strip_prefix('-')) {
                            ("-", Some(rest)) => rest.to_string(),
                            ("-", None) => format!("-{text}"),
                            _ => text,
                        };
                        Ok(Expr { kind: ExprKind::Number(text), ..inner })
                    }
                    _ => self.unary(|inner| ExprKind::Sign(sign, inner), at, inner),
                }
            }
            _ => self.path(),
        }
    }

    /// A name that may lead on by dots and brackets, where nothing else may stand.
    pub fn simple_path(&mut self) -> Result<Expr> {
        if !is_name(self.head()) {
            return Err(malformed("Expected identifier for simple path"));
        }
        let root = self.name()?;
        self.steps(root, true)
    }

    fn path(&mut self) -> Result<Expr> {
        let root = self.term()?;
        self.steps(root, false)
    }

    fn steps(&mut self, root: Expr, simple: bool) -> Result<Expr> {
        let at = root.at;
        let mut steps = Vec::new();
        let mut height = root.height;
        loop {
            if self.accept(&Kind::Dot) {
                let place = self.place();
                steps.push(match self.head() {
                    Kind::Name(name) | Kind::Quoted(name) => Step::Name(name.clone()),
                    Kind::Star if simple => {
                        return Err(malformed("Invalid path dot component for simple path"));
                    }
                    Kind::Star => Step::Unpivot(place),
                    _ => return Err(malformed("Invalid path dot component")),
                });
                self.advance();
            } else if self.accept(&Kind::LeftBracket) {
                let place = self.place();
                let star = *self.head() == Kind::Star;
                let step = if star {
                    self.advance();
                    Step::Wildcard(place)
                } else {
                    let index = self.expression(0)?;
                    height = height.max(index.height);
                    Step::Index(index)
                };
                self.expect(&Kind::RightBracket, "RIGHT_BRACKET")?;
                let fits = match &step {
                    Step::Index(index) => matches!(
                        index.kind,
                        ExprKind::Number(_)
                            | ExprKind::Text(_)
                            | ExprKind::Name(_)
                            | ExprKind::Bool(_)
                            | ExprKind::Null
                            | ExprKind::Missing
                            | ExprKind::Ion(_)
                    ),
                    _ => false,
                };
                if simple && !fits {
                    return Err(malformed("Invalid path component for simple path"));
                }
                steps.push(step);
            } else if steps.is_empty() {
                return Ok(root);
            } else {
                return self.make(ExprKind::Path(Box::new(root), steps), at, [&height]);
            }
        }
    }

    /// A name, which is the head.
    fn name(&mut self) -> Result<Expr> {
        let at = self.place();
        let kind = match self.head() {
            Kind::Name(name) | Kind::Quoted(name) => ExprKind::Name(name.clone()),
            _ => return Err(malformed("Unexpected term")),
        };
        self.advance();
        self.make(kind, at, [])
    }

    fn term(&mut self) -> Result<Expr> {
        let at = self.place();
        let literal = match self.head() {
            Kind::Number(text) => ExprKind::Number(text.clone()),
            Kind::Text(text) => ExprKind::Text(text.clone()),
            Kind::Bool(value) => ExprKind::Bool(*value),
            Kind::Null => ExprKind::Null,
            Kind::Missing => ExprKind::Missing,
            Kind::Ion(type_name) => ExprKind::Ion(type_name),
            Kind::Question => {
                self.parameters += 1;
                ExprKind::Parameter(self.parameters - 1)
            }
            Kind::Operator("@") => {
                self.advance();
                return match is_name(self.head()) {
                    true => self.name(),
                    false => Err(malformed("Identifier must follow @-operator")),
                };
            }
            Kind::Operator(_) => return Err(malformed("Unexpected operator")),
            Kind::Keyword(word) => return self.keyword(word),
            Kind::Name(name) | Kind::Quoted(name) => {
                let name = name.clone();
                self.advance();
                return match *self.head() == Kind::LeftParen {
                    true => self.call(name.to_lowercase(), at),
                    false => self.make(ExprKind::Name(name), at, []),
                };
            }
            Kind::LeftParen => return self.group(),
            Kind::LeftBracket => {
                self.advance();
                let list = self.until(&Kind::RightBracket, "RIGHT_BRACKET")?;
                return self.collection(ExprKind::List, at, list);
            }
            Kind::LeftDoubleAngle => {
                self.advance();
                let list = self.until(&Kind::RightDoubleAngle, "RIGHT_DOUBLE_ANGLE_BRACKET")?;
                return self.collection(ExprKind::Bag, at, list);
            }
            Kind::LeftCurly => return self.structure(),
            _ => return Err(malformed("Unexpected term")),
        };
        self.advance();
        self.make(literal, at, [])
    }

    /// A list, maybe empty, up to its closing bracket.
    fn until(&mut self, closing: &Kind, name: &str) -> Result<Vec<Expr>> {
        if self.accept(closing) {
            return Ok(Vec::new());
        }
        let list = self.list()?;
        self.expect(closing, name)?;
        Ok(list)
    }

    /// Parentheses: around one expression they only group, several are a list.
    fn group(&mut self) -> Result<Expr> {
        let at = self.place();
        self.advance();
        let mut list = self.list()?;
        self.expect(&Kind::RightParen, "RIGHT_PAREN")?;
        match list.len() {
            1 => Ok(list.remove(0)),
            _ => self.collection(ExprKind::List, at, list),
        }
    }

    fn structure(&mut self) -> Result<Expr> {
        let at = self.place();
        self.advance();
        let mut members = Vec::new();
        let mut height = 0;
        if !self.accept(&Kind::RightCurly) {
            loop {
                let key = self.expression(0)?;
                self.expect(&Kind::Colon, "COLON")?;
                let value = self.expression(0)?;
                height = height.max(key.height).max(value.height);
                members.push((key, value));
                if !self.accept(&Kind::Comma) {
                    break;
                }
            }
            self.expect(&Kind::RightCurly, "RIGHT_CURLY")?;
        }
        self.make(ExprKind::Struct(members), at, [&height])
    }

    /// A function's operands; its name is read, and the head is the parenthesis.
    fn call(&mut self, name: String, at: Position) -> Result<Expr> {
        self.advance();
        if *self.head() == Kind::Star {
            return Err(malformed(format_args!("{name}(*) is not allowed")));
        }
        let operands = self.until(&Kind::RightParen, "RIGHT_PAREN")?;
        let height = operands.iter().map(|expr| expr.height).max().unwrap_or(0);
        self.make(ExprKind::Call(name, operands), at, [&height])
    }

    /// What begins with a keyword, which is the head.
    fn keyword(&mut self, word: &'static str) -> Result<Expr> {
        let at = self.place();
        let statement = match word {
            "select" => Some(self.select()?),
            "insert_into" => Some(self.insert(at)?),
            "update" => Some(self.update(at)?),
            "delete" => Some(self.delete(at)?),
            "from" => Some(self.starting_with_from(at)?),
            "set" | "remove" => Some(self.without_source(at)?),
            _ => None,
        };
        if let Some(statement) = statement {
            let nested = self.nesting > 1 && !matches!(statement, Statement::Select(_));
            return match nested {
                true => Err(malformed("Keyword null only expected at the top level in the query")),
                false => {
                    let height = statement.height();
                    self.make(ExprKind::Statement(Box::new(statement)), at, [&height])
                }
            };
        }
        if let Some((word, name)) = self.other(word)? {
            return self.make(ExprKind::Other(word, name), at, []);
        }
        if matches!(word, "list" | "bag") && *self.second() == Kind::LeftParen {
            self.advance();
            self.advance();
            let list = self.until(&Kind::RightParen, "RIGHT_PAREN")?;
            return self.collection(if word == "list" { ExprKind::List } else { ExprKind::Bag }, at, list);
        }
        if !keywords::is_function(word) || *self.second() != Kind::LeftParen {
            return Err(malformed("Unexpected keyword"));
        }
        self.advance();
        if keywords::is_aggregate(word) {
            self.advance();
            self.aggregate(word)?;
            return self.make(ExprKind::Aggregate(word), at, []);
        }
        self.call(word.into(), at)
    }

    /// The operand of a function over items; the parenthesis is read.
    fn aggregate(&mut self, word: &str) -> Result<()> {
        let _ = self.accept_keyword("distinct") || self.accept_keyword("all");
        match self.head() {
            Kind::Star if word == "count" => self.advance(),
            Kind::Star => return Err(malformed(format_args!("{word}(*) is not allowed"))),
            Kind::RightParen => return Err(malformed("Aggregate functions are always unary")),
            _ => {
                if self.list()?.len() != 1 {
                    return Err(malformed("Aggregate functions are always unary"));
                }
            }
        }
        self.expect(&Kind::RightParen, "RIGHT_PAREN")
    }

    /// The name of a type after IS, with its arguments if it has some.
    fn type_name(&mut self) -> Result<&'static str> {
        let word = match self.head() {
            Kind::Null => "null",
            Kind::Missing => "missing",
            Kind::Keyword(word) => word,
            _ => "",
        };
        let name = keywords::type_name(word).ok_or_else(|| malformed("Expected type name"))?;
        self.advance();
        if self.accept(&Kind::LeftParen) {
            self.list()?;
            self.expect(&Kind::RightParen, "RIGHT_PAREN")?;
        }
        Ok(name)
    }
}

#[cfg(test)]
#[path = "parser_tests.rs"]
mod tests;
