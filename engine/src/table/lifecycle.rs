//! The life of a table: what its statuses turn into by themselves, and when.
//!
//! Owns the modelled durations and [`advance`], which the engine's tick calls. Never reads a clock: the
//! time is an argument, and the next moment of interest is [`next_due_ms`].
//!
//! Differs from DynamoDB: durations are modelled. The service takes about 6 s to create a table (16 s with
//! global indexes), 80 to 720 s to restore one, 5 s to delete one, 1 to 170 s to update one and 8 to 17 minutes to
//! fill even an empty new index (published API findings of the ACK project, October 2026); a learner should not wait as long.

use super::schema::{
    BillingMode, Index, IndexId, IndexStatus, PendingUpdate, Table, TableStatus, Throughput, TtlStatus,
};
use super::settings;

/// A day.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// How long a table is CREATING.
pub const CREATING_MS: u64 = 3000;
/// How long a table is CREATING that is restored from a backup or from a point in time.
pub const RESTORING_MS: u64 = 6000;
/// How long after a table became ACTIVE no backup can be made of it.
pub const ENABLING_BACKUPS_MS: u64 = 3000;
/// How long a table is UPDATING.
pub const UPDATING_MS: u64 = 2000;
/// How long a table is DELETING.
pub const DELETING_MS: u64 = 3000;
/// How long a new index of a live table is CREATING before its backfill starts.
pub const ALLOCATING_MS: u64 = 2000;
/// How long the backfill of a new index takes at least.
pub const BACKFILLING_MS: u64 = 4000;
/// How long an index is UPDATING.
pub const INDEX_UPDATING_MS: u64 = 2000;
/// How long an index is DELETING.
pub const INDEX_DELETING_MS: u64 = 2000;
/// How long Time to Live is ENABLING or DISABLING.
pub const TTL_CHANGING_MS: u64 = 2000;

/// One thing that [`advance`] did to a table, for the engine to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The table became ACTIVE (from CREATING or UPDATING); throughput and billing mode may have changed.
    Activated,
    /// The table is gone: forget it, its items, indexes and streams.
    Removed,
    /// The index must be filled from the table's items now; writes are carried into it from now on.
    IndexBackfill(IndexId),
    /// The index became ACTIVE.
    IndexActivated(IndexId),
    /// The index is gone from the table: forget its entries.
    IndexRemoved(IndexId),
    /// Time to Live is on.
    TimeToLiveEnabled,
    /// Time to Live is off.
    TimeToLiveDisabled,
}

/// A modelled duration; none where everything happens at once.
pub fn duration(ms: u64, instant: bool) -> u64 {
    if instant { 0 } else { ms }
}

/// Brings the table to its state at `now_ms` and says what happened, in order. A table that is gone
/// ([`Step::Removed`]) is left as it was.
pub fn advance(table: &mut Table, now_ms: u64, instant: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    // Each round does what is due first; a step may make another one due.
    while let Some(due_ms) = next_due_ms(table).filter(|&due_ms| due_ms <= now_ms) {
        step(table, due_ms, instant, &mut steps);
        if steps.last() == Some(&Step::Removed) {
            break;
        }
    }
    steps
}

/// When [`advance`] next has something to do.
pub fn next_due_ms(table: &Table) -> Option<u64> {
    let indexes = table.indexes.iter().filter_map(|index| index.status_until_ms);
    let others = [table.status_until_ms, table.time_to_live.status_until_ms, table.attachments.next_due_ms()];
    indexes.chain(others.into_iter().flatten()).min()
}

fn step(table: &mut Table, now_ms: u64, instant: bool, steps: &mut Vec<Step>) {
    let is_due = |until_ms: Option<u64>| until_ms.is_some_and(|until_ms| until_ms <= now_ms);
    if is_due(table.status_until_ms) {
        table.status_until_ms = None;
        if table.status == TableStatus::Deleting {
            steps.push(Step::Removed);
            return;
        }
        activate(table, now_ms, instant, steps);
    }
    for at in (0..table.indexes.len()).rev() {
        if is_due(table.indexes[at].status_until_ms) {
            step_index(table, at, now_ms, instant, steps);
        }
    }
    super::pace::step(table, now_ms);
    if table.attachments.step(now_ms) {
        prune_definitions(table);
    }
    if is_due(table.time_to_live.status_until_ms) {
        let ttl = &mut table.time_to_live;
        ttl.status_until_ms = None;
        if ttl.status == TtlStatus::Enabling {
            ttl.status = TtlStatus::Enabled;
            steps.push(Step::TimeToLiveEnabled);
        } else {
            ttl.status = TtlStatus::Disabled;
            ttl.attribute = None;
            steps.push(Step::TimeToLiveDisabled);
        }
    }
}

