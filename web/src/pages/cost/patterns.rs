//! What each access pattern of the design costs in a month at its rate, under each way of paying.

use engine::insight::cost::Class;
use engine::insight::price::Money;
use yew::prelude::*;

use super::bill::cells;
use crate::hooks::{use_pattern_runs, use_session, use_tables};
use crate::state::cost::{PLANS, Paying, WAYS, class_of};
use crate::state::patterns::{each, rate, target, units};

/// The props of [`ByPattern`].
#[derive(Properties, PartialEq)]
pub struct ByPatternProps {
    /// By which prices.
    pub paying: Paying,
    /// The class that all are billed in; each in its table's where it is none.
    pub class: Option<Class>,
}

/// The table; nothing where no pattern has a rate.
#[component]
pub fn ByPattern(props: &ByPatternProps) -> Html {
    let (session, tables, runs) = (use_session(), use_tables(), use_pattern_runs());
    let uses = runs.of(&session.workspace);
    let planned: Vec<_> = session.model.patterns.iter().filter(|pattern| pattern.rate.times > 0).collect();
    if planned.is_empty() {
        return Html::default();
    }
    let months: Vec<[Money; WAYS]> = planned
        .iter()
        .map(|pattern| {
            let table = target(&pattern.request).0.and_then(|name| tables.get(&name).cloned());
            let class = props.class.unwrap_or_else(|| table.as_deref().map_or(Class::Standard, class_of));
            props.paying.months(class, each(pattern, &uses).0, pattern.rate)
        })
        .collect();
    let totals: [Money; WAYS] = std::array::from_fn(|plan| months.iter().map(|month| month[plan]).sum());
    html! {
        <div class="cost-bill" data-part="by-pattern" tabindex="0" role="region" aria-label="The bill by access pattern">
            <table aria-label="By access pattern">
                <thead>
                    <tr>
                        <th scope="col">{ "Access pattern" }</th>
                        <th scope="col">{ "Rate" }</th>
                        <th scope="col">{ "Units a use" }</th>
                        { for PLANS.iter().map(|(_, plan)| html! { <th scope="col" class="cost-money">{ *plan }</th> }) }
                    </tr>
                </thead>
                <tbody>
                    { for planned.iter().zip(&months).map(|(pattern, month)| {
                        let (each, measured) = each(pattern, &uses);
                        html! {
                            <tr key={pattern.name.clone()} data-pattern={pattern.name.clone()} data-measured={measured.to_string()}>
                                <th scope="row">{ &pattern.name }</th>
                                <td data-label="Rate">{ rate(pattern) }</td>
                                <td data-label="Units a use">{ units(each) }if !measured { <small>{ " estimated" }</small> }</td>
                                { cells(*month) }
                            </tr>
                        }
                    }) }
                </tbody>
                <tfoot>
                    <tr class="cost-total"><th scope="row" colspan="3">{ "All of them, a month" }</th>{ cells(totals) }</tr>
                </tfoot>
            </table>
            <p class="cost-words">{ "From the rates of the access patterns. A use counts as it was measured when the Patterns page ran it, else by the size of its items. Provisioned \
                capacity is counted as far as a pattern uses it, and with auto scaling what its target leaves free. The writes of indexes are not in it." }</p>
        </div>
    }
}
