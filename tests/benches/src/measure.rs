//! Taking the time of a piece of work, and what came of it.

use std::fmt;
use std::time::{Duration, Instant};

/// One measured figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
}

impl Figure {
    /// A figure.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Figure {
        Figure { name: name.into(), value, unit }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:.3} {}", self.name, self.value, self.unit)
    }
}

/// The best time of `rounds` rounds, for one of the `count` pieces that a round does.
pub fn best(
    rounds: u32,
    count: u64,
    mut round: impl FnMut() -> Result<(), String>,
) -> Result<Duration, String> {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        round()?;
        best = best.min(start.elapsed());
    }
    let nanoseconds = best.as_nanos() / u128::from(count.max(1));
    Ok(Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX)))
}

/// The CPU time that this thread has used.
pub fn cpu_time() -> Result<Duration, String> {
    let path = "/proc/thread-self/schedstat";
    let text = std::fs::read_to_string(path).map_err(|e| format!("CPU time is read from {path}: {e}"))?;
    let nanoseconds = text.split(' ').next().and_then(|word| word.parse().ok());
    nanoseconds.map(Duration::from_nanos).ok_or(format!("{path} cannot be read"))
}

/// How many microseconds.
pub fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1000.0
}

/// How many times as long.
pub fn ratio(time: Duration, base: Duration) -> f64 {
    time.as_nanos() as f64 / base.as_nanos().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_round_ends_the_measurement() {
        assert_eq!(best(3, 1, || Err("no".into())), Err("no".into()));
        assert!(best(3, 10, || Ok(())).is_ok());
    }

    #[test]
    fn a_figure_is_printed_on_three_words() {
        assert_eq!(Figure::new("a.b", 1.5, "us").to_string(), "a.b 1.500 us");
        assert_eq!(ratio(Duration::from_nanos(30), Duration::from_nanos(10)), 3.0);
        assert_eq!(micros(Duration::from_nanos(1500)), 1.5);
    }
}
