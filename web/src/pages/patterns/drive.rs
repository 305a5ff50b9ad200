//! Traffic at the patterns' rates: a recipe of them is made, kept with the workspace, and started in a copy of it.

use std::rc::Rc;

use engine::workload::{PlannedPattern, recipe_of};
use yew::prelude::*;

use crate::components::{Button, ErrorPanel, Select, SelectOption};
use crate::hooks::{use_client, use_heat, use_route, use_session};
use crate::protocol::ClientError;
use crate::protocol::traffic::Workload;
use crate::state::explanation::plural;
use crate::state::route::Page;

/// What the recipe is called.
const NAME: &str = "Access patterns";
/// Its seed: the same patterns, the same traffic.
const SEED: u64 = 7;
/// The rates to choose from, in percent of what is expected.
const PERCENTS: [(u64, &str); 5] =
    [(1, "a hundredth of"), (10, "a tenth of"), (100, "exactly"), (1_000, "10 times"), (10_000, "100 times")];
/// For how long, in minutes.
const MINUTES: [u64; 4] = [1, 5, 15, 60];

/// The props of [`Drive`].
#[derive(Properties, PartialEq)]
pub struct DriveProps {
    /// The patterns.
    pub patterns: Rc<Vec<PlannedPattern>>,
}

/// The choice, and the start.
#[component]
pub fn Drive(props: &DriveProps) -> Html {
    let (api, heat, route, session) = (use_client(), use_heat(), use_route(), use_session());
    let percent = use_state_eq(|| 100_u64);
    let minutes = use_state_eq(|| 5_u64);
    let state = use_state_eq(|| (false, None::<ClientError>));
    let planned = props.patterns.iter().filter(|pattern| pattern.rate.times > 0).count();
    let onstart = {
        let (api, setter, route, patterns) = (api, state.setter(), route, props.patterns.clone());
        let (percent, minutes, recipes) = (*percent, *minutes, heat.recipes.clone());
        Callback::from(move |()| {
            let recipe = match recipe_of(&patterns, percent, SEED, minutes * 60_000) {
                Ok(recipe) => recipe,
                Err(error) => {
                    return setter.set((false, Some(ClientError::Protocol { message: error.message })));
                }
            };
            let workload = Workload { name: NAME.to_owned(), recipe };
            let (kept, table) = (workload.in_front_of(&recipes), workload.tables().into_iter().next());
            setter.set((true, None));
            let (api, setter, route) = (api.clone(), setter.clone(), route.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if let Err(error) = api.start_traffic(workload).await {
                    return setter.set((false, Some(error)));
                }
                setter.set((false, api.keep_recipes(kept).await.err()));
                route.go.emit(route.route.at(Page::Heat).on(table, None));
            });
        })
    };
    let choose = |setter: UseStateSetter<u64>| {
        Callback::from(move |text: String| setter.set(text.parse().unwrap_or(1)))
    };
    html! {
        <section class="patterns-drive" aria-label="Traffic at the patterns' rates">
            <h3>{ "Drive traffic" }</h3>
            <div class="patterns-drive-fields">
                <Select label="Send" name="drive-percent" value={percent.to_string()} onchange={choose(percent.setter())}
                    options={PERCENTS.map(|(percent, words)| SelectOption::new(percent.to_string(), format!("{words} their rates"))).to_vec()} />
                <Select label="For" name="drive-minutes" value={minutes.to_string()} onchange={choose(minutes.setter())}
                    options={MINUTES.map(|minutes| SelectOption::new(minutes.to_string(), plural(minutes, "minute"))).to_vec()} />
                <Button label="Start" icon="flame" onclick={onstart} action="drive-traffic" busy={state.0}
                    disabled={planned == 0 || !session.is_ready()} />
            </div>
            <p class="patterns-words">{ match planned as u64 {
                0 => "No pattern has a rate yet.".to_owned(),
                planned => format!("{} with a rate, mixed by their rates, in a copy of this workspace: the heat map shows what they do to its partitions.",
                    plural(planned, "pattern")),
            } }</p>
            if let Some(error) = &state.1 {
                <ErrorPanel error={error.clone()} />
            }
        </section>
    }
}
