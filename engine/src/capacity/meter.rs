//! What one request consumes, by table and index, and how ReturnConsumedCapacity shows it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::timeline::{Access, Consumed, Detail};

/// The parameter of that name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReturnConsumedCapacity {
    /// Totals and each index.
    Indexes,
    /// Totals.
    Total,
    /// Nothing.
    #[default]
    None,
}

#[derive(Clone, Debug, Default)]
struct TableUse {
    /// The table as the request names it, where that is not by its plain name.
    named: Option<String>,
    table: Consumed,
    /// What it costs to answer the same transaction again: its items are read.
    replay_half_units: u64,
    local: BTreeMap<String, Consumed>,
    global: BTreeMap<String, Consumed>,
    /// Bytes written to vector indexes: no units.
    vector_bytes: BTreeMap<String, u64>,
}

/// Counts what a request consumes. It is kept when a condition fails.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    total: Consumed,
    detail: Detail,
    /// By table; nothing where only the total is counted.
    tables: BTreeMap<String, TableUse>,
}

fn add(to: &mut Consumed, access: Access, half_units: u64) {
    match access {
        Access::Read => to.read_half_units += half_units,
        Access::Write => to.write_half_units += half_units,
    }
}

fn units(half_units: u64) -> Value {
    json!(half_units as f64 / 2.0)
}

impl Meter {
    /// A meter that has counted nothing: of a request whose response nobody hears it will know the total alone.
    pub fn new(detail: Detail) -> Meter {
        Meter { detail, ..Meter::default() }
    }

    fn add(&mut self, access: Access, half_units: u64) -> bool {
        add(&mut self.total, access, half_units);
        self.detail.is_answered()
    }

    /// Counts use of a table itself.
    pub fn table(&mut self, table: &str, access: Access, half_units: u64) {
        if self.add(access, half_units) {
            add(&mut self.entry(table).table, access, half_units);
        }
    }

    /// Counts use of a local index.
    pub fn local(&mut self, table: &str, index: &str, access: Access, half_units: u64) {
        if self.add(access, half_units) {
            add(self.entry(table).local.entry(index.to_string()).or_default(), access, half_units);
        }
    }

    /// Counts use of a global index.
    pub fn global(&mut self, table: &str, index: &str, access: Access, half_units: u64) {
        if self.add(access, half_units) {
            add(self.entry(table).global.entry(index.to_string()).or_default(), access, half_units);
        }
    }

    /// Counts a write to a vector index, in bytes.
    pub fn vector(&mut self, table: &str, index: &str, bytes: u64) {
        *self.entry(table).vector_bytes.entry(index.to_string()).or_default() += bytes;
    }

    /// Adds what another request, or a part of this one, consumed.
    pub fn absorb(&mut self, other: Meter) {
        self.total = plus(self.total, other.total);
        for (table, used) in other.tables {
            let to = self.entry(&table);
            to.named = used.named.or_else(|| to.named.take());
            to.table = plus(to.table, used.table);
            for (into, from) in [(&mut to.local, used.local), (&mut to.global, used.global)] {
                for (index, used) in from {
                    let to = into.entry(index).or_default();
                    *to = plus(*to, used);
                }
            }
            to.replay_half_units += used.replay_half_units;
            for (index, bytes) in used.vector_bytes {
                *to.vector_bytes.entry(index).or_default() += bytes;
            }
        }
    }

