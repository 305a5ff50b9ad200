//! The slices as contexts, and what keeps them fed: the worker's messages, the tables' descriptions, the saved requests.

use yew::prelude::*;

use super::api::Api;
use super::browser::{forget, is_sandbox, requests_key, saved, set_saved};
use super::clock::monotonic_ms;
use super::storage::use_persistence;
use crate::protocol::clock::ClockState;
use crate::protocol::embed::read_only;
use crate::protocol::{FromWorker, Storage};
use crate::share::link::is_share;
use crate::state::clock::{ClockAction, WorkspaceClock};
use crate::state::heat::{HeatAction, HeatLog};
use crate::state::notice::Notices;
use crate::state::patterns::PatternRuns;
use crate::state::requests::{Requests, RequestsAction};
use crate::state::route::{Page, Route};
use crate::state::session::{Session, SessionAction};
use crate::state::tables::{TableDescription, Tables, TablesAction, concern_tables};
use crate::state::timeline::{Timeline, TimelineAction};

/// The session's handle.
pub type Sessions = UseReducerHandle<Session>;
/// The tables' handle.
pub type TableLists = UseReducerHandle<Tables>;
/// The timeline's handle.
pub type Timelines = UseReducerHandle<Timeline>;
/// The heat's handle.
pub type Heats = UseReducerHandle<HeatLog>;
/// The clock's handle.
pub type Clocks = UseReducerHandle<WorkspaceClock>;
/// The status line's handle.
pub type Noticer = UseReducerHandle<Notices>;
/// The saved requests' handle.
pub type RequestLists = UseReducerHandle<Requests>;
/// The handle of what running the patterns came to.
pub type PatternRunner = UseReducerHandle<PatternRuns>;

/// Ways to change the slices that stay the same for ever: what a message's arrival needs.
#[derive(Clone, PartialEq)]
pub struct Slices {
    /// Of the session.
    pub session: UseReducerDispatcher<Session>,
    /// Of the tables.
    pub tables: UseReducerDispatcher<Tables>,
    /// Of the timeline.
    pub timeline: UseReducerDispatcher<Timeline>,
    /// Of the heat.
    pub heat: UseReducerDispatcher<HeatLog>,
    /// Of the clock.
    pub clock: UseReducerDispatcher<WorkspaceClock>,
}

impl Slices {
    fn hear(&self, message: FromWorker) {
        match message {
            FromWorker::Events { events } => {
                if concern_tables(&events) {
                    self.tables.dispatch(TablesAction::Want);
                }
                self.timeline.dispatch(TimelineAction::Append(events.into_events()));
            }
            FromWorker::Heat { report, traffic, seconds, skipped, comparing } => {
                self.heat.dispatch(HeatAction::Heard { report, traffic, seconds, skipped, comparing })
            }
            FromWorker::Comparison { sides } => self.heat.dispatch(HeatAction::Compared(sides)),
            FromWorker::Branch { events } => self.heat.dispatch(HeatAction::Happened(events.into_events())),
            FromWorker::Clock { clock } => self.told(clock),
            FromWorker::Ready { clock, ref recipes, again, .. } => {
                self.told(clock);
                self.timeline.dispatch(TimelineAction::Clear);
                self.heat.dispatch(HeatAction::Clear);
                self.heat.dispatch(HeatAction::Recipes(recipes.clone()));
                self.tables.dispatch(if again { TablesAction::Want } else { TablesAction::Clear });
                self.session.dispatch(SessionAction::Heard(message));
            }
            other => self.session.dispatch(SessionAction::Heard(other)),
        }
    }

    fn told(&self, clock: ClockState) {
        self.clock.dispatch(ClockAction::Told(clock, monotonic_ms()));
    }
}

/// The provider's children.
#[derive(Properties, PartialEq)]
pub struct SlicesProps {
    /// Who may use the hooks.
    pub children: Html,
}

/// The workspace of somebody who has none yet.
pub const FIRST_WORKSPACE: &str = "My workspace";

/// The workspace of the first minute: somebody who opens the bare address finds a sample in it.
pub const SAMPLE_WORKSPACE: &str = "Sample";

/// The name under which the last workspace is kept.
const LAST_WORKSPACE: &str = "workspace";

/// The name under which it stands that the last workspace was stored.
const LAST_STORED: &str = "workspace-stored";

/// Starts the worker, and provides every slice.
#[component]
pub fn SlicesProvider(props: &SlicesProps) -> Html {
    let session = use_reducer(Session::default);
    let tables = use_reducer(Tables::default);
    let timeline = use_reducer(Timeline::default);
    let heat = use_reducer(HeatLog::default);
    let clock = use_reducer(WorkspaceClock::default);
    let notices = use_reducer(Notices::default);
    let requests = use_reducer(Requests::default);
    let runs = use_reducer(PatternRuns::default);
    let api = use_memo((), {
        let slices = Slices {
            session: session.dispatcher(),
            tables: tables.dispatcher(),
            timeline: timeline.dispatcher(),
            heat: heat.dispatcher(),
            clock: clock.dispatcher(),
        };
        move |()| {
            let location = gloo::utils::window().location();
            let route = Route::parse(&location.search().unwrap_or_default());
            let link = is_share(&location.hash().unwrap_or_default());
            let first = match route.page {
                _ if is_sandbox() => "Sandbox",
                Page::Start if !link => SAMPLE_WORKSPACE,
                _ => FIRST_WORKSPACE,
            };
            let workspace = saved(LAST_WORKSPACE).unwrap_or_else(|| first.to_owned());
            let kept = saved(LAST_STORED).as_ref() == Some(&workspace);
            slices.session.dispatch(SessionAction::Opening(workspace.clone()));
            let hearing = slices.clone();
            let hear = move |message| hearing.hear(message);
            let client = crate::client::Client::start(&workspace, is_sandbox(), kept, hear);
            Api::new(client, slices, read_only(&route))
        }
    });
    // Whoever asks through the door is told of the playhead's moment, in the same drawing.
    let api = api.looking_at(timeline.playhead);
    use_opened(&session, &requests);
    use_saved_requests(&session, &requests);
    use_persistence(&session);
    use_table_list(&api, &session, &tables);
    html! {
        <ContextProvider<Api> context={api}>
        <ContextProvider<Sessions> context={session}>
        <ContextProvider<TableLists> context={tables}>
        <ContextProvider<Timelines> context={timeline}>
        <ContextProvider<Heats> context={heat}>
        <ContextProvider<Clocks> context={clock}>
        <ContextProvider<Noticer> context={notices}>
        <ContextProvider<RequestLists> context={requests}>
        <ContextProvider<PatternRunner> context={runs}>
            { props.children.clone() }
        </ContextProvider<PatternRunner>>
        </ContextProvider<RequestLists>>
        </ContextProvider<Noticer>>
        </ContextProvider<Clocks>>
        </ContextProvider<Heats>>
        </ContextProvider<Timelines>>
        </ContextProvider<TableLists>>
        </ContextProvider<Sessions>>
        </ContextProvider<Api>>
    }
}

