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
    /// Another tab holds the workspace, and does not answer.
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
    /// Whether this tab leads the workspace.
    pub leads: bool,
    /// How many other tabs have it open.
    pub others: u32,
    /// A newer version is open in another tab: nothing goes on here.
    pub outdated: bool,
    /// Raised by every opening: whoever holds data of a workspace drops it when this changes.
    pub opened: u64,
}

/// What can happen to the session.
#[derive(Clone, Debug)]
pub enum SessionAction {
    /// The page asked for that workspace.
    Opening(String),
    /// The worker said something; only `Ready`, `Tabs`, `Waiting`, `Outdated` and `Fault` matter here.
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
                leads,
                again,
                ..
            }) => {
                self.phase = Phase::Ready;
                (self.leads, self.others) = (leads, u32::from(!leads));
                self.workspace = workspace;
                self.storage = Some(storage);
                self.report_read = report.is_empty();
                self.report = report;
                self.aside = aside;
                self.workspaces = workspaces;
                self.now_ms = clock.now_ms;
                // Where the workspace goes on, what the page shows of it stays.
                self.opened += u64::from(!again || self.opened == 0);
            }
            SessionAction::Heard(FromWorker::Tabs { leads, others }) => {
                (self.leads, self.others) = (leads, others);
            }
            SessionAction::Heard(FromWorker::Outdated) => self.outdated = true,
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
            leads: true,
            again: false,
        })
    }

    #[test]
    fn a_workspace_that_goes_on_under_another_leader_is_not_opened_anew() {
        let mut session = Session::default();
        session.apply(ready("a", &[]));
        session.apply(SessionAction::Heard(FromWorker::Tabs { leads: true, others: 2 }));
        assert_eq!((session.leads, session.others), (true, 2));
        let SessionAction::Heard(FromWorker::Ready {
            version,
            workspace,
            storage,
            report,
            aside,
            workspaces,
            clock,
            recipes,
            ..
        }) = ready("a", &[])
        else {
            panic!("a ready message")
        };
        session.apply(SessionAction::Heard(FromWorker::Ready {
            version,
            workspace,
            storage,
            report,
            aside,
            workspaces,
            clock,
            recipes,
            leads: false,
            again: true,
        }));
        assert_eq!((session.opened, session.leads, session.others), (1, false, 1));
        session.apply(SessionAction::Heard(FromWorker::Outdated));
        assert!(session.outdated && session.is_ready(), "what is on the page stays");
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
