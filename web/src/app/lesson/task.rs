//! A task: something to be done in the workspace, by whatever way. It is looked at after each change whether it is done; hints come one
//! by one, and the solution behind the last of them.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use super::request::CallView;
use super::send::{send_all, unmet};
use crate::components::{Button, ButtonKind, ErrorPanel, Icon, Markdown};
use crate::hooks::{Change, use_client, use_interval, use_session, use_timeline};
use crate::lessons::progress::Progress;
use crate::lessons::{Call, Check};
use crate::protocol::ClientError;

/// So long after a change it is looked at, so that what changes together is looked at once.
const QUIET_MS: u32 = 300;
/// So often it is looked at besides.
const ARRIVALS_MS: u32 = 2_000;

/// The props of [`Task`].
#[derive(Properties, PartialEq)]
pub struct TaskProps {
    /// Its place in the lesson, under which it is kept.
    pub place: String,
    /// What is to be done, as Markdown.
    pub text: String,
    /// What helps.
    pub hints: Vec<String>,
    /// What shows that it is done.
    pub checks: Vec<Check>,
    /// What does it.
    pub solution: Vec<Call>,
    /// How far the reader is in the lesson.
    pub progress: Rc<Progress>,
    /// Changes that.
    pub change: Callback<Change>,
    /// Whether the lesson's workspace is open.
    pub ready: bool,
}

/// What was found when the reader asked.
#[derive(Clone, PartialEq)]
enum Asked {
    No,
    Sending,
    Missing(String),
    Refused(ClientError),
}

/// A task.
#[component]
pub fn Task(props: &TaskProps) -> Html {
    let (api, session, timeline) = (use_client(), use_session(), use_timeline());
    let asked = use_state_eq(|| Asked::No);
    let TaskProps { place, progress, .. } = props;
    let done = progress.done.contains(place);
    let hints = progress.hints.get(place).copied().unwrap_or(0).min(props.hints.len() + 1);
    let mark = {
        let (change, place) = (props.change.clone(), place.clone());
        Callback::from(move |()| {
            let place = place.clone();
            change.emit(Box::new(move |progress| progress.finish(place)));
        })
    };
    // Done is what was not so and is: what a step's requests only undo later is no deed of the reader's.
    let was_unmet = use_mut_ref(|| false);
    let look = {
        let (api, checks, mark, was_unmet) =
            (api.clone(), props.checks.clone(), mark.clone(), was_unmet.clone());
        Callback::from(move |()| {
            let (api, checks, mark, was_unmet) =
                (api.clone(), checks.clone(), mark.clone(), was_unmet.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let is_met = unmet(&api, &checks).await.is_none();
                let was = was_unmet.replace(!is_met);
                if is_met && was {
                    mark.emit(());
                }
            });
        })
    };
    let looks = props.ready && !done;
    {
        let newest = timeline.newest().map(|event| event.id);
        let look = look.clone();
        use_effect_with((newest, session.opened, looks), move |(.., looks)| {
            let timeout = looks.then(|| Timeout::new(QUIET_MS, move || look.emit(())));
            move || drop(timeout)
        });
    }
    // What arrives by itself, from another region, is no event here.
    use_interval(looks, ARRIVALS_MS, look);
    let check = {
        let (api, checks, asked) = (api.clone(), props.checks.clone(), asked.setter());
        Callback::from(move |()| {
            let (api, checks, asked) = (api.clone(), checks.clone(), asked.clone());
            let (mark, was_unmet) = (mark.clone(), was_unmet.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match unmet(&api, &checks).await {
                    Some(missing) => {
                        was_unmet.replace(true);
                        asked.set(Asked::Missing(missing));
                    }
                    None => mark.emit(()),
                }
            });
        })
    };
    let more = {
        let (change, place) = (props.change.clone(), place.clone());
        Callback::from(move |()| {
            let place = place.clone();
            change.emit(Box::new(move |progress| *progress.hints.entry(place).or_default() += 1));
        })
    };
    let solve = {
        let (api, solution, asked) = (api, props.solution.clone(), asked.setter());
        Callback::from(move |()| {
            asked.set(Asked::Sending);
            let (api, solution, asked) = (api.clone(), solution.clone(), asked.clone());
            wasm_bindgen_futures::spawn_local(async move {
                asked.set(send_all(&api, &solution).await.map_or_else(Asked::Refused, |()| Asked::No));
            });
        })
    };
    let help = match props.hints.len().checked_sub(hints) {
        None => None,
        Some(0) => Some("Show the solution"),
        Some(_) => Some("Give me a hint"),
    };
    html! {
        <section class="lesson-part lesson-task" aria-label="Task" data-part="task" data-state={if done { "done" } else { "open" }}>
            <h4>
                <Icon name={if done { "check" } else { "list-checks" }} />{ if done { "Done" } else { "Do it" } }
            </h4>
            <Markdown text={props.text.clone()} heading={5} />
            if hints > 0 {
                <ol class="lesson-hints" aria-label="Hints">
                    { for props.hints.iter().take(hints).map(|hint| html! { <li><Markdown text={hint.clone()} heading={5} /></li> }) }
                </ol>
            }
            if hints > props.hints.len() {
                <div class="lesson-solution" data-part="solution">
                    { for props.solution.iter().map(|call| html! { <CallView call={call.clone()} /> }) }
                    <Button label="Send it" icon="play" disabled={!props.ready || done} busy={*asked == Asked::Sending} onclick={solve} action="solve" />
                </div>
            }
            if done {
                <p class="lesson-done" role="status">{ "The engine’s answers show it: this is done." }</p>
            } else {
                <div class="lesson-actions">
                    <Button label="Check" disabled={!props.ready} onclick={check} action="check" />
                    if let Some(help) = help {
                        <Button label={help} kind={ButtonKind::Quiet} onclick={more} action="hint" />
                    }
                </div>
                { match &*asked {
                    Asked::Missing(missing) => html! {
                        <p class="lesson-missing" role="status" data-part="missing"><b>{ "Not yet. " }</b>{ format!("{missing}.") }</p>
                    },
                    Asked::Refused(error) => html! { <ErrorPanel error={error.clone()} /> },
                    Asked::No | Asked::Sending => html! {},
                } }
            }
        </section>
    }
}
