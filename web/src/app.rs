//! The frame: top bar, rail, tabs, the chosen page, the timeline strip. Joins the frame's components with the state; knows
//! no operation and no page but by the registry in `pages`.

mod branch;
mod clock;
mod compare;
mod dialogs;
mod durability;
mod embed;
mod lesson;
mod loading;
mod opening;
mod palette;
mod past;
mod remote;
mod rescue;
mod rest;
mod strip;
mod travel;
mod update;
mod work;

use web_sys::KeyboardEvent;
use yew::prelude::*;

use crate::components::frame::{
    Banners, FaultScreen, OpeningScreen, Rail, Shortcut, Shortcuts, SkipLink, StatusLine, TopBar,
    WaitingScreen, WorkspaceChoice,
};
use crate::components::{Select, SelectOption, Tab, Tabs};
use crate::hooks::{
    LoadingProvider, MigrationProvider, RemoteProvider, RouteHandle, SAMPLE_WORKSPACE, SlicesProvider,
    WorkProvider, download, is_editing, use_client, use_clock, use_keys, use_loader, use_notices, use_remote,
    use_route, use_route_provider, use_session, use_tables, use_theme, use_timeline,
};
use crate::pages::{self, PAGES};
use crate::protocol::Durability;
use crate::protocol::clock::ClockChange;
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;
use crate::state::session::{Phase, SessionAction};
use crate::state::timeline::TimelineAction;
use dialogs::WorkspaceDialogs;
use durability::DurabilityDialog;
use embed::{Autorun, EmbedBar, Host, Panels};
use lesson::LessonPane;
use loading::LoadingBar;
use opening::LinkOpener;
use palette::CommandPalette;
use past::Past;
use remote::{NotShownThere, RemoteBar};
use rest::WithRest;
use strip::Strip;
use update::UpdateBar;
use work::{RemovedBar, WorkBar};

/// Starts the page.
pub fn start() {
    console_error_panic_hook::set_once();
    let root = gloo::utils::document().get_element_by_id("app").expect("the page has a place for it");
    yew::Renderer::<App>::with_root(root).render();
}

#[component]
fn App() -> Html {
    let route = use_route_provider();
    html! {
        <ContextProvider<RouteHandle> context={route}>
            <SlicesProvider>
                <LoadingProvider>
                    <WorkProvider>
                        <RemoteProvider>
                            <MigrationProvider>
                                <Frame />
                            </MigrationProvider>
                        </RemoteProvider>
                    </WorkProvider>
                </LoadingProvider>
            </SlicesProvider>
        </ContextProvider<RouteHandle>>
    }
}

/// How long the status line keeps a sentence.
const NOTICE_MS: u32 = 6000;

