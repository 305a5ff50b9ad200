//! The commit of a batch: what leaves when it is stored, and what becomes of everyone who waits where it cannot be.
//!
//! Owns that one batch may be under way while the next one fills: its requests are executed meanwhile, but none of them is answered before
//! it is durable itself. Where the first fails, both are taken back.

use engine::timeline::Tally;

use super::{Due, Open};
use crate::protocol::clock::ClockChange;
use crate::protocol::{ClientError, FromWorker, Happened};
use crate::worker::clock;
use crate::worker::disk::Failure;
use crate::worker::durable::Ended;

/// A batch that is being stored.
pub(super) struct Aloft {
    due: Vec<Due>,
    tallies: Vec<Tally>,
    /// How many of the calls that the history took note of are of this batch.
    noted: usize,
}

impl Open {
    /// Begins to store the batch, where that can be done while requests go on; whether it did.
    pub fn take_off(&mut self) -> bool {
        if !self.durable.take_off(self.clock.now_ms()) {
            return false;
        }
        let (due, tallies) = (std::mem::take(&mut self.due), std::mem::take(&mut self.tallies));
        self.aloft = Some(Aloft { due, tallies, noted: self.travel.noted() - self.landed });
        true
    }

    /// Packs what is to be told of the batch that is being stored: the database has it meanwhile.
    pub fn pack(&self) {
        for due in self.aloft.iter().flat_map(|aloft| &aloft.due) {
            if let Due::Reply { result: Ok(_), events, .. } = due {
                events.packed();
            }
        }
    }

    /// Whether a batch is being stored.
    pub fn is_aloft(&self) -> bool {
        self.aloft.is_some()
    }

    /// How many answers wait for the batch.
    pub fn waiting(&self) -> usize {
        self.due.len()
    }

    /// How many bytes of changes the batch has.
    pub fn recorded_bytes(&self) -> usize {
        self.durable.recorded_bytes()
    }

    /// Whether something else is to be stored, for which no batch may be under way.
    pub fn wants_journal(&mut self) -> bool {
        self.durable.wants_stillness()
            || self.spent_in_ms() == Some(0)
            || self.clock.to_keep(clock::wall_ms(), clock::monotonic_ms()).is_some()
    }

    /// Waits until the batch that is being stored is, or cannot be, or a piece of a snapshot is.
    pub async fn ended(&mut self) -> Ended {
        self.durable.ended().await
    }

    /// Ends the commit that is under way, and gives what may leave now.
    pub async fn land(&mut self) -> Vec<FromWorker> {
        let Some(Aloft { mut due, tallies, noted }) = self.aloft.take() else { return Vec::new() };
        match self.durable.land().await {
            Ok(()) => {
                self.failed = false;
                self.stored(due, tallies, noted).await
            }
            Err(failure) => {
                due.append(&mut self.due);
                self.refused(due, &failure)
            }
        }
    }

    /// Takes what is durable into the history: its answers may leave before that.
    pub fn remember(&mut self) {
        self.travel.keep(std::mem::take(&mut self.landed));
    }

    /// Makes the batch durable, behind the one that is under way, and gives what may leave now.
    pub async fn settle(&mut self) -> Vec<FromWorker> {
        let mut messages = self.land().await;
        self.remember();
        let idle = self.due.is_empty() && !self.durable.has_changes();
        let stored = self.durable.commit(self.clock.now_ms()).await;
        let due = std::mem::take(&mut self.due);
        messages.extend(match stored {
            Ok(()) => {
                // Where nothing was tried nothing has become better.
                self.failed &= idle;
                let tallies = std::mem::take(&mut self.tallies);
                self.stored(due, tallies, self.travel.noted()).await
            }
            Err(failure) => self.refused(due, &failure),
        });
        messages
    }

    /// A batch is durable.
    async fn stored(&mut self, due: Vec<Due>, mut tallies: Vec<Tally>, noted: usize) -> Vec<FromWorker> {
        self.note_spent(&tallies);
        self.counted.append(&mut tallies);
        self.landed += noted;
        let now_ms = self.clock.now_ms();
        let kept = self.keep_clock().await;
        let mut messages = Vec::with_capacity(due.len());
        for due in due {
            match (answer(due, now_ms, &kept), messages.last_mut()) {
                // What happens by itself comes in many small steps where time moves fast.
                (FromWorker::Events { events }, Some(FromWorker::Events { events: before })) => {
                    let mut together = std::mem::take(before).into_events();
                    together.extend(events.into_events());
                    *before = together.into();
                }
                (message, _) => messages.push(message),
            }
        }
        messages
    }

    /// What waits, and all that was executed since, did not happen.
    fn refused(&mut self, mut due: Vec<Due>, failure: &Failure) -> Vec<FromWorker> {
        self.failed = true;
        self.remember();
        self.travel.drop_waiting(&self.durable.world);
        self.tallies.clear();
        let monotonic_ms = clock::monotonic_ms();
        // What cannot be stored must not go on.
        self.clock.change(ClockChange::Stop, monotonic_ms);
        self.answer_moves();
        self.clock.give_back(monotonic_ms);
        due.append(&mut self.due);
        let now_ms = self.clock.now_ms();
        due.into_iter().filter_map(|due| refuse(due, now_ms, failure)).collect()
    }
}

fn answer(due: Due, now_ms: u64, kept: &Result<(), Failure>) -> FromWorker {
    match due {
        Due::Reply { id, now_ms, result, events } => FromWorker::Reply { id, now_ms, result, events },
        Due::Events(events) => FromWorker::Events { events },
        Due::Clock { id } => {
            let result = kept.as_ref().map(|()| "{}".to_owned());
            let result = result.map_err(|failure| ClientError::Storage { message: failure.sentence() });
            FromWorker::Reply { id, now_ms, result, events: Happened::default() }
        }
    }
}

fn refuse(due: Due, now_ms: u64, failure: &Failure) -> Option<FromWorker> {
    let (id, now_ms) = match due {
        Due::Reply { id, now_ms, .. } => (id, now_ms),
        Due::Clock { id } => (id, now_ms),
        Due::Events(_) => return None,
    };
    let result = Err(ClientError::Storage { message: failure.sentence() });
    Some(FromWorker::Reply { id, now_ms, result, events: Happened::default() })
}
