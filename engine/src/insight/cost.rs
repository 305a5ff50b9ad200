//! What a month costs: the bill of tables and their indexes, from request rates or from what was metered.
//!
//! Owns the arithmetic, exact in picodollars. Knows no price ([`super::price`]) and measures nothing: units come from
//! [`crate::capacity`] or from a run, sizes from whoever looked.
//!
//! Follows [Amazon DynamoDB pricing](https://aws.amazon.com/dynamodb/pricing/): requests on demand, or capacity by the hour, used
//! or not; storage, streams, backups and point-in-time recovery by their size; replicated writes in each other region. What AWS
//! bills beside them (restores, exports, transfer between regions, the free tier but for storage) is left out. A month is 730 hours,
//! as in AWS's own examples.

use serde::{Deserialize, Serialize};

use super::price::{ClassPrices, Money, Price, Prices};
use crate::capacity::{ReadMode, read_half_units, write_half_units};
use crate::limits::STORED_OVERHEAD_BYTES;
use crate::timeline::Consumed;

const HOUR: u64 = 3600;
const MONTH: u64 = 730 * HOUR;
const GIGABYTE: u128 = 1 << 30;
const MILLION: u128 = 1_000_000;

/// How long a bill is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its length in seconds.
    pub seconds: u64,
}

impl Period {
    /// A month of 730 hours.
    pub const MONTH: Period = Period { seconds: MONTH };

    /// So many days.
    pub const fn days(days: u64) -> Period {
        Period { seconds: days * 24 * HOUR }
    }

    /// So many hours.
    pub const fn hours(hours: u64) -> Period {
        Period { seconds: hours * HOUR }
    }
}

/// `TableClass`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Class {
    /// STANDARD.
    #[default]
    Standard,
    /// STANDARD_INFREQUENT_ACCESS.
    StandardInfrequentAccess,
}

/// Requests in a period, in halves of a unit as they are metered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    /// Read request units, times two.
    pub read_half_units: u128,
    /// Write request units, times two.
    pub write_half_units: u128,
}

impl Requests {
    /// Reads of items of `size_bytes`, so many a second.
    pub fn reads(per_second: u64, size_bytes: u64, mode: ReadMode, period: Period) -> Requests {
        let times = u128::from(per_second) * u128::from(period.seconds);
        let each = u128::from(read_half_units(size_bytes, mode));
        Requests { read_half_units: times.saturating_mul(each), write_half_units: 0 }
    }

    /// Writes of items of `size_bytes`, so many a second.
    pub fn writes(per_second: u64, size_bytes: u64, transactional: bool, period: Period) -> Requests {
        let times = u128::from(per_second) * u128::from(period.seconds);
        let each = u128::from(write_half_units(size_bytes, transactional));
        Requests { read_half_units: 0, write_half_units: times.saturating_mul(each) }
    }

    /// What was metered in `observed_ms`, as if it went on so for the whole period; nothing where no time was observed.
    pub fn metered(consumed: Consumed, observed_ms: u64, period: Period) -> Requests {
        let whole = |half_units: u64| match observed_ms {
            0 => 0,
            _ => {
                let product = u128::from(half_units) * u128::from(period.seconds);
                product.saturating_mul(1000) / u128::from(observed_ms)
            }
        };
        Requests {
            read_half_units: whole(consumed.read_half_units),
            write_half_units: whole(consumed.write_half_units),
        }
    }

    /// Both together.
    pub fn and(self, other: Requests) -> Requests {
        Requests {
            read_half_units: self.read_half_units.saturating_add(other.read_half_units),
            write_half_units: self.write_half_units.saturating_add(other.write_half_units),
        }
    }
}

/// Capacity in a period, used or not. Auto scaling makes it a sum of different hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// Read capacity units, times the seconds that each was provisioned.
    pub read_unit_seconds: u128,
    /// Write capacity units, times the seconds that each was provisioned.
    pub write_unit_seconds: u128,
}

impl Capacity {
    /// The same capacity for the whole period.
    pub fn steady(read_units: u64, write_units: u64, period: Period) -> Capacity {
        let whole = |units: u64| u128::from(units) * u128::from(period.seconds);
        Capacity { read_unit_seconds: whole(read_units), write_unit_seconds: whole(write_units) }
    }
}

/// How requests are paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Billing {
    /// PAY_PER_REQUEST.
    OnDemand(Requests),
    /// PROVISIONED.
    Provisioned(Capacity),
}

/// How long capacity is reserved for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Term {
    /// A year.
    OneYear,
    /// Three years.
    ThreeYears,
}

