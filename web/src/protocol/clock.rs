//! A workspace's clock, as page and worker speak of it.
//!
//! Owns the speeds, what can be asked of a clock, and what is told of one. Reads no clock.

use serde::{Deserialize, Serialize};

/// How fast a clock runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Speed {
    #[default]
    #[serde(rename = "1x")]
    One,
    #[serde(rename = "2x")]
    Two,
    #[serde(rename = "10x")]
    Ten,
    #[serde(rename = "60x")]
    Sixty,
    #[serde(rename = "3600x")]
    Hour,
    /// As fast as the machine can, but at most a day a second.
    #[serde(rename = "max")]
    Most,
}

impl Speed {
    /// All speeds, the slowest first.
    pub const ALL: [Speed; 6] = [Speed::One, Speed::Two, Speed::Ten, Speed::Sixty, Speed::Hour, Speed::Most];

    /// How many milliseconds pass in one of the wall clock's, at most.
    pub fn times(self) -> u32 {
        match self {
            Speed::One => 1,
            Speed::Two => 2,
            Speed::Ten => 10,
            Speed::Sixty => 60,
            Speed::Hour => 3_600,
            Speed::Most => 86_400,
        }
    }

    /// `10x`; `max` for the fastest.
    pub fn name(self) -> &'static str {
        match self {
            Speed::One => "1x",
            Speed::Two => "2x",
            Speed::Ten => "10x",
            Speed::Sixty => "60x",
            Speed::Hour => "3600x",
            Speed::Most => "max",
        }
    }

    /// The speed of that name.
    pub fn from_name(name: &str) -> Option<Speed> {
        Speed::ALL.into_iter().find(|speed| speed.name() == name)
    }

    /// The next faster one, or, with `false`, the next slower; the same at the ends.
    pub fn next(self, faster: bool) -> Speed {
        let at = Speed::ALL.iter().position(|speed| *speed == self).unwrap_or(0);
        let to = if faster { at + 1 } else { at.saturating_sub(1) };
        Speed::ALL.get(to).copied().unwrap_or(self)
    }
}

/// How a clock runs: what is saved of it beside its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pace {
    /// It stands still.
    pub paused: bool,
    /// How fast it runs when it does.
    pub speed: Speed,
}

/// What can be asked of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClockChange {
    /// Stand still.
    Pause,
    /// Run on.
    Run,
    /// Run at that speed.
    Speed {
        /// Which.
        speed: Speed,
    },
    /// Move on to the next moment at which something happens by itself, and stand still there.
    Step,
    /// Move ahead by so many milliseconds, letting everything on the way happen.
    Ahead {
        /// How far.
        ms: u64,
    },
    /// End a move ahead where it is.
    Stop,
}

/// A clock as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockState {
    /// Its time, in milliseconds of the epoch.
    pub now_ms: u64,
    /// How it runs.
    pub pace: Pace,
    /// From when to when it is being moved ahead.
    pub ahead: Option<(u64, u64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_have_their_names_and_their_neighbours() {
        for speed in Speed::ALL {
            assert_eq!(Speed::from_name(speed.name()), Some(speed));
            assert_eq!(serde_json::to_string(&speed).unwrap(), format!("\"{}\"", speed.name()));
        }
        assert_eq!(Speed::One.next(true), Speed::Two);
        assert_eq!((Speed::One.next(false), Speed::Most.next(true)), (Speed::One, Speed::Most));
    }

    #[test]
    fn a_change_is_plain_json() {
        let ahead = serde_json::to_string(&ClockChange::Ahead { ms: 5 }).unwrap();
        assert_eq!(ahead, r#"{"ahead":{"ms":5}}"#);
    }
}
