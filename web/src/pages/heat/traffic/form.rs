//! The quick choices' fields.

use std::collections::BTreeMap;

use yew::prelude::*;

use super::keys::Keys;
use super::quick::{Quick, Shape, Source};
use crate::components::{Field, Select, SelectOption};

/// The props of [`QuickForm`].
#[derive(Properties, PartialEq)]
pub struct QuickFormProps {
    /// The fields.
    pub quick: Quick,
    /// A field was changed.
    pub onquick: Callback<Quick>,
    /// The tables that there are.
    pub tables: Vec<AttrValue>,
    /// The table that is shown.
    pub table: AttrValue,
    /// Another table is to be shown.
    pub ontable: Callback<String>,
    /// What is wrong, by field.
    pub faults: BTreeMap<&'static str, String>,
}

/// A choice of a list, by its name.
pub fn named<T: Copy>(all: &[(T, &'static str, &'static str)], name: &str) -> Option<T> {
    all.iter().find(|(_, known, _)| *known == name).map(|(choice, _, _)| *choice)
}

/// The name of a choice of a list.
pub fn name_of<T: PartialEq>(all: &[(T, &'static str, &'static str)], choice: &T) -> &'static str {
    all.iter().find(|(known, _, _)| known == choice).map_or("", |(_, name, _)| name)
}

/// The choices of a list.
pub fn options<T>(all: &[(T, &'static str, &'static str)]) -> Vec<SelectOption> {
    all.iter().map(|(_, name, label)| SelectOption::new(*name, *label)).collect()
}

/// The ways to draw keys that need no log.
fn quick_keys() -> Vec<SelectOption> {
    options(&Keys::ALL).into_iter().filter(|option| option.value != "row").collect()
}

const SOURCES: [(Source, &str, &str); 2] = [
    (Source::Table, "table", "Reads and writes of a table"),
    (Source::BlackFriday, "black-friday", "Black Friday: a million carts"),
];

/// The fields.
#[component]
pub fn QuickForm(props: &QuickFormProps) -> Html {
    let fault = |name: &str| props.faults.get(name).map(|text| AttrValue::from(text.clone()));
    let field = |label: &'static str, name: &'static str, value: &str, set: fn(&mut Quick, String)| {
        let (quick, onquick) = (props.quick.clone(), props.onquick.clone());
        let oninput = Callback::from(move |text: String| {
            let mut quick = quick.clone();
            set(&mut quick, text);
            onquick.emit(quick);
        });
        html! { <Field {label} {name} value={value.to_owned()} {oninput} error={fault(name)} mono={true} /> }
    };
    let choose = |set: fn(&mut Quick, &str)| {
        let (quick, onquick) = (props.quick.clone(), props.onquick.clone());
        Callback::from(move |name: String| {
            let mut quick = quick.clone();
            set(&mut quick, &name);
            onquick.emit(quick);
        })
    };
    let quick = &props.quick;
    let tables: Vec<SelectOption> =
        props.tables.iter().map(|table| SelectOption::new(table.clone(), table.clone())).collect();
    let onsource = choose(|quick, name| quick.source = named(&SOURCES, name).unwrap_or_default());
    let onshape = choose(|quick, name| quick.shape = named(&Shape::ALL, name).unwrap_or_default());
    let onkeys = choose(|quick, name| quick.keys = named(&Keys::ALL, name).unwrap_or_default());
    html! {
        <div class="heat-fields">
            <Select label="What" name="source" options={options(&SOURCES)} value={name_of(&SOURCES, &quick.source)} onchange={onsource} />
            if quick.source == Source::BlackFriday {
                <p class="heat-note" data-part="black-friday">
                    { "1,000 requests a second, within half a minute 100,000, for a minute, and back: 80 % Query on one of a million carts, \
                       20 % PutItem. It brings its own table, shopping_carts, on demand and warmed up." }
                </p>
            } else {
                <Select label="Table" name="traffic-table" options={tables} value={props.table.clone()} error={fault("traffic-table")} onchange={props.ontable.clone()} />
                <Select label="Rate over time" name="shape" options={options(&Shape::ALL)} value={name_of(&Shape::ALL, &quick.shape)} onchange={onshape} />
                { field("Requests / s", "rate", &quick.rate, |quick, text| quick.rate = text) }
                { field("Reads, %", "read_percent", &quick.read_percent, |quick, text| quick.read_percent = text) }
                <Select label="Keys" name="keys" options={quick_keys()} error={fault("keys")} value={name_of(&Keys::ALL, &quick.keys)} onchange={onkeys} />
                if quick.keys.counts() {
                    { field("Partition keys", "key_count", &quick.key_count, |quick, text| quick.key_count = text) }
                }
            }
            { field("Seed", "seed", &quick.seed, |quick, text| quick.seed = text) }
        </div>
    }
}
