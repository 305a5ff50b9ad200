//! Workspaces through the client, together with what the page keeps beside each: its saved requests and its drafts.

use web_sys::File;

use super::Api;
use crate::hooks::browser::{draft_key, forget, import_key, recipe_key, requests_key, saved, set_saved};
use crate::protocol::ClientError;
use crate::protocol::workspaces::{Exported, Made, WorkspaceAsk, WorkspaceEntry};
use crate::state::requests::Requests;
use crate::state::session::SessionAction;

/// The largest list of saved requests that is taken from a file, in bytes: localStorage has some five million characters for all.
const REQUESTS_BYTES_MAX: usize = 2_000_000;

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ClientError> {
    serde_json::from_str(text).map_err(|error| ClientError::Protocol { message: error.to_string() })
}

/// Forgets what the page keeps beside a workspace.
fn forget_beside(workspace: &str) {
    forget(&requests_key(workspace));
    forget(&draft_key(workspace));
    forget(&recipe_key(workspace));
    forget(&import_key(workspace));
    forget(&draft_key(&format!("transactions:{workspace}")));
}

/// Long work that has begun.
pub struct Begun<F> {
    /// The number by which it can be stopped.
    pub id: u64,
    /// Its end.
    pub ended: F,
}

impl Api {
    /// Opens another workspace, made when it is not there.
    pub fn open_workspace(&self, workspace: &str) {
        self.slices.session.dispatch(SessionAction::Opening(workspace.to_owned()));
        self.client.open_workspace(workspace);
    }

    /// Forgets a workspace and all it holds for good, its saved requests and its draft too.
    pub fn delete_workspace(&self, workspace: &str) {
        forget_beside(workspace);
        self.client.delete_workspace(workspace);
    }

    async fn ask(&self, ask: WorkspaceAsk) -> Result<String, ClientError> {
        self.client.ask_workspaces(ask).await.result
    }

    /// All workspaces, with those that can be put back.
    pub async fn list_workspaces(&self) -> Result<Vec<WorkspaceEntry>, ClientError> {
        read(&self.ask(WorkspaceAsk::List).await?)
    }

    /// Makes an empty workspace and opens it. `ids` are those that there are: what the page still keeps under the id of one that is
    /// gone is not the new one's.
    pub async fn create_workspace(&self, name: String, ids: &[String]) -> Result<Made, ClientError> {
        forget_beside(&crate::hooks::free_name(&name, ids));
        read(&self.ask(WorkspaceAsk::Create { name }).await?)
    }

    /// Calls a workspace otherwise.
    pub async fn rename_workspace(&self, workspace: String, name: String) -> Result<(), ClientError> {
        self.ask(WorkspaceAsk::Rename { workspace, name }).await.map(drop)
    }

    /// Deletes a workspace so that it can be put back for a while: what is kept beside it stays as long.
    pub async fn remove_workspace(&self, workspace: String, name: String) -> Result<(), ClientError> {
        self.ask(WorkspaceAsk::Delete { workspace: workspace.clone() }).await?;
        self.slices.session.dispatch(SessionAction::Removed(workspace, name));
        Ok(())
    }

    /// Puts a deleted workspace back.
    pub async fn put_workspace_back(&self, workspace: String) -> Result<Made, ClientError> {
        let made = self.ask(WorkspaceAsk::PutBack { workspace: workspace.clone() }).await?;
        self.slices.session.dispatch(SessionAction::Settled(workspace));
        read(&made)
    }

    /// Deletes a deleted workspace for good.
    pub async fn discard_workspace(&self, workspace: String) -> Result<(), ClientError> {
        self.ask(WorkspaceAsk::Discard { workspace: workspace.clone() }).await?;
        forget_beside(&workspace);
        self.slices.session.dispatch(SessionAction::Settled(workspace));
        Ok(())
    }

    /// Makes a copy of a workspace.
    pub fn copy_workspace(
        &self,
        workspace: String,
        name: String,
        progress: impl Fn(u64, u64) + 'static,
    ) -> Begun<impl Future<Output = Result<Made, ClientError>> + 'static> {
        let of = requests_key(&workspace);
        let (id, reply) = self.client.work(WorkspaceAsk::Duplicate { workspace, name }, None, progress);
        let ended = async move {
            let made: Made = read(&reply.await.result?)?;
            forget_beside(&made.workspace);
            if let Some(requests) = saved(&of) {
                set_saved(&requests_key(&made.workspace), &requests);
            }
            Ok(made)
        };
        Begun { id, ended }
    }

    /// Writes a workspace into a file.
    pub fn export_workspace(
        &self,
        workspace: String,
        progress: impl Fn(u64, u64) + 'static,
    ) -> Begun<impl Future<Output = Result<Exported, ClientError>> + 'static> {
        let requests = saved(&requests_key(&workspace)).unwrap_or_default();
        let (id, reply) = self.client.work(WorkspaceAsk::Export { workspace, requests }, None, progress);
        Begun { id, ended: async move { read(&reply.await.result?) } }
    }

    /// Makes a workspace of a file.
    pub fn import_workspace(
        &self,
        file: File,
        progress: impl Fn(u64, u64) + 'static,
    ) -> Begun<impl Future<Output = Result<Made, ClientError>> + 'static> {
        let name = file.name();
        let name = name.strip_suffix(".dynascope").unwrap_or(&name).to_owned();
        let (id, reply) = self.client.work(WorkspaceAsk::Import { name }, Some(file), progress);
        let ended = async move {
            let made: Made = read(&reply.await.result?)?;
            forget_beside(&made.workspace);
            // What a file says is taken for requests only where it reads as such.
            if made.requests.len() <= REQUESTS_BYTES_MAX && read::<Requests>(&made.requests).is_ok() {
                set_saved(&requests_key(&made.workspace), &made.requests);
            }
            Ok(made)
        };
        Begun { id, ended }
    }

    /// Stops long work.
    pub async fn stop_work(&self, of: u64) {
        // What is over cannot be stopped.
        drop(self.ask(WorkspaceAsk::Stop { of }).await);
    }
}
