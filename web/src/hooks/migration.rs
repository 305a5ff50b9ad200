//! A migration into a new table, wherever the reader goes meanwhile.
//!
//! Owns the one that can be under way, how far it came (what failed is gone on with from there), and the mark that says what it has made:
//! what a closed tab or a lost connection left half done is told, gone on with or taken back. It stops where another workspace is opened
//! or another endpoint connected. Of the tabs of a workspace one migrates at a time: the one that holds the lock; the others say so until
//! it is free. The steps are [`crate::client::migration`]'s.
//!
//! - `kept` how far it came, beside the mark

mod kept;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use yew::prelude::*;

use super::api::{Api, use_client};
use super::browser::{forget, saved, set_saved};
use super::remote::use_remote;
use super::slices::{use_notices, use_session};
use crate::client::migration::{Reached, compare, take_back};
use crate::client::transfer::Wire;
use crate::protocol::ClientError;
use crate::state::migration::plan::{Counts, Plan, Step};
use crate::state::migration::{Mark, Migration, MigrationAction, Phase};
use crate::state::notice::{Level, NoticeAction};
use crate::worker::leader;

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
    /// Go on with what failed.
    pub go_on: Callback<()>,
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

/// Where the mark is kept, of a workspace or, of a real endpoint, by its address.
fn key(scope: &str) -> String {
    format!("migration:{scope}")
}

fn keep_mark(scope: &str, mark: &Mark) {
    if let Ok(text) = serde_json::to_string(mark) {
        set_saved(&key(scope), &text);
    }
}

/// One migration under way.
struct Work {
    api: Api,
    scope: String,
    plan: Rc<Plan>,
    total: u64,
    state: UseReducerDispatcher<Migration>,
    wish: Rc<Cell<Wish>>,
}

impl Work {
    /// Keeps how far it came: that step is not done.
    fn keep(&self, at: Step, reached: &Reached) {
        kept::keep(&self.scope, &self.plan, at, self.total, reached);
    }

    fn mark(&self, stream: bool) {
        let Plan { from, to, .. } = &*self.plan;
        keep_mark(&self.scope, &Mark { from: from.clone(), to: to.clone(), stream });
    }

    fn at(&self, step: Step, reached: &Reached) {
        self.keep(step, reached);
        self.state.dispatch(MigrationAction::At(step));
    }

    /// Every step that is not done; whether it came to its end.
    async fn run(&self, reached: &mut Reached, from: Step) -> Result<bool, ClientError> {
        let Work { api, plan, state, wish, .. } = self;
        let go_on = || wish.get() != Wish::Cancel;
        if from <= Step::Make {
            let made = |reached: &Reached| {
                self.mark(false);
                self.keep(Step::Make, reached);
            };
            reached.make(api, plan, made).await?;
        }
        if from <= Step::Stream {
            self.at(Step::Stream, reached);
            if plan.stream.is_some() && go_on() {
                self.mark(true);
            }
            if go_on() {
                reached.begin_stream(api, plan).await?;
            }
        }
        if !go_on() {
            return Ok(false);
        }
        if from <= Step::Stand {
            self.at(Step::Stand, reached);
            reached.stand(api, plan).await?;
        }
        if from <= Step::Copy {
            self.at(Step::Copy, reached);
            let progress = |counts: &Counts| {
                state.dispatch(MigrationAction::Counted(counts.clone()));
                go_on()
            };
            let keep = |reached: &Reached| self.keep(Step::Copy, reached);
            if !reached.copy(api, plan, progress, keep).await? {
                return Ok(false);
            }
        }
        if from <= Step::Follow && !self.follow(reached).await? {
            return Ok(false);
        }
        self.at(Step::End, reached);
        reached.end(api, plan).await?;
        Ok(true)
    }

