//! The reading of backups and of a table's point-in-time recovery: again whenever something happened, and now and then while the clock
//! runs.

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use crate::hooks::{Api, use_client, use_clock, use_interval, use_session, use_timeline};
use crate::state::backups::{History, Recovery, Summary, summaries};

/// How often it is read anew while the clock runs, in milliseconds.
const EVERY_MS: u32 = 1000;

/// What was last read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// All backups of the Region.
    pub backups: Vec<Summary>,
    /// The table's recovery; none where there is no table.
    pub recovery: Option<Recovery>,
    /// Its history, and what it held at the chosen moment.
    pub history: History,
    /// What it holds now.
    pub present: History,
    /// Until when the history was counted: now.
    pub until_ms: u64,
    /// Of which moment the items are.
    pub at_ms: u64,
}

async fn history(api: &Api, request: Value) -> Option<History> {
    serde_json::from_value(api.look("Dynascope.DescribeHistory", &request).await?).ok()
}

async fn read(api: &Api, table: Option<&str>, now_ms: u64, chosen: Option<u64>) -> Option<Reading> {
    let listed = api.look("ListBackups", &json!({ "BackupType": "ALL" })).await?;
    let mut reading = Reading { backups: summaries(&listed), until_ms: now_ms, ..Reading::default() };
    let Some(table) = table else { return Some(reading) };
    let described = api.look("DescribeContinuousBackups", &json!({ "TableName": table })).await;
    let recovery = described.map(|answer| Recovery::read(&answer));
    reading.recovery = recovery;
    if let Some(recovery) = recovery.filter(|recovery| recovery.enabled) {
        let at_ms = recovery.nearest(chosen.unwrap_or(recovery.latest_ms));
        reading.until_ms = now_ms.max(recovery.latest_ms + 1000);
        reading.at_ms = at_ms;
        let asked = json!({
            "TableName": table, "FromMilliseconds": recovery.earliest_ms, "UntilMilliseconds": reading.until_ms, "AtMilliseconds": at_ms
        });
        reading.history = history(api, asked).await?;
        let now = json!({ "TableName": table, "AtMilliseconds": reading.until_ms });
        reading.present = history(api, now).await?;
    }
    Some(reading)
}

/// The reading, with the last good one kept, and what reads it now.
#[hook]
pub fn use_backups(
    table: Option<String>,
    chosen: Option<u64>,
    now_ms: u64,
) -> (Option<Rc<Reading>>, Callback<()>) {
    let (api, clock, session, timeline) = (use_client(), use_clock(), use_session(), use_timeline());
    let reading = use_state_eq(|| None::<Rc<Reading>>);
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
    let newest = timeline.events().back().map(|event| event.id);
    let when = (table, chosen, *asked, newest, clock.state, session.opened, api.moment());
    use_effect_with(when, move |(table, chosen, ..)| {
        let (table, chosen) = (table.clone(), *chosen);
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(read) = read(&api, table.as_deref(), now_ms, chosen).await {
                setter.set(Some(Rc::new(read)));
            }
        });
    });
    ((*reading).clone(), refresh)
}
