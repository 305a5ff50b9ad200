//! Forecasts against the document's design challenge, and what holds of every load.

use super::super::cost::{Table, bill};
use super::super::price::Prices;
use super::*;
use proptest::prelude::*;

fn preset(name: &str) -> Prices {
    Prices::presets()
        .into_iter()
        .find(|prices| prices.name.starts_with(name))
        .expect("there is such a preset")
}

fn cost(prices: &Prices, load: Load, plan: Plan, period: Period) -> Money {
    bill(prices, &[Table::new("Carts", load.billing(plan, period))], None, period).total()
}

/// The document's carts: 80 % reads of items within a unit.
fn carts(per_second: u64, mode: ReadMode) -> Rate {
    Rate::of(per_second, 80, 1024, mode, false)
}

#[test]
fn the_design_challenge() {
    let (month, day) = (Period::days(30), Period::days(1));
    let earlier = preset("2024 and earlier");
    let strong = |per_second| Load::steady(carts(per_second, ReadMode::Strong));
    assert_eq!(cost(&earlier, strong(1_000), Plan::OnDemand, month).to_string(), "$1,166.40");
    assert_eq!(cost(&earlier, strong(100_000), Plan::OnDemand, day).to_string(), "$3,888.00");
    assert_eq!(cost(&earlier, strong(100_000), Plan::Provisioned, Period::MONTH).to_string(), "$17,082.00");
    let eventual = Load::steady(carts(1_000, ReadMode::Eventual));
    assert_eq!(cost(&earlier, eventual, Plan::OnDemand, month).to_string(), "$907.20");
}

#[test]
fn a_day_with_a_peak_is_paid_for_by_its_parts() {
    let period = Period::days(1);
    let load = Load {
        base: carts(1_000, ReadMode::Strong),
        peak: carts(10_000, ReadMode::Strong),
        peak_seconds: 3_600,
    };
    let Billing::OnDemand(requests) = load.billing(Plan::OnDemand, period) else { panic!("on demand") };
    assert_eq!(requests.read_half_units, 2 * (800 * 82_800 + 8_000 * 3_600));
    let Billing::Provisioned(capacity) = load.billing(Plan::Provisioned, period) else {
        panic!("provisioned")
    };
    assert_eq!(capacity, Capacity::steady(8_000, 2_000, period));
    let scaling = Scaling { target_percent: 50, minimum_units: 500 };
    let Billing::Provisioned(capacity) = load.billing(Plan::AutoScaled(scaling), period) else {
        panic!("scaled")
    };
    assert_eq!(capacity.read_unit_seconds, 1_600 * 82_800 + 16_000 * 3_600);
    assert_eq!(capacity.write_unit_seconds, 500 * 82_800 + 4_000 * 3_600, "the minimum holds");
}

#[test]
fn what_was_metered_is_a_rate() {
    let consumed = Consumed { read_half_units: 60_001, write_half_units: 3 };
    let rate = Rate::metered(consumed, 30_000);
    assert_eq!((rate.read_milli_units, rate.write_milli_units), (1_000_017, 50));
    assert_eq!(Rate::metered(consumed, 0), Rate::default());
}

#[test]
fn both_kinds_of_request_break_even_at_the_same_use() {
    let share = |name: &str, rate: Rate| {
        let load = Load::steady(rate);
        let of = |plan| cost(&preset(name), load, plan, Period::MONTH);
        break_even_millionths(of(Plan::Provisioned), of(Plan::OnDemand))
    };
    let (reads, writes) = (
        Rate { read_milli_units: 1_000_000, write_milli_units: 0 },
        Rate { read_milli_units: 0, write_milli_units: 1_000_000 },
    );
    // A capacity unit of the other kind is provisioned at least, which costs next to nothing.
    assert_eq!(share("us-east-1", reads).map(|share| share / 1_000), Some(290));
    assert_eq!(share("us-east-1", writes).map(|share| share / 1_000), Some(288));
    assert_eq!(share("2024", writes).map(|share| share / 1_000), Some(144));
    assert_eq!(break_even_millionths(Money::picodollars(1), Money::default()), None);
}

proptest! {
    /// Auto scaling at 100 % of a steady load is what is provisioned for it, and a peak never makes anything cheaper.
    #[test]
    fn plans_agree_where_they_are_the_same(
        read in 0u64..10_000_000, write in 0u64..10_000_000, more in 0u64..1_000_000, hours in 0u64..=24, target in 20u64..=90,
    ) {
        let base = Rate { read_milli_units: read, write_milli_units: write };
        let steady = Load::steady(base);
        let whole = Scaling { target_percent: 100, minimum_units: 1 };
        prop_assert_eq!(
            steady.billing(Plan::AutoScaled(whole), Period::MONTH),
            steady.billing(Plan::Provisioned, Period::MONTH)
        );
        let peak = base + Rate { read_milli_units: more, write_milli_units: more };
        let peaked = Load { base, peak, peak_seconds: hours * 3_600 };
        let prices = preset("us-east-1");
        let scaled = Plan::AutoScaled(Scaling { target_percent: target, minimum_units: 1 });
        for plan in [Plan::OnDemand, Plan::Provisioned, scaled] {
            prop_assert!(cost(&prices, peaked, plan, Period::MONTH) >= cost(&prices, steady, plan, Period::MONTH));
        }
    }
}
