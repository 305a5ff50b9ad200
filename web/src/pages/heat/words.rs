//! What the heatmap says in words: the sentence about a hot partition with its evidence, and what a cell holds. Pure.

use engine::insight::{Concentration, HeatCell};
use engine::timeline::Access;

use super::bands::{Band, Row, row};
use super::grid::{Metric, percent};
use crate::state::explanation::{clock, count, half, plural};

/// A finding: one sentence, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The sentence.
    pub sentence: String,
    /// The numbers behind it.
    pub evidence: String,
    /// What it usually means.
    pub meaning: &'static str,
    /// Which it is about.
    pub partition: u32,
}

/// One partition took a large share of the units in the last `seconds` seconds.
pub fn finding(found: &Concentration, bands: &[Band], seconds: u64) -> Finding {
    let (kind, unit) = match found.access {
        Access::Read => ("read", "RCU"),
        Access::Write => ("write", "WCU"),
    };
    let of_index = found.target.index.as_ref().map(|index| format!(" of {index}")).unwrap_or_default();
    let sentence = format!(
        "One partition of {}{of_index} took {} of the {kind} units in the last {seconds} s.",
        count(found.partitions),
        percent(found.half_units, found.total_half_units),
    );
    let band = bands.iter().find(|band| band.target == found.target);
    let limit = band.map(|band| match found.access {
        Access::Read => band.limit.0,
        Access::Write => band.limit.1,
    });
    let range = band.and_then(|band| band.rows.iter().find(|row| row.partition == found.partition));
    let range = range.map(|row| format!(" ({})", row.range())).unwrap_or_default();
    let mut evidence = format!(
        "p{}{range}: {} of {} {unit}; {} in its busiest second",
        found.partition,
        half(found.half_units),
        half(found.total_half_units),
        half(found.peak_half_units),
    );
    if let Some(limit) = limit {
        evidence +=
            &format!(", {} of its {} {unit}", percent(found.peak_half_units, limit * 2), count(limit));
    }
    if found.throttles > 0 {
        evidence += &format!("; {} refused there", plural(found.throttles, &format!("{kind} request")));
    }
    let meaning = match (&found.target.index, found.access) {
        (Some(_), _) => {
            "Few values of the index's partition key get most of the load. A partition key with more values spreads it."
        }
        (None, Access::Write) => {
            "Few partition keys get most of the writes. Keys with more values, or a suffix that shards the hot ones, \
             spread them."
        }
        (None, Access::Read) => {
            "Few partition keys get most of the reads. A cache, or copies of the hot items under several keys, spread \
             them."
        }
    };
    Finding { sentence: sentence.clone(), evidence: evidence + ".", meaning, partition: found.partition }
}

/// What is known of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellWords {
    /// `132 WCU`.
    pub value: String,
    /// `13 % of 1,000 WCU`; none without a limit.
    pub share: Option<String>,
    /// `12 throttled`; none where nothing was.
    pub throttled: Option<String>,
    /// `12:04:31`.
    pub time: String,
    /// `p3 · leader az-b`.
    pub partition: String,
    /// `Orders · 4000… – 7fff…`.
    pub place: String,
}

impl CellWords {
    /// In one line.
    pub fn line(&self) -> String {
        let share = self.share.iter().map(|share| format!(", {share}"));
        let throttled = self.throttled.iter().map(|text| format!(", {text}"));
        let more: String = share.chain(throttled).collect();
        format!("{} · {}{more} · {} · {}", self.time, self.value, self.partition, self.place)
    }
}

/// What a cell holds.
pub fn cell_words(metric: Metric, band: &Band, row: &Row, second: u64, cell: &HeatCell) -> CellWords {
    let amount = metric.amount(cell);
    let limit = metric.limit(band);
    let throttles = metric.throttles(cell);
    let leader = if row.leader.is_empty() { String::new() } else { format!(" · leader {}", row.leader) };
    CellWords {
        value: metric.text(amount),
        share: limit.map(|limit| {
            let of = if metric.is_provisioned(band) { " provisioned" } else { "" };
            format!("{} of {}{of}", percent(amount, limit), metric.text(limit))
        }),
        throttled: (throttles > 0 && metric != Metric::Throttles)
            .then(|| format!("{} throttled", count(throttles))),
        time: clock(second * 1000)[..8].to_owned(),
        partition: format!("{}{leader}", row.name()),
        place: format!("{} · {}", band.name(), row.range()),
    }
}

/// What the cell at a row, counted from the top, holds.
pub fn words_at(
    metric: Metric,
    bands: &[Band],
    at: usize,
    second: u64,
    cell: Option<&HeatCell>,
) -> Option<CellWords> {
    let (band, row) = row(bands, at)?;
    Some(cell_words(metric, band, row, second, cell?))
}

#[cfg(test)]
mod tests {
    use super::super::bands::tests::orders;
    use super::*;

    #[test]
    fn a_hot_partition_is_told_with_its_evidence() {
        let bands = orders();
        let mut found = Concentration {
            target: bands[0].target.clone(),
            partitions: 4,
            partition: 2,
            access: Access::Write,
            half_units: 8420,
            total_half_units: 11_860,
            peak_half_units: 264,
            throttles: 0,
        };
        let told = finding(&found, &bands, 60);
        assert_eq!(told.sentence, "One partition of 4 took 70 % of the write units in the last 60 s.");
        assert_eq!(
            told.evidence,
            "p2 (8000… – ffff…): 4,210 of 5,930 WCU; 132 in its busiest second, 13 % of its 1,000 WCU."
        );
        (found.target, found.partition, found.access, found.throttles) =
            (bands[1].target.clone(), 3, Access::Read, 1);
        let told = finding(&found, &bands, 60);
        assert!(told.sentence.starts_with("One partition of 4 of status-index took 70 % of the read units"));
        assert!(
            told.evidence.ends_with("4.4 % of its 3,000 RCU; 1 read request refused there."),
            "{}",
            told.evidence
        );
    }

    #[test]
    fn a_cell_is_told_in_a_line() {
        let bands = orders();
        let cell =
            HeatCell { write_half_units: 264, throttles: 3, write_throttles: 2, ..HeatCell::default() };
        let words = words_at(Metric::Writes, &bands, 1, 43_471, Some(&cell)).unwrap();
        assert_eq!(
            words.line(),
            "12:04:31 · 132 WCU, 13 % of 1,000 WCU, 2 throttled · p2 · leader az-b · Orders · 8000… – ffff…"
        );
        let words = words_at(Metric::Throttles, &bands, 1, 43_471, Some(&cell)).unwrap();
        assert_eq!((words.value.as_str(), words.share, words.throttled), ("3 throttles", None, None));
        assert_eq!(words_at(Metric::Writes, &bands, 1, 1, None), None);
    }
}
