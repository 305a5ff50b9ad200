//! A migration into a new table, wherever the reader goes meanwhile.
//!
//! Owns the one that can be under way, and the mark that says what it has made: what a closed tab left half done is told and can be taken
//! back. It stops where another workspace is opened. The steps are [`crate::client::migration`]'s.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use yew::prelude::*;

use super::api::{Api, use_client};
use super::browser::{forget, saved, set_saved};
use super::slices::{use_notices, use_session};
use crate::client::migration::{Reader, compare, copy, follow, make, set_stream, take_back};
use crate::client::transfer::Wire;
use crate::protocol::ClientError;
use crate::state::migration::plan::{Counts, Plan, Step};
use crate::state::migration::{Mark, Migration, MigrationAction, Phase};
use crate::state::notice::{Level, NoticeAction};

/// How often the stream is read, in milliseconds.
const POLL_MS: u32 = 500;

/// What the reader wants next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Wish {
    #[default]
    GoOn,
    Compare,
    Finish,
    Cancel,
}

/// Migrates.
#[derive(Clone, PartialEq)]
pub struct Migrator {
    /// How far it is.
    pub state: UseReducerHandle<Migration>,
    /// Begin: the plan, and how many items the old table has.
    pub start: Callback<(Plan, u64)>,
    /// Compare both tables.
    pub compare: Callback<()>,
    /// Carry over what there is, and end it.
    pub finish: Callback<()>,
    /// Stop, and take back what was made.
    pub cancel: Callback<()>,
    /// What is over was read.
    pub dismiss: Callback<()>,
}

/// The provider's children.
#[derive(Properties, PartialEq)]
pub struct MigrationProps {
    /// Who may use the hook.
    pub children: Html,
}

/// Provides the migration; stands inside the slices' provider.
#[component]
pub fn MigrationProvider(props: &MigrationProps) -> Html {
    let migrator = use_migrator();
    html! { <ContextProvider<Migrator> context={migrator}>{ props.children.clone() }</ContextProvider<Migrator>> }
}

/// The migration.
#[hook]
pub fn use_migration() -> Migrator {
    use_context::<Migrator>().expect("the page stands inside MigrationProvider")
}

fn key(workspace: &str) -> String {
    format!("migration:{workspace}")
}

fn keep_mark(workspace: &str, mark: &Mark) {
    if let Ok(text) = serde_json::to_string(mark) {
        set_saved(&key(workspace), &text);
    }
}

/// One migration under way.
struct Work {
    api: Api,
    workspace: String,
    plan: Rc<Plan>,
    state: UseReducerDispatcher<Migration>,
    wish: Rc<Cell<Wish>>,
}

impl Work {
    fn mark(&self, stream: bool) {
        let Plan { from, to, .. } = &*self.plan;
        keep_mark(&self.workspace, &Mark { from: from.clone(), to: to.clone(), stream });
    }

    fn at(&self, step: Step) {
        self.state.dispatch(MigrationAction::At(step));
    }

    /// Every step; whether it came to its end.
    async fn run(&self) -> Result<bool, ClientError> {
        let Work { api, plan, state, wish, .. } = self;
        let go_on = || wish.get() != Wish::Cancel;
        make(api, plan, || self.mark(false)).await?;
        self.at(Step::Stream);
        if let Some(view) = plan.stream.filter(|_| go_on()) {
            self.mark(true);
            set_stream(api, &plan.from, Some(view)).await?;
        }
        self.at(Step::Stand);
        if !go_on() {
            return Ok(false);
        }
        let quiet = api.quiet();
        let mut reader = Reader::begin(api, &plan.from).await?;
        self.at(Step::Copy);
        let mut counts = Counts::default();
        let progress = |counts: &Counts| {
            state.dispatch(MigrationAction::Counted(counts.clone()));
            go_on()
        };
        if !copy(api, plan, &mut counts, progress).await? {
            return Ok(false);
        }
        self.at(Step::Follow);
        loop {
            let carried = follow(api, &quiet, plan, &mut reader, &mut counts).await?;
            state.dispatch(MigrationAction::Followed(counts.clone(), carried == 0));
            match wish.replace(Wish::GoOn) {
                Wish::Cancel => return Ok(false),
                Wish::Compare => {
                    state.dispatch(MigrationAction::Comparing);
                    state.dispatch(MigrationAction::Compared(compare(&quiet, plan).await?));
                }
                Wish::Finish => {
                    // What came while the wish was heard.
                    follow(api, &quiet, plan, &mut reader, &mut counts).await?;
                    state.dispatch(MigrationAction::Followed(counts.clone(), true));
                    self.at(Step::End);
                    if plan.stream.is_some() {
                        set_stream(api, &plan.from, None).await?;
                    }
                    return Ok(true);
                }
                Wish::GoOn => api.pause(POLL_MS).await,
            }
        }
    }
}