#[component]
fn Frame() -> Html {
    let session = use_session();
    let tables = use_tables();
    let route = use_route();
    let notices = use_notices();
    let (theme, ontheme) = use_theme();
    let drawer = use_state_eq(|| false);
    let link_fault = use_state_eq(|| false);
    let keys_open = use_state_eq(|| false);
    let main = use_node_ref();
    let asked = use_state_eq(|| None::<WorkspaceChoice>);
    let palette_open = use_state_eq(|| false);
    use_frame_keys(keys_open.setter(), palette_open.setter());
    {
        let dispatcher = notices.dispatcher();
        use_effect_with(notices.current.as_ref().map(|notice| notice.number), move |number| {
            let timeout = number.map(|number| {
                gloo::timers::callback::Timeout::new(NOTICE_MS, move || {
                    dispatcher.dispatch(NoticeAction::Clear(number))
                })
            });
            move || drop(timeout)
        });
    }
    let api = use_client();
    let onaside = use_save_aside();
    let onsave = rescue::use_save_stored();
    let onworkspace = {
        let asked = asked.setter();
        let deps = (api, onaside.clone(), route.clone());
        use_callback(deps, move |choice: WorkspaceChoice, (api, onaside, route)| match choice {
            WorkspaceChoice::Open(name) => api.open_workspace(&name),
            WorkspaceChoice::All => route.go_to(Page::Workspaces),
            WorkspaceChoice::Connect => route.go_to(Page::Connect),
            WorkspaceChoice::Aside => onaside.emit(()),
            ask => asked.set(Some(ask)),
        })
    };
    let toggle = |state: &UseStateHandle<bool>, to: bool| {
        let setter = state.setter();
        Callback::from(move |()| setter.set(to))
    };
    let page = pages::entry(route.route.page);
    let loader = use_loader();
    let remote = use_remote();
    let connected = remote.connection.is_some();
    let lesson = route.route.lesson().is_some();
    let starting = route.route.page == Page::Start
        && !connected
        && !lesson
        && (tables.list.is_empty() || loader.state.is_busy() || session.workspace == SAMPLE_WORKSPACE);
    let view = match &session.phase {
        Phase::Fault(message) => {
            html! { <FaultScreen message={message.clone()} onreload={reload()} onsave={onsave.clone()} /> }
        }
        Phase::Waiting => html! { <WaitingScreen workspace={session.name().to_owned()} /> },
        Phase::Opening if session.opened == 0 => html! { <OpeningScreen /> },
        _ if starting && !tables.loaded => html! { <OpeningScreen /> },
        // The first minute; it stays while its sample is loaded.
        _ if starting => html! { <div class="page" data-page="start"><pages::start::StartPage /></div> },
        // A new workspace is a new page: nothing of the old one stays in it.
        _ => {
            let key = format!("{} {} {}", page.page.slug(), session.opened, remote.number);
            let shown = if connected && !pages::is_of_endpoints(page.page) {
                html! { <NotShownThere /> }
            } else {
                (page.view)()
            };
            html! { <div class="page" {key} data-page={page.page.slug()}><WithRest>{ shown }</WithRest></div> }
        }
    };
    let beside =
        lesson.then(|| html! { <div class="lesson-place"><WithRest><LessonPane /></WithRest></div> });
    if route.route.embed() {
        let onfault = {
            let setter = link_fault.setter();
            Callback::from(move |()| setter.set(true))
        };
        return html! {
            <div class="frame" data-embed="true" data-frame="embed" data-phase={phase_name(&session.phase)}
                data-with-lesson={lesson.then_some("true")} data-presents={route.route.presents().then_some("true")}>
                { beside }
                <main class="main">
                    <Host fault={*link_fault} />
                    <Autorun />
                    <EmbedBar />
                    <Panels />
                    <LinkOpener {onfault} />
                    <LoadingBar />
                    <WorkBar />
                    { view }
                    <StatusLine notice={notices.current.clone()} />
                </main>
            </div>
        };
    }
    let onchoose = {
        let (route, drawer) = (route.clone(), drawer.setter());
        Callback::from(move |(table, index): (String, Option<String>)| {
            drawer.set(false);
            // On the Design page a choice is a table to look at, whatever was being made or looked at.
            let place = if route.route.page == Page::Design {
                route.route.at(Page::Design)
            } else {
                route.route.clone()
            };
            route.go.emit(place.on(Some(table), index));
        })
    };
    let to_design = |what: &'static str| {
        pages::has(Page::Design).then(|| {
            let route = route.clone();
            Callback::from(move |()| {
                route.go.emit(route.route.at(Page::Design).with(what, Some(String::new())))
            })
        })
    };
    let onshare = pages::has(Page::Share).then(|| {
        let route = route.clone();
        Callback::from(move |()| route.go_to(Page::Share))
    });
    let onread = {
        let session = session.dispatcher();
        Callback::from(move |()| session.dispatch(SessionAction::ReportRead))
    };
    html! {
        <div class="frame" data-phase={phase_name(&session.phase)} data-connected={connected.to_string()}
            data-with-lesson={lesson.then_some("true")} data-presents={route.route.presents().then_some("true")}>
            <SkipLink main={main.clone()} />
            <TopBar workspace={session.workspace.clone()} workspaces={names(&session)} aside={session.aside > 0} relaxed={session.durability == Durability::Relaxed} leads={session.leads} others={session.others} onworkspace={onworkspace.clone()} {theme}
                ontheme={ontheme.clone()} onpalette={toggle(&palette_open, true)} drawer={*drawer} ondrawer={toggle(&drawer, !*drawer)} onkeys={toggle(&keys_open, true)} {onshare} />
            <Rail tables={tables.list.clone()} loaded={tables.loaded} drawer={*drawer} onclose={toggle(&drawer, false)}
                table={tables.chosen(route.route.table.as_deref()).map(|table| AttrValue::from(table.name.clone()))}
                index={route.route.index.clone().map(AttrValue::from)} {onchoose}
                onnew={to_design("new")} onsample={to_design("samples")} />
            { beside }
            <main class="main" ref={main} tabindex="-1">
                { tab_row(&route, starting) }
                <Banners storage={session.storage.clone()} outdated={session.outdated} onreload={reload()} {onread} {onsave}
                    aside={session.aside > 0} {onaside}
                    report={if session.report_read { Vec::new() } else { session.report.clone() }} />
                <UpdateBar />
                <RemoteBar />
                <Past />
                <RemovedBar />
                <LinkOpener />
                <LoadingBar />
                <WorkBar />
                { view }
                <StatusLine notice={notices.current.clone()} />
            </main>
            <Strip />
            <Shortcuts open={*keys_open} onclose={toggle(&keys_open, false)} list={shortcut_list()} />
            <CommandPalette open={*palette_open} onclose={toggle(&palette_open, false)} onworkspace={onworkspace}
                ontheme={ontheme.reform(move |()| theme.next())} onkeys={toggle(&keys_open, true)} />
            <DurabilityDialog open={*asked == Some(WorkspaceChoice::Durability)} onclose={ {
                let asked = asked.setter();
                Callback::from(move |()| asked.set(None))
            } } />
            <WorkspaceDialogs asked={(*asked).clone()} onclose={ {
                let asked = asked.setter();
                Callback::from(move |()| asked.set(None))
            } } />
        </div>
    }
}

