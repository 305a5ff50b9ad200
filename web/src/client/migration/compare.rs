//! Whether two tables hold the same: every item of the old one under its key in the new one, and no other.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use serde_json::Value;

use super::carry::key_of;
use crate::client::transfer::{Wire, scan_pages};
use crate::protocol::ClientError;
use crate::state::migration::plan::{Compared, Plan};

fn hash(item: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    item.to_string().hash(&mut hasher);
    hasher.finish()
}

/// Scans both tables and compares them.
pub async fn compare(wire: &impl Wire, plan: &Plan) -> Result<Compared, ClientError> {
    let mut left: BTreeMap<String, u64> = BTreeMap::new();
    let new_key = |item: &Value| key_of(item, &plan.to_keys).ok().map(|key| key.to_string());
    scan_pages(wire, &plan.to, |page| {
        left.extend(page.iter().filter_map(|item| Some((new_key(item)?, hash(item)))));
        true
    })
    .await?;
    let mut found = Compared::default();
    scan_pages(wire, &plan.from, |page| {
        for item in &page {
            let Some(key) = new_key(item) else {
                found.homeless += 1;
                continue;
            };
            match left.remove(&key) {
                Some(other) if other == hash(item) => found.same += 1,
                Some(_) => {
                    found.differing += 1;
                    found.name(key);
                }
                None => {
                    found.missing += 1;
                    found.name(key);
                }
            }
        }
        true
    })
    .await?;
    found.extra = left.len() as u64;
    left.into_keys().for_each(|key| found.name(key));
    Ok(found)
}
