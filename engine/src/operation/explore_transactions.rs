//! `Dynascope.ExploreTransactions`: every interleaving of a small scenario, or many random ones, on a branch of the data.
//!
//! In: `{"Clients": [{"Operation": …, "Request": {…}}], "Without": "TimestampCheck" | "PendingCheck" | "CheckedTimestamp", "Crashes": 1, "Repeats": 1,
//! "MostStates": 20000}`, and for random ones `"Walks": 1000, "Seed": 7`. Out: how many states and interleavings there are, what they
//! come to, which order of the requests one after another comes to the same, and where there is none the shortest
//! interleaving that shows it, step by step. Nothing of the region changes.
//!
//! Differs from DynamoDB: the service has no such operation, and never goes without its checks.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::{Checks, Context, Region};
use crate::api::decode::decode;
use crate::error::{Result, transaction as words};
use crate::transaction::{
    Branch, Ended, Explored, Faults, Found, Outcome, Run, Scenario, Step, Verdict, Work,
};

use super::answer;
use super::run_request::{self, Asked, ClientInput};
use super::run_view::{places, standing, taken};

/// So many states are looked at where the request does not say.
const STATES: usize = 20_000;
/// And so many at the most.
const MOST_STATES: usize = 200_000;
/// So many random walks at the most.
const MOST_WALKS: usize = 10_000;
/// So many faults of a kind at the most.
const MOST_FAULTS: u32 = 3;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ExploreInput {
    clients: Option<Vec<ClientInput>>,
    without: Option<String>,
    crashes: Option<u32>,
    repeats: Option<u32>,
    most_states: Option<usize>,
    walks: Option<usize>,
    seed: Option<u64>,
}

fn checks(without: Option<&str>) -> Result<Checks> {
    match without {
        None => Ok(Checks::ALL),
        Some("TimestampCheck") => Ok(Checks { timestamp: false, ..Checks::ALL }),
        Some("PendingCheck") => Ok(Checks { pending: false, ..Checks::ALL }),
        Some("CheckedTimestamp") => Ok(Checks { checked: false, ..Checks::ALL }),
        Some(other) => Err(words::unknown_check(other)),
    }
}

/// Explores the scenario of the request.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ExploreInput = decode(request)?;
    let mut run = Run::default();
    let asked = run_request::join(region, &mut run, input.clients)?;
    let works: Vec<Work> = asked.iter().map(|one| one.work.clone()).collect();
    let tokens: Vec<String> = run.clients.iter().filter_map(|client| client.token.clone()).collect();
    let mut branch = Branch::of(region, &places(&asked), &tokens, context.now_ms);
    let first = branch.freeze();
    branch.thaw(&first);
    branch.check(checks(input.without.as_deref())?);
    let faults = Faults {
        crashes: input.crashes.unwrap_or(0).min(MOST_FAULTS),
        repeats: input.repeats.unwrap_or(0).min(MOST_FAULTS),
    };
    let mut scenario = Scenario { branch, works: &works, run, faults };
    let explored = match input.walks {
        Some(walks) => scenario.walk(walks.min(MOST_WALKS), input.seed.unwrap_or(0)),
        None => {
            let most = input.most_states.unwrap_or(STATES).min(MOST_STATES);
            scenario.explore(most).ok_or_else(|| words::too_many_states(most))?
        }
    };
    Ok(answer::of(&shown(&mut scenario, &explored, &asked)?))
}

fn clients(order: &[usize]) -> Vec<usize> {
    order.iter().map(|client| client + 1).collect()
}

fn verdict_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::InOrder(_) => "Serial",
        Verdict::AgainstTimestamps(_) => "AgainstTimestamps",
        Verdict::NoOrder => "NotSerial",
        Verdict::StaysHeld => "StaysHeld",
    }
}

fn result(outcome: &Option<Outcome>) -> &str {
    match outcome {
        None => "NotSent",
        Some(Outcome::Written { again: true }) => "AnsweredAgain",
        Some(Outcome::Written { again: false }) => "Written",
        Some(Outcome::Read(_)) => "Read",
        Some(Outcome::Refused { name, .. }) => name,
    }
}

