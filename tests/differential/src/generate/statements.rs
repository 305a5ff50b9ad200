//! Random PartiQL statements: alone, in batches and in transactions.
//!
//! Values are written out, or are parameters; what no literal can say (binary values) always is one.

use super::schema::{KeyAttribute, Table};
use super::values::ATTRIBUTES;
use super::{Draw, Step};
use serde_json::{Map, Value, json};

/// A statement being written, with its parameters.
#[derive(Default)]
struct Statement {
    text: String,
    parameters: Vec<Value>,
}

impl Statement {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn members(self) -> Map<String, Value> {
        let mut members = Map::from_iter([("Statement".to_owned(), Value::from(self.text))]);
        if !self.parameters.is_empty() {
            members.insert("Parameters".into(), self.parameters.into());
        }
        members
    }
}

impl Draw {
    /// One of the three operations.
    pub fn statement(&mut self) {
        match self.below(8) {
            0..5 => {
                let mut request = match self.below(3) {
                    0 => self.select(false),
                    _ => self.change(),
                };
                self.metered(&mut request);
                self.push_spoilt(Step::plain("ExecuteStatement", request.into()));
            }
            5 | 6 => {
                let reads = self.one_in(2);
                let statements: Vec<Map<String, Value>> = (0..1 + self.below(3))
                    .map(|_| if reads { self.select(true) } else { self.change() })
                    .collect();
                let mut request = Map::from_iter([("Statements".to_owned(), json!(statements))]);
                self.metered(&mut request);
                self.push("BatchExecuteStatement", request);
            }
            _ => {
                let reads = self.one_in(3);
                let statements: Vec<Map<String, Value>> = (0..1 + self.below(3))
                    .map(|_| if reads { self.select(true) } else { self.change() })
                    .collect();
                let mut request = Map::from_iter([("TransactStatements".to_owned(), json!(statements))]);
                self.metered(&mut request);
                self.push("ExecuteTransaction", request);
            }
        }
    }

    /// A SELECT; of one item, where it must be.
    fn select(&mut self, single: bool) -> Map<String, Value> {
        let table = self.table();
        let mut statement = Statement::default();
        let mut what = String::from("*");
        if self.one_in(3) {
            what = self.statement_path(&table.keys);
            if self.one_in(2) {
                what = format!("{what}, {}", self.statement_path(&table.keys));
            }
        }
        statement.push(&format!("SELECT {what} FROM \"{}\"", table.name));
        let mut keys = table.keys.clone();
        if !single && !table.indexes.is_empty() && self.one_in(3) {
            let index = &table.indexes[self.below(table.indexes.len())];
            statement.push(&format!(".\"{}\"", index.name));
            keys = index.keys.clone();
        }
        if single || !self.one_in(4) {
            statement.push(" WHERE ");
            self.statement_key(&keys, single, &mut statement);
            if self.one_in(3) {
                statement.push(" AND ");
                self.statement_condition(&table.keys, 1, &mut statement);
            }
        } else if self.one_in(2) {
            statement.push(" WHERE ");
            self.statement_condition(&table.keys, 2, &mut statement);
        }
        let mut request = statement.members();
        if self.one_in(4) {
            request.insert("ConsistentRead".into(), self.one_in(2).into());
        }
        request
    }

    /// An INSERT, UPDATE or DELETE.
    fn change(&mut self) -> Map<String, Value> {
        let table = self.table();
        let mut statement = Statement::default();
        match self.below(5) {
            0 | 1 => {
                statement.push(&format!("INSERT INTO \"{}\" VALUE ", table.name));
                let item = self.item(&table);
                self.written(&json!({ "M": item }), &mut statement);
            }
            2 | 3 => {
                statement.push(&format!("UPDATE \"{}\"", table.name));
                for _ in 0..1 + self.below(2) {
                    self.clause(&table, &mut statement);
                }
                self.condition_of_change(&table, &mut statement);
                if self.one_in(3) {
                    let view = self.pick(&["ALL OLD", "ALL NEW", "MODIFIED OLD", "MODIFIED NEW"]);
                    statement.push(&format!(" RETURNING {view} *"));
                }
            }
            _ => {
                statement.push(&format!("DELETE FROM \"{}\"", table.name));
                self.condition_of_change(&table, &mut statement);
                if self.one_in(3) {
                    let view = self.pick(&["ALL OLD", "ALL OLD", "ALL NEW"]);
                    statement.push(&format!(" RETURNING {view} *"));
                }
            }
        }
        let mut request = statement.members();
        if self.one_in(6) {
            request.insert("ReturnValuesOnConditionCheckFailure".into(), "ALL_OLD".into());
        }
        request
    }

    fn condition_of_change(&mut self, table: &Table, statement: &mut Statement) {
        statement.push(" WHERE ");
        self.statement_key(&table.keys, true, statement);
        if self.one_in(3) {
            statement.push(" AND ");
            self.statement_condition(&table.keys, 1, statement);
        }
    }

    /// One SET or REMOVE.
    fn clause(&mut self, table: &Table, statement: &mut Statement) {
        let path = self.statement_path(&table.keys);
        if self.one_in(4) {
            statement.push(&format!(" REMOVE {path}"));
            return;
        }
        statement.push(&format!(" SET {path} = "));
        match self.below(8) {
            0 => {
                let one = self.pick(&["+", "-"]);
                statement.push(&format!("{path} {one} 1"));
            }
            1 => {
                let list = json!({"L": [self.value(0)]});
                statement.push(&format!("list_append({path}, "));
                self.written(&list, statement);
                statement.push(")");
            }
            2 => {
                let name = self.pick(&["set_add", "set_delete"]);
                let set = self.pick(&["ss", "ns"]);
                let value = self.attribute(set);
                statement.push(&format!("{name}({set}, "));
                self.written(&value, statement);
                statement.push(")");
            }
            _ => {
                let name = path.split(['.', '[']).next().unwrap_or("a").trim_matches('"').to_owned();
                let value = self.attribute(&name);
                self.written(&value, statement);
            }
        }
    }

