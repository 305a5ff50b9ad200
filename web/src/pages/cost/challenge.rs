//! The numbers of the document that the project began with, worked out anew: as it counts, and as the service meters.

use engine::capacity::ReadMode;
use engine::insight::cost::{Period, Table, bill};
use engine::insight::forecast::{Load, Plan, Rate};
use engine::insight::price::{Money, Prices};
use yew::prelude::*;

/// The price list that the document has.
const DOCUMENT_PRICES: &str = "2024 and earlier";

/// A number of the document: what it is for, what it says, and how it comes about.
struct Claim {
    name: &'static str,
    what: &'static str,
    says: &'static str,
    per_second: u64,
    plan: Plan,
    period: Period,
}

const CLAIMS: [Claim; 3] = [
    Claim {
        name: "normal",
        what: "1,000 requests a second on demand, 30 days",
        says: "$1,155",
        per_second: 1_000,
        plan: Plan::OnDemand,
        period: Period::days(30),
    },
    Claim {
        name: "black-friday",
        what: "100,000 a second on demand, a day",
        says: "$3,850",
        per_second: 100_000,
        plan: Plan::OnDemand,
        period: Period::days(1),
    },
    Claim {
        name: "provisioned",
        what: "Provisioned for 100,000 a second, a month",
        says: "$50,000",
        per_second: 100_000,
        plan: Plan::Provisioned,
        period: Period::MONTH,
    },
];

impl Claim {
    /// What it comes to: four in five of the requests read, of items within a unit.
    fn amount(&self, prices: &Prices, mode: ReadMode) -> Money {
        let load = Load::steady(Rate::of(self.per_second, 80, 1_024, mode, false));
        let table = Table::new("Carts", load.billing(self.plan, self.period));
        bill(prices, &[table], None, self.period).total()
    }
}

/// The props of [`Challenge`].
#[derive(Properties, PartialEq)]
pub struct ChallengeProps {
    /// The price list that is chosen.
    pub prices: Prices,
}

/// The table.
#[component]
pub fn Challenge(props: &ChallengeProps) -> Html {
    let document = Prices::presets().into_iter().find(|prices| prices.name == DOCUMENT_PRICES);
    let Some(document) = document else { return Html::default() };
    let money = |label: &'static str, amount: Money| {
        html! { <td class="cost-money" data-label={label} data-amount={amount.to_string()}>{ amount.to_string() }</td> }
    };
    html! {
        <details class="cost-challenge" data-part="challenge">
            <summary>{ "The design challenge's numbers: carts, 80 % reads" }</summary>
            <table aria-label="The design challenge">
                <thead>
                    <tr>
                        <th scope="col">{ "What" }</th>
                        <th scope="col" class="cost-money">{ "The document says" }</th>
                        <th scope="col" class="cost-money">{ "A unit each, its prices" }</th>
                        <th scope="col" class="cost-money">{ "As metered, its prices" }</th>
                        <th scope="col" class="cost-money">{ format!("As metered, {}", props.prices.name) }</th>
                    </tr>
                </thead>
                <tbody>
                    { for CLAIMS.iter().map(|claim| html! {
                        <tr data-claim={claim.name}>
                            <th scope="row">{ claim.what }</th>
                            <td class="cost-money" data-label="The document says">{ claim.says }</td>
                            { money("A unit each", claim.amount(&document, ReadMode::Strong)) }
                            { money("As metered", claim.amount(&document, ReadMode::Eventual)) }
                            { money("As metered now", claim.amount(&props.prices, ReadMode::Eventual)) }
                        </tr>
                    }) }
                </tbody>
            </table>
            <p class="cost-words">{ "The document counts a whole unit for each request and rounds. As metered, its reads are eventually consistent and \
                half a unit each. Its $50,000 has no source: 80,000 RCU and 20,000 WCU for 730 hours are $17,082." }</p>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_s_numbers_as_they_are() {
        let document = Prices::presets().into_iter().find(|prices| prices.name == DOCUMENT_PRICES).unwrap();
        let all = |mode| CLAIMS.map(|claim| claim.amount(&document, mode).to_string());
        assert_eq!(all(ReadMode::Strong), ["$1,166.40", "$3,888.00", "$17,082.00"]);
        assert_eq!(all(ReadMode::Eventual), ["$907.20", "$3,024.00", "$13,286.00"]);
    }
}
