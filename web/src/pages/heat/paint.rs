//! The heatmap's pixels, as `putImageData` takes them: red, green, blue and alpha of each. Pure.
//!
//! Lines of pixels that show the same rows are painted once and copied; where rows are lower than a pixel, the hottest of them
//! is shown, so that a hot one among a thousand is seen.

use std::ops::Range;

use super::bands::Band;
use super::grid::{Grid, Heating, Scale};
use super::layout::Layout;
use super::measure::limit;
use super::ramp::{colour, hatch};

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// In device pixels.
    pub width: usize,
    /// In device pixels.
    pub height: usize,
    /// Four bytes a pixel, row by row.
    pub bytes: Vec<u8>,
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
#[derive(Clone, PartialEq)]
struct Placed {
    row: usize,
    band: usize,
    top: usize,
    bottom: usize,
    /// The columns in which it was there.
    open: Range<usize>,
}

/// Lines of pixels that show the same rows.
struct Stripe {
    lines: Range<usize>,
    rows: Vec<Placed>,
    /// The rows as they lie one behind the other, where they do and were there all the time.
    all: Option<Range<usize>>,
}

/// What a stripe shows in one column: nothing, or a level and whether it was throttled.
type Shown = Option<(u8, bool)>;

/// Draws the cells, without the labels; throttled cells are hatched, and where a partition was not there nothing is drawn.
pub fn paint(bands: &[Band], grid: &Grid, layout: &Layout, look: Look) -> Pixels {
    let device = |length: f64| (length * look.density).round().max(0.0) as usize;
    let (width, height) = (device(layout.width).max(1), device(layout.height).max(1));
    let mut bytes = vec![0; width * height * 4];
    let count = grid.columns().len();
    // Where each column begins; wide ones are set apart.
    let edges: Vec<usize> = (0..=count).map(|at| (at * width).checked_div(count).unwrap_or(0)).collect();
    let apart = usize::from(layout.column_width() >= 7.0);
    let palette: Vec<[u8; 4]> = (0..=255).map(|level| opaque(colour(level, look.dark))).collect();
    let strokes: Vec<[u8; 4]> = (0..=255).map(|level| opaque(hatch(level, look.dark))).collect();
    let (period, stroke) = (device(6.0).max(3), device(1.6).max(1));
    let stripes = stripes(&placed(bands, grid, layout, look.density, height), height);
    let shown = shown(&stripes, bands, grid, look);
    for (stripe, shown) in stripes.iter().zip(shown.chunks(count.max(1))) {
        let hatched = shown.iter().any(|shown| shown.is_some_and(|(_, struck)| struck));
        for y in stripe.lines.clone() {
            let line = y * width * 4;
            if y > stripe.lines.start && !hatched {
                bytes.copy_within(line - width * 4..line, line);
                continue;
            }
            for (shown, edge) in shown.iter().zip(edges.windows(2)) {
                let Some((level, struck)) = *shown else { continue };
                let (left, right) = (edge[0], edge[1]);
                let right = if right > left + 3 { right - apart } else { right };
                let plain = palette[usize::from(level)];
                let pixels = bytes[line + left * 4..line + right * 4].chunks_exact_mut(4);
                if struck {
                    let over = strokes[usize::from(level)];
                    for (x, pixel) in (left..).zip(pixels) {
                        pixel.copy_from_slice(if (x + y) % period < stroke { &over } else { &plain });
                    }
                } else {
                    pixels.for_each(|pixel| pixel.copy_from_slice(&plain));
                }
            }
        }
    }
    Pixels { width, height, bytes }
}

fn opaque([red, green, blue]: [u8; 3]) -> [u8; 4] {
    [red, green, blue, 255]
}

/// The rows that are in the picture, from top to bottom.
fn placed(bands: &[Band], grid: &Grid, layout: &Layout, density: f64, height: usize) -> Vec<Placed> {
    let device = |length: f64| (length * density).round().max(0.0) as usize;
    let mut placed = Vec::new();
    let mut row = 0;
    for (band, of) in bands.iter().enumerate() {
        for one in &of.rows {
            if let Some((top, bottom)) = layout.row(row) {
                let gap = usize::from(bottom - top > 6.0);
                let (top, bottom) = (device(top), device(bottom).min(height));
                let column = |second: u64| {
                    ((second.saturating_sub(grid.window.from)) / grid.window.step.max(1)) as usize
                };
                let opened = one.opened.map_or(0, column);
                let closed = one
                    .closed
                    .map_or(usize::MAX, |closed| column(closed) + usize::from(closed >= grid.window.from));
                let bottom = bottom.saturating_sub(gap).max(top + 1).min(height);
                placed.push(Placed { row, band, top, bottom, open: opened..closed });
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
                let dense = all.len() == rows.len() && rows.iter().all(|row| row.open == (0..usize::MAX));
                stripes.push(Stripe { lines: y..y + 1, all: dense.then_some(all), rows });
            }
        }
    }
    stripes
}

/// What the hottest row of each stripe shows in each column, stripe by stripe. Column by column, as they lie in memory.
fn shown(stripes: &[Stripe], bands: &[Band], grid: &Grid, look: Look) -> Vec<Shown> {
    let heating: Vec<Heating> = bands
        .iter()
        .map(|band| Heating::new(grid, limit(grid.measure, band), look.scale, look.brightness))
        .collect();
    let count = grid.columns().len();
    let mut shown: Vec<Shown> = vec![None; stripes.len() * count];
    for (at, column) in grid.columns().iter().enumerate() {
        for (stripe, place) in stripes.iter().zip((at..).step_by(count)) {
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
                    open |= amount > 0 || throttles > 0 || row.open.contains(&at);
                    most = most.max(amount);
                    refused |= throttles;
                }
            }
            if open && let Some(row) = stripe.rows.first() {
                shown[place] = Some((heating[row.band].level(most), refused > 0));
            }
        }
    }
    shown
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

    fn picture(bands: Vec<Band>, tallies: &[Tally], measure: Measure, look: Look) -> (Layout, Pixels) {
        let mut heat = Heat::default();
        tallies.iter().for_each(|tally| heat.count(tally));
        let bands = with_heat(bands, heat.history(), 0, 10);
        let grid = Columns::default().grid(heat.history(), &Rc::new(Subject::of(&bands)), measure, WINDOW);
        let axis = Axis::new(&bands, Heights::Equal);
        let room = Room { width: 328.0, rows: ROWS, histograms: true };
        let layout = Layout::new(&axis, (0.0, axis.end()), WINDOW, room);
        let pixels = paint(&bands, &grid, &layout, look);
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
        let pixels = paint(&bands, &grid, &layout, LOOK);
        let drawn =
            (0..10).map(|second| at(&pixels, layout.x(second as f64 + 0.5), 30.0)[3] > 0).collect::<Vec<_>>();
        assert_eq!(drawn, [false, false, false, true, true, true, true, false, false, false]);
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
