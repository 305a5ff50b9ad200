//! A sandbox speaks with the document that it stands in: takes its messages, and tells it what happens.
//!
//! It listens to the window that holds it and to no other, at the one origin that its own address names
//! ([`crate::protocol::embed::host`]), and what it tells goes to that origin alone. A sandbox has nothing of the reader's.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::utils::{document, window};
use js_sys::JSON;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, ResizeObserver};
use yew::prelude::*;

use crate::hooks::{Destination, use_client, use_loader, use_route, use_session, use_theme, use_timeline};
use crate::protocol::embed::{FromHost, ToHost, host, read};
use crate::share::{Document, link};
use crate::state::loading::Loading;
use crate::state::route::Page;
use crate::state::theme::Theme;
use crate::state::timeline::TimelineAction;

/// Tells the document at `origin`.
fn tell(origin: &str, message: &ToHost) {
    if let (Ok(Some(parent)), Ok(message)) = (window().parent(), JSON::parse(&message.text())) {
        // Refused only where the origin is none, which its reader saw to.
        let _ = parent.post_message(&message, origin);
    }
}

/// The text of a message from the window that holds this one, at that origin.
fn text_of(event: &MessageEvent, origin: &str) -> Option<String> {
    let parent = window().parent().ok().flatten()?;
    let from_it = event.source().is_some_and(|source| JsValue::from(source) == JsValue::from(parent));
    if !from_it || event.origin() != origin {
        return None;
    }
    JSON::stringify(&event.data()).ok()?.as_string()
}

/// The designs that the document sent, each with its number: one is loaded after the other, and each is answered.
#[derive(Clone, Debug, Default, PartialEq)]
struct Wanted {
    waiting: VecDeque<(u64, Rc<Document>)>,
    loading: Option<u64>,
}

enum WantedAction {
    Add(u64, Rc<Document>),
    /// The first of them is being loaded.
    Begin,
    /// It is answered.
    End,
}

impl Reducible for Wanted {
    type Action = WantedAction;
    fn reduce(mut self: Rc<Self>, action: WantedAction) -> Rc<Self> {
        let next = Rc::make_mut(&mut self);
        match action {
            WantedAction::Add(id, document) => next.waiting.push_back((id, document)),
            WantedAction::Begin => next.loading = next.waiting.pop_front().map(|(id, _)| id),
            WantedAction::End => next.loading = None,
        }
        self
    }
}

/// The props of [`Host`].
#[derive(Properties, PartialEq)]
pub struct HostProps {
    /// The design that the address carries or names cannot be opened.
    pub fault: bool,
}

/// Takes messages and tells, for as long as it stands on the page.
#[component]
pub fn Host(props: &HostProps) -> Html {
    let route = use_route();
    let origin = use_memo((), |()| host(&route.route).map(str::to_owned));
    let wanted = use_reducer(Wanted::default);
    use_messages(&origin, &wanted);
    use_designs(&origin, &wanted);
    use_events(&origin);
    use_height(&origin);
    let ready = use_session().is_ready() & (use_link_is_loaded() | props.fault);
    use_effect_with(ready, move |ready| {
        if let (true, Some(origin)) = (*ready, origin.as_ref()) {
            tell(origin, &ToHost::Ready);
        }
    });
    html! {}
}

/// Whether the design that the address carries or names is there, if it does.
#[hook]
fn use_link_is_loaded() -> bool {
    let expected = use_memo((), |()| link::is_share(&window().location().hash().unwrap_or_default()));
    let (began, ended) = (use_mut_ref(|| false), use_state_eq(|| false));
    let setter = ended.setter();
    let loader = use_loader();
    use_effect_with(loader.state.is_busy(), move |busy| {
        if *busy {
            began.replace(true);
        } else if *began.borrow() {
            setter.set(true);
        }
    });
    !*expected || *ended
}

