//! A key that is typed in and followed: to its hash, to its partition, to the zones that keep it.

use engine::timeline::PartitionId;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use yew::prelude::*;

use super::called;
use crate::components::{ErrorPanel, Field};
use crate::hooks::use_client;
use crate::protocol::ClientError;
use crate::state::cluster::Partition;
use crate::state::tables::Keys;

/// What `Dynascope.LocateKey` answers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Located {
    /// The key, as text.
    pub key: String,
    /// Its hash, in 16 hexadecimal digits.
    pub hash: String,
    /// The partition, or those of the item collection.
    pub partitions: Vec<Partition>,
}

/// The props of [`LocateKey`].
#[derive(Properties, PartialEq)]
pub struct LocateKeyProps {
    /// The table.
    pub table: String,
    /// The global index; none for the table.
    pub index: Option<String>,
    /// Its key.
    pub keys: Keys,
    /// The partitions and the zones of their leaders: when they change, the key is followed again.
    pub standing: Vec<(PartitionId, String)>,
    /// What was found last.
    pub found: Option<Located>,
    /// What was found; none where the key was refused.
    pub onlocated: Callback<Option<Located>>,
}

/// The key of what was typed; sort keys that are left empty are left out.
fn key_of(keys: &Keys, typed: &[String]) -> Value {
    let mut key = Map::new();
    for (at, part) in keys.all().enumerate() {
        let text = typed.get(at).map_or("", String::as_str);
        if !text.is_empty() || at < keys.hash.len() {
            key.insert(part.name.clone(), json!({ part.attribute_type.clone(): text }));
        }
    }
    Value::Object(key)
}

/// The form, and where its key is.
#[component]
pub fn LocateKey(props: &LocateKeyProps) -> Html {
    let api = use_client();
    let typed = use_state_eq(Vec::<String>::new);
    let refused = use_state_eq(|| None::<ClientError>);
    let asked = use_mut_ref(|| None::<Value>);
    {
        let (api, asked, onlocated) = (api.clone(), asked.clone(), props.onlocated.clone());
        use_effect_with(props.standing.clone(), move |_| {
            let Some(request) = asked.borrow().clone() else { return };
            wasm_bindgen_futures::spawn_local(async move {
                let answer = api.look("Dynascope.LocateKey", &request).await;
                onlocated.emit(answer.and_then(|answer| serde_json::from_value(answer).ok()));
            });
        });
    }
    let onsubmit = {
        let (api, typed, refused, onlocated) =
            (api.clone(), typed.clone(), refused.setter(), props.onlocated.clone());
        let (table, index, keys) = (props.table.clone(), props.index.clone(), props.keys.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mut request = json!({ "TableName": table, "Key": key_of(&keys, &typed) });
            if let Some(index) = &index {
                request["IndexName"] = json!(index);
            }
            *asked.borrow_mut() = Some(request.clone());
            let reply = api.call("Dynascope.LocateKey", request.to_string());
            let (refused, onlocated) = (refused.clone(), onlocated.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match reply.await.result {
                    Ok(body) => {
                        refused.set(None);
                        onlocated.emit(serde_json::from_str(&body).ok());
                    }
                    Err(error) => {
                        refused.set(Some(error));
                        onlocated.emit(None);
                    }
                }
            });
        })
    };
    let field = |(at, name): (usize, String)| {
        let (typed, setter) = ((*typed).clone(), typed.setter());
        let value = typed.get(at).cloned().unwrap_or_default();
        let oninput = Callback::from(move |text: String| {
            let mut next = typed.clone();
            next.resize(next.len().max(at + 1), String::new());
            next[at] = text;
            setter.set(next);
        });
        html! { <Field key={name.clone()} label={name.clone()} name={format!("locate-{name}")} {value} {oninput} mono={true} /> }
    };
    html! {
        <form class="cluster-locate" {onsubmit}>
            <h3>{ "Where is a key?" }</h3>
            { for props.keys.names().into_iter().enumerate().map(field) }
            <button class="button" data-kind="plain" data-action="locate"><span>{ "Follow it" }</span></button>
            if let Some(error) = &*refused {
                <ErrorPanel error={error.clone()} />
            }
            if let Some(found) = &props.found {
                <ol class="cluster-way" data-part="located" aria-label="The key's way">
                    <li><small>{ "key" }</small><code>{ &found.key }</code></li>
                    <li><small>{ "hash" }</small><code>{ &found.hash }</code></li>
                    { for found.partitions.iter().map(|partition| html! {
                        <li data-partition={partition.partition_id.to_string()}>
                            <small>{ "partition" }</small>
                            <span><b>{ called(partition) }</b>{ format!(", led in {}", partition.leader_zone) }</span>
                        </li>
                    }) }
                </ol>
            }
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tables::KeyPart;

    #[test]
    fn an_empty_sort_key_locates_the_whole_collection() {
        let part = |name: &str, kind: &str| KeyPart { name: name.into(), attribute_type: kind.into() };
        let keys = Keys { hash: vec![part("user", "S")], range: vec![part("at", "N")] };
        assert_eq!(key_of(&keys, &["a".into(), String::new()]), json!({"user": {"S": "a"}}));
        assert_eq!(key_of(&keys, &["a".into(), "7".into()]), json!({"user": {"S": "a"}, "at": {"N": "7"}}));
        assert_eq!(key_of(&keys, &[]), json!({"user": {"S": ""}}));
    }
}
