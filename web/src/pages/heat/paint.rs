//! The heatmap's pixels, as `putImageData` takes them: red, green, blue and alpha of each. Pure.
//!
//! A column is one pixel wide: the browser makes it as wide as it is on the screen. Only lines with throttled cells are painted as
//! wide as they are seen, for the hatch. Lines of pixels that show the same rows are painted once and copied; where rows are lower
//! than a pixel, the hottest of them is shown, so that a hot one among a thousand is seen.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use engine::insight::ViewColumn;

use super::bands::Band;
use super::grid::{Grid, Heating, Scale};
use super::layout::Layout;
use super::measure::limit;
use super::ramp::{colour, hatch};

/// A picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pixels {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// Four bytes a pixel, row by row.
    pub bytes: Vec<u8>,
}

/// What is painted of a heatmap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Painted {
    /// The width of the whole on the screen, in device pixels.
    pub width: usize,
    /// The cells: a pixel for each column, and for each line of device pixels.
    pub cells: Pixels,
    /// The lines with throttled cells, in device pixels, each part by its first line.
    pub hatched: Vec<(usize, Pixels)>,
    /// The gaps between wide columns, in device pixels: where each begins, and how wide all are.
    pub gaps: (Vec<usize>, usize),
}

/// The left edge of a column on the screen: of a pixel it is the middle that counts, as where an image is drawn wider.
pub fn left_edge(column: usize, columns: usize, width: usize) -> usize {
    (2 * column * width + columns - 1) / (2 * columns)
}

/// How the cells are coloured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// What the hottest colour stands for.
    pub scale: Scale,
    /// So many times brighter.
    pub brightness: f64,
    /// Whether the page is dark.
    pub dark: bool,
    /// Device pixels in a CSS pixel.
    pub density: f64,
}

/// A row where it stands in the picture.
#[derive(Clone, Debug, PartialEq)]
struct Placed {
    row: usize,
    band: usize,
    top: usize,
    bottom: usize,
    /// The first and the last second in which it was there.
    open: (u64, u64),
}

/// Lines of pixels that show the same rows.
#[derive(Debug, PartialEq)]
struct Stripe {
    lines: Range<usize>,
    rows: Vec<Placed>,
    /// The rows as they lie one behind the other, where they do and were there all the time.
    all: Option<Range<usize>>,
}

/// What a stripe shows in one column: a level, and whether it was throttled; [`NOTHING`] where nothing was there.
type Shown = u16;
const NOTHING: Shown = u16::MAX;
const STRUCK: Shown = 0x100;

fn is_struck(shown: Shown) -> bool {
    shown != NOTHING && shown & STRUCK > 0
}

/// What the levels of a column hang on beside the column itself.
#[derive(Debug, PartialEq)]
struct Setting {
    stripes: Vec<Stripe>,
    heating: Vec<Heating>,
    step: u64,
}

/// Paints one picture after another, and looks only at columns that are not as they were: while time goes by, those are few.
#[derive(Debug, Default)]
pub struct Painter {
    setting: Option<Setting>,
    /// What each stripe shows in a column, by the column's first second.
    known: BTreeMap<u64, (Rc<ViewColumn>, Rc<[Shown]>)>,
    painted: Painted,
}

impl Painter {
    /// Draws the cells, without the labels; throttled cells are hatched, and where a partition was not there nothing is drawn.
    pub fn paint(&mut self, bands: &[Band], grid: &Grid, layout: &Layout, look: Look) -> &Painted {
        let device = |length: f64| (length * look.density).round().max(0.0) as usize;
        let (width, height) = (device(layout.width).max(1), device(layout.height).max(1));
        let heating = bands
            .iter()
            .map(|band| Heating::new(grid, limit(grid.measure, band), look.scale, look.brightness));
        let setting = Setting {
            stripes: stripes(&placed(bands, layout, look.density, height), height),
            heating: heating.collect(),
            step: grid.window.step,
        };
        if self.setting.as_ref() != Some(&setting) {
            self.known.clear();
        }
        let columns = self.columns(grid, &setting);
        let ink = Ink::new(layout, look);
        let Painted { cells, hatched, gaps, .. } = &mut self.painted;
        (cells.width, cells.height) = (columns.len().max(1), height);
        cells.bytes.clear();
        cells.bytes.resize(cells.width * height * 4, 0);
        hatched.clear();
        for (at, stripe) in setting.stripes.iter().enumerate() {
            let shown = columns.iter().map(|column| column[at]);
            ink.stripe(cells, stripe.lines.clone(), shown.clone());
            if shown.clone().any(is_struck) {
                hatched.push((stripe.lines.start, ink.hatch(stripe.lines.clone(), width, shown)));
            }
        }
        let edges = (1..columns.len()).map(|at| left_edge(at, columns.len(), width) - ink.apart);
        *gaps = (if ink.apart > 0 { edges.collect() } else { Vec::new() }, ink.apart);
        self.painted.width = width;
        self.setting = Some(setting);
        &self.painted
    }

