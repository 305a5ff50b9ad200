//! The cost page's state: what is typed of a load, what a run has used, and (`bills`) the bills of both under each way of paying. Pure.

mod bills;

use std::collections::BTreeSet;

use engine::insight::cost::{Class, Period, stored_bytes};
use engine::insight::forecast::{Load, Rate, Scaling};
use engine::insight::price::Prices;
use engine::insight::{HeatHistory, RowId};
use engine::timeline::Consumed;
use serde::{Deserialize, Serialize};

use super::tables::TableDescription;
pub use bills::{Bills, PLANS, Paying, WAYS};

/// A gigabyte.
const GIGABYTE: f64 = (1_u64 << 30) as f64;

/// Where the rates come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// What was metered of the requests that ran.
    #[default]
    Run,
    /// What is typed.
    Typed,
}

/// How the typed reads are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum Reads {
    #[default]
    Eventual,
    Strong,
    Transactional,
}

impl Reads {
    /// Each with its name to the program and to the reader.
    pub const ALL: [(Reads, &'static str, &'static str); 3] = [
        (Reads::Eventual, "eventual", "Eventually consistent"),
        (Reads::Strong, "strong", "Strongly consistent"),
        (Reads::Transactional, "transactional", "Transactional"),
    ];

    fn mode(self) -> engine::capacity::ReadMode {
        use engine::capacity::ReadMode;
        match self {
            Reads::Eventual => ReadMode::Eventual,
            Reads::Strong => ReadMode::Strong,
            Reads::Transactional => ReadMode::Transactional,
        }
    }
}

/// What the page keeps: every text as it is typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CostForm {
    /// Where the rates come from.
    pub source: Source,
    /// The name of the price list.
    pub preset: String,
    /// It with changes, where it was edited.
    pub edited: Option<Prices>,
    /// `month` of 730 hours, `days30` or `day`.
    pub period: String,
    /// The last so many seconds of the run.
    pub window: u64,
    /// Requests a second.
    pub requests: String,
    /// Reads among them, in percent.
    pub read_percent: String,
    /// The size of an item, in bytes.
    pub item_bytes: String,
    /// How reads are made.
    pub reads: Reads,
    /// Requests a second at the peak.
    pub peak: String,
    /// How long the peak lasts in each day, in hours.
    pub peak_hours: String,
    /// How much is stored, in gigabytes.
    pub storage_gb: String,
    /// Global indexes that every write writes too.
    pub indexes: String,
    /// What auto scaling aims at, in percent.
    pub target: String,
    /// Other regions of a global table.
    pub regions: String,
    /// GetRecords calls a second on the stream, other than a Lambda function's or a global table's.
    pub stream_reads: String,
    /// How much on-demand backups hold, in gigabytes.
    pub backup_gb: String,
    /// Whether point-in-time recovery is on.
    pub recovery: bool,
    /// The class that all tables are billed in; each in its own where it is none.
    pub class: Option<Class>,
    /// How access patterns are paid for: one of [`PLANS`].
    pub plan: String,
}

impl Default for CostForm {
    fn default() -> CostForm {
        CostForm {
            source: Source::Run,
            preset: String::new(),
            edited: None,
            period: "month".into(),
            window: 60,
            requests: "1000".into(),
            read_percent: "80".into(),
            item_bytes: "1024".into(),
            reads: Reads::Eventual,
            peak: "1000".into(),
            peak_hours: "0".into(),
            storage_gb: "0".into(),
            indexes: "0".into(),
            target: "70".into(),
            regions: "0".into(),
            stream_reads: "0".into(),
            backup_gb: "0".into(),
            recovery: false,
            class: None,
            plan: PLANS[0].0.into(),
        }
    }
}

/// What is wrong with a field: its name, and a sentence.
pub type Faults = Vec<(&'static str, &'static str)>;

const WHOLE: &str = "A whole number.";

impl CostForm {
    /// The price list that is chosen, with its changes.
    pub fn prices(&self) -> Prices {
        self.edited.clone().unwrap_or_else(|| self.unedited())
    }

    /// The price list that is chosen, without its changes; the newest where there is none of that name.
    pub fn unedited(&self) -> Prices {
        let mut presets = Prices::presets();
        let at = presets.iter().position(|prices| prices.name == self.preset).unwrap_or(0);
        presets.swap_remove(at)
    }

