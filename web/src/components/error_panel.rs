//! An exception: its own name and words first, then one sentence of why, then the rule's number.

use serde_json::Value;
use yew::prelude::*;

use super::Icon;
use crate::protocol::ClientError;
use crate::state::lesson::show;

/// The props of [`ErrorPanel`].
#[derive(Properties, PartialEq)]
pub struct ErrorPanelProps {
    /// The fault.
    pub error: ClientError,
    /// What would set it right: buttons.
    #[prop_or_default]
    pub actions: Html,
}

/// An exception, explained.
#[component]
pub fn ErrorPanel(props: &ErrorPanelProps) -> Html {
    let shown = show(&props.error);
    let reasons = reasons(&props.error);
    html! {
        <section class="error-panel" role="alert" data-exception={shown.name.clone()}>
            <Icon name="octagon-alert" />
            <div>
                <h3>{ &shown.name }</h3>
                <p class="error-message">{ &shown.message }</p>
                if !reasons.is_empty() {
                    <ol class="error-reasons">
                        { for reasons.into_iter().map(|(code, message)| html! {
                            <li data-code={code.clone()}><code>{ code }</code>{ " " }{ message }</li>
                        }) }
                    </ol>
                }
                if let Some(why) = shown.why {
                    <p class="error-why">{ why }</p>
                }
                if let Some(rule) = shown.rule {
                    <p class="error-rule">{ rule }</p>
                }
                <div class="error-actions">{ props.actions.clone() }</div>
            </div>
        </section>
    }
}

/// `CancellationReasons`: code and message, in the order of the actions.
fn reasons(error: &ClientError) -> Vec<(String, String)> {
    let ClientError::Api { body, .. } = error else { return Vec::new() };
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let reasons = body["CancellationReasons"].as_array().into_iter().flatten();
    reasons.map(|reason| (text(&reason["Code"]), text(&reason["Message"]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reasons_stand_in_the_order_of_the_actions() {
        let body = r#"{"CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "m"}]}"#;
        let error = ClientError::Api { name: "T".into(), message: "m".into(), body: body.into() };
        let pairs = reasons(&error);
        assert_eq!(pairs[0], ("None".into(), String::new()));
        assert_eq!(pairs[1], ("ConditionalCheckFailed".into(), "m".into()));
        assert!(reasons(&ClientError::LeaderChanged { check: String::new() }).is_empty());
    }
}
