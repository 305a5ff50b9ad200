//! The branch in which traffic runs, for pages that look into it: its tables, and a door that leads there.

use std::rc::Rc;

use yew::prelude::*;

use super::slices::{read_tables, use_heat};
use super::{Api, use_client};
use crate::protocol::Place;
use crate::protocol::traffic::TrafficPhase;
use crate::state::tables::TableDescription;

/// The tables of the branch, by name: read when traffic is started, and when it has what it begins with. None where there is no
/// branch, and until they are read.
#[hook]
pub fn use_branch_tables() -> Option<Rc<Vec<Rc<TableDescription>>>> {
    let (api, heat) = (use_client(), use_heat());
    let tables = use_state_eq(|| None::<Rc<Vec<Rc<TableDescription>>>>);
    let setter = tables.setter();
    let branch = heat.traffic.as_ref().and_then(|traffic| match traffic.phase {
        TrafficPhase::Failed { .. } => None,
        TrafficPhase::Filling { .. } => Some((traffic.run, false)),
        TrafficPhase::Running | TrafficPhase::Stopped { .. } => Some((traffic.run, true)),
    });
    use_effect_with(branch, move |branch| {
        if branch.is_none() {
            return setter.set(None);
        }
        wasm_bindgen_futures::spawn_local(async move {
            let list = read_tables(&api.at(Place::Traffic)).await;
            setter.set(list.map(|list| Rc::new(list.into_iter().map(Rc::new).collect())));
        });
    });
    (*tables).clone().filter(|_| branch.is_some())
}

/// The props of [`AtPlace`].
#[derive(Properties, PartialEq)]
pub struct AtPlaceProps {
    /// Where.
    pub place: Place,
    /// Whose requests go there.
    pub children: Html,
}

/// Everything inside asks in that place.
#[component]
pub fn AtPlace(props: &AtPlaceProps) -> Html {
    let api = use_client().at(props.place);
    html! { <ContextProvider<Api> context={api}>{ props.children.clone() }</ContextProvider<Api>> }
}
