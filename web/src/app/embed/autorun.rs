//! What runs by itself in a sandbox whose document asks for it, on the pages that look at traffic: the design's own recipe, else some traffic on
//! the table that is shown. The Query page sees to its request itself.

use yew::prelude::*;

use crate::hooks::{use_asked_run, use_client, use_heat, use_notices, use_route, use_session, use_tables};
use crate::pages::heat::Quick;
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;

/// Whether the page shows what traffic does.
fn shows_traffic(page: Page) -> bool {
    matches!(page, Page::Heat | Page::Cluster | Page::Streams | Page::Cost | Page::Advice)
}

/// Starts traffic where the address asks for it.
#[component]
pub fn Autorun() -> Html {
    let (api, heat, route, tables) = (use_client(), use_heat(), use_route(), use_tables());
    let (session, notices) = (use_session(), use_notices().dispatcher());
    let table = tables.chosen(route.route.table.as_deref());
    let own = heat.recipes.first().cloned();
    let workload = own.or_else(|| Quick::default().workload(table.map(|table| &**table)).ok());
    let ready = shows_traffic(route.route.page) && session.is_ready() && workload.is_some();
    let run = Callback::from(move |()| {
        let Some(workload) = workload.clone() else { return };
        let (started, notices) = (api.start_traffic(workload), notices.clone());
        wasm_bindgen_futures::spawn_local(async move {
            if let Err(error) = started.await {
                notices.dispatch(NoticeAction::Say(Level::Failed, show(&error).message));
            }
        });
    });
    use_asked_run(ready, run);
    Html::default()
}
