//! Statements, lowered: what is read or written, as far as it can be said without a table.

use super::ast::{self, Expr, ExprKind, Select, Selected, Statement, Step};
use super::write::{Kind, Returning, Write};
use super::{Bound, Values, condition, literal, parser, path, update};
use crate::access::Region;
use crate::error::partiql as words;
use crate::error::{ApiError, Result};
use crate::expression::{Projection, Test};
use crate::limits::{ITEM_SIZE_BYTES, NAME_LENGTH_MAX, NAME_LENGTH_MIN};
use crate::model::{DocumentPath, Item, size};
use crate::table::name;

/// A statement that is ready for its table.
#[derive(Clone, Debug)]
pub enum Prepared {
    /// SELECT.
    Read(Read),
    /// INSERT, UPDATE, DELETE.
    Write(Write),
    /// `EXISTS(SELECT …)`: of a transaction only.
    Exists(Read),
    /// Another expression: refused, and in a transaction in other words than elsewhere.
    Expression,
    /// Something that is no statement of DynamoDB's, under its name: refused.
    Unsupported(String),
}

/// What a SELECT reads.
#[derive(Clone, Debug)]
pub struct Read {
    /// The table's name.
    pub table: String,
    /// The index's.
    pub index: Option<String>,
    /// What is returned of an item; everything where there is none.
    pub columns: Option<Vec<Column>>,
    /// WHERE.
    pub condition: Option<Test>,
    /// ORDER BY: an attribute, or what stands there instead, and whether it descends.
    pub(super) order: Vec<(std::result::Result<String, ApiError>, bool)>,
}

/// One column of a SELECT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name that it is returned under.
    pub name: String,
    /// Where it stands in the item.
    pub path: DocumentPath,
}

impl Read {
    /// What is returned of an item.
    pub fn row(&self, item: &Item) -> Item {
        let Some(columns) = &self.columns else { return item.clone() };
        let value = |column: &Column| Some((column.name.clone(), column.path.get(item)?.clone()));
        columns.iter().filter_map(value).collect()
    }
}

/// A statement's grammar, of which nothing has been looked at.
#[derive(Clone, Debug)]
pub struct Parsed {
    expr: Expr,
    asked: usize,
}

/// Reads a statement's grammar.
pub fn parse(text: &str) -> Result<Parsed> {
    parser::parse(text).map(|(expr, asked)| Parsed { expr, asked })
}

/// Lowers a statement with the values that its parameters have now.
pub fn lower(region: &Region, parsed: &Parsed, values: &Values) -> Result<Prepared> {
    let Parsed { expr, asked } = parsed;
    let values = &Bound { values, asked: *asked };
    match &expr.kind {
        ExprKind::Statement(statement) => match &**statement {
            Statement::Select(select) => read(region, select, values).map(Prepared::Read),
            Statement::Insert(insert) => self::insert(region, insert, values).map(Prepared::Write),
            Statement::Change(change) => self::change(region, change, values).map(Prepared::Write),
        },
        ExprKind::Call(name, operands) if name == "exists" => match operands.as_slice() {
            [Expr { kind: ExprKind::Statement(statement), .. }] => match &**statement {
                Statement::Select(select) => read(region, select, values).map(Prepared::Exists),
                _ => Ok(Prepared::Expression),
            },
            _ => Ok(Prepared::Expression),
        },
        ExprKind::Other("PIVOT", _) => Err(words::select_value()),
        ExprKind::Other(_, name) => Ok(Prepared::Unsupported((*name).into())),
        ExprKind::Is { .. } => Ok(Prepared::Unsupported("IsType".into())),
        _ if expr.is_test() => Ok(Prepared::Expression),
        ExprKind::Missing => Ok(Prepared::Unsupported("Missing".into())),
        _ => Ok(Prepared::Unsupported(expr.shown())),
    }
}

/// A table's name, and an index's.
fn source(region: &Region, path: &Expr) -> Result<(String, Option<String>)> {
    let (root, steps): (&Expr, &[Step]) = match &path.kind {
        ExprKind::Path(root, steps) => (root, steps),
        _ => (path, &[]),
    };
    let ExprKind::Name(table) = &root.kind else { return Err(words::unexpected_source()) };
    let mut index = None;
    for step in steps {
        match step {
            Step::Name(name) if name.is_empty() => return Err(words::empty_component()),
            Step::Name(name) => index = Some(name.clone()),
            Step::Unpivot(at) => return Err(words::unpivot_component(*at)),
            Step::Wildcard(at) => return Err(words::wildcard_component(*at)),
            Step::Index(_) => return Err(words::source_list()),
        }
    }
    if table.is_empty() {
        return Err(words::empty_component());
    }
    if steps.len() > 1 {
        return Err(words::source_too_long());
    }
    name::at_home(Some(table), region.settings.home())?;
    let table = named(name::plain(table)?)?;
    Ok((table, index.as_deref().map(named).transpose()?))
}

fn named(name: &str) -> Result<String> {
    let fits = (NAME_LENGTH_MIN..=NAME_LENGTH_MAX).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if fits { Ok(name.to_owned()) } else { Err(words::table_name()) }
}

