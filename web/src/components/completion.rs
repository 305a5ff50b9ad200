//! A list of what may be written, beside a text area: the list of the [combobox pattern](https://www.w3.org/WAI/ARIA/apg/patterns/combobox/)
//! of WAI-ARIA, for an area of text, which stays a text box.
//!
//! It opens while a word is typed and on Ctrl+Space; arrows choose, Enter or Tab take, Escape closes, and so does leaving the
//! area. What is offered is its owner's to say.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::use_id;
use crate::state::completion::{Completion, Entry, take};

/// What is offered for a text, a caret in bytes, and whether it was asked for.
pub type Find = Callback<(String, usize, bool), Option<Completion>>;

/// The list and what an area needs of it.
pub struct CompletionHandle {
    /// To be called with what was typed.
    pub oninput: Callback<InputEvent>,
    /// See `oninput`.
    pub onkeydown: Callback<KeyboardEvent>,
    /// See `oninput`.
    pub onblur: Callback<FocusEvent>,
    /// The list, to be drawn in a box that it may float in; nothing while it is closed.
    pub list: Html,
    /// The id of the list, while it is open.
    pub open: Option<String>,
    /// The id of the chosen entry.
    pub active: Option<String>,
}

/// The byte at a place that the browser counts in UTF-16.
fn byte_at(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, letter) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += letter.len_utf16();
    }
    text.len()
}

fn caret(area: &HtmlTextAreaElement, text: &str) -> usize {
    let units = area.selection_start().ok().flatten().unwrap_or(0);
    byte_at(text, units as usize)
}

/// A list beside the text area `area`, whose text is `value`. `at_caret` puts it under the caret of a text that does not wrap; else it
/// stands under its box. `onchange` gets the whole text, and with it a #placeholder that must stand for a name.
#[hook]
pub fn use_completion(
    area: NodeRef,
    value: AttrValue,
    find: Option<Find>,
    at_caret: bool,
    onchange: Callback<(String, Option<(String, String)>)>,
) -> CompletionHandle {
    let id = use_id();
    // Where the caret stood when a letter was typed or the list was asked for; what is offered there may come to be known later.
    let place = use_state_eq(|| None::<(usize, bool)>);
    let chosen = use_state_eq(|| 0_usize);
    let shown = (*place)
        .filter(|(caret, _)| value.is_char_boundary(*caret))
        .and_then(|(caret, asked)| find.as_ref()?.emit((value.to_string(), caret, asked)).map(Rc::new));
    let selected = shown.as_ref().map_or(0, |shown| (*chosen).min(shown.entries.len() - 1));
    let pending = use_memo((), |()| Cell::new(None::<usize>));
    let list = use_node_ref();
    // Behind an entry that was taken, the caret stands behind it.
    {
        let (area, pending) = (area.clone(), pending.clone());
        use_effect_with(value.clone(), move |value| {
            if let (Some(byte), Some(area)) = (pending.take(), area.cast::<HtmlTextAreaElement>()) {
                let units = value[..byte.min(value.len())].encode_utf16().count() as u32;
                let _ = area.set_selection_range(units, units);
            }
        });
    }
    {
        let (list, value) = (list.clone(), value.clone());
        use_effect_with(shown.clone(), move |shown| {
            if let (true, Some(shown), Some(list)) = (at_caret, shown, list.cast::<HtmlElement>()) {
                let before = &value[..shown.from.min(value.len())];
                let line = before.matches('\n').count();
                let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
                let style = list.style();
                let _ = style.set_property("top", &format!("{}px", 8 + 19 * (line + 1)));
                let _ =
                    style.set_property("left", &format!("min(calc(10px + {column}ch), calc(100% - 17em))"));
            }
        });
    }
    {
        let list = list.clone();
        use_effect_with((selected, shown.is_some()), move |(selected, _)| {
            let entry = list.cast::<HtmlElement>().and_then(|list| list.children().item(*selected as u32));
            let entry = entry.map(wasm_bindgen::JsCast::unchecked_into::<HtmlElement>);
            if let (Some(list), Some(entry)) = (list.cast::<HtmlElement>(), entry) {
                let (top, bottom) = (entry.offset_top(), entry.offset_top() + entry.offset_height());
                if top < list.scroll_top() {
                    list.set_scroll_top(top);
                } else if bottom > list.scroll_top() + list.client_height() {
                    list.set_scroll_top(bottom - list.client_height());
                }
            }
        });
    }
    let offer = {
        let (place, chosen) = (place.setter(), chosen.setter());
        move |caret: usize, asked: bool| {
            place.set(Some((caret, asked)));
            chosen.set(0);
        }
    };
    let accept = {
        let (shown, value, pending, place) = (shown.clone(), value.clone(), pending.clone(), place.setter());
        let onchange = onchange.clone();
        move |entry: &Entry| {
            if let Some(found) = &shown {
                let (text, caret) = take(&value, found, entry);
                pending.set(Some(caret));
                place.set(None);
                onchange.emit((text, entry.names.clone()));
            }
        }
    };
    let oninput = {
        let offer = offer.clone();
        Callback::from(move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            let text = area.value();
            offer(caret(&area, &text), false);
            onchange.emit((text, None));
        })
    };
    let onkeydown = {
        let (shown, chosen, accept, place) = (shown.clone(), chosen.setter(), accept.clone(), place.setter());
        Callback::from(move |event: KeyboardEvent| {
            let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key());
            if event.ctrl_key() && event.code() == "Space" {
                event.prevent_default();
                let area: HtmlTextAreaElement = event.target_unchecked_into();
                let text = area.value();
                return offer(caret(&area, &text), true);
            }
            let Some(found) = &shown else { return };
            let count = found.entries.len();
            match event.key().as_str() {
                "ArrowDown" if plain => chosen.set((selected + 1) % count),
                "ArrowUp" if plain => chosen.set((selected + count - 1) % count),
                "Enter" | "Tab" if plain => found.entries.get(selected).into_iter().for_each(&accept),
                "Escape" => place.set(None),
                "ArrowLeft" | "ArrowRight" | "Home" | "End" | "PageUp" | "PageDown" => {
                    return place.set(None);
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let onblur = {
        let place = place.setter();
        Callback::from(move |_: FocusEvent| place.set(None))
    };
    let open = shown.as_ref().map(|_| format!("{id}-list"));
    let active = open.as_ref().map(|open| format!("{open}-{selected}"));
    let drawn = match (&shown, &open) {
        (Some(found), Some(open)) => html! {
            <ul class="completion" role="listbox" id={open.clone()} ref={list} data-at-caret={at_caret.to_string()} aria-label="What may be written here">
                { for found.entries.iter().enumerate().map(|(at, entry)| {
                    let onmousedown = {
                        let (accept, entry) = (accept.clone(), entry.clone());
                        Callback::from(move |event: MouseEvent| {
                            // The area keeps the focus.
                            event.prevent_default();
                            accept(&entry);
                        })
                    };
                    html! {
                        <li role="option" id={format!("{open}-{at}")} key={entry.text.clone()} data-entry={entry.label.clone()}
                            aria-selected={(at == selected).to_string()} {onmousedown}>
                            <span>{ &entry.label }</span><span class="completion-detail">{ &entry.detail }</span>
                        </li>
                    }
                }) }
            </ul>
        },
        _ => Html::default(),
    };
    CompletionHandle { oninput, onkeydown, onblur, list: drawn, open, active }
}