/// Reserved capacity: paid for the whole period, used or not. It is for provisioned tables of the class Standard, and not for
/// replicated writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// Read capacity units.
    pub read_units: u64,
    /// Write capacity units.
    pub write_units: u64,
    /// For how long.
    pub term: Term,
}

/// What so many items of a table, or entries of an index, are billed for that DescribeTable tells a size of: each has an overhead of
/// 100 bytes, which TableSizeBytes and IndexSizeBytes leave out
/// ([item sizes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)).
pub fn stored_bytes(items: u64, size_bytes: u64) -> u64 {
    size_bytes.saturating_add(items.saturating_mul(STORED_OVERHEAD_BYTES))
}

/// An index's part. A local index has its table's capacity: its [`Index::billing`] is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its requests or capacity.
    pub billing: Option<Billing>,
    /// What it stores, as [`stored_bytes`] has it.
    pub storage_bytes: u64,
}

/// What a table uses in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its class, which is its indexes' too.
    pub class: Class,
    /// Its own requests or capacity.
    pub billing: Billing,
    /// What it stores, as [`stored_bytes`] has it, without its indexes.
    pub storage_bytes: u64,
    /// Its indexes.
    pub indexes: Vec<Index>,
    /// In how many other regions it has a replica: each of its writes, and of its indexes', is paid for there again.
    pub other_regions: u32,
    /// GetRecords calls.
    pub stream_reads: u64,
    /// What its on-demand backups hold.
    pub backup_bytes: u64,
    /// Whether point-in-time recovery is on: it is billed by the table's size, its local indexes included.
    pub recovery: bool,
}

impl Table {
    /// A table of which nothing is known yet but how it is billed.
    pub fn new(name: &str, billing: Billing) -> Table {
        Table {
            name: name.to_owned(),
            class: Class::Standard,
            billing,
            storage_bytes: 0,
            indexes: Vec::new(),
            other_regions: 0,
            stream_reads: 0,
            backup_bytes: 0,
            recovery: false,
        }
    }
}

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Part {
    Reads,
    Writes,
    ReplicatedWrites,
    Storage,
    StreamReads,
    Backups,
    PointInTimeRecovery,
    ReservedReads,
    ReservedWrites,
}

/// One line of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The table; none for what is reserved for all of them.
    pub table: Option<String>,
    /// The index; none for the table itself.
    pub index: Option<String>,
    /// What for.
    pub part: Part,
    /// How much.
    pub amount: Money,
}

/// A bill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// Its lines, table by table; none is of nothing.
    pub lines: Vec<Line>,
}

impl Bill {
    /// All of it.
    pub fn total(&self) -> Money {
        self.sum(|_| true)
    }

    /// A table with its indexes.
    pub fn of_table(&self, table: &str) -> Money {
        self.sum(|line| line.table.as_deref() == Some(table))
    }

    /// An index of a table.
    pub fn of_index(&self, table: &str, index: &str) -> Money {
        self.sum(|line| line.table.as_deref() == Some(table) && line.index.as_deref() == Some(index))
    }

    /// One part over all tables.
    pub fn of_part(&self, part: Part) -> Money {
        self.sum(|line| line.part == part)
    }

    fn sum(&self, wanted: impl Fn(&Line) -> bool) -> Money {
        self.lines.iter().filter(|line| wanted(line)).map(|line| line.amount).sum()
    }

    fn add(&mut self, of: (Option<&str>, Option<&str>), part: Part, amount: Money) {
        if amount > Money::default() {
            let (table, index) = (of.0.map(str::to_owned), of.1.map(str::to_owned));
            self.lines.push(Line { table, index, part, amount });
        }
    }
}

/// What is left to give out in the tables' order: free storage, reserved capacity.
struct Left {
    free_bytes: u128,
    read_unit_seconds: u128,
    write_unit_seconds: u128,
}

/// Takes as much as there is of what is wanted, and returns what is not covered.
fn beyond(left: &mut u128, wanted: u128) -> u128 {
    let covered = wanted.min(*left);
    *left -= covered;
    wanted - covered
}

fn by_the_hour(price: Price, unit_seconds: u128) -> Money {
    price.of(unit_seconds, u128::from(HOUR))
}

/// Gigabytes for the part of a month that the period is.
fn by_the_month(price: Price, bytes: u128, period: Period) -> Money {
    price.of(bytes.saturating_mul(u128::from(period.seconds)), GIGABYTE * u128::from(MONTH))
}