    /// What each stripe shows, column by column.
    fn columns(&mut self, grid: &Grid, setting: &Setting) -> Vec<Rc<[Shown]>> {
        let mut known = BTreeMap::new();
        let mut columns = Vec::with_capacity(grid.columns().len());
        for (at, column) in grid.columns().iter().enumerate() {
            let (second, end) = grid.window.seconds(at);
            let before = self.known.remove(&second).filter(|(before, _)| Rc::ptr_eq(before, column));
            let shown = before.map_or_else(|| shown(setting, column, (second, end)), |(_, shown)| shown);
            columns.push(shown.clone());
            known.insert(second, (column.clone(), shown));
        }
        self.known = known;
        columns
    }
}

/// What the hottest row of each stripe shows in a column of these seconds.
fn shown(setting: &Setting, column: &ViewColumn, (second, end): (u64, u64)) -> Rc<[Shown]> {
    let of = |stripe: &Stripe| {
        let (mut open, mut most, mut refused) = (stripe.all.is_some(), 0, 0);
        if let Some(all) = &stripe.all {
            for amount in &column.amounts[all.clone()] {
                most = most.max(*amount);
            }
            for throttles in &column.throttles[all.clone()] {
                refused |= throttles;
            }
        } else {
            for row in &stripe.rows {
                let (amount, throttles) = (column.amounts[row.row], column.throttles[row.row]);
                open |= amount > 0 || throttles > 0 || (end > row.open.0 && second <= row.open.1);
                most = most.max(amount);
                refused |= throttles;
            }
        }
        match stripe.rows.first().filter(|_| open) {
            Some(row) => {
                let level = Shown::from(setting.heating[row.band].level(most));
                if refused > 0 { level | STRUCK } else { level }
            }
            None => NOTHING,
        }
    };
    setting.stripes.iter().map(of).collect()
}

/// The colours, and the measures of hatch and gaps, in device pixels.
struct Ink {
    palette: Vec<[u8; 4]>,
    strokes: Vec<[u8; 4]>,
    period: usize,
    stroke: usize,
    /// What wide columns are set apart by.
    apart: usize,
}

impl Ink {
    fn new(layout: &Layout, look: Look) -> Ink {
        let device = |length: f64| (length * look.density).round().max(0.0) as usize;
        Ink {
            palette: (0..=255).map(|level| opaque(colour(level, look.dark))).collect(),
            strokes: (0..=255).map(|level| opaque(hatch(level, look.dark))).collect(),
            period: device(6.0).max(3),
            stroke: device(1.6).max(1),
            apart: usize::from(layout.column_width() >= 7.0),
        }
    }

    /// Paints the lines of a stripe, without their hatch: the first of them, of which the others are copies.
    fn stripe(&self, cells: &mut Pixels, lines: Range<usize>, columns: impl Iterator<Item = Shown>) {
        let wide = cells.width * 4;
        let first = lines.start * wide;
        for (pixel, shown) in cells.bytes[first..first + wide].chunks_exact_mut(4).zip(columns) {
            if shown != NOTHING {
                pixel.copy_from_slice(&self.palette[usize::from(shown & 0xff)]);
            }
        }
        for line in lines.skip(1) {
            cells.bytes.copy_within(first..first + wide, line * wide);
        }
    }

    /// Paints the lines of a stripe as wide as they are seen, with their hatch.
    fn hatch(
        &self,
        lines: Range<usize>,
        width: usize,
        columns: impl ExactSizeIterator<Item = Shown> + Clone,
    ) -> Pixels {
        let count = columns.len();
        let mut bytes = vec![0; width * lines.len() * 4];
        for (line, y) in bytes.chunks_exact_mut(width * 4).zip(lines.clone()) {
            let mut left = 0;
            for (at, shown) in columns.clone().enumerate() {
                let right = left_edge(at + 1, count, width);
                if shown != NOTHING {
                    let end = if at + 1 < count { right - self.apart } else { right };
                    self.cell(&mut line[left * 4..end * 4], shown, left + y);
                }
                left = right;
            }
        }
        Pixels { width, height: lines.len(), bytes }
    }

    /// Paints one line of a cell; `phase` is where on the hatch it begins.
    fn cell(&self, bytes: &mut [u8], shown: Shown, phase: usize) {
        let level = usize::from(shown & 0xff);
        let (plain, over) = (&self.palette[level], &self.strokes[level]);
        let pixels = bytes.chunks_exact_mut(4);
        if !is_struck(shown) {
            return pixels.for_each(|pixel| pixel.copy_from_slice(plain));
        }
        let mut phase = phase % self.period;
        for pixel in pixels {
            pixel.copy_from_slice(if phase < self.stroke { over } else { plain });
            phase = if phase + 1 == self.period { 0 } else { phase + 1 };
        }
    }
}

