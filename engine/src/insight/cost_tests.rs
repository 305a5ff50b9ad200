//! The bill against published figures: those of the document that the project began with, and AWS's own units.

use super::*;
use proptest::prelude::*;

fn preset(name: &str) -> Prices {
    Prices::presets().into_iter().find(|prices| prices.name == name).expect("there is such a preset")
}

fn today() -> Prices {
    preset("us-east-1 since 2024-11-01")
}

fn earlier() -> Prices {
    preset("2024 and earlier")
}

fn total(prices: &Prices, table: Table, period: Period) -> String {
    bill(prices, &[table], None, period).total().to_string()
}

fn on_demand(requests: Requests) -> Table {
    Table::new("Carts", Billing::OnDemand(requests))
}

/// The document's carts: 80 % reads, 20 % writes, of items within a unit.
fn carts(per_second: u64, mode: ReadMode, period: Period) -> Table {
    let reads = Requests::reads(per_second * 8 / 10, 1024, mode, period);
    on_demand(reads.and(Requests::writes(per_second * 2 / 10, 1024, false, period)))
}

#[test]
fn the_design_challenge_on_demand() {
    let (month, day) = (Period::days(30), Period::days(1));
    // The document rounds its requests down to $1,155 and $3,850.
    assert_eq!(total(&earlier(), carts(1_000, ReadMode::Strong, month), month), "$1,166.40");
    assert_eq!(total(&earlier(), carts(100_000, ReadMode::Strong, day), day), "$3,888.00");
    // As it would be metered: eventually consistent reads are half a unit each.
    assert_eq!(total(&earlier(), carts(1_000, ReadMode::Eventual, month), month), "$907.20");
    assert_eq!(total(&earlier(), carts(100_000, ReadMode::Eventual, day), day), "$3,024.00");
    // And since November 2024.
    assert_eq!(total(&today(), carts(1_000, ReadMode::Strong, month), month), "$583.20");
    assert_eq!(total(&today(), carts(1_000, ReadMode::Eventual, month), month), "$453.60");
    assert_eq!(total(&today(), carts(100_000, ReadMode::Eventual, day), day), "$1,512.00");
}

#[test]
fn the_design_challenge_provisioned_for_its_peak() {
    // 80,000 RCU and 20,000 WCU for 730 hours: the document says about $50,000.
    let peak = Table::new("Carts", Billing::Provisioned(Capacity::steady(80_000, 20_000, Period::MONTH)));
    for prices in [earlier(), today()] {
        assert_eq!(total(&prices, peak.clone(), Period::MONTH), "$17,082.00");
    }
}

#[test]
fn the_document_s_prices_by_the_unit() {
    let million = |reads: u128, writes: u128| {
        let half_units = |units: u128| units * 2 * MILLION;
        on_demand(Requests { read_half_units: half_units(reads), write_half_units: half_units(writes) })
    };
    assert_eq!(total(&earlier(), million(1, 0), Period::MONTH), "$0.25");
    assert_eq!(total(&earlier(), million(0, 1), Period::MONTH), "$1.25");
    assert_eq!(total(&today(), million(8, 0), Period::MONTH), "$1.00");
    assert_eq!(total(&today(), million(0, 8), Period::MONTH), "$5.00");
    let hour = |read, write| {
        let capacity = Capacity::steady(read, write, Period::hours(1));
        let table = Table::new("T", Billing::Provisioned(capacity));
        bill(&earlier(), &[table], None, Period::hours(1)).total()
    };
    assert_eq!(hour(1, 0), Money::picodollars(130_000_000));
    assert_eq!(hour(0, 1), Money::picodollars(650_000_000));
    // "5-7x more expensive than provisioned", for a unit that is used all the time.
    let writes = Requests::writes(1, 1024, false, Period::hours(1));
    let spent = bill(&earlier(), &[on_demand(writes)], None, Period::hours(1)).total();
    assert_eq!(spent, Money::picodollars(4_500_000_000));
    let spent = bill(&today(), &[on_demand(writes)], None, Period::hours(1)).total();
    assert_eq!(spent, Money::picodollars(2_250_000_000));
}

#[test]
fn reserved_capacity_saves_up_to_its_percentage_and_is_paid_unused() {
    let provisioned = |units| {
        let capacity = Capacity::steady(units, 0, Period::MONTH);
        vec![Table::new("T", Billing::Provisioned(capacity))]
    };
    let spent = |prices: &Prices, units, reserved, term| {
        let reserved = Reserved { read_units: reserved, write_units: 0, term };
        bill(prices, &provisioned(units), Some(reserved), Period::MONTH).total().to_string()
    };
    // 1,000 RCU cost $94.90 a month.
    assert_eq!(spent(&today(), 1000, 0, Term::OneYear), "$94.90");
    assert_eq!(spent(&today(), 1000, 1000, Term::ThreeYears), "$21.83");
    assert_eq!(spent(&today(), 1000, 1000, Term::OneYear), "$43.65");
    assert_eq!(spent(&earlier(), 1000, 1000, Term::ThreeYears), "$22.78");
    assert_eq!(spent(&today(), 500, 1000, Term::ThreeYears), "$21.83", "what is not used");
    assert_eq!(spent(&today(), 1500, 1000, Term::ThreeYears), "$69.28", "what is beyond it");
}

