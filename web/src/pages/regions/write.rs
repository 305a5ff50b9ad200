//! Writing and reading one item in each Region, and in all of them at once; what came of the last request stands with its Region.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value, json};
use yew::prelude::*;

use super::{Send, Told};
use crate::components::{Button, ButtonKind, Field};
use crate::state::regions::Replica;
use crate::state::tables::{KeyPart, TableDescription};

/// What is typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Typed {
    /// The key attributes' values.
    pub key: BTreeMap<String, String>,
    /// The attribute that is written.
    pub attribute: String,
    /// Its value.
    pub value: String,
}

impl Typed {
    /// Takes the values of a key.
    pub fn on(&self, key: &Map<String, Value>) -> Typed {
        let text = |value: &Value| value.as_object()?.values().next()?.as_str().map(str::to_owned);
        let key = key.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect();
        Typed { key, ..self.clone() }
    }

    /// The key as a request has it.
    pub fn key_of(&self, table: &TableDescription) -> Value {
        let value = |part: &KeyPart| {
            let text = self.key.get(&part.name).cloned().unwrap_or_default();
            (part.name.clone(), json!({ part.attribute_type.clone(): text }))
        };
        Value::Object(table.keys.all().map(value).collect())
    }
}

/// The UpdateItem that sets the attribute.
fn update(table: &TableDescription, typed: &Typed, value: String) -> Value {
    json!({
        "TableName": table.name, "Key": typed.key_of(table), "UpdateExpression": "SET #a = :v",
        "ExpressionAttributeNames": { "#a": typed.attribute }, "ExpressionAttributeValues": { ":v": { "S": value } },
        "ReturnConsumedCapacity": "TOTAL"
    })
}

/// The props of [`WritePanel`].
#[derive(Properties, PartialEq)]
pub struct WritePanelProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// The Regions.
    pub replicas: Vec<Replica>,
    /// What is typed.
    pub typed: Typed,
    /// It is typed otherwise.
    pub ontyped: Callback<Typed>,
    /// What came of the last request in each Region.
    pub told: Rc<BTreeMap<String, Told>>,
    /// Whether nothing can be changed now.
    pub locked: bool,
    /// Sends requests, at one moment where there are several.
    pub onsend: Callback<Vec<Send>>,
}

/// The panel.
#[component]
pub fn WritePanel(props: &WritePanelProps) -> Html {
    let WritePanelProps { table, typed, .. } = props;
    let edit = |change: fn(&mut Typed, String)| {
        let (typed, ontyped) = (typed.clone(), props.ontyped.clone());
        Callback::from(move |text: String| {
            let mut next = typed.clone();
            change(&mut next, text);
            ontyped.emit(next);
        })
    };
    let onkey = |name: String| {
        let (typed, ontyped) = (typed.clone(), props.ontyped.clone());
        Callback::from(move |text: String| {
            let mut next = typed.clone();
            next.key.insert(name.clone(), text);
            ontyped.emit(next);
        })
    };
    let send = |sends: Vec<Send>| props.onsend.reform(move |()| sends.clone());
    let one = |region: &str, operation: &'static str, request: Value| {
        send(vec![Send { region: region.to_owned(), operation, request }])
    };
    let key = typed.key_of(table);
    let name = &table.name;
    let get = |consistent: bool| json!({ "TableName": name, "Key": key, "ConsistentRead": consistent, "ReturnConsumedCapacity": "TOTAL" });
    let everywhere: Vec<Send> = props
        .replicas
        .iter()
        .map(|replica| {
            let value = format!("{} in {}", typed.value, replica.region_name);
            let region = replica.region_name.clone();
            Send { region, operation: "UpdateItem", request: update(table, typed, value) }
        })
        .collect();
    let delete = json!({ "TableName": name, "Key": key, "ReturnConsumedCapacity": "TOTAL" });
    html! {
        <section class="regions-write" aria-label="One item">
            <h3>{ "One item, in each Region" }</h3>
            <div class="regions-fields">
                { for table.keys.all().map(|part| {
                    let value = typed.key.get(&part.name).cloned().unwrap_or_default();
                    html! { <Field label={part.name.clone()} name={format!("key-{}", part.name)} mono={true} {value} oninput={onkey(part.name.clone())} /> }
                }) }
                <Field label="Attribute" name="attribute" mono={true} value={typed.attribute.clone()} oninput={edit(|typed, text| typed.attribute = text)} />
                <Field label="Value" name="value" mono={true} value={typed.value.clone()} oninput={edit(|typed, text| typed.value = text)} />
                if props.replicas.len() > 1 {
                    <Button label="Write in every Region at once" icon="git-merge" kind={ButtonKind::Primary} onclick={send(everywhere)} disabled={props.locked} action="write-all" />
                }
            </div>
            <div class="regions-acts">
                { for props.replicas.iter().map(|replica| {
                    let region = replica.region_name.as_str();
                    let told = props.told.get(region);
                    html! {
                        <div class="regions-act" key={region.to_owned()} data-region={region.to_owned()}>
                            <b>{ region }</b>
                            <div class="regions-buttons">
                                <Button label="Write" icon="pencil" onclick={one(region, "UpdateItem", update(table, typed, typed.value.clone()))} disabled={props.locked} action="write" />
                                <Button label="Delete" onclick={one(region, "DeleteItem", delete.clone())} disabled={props.locked} action="delete" />
                                <Button label="Read" onclick={one(region, "GetItem", get(false))} action="read" title="An eventually consistent read" />
                                <Button label="Read strongly" onclick={one(region, "GetItem", get(true))} action="read-strong" title="ConsistentRead: true" />
                            </div>
                            if let Some(told) = told {
                                <p class="regions-told" data-error={told.error.clone()} role="status">
                                    <b>{ told.error.clone().unwrap_or_else(|| told.operation.to_owned()) }</b>{ " " }{ &told.text }
                                </p>
                            }
                        </div>
                    }
                }) }
            </div>
        </section>
    }
}
