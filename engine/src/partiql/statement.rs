//! From tokens to statements: the clauses of SELECT, INSERT, UPDATE and DELETE.
//!
//! Owns their order, and what else PartiQL's grammar has that DynamoDB answers with a refusal of its own.

use super::ast::{Action, Change, ExprKind, Insert, Returning, Select, Selected, Source, Statement, Term};
use super::parser::Parser;
use super::token::{CLAUSE_PRECEDENCE, Kind};
use crate::error::Result;
use crate::error::partiql::{Position, malformed};

impl Parser {
    /// SELECT, which is the head.
    pub fn select(&mut self) -> Result<Statement> {
        self.advance();
        let distinct = self.accept_keyword("distinct");
        if !distinct {
            self.accept_keyword("all");
        }
        let projection = self.selected()?;
        self.after_projection(projection, distinct)
    }

    fn selected(&mut self) -> Result<Selected> {
        if self.accept_keyword("value") {
            self.expression(0)?;
            return Ok(Selected::Value);
        }
        let mut list = Vec::new();
        let mut stars = 0;
        loop {
            match self.head() {
                Kind::Star => {
                    stars += 1;
                    self.advance();
                }
                Kind::Keyword(word @ ("from" | "where" | "order" | "group" | "having" | "limit")) => {
                    return Err(malformed(format_args!(
                        "Expected identifier or an expression but found unexpected keyword '{word}' in a select list."
                    )));
                }
                _ => {
                    let selected = self.expression(0)?;
                    let aliased = self.alias()?;
                    list.push((selected, aliased));
                }
            }
            if !self.accept(&Kind::Comma) {
                break;
            }
        }
        match (stars, list.is_empty()) {
            (0, _) => Ok(Selected::List(list)),
            (1, true) => Ok(Selected::All),
            _ => Err(malformed(
                "Other expressions may not be present in the select list when '*' is used without dot notation.",
            )),
        }
    }

    fn after_projection(&mut self, projection: Selected, distinct: bool) -> Result<Statement> {
        if !self.accept_keyword("from") {
            return Err(malformed("Expected FROM after SELECT list"));
        }
        let source = self.sources()?;
        let mut clause = None;
        let mut unsupported = |name, at| {
            clause.get_or_insert((name, at));
        };
        if self.accept_keyword("let") {
            self.expression(0)?;
            if !self.alias()? {
                return Err(malformed("Expected AS following LET expr"));
            }
            unsupported("LET", None);
        }
        let condition = match self.accept_keyword("where") {
            true => Some(self.expression(CLAUSE_PRECEDENCE)?),
            false => None,
        };
        if self.accept_keyword("group") {
            self.accept_keyword("partial");
            self.expect(&Kind::By, "BY")?;
            self.list()?;
            unsupported("GROUP BY", None);
        }
        if self.accept_keyword("having") {
            unsupported("HAVING", Some(self.expression(CLAUSE_PRECEDENCE)?.at));
        }
        let mut order = Vec::new();
        if self.accept_keyword("order") {
            self.expect(&Kind::By, "BY")?;
            order = self.order()?;
        }
        for (keyword, name) in [("limit", "LIMIT"), ("offset", "OFFSET")] {
            if self.accept_keyword(keyword) {
                unsupported(name, Some(self.expression(CLAUSE_PRECEDENCE)?.at));
            }
        }
        Ok(Statement::Select(Select { projection, distinct, source, condition, order, clause }))
    }

    fn order(&mut self) -> Result<Vec<Term>> {
        let mut order = Vec::new();
        loop {
            let key = self.expression(0)?;
            let descending = self.accept(&Kind::Descending);
            if !descending {
                self.accept(&Kind::Ascending);
            }
            order.push(Term { key, descending });
            if !self.accept(&Kind::Comma) {
                return Ok(order);
            }
        }
    }

    /// An alias, if there is one: `AS name` or a mere name.
    fn alias(&mut self) -> Result<bool> {
        let named = |kind: &Kind| matches!(kind, Kind::Name(_) | Kind::Quoted(_));
        if self.accept(&Kind::As) {
            if !named(self.head()) {
                return Err(malformed("Expected identifier for AS-alias"));
            }
            self.advance();
            return Ok(true);
        }
        let found = named(self.head());
        if found {
            self.advance();
        }
        Ok(found)
    }