    /// How long the bill is for.
    pub fn period(&self) -> Period {
        match self.period.as_str() {
            "days30" => Period::days(30),
            "day" => Period::days(1),
            _ => Period::MONTH,
        }
    }

    /// How access patterns are paid for: auto scaling at 70 % where its target is no number.
    pub fn paying(&self) -> Paying {
        Paying {
            prices: self.prices(),
            plan: PLANS.iter().position(|(name, _)| *name == self.plan).unwrap_or(0),
            target_percent: self.scaling().map_or(70, |scaling| scaling.target_percent),
        }
    }

    /// What is used, in the class that is chosen.
    pub fn classed(&self, used: &[Used]) -> Vec<Used> {
        let of = |one: &Used| Used { class: self.class.unwrap_or(one.class), ..one.clone() };
        used.iter().map(of).collect()
    }

    /// How auto scaling is set.
    pub fn scaling(&self) -> Result<Scaling, Faults> {
        match self.target.trim().parse() {
            Ok(target_percent @ 20..=90) => Ok(Scaling { target_percent, minimum_units: 1 }),
            _ => Err(vec![("target", "A whole number from 20 to 90.")]),
        }
    }

    /// The typed load, as the use of one table.
    pub fn typed(&self) -> Result<Vec<Used>, Faults> {
        let mut faults = Faults::new();
        let mut whole = |text: &str, name: &'static str, most: u64, why: &'static str| {
            let number =
                text.trim().replace([',', '_'], "").parse::<u64>().ok().filter(|number| *number <= most);
            if number.is_none() {
                faults.push((name, why));
            }
            number.unwrap_or_default()
        };
        let requests = whole(&self.requests, "requests", u64::from(u32::MAX), WHOLE);
        let read_percent = whole(&self.read_percent, "read_percent", 100, "A whole number from 0 to 100.");
        let bytes = whole(&self.item_bytes, "item_bytes", 409_600, "At most 409,600 bytes, which is 400 KB.");
        let peak = whole(&self.peak, "peak", u64::from(u32::MAX), WHOLE);
        let hours = whole(&self.peak_hours, "peak_hours", 24, "Whole hours, at most 24.");
        let indexes = whole(&self.indexes, "indexes", 20, "At most 20, as in the service.");
        let regions = whole(&self.regions, "regions", 30, "At most 30.");
        let stream_reads = whole(&self.stream_reads, "stream_reads", u64::from(u32::MAX), WHOLE);
        let gigabytes = |text: &str| text.trim().parse::<f64>().ok().filter(|gb| (0.0..=1e9).contains(gb));
        let (storage, backups) = (gigabytes(&self.storage_gb), gigabytes(&self.backup_gb));
        for (name, given) in [("storage_gb", storage), ("backup_gb", backups)] {
            if given.is_none() {
                faults.push((name, "A number of gigabytes."));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let transactional = self.reads == Reads::Transactional;
        let rate = |requests| Rate::of(requests, read_percent, bytes, self.reads.mode(), transactional);
        let load = Load { base: rate(requests), peak: rate(peak.max(requests)), peak_seconds: hours * 3_600 };
        let bytes_of = |gigabytes: Option<f64>| (gigabytes.unwrap_or_default() * GIGABYTE) as u64;
        let storage_bytes = bytes_of(storage);
        let other_regions = regions as u32;
        let besides = Besides {
            stream_milli_reads: stream_reads * 1_000,
            backup_bytes: bytes_of(backups),
            recovery: self.recovery,
        };
        let table = Used { storage_bytes, other_regions, besides, ..Used::new("Your table", None, load) };
        let writes = |rate: Rate| Rate { read_milli_units: 0, ..rate };
        let own = Load { base: writes(load.base), peak: writes(load.peak), ..load };
        let of_index = |at| Used {
            storage_bytes,
            other_regions,
            ..Used::new("Your table", Some(format!("GSI {at}")), own)
        };
        Ok(std::iter::once(table).chain((1..=indexes).map(of_index)).collect())
    }
}

/// What is billed of a table beside its requests and what it stores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Besides {
    /// GetRecords calls that are billed, in thousandths of one a second.
    pub stream_milli_reads: u64,
    /// What its on-demand backups hold, in bytes.
    pub backup_bytes: u64,
    /// Whether point-in-time recovery is on.
    pub recovery: bool,
}

/// What a table or an index uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Used {
    /// The table.
    pub table: String,
    /// The index; none for the table itself.
    pub index: Option<String>,
    /// A local index: its requests are its table's.
    pub local: bool,
    /// Its requests.
    pub load: Load,
    /// What it stores, in bytes.
    pub storage_bytes: u64,
    /// Its table's class.
    pub class: Class,
    /// In how many other regions its table is.
    pub other_regions: u32,
    /// What is billed besides, of a table.
    pub besides: Besides,
    /// How its table is billed now; none where it is only typed.
    pub on_demand: Option<bool>,
}