/// Makes a table ACTIVE whose CREATING somebody else ends.
pub fn finish_creating(table: &mut Table, now_ms: u64, instant: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    activate(table, now_ms, instant, &mut steps);
    steps
}

fn activate(table: &mut Table, now_ms: u64, instant: bool, steps: &mut Vec<Step>) {
    let was_creating = table.status == TableStatus::Creating;
    table.status = TableStatus::Active;
    if let Some(pending) = table.pending.take() {
        settle(table, pending, now_ms);
    }
    steps.push(Step::Activated);
    if was_creating {
        table.restore = None;
        table.backups_from_ms = now_ms + duration(ENABLING_BACKUPS_MS, instant);
        table.attachments.activate();
        // The indexes that were made with the table are there with it.
        for index in &mut table.indexes {
            index.status = IndexStatus::Active;
            steps.push(Step::IndexActivated(index.id));
        }
    }
}

fn settle(table: &mut Table, pending: PendingUpdate, now_ms: u64) {
    if let Some(billing_mode) = pending.billing_mode {
        table.billing_mode = billing_mode;
        match billing_mode {
            BillingMode::PayPerRequest => table.on_demand_since_ms = Some(now_ms),
            BillingMode::Provisioned => {
                table.on_demand = None;
                table.indexes.iter_mut().for_each(|index| index.on_demand = None);
            }
        }
    }
    if let Some(throughput) = pending.throughput {
        table.throughput = throughput;
    }
    if pending.table_class.is_some() {
        table.table_class = pending.table_class;
        table.table_class_changed_ms = Some(now_ms);
    }
    let start = settings::start(table.billing_mode, table.throughput);
    table.warm.read_units = table.warm.read_units.max(start.read_units);
    table.warm.write_units = table.warm.write_units.max(start.write_units);
}

fn step_index(table: &mut Table, at: usize, now_ms: u64, instant: bool, steps: &mut Vec<Step>) {
    let billing_mode = table.billing_mode;
    let index = &mut table.indexes[at];
    let id = index.id;
    index.status_until_ms = None;
    match (index.status, index.backfilling) {
        (IndexStatus::Creating, Some(false)) => {
            index.backfilling = Some(true);
            index.status_until_ms = Some(now_ms + duration(BACKFILLING_MS, instant));
            steps.push(Step::IndexBackfill(id));
        }
        (IndexStatus::Deleting, _) => {
            table.indexes.remove(at);
            table.attachments.forget_index(id);
            prune_definitions(table);
            steps.push(Step::IndexRemoved(id));
        }
        _ => {
            index.backfilling = None;
            index.status = IndexStatus::Active;
            if let Some(throughput) = index.pending_throughput.take() {
                index.throughput = throughput;
            }
            warm_up(index, billing_mode);
            steps.push(Step::IndexActivated(id));
        }
    }
}

fn warm_up(index: &mut Index, billing_mode: BillingMode) {
    let start = settings::start(billing_mode, index.throughput);
    index.warm.read_units = index.warm.read_units.max(start.read_units);
    index.warm.write_units = index.warm.write_units.max(start.write_units);
}

/// Drops the definitions that no key uses any more.
fn prune_definitions(table: &mut Table) {
    let (keys, indexes, attachments) = (&table.keys, &table.indexes, &table.attachments);
    table.attribute_definitions.retain(|attribute| {
        attachments.narrows_by(&attribute.name)
            || keys.contains(&attribute.name)
            || indexes.iter().any(|index| index.keys.contains(&attribute.name))
    });
}

/// Marks a table DELETING; what becomes of it is [`Step::Removed`].
pub fn begin_deleting(table: &mut Table, now_ms: u64, instant: bool) {
    table.status = TableStatus::Deleting;
    table.status_until_ms = Some(now_ms + duration(DELETING_MS, instant));
    table.pending = None;
    table.attachments.stop();
    for index in &mut table.indexes {
        index.status_until_ms = None;
    }
    table.time_to_live.status_until_ms = None;
}

/// The throughput with its counters moved on by a change from `current`.
pub(super) fn changed_throughput(current: Throughput, wanted: Throughput, now_ms: u64) -> Throughput {
    let decreased = wanted.read_units < current.read_units || wanted.write_units < current.write_units;
    let increased = wanted.read_units > current.read_units || wanted.write_units > current.write_units;
    Throughput {
        read_units: wanted.read_units,
        write_units: wanted.write_units,
        last_increase_ms: if increased { Some(now_ms) } else { current.last_increase_ms },
        last_decrease_ms: if decreased { Some(now_ms) } else { current.last_decrease_ms },
        decreases_today: decreases_today(current, now_ms) + u64::from(decreased),
    }
}