fn opaque([red, green, blue]: [u8; 3]) -> [u8; 4] {
    [red, green, blue, 255]
}

/// The rows that are in the picture, from top to bottom.
fn placed(bands: &[Band], layout: &Layout, density: f64, height: usize) -> Vec<Placed> {
    let device = |length: f64| (length * density).round().max(0.0) as usize;
    let mut placed = Vec::new();
    let mut row = 0;
    for (band, of) in bands.iter().enumerate() {
        for one in &of.rows {
            if let Some((top, bottom)) = layout.row(row) {
                let gap = usize::from(bottom - top > 6.0);
                let (top, bottom) = (device(top), device(bottom).min(height));
                let open = (one.opened.unwrap_or(0), one.closed.unwrap_or(u64::MAX));
                let bottom = bottom.saturating_sub(gap).max(top + 1).min(height);
                placed.push(Placed { row, band, top, bottom, open });
            }
            row += 1;
        }
    }
    placed.sort_by_key(|row| (row.top, row.bottom));
    placed
}

/// The lines of the picture that show rows, together where they show the same. The rows come by their tops.
fn stripes(placed: &[Placed], height: usize) -> Vec<Stripe> {
    let mut stripes: Vec<Stripe> = Vec::new();
    let mut first = 0;
    for y in 0..height {
        // A row that covers others' places by its range holds back those behind it, no more.
        while placed.get(first).is_some_and(|row| row.bottom <= y) {
            first += 1;
        }
        let here = placed[first..].iter().take_while(|row| row.top <= y).filter(|row| y < row.bottom);
        let same = |stripe: &Stripe| stripe.lines.end == y && here.clone().eq(&stripe.rows);
        match stripes.last_mut() {
            Some(last) if same(last) => last.lines.end = y + 1,
            _ => {
                let rows: Vec<Placed> = here.cloned().collect();
                let (Some(first), Some(last)) = (rows.first(), rows.last()) else { continue };
                let all = first.row..last.row + 1;
                let dense = all.len() == rows.len() && rows.iter().all(|row| row.open == (0, u64::MAX));
                stripes.push(Stripe { lines: y..y + 1, all: dense.then_some(all), rows });
            }
        }
    }
    stripes
}

#[cfg(test)]
mod tests {
    use super::super::axis::{Axis, Heights};
    use super::super::bands::tests::{orders, write};
    use super::super::bands::with_heat;
    use super::super::grid::{Columns, Subject};
    use super::super::layout::{ROWS, Room};
    use super::*;
    use engine::insight::{Heat, Measure, Window};
    use engine::timeline::{Access, Limit, Tally};
    use std::rc::Rc;

    const LOOK: Look = Look { scale: Scale::Limit, brightness: 1.0, dark: false, density: 2.0 };
    const WINDOW: Window = Window { from: 0, step: 1, columns: 10 };

    /// The picture as it is seen: in device pixels.
    fn seen(painted: &Painted) -> Pixels {
        let Painted { width, cells, hatched, gaps } = painted;
        let mut bytes = vec![0; width * cells.height * 4];
        for y in 0..cells.height {
            for column in 0..cells.width {
                let pixel = &cells.bytes[(y * cells.width + column) * 4..][..4];
                for x in left_edge(column, cells.width, *width)..left_edge(column + 1, cells.width, *width) {
                    bytes[(y * width + x) * 4..][..4].copy_from_slice(pixel);
                }
            }
            for gap in &gaps.0 {
                bytes[(y * width + gap) * 4..][..gaps.1 * 4].fill(0);
            }
        }
        for (top, lines) in hatched {
            bytes[top * width * 4..][..lines.bytes.len()].copy_from_slice(&lines.bytes);
        }
        Pixels { width: *width, height: cells.height, bytes }
    }

    fn picture(bands: Vec<Band>, tallies: &[Tally], measure: Measure, look: Look) -> (Layout, Pixels) {
        let mut heat = Heat::default();
        tallies.iter().for_each(|tally| heat.count(tally));
        let bands = with_heat(bands, heat.history(), 0, 10);
        let grid = Columns::default().grid(heat.history(), &Rc::new(Subject::of(&bands)), measure, WINDOW);
        let axis = Axis::new(&bands, Heights::Equal);
        let room = Room { width: 328.0, rows: ROWS, histograms: true };
        let layout = Layout::new(&axis, (0.0, axis.end()), WINDOW, room);
        let pixels = seen(Painter::default().paint(&bands, &grid, &layout, look));
        (layout, pixels)
    }

