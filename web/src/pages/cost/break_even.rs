//! Where the ways of paying break even: what the requests cost as their average use of the peak goes from nothing to all of it.

use std::rc::Rc;

use engine::insight::price::Money;
use yew::prelude::*;

use crate::state::cost::Bills;

/// The drawing's size in its own units.
const SIZE: (f64, f64) = (600.0, 180.0);

/// The props of [`BreakEven`].
#[derive(Properties, PartialEq)]
pub struct BreakEvenProps {
    /// The bills.
    pub bills: Rc<Bills>,
}

/// Millionths in percent with one digit behind the point.
fn percent(millionths: u64) -> String {
    format!("{}.{} %", millionths / 10_000, millionths / 1_000 % 10)
}

/// What to make of it, in a sentence.
fn verdict(used: u64, even: u64, [on_demand, provisioned, scaled]: [Money; 3]) -> String {
    let less = |a: Money, b: Money| Money::picodollars(b.as_picodollars().saturating_sub(a.as_picodollars()));
    let now = match on_demand < provisioned {
        true => format!("on demand costs {} less", less(on_demand, provisioned)),
        false => format!("provisioned costs {} less", less(provisioned, on_demand)),
    };
    let best = if scaled < on_demand.min(provisioned) {
        format!(" Scaled automatically it costs least: {scaled}.")
    } else {
        String::new()
    };
    let verdict = match even {
        1_000_000.. => format!(
            "Here on demand costs less even at full use. Now the average is {} of the peak: {now}.",
            percent(used)
        ),
        _ => format!(
            "On demand costs less while the average stays below {} of the peak. Now it is {}: {now}.",
            percent(even),
            percent(used)
        ),
    };
    verdict + &best
}

/// The chart, and what it says in words.
#[component]
pub fn BreakEven(props: &BreakEvenProps) -> Html {
    let bills = &props.bills;
    let (Some(even), Some(used)) = (bills.break_even(), bills.use_millionths()) else {
        return Html::default();
    };
    let [on_demand, provisioned, scaled_now, one_year, three_years] = bills.requests();
    let requests = [on_demand, provisioned, scaled_now];
    let [full, scaled] = bills.full;
    // Only drawn: doubles are exact enough.
    let amount = |money: Money| money.as_picodollars() as f64;
    let most = [full, scaled, requests[1]].map(amount).into_iter().fold(1.0, f64::max);
    let x = |millionths: u64| millionths.min(1_000_000) as f64 / 1e6 * SIZE.0;
    let y = |money: f64| SIZE.1 - money / most * (SIZE.1 - 8.0);
    let flat = y(amount(requests[1]));
    // Where nothing can be reserved it costs what is provisioned.
    let reserved =
        [("reserved-1", one_year, "reserved for a year"), ("reserved-3", three_years, "for three years")];
    let reserved: Vec<_> = reserved.into_iter().filter(|(_, cost, _)| *cost < provisioned).collect();
    let mark = |name: &'static str, millionths: u64| {
        let at = format!("{:.1}", x(millionths));
        html! { <line class="even-mark" data-mark={name} x1={at.clone()} x2={at} y1="0" y2={SIZE.1.to_string()} /> }
    };
    let words = verdict(used, even, requests);
    html! {
        <figure class="cost-even" data-even={even.to_string()} data-used={used.to_string()} aria-label="Break-even">
            <h3>{ "Break-even" }</h3>
            <p data-part="verdict">{ &words }</p>
            <svg viewBox={format!("0 0 {} {}", SIZE.0, SIZE.1)} preserveAspectRatio="none" role="img" aria-label={words}>
                if even < 1_000_000 {
                    { mark("even", even) }
                }
                { mark("now", used) }
                <path class="even-line" data-plan="on-demand" d={format!("M0 {:.1}L{} {:.1}", SIZE.1, SIZE.0, y(amount(full)))} />
                <path class="even-line" data-plan="provisioned" d={format!("M0 {flat:.1}H{}", SIZE.0)} />
                { for reserved.iter().map(|(plan, cost, _)| html! {
                    <path class="even-line" data-plan={*plan} d={format!("M0 {:.1}H{}", y(amount(*cost)), SIZE.0)} />
                }) }
                <path class="even-line" data-plan="scaled" d={format!("M0 {:.1}L{} {:.1}", SIZE.1, SIZE.0, y(amount(scaled)))} />
            </svg>
            <figcaption>
                <div><span>{ "0 % of the peak on the average" }</span><span>{ "100 %" }</span></div>
                <span class="even-key" data-plan="on-demand">{ format!("on demand, at most {full}") }</span>
                <span class="even-key" data-plan="provisioned">{ format!("provisioned for the peak, {}", requests[1]) }</span>
                <span class="even-key" data-plan="scaled">{ "auto scaling" }</span>
                { for reserved.iter().map(|(plan, cost, words)| html! {
                    <span class="even-key" data-plan={*plan}>{ format!("{words}, {cost}") }</span>
                }) }
                <span class="even-key" data-plan="now">{ format!("now, {}", percent(used)) }</span>
            </figcaption>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_names_the_cheaper_one_and_by_how_much() {
        let dollars = |dollars: u128| Money::picodollars(dollars * 1_000_000_000_000);
        let said = verdict(100_000, 289_000, [dollars(10), dollars(29), dollars(14)]);
        assert_eq!(
            said,
            "On demand costs less while the average stays below 28.9 % of the peak. Now it is 10.0 %: on demand costs $19.00 less."
        );
        assert!(
            verdict(400_000, 289_000, [dollars(40), dollars(29), dollars(14)])
                .ends_with("provisioned costs $11.00 less. Scaled automatically it costs least: $14.00.")
        );
        assert!(verdict(1, 1_200_000, [dollars(1), dollars(2), dollars(1)]).contains("even at full use"));
    }
}
