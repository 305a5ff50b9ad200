//! The bill: a row for each table and index with its units and its bytes, and what they cost under each way of paying.

use std::rc::Rc;

use engine::insight::cost::Part;
use engine::insight::price::Money;
use yew::prelude::*;

use crate::components::Badge;
use crate::state::cost::{Bills, PLANS, Used, WAYS};
use crate::state::explanation::{count, size};

/// The props of [`BillTable`].
#[derive(Properties, PartialEq)]
pub struct BillTableProps {
    /// What is used: the tables, each before its indexes.
    pub used: Rc<Vec<Used>>,
    /// What it costs.
    pub bills: Rc<Bills>,
}

/// Thousandths of a unit, in words.
fn rate(milli_units: u64) -> String {
    match milli_units {
        0 => "0".to_owned(),
        1..10_000 => format!("{:.2}", milli_units as f64 / 1_000.0),
        _ => count(milli_units / 1_000),
    }
}

/// The cells of a row of money, a way of paying each, the least marked.
pub fn cells(amounts: [Money; WAYS]) -> Html {
    let [least, most] =
        [amounts.iter().min(), amounts.iter().max()].map(|one| one.copied().unwrap_or_default());
    amounts
        .iter()
        .zip(PLANS)
        .map(|(amount, (name, plan))| {
            html! {
                <td class="cost-money" data-label={plan} data-plan={name} data-least={(*amount == least && least < most).to_string()}
                    data-amount={amount.to_string()}>{ amount.to_string() }</td>
            }
        })
        .collect()
}

/// The table.
#[component]
pub fn BillTable(props: &BillTableProps) -> Html {
    let bills = &props.bills;
    let row = |one: &Used| {
        let of_peak = |milli: u64, peak: u64| {
            if peak > milli { format!("at most {}", rate(peak)) } else { String::new() }
        };
        let (base, peak) = (one.load.base, one.load.peak.or_more(one.load.base));
        html! {
            <tr data-table={one.table.clone()} data-index={one.index.clone()}>
                <th scope="row">
                    { one.index.clone().unwrap_or_else(|| one.table.clone()) }
                    if one.index.is_some() {
                        <small>{ if one.local { " LSI" } else { " GSI" } }</small>
                    } else if let Some(on_demand) = one.on_demand {
                        { " " }<Badge text={if on_demand { "on demand now" } else { "provisioned now" }} />
                    }
                </th>
                if one.local {
                    <td colspan="2" class="cost-faint">{ "its table's" }</td>
                } else {
                    <td data-label="Read units / s">{ rate(base.read_milli_units) }<small>{ of_peak(base.read_milli_units, peak.read_milli_units) }</small></td>
                    <td data-label="Write units / s">{ rate(base.write_milli_units) }<small>{ of_peak(base.write_milli_units, peak.write_milli_units) }</small></td>
                }
                <td data-label="Stored">{ size(one.storage_bytes) }</td>
                { cells(bills.row(&one.table, one.index.as_deref())) }
            </tr>
        }
    };
    let part = |label: &'static str, part: Part| {
        let amounts = bills.part(part);
        amounts.iter().any(|amount| *amount > Money::default()).then(|| {
            html! { <tr class="cost-part"><th scope="row" colspan="4">{ label }</th>{ cells(amounts) }</tr> }
        })
    };
    html! {
        <div class="cost-bill" tabindex="0" role="region" aria-label="The bill">
            <table aria-label="Bill">
                <thead>
                    <tr>
                        <th scope="col">{ "Table or index" }</th>
                        <th scope="col">{ "Read units / s" }</th>
                        <th scope="col">{ "Write units / s" }</th>
                        <th scope="col">{ "Stored" }</th>
                        { for PLANS.iter().map(|(_, plan)| html! { <th scope="col" class="cost-money">{ *plan }</th> }) }
                    </tr>
                </thead>
                <tbody>{ for props.used.iter().map(row) }</tbody>
                <tfoot>
                    { part("Reads", Part::Reads) }
                    { part("Writes", Part::Writes) }
                    { part("Replicated writes", Part::ReplicatedWrites) }
                    { part("Storage", Part::Storage) }
                    { part("Reads of streams", Part::StreamReads) }
                    { part("On-demand backups", Part::Backups) }
                    { part("Point-in-time recovery", Part::PointInTimeRecovery) }
                    <tr class="cost-total"><th scope="row" colspan="4">{ "All of it" }</th>{ cells(bills.totals()) }</tr>
                </tfoot>
            </table>
            <p class="cost-words" data-part="reserved">{ reserved_words(bills.reserved) }</p>
        </div>
    }
}

/// What is reserved, in a sentence.
fn reserved_words(units: [u64; 2]) -> String {
    let rest = "comes in blocks of 100 units, for provisioned tables of the class Standard, not for replicated writes; a part is paid upfront";
    match units {
        [0, 0] => format!("Nothing here can be reserved: reserved capacity {rest}."),
        [read, write] => format!(
            "Reserved: {} RCU and {} WCU of what is provisioned for the peak. It {rest}, and what it saves is the most that AWS names.",
            count(read),
            count(write)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_rates_keep_their_fractions() {
        assert_eq!([0, 500, 9_999, 12_345, 80_000_000].map(rate), ["0", "0.50", "10.00", "12", "80,000"]);
    }
}
