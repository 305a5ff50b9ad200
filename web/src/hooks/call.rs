//! One call's state for a page.

use std::cell::Cell;
use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use super::use_client;
use crate::client::Reply;
use crate::protocol::ClientError;
use crate::state::call::{Answer, CallAction, CallState, Failure};

/// A call that can be made again and again.
#[derive(Clone, PartialEq)]
pub struct CallHandle {
    /// Where it stands.
    pub state: UseReducerHandle<CallState>,
    /// Sends `(operation, request)`. An answer that is overtaken by a newer call is dropped.
    pub run: Callback<(String, String)>,
    /// Forgets answer and failure.
    pub reset: Callback<()>,
}

/// A call of the page's own.
#[hook]
pub fn use_call() -> CallHandle {
    let api = use_client();
    let state = use_reducer(CallState::default);
    let newest = use_memo((), |()| Cell::new(0_u64));
    let run = {
        let (dispatcher, newest) = (state.dispatcher(), newest.clone());
        use_callback(api, move |(operation, request): (String, String), api| {
            let number = newest.get() + 1;
            newest.set(number);
            dispatcher.dispatch(CallAction::Sent);
            let (api, dispatcher, newest) = (api.clone(), dispatcher.clone(), newest.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let reply = api.call(operation.clone(), request.clone()).await;
                if newest.get() == number {
                    dispatcher.dispatch(answered(operation, request, reply));
                }
            });
        })
    };
    let reset = {
        let dispatcher = state.dispatcher();
        use_callback((), move |(), ()| {
            newest.set(newest.get() + 1);
            dispatcher.dispatch(CallAction::Reset);
        })
    };
    CallHandle { state, run, reset }
}

fn answered(operation: String, request: String, reply: Reply) -> CallAction {
    let (request, events, now_ms) = (Rc::from(request), Rc::new(reply.events), reply.now_ms);
    let parsed = reply.result.and_then(|response| match serde_json::from_str::<Value>(&response) {
        Ok(value) => Ok((response, value)),
        Err(error) => Err(ClientError::Protocol { message: format!("The answer is not JSON: {error}.") }),
    });
    CallAction::Answered(match parsed {
        Ok((response, value)) => Ok(Answer {
            operation,
            request,
            response: Rc::from(response),
            value: Rc::new(value),
            events,
            now_ms,
        }),
        Err(error) => Err(Rc::new(Failure { operation, request, error, events, now_ms })),
    })
}