/// Loads the page again.
fn reload() -> Callback<()> {
    // Refused only where the page goes already.
    Callback::from(|()| drop(gloo::utils::window().location().reload()))
}

/// The workspaces, each with what it is called, in the order of that.
fn names(session: &crate::state::session::Session) -> Vec<(String, String)> {
    let called = |id: &String| (id.clone(), session.called(id).to_owned());
    let mut names: Vec<_> = session.workspaces.iter().map(called).collect();
    names.sort_by(|(_, one), (_, other)| one.cmp(other));
    names
}

fn phase_name(phase: &Phase) -> &'static str {
    match phase {
        Phase::Opening => "opening",
        Phase::Ready => "ready",
        Phase::Waiting => "waiting",
        Phase::Fault(_) => "fault",
    }
}

/// The row of tabs; a select in narrow windows (the style sheet shows one of the two).
fn tab_row(route: &RouteHandle, starting: bool) -> Html {
    let shown = || PAGES.iter().filter(|entry| entry.tab);
    let selected = if starting { Page::Start.slug() } else { pages::entry(route.route.page).page.slug() };
    let tabs: Vec<Tab> = shown().map(|entry| Tab::new(entry.page.slug(), entry.label)).collect();
    let start = starting.then(|| SelectOption::new(Page::Start.slug(), "Start"));
    // The select names the page that is shown, also where that has no tab.
    let listed = |entry: &&pages::PageEntry| entry.tab || entry.page.slug() == selected;
    let pages = PAGES.iter().filter(listed).map(|entry| SelectOption::new(entry.page.slug(), entry.label));
    let options: Vec<SelectOption> = start.into_iter().chain(pages).collect();
    let go = {
        let route = route.clone();
        move |slug: &str| route.go_to(Page::from_slug(slug).unwrap_or_default())
    };
    let onselect = {
        let go = go.clone();
        Callback::from(move |slug: AttrValue| go(&slug))
    };
    let onchange = Callback::from(move |slug: String| go(&slug));
    html! {
        <div class="tab-row">
            <Tabs kind="page" label="Pages" {tabs} {selected} {onselect} />
            <Select label="Page" hide_label={true} name="page" {options} value={selected} {onchange} />
        </div>
    }
}

