//! Sends what the page asks for, and keeps what came of it: the run, what was explored, and where its replay stands.

use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use yew::prelude::*;

use super::scene::{Explored, Scene};
use crate::hooks::{Api, use_client};
use crate::protocol::ClientError;
use crate::state::reducible;

/// What is on the stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stage {
    /// The run; none before it begins.
    pub scene: Option<Rc<Scene>>,
    /// What was explored.
    pub explored: Option<Rc<Explored>>,
    /// The counterexample is shown after so many steps.
    pub replay: Option<usize>,
    /// Something was sent and is not answered yet.
    pub busy: bool,
    /// What was refused.
    pub failure: Option<ClientError>,
}

/// What can happen to the stage.
#[derive(Clone, Debug)]
pub enum StageAction {
    /// Something was sent.
    Busy,
    /// The run stands so.
    Scene(Scene),
    /// All was explored.
    Explored(Explored),
    /// Something was refused.
    Failed(ClientError),
    /// The counterexample is shown after so many steps, or no more.
    Replay(Option<usize>),
    /// Nothing is on the stage.
    Clear,
}

reducible!(Stage, StageAction);

impl Stage {
    /// Takes an action on.
    fn apply(&mut self, action: StageAction) {
        match action {
            StageAction::Busy => (self.busy, self.failure) = (true, None),
            StageAction::Scene(scene) => {
                *self = Stage { scene: Some(Rc::new(scene)), ..Stage::default() };
            }
            StageAction::Explored(explored) => {
                self.explored = Some(Rc::new(explored));
                (self.busy, self.replay) = (false, None);
            }
            StageAction::Failed(error) => (self.busy, self.failure) = (false, Some(error)),
            StageAction::Replay(at) => self.replay = at,
            StageAction::Clear => *self = Stage::default(),
        }
    }

    /// What is drawn: a moment of the counterexample, or the run.
    pub fn shown(&self) -> Option<Rc<Scene>> {
        match (self.replay, &self.explored) {
            (Some(at), Some(explored)) => {
                explored.counterexample.as_ref().map(|counterexample| Rc::new(counterexample.at(at)))
            }
            _ => self.scene.clone(),
        }
    }
}

/// What the page asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// Begin with those clients, and take those steps.
    Begin(Vec<Value>, &'static [&'static str]),
    /// Take that step.
    Step(String),
    /// Take so many steps that a seed draws.
    Draw(u64, usize),
    /// Give up what is not decided, and clear the stage.
    End,
    /// Explore what the request says.
    Explore(Value),
}

/// The stage, and the way to ask for something.
#[derive(Clone, PartialEq)]
pub struct Director {
    /// The stage.
    pub stage: UseReducerHandle<Stage>,
    /// Asks; one thing at a time.
    pub ask: Callback<Job>,
}

/// The director of this page; finds the run that is under way.
#[hook]
pub fn use_director() -> Director {
    let api = use_client();
    let stage = use_reducer(Stage::default);
    {
        let (api, stage) = (api.clone(), stage.dispatcher());
        let seen_at = use_mut_ref(|| None::<u64>);
        use_effect_with(api.moment(), move |at| {
            // The run as it stood at that moment, or that there was none.
            let moved = std::mem::replace(&mut *seen_at.borrow_mut(), *at) != *at;
            wasm_bindgen_futures::spawn_local(async move {
                let found = api.look("Dynascope.DescribeTransactions", &json!({})).await;
                let scene = found.and_then(|value| serde_json::from_value::<Scene>(value).ok());
                match scene.filter(|scene| !scene.clients.is_empty()) {
                    Some(scene) => stage.dispatch(StageAction::Scene(scene)),
                    None if moved => stage.dispatch(StageAction::Clear),
                    None => {}
                }
            });
        });
    }
    let ask = {
        let stage = stage.dispatcher();
        use_callback(api, move |job: Job, api| {
            let (api, stage) = (api.clone(), stage.clone());
            stage.dispatch(StageAction::Busy);
            wasm_bindgen_futures::spawn_local(async move {
                match carry_out(&api, job).await {
                    Ok(action) => stage.dispatch(action),
                    Err(error) => stage.dispatch(StageAction::Failed(error)),
                }
            });
        })
    };
    Director { stage, ask }
}

async fn call<T: DeserializeOwned>(api: &Api, operation: &str, request: Value) -> Result<T, ClientError> {
    let text = api.call(operation, request.to_string()).await.result?;
    let broken = |error| ClientError::Protocol { message: format!("The answer cannot be read: {error}.") };
    serde_json::from_str(&text).map_err(broken)
}

async fn step(api: &Api, step: &str) -> Result<Scene, ClientError> {
    call(api, "Dynascope.StepTransactions", json!({ "Step": step })).await
}

async fn carry_out(api: &Api, job: Job) -> Result<StageAction, ClientError> {
    Ok(match job {
        Job::Begin(clients, steps) => {
            let mut scene: Scene =
                call(api, "Dynascope.BeginTransactions", json!({ "Clients": clients })).await?;
            for one in steps {
                scene = step(api, one).await?;
            }
            StageAction::Scene(scene)
        }
        Job::Step(one) => StageAction::Scene(step(api, &one).await?),
        Job::Draw(seed, count) => {
            let request = json!({ "Seed": seed, "Count": count });
            StageAction::Scene(call(api, "Dynascope.StepTransactions", request).await?)
        }
        Job::End => {
            let scene: Scene = call(api, "Dynascope.EndTransactions", json!({})).await?;
            // A decision that cannot be carried out as things are stays on the stage.
            if scene.over { StageAction::Clear } else { StageAction::Scene(scene) }
        }
        Job::Explore(request) => {
            StageAction::Explored(call(api, "Dynascope.ExploreTransactions", request).await?)
        }
    })
}
