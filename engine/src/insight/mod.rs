//! What the timeline tells: heat, hot keys, advice, cost. A reader of events; it changes nothing.

mod concentration;
pub mod cost;
mod heat;
pub mod price;

pub use concentration::{Concentration, concentrations};
pub use heat::{Heat, HeatCell, HeatColumn, HeatKey};
