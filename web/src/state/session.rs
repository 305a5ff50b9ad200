//! Which workspace is open, how it is kept, and what stands in the way.

use super::reducible;
use crate::protocol::{FromWorker, Storage};

/// How far the opening of a workspace is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Phase {
    /// The worker has not answered yet.
    #[default]
    Opening,
    /// Requests are answered.
    Ready,
    /// Another tab holds the workspace.
    Waiting,
    /// The worker cannot go on, and says why.
    Fault(String),
}

/// The session.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Session {
    /// How far it is.
    pub phase: Phase,
    /// The workspace's name.
    pub workspace: String,
    /// All workspaces, by name.
    pub workspaces: Vec<String>,
    /// Where the workspace is kept; none before the first answer.
    pub storage: Option<Storage>,
    /// Notes about the opening.
    pub report: Vec<String>,
    /// How many damaged parts of the journal are set aside.
    pub aside: u32,
    /// Whether the notes were put away.
    pub report_read: bool,
    /// The workspace's clock at the last message that carried it, in milliseconds of the epoch.
    pub now_ms: u64,
    /// Raised by every opening: whoever holds data of a workspace drops it when this changes.
    pub opened: u64,
}

/// What can happen to the session.
#[derive(Clone, Debug)]
pub enum SessionAction {
    /// The page asked for that workspace.
    Opening(String),
    /// The worker said something; only `Ready`, `Waiting` and `Fault` matter here.
    Heard(FromWorker),
    /// The clock was seen.
    Clock(u64),
    /// The notes were read.
    ReportRead,
}

impl Session {
    /// Whether requests are answered.
    pub fn is_ready(&self) -> bool {
        self.phase == Phase::Ready
    }

    /// The transition.
    pub fn apply(&mut self, action: SessionAction) {
        match action {
            SessionAction::Opening(workspace) => {
                self.phase = Phase::Opening;
                self.workspace = workspace;
            }
            SessionAction::Heard(FromWorker::Ready {
                workspace,
                storage,
                report,
                aside,
                workspaces,
                clock,
                ..
            }) => {
                self.phase = Phase::Ready;
                self.workspace = workspace;
                self.storage = Some(storage);
                self.report_read = report.is_empty();
                self.report = report;
                self.aside = aside;
                self.workspaces = workspaces;
                self.now_ms = clock.now_ms;
                self.opened += 1;
            }
            SessionAction::Heard(FromWorker::Waiting { workspace, workspaces }) => {
                self.phase = Phase::Waiting;
                self.workspace = workspace;
                self.workspaces = workspaces;
            }
            SessionAction::Heard(FromWorker::Fault { message }) => self.phase = Phase::Fault(message),
            SessionAction::Heard(_) => {}
            SessionAction::Clock(now_ms) => self.now_ms = self.now_ms.max(now_ms),
            SessionAction::ReportRead => self.report_read = true,
        }
    }
}

reducible!(Session, SessionAction);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::clock::ClockState;

    fn ready(workspace: &str, report: &[&str]) -> SessionAction {
        SessionAction::Heard(FromWorker::Ready {
            version: 1,
            workspace: workspace.into(),
            storage: Storage::Durable,
            report: report.iter().map(|s| s.to_string()).collect(),
            aside: 0,
            workspaces: vec!["main".into(), workspace.into()],
            clock: ClockState { now_ms: 7, ..ClockState::default() },
            recipes: Vec::new(),
        })
    }

    #[test]
    fn a_ready_message_opens_and_counts() {
        let mut session = Session::default();
        session.apply(SessionAction::Opening("a".into()));
        assert!(!session.is_ready());
        session.apply(ready("a", &["Replayed 3 segments."]));
        assert!(session.is_ready());
        assert_eq!((session.opened, session.now_ms, session.report_read), (1, 7, false));
        session.apply(ready("b", &[]));
        assert_eq!((session.opened, session.workspace.as_str(), session.report_read), (2, "b", true));
    }

    #[test]
    fn a_fault_stays_readable_and_the_clock_never_runs_back() {
        let mut session = Session::default();
        session.apply(ready("a", &[]));
        session.apply(SessionAction::Clock(90));
        session.apply(SessionAction::Clock(80));
        assert_eq!(session.now_ms, 90);
        session.apply(SessionAction::Heard(FromWorker::Fault { message: "out of memory".into() }));
        assert_eq!(session.phase, Phase::Fault("out of memory".into()));
    }
}
