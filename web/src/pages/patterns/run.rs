//! Running patterns: each use is one request by the one door, or all of its pages, its parameters drawn anew.
//!
//! What they came to stays when the page is left ([`crate::state::patterns::PatternRuns`]). What a pattern writes is written into the workspace.

use std::rc::Rc;

use engine::insight::Seen;
use engine::workload::{Asking, PlannedPattern};
use serde_json::Value;
use yew::prelude::*;

use crate::hooks::{Api, use_client, use_pattern_runs, use_session, use_workspace_ms};
use crate::protocol::ClientError;
use crate::state::call::next_page;
use crate::state::patterns::{RunsAction, Used, Uses};

/// So many pages of one use are read at most.
const PAGES_MAX: u64 = 200;
/// How often the workspace's time is looked at, in milliseconds: parameters hold it.
const TIME_MS: u32 = 1_000;

/// The uses, and how to make some.
#[derive(Clone, PartialEq)]
pub struct Runs {
    /// The newest use of each pattern.
    pub uses: Rc<Uses>,
    /// Whether some are under way.
    pub busy: bool,
    /// Use each of these once, one after the other.
    pub run: Callback<Vec<PlannedPattern>>,
}

/// The uses in this workspace.
#[hook]
pub fn use_runs() -> Runs {
    let (api, session, made) = (use_client(), use_session(), use_pattern_runs());
    let now_ms = use_workspace_ms(TIME_MS);
    // Each use draws its parameters from a seed of its own.
    let seed = use_mut_ref(|| 0_u64);
    let workspace = session.workspace.clone();
    let (uses, busy) = (made.of(&workspace), made.is_busy(&workspace));
    let run = {
        let dispatcher = made.dispatcher();
        Callback::from(move |patterns: Vec<PlannedPattern>| {
            let names = patterns.iter().map(|pattern| pattern.name.clone()).collect();
            let workspace = workspace.clone();
            dispatcher.dispatch(RunsAction::Begun(workspace.clone(), names));
            let (api, dispatcher, seed) = (api.clone(), dispatcher.clone(), seed.clone());
            wasm_bindgen_futures::spawn_local(async move {
                for pattern in patterns {
                    *seed.borrow_mut() += 1;
                    let drawn_from = *seed.borrow();
                    let used = one_use(&api, pattern, drawn_from, now_ms).await;
                    dispatcher.dispatch(RunsAction::Used(workspace.clone(), Rc::new(used)));
                }
            });
        })
    };
    Runs { uses, busy, run }
}

/// One use: its first request, and the pages behind it where all are wanted.
async fn one_use(api: &Api, pattern: PlannedPattern, seed: u64, now_ms: u64) -> Used {
    let filled = Asking::new(&pattern).map(|mut asking| {
        asking.seed(seed);
        asking.next(now_ms)
    });
    let first = match filled {
        Ok(request) => Rc::new(request),
        Err(error) => {
            let fault = ClientError::Protocol { message: error.message };
            let (request, seen) = (Rc::new(pattern.request.clone()), Err((Seen::default(), fault)));
            return Used { pattern, request, events: Rc::default(), seen, more: false };
        }
    };
    let (mut request, mut seen) = ((*first).clone(), None::<Seen>);
    loop {
        let reply = api.call(pattern.operation.clone(), request.to_string()).await;
        let page = Seen::of(&reply.events);
        let so_far = match seen.take() {
            Some(before) => before.and(page),
            None => page,
        };
        let events = Rc::new(reply.events);
        let response = match reply.result {
            Ok(text) => serde_json::from_str::<Value>(&text).unwrap_or_default(),
            Err(error) => {
                return Used { pattern, request: first, events, seen: Err((so_far, error)), more: false };
            }
        };
        match next_page(&request, &response) {
            Some(next) if pattern.all_pages && so_far.requests < PAGES_MAX => {
                request = next;
                seen = Some(so_far);
            }
            next => {
                return Used { pattern, request: first, events, seen: Ok(so_far), more: next.is_some() };
            }
        }
    }
}
