//! The form of a request. It shows the JSON's members as fields and says what to change; it holds nothing itself.

mod fields;
mod item_text;
mod row_list;
mod statements;
mod table_parts;

use std::rc::Rc;

use engine::model::braces::is_braced;
use serde_json::Value;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::completion::Find;
use crate::components::{Button, ButtonKind, ExpressionField, Field, Select, SelectOption, Term};
use crate::state::attribute::{TYPES, fault, to_text};
use crate::state::completion::{Known, complete};
use crate::state::expression_fault::{self, ExpressionFault};
use crate::state::expression_text::Dialect;
use crate::state::json_text::entries;
use crate::state::request::edit::{self, Edit, all_placeholders};
use crate::state::request::key_condition::{self, KeyTest, OPERATORS};
use crate::state::request::operations::{Operation, Part};
use crate::state::tables::{Keys, TableDescription};

use item_text::ItemText;

/// The props of [`RequestForm`].
#[derive(Clone, Properties, PartialEq)]
pub struct RequestFormProps {
    /// The operation.
    pub operation: &'static Operation,
    /// The request, as the JSON last was when it could be read.
    pub request: Rc<Value>,
    /// The tables to choose from.
    pub tables: Vec<Rc<TableDescription>>,
    /// Whether the JSON cannot be read now: the form is then only to look at.
    pub stale: bool,
    /// A change.
    pub onedit: Callback<Edit>,
    /// Another table or index was chosen.
    #[prop_or_default]
    pub ontarget: Callback<(String, Option<String>)>,
    /// The shards of the request's stream, to offer.
    #[prop_or_default]
    pub shards: Vec<AttrValue>,
    /// Whether a value may be a template, which is no number yet: `{uniform 1..5}`.
    #[prop_or_default]
    pub templates: bool,
    /// What may be written in expressions.
    #[prop_or_default]
    pub known: Rc<Known>,
    /// What is wrong with the expressions.
    #[prop_or_default]
    pub faults: Rc<Vec<ExpressionFault>>,
    /// The way to the designer: with a table to change, or none for a new one. None where there is no such way.
    #[prop_or_default]
    pub ondesigner: Option<Callback<Option<String>>>,
}

/// The form of a request.
#[component]
pub fn RequestForm(props: &RequestFormProps) -> Html {
    html! {
        <fieldset class="request-form" disabled={props.stale} data-operation={props.operation.name} data-stale={props.stale.to_string()}>
            if props.stale {
                <p class="form-stale">{ "The JSON beside cannot be read now. The form goes on when it can." }</p>
            }
            <div class="form-grid">{ parts(props) }</div>
        </fieldset>
    }
}

/// The fields of a form, part by part.
fn parts(props: &RequestFormProps) -> Html {
    draw(props, props.operation.form)
}

