//! The form's plain parts, and those of the stream operations and of Time to Live.

use yew::prelude::*;

use super::{RequestFormProps, check, spaced};
use crate::components::{Button, ButtonKind, Field, Select, SelectOption};
use crate::state::request::edit::Edit;
use crate::state::tables::TableDescription;

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

/// `ShardId`, with the shards of the stream offered.
pub fn shard(props: &RequestFormProps) -> Html {
    let value = props.request["ShardId"].as_str().unwrap_or_default().to_owned();
    let oninput = props.onedit.reform(|text| Edit::Text("ShardId", text));
    html! {
        <div class="wide">
            <Field label="Shard id" name="ShardId" mono={true} suggestions={props.shards.clone()} {value} {oninput} />
        </div>
    }
}

/// The way to the designer, where tables are made and changed step by step.
pub fn designer(props: &RequestFormProps, table: Option<&TableDescription>) -> Html {
    let Some(ondesigner) = &props.ondesigner else { return Html::default() };
    let table = table.map(|table| table.name.clone());
    let onclick = ondesigner.reform(move |()| table.clone());
    html! {
        <div class="wide">
            <Button label="Open in the designer" kind={ButtonKind::Quiet} icon="pencil" {onclick} action="open-designer" />
        </div>
    }
}
