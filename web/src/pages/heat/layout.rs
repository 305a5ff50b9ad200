//! Where everything of the heatmap stands, in CSS pixels: bands, rows, columns, ticks. Pure.
//!
//! Heights are measured from the top of the cells, below the histogram of time ([`Layout::head`]).

use engine::insight::Window;

use super::axis::Axis;

/// The height of a band's title.
pub const TITLE: f64 = 24.0;
/// The gap under a band.
const GAP: f64 = 4.0;
/// The height of the time axis.
pub const AXIS: f64 = 24.0;
/// Rows share this height, where there is room…
pub const ROWS: f64 = 320.0;
/// …but none is higher than this, unless it is zoomed in on.
const ROW_MAX: f64 = 52.0;
/// The height of the histogram of time.
const HEAD: f64 = 40.0;
/// The width of the histogram of rows.
const SIDE: f64 = 72.0;
/// The least distance of two labels on the time axis.
const TICK: f64 = 76.0;
/// The least distance of two rows' labels.
const LABEL: f64 = 13.0;
/// The least width of a column.
const COLUMN: f64 = 2.0;
/// The most columns.
pub const COLUMNS: usize = 600;

/// A band's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandPlace {
    /// Which.
    pub band: usize,
    /// The top of its title.
    pub title: f64,
    /// The top of its rows.
    pub top: f64,
    /// The bottom of its rows.
    pub bottom: f64,
    /// The place of the axis that is at its top.
    pub first: f64,
}

/// How much room there is, and for what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// The width of the whole.
    pub width: f64,
    /// The height that the rows share at most.
    pub rows: f64,
    /// Whether there are histograms.
    pub histograms: bool,
}

impl Room {
    /// Whether there is little of it.
    pub fn is_narrow(&self) -> bool {
        self.width < 520.0
    }

    fn labels(&self) -> f64 {
        if self.is_narrow() { 44.0 } else { 140.0 }
    }

    fn side(&self) -> f64 {
        if self.is_narrow() || !self.histograms { 0.0 } else { SIDE }
    }

    fn cells(&self) -> f64 {
        (self.width - self.labels() - self.side()).max(1.0)
    }

    /// How many columns there may be.
    pub fn columns(&self) -> usize {
        ((self.cells() / COLUMN) as usize).clamp(1, COLUMNS)
    }
}

/// The places.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The width of the labels on the left.
    pub labels: f64,
    /// The width of the cells.
    pub width: f64,
    /// The width of the histogram of rows, on the right; 0 where there is none.
    pub side: f64,
    /// The height of the histogram of time; 0 where there is none.
    pub head: f64,
    /// The height of the cells with the bands' titles.
    pub height: f64,
    /// The bands that are shown.
    pub bands: Vec<BandPlace>,
    /// The time.
    pub window: Window,
    /// CSS pixels of a unit of the axis.
    pub scale: f64,
    /// The rows' places on the axis.
    rows: Vec<(f64, f64)>,
}

impl Layout {
    /// The places of the part `span` of an axis over a window of time.
    pub fn new(axis: &Axis, span: (f64, f64), window: Window, room: Room) -> Layout {
        let natural = (axis.end() * ROW_MAX).min(room.rows);
        let height = natural + axis.bands.len() as f64 * (TITLE + GAP);
        let seen = |(_, (top, end)): &(usize, &(f64, f64))| *top < span.1 && *end > span.0;
        let shown: Vec<(usize, &(f64, f64))> = axis.bands.iter().enumerate().filter(seen).collect();
        let share = (height - shown.len() as f64 * (TITLE + GAP)).max(1.0);
        let scale = share / (span.1 - span.0).max(f64::MIN_POSITIVE);
        let mut top = 0.0;
        let mut bands = Vec::new();
        for (band, (first, end)) in shown {
            let (first, end) = (first.max(span.0), end.min(span.1));
            let bottom = top + TITLE + (end - first) * scale;
            bands.push(BandPlace { band, title: top, top: top + TITLE, bottom, first });
            top = bottom + GAP;
        }
        Layout {
            labels: room.labels(),
            width: room.cells(),
            side: room.side(),
            head: if room.histograms { HEAD } else { 0.0 },
            height,
            bands,
            window,
            scale,
            rows: axis.rows.clone(),
        }
    }

    /// The left edge of a second, from the left edge of the cells.
    pub fn x(&self, second: f64) -> f64 {
        (second - self.window.from as f64) * self.width
            / (self.window.step * self.window.columns as u64).max(1) as f64
    }

    /// The second at a place from the left edge of the cells.
    pub fn second_at(&self, x: f64) -> f64 {
        let share = (x / self.width).clamp(0.0, 1.0);
        self.window.from as f64 + share * (self.window.step * self.window.columns as u64) as f64
    }

    /// The width of a column.
    pub fn column_width(&self) -> f64 {
        self.width / self.window.columns.max(1) as f64
    }

    /// Top and bottom of the part of a row that is shown.
    pub fn row(&self, row: usize) -> Option<(f64, f64)> {
        let (first, end) = *self.rows.get(row)?;
        let place = self.bands.iter().find(|place| {
            let last = place.first + (place.bottom - place.top) / self.scale;
            first < last - 1e-9 && end > place.first + 1e-9
        })?;
        let y = |unit: f64| (place.top + (unit - place.first) * self.scale).clamp(place.top, place.bottom);
        Some((y(first), y(end)))
    }