/// Refuses an index whose key PartiQL cannot read, before anything else about the statement.
fn refuse_multi_attribute(region: &Region, table: &str, index: Option<&str>) -> Result<()> {
    let state = region.tables.get(table);
    let index = index.and_then(|index| state.and_then(|state| state.saved.table.index(index)));
    match index.is_some_and(|index| index.keys.hash.len() > 1 || index.keys.range.len() > 1) {
        true => Err(words::multi_attribute_key()),
        false => Ok(()),
    }
}

fn read(region: &Region, select: &Select, values: &Bound) -> Result<Read> {
    if select.source.several {
        return Err(words::several_sources());
    }
    if select.source.aliased {
        return Err(words::aliasing());
    }
    let (table, index) = source(region, &select.source.path)?;
    refuse_multi_attribute(region, &table, index.as_deref())?;
    let columns = columns(select)?;
    if let Some((clause, at)) = select.clause {
        return Err(words::unsupported_clause(clause, at));
    }
    let condition = select.condition.as_ref().map(|expr| condition::lower(expr, values)).transpose()?;
    let term = |term: &ast::Term| {
        let name = match &term.key.kind {
            ExprKind::Name(name) => Ok(name.clone()),
            ExprKind::Number(text) => Err(text.clone()),
            ExprKind::Text(text) => Err(format!("{text:?}")),
            ExprKind::Path(..) => Err("PATH".into()),
            _ => Err(term.key.shown()),
        };
        (name.map_err(|shown| words::order_by_expression(&shown)), term.descending)
    };
    Ok(Read { table, index, columns, condition, order: select.order.iter().map(term).collect() })
}

fn columns(select: &Select) -> Result<Option<Vec<Column>>> {
    if select.distinct {
        return Err(words::unsupported_token("DISTINCT", None));
    }
    let list = match &select.projection {
        Selected::All => return Ok(None),
        Selected::Value => return Err(words::select_value()),
        Selected::List(list) => list,
    };
    let mut columns: Vec<Column> = Vec::new();
    for (expr, aliased) in list {
        if *aliased {
            return Err(words::aliasing());
        }
        if let ExprKind::Path(_, steps) = &expr.kind
            && matches!(steps.last(), Some(Step::Unpivot(_)))
        {
            return Err(words::hierarchy());
        }
        let path = path::document(expr)?;
        let name = path::column(&path);
        if columns.iter().any(|column| column.name == name) {
            return Err(words::duplicate_selected(&name));
        }
        columns.push(Column { name, path });
    }
    let paths = columns.iter().map(|column| column.path.clone()).collect();
    Projection::from_disjoint_paths(paths).map_err(|fault| words::fault(&fault))?;
    Ok(Some(columns))
}

fn insert(region: &Region, insert: &ast::Insert, values: &Bound) -> Result<Write> {
    if matches!(insert.target.kind, ExprKind::Path(..)) {
        return Err(words::insert_source());
    }
    let (table, _) = source(region, &insert.target)?;
    if !insert.single {
        return Err(words::insert_several());
    }
    if insert.placed {
        return Err(words::insert_at(insert.at));
    }
    if insert.conflict {
        return Err(words::unsupported_clause("ON CONFLICT", None));
    }
    if insert.returning.is_some() {
        return Err(words::insert_returning());
    }
    let ExprKind::Struct(members) = &insert.value.kind else {
        return Err(words::insert_format(insert.value.at));
    };
    let mut item = Item::new();
    for (key, value) in members {
        let name = literal::key_name(key, "root")?;
        if name.is_empty() {
            return Err(words::empty_component());
        }
        if item.contains(name) {
            return Err(words::duplicate_key(name, "root", key.at));
        }
        let value = match value.kind {
            ExprKind::Parameter(at) => values.get(at)?.clone(),
            _ => literal::value(value)?,
        };
        item.insert(name, value);
    }
    if size::item_bytes(&item) > ITEM_SIZE_BYTES {
        return Err(crate::error::value::item_too_large());
    }
    Ok(Write { table, kind: Kind::Insert(item), condition: None, returning: None })
}

fn change(region: &Region, change: &ast::Change, values: &Bound) -> Result<Write> {
    if change.source.several {
        return Err(words::several_sources());
    }
    if change.actions.contains(&ast::Action::Insert) {
        return Err(words::insert_from(change.at));
    }
    let Some(condition) = &change.condition else { return Err(words::incomplete_key()) };
    if change.source.aliased {
        return Err(words::aliasing());
    }
    let (table, index) = source(region, &change.source.path)?;
    let condition = condition::lower(condition, values)?;
    let kind = match change.actions.first() {
        Some(ast::Action::Delete) => Kind::Delete,
        _ => Kind::Update(update::lower(&change.actions, values)?),
    };
    let returning = change.returning.as_ref().map(returning).transpose()?;
    if index.is_some() {
        return Err(words::write_to_index());
    }
    Ok(Write { table, kind, condition: Some(condition), returning })
}

fn returning(given: &ast::Returning) -> Result<Returning> {
    if given.several {
        return Err(words::several_returning());
    }
    if !given.star {
        return Err(words::returning_column());
    }
    Ok(match given.what {
        "all_old" => Returning::AllOld,
        "all_new" => Returning::AllNew,
        "modified_old" => Returning::ModifiedOld,
        _ => Returning::ModifiedNew,
    })
}