    /// Carries over until the reader has enough of it; whether that is its end.
    async fn follow(&self, reached: &mut Reached) -> Result<bool, ClientError> {
        let Work { api, plan, state, wish, .. } = self;
        let quiet = api.quiet();
        let keep = |reached: &Reached| self.keep(Step::Follow, reached);
        self.at(Step::Follow, reached);
        loop {
            let carried = reached.follow(api, &quiet, plan, keep).await?;
            state.dispatch(MigrationAction::Followed(reached.counts().clone(), carried == 0));
            match wish.replace(Wish::GoOn) {
                Wish::Cancel => return Ok(false),
                Wish::Compare => {
                    state.dispatch(MigrationAction::Comparing);
                    state.dispatch(MigrationAction::Compared(compare(&quiet, plan).await?));
                }
                Wish::Finish => {
                    // What came while the wish was heard.
                    reached.follow(api, &quiet, plan, keep).await?;
                    state.dispatch(MigrationAction::Followed(reached.counts().clone(), true));
                    return Ok(true);
                }
                Wish::GoOn => api.pause(POLL_MS).await,
            }
        }
    }
}

/// Takes back what the mark names; the mark goes once that is done.
async fn undo(api: &Api, scope: &str, state: &UseReducerDispatcher<Migration>) -> Result<(), ClientError> {
    state.dispatch(MigrationAction::TakingBack);
    kept::forget_it(scope);
    if let Some(mark) = read_mark(scope) {
        take_back(api, &mark.from, &mark.to, mark.stream).await?;
        forget(&key(scope));
    }
    state.dispatch(MigrationAction::Forget);
    Ok(())
}

/// Who tells how the migration of a scope stands that this tab is not at.
#[derive(Clone)]
struct Watch {
    state: UseReducerDispatcher<Migration>,
    stopped: Rc<Cell<Reached>>,
    running: Rc<RefCell<Option<AbortHandle>>>,
}

impl Watch {
    /// Looks no more.
    fn end(&self) {
        if let Some(handle) = self.running.borrow_mut().take() {
            handle.abort();
        }
    }

    /// Tells of none, of one that was left, or of one that another tab is at, until it is not. `busy` is what another tab
    /// was found at, where no mark says it better.
    fn begin(&self, scope: &str, busy: Option<Mark>) {
        self.end();
        let (watch, scope) = (self.clone(), scope.to_owned());
        let (looking, handle) = abortable(async move { watch.look(&scope, busy).await });
        *self.running.borrow_mut() = Some(handle);
        wasm_bindgen_futures::spawn_local(async move {
            // Who aborts it knows why.
            let _ = looking.await;
        });
    }

    async fn look(&self, scope: &str, busy: Option<Mark>) {
        let Some(mark) = read_mark(scope).or(busy) else {
            return self.state.dispatch(MigrationAction::Forget);
        };
        // The lock that was waited for is held until it is told what was left: asked for anew, it would not be free at once.
        let _held = match leader::try_migrate(scope).await {
            None => {
                self.state.dispatch(MigrationAction::Elsewhere(mark));
                leader::migrate_next(scope).await
            }
            held => held,
        };
        self.state.dispatch(match read_mark(scope) {
            Some(mark) => kept::left(scope, mark, &self.stopped),
            None => MigrationAction::Forget,
        });
    }
}

fn read_mark(scope: &str) -> Option<Mark> {
    serde_json::from_str(&saved(&key(scope))?).ok()
}

