//! The bills of the same use under each way of paying, and what a month of an access pattern costs under each. Pure.
//!
//! Follows [reserved capacity](https://aws.amazon.com/dynamodb/reserved-capacity/): it is bought in blocks of 100 units, for provisioned
//! tables of the class Standard and their indexes, and not for replicated writes; whatever is provisioned beyond it has its full price.
//! What it saves is "up to" a percentage, which is taken as it is.

use engine::insight::cost::{Bill, Billing, Class, Index, Part, Period, Reserved, Table, Term, bill};
use engine::insight::forecast::{Load, Plan, Scaling, break_even_millionths};
use engine::insight::price::{Money, Prices};
use engine::insight::{on_demand, provisioned};
use engine::timeline::Consumed;
use engine::workload::Frequency;

use super::Used;

/// The ways of paying that stand beside each other: their names to the program and to the reader.
pub const PLANS: [(&str, &str); 5] = [
    ("on-demand", "On demand"),
    ("provisioned", "Provisioned"),
    ("auto-scaling", "Auto scaling"),
    ("reserved-1", "Reserved, 1 year"),
    ("reserved-3", "Reserved, 3 years"),
];
/// How many there are.
pub const WAYS: usize = PLANS.len();
/// Capacity is reserved in blocks of so many units.
const RESERVED_BLOCK: u64 = 100;

/// How long capacity is reserved for under a plan.
fn term(at: usize) -> Option<Term> {
    [Term::OneYear, Term::ThreeYears].get(at.checked_sub(3)?).copied()
}

fn percent_off(prices: &Prices, term: Term) -> u8 {
    match term {
        Term::OneYear => prices.reserved_one_year_percent,
        Term::ThreeYears => prices.reserved_three_years_percent,
    }
}

/// What of the provisioned capacity can be reserved: that of the class Standard, in whole blocks.
fn reserved(tables: &[Table], period: Period, term: Term) -> Reserved {
    let standard = tables.iter().filter(|table| table.class == Class::Standard);
    let billings = standard.flat_map(|table| {
        std::iter::once(Some(table.billing)).chain(table.indexes.iter().map(|index| index.billing))
    });
    let (mut read, mut write) = (0_u128, 0_u128);
    for billing in billings.flatten() {
        if let Billing::Provisioned(capacity) = billing {
            read = read.saturating_add(capacity.read_unit_seconds);
            write = write.saturating_add(capacity.write_unit_seconds);
        }
    }
    let blocks = |unit_seconds: u128| {
        let units = unit_seconds / u128::from(period.seconds.max(1));
        u64::try_from(units).unwrap_or(u64::MAX) / RESERVED_BLOCK * RESERVED_BLOCK
    };
    Reserved { read_units: blocks(read), write_units: blocks(write), term }
}

/// The bills of the same use, one for each of [`PLANS`].
#[derive(Clone, Debug, PartialEq)]
pub struct Bills {
    /// In their order.
    pub bills: [Bill; WAYS],
    /// What the peaks would cost if they lasted all the time: on demand, and scaled; without storage.
    pub full: [Money; 2],
    /// What is reserved, read and write capacity units.
    pub reserved: [u64; 2],
    /// What reserving saves, in percent: for a year, and for three.
    off: [u8; 2],
}

impl Bills {
    /// Draws them up.
    pub fn of(prices: &Prices, used: &[Used], scaling: Scaling, period: Period) -> Bills {
        let at_peak: Vec<Used> = used
            .iter()
            .map(|one| Used { load: Load::steady(one.load.peak.or_more(one.load.base)), ..one.clone() })
            .collect();
        let scaled = Plan::AutoScaled(scaling);
        let full = |plan| requests(&bill(prices, &tables(&at_peak, plan, period), None, period));
        let provisioned = tables(used, Plan::Provisioned, period);
        let blocks = reserved(&provisioned, period, Term::OneYear);
        let of = |at: usize| match at {
            0 => bill(prices, &tables(used, Plan::OnDemand, period), None, period),
            2 => bill(prices, &tables(used, scaled, period), None, period),
            _ => bill(prices, &provisioned, term(at).map(|term| Reserved { term, ..blocks }), period),
        };
        Bills {
            bills: std::array::from_fn(of),
            full: [full(Plan::OnDemand), full(scaled)],
            reserved: [blocks.read_units, blocks.write_units],
            off: [Term::OneYear, Term::ThreeYears].map(|term| percent_off(prices, term)),
        }
    }

