//! Cost: what a month comes to by table, index and access pattern, on demand, provisioned, scaled automatically and reserved, from what a
//! run consumed or from typed rates, under a price list with its date that can be edited; where the ways of paying break even; and the numbers of the
//! document that the project began with, worked out anew.

mod bill;
mod break_even;
mod challenge;
mod patterns;
mod prices;
mod source;
mod typed;

use std::rc::Rc;

use engine::insight::cost::Class;
use yew::prelude::*;

use crate::components::{Field, Select, SelectOption, Tab, Tabs, Term};
use crate::hooks::{saved, set_saved};
use crate::state::cost::{Bills, CostForm, Source, Used};
use bill::BillTable;
use break_even::BreakEven;
use challenge::Challenge;
use patterns::ByPattern;
use prices::PriceList;
use source::use_run;
use typed::TypedLoad;

/// Under which name the form is kept.
const KEPT: &str = "cost";

/// The classes to choose from: name, label, class.
const CLASSES: [(&str, &str, Option<Class>); 3] = [
    ("own", "Each table's own", None),
    ("standard", "Standard", Some(Class::Standard)),
    ("infrequent", "Standard-IA", Some(Class::StandardInfrequentAccess)),
];

fn class_name(class: Option<Class>) -> &'static str {
    CLASSES.iter().find(|(.., own)| *own == class).map_or("own", |(name, ..)| name)
}

fn class_named(name: &str) -> Option<Class> {
    CLASSES.iter().find(|(own, ..)| *own == name).and_then(|(.., class)| *class)
}

/// The page.
#[component]
pub fn CostPage() -> Html {
    let form = use_state_eq(|| {
        let kept = saved(KEPT).and_then(|text| serde_json::from_str::<CostForm>(&text).ok());
        Rc::new(kept.unwrap_or_default())
    });
    let run = use_run(form.source == Source::Run, form.window);
    let onform = {
        let setter = form.setter();
        Callback::from(move |next: CostForm| {
            if let Ok(text) = serde_json::to_string(&next) {
                set_saved(KEPT, &text);
            }
            setter.set(Rc::new(next));
        })
    };
    let edit = |change: fn(&mut CostForm, String)| {
        let (form, onform) = ((*form).clone(), onform.clone());
        Callback::from(move |text: String| {
            let mut next = (*form).clone();
            change(&mut next, text);
            onform.emit(next);
        })
    };
    let (typed, scaling) = (form.typed(), form.scaling());
    let mut faults = scaling.clone().err().unwrap_or_default();
    let used: Option<Rc<Vec<Used>>> = match form.source {
        Source::Run => run.as_ref().map(|run| run.used.clone()),
        Source::Typed => match typed {
            Ok(used) => Some(Rc::new(used)),
            Err(wrong) => {
                faults.extend(wrong);
                None
            }
        },
    };
    let fault = |name: &str| faults.iter().find(|(of, _)| *of == name).map(|(_, why)| AttrValue::from(*why));
    let prices = form.prices();
    let used = used.map(|used| Rc::new(form.classed(&used)));
    let bills = used.as_ref().zip(scaling.ok()).filter(|(used, _)| !used.is_empty());
    let bills = bills.map(|(used, scaling)| Rc::new(Bills::of(&prices, used, scaling, form.period())));
    let onsource = edit(|form, source| {
        form.source = if source == "typed" { Source::Typed } else { Source::Run };
    });
    let periods = [("month", "A month, 730 h"), ("days30", "30 days"), ("day", "A day")];
    let tabs = vec![Tab::new("run", "From the run"), Tab::new("typed", "From typed rates")];
    let source = if form.source == Source::Typed { "typed" } else { "run" };
    html! {
        <div class="cost-page" data-source={source}>
            <div class="cost-head">
                <Tabs label="Where the rates come from" {tabs} selected={source} onselect={onsource.reform(|id: AttrValue| id.to_string())} />
            </div>
            <div class="cost-body">
                <div class="cost-inputs">
                    if form.source == Source::Typed {
                        <TypedLoad form={(*form).clone()} onform={onform.clone()} faults={faults.clone()} />
                    } else {
                        { source::told(run.as_ref(), form.window, edit(|form, text| form.window = text.parse().unwrap_or(60))) }
                    }
                    <div class="cost-fields">
                        <Select label="For" name="period" value={form.period.clone()} onchange={edit(|form, text| form.period = text)}
                            options={periods.map(|(value, label)| SelectOption::new(value, label)).to_vec()} />
                        <Select label="Table class" name="class" value={class_name(form.class)} onchange={edit(|form, name| form.class = class_named(&name))}
                            options={CLASSES.map(|(name, label, _)| SelectOption::new(name, label)).to_vec()} />
                        <Field label="Auto scaling aims at, %" name="target" value={form.target.clone()} error={fault("target")}
                            oninput={edit(|form, text| form.target = text)} />
                    </div>
                    <PriceList form={(*form).clone()} onform={onform.clone()} />
                </div>
                <div class="cost-result">
                    if let (Some(used), Some(bills)) = (&used, &bills) {
                        <BillTable used={used.clone()} bills={bills.clone()} />
                        <BreakEven bills={bills.clone()} />
                        <ByPattern paying={form.paying()} class={form.class} />
                    } else if form.source == Source::Run {
                        <p class="cost-words">{ "There is no table yet. Make one on the Design page, or type rates." }</p>
                    }
                    <p class="cost-words">
                        { "Provisioned is for the busiest second all the time. Auto scaling holds its target without delay, which the service cannot: " }
                        <Term word="modelled" />
                        { ". Reads of streams are GetRecords calls other than a Lambda function's or a global table's, which are free. Not in the bill: restores,                             exports, transfer between regions, and the free tier but for storage." }
                    </p>
                    <Challenge prices={prices} />
                </div>
            </div>
        </div>
    }
}
