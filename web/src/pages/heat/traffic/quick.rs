//! The quick choices as they are typed, and the workload that they describe. Pure.

use std::collections::BTreeMap;

use engine::table::KeyType;
use engine::workload::{AccessPattern, Clients, Rate, Recipe, Spread, VERSION, suggest};
use serde::{Deserialize, Serialize};

use super::keys::{Keys, write_key};
use super::number::number;
use crate::protocol::traffic::Workload;
use crate::state::explanation::count;
use crate::state::tables::TableDescription;

/// The most requests a second that can be asked for.
pub const RATE_MAX: u64 = 200_000;
/// The most partition keys.
const KEYS_MAX: u64 = 1_000_000;

/// What runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// Reads and writes of the table that is looked at.
    #[default]
    Table,
    /// The document's Black Friday, with a table and items of its own.
    BlackFriday,
}

/// How the rate goes over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Shape {
    /// Always the same.
    #[default]
    Constant,
    /// From a tenth to the whole within a minute.
    Ramp,
    /// A tenth, and for half a minute the whole.
    Spike,
    /// A day's rise and fall within four minutes.
    Day,
    /// The document's Black Friday: from a hundredth to the whole, and back.
    BlackFriday,
}

impl Shape {
    /// All of them, with what they are called.
    pub const ALL: [(Shape, &str, &str); 5] = [
        (Shape::Constant, "constant", "Constant"),
        (Shape::Ramp, "ramp", "Ramp: a tenth to all of it in 60 s"),
        (Shape::Spike, "spike", "Spike: ten times as much for 30 s"),
        (Shape::Day, "day", "Day curve: a day in 4 minutes"),
        (Shape::BlackFriday, "black-friday", "Black Friday: a hundred times as much"),
    ];

    /// The rate whose most is `peak` requests a second.
    pub fn rate(self, peak: u64) -> Rate {
        let tenth = (peak / 10).max(1);
        match self {
            Shape::Constant => Rate::Constant { per_second: peak },
            Shape::Ramp => Rate::Ramp { from: tenth, to: peak, over_ms: 60_000 },
            Shape::Spike => Rate::Spike { base: tenth, peak, at_ms: 20_000, for_ms: 30_000 },
            Shape::Day => Rate::Day { low: tenth, high: peak, day_ms: 240_000 },
            Shape::BlackFriday => {
                let Rate::Curve { points } = Rate::black_friday() else { return Shape::Constant.rate(peak) };
                let scaled = |(at, rate): (u64, u64)| (at, (rate * peak / 100_000).max(1));
                Rate::Curve { points: points.into_iter().map(scaled).collect() }
            }
        }
    }
}

/// The workloads to begin with, with what they are called.
pub const PRESETS: [(&str, &str); 9] = [
    ("constant", "Constant: even keys, 2,000 a second"),
    ("ramp", "Ramp: up to 2,000 a second"),
    ("spike", "Spike: ten times as much for 30 s"),
    ("day", "Day: a day's curve in 4 minutes"),
    ("black-friday", "Black Friday: a million carts"),
    ("hot-key", "Hot key: one takes half"),
    ("rising", "Rising timestamps"),
    ("today", "Today's date as the partition key"),
    ("today-suffix", "Today's date with a random suffix"),
];

/// The fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Quick {
    /// What runs.
    pub source: Source,
    /// How the rate goes.
    pub shape: Shape,
    /// Requests a second, at the most.
    pub rate: String,
    /// Reads among them, in percent.
    pub read_percent: String,
    /// How keys are drawn.
    pub keys: Keys,
    /// How many partition keys.
    pub key_count: String,
    /// The seed.
    pub seed: String,
}

impl Default for Quick {
    /// Few keys that get most of the writes.
    fn default() -> Quick {
        Quick {
            source: Source::Table,
            shape: Shape::Constant,
            rate: "200".into(),
            read_percent: "20".into(),
            keys: Keys::Zipf,
            key_count: "20".into(),
            seed: "1".into(),
        }
    }
}

