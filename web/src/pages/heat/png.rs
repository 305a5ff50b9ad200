//! The heatmap as a picture file: the cells with their labels, the time axis and a line of what it shows.

use super::axes::tick_text;
use super::bands::{Band, row};
use super::csv::iso;
use super::draw::draw;
use super::grid::Grid;
use super::layout::{AXIS, Layout};
use super::measure::title;
use super::paint::{Look, Painter};
use super::ramp::hex;
use crate::hooks::{blank_canvas, download_png, pen};

/// Around everything, in CSS pixels.
const MARGIN: f64 = 16.0;
/// The height of the first line.
const CAPTION: f64 = 24.0;
/// The picture is so many times as dense as the page at least, so that it can be read in a document.
const DENSITY: f64 = 2.0;

/// Paper and inks of a theme.
struct Theme {
    paper: &'static str,
    ink: &'static str,
    faint: &'static str,
}

fn theme(dark: bool) -> Theme {
    match dark {
        true => Theme { paper: "#14171b", ink: "#e6e8eb", faint: "#8b949f" },
        false => Theme { paper: "#fdfdfc", ink: "#1b1f24", faint: "#6b727b" },
    }
}

/// Saves the picture under a name.
pub fn save(name: &str, bands: &[Band], grid: &Grid, layout: &Layout, look: Look) {
    let look = Look { density: look.density.max(DENSITY), ..look };
    let wide = layout.labels + layout.width + 2.0 * MARGIN;
    let high = CAPTION + layout.height + AXIS + 2.0 * MARGIN;
    let pixels = |length: f64| (length * look.density).round();
    let mut painter = Painter::default();
    let painted = painter.paint(bands, grid, layout, look);
    let cells = blank_canvas(painted.width as u32, painted.cells.height as u32);
    let whole = blank_canvas(pixels(wide) as u32, pixels(high) as u32);
    let (Some(cells), Some(whole)) = (cells, whole) else { return };
    let Some(pen) = pen(&whole) else { return };
    draw(&cells, &mut None, painted);
    let Theme { paper, ink, faint } = theme(look.dark);
    pen.set_fill_style_str(paper);
    pen.fill_rect(0.0, 0.0, pixels(wide), pixels(high));
    let write = |text: &str, x: f64, y: f64, size: f64, colour: &str, bold: bool| {
        let weight = if bold { "600 " } else { "" };
        pen.set_font(&format!("{weight}{}px system-ui, sans-serif", pixels(size)));
        pen.set_fill_style_str(colour);
        // Refused only for what is no text.
        let _ = pen.fill_text(text, pixels(x), pixels(y));
    };
    let (left, top) = (MARGIN + layout.labels, MARGIN + CAPTION);
    let of = bands.first().map_or("", |band| band.target.table.as_str());
    let caption =
        format!("{of} · {} · {} – {}", title(grid.measure), iso(grid.window.from), iso(grid.window.to()));
    write(&caption, MARGIN, MARGIN + 12.0, 13.0, ink, true);
    // Both canvases are the page's own: nothing stands in the way.
    let _ = pen.draw_image_with_html_canvas_element(&cells, pixels(left), pixels(top));
    for place in &layout.bands {
        write(&bands[place.band].title(), MARGIN, top + place.title + 16.0, 12.0, ink, true);
    }
    for (at, middle) in layout.row_labels() {
        let Some((_, row)) = row(bands, at) else { continue };
        let text = if row.key.is_some() { row.name() } else { format!("{}  {}", row.name(), row.range()) };
        write(&text.chars().take(20).collect::<String>(), MARGIN, top + middle + 4.0, 10.5, faint, false);
    }
    for second in layout.ticks() {
        let x = left + layout.x(second as f64);
        pen.fill_rect(pixels(x), pixels(top + layout.height - 4.0), 1.0, pixels(6.0));
        write(&tick_text(second), x - 22.0, top + layout.height + 16.0, 10.0, faint, false);
    }
    legend(&pen, look, (pixels(wide - MARGIN - 160.0), pixels(MARGIN + 2.0)), (pixels(160.0), pixels(8.0)));
    download_png(name, &whole);
}

/// The ramp from cold to hot.
fn legend(pen: &web_sys::CanvasRenderingContext2d, look: Look, (x, y): (f64, f64), (wide, high): (f64, f64)) {
    for level in 0..=255_u8 {
        pen.set_fill_style_str(&hex(super::ramp::colour(level, look.dark)));
        pen.fill_rect(x + wide * f64::from(level) / 256.0, y, wide / 256.0 + 1.0, high);
    }
}
