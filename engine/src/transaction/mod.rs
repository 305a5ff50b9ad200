//! Transactions: the coordinator as an explicit state machine.
//!
//! Owns the protocol: prepare each item, decide, commit or cancel each item. An ordinary call runs it to the end within
//! one request; a stepped one goes message by message, while other clients' requests go in between, and what it has
//! reached is in the ledger, so that a reopened workspace goes on with it, or gives it up. Never parses a request.
//!
//! Follows ["Distributed Transactions at Scale in Amazon DynamoDB" (USENIX ATC 2023)](https://www.usenix.org/conference/atc23/presentation/idziorek):
//! a partition accepts a prepare when the condition holds, no other transaction is pending on the item, and the transaction's
//! timestamp is later than the item's. Since an item is held from prepare to commit, and nobody waits, the pending check alone leaves
//! some order of the transactions that comes to the same; the timestamp check makes it the order of their timestamps, on which a
//! message that arrives late or twice, a delete and a recovery manager rely, and so do transactions that only check an item: it
//! gets their timestamp as well. Exploring without one of the three shows what each is for. Modelled: the coordinators' clock is the number of the request, so that no two are equal.

mod advance;
mod branch;
mod coordinator;
mod explore;
mod ledger;
mod partition;
mod read;
mod run;
mod serial;
mod tell;
mod token;
mod two_rounds;

pub use advance::Stepper;
pub use branch::Branch;
pub use coordinator::{Action, ActionKind, Phase, Progress, end, run};
pub use explore::{Explored, Faults, Found, Scenario};
pub use ledger::{Entry, forget, left_open};
pub use read::{ItemRead, read_all};
pub use run::{Answer, Client, Content, Message, Outcome, Run, Stage, Step, Taken, Work};
pub use serial::{Ended, Verdict};
pub use tell::Rule;
pub use token::{Token, refuse_running, remember, was_done};