fn draw(props: &RequestFormProps, list: &[Part]) -> Html {
    let request = &*props.request;
    let table_name = request["TableName"].as_str().unwrap_or_default();
    let table = props.tables.iter().find(|table| table.name == table_name);
    let index = request["IndexName"].as_str();
    let parts = list.iter().map(|part| match part {
        Part::Table => target(props, table_name),
        Part::Index => index_choice(props, table, index),
        Part::Key => key(props, table),
        Part::Item => html! { <ItemRows member="Item" value={props.request.clone()} keys={table.map_or_else(Vec::new, |t| t.keys.names())} templates={props.templates} onedit={props.onedit.clone()} /> },
        Part::KeyCondition => key_tests(props, table.map(|table| table.keys_of(index))),
        Part::Expression(member) => expression(props, member),
        Part::Placeholders => placeholders(props),
        Part::Choice(member, words) => {
            let value = request[*member].as_str().unwrap_or(words[0]).to_owned();
            let options = words.iter().map(|word| SelectOption::new(*word, *word)).collect::<Vec<_>>();
            let (member, first) = (*member, words[0]);
            let onchange = props.onedit.reform(move |word: String| {
                Edit::Text(member, if word == first { String::new() } else { word })
            });
            let label = match member {
                "ReturnValuesOnConditionCheckFailure" => "On a failed condition".to_owned(),
                other => spaced(other),
            };
            html! { <Select {label} name={member} {options} {value} {onchange} /> }
        }
        Part::Flag(member, label) => check(member, label, request[*member] == true, props.onedit.reform({
            let member = *member;
            move |on: bool| Edit::Flag(member, on.then_some(true))
        })),
        Part::Direction => {
            let value = if request["ScanIndexForward"] == false { "down" } else { "up" };
            let options = vec![SelectOption::new("up", "Ascending"), SelectOption::new("down", "Descending")];
            let onchange =
                props.onedit.reform(|way: String| Edit::Flag("ScanIndexForward", (way == "down").then_some(false)));
            html! { <Select label="Order" name="ScanIndexForward" {options} {value} {onchange} /> }
        }
        Part::Number(member) => number(props, member),
        Part::Decimal(member) => fields::decimal(props, member),
        Part::Vector(member) => fields::vector(props, member),
        Part::VectorIndex => fields::vector_index(props, table.map(|table| &**table)),
        Part::Regions(member) => fields::regions(props, member),
        Part::Heading(text) => html! { <h3 class="form-heading wide">{ *text }</h3> },
        Part::InJson(members) => fields::in_json(members),
        Part::Text(member) => fields::text(props, member),
        Part::Word(member, words) => fields::word(props, member, words),
        Part::ItemText => html! { <ItemText request={props.request.clone()} onedit={props.onedit.clone()} /> },
        Part::Shard => fields::shard(props),
        Part::Stream => fields::stream(props),
        Part::Switch(member, label) => check(member, label, request[*member] == true, props.onedit.reform({
            let member = *member;
            move |on: bool| Edit::Flag(member, Some(on))
        })),
        Part::Inside(member, inner) => inside(props, member, inner),
        Part::OtherTable(member) => fields::other_table(props, member),
        Part::Resource => fields::resource(props),
        Part::Tags => fields::tags(props),
        Part::Lines(member) => fields::lines(props, member),
        Part::LongText(member) => fields::long_text(props, member),
        Part::Statements(member) => statements::statements(props, member),
        Part::Parameters => statements::parameters(props),
        Part::Nothing => html! { <p class="form-note wide">{ "This operation takes no parameter." }</p> },
        Part::Rows(shape) => row_list::row_list(props, *shape),
        Part::NewTable => table_parts::new_table(props),
        Part::TableChange => table_parts::change(props, table.map(|table| &**table)),
        Part::Designer => fields::designer(props, table.map(|table| &**table)),
    });
    html! { <>{ for parts }</> }
}

/// Parts of a member that is an object.
fn inside(props: &RequestFormProps, member: &'static str, list: &'static [Part]) -> Html {
    let inner = RequestFormProps {
        request: Rc::new(props.request[member].clone()),
        onedit: props.onedit.reform(move |edit| Edit::Within(member, Box::new(edit))),
        ..props.clone()
    };
    draw(&inner, list)
}

