//! The time that can be restored, drawn: the writes in it, what is not restorable yet, and the chosen moment, which a click or a key moves.

use engine::table::lifecycle::iso_date;
use web_sys::Element;
use yew::prelude::*;

use crate::components::{Button, ButtonKind};
use crate::state::backups::{History, Recovery};

/// The props of [`Window`].
#[derive(Properties, PartialEq)]
pub struct WindowProps {
    /// The table's recovery.
    pub recovery: Recovery,
    /// Its history.
    pub history: History,
    /// Now, in milliseconds.
    pub until_ms: u64,
    /// The chosen moment.
    pub at_ms: u64,
    /// Another was chosen.
    pub onchoose: Callback<u64>,
}

const HEIGHT: f64 = 48.0;

/// The moment in front of the last write until then, and the next write behind it.
fn around(writes: &[u64], at_ms: u64) -> (Option<u64>, Option<u64>) {
    let before = writes.iter().copied().find(|write| *write <= at_ms);
    let behind = writes.iter().copied().rev().find(|write| *write > at_ms);
    (before.map(|write| write.saturating_sub(1)), behind)
}

/// The window.
#[component]
pub fn Window(props: &WindowProps) -> Html {
    let WindowProps { recovery, history, until_ms, at_ms, .. } = props;
    let (from, until, at) = (recovery.earliest_ms, *until_ms, *at_ms);
    let span = until.saturating_sub(from).max(1) as f64;
    let width = history.write_counts.len().max(1) as f64;
    let x = |at_ms: u64| at_ms.saturating_sub(from) as f64 / span * width;
    let most = history.write_counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let onclick = props.onchoose.reform(move |event: MouseEvent| {
        let track = event.target_unchecked_into::<Element>().closest(".backups-track").ok().flatten();
        let rect = track.map(|track| track.get_bounding_client_rect());
        let share =
            rect.map_or(1.0, |rect| (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0));
        from + (share.clamp(0.0, 1.0) * span) as u64
    });
    let onkeydown = {
        let (onchoose, recovery) = (props.onchoose.clone(), *recovery);
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowLeft" | "ArrowDown" => at.saturating_sub(1000),
                "ArrowRight" | "ArrowUp" => at + 1000,
                "PageDown" => at.saturating_sub(60_000),
                "PageUp" => at + 60_000,
                "Home" => recovery.earliest_ms,
                "End" => recovery.latest_ms,
                _ => return,
            };
            event.prevent_default();
            onchoose.emit(next);
        })
    };
    let (before, behind) = around(&history.last_writes_milliseconds, at);
    let go = |to: Option<u64>| props.onchoose.reform(move |()| to.unwrap_or(at));
    let latest = recovery.latest_ms;
    html! {
        <div class="backups-window">
            <div class="backups-track" role="slider" tabindex="0" aria-label="The moment to restore" {onclick} {onkeydown}
                aria-valuemin={from.to_string()} aria-valuemax={latest.to_string()} aria-valuenow={at.to_string()}
                aria-valuetext={iso_date(at)}>
                <svg viewBox={format!("0 0 {width} {HEIGHT}")} preserveAspectRatio="none" aria-hidden="true">
                    <rect class="not-yet" x={x(latest).to_string()} y="0" width={(width - x(latest)).max(0.0).to_string()} height={HEIGHT.to_string()} />
                    { for history.write_counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, count)| {
                        let height = ((*count as f64 / most).sqrt() * (HEIGHT - 12.0)).max(4.0);
                        html! { <rect class="writes" x={at.to_string()} y={(HEIGHT - height).to_string()} width="0.8" height={height.to_string()} /> }
                    }) }
                    <line class="chosen" x1={x(at).to_string()} x2={x(at).to_string()} y1="0" y2={HEIGHT.to_string()} />
                </svg>
            </div>
            <div class="backups-ends">
                <span>{ "EarliestRestorableDateTime " }<time>{ iso_date(from) }</time></span>
                <span>{ "LatestRestorableDateTime " }<time>{ iso_date(latest) }</time></span>
                <span><i aria-hidden="true"></i>{ "not restorable yet, until now " }<time>{ iso_date(until) }</time></span>
            </div>
            <div class="backups-steps">
                <span class="backups-moment">{ "Restore to " }<b data-part="moment">{ iso_date(at) }</b></span>
                <Button label="Before the write" icon="step-back" onclick={go(before)} disabled={before.is_none_or(|to| to < from)} action="before-write" />
                <Button label="Behind the next write" icon="step-forward" onclick={go(behind.map(|to| to + 1000))} disabled={behind.is_none_or(|to| to + 1000 > latest)} action="behind-write" />
                <Button label="Latest" icon="skip-forward" kind={ButtonKind::Quiet} onclick={go(Some(latest))} action="latest" />
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writes_around_a_moment_are_the_last_until_then_and_the_next() {
        let writes = [9_400, 5_200, 2_000];
        assert_eq!(around(&writes, 6_000), (Some(5_199), Some(9_400)));
        assert_eq!(around(&writes, 5_000), (Some(1_999), Some(5_200)));
        assert_eq!(around(&writes, 9_400), (Some(9_399), None));
        assert_eq!(around(&[], 1_000), (None, None));
    }
}
