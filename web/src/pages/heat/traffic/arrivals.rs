//! How often requests are sent, as it is typed. Pure.

use engine::workload::Rate;
use serde::{Deserialize, Serialize};

use super::draft::Faults;
use super::number::number;
use super::quick::RATE_MAX;
use crate::state::explanation::count;

/// What the rate does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Always the same.
    #[default]
    Constant,
    /// A straight line, then level.
    Ramp,
    /// More for a while.
    Spike,
    /// A day's rise and fall.
    Day,
    /// Straight lines from point to point.
    Curve,
    /// Level from point to point.
    Steps,
    /// The rows of a log at their times.
    Log,
}

impl Kind {
    /// All of them, with what they are called.
    pub const ALL: [(Kind, &str, &str); 7] = [
        (Kind::Constant, "constant", "Constant"),
        (Kind::Ramp, "ramp", "Ramp"),
        (Kind::Spike, "spike", "Spike"),
        (Kind::Day, "day", "Day curve"),
        (Kind::Curve, "curve", "Curve through points"),
        (Kind::Steps, "steps", "Steps"),
        (Kind::Log, "log", "A log file (CSV)"),
    ];
}

/// The fields: times in seconds, rates in requests a second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArrivalsDraft {
    /// What the rate does.
    pub kind: Kind,
    /// The rate; of a ramp, a spike or a day the low one.
    pub low: String,
    /// The high one.
    pub high: String,
    /// When a spike begins.
    pub at_s: String,
    /// How long a ramp, a spike or a day takes.
    pub for_s: String,
    /// A curve's or steps' points: a line each, `seconds rate`.
    pub points: String,
}

impl Default for ArrivalsDraft {
    fn default() -> ArrivalsDraft {
        ArrivalsDraft {
            kind: Kind::Constant,
            low: "100".into(),
            high: "1,000".into(),
            at_s: "20".into(),
            for_s: "60".into(),
            points: "0 100\n30 1,000\n60 100".into(),
        }
    }
}

/// Milliseconds as seconds: `1.5`.
fn seconds(ms: u64) -> String {
    match ms % 1_000 {
        0 => count(ms / 1_000),
        part => format!("{}.{}", ms / 1_000, format!("{part:03}").trim_end_matches('0')),
    }
}

/// Seconds, perhaps with a fraction, as milliseconds.
fn millis(text: &str, least_ms: u64) -> Result<u64, String> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let digits = (1..=3).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let part = format!("{fraction:0<3}").parse::<u64>().ok().filter(|_| digits);
    let ms = number(whole, 0, 604_800).ok().zip(part).map(|(whole, part)| whole * 1_000 + part);
    ms.filter(|ms| *ms >= least_ms).ok_or_else(|| "Seconds, up to 604,800 (a week).".to_owned())
}

impl ArrivalsDraft {
    /// The fields of that rate.
    pub fn of(rate: &Rate, is_log: bool) -> ArrivalsDraft {
        let empty = ArrivalsDraft::default();
        let lines = |points: &[(u64, u64)]| {
            let lines = points.iter().map(|(at_ms, rate)| format!("{} {}", seconds(*at_ms), count(*rate)));
            lines.collect::<Vec<_>>().join("\n")
        };
        let mut draft = match rate {
            Rate::Constant { per_second } => ArrivalsDraft { low: count(*per_second), ..empty },
            Rate::Ramp { from, to, over_ms } => ArrivalsDraft {
                kind: Kind::Ramp,
                low: count(*from),
                high: count(*to),
                for_s: seconds(*over_ms),
                ..empty
            },
            Rate::Spike { base, peak, at_ms, for_ms } => ArrivalsDraft {
                kind: Kind::Spike,
                low: count(*base),
                high: count(*peak),
                at_s: seconds(*at_ms),
                for_s: seconds(*for_ms),
                ..empty
            },
            Rate::Day { low, high, day_ms } => ArrivalsDraft {
                kind: Kind::Day,
                low: count(*low),
                high: count(*high),
                for_s: seconds(*day_ms),
                ..empty
            },
            Rate::Curve { points } => ArrivalsDraft { kind: Kind::Curve, points: lines(points), ..empty },
            Rate::Steps { steps } => ArrivalsDraft { kind: Kind::Steps, points: lines(steps), ..empty },
        };
        if is_log {
            draft.kind = Kind::Log;
        }
        draft
    }

