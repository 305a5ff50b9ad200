//! The form's plain parts, and those of the operations on streams, backups, tags and policies.

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use super::{RequestFormProps, fault_of, offered, spaced};
use crate::components::{Button, ButtonKind, ExpressionField, Field, Select, SelectOption};
use crate::state::attribute::{vector_of, vector_text};
use crate::state::expression_text::Dialect;
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

/// A member other than `TableName` that names a table.
pub fn other_table(props: &RequestFormProps, member: &'static str) -> Html {
    let names = props.tables.iter().map(|table| (table.name.clone(), table.name.clone()));
    choice(props, member, &spaced(member), names.collect())
}

/// `ResourceArn`: a table's, by its name.
pub fn resource(props: &RequestFormProps) -> Html {
    let arn = |table: &Rc<TableDescription>| {
        Some((table.body["TableArn"].as_str()?.to_owned(), table.name.clone()))
    };
    choice(props, "ResourceArn", "Resource", props.tables.iter().filter_map(arn).collect())
}

/// A member that names one of these tables, `(value, label)`, or is what stands there now.
fn choice(props: &RequestFormProps, member: &'static str, label: &str, known: Vec<(String, String)>) -> Html {
    let value = props.request[member].as_str().unwrap_or_default().to_owned();
    let there = known.iter().any(|(known, _)| *known == value);
    let mut options: Vec<SelectOption> =
        known.into_iter().map(|(value, label)| SelectOption::new(value, label)).collect();
    if !there {
        let shown = if value.is_empty() { "Choose a table".to_owned() } else { value.clone() };
        options.insert(0, SelectOption::new(value.clone(), shown));
    }
    let onchange = props.onedit.reform(move |text| Edit::Text(member, text));
    html! { <Select label={label.to_owned()} name={member} {options} {value} {onchange} /> }
}

/// A member that is a long text.
pub fn long_text(props: &RequestFormProps, member: &'static str) -> Html {
    let value = props.request[member].as_str().unwrap_or_default().to_owned();
    if member == "Statement" {
        let onchange = props.onedit.reform(move |(text, _)| Edit::Text(member, text));
        return html! {
            <div class="wide">
                <ExpressionField label={spaced(member)} name={member} {value} {onchange} dialect={Dialect::PartiQl} rows={4}
                    fault={fault_of(props, member)} find={Some(offered(props, member))} />
            </div>
        };
    }
    let oninput = props.onedit.reform(move |text| Edit::Text(member, text));
    html! {
        <div class="wide"><Field label={spaced(member)} name={member} mono={true} rows={6} {value} {oninput} /></div>
    }
}

/// A member that is a list of texts: one a line.
pub fn lines(props: &RequestFormProps, member: &'static str) -> Html {
    let list = props.request[member].as_array().into_iter().flatten();
    let value = list.filter_map(Value::as_str).collect::<Vec<_>>().join("\n");
    let oninput = props
        .onedit
        .reform(move |text: String| Edit::Whole(member, text.split('\n').map(Value::from).collect()));
    html! {
        <div class="wide">
            <Field label={format!("{}, one a line", spaced(member))} name={member} mono={true} rows={3} {value} {oninput} />
        </div>
    }
}

/// A member that is a number, whole or not.
pub fn decimal(props: &RequestFormProps, member: &'static str) -> Html {
    let value = match &props.request[member] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let error =
        (!value.is_empty() && value.trim().parse::<f64>().is_err()).then(|| AttrValue::from("Not a number."));
    let oninput = props.onedit.reform(move |text| Edit::Number(member, text));
    html! { <Field label={spaced(member)} name={member} {value} {oninput} {error} placeholder="any" mono={true} /> }
}

/// A vector: its numbers, with commas between them.
pub fn vector(props: &RequestFormProps, member: &'static str) -> Html {
    let Some(value) = vector_text(&props.request[member]) else { return in_json(&[member]) };
    let wrong = value.split(',').any(|number| number.parse::<f32>().is_err());
    let error = (!value.is_empty() && wrong).then(|| AttrValue::from("Numbers, with commas between them."));
    let count = props.request[member].as_array().map_or(0, Vec::len);
    let oninput = props.onedit.reform(move |text: String| Edit::Whole(member, vector_of(&text)));
    html! {
        <div class="wide">
            <Field label={format!("{}, {count} dimensions", spaced(member))} name={member} mono={true} rows={2} {value} {oninput} {error} />
        </div>
    }
}

