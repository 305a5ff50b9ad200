//! The lesson's own workspace: made of its sample when it is begun, found again when it is gone on with, made anew when it begins again.
//! The reader's own workspaces are never touched.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Icon};
use crate::hooks::{
    Change, Destination, read_site, use_client, use_loader, use_notices, use_remote, use_session,
};
use crate::lessons::Lesson;
use crate::lessons::progress::Progress;
use crate::share::Document;
use crate::state::loading::Loading;
use crate::state::notice::{Level, NoticeAction};

/// Where the samples are, relative to the document.
const SAMPLES: &str = "samples";

/// Where the lesson's requests would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bench {
    /// The workspace is being opened or made.
    Coming,
    /// Into the lesson's workspace.
    Here,
    /// Another workspace is open. Whether the lesson's own is there.
    Elsewhere(bool),
    /// A real endpoint answers.
    Remote,
    /// The sample cannot be had.
    Fault(String),
}

/// What this lesson waits for.
#[derive(Clone, Debug, Default, PartialEq)]
enum Wanted {
    /// Nothing was asked for yet.
    #[default]
    New,
    /// The sample's document is being read.
    Reading,
    /// The document is being loaded: what was open before, and what goes once it is there.
    Loading { former: String, stale: Option<String> },
    /// Nothing more.
    Settled,
    /// The sample cannot be had.
    Fault(String),
}

async fn read_sample(lesson: &Lesson) -> Result<Document, String> {
    let mut document = match &lesson.sample {
        Some(sample) => {
            let text = read_site(&format!("{SAMPLES}/{sample}")).await?;
            Document::parse(&text).map_err(|error| format!("{sample}: {error}"))?
        }
        None => Document::new(""),
    };
    document.name = name_of(lesson);
    Ok(document)
}

/// What the lesson's workspace is called.
fn name_of(lesson: &Lesson) -> String {
    format!("Lesson: {}", lesson.title)
}

