//! How many items two designs hold by now: what expires is seen by that.

use serde_json::json;
use yew::prelude::*;

use crate::hooks::{use_client, use_interval};
use crate::state::heat::Side;

/// How often they are counted while the traffic runs, in milliseconds.
const EVERY_MS: u32 = 2_000;

/// The items in all tables of each side; none until they are counted.
#[hook]
pub fn use_held(compared: Option<&[Side; 2]>) -> [Option<u64>; 2] {
    let api = use_client();
    let held = use_state_eq(|| [None::<u64>; 2]);
    let turn = use_state_eq(|| 0_u64);
    let running = compared.is_some_and(|sides| sides.iter().any(|side| side.traffic.is_running()));
    {
        let (turn, setter) = (*turn, turn.setter());
        use_interval(running, EVERY_MS, Callback::from(move |()| setter.set(turn + 1)));
    }
    let tables =
        compared.map(|sides| sides.each_ref().map(|side| (side.traffic.run, side.traffic.tables.clone())));
    {
        let held = held.setter();
        use_effect_with((tables, running, *turn), move |(tables, ..)| {
            let tables = tables.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let Some(tables) = tables else { return held.set([None; 2]) };
                let mut counted = [None; 2];
                for (at, (_, names)) in tables.into_iter().enumerate() {
                    let side = api.at_side(at);
                    for name in names {
                        let described = side.look("DescribeTable", &json!({ "TableName": name })).await;
                        let items = described.and_then(|described| described["Table"]["ItemCount"].as_u64());
                        counted[at] = items.map(|items| items + counted[at].unwrap_or(0)).or(counted[at]);
                    }
                }
                held.set(counted);
            });
        });
    }
    *held
}