/// `IndexName`, among the table's vector indexes.
pub fn vector_index(props: &RequestFormProps, table: Option<&TableDescription>) -> Html {
    const MEMBER: &str = "IndexName";
    let value = props.request[MEMBER].as_str().unwrap_or_default().to_owned();
    let names = table.map(TableDescription::vector_indexes).unwrap_or_default();
    let mut options: Vec<SelectOption> =
        names.iter().map(|name| SelectOption::new(name.to_string(), name.to_string())).collect();
    if !names.contains(&value.as_str()) {
        let label = match value.is_empty() {
            true => "Choose a vector index".to_owned(),
            false => format!("{value} (not there)"),
        };
        options.insert(0, SelectOption::new(value.clone(), label));
    }
    let onchange = props.onedit.reform(|name| Edit::Text(MEMBER, name));
    html! {
        <>
            <Select label="Vector index" name={MEMBER} {options} {value} {onchange} />
            if names.is_empty() {
                <p class="form-note wide">{ "This table has no vector index. CreateTable's VectorIndexes or UpdateTable's VectorIndexUpdates make one." }</p>
            }
        </>
    }
}

/// A list of regions: one a line.
pub fn regions(props: &RequestFormProps, member: &'static str) -> Html {
    let list = props.request[member].as_array().into_iter().flatten();
    let value = list.map(|one| one["RegionName"].as_str().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let oninput = props.onedit.reform(move |text: String| {
        let regions = text.split('\n').map(|name| json!({ "RegionName": name }));
        Edit::Whole(member, regions.collect())
    });
    html! {
        <div class="wide">
            <Field label={format!("{}: regions, one a line", spaced(member))} name={member} mono={true} rows={3} {value} {oninput} />
        </div>
    }
}

/// Says which members are written in the JSON alone.
pub fn in_json(members: &[&'static str]) -> Html {
    let names = members.iter().map(|member| html! { <>{ " " }<code>{ *member }</code></> });
    html! { <p class="form-note wide">{ "Written in the JSON beside:" }{ for names }</p> }
}

/// A change of a list, by what was typed.
pub type ListChange = Box<dyn Fn(&mut Vec<Value>, String)>;

/// `Tags`: a row each.
pub fn tags(props: &RequestFormProps) -> Html {
    const MEMBER: &str = "Tags";
    let list: Vec<Value> = props.request[MEMBER].as_array().cloned().unwrap_or_default();
    let with = |change: ListChange| {
        let list = list.clone();
        props.onedit.reform(move |text: String| {
            let mut list = list.clone();
            change(&mut list, text);
            Edit::Whole(MEMBER, list.into())
        })
    };
    let field = |at: usize, label: &'static str| {
        let oninput = with(Box::new(move |list, text| {
            if !list[at].is_object() {
                list[at] = json!({});
            }
            list[at][label] = text.into();
        }));
        let value = list[at][label].as_str().unwrap_or_default().to_owned();
        html! {
            <Field label={format!("{label} of tag {}", at + 1)} hide_label={true} placeholder={label.to_lowercase()}
                name={format!("tag-{at}-{}", label.to_lowercase())} mono={true} {value} {oninput} />
        }
    };
    let rows = (0..list.len()).map(|at| {
        let remove = with(Box::new(move |list, _| drop(list.remove(at)))).reform(|()| String::new());
        html! {
            <div class="tag-row" key={at}>
                { field(at, "Key") }
                { field(at, "Value") }
                <Button label={format!("Remove tag {}", at + 1)} icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={remove} />
            </div>
        }
    });
    let add =
        with(Box::new(|list, _| list.push(json!({ "Key": "", "Value": "" })))).reform(|()| String::new());
    html! {
        <div class="placeholders wide">
            { for rows }
            <div><Button label="Add a tag" icon="plus" onclick={add} action="add-tag" /></div>
        </div>
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
