//! What drawing on a canvas needs: the width of a box, whether the page is dark, and the browser's next frame.

use gloo::events::EventListener;
use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, MutationObserver, MutationObserverInit, ResizeObserver};
use yew::prelude::*;

/// The inner width of an element, in CSS pixels, followed as it changes; 0 until it is known.
#[hook]
pub fn use_width(node: &NodeRef) -> f64 {
    let width = use_state_eq(|| 0.0);
    let setter = width.setter();
    use_effect_with(node.clone(), move |node| {
        let watched = node.cast::<Element>().map(|element| {
            let seen = element.clone();
            let changed = Closure::<dyn Fn()>::new(move || setter.set(f64::from(seen.client_width())));
            let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok();
            if let Some(observer) = &observer {
                observer.observe(&element);
            }
            (observer, changed)
        });
        move || {
            if let Some((Some(observer), _)) = &watched {
                observer.disconnect();
            }
            drop(watched);
        }
    });
    *width
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

/// Puts an image of so many device pixels on a canvas that is `css_width` wide and `css_height` high on the page.
pub fn put_image(canvas: &HtmlCanvasElement, width: usize, bytes: &[u8], css_width: f64, css_height: f64) {
    let image = web_sys::ImageData::new_with_u8_clamped_array(wasm_bindgen::Clamped(bytes), width as u32);
    let context = canvas.get_context("2d").ok().flatten();
    let context = context.and_then(|context| context.dyn_into::<web_sys::CanvasRenderingContext2d>().ok());
    let (Ok(image), Some(context)) = (image, context) else { return };
    // Setting a size empties the canvas, even where it is the same.
    if (canvas.width(), canvas.height()) != (image.width(), image.height()) {
        canvas.set_width(image.width());
        canvas.set_height(image.height());
    }
    let style = canvas.style();
    // Numbers with a unit are always a length.
    let _ = style.set_property("width", &format!("{css_width}px"));
    let _ = style.set_property("height", &format!("{css_height}px"));
    let _ = context.put_image_data(&image, 0.0, 0.0);
}