/// The bill of an account's tables in one region. Free storage goes to the tables of the class Standard in their order, and so does
/// what is reserved.
pub fn bill(prices: &Prices, tables: &[Table], reserved: Option<Reserved>, period: Period) -> Bill {
    let mut bill = Bill::default();
    let whole = |units: u64| u128::from(units) * u128::from(period.seconds);
    let mut left = Left {
        free_bytes: u128::from(prices.standard.free_storage_gb) * GIGABYTE,
        read_unit_seconds: reserved.map_or(0, |reserved| whole(reserved.read_units)),
        write_unit_seconds: reserved.map_or(0, |reserved| whole(reserved.write_units)),
    };
    if let Some(reserved) = reserved {
        let percent = match reserved.term {
            Term::OneYear => prices.reserved_one_year_percent,
            Term::ThreeYears => prices.reserved_three_years_percent,
        };
        let discounted = |price, units| {
            by_the_hour(price, whole(units)).times(u128::from(100u8.saturating_sub(percent)), 100)
        };
        let reads = discounted(prices.standard.read_unit_hour, reserved.read_units);
        let writes = discounted(prices.standard.write_unit_hour, reserved.write_units);
        bill.add((None, None), Part::ReservedReads, reads);
        bill.add((None, None), Part::ReservedWrites, writes);
    }
    for table in tables {
        add_table(&mut bill, prices, table, &mut left, period);
    }
    bill
}

fn add_table(bill: &mut Bill, prices: &Prices, table: &Table, left: &mut Left, period: Period) {
    let class = match table.class {
        Class::Standard => &prices.standard,
        Class::StandardInfrequentAccess => &prices.standard_infrequent_access,
    };
    let name = Some(table.name.as_str());
    let parts = std::iter::once((None, Some(table.billing), table.storage_bytes));
    let indexes = table.indexes.iter();
    let indexes = indexes.map(|index| (Some(index.name.as_str()), index.billing, index.storage_bytes));
    let mut none = Left { free_bytes: 0, read_unit_seconds: 0, write_unit_seconds: 0 };
    let left = if table.class == Class::Standard { left } else { &mut none };
    for (index, billing, storage_bytes) in parts.chain(indexes) {
        if let Some(billing) = billing {
            add_requests(bill, class, (name, index), billing, table.other_regions, left);
        }
        let bytes = beyond(&mut left.free_bytes, u128::from(storage_bytes));
        bill.add((name, index), Part::Storage, by_the_month(class.storage_gb_month, bytes, period));
    }
    let streams = prices.hundred_thousand_stream_reads.of(u128::from(table.stream_reads), 100_000);
    bill.add((name, None), Part::StreamReads, streams);
    let backups = by_the_month(prices.backup_gb_month, u128::from(table.backup_bytes), period);
    bill.add((name, None), Part::Backups, backups);
    if table.recovery {
        let local = table.indexes.iter().filter(|index| index.billing.is_none());
        let bytes =
            u128::from(table.storage_bytes) + local.map(|i| u128::from(i.storage_bytes)).sum::<u128>();
        let recovery = by_the_month(prices.recovery_gb_month, bytes, period);
        bill.add((name, None), Part::PointInTimeRecovery, recovery);
    }
}

fn add_requests(
    bill: &mut Bill,
    class: &ClassPrices,
    of: (Option<&str>, Option<&str>),
    billing: Billing,
    other_regions: u32,
    left: &mut Left,
) {
    let regions = u128::from(other_regions);
    let (reads, writes, replicated) = match billing {
        Billing::OnDemand(requests) => (
            class.million_reads.of(requests.read_half_units, 2 * MILLION),
            class.million_writes.of(requests.write_half_units, 2 * MILLION),
            class
                .million_replicated_writes
                .of(requests.write_half_units.saturating_mul(regions), 2 * MILLION),
        ),
        Billing::Provisioned(capacity) => (
            by_the_hour(
                class.read_unit_hour,
                beyond(&mut left.read_unit_seconds, capacity.read_unit_seconds),
            ),
            by_the_hour(
                class.write_unit_hour,
                beyond(&mut left.write_unit_seconds, capacity.write_unit_seconds),
            ),
            by_the_hour(
                class.replicated_write_unit_hour,
                capacity.write_unit_seconds.saturating_mul(regions),
            ),
        ),
    };
    bill.add(of, Part::Reads, reads);
    bill.add(of, Part::Writes, writes);
    bill.add(of, Part::ReplicatedWrites, replicated);
}

#[cfg(test)]
#[path = "cost_tests.rs"]
mod tests;
