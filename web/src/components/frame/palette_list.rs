//! What the palette shows: a field, and everything there is that fits what is typed. Enter does the first, the arrows choose another.

use std::rc::Rc;

use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::components::use_id;
use crate::state::palette::{PaletteAct, PaletteEntry, matching};

/// The props of [`PaletteList`].
#[derive(Properties, PartialEq)]
pub struct PaletteListProps {
    /// Everything that can be done.
    pub entries: Rc<Vec<PaletteEntry>>,
    /// This was chosen; the palette wants to be closed.
    pub onchoose: Callback<PaletteAct>,
}

/// So many are listed.
const SHOWN: usize = 40;

/// The field and the list.
#[component]
pub fn PaletteList(props: &PaletteListProps) -> Html {
    let (field, list) = (use_node_ref(), use_node_ref());
    let typed = use_state_eq(String::new);
    let at = use_state_eq(|| 0_usize);
    let id = use_id();
    {
        let field = field.clone();
        use_effect_with((), move |()| {
            if let Some(field) = field.cast::<HtmlElement>() {
                // Fails for no element; a dialog that is shown later gives it the focus itself.
                let _ = field.focus();
            }
        });
    }
    {
        let list = list.clone();
        use_effect_with((*at, (*typed).clone()), move |_| {
            let Some(list) = list.cast::<HtmlElement>() else { return };
            if let Ok(Some(chosen)) = list.query_selector("[aria-selected=true]") {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                chosen.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    let found: Vec<PaletteEntry> =
        matching(&props.entries, &typed).into_iter().take(SHOWN).cloned().collect();
    let oninput = {
        let (typed, at) = (typed.setter(), at.setter());
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<HtmlInputElement>().value());
            at.set(0);
        })
    };
    let onkeydown = {
        let (found, now, at, onchoose) = (found.clone(), *at, at.setter(), props.onchoose.clone());
        Callback::from(move |event: KeyboardEvent| {
            let count = found.len().max(1);
            match event.key().as_str() {
                "ArrowDown" => at.set((now + 1) % count),
                "ArrowUp" => at.set((now + count - 1) % count),
                "Enter" => {
                    if let Some(entry) = found.get(now) {
                        onchoose.emit(entry.act.clone());
                    }
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let entry = |(row, entry): (usize, &PaletteEntry)| {
        let act = entry.act.clone();
        html! {
            <li id={format!("{id}-{row}")} role="option" class="palette-entry" aria-selected={(row == *at).to_string()}
                onclick={props.onchoose.reform(move |_: MouseEvent| act.clone())}>
                <span>{ &entry.label }</span><span class="palette-note">{ &entry.note }</span>
            </li>
        }
    };
    html! {
        <>
            <input class="palette-field" ref={field} type="search" name="palette" placeholder="A page, a table, an operation, a lesson…"
                role="combobox" aria-expanded="true" aria-controls={id.clone()} aria-label="Search or do anything" autocomplete="off" spellcheck="false"
                aria-activedescendant={(!found.is_empty()).then(|| format!("{id}-{}", *at))} value={(*typed).clone()} {oninput} {onkeydown} />
            <ul class="palette-list" id={id.clone()} role="listbox" ref={list}>
                { for found.iter().enumerate().map(entry) }
            </ul>
            if found.is_empty() {
                <p class="palette-none">{ "Nothing of that name." }</p>
            }
        </>
    }
}