    fn at(pixels: &Pixels, x: f64, y: f64) -> [u8; 4] {
        let place = ((y * 2.0) as usize * pixels.width + (x * 2.0) as usize) * 4;
        pixels.bytes[place..place + 4].try_into().unwrap()
    }

    #[test]
    fn a_cell_at_the_limit_has_the_last_colour_and_the_others_the_first() {
        let (layout, pixels) = picture(orders(), &[write(9, 2, 2000)], Measure::Writes, LOOK);
        assert_eq!(
            (pixels.width, pixels.height),
            ((layout.width * 2.0) as usize, (layout.height * 2.0) as usize)
        );
        let top = layout.row(1).unwrap().0;
        assert_eq!(at(&pixels, layout.x(9.5), top + 5.0), opaque(colour(255, false)));
        assert_eq!(at(&pixels, layout.x(8.5), top + 5.0), opaque(colour(0, false)));
        assert_eq!(at(&pixels, layout.x(9.5), layout.row(0).unwrap().0 + 5.0), opaque(colour(0, false)));
        assert_eq!(at(&pixels, 5.0, 5.0), [0; 4], "the titles are not covered");
    }

    #[test]
    fn only_throttled_cells_of_the_measure_are_hatched() {
        let refused = Tally { throttled: Some(Limit::KeyRange), half_units: 0, ..write(9, 2, 0) };
        let struck = |measure: Measure, look: Look| {
            let (_, pixels) = picture(orders(), &[refused], measure, look);
            let level = if measure == Measure::Throttles { 255 } else { 0 };
            pixels.bytes.chunks(4).filter(|pixel| **pixel == opaque(hatch(level, look.dark))).count()
        };
        assert!(struck(Measure::Writes, LOOK) > 50);
        assert!(struck(Measure::Throttles, Look { dark: true, ..LOOK }) > 50);
        assert_eq!(struck(Measure::Reads, LOOK), 0);
        assert_eq!(refused.access, Access::Write);
    }

    #[test]
    fn where_a_partition_was_not_there_nothing_is_drawn() {
        let mut bands = orders();
        (bands[0].rows[0].opened, bands[0].rows[0].closed) = (Some(3), Some(6));
        let axis = Axis::new(&bands, Heights::Equal);
        let heat = Heat::default();
        let grid =
            Columns::default().grid(heat.history(), &Rc::new(Subject::of(&bands)), Measure::Writes, WINDOW);
        let layout =
            Layout::new(&axis, (0.0, 3.0), WINDOW, Room { width: 328.0, rows: ROWS, histograms: true });
        let mut painter = Painter::default();
        let pixels = seen(painter.paint(&bands, &grid, &layout, LOOK));
        let drawn =
            (0..10).map(|second| at(&pixels, layout.x(second as f64 + 0.5), 30.0)[3] > 0).collect::<Vec<_>>();
        assert_eq!(drawn, [false, false, false, true, true, true, true, false, false, false]);
    }

    #[test]
    fn a_column_that_is_not_as_it_was_is_painted_anew_and_the_others_as_before() {
        let (bands, mut painter, mut columns) = (orders(), Painter::default(), Columns::default());
        let axis = Axis::new(&bands, Heights::Equal);
        let room = Room { width: 328.0, rows: ROWS, histograms: true };
        let mut heat = Heat::default();
        for second in 0..14 {
            heat.count(&write(second, 2, 100 * second));
            // The picture moves on with its time, and one more second is in it.
            let window = Window { from: second.saturating_sub(9), ..WINDOW };
            let subject = Rc::new(Subject::of(&bands));
            let grid = columns.grid(heat.history(), &subject, Measure::Writes, window);
            let layout = Layout::new(&axis, (0.0, axis.end()), window, room);
            for look in [LOOK, Look { scale: Scale::Relative, ..LOOK }] {
                let anew = Painter::default().paint(&bands, &grid, &layout, look).clone();
                assert_eq!(painter.paint(&bands, &grid, &layout, look), &anew, "second {second}");
            }
        }
    }

    #[test]
    fn a_hot_row_among_a_thousand_is_seen() {
        let mut bands = orders();
        bands.truncate(1);
        let plain = bands[0].rows[0].clone();
        let row = |partition| super::super::bands::Row { partition, ..plain.clone() };
        bands[0].rows = (1..=1_000).map(row).collect();
        let (_, pixels) = picture(bands, &[write(5, 701, 2000)], Measure::Writes, LOOK);
        let hot = pixels.bytes.chunks(4).filter(|pixel| **pixel == opaque(colour(255, false))).count();
        assert!(hot + 2 >= pixels.width / 10, "{hot}");
    }
}