#[hook]
fn use_migrator() -> Migrator {
    let (api, session, remote) = (use_client(), use_session(), use_remote());
    let notices = use_notices().dispatcher();
    let state = use_reducer(Migration::default);
    let wish = use_memo((), |()| Rc::new(Cell::new(Wish::GoOn)));
    let running = use_mut_ref(|| None::<(String, AbortHandle)>);
    // What failed is here, until it is gone on with.
    let stopped = use_memo((), |()| Rc::new(Cell::new(Reached::default())));
    let watching = use_mut_ref(Option::<AbortHandle>::default);
    let watch = Watch { state: state.dispatcher(), stopped: Rc::clone(&stopped), running: watching };
    let scope = match &remote.connection {
        Some(connection) => connection.endpoint.url(),
        None => session.workspace.clone(),
    };
    {
        // It is of its workspace or endpoint: it stops where another one is asked, and is told where a tab left it.
        let (running, state, watch) = (running.clone(), state.dispatcher(), watch.clone());
        let deps = (session.opened, session.is_ready(), scope.clone(), remote.number);
        use_effect_with(deps, move |(_, ready, scope, _)| {
            let own = running.borrow().as_ref().is_some_and(|(of, _)| of == scope);
            if own || !ready {
                return;
            }
            if let Some((_, handle)) = running.borrow_mut().take() {
                handle.abort();
            }
            watch.end();
            state.dispatch(MigrationAction::Forget);
            if read_mark(scope).is_some() {
                watch.begin(scope, None);
            }
        });
    }
    let run = {
        let (api, state, wish, running) = (api.clone(), state.dispatcher(), wish.clone(), running.clone());
        let (scope, notices, stopped, watch) =
            (scope.clone(), notices.clone(), stopped.clone(), watch.clone());
        Callback::from(move |(plan, mut reached, from, total): (Rc<Plan>, Reached, Step, u64)| {
            // Nothing is migrated in the past.
            let api = api.back_to_live();
            wish.set(Wish::GoOn);
            let (scope_of_it, state) = (scope.clone(), state.clone());
            let work = Work { api, scope: scope_of_it, plan, total, state, wish: Rc::clone(&wish) };
            let (notices, over, stopped, watch) =
                (notices.clone(), running.clone(), Rc::clone(&stopped), watch.clone());
            let (work, handle) = abortable(async move {
                // As long as this is held no other tab is at one.
                let Some(_held) = leader::try_migrate(&work.scope).await else {
                    over.borrow_mut().take();
                    let Plan { from, to, .. } = &*work.plan;
                    let busy = Mark { from: from.clone(), to: to.clone(), stream: false };
                    return watch.begin(&work.scope, Some(busy));
                };
                let ended = match work.run(&mut reached, from).await {
                    Ok(true) => {
                        kept::forget_it(&work.scope);
                        forget(&key(&work.scope));
                        work.state.dispatch(MigrationAction::Done);
                        let said = format!("{} is whole: {} stays as it is.", work.plan.to, work.plan.from);
                        notices.dispatch(NoticeAction::Say(Level::Done, said));
                        Ok(())
                    }
                    Ok(false) => undo(&work.api, &work.scope, &work.state).await,
                    Err(error) => {
                        stopped.set(reached);
                        Err(error)
                    }
                };
                if let Err(error) = ended {
                    work.state.dispatch(MigrationAction::Failed(error));
                }
                over.borrow_mut().take();
            });
            *running.borrow_mut() = Some((scope.clone(), handle));
            wasm_bindgen_futures::spawn_local(async move {
                // Who aborts it knows why.
                let _ = work.await;
            });
        })
    };
    let start = {
        let (state, run) = (state.clone(), run.clone());
        Callback::from(move |(plan, total): (Plan, u64)| {
            if !state.is_busy() {
                let plan = Rc::new(plan);
                state.dispatch(MigrationAction::Begun(plan.clone(), total));
                run.emit((plan, Reached::default(), Step::Make, total));
            }
        })
    };
    let go_on = {
        let state = state.clone();
        Callback::from(move |()| {
            if let (Some(step), Some(plan)) = (state.failed_at(), state.plan.clone()) {
                state.dispatch(MigrationAction::At(step));
                run.emit((plan, stopped.take(), step, state.total));
            }
        })
    };
    let wished = |what: Wish| {
        let wish = wish.clone();
        Callback::from(move |()| wish.set(what))
    };
    let cancel = {
        let (api, state, wish) = (api, state.clone(), wish.clone());
        Callback::from(move |()| match &state.phase {
            // What is under way hears it, and takes back what it made.
            Phase::At(_) | Phase::Comparing => wish.set(Wish::Cancel),
            Phase::Failed(..) | Phase::Left(..) => {
                let (api, state, scope) = (api.back_to_live(), state.dispatcher(), scope.clone());
                let watch = watch.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    let Some(_held) = leader::try_migrate(&scope).await else {
                        return watch.begin(&scope, None);
                    };
                    if let Err(error) = undo(&api, &scope, &state).await {
                        state.dispatch(MigrationAction::Failed(error));
                    }
                });
            }
            Phase::Idle | Phase::TakingBack | Phase::Done | Phase::Elsewhere(_) => {}
        })
    };
    let dismiss = {
        let state = state.dispatcher();
        Callback::from(move |()| state.dispatch(MigrationAction::Forget))
    };
    Migrator {
        compare: wished(Wish::Compare),
        finish: wished(Wish::Finish),
        go_on,
        cancel,
        dismiss,
        start,
        state,
    }
}
