//! A labelled native select.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::use_id;

/// One choice.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectOption {
    /// What is chosen.
    pub value: AttrValue,
    /// What the reader sees.
    pub label: AttrValue,
    /// The heading it stands under; neighbours with the same one are together.
    pub group: Option<AttrValue>,
}

impl SelectOption {
    /// A choice without a heading.
    pub fn new(value: impl Into<AttrValue>, label: impl Into<AttrValue>) -> SelectOption {
        SelectOption { value: value.into(), label: label.into(), group: None }
    }

    /// A choice under a heading.
    pub fn under(
        group: impl Into<AttrValue>,
        value: impl Into<AttrValue>,
        label: impl Into<AttrValue>,
    ) -> SelectOption {
        SelectOption { group: Some(group.into()), ..SelectOption::new(value, label) }
    }
}

/// The props of [`Select`].
#[derive(Properties, PartialEq)]
pub struct SelectProps {
    /// The label.
    pub label: AttrValue,
    /// The choices.
    pub options: Vec<SelectOption>,
    /// The value that is chosen.
    pub value: AttrValue,
    /// The value that was just chosen.
    pub onchange: Callback<String>,
    /// The label is for screen readers only.
    #[prop_or_default]
    pub hide_label: bool,
    /// The select's `name`, for tests and forms.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// Cannot be changed now.
    #[prop_or_default]
    pub disabled: bool,
    /// What is wrong with the choice.
    #[prop_or_default]
    pub error: Option<AttrValue>,
}

/// A labelled native select.
#[component]
pub fn Select(props: &SelectProps) -> Html {
    let id = use_id();
    let onchange =
        props.onchange.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    let option = |option: &SelectOption| {
        html! {
            <option value={option.value.clone()} selected={option.value == props.value}>{ &option.label }</option>
        }
    };
    let groups = props.options.chunk_by(|a, b| a.group == b.group).map(|group| match &group[0].group {
        Some(label) => html! { <optgroup label={label.clone()}>{ for group.iter().map(option) }</optgroup> },
        None => html! { <>{ for group.iter().map(option) }</> },
    });
    html! {
        <div class="field" data-invalid={props.error.as_ref().map(|_| "true")}>
            <label for={id.clone()} class={if props.hide_label { "visually-hidden" } else { "field-label" }}>{ &props.label }</label>
            <select {id} class="select" name={props.name.clone()} disabled={props.disabled} {onchange}
                aria-invalid={props.error.as_ref().map(|_| "true")}>
                { for groups }
            </select>
            if let Some(error) = &props.error {
                <p class="field-error" role="alert">{ error }</p>
            }
        </div>
    }
}
