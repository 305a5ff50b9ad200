//! The clients before they send anything: an operation and its request each, side by side.

use serde_json::Value;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, JsonEditor, Select, SelectOption};
use crate::state::json_text::{JsonFault, parse, print};

/// The operations that a client can send here.
pub const OPERATIONS: [&str; 6] =
    ["TransactWriteItems", "TransactGetItems", "PutItem", "UpdateItem", "DeleteItem", "GetItem"];

/// So many clients stand side by side.
pub const MOST: usize = 6;

/// A client that is being written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The operation.
    pub operation: String,
    /// The request's text.
    pub text: String,
}

impl Draft {
    /// A client with that request.
    pub fn of(operation: &str, request: &Value) -> Draft {
        Draft { operation: operation.into(), text: print(request) }
    }

    /// What is wrong with the text.
    pub fn fault(&self) -> Option<JsonFault> {
        parse(&self.text).err()
    }

    fn value(&self) -> Value {
        serde_json::json!({ "Operation": self.operation, "Request": parse(&self.text).unwrap_or_default() })
    }
}

/// The clients as the engine takes them; none where a text cannot be read.
pub fn request_of(drafts: &[Draft]) -> Option<Vec<Value>> {
    drafts.iter().all(|draft| draft.fault().is_none()).then(|| drafts.iter().map(Draft::value).collect())
}

/// The drafts as they are kept for a reload.
pub fn keep(drafts: &[Draft]) -> String {
    let all: Vec<Value> =
        drafts.iter().map(|draft| serde_json::json!([draft.operation, draft.text])).collect();
    Value::from(all).to_string()
}

/// The drafts that were kept.
pub fn kept(text: &str) -> Option<Vec<Draft>> {
    let all: Vec<(String, String)> = serde_json::from_str(text).ok()?;
    (!all.is_empty() && all.len() <= MOST)
        .then(|| all.into_iter().map(|(operation, text)| Draft { operation, text }).collect())
}

/// The props of [`Clients`].
#[derive(Properties, PartialEq)]
pub struct ClientsProps {
    /// The clients.
    pub drafts: Vec<Draft>,
    /// They changed.
    pub onchange: Callback<Vec<Draft>>,
}

/// The clients side by side.
#[component]
pub fn Clients(props: &ClientsProps) -> Html {
    let change = |at: usize, with: fn(&mut Draft, String)| {
        let drafts = props.drafts.clone();
        props.onchange.reform(move |text: String| {
            let mut drafts = drafts.clone();
            with(&mut drafts[at], text);
            drafts
        })
    };
    let options: Vec<SelectOption> = OPERATIONS.iter().map(|name| SelectOption::new(*name, *name)).collect();
    let onadd = {
        let drafts = props.drafts.clone();
        props.onchange.reform(move |()| {
            let last = drafts.last().cloned();
            drafts.iter().cloned().chain(last).collect()
        })
    };
    html! {
        <div class="tx-clients">
            { for props.drafts.iter().enumerate().map(|(at, draft)| {
                let onremove = {
                    let drafts = props.drafts.clone();
                    props.onchange.reform(move |()| {
                        let mut drafts = drafts.clone();
                        drafts.remove(at);
                        drafts
                    })
                };
                html! {
                    <section key={at} class="tx-client" data-client={(at + 1).to_string()} aria-label={format!("Client {}", at + 1)}>
                        <header>
                            <h3>{ format!("Client {}", at + 1) }</h3>
                            <Select label="Operation" hide_label=true name={format!("operation-{}", at + 1)} options={options.clone()}
                                value={draft.operation.clone()} onchange={change(at, |draft, text| draft.operation = text)} />
                            if props.drafts.len() > 1 {
                                <Button label={format!("Remove client {}", at + 1)} icon="x" icon_only=true kind={ButtonKind::Quiet}
                                    onclick={onremove} action={format!("remove-{}", at + 1)} />
                            }
                        </header>
                        <JsonEditor label={format!("{} request of client {}", draft.operation, at + 1)} name={format!("request-{}", at + 1)}
                            value={draft.text.clone()} fault={draft.fault()} oninput={change(at, |draft, text| draft.text = text)} />
                    </section>
                }
            }) }
            if props.drafts.len() < MOST {
                <Button label="Another client" icon="plus" kind={ButtonKind::Quiet} onclick={onadd} action="add-client" />
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_are_kept_and_read_again() {
        let drafts = vec![
            Draft::of("GetItem", &serde_json::json!({"TableName": "A"})),
            Draft { operation: "PutItem".into(), text: "{ broken".into() },
        ];
        assert_eq!(kept(&keep(&drafts)), Some(drafts.clone()));
        assert_eq!(request_of(&drafts), None, "a text that cannot be read is not sent");
        assert_eq!(request_of(&drafts[..1]).map(|all| all.len()), Some(1));
        assert_eq!(kept("[]"), None);
    }
}
