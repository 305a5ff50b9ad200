//! What goes on by itself in a lesson: time that passes, and traffic.

use engine::workload::Recipe;
use yew::prelude::*;

use crate::components::{Button, ErrorPanel, Icon, Markdown};
use crate::hooks::{use_client, use_heat, use_route};
use crate::protocol::ClientError;
use crate::protocol::clock::ClockChange;
use crate::protocol::traffic::{TrafficPhase, TrafficState, Workload};
use crate::state::explanation::{clock, count};
use crate::state::route::Page;

/// The props of [`Wait`].
#[derive(Properties, PartialEq)]
pub struct WaitProps {
    /// How long, in milliseconds.
    pub ms: u64,
    /// How the lesson writes it.
    pub shown: String,
    /// What for, as Markdown.
    pub text: String,
    /// Whether the lesson's workspace is open.
    pub ready: bool,
}

/// How far a wait is.
#[derive(Clone, PartialEq)]
enum Waited {
    Not,
    Under,
    Over,
    Refused(ClientError),
}

/// Time that passes.
#[component]
pub fn Wait(props: &WaitProps) -> Html {
    let api = use_client();
    let waited = use_state_eq(|| Waited::Not);
    let onclick = {
        let (waited, ms) = (waited.setter(), props.ms);
        Callback::from(move |()| {
            waited.set(Waited::Under);
            let (api, waited) = (api.back_to_live(), waited.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let moved = api.set_clock(ClockChange::Ahead { ms }).await;
                waited.set(moved.map_or_else(Waited::Refused, |()| Waited::Over));
            });
        })
    };
    html! {
        <section class="lesson-part lesson-wait" aria-label="Time passes" data-part="wait" data-state={if *waited == Waited::Over { "over" } else { "not" }}>
            <h4><Icon name="clock" />{ "Let time pass" }</h4>
            <Markdown text={props.text.clone()} heading={5} />
            <div class="lesson-actions">
                <Button label={format!("Move the clock ahead: {}", spelled(&props.shown))} icon="fast-forward" disabled={!props.ready} busy={*waited == Waited::Under} {onclick} action="wait" />
                if *waited == Waited::Over {
                    <span role="status">{ "It has passed." }</span>
                }
            </div>
            if let Waited::Refused(error) = &*waited {
                <ErrorPanel error={error.clone()} />
            }
        </section>
    }
}

/// `31 days` for `31d`.
fn spelled(shown: &str) -> String {
    let (number, unit) = shown.split_at(shown.len().saturating_sub(1));
    let unit = match unit {
        "s" => "second",
        "m" => "minute",
        "h" => "hour",
        "d" => "day",
        _ => "",
    };
    if unit.is_empty() || number.is_empty() || number.contains(|digit: char| !digit.is_ascii_digit()) {
        return shown.to_owned();
    }
    format!("{number} {unit}{}", if number == "1" { "" } else { "s" })
}

/// The props of [`Traffic`].
#[derive(Properties, PartialEq)]
pub struct TrafficProps {
    /// What it is called.
    pub name: String,
    /// What it is made from.
    pub recipe: Recipe,
    /// Whether the lesson's workspace is open.
    pub ready: bool,
}

/// Traffic in a copy of the workspace.
#[component]
pub fn Traffic(props: &TrafficProps) -> Html {
    let (api, heat, route) = (use_client(), use_heat(), use_route());
    let starting = use_state_eq(|| (false, None::<ClientError>));
    let workload = Workload { name: props.name.clone(), recipe: props.recipe.clone() };
    let state = heat.traffic.as_ref().filter(|traffic| traffic.name == workload.name);
    let runs = state
        .is_some_and(|traffic| matches!(traffic.phase, TrafficPhase::Running | TrafficPhase::Filling { .. }));
    let start = {
        let (api, starting) = (api.clone(), starting.setter());
        Callback::from(move |()| {
            starting.set((true, None));
            let (api, starting, workload, route) =
                (api.back_to_live(), starting.clone(), workload.clone(), route.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let tables = workload.tables();
                let refused = api.start_traffic(workload).await.err();
                if refused.is_none() && !matches!(route.route.page, Page::Heat | Page::Cluster) {
                    route.go.emit(route.route.at(Page::Heat).on(tables.first().cloned(), None));
                }
                starting.set((false, refused));
            });
        })
    };
    let stop = Callback::from(move |()| api.stop_traffic());
    let (busy, refused) = (*starting).clone();
    html! {
        <section class="lesson-part lesson-traffic" aria-label="Traffic" data-part="traffic" data-state={if runs { "running" } else { "still" }}>
            <h4><Icon name="flame" />{ format!("Traffic: {}", props.name) }</h4>
            <p class="lesson-figures">{ described(&props.recipe) }</p>
            <div class="lesson-actions">
                if runs {
                    <Button label="Stop it" icon="pause" onclick={stop} action="lesson-stop" />
                } else {
                    <Button label="Run it" icon="play" disabled={!props.ready} {busy} onclick={start} action="lesson-traffic" />
                }
            </div>
            if let Some(state) = state {
                { figures(state, heat.seconds.values().fold((0, 0), |(sent, throttled), second| (sent + second.sent, throttled + second.throttled))) }
            }
            if let Some(error) = refused {
                <ErrorPanel {error} />
            }
        </section>
    }
}

/// What is sent, for how long.
fn described(recipe: &Recipe) -> String {
    let patterns: Vec<&str> = recipe.patterns.iter().map(|pattern| pattern.name.as_str()).collect();
    format!(
        "{}: {} seconds in a copy of the workspace, which stays as it is.",
        patterns.join(", "),
        recipe.duration_ms / 1_000
    )
}

fn figures(state: &TrafficState, (sent, throttled): (u64, u64)) -> Html {
    let said = match &state.phase {
        TrafficPhase::Filling { written, of } => {
            format!("Filling: {} of {} items", count(*written), count(*of))
        }
        TrafficPhase::Failed { reason } => format!("Refused: {reason}"),
        TrafficPhase::Running | TrafficPhase::Stopped { .. } => {
            format!(
                "{}: {} requests sent, {} throttled at first",
                clock(state.now_ms),
                count(sent),
                count(throttled)
            )
        }
    };
    html! { <p class="lesson-figures" role="status" data-part="came-to">{ said }</p> }
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn a_span_is_spelled_out() {
        assert_eq!(
            ["31d", "1h", "90s", "2 weeks"].map(spelled),
            ["31 days", "1 hour", "90 seconds", "2 weeks"]
        );
    }
}