    /// Whether a log says when.
    pub fn is_log(&self) -> bool {
        self.kind == Kind::Log
    }

    /// The rate; what is wrong is entered under its field.
    pub fn rate(&self, faults: &mut Faults) -> Rate {
        let mut take = |name: &str, read: Result<u64, String>| {
            read.unwrap_or_else(|message| {
                faults.insert(name.to_owned(), message);
                1
            })
        };
        let rate = |text: &str| number(text, 0, RATE_MAX);
        match self.kind {
            Kind::Constant => Rate::Constant { per_second: take("low", number(&self.low, 1, RATE_MAX)) },
            Kind::Log => Rate::Constant { per_second: number(&self.low, 1, RATE_MAX).unwrap_or(1) },
            Kind::Ramp => Rate::Ramp {
                from: take("low", rate(&self.low)),
                to: take("high", rate(&self.high)),
                over_ms: take("for", millis(&self.for_s, 1)),
            },
            Kind::Spike => Rate::Spike {
                base: take("low", rate(&self.low)),
                peak: take("high", rate(&self.high)),
                at_ms: take("at", millis(&self.at_s, 0)),
                for_ms: take("for", millis(&self.for_s, 1)),
            },
            Kind::Day => Rate::Day {
                low: take("low", rate(&self.low)),
                high: take("high", rate(&self.high)),
                day_ms: take("for", millis(&self.for_s, 1_000)),
            },
            Kind::Curve => Rate::Curve { points: self.points(faults) },
            Kind::Steps => Rate::Steps { steps: self.points(faults) },
        }
    }

    fn points(&self, faults: &mut Faults) -> Vec<(u64, u64)> {
        let mut points: Vec<(u64, u64)> = Vec::new();
        let lines = self.points.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        for (at, line) in lines {
            let words = line.trim().split_once(char::is_whitespace);
            let read =
                words.and_then(|(at, rate)| Some((millis(at, 0).ok()?, number(rate, 0, RATE_MAX).ok()?)));
            let after = |point: &(u64, u64)| points.last().is_none_or(|last| last.0 < point.0);
            match read {
                Some(point) if after(&point) => points.push(point),
                Some(_) => {
                    faults.insert("points".into(), format!("Line {}: times must ascend.", at + 1));
                }
                None => {
                    let message =
                        format!("Line {}: seconds and requests a second, such as “30 1,000”.", at + 1);
                    faults.insert("points".into(), message);
                }
            }
        }
        if points.is_empty() && !faults.contains_key("points") {
            faults.insert("points".into(), "One point at least.".into());
        }
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_comes_back_from_its_fields() {
        for rate in [
            Rate::Constant { per_second: 1_200 },
            Rate::Ramp { from: 0, to: 90, over_ms: 1_500 },
            Rate::Spike { base: 1, peak: 20_000, at_ms: 0, for_ms: 30_050 },
            Rate::Day { low: 5, high: 10, day_ms: 86_400_000 },
            Rate::black_friday(),
            Rate::Steps { steps: vec![(0, 1), (2_500, 0)] },
        ] {
            let mut faults = Faults::new();
            assert_eq!(ArrivalsDraft::of(&rate, false).rate(&mut faults), rate);
            assert!(faults.is_empty(), "{faults:?}");
            assert!(ArrivalsDraft::of(&rate, true).is_log());
        }
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let fault = |draft: ArrivalsDraft| {
            let mut faults = Faults::new();
            draft.rate(&mut faults);
            faults
        };
        let spike =
            ArrivalsDraft { kind: Kind::Spike, at_s: "-1".into(), for_s: "0".into(), ..Default::default() };
        assert_eq!(fault(spike).keys().collect::<Vec<_>>(), ["at", "for"]);
        for (points, message) in [
            ("", "One point at least."),
            ("0 1\nx", "Line 2: seconds and requests a second, such as “30 1,000”."),
            ("5 1\n5 2", "Line 2: times must ascend."),
        ] {
            let curve = ArrivalsDraft { kind: Kind::Curve, points: points.into(), ..Default::default() };
            assert_eq!(fault(curve)["points"], message);
        }
    }
}
