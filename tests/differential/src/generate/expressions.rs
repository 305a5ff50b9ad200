//! Random expressions with their placeholders: conditions, updates, projections, key conditions.

use super::Draw;
use super::schema::KeyAttribute;
use super::values::ATTRIBUTES;
use serde_json::{Map, Value, json};

/// The placeholders that a request's expressions use.
#[derive(Default)]
pub struct Placeholders {
    pub names: Map<String, Value>,
    pub values: Map<String, Value>,
}

impl Placeholders {
    /// Puts those that are used into the request.
    pub fn into_request(self, request: &mut Map<String, Value>) {
        if !self.names.is_empty() {
            request.insert("ExpressionAttributeNames".into(), self.names.into());
        }
        if !self.values.is_empty() {
            request.insert("ExpressionAttributeValues".into(), self.values.into());
        }
    }

    fn value(&mut self, value: Value) -> String {
        let name = format!(":v{}", self.values.len());
        self.values.insert(name.clone(), value);
        name
    }

    fn name(&mut self, attribute: &str) -> String {
        let known = self.names.iter().find(|(_, named)| *named == attribute).map(|(name, _)| name.clone());
        known.unwrap_or_else(|| {
            let name = format!("#n{}", self.names.len());
            self.names.insert(name.clone(), attribute.into());
            name
        })
    }
}

impl Draw {
    /// A document path; sometimes deep, sometimes of a key.
    pub fn path(&mut self, keys: &[KeyAttribute], held: &mut Placeholders) -> String {
        let top = if self.one_in(8) {
            keys[self.below(keys.len())].0
        } else {
            ATTRIBUTES[self.below(ATTRIBUTES.len())]
        };
        let mut path = if top == "none" || self.one_in(4) { held.name(top) } else { top.to_owned() };
        match top {
            "m" if !self.one_in(3) => {
                path.push('.');
                path.push_str(self.pick(&["x", "y", "z"]));
                if self.one_in(4) {
                    path.push_str(self.pick(&["[0]", ".x", "[1].y"]));
                }
            }
            "l" if !self.one_in(3) => {
                path.push_str(self.pick(&["[0]", "[1]", "[2]", "[9]"]));
                if self.one_in(4) {
                    path.push_str(self.pick(&["[0]", ".x"]));
                }
            }
            _ => {}
        }
        path
    }

    fn operand(&mut self, keys: &[KeyAttribute], held: &mut Placeholders) -> String {
        match self.below(10) {
            0..4 => self.path(keys, held),
            4 => format!("size({})", self.path(keys, held)),
            _ => {
                let name = ATTRIBUTES[self.below(ATTRIBUTES.len())];
                let value = self.attribute(name);
                held.value(value)
            }
        }
    }

    /// A condition or filter.
    pub fn condition(&mut self, keys: &[KeyAttribute], depth: usize, held: &mut Placeholders) -> String {
        if depth > 0 && self.one_in(3) {
            let one = self.condition(keys, depth - 1, held);
            return match self.below(4) {
                0 => format!("NOT {one}"),
                1 => format!("({one})"),
                2 => format!("{one} AND {}", self.condition(keys, depth - 1, held)),
                _ => format!("{one} OR {}", self.condition(keys, depth - 1, held)),
            };
        }
        let path = self.path(keys, held);
        match self.below(12) {
            0..5 => {
                let operator = self.pick(&["=", "<>", "<", "<=", ">", ">="]);
                let name = path.split(['.', '[']).next().unwrap_or("a").to_owned();
                let right = match self.below(3) {
                    0 => self.operand(keys, held),
                    _ => {
                        let value = self.attribute(&name);
                        held.value(value)
                    }
                };
                format!("{path} {operator} {right}")
            }
            5 => {
                let (low, high) = (self.operand(keys, held), self.operand(keys, held));
                format!("{path} BETWEEN {low} AND {high}")
            }
            6 => {
                let list: Vec<String> = (0..1 + self.below(3)).map(|_| self.operand(keys, held)).collect();
                format!("{path} IN ({})", list.join(", "))
            }
            7 => format!("attribute_exists({path})"),
            8 => format!("attribute_not_exists({path})"),
            9 => {
                let kind = self.pick(&["S", "N", "B", "SS", "NS", "L", "M", "BOOL", "NULL", "X"]);
                let kind = held.value(json!({ "S": kind }));
                format!("attribute_type({path}, {kind})")
            }
            10 => {
                let operand = self.operand(keys, held);
                format!("begins_with({path}, {operand})")
            }
            _ => {
                let operand = self.operand(keys, held);
                format!("contains({path}, {operand})")
            }
        }
    }

