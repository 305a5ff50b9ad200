//! A row's item as text: DynamoDB JSON or plain JSON, whichever it is.

use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use crate::components::Field;
use crate::share::import::{is_typed, plain_item};
use crate::state::json_text::print;
use crate::state::request::edit::Edit;

/// The item that a text holds: DynamoDB JSON where every attribute is one, else plain JSON.
pub fn item_of(text: &str) -> Result<Value, String> {
    match serde_json::from_str::<Value>(text) {
        Ok(value) if value.as_object().is_some_and(|map| map.values().all(is_typed)) => Ok(value),
        Ok(value) if value.is_object() => plain_item(text),
        Ok(_) => Err("An item is a JSON object.".to_owned()),
        Err(error) => Err(format!("Not JSON: {error}.")),
    }
}

/// The props of [`ItemText`].
#[derive(Properties, PartialEq)]
pub struct ItemTextProps {
    /// The request.
    pub request: Rc<Value>,
    /// A change.
    pub onedit: Callback<Edit>,
}

/// `Item` as text. What cannot be read stays as it was typed, and the request as it was.
#[component]
pub fn ItemText(props: &ItemTextProps) -> Html {
    let typed = use_state_eq(|| None::<(String, Value)>);
    let item = &props.request["Item"];
    // The text stands as long as the item is the one that it was typed for.
    let text = match &*typed {
        Some((text, of)) if of == item => text.clone(),
        _ => print(item),
    };
    let error = item_of(&text).err().map(AttrValue::from);
    let oninput = {
        let (setter, onedit, now) = (typed.setter(), props.onedit.clone(), item.clone());
        Callback::from(move |text: String| match item_of(&text) {
            Ok(item) => {
                setter.set(Some((text, item.clone())));
                onedit.emit(Edit::Whole("Item", item));
            }
            Err(_) => setter.set(Some((text, now.clone()))),
        })
    };
    html! {
        <details class="item-text wide">
            <summary>{ "The item as JSON" }</summary>
            <Field label="The item as JSON" hide_label={true} name="item-json" mono={true} rows={6} value={text} {oninput} {error}
                hint="DynamoDB's JSON or plain JSON; plain JSON becomes DynamoDB's in the request." />
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_item_is_read_in_either_json() {
        let typed = json!({"id": {"N": "1.50"}, "tags": {"SS": ["a"]}});
        assert_eq!(item_of(&typed.to_string()), Ok(typed));
        assert_eq!(item_of(r#"{"id": 1.50, "x": "y"}"#), Ok(json!({"id": {"N": "1.50"}, "x": {"S": "y"}})));
        assert!(item_of("[1]").is_err() && item_of("{").is_err());
    }
}
