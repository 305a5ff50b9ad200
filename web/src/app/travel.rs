//! What keeps the timeline fed and in the address: the events around the playhead from the worker, the place in the link, the
//! export.

use std::cell::Cell;

use engine::timeline::Filter;
use gloo::timers::callback::Timeout;
use js_sys::Array;
use web_sys::{Blob, BlobPropertyBag};
use yew::prelude::*;

use crate::hooks::{
    Timelines, copy_text, download_blob, use_client, use_notices, use_route, use_session, use_timeline,
};
use crate::protocol::timeline::TimelineRead;
use crate::share::{Document, link};
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};
use crate::state::place::Place;
use crate::state::timeline::TimelineAction;

/// So many events on each side of the playhead are at hand.
const AROUND: usize = 100;
/// What changes within this time, in milliseconds, is read once.
const TOGETHER_MS: u32 = 60;

/// Reads the events around the playhead whenever the page's own are not enough: something is filtered, the list is open, the
/// playhead is among older events, or the track reaches back to them.
#[hook]
pub fn use_window(listed: bool, track: Option<(u64, u64)>, stretches: usize) {
    let (api, timeline, session) = (use_client(), use_timeline(), use_session());
    let dispatcher = timeline.dispatcher();
    let number = use_memo((), |()| Cell::new(0_u32));
    let wanted = listed || !timeline.is_near() || track.is_some();
    let newest = timeline.newest().map(|event| event.id).filter(|_| wanted);
    let deps = (timeline.playhead, timeline.filter.clone(), newest, track, (wanted, listed, session.opened));
    use_effect_with(deps, move |(playhead, filter, _, track, (wanted, listed, _))| {
        number.set(number.get() + 1);
        let read = TimelineRead {
            filter: filter.clone(),
            around: playhead.unwrap_or(u64::MAX),
            at_ms: None,
            before: AROUND,
            after: AROUND,
            track: track.map(|(from_ms, to_ms)| (from_ms, to_ms, stretches)),
            subjects: *listed,
        };
        let (mine, track) = (number.get(), *track);
        let timeout = wanted.then(|| {
            Timeout::new(TOGETHER_MS, move || {
                wasm_bindgen_futures::spawn_local(async move {
                    let filter = read.filter.clone();
                    let Some((answer, events)) = api.read_timeline(read).await else { return };
                    if number.get() == mine {
                        let answer = Box::new(answer);
                        dispatcher.dispatch(TimelineAction::Told { filter, track, answer, events });
                    }
                });
            })
        });
        move || drop(timeout)
    });
}

/// Puts the playhead on the last event that matches at or before a moment; on the first where `at_ms` is none.
#[hook]
pub fn use_seek() -> Callback<Option<u64>> {
    let (api, timeline) = (use_client(), use_timeline());
    use_callback((api, timeline), |at_ms: Option<u64>, (api, timeline)| {
        let oldest = timeline.events().front().map(|event| event.at_ms);
        if let (true, Some(at_ms)) = (timeline.filter.is_open(), at_ms)
            && oldest.is_some_and(|oldest| oldest <= at_ms)
        {
            return timeline.dispatch(TimelineAction::SeekTime(at_ms));
        }
        let filter = timeline.filter.clone();
        let before = usize::from(at_ms.is_some());
        let read = TimelineRead { filter, around: 0, at_ms, before, after: 1, ..TimelineRead::default() };
        let (api, dispatcher) = (api.clone(), timeline.dispatcher());
        wasm_bindgen_futures::spawn_local(async move {
            if let Some((_, events)) = api.read_timeline(read).await
                && let Some(event) = events.first()
            {
                dispatcher.dispatch(TimelineAction::Seek(event.id));
            }
        });
    })
}

