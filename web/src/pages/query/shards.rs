//! The shards of the stream that a request is about, to be offered in its form.

use serde_json::{Value, json};
use yew::prelude::*;

use crate::hooks::use_client;

/// The ids of the stream's shards; none while it is not known.
#[hook]
pub fn use_shards(stream: String) -> Vec<AttrValue> {
    let shards = use_state_eq(Vec::<AttrValue>::new);
    let api = use_client();
    let setter = shards.setter();
    use_effect_with((stream, api.moment()), move |(stream, _)| {
        let stream = stream.clone();
        wasm_bindgen_futures::spawn_local(async move {
            if stream.is_empty() {
                return setter.set(Vec::new());
            }
            let answer = api.look("DescribeStream", &json!({ "StreamArn": stream })).await;
            let answer = answer.unwrap_or_default();
            let list = answer["StreamDescription"]["Shards"].as_array().cloned().unwrap_or_default();
            let name = |shard: &Value| shard["ShardId"].as_str().map(|id| AttrValue::from(id.to_owned()));
            setter.set(list.iter().filter_map(name).collect());
        });
    });
    (*shards).clone()
}