/// When a workspace was opened: remember it, bring its requests, and tell the document (`<body data-ready>`).
#[hook]
fn use_opened(session: &Sessions, requests: &RequestLists) {
    let requests = requests.dispatcher();
    let is_stored = session.storage == Some(Storage::Durable);
    use_effect_with((session.opened, session.workspace.clone()), move |(opened, workspace)| {
        if *opened > 0 {
            set_saved(LAST_WORKSPACE, workspace);
            match is_stored {
                true => set_saved(LAST_STORED, workspace),
                false => forget(LAST_STORED),
            }
            let kept = saved(&requests_key(workspace)).and_then(|text| serde_json::from_str(&text).ok());
            requests.dispatch(RequestsAction::Restored(kept.unwrap_or_default()));
            if let Some(body) = gloo::utils::document().body() {
                // The attribute's name is well formed, so this cannot fail.
                let _ = body.set_attribute("data-ready", workspace);
            }
        }
    });
}

#[hook]
fn use_saved_requests(session: &Sessions, requests: &RequestLists) {
    let of = use_mut_ref(|| 0);
    let deps = (session.opened, session.workspace.clone(), requests.clone());
    use_effect_with(deps, move |(opened, workspace, requests)| {
        // The first value after an opening is still the old workspace's.
        if std::mem::replace(&mut *of.borrow_mut(), *opened) == *opened
            && *opened > 0
            && let Ok(text) = serde_json::to_string(&**requests)
        {
            set_saved(&requests_key(workspace), &text);
        }
    });
}

/// Reads the list of tables again whenever it is wanted, or another moment is looked at; one reading at a time.
#[hook]
fn use_table_list(api: &Api, session: &Sessions, tables: &TableLists) {
    let reading = use_mut_ref(|| (false, false));
    let door = use_mut_ref(|| api.clone());
    *door.borrow_mut() = api.clone();
    let dispatcher = tables.dispatcher();
    use_effect_with((session.opened, tables.wanted, api.moment()), move |(opened, ..)| {
        if *opened == 0 {
            return;
        }
        let (busy, again) = *reading.borrow();
        *reading.borrow_mut() = (true, busy || again);
        if busy {
            return;
        }
        wasm_bindgen_futures::spawn_local(async move {
            loop {
                // What changes together is read once.
                gloo::timers::future::sleep(std::time::Duration::from_millis(40)).await;
                reading.borrow_mut().1 = false;
                let api = door.borrow().clone();
                if let Some(list) = read_tables(&api).await {
                    dispatcher.dispatch(TablesAction::Loaded(list));
                }
                if !reading.borrow().1 {
                    break;
                }
            }
            *reading.borrow_mut() = (false, false);
        });
    });
}

/// Reads all tables, in the place that the client is of.
pub(super) async fn read_tables(api: &Api) -> Option<Vec<TableDescription>> {
    let mut list = Vec::new();
    let mut request = serde_json::json!({});
    loop {
        let names = api.look("ListTables", &request).await?;
        for name in names["TableNames"].as_array()? {
            // A table may go between the two calls.
            if let Some(body) = api.look("DescribeTable", &serde_json::json!({ "TableName": name })).await {
                list.extend(TableDescription::read(&body["Table"]));
            }
        }
        match names.get("LastEvaluatedTableName") {
            Some(last) => request = serde_json::json!({ "ExclusiveStartTableName": last }),
            None => return Some(list),
        }
    }
}

macro_rules! slice_hook {
    ($(#[$doc:meta])* $name:ident, $handle:ty) => {
        $(#[$doc])*
        #[hook]
        pub fn $name() -> $handle {
            use_context::<$handle>().expect("the page stands inside SlicesProvider")
        }
    };
}

slice_hook!(
    /// The session.
    use_session, Sessions);
slice_hook!(
    /// The tables.
    use_tables, TableLists);
slice_hook!(
    /// The timeline.
    use_timeline, Timelines);
slice_hook!(
    /// The heat.
    use_heat, Heats);
slice_hook!(
    /// The workspace's clock as it was last told; [`super::use_workspace_ms`] is its running time.
    use_clock, Clocks);
slice_hook!(
    /// The status line.
    use_notices, Noticer);
slice_hook!(
    /// The saved requests and the history.
    use_requests, RequestLists);
slice_hook!(
    /// What running the patterns came to.
    use_pattern_runs, PatternRunner);