impl Quick {
    /// A workload to begin with, by its name among the presets.
    pub fn preset(name: &str) -> Option<Quick> {
        let first = Quick::default();
        let busy =
            Quick { rate: "2,000".into(), key_count: "1,000".into(), keys: Keys::Uniform, ..first.clone() };
        Some(match name {
            "constant" => busy,
            "ramp" => Quick { shape: Shape::Ramp, ..busy },
            "spike" => Quick { shape: Shape::Spike, ..busy },
            "day" => Quick { shape: Shape::Day, ..busy },
            "black-friday" => Quick { source: Source::BlackFriday, ..busy },
            "hot-key" => Quick { keys: Keys::HotKey, read_percent: "50".into(), ..busy },
            "rising" => Quick { keys: Keys::Rising, read_percent: "0".into(), ..busy },
            "today" => Quick { keys: Keys::Today, read_percent: "0".into(), ..busy },
            "today-suffix" => Quick { keys: Keys::TodaySuffix, read_percent: "0".into(), ..busy },
            _ => return None,
        })
    }

    /// A few requests a second, evenly: something to see at once.
    pub fn light() -> Quick {
        let (rate, read_percent, key_count) = ("40".into(), "50".into(), "200".into());
        Quick { rate, read_percent, key_count, keys: Keys::Uniform, ..Quick::default() }
    }

    /// Light traffic with a few hot keys: what the first minute shows.
    pub fn glimpse() -> Quick {
        Quick { rate: "60".into(), keys: Keys::Zipf, ..Quick::light() }
    }

    /// What stands in the way of starting it now.
    pub fn refused(&self, table: Option<&TableDescription>) -> Option<String> {
        let table = table.filter(|_| self.source == Source::Table)?;
        let ready = table.status == "ACTIVE" || table.status == "UPDATING";
        (!ready).then(|| format!("The table is {}: requests are refused.", table.status))
    }

    /// The workload on that table, or what is wrong, by field.
    pub fn workload(
        &self,
        table: Option<&TableDescription>,
    ) -> Result<Workload, BTreeMap<&'static str, String>> {
        let mut faults = BTreeMap::new();
        let mut number = |name: &'static str, text: &str, least: u64, most: u64| {
            number(text, least, most).unwrap_or_else(|message| {
                faults.insert(name, message);
                0
            })
        };
        let seed = number("seed", &self.seed, 0, u64::MAX);
        if self.source == Source::BlackFriday {
            let workload = Workload { name: "Black Friday".into(), recipe: Recipe::black_friday(seed) };
            return if faults.is_empty() { Ok(workload) } else { Err(faults) };
        }
        let rate = number("rate", &self.rate, 1, RATE_MAX);
        let read_percent = number("read_percent", &self.read_percent, 0, 100) as u32;
        let key_count =
            if self.keys.counts() { number("key_count", &self.key_count, 1, KEYS_MAX) } else { 1 };
        let Some(table) = table else {
            faults.insert("traffic-table", "There is no table yet.".to_owned());
            return Err(faults);
        };
        let Some(patterns) = suggested(table, read_percent, self.keys, key_count) else {
            faults.insert("keys", "The partition key is a number: a date is a text.".to_owned());
            return Err(faults);
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        let recipe = Recipe {
            version: VERSION,
            seed,
            tables: Vec::new(),
            fill: Vec::new(),
            patterns,
            rate: self.shape.rate(rate),
            spread: Spread::Even,
            clients: Clients::default(),
            duration_ms: u64::MAX,
            replay: Vec::new(),
        };
        let over =
            if self.keys.counts() { format!(" over {} keys", count(key_count)) } else { String::new() };
        let name = format!("{}: {} a second, {}{over}", table.name, count(rate), self.keys.word());
        Ok(Workload { name, recipe })
    }
}

