//! The workspace's time for whoever shows it.

use gloo::utils::window;
use yew::prelude::*;

use super::browser::use_interval;
use super::slices::use_clock;

/// The page's monotonic clock, in whole milliseconds.
pub(super) fn monotonic_ms() -> u64 {
    window().performance().map_or(0.0, |performance| performance.now()) as u64
}

/// The workspace's time, in milliseconds of the epoch; drawn anew every so often while it runs, and whenever it is told.
#[hook]
pub fn use_workspace_ms(every_ms: u32) -> u64 {
    let clock = use_clock();
    let passed = use_force_update();
    let tick = use_callback((), move |(), ()| passed.force_update());
    use_interval(clock.is_followed(), every_ms, tick);
    clock.at(monotonic_ms())
}