/// Takes back what the mark names; the mark goes once that is done.
async fn undo(
    api: &Api,
    workspace: &str,
    state: &UseReducerDispatcher<Migration>,
) -> Result<(), ClientError> {
    state.dispatch(MigrationAction::TakingBack);
    if let Some(mark) = read_mark(workspace) {
        take_back(api, &mark.from, &mark.to, mark.stream).await?;
        forget(&key(workspace));
    }
    state.dispatch(MigrationAction::Forget);
    Ok(())
}

fn read_mark(workspace: &str) -> Option<Mark> {
    serde_json::from_str(&saved(&key(workspace))?).ok()
}

#[hook]
fn use_migrator() -> Migrator {
    let (api, session) = (use_client(), use_session());
    let notices = use_notices().dispatcher();
    let state = use_reducer(Migration::default);
    let wish = use_memo((), |()| Rc::new(Cell::new(Wish::GoOn)));
    let running = use_mut_ref(|| None::<(String, AbortHandle)>);
    {
        // It is of its workspace: it stops where another one is opened, and is told where a tab left it.
        let (running, state) = (running.clone(), state.dispatcher());
        let deps = (session.opened, session.is_ready(), session.workspace.clone());
        use_effect_with(deps, move |(_, ready, workspace)| {
            let own = running.borrow().as_ref().is_some_and(|(of, _)| of == workspace);
            if own || !ready {
                return;
            }
            if let Some((_, handle)) = running.borrow_mut().take() {
                handle.abort();
            }
            state.dispatch(match read_mark(workspace) {
                Some(mark) => MigrationAction::Left(mark),
                None => MigrationAction::Forget,
            });
        });
    }
    let start = {
        let (api, state, wish, running) = (api.clone(), state.clone(), wish.clone(), running.clone());
        let (workspace, notices) = (session.workspace.clone(), notices.clone());
        Callback::from(move |(plan, total): (Plan, u64)| {
            if state.is_busy() {
                return;
            }
            // Nothing is migrated in the past.
            let (api, plan) = (api.back_to_live(), Rc::new(plan));
            state.dispatch(MigrationAction::Begun(plan.clone(), total));
            wish.set(Wish::GoOn);
            let work = Work {
                api,
                workspace: workspace.clone(),
                plan,
                state: state.dispatcher(),
                wish: Rc::clone(&wish),
            };
            let (notices, over) = (notices.clone(), running.clone());
            let (work, handle) = abortable(async move {
                let ended = match work.run().await {
                    Ok(true) => {
                        forget(&key(&work.workspace));
                        work.state.dispatch(MigrationAction::Done);
                        let said = format!("{} is whole: {} stays as it is.", work.plan.to, work.plan.from);
                        notices.dispatch(NoticeAction::Say(Level::Done, said));
                        Ok(())
                    }
                    Ok(false) => undo(&work.api, &work.workspace, &work.state).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = ended {
                    work.state.dispatch(MigrationAction::Failed(error));
                }
                over.borrow_mut().take();
            });
            *running.borrow_mut() = Some((workspace.clone(), handle));
            wasm_bindgen_futures::spawn_local(async move {
                // Who aborts it knows why.
                let _ = work.await;
            });
        })
    };
    let wished = |what: Wish| {
        let wish = wish.clone();
        Callback::from(move |()| wish.set(what))
    };
    let cancel = {
        let (api, state, wish) = (api, state.clone(), wish.clone());
        let workspace = session.workspace.clone();
        Callback::from(move |()| match &state.phase {
            // What is under way hears it, and takes back what it made.
            Phase::At(_) | Phase::Comparing => wish.set(Wish::Cancel),
            Phase::Failed(..) | Phase::Left(_) => {
                let (api, state, workspace) = (api.back_to_live(), state.dispatcher(), workspace.clone());
                wasm_bindgen_futures::spawn_local(async move {
                    if let Err(error) = undo(&api, &workspace, &state).await {
                        state.dispatch(MigrationAction::Failed(error));
                    }
                });
            }
            Phase::Idle | Phase::TakingBack | Phase::Done => {}
        })
    };
    let dismiss = {
        let state = state.dispatcher();
        Callback::from(move |()| state.dispatch(MigrationAction::Forget))
    };
    Migrator { compare: wished(Wish::Compare), finish: wished(Wish::Finish), cancel, dismiss, start, state }
}
