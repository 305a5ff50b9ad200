//! What stretch of time and which rows are shown, and what zooming and panning make of it. Pure.

/// The shortest stretch of time that can be shown, in seconds.
pub const SHORTEST: u64 = 10;
/// The fewest rows, in units of a row.
const FEWEST: f64 = 1.0;

/// The time that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// So many seconds up to now.
    Live(u64),
    /// The seconds from the first to the one before the second.
    Fixed(u64, u64),
}

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// The time.
    pub time: Time,
    /// The part of the vertical axis, in units of a row; none for all of it.
    pub rows: Option<(f64, f64)>,
}

/// What there is to be shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The oldest second that is kept.
    pub oldest: u64,
    /// The second behind the newest.
    pub end: u64,
    /// The end of the vertical axis.
    pub rows: f64,
}

/// What the reader does to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Move {
    /// Makes the time so many times shorter around a moment, in seconds; longer below 1.
    ZoomTime(f64, f64),
    /// Makes the rows so many times fewer around a place of the axis; more below 1.
    ZoomRows(f64, f64),
    /// Shows later seconds, or earlier ones below 0, and rows further down.
    Pan(f64, f64),
    /// Shows this stretch of time and these rows, where they are given.
    Brush(Option<(f64, f64)>, Option<(f64, f64)>),
    /// Shows so many seconds up to now.
    Follow(u64),
    /// Holds still.
    Pause,
}

impl Viewport {
    /// The seconds that are shown: the first, and the one behind the last.
    pub fn seconds(&self, bounds: Bounds) -> (u64, u64) {
        match self.time {
            Time::Live(seconds) => (bounds.end.saturating_sub(seconds), bounds.end),
            Time::Fixed(from, to) => (from, to),
        }
    }

    /// How many seconds are shown.
    pub fn length(&self) -> u64 {
        match self.time {
            Time::Live(seconds) => seconds,
            Time::Fixed(from, to) => to - from,
        }
    }

    /// The part of the vertical axis that is shown.
    pub fn span(&self, bounds: Bounds) -> (f64, f64) {
        match self.rows {
            Some((top, end)) if top < bounds.rows => (top, end.min(bounds.rows)),
            _ => (0.0, bounds.rows),
        }
    }

    /// Whether it follows.
    pub fn is_live(&self) -> bool {
        matches!(self.time, Time::Live(_))
    }

    /// What the reader's doing makes of it.
    pub fn after(self, what: Move, bounds: Bounds) -> Viewport {
        let (from, to) = self.seconds(bounds);
        let (top, end) = self.span(bounds);
        let most = (bounds.end.saturating_sub(bounds.oldest)).max(3_600);
        match what {
            Move::ZoomTime(around, factor) => {
                let length = ((to - from) as f64 / factor).round() as u64;
                let length = length.clamp(SHORTEST, most.max(to - from));
                if self.is_live() {
                    return Viewport { time: Time::Live(length), ..self };
                }
                let share = ((around - from as f64) / (to - from).max(1) as f64).clamp(0.0, 1.0);
                let first = (around - share * length as f64).round().max(0.0) as u64;
                Viewport { time: Time::Fixed(first, first + length), ..self }
            }
            Move::ZoomRows(around, factor) => {
                let length = (end - top) / factor;
                if length >= bounds.rows {
                    return Viewport { rows: None, ..self };
                }
                let share = ((around - top) / (end - top)).clamp(0.0, 1.0);
                Viewport { rows: within(around - share * length, length, bounds.rows), ..self }
            }
            Move::Pan(seconds, rows) => {
                let rows = self.rows.and_then(|_| within(top + rows, end - top, bounds.rows));
                let by = seconds.round() as i64;
                if by == 0 {
                    return Viewport { rows, ..self };
                }
                let first = from.saturating_add_signed(by);
                let last = first + (to - from);
                // The newest second again: follow from here.
                let time = match by > 0 && last >= bounds.end {
                    true => Time::Live(to - from),
                    false => Time::Fixed(first, last),
                };
                Viewport { time, rows }
            }
            Move::Brush(time, rows) => Viewport {
                time: time.map_or(self.time, |(from, to)| {
                    let first = from.floor().max(0.0) as u64;
                    let last = (to.ceil() as u64).max(first + SHORTEST);
                    Time::Fixed(first, last)
                }),
                rows: match rows {
                    Some((top, end)) => within(top, end - top, bounds.rows),
                    None => self.rows,
                },
            },
            Move::Follow(seconds) => Viewport { time: Time::Live(seconds.max(SHORTEST)), ..self },
            Move::Pause => Viewport { time: Time::Fixed(from, to), ..self },
        }
    }
}

