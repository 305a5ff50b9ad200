//! The heatmap's pixels, as `putImageData` takes them: red, green, blue and alpha of each. Pure.

use super::bands::Band;
use super::grid::{Grid, Metric, Scale};
use super::layout::Layout;
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
    /// What is shown.
    pub metric: Metric,
    /// What the hottest colour stands for.
    pub scale: Scale,
    /// Whether the page is dark.
    pub dark: bool,
    /// Device pixels in a CSS pixel.
    pub density: f64,
}

/// Draws the cells, without the labels; throttled cells are hatched.
pub fn paint(bands: &[Band], grid: &Grid, layout: &Layout, look: Look) -> Pixels {
    let device = |length: f64| (length * look.density).round().max(0.0) as usize;
    let (width, height) = (device(layout.width).max(1), device(layout.height).max(1));
    let mut bytes = vec![0; width * height * 4];
    // Where each second begins; wide ones are set apart.
    let edges: Vec<usize> =
        (0..=grid.seconds).map(|at| (at * width).checked_div(grid.seconds).unwrap_or(0)).collect();
    let apart = usize::from(layout.width / grid.seconds.max(1) as f64 >= 7.0);
    let (period, stroke) = (device(6.0).max(3), device(1.6).max(1));
    let bands = bands.iter().flat_map(|band| band.rows.iter().map(move |_| band));
    for ((row, band), top) in bands.enumerate().zip(&layout.tops) {
        let levels = grid.levels(row, band, look.metric, look.scale);
        let gap = usize::from(layout.row_height > 6.0);
        let lines = device(*top)..device(top + layout.row_height).saturating_sub(gap).min(height);
        for (at, (level, cell)) in levels.iter().zip(grid.row(row)).enumerate() {
            let (left, right) = (edges[at], edges[at + 1]);
            let right = if right > left + 3 { right - apart } else { right };
            let plain = colour(*level, look.dark);
            let struck = (look.metric.throttles(cell) > 0).then(|| hatch(*level, look.dark));
            for y in lines.clone() {
                for x in left..right {
                    let over = struck.filter(|_| (x + y) % period < stroke);
                    let [red, green, blue] = over.unwrap_or(plain);
                    let pixel = (y * width + x) * 4;
                    bytes[pixel..pixel + 4].copy_from_slice(&[red, green, blue, 255]);
                }
            }
        }
    }
    Pixels { width, height, bytes }
}

#[cfg(test)]
mod tests {
    use super::super::bands::tests::orders;
    use super::*;
    use engine::insight::{HeatCell, HeatColumn, HeatKey};
    use std::collections::BTreeMap;
    use std::rc::Rc;

    const LOOK: Look = Look { metric: Metric::Writes, scale: Scale::Limit, dark: false, density: 2.0 };

    fn picture(cell: HeatCell, look: Look) -> (Layout, Pixels) {
        let bands = orders();
        let target = bands[0].target.clone();
        let cells = vec![(HeatKey { target, partition: 2 }, cell)];
        let columns = BTreeMap::from([(9, Rc::new(HeatColumn { second: 9, cells }))]);
        let grid = Grid::new(&columns, &bands, 9, 10);
        let layout = Layout::new(&bands, 328.0, super::super::layout::ROWS, grid.first, grid.seconds);
        let pixels = paint(&bands, &grid, &layout, look);
        (layout, pixels)
    }

    fn at(pixels: &Pixels, x: f64, y: f64) -> [u8; 4] {
        let place = ((y * 2.0) as usize * pixels.width + (x * 2.0) as usize) * 4;
        pixels.bytes[place..place + 4].try_into().unwrap()
    }

    #[test]
    fn a_cell_at_the_limit_has_the_last_colour_and_the_others_the_first() {
        let (layout, pixels) = picture(HeatCell { write_half_units: 2000, ..HeatCell::default() }, LOOK);
        assert_eq!(
            (pixels.width, pixels.height),
            ((layout.width * 2.0) as usize, (layout.height * 2.0) as usize)
        );
        let [red, green, blue] = colour(255, false);
        assert_eq!(at(&pixels, layout.x(9.5), layout.tops[1] + 5.0), [red, green, blue, 255]);
        let [red, green, blue] = colour(0, false);
        assert_eq!(at(&pixels, layout.x(8.5), layout.tops[1] + 5.0), [red, green, blue, 255]);
        assert_eq!(at(&pixels, 5.0, 5.0), [0; 4], "the titles are not covered");
    }

    #[test]
    fn only_throttled_cells_of_the_metric_are_hatched() {
        let refused = HeatCell { throttles: 1, write_throttles: 1, ..HeatCell::default() };
        let struck = |look: Look| {
            let (_, pixels) = picture(refused, look);
            let [red, green, blue] = hatch(if look.metric == Metric::Throttles { 255 } else { 0 }, look.dark);
            pixels.bytes.chunks(4).filter(|pixel| **pixel == [red, green, blue, 255]).count()
        };
        assert!(struck(LOOK) > 50);
        assert!(struck(Look { metric: Metric::Throttles, dark: true, ..LOOK }) > 50);
        assert_eq!(struck(Look { metric: Metric::Reads, ..LOOK }), 0);
    }
}
