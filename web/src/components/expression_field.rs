//! A field for an expression or a PartiQL statement: coloured, with what is wrong underlined, and completion.
//!
//! It keeps what was typed; what is offered and what is wrong is its owner's to say.

use std::ops::Range;

use yew::prelude::*;

use super::completion::{Find, use_completion};
use super::use_id;
use crate::state::expression_text::{Dialect, Token, tokens};

/// The props of [`ExpressionField`].
#[derive(Properties, PartialEq)]
pub struct ExpressionFieldProps {
    /// The label.
    pub label: AttrValue,
    /// The field's `name`, for tests and forms.
    pub name: AttrValue,
    /// The text.
    pub value: AttrValue,
    /// The whole text, after every key, and with it a #placeholder that must stand for a name.
    pub onchange: Callback<(String, Option<(String, String)>)>,
    /// Shown while it is empty.
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// Which language it is in.
    pub dialect: Dialect,
    /// How many lines it has at least.
    #[prop_or(1)]
    pub rows: u32,
    /// What is wrong, and the bytes that it is about.
    #[prop_or_default]
    pub fault: Option<(AttrValue, Range<usize>)>,
    /// What is offered.
    #[prop_or_default]
    pub find: Option<Find>,
}

/// A field for an expression.
#[component]
pub fn ExpressionField(props: &ExpressionFieldProps) -> Html {
    let id = use_id();
    let area = use_node_ref();
    let completion =
        use_completion(area.clone(), props.value.clone(), props.find.clone(), false, props.onchange.clone());
    let fault_id = format!("{id}-fault");
    let colours = coloured(&props.value, props.dialect, props.fault.as_ref().map(|(_, at)| at.clone()));
    html! {
        <div class="field expression-field" data-invalid={props.fault.is_some().then_some("true")}>
            <label for={id.clone()} class="field-label">{ &props.label }</label>
            <div class="expression-box">
                <pre class="expression-colours" aria-hidden="true">{ colours }{ "\n" }</pre>
                <textarea id={id} ref={area} class="expression-input" name={props.name.clone()} rows={props.rows.to_string()}
                    value={props.value.clone()} placeholder={props.placeholder.clone()} spellcheck="false" autocomplete="off"
                    autocapitalize="off" aria-autocomplete="list" data-open={completion.open.is_some().to_string()}
                    aria-controls={completion.open.clone()} aria-activedescendant={completion.active.clone()} aria-haspopup="listbox"
                    aria-invalid={props.fault.as_ref().map(|_| "true")} aria-describedby={props.fault.as_ref().map(|_| fault_id.clone())}
                    oninput={completion.oninput} onkeydown={completion.onkeydown} onblur={completion.onblur} />
                { completion.list }
            </div>
            if let Some((message, at)) = &props.fault {
                <p class="expression-fault" id={fault_id} data-start={at.start.to_string()} data-end={at.end.to_string()}>{ message }</p>
            }
        </div>
    }
}

/// The text in its colours, with what is wrong marked.
fn coloured(text: &str, dialect: Dialect, fault: Option<Range<usize>>) -> Html {
    let mut at = 0;
    let mut parts: Vec<Html> = Vec::new();
    let mut put = |kind: Token, part: &str, wrong: bool| {
        if part.is_empty() {
            return;
        }
        let (kind, part) = (kind.name(), part.to_owned());
        parts.push(match wrong {
            true => html! { <mark data-token={kind}>{ part }</mark> },
            false => html! { <span data-token={kind}>{ part }</span> },
        });
    };
    let all = text.len()..text.len();
    let wrong = fault.clone().unwrap_or(all);
    for (kind, part) in tokens(text, dialect) {
        let (start, end) = (at, at + part.len());
        at = end;
        let cut = |byte: usize| {
            let mut byte = byte.clamp(start, end) - start;
            while !part.is_char_boundary(byte) {
                byte -= 1;
            }
            byte
        };
        let (from, to) = (cut(wrong.start), cut(wrong.end));
        put(kind, &part[..from], false);
        put(kind, &part[from..to], true);
        put(kind, &part[to..], false);
    }
    // What is missing at the end is shown there.
    if fault.is_some_and(|fault| fault.is_empty() && fault.start >= text.len()) {
        put(Token::Space, " ", true);
    }
    html! { <>{ for parts }</> }
}