/// `ReturnValues` → `Return values`.
fn spaced(member: &str) -> String {
    let mut out = String::new();
    for (at, letter) in member.char_indices() {
        if at > 0 && letter.is_uppercase() {
            out.push(' ');
            out.extend(letter.to_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}

fn target(props: &RequestFormProps, name: &str) -> Html {
    let mut options: Vec<SelectOption> =
        props.tables.iter().map(|table| SelectOption::new(table.name.clone(), table.name.clone())).collect();
    if !props.tables.iter().any(|table| table.name == name) {
        let label = if name.is_empty() { "Choose a table".to_owned() } else { format!("{name} (not there)") };
        options.insert(0, SelectOption::new(name.to_owned(), label));
    }
    let onchange = props.ontarget.reform(|table| (table, None));
    html! { <Select label="Table" name="TableName" {options} value={name.to_owned()} {onchange} /> }
}

fn index_choice(props: &RequestFormProps, table: Option<&Rc<TableDescription>>, index: Option<&str>) -> Html {
    let mut options = vec![SelectOption::new("", "The table itself")];
    options.extend(table.into_iter().flat_map(|table| &table.indexes).map(|index| {
        let kind = if index.global { "GSI" } else { "LSI" };
        SelectOption::new(index.name.clone(), format!("{} ({kind})", index.name))
    }));
    if let Some(index) = index.filter(|name| !options.iter().any(|option| option.value == *name)) {
        options.push(SelectOption::new(index.to_owned(), format!("{index} (not there)")));
    }
    let name = table.map(|table| table.name.clone()).unwrap_or_default();
    let onchange =
        props.ontarget.reform(move |index: String| (name.clone(), (!index.is_empty()).then_some(index)));
    html! { <Select label="Index" name="IndexName" {options} value={index.unwrap_or_default().to_owned()} {onchange} /> }
}

fn key(props: &RequestFormProps, table: Option<&Rc<TableDescription>>) -> Html {
    let hash = table.map_or(0, |table| table.keys.hash.len());
    let parts = table.into_iter().flat_map(|table| table.keys.all());
    let fields = parts.enumerate().map(|(at, part)| {
        let (kind, text) = match props.request["Key"].get(&part.name) {
            Some(value) => to_text(value),
            None => (part.attribute_type.clone(), String::new()),
        };
        let (name, of) = (part.name.clone(), kind.clone());
        let oninput = props.onedit.reform(move |text| Edit::Typed("Key", name.clone(), of.clone(), text));
        let role = if at < hash { "partition key" } else { "sort key" };
        html! {
            <Field label={format!("{} · {role}", part.name)} name={part.name.clone()} mono={true} {oninput}
                error={wrong(&kind, &text, props.templates)} value={text} before={type_badge(&kind)} />
        }
    });
    html! { <>{ for fields }</> }
}

/// What is wrong with a value's text. A template is right until it is filled.
fn wrong(kind: &str, text: &str, templates: bool) -> Option<AttrValue> {
    let is_template = templates && kind == "N" && is_braced(text);
    fault(kind, text).filter(|_| !is_template).map(AttrValue::from)
}

fn type_badge(kind: &str) -> Html {
    html! { <span class="type-badge" title="The attribute's type">{ kind.to_owned() }</span> }
}

fn key_tests(props: &RequestFormProps, keys: Option<&Keys>) -> Html {
    let expression = expression(props, "KeyConditionExpression");
    let tests = key_condition::read(&props.request);
    let (Some(keys), Some(tests)) = (keys, tests) else { return expression };
    let known = |test: &KeyTest| keys.all().any(|part| part.name == test.name);
    if !tests.iter().all(known) {
        return expression;
    }
    let row = |at: usize, name: &str, kind: &str| {
        let sort = at >= keys.hash.len();
        let now = tests.iter().find(|test| test.name == name);
        let change = {
            let (tests, onedit, name) = (tests.clone(), props.onedit.clone(), name.to_owned());
            let order = keys.names();
            move |change: Option<KeyTest>| {
                let mut tests = tests.clone();
                tests.retain(|test| test.name != name);
                tests.extend(change);
                tests.sort_by_key(|test| order.iter().position(|name| *name == test.name));
                onedit.emit(Edit::KeyTests(tests));
            }
        };
        let operator = now.map_or("", |test| test.operator.as_str());
        let mut options: Vec<SelectOption> = OPERATORS
            .iter()
            .filter(|(operator, _)| {
                (sort || *operator == "=") && (kind == "S" || kind == "B" || *operator != "begins_with")
            })
            .map(|(operator, label)| SelectOption::new(*operator, *label))
            .collect();
        if sort || now.is_none() {
            options.insert(0, SelectOption::new("", "any"));
        }
        let values = now.map_or_else(Vec::new, |test| test.values.clone());
        let onchange = {
            let (change, name, kind, values) =
                (change.clone(), name.to_owned(), kind.to_owned(), values.clone());
            Callback::from(move |operator: String| {
                let count = if operator == "BETWEEN" { 2 } else { 1 };
                let mut values = values.clone();
                values.resize(count, (kind.clone(), String::new()));
                change((!operator.is_empty()).then(|| KeyTest { name: name.clone(), operator, values }));
            })
        };
        let fields = values.iter().enumerate().map(|(which, (kind, text))| {
            let (change, test) = (change.clone(), now.cloned());
            let oninput = Callback::from(move |text: String| {
                let mut test = test.clone();
                if let Some(test) = &mut test {
                    test.values[which].1 = text;
                }
                change(test);
            });
            let label = if which == 0 { format!("{name}, value") } else { format!("{name}, upper value") };
            html! {
                <Field {label} hide_label={true} name={format!("{name}-{which}")} mono={true} {oninput}
                    error={wrong(kind, text, props.templates).filter(|_| !text.is_empty())} value={text.clone()} />
            }
        });
        html! {
            <div class="key-test" data-key={name.to_owned()}>
                <span class="key-name"><code>{ name.to_owned() }</code>
                    <Term word={if sort { "sort key" } else { "partition key" }} /></span>
                <Select label={format!("{name}, operator")} hide_label={true} {options} value={operator.to_owned()} {onchange} />
                { for fields }
            </div>
        }
    };
    let rows = keys.all().enumerate().map(|(at, part)| row(at, &part.name, &part.attribute_type));
    html! { <div class="key-tests wide">{ for rows }</div> }
}

fn expression(props: &RequestFormProps, member: &'static str) -> Html {
    let value = props.request[member].as_str().unwrap_or_default().to_owned();
    let onchange = {
        let (onedit, request) = (props.onedit.clone(), props.request.clone());
        Callback::from(move |(text, names): (String, Option<(String, String)>)| {
            let mut next = (*request).clone();
            edit::apply(&mut next, Edit::Text(member, text.clone()));
            match names {
                None => onedit.emit(Edit::Text(member, text)),
                Some((placeholder, name)) => {
                    edit::apply(&mut next, Edit::Name(placeholder, name));
                    onedit.emit(Edit::Request(next));
                }
            }
        })
    };
    let (label, placeholder) = match member {
        "KeyConditionExpression" => ("Key condition", "user_id = :u AND begins_with(order_id, :prefix)"),
        "FilterExpression" => ("Filter", "total > :least"),
        "ConditionExpression" => ("Condition", "attribute_not_exists(user_id)"),
        "SearchConditionExpression" => ("Search condition", "tenant = :t"),
        "UpdateExpression" => ("Update", "SET total = :t, #s = :s REMOVE note"),
        _ => ("Projection", "order_id, total"),
    };
    html! {
        <div class="wide">
            <ExpressionField {label} {placeholder} name={member} {value} {onchange} dialect={Dialect::Expression}
                fault={fault_of(props, member)} find={Some(offered(props, member))} />
        </div>
    }
}

/// What is wrong with an expression, and where.
fn fault_of(props: &RequestFormProps, member: &str) -> Option<(AttrValue, std::ops::Range<usize>)> {
    let fault = expression_fault::fault_of(&props.faults, &props.request, member)?;
    Some((AttrValue::from(fault.message.clone()), fault.at.clone()))
}

/// What may be written in an expression.
fn offered(props: &RequestFormProps, member: &'static str) -> Find {
    let known = Known { placeholders: given_placeholders(&props.request), ..(*props.known).clone() };
    Callback::from(move |(text, caret, asked): (String, usize, bool)| {
        complete(&text, caret, member, &known, asked)
    })
}

/// The placeholders of a request that are given.
fn given_placeholders(request: &Value) -> Vec<String> {
    let members = ["ExpressionAttributeNames", "ExpressionAttributeValues"];
    let given = members.iter().flat_map(|member| request[*member].as_object().into_iter().flatten());
    given.map(|(name, _)| name.clone()).collect()
}

fn number(props: &RequestFormProps, member: &'static str) -> Html {
    let value = match &props.request[member] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let error =
        (!value.is_empty() && value.parse::<u64>().is_err()).then(|| AttrValue::from("Not a whole number."));
    let oninput = props.onedit.reform(move |text| Edit::Number(member, text));
    html! { <Field label={spaced(member)} name={member} {value} {oninput} {error} placeholder="any" mono={true} /> }
}

fn check(name: &'static str, label: &'static str, on: bool, onchange: Callback<bool>) -> Html {
    let onchange =
        onchange.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <label class="check"><input type="checkbox" {name} checked={on} {onchange} />{ label }</label>
    }
}

fn type_select(member: &'static str, name: &str, kind: &str, onedit: &Callback<Edit>) -> Html {
    let options: Vec<SelectOption> = TYPES.iter().map(|(kind, _)| SelectOption::new(*kind, *kind)).collect();
    let of = name.to_owned();
    let onchange = onedit.reform(move |kind| Edit::Type(member, of.clone(), kind));
    html! { <Select label={format!("{name}, type")} hide_label={true} {options} value={kind.to_owned()} {onchange} /> }
}

fn placeholders(props: &RequestFormProps) -> Html {
    let built =
        props.operation.form.contains(&Part::KeyCondition) && key_condition::read(&props.request).is_some();
    let list = all_placeholders(&props.request, built);
    if list.is_empty() {
        return Html::default();
    }
    let rows = list.into_iter().map(|placeholder| {
        let (name, of) = (placeholder.name.clone(), placeholder.name.clone());
        let (member, oninput, kind, value) = match name.starts_with('#') {
            true => {
                let member = "ExpressionAttributeNames";
                let value = props.request[member][&name].as_str().unwrap_or_default().to_owned();
                let oninput = props.onedit.reform(move |text| Edit::Name(of.clone(), text));
                (member, oninput, None, value)
            }
            false => {
                let member = "ExpressionAttributeValues";
                let (kind, text) = to_text(&props.request[member][&name]);
                let oninput = props.onedit.reform(move |text| Edit::Value(member, of.clone(), text));
                (member, oninput, Some(kind), text)
            }
        };
        let error = match (&kind, placeholder.given, placeholder.used) {
            (_, false, _) => Some(AttrValue::from("Not given yet.")),
            (_, _, false) => Some(AttrValue::from("No expression uses it.")),
            (Some(kind), ..) => wrong(kind, &value, props.templates),
            _ => None,
        };
        let remove = {
            let name = name.clone();
            props.onedit.reform(move |()| Edit::Remove(member, name.clone()))
        };
        html! {
            <div class="placeholder" key={name.clone()} data-placeholder={name.clone()}>
                <code>{ &name }</code>
                if let Some(kind) = &kind {
                    { type_select(member, &name, kind, &props.onedit) }
                } else {
                    <span class="placeholder-stands">{ "name" }</span>
                }
                <Field label={format!("{name}, value")} hide_label={true} name={name.clone()} mono={true} {value} {oninput}
                    {error} />
                if !placeholder.used {
                    <Button label="Remove" icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={remove} />
                }
            </div>
        }
    });
    html! { <div class="placeholders wide">{ for rows }</div> }
}

#[derive(Properties, PartialEq)]
struct ItemRowsProps {
    member: &'static str,
    value: Rc<Value>,
    keys: Vec<String>,
    templates: bool,
    onedit: Callback<Edit>,
}

#[component]
fn ItemRows(props: &ItemRowsProps) -> Html {
    let adding = use_state_eq(String::new);
    let member = props.member;
    let mut rows: Vec<(&String, &Value)> = entries(&props.value[member]);
    rows.sort_by_key(|(name, _)| props.keys.iter().position(|key| key == *name).unwrap_or(usize::MAX));
    let taken = rows.iter().any(|(name, _)| **name == *adding);
    let rows = rows.iter().map(|(name, value)| {
        let (kind, text) = to_text(value);
        let of = (*name).clone();
        let oninput = props.onedit.reform(move |text| Edit::Value(member, of.clone(), text));
        let of = (*name).clone();
        let remove = props.onedit.reform(move |()| Edit::Remove(member, of.clone()));
        let key = props.keys.contains(name);
        html! {
            <div class="placeholder" key={(*name).clone()} data-attribute={(*name).clone()}>
                <code title={(*name).clone()}>{ *name }</code>
                { type_select(member, name, &kind, &props.onedit) }
                <Field label={format!("{name}, value")} hide_label={true} name={(*name).clone()} mono={true} {oninput}
                    disabled={kind == "NULL"} error={wrong(&kind, &text, props.templates)} value={text} />
                if !key {
                    <Button label={format!("Remove {name}")} icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={remove} />
                }
            </div>
        }
    });
    let oninput = {
        let adding = adding.setter();
        Callback::from(move |text| adding.set(text))
    };
    let add = {
        let (name, setter) = ((*adding).clone(), adding.setter());
        props.onedit.reform(move |()| {
            setter.set(String::new());
            Edit::Value(member, name.clone(), String::new())
        })
    };
    html! {
        <div class="placeholders wide">
            { for rows }
            <div class="attribute-add">
                <Field label="New attribute" hide_label={true} name="new-attribute" placeholder="attribute name" mono={true}
                    value={(*adding).clone()} {oninput} error={taken.then(|| AttrValue::from("There is one of that name."))} />
                <Button label="Add attribute" icon="plus" onclick={add} disabled={adding.is_empty() || taken} action="add-attribute" />
            </div>
        </div>
    }
}