/// So much of the axis from about there, never less than the fewest; none where that is all of it.
fn within(top: f64, length: f64, rows: f64) -> Option<(f64, f64)> {
    let length = length.max(FEWEST);
    if length >= rows {
        return None;
    }
    let top = top.clamp(0.0, rows - length);
    Some((top, top + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { oldest: 1_000, end: 2_000, rows: 8.0 };
    const FIXED: Viewport = Viewport { time: Time::Fixed(1_200, 1_300), rows: Some((2.0, 6.0)) };

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let nearer = FIXED.after(Move::ZoomTime(1_225.0, 2.0), BOUNDS);
        assert_eq!(nearer.time, Time::Fixed(1_213, 1_263), "a quarter of the way before and after");
        let nearer = FIXED.after(Move::ZoomRows(3.0, 2.0), BOUNDS);
        assert_eq!(nearer.rows, Some((2.5, 4.5)));
        assert_eq!(nearer.after(Move::ZoomRows(3.0, 0.5), BOUNDS).rows, Some((2.0, 6.0)), "and back");
        assert_eq!(FIXED.after(Move::ZoomRows(3.0, 0.1), BOUNDS).rows, None);
    }

    #[test]
    fn there_is_an_end_to_zooming() {
        let mut nearest = FIXED;
        (0..40).for_each(|_| nearest = nearest.after(Move::ZoomTime(1_250.0, 1.5), BOUNDS));
        (0..40).for_each(|_| nearest = nearest.after(Move::ZoomRows(3.0, 1.5), BOUNDS));
        assert_eq!(nearest.length(), SHORTEST);
        let (top, end) = nearest.span(BOUNDS);
        assert!((end - top - 1.0).abs() < 1e-9 && (top..end).contains(&3.0));
        let mut farthest = FIXED;
        (0..40).for_each(|_| farthest = farthest.after(Move::ZoomTime(1_250.0, 0.5), BOUNDS));
        assert_eq!(farthest.length(), 3_600);
    }

    #[test]
    fn following_goes_on_while_zooming_and_comes_back_with_panning() {
        let live = Viewport { time: Time::Live(60), rows: None };
        assert_eq!(live.seconds(BOUNDS), (1_940, 2_000));
        assert_eq!(live.after(Move::ZoomTime(1_950.0, 0.5), BOUNDS).time, Time::Live(120));
        let held = live.after(Move::Pause, BOUNDS);
        assert_eq!(held.time, Time::Fixed(1_940, 2_000));
        let earlier = held.after(Move::Pan(-30.0, 0.0), BOUNDS);
        assert_eq!(earlier.time, Time::Fixed(1_910, 1_970));
        assert_eq!(earlier.after(Move::Pan(31.0, 0.0), BOUNDS).time, Time::Live(60));
    }

    #[test]
    fn a_brush_shows_what_it_was_drawn_over() {
        let brushed = FIXED.after(Move::Brush(Some((1_210.4, 1_228.2)), Some((7.5, 9.0))), BOUNDS);
        assert_eq!(brushed, Viewport { time: Time::Fixed(1_210, 1_229), rows: Some((6.5, 8.0)) });
        let rows = FIXED.after(Move::Brush(None, Some((1.0, 3.0))), BOUNDS);
        assert_eq!(rows, Viewport { rows: Some((1.0, 3.0)), ..FIXED });
        assert_eq!(FIXED.after(Move::Brush(None, Some((0.0, 9.0))), BOUNDS).span(BOUNDS), (0.0, 8.0));
        let gone = Bounds { rows: 1.5, ..BOUNDS };
        assert_eq!(FIXED.span(gone), (0.0, 1.5), "the rows that it showed are gone");
    }
}