/// The decreases of the day (in UTC) that `now_ms` lies in.
pub fn decreases_today(throughput: Throughput, now_ms: u64) -> u64 {
    let today = throughput.last_decrease_ms.is_some_and(|at_ms| at_ms / DAY_MS == now_ms / DAY_MS);
    if today { throughput.decreases_today } else { 0 }
}

const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A time as the service writes it into some messages: `Sat Feb 23 03:07:45 UTC 2019`.
pub(super) fn unix_date(at_ms: u64) -> String {
    let (days, seconds) = (at_ms / DAY_MS, at_ms % DAY_MS / 1000);
    let (year, month, day) = civil_date(days);
    let (weekday, month) = (&WEEKDAYS[(days % 7) as usize][..3], &MONTHS[month as usize - 1][..3]);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{weekday} {month} {day:02} {hours:02}:{minutes:02}:{seconds:02} UTC {year}")
}

/// A time as the service writes it into messages: `Sunday, November 22, 2026 12:00:00 PM UTC`.
pub(super) fn long_date(now_ms: u64) -> String {
    let (days, in_day_ms) = (now_ms / 86_400_000, now_ms % 86_400_000);
    let (year, month, day) = civil_date(days);
    let (weekday, month) = (WEEKDAYS[(days % 7) as usize], MONTHS[month as usize - 1]);
    let (hours, minutes, seconds) = (in_day_ms / 3_600_000, in_day_ms / 60_000 % 60, in_day_ms / 1000 % 60);
    let half = if hours < 12 { "AM" } else { "PM" };
    let hours = if hours % 12 == 0 { 12 } else { hours % 12 };
    format!("{weekday}, {month} {day}, {year} {hours}:{minutes:02}:{seconds:02} {half} UTC")
}

/// A stream's label: the time as `2026-11-22T12:00:00.000`, in UTC.
pub fn stream_label(now_ms: u64) -> String {
    let (days, in_day_ms) = (now_ms / 86_400_000, now_ms % 86_400_000);
    let (year, month, day) = civil_date(days);
    let (hours, minutes) = (in_day_ms / 3_600_000, in_day_ms / 60_000 % 60);
    let (seconds, millis) = (in_day_ms / 1000 % 60, in_day_ms % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
}

/// A time as the service writes it beside others in a message: `2026-11-22T12:00:00Z`, with milliseconds where there are any.
pub fn iso_date(at_ms: u64) -> String {
    let text = stream_label(at_ms);
    format!("{}Z", text.strip_suffix(".000").unwrap_or(&text))
}

/// Year, month and day of a day since the epoch, by the 400-year cycle of the Gregorian calendar
/// ([days to civil](https://howardhinnant.github.io/date_algorithms.html)).
fn civil_date(days_since_epoch: u64) -> (u64, u64, u64) {
    let days = days_since_epoch + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months are counted from March, so that the leap day comes last.
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_iso_8601() {
        for (now_ms, label) in [
            (0, "1970-01-01T00:00:00.000"),
            (951_782_399_999, "2000-02-28T23:59:59.999"),
            (951_782_400_000, "2000-02-29T00:00:00.000"),
            (1_078_012_800_001, "2004-02-29T00:00:00.001"),
            (1_795_348_800_000, "2026-11-22T12:00:00.000"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000"),
        ] {
            assert_eq!(stream_label(now_ms), label);
        }
        assert_eq!(unix_date(1_550_891_265_000), "Sat Feb 23 03:07:45 UTC 2019");
        assert_eq!(long_date(1_795_348_800_000), "Sunday, November 22, 2026 12:00:00 PM UTC");
        assert_eq!(long_date(3_599_999), "Thursday, January 1, 1970 12:59:59 AM UTC");
    }

    #[test]
    fn decreases_are_counted_by_the_day() {
        let day_ms = 86_400_000;
        let of = |read_units, write_units| Throughput { read_units, write_units, ..Throughput::default() };
        let first = changed_throughput(of(5, 5), of(4, 6), day_ms);
        assert_eq!(
            (first.decreases_today, first.last_increase_ms, first.last_decrease_ms),
            (1, Some(day_ms), Some(day_ms))
        );
        let second = changed_throughput(first, of(3, 6), day_ms + 1);
        assert_eq!((second.decreases_today, second.last_increase_ms), (2, Some(day_ms)));
        assert_eq!(decreases_today(second, 2 * day_ms - 1), 2);
        assert_eq!(decreases_today(second, 2 * day_ms), 0);
        assert_eq!(changed_throughput(second, of(9, 9), 2 * day_ms).decreases_today, 0);
    }
}
