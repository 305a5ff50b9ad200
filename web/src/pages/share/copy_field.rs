//! A text to be taken away: shown whole, copied by a button; where the browser refuses the clipboard, it is selected.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, use_id};
use crate::hooks::copy_text;

/// The props of [`CopyField`].
#[derive(Properties, PartialEq)]
pub struct CopyFieldProps {
    /// The label.
    pub label: AttrValue,
    /// The text; none while it is being made.
    pub value: Option<AttrValue>,
    /// The button's label.
    pub button: AttrValue,
    /// The field's `name`, and the button's `data-action` behind `copy-`.
    pub name: AttrValue,
    /// As a text of several lines.
    #[prop_or_default]
    pub rows: Option<u32>,
    /// How the button looks.
    #[prop_or_default]
    pub kind: ButtonKind,
}

/// A text and its copy button.
#[component]
pub fn CopyField(props: &CopyFieldProps) -> Html {
    let id = use_id();
    let (line, area) = (use_node_ref(), use_node_ref());
    // Of which text, and whether it is on the clipboard.
    let copied = use_state_eq(|| None::<(AttrValue, bool)>);
    let select = {
        let (line, area) = (line.clone(), area.clone());
        move || {
            if let Some(input) = line.cast::<HtmlInputElement>() {
                input.select();
            }
            if let Some(input) = area.cast::<HtmlTextAreaElement>() {
                input.select();
            }
        }
    };
    let onclick = {
        let (value, copied, select) = (props.value.clone(), copied.setter(), select.clone());
        Callback::from(move |()| {
            let Some(value) = value.clone() else { return };
            let (copied, select) = (copied.clone(), select.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let done = copy_text(&value).await;
                if !done {
                    select();
                }
                copied.set(Some((value, done)));
            });
        })
    };
    let onfocus = Callback::from(move |_: FocusEvent| select());
    let value = props.value.clone().unwrap_or_default();
    let said =
        (*copied).as_ref().filter(|(text, _)| Some(text) == props.value.as_ref()).map(|(_, done)| *done);
    let icon = if said == Some(true) { "check" } else { "copy" };
    html! {
        <div class="copy-field">
            <label class="field-label" for={id.clone()}>{ &props.label }</label>
            <div class="copy-row">
                if let Some(rows) = props.rows {
                    <textarea {id} ref={area} class="field-input" data-mono="true" readonly={true} rows={rows.to_string()}
                        name={props.name.clone()} {value} spellcheck="false" {onfocus} />
                } else {
                    <input {id} ref={line} class="field-input" data-mono="true" readonly={true} name={props.name.clone()}
                        {value} spellcheck="false" {onfocus} />
                }
                <Button label={props.button.clone()} {icon} kind={props.kind} {onclick} disabled={props.value.is_none()}
                    action={format!("copy-{}", props.name)} />
            </div>
            <p class="copy-said" role="status" data-copied={said.map(|done| done.to_string())}>
                { match said {
                    Some(true) => "Copied.",
                    Some(false) => "The browser does not let this page use the clipboard. The text is selected: press Ctrl C (⌘ C).",
                    None => "",
                } }
            </p>
        </div>
    }
}
