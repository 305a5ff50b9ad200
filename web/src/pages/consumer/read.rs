//! Reads mappings, and reads them again when something may have changed them.

use engine::consumer::progress::Logged;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use yew::prelude::*;

use super::source::Source;
use crate::hooks::{use_client, use_interval, use_session, use_timeline};
use engine::timeline::EventKind;

/// How often a mapping is read again while time goes on, in milliseconds.
const EVERY_MS: u32 = 1_000;

/// A mapping with its last invocations and the messages of its destination.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// The mapping.
    pub source: Source,
    /// Its last invocations, the newest first.
    pub invocations: Vec<Logged>,
    /// What its on-failure destination was told, the newest first.
    pub discarded: Vec<Value>,
}

/// All mappings, and the one that is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    /// All of them; none before they are read.
    pub all: Option<Vec<Source>>,
    /// The one that is shown.
    pub shown: Option<Shown>,
}

fn list<T: DeserializeOwned>(answer: Option<Value>, name: &str) -> Vec<T> {
    answer.and_then(|mut answer| serde_json::from_value(answer[name].take()).ok()).unwrap_or_default()
}

/// The mappings; the callback reads them again.
#[hook]
pub fn use_sources(uuid: Option<String>) -> (Sources, Callback<()>) {
    let (api, session, timeline) = (use_client(), use_session(), use_timeline());
    let sources = use_state_eq(Sources::default);
    let asked = use_state_eq(|| 0_u64);
    let count = use_mut_ref(|| 0_u64);
    let again = {
        let asked = asked.setter();
        use_callback((), move |(), ()| {
            *count.borrow_mut() += 1;
            asked.set(*count.borrow());
        })
    };
    use_interval(uuid.is_some(), EVERY_MS, again.clone());
    // What any mapping did, and what came into a stream.
    let newest =
        timeline.events().iter().rev().find(|event| {
            matches!(event.kind, EventKind::EventSource { .. } | EventKind::StreamRecord { .. })
        });
    let newest = newest.map(|event| event.id);
    {
        let sources = sources.setter();
        use_effect_with((session.opened, newest, *asked, uuid), move |(.., uuid)| {
            let (uuid, sources) = (uuid.clone(), sources);
            wasm_bindgen_futures::spawn_local(async move {
                let all = api.look("Dynascope.ListEventSourceMappings", &json!({})).await;
                let all: Vec<Source> = list(all, "EventSourceMappings");
                let chosen = uuid.filter(|uuid| all.iter().any(|source| source.uuid == *uuid));
                let shown = match chosen {
                    None => None,
                    Some(uuid) => {
                        let of = json!({ "UUID": uuid });
                        let source = api.look("Dynascope.GetEventSourceMapping", &of).await;
                        let source: Option<Source> = source.and_then(|one| serde_json::from_value(one).ok());
                        let invocations =
                            list(api.look("Dynascope.ListInvocations", &of).await, "Invocations");
                        let discarded =
                            list(api.look("Dynascope.ListDiscardedBatches", &of).await, "DiscardedBatches");
                        source.map(|source| Shown { source, invocations, discarded })
                    }
                };
                sources.set(Sources { all: Some(all), shown });
            });
        });
    }
    ((*sources).clone(), again)
}
