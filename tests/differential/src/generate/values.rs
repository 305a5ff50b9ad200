//! Random attribute values, items and keys, from so few that requests meet each other's items.

use super::Draw;
use super::schema::{INDEXED, KeyAttribute, Table};
use serde_json::{Map, Value, json};

/// The attributes beside the keys.
pub const ATTRIBUTES: [&str; 12] = ["a", "b", "c", "n", "g", "h", "l", "m", "ss", "ns", "flag", "none"];

const TEXTS: [&str; 8] = ["", "a", "ab", "abc", "b", "é", "\u{1f600}", "zz top"];
const NUMBERS: [&str; 14] = [
    "0",
    "1",
    "-1",
    "2",
    "10",
    "1.5",
    "-0.25",
    "100",
    "1e3",
    "00.10",
    "+7",
    "1E-20",
    "12345678901234567890123456789012345678",
    "-3.0",
];
const BYTES: [&str; 5] = ["", "AA==", "AQ==", "AQI=", "/////w=="];

impl Draw {
    /// The value of a key attribute.
    pub fn key_value(&mut self, (_, kind): KeyAttribute) -> Value {
        match kind {
            "S" => json!({"S": self.pick(&["a", "b", "ab", "\u{e9}"])}),
            "N" => json!({"N": self.pick(&["1", "2", "-3", "1.5"])}),
            _ => json!({"B": self.pick(&["AA==", "AQ==", "AQI="])}),
        }
    }

    /// A whole key of the table.
    pub fn key(&mut self, table: &Table) -> Value {
        let mut key = Map::new();
        for &attribute in &table.keys {
            key.insert(attribute.0.into(), self.key_value(attribute));
        }
        key.into()
    }

    /// An item of the table.
    pub fn item(&mut self, table: &Table) -> Value {
        let Value::Object(mut item) = self.key(table) else { unreachable!("a key is an object") };
        for _ in 0..self.below(7) {
            let name = ATTRIBUTES[self.below(ATTRIBUTES.len())];
            let value = self.attribute(name);
            item.insert(name.into(), value);
        }
        item.into()
    }

    /// A value for that attribute: mostly of the type that its name stands for.
    pub fn attribute(&mut self, name: &str) -> Value {
        if self.one_in(8) {
            return self.value(2);
        }
        let indexed = INDEXED.iter().find(|(indexed, _)| *indexed == name);
        match (name, indexed) {
            (_, Some(&attribute)) => self.key_value(attribute),
            ("l", _) => self.list(2),
            ("m", _) => self.map(2),
            ("ss", _) => json!({"SS": self.set(&["a", "b", "c"])}),
            ("ns", _) => json!({"NS": self.set(&["1", "2", "3.5"])}),
            ("flag", _) => json!({"BOOL": self.one_in(2)}),
            ("none", _) => json!({"NULL": true}),
            _ => self.value(1),
        }
    }

    /// Any value, nested to that depth at most.
    pub fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth > 0 { 12 } else { 8 }) {
            0..3 => json!({"S": self.pick(&TEXTS)}),
            3..5 => json!({"N": self.pick(&NUMBERS)}),
            5 => json!({"B": self.pick(&BYTES)}),
            6 => json!({"BOOL": self.one_in(2)}),
            7 => json!({"NULL": true}),
            8 => json!({"SS": self.set(&["a", "b", "c"])}),
            9 => match self.below(2) {
                0 => json!({"NS": self.set(&["1", "2", "3.5"])}),
                _ => json!({"BS": self.set(&["AA==", "AQ=="])}),
            },
            10 => self.list(depth - 1),
            _ => self.map(depth - 1),
        }
    }

    fn list(&mut self, depth: usize) -> Value {
        let elements: Vec<Value> = (0..self.below(4)).map(|_| self.value(depth)).collect();
        json!({ "L": elements })
    }

    fn map(&mut self, depth: usize) -> Value {
        let mut map = Map::new();
        for name in ["x", "y", "z"] {
            if self.one_in(2) {
                map.insert(name.into(), self.value(depth));
            }
        }
        json!({ "M": map })
    }

    fn set(&mut self, from: &[&str]) -> Vec<String> {
        let mut set: Vec<String> = Vec::new();
        for &element in from {
            if self.one_in(2) {
                set.push(element.to_owned());
            }
        }
        if set.is_empty() {
            set.push(from[0].to_owned());
        }
        set
    }
}
