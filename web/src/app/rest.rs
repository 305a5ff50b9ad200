//! What is drawn once its code is here: a page that the first visit does not show (see [`crate::rest`]).

use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState};
use crate::rest;

/// The props of [`WithRest`].
#[derive(Properties, PartialEq)]
pub struct WithRestProps {
    /// What needs it.
    pub children: Html,
}

#[derive(Clone, PartialEq)]
enum Rest {
    Coming,
    Here,
    Missing(String),
}

/// Draws what is in it as soon as it can be.
#[component]
pub fn WithRest(props: &WithRestProps) -> Html {
    let rest = use_state_eq(|| if rest::is_here() { Rest::Here } else { Rest::Coming });
    let bring = {
        let setter = rest.setter();
        use_callback((), move |(), ()| {
            let setter = setter.clone();
            setter.set(Rest::Coming);
            wasm_bindgen_futures::spawn_local(async move {
                setter.set(rest::bring().await.map_or_else(Rest::Missing, |()| Rest::Here));
            });
        })
    };
    use_effect_with(bring.clone(), |bring| {
        if !rest::is_here() {
            bring.emit(());
        }
    });
    match &*rest {
        Rest::Here => props.children.clone(),
        Rest::Coming => html! {
            <div class="opening" role="status" aria-busy="true">{ "Loading the page…" }</div>
        },
        Rest::Missing(why) => html! {
            <div class="screen" role="alert" data-screen="rest">
                <EmptyState icon="octagon-alert" title="This page could not be loaded">
                    <p>{ why }</p>
                    <Button label="Try again" icon="rotate-cw" kind={ButtonKind::Primary} onclick={bring} action="bring-rest" />
                </EmptyState>
            </div>
        },
    }
}
