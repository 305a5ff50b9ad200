//! What drawing on a canvas needs: the width of a box, whether the page is dark, the wheel, the browser's next frame, and a
//! picture of it as a file.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlElement, MutationObserver,
    MutationObserverInit, ResizeObserver,
};
use yew::prelude::*;

/// An element whose width is followed.
struct Watched {
    element: Element,
    observer: Option<ResizeObserver>,
    _changed: Closure<dyn Fn()>,
}

impl Watched {
    fn new(element: Element, setter: UseStateSetter<f64>) -> Watched {
        let seen = element.clone();
        let changed = Closure::<dyn Fn()>::new(move || setter.set(f64::from(seen.client_width())));
        let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(&element);
        }
        Watched { element, observer, _changed: changed }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// The inner width of an element, in CSS pixels, followed as it changes; 0 until it is known. The element may come later, and
/// another one after it.
#[hook]
pub fn use_width(node: &NodeRef) -> f64 {
    let width = use_state_eq(|| 0.0);
    let watched = use_mut_ref(|| None::<Watched>);
    let (setter, node) = (width.setter(), node.clone());
    use_effect(move || {
        let element = node.cast::<Element>();
        let mut watched = watched.borrow_mut();
        if watched.as_ref().map(|watched| &watched.element) != element.as_ref() {
            *watched = element.map(|element| Watched::new(element, setter));
        }
    });
    *width
}

/// Hears the wheel over an element. What the callback does comes in place of the page's scrolling.
#[hook]
pub fn use_wheel(node: &NodeRef, turned: Callback<WheelEvent>) {
    let heard = use_mut_ref(|| turned.clone());
    *heard.borrow_mut() = turned;
    use_effect_with(node.clone(), move |node| {
        let listener = node.cast::<Element>().map(|element| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&element, "wheel", options, move |event| {
                if let Some(event) = event.dyn_ref::<WheelEvent>() {
                    event.prevent_default();
                    heard.borrow().emit(event.clone());
                }
            })
        });
        move || drop(listener)
    });
}

fn is_dark() -> bool {
    let chosen = document().document_element().and_then(|root| root.get_attribute("data-theme"));
    match chosen.as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => prefers_dark().is_some_and(|query| query.matches()),
    }
}

fn prefers_dark() -> Option<web_sys::MediaQueryList> {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten()
}

/// Whether the page is dark now, by the reader's choice or the system's.
#[hook]
pub fn use_dark() -> bool {
    let dark = use_state_eq(is_dark);
    let setter = dark.setter();
    use_effect_with((), move |()| {
        let chosen = {
            let setter = setter.clone();
            Closure::<dyn Fn()>::new(move || setter.set(is_dark()))
        };
        let observer = MutationObserver::new(chosen.as_ref().unchecked_ref()).ok();
        let options = MutationObserverInit::new();
        options.set_attributes(true);
        if let (Some(observer), Some(root)) = (&observer, document().document_element()) {
            // The options name something to observe, so this cannot fail.
            let _ = observer.observe_with_options(&root, &options);
        }
        let system =
            prefers_dark().map(|query| EventListener::new(&query, "change", move |_| setter.set(is_dark())));
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop((system, chosen));
        }
    });
    *dark
}

/// Calls `draw` in the browser's next frame, once; what it returns calls that off.
pub fn next_frame(draw: impl FnOnce() + 'static) -> impl FnOnce() + 'static {
    let closure = Closure::once(move |_: f64| draw());
    let number = window().request_animation_frame(closure.as_ref().unchecked_ref());
    move || {
        if let Ok(number) = number {
            let _ = window().cancel_animation_frame(number);
        }
        drop(closure);
    }
}

/// Puts lines of so many pixels each on a canvas, the first of them at `top`.
pub fn put_pixels(pen: &CanvasRenderingContext2d, width: usize, bytes: &[u8], top: usize) {
    let image = web_sys::ImageData::new_with_u8_clamped_array(wasm_bindgen::Clamped(bytes), width as u32);
    if let Ok(image) = image {
        // Refused only for places that are no numbers.
        let _ = pen.put_image_data(&image, 0.0, top as f64);
    }
}

/// Makes an element so wide and high on the page, in CSS pixels.
pub fn set_size(element: &HtmlElement, width: f64, height: f64) {
    let style = element.style();
    // Numbers with a unit are always a length.
    let _ = style.set_property("width", &format!("{width}px"));
    let _ = style.set_property("height", &format!("{height}px"));
}

/// What draws on a canvas; none where the browser has nothing to draw with.
pub fn pen(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// A canvas that is not on the page, of so many pixels.
pub fn blank_canvas(width: u32, height: u32) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    Some(canvas)
}

/// Gives what a canvas shows to the reader as a PNG file.
pub fn download_png(name: &str, canvas: &HtmlCanvasElement) {
    let name = name.to_owned();
    let take = Closure::once_into_js(move |blob: Option<web_sys::Blob>| {
        if let Some(blob) = blob {
            // Refused only where the page may not download.
            let _ = super::files::download_blob(&name, &blob);
        }
    });
    // A canvas of the page's own drawing can always be read.
    let _ = canvas.to_blob(take.unchecked_ref());
}

/// A clock with fractions of a millisecond, for measuring how long drawing takes.
pub fn precise_ms() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}