    /// The aliases that a source may have.
    fn aliases(&mut self) -> Result<bool> {
        let mut aliased = self.alias()?;
        for (kind, name) in [(Kind::At, "AT"), (Kind::By, "BY")] {
            if self.accept(&kind) {
                if !matches!(self.head(), Kind::Name(_) | Kind::Quoted(_)) {
                    return Err(malformed(format_args!("Expected identifier for {name}-alias")));
                }
                self.advance();
                aliased = true;
            }
        }
        Ok(aliased)
    }

    /// What follows FROM.
    fn sources(&mut self) -> Result<Source> {
        let mut several = self.accept_keyword("unpivot");
        let path = self.expression(CLAUSE_PRECEDENCE)?;
        let aliased = self.aliases()?;
        loop {
            let joined = match self.head() {
                Kind::Comma => false,
                Kind::Keyword("cross_join" | "left_cross_join" | "right_cross_join") => false,
                Kind::Keyword("join" | "inner_join" | "left_join" | "right_join" | "outer_join") => true,
                _ => return Ok(Source { path, aliased, several }),
            };
            several = true;
            self.advance();
            self.expression(CLAUSE_PRECEDENCE)?;
            self.aliases()?;
            if joined {
                if !self.accept_keyword("on") {
                    return Err(malformed("Expected 'ON'"));
                }
                self.expression(CLAUSE_PRECEDENCE)?;
            }
        }
    }

    /// INSERT INTO, which is the head.
    pub fn insert(&mut self, at: Position) -> Result<Statement> {
        self.advance();
        let target = self.simple_path()?;
        let single = self.accept_keyword("value");
        let value = self.expression(0)?;
        let mut insert =
            Insert { at, target, value, single, placed: false, conflict: false, returning: None };
        if single {
            if self.accept(&Kind::At) {
                self.expression(0)?;
                insert.placed = true;
            }
            if self.accept_keyword("on_conflict") {
                if !self.accept_keyword("where") {
                    return Err(malformed("invalid ON CONFLICT syntax"));
                }
                self.expression(0)?;
                if !self.accept_keyword("do_nothing") {
                    return Err(malformed("invalid ON CONFLICT syntax"));
                }
                insert.conflict = true;
            }
            insert.returning = self.returning()?;
        }
        Ok(Statement::Insert(insert))
    }

    /// UPDATE, which is the head.
    pub fn update(&mut self, at: Position) -> Result<Statement> {
        self.advance();
        let source = self.target()?;
        let actions = self.actions()?;
        self.rest_of_change(at, source, actions)
    }

    /// DELETE, which is the head.
    pub fn delete(&mut self, at: Position) -> Result<Statement> {
        self.advance();
        if !self.accept_keyword("from") {
            return Err(malformed("Expected FROM after DELETE"));
        }
        let source = self.target()?;
        self.rest_of_change(at, source, vec![Action::Delete])
    }

    fn target(&mut self) -> Result<Source> {
        let path = self.simple_path()?;
        let aliased = self.aliases()?;
        Ok(Source { path, aliased, several: false })
    }

    fn rest_of_change(&mut self, at: Position, source: Source, actions: Vec<Action>) -> Result<Statement> {
        let condition = match self.accept_keyword("where") {
            true => Some(self.expression(0)?),
            false => None,
        };
        let returning = self.returning()?;
        Ok(Statement::Change(Change { at, source, actions, condition, returning }))
    }

    /// `FROM … WHERE … SET …`; FROM is the head.
    pub fn starting_with_from(&mut self, at: Position) -> Result<Statement> {
        self.advance();
        let source = self.sources()?;
        let condition = match self.accept_keyword("where") {
            true => Some(self.expression(0)?),
            false => None,
        };
        let actions = self.actions()?;
        let returning = self.returning()?;
        Ok(Statement::Change(Change { at, source, actions, condition, returning }))
    }

    /// SET or REMOVE by itself, which is the head.
    pub fn without_source(&mut self, at: Position) -> Result<Statement> {
        let path = self.make(ExprKind::Missing, at, [])?;
        let actions = self.actions()?;
        let source = Source { path, aliased: false, several: true };
        Ok(Statement::Change(Change { at, source, actions, condition: None, returning: None }))
    }

    fn actions(&mut self) -> Result<Vec<Action>> {
        let mut actions = Vec::new();
        loop {
            if self.accept_keyword("set") {
                loop {
                    let path = self.simple_path()?;
                    if !matches!(self.head(), Kind::Operator("=")) {
                        return Err(malformed("Expected '='"));
                    }
                    self.advance();
                    actions.push(Action::Set(path, self.expression(0)?));
                    if !self.accept(&Kind::Comma) {
                        break;
                    }
                }
            } else if self.accept_keyword("remove") {
                actions.push(Action::Remove(self.simple_path()?));
            } else if self.is_keyword("insert_into") {
                self.insert(self.place())?;
                actions.push(Action::Insert);
            } else if actions.is_empty() {
                return Err(malformed("Expected data manipulation"));
            } else {
                return Ok(actions);
            }
        }
    }

