//! The patterns, a row each: where they ask, how often, what a use came to, what a month costs, and whether that is as expected.

use std::rc::Rc;

use engine::insight::price::Money;
use engine::timeline::Consumed;
use yew::prelude::*;

use crate::components::{Badge, Select, SelectOption, Term};
use crate::state::cost::PLANS;
use crate::state::explanation::{count, half};
use crate::state::patterns::{Row, Verdict, rate, units};

/// The props of [`List`].
#[derive(Properties, PartialEq)]
pub struct ListProps {
    /// The rows.
    pub rows: Rc<Vec<Row>>,
    /// The name of the chosen one.
    pub chosen: Option<AttrValue>,
    /// Another was chosen.
    pub onchoose: Callback<String>,
    /// What the price list is called.
    pub prices: String,
    /// How the patterns are paid for: the place of it in [`PLANS`].
    pub plan: usize,
    /// They are paid for otherwise.
    pub onplan: Callback<String>,
}

/// Units a second of all patterns at their rates, in halves, rounded up: reads and writes.
fn asked(rows: &[Row]) -> Consumed {
    let a_second = |of: fn(&Consumed) -> u64| {
        let daily: u128 = rows.iter().map(|row| row.pattern.rate.per_day() * u128::from(of(&row.each))).sum();
        u64::try_from(daily.div_ceil(86_400)).unwrap_or(u64::MAX)
    };
    Consumed {
        read_half_units: a_second(|each| each.read_half_units),
        write_half_units: a_second(|each| each.write_half_units),
    }
}

/// The badge of how a pattern stands.
pub fn verdict_badge(verdict: Verdict) -> Html {
    let tone = match verdict {
        Verdict::Passed => "good",
        Verdict::Failed => "bad",
        Verdict::Running => "accent",
        Verdict::NotRun | Verdict::Unexpected => "plain",
    };
    html! { <Badge text={verdict.words()} {tone} /> }
}

/// The badge of how a pattern reads or writes: a scan is one whatever the operation is called.
pub fn way_badge(row: &Row) -> Html {
    let scanned = row.used.as_ref().is_some_and(|used| used.came_to().scanned);
    let (text, tone) = match (scanned || row.pattern.operation == "Scan", row.pattern.is_read()) {
        (true, _) => ("Scan", "warning"),
        (false, true) => (row.pattern.operation.as_str(), "read"),
        (false, false) => (row.pattern.operation.as_str(), "write"),
    };
    html! { <Badge text={text.to_owned()} {tone} /> }
}

/// The list.
#[component]
pub fn List(props: &ListProps) -> Html {
    let line = |row: &Row| {
        let name = row.pattern.name.clone();
        let seen = row.used.as_ref().map(|used| used.came_to());
        let onclick = {
            let name = name.clone();
            props.onchoose.reform(move |_: MouseEvent| name.clone())
        };
        let is_chosen = props.chosen.as_ref().is_some_and(|chosen| *chosen == name);
        let place = match (&row.table, &row.index) {
            (Some(table), Some(index)) => format!("{table} / {index}"),
            (Some(table), None) => table.clone(),
            (None, _) => "—".to_owned(),
        };
        html! {
            <tr key={name.clone()} data-pattern={name.clone()} data-verdict={row.verdict.name()} aria-selected={is_chosen.to_string()}>
                <th scope="row">
                    <button type="button" class="pattern-name" {onclick} aria-pressed={is_chosen.to_string()}>{ &name }</button>
                    <span class="pattern-place">{ way_badge(row) }{ " " }{ place }</span>
                </th>
                <td data-label="Rate">{ rate(&row.pattern) }</td>
                <td data-label="Partitions">{ seen.map_or("—".to_owned(), |seen| seen.partitions.len().to_string()) }</td>
                <td data-label="Items">{ seen.map_or("—".to_owned(), |seen| match seen.evaluated {
                    0 => "—".to_owned(),
                    evaluated => format!("{} → {}", count(evaluated), count(seen.returned)),
                }) }</td>
                <td data-label="Units" data-measured={row.measured.to_string()}>
                    { units(row.each) }
                    if !row.measured { <small>{ "estimated" }</small> }
                </td>
                <td data-label="A month" data-amount={row.month.to_string()}>{ row.month.to_string() }</td>
                <td data-label="Expected">{ verdict_badge(row.verdict) }</td>
            </tr>
        }
    };
    let total: Money = props.rows.iter().map(|row| row.month).sum();
    let asked = asked(&props.rows);
    let plan = PLANS.get(props.plan).copied().unwrap_or(PLANS[0]);
    let of = |verdict| props.rows.iter().filter(|row| row.verdict == verdict).count();
    let (passed, failed) = (of(Verdict::Passed), of(Verdict::Failed));
    html! {
        <div class="patterns-table">
            <table aria-label="Access patterns">
                <thead>
                    <tr>
                        <th scope="col">{ "Pattern" }</th>
                        <th scope="col">{ "Rate" }</th>
                        <th scope="col">{ "Partitions" }</th>
                        <th scope="col" title="Looked at, and returned">{ "Items" }</th>
                        <th scope="col">{ "Units a use" }</th>
                        <th scope="col">{ format!("{}, a month", plan.1) }</th>
                        <th scope="col">{ "Expected" }</th>
                    </tr>
                </thead>
                <tbody>{ for props.rows.iter().map(line) }</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="4">
                            { format!("All of them, at their rates: {} ", half(asked.read_half_units)) }<Term word="RCU" />
                            { format!(" and {} ", half(asked.write_half_units)) }<Term word="WCU" />{ " a second" }
                        </th>
                        <td></td>
                        <td data-label="A month" data-total={total.to_string()}>{ total.to_string() }</td>
                        <td data-label="Expected" data-part="tally">{ format!("{passed} pass, {failed} fail") }</td>
                    </tr>
                </tfoot>
            </table>
            <div class="patterns-paying" data-plan={plan.0}>
                <Select label="Paid for" name="pattern-plan" value={plan.0} onchange={props.onplan.clone()}
                    options={PLANS.map(|(name, label)| SelectOption::new(name, label)).to_vec()} />
            </div>
            <p class="patterns-words">{ format!("Prices: {}. A month has 730 hours.{} Storage and what is provisioned in all are on the Cost page.", props.prices,
                if props.plan == 0 { "" } else { " Provisioned capacity is counted as far as a pattern uses it." }) }</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use engine::workload::{Frequency, Per, PlannedPattern};
    use serde_json::json;

    use super::*;
    use crate::state::cost::CostForm;
    use crate::state::patterns::{Uses, row};
    use crate::state::tables::Tables;

    #[test]
    fn what_all_ask_in_a_second_is_summed_before_it_is_rounded() {
        let of = |operation: &str, times, per| {
            let mut pattern = PlannedPattern::new(operation, operation, json!({}));
            pattern.rate = Frequency { times, per };
            row(&pattern, &Uses::new(), &Tables::default(), &CostForm::default().paying(), 0)
        };
        let rows =
            [of("GetItem", 30, Per::Minute), of("Query", 30, Per::Minute), of("PutItem", 10, Per::Second)];
        assert_eq!(asked(&rows), Consumed { read_half_units: 1, write_half_units: 20 });
    }
}