/// Patterns to begin with on a table, whose partition key is drawn so. Rising timestamps rise in the sort key where there is
/// one: under few partition keys. None where the key's type does not allow it.
pub fn suggested(
    table: &TableDescription,
    read_percent: u32,
    keys: Keys,
    key_count: u64,
) -> Option<Vec<AccessPattern>> {
    let (schema, indexed) = table.key_schema();
    let mut patterns = suggest(&table.name, &schema, &indexed, read_percent, &keys.hole(key_count));
    if keys.counts() {
        return Some(patterns);
    }
    let attribute = match (keys, schema.range.first()) {
        (Keys::Rising, Some(range)) => range,
        _ => &schema.hash[0],
    };
    let template = keys.template(&attribute.name, attribute.attribute_type == KeyType::N, key_count)?;
    patterns.iter_mut().for_each(|pattern| {
        write_key(pattern, &attribute.name, &template);
    });
    Some(patterns)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn orders() -> TableDescription {
        TableDescription::read(&json!({
            "TableName": "Orders", "TableStatus": "ACTIVE",
            "AttributeDefinitions": [
                { "AttributeName": "user", "AttributeType": "S" }, { "AttributeName": "at", "AttributeType": "N" },
                { "AttributeName": "status", "AttributeType": "B" },
            ],
            "KeySchema": [{ "AttributeName": "user", "KeyType": "HASH" }, { "AttributeName": "at", "KeyType": "RANGE" }],
            "GlobalSecondaryIndexes": [{
                "IndexName": "g", "KeySchema": [{ "AttributeName": "status", "KeyType": "HASH" }],
            }],
        }))
        .expect("a table")
    }

    #[test]
    fn what_is_typed_becomes_a_workload_of_the_table() {
        let quick = Quick { rate: " 1,200 ".into(), keys: Keys::HotSet, ..Quick::default() };
        let workload = quick.workload(Some(&orders())).expect("it is right");
        assert_eq!(workload.tables(), ["Orders"]);
        assert_eq!(workload.recipe.rate, Rate::Constant { per_second: 1_200 });
        assert_eq!(workload.name, "Orders: 1,200 a second, a hot set over 20 keys");
        let put = &workload.recipe.patterns[2].request["Item"];
        assert_eq!(put["user"], json!({ "S": "user-{hot 1% of 1..20 gets 90% :5}" }));
        assert!(put["at"]["N"].is_string() && put["status"]["B"].is_string(), "{put}");
    }

    #[test]
    fn what_cannot_be_is_said_at_its_field() {
        let quick = Quick {
            rate: "0".into(),
            read_percent: "101".into(),
            key_count: "many".into(),
            seed: "-1".into(),
            ..Quick::default()
        };
        let faults = quick.workload(Some(&orders())).expect_err("it is wrong");
        assert_eq!(faults.keys().copied().collect::<Vec<_>>(), ["key_count", "rate", "read_percent", "seed"]);
        assert_eq!(faults["read_percent"], "A whole number from 0 to 100.");
        let friday = Quick { source: Source::BlackFriday, ..quick };
        let faults = friday.workload(Some(&orders())).expect_err("it has a seed");
        assert_eq!(faults.keys().copied().collect::<Vec<_>>(), ["seed"]);
    }

    #[test]
    fn special_keys_are_written_into_the_patterns() {
        let of = |keys| {
            let workload = Quick { keys, ..Quick::default() }.workload(Some(&orders())).expect("it is right");
            workload.recipe.patterns[2].request["Item"].clone()
        };
        assert_eq!(of(Keys::TodaySuffix)["user"], json!({ "S": "{today}#{shard 0..9}" }));
        let rising = of(Keys::Rising);
        assert_eq!(
            (&rising["user"], &rising["at"]),
            (&json!({ "S": "user-{uniform 1..1 :5}" }), &json!({ "N": "{now}" }))
        );
        let none = Quick::default().workload(None).expect_err("nothing to send to");
        assert_eq!(none.keys().copied().collect::<Vec<_>>(), ["traffic-table"]);
    }

    #[test]
    fn every_preset_is_a_workload() {
        for (name, _) in PRESETS {
            let quick = Quick::preset(name).expect(name);
            assert!(quick.workload(Some(&orders())).is_ok(), "{name}");
        }
        assert_eq!(Quick::preset("other"), None);
    }

    #[test]
    fn every_shape_has_the_rate_as_its_most() {
        for (shape, _, name) in Shape::ALL {
            for peak in [1, 40, 100_000] {
                assert_eq!(shape.rate(peak).peak(), peak, "{name}");
            }
        }
        assert_eq!(Shape::BlackFriday.rate(100_000), Rate::black_friday());
    }
}