impl Used {
    /// A table, or an index of it, with this load.
    pub fn new(table: &str, index: Option<String>, load: Load) -> Used {
        let (table, class) = (table.to_owned(), Class::Standard);
        Used {
            table,
            index,
            local: false,
            load,
            storage_bytes: 0,
            class,
            other_regions: 0,
            besides: Besides::default(),
            on_demand: None,
        }
    }
}

/// What tables and indexes, each by its rows, consumed in the seconds `from..to`: on the average of a second, and in the busiest one.
pub fn metered(history: &HeatHistory, targets: &[BTreeSet<RowId>], from: u64, to: u64) -> Vec<Load> {
    let rows = targets.iter().flatten().max().map_or(0, |row| *row as usize + 1);
    let mut owner = vec![None; rows];
    for (at, rows) in targets.iter().enumerate() {
        rows.iter().for_each(|row| owner[*row as usize] = Some(at));
    }
    let mut sums = vec![Consumed::default(); targets.len()];
    let mut loads = vec![Load::default(); targets.len()];
    // Columns of a minute or an hour count where they begin in that time.
    for column in history.between(from, to).filter(|column| (from..to).contains(&column.second)) {
        let mut own = vec![Consumed::default(); targets.len()];
        for (row, cell) in &column.cells {
            if let Some(at) = owner.get(*row as usize).copied().flatten() {
                own[at].read_half_units += cell.read_half_units;
                own[at].write_half_units += cell.write_half_units;
            }
        }
        let length_ms = (column.end() - column.second) * 1_000;
        for ((sum, load), own) in sums.iter_mut().zip(&mut loads).zip(own) {
            sum.read_half_units += own.read_half_units;
            sum.write_half_units += own.write_half_units;
            load.peak = load.peak.or_more(Rate::metered(own, length_ms));
        }
    }
    for (load, sum) in loads.iter_mut().zip(sums) {
        load.base = Rate::metered(sum, to.saturating_sub(from) * 1_000);
        load.peak = load.peak.or_more(load.base);
    }
    loads
}

/// What a table and its indexes use: `of` gives what the table or a global index consumed, its items and their bytes.
pub fn used(
    table: &TableDescription,
    besides: Besides,
    mut of: impl FnMut(Option<&str>) -> (Load, u64, u64),
) -> Vec<Used> {
    let class = class_of(table);
    let other_regions = table.body["Replicas"].as_array().map_or(0, |replicas| replicas.len() as u32);
    let sized = |index: Option<String>, load, storage_bytes, local| Used {
        local,
        storage_bytes,
        class,
        other_regions,
        on_demand: Some(table.on_demand),
        ..Used::new(&table.name, index, load)
    };
    let (load, items, bytes) = of(None);
    let mut all = vec![Used { besides, ..sized(None, load, stored_bytes(items, bytes), false) }];
    for index in &table.indexes {
        let name = Some(index.name.clone());
        all.push(if index.global {
            let (load, entries, bytes) = of(Some(&index.name));
            sized(name, load, stored_bytes(entries, bytes), false)
        } else {
            let own = table.body["LocalSecondaryIndexes"].as_array().into_iter().flatten();
            let own = own.into_iter().find(|one| one["IndexName"] == index.name.as_str());
            let bytes = own.and_then(|own| own["IndexSizeBytes"].as_u64()).unwrap_or(0);
            sized(name, Load::default(), stored_bytes(index.item_count, bytes), true)
        });
    }
    all
}

/// The class of a table.
pub fn class_of(table: &TableDescription) -> Class {
    match table.body["TableClassSummary"]["TableClass"].as_str() {
        Some("STANDARD_INFREQUENT_ACCESS") => Class::StandardInfrequentAccess,
        _ => Class::Standard,
    }
}

#[cfg(test)]
#[path = "cost_tests.rs"]
mod tests;
