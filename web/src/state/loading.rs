//! The document that is being loaded: one at a time, seen from every page.

use super::reducible;
use crate::protocol::ClientError;

/// How far the loading of a document is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Loading {
    /// Nothing is being loaded.
    #[default]
    Idle,
    /// Under way.
    Running {
        /// The document's name.
        name: String,
        /// How many steps are done.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// It was cancelled: what was made of it is being taken away.
    Undoing {
        /// The document's name.
        name: String,
    },
    /// It stopped.
    Failed {
        /// The document's name.
        name: String,
        /// What could not be done: `CreateTable`.
        operation: String,
        /// Of which table.
        table: String,
        /// Why.
        error: ClientError,
        /// Whether nothing is left of it.
        undone: bool,
    },
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum LoadingAction {
    /// A document of that name begins.
    Started(String),
    /// So many steps of so many are done.
    Progress(usize, usize),
    /// It is being taken back.
    Undo,
    /// It stopped at `operation` of `table`.
    Failed {
        /// The API action.
        operation: String,
        /// The table.
        table: String,
        /// Why.
        error: ClientError,
        /// Whether nothing is left of it.
        undone: bool,
    },
    /// It is over, or its failure was read.
    Ended,
}

impl Loading {
    /// Whether another document would have to wait.
    pub fn is_busy(&self) -> bool {
        matches!(self, Loading::Running { .. } | Loading::Undoing { .. })
    }

    /// The transition.
    pub fn apply(&mut self, action: LoadingAction) {
        let name = match self {
            Loading::Running { name, .. } | Loading::Undoing { name } => name.clone(),
            Loading::Idle | Loading::Failed { .. } => String::new(),
        };
        *self = match action {
            LoadingAction::Started(name) => Loading::Running { name, done: 0, total: 1 },
            LoadingAction::Progress(done, total) if matches!(self, Loading::Running { .. }) => {
                Loading::Running { name, done, total }
            }
            LoadingAction::Progress(..) => return,
            LoadingAction::Undo => Loading::Undoing { name },
            LoadingAction::Failed { operation, table, error, undone } => {
                Loading::Failed { name, operation, table, error, undone }
            }
            LoadingAction::Ended => Loading::Idle,
        };
    }
}

reducible!(Loading, LoadingAction);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_progress_does_not_undo_a_cancel() {
        let mut loading = Loading::default();
        loading.apply(LoadingAction::Started("Orders".into()));
        loading.apply(LoadingAction::Progress(3, 9));
        assert_eq!(loading, Loading::Running { name: "Orders".into(), done: 3, total: 9 });
        loading.apply(LoadingAction::Undo);
        loading.apply(LoadingAction::Progress(4, 9));
        assert_eq!(loading, Loading::Undoing { name: "Orders".into() });
        assert!(loading.is_busy());
        loading.apply(LoadingAction::Ended);
        assert_eq!(loading, Loading::Idle);
    }
}
