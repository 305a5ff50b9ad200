//! Where everything of the heatmap stands, in CSS pixels: bands, rows, seconds, ticks. Pure.

use super::bands::Band;

/// The height of a band's title.
pub const TITLE: f64 = 24.0;
/// The height of the time axis.
pub const AXIS: f64 = 24.0;
/// Rows share this height, where there is room…
pub const ROWS: f64 = 300.0;
/// …but none is lower than this…
const ROW_MIN: f64 = 4.0;
/// …or higher than this.
const ROW_MAX: f64 = 52.0;
/// The least distance of two labels on the time axis.
const TICK: f64 = 76.0;

/// The places.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The width of the labels on the left.
    pub labels: f64,
    /// The width of the cells.
    pub width: f64,
    /// The height, without the time axis.
    pub height: f64,
    /// The height of a row.
    pub row_height: f64,
    /// The top of each band's title.
    pub titles: Vec<f64>,
    /// The top of each row.
    pub tops: Vec<f64>,
    /// The first second.
    pub first: u64,
    /// How many seconds.
    pub seconds: usize,
}

impl Layout {
    /// The places of `bands` over `seconds` seconds from `first`, in a box of this width; the rows share `rows_height`.
    pub fn new(bands: &[Band], width: f64, rows_height: f64, first: u64, seconds: usize) -> Layout {
        let labels = if width < 520.0 { 44.0 } else { 128.0 };
        let rows: usize = bands.iter().map(|band| band.rows.len()).sum();
        let row_height = (rows_height / rows.max(1) as f64).floor().clamp(ROW_MIN, ROW_MAX);
        let (mut titles, mut tops, mut height) = (Vec::new(), Vec::new(), 0.0);
        for band in bands {
            titles.push(height);
            height += TITLE;
            for _ in &band.rows {
                tops.push(height);
                height += row_height;
            }
            height += 4.0;
        }
        Layout { labels, width: (width - labels).max(1.0), height, row_height, titles, tops, first, seconds }
    }

    /// The left edge of a second, from the left edge of the cells.
    pub fn x(&self, second: f64) -> f64 {
        (second - self.first as f64) * self.width / self.seconds.max(1) as f64
    }

    /// The row and the second at a place of the whole box.
    pub fn at(&self, x: f64, y: f64) -> Option<(usize, u64)> {
        let row = self
            .tops
            .iter()
            .rposition(|top| *top <= y)
            .filter(|row| y < self.tops[*row] + self.row_height)?;
        let share = (x - self.labels) / self.width;
        if !(0.0..1.0).contains(&share) {
            return None;
        }
        Some((row, self.first + (share * self.seconds as f64) as u64))
    }

    /// Whether rows are high enough for a label each; otherwise every how many-th has one.
    pub fn label_every(&self) -> usize {
        (13.0 / self.row_height).ceil().max(1.0) as usize
    }

    /// The seconds that the time axis names.
    pub fn ticks(&self) -> Vec<u64> {
        const STEPS: [u64; 9] = [1, 2, 5, 10, 15, 30, 60, 120, 300];
        let second_width = self.width / self.seconds.max(1) as f64;
        let step = STEPS.into_iter().find(|step| *step as f64 * second_width >= TICK).unwrap_or(600);
        (self.first.next_multiple_of(step)..self.first + self.seconds as u64).step_by(step as usize).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::bands::tests::orders;
    use super::*;

    #[test]
    fn what_is_drawn_at_a_place_is_found_there() {
        let layout = Layout::new(&orders(), 728.0, ROWS, 1000, 60);
        assert_eq!((layout.width, layout.row_height), (600.0, 52.0));
        assert_eq!(layout.tops, [24.0, 76.0, 156.0]);
        assert_eq!(layout.height, 212.0);
        for (row, top) in layout.tops.iter().enumerate() {
            let x = layout.labels + layout.x(1007.0) + 1.0;
            assert_eq!(layout.at(x, top + 1.0), Some((row, 1007)));
        }
        assert_eq!(layout.at(200.0, 10.0), None, "a title is no row");
        assert_eq!(layout.at(200.0, 140.0), None, "nor is the next one");
        assert_eq!(layout.at(20.0, 30.0), None, "nor is a label a second");
        assert_eq!(layout.at(728.0, 30.0), None);
    }

    #[test]
    fn ticks_are_round_and_apart() {
        assert_eq!(
            Layout::new(&orders(), 728.0, ROWS, 1003, 60).ticks(),
            [1005, 1015, 1025, 1035, 1045, 1055].map(|second: u64| second.next_multiple_of(10)).to_vec()
        );
        assert_eq!(Layout::new(&orders(), 728.0, ROWS, 1000, 600).ticks(), [1080, 1200, 1320, 1440, 1560]);
        assert!(Layout::new(&[], 100.0, ROWS, 0, 0).ticks().is_empty());
    }
}
