//! What the timeline tells: heat, hot keys, advice, cost. A reader of tallies and events; it changes nothing.

pub mod advice;
mod concentration;
pub mod cost;
mod evidence;
mod findings;
pub mod forecast;
mod heat;
mod heat_keys;
mod heat_rows;
mod heat_samples;
mod heat_view;
pub mod price;
mod seen;

pub use concentration::Concentration;
pub use evidence::Subject;
pub use findings::{Finding, FindingKind, Spread, findings};
pub use heat::{
    CELLS_KEPT, HOURS_KEPT, Heat, HeatCell, HeatColumn, HeatHistory, HeatReport, LATENCY_CLASSES_US, Latency,
    MINUTES_KEPT, SECONDS_KEPT,
};
pub use heat_keys::{KeyCount, KeyCounts};
pub use heat_rows::{HeatRow, Marker, MarkerKind, RowId, Rows};
pub use heat_samples::{EVENTS_KEPT, Samples};
pub use heat_view::{HeatView, Measure, Places, ViewColumn, Window};
pub use seen::{Check, Rule, Seen, checks, on_demand, provisioned};
