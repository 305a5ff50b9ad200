//! The reading of a table's cluster: again whenever something happened, and now and then while the clock runs.

use std::rc::Rc;

use serde_json::json;
use yew::prelude::*;

use crate::hooks::{use_client, use_clock, use_interval, use_session, use_timeline};
use crate::state::cluster::Cluster;

/// How often lags are read anew while the clock runs, in milliseconds.
const EVERY_MS: u32 = 500;

/// The cluster, with the last good reading kept, and what reads it now.
#[hook]
pub fn use_cluster(table: &str) -> (Option<Rc<Cluster>>, Callback<()>) {
    let (api, clock, timeline, session) = (use_client(), use_clock(), use_timeline(), use_session());
    let cluster = use_state_eq(|| None::<Rc<Cluster>>);
    let asked = use_state_eq(|| 0_u64);
    let again = use_mut_ref(|| 0_u64);
    let refresh = {
        let asked = asked.setter();
        use_callback((), move |(), ()| {
            *again.borrow_mut() += 1;
            asked.set(*again.borrow());
        })
    };
    use_interval(!clock.state.pace.paused, EVERY_MS, refresh.clone());
    let setter = cluster.setter();
    let newest = timeline.events().back().map(|event| event.id);
    let when = (table.to_owned(), *asked, newest, clock.state, session.opened);
    use_effect_with(when, move |(table, ..)| {
        let request = json!({ "TableName": table });
        wasm_bindgen_futures::spawn_local(async move {
            let Some(answer) = api.look("Dynascope.ListPartitions", &request).await else { return };
            if let Ok(read) = serde_json::from_value::<Cluster>(answer) {
                setter.set(Some(Rc::new(read)));
            }
        });
    });
    ((*cluster).clone(), refresh)
}
