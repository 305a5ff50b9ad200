//! The heat in view as comma-separated values: one line for each row and column in which something happened. Pure.
//!
//! After [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180): fields with a comma, a quote or a line break are quoted.

use engine::insight::{HeatHistory, Measure, Window};

use super::bands::{Band, places, rows};
use super::grid::Grid;
use crate::state::explanation::half;

const HEAD: &str = "time,seconds,table,index,partition,first_hash,last_hash,requests,read_units,write_units,bytes,\
    throttled_reads,throttled_writes,latency_p50_us,latency_p99_us,index_arrivals,index_lag_ms\r\n";
const KEYS_HEAD: &str = "time,seconds,table,index,partition,key,measure,amount,throttled\r\n";

/// A moment as ISO 8601 writes it, to the second.
pub fn iso(second: u64) -> String {
    // Howard Hinnant's civil_from_days: days of the epoch to year, month and day.
    let days = (second / 86_400) as i64 + 719_468;
    let era = days / 146_097;
    let day_of_era = days - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let time = second % 86_400;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", time / 3600, time / 60 % 60, time % 60)
}

fn field(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

fn owner(band: &Band) -> String {
    format!("{},{}", field(&band.target.table), field(band.target.index.as_deref().unwrap_or("")))
}

/// Everything that the partitions did in a window.
pub fn partitions(bands: &[Band], history: &HeatHistory, window: Window) -> String {
    let places = places(bands);
    let mut out = HEAD.to_owned();
    for at in 0..window.columns {
        let (from, to) = window.seconds(at);
        let cells = history.cells(from, to, &places);
        for ((band, row), cell) in rows(bands).zip(&cells).filter(|(_, cell)| !cell.is_empty()) {
            let (first, last) = row.hashes.clone().unwrap_or_default();
            let quantile = |thousandths| {
                cell.latency.quantile_us(thousandths).map_or(String::new(), |us| us.to_string())
            };
            let units = |half_units: u64| half(half_units).replace(',', "");
            out += &format!(
                "{},{},{},{},{first},{last},{},{},{},{},{},{},{},{},{},{}\r\n",
                iso(from),
                window.step,
                owner(band),
                row.partition,
                cell.requests,
                units(cell.read_half_units),
                units(cell.write_half_units),
                cell.bytes,
                cell.throttles - cell.write_throttles,
                cell.write_throttles,
                quantile(500),
                quantile(990),
                cell.arrived,
                if cell.arrived > 0 {
                    (cell.lag_ms / u64::from(cell.arrived)).to_string()
                } else {
                    String::new()
                },
            );
        }
    }
    out
}

/// What the keys had of a measure in a window.
pub fn keys(bands: &[Band], grid: &Grid) -> String {
    let mut out = KEYS_HEAD.to_owned();
    for at in 0..grid.window.columns {
        let (from, _) = grid.window.seconds(at);
        for (place, (band, row)) in rows(bands).enumerate() {
            let Some((amount, throttles)) = grid.cell(place, at).filter(|cell| *cell != (0, 0)) else {
                continue;
            };
            let amount = match grid.measure {
                Measure::Reads | Measure::Writes => half(amount).replace(',', ""),
                _ => amount.to_string(),
            };
            out += &format!(
                "{},{},{},{},{},{},{amount},{throttles}\r\n",
                iso(from),
                grid.window.step,
                owner(band),
                row.partition,
                field(&row.name()),
                super::measure::slug(grid.measure),
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::bands::tests::{orders, write};
    use super::super::bands::with_heat;
    use super::*;
    use engine::insight::Heat;

    #[test]
    fn moments_are_written_in_full() {
        let told = [0, 951_782_400, 1_764_028_799, 4_102_444_800].map(iso);
        assert_eq!(
            told,
            ["1970-01-01T00:00:00Z", "2000-02-29T00:00:00Z", "2025-11-24T23:59:59Z", "2100-01-01T00:00:00Z"]
        );
    }

    #[test]
    fn what_happened_is_a_line_and_what_did_not_is_none() {
        let mut heat = Heat::default();
        heat.count(&write(5, 2, 2_469));
        heat.count(&write(7, 3, 2));
        let mut bands = with_heat(orders(), heat.history(), 0, 10);
        bands[1].target.index = Some("by \"status\", day".into());
        let text = partitions(&bands, heat.history(), Window { from: 0, step: 5, columns: 2 });
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(
            lines[1],
            "1970-01-01T00:00:05Z,5,Orders,,2,8000000000000000,ffffffffffffffff,1,0,1234.5,1264128,0,0,4000,4000,0,"
        );
        assert!(
            lines[2].starts_with("1970-01-01T00:00:05Z,5,Orders,\"by \"\"status\"\", day\",3,"),
            "{}",
            lines[2]
        );
        assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
    }
}
