//! Requests of a history that are sent again, as a link to a step has them.
//!
//! Owns the order and the times, and the comparison with what they came to then. Never decides whose requests they are.

use std::rc::Rc;

use engine::timeline::Event;
use engine::world::{Cause, Moment, Outcome, World};
use serde_json::json;

use super::super::clock::{self, Clock};
use super::super::travel::Travel;
use super::{Due, Open};
use crate::protocol::timeline::Replayed;
use crate::protocol::{ClientError, Happened};
use crate::share::SentRequest;

impl Open {
    /// Sends requests of a history again, each at its time; the answer is due with the batch. Refused where something has happened
    /// already, and the clock goes on behind the last.
    pub fn replay(&mut self, region: &str, fresh: World, id: u64, requests: Vec<SentRequest>) {
        if !self.durable.world.is_untouched() {
            let message = "Something has happened in this workspace already.".to_owned();
            let (now_ms, result) = (self.clock.now_ms(), Err(ClientError::Past { message }));
            return self.due.push(Due::Reply { id, now_ms, result, events: Happened::default() });
        }
        self.travel = Travel::of(&fresh);
        self.durable.begin_with(fresh);
        let (mut happened, mut differs) = (Vec::new(), None);
        for SentRequest { at_ms, operation, request, last_event } in requests {
            while self.durable.world.now_ms() < at_ms {
                let moment = self.durable.world.moment();
                let mut outcome = self.durable.world.advance(at_ms, 1).outcome;
                self.take(&moment, Cause::Time { until_ms: at_ms }, &mut outcome, &mut happened);
            }
            self.travel.sent(at_ms, &operation, &request);
            let moment = self.durable.world.moment();
            let mut outcome = self.durable.world.execute(region, at_ms, &operation, request.as_bytes());
            let cause = Cause::request(region, at_ms, &operation, request.as_bytes(), false);
            let again = self.travel.came_to(&outcome.events);
            if last_event.is_some() && last_event != again {
                differs.get_or_insert(operation);
            }
            self.take(&moment, cause, &mut outcome, &mut happened);
        }
        let now_ms = self.durable.world.now_ms();
        self.clock = Clock::start(now_ms, self.clock.pace(), clock::monotonic_ms());
        self.due.push(Due::Events(happened.into()));
        let result = Ok(json!(Replayed { differs }).to_string());
        self.due.push(Due::Reply { id, now_ms, result, events: Happened::default() });
    }

    /// Takes over what a call of a replay came to.
    fn take(&mut self, moment: &Moment, cause: Cause, outcome: &mut Outcome, happened: &mut Vec<Event>) {
        let events = Rc::new(std::mem::take(&mut outcome.events));
        self.travel.note(&self.durable.world, moment, cause, &events, &outcome.tallies);
        self.tallies.append(&mut outcome.tallies);
        happened.extend(events.iter().cloned());
        self.durable.record(std::mem::take(&mut outcome.changes));
    }
}
