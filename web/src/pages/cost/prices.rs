//! The price list: a preset with its date, and its prices, each of which can be edited.

use std::rc::Rc;

use engine::insight::price::{ClassPrices, Price, Prices};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Field, Select, SelectOption};
use crate::state::cost::CostForm;

/// A price of a list: where it stands.
type Place = fn(&mut Prices) -> &mut Price;

/// The prices that are shown: the field's name, what it is asked for, where it stands.
const PRICES: [(&str, &str, Place); 14] = [
    ("million_reads", "A million read request units", |list| &mut list.standard.million_reads),
    ("million_writes", "A million write request units", |list| &mut list.standard.million_writes),
    ("read_unit_hour", "A read capacity unit for an hour", |list| &mut list.standard.read_unit_hour),
    ("write_unit_hour", "A write capacity unit for an hour", |list| &mut list.standard.write_unit_hour),
    ("storage_gb_month", "A gigabyte for a month", |list| &mut list.standard.storage_gb_month),
    ("million_replicated_writes", "A million replicated write units", |list| {
        &mut list.standard.million_replicated_writes
    }),
    ("replicated_write_unit_hour", "A replicated write unit for an hour", |list| {
        &mut list.standard.replicated_write_unit_hour
    }),
    ("ia_million_reads", "Standard-IA: a million read units", |list| {
        &mut list.standard_infrequent_access.million_reads
    }),
    ("ia_million_writes", "Standard-IA: a million write units", |list| {
        &mut list.standard_infrequent_access.million_writes
    }),
    ("ia_read_unit_hour", "Standard-IA: a read unit for an hour", |list| {
        &mut list.standard_infrequent_access.read_unit_hour
    }),
    ("ia_write_unit_hour", "Standard-IA: a write unit for an hour", |list| {
        &mut list.standard_infrequent_access.write_unit_hour
    }),
    ("ia_storage_gb_month", "Standard-IA: a gigabyte for a month", |list| {
        &mut list.standard_infrequent_access.storage_gb_month
    }),
    ("backup_gb_month", "A gigabyte of backups for a month", |list| &mut list.backup_gb_month),
    ("recovery_gb_month", "A gigabyte with recovery for a month", |list| &mut list.recovery_gb_month),
];

/// The props of [`PriceList`].
#[derive(Properties, PartialEq)]
pub struct PriceListProps {
    /// The form, which holds the list.
    pub form: Rc<CostForm>,
    /// Another list, or another price.
    pub onform: Callback<CostForm>,
}

/// The list.
#[component]
pub fn PriceList(props: &PriceListProps) -> Html {
    let open = use_state_eq(|| false);
    // What is typed that is no price yet: the field's name, and the text.
    let unread = use_state_eq(|| None::<(&'static str, String)>);
    let form = &props.form;
    let prices = form.prices();
    let presets = Prices::presets();
    let options =
        presets.iter().map(|one| SelectOption::new(one.name.clone(), one.name.clone())).collect::<Vec<_>>();
    let change = {
        let (form, onform, unread) = (form.clone(), props.onform.clone(), unread.setter());
        move |preset: Option<String>, edited: Option<Prices>| {
            unread.set(None);
            let preset = preset.unwrap_or_else(|| form.preset.clone());
            onform.emit(CostForm { preset, edited, ..(*form).clone() });
        }
    };
    let onpreset = {
        let change = change.clone();
        Callback::from(move |name: String| change(Some(name), None))
    };
    let onundo = {
        let change = change.clone();
        Callback::from(move |()| change(None, None))
    };
    let field = |(name, label, place): (&'static str, &'static str, Place)| {
        let mut list = prices.clone();
        let now = String::from(*place(&mut list));
        let typed = (*unread).clone().filter(|(of, _)| *of == name).map(|(_, text)| text);
        let error = typed.is_some().then(|| AttrValue::from("A decimal, as 0.625."));
        let (change, unread, list) = (change.clone(), unread.setter(), prices.clone());
        let oninput = Callback::from(move |text: String| match Price::try_from(text.clone()) {
            Ok(price) => {
                let mut list = list.clone();
                *place(&mut list) = price;
                change(None, Some(list));
            }
            Err(_) => unread.set(Some((name, text))),
        });
        html! { <Field key={name} {label} name={format!("price-{name}")} value={typed.unwrap_or(now)} {oninput} {error} /> }
    };
    let ontoggle = {
        let (open, setter) = (*open, open.setter());
        Callback::from(move |()| setter.set(!open))
    };
    let edited = form.edited.is_some();
    let ClassPrices { free_storage_gb, .. } = prices.standard;
    html! {
        <section class="cost-prices" aria-label="Prices" data-edited={edited.to_string()}>
            <Select label="Prices" name="preset" {options} value={prices.name.clone()} onchange={onpreset} />
            <p class="cost-words">
                { format!("{}, since {}: {}. {free_storage_gb} GB of storage are free.", prices.region, prices.since, prices.source) }
                if edited {
                    <b>{ " Edited." }</b>
                }
            </p>
            <div class="cost-buttons">
                <Button label={if *open { "Hide the prices" } else { "Edit the prices" }} kind={ButtonKind::Quiet} pressed={*open} onclick={ontoggle} action="edit-prices" />
                if edited {
                    <Button label="Back to the published ones" kind={ButtonKind::Quiet} onclick={onundo} action="undo-prices" />
                }
            </div>
            if *open {
                <div class="cost-fields">{ for PRICES.into_iter().map(field) }</div>
                <p class="cost-words">{ format!("In US dollars, of the class Standard where no other is named. Reserved capacity saves up to {} % in a year and {} % in three.",
                    prices.reserved_one_year_percent, prices.reserved_three_years_percent) }</p>
            }
        </section>
    }
}