fn shortcut_list() -> Vec<Shortcut> {
    let mut list = vec![
        Shortcut::new("Ctrl K", "Search or do anything (⌘ K on a Mac)"),
        Shortcut::new("Ctrl Enter", "Run the request (⌘ Enter on a Mac)"),
        Shortcut::new("n", "Transactions: send the next message; Streams: GetRecords"),
        Shortcut::new(".", "Step forward on the timeline; on Streams to the next record"),
        Shortcut::new(",", "Step back on the timeline; on Streams to the record before"),
        Shortcut::new("l", "Follow the newest event"),
        Shortcut::new("p", "Pause the workspace's clock, or let it run"),
        Shortcut::new("]", "Move the clock on to what happens next"),
        Shortcut::new("< >", "Slow the clock down, speed it up"),
        Shortcut::new("→ PageDown", "Presenting a lesson: on, an answer first"),
        Shortcut::new("← PageUp", "Presenting a lesson: the step before"),
        Shortcut::new("Esc", "Leave the presentation"),
        Shortcut::new("?", "This list"),
    ];
    list.extend(
        PAGES
            .iter()
            .map(|entry| Shortcut::new(&format!("g {}", entry.letter), format!("Go to {}", entry.label))),
    );
    list
}

/// Saves the damaged parts of the open workspace's journal as a file.
#[hook]
fn use_save_aside() -> Callback<()> {
    let (api, session, notices) = (use_client(), use_session(), use_notices());
    let name = session.name().to_owned();
    let notices = notices.dispatcher();
    use_callback((api, name), move |(), (api, name)| {
        let (api, name, notices) = (api.clone(), name.clone(), notices.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let saved = match api.read_aside().await {
                Ok(parts) => {
                    let whole =
                        format!("{{\"workspace\": {}, \"aside\": {parts}}}\n", serde_json::Value::from(name));
                    let saved = download("set-aside.dynascope.json", "application/json", &whole);
                    saved.map_err(|_| "The browser refused the file.".to_owned())
                }
                Err(error) => Err(crate::state::lesson::show(&error).message),
            };
            if let Err(why) = saved {
                notices.dispatch(NoticeAction::Say(Level::Failed, why));
            }
        });
    })
}

/// The frame's own keys: steps, tabs, the list of keys.
#[hook]
fn use_frame_keys(keys_open: UseStateSetter<bool>, palette_open: UseStateSetter<bool>) {
    let timeline = use_timeline().dispatcher();
    let route = use_route();
    let ask_clock = clock::use_ask_clock();
    let pace = use_clock().state.pace;
    let after_g = use_mut_ref(|| false);
    let pressed = use_callback((route, pace), move |event: KeyboardEvent, (route, pace)| {
        let control = event.ctrl_key() || event.meta_key();
        if control && event.key().eq_ignore_ascii_case("k") && !event.alt_key() && !route.route.embed() {
            palette_open.set(true);
            return event.prevent_default();
        }
        // What has the focus may have taken the key already.
        if control || event.alt_key() || is_editing(&event) || event.default_prevented() {
            return;
        }
        let key = event.key();
        let after_g = std::mem::replace(&mut *after_g.borrow_mut(), key == "g");
        match key.as_str() {
            letter if after_g && letter != "g" && !route.route.embed() => {
                let Some(entry) = PAGES.iter().find(|entry| entry.letter == letter) else { return };
                route.go_to(entry.page);
            }
            "." => timeline.dispatch(TimelineAction::Step(1)),
            "," => timeline.dispatch(TimelineAction::Step(-1)),
            "l" => timeline.dispatch(TimelineAction::Live),
            "p" if pace.paused => ask_clock.emit(ClockChange::Run),
            "p" => ask_clock.emit(ClockChange::Pause),
            "]" => ask_clock.emit(ClockChange::Step),
            "<" => ask_clock.emit(ClockChange::Speed { speed: pace.speed.next(false) }),
            ">" => ask_clock.emit(ClockChange::Speed { speed: pace.speed.next(true) }),
            "?" => keys_open.set(true),
            _ => return,
        }
        event.prevent_default();
    });
    use_keys(pressed);
}