/// Keeps the timeline's place in the address, and goes to the place that the address named when the page was opened, as soon as
/// its event is there.
#[hook]
pub fn use_place(listed: bool) {
    let (timeline, route, session, notices) = (use_timeline(), use_route(), use_session(), use_notices());
    let asked = use_mut_ref({
        let place = Place::of(&route.route);
        move || Some(place).filter(|place| *place != Place::default())
    });
    {
        let (asked, timeline) = (asked.clone(), timeline.dispatcher());
        use_effect_with(session.opened, move |opened| {
            if let Some(place) = asked.borrow().as_ref().filter(|_| *opened > 0) {
                timeline.dispatch(TimelineAction::Filter(place.filter.clone()));
            }
        });
    }
    let kept = timeline.events().front().zip(timeline.newest()).map(|(first, last)| (first.id, last.id));
    {
        let (asked, dispatcher) = (asked.clone(), timeline.dispatcher());
        let loaded = kept.is_some() || session.opened > 0;
        use_effect_with((kept, loaded), move |(kept, loaded)| {
            let mut asked = asked.borrow_mut();
            let Some(place) = asked.as_ref().filter(|_| *loaded) else { return };
            match (place.event, kept) {
                (None, _) => *asked = None,
                (Some(event), Some((first, last))) if (first..=last).contains(&&event) => {
                    dispatcher.dispatch(TimelineAction::Seek(event));
                    *asked = None;
                }
                (Some(event), Some((first, _))) if event < *first => {
                    let gone = format!(
                        "Event {event}, which the link names, is not kept: the timeline begins at event {first}."
                    );
                    notices.dispatch(NoticeAction::Say(Level::Failed, gone));
                    *asked = None;
                }
                // It has not happened yet.
                _ => {}
            }
        });
    }
    let place = Place { event: timeline.playhead, filter: timeline.filter.clone(), listed };
    use_effect_with((place, route, session.opened), move |(place, route, opened)| {
        let to = place.put(&route.route);
        if asked.borrow().is_none() && *opened > 0 && to != route.route {
            route.replace.emit(to);
        }
    });
}

/// Puts a link to the step that is shown on the clipboard: it carries every request since the workspace was made, and the address
/// that names the event. Where there is no clipboard, or the link is too long, says so.
#[hook]
pub fn use_step_link() -> Callback<()> {
    let (api, session, notices, route) =
        (use_client(), use_session(), use_notices().dispatcher(), use_route());
    let (workspace, place) = (session.workspace.clone(), route.route.query());
    let model = session.model.clone();
    use_callback((api, workspace, place, model), move |(), (api, workspace, place, model)| {
        let (api, workspace, place, notices) =
            (api.clone(), workspace.clone(), place.clone(), notices.clone());
        let model = (**model).clone();
        wasm_bindgen_futures::spawn_local(async move {
            let copied = match api.sent_requests().await {
                Err(error) => Err(show(&error).message),
                Ok(history) => {
                    let document = Document::new(workspace).with_model(model);
                    let document = Document { history, ..document };
                    let here = gloo::utils::window().location();
                    let here = here.origin().unwrap_or_default() + &here.pathname().unwrap_or_default();
                    match link::encode(&document) {
                        Err(error) => Err(error.to_string()),
                        Ok(fragment) if copy_text(&format!("{here}{place}#{fragment}")).await => Ok(()),
                        Ok(_) => Err("The browser has no clipboard for this page.".to_owned()),
                    }
                }
            };
            let said = match copied {
                Ok(()) => (
                    Level::Done,
                    "The link is on the clipboard: it opens at this step, by sending this workspace's requests again.".to_owned(),
                ),
                Err(why) => (Level::Failed, why),
            };
            notices.dispatch(NoticeAction::Say(said.0, said.1));
        });
    })
}

/// Saves the events that match as a file of JSON, read part by part.
#[hook]
pub fn use_export() -> Callback<Filter> {
    let (api, session, notices) = (use_client(), use_session(), use_notices().dispatcher());
    let workspace = session.workspace.clone();
    use_callback((api, workspace), move |filter: Filter, (api, workspace)| {
        let (api, workspace, notices) = (api.clone(), workspace.clone(), notices.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let (parts, mut from, mut any) = (Array::of1(&"[\n".into()), Some(0), false);
            while let Some(next) = from {
                match api.export_timeline(filter.clone(), next).await {
                    Ok(part) if part.text.is_empty() => from = part.next,
                    Ok(part) => {
                        if std::mem::replace(&mut any, true) {
                            parts.push(&",\n".into());
                        }
                        parts.push(&part.text.into());
                        from = part.next;
                    }
                    Err(error) => {
                        return notices.dispatch(NoticeAction::Say(Level::Failed, show(&error).message));
                    }
                }
            }
            parts.push(&"\n]\n".into());
            let options = BlobPropertyBag::new();
            options.set_type("application/json");
            let saved = Blob::new_with_str_sequence_and_options(&parts, &options)
                .and_then(|blob| download_blob(&format!("{workspace}.timeline.json"), &blob));
            if saved.is_err() {
                notices
                    .dispatch(NoticeAction::Say(Level::Failed, "The browser refused the file.".to_owned()));
            }
        });
    })
}

/// The timeline's track: what the worker told where it was asked, else the page's own events.
pub fn stretches(
    timeline: &Timelines,
    from_ms: u64,
    to_ms: u64,
    count: usize,
) -> Vec<engine::timeline::Density> {
    match timeline.track.as_deref() {
        Some((from, to, track)) if (*from, *to) == (from_ms, to_ms) => track.clone(),
        _ => timeline.density(from_ms, to_ms, count),
    }
}
