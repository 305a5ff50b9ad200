//! The most that a table or global index serves on demand: what was typed, and OnDemandThroughput.
//!
//! Owns the three ways in which it is said: CreateTable leaves out what has no maximum, UpdateTable says -1 where one goes, and
//! DescribeTable may show that -1. Judges nothing. Follows
//! [OnDemandThroughput](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_OnDemandThroughput.html).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::text;

/// Its member of a request.
pub const MEMBER: &str = "OnDemandThroughput";
const MEMBERS: [&str; 2] = ["MaxReadRequestUnits", "MaxWriteRequestUnits"];
const NONE: &str = "-1";

/// Maximums, in request units a second, as they were typed; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maximums {
    /// MaxReadRequestUnits.
    pub read: String,
    /// MaxWriteRequestUnits.
    pub write: String,
}

/// What is no number stays what was typed, and is refused as the service refuses it.
fn number(typed: &str) -> Value {
    typed.trim().parse::<i64>().map_or_else(|_| json!(typed.trim()), |units| json!(units))
}

impl Maximums {
    fn typed(&self) -> [&str; 2] {
        [self.read.trim(), self.write.trim()]
    }

    /// What CreateTable says; none where there is no maximum.
    pub fn request(&self) -> Option<Value> {
        let given = MEMBERS.into_iter().zip(self.typed()).filter(|(_, typed)| !typed.is_empty());
        let given: Map<String, Value> = given.map(|(name, typed)| (name.to_owned(), number(typed))).collect();
        (!given.is_empty()).then_some(Value::Object(given))
    }

    /// What UpdateTable says to come here; none where nothing changes.
    pub fn change(&self, from: &Maximums) -> Option<Value> {
        let both = MEMBERS.into_iter().zip(from.typed().into_iter().zip(self.typed()));
        let changed = both.filter(|(_, (from, to))| from != to);
        let changed: Map<String, Value> = changed
            .map(|(name, (_, to))| (name.to_owned(), number(if to.is_empty() { NONE } else { to })))
            .collect();
        (!changed.is_empty()).then_some(Value::Object(changed))
    }

    /// Reads OnDemandThroughput.
    pub fn read(given: &Value) -> Maximums {
        let mut read = Maximums::default();
        read.apply(given);
        read
    }

    /// What there is after such a change: what it does not name stays.
    pub fn apply(&mut self, change: &Value) {
        for (name, typed) in MEMBERS.into_iter().zip([&mut self.read, &mut self.write]) {
            if let Some(units) = change.get(name) {
                *typed = text(units);
                if typed == NONE {
                    typed.clear();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(read: &str, write: &str) -> Maximums {
        Maximums { read: read.into(), write: write.into() }
    }

    #[test]
    fn what_has_no_maximum_is_left_out_and_what_loses_it_is_minus_one() {
        assert_eq!(of("", " ").request(), None);
        assert_eq!(of("5", "").request(), Some(json!({ "MaxReadRequestUnits": 5 })));
        assert_eq!(of("many", "").request(), Some(json!({ "MaxReadRequestUnits": "many" })));
        assert_eq!(of("5", "6").change(&of("5 ", "6")), None);
        let change = of("", "7").change(&of("5", "")).expect("a change");
        assert_eq!(change, json!({ "MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 7 }));
        let mut now = of("5", "");
        now.apply(&change);
        assert_eq!(now, of("", "7"));
        assert_eq!(Maximums::read(&json!({ "MaxReadRequestUnits": -1 })), Maximums::default());
    }
}