    /// What a table or an index costs, by plan: of what is reserved its part too.
    pub fn row(&self, table: &str, index: Option<&str>) -> [Money; WAYS] {
        let own = |bill: &Bill| {
            let lines = bill.lines.iter();
            let lines =
                lines.filter(|line| line.table.as_deref() == Some(table) && line.index.as_deref() == index);
            lines.map(|line| line.amount).sum::<Money>()
        };
        let whole = own(&self.bills[1]);
        std::array::from_fn(|at| {
            let rest = own(&self.bills[at]);
            match at.checked_sub(3).and_then(|at| self.off.get(at)) {
                None => rest,
                Some(off) => {
                    let covered = whole.as_picodollars().saturating_sub(rest.as_picodollars());
                    rest + Money::picodollars(covered).times(u128::from(100_u8.saturating_sub(*off)), 100)
                }
            }
        })
    }

    /// One part of each: what is reserved is of the reads and the writes.
    pub fn part(&self, part: Part) -> [Money; WAYS] {
        let of = |bill: &Bill| match part {
            Part::Reads => bill.of_part(part) + bill.of_part(Part::ReservedReads),
            Part::Writes => bill.of_part(part) + bill.of_part(Part::ReservedWrites),
            _ => bill.of_part(part),
        };
        self.bills.each_ref().map(of)
    }

    /// All of each.
    pub fn totals(&self) -> [Money; WAYS] {
        self.bills.each_ref().map(Bill::total)
    }

    /// The requests of each, without what is stored.
    pub fn requests(&self) -> [Money; WAYS] {
        self.bills.each_ref().map(requests)
    }

    /// Below which average use of the peak on demand costs less than what is provisioned for it, in millionths.
    pub fn break_even(&self) -> Option<u64> {
        break_even_millionths(self.requests()[1], self.full[0])
    }

    /// The average use of the peak, in millionths.
    pub fn use_millionths(&self) -> Option<u64> {
        break_even_millionths(self.requests()[0], self.full[0])
    }
}

fn requests(bill: &Bill) -> Money {
    let parts =
        [Part::Reads, Part::Writes, Part::ReplicatedWrites, Part::ReservedReads, Part::ReservedWrites];
    parts.into_iter().map(|part| bill.of_part(part)).sum()
}

/// How access patterns are paid for.
#[derive(Clone, Debug, PartialEq)]
pub struct Paying {
    /// By which list.
    pub prices: Prices,
    /// The place of the plan in [`PLANS`].
    pub plan: usize,
    /// What auto scaling aims at, in percent.
    pub target_percent: u64,
}

impl Paying {
    /// What a month of uses costs at that rate, each of them consuming so much. Provisioned capacity is counted as far as they use it, and
    /// beside auto scaling what it leaves free.
    pub fn month(&self, class: Class, each: Consumed, rate: Frequency) -> Money {
        self.month_under(self.plan, class, each, rate)
    }

    /// The same under each plan.
    pub fn months(&self, class: Class, each: Consumed, rate: Frequency) -> [Money; WAYS] {
        std::array::from_fn(|plan| self.month_under(plan, class, each, rate))
    }

    fn month_under(&self, plan: usize, class: Class, each: Consumed, rate: Frequency) -> Money {
        let list = match class {
            Class::Standard => &self.prices.standard,
            Class::StandardInfrequentAccess => &self.prices.standard_infrequent_access,
        };
        let seconds = Period::MONTH.seconds;
        let at = |used_percent| provisioned(list, each, rate, seconds, used_percent);
        match (plan, term(plan).filter(|_| class == Class::Standard)) {
            (0, _) => on_demand(list, each, rate, seconds),
            (2, _) => at(self.target_percent),
            (_, Some(term)) => {
                at(100).times(u128::from(100_u8.saturating_sub(percent_off(&self.prices, term))), 100)
            }
            (_, None) => at(100),
        }
    }
}

/// The tables of some use, as they are billed under a plan. The indexes stand behind their table.
fn tables(used: &[Used], plan: Plan, period: Period) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for one in used {
        let billing = one.load.billing(plan, period);
        match (&one.index, tables.last_mut()) {
            (Some(name), Some(table)) => table.indexes.push(Index {
                name: name.clone(),
                billing: (!one.local).then_some(billing),
                storage_bytes: one.storage_bytes,
            }),
            _ => {
                let reads = u128::from(one.besides.stream_milli_reads) * u128::from(period.seconds) / 1_000;
                tables.push(Table {
                    class: one.class,
                    storage_bytes: one.storage_bytes,
                    other_regions: one.other_regions,
                    stream_reads: u64::try_from(reads).unwrap_or(u64::MAX),
                    backup_bytes: one.besides.backup_bytes,
                    recovery: one.besides.recovery,
                    ..Table::new(&one.table, billing)
                });
            }
        }
    }
    tables
}
