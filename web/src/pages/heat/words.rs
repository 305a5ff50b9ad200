//! What the heatmap says in words: what a cell holds, and what is marked.
//! Pure.

use engine::insight::{HeatCell, HeatHistory, KeyCount, Marker, MarkerKind, Measure, Places, RowId};
use engine::timeline::{Access, SplitCause};

use super::bands::{Band, row};
use super::grid::Grid;
use super::keys;
use super::measure::{is_provisioned, limit, percent, text};
use crate::state::explanation::{clock, count, half, latency, size};
use crate::state::tables::TableDescription;

/// So many of a cell's hottest keys are told.
const KEYS_TOLD: usize = 5;

/// `12:04:31`.
pub fn time(second: u64) -> String {
    clock(second * 1000)[..8].to_owned()
}

/// `12:04:31`, or `12:04:30 – 12:05:00`.
pub fn stretch(from: u64, to: u64) -> String {
    if to <= from + 1 { time(from) } else { format!("{} – {}", time(from), time(to)) }
}

/// What is known of one cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellWords {
    /// `132 WCU`.
    pub value: String,
    /// `13 % of 1,000 WCU a second`; none without a limit.
    pub share: Option<String>,
    /// `12 throttled`; none where nothing was.
    pub throttled: Option<String>,
    /// What arrived at a global index and how late; none where nothing did.
    pub arrived: Option<String>,
    /// `12:04:31`.
    pub time: String,
    /// `p3 · leader az-b`.
    pub partition: String,
    /// `Orders · 4000… – 7fff…`.
    pub place: String,
    /// The hashes in full, or the key's.
    pub hashes: String,
    /// Everything else that was counted, each with its name.
    pub more: Vec<(&'static str, String)>,
    /// The keys that were asked for most: what each is called, and what it took.
    pub keys: Vec<(String, String)>,
}

impl CellWords {
    /// In one line.
    pub fn line(&self) -> String {
        let share = self.share.iter().map(|share| format!(", {share}"));
        let throttled = self.throttled.iter().map(|text| format!(", {text}"));
        let arrived = self.arrived.iter().map(|text| format!(", {text}"));
        let more: String = share.chain(throttled).chain(arrived).collect();
        format!("{} · {}{more} · {} · {}", self.time, self.value, self.partition, self.place)
    }
}

/// Which cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The row, counted from the top.
    pub row: usize,
    /// Its first second.
    pub from: u64,
    /// The second behind its last.
    pub to: u64,
}

/// What a cell holds.
pub fn words_at(
    bands: &[Band],
    grid: &Grid,
    cell: Cell,
    history: &HeatHistory,
    table: &TableDescription,
) -> Option<CellWords> {
    let (band, row) = row(bands, cell.row)?;
    let measure = grid.measure;
    let seconds = cell.to - cell.from;
    let keys_of = |rows: &[RowId]| history.keys(cell.from, cell.to, |one| rows.contains(&one));
    let (amount, throttles, counted) = match &row.key {
        Some(key) => {
            let mut sum = KeyCount::default();
            let all = keys_of(&key.rows);
            all.iter().filter(|one| one.hash == key.hash).for_each(|one| sum.add(one));
            (measure.of_key(&sum).unwrap_or(0), sum.throttles, None)
        }
        None => {
            let counted = history.cells(cell.from, cell.to, &Places::new([row.row])).first().copied()?;
            (measure.amount(&counted), measure.throttles(&counted), Some(counted))
        }
    };
    let leader = if row.leader.is_empty() { String::new() } else { format!(" · leader {}", row.leader) };
    let place = if row.key.is_some() { format!("p{}", row.partition) } else { row.range() };
    let keys = match (&row.key, row.row, &counted) {
        (None, Some(number), Some(counted)) => {
            let all = counted.requests + counted.throttles;
            let found = keys_of(&[number]);
            found.iter().take(KEYS_TOLD).map(|key| told(key, all, band, history, table)).collect()
        }
        _ => Vec::new(),
    };
    Some(CellWords {
        value: value(measure, amount, seconds),
        share: limit(measure, band).map(|limit| {
            let of = if is_provisioned(measure, band) { " provisioned" } else { "" };
            format!("{} of {}{of}", percent(amount, limit * seconds.max(1)), text(measure, limit))
        }),
        throttled: (throttles > 0 && measure != Measure::Throttles)
            .then(|| format!("{} throttled", count(throttles))),
        arrived: counted.as_ref().and_then(arrivals),
        time: stretch(cell.from, cell.to),
        partition: match &row.key {
            Some(key) => key.text.clone(),
            None => format!("{}{leader}", row.name()),
        },
        place: format!("{} · {place}", band.name()),
        hashes: match (&row.key, &row.hashes) {
            (Some(key), _) => format!("{:016x}", key.hash),
            (None, Some((first, last))) => format!("{first} – {last}"),
            (None, None) => String::new(),
        },
        more: counted.map(|counted| more(&counted, seconds)).unwrap_or_default(),
        keys,
    })
}

/// `132 WCU`; over several seconds `1,320 WCU in 10 s`.
fn value(measure: Measure, amount: u64, seconds: u64) -> String {
    match measure {
        Measure::Latency if amount == 0 => "no request".to_owned(),
        Measure::Latency => format!("p99 {}", latency(amount)),
        _ if seconds > 1 => format!("{} in {seconds} s", text(measure, amount)),
        _ => text(measure, amount),
    }
}

