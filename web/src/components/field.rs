//! A labelled text field, with its error beside it.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::use_id;

/// The props of [`Field`].
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// The label.
    pub label: AttrValue,
    /// What stands in it.
    pub value: AttrValue,
    /// The whole text, after every key.
    pub oninput: Callback<String>,
    /// What is wrong with it.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// A sentence under it.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// Shown while it is empty.
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// In the face for data.
    #[prop_or_default]
    pub mono: bool,
    /// More lines than one, so many shown.
    #[prop_or_default]
    pub rows: Option<u32>,
    /// Offered while typing.
    #[prop_or_default]
    pub suggestions: Vec<AttrValue>,
    /// `text`, `number`, `search`.
    #[prop_or("text".into())]
    pub input_type: AttrValue,
    /// Before the field: a type badge, a select.
    #[prop_or_default]
    pub before: Html,
    /// The field's `name`, for tests and forms.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// The label is for screen readers only.
    #[prop_or_default]
    pub hide_label: bool,
    /// Can be read but not changed.
    #[prop_or_default]
    pub disabled: bool,
}

/// A labelled text field.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let id = use_id();
    let error_id = format!("{id}-error");
    let list_id = (!props.suggestions.is_empty()).then(|| format!("{id}-list"));
    let described = props.error.as_ref().map(|_| error_id.clone());
    let invalid = props.error.as_ref().map(|_| "true");
    let input = match props.rows {
        Some(rows) => {
            let oninput = props
                .oninput
                .reform(|event: InputEvent| event.target_unchecked_into::<HtmlTextAreaElement>().value());
            html! {
                <textarea id={id.clone()} class="field-input" data-mono={props.mono.to_string()} rows={rows.to_string()}
                    name={props.name.clone()} value={props.value.clone()} {oninput} disabled={props.disabled}
                    placeholder={props.placeholder.clone()} spellcheck="false" autocomplete="off"
                    aria-invalid={invalid} aria-describedby={described} />
            }
        }
        None => {
            let oninput = props
                .oninput
                .reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
            html! {
                <input id={id.clone()} class="field-input" data-mono={props.mono.to_string()}
                    type={props.input_type.clone()} name={props.name.clone()} value={props.value.clone()} {oninput}
                    disabled={props.disabled} placeholder={props.placeholder.clone()} spellcheck="false"
                    autocomplete="off" list={list_id.clone()} aria-invalid={invalid} aria-describedby={described} />
            }
        }
    };
    html! {
        <div class="field" data-invalid={invalid}>
            <label for={id} class={if props.hide_label { "visually-hidden" } else { "field-label" }}>{ &props.label }</label>
            <div class="field-row">{ props.before.clone() }{ input }</div>
            if let Some(list_id) = list_id {
                <datalist id={list_id}>
                    { for props.suggestions.iter().map(|text| html! { <option value={text.clone()} /> }) }
                </datalist>
            }
            if let Some(error) = &props.error {
                <p class="field-error" id={error_id} role="alert">{ error }</p>
            } else if let Some(hint) = &props.hint {
                <p class="field-hint">{ hint }</p>
            }
        </div>
    }
}