/// Opens the lesson's workspace once, made where there is none. Gives where it stands, the way back into it, and the way to a new one.
#[hook]
pub fn use_bench(
    lesson: &Rc<Lesson>,
    progress: &Rc<Progress>,
    change: &Callback<Change>,
) -> (Bench, Callback<()>, Callback<()>) {
    let (api, session, loader, remote) = (use_client(), use_session(), use_loader(), use_remote());
    let notices = use_notices().dispatcher();
    let wanted = use_state_eq(Wanted::default);
    let own = progress
        .workspace
        .clone()
        .filter(|own| session.workspaces.contains(own) || *own == session.workspace);
    let connected = remote.connection.is_some();
    // `stale` is a workspace that goes once the new one is there.
    let make = {
        let (lesson, load, wanted, former) =
            (lesson.clone(), loader.load.clone(), wanted.setter(), session.workspace.clone());
        Callback::from(move |stale: Option<String>| {
            wanted.set(Wanted::Reading);
            let (lesson, load, wanted, former) =
                (lesson.clone(), load.clone(), wanted.clone(), former.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match read_sample(&lesson).await {
                    Ok(document) => {
                        wanted.set(Wanted::Loading { former, stale });
                        load.emit((Rc::new(document), Destination::NewWorkspaceAndStay));
                    }
                    Err(reason) => wanted.set(Wanted::Fault(reason)),
                }
            });
        })
    };
    let enter = {
        let (api, own, make, here) = (api.clone(), own.clone(), make.clone(), session.workspace.clone());
        Callback::from(move |()| match &own {
            Some(own) if *own == here => {}
            Some(own) => api.open_workspace(own),
            None => make.emit(None),
        })
    };
    let free = session.is_ready() && session.opened > 0 && !loader.state.is_busy() && !connected;
    {
        let (enter, setter) = (enter.clone(), wanted.setter());
        use_effect_with(free && *wanted == Wanted::New, move |begins| {
            if *begins {
                setter.set(Wanted::Settled);
                enter.emit(());
            }
        });
    }
    {
        // What was made is the lesson's, once all of it is there.
        let (setter, change, title) = (wanted.setter(), change.clone(), name_of(lesson));
        let busy = loader.state.is_busy();
        let failed = matches!(*loader.state, Loading::Failed { .. });
        let began = use_mut_ref(|| false);
        let deps = ((*wanted).clone(), busy, failed, session.workspace.clone(), session.is_ready());
        use_effect_with(deps, move |(wanted, busy, failed, workspace, ready)| {
            let Wanted::Loading { former, stale } = wanted else {
                *began.borrow_mut() = false;
                return;
            };
            if *busy {
                *began.borrow_mut() = true;
            } else if *began.borrow() && *ready {
                setter.set(Wanted::Settled);
                if *failed || workspace == former {
                    return;
                }
                let made = workspace.clone();
                change.emit(Box::new(move |progress| progress.workspace = Some(made)));
                let Some(stale) = stale.clone().filter(|stale| stale != workspace) else { return };
                let (api, made) = (api.clone(), workspace.clone());
                wasm_bindgen_futures::spawn_local(async move {
                    api.delete_workspace(&stale);
                    if let Err(error) = api.rename_workspace(made, title).await {
                        notices.dispatch(NoticeAction::Say(
                            Level::Failed,
                            crate::state::lesson::show(&error).message,
                        ));
                    }
                });
            }
        });
    }
    let bench = match (&*wanted, &own) {
        _ if connected => Bench::Remote,
        (Wanted::Fault(reason), _) => Bench::Fault(reason.clone()),
        (Wanted::New | Wanted::Reading | Wanted::Loading { .. }, _) => Bench::Coming,
        _ if !session.is_ready() => Bench::Coming,
        (Wanted::Settled, Some(own)) if *own == session.workspace => Bench::Here,
        (Wanted::Settled, own) => Bench::Elsewhere(own.is_some()),
    };
    let again = {
        let (change, stale) = (change.clone(), own);
        Callback::from(move |()| {
            change.emit(Box::new(|progress| *progress = Progress { step: 1, ..Progress::default() }));
            make.emit(stale.clone());
        })
    };
    (bench, enter, again)
}

/// The props of [`BenchBar`].
#[derive(Properties, PartialEq)]
pub struct BenchBarProps {
    /// Where the lesson's requests would go.
    pub bench: Bench,
    /// Open the lesson's workspace.
    pub onenter: Callback<()>,
}

/// What stands in the way of the lesson's requests.
#[component]
pub fn BenchBar(props: &BenchBarProps) -> Html {
    let (said, label) = match &props.bench {
        Bench::Here => return html! {},
        Bench::Coming => ("The lesson’s workspace is being made ready…".to_owned(), None),
        Bench::Elsewhere(true) => {
            ("Another workspace is open. The lesson goes on in its own.".to_owned(), Some("Back to it"))
        }
        Bench::Elsewhere(false) => ("The lesson’s workspace is not there.".to_owned(), Some("Make it")),
        Bench::Remote => (
            "A real endpoint answers here, and lessons send it nothing: disconnect to go on.".to_owned(),
            None,
        ),
        Bench::Fault(reason) => (reason.clone(), Some("Try again")),
    };
    let state = match &props.bench {
        Bench::Coming | Bench::Here => "coming",
        Bench::Elsewhere(_) => "elsewhere",
        Bench::Remote => "remote",
        Bench::Fault(_) => "fault",
    };
    html! {
        <div class="lesson-bench" role="status" data-bench={state}>
            if state != "coming" {
                <Icon name="info" />
            }
            <p>{ said }</p>
            if let Some(label) = label {
                <Button {label} kind={ButtonKind::Quiet} onclick={props.onenter.clone()} action="enter-lesson" />
            }
        </div>
    }
}