#[test]
fn storage_streams_backups_and_recovery() {
    let gigabytes = |n: u64| n << 30;
    let nothing = Billing::OnDemand(Requests::default());
    let mut table = Table::new("T", nothing);
    table.storage_bytes = gigabytes(20);
    table.indexes =
        vec![Index { name: "by-date".into(), billing: Some(nothing), storage_bytes: gigabytes(15) }];
    let of = |table: &Table, part| {
        bill(&today(), std::slice::from_ref(table), None, Period::MONTH).of_part(part).to_string()
    };
    // 25 GB are free.
    assert_eq!(of(&table, Part::Storage), "$2.50");
    let whole = bill(&today(), &[table.clone(), table.clone()], None, Period::MONTH);
    assert_eq!(whole.of_part(Part::Storage).to_string(), "$11.25", "once, not for each table");
    assert_eq!(whole.of_index("T", "by-date").to_string(), "$6.25");
    table.stream_reads = 500_000;
    assert_eq!(of(&table, Part::StreamReads), "$0.10");
    table.backup_bytes = gigabytes(100);
    assert_eq!(of(&table, Part::Backups), "$10.00");
    // A global index is not in it, a local one is.
    table.recovery = true;
    assert_eq!(of(&table, Part::PointInTimeRecovery), "$4.00");
    table.indexes[0].billing = None;
    assert_eq!(of(&table, Part::PointInTimeRecovery), "$7.00");
    // Infrequent access: cheaper storage, none of it free, dearer requests.
    table.class = Class::StandardInfrequentAccess;
    assert_eq!(of(&table, Part::Storage), "$3.50");
    let mut written = on_demand(Requests { read_half_units: 0, write_half_units: 2 * MILLION });
    written.class = Class::StandardInfrequentAccess;
    assert_eq!(bill(&today(), &[written], None, Period::MONTH).total(), Money::picodollars(781_250_000_000));
}

#[test]
fn an_item_and_an_entry_are_stored_with_100_bytes_more() {
    // Ten million carts of 156 bytes, each with an entry of 40, are 2.56 GB and 1.4 GB where sizes tell 1.56 and 0.4.
    let (carts, entries) = (stored_bytes(10_000_000, 1_560_000_000), stored_bytes(10_000_000, 400_000_000));
    assert_eq!((carts, entries), (2_560_000_000, 1_400_000_000));
    let mut table = on_demand(Requests::default());
    table.class = Class::StandardInfrequentAccess;
    table.storage_bytes = stored_bytes(1 << 22, (1 << 30) - (100 << 22));
    assert_eq!(total(&today(), table, Period::MONTH), "$0.10", "a GB with all overhead");
}

#[test]
fn a_write_is_paid_for_in_each_region() {
    let mut table = on_demand(Requests { read_half_units: 0, write_half_units: 16 * MILLION });
    table.other_regions = 2;
    let spent = |prices: &Prices| {
        let bill = bill(prices, std::slice::from_ref(&table), None, Period::MONTH);
        (bill.of_part(Part::Writes).to_string(), bill.of_part(Part::ReplicatedWrites).to_string())
    };
    assert_eq!(spent(&today()), ("$5.00".to_owned(), "$10.00".to_owned()));
    assert_eq!(spent(&earlier()), ("$10.00".to_owned(), "$30.00".to_owned()));
}

#[test]
fn a_run_goes_on_as_it_was_metered() {
    // 30 seconds at 1,000 strongly consistent reads a second of 4 KB are 30,000 RCU.
    let consumed = Consumed { read_half_units: 60_000, write_half_units: 0 };
    let month = Requests::metered(consumed, 30_000, Period::days(30));
    assert_eq!(month, Requests::reads(1_000, 4096, ReadMode::Strong, Period::days(30)));
    assert_eq!(Requests::metered(consumed, 0, Period::MONTH), Requests::default());
}

/// Units read and written, bytes, other regions; whether infrequent, recoverable, provisioned.
type Use = (u32, u32, u64, u32, bool, bool, bool);

proptest! {
    #[test]
    fn a_bill_is_the_sum_of_its_tables_and_never_falls_with_use(
        uses in proptest::collection::vec(
            (any::<u32>(), any::<u32>(), 0u64..1 << 45, 0u32..4, any::<bool>(), any::<bool>(), any::<bool>()), 0..5),
    ) {
        let table = |more: u32| {
            move |(at, one): (usize, &Use)| {
                let (read, write, storage_bytes, other_regions, infrequent, recovery, provisioned) = *one;
                let (read, write) = (u128::from(read) + u128::from(more), u128::from(write) + u128::from(more));
                let billing = match provisioned {
                    true => Billing::Provisioned(Capacity { read_unit_seconds: read, write_unit_seconds: write }),
                    false => Billing::OnDemand(Requests { read_half_units: read, write_half_units: write }),
                };
                let class = if infrequent { Class::StandardInfrequentAccess } else { Class::Standard };
                let name = format!("T{at}");
                Table { name, class, storage_bytes, other_regions, recovery, ..Table::new("", billing) }
            }
        };
        let tables: Vec<Table> = uses.iter().enumerate().map(table(0)).collect();
        let busier: Vec<Table> = uses.iter().enumerate().map(table(1_000_000)).collect();
        for prices in Prices::presets() {
            let bill = super::bill(&prices, &tables, None, Period::MONTH);
            let sum: Money = tables.iter().map(|table| bill.of_table(&table.name)).sum();
            prop_assert_eq!(bill.total(), sum);
            let more = super::bill(&prices, &busier, None, Period::MONTH);
            prop_assert!(tables.is_empty() || more.total() > bill.total());
        }
    }
}