    /// The condition on the key; on its sort key by equality only, where one item is meant.
    fn statement_key(&mut self, keys: &[KeyAttribute], single: bool, statement: &mut Statement) {
        for (at, &key) in keys.iter().enumerate() {
            if at > 0 {
                if !single && self.one_in(3) {
                    break;
                }
                statement.push(" AND ");
            }
            let operator = if at > 0 && !single { self.pick(&["=", "<", "<=", ">", ">="]) } else { "=" };
            statement.push(&format!("{} {operator} ", key.0));
            let value = self.key_value(key);
            self.written(&value, statement);
        }
    }

    fn statement_condition(&mut self, keys: &[KeyAttribute], depth: usize, statement: &mut Statement) {
        if depth > 0 && self.one_in(3) {
            let joint = self.pick(&[" AND ", " OR "]);
            statement.push("(");
            self.statement_condition(keys, depth - 1, statement);
            statement.push(joint);
            self.statement_condition(keys, depth - 1, statement);
            statement.push(")");
            return;
        }
        let path = self.statement_path(keys);
        let name = path.split(['.', '[']).next().unwrap_or("a").trim_matches('"').to_owned();
        let value = self.attribute(&name);
        match self.below(10) {
            0..4 => {
                let operator = self.pick(&["=", "<>", "<", "<=", ">", ">="]);
                statement.push(&format!("{path} {operator} "));
                self.written(&value, statement);
            }
            4 => {
                statement.push(&format!("{path} BETWEEN "));
                self.written(&value, statement);
                statement.push(" AND ");
                let other = self.attribute(&name);
                self.written(&other, statement);
            }
            5 => {
                statement.push(&format!("{path} IN ["));
                self.written(&value, statement);
                statement.push("]");
            }
            6 => {
                let what = self.pick(&["IS MISSING", "IS NOT MISSING", "IS NULL", "IS NOT NULL"]);
                statement.push(&format!("{path} {what}"));
            }
            7 => {
                let function = self.pick(&["begins_with", "contains"]);
                statement.push(&format!("{function}({path}, "));
                self.written(&value, statement);
                statement.push(")");
            }
            8 => statement.push(&format!("size({path}) > 1")),
            _ => {
                let kind = self.pick(&["S", "N", "L", "M", "NULL"]);
                statement.push(&format!("attribute_type({path}, '{kind}')"));
            }
        }
    }

    fn statement_path(&mut self, keys: &[KeyAttribute]) -> String {
        let top = if self.one_in(10) {
            keys[self.below(keys.len())].0
        } else {
            ATTRIBUTES[self.below(ATTRIBUTES.len())]
        };
        let mut path = if self.one_in(4) { format!("\"{top}\"") } else { top.to_owned() };
        match top {
            "m" if self.one_in(2) => path.push_str(self.pick(&[".x", ".y", ".x[0]"])),
            "l" if self.one_in(2) => path.push_str(self.pick(&["[0]", "[1]", "[9]"])),
            _ => {}
        }
        path
    }

    /// A value, as a literal or as a parameter.
    fn written(&mut self, value: &Value, statement: &mut Statement) {
        match literal(value) {
            Some(text) if !self.one_in(3) => statement.push(&text),
            _ => match value.get("M").and_then(Value::as_object) {
                // An item to be inserted is a tuple; what it holds may be parameters.
                Some(map) if statement.text.ends_with("VALUE ") => {
                    for (at, (name, value)) in map.iter().enumerate() {
                        statement.push(if at == 0 { "{" } else { ", " });
                        statement.push(&format!("'{name}': "));
                        self.written(value, statement);
                    }
                    statement.push("}");
                }
                _ => {
                    statement.push("?");
                    statement.parameters.push(value.clone());
                }
            },
        }
    }
}

/// The value as PartiQL writes it; none where it cannot.
fn literal(value: &Value) -> Option<String> {
    let (kind, inner) = value.as_object()?.iter().next()?;
    let all = |open: &str, close: &str, kind: Option<&str>| {
        let elements = inner.as_array()?.iter().map(|element| match kind {
            None => literal(element),
            Some(kind) => literal(&json!({ kind: element })),
        });
        Some(format!("{open}{}{close}", elements.collect::<Option<Vec<_>>>()?.join(", ")))
    };
    match kind.as_str() {
        "S" => Some(format!("'{}'", inner.as_str()?.replace('\'', "''"))),
        "N" => Some(inner.as_str()?.trim_start_matches('+').to_owned()),
        "BOOL" => Some(inner.to_string()),
        "NULL" => Some("NULL".to_owned()),
        "L" => all("[", "]", None),
        "SS" => all("<<", ">>", Some("S")),
        "NS" => all("<<", ">>", Some("N")),
        "M" => {
            let members = inner
                .as_object()?
                .iter()
                .map(|(name, value)| Some(format!("'{}': {}", name.replace('\'', "''"), literal(value)?)));
            Some(format!("{{{}}}", members.collect::<Option<Vec<_>>>()?.join(", ")))
        }
        _ => None,
    }
}
