//! Sends what the page asks for, and puts on the stage what came of it. The items are read with ConsistentRead after every
//! change: what is drawn is what is stored.

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use super::interlude::Interlude;
use super::stage::{Read, Stage, StageAction};
use super::standing::Standing;
use crate::hooks::{Api, use_client, use_tables};
use crate::protocol::ClientError;
use crate::state::request::rows::{Shape, rows};
use crate::state::tables::Tables;

/// What the page asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// The whole transaction at once.
    Run(String),
    /// Begin a stepped one, and send so many messages.
    Begin(String, usize),
    /// Send the next message, or all that are left.
    Step {
        /// To the end.
        all: bool,
    },
    /// Give it up.
    Abandon,
    /// Another client's request, on that item.
    Between {
        /// The item, from 0.
        item: usize,
        /// The API action.
        operation: String,
        /// Its JSON.
        request: String,
    },
    /// Show another transaction that is under way.
    Show(u64),
}

/// The stage, and who changes it.
#[derive(Clone, PartialEq)]
pub struct Conductor {
    /// What is on it.
    pub stage: UseReducerHandle<Stage>,
    /// Ask for something. Nothing happens while something else is not answered yet.
    pub ask: Callback<Job>,
}

/// The page's stage. A transaction that is under way is on it from the beginning.
#[hook]
pub fn use_conductor() -> Conductor {
    let api = use_client();
    let tables = use_tables();
    let stage = use_reducer(Stage::default);
    {
        let work = Work { api: api.clone(), tables: (*tables).clone(), stage: stage.dispatcher() };
        use_effect_with(tables.loaded, move |loaded| {
            if *loaded {
                wasm_bindgen_futures::spawn_local(async move { work.find(None).await });
            }
        });
    }
    let ask = {
        let (stage, tables) = (stage.clone(), tables.clone());
        Callback::from(move |job: Job| {
            if stage.busy {
                return;
            }
            let work = Work { api: api.clone(), tables: (*tables).clone(), stage: stage.dispatcher() };
            let now = (*stage).clone();
            stage.dispatch(StageAction::Busy);
            wasm_bindgen_futures::spawn_local(async move { work.perform(job, now).await });
        })
    };
    Conductor { stage, ask }
}

const STEP: &str = "Dynascope.StepTransaction";

struct Work {
    api: Api,
    tables: Tables,
    stage: UseReducerDispatcher<Stage>,
}

fn parse(text: &str) -> Result<Rc<Value>, ClientError> {
    let broken = |error| ClientError::Protocol { message: format!("The answer is not JSON: {error}.") };
    serde_json::from_str(text).map(Rc::new).map_err(broken)
}

/// The exception of a refused request, as its body.
pub fn body_of(error: &ClientError) -> Option<Value> {
    match error {
        ClientError::Api { body, .. } => serde_json::from_str(body).ok(),
        _ => None,
    }
}

impl Work {
    async fn perform(&self, job: Job, now: Stage) {
        match job {
            Job::Run(text) => self.run(text).await,
            Job::Begin(text, messages) => self.begin(text, messages).await,
            Job::Step { all } => {
                let Some(standing) = now.under_way() else { return };
                self.send(STEP, standing, &now.request, if all { usize::MAX } else { 1 }).await;
            }
            Job::Abandon => {
                let Some(standing) = now.under_way() else { return };
                self.send("Dynascope.AbandonTransaction", standing, &now.request, 1).await;
            }
            Job::Between { item, operation, request } => {
                let after = now.standing.as_ref().map_or(0, |standing| standing.messages().len());
                let reply = self.api.call(operation.clone(), request).await;
                let event = reply.events.last().map(|event| event.id);
                let outcome = reply.result.and_then(|text| parse(&text));
                self.stage.dispatch(StageAction::Between(Interlude {
                    after,
                    item,
                    operation,
                    outcome,
                    event,
                }));
                self.look(&now.request).await;
            }
            Job::Show(number) => self.find(Some(number)).await,
        }
    }

