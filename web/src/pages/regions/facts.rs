//! What holds in a global table of either consistency, and what its writes cost.

use engine::insight::cost::{Billing, Part, Period, Requests, Table, bill};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Field};
use crate::hooks::{saved, use_route};
use crate::state::cost::CostForm;
use crate::state::explanation::plural;
use crate::state::route::Page;

const EVENTUAL: [&str; 6] = [
    "Every Region takes writes; they reach the others usually within a second, and the later write of an item wins.",
    "A strongly consistent read sees what its own Region has: not what is still on its way there.",
    "A transaction is atomic in its own Region alone; the others see its items one by one.",
    "A condition is tested on what its Region has: two Regions can each find it true.",
    "An item that Time to Live deletes is deleted in the other Regions by a replicated write, which is charged.",
    "When a Region fails, the others go on; writes that had not left it arrive when it is back.",
];

const STRONG: [&str; 6] = [
    "Exactly three Regions of one set: three replicas, or two and a witness, which keeps changes and no table.",
    "It is made of an empty table, all three at once.",
    "A strongly consistent read sees the last acknowledged write of any Region; an eventually consistent one stays local.",
    "A write that meets another Region's write of the same item is refused: ReplicatedWriteConflictException; send it again.",
    "No transactions, no Time to Live, no local secondary indexes.",
    "One Region may fail without loss; a Region that reaches no other takes no write and answers no strongly consistent read.",
];

/// The props of [`Facts`].
#[derive(Properties, PartialEq)]
pub struct FactsProps {
    /// Whether the consistency is STRONG.
    pub strong: bool,
    /// In how many Regions the table is.
    pub regions: usize,
}

fn whole(text: &str, most: u64) -> Option<u64> {
    text.trim().parse().ok().filter(|number| (1..=most).contains(number))
}

fn rules(strong: bool) -> Html {
    let (title, rules) = match strong {
        true => ("Multi-Region strong consistency (MRSC)", STRONG),
        false => ("Multi-Region eventual consistency (MREC)", EVENTUAL),
    };
    html! {
        <section aria-label="Rules">
            <h3>{ title }</h3>
            <ul>{ for rules.iter().map(|rule| html! { <li>{ *rule }</li> }) }</ul>
        </section>
    }
}

/// What there is to choose from, for a table of one Region.
#[component]
pub fn Choice() -> Html {
    html! {
        <div class="regions-facts">
            { rules(false) }
            { rules(true) }
        </div>
    }
}

/// The rules and the cost.
#[component]
pub fn Facts(props: &FactsProps) -> Html {
    let route = use_route();
    let rate = use_state_eq(|| "10".to_owned());
    let bytes = use_state_eq(|| "1024".to_owned());
    let onrate = {
        let rate = rate.setter();
        Callback::from(move |text: String| rate.set(text))
    };
    let onbytes = {
        let bytes = bytes.setter();
        Callback::from(move |text: String| bytes.set(text))
    };
    let form =
        saved("cost").and_then(|text| serde_json::from_str::<CostForm>(&text).ok()).unwrap_or_default();
    let others = props.regions.saturating_sub(1) as u32;
    let load = whole(&rate, 1_000_000).zip(whole(&bytes, 409_600));
    let bill = load.map(|(rate, bytes)| {
        let writes = Requests::writes(rate, bytes, false, Period::MONTH);
        let table = Table { other_regions: others, ..Table::new("", Billing::OnDemand(writes)) };
        (bytes.div_ceil(1024), bill(&form.prices(), &[table], None, Period::MONTH))
    });
    let oncost = Callback::from(move |()| route.go_to(Page::Cost));
    let fault = |good: bool| (!good).then(|| AttrValue::from("A whole number."));
    html! {
        <div class="regions-facts">
            { rules(props.strong) }
            <section aria-label="What writes cost">
                <h3>{ "What writes cost" }</h3>
                <div class="regions-fields">
                    <Field label="Writes a second, in all Regions" name="write-rate" value={(*rate).clone()} oninput={onrate} error={fault(whole(&rate, 1_000_000).is_some())} />
                    <Field label="Bytes an item" name="write-bytes" value={(*bytes).clone()} oninput={onbytes} error={fault(whole(&bytes, 409_600).is_some())} />
                </div>
                if let Some((units, bill)) = &bill {
                    <p class="regions-words">
                        { format!("A write of that size is {units} WRU where it is made, and {units} replicated WRU (rWRU) in each of {}: {} in all.", plural(u64::from(others), "other Region"), units * u64::from(others + 1)) }
                    </p>
                    <table class="regions-bill">
                        <tbody>
                            <tr><th scope="row">{ "Writes" }</th><td>{ bill.of_part(Part::Writes).to_string() }</td></tr>
                            <tr><th scope="row">{ "Replicated writes" }</th><td data-part="replicated">{ bill.of_part(Part::ReplicatedWrites).to_string() }</td></tr>
                            <tr><th scope="row">{ "A month, on demand" }</th><td><b>{ bill.total().to_string() }</b></td></tr>
                        </tbody>
                    </table>
                }
                <p class="regions-words">{ "Each replica's storage and reads are paid in its Region, and transfer between Regions comes on top. Prices: the Cost page's list." }</p>
                <Button label="The whole bill" icon="scale" kind={ButtonKind::Quiet} onclick={oncost} action="cost" />
            </section>
        </div>
    }
}