fn told(
    key: &KeyCount,
    all: u64,
    band: &Band,
    history: &HeatHistory,
    table: &TableDescription,
) -> (String, String) {
    let least = if key.missed > 0 { "at least " } else { "" };
    let requests = key.requests + key.throttles;
    let share = format!("{least}{} of the requests", percent(requests, all));
    (keys::name(key.hash, band, history, table), share)
}

/// What a cell holds beside the measure that is shown.
fn more(cell: &HeatCell, seconds: u64) -> Vec<(&'static str, String)> {
    let mut more = vec![
        ("Requests", count(cell.requests)),
        ("Read", format!("{} RCU", half(cell.read_half_units))),
        ("Written", format!("{} WCU", half(cell.write_half_units))),
        ("Bytes", size(cell.bytes)),
        ("Throttled", count(cell.throttles)),
    ];
    more.extend(arrivals(cell).map(|text| ("Index entries", text)));
    if seconds > 1 {
        let (read, write) = (half(cell.peak_read_half_units), half(cell.peak_write_half_units));
        more.push(("Busiest second", format!("{read} RCU, {write} WCU")));
    }
    let quantile = |thousandths| cell.latency.quantile_us(thousandths);
    if let (Some(half), Some(most)) = (quantile(500), quantile(990)) {
        let longest = latency(cell.latency.most_us);
        more.push((
            "Latency, modelled",
            format!("p50 {}, p99 {}, longest {longest}", latency(half), latency(most)),
        ));
    }
    more
}

/// How many of its changes a cell of a global index saw arrive, and how far behind the table they were; none where none did.
pub fn arrivals(cell: &HeatCell) -> Option<String> {
    let behind = cell.lag_ms / u64::from(cell.arrived).max(1);
    let changes = if cell.arrived == 1 { "change" } else { "changes" };
    (cell.arrived > 0).then(|| {
        format!(
            "{} {changes} arrived, {} ms behind the table on average",
            count(cell.arrived.into()),
            count(behind)
        )
    })
}

/// What arrived at each band of a global index in the seconds `from..to`, by the second: `132 arrivals/s, 43 ms behind`.
pub fn arriving(bands: &[Band], history: &HeatHistory, from: u64, to: u64) -> Vec<Option<String>> {
    let of = |band: &Band| {
        band.target.index.as_ref()?;
        let mut all = HeatCell::default();
        let places = Places::new(band.rows.iter().map(|row| row.row));
        history.cells(from, to, &places).iter().for_each(|cell| all.add(cell));
        let behind = all.lag_ms / u64::from(all.arrived).max(1);
        let tenths = u64::from(all.arrived) * 10 / to.saturating_sub(from).max(1);
        let rate = match tenths {
            100.. => count(tenths / 10),
            _ => format!("{}.{}", tenths / 10, tenths % 10),
        };
        (all.arrived > 0).then(|| format!("{rate} arrivals/s, {} ms behind", count(behind)))
    };
    bands.iter().map(of).collect()
}

/// What a marker says: `12:04:31 p3 was split into p8 and p9`; none where its partition is not shown.
pub fn marker_words(marker: &Marker, bands: &[Band], history: &HeatHistory) -> Option<String> {
    let name =
        |row: RowId| history.rows().get(row).map_or_else(String::new, |row| format!("p{}", row.partition));
    let shown = |row: RowId| bands.iter().flat_map(|band| &band.rows).any(|one| one.row == Some(row));
    let what = match (&marker.kind, marker.row) {
        (MarkerKind::Split { into, cause }, Some(row))
            if shown(row) || into.iter().any(|row| shown(*row)) =>
        {
            let into: Vec<String> = into.iter().map(|row| name(*row)).collect();
            format!("{} was split into {}{}", name(row), into.join(" and "), why(*cause))
        }
        (MarkerKind::Declined { reason }, Some(row)) if shown(row) => {
            let why = match reason.as_str() {
                "SINGLE_KEY" => "all of it is one key's",
                "RISING_KEYS" => "its keys rise",
                _ => "it is one item collection's, which a local index keeps whole",
            };
            format!("{}: no split would help, {why}", name(row))
        }
        (MarkerKind::Throttled { access }, Some(row)) if shown(row) => {
            let kind = if *access == Access::Read { "read" } else { "write" };
            format!("{}: the first {kind} was throttled", name(row))
        }
        (MarkerKind::LeaderFailed { zone }, Some(row)) if shown(row) => {
            format!("{}: its leader in {} failed", name(row), zone.name())
        }
        (MarkerKind::Failover { zone }, Some(row)) if shown(row) => {
            format!("{} is led from {} now", name(row), zone.name())
        }
        (MarkerKind::Zone { zone, dark }, _) => {
            format!("{} {}", zone.name(), if *dark { "went dark" } else { "is up again" })
        }
        (MarkerKind::Status { target, status }, _) if bands.iter().any(|band| band.target == *target) => {
            format!("{} is {status}", target.index.as_ref().unwrap_or(&target.table))
        }
        _ => return None,
    };
    Some(format!("{} {what}", time(marker.at_ms / 1000)))
}

/// Why a partition was split.
fn why(cause: SplitCause) -> &'static str {
    match cause {
        SplitCause::Created => "",
        SplitCause::Throughput => ": provisioned throughput was raised",
        SplitCause::OnDemandPeak => ": a new peak on demand",
        SplitCause::Size => ": it had become too large",
        SplitCause::Heat => ": it stayed near its limit",
        SplitCause::HotKey => ": one key took most of its traffic",
        SplitCause::Requested => ": somebody asked for it",
    }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
