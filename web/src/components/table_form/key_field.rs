//! One attribute of a key: its type before its name.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Field, Select, SelectOption};
use crate::state::design::KeyPart;

/// The props of [`KeyField`].
#[derive(Properties, PartialEq)]
pub struct KeyFieldProps {
    /// The label.
    pub label: AttrValue,
    /// The field's `name`.
    pub name: AttrValue,
    /// The attribute.
    pub part: KeyPart,
    /// It was changed.
    pub onchange: Callback<KeyPart>,
    /// What is wrong with it.
    #[prop_or_default]
    pub error: Option<String>,
    /// A sentence under it.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// Names to offer.
    #[prop_or_default]
    pub suggestions: Vec<AttrValue>,
    /// It is as it is.
    #[prop_or_default]
    pub fixed: bool,
    /// Take it out, where that can be.
    #[prop_or_default]
    pub onremove: Option<Callback<()>>,
}

/// One attribute of a key.
#[component]
pub fn KeyField(props: &KeyFieldProps) -> Html {
    let kinds = [("S", "String"), ("N", "Number"), ("B", "Binary")];
    let options: Vec<SelectOption> =
        kinds.iter().map(|(value, label)| SelectOption::new(*value, *label)).collect();
    let onkind = {
        let part = props.part.clone();
        props.onchange.reform(move |kind| KeyPart { kind, ..part.clone() })
    };
    let oninput = {
        let part = props.part.clone();
        props.onchange.reform(move |name| KeyPart { name, ..part.clone() })
    };
    let before = html! {
        <Select label={format!("Type of the {}", props.label.to_lowercase())} hide_label={true} name={format!("{}-type", props.name)}
            {options} value={props.part.kind.clone()} onchange={onkind} disabled={props.fixed} />
    };
    html! {
        <div class="key-field">
            <Field label={props.label.clone()} name={props.name.clone()} value={props.part.name.clone()} {oninput} {before}
                mono={true} disabled={props.fixed} error={props.error.clone().map(AttrValue::from)} hint={props.hint.clone()}
                suggestions={props.suggestions.clone()} placeholder="attribute name" />
            if let Some(onremove) = &props.onremove {
                <Button label={format!("Remove the {}", props.label.to_lowercase())} icon="x" icon_only={true}
                    kind={ButtonKind::Quiet} onclick={onremove.clone()} disabled={props.fixed} />
            }
        </div>
    }
}
