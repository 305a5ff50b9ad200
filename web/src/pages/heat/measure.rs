//! The measures in words: their names, units and limits. Pure.

use engine::insight::Measure;

use super::bands::Band;
use crate::state::explanation::{count, half, latency, plural, size};

/// Its name in the address.
pub fn slug(measure: Measure) -> &'static str {
    match measure {
        Measure::Reads => "reads",
        Measure::Writes => "writes",
        Measure::Bytes => "bytes",
        Measure::Throttles => "throttles",
        Measure::Latency => "latency",
        Measure::Arrivals => "arrivals",
    }
}

/// Its name for people.
pub fn title(measure: Measure) -> &'static str {
    match measure {
        Measure::Reads => "Reads",
        Measure::Writes => "Writes",
        Measure::Bytes => "Bytes",
        Measure::Throttles => "Throttles",
        Measure::Latency => "Latency",
        Measure::Arrivals => "Index arrivals",
    }
}

/// Its unit.
pub fn unit(measure: Measure) -> &'static str {
    match measure {
        Measure::Reads => "RCU",
        Measure::Writes => "WCU",
        Measure::Bytes => "bytes",
        Measure::Throttles => "throttles",
        Measure::Latency => "p99",
        Measure::Arrivals => "entries",
    }
}

/// The measure of that name.
pub fn from_slug(name: &str) -> Option<Measure> {
    Measure::ALL.into_iter().find(|measure| slug(*measure) == name)
}

/// The most that a partition of the band can have of it in a second; none where there is no such limit.
pub fn limit(measure: Measure, band: &Band) -> Option<u64> {
    match measure {
        Measure::Reads => Some(band.limit.0 * 2),
        Measure::Writes => Some(band.limit.1 * 2),
        _ => None,
    }
}

/// Whether that limit is the provisioned throughput.
pub fn is_provisioned(measure: Measure, band: &Band) -> bool {
    match measure {
        Measure::Reads => band.provisioned.0,
        Measure::Writes => band.provisioned.1,
        _ => false,
    }
}

/// An amount with its unit.
pub fn text(measure: Measure, amount: u64) -> String {
    match measure {
        Measure::Reads | Measure::Writes => format!("{} {}", half(amount), unit(measure)),
        Measure::Bytes => size(amount),
        Measure::Throttles => plural(amount, "throttle"),
        Measure::Latency => latency(amount),
        Measure::Arrivals => {
            format!("{} index {}", count(amount), if amount == 1 { "entry" } else { "entries" })
        }
    }
}

/// An amount without its unit, where it needs none.
pub fn figure(measure: Measure, amount: u64) -> String {
    match measure {
        Measure::Reads | Measure::Writes => half(amount),
        Measure::Throttles | Measure::Arrivals => count(amount),
        Measure::Latency if amount == 0 => "–".to_owned(),
        Measure::Bytes | Measure::Latency => text(measure, amount),
    }
}

/// Of a whole, in percent: `13 %`, `0.4 %`.
pub fn percent(part: u64, whole: u64) -> String {
    let thousandths = u128::from(part) * 1000 / u128::from(whole.max(1));
    match thousandths {
        0 if part > 0 => "under 0.1 %".to_owned(),
        1..100 => format!("{}.{} %", thousandths / 10, thousandths % 10),
        _ => format!("{} %", count((thousandths / 10) as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::bands::tests::orders;
    use super::*;

    #[test]
    fn every_measure_has_its_name_and_words() {
        for measure in Measure::ALL {
            assert_eq!(from_slug(slug(measure)), Some(measure));
        }
        assert_eq!(
            Measure::ALL.map(|measure| text(measure, 3)),
            ["1.5 WCU", "1.5 RCU", "3 B", "3 throttles", "3 µs", "3 index entries"]
        );
        let band = &orders()[0];
        assert_eq!(
            Measure::ALL.map(|measure| limit(measure, band)),
            [Some(2000), Some(6000), None, None, None, None]
        );
    }

    #[test]
    fn shares_are_written_for_people() {
        let texts = [(1, 8), (4, 1000), (1, 100_000), (0, 5), (5000, 2)].map(|(a, b)| percent(a, b));
        assert_eq!(texts, ["12 %", "0.4 %", "under 0.1 %", "0 %", "250,000 %"]);
    }
}
