//! `&run` in an address: the page does by itself what its first button does, once it can.

use yew::prelude::*;

use super::use_route;

/// The parameter.
const RUN: &str = "run";

/// Runs once where the address asks for it and all that is needed is there, and takes it out of the address.
#[hook]
pub fn use_asked_run(ready: bool, run: Callback<()>) {
    let route = use_route();
    let asked = ready && route.route.rest.contains_key(RUN);
    use_effect_with(asked, move |asked| {
        if *asked {
            run.emit(());
            route.replace.emit(route.route.with(RUN, None));
        }
    });
}
