//! A row of tabs, by the [WAI-ARIA pattern](https://www.w3.org/WAI/ARIA/apg/patterns/tabs/): arrows move, the chosen one is
//! in the tab order. Only the row; whoever uses it draws the panel.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::Icon;

/// One tab.
#[derive(Clone, Debug, PartialEq)]
pub struct Tab {
    /// Its name to the program, and its `data-tab`.
    pub id: AttrValue,
    /// Its name to the reader.
    pub label: AttrValue,
    /// An icon before the label.
    pub icon: Option<AttrValue>,
    /// A figure behind the label.
    pub note: Option<AttrValue>,
}

impl Tab {
    /// A tab with a label only.
    pub fn new(id: impl Into<AttrValue>, label: impl Into<AttrValue>) -> Tab {
        Tab { id: id.into(), label: label.into(), icon: None, note: None }
    }
}

/// The props of [`Tabs`].
#[derive(Properties, PartialEq)]
pub struct TabsProps {
    /// What the row is for.
    pub label: AttrValue,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// The chosen one's id.
    pub selected: AttrValue,
    /// A tab's id.
    pub onselect: Callback<AttrValue>,
    /// `page` for the frame's row, `inner` for a pane's.
    #[prop_or("inner".into())]
    pub kind: AttrValue,
}

/// A row of tabs.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let row = use_node_ref();
    let at = props.tabs.iter().position(|tab| tab.id == props.selected).unwrap_or(0);
    let onkeydown = {
        let (row, tabs, onselect) = (row.clone(), props.tabs.clone(), props.onselect.clone());
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowRight" => (at + 1) % tabs.len(),
                "ArrowLeft" => (at + tabs.len() - 1) % tabs.len(),
                "Home" => 0,
                "End" => tabs.len() - 1,
                _ => return,
            };
            event.prevent_default();
            onselect.emit(tabs[to].id.clone());
            let child = row.cast::<HtmlElement>().and_then(|row| row.children().item(to as u32));
            if let Some(child) = child {
                let _ = wasm_bindgen::JsCast::unchecked_into::<HtmlElement>(child).focus();
            }
        })
    };
    html! {
        <div class="tabs" role="tablist" data-kind={props.kind.clone()} aria-label={props.label.clone()} ref={row} {onkeydown}>
            { for props.tabs.iter().enumerate().map(|(place, tab)| {
                let selected = tab.id == props.selected;
                let onclick = {
                    let id = tab.id.clone();
                    props.onselect.reform(move |_: MouseEvent| id.clone())
                };
                html! {
                    <button type="button" role="tab" class="tab" key={tab.id.to_string()} data-tab={tab.id.clone()} {onclick}
                        aria-selected={selected.to_string()} tabindex={if place == at { "0" } else { "-1" }}>
                        if let Some(icon) = &tab.icon {
                            <Icon name={icon.clone()} />
                        }
                        <span>{ &tab.label }</span>
                        if let Some(note) = &tab.note {
                            <span class="tab-note">{ note }</span>
                        }
                    </button>
                }
            }) }
        </div>
    }
}
