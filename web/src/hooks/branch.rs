//! The branch in which traffic runs, for pages that look into it: its tables, and a door that leads there.

use std::rc::Rc;

use yew::prelude::*;

use super::slices::{read_tables, use_heat};
use super::{Api, use_client};
use crate::protocol::Place;
use crate::state::tables::TableDescription;

/// The tables of the branch, by name: read when traffic starts. None while none runs, and until they are read.
#[hook]
pub fn use_branch_tables() -> Option<Rc<Vec<Rc<TableDescription>>>> {
    let (api, heat) = (use_client(), use_heat());
    let tables = use_state_eq(|| None::<Rc<Vec<Rc<TableDescription>>>>);
    let setter = tables.setter();
    let running = heat.traffic.is_some();
    use_effect_with(heat.traffic.clone(), move |traffic| {
        if traffic.is_none() {
            return setter.set(None);
        }
        wasm_bindgen_futures::spawn_local(async move {
            let list = read_tables(&api.at(Place::Traffic)).await;
            setter.set(list.map(|list| Rc::new(list.into_iter().map(Rc::new).collect())));
        });
    });
    (*tables).clone().filter(|_| running)
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