/// The ends that look the same from outside as one, wrong ones first, then those that more interleavings come to.
fn ends(explored: &Explored) -> Result<Vec<Value>> {
    type Seen<'a> = (bool, &'a str, Vec<&'a str>, &'a [Option<Vec<u8>>]);
    let mut groups: BTreeMap<Seen, (u128, &Found)> = BTreeMap::new();
    for (ended, found) in &explored.ends {
        let results = ended.outcomes.iter().map(result).collect();
        let seen = (found.verdict.is_right(), verdict_name(&found.verdict), results, ended.items.as_slice());
        let group = groups.entry(seen).or_insert((0, found));
        group.0 = group.0.saturating_add(found.interleavings);
        if found.steps.len() < group.1.steps.len() {
            group.1 = found;
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((right, ..), (interleavings, _))| (*right, Reverse(*interleavings)));
    let view = |((_, verdict, results, items), (interleavings, found)): (Seen, (u128, &Found))| {
        let items: Vec<Value> = items.iter().map(|item| item_json(item.as_deref())).collect::<Result<_>>()?;
        Ok(json!({
            "Results": results, "Items": items, "Verdict": verdict, "Order": found.verdict.order().map(clients),
            "Interleavings": interleavings.to_string(), "Shortest": found.steps.len(),
        }))
    };
    groups.into_iter().map(view).collect()
}

fn item_json(encoded: Option<&[u8]>) -> Result<Value> {
    let Some(encoded) = encoded else { return Ok(Value::Null) };
    let mut answer = answer::Answer::new();
    answer.stored("Item", encoded)?;
    let item: Value = serde_json::from_slice(&answer.finish()).map_err(Region::internal)?;
    Ok(item["Item"].clone())
}

/// Why an end is wrong, in words.
fn why(ended: &Ended, verdict: &Verdict) -> String {
    let names = |order: &[usize]| {
        order.iter().map(|client| format!("client {}", client + 1)).collect::<Vec<_>>().join(", then ")
    };
    match verdict {
        Verdict::AgainstTimestamps(order) => format!(
            "The timestamps say {}, but the same comes only of {}: the later transaction took effect first.",
            names(&ended.stamped),
            names(order)
        ),
        Verdict::StaysHeld => "A transaction that is over still holds an item.".into(),
        _ => "No order of the requests, one after another, gives these answers and these items.".into(),
    }
}

fn shown(scenario: &mut Scenario, explored: &Explored, asked: &[Asked]) -> Result<Value> {
    let wrong = explored.ends.iter().filter(|(_, found)| !found.verdict.is_right());
    // What no order gives comes first, then what is shorter.
    let worst = wrong.min_by_key(|(_, found)| (found.verdict.order().is_some(), found.steps.len()));
    let wrong = explored.ends.values().filter(|found| !found.verdict.is_right());
    let wrong: u128 = wrong.map(|found| found.interleavings).sum();
    let mut view = json!({
        "States": explored.states, "Interleavings": explored.interleavings.to_string(),
        "Wrong": wrong.to_string(), "Serializable": worst.is_none(),
        "Ends": ends(explored)?, "Standing": replayed(scenario, &[], asked)?["Standings"][0],
    });
    if let Some((ended, found)) = worst {
        let mut counterexample = replayed(scenario, &found.steps, asked)?;
        counterexample["Why"] = why(ended, &found.verdict).into();
        view["Counterexample"] = counterexample;
    }
    Ok(view)
}

/// An interleaving step by step, with where all stands at each.
fn replayed(scenario: &mut Scenario, steps: &[Step], asked: &[Asked]) -> Result<Value> {
    let mut standings = Vec::new();
    let run = scenario.replay(steps, |branch, run| standings.push(standing(&branch.region, run, asked)));
    let standings: Vec<Value> = standings.into_iter().collect::<Result<_>>()?;
    Ok(json!({ "Trail": run.trail.iter().map(taken).collect::<Vec<_>>(), "Standings": standings }))
}
