//! Spoiling a request: one place of its JSON becomes something else.

use super::Draw;
use serde_json::{Value, json};

impl Draw {
    /// Changes one place, drawn evenly over all places below the top.
    pub fn spoil(&mut self, request: &mut Value) {
        let places = count(request) - 1;
        if places == 0 {
            return;
        }
        let at = self.below(places);
        let mut left = at;
        self.spoil_at(request, &mut left);
    }

    /// Walks in order; spoils the place at which `left` runs out. True when it is done.
    fn spoil_at(&mut self, value: &mut Value, left: &mut usize) -> bool {
        match value {
            Value::Object(map) => {
                let names: Vec<String> = map.keys().cloned().collect();
                for name in names {
                    if *left == 0 {
                        self.spoil_member(map, &name);
                        return true;
                    }
                    *left -= 1;
                    if self.spoil_at(map.get_mut(&name).expect("its name was listed"), left) {
                        return true;
                    }
                }
                false
            }
            Value::Array(list) => {
                for at in 0..list.len() {
                    if *left == 0 {
                        match self.below(3) {
                            0 => {
                                list.remove(at);
                            }
                            1 => {
                                let twice = list[at].clone();
                                list.push(twice);
                            }
                            _ => self.spoil_value(&mut list[at]),
                        }
                        return true;
                    }
                    *left -= 1;
                    if self.spoil_at(&mut list[at], left) {
                        return true;
                    }
                }
                false
            }
            _ => false,
        }
    }

    fn spoil_member(&mut self, map: &mut serde_json::Map<String, Value>, name: &str) {
        match self.below(5) {
            0 => {
                map.remove(name);
            }
            1 => {
                // The member under another name: a placeholder that is not defined, an attribute that is no key.
                let value = map.remove(name).unwrap_or_default();
                let other = match name.chars().next() {
                    Some(':') => ":other",
                    Some('#') => "#other",
                    _ => "other",
                };
                map.insert(other.into(), value);
            }
            _ => self.spoil_value(map.get_mut(name).expect("it is there")),
        }
    }

    fn spoil_value(&mut self, value: &mut Value) {
        *value = match value {
            Value::String(text) => {
                let words: Vec<&str> = text.split(' ').collect();
                match self.below(6) {
                    0 => "".into(),
                    1 => "bogus".into(),
                    2 => format!("{text} x").into(),
                    3 if words.len() > 1 => {
                        let at = self.below(words.len());
                        let mut kept = words.clone();
                        kept.remove(at);
                        kept.join(" ").into()
                    }
                    4 => text.to_lowercase().into(),
                    5 => text.replace([':', '('], "").into(),
                    _ => "x".repeat(256).into(),
                }
            }
            Value::Number(_) => [json!(0), json!(-1), json!(1_000_000), json!(1.5)][self.below(4)].clone(),
            Value::Bool(flag) => (!*flag).into(),
            Value::Array(_) => json!([]),
            Value::Object(_) => match self.below(3) {
                0 => json!({"S": "other"}),
                1 => json!({"N": "7"}),
                _ => json!({}),
            },
            Value::Null => Value::Null,
        };
    }
}

/// The values in a value, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Object(map) => map.values().map(count).sum(),
        Value::Array(list) => list.iter().map(count).sum::<usize>(),
        _ => 0,
    }
}
