//! Event sources: mappings that poll by themselves take their steps when they are due, others when they are asked to.
//!
//! Owns the sending of a function's requests, through the same door as everybody's, and each with a number of its own. What a
//! mapping does next, and what comes of it, is [`consumer`]'s.

use serde_json::{Value, json};

use crate::consumer::steps::{self, Step, StepKind};
use crate::consumer::{describe, progress, work};
use crate::engine::Engine;
use crate::error::Result;
use crate::operation::step_event_source_mapping;
use crate::timeline::Detail;

use super::{Outcome, World};

/// So many steps are taken by one call; what is left follows with the next.
const MOST_STEPS: usize = 10_000;

impl World {
    /// Takes all steps that are due by `now_ms`, of mappings that poll by themselves.
    pub(super) fn run_event_sources(&mut self, now_ms: u64, outcome: &mut Outcome) {
        let has = |engine: &Engine| progress::any(engine.region());
        let regions: Vec<String> =
            self.engines.iter().filter(|(_, engine)| has(engine)).map(|(region, _)| region.clone()).collect();
        for region in regions {
            if self.sources_idle.get(&region).is_some_and(|until_ms| now_ms < *until_ms) {
                continue;
            }
            for _ in 0..MOST_STEPS {
                let next = steps::next_due(self.engine(&region).region());
                let Ok(Some((uuid, step))) = next else { break };
                if step.due_ms > now_ms || self.take_step(&region, now_ms, &uuid, &step, outcome).is_err() {
                    break;
                }
            }
            let idle_ms = steps::quiet_until(self.engine(&region).region(), now_ms);
            self.sources_idle.insert(region, idle_ms);
        }
    }

    /// When a mapping next has a step to take.
    pub(super) fn event_sources_due_ms(&self) -> Option<u64> {
        let due = |(region, engine): (&String, &Engine)| {
            let engine_has = progress::any(engine.region());
            let (_, step) = engine_has.then(|| steps::next_due(engine.region()).ok().flatten()).flatten()?;
            Some(step.due_ms.max(self.sources_idle.get(region).copied().unwrap_or(0)))
        };
        self.engines.iter().filter_map(due).min()
    }

    /// Carries on what a request about mappings began.
    pub(super) fn follow_event_sources(
        &mut self,
        region: &str,
        now_ms: u64,
        operation: &str,
        request: &[u8],
        outcome: &mut Outcome,
    ) {
        if !operation.ends_with("EventSourceMapping") {
            return;
        }
        // What was due may have changed.
        self.sources_idle.remove(region);
        if operation == "Dynascope.StepEventSourceMapping" {
            let answer = self.step_by_hand(region, now_ms, request, outcome);
            outcome.response = answer;
        }
    }

    fn step_by_hand(
        &mut self,
        region: &str,
        now_ms: u64,
        request: &[u8],
        outcome: &mut Outcome,
    ) -> Result<Vec<u8>> {
        let (uuid, stepping) = step_event_source_mapping::read(self.engine(region).region(), request)?;
        let mut taken: Vec<Value> = Vec::new();
        for _ in 0..stepping.count {
            let source = progress::load(self.engine(region).region(), &uuid)?;
            let all = steps::steps(self.engine(region).region(), &source);
            let wanted = |step: &Step| stepping.shard.as_ref().is_none_or(|shard| *shard == step.shard);
            let Some(step) = all.into_iter().find(wanted) else { break };
            self.take_step(region, now_ms, &uuid, &step, outcome)?;
            taken.push(describe::step_json(&step));
            if stepping.until == Some(step.kind) {
                break;
            }
        }
        let mut answer = describe::of(self.engine(region).region(), &uuid, now_ms)?;
        answer["Taken"] = json!(taken);
        Ok(answer.to_string().into_bytes())
    }

    fn take_step(
        &mut self,
        region: &str,
        now_ms: u64,
        uuid: &str,
        step: &Step,
        outcome: &mut Outcome,
    ) -> Result<()> {
        if step.kind != StepKind::Return {
            return self
                .act(region, now_ms, outcome, |region, context| work::take(region, context, uuid, step));
        }
        let Some(job) = work::job(self.engine(region).region(), uuid, step)? else { return Ok(()) };
        let returned = job.function.invoke(&job.invocation, &mut |operation, request| {
            let executed =
                self.in_turn(region, |engine| engine.execute(now_ms, Detail::Watched, operation, request));
            self.note(region, executed, outcome).map(drop)
        });
        self.act(region, now_ms, outcome, |region, context| {
            work::finish(region, context, uuid, step, returned)
        })
    }
}
