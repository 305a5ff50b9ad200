//! A load as it is typed: requests, items, a peak, storage and indexes; and the loads of the document to begin with.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Field, Select, SelectOption};
use crate::state::cost::{CostForm, Faults, Reads};

/// The props of [`TypedLoad`].
#[derive(Properties, PartialEq)]
pub struct TypedLoadProps {
    /// What is typed.
    pub form: Rc<CostForm>,
    /// Something was typed.
    pub onform: Callback<CostForm>,
    /// What is wrong with it.
    pub faults: Faults,
}

/// The fields.
#[component]
pub fn TypedLoad(props: &TypedLoadProps) -> Html {
    let edit = |change: fn(&mut CostForm, String)| {
        let (form, onform) = (props.form.clone(), props.onform.clone());
        Callback::from(move |text: String| {
            let mut next = (*form).clone();
            change(&mut next, text);
            onform.emit(next);
        })
    };
    let field = |label: &'static str, name: &'static str, value: &str, change: fn(&mut CostForm, String)| {
        let error = props.faults.iter().find(|(of, _)| *of == name).map(|(_, why)| AttrValue::from(*why));
        html! { <Field {label} {name} value={value.to_owned()} oninput={edit(change)} {error} /> }
    };
    let form = &props.form;
    let reads = Reads::ALL.map(|(_, name, label)| SelectOption::new(name, label)).to_vec();
    let chosen = Reads::ALL.iter().find(|(reads, ..)| *reads == form.reads).map_or("", |(_, name, _)| name);
    let onreads = edit(|form, name| {
        let found = Reads::ALL.iter().find(|(_, known, _)| *known == name);
        form.reads = found.map_or(Reads::Eventual, |(reads, ..)| *reads);
    });
    let example =
        |label: &'static str, action: &'static str, requests: &'static str, period: &'static str| {
            let (form, onform) = (form.clone(), props.onform.clone());
            let onclick = Callback::from(move |()| {
                onform.emit(CostForm {
                    requests: requests.into(),
                    peak: requests.into(),
                    period: period.into(),
                    reads: Reads::Strong,
                    source: form.source,
                    preset: form.preset.clone(),
                    edited: form.edited.clone(),
                    target: form.target.clone(),
                    plan: form.plan.clone(),
                    class: form.class,
                    ..CostForm::default()
                });
            });
            html! { <Button {label} kind={ButtonKind::Quiet} {action} {onclick} /> }
        };
    html! {
        <div class="cost-typed">
            <div class="cost-examples" role="group" aria-label="Examples">
                { example("Carts: 1,000 a second", "carts", "1000", "days30") }
                { example("Black Friday: 100,000 a second", "black-friday", "100000", "day") }
            </div>
            <div class="cost-fields">
                { field("Requests / s", "requests", &form.requests, |form, text| form.requests = text) }
                { field("Reads, %", "read_percent", &form.read_percent, |form, text| form.read_percent = text) }
                { field("Item size, bytes", "item_bytes", &form.item_bytes, |form, text| form.item_bytes = text) }
                <Select label="Reads are" name="reads" options={reads} value={chosen} onchange={onreads} />
                { field("At the peak / s", "peak", &form.peak, |form, text| form.peak = text) }
                { field("Peak, hours a day", "peak_hours", &form.peak_hours, |form, text| form.peak_hours = text) }
                { field("Stored, GB", "storage_gb", &form.storage_gb, |form, text| form.storage_gb = text) }
                { field("Global indexes", "indexes", &form.indexes, |form, text| form.indexes = text) }
                { field("Other regions", "regions", &form.regions, |form, text| form.regions = text) }
                { field("Stream reads / s", "stream_reads", &form.stream_reads, |form, text| form.stream_reads = text) }
                { field("Backups, GB", "backup_gb", &form.backup_gb, |form, text| form.backup_gb = text) }
                <Select label="Recovery" name="recovery" value={if form.recovery { "on" } else { "off" }} onchange={edit(|form, text| form.recovery = text == "on")}
                    options={vec![SelectOption::new("off", "Off"), SelectOption::new("on", "Point-in-time")]} />
            </div>
        </div>
    }
}
