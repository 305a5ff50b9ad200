//! Starting traffic: the order, its answer, and the recipe that is kept with the workspace.

use yew::prelude::*;

use crate::hooks::{use_client, use_heat, use_route};
use crate::protocol::ClientError;
use crate::protocol::traffic::Workload;

/// Starting traffic: whether an order is under way, what is wrong with the last one, and the order.
#[derive(Clone, PartialEq)]
pub struct Starting {
    /// The order was given and not answered yet.
    pub busy: bool,
    /// Why the last order was refused.
    pub refused: Option<ClientError>,
    /// Start this.
    pub start: Callback<Workload>,
}

/// Starts traffic, shows the map of its first table, and keeps the recipe with the workspace.
#[hook]
pub fn use_starting() -> Starting {
    let (api, heat, route) = (use_client(), use_heat(), use_route());
    let state = use_state_eq(|| (false, None::<ClientError>));
    let setter = state.setter();
    let deps = (api, heat.recipes.clone(), route);
    let start = use_callback(deps, move |workload: Workload, (api, recipes, route)| {
        setter.set((true, None));
        let (api, setter, route) = (api.clone(), setter.clone(), route.clone());
        let recipes = workload.in_front_of(recipes);
        let tables = workload.tables();
        wasm_bindgen_futures::spawn_local(async move {
            if let Err(error) = api.start_traffic(workload).await {
                return setter.set((false, Some(error)));
            }
            let shown = route.route.table.clone().filter(|table| tables.contains(table));
            let to = route.route.on(shown.or(tables.first().cloned()), None).with("view", None);
            if to != route.route {
                route.go.emit(to);
            }
            setter.set((false, api.keep_recipes(recipes).await.err()));
        });
    });
    let (busy, refused) = (*state).clone();
    Starting { busy, refused, start }
}