    fn returning(&mut self) -> Result<Option<Returning>> {
        if !self.accept_keyword("returning") {
            return Ok(None);
        }
        let mut first = None;
        loop {
            let what = match self.head() {
                Kind::Keyword(what @ ("all_old" | "all_new" | "modified_old" | "modified_new")) => *what,
                _ => {
                    return Err(malformed(
                        "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.",
                    ));
                }
            };
            self.advance();
            let star = self.accept(&Kind::Star);
            if !star {
                let column = self.expression(0)?;
                match column.kind {
                    ExprKind::Path(_, steps) if steps.len() > 1 => {
                        return Err(malformed("More than two paths in RETURNING columns."));
                    }
                    ExprKind::Path(..)
                    | ExprKind::Name(_)
                    | ExprKind::Number(_)
                    | ExprKind::Text(_)
                    | ExprKind::Bool(_)
                    | ExprKind::Null
                    | ExprKind::Missing
                    | ExprKind::Ion(_) => {}
                    _ => return Err(malformed("Unsupported syntax in RETURNING columns.")),
                }
            }
            match &mut first {
                None => first = Some(Returning { what, star, several: false }),
                Some(first) => first.several = true,
            }
            if !self.accept(&Kind::Comma) {
                return Ok(first);
            }
        }
    }

    /// What PartiQL has and DynamoDB refuses as a whole: the word that messages name it by, and what it is called as a
    /// statement. Its head is the head.
    pub fn other(&mut self, word: &'static str) -> Result<Option<(&'static str, &'static str)>> {
        Ok(Some(match word {
            "case" => {
                self.advance();
                let simple = !self.is_keyword("when");
                self.case(simple)?;
                ("CASE", if simple { "SimpleCase" } else { "SearchedCase" })
            }
            "cast" => {
                self.advance();
                if !self.accept(&Kind::LeftParen) {
                    return Err(malformed("Missing left parenthesis after cast"));
                }
                self.expression(0)?;
                self.expect(&Kind::As, "AS")?;
                self.advance();
                self.expect(&Kind::RightParen, "RIGHT_PAREN")?;
                ("CAST", "Cast")
            }
            "pivot" => {
                self.advance();
                self.expression(0)?;
                self.expect(&Kind::At, "at")?;
                self.expression(0)?;
                self.after_projection(Selected::Value, false)?;
                ("PIVOT", "Select")
            }
            "values" => {
                self.advance();
                loop {
                    if !self.accept(&Kind::LeftParen) {
                        return Err(malformed("Expected LEFT_PAREN for row value constructor"));
                    }
                    self.list()?;
                    self.expect(&Kind::RightParen, "RIGHT_PAREN")?;
                    if !self.accept(&Kind::Comma) {
                        break;
                    }
                }
                ("VALUES", "Bag")
            }
            "date" | "time" => {
                self.advance();
                if !matches!(self.head(), Kind::Text(_)) {
                    return Err(malformed("Unexpected token"));
                }
                self.advance();
                ("UNKNOWN", "Date")
            }
            "create" | "drop" => {
                self.advance();
                if !(self.accept_keyword("table") || self.accept_keyword("index")) {
                    return Err(malformed(format_args!(
                        "Unexpected token following {}",
                        word.to_uppercase()
                    )));
                }
                while !matches!(self.head(), Kind::End) {
                    self.advance();
                }
                (word, "Ddl")
            }
            "exec" => {
                self.advance();
                if *self.head() == Kind::End {
                    return Err(malformed("No stored procedure provided"));
                }
                while !matches!(self.head(), Kind::End) {
                    self.advance();
                }
                ("EXEC", "Exec")
            }
            _ => return Ok(None),
        }))
    }

    fn case(&mut self, simple: bool) -> Result<()> {
        if simple {
            self.expression(0)?;
        }
        if !self.is_keyword("when") {
            return Err(malformed("Expected a WHEN clause in CASE"));
        }
        while self.accept_keyword("when") {
            self.expression(0)?;
            if !self.accept_keyword("then") {
                return Err(malformed("Expected THEN"));
            }
            self.expression(0)?;
        }
        if self.accept_keyword("else") {
            self.expression(0)?;
        }
        match self.accept_keyword("end") {
            true => Ok(()),
            false => Err(malformed("Expected END")),
        }
    }
}
