//! The reading of a table's cluster: again whenever something happened, and now and then while the clock runs.

use std::rc::Rc;

use engine::timeline::Event;
use serde_json::json;
use yew::prelude::*;

use crate::hooks::{use_client, use_clock, use_heat, use_interval, use_session, use_timeline};
use crate::protocol::Place;
use crate::state::cluster::{Buckets, Cluster};

/// How often lags and tokens are read anew while the clock runs, in milliseconds.
const EVERY_MS: u32 = 500;

/// A cluster as it was last read.
#[derive(Clone, PartialEq)]
pub struct Reading {
    /// Its partitions.
    pub cluster: Rc<Cluster>,
    /// Its tokens.
    pub buckets: Rc<Buckets>,
}

/// What happened in that place and is wanted, the newest first, so many at most.
#[hook]
pub fn use_newest(place: Place, most: usize, wanted: impl Fn(&Event) -> bool) -> Vec<Rc<Event>> {
    let (timeline, heat) = (use_timeline(), use_heat());
    let events = if place == Place::Traffic { &heat.branch } else { timeline.events() };
    events.iter().rev().filter(|event| event.region.is_none() && wanted(event)).take(most).cloned().collect()
}

/// The cluster, with the last good reading kept, and what reads it now.
#[hook]
pub fn use_cluster(table: &str, place: Place) -> (Option<Reading>, Callback<()>) {
    let (api, clock, session) = (use_client(), use_clock(), use_session());
    let (timeline, heat) = (use_timeline(), use_heat());
    let reading = use_state_eq(|| None::<Reading>);
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
    let setter = reading.setter();
    let events = if place == Place::Traffic { &heat.branch } else { timeline.events() };
    let newest = events.back().map(|event| event.id);
    let when = (table.to_owned(), place, *asked, newest, clock.state, session.opened, api.moment());
    use_effect_with(when, move |(table, ..)| {
        let request = json!({ "TableName": table });
        wasm_bindgen_futures::spawn_local(async move {
            let Some(cluster) = api.look("Dynascope.ListPartitions", &request).await else { return };
            let Some(buckets) = api.look("Dynascope.ListBuckets", &request).await else { return };
            if let (Ok(cluster), Ok(buckets)) =
                (serde_json::from_value(cluster), serde_json::from_value(buckets))
            {
                setter.set(Some(Reading { cluster: Rc::new(cluster), buckets: Rc::new(buckets) }));
            }
        });
    });
    ((*reading).clone(), refresh)
}