    /// An update of one to four clauses.
    pub fn update(&mut self, keys: &[KeyAttribute], held: &mut Placeholders) -> String {
        let mut clauses: Vec<(&str, Vec<String>)> = Vec::new();
        for _ in 0..1 + self.below(3) {
            let path = self.path(keys, held);
            let (keyword, action) = match self.below(10) {
                0..5 => ("SET", format!("{path} = {}", self.set_value(keys, held))),
                5..7 => ("REMOVE", path),
                7..9 => {
                    let name = self.pick(&["n", "h", "ns", "ss", "c"]);
                    let value = self.attribute(name);
                    ("ADD", format!("{name} {}", held.value(value)))
                }
                _ => {
                    let name = self.pick(&["ss", "ns", "c"]);
                    let value = self.attribute(name);
                    ("DELETE", format!("{name} {}", held.value(value)))
                }
            };
            match clauses.iter_mut().find(|(known, _)| *known == keyword) {
                Some((_, actions)) => actions.push(action),
                None => clauses.push((keyword, vec![action])),
            }
        }
        let clauses: Vec<String> =
            clauses.iter().map(|(keyword, actions)| format!("{keyword} {}", actions.join(", "))).collect();
        clauses.join(" ")
    }

    fn set_value(&mut self, keys: &[KeyAttribute], held: &mut Placeholders) -> String {
        match self.below(8) {
            0..4 => {
                let name = ATTRIBUTES[self.below(ATTRIBUTES.len())];
                let value = self.attribute(name);
                held.value(value)
            }
            4 => self.path(keys, held),
            5 => {
                let one = held.value(json!({"N": "1"}));
                let left = self.path(keys, held);
                format!("{left} {} {one}", self.pick(&["+", "-"]))
            }
            6 => {
                let otherwise = self.value(1);
                let otherwise = held.value(otherwise);
                format!("if_not_exists({}, {otherwise})", self.path(keys, held))
            }
            _ => {
                let list = json!({"L": [self.value(0)]});
                let list = held.value(list);
                let path = self.path(keys, held);
                if self.one_in(2) {
                    format!("list_append({path}, {list})")
                } else {
                    format!("list_append({list}, {path})")
                }
            }
        }
    }

    /// A projection of one to three paths.
    pub fn projection(&mut self, keys: &[KeyAttribute], held: &mut Placeholders) -> String {
        let paths: Vec<String> = (0..1 + self.below(3)).map(|_| self.path(keys, held)).collect();
        paths.join(", ")
    }

    /// A key condition for a table's or an index's key.
    pub fn key_condition(&mut self, keys: &[KeyAttribute], held: &mut Placeholders) -> String {
        let hash = self.key_value(keys[0]);
        let mut condition = format!("{} = {}", keys[0].0, held.value(hash));
        let Some(&range) = keys.get(1) else { return condition };
        if self.one_in(3) {
            return condition;
        }
        let (name, one) = (range.0, self.key_value(range));
        let one = held.value(one);
        let part = match self.below(8) {
            0..5 => format!("{name} {} {one}", self.pick(&["=", "<", "<=", ">", ">="])),
            5..7 => {
                let other = self.key_value(range);
                format!("{name} BETWEEN {one} AND {}", held.value(other))
            }
            _ => format!("begins_with({name}, {one})"),
        };
        if self.one_in(6) {
            condition = format!("{part} AND {condition}");
        } else {
            condition.push_str(" AND ");
            condition.push_str(&part);
        }
        condition
    }
}
