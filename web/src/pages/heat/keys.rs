//! The keys that were asked for most as rows, in the order of the keys; and what they are called. Pure.
//!
//! Keys are known by their hash; their values are read off the timeline's routes. The timeline writes whole keys,
//! `user_id = user123, order_id = 7`: what belongs to the sort key is cut off.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use engine::insight::{HeatHistory, KeyCount, RowId};

use super::bands::{Band, Row, RowKey};
use crate::state::tables::TableDescription;

/// So many keys of a band are shown.
const SHOWN: usize = 100;

/// What a key of a band is called: its value, or `hash 0123…` where that was never seen.
pub fn name(hash: u64, band: &Band, history: &HeatHistory, table: &TableDescription) -> String {
    match history.rows().name(hash) {
        Some(text) => table.partition_value(band.target.index.as_deref(), text),
        None => format!("hash {hash:016x}"),
    }
}

/// Numbers by their size, all else by the letter.
fn order(a: &str, b: &str) -> Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    }
}

/// Bands whose rows are the keys with the most requests in the seconds `from..to`.
pub fn key_bands(
    bands: &[Band],
    history: &HeatHistory,
    table: &TableDescription,
    from: u64,
    to: u64,
) -> Vec<Band> {
    let of = |band: &Band| {
        let partitions: BTreeMap<RowId, &Row> =
            band.rows.iter().filter_map(|row| Some((row.row?, row))).collect();
        let found = history.keys(from, to, |row| partitions.contains_key(&row));
        let mut sums: Vec<(KeyCount, Vec<RowId>)> = Vec::new();
        // The keys with the most requests come first; a key may have had rows of several partitions, one after the other.
        for key in found {
            match sums.iter().position(|(sum, _)| sum.hash == key.hash) {
                Some(at) => {
                    sums[at].0.add(&key);
                    sums[at].1.push(key.row);
                }
                None if sums.len() < SHOWN => sums.push((key, vec![key.row])),
                None => {}
            }
        }
        let mut rows: Vec<Row> = sums
            .into_iter()
            .filter_map(|(key, rows)| {
                let partition = partitions.get(rows.last()?)?;
                let text = name(key.hash, band, history, table);
                Some(Row {
                    key: Some(RowKey { hash: key.hash, text, rows }),
                    items: 0,
                    size_bytes: 0,
                    opened: None,
                    closed: None,
                    ..(*partition).clone()
                })
            })
            .collect();
        rows.sort_by(|a, b| order(&a.name(), &b.name()));
        Band { rows, ..band.clone() }
    };
    bands.iter().map(of).filter(|band| !band.rows.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::bands::tests::{orders, table, write};
    use super::super::bands::with_heat;
    use super::*;
    use engine::insight::Heat;
    use engine::timeline::{Access, Event, EventKind, Tally, Target, Zone};
    use serde_json::Value;

    fn routed(hash: u64, key: &str) -> Event {
        let kind = EventKind::Routed {
            target: Target { table: "Orders".into(), index: None },
            partition: 1,
            hash: Some(format!("{hash:016x}")),
            key: key.into(),
            access: Access::Write,
            zone: Zone::A,
            leader: true,
            lag_ms: 0,
        };
        Event { id: 1, at_ms: 9, request: Some(1), region: None, kind }
    }

    #[test]
    fn keys_stand_in_their_order_with_their_values() {
        let mut heat = Heat::default();
        for (hash, partition, key) in
            [(50, 1, "user_id = 10, order_id = 7"), (40, 2, "user_id = 9"), (60, 2, "user_id = x, y")]
        {
            heat.observe(&[routed(hash, key)], &[]);
            heat.count(&Tally { hash: Some(hash), ..write(5, partition, 2) });
        }
        heat.count(&Tally { hash: Some(77), ..write(5, 3, 2) });
        let table = table(Value::Null);
        let bands = with_heat(orders(), heat.history(), 0, 10);
        let keys = key_bands(&bands, heat.history(), &table, 0, 10);
        let names = |band: &Band| band.rows.iter().map(|row| (row.name(), row.partition)).collect::<Vec<_>>();
        assert_eq!(names(&keys[0]), [("9".into(), 2), ("10".into(), 1), ("x, y".into(), 2)]);
        assert_eq!(names(&keys[1]), [("hash 000000000000004d".into(), 3)]);
        assert_eq!(keys[0].title(), "Orders · table · the 3 keys asked for most");
        assert!(key_bands(&bands, heat.history(), &table, 20, 30).is_empty());
    }
}
