//! INSERT, UPDATE and DELETE: the one item that they write, and what must hold for it.
//!
//! Owns how a key is found in WHERE, and the conditions that a statement brings with it: INSERT wants no item, UPDATE wants
//! one, DELETE of a missing item holds whatever else is asked.

use crate::access::{self, Context, Evaluated, ItemKey, Region, item_key, key_of_item};
use crate::error::partiql as words;
use crate::error::{ErrorKind, Result, value as value_words};
use crate::expression::{Comparator, Condition, Operand, Test, Update};
use crate::index::has_type;
use crate::model::{AttributeValue, DocumentPath, Item};
use crate::table::Table;
use crate::transaction::{Action, ActionKind};

/// A statement that writes.
#[derive(Clone, Debug)]
pub struct Write {
    /// The table's name.
    pub table: String,
    pub(super) kind: Kind,
    pub(super) condition: Option<Test>,
    /// RETURNING.
    pub returning: Option<Returning>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Insert(Item),
    Update(Update),
    Delete,
}

/// RETURNING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Returning {
    AllOld,
    ModifiedOld,
    AllNew,
    ModifiedNew,
}

impl Returning {
    /// As it is written.
    fn name(self) -> &'static str {
        match self {
            Returning::AllOld => "ALL OLD",
            Returning::ModifiedOld => "MODIFIED OLD",
            Returning::AllNew => "ALL NEW",
            Returning::ModifiedNew => "MODIFIED NEW",
        }
    }
}

/// A write whose item is known.
#[derive(Clone, Debug)]
pub struct Keyed {
    write: Write,
    key: ItemKey,
    condition: Option<Condition>,
}

/// The equalities on key attributes that a condition has at its top, and what else it has.
struct KeyTests<'t> {
    equal: Vec<(&'t str, &'t AttributeValue)>,
    others: Vec<&'t Test>,
}

fn take_apart<'t>(test: &'t Test, table: &Table, into: &mut KeyTests<'t>) {
    match test {
        Test::And(tests) => tests.iter().for_each(|test| take_apart(test, table, into)),
        Test::Compare {
            comparator: Comparator::Equal,
            left: Operand::Path(path),
            right: Operand::Value(value),
        }
        | Test::Compare {
            comparator: Comparator::Equal,
            left: Operand::Value(value),
            right: Operand::Path(path),
        } if path.is_top_level() && table.keys.contains(path.root()) => {
            into.equal.push((path.root(), value));
        }
        other => into.others.push(other),
    }
}

fn refuse_nested_keys(test: &Test, table: &Table) -> Result<()> {
    let condition = Condition::from_test(test.clone());
    let nested = |path: &&&DocumentPath| !path.is_top_level() && table.keys.contains(path.root());
    match condition.paths().iter().find(nested) {
        Some(path) => Err(words::nested_key(path.root())),
        None => Ok(()),
    }
}

impl Write {
    /// Whether the statement is an INSERT.
    pub fn is_insert(&self) -> bool {
        matches!(self.kind, Kind::Insert(_))
    }

    /// Refuses what a DELETE cannot return.
    pub fn check_returning(&self) -> Result<()> {
        match (&self.kind, self.returning) {
            (Kind::Delete, Some(returning)) if returning != Returning::AllOld => {
                Err(words::delete_returning(returning.name()))
            }
            _ => Ok(()),
        }
    }

    fn hash_path(table: &Table) -> DocumentPath {
        DocumentPath::attribute(table.keys.hash[0].name.as_str())
    }

    /// What must hold beside the key, given what else WHERE has.
    fn wanted(&self, table: &Table, others: Vec<&Test>) -> Option<Condition> {
        let rest = others.into_iter().cloned();
        let path = Write::hash_path(table);
        let test = match &self.kind {
            Kind::Insert(_) => Test::NotExists(path),
            Kind::Update(_) => match others_or(rest) {
                None => Test::Exists(path),
                Some(rest) => Test::And([vec![Test::Exists(path)], rest].concat()),
            },
            Kind::Delete => {
                let rest = others_or(rest)?;
                let rest = if rest.len() == 1 { rest[0].clone() } else { Test::And(rest) };
                Test::Or(vec![Test::NotExists(path), rest])
            }
        };
        Some(Condition::from_test(test))
    }

