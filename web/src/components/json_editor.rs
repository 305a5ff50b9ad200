//! A text area for JSON with line numbers, colours and the place where it breaks.
//!
//! It keeps what was typed, whatever it is: parsing is its owner's, who hands back the fault. The colours are a second
//! layer under the text area, of the same text in the same cell.

use std::ops::Range;

use yew::prelude::*;

use super::completion::{Find, use_completion};
use crate::state::json_text::{JsonFault, tokens};

/// The props of [`JsonEditor`].
#[derive(Properties, PartialEq)]
pub struct JsonEditorProps {
    /// What it is, for those who do not see it.
    pub label: AttrValue,
    /// The text.
    pub value: AttrValue,
    /// The whole text, after every key.
    pub oninput: Callback<String>,
    /// Where the text breaks.
    #[prop_or_default]
    pub fault: Option<JsonFault>,
    /// The text area's `name`, for tests and forms.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    /// Can be read but not changed.
    #[prop_or_default]
    pub readonly: bool,
    /// The bytes of the text that are wrong though it is JSON, and why.
    #[prop_or_default]
    pub marks: Vec<Range<usize>>,
    /// What is wrong with them, a sentence each.
    #[prop_or_default]
    pub remarks: Vec<AttrValue>,
    /// What is offered where the caret stands.
    #[prop_or_default]
    pub find: Option<Find>,
}

/// Beyond this the colours would cost more than they say.
const COLOURED_BYTES: usize = 100_000;

/// A text area for JSON.
#[component]
pub fn JsonEditor(props: &JsonEditorProps) -> Html {
    let area = use_node_ref();
    let onchange = props.oninput.reform(|(text, _)| text);
    let completion = use_completion(area.clone(), props.value.clone(), props.find.clone(), true, onchange);
    let lines = props.value.split('\n').count();
    let broken = props.fault.as_ref().map(|fault| fault.line);
    html! {
        <div class="json-editor" data-invalid={props.fault.is_some().to_string()}>
            <div class="json-scroll">
                <div class="json-gutter" aria-hidden="true">
                    { for (1..=lines).map(|line| html! {
                        <span data-fault={(broken == Some(line)).then_some("true")}>{ line }</span>
                    }) }
                </div>
                <div class="json-cell">
                    <pre class="json-colours" aria-hidden="true">{ coloured(&props.value, props.fault.as_ref(), &props.marks) }{ "\n" }</pre>
                    <textarea ref={area} class="json-input" aria-label={props.label.clone()} name={props.name.clone()}
                        value={props.value.clone()} oninput={completion.oninput} onkeydown={completion.onkeydown}
                        onblur={completion.onblur} readonly={props.readonly} spellcheck="false"
                        autocomplete="off" autocapitalize="off" wrap="off" data-open={completion.open.is_some().to_string()}
                        aria-autocomplete={props.find.as_ref().map(|_| "list")} aria-controls={completion.open.clone()}
                        aria-activedescendant={completion.active.clone()}
                        aria-invalid={props.fault.as_ref().map(|_| "true")} />
                    { completion.list }
                </div>
            </div>
            if let Some(fault) = &props.fault {
                <p class="json-fault" role="alert" data-line={fault.line.to_string()} data-column={fault.column.to_string()}>
                    { format!("Line {}, column {}: {}", fault.line, fault.column, fault.message) }
                </p>
            } else if !props.remarks.is_empty() {
                <ul class="json-remarks" aria-label="What is wrong with the expressions">
                    { for props.remarks.iter().map(|remark| html! { <li>{ remark }</li> }) }
                </ul>
            }
        </div>
    }
}

fn coloured(text: &str, fault: Option<&JsonFault>, marks: &[Range<usize>]) -> Html {
    if text.len() > COLOURED_BYTES {
        return html! { { text } };
    }
    let marked = fault.map(|fault| place(text, fault));
    let soft = fault.is_none();
    let mut at = 0;
    let mut parts: Vec<Html> = Vec::new();
    for (kind, part) in tokens(text) {
        let (start, end) = (at, at + part.len());
        at = end;
        let kind = kind.name();
        let span = |part: &str, fault: bool| match fault {
            true => {
                html! { <mark data-token={kind} data-soft={soft.then_some("true")}>{ part.to_owned() }</mark> }
            }
            false => html! { <span data-token={kind}>{ part.to_owned() }</span> },
        };
        let mut all = marked.iter().chain(marks.iter().filter(|_| soft));
        match all.find(|marked| marked.start < end && marked.end > start) {
            Some(marked) => {
                let (from, to) = (marked.start.max(start), marked.end.min(end));
                parts.push(span(&text[start..from], false));
                parts.push(span(&text[from..to], true));
                parts.push(span(&text[to..end], false));
            }
            None => parts.push(span(part, false)),
        }
    }
    if marked.is_some_and(|marked| marked.is_empty()) {
        parts.push(html! { <mark>{ " " }</mark> });
    }
    html! { <>{ for parts }</> }
}

/// The bytes of the character at fault; empty at the very end.
fn place(text: &str, fault: &JsonFault) -> std::ops::Range<usize> {
    let before: usize = text.split_inclusive('\n').take(fault.line - 1).map(str::len).sum();
    let line = &text[before.min(text.len())..];
    let start = before + line.char_indices().nth(fault.column - 1).map_or(line.len(), |(at, _)| at);
    let start = start.min(text.len());
    let end = start + text[start..].chars().next().map_or(0, char::len_utf8);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::json_text::parse;

    #[test]
    fn the_marked_character_is_the_one_at_fault() {
        let text = "{\n  \"aé\": x\n}";
        assert_eq!(&text[place(text, &parse(text).unwrap_err())], "x");
        let open = "{\"a\": 1";
        assert!(place(open, &parse(open).unwrap_err()).start >= open.len() - 1);
        let empty = place("", &parse("").unwrap_err());
        assert_eq!(empty, 0..0);
    }
}
