//! A button that opens a menu: a native popover, placed under its button, or above one in the lower half of the window, through the
//! CSSOM.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::{Icon, use_id};

/// One entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MenuEntry {
    /// What is chosen; the entry's `data-value`.
    pub value: AttrValue,
    /// What the reader sees.
    pub label: AttrValue,
    /// A second word, on the right.
    pub note: Option<AttrValue>,
    /// An icon before the label.
    pub icon: Option<AttrValue>,
    /// Whether it is the chosen one of a group.
    pub checked: Option<bool>,
    /// Something goes for good.
    pub danger: bool,
    /// A line above it.
    pub divided: bool,
}

impl MenuEntry {
    /// An entry with a label only.
    pub fn new(value: impl Into<AttrValue>, label: impl Into<AttrValue>) -> MenuEntry {
        MenuEntry { value: value.into(), label: label.into(), ..MenuEntry::default() }
    }
}

/// The props of [`Menu`].
#[derive(Properties, PartialEq)]
pub struct MenuProps {
    /// The button's label.
    pub label: AttrValue,
    /// The entries.
    pub entries: Vec<MenuEntry>,
    /// An entry's value.
    pub onselect: Callback<AttrValue>,
    /// An icon before the label.
    #[prop_or_default]
    pub icon: Option<AttrValue>,
    /// The value of the button's `data-action`.
    #[prop_or_default]
    pub action: Option<AttrValue>,
    /// Said where there is no entry.
    #[prop_or("Nothing here yet.".into())]
    pub empty: AttrValue,
    /// What the button is for, where the label is a value.
    #[prop_or_default]
    pub title: Option<AttrValue>,
}

/// The room that a menu is given beside its button where the window has it, in CSS pixels.
const WIDE: f64 = 328.0;

/// A button that opens a menu.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let id = use_id();
    let (button, list) = (use_node_ref(), use_node_ref());
    let open = use_state_eq(|| false);
    let place = {
        let (button, list) = (button.clone(), list.clone());
        Callback::from(move |_: MouseEvent| {
            let (Some(button), Some(list)) = (button.cast::<Element>(), list.cast::<HtmlElement>()) else {
                return;
            };
            let rect = button.get_bounding_client_rect();
            let (width, height) = {
                let window = gloo::utils::document_element();
                (window.client_width(), f64::from(window.client_height()))
            };
            let right = rect.left() > f64::from(width) / 2.0;
            let (side, other, distance) = match right {
                true => ("right", "left", f64::from(width) - rect.right()),
                false => ("left", "right", rect.left().min(f64::from(width) - WIDE).max(8.0)),
            };
            let style = list.style();
            let (edge, far, gap) = match rect.top() > height / 2.0 {
                true => ("bottom", "top", height - rect.top() + 4.0),
                false => ("top", "bottom", rect.bottom() + 4.0),
            };
            let places = [(edge, format!("{gap}px")), (side, format!("{distance}px"))];
            let places = places.iter().map(|(n, v)| (*n, v.as_str()));
            for (name, value) in places.chain([(far, "auto"), (other, "auto")]) {
                // The names and values are well formed, so this cannot fail.
                let _ = style.set_property(name, value);
            }
        })
    };
    let ontoggle = {
        let (open, list) = (open.setter(), list.clone());
        Callback::from(move |_: Event| {
            let Some(list) = list.cast::<Element>() else { return };
            let shown = list.matches(":popover-open").unwrap_or(false);
            open.set(shown);
            if shown {
                focus(&list, 0);
            }
        })
    };
    let onkeydown = {
        let list = list.clone();
        Callback::from(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowDown" => 1,
                "ArrowUp" => -1,
                _ => return,
            };
            event.prevent_default();
            if let Some(list) = list.cast::<Element>() {
                focus(&list, by);
            }
        })
    };
    html! {
        <>
            <button type="button" class="button menu-button" data-kind="quiet" ref={button} popovertarget={id.clone()}
                aria-haspopup="menu" aria-expanded={open.to_string()} data-action={props.action.clone()}
                title={props.title.clone()} onclick={place}>
                if let Some(icon) = &props.icon {
                    <Icon name={icon.clone()} />
                }
                <span>{ &props.label }</span>
                <Icon name="chevron-down" />
            </button>
            <div class="menu" popover="auto" id={id.clone()} role="menu" ref={list} {ontoggle} {onkeydown}>
                if props.entries.is_empty() {
                    <p class="menu-empty">{ &props.empty }</p>
                }
                { for props.entries.iter().map(|entry| {
                    let value = entry.value.clone();
                    let onclick = props.onselect.reform(move |_: MouseEvent| value.clone());
                    let role = if entry.checked.is_some() { "menuitemradio" } else { "menuitem" };
                    html! {
                        <button type="button" class="menu-entry" {role} {onclick} popovertarget={id.clone()}
                            popovertargetaction="hide" data-value={entry.value.clone()}
                            data-danger={entry.danger.then_some("true")} data-divided={entry.divided.then_some("true")}
                            aria-checked={entry.checked.map(|on| on.to_string())}>
                            if let Some(icon) = &entry.icon {
                                <Icon name={icon.clone()} />
                            } else if entry.checked.is_some() {
                                <Icon name="check" />
                            }
                            <span class="menu-label">{ &entry.label }</span>
                            if let Some(note) = &entry.note {
                                <span class="menu-note">{ note }</span>
                            }
                        </button>
                    }
                }) }
            </div>
        </>
    }
}

/// Moves the focus by so many entries, round the ends; to the first where none has it.
fn focus(list: &Element, by: i32) {
    let Ok(entries) = list.query_selector_all(".menu-entry") else { return };
    let count = entries.length() as i32;
    let active = gloo::utils::document().active_element();
    let here = (0..count).find(|at| entries.item(*at as u32).as_ref() == active.as_ref().map(|e| e.as_ref()));
    let to = here.map_or(0, |here| (here + by).rem_euclid(count.max(1)));
    if let Some(entry) = entries.item(to as u32).and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
        let _ = entry.focus();
    }
}
