//! The reading of a global table: each Region's part, again whenever something happened, and now and then while the clock runs.

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use crate::hooks::{Api, use_client, use_clock, use_interval, use_session, use_timeline};
use crate::state::regions::{GlobalTable, Member, Replica, Witness};

/// How often it is read anew while the clock runs, in milliseconds.
const EVERY_MS: u32 = 400;
const DESCRIBE: &str = "Dynascope.DescribeReplica";

/// An operation and its request, as they are sent to a Region: the workspace's own takes them as they are.
pub fn in_region(home: &str, region: &str, operation: &str, request: Value) -> (String, String) {
    if region == home {
        return (operation.to_owned(), request.to_string());
    }
    let wrapped = json!({ "RegionName": region, "Operation": operation, "Request": request });
    ("Dynascope.InRegion".to_owned(), wrapped.to_string())
}

async fn read(api: &Api, table: &str) -> Option<GlobalTable> {
    let request = json!({ "TableName": table });
    let home: Replica = serde_json::from_value(api.look(DESCRIBE, &request).await?).ok()?;
    let others: Vec<String> = home
        .members
        .iter()
        .filter(|member| !member.witness && member.status.is_some())
        .map(|member| member.region_name.clone())
        .collect();
    let witness = home.members.iter().find(|member| member.witness).cloned();
    let mut replicas = vec![home];
    for region in others {
        replicas.push(read_in(api, &region, &request).await?);
    }
    let witness = match witness {
        None => None,
        Some(Member { region_name, status, .. }) => {
            let dark = read_in(api, &region_name, &request).await?.is_dark();
            Some(Witness { region_name, status, dark })
        }
    };
    Some(GlobalTable { replicas, witness })
}

/// What another region says of itself.
async fn read_in(api: &Api, region: &str, request: &Value) -> Option<Replica> {
    let wrapped = json!({ "RegionName": region, "Operation": DESCRIBE, "Request": request });
    serde_json::from_value(api.look("Dynascope.InRegion", &wrapped).await?).ok()
}

/// The table, with the last good reading kept, and what reads it now.
#[hook]
pub fn use_regions(table: &str) -> (Option<Rc<GlobalTable>>, Callback<()>) {
    let (api, clock, session, timeline) = (use_client(), use_clock(), use_session(), use_timeline());
    let reading = use_state_eq(|| None::<Rc<GlobalTable>>);
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
    let when = (table.to_owned(), *asked, newest, clock.state, session.opened, api.moment());
    use_effect_with(when, move |(table, ..)| {
        let table = table.clone();
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(read) = read(&api, &table).await {
                setter.set(Some(Rc::new(read)));
            }
        });
    });
    ((*reading).clone(), refresh)
}
