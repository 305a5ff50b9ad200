//! The timeline: everything that happens, as typed events in one order.
//!
//! Owns the events, the ids they name and their order, the ring that keeps the newest, the few bytes in which they are kept and sent, and the numbers that every request leaves. The heatmap, the query
//! explanation, the transaction stepper and the stream stepper are views of it: nothing is drawn that is not here.
//! Never decides anything: the module that acts records what it did.

mod asked;
mod chunk;
mod event;
mod filter;
mod names;
mod pack;
mod rare;
mod ring;
mod source;
mod subject;
mod tally;
mod texts;

pub use asked::{Asked, FilterTest, Filtered};
pub use event::{Event, EventKind};
pub use filter::Filter;
pub use names::{
    Access, CancelCode, Consumed, IndexAction, PartitionId, PrepareVerdict, RequestId, ScalingReason,
    SplitCause, Target, TransactionId, WriteAction, Zone,
};
pub use pack::{Broken, pack, unpack};
pub use ring::{Density, Found, Ring, Subjects};
pub use source::SourceEvent;
pub use tally::{Detail, Limit, Tally};
