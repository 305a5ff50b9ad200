//! What the timeline tells: heat, hot keys, advice, cost. A reader of events; it changes nothing.

mod heat;

pub use heat::{Heat, HeatCell, HeatColumn, HeatKey};