    /// Finds the statement's item and condition.
    pub fn resolve(self, region: &Region) -> Result<Keyed> {
        let table = &region.active_table(&self.table)?.saved.table;
        let (key, condition) = match (&self.kind, &self.condition) {
            (Kind::Insert(item), _) => {
                for attribute in table.keys.attributes() {
                    match item.get(&attribute.name) {
                        None => return Err(words::key_absent(&attribute.name)),
                        Some(value) if !has_type(value, attribute.attribute_type) => {
                            return Err(words::key_mismatch(&attribute.name));
                        }
                        Some(_) => {}
                    }
                }
                (key_of_item(table, item)?, self.wanted(table, Vec::new()))
            }
            (_, None) => return Err(words::incomplete_key()),
            (_, Some(test)) => {
                refuse_nested_keys(test, table)?;
                let mut found = KeyTests { equal: Vec::new(), others: Vec::new() };
                take_apart(test, table, &mut found);
                let key = self.key(table, &found)?;
                (key, self.wanted(table, found.others))
            }
        };
        self.check_returning()?;
        if let Kind::Update(update) = &self.kind {
            update.check_key(table.keys.attributes().map(|a| a.name.as_str()))?;
            let indexed = table.indexes.iter().flat_map(|index| index.keys.attributes());
            update.check_index_keys(indexed.map(|a| a.name.as_str()))?;
        }
        Ok(Keyed { write: self, key, condition })
    }

    fn key(&self, table: &Table, found: &KeyTests) -> Result<ItemKey> {
        let mut attributes = Item::new();
        for (name, value) in &found.equal {
            match attributes.get(name) {
                Some(there) if there != *value => return Err(words::multiple_conditions(name)),
                Some(_) => {}
                None => drop(attributes.insert(*name, (*value).clone())),
            }
        }
        if table.keys.attributes().any(|a| !attributes.contains(&a.name)) {
            return Err(words::incomplete_key());
        }
        for attribute in table.keys.attributes() {
            if attributes.get(&attribute.name).is_some_and(|v| !has_type(v, attribute.attribute_type)) {
                return Err(words::key_mismatch(&attribute.name));
            }
        }
        item_key(table, attributes)
    }

    /// The statement as an action of a transaction. A key that does not fit is left to its partition to refuse.
    pub fn action(self, region: &Region, return_old_on_failure: bool) -> Result<Action> {
        let table = &region.active_table(&self.table)?.saved.table;
        let (key, condition) = match (&self.kind, &self.condition) {
            (Kind::Insert(item), _) => (key_of_item(table, item), self.wanted(table, Vec::new())),
            (_, None) => (Err(value_words::key_does_not_match()), None),
            (_, Some(test)) => {
                let mut found = KeyTests { equal: Vec::new(), others: Vec::new() };
                take_apart(test, table, &mut found);
                let key = self.key(table, &found).map_err(|_| value_words::key_does_not_match());
                (key, self.wanted(table, found.others))
            }
        };
        let key = match &self.kind {
            Kind::Update(update) => {
                let names = table.keys.attributes().map(|a| a.name.as_str());
                key.and_then(|key| update.check_key(names).map(|()| key))
            }
            _ => key,
        };
        let kind = match self.kind {
            Kind::Insert(item) => ActionKind::Put(item),
            Kind::Update(update) => ActionKind::Update(update),
            Kind::Delete => ActionKind::Delete,
        };
        Ok(Action { table: self.table, key, kind, condition, return_old_on_failure })
    }
}

fn others_or(rest: impl Iterator<Item = Test>) -> Option<Vec<Test>> {
    let rest: Vec<Test> = rest.collect();
    (!rest.is_empty()).then_some(rest)
}

impl Keyed {
    /// The table's name.
    pub fn table(&self) -> &str {
        &self.write.table
    }

    /// The item's key.
    pub fn key(&self) -> &ItemKey {
        &self.key
    }

    /// Writes the item; what RETURNING asks for is the answer.
    pub fn run(
        &self,
        region: &mut Region,
        context: &mut Context,
        return_old_on_failure: bool,
    ) -> Result<Option<Item>> {
        let change = match &self.write.kind {
            Kind::Insert(item) => access::Change::Put(item),
            Kind::Update(update) => access::Change::Update(update),
            Kind::Delete => access::Change::Delete,
        };
        let write = access::Write {
            table: &self.write.table,
            key: &self.key,
            change,
            condition: self.condition.as_ref(),
            return_old_on_failure,
            transaction: None,
        };
        let evaluated = access::evaluate(region, context, &write).map_err(|error| {
            match (self.write.is_insert(), error.kind) {
                (true, ErrorKind::ConditionalCheckFailed) => words::duplicate_item(),
                _ => error,
            }
        })?;
        access::apply(region, context, &write, &evaluated);
        Ok(self.shown(evaluated))
    }

    fn shown(&self, evaluated: Evaluated) -> Option<Item> {
        let update = match &self.write.kind {
            Kind::Update(update) => Some(update),
            _ => None,
        };
        let touched = |item: Item| match update {
            Some(update) => update.touched(&item),
            None => item,
        };
        let shown = match self.write.returning? {
            Returning::AllOld => evaluated.old,
            Returning::AllNew => evaluated.new,
            Returning::ModifiedOld => evaluated.old.map(touched),
            Returning::ModifiedNew => evaluated.new.map(touched),
        };
        shown.filter(|item| !item.is_empty())
    }
}
