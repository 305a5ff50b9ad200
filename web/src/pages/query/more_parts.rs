//! The form's parts of the table and stream operations: plain members, the stream, time to live, the way to the designer.

use yew::prelude::*;

use super::edit::Edit;
use super::form::{RequestFormProps, check, spaced};
use super::operations::Part;
use crate::components::{Button, Field, Select, SelectOption};
use crate::hooks::use_route;
use crate::state::json_text::entries;
use crate::state::route::Page;

/// A member that is text.
pub fn text(props: &RequestFormProps, member: &'static str) -> Html {
    let value = props.request[member].as_str().unwrap_or_default().to_owned();
    let oninput = props.onedit.reform(move |text| Edit::Text(member, text));
    html! { <div class="wide"><Field label={spaced(member)} name={member} mono={true} {value} {oninput} /></div> }
}

/// A member that must be one of these words.
pub fn word(props: &RequestFormProps, member: &'static str, words: &[&'static str]) -> Html {
    let value = props.request[member].as_str().unwrap_or_default().to_owned();
    let mut options: Vec<SelectOption> = words.iter().map(|word| SelectOption::new(*word, *word)).collect();
    if !words.contains(&value.as_str()) {
        options.insert(
            0,
            SelectOption::new(
                value.clone(),
                if value.is_empty() { "Choose one".to_owned() } else { value.clone() },
            ),
        );
    }
    let onchange = props.onedit.reform(move |word| Edit::Text(member, word));
    html! { <Select label={spaced(member)} name={member} {options} {value} {onchange} /> }
}

/// `StreamArn`: the newest stream of each table that has one.
pub fn stream(props: &RequestFormProps) -> Html {
    let value = props.request["StreamArn"].as_str().unwrap_or_default().to_owned();
    let mut options: Vec<SelectOption> = props
        .tables
        .iter()
        .filter_map(|table| {
            let arn = table.stream_arn.clone()?;
            let label = arn.rsplit('/').next().unwrap_or_default().to_owned();
            Some(SelectOption::new(arn, format!("{} · {label}", table.name)))
        })
        .collect();
    if !options.iter().any(|option| option.value == value) {
        let label = if value.is_empty() { "Choose a stream".to_owned() } else { value.clone() };
        options.insert(0, SelectOption::new(value.clone(), label));
    }
    let hint = options.iter().all(|option| option.value.is_empty());
    let onchange = props.onedit.reform(|arn| Edit::Text("StreamArn", arn));
    html! {
        <div class="wide">
            <Select label="Stream" name="StreamArn" {options} {value} {onchange} />
            if hint {
                <p class="form-note">{ "No table has a stream yet. UpdateTable or the designer begins one." }</p>
            }
        </div>
    }
}

/// `TimeToLiveSpecification`.
pub fn time_to_live(props: &RequestFormProps) -> Html {
    const MEMBER: &str = "TimeToLiveSpecification";
    let specification = &props.request[MEMBER];
    let value = specification["AttributeName"].as_str().unwrap_or_default().to_owned();
    let within = |edit| Edit::Within(MEMBER, Box::new(edit));
    let oninput = props.onedit.reform(move |text| within(Edit::Text("AttributeName", text)));
    let onchange = props.onedit.reform(move |on: bool| within(Edit::Flag("Enabled", Some(on))));
    html! {
        <>
            <Field label="Attribute name" name="AttributeName" mono={true} {value} {oninput} />
            { check("Enabled", "Enabled", specification["Enabled"] == true, onchange) }
        </>
    }
}

/// The plain members that are there as fields, the others named.
pub fn members(props: &RequestFormProps) -> Html {
    const PLAIN: [&str; 2] = ["TableName", "BillingMode"];
    let chosen = props.operation.form.contains(&Part::Table);
    let plain = PLAIN
        .iter()
        .filter(|member| props.request[**member].is_string() && !(chosen && **member == "TableName"));
    let fields = plain.map(|member| text(props, member));
    let others =
        entries(&props.request).into_iter().filter(|(_, value)| value.is_object() || value.is_array());
    let others: Vec<&str> = others.map(|(name, _)| name.as_str()).collect();
    html! {
        <>
            { for fields }
            if !others.is_empty() {
                <p class="form-note wide">
                    { for others.iter().map(|name| html! { <code>{ *name }</code> }) }{ " stand in the JSON beside." }
                </p>
            }
        </>
    }
}

/// The props of [`DesignerLink`].
#[derive(Properties, PartialEq)]
pub struct DesignerLinkProps {
    /// The table that is meant.
    pub table: Option<String>,
    /// A new table is meant.
    pub new: bool,
}

/// The way to the designer, where tables are made and changed by hand.
#[component]
pub fn DesignerLink(props: &DesignerLinkProps) -> Html {
    let route = use_route();
    let onclick = {
        let (table, new) = (props.table.clone(), props.new);
        Callback::from(move |()| {
            let to = route.route.at(Page::Design);
            let to = if new {
                to.on(None, None).with("new", Some(String::new()))
            } else {
                to.on(table.clone(), None)
            };
            route.go.emit(to);
        })
    };
    html! { <div class="wide"><Button label="Open in the designer" {onclick} action="open-designer" /></div> }
}
