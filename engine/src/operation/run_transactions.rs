//! The inspector's runs: `Dynascope.BeginTransactions` puts clients side by side, each with a transaction or a plain request,
//! `Dynascope.StepTransactions` takes a step, `Dynascope.DescribeTransactions` tells where all stands,
//! `Dynascope.EndTransactions` gives up what is not decided, and brings the rest to its end.
//!
//! Differs from DynamoDB: the service has no such operations. What they show is its published protocol, one message at a
//! time, with the partitions of an ordinary call.

use serde::Deserialize;
use serde_json::json;

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::error::{Result, transaction as words};
use crate::random::Random;
use crate::transaction::{Run, Step, Stepper, Work};

use super::answer;
use super::run_request::{self, Asked, ClientInput};
use super::run_view::{places, view};

/// A run has at most so many steps.
const MOST_STEPS: usize = 2_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BeginInput {
    clients: Option<Vec<ClientInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StepInput {
    step: Option<String>,
    seed: Option<u64>,
    count: Option<usize>,
}

/// `Dynascope.BeginTransactions`: `{"Clients": [{"Operation": …, "Request": {…}}]}` in, the run out; the clients join the one that
/// is under way. None has sent anything yet.
pub fn begin(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: BeginInput = decode(request)?;
    let mut run = Run::load(region)?.unwrap_or_default();
    let asked = run_request::join(region, &mut run, input.clients)?;
    run.save(region, context.now_ms);
    let id = |table: &str| region.tables.get(table).map(|state| state.saved.table.id);
    let items = places(&asked).into_iter().filter_map(|(table, key)| Some((id(&table)?, key.bytes)));
    let items = items.collect();
    region.contest(items, context.now_ms);
    Ok(answer::of(&view(region, &run, &asked)?))
}

/// The run that is under way, and what its clients ask for.
fn open(region: &mut Region, now_ms: u64) -> Result<(Run, Vec<Asked>)> {
    let run = Run::load(region)?.ok_or_else(words::no_run)?;
    match run_request::all(region, &run) {
        Ok(asked) => Ok((run, asked)),
        // One of its tables is gone, and with it what there was to hold.
        Err(error) => {
            Run::drop_from(region, now_ms);
            Err(error)
        }
    }
}

/// Takes steps as `choose` says, as long as it says one and its message's partition answers.
fn take(
    region: &mut Region,
    context: &mut Context,
    run: &mut Run,
    asked: &[Asked],
    mut choose: impl FnMut(&Run) -> Option<Step>,
) -> Result<()> {
    let works: Vec<Work> = asked.iter().map(|one| one.work.clone()).collect();
    let mut taken = 0;
    while let Some(step) = choose(run) {
        let mut stepper = Stepper { region, context, works: &works, run, watched: true };
        match stepper.check(step) {
            Ok(()) => stepper.take(step),
            // What was done before stays done.
            Err(_) if taken > 0 => break,
            Err(error) => return Err(error),
        }
        region.save_marks(context.now_ms);
        taken += 1;
    }
    Ok(())
}

/// `Dynascope.StepTransactions`: `{"Step": "deliver 4"}` takes that step, `{"Seed": 7, "Count": 3}` three that the seed draws; the run
/// as it stands then out.
pub fn step(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: StepInput = decode(request)?;
    let (mut run, asked) = open(region, context.now_ms)?;
    if run.trail.len() >= MOST_STEPS {
        return Err(words::run_too_long(MOST_STEPS));
    }
    match &input.step {
        Some(id) => {
            let step = Step::read(id).filter(|step| run.steps().contains(step));
            let mut step = Some(step.ok_or_else(|| words::no_such_step(id))?);
            take(region, context, &mut run, &asked, |_| step.take())?;
        }
        None => {
            let mut left = input.count.unwrap_or(1).min(MOST_STEPS);
            let seed = input.seed.unwrap_or(0);
            take(region, context, &mut run, &asked, |run| {
                left = left.checked_sub(1)?;
                run.draw(&mut Random::new(seed.wrapping_add(run.trail.len() as u64)))
            })?;
        }
    }
    let shown = view(region, &run, &asked)?;
    run.save(region, context.now_ms);
    Ok(answer::of(&shown))
}

/// `Dynascope.DescribeTransactions`: the run that is under way; no clients where there is none.
pub fn describe(region: &mut Region, _context: &mut Context, _request: &[u8]) -> Result<Vec<u8>> {
    let Some(run) = Run::load(region)? else { return Ok(answer::of(&json!({ "Clients": [] }))) };
    let asked = run_request::all(region, &run)?;
    Ok(answer::of(&view(region, &run, &asked)?))
}

/// `Dynascope.EndTransactions`: gives up what is not decided, and brings what is decided to its end; the run out, over unless a
/// partition cannot answer.
pub fn end(region: &mut Region, context: &mut Context, _request: &[u8]) -> Result<Vec<u8>> {
    let (mut run, asked) = open(region, context.now_ms)?;
    let works: Vec<Work> = asked.iter().map(|one| one.work.clone()).collect();
    for client in 0..run.clients.len() {
        Stepper { region, context, works: &works, run: &mut run, watched: true }.give_up(client);
    }
    take(region, context, &mut run, &asked, |run| run.draw(&mut Random::new(run.trail.len() as u64)))?;
    let shown = view(region, &run, &asked)?;
    run.save(region, context.now_ms);
    Ok(answer::of(&shown))
}
