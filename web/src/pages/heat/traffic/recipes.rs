//! The recipes that are kept with the workspace: each can be started again, opened in the composer, or forgotten.

use yew::prelude::*;

use super::compose::open_in_composer;
use super::starting::Starting;
use crate::components::{Button, ButtonKind};
use crate::hooks::{use_client, use_heat, use_route, use_session};
use crate::protocol::traffic::Workload;

/// The props of [`Recipes`].
#[derive(Properties, PartialEq)]
pub struct RecipesProps {
    /// Starts traffic.
    pub starting: Starting,
}

/// The list.
#[component]
pub fn Recipes(props: &RecipesProps) -> Html {
    let (heat, api, route, session) = (use_heat(), use_client(), use_route(), use_session());
    if heat.recipes.is_empty() {
        return Html::default();
    }
    let entry = |(at, workload): (usize, &Workload)| {
        let start = {
            let (start, workload) = (props.starting.start.clone(), workload.clone());
            Callback::from(move |()| start.emit(workload.clone()))
        };
        let open = {
            let (route, workload, workspace) = (route.clone(), workload.clone(), session.workspace.clone());
            Callback::from(move |()| {
                open_in_composer(&workspace, &workload);
                route.go.emit(route.route.with("view", Some("compose".to_owned())));
            })
        };
        let forget = {
            let (api, recipes) = (api.clone(), heat.recipes.clone());
            Callback::from(move |()| {
                let mut left = (*recipes).clone();
                left.remove(at);
                let kept = api.keep_recipes(left);
                // Where it cannot be stored the list is read again at the next opening.
                wasm_bindgen_futures::spawn_local(async move { drop(kept.await) });
            })
        };
        html! {
            <li data-recipe={workload.name.clone()}>
                <span>{ &workload.name }</span>
                <Button label={format!("Start {}", workload.name)} icon="play" icon_only={true} kind={ButtonKind::Quiet} onclick={start}
                    disabled={props.starting.busy} action="start-recipe" />
                <Button label={format!("Open {} in the composer", workload.name)} icon="pencil" icon_only={true} kind={ButtonKind::Quiet}
                    onclick={open} action="open-recipe" />
                <Button label={format!("Forget {}", workload.name)} icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={forget}
                    action="forget-recipe" />
            </li>
        }
    };
    html! {
        <section class="heat-recipes" data-part="recipes">
            <h4>{ "Recipes of this workspace" }</h4>
            <ul>{ for heat.recipes.iter().enumerate().map(entry) }</ul>
        </section>
    }
}
