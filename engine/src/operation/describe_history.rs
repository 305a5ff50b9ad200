//! `Dynascope.DescribeHistory`: what point-in-time recovery knows of a table, to choose a moment by.
//!
//! A request of the inspector: `{"TableName": …, "FromMilliseconds": …, "UntilMilliseconds": …, "AtMilliseconds": …}`. It counts the writes
//! between the first two in [`STRETCHES`] stretches of equal length, and gives the first items that the table held at the third. It changes
//! nothing and consumes nothing.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{Context, Region, history};
use crate::api::decode::decode_rare;
use crate::error::Result;
use crate::error::constraint::Violations;
use crate::model::json;
use crate::table::name;

use super::answer;

/// How many stretches the time is divided into.
const STRETCHES: u64 = 120;
/// So many items are given.
const ITEMS: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct DescribeHistoryInput {
    table_name: Option<String>,
    from_milliseconds: Option<u64>,
    until_milliseconds: Option<u64>,
    at_milliseconds: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct HistoryDescription {
    /// Writes in each stretch of the time.
    write_counts: Vec<u64>,
    /// When each of the last writes in the time was, the newest first.
    last_writes_milliseconds: Vec<u64>,
    /// How many items the table held at the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    item_count: Option<u64>,
    /// The first of them, in the order of the hashes.
    items: Vec<Value>,
}

/// How many writes are told one by one.
const LAST: usize = 50;

/// Looks at a table's history.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeHistoryInput = decode_rare(request)?;
    let mut violations = Violations::default();
    let given = violations.required(&input.table_name, "tableName").cloned().unwrap_or_default();
    violations.into_result()?;
    let id = region.table(name::plain(&given)?)?.saved.table.id;
    let (from, until) = (input.from_milliseconds.unwrap_or(0), input.until_milliseconds.unwrap_or(0));
    let mut write_counts = vec![0; STRETCHES as usize];
    let mut last_writes_milliseconds = Vec::new();
    if from < until {
        for at_ms in history::times(region, id, from, until) {
            let stretch = u128::from(at_ms - from) * u128::from(STRETCHES) / u128::from(until - from);
            if let Some(count) = write_counts.get_mut(stretch as usize) {
                *count += 1;
            }
            if last_writes_milliseconds.len() < LAST {
                last_writes_milliseconds.push(at_ms);
            }
        }
    }
    let held = input.at_milliseconds.map(|at_ms| history::items_at(region, id, at_ms));
    let json_of = |encoded: &[u8]| {
        let mut bytes = Vec::new();
        json::write_encoded(encoded, &mut bytes).map_err(Region::internal)?;
        Ok(serde_json::from_slice(&bytes).expect("an item is always JSON"))
    };
    Ok(answer::of(&HistoryDescription {
        write_counts,
        last_writes_milliseconds,
        item_count: held.as_ref().map(|items| items.len() as u64),
        items: held.iter().flatten().take(ITEMS).map(|(_, item)| json_of(item)).collect::<Result<_>>()?,
    }))
}