    /// The place of the axis at a height; none between the bands.
    pub fn unit_at(&self, y: f64) -> Option<f64> {
        let place = self.bands.iter().find(|place| (place.top..place.bottom).contains(&y))?;
        Some(place.first + (y - place.top) / self.scale)
    }

    /// The place of the axis that is nearest to a height.
    pub fn unit_near(&self, y: f64) -> f64 {
        let before = self.bands.iter().rfind(|place| place.title <= y).or(self.bands.first());
        before.map_or(0.0, |place| place.first + (y.clamp(place.top, place.bottom) - place.top) / self.scale)
    }

    /// The column at a place from the left edge of the cells.
    pub fn column_at(&self, x: f64) -> Option<usize> {
        let share = x / self.width;
        (0.0..1.0).contains(&share).then_some((share * self.window.columns as f64) as usize)
    }

    /// The rows that have a label, and the middle of each: those that are not too near to the one before.
    pub fn row_labels(&self) -> Vec<(usize, f64)> {
        let mut labels: Vec<(usize, f64)> = Vec::new();
        for row in 0..self.rows.len() {
            let Some((top, bottom)) = self.row(row) else { continue };
            // The first of a band's low rows does not touch its title.
            let under = self.bands.iter().any(|place| top < place.top + 1.0 && top >= place.top);
            let middle = (top + bottom) / 2.0
                + if under { (LABEL / 2.0 - (bottom - top) / 2.0).max(0.0) } else { 0.0 };
            if labels.last().is_none_or(|(_, last)| middle - last >= LABEL) {
                labels.push((row, middle));
            }
        }
        labels
    }

    /// The seconds that the time axis names.
    pub fn ticks(&self) -> Vec<u64> {
        const STEPS: [u64; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400];
        let span = self.window.step * self.window.columns as u64;
        let second_width = self.width / span.max(1) as f64;
        let step = STEPS.into_iter().find(|step| *step as f64 * second_width >= TICK).unwrap_or(864_000);
        (self.window.from.next_multiple_of(step)..self.window.to()).step_by(step as usize).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::axis::Heights;
    use super::super::bands::tests::orders;
    use super::*;

    const ROOM: Room = Room { width: 812.0, rows: ROWS, histograms: true };

    fn layout(span: (f64, f64), seconds: usize) -> Layout {
        let axis = Axis::new(&orders(), Heights::Equal);
        Layout::new(&axis, span, Window { from: 1000, step: 1, columns: seconds }, ROOM)
    }

    #[test]
    fn what_is_drawn_at_a_place_is_found_there() {
        let layout = layout((0.0, 3.0), 60);
        assert_eq!((layout.width, layout.scale, layout.height), (600.0, 52.0, 212.0));
        assert_eq!([0, 1, 2].map(|row| layout.row(row).unwrap().0), [24.0, 76.0, 156.0]);
        for row in 0..3 {
            let (top, bottom) = layout.row(row).unwrap();
            assert_eq!((layout.unit_at(top + 1.0).unwrap() as usize, bottom - top), (row, 52.0));
        }
        assert_eq!(layout.column_at(layout.x(1007.0) + 1.0), Some(7));
        assert_eq!(layout.second_at(layout.x(1007.0)), 1007.0);
        assert_eq!((layout.unit_at(10.0), layout.unit_at(140.0)), (None, None), "titles are no rows");
        assert_eq!(
            (layout.unit_near(-5.0), layout.unit_near(140.0), layout.unit_near(900.0)),
            (0.0, 2.0, 3.0)
        );
        assert_eq!((layout.column_at(-1.0), layout.column_at(600.0)), (None, None));
    }

    #[test]
    fn zoomed_in_rows_are_higher_and_the_whole_is_not() {
        let layout = layout((0.5, 1.5), 60);
        assert_eq!((layout.height, layout.bands.len()), (212.0, 1));
        assert_eq!(
            (layout.row(0), layout.row(1), layout.row(2)),
            (Some((24.0, 116.0)), Some((116.0, 208.0)), None)
        );
        assert_eq!(layout.unit_at(24.0), Some(0.5));
    }

    #[test]
    fn a_thousand_rows_fit_and_have_few_labels() {
        let mut bands = orders();
        let row = bands[0].rows[0].clone();
        bands[0].rows = vec![row; 1_000];
        let axis = Axis::new(&bands, Heights::Equal);
        let layout = Layout::new(&axis, (0.0, 1001.0), Window { from: 0, step: 1, columns: 600 }, ROOM);
        assert_eq!(layout.height, ROWS + 2.0 * (TITLE + 4.0));
        assert!((10..30).contains(&layout.row_labels().len()), "{}", layout.row_labels().len());
    }

    #[test]
    fn ticks_are_round_and_apart() {
        let ticks = |from, step, columns| {
            let axis = Axis::new(&orders(), Heights::Equal);
            Layout::new(&axis, (0.0, 3.0), Window { from, step, columns }, ROOM).ticks()
        };
        assert_eq!(ticks(1003, 1, 60), [1010, 1020, 1030, 1040, 1050, 1060]);
        assert_eq!(ticks(1000, 2, 300), [1080, 1200, 1320, 1440, 1560]);
        assert_eq!(ticks(0, 3_600, 48), [0, 86_400]);
        assert_eq!(Room { width: 390.0, ..ROOM }.columns(), 173);
    }
}
