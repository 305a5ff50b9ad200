//! How many partitions a table and its indexes have, as the inspector's `Dynascope.ListPartitions` lists them.

use std::rc::Rc;

use yew::prelude::*;

use super::use_client;
use crate::state::explanation::Totals;

/// The number of partitions of a table and of each of its global indexes; read again whenever `when` changes.
#[hook]
pub fn use_partition_totals<T: PartialEq + 'static>(table: Option<String>, when: T) -> Rc<Totals> {
    let totals = use_state_eq(Rc::<Totals>::default);
    let api = use_client();
    let setter = totals.setter();
    use_effect_with((table, when, api.moment()), move |(table, ..)| {
        let Some(table) = table.clone() else { return };
        wasm_bindgen_futures::spawn_local(async move {
            let request = serde_json::json!({ "TableName": table });
            let Some(answer) = api.look("Dynascope.ListPartitions", &request).await else { return };
            let mut read = Totals::new();
            for partition in answer["Partitions"].as_array().into_iter().flatten() {
                let name = match partition["IndexName"].as_str() {
                    Some(index) => format!("{table} / {index}"),
                    None => table.clone(),
                };
                *read.entry(name).or_default() += 1;
            }
            setter.set(Rc::new(read));
        });
    });
    (*totals).clone()
}