#[hook]
fn use_messages(origin: &Rc<Option<String>>, wanted: &UseReducerHandle<Wanted>) {
    let (api, route, timeline) = (use_client(), use_route(), use_timeline().dispatcher());
    let (_, set_theme) = use_theme();
    let take = {
        let (origin, wanted) = (origin.clone(), wanted.dispatcher());
        Callback::from(move |message: FromHost| {
            let Some(origin) = origin.as_ref().clone() else { return };
            match message {
                FromHost::Request { id, operation, request } => {
                    let reply = api.of_document().back_to_live().call(operation, request.to_string());
                    wasm_bindgen_futures::spawn_local(async move {
                        tell(&origin, &ToHost::answer(id, reply.await.result));
                    });
                }
                FromHost::SetDesign { id, design } => match Document::parse(&design.to_string()) {
                    Ok(document) => wanted.dispatch(WantedAction::Add(id, Rc::new(document))),
                    Err(error) => tell(&origin, &failed(id, error.to_string())),
                },
                FromHost::SetView { page, table, index } => match Page::from_slug(&page) {
                    Some(page) => route.replace.emit(route.route.at(page).on(table, index)),
                    None => tell(
                        &origin,
                        &ToHost::Refused { id: None, reason: format!("There is no page {page}.") },
                    ),
                },
                FromHost::Step { event: Some(event) } => timeline.dispatch(TimelineAction::Seek(event)),
                FromHost::Step { event: None } => timeline.dispatch(TimelineAction::Live),
                FromHost::Theme { theme } => set_theme.emit(Theme::from_name(&theme)),
            }
        })
    };
    // The newest is called: listening does not begin anew with each drawing.
    let newest = use_mut_ref(|| take.clone());
    newest.replace(take);
    let origin = origin.clone();
    use_effect_with((), move |()| {
        let listener = (*origin).clone().map(|origin| {
            EventListener::new(&window(), "message", move |event| {
                let event = event.unchecked_ref::<MessageEvent>();
                match text_of(event, &origin).and_then(|text| read(&text)) {
                    Some(Ok(message)) => {
                        let take = newest.borrow().clone();
                        take.emit(message);
                    }
                    Some(Err(refused)) => tell(&origin, &refused),
                    None => {}
                }
            })
        });
        move || drop(listener)
    });
}

/// The answer to a design that was not loaded.
fn failed(id: u64, reason: String) -> ToHost {
    ToHost::Response { id, status: 400, body: serde_json::json!({"message": reason}) }
}

/// Loads the design that the document sent, and answers when it is there.
#[hook]
fn use_designs(origin: &Rc<Option<String>>, wanted: &UseReducerHandle<Wanted>) {
    let (loader, ready) = (use_loader(), use_session().is_ready());
    let began = use_mut_ref(|| false);
    let (origin, dispatcher) = (origin.clone(), wanted.dispatcher());
    let (load, state) = (loader.load.clone(), (*loader.state).clone());
    use_effect_with(((**wanted).clone(), state, ready), move |(wanted, state, ready)| {
        let Some(origin) = origin.as_ref() else { return };
        match (wanted.loading, wanted.waiting.front()) {
            (None, Some((_, document))) if *ready && !state.is_busy() => {
                began.replace(false);
                dispatcher.dispatch(WantedAction::Begin);
                load.emit((document.clone(), Destination::NewWorkspace));
            }
            (Some(_), _) if state.is_busy() => {
                began.replace(true);
            }
            (Some(id), _) if *began.borrow() => {
                let answer = match state {
                    Loading::Failed { operation, error, .. } => {
                        let message = crate::state::lesson::show(error).message;
                        failed(id, format!("{operation}: {message}"))
                    }
                    _ => ToHost::Response { id, status: 200, body: serde_json::json!({}) },
                };
                dispatcher.dispatch(WantedAction::End);
                tell(origin, &answer);
            }
            _ => {}
        }
    });
}

/// Tells of every event once.
#[hook]
fn use_events(origin: &Rc<Option<String>>) {
    let timeline = use_timeline();
    let told = use_memo((), |()| Cell::new(0_u64));
    let newest = timeline.newest().map(|event| event.id);
    let origin = origin.clone();
    use_effect_with(newest, move |newest| {
        let (Some(origin), Some(newest)) = (origin.as_ref(), *newest) else { return };
        // A new workspace begins with its first event.
        let from = if newest < told.get() { 0 } else { told.get() };
        let events = timeline.events().iter().filter(|event| event.id > from).map(|event| (**event).clone());
        tell(origin, &ToHost::Event { events: events.collect() });
        told.set(newest);
    });
}

/// Tells how high the page is, whenever that changes.
#[hook]
fn use_height(origin: &Rc<Option<String>>) {
    let (origin, session, page) = (origin.clone(), use_session(), use_route().route.page);
    use_effect_with((page, session.opened), move |_| {
        let mut observed = None;
        if let (Some(origin), Ok(Some(page))) = ((*origin).clone(), document().query_selector("main > .page"))
        {
            let (last, bars) = (Cell::new(0), page.get_bounding_client_rect().top() as i32);
            let element = page.clone();
            let measure = Closure::<dyn Fn()>::new(move || {
                let inside = element.first_element_child().map_or(0, |inside| inside.scroll_height());
                let pixels = (bars + inside.max(element.scroll_height())).max(0) as u32;
                if last.replace(pixels) != pixels {
                    tell(&origin, &ToHost::Height { pixels });
                }
            });
            if let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
                observer.observe(&page);
                if let Some(inside) = page.first_element_child() {
                    observer.observe(&inside);
                }
                observed = Some((observer, measure));
            }
        }
        move || {
            if let Some((observer, measure)) = observed {
                observer.disconnect();
                drop(measure);
            }
        }
    });
}