    /// Reads the items of a request.
    async fn items(&self, request: &Value) -> Vec<Read> {
        let mut items = Vec::new();
        for row in rows(Shape::Actions, request) {
            let table = self.tables.get(row.table());
            let key = row.key(table.map(|table| &table.keys));
            let get = json!({ "TableName": row.table(), "Key": key, "ConsistentRead": true });
            let answer = self.api.look("GetItem", &get).await;
            items.push(answer.and_then(|answer| answer.get("Item").cloned().map(Rc::new)));
        }
        items
    }

    async fn look(&self, request: &Value) {
        self.stage.dispatch(StageAction::Items(self.items(request).await));
    }

    async fn run(&self, text: String) {
        let request: Rc<Value> = serde_json::from_str(&text).map(Rc::new).unwrap_or_default();
        let before = self.items(&request).await;
        let reply = self.api.call("TransactWriteItems", text).await;
        let standing = Standing::of_events(&request, &reply.events);
        match (standing, reply.result) {
            (Some(mut standing), result) => {
                standing.error = result.as_ref().err().and_then(body_of);
                self.stage.dispatch(StageAction::Begun(standing, request.clone(), before));
                self.look(&request).await;
            }
            (None, Ok(_)) => self.stage.dispatch(StageAction::Repeated(request)),
            (None, Err(error)) => self.refused(error),
        }
    }

    async fn begin(&self, text: String, messages: usize) {
        let request: Rc<Value> = serde_json::from_str(&text).map(Rc::new).unwrap_or_default();
        let before = self.items(&request).await;
        let reply = self.api.call("Dynascope.BeginTransactWriteItems", text).await;
        match reply.result.and_then(|text| parse(&text)) {
            Err(error) => self.refused(error),
            Ok(answer) => match Standing::read(&answer) {
                None => self.stage.dispatch(StageAction::Repeated(request)),
                Some(standing) => {
                    self.stage.dispatch(StageAction::Begun(standing.clone(), request.clone(), before));
                    if messages > 0 {
                        self.stage.dispatch(StageAction::Busy);
                        self.send(STEP, &standing, &request, messages).await;
                    }
                }
            },
        }
    }

    fn refused(&self, error: ClientError) {
        self.stage.dispatch(StageAction::Clear);
        self.stage.dispatch(StageAction::Failed(error));
    }

    /// Sends an operation on the transaction so often, or until it is over.
    async fn send(&self, operation: &'static str, standing: &Standing, request: &Value, times: usize) {
        let number = json!({ "Transaction": standing.number }).to_string();
        for _ in 0..times {
            let reply = self.api.call(operation, number.clone()).await;
            let answer = reply.result.and_then(|text| parse(&text));
            match answer.map(|answer| Standing::read(&answer)) {
                Ok(Some(standing)) => {
                    let over = standing.is_over();
                    self.stage.dispatch(StageAction::Stood(standing));
                    if over {
                        break;
                    }
                }
                Ok(None) => break,
                Err(error) => return self.refused(error),
            }
        }
        self.look(request).await;
        self.others(standing.number).await;
    }

    async fn under_way(&self) -> Vec<Value> {
        let answer = self.api.look("Dynascope.ListTransactions", &json!({})).await;
        answer
            .and_then(|mut answer| answer["Transactions"].as_array_mut().map(std::mem::take))
            .unwrap_or_default()
    }

    async fn others(&self, but: u64) {
        let list = self.under_way().await;
        let others = list.iter().filter_map(|entry| entry["Transaction"].as_u64());
        let others = others.filter(|number| *number != but).collect();
        self.stage.dispatch(StageAction::Others(others));
    }

    /// Puts a transaction that is under way on the stage: that one, or the first.
    async fn find(&self, number: Option<u64>) {
        let list = self.under_way().await;
        let wanted = |entry: &&Value| number.is_none() || entry["Transaction"].as_u64() == number;
        let found = list.iter().find(wanted).or(list.first());
        let Some((entry, standing)) = found.and_then(|entry| Some((entry, Standing::read(entry)?))) else {
            return;
        };
        let (request, number) = (Rc::new(entry["Request"].clone()), standing.number);
        let items = self.items(&request).await;
        self.stage.dispatch(StageAction::Begun(standing, request, items));
        self.others(number).await;
    }
}
