//! When requests arrive: a rate over time, and even or Poisson arrivals at it.
//!
//! Owns the rates and the walk along them. Time is in milliseconds since the start; expected arrivals are counted in
//! millionths, so that nothing is rounded away. The rate is looked at every tenth of a second.

use serde::{Deserialize, Serialize};

use crate::random::Random;

/// How many requests a second, over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Rate {
    /// Always so many.
    Constant {
        /// Requests a second.
        per_second: u64,
    },
    /// Rising or falling in a straight line, and staying there.
    Ramp {
        /// Requests a second at the start…
        from: u64,
        /// …and at the end of it.
        to: u64,
        /// How long it takes, in milliseconds.
        over_ms: u64,
    },
    /// More for a while, at once and at once over.
    Spike {
        /// Requests a second before and after.
        base: u64,
        /// Requests a second in it.
        peak: u64,
        /// When it begins, in milliseconds.
        at_ms: u64,
        /// How long it lasts, in milliseconds.
        for_ms: u64,
    },
    /// From each time on so many; none before the first.
    Steps {
        /// Times in milliseconds, ascending, each with requests a second.
        steps: Vec<(u64, u64)>,
    },
    /// Straight lines from point to point; level before the first and behind the last.
    Curve {
        /// Times in milliseconds, ascending, each with requests a second.
        points: Vec<(u64, u64)>,
    },
    /// A day's rise and fall, again and again: the least at its start, the most twelve hours later.
    Day {
        /// Requests a second at the start of a day…
        low: u64,
        /// …and in its middle.
        high: u64,
        /// How long a day lasts, in milliseconds: 86,400,000, or less for a film of it.
        day_ms: u64,
    },
}

impl Rate {
    /// The Black Friday of the project's first document: 1,000 requests a second, 100,000 within a minute, and back.
    pub fn black_friday() -> Rate {
        let points = [(0, 1_000), (30_000, 1_000), (60_000, 100_000), (120_000, 100_000), (150_000, 1_000)];
        Rate::Curve { points: points.to_vec() }
    }

    /// So many of `whole` of it, at least one a second where there are any.
    pub fn share(&self, part: u64, whole: u64) -> Rate {
        let of = |rate: u64| {
            let share = u128::from(rate) * u128::from(part) / u128::from(whole.max(1));
            (share as u64).max(u64::from(rate > 0))
        };
        let each = |all: &[(u64, u64)]| all.iter().map(|(at_ms, rate)| (*at_ms, of(*rate))).collect();
        match *self {
            Rate::Constant { per_second } => Rate::Constant { per_second: of(per_second) },
            Rate::Ramp { from, to, over_ms } => Rate::Ramp { from: of(from), to: of(to), over_ms },
            Rate::Spike { base, peak, at_ms, for_ms } => {
                Rate::Spike { base: of(base), peak: of(peak), at_ms, for_ms }
            }
            Rate::Steps { ref steps } => Rate::Steps { steps: each(steps) },
            Rate::Curve { ref points } => Rate::Curve { points: each(points) },
            Rate::Day { low, high, day_ms } => Rate::Day { low: of(low), high: of(high), day_ms },
        }
    }

    /// Requests a second, in thousandths, at a time.
    pub fn at(&self, ms: u64) -> u64 {
        let line = |from: u64, to: u64, part: u64, whole: u64| {
            let (from, to, whole) =
                (i128::from(from) * 1_000, i128::from(to) * 1_000, i128::from(whole.max(1)));
            (from + (to - from) * i128::from(part.min(whole as u64)) / whole) as u64
        };
        match self {
            Rate::Constant { per_second } => per_second * 1_000,
            Rate::Ramp { from, to, over_ms } => {
                if ms >= *over_ms {
                    to * 1_000
                } else {
                    line(*from, *to, ms, *over_ms)
                }
            }
            Rate::Spike { base, peak, at_ms, for_ms } => {
                let within = (*at_ms..at_ms.saturating_add(*for_ms)).contains(&ms);
                1_000 * if within { peak } else { base }
            }
            Rate::Steps { steps } => {
                let next = steps.partition_point(|(at, _)| *at <= ms);
                next.checked_sub(1).map_or(0, |at| steps[at].1 * 1_000)
            }
            Rate::Curve { points } => {
                let next = points.partition_point(|(at, _)| *at <= ms);
                match (next.checked_sub(1).map(|at| points[at]), points.get(next)) {
                    (None, None) => 0,
                    (Some((_, level)), None) | (None, Some(&(_, level))) => level * 1_000,
                    (Some((start, from)), Some(&(end, to))) => line(from, to, ms - start, end - start),
                }
            }
            Rate::Day { low, high, day_ms } => {
                let turn = (ms % day_ms.max(&1)) as f64 / (*day_ms).max(1) as f64;
                let part = (1.0 - libm::cos(turn * std::f64::consts::TAU)) / 2.0;
                line(*low, *high, libm::round(part * 1e9) as u64, 1_000_000_000)
            }
        }
    }

