//! What traffic costs: of what it used, so far, and for a month that goes on like that. Pure.

use std::collections::BTreeMap;

use engine::insight::cost::{Billing, Capacity, Index, Period, Requests, Table, bill};
use engine::insight::price::{Money, Prices};

use crate::protocol::traffic::{TrafficState, Usage};

/// Money for two stretches of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// For the time that the traffic has run.
    pub so_far: Money,
    /// For a month of 730 hours that goes on like that.
    pub month: Money,
}

/// What the traffic costs by those prices; storage is in the month alone. None before a second has gone by.
pub fn cost(prices: &Prices, traffic: &TrafficState) -> Option<Cost> {
    let ran_ms = traffic.now_ms.saturating_sub(traffic.started_ms);
    (ran_ms >= 1_000).then(|| {
        let so_far = Period { seconds: ran_ms / 1_000 };
        let total = |period: Period, storage: bool| {
            let tables = tables(&traffic.figures.usage, ran_ms, period, storage);
            bill(prices, &tables, None, period).total()
        };
        Cost { so_far: total(so_far, false), month: total(Period::MONTH, true) }
    })
}

fn tables(usage: &[Usage], ran_ms: u64, period: Period, storage: bool) -> Vec<Table> {
    let billing = |usage: &Usage| match usage.on_demand {
        true => Billing::OnDemand(Requests::metered(usage.consumed, ran_ms, period)),
        false => Billing::Provisioned(Capacity::steady(usage.read_units, usage.write_units, period)),
    };
    let bytes = |usage: &Usage| if storage { usage.storage_bytes } else { 0 };
    let mut tables: BTreeMap<&str, Table> = BTreeMap::new();
    for one in usage.iter().filter(|one| one.index.is_none()) {
        let table = Table { storage_bytes: bytes(one), ..Table::new(&one.table, billing(one)) };
        tables.insert(&one.table, table);
    }
    for one in usage {
        if let (Some(name), Some(table)) = (&one.index, tables.get_mut(one.table.as_str())) {
            let (name, storage_bytes) = (name.clone(), bytes(one));
            table.indexes.push(Index { name, billing: Some(billing(one)), storage_bytes });
        }
    }
    tables.into_values().collect()
}

#[cfg(test)]
mod tests {
    use engine::timeline::Consumed;

    use super::*;
    use crate::protocol::traffic::{TrafficFigures, TrafficPhase};

    fn ran(seconds: u64, usage: Vec<Usage>) -> TrafficState {
        TrafficState {
            run: 1,
            name: "n".into(),
            tables: Vec::new(),
            phase: TrafficPhase::Running,
            rate: 1,
            clients: (1, 1),
            started_ms: 5_000,
            now_ms: 5_000 + seconds * 1_000,
            ends_ms: None,
            changes_since: 0,
            figures: TrafficFigures { usage, ..TrafficFigures::default() },
        }
    }

    #[test]
    fn on_demand_is_paid_by_what_was_used_and_provisioned_by_the_hour() {
        let prices = &Prices::presets()[0];
        let mut usage = Usage {
            table: "T".into(),
            index: None,
            on_demand: true,
            read_units: 10,
            write_units: 10,
            consumed: Consumed { read_half_units: 0, write_half_units: 2_000_000 },
            storage_bytes: 0,
        };
        // A million write units in ten seconds, at $0.625: 262,800 times that in a month.
        let on_demand = cost(prices, &ran(10, vec![usage.clone()])).expect("it ran");
        assert_eq!(
            (on_demand.so_far.to_string(), on_demand.month.to_string()),
            ("$0.63".into(), "$164,250.00".into())
        );
        let index = Usage { index: Some("g".into()), ..usage.clone() };
        let both = cost(prices, &ran(10, vec![usage.clone(), index])).expect("it ran");
        assert_eq!(both.month.to_string(), "$328,500.00");
        // 730 hours of 10 RCU at $0.00013 and 10 WCU at $0.00065.
        usage.on_demand = false;
        let provisioned = cost(prices, &ran(3_600, vec![usage.clone()])).expect("it ran");
        assert_eq!(
            (provisioned.so_far.to_string(), provisioned.month.to_string()),
            ("$0.01".into(), "$5.69".into())
        );
        assert_eq!(cost(prices, &ran(0, vec![usage])), None);
    }
}
