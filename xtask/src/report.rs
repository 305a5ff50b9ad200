//! What the commands tell the person in front of them: one line a step, with its time; one sentence a failure.
//!
//! Everything goes to standard error, so that standard output holds results only.

use std::fmt;
use std::time::{Duration, Instant};

/// Why a command stopped: one sentence, which names what to do where there is something to do.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// The result of everything here.
pub type Result<T = ()> = std::result::Result<T, Failure>;

/// Stops with a sentence.
pub fn fail<T>(sentence: impl Into<String>) -> Result<T> {
    Err(Failure(sentence.into()))
}

/// Says one line.
pub fn say(line: impl fmt::Display) {
    eprintln!("xtask: {line}");
}

/// Runs one step: says what it does, and afterwards how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(format_args!("{what} …"));
    let start = Instant::now();
    let result = work();
    let time = seconds(start.elapsed());
    match &result {
        Ok(_) => say(format_args!("{what}: done in {time}")),
        Err(_) => say(format_args!("{what}: FAILED after {time}")),
    }
    result
}

/// A time as a person reads it.
pub fn seconds(time: Duration) -> String {
    let s = time.as_secs();
    if s < 60 { format!("{:.1} s", time.as_secs_f64()) } else { format!("{} min {} s", s / 60, s % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_readable() {
        assert_eq!(seconds(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(61)), "1 min 1 s");
    }
}