    /// The most that it comes to, in requests a second.
    pub fn peak(&self) -> u64 {
        match self {
            Rate::Constant { per_second } => *per_second,
            Rate::Ramp { from, to, .. } => *from.max(to),
            Rate::Spike { base, peak, .. } => *base.max(peak),
            Rate::Steps { steps: points } | Rate::Curve { points } => {
                points.iter().map(|(_, rate)| *rate).max().unwrap_or(0)
            }
            Rate::Day { low, high, .. } => *low.max(high),
        }
    }
}

/// How arrivals are spread at their rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Spread {
    /// One after the other at even distances.
    Even,
    /// As of many clients that know nothing of each other: the distances are exponential.
    #[default]
    Poisson,
}

/// How often the rate is looked at, in milliseconds.
const WINDOW_MS: u64 = 100;
/// One arrival.
const ONE: u64 = 1_000_000;

/// The walk along a rate, from arrival to arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrivals {
    rate: Rate,
    spread: Spread,
    /// Where the walk is: the start of a window and its rate, in thousandths a second…
    window_ms: u64,
    window_rate: u64,
    /// …how much was expected in it up to the last arrival, in millionths of one…
    gone: u64,
    /// …and what is left until the next.
    left: u64,
}

impl Arrivals {
    /// Arrivals from time 0 on.
    pub fn new(rate: Rate, spread: Spread, random: &mut Random) -> Arrivals {
        let window_rate = rate.at(0);
        let mut arrivals = Arrivals { rate, spread, window_ms: 0, window_rate, gone: 0, left: 0 };
        if spread == Spread::Poisson {
            arrivals.left = arrivals.distance(random);
        }
        arrivals
    }

    fn distance(&self, random: &mut Random) -> u64 {
        match self.spread {
            Spread::Even => ONE,
            Spread::Poisson => {
                let uniform = (f64::from(random.next_u32()) + 1.0) / 4_294_967_296.0;
                (-libm::log(uniform) * ONE as f64) as u64
            }
        }
    }

    /// When the next request arrives, if that is by `until_ms`.
    pub fn next_by(&mut self, until_ms: u64) -> Option<u64> {
        loop {
            if self.window_ms > until_ms {
                return None;
            }
            // Thousandths a second over so many milliseconds are millionths.
            let expected = self.window_rate * WINDOW_MS;
            if self.gone + self.left < expected {
                let at_ms = self.window_ms + (self.gone + self.left) / self.window_rate;
                return (at_ms <= until_ms).then_some(at_ms);
            }
            self.left -= expected - self.gone;
            self.window_ms += WINDOW_MS;
            self.gone = 0;
            self.window_rate = self.rate.at(self.window_ms);
        }
    }

    /// The next request has arrived: on to the one after it.
    pub fn advance(&mut self, random: &mut Random) {
        self.gone += self.left;
        self.left = self.distance(random);
    }

    /// Leaves out what arrives before that time: how many requests that are, or, of Poisson arrivals, are to be expected.
    pub fn skip_to(&mut self, ms: u64, random: &mut Random) -> u64 {
        // What is expected between the last arrival and that time.
        let mut expected = 0;
        while self.window_ms + WINDOW_MS <= ms {
            expected += self.window_rate * WINDOW_MS - self.gone;
            self.window_ms += WINDOW_MS;
            self.gone = 0;
            self.window_rate = self.rate.at(self.window_ms);
        }
        let gone = self.window_rate * ms.saturating_sub(self.window_ms);
        expected += gone.saturating_sub(self.gone);
        self.gone = self.gone.max(gone);
        if expected <= self.left {
            self.left -= expected;
            return 0;
        }
        let skipped = (expected - self.left).div_ceil(ONE);
        self.left = match self.spread {
            Spread::Even => self.left + skipped * ONE - expected,
            Spread::Poisson => self.distance(random),
        };
        skipped
    }