    /// Whether nothing was consumed.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    fn entry(&mut self, table: &str) -> &mut TableUse {
        if !self.tables.contains_key(table) {
            self.tables.insert(table.to_string(), TableUse::default());
        }
        self.tables.get_mut(table).expect("it was just put there")
    }

    /// The request names the table otherwise than by its plain name: `TableName` is shown as it is given.
    pub fn named(&mut self, table: &str, given: &str) {
        if table != given {
            self.entry(table).named = Some(given.to_owned());
        }
    }

    /// Notes what reading an item of a transactional write costs, should the transaction be sent again.
    pub fn replay(&mut self, table: &str, half_units: u64) {
        self.entry(table).replay_half_units += half_units;
    }

    /// What it costs to answer the same transaction again, table by table.
    pub fn replays(&self) -> BTreeMap<String, u64> {
        let noted = self.tables.iter().filter(|(_, used)| used.replay_half_units > 0);
        noted.map(|(table, used)| (table.clone(), used.replay_half_units)).collect()
    }

    /// What the request consumed over everything.
    pub fn total(&self) -> Consumed {
        self.total
    }

    /// The `ConsumedCapacity` of the one table that a request has.
    pub fn one(&self, table: &str, wanted: ReturnConsumedCapacity, transactional: bool) -> Option<Value> {
        match wanted {
            ReturnConsumedCapacity::None => None,
            _ => {
                let empty = TableUse::default();
                Some(self.tables.get(table).unwrap_or(&empty).render(table, wanted, transactional))
            }
        }
    }

    /// The `ConsumedCapacity` list of a request over several tables.
    pub fn all(&self, wanted: ReturnConsumedCapacity, transactional: bool) -> Option<Value> {
        match wanted {
            ReturnConsumedCapacity::None => None,
            _ => Some(
                self.tables.iter().map(|(table, used)| used.render(table, wanted, transactional)).collect(),
            ),
        }
    }
}

fn plus(one: Consumed, two: Consumed) -> Consumed {
    Consumed {
        read_half_units: one.read_half_units + two.read_half_units,
        write_half_units: one.write_half_units + two.write_half_units,
    }
}

fn render(used: &Consumed, transactional: bool) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("CapacityUnits".into(), units(used.read_half_units + used.write_half_units));
    // Transactions tell reads and writes apart.
    if transactional {
        if used.read_half_units > 0 {
            shown.insert("ReadCapacityUnits".into(), units(used.read_half_units));
        }
        if used.write_half_units > 0 {
            shown.insert("WriteCapacityUnits".into(), units(used.write_half_units));
        }
    }
    shown
}

impl TableUse {
    fn total(&self) -> Consumed {
        self.local.values().chain(self.global.values()).fold(self.table, |sum, used| plus(sum, *used))
    }

    fn render(&self, table: &str, wanted: ReturnConsumedCapacity, transactional: bool) -> Value {
        let mut shown = render(&self.total(), transactional);
        shown.insert("TableName".into(), self.named.as_deref().unwrap_or(table).into());
        if wanted == ReturnConsumedCapacity::Indexes {
            shown.insert("Table".into(), render(&self.table, transactional).into());
            for (member, indexes) in
                [("LocalSecondaryIndexes", &self.local), ("GlobalSecondaryIndexes", &self.global)]
            {
                if !indexes.is_empty() {
                    let each =
                        indexes.iter().map(|(name, used)| (name.clone(), render(used, transactional).into()));
                    shown.insert(member.into(), Value::Object(each.collect()));
                }
            }
            if !self.vector_bytes.is_empty() {
                let each = self.vector_bytes.iter();
                let each = each
                    .map(|(name, bytes)| (name.clone(), json!({ "VectorWriteRequestBytes": *bytes as f64 })));
                shown.insert("VectorIndexes".into(), Value::Object(each.collect()));
            }
        }
        Value::Object(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_and_indexes_are_shown_as_asked() {
        let mut meter = Meter::default();
        meter.table("Orders", Access::Write, 2);
        meter.local("Orders", "created_at-index", Access::Write, 2);
        meter.global("Orders", "status-index", Access::Write, 4);
        assert_eq!(meter.one("Orders", ReturnConsumedCapacity::None, false), None);
        assert_eq!(
            meter.one("Orders", ReturnConsumedCapacity::Total, false).unwrap(),
            json!({"TableName": "Orders", "CapacityUnits": 4.0})
        );
        assert_eq!(
            meter.one("Orders", ReturnConsumedCapacity::Indexes, false).unwrap(),
            json!({
                "TableName": "Orders", "CapacityUnits": 4.0, "Table": {"CapacityUnits": 1.0},
                "LocalSecondaryIndexes": {"created_at-index": {"CapacityUnits": 1.0}},
                "GlobalSecondaryIndexes": {"status-index": {"CapacityUnits": 2.0}}
            })
        );
        assert_eq!(meter.total(), Consumed { read_half_units: 0, write_half_units: 8 });
    }
}
