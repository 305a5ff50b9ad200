//! Long work on whole workspaces, wherever the reader goes meanwhile: a copy, a file, a workspace out of a file.
//!
//! Owns the one piece of work that can be under way, and what is said at its end. A file is handed to the reader, a new workspace is
//! opened.

use std::future::Future;

use web_sys::File;
use yew::prelude::*;

use super::api::{Api, Begun, use_client};
use super::files::download_url;
use super::slices::{use_notices, use_session};
use crate::protocol::ClientError;
use crate::protocol::workspaces::{Exported, Made};
use crate::state::explanation::size;
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction, Notices};
use crate::state::work::{Work, WorkAction};

/// Works on workspaces.
#[derive(Clone, PartialEq)]
pub struct Worker {
    /// How far it is.
    pub state: UseReducerHandle<Work>,
    /// Write the workspace of that id and name into a file.
    pub export: Callback<(String, String)>,
    /// Make a workspace of a file, and open it.
    pub import: Callback<File>,
    /// Make a copy of the workspace of that id, called so.
    pub copy: Callback<(String, String)>,
    /// Stop: nothing is left of it.
    pub cancel: Callback<()>,
    /// What failed was read.
    pub dismiss: Callback<()>,
}

/// The provider's children.
#[derive(Properties, PartialEq)]
pub struct WorkProps {
    /// Who may use the hook.
    pub children: Html,
}

/// Provides the work; stands inside the slices' provider.
#[component]
pub fn WorkProvider(props: &WorkProps) -> Html {
    let worker = use_work_provider();
    html! { <ContextProvider<Worker> context={worker}>{ props.children.clone() }</ContextProvider<Worker>> }
}

/// The work on workspaces.
#[hook]
pub fn use_work() -> Worker {
    use_context::<Worker>().expect("the page stands inside WorkProvider")
}

/// Who is told.
#[derive(Clone)]
struct Told {
    api: Api,
    work: UseReducerDispatcher<Work>,
    notices: UseReducerDispatcher<Notices>,
}

impl Told {
    /// Runs work to its end; what it came to is said by `done`.
    fn run<T: 'static>(
        &self,
        label: String,
        failed: String,
        begin: impl FnOnce(&Api, Box<dyn Fn(u64, u64)>) -> Begun<Ending<T>>,
        done: impl FnOnce(&Told, T) -> String + 'static,
    ) {
        let told = self.clone();
        let number = std::rc::Rc::new(std::cell::Cell::new(0));
        let hears = (number.clone(), told.work.clone());
        let progress = move |done, total| {
            hears.1.dispatch(WorkAction::Progress(hears.0.get(), done, total));
        };
        let Begun { id, ended } = begin(&self.api, Box::new(progress));
        number.set(id);
        told.work.dispatch(WorkAction::Started(id, label));
        wasm_bindgen_futures::spawn_local(async move {
            match ended.await {
                Ok(made) => {
                    told.work.dispatch(WorkAction::Ended);
                    let said = done(&told, made);
                    told.notices.dispatch(NoticeAction::Say(Level::Done, said));
                }
                Err(error) => {
                    let reason = show(&error).message;
                    told.work.dispatch(WorkAction::Failed(failed, reason));
                }
            }
        });
    }
}

type Ending<T> = std::pin::Pin<Box<dyn Future<Output = Result<T, ClientError>>>>;

fn boxed<T, F: Future<Output = Result<T, ClientError>> + 'static>(begun: Begun<F>) -> Begun<Ending<T>> {
    Begun { id: begun.id, ended: Box::pin(begun.ended) }
}

/// A file's name out of a workspace's: what a file system may not take is left out.
fn file_name(name: &str) -> String {
    let plain = |letter: char| if "/\\:*?\"<>|".contains(letter) { '-' } else { letter };
    format!("{}.dynascope", name.chars().map(plain).collect::<String>())
}

#[hook]
fn use_work_provider() -> Worker {
    let api = use_client();
    let notices = use_notices().dispatcher();
    let state = use_reducer(Work::default);
    let taken = use_session().taken();
    let told = Told { api: api.clone(), work: state.dispatcher(), notices };
    let busy = state.is_busy();
    let export = {
        let told = told.clone();
        Callback::from(move |(workspace, name): (String, String)| {
            if busy {
                return;
            }
            let file = file_name(&name);
            let (label, failed) = (format!("Exporting {name}"), format!("{name} was not exported."));
            told.run(
                label,
                failed,
                |api, progress| boxed(api.export_workspace(workspace, progress)),
                move |_, Exported { url, bytes }| match download_url(&file, &url) {
                    Ok(()) => format!("{name} is in {file}, {}.", size(bytes)),
                    Err(_) => "The browser refused to save the file.".to_owned(),
                },
            );
        })
    };
    let import = {
        let told = told.clone();
        Callback::from(move |file: File| {
            if busy {
                return;
            }
            let name = file.name();
            told.run(
                format!("Importing {name}"),
                format!("{name} was not imported. Nothing here was changed."),
                |api, progress| boxed(api.import_workspace(file, progress)),
                |told, made: Made| {
                    told.api.open_workspace(&made.workspace);
                    format!("{} is here as it was.", made.name)
                },
            );
        })
    };
    let copy = {
        let told = told.clone();
        Callback::from(move |(workspace, name): (String, String)| {
            if busy {
                return;
            }
            let wanted = super::free_name(&format!("{name} copy"), &taken);
            told.run(
                format!("Copying {name}"),
                format!("{name} was not copied."),
                |api, progress| boxed(api.copy_workspace(workspace, wanted, progress)),
                move |_, made: Made| format!("{} is a copy of {name}.", made.name),
            );
        })
    };
    let cancel = {
        let (api, state) = (api, state.clone());
        Callback::from(move |()| {
            if let Work::Running { id, .. } = *state {
                let api = api.clone();
                wasm_bindgen_futures::spawn_local(async move { api.stop_work(id).await });
            }
        })
    };
    let dismiss = {
        let work = state.dispatcher();
        Callback::from(move |()| work.dispatch(WorkAction::Ended))
    };
    Worker { state, export, import, copy, cancel, dismiss }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_its_workspace_where_that_can_be() {
        assert_eq!(file_name("Orders review"), "Orders review.dynascope");
        assert_eq!(file_name("a/b: c"), "a-b- c.dynascope");
    }
}