    /// The rate where the walk is, in requests a second.
    pub fn rate_now(&self) -> u64 {
        self.window_rate / 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(rate: Rate, spread: Spread, until_ms: u64) -> Vec<u64> {
        let mut random = Random::new(3);
        let mut arrivals = Arrivals::new(rate, spread, &mut random);
        let mut times = Vec::new();
        while let Some(at_ms) = arrivals.next_by(until_ms) {
            arrivals.advance(&mut random);
            times.push(at_ms);
        }
        times
    }

    #[test]
    fn even_arrivals_are_even_across_the_windows() {
        let four = times(Rate::Constant { per_second: 4 }, Spread::Even, 1_100);
        assert_eq!(four, [0, 250, 500, 750, 1_000]);
        let three = times(Rate::Constant { per_second: 3 }, Spread::Even, 2_000);
        assert_eq!(three, [0, 333, 666, 1_000, 1_333, 1_666, 2_000]);
        assert_eq!(times(Rate::Constant { per_second: 1_000 }, Spread::Even, 59_999).len(), 60_000);
        assert!(times(Rate::Constant { per_second: 0 }, Spread::Even, 59_999).is_empty());
    }

    #[test]
    fn poisson_arrivals_have_the_rate_and_its_variance() {
        let times = times(Rate::Constant { per_second: 100 }, Spread::Poisson, 999_999);
        assert!((99_000..101_000).contains(&times.len()), "{}", times.len());
        let mut counts = vec![0i64; 1_000];
        times.iter().for_each(|ms| counts[(ms / 1_000) as usize] += 1);
        let variance = counts.iter().map(|n| (n - 100) * (n - 100)).sum::<i64>() / 1_000;
        assert!((85..115).contains(&variance), "of a Poisson process it is the mean: {variance}");
    }

    #[test]
    fn a_share_of_a_rate_is_that_much_of_each_number() {
        let curve = Rate::Curve { points: vec![(0, 0), (10, 3), (20, 100)] };
        assert_eq!(curve.share(1, 4), Rate::Curve { points: vec![(0, 0), (10, 1), (20, 25)] });
        let spike = Rate::Spike { base: 40, peak: u64::MAX, at_ms: 5, for_ms: 6 };
        assert_eq!(spike.share(1, 2), Rate::Spike { base: 20, peak: u64::MAX / 2, at_ms: 5, for_ms: 6 });
        assert_eq!(curve.share(3, 3), curve);
    }

    #[test]
    fn the_rates_are_what_they_say() {
        let ramp = Rate::Ramp { from: 100, to: 300, over_ms: 1_000 };
        assert_eq!([0, 500, 1_000, 9_000].map(|ms| ramp.at(ms)), [100_000, 200_000, 300_000, 300_000]);
        let fall = Rate::Ramp { from: 300, to: 100, over_ms: 1_000 };
        assert_eq!(fall.at(750), 150_000);
        let spike = Rate::Spike { base: 1, peak: 9, at_ms: 10, for_ms: 5 };
        assert_eq!([9, 10, 14, 15].map(|ms| spike.at(ms)), [1_000, 9_000, 9_000, 1_000]);
        let steps = Rate::Steps { steps: vec![(5, 2), (8, 3)] };
        assert_eq!([4, 5, 7, 8].map(|ms| steps.at(ms)), [0, 2_000, 2_000, 3_000]);
        let day = Rate::Day { low: 100, high: 300, day_ms: 86_400_000 };
        let hour = 3_600_000;
        assert_eq!(
            [0, 6 * hour, 12 * hour, 24 * hour].map(|ms| day.at(ms)),
            [100_000, 200_000, 300_000, 100_000]
        );
        let friday = Rate::black_friday();
        assert_eq!(
            [0, 45_000, 60_000, 200_000].map(|ms| friday.at(ms) / 1_000),
            [1_000, 50_500, 100_000, 1_000]
        );
        assert_eq!(friday.peak(), 100_000);
    }

    #[test]
    fn a_ramp_brings_as_many_as_lie_under_it() {
        let ramp = Rate::Ramp { from: 0, to: 1_000, over_ms: 10_000 };
        let times = times(ramp, Spread::Even, 9_999);
        assert!((4_900..=5_000).contains(&times.len()), "{}", times.len());
        assert!(times.is_sorted());
    }

    #[test]
    fn what_is_left_out_is_counted_and_the_rest_comes_as_it_would() {
        let mut random = Random::new(3);
        let rate = Rate::Ramp { from: 10, to: 70, over_ms: 3_000 };
        let all = times(rate.clone(), Spread::Even, 4_000);
        for until_ms in [0, 1, 99, 100, 101, 1_234, 3_999] {
            let mut arrivals = Arrivals::new(rate.clone(), Spread::Even, &mut random);
            assert_eq!(arrivals.next_by(500), Some(0));
            arrivals.advance(&mut random);
            let skipped = arrivals.skip_to(until_ms, &mut random);
            assert_eq!(skipped as usize, all[1..].iter().filter(|at| **at < until_ms).count(), "{until_ms}");
            let next = arrivals.next_by(4_000);
            assert_eq!(next, all[1..].iter().find(|at| **at >= until_ms).copied(), "{until_ms}");
            assert_eq!(arrivals.skip_to(until_ms, &mut random), 0, "nothing is left out twice");
        }
        let mut poisson = Arrivals::new(Rate::Constant { per_second: 500 }, Spread::Poisson, &mut random);
        let skipped = poisson.skip_to(60_000, &mut random);
        assert!((29_900..30_100).contains(&skipped), "{skipped}");
        assert!(poisson.next_by(61_000).is_some_and(|at_ms| at_ms >= 60_000));
    }

    #[test]
    fn asking_early_and_often_changes_nothing() {
        let rate = || Rate::Ramp { from: 10, to: 500, over_ms: 5_000 };
        let mut random = Random::new(3);
        let mut arrivals = Arrivals::new(rate(), Spread::Poisson, &mut random);
        let mut found = Vec::new();
        for until_ms in (0..8_000).step_by(7) {
            while let Some(at_ms) = arrivals.next_by(until_ms) {
                arrivals.advance(&mut random);
                found.push(at_ms);
            }
        }
        let all = times(rate(), Spread::Poisson, 7_999);
        assert!(all.starts_with(&found) && all.len() - found.len() < 20);
    }
}
