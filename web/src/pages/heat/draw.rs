//! The painted cells on a canvas: each column drawn as wide as it is seen, the hatched lines put over it.

use web_sys::HtmlCanvasElement;

use super::paint::Painted;
use crate::hooks::{blank_canvas, pen, put_pixels};

/// Draws on a canvas, which takes on the picture's size. `narrow` is kept from one drawing to the next: a canvas that is not on the
/// page, with a pixel for each column.
pub fn draw(canvas: &HtmlCanvasElement, narrow: &mut Option<HtmlCanvasElement>, painted: &Painted) {
    let Painted { width, cells, hatched, gaps } = painted;
    let size = |pixels: usize| pixels as u32;
    resize(canvas, (size(*width), size(cells.height)));
    if narrow.is_none() {
        *narrow = blank_canvas(size(cells.width), size(cells.height));
    }
    let (Some(narrow), Some(wide)) = (narrow, pen(canvas)) else { return };
    resize(narrow, (size(cells.width), size(cells.height)));
    let Some(thin) = pen(narrow) else { return };
    put_pixels(&thin, cells.width, &cells.bytes, 0);
    wide.set_image_smoothing_enabled(false);
    // What was there before is replaced, not painted over. Both canvases are the page's own: nothing stands in the way.
    let _ = wide.set_global_composite_operation("copy");
    let _ = wide.draw_image_with_html_canvas_element_and_dw_and_dh(
        narrow,
        0.0,
        0.0,
        *width as f64,
        cells.height as f64,
    );
    for gap in &gaps.0 {
        wide.clear_rect(*gap as f64, 0.0, gaps.1 as f64, cells.height as f64);
    }
    for (top, lines) in hatched {
        put_pixels(&wide, lines.width, &lines.bytes, *top);
    }
}

/// Gives a canvas so many pixels. Setting a size empties it, even where it is the same.
fn resize(canvas: &HtmlCanvasElement, (width, height): (u32, u32)) {
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
}
