//! Shortening a script that shows a difference.
//!
//! Leaves out steps, then members of the last request, as long as the last step still differs at the same place.

use crate::generate::Step;
use crate::known::Known;
use crate::local::Local;
use crate::run::{Found, run};
use serde_json::Value;
use std::io;

/// The shortest script that was found, and its difference.
pub fn minimise(
    steps: &[Step],
    found: Found,
    local: &mut Local,
    known: &Known,
) -> io::Result<(Vec<Step>, Found)> {
    let mut best = (steps[..=found.at].to_vec(), found);
    let place = |found: &Found| (found.differences[0].at.clone(), signature(&found.differences[0].ours));
    let mut attempt = |steps: &[Step], best: &(Vec<Step>, Found)| -> io::Result<Option<Found>> {
        let report = run(steps, 1, local, known)?;
        Ok(report
            .found
            .into_iter()
            .find(|found| found.at + 1 == steps.len() && place(found) == place(&best.1)))
    };
    let mut size = best.0.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at + 1 < best.0.len() {
            let end = (at + size).min(best.0.len() - 1);
            let shorter: Vec<Step> = [&best.0[..at], &best.0[end..]].concat();
            match attempt(&shorter, &best)? {
                Some(found) => best = (shorter, found),
                None => at = end,
            }
        }
        size /= 2;
    }
    // Every member of the last request, from the last one back.
    let mut at = count(&best.0[best.0.len() - 1].request) - 1;
    while at > 0 {
        at -= 1;
        let mut shorter = best.0.clone();
        let last = shorter.len() - 1;
        let mut left = at;
        remove(&mut shorter[last].request, &mut left);
        if let Some(found) = attempt(&shorter, &best)? {
            best = (shorter, found);
        }
    }
    Ok(best)
}

/// A refusal's words without what they quote, so that a shorter script may quote something else.
fn signature(text: &str) -> String {
    text.split([':', '[', '\'', '"']).next().unwrap_or("").to_owned()
}

/// The values in a value, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Object(map) => map.values().map(count).sum(),
        Value::Array(list) => list.iter().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// Removes the value at which `left` runs out; true when it is done.
fn remove(value: &mut Value, left: &mut usize) -> bool {
    match value {
        Value::Object(map) => {
            let names: Vec<String> = map.keys().cloned().collect();
            for name in names {
                if *left == 0 {
                    map.remove(&name);
                    return true;
                }
                *left -= 1;
                if map.get_mut(&name).is_some_and(|value| remove(value, left)) {
                    return true;
                }
            }
        }
        Value::Array(list) => {
            for at in 0..list.len() {
                if *left == 0 {
                    list.remove(at);
                    return true;
                }
                *left -= 1;
                if remove(&mut list[at], left) {
                    return true;
                }
            }
        }
        _ => {}
    }
    false
}
