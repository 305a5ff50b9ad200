//! Which workspace is open, how it is kept, and what stands in the way.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::reducible;
use crate::protocol::model::Model;
use crate::protocol::{Durability, FromWorker, Opening, Storage};

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
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Session {
    /// How far it is.
    pub phase: Phase,
    /// The workspace's id, under which what belongs to it is kept; [`Session::called`] says what it is called.
    pub workspace: String,
    /// The ids of all workspaces, sorted.
    pub workspaces: Vec<String>,
    /// What they are called.
    pub names: BTreeMap<String, String>,
    /// The ids of those that were deleted and can be put back.
    pub deleted: Vec<String>,
    /// Whether the reader has written something of their own into the open workspace.
    pub wrote: bool,
    /// The workspace that was deleted last and can be put back: its id and what it was called.
    pub removed: Option<(String, String)>,
    /// Where the workspace is kept; none before the first answer.
    pub storage: Option<Storage>,
    /// Notes about the opening.
    pub report: Vec<String>,
    /// How many damaged parts of the journal are set aside.
    pub aside: u32,
    /// Whether the notes were put away.
    pub report_read: bool,
    /// What the design says beside its tables: its access patterns.
    pub model: Rc<Model>,
    /// The workspace's clock at the last message that carried it, in milliseconds of the epoch.
    pub now_ms: u64,
    /// How durable its writes are.
    pub durability: Durability,
    /// What its opening read.
    pub opening: Opening,
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
    /// This is kept beside the tables from now on.
    Model(Model),
    /// The clock was seen.
    Clock(u64),
    /// The notes were read.
    ReportRead,
    /// A write of the reader's was stored.
    Wrote,
    /// A workspace of that id and name was deleted.
    Removed(String, String),
    /// That one is back, or gone for good, or the reader knows.
    Settled(String),
}

impl Session {
    /// Whether requests are answered.
    pub fn is_ready(&self) -> bool {
        self.phase == Phase::Ready
    }

    /// What a workspace is called.
    pub fn called<'a>(&'a self, workspace: &'a str) -> &'a str {
        self.names.get(workspace).map_or(workspace, String::as_str)
    }

    /// What the open workspace is called.
    pub fn name(&self) -> &str {
        self.called(&self.workspace)
    }

    /// What no new workspace can be called, and no id of one can be.
    pub fn taken(&self) -> Vec<String> {
        let names = self.names.values().chain(&self.workspaces).chain(&self.deleted);
        names.cloned().collect()
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
                durability,
                opening,
                model,
                ..
            }) => {
                (self.durability, self.opening) = (durability, opening);
                self.model = model.into();
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
                self.wrote = false;
            }
            SessionAction::Model(model) => self.model = Rc::new(model),
            SessionAction::Heard(FromWorker::List { names, deleted }) => {
                self.workspaces = names.keys().cloned().collect();
                (self.names, self.deleted) = (names, deleted);
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
            SessionAction::Wrote => self.wrote = true,
            SessionAction::Removed(workspace, name) => self.removed = Some((workspace, name)),
            SessionAction::Settled(workspace) => {
                self.removed.take_if(|(removed, _)| *removed == workspace);
            }
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
            model: Box::default(),
            durability: Durability::Strict,
            opening: Opening::default(),
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
        let SessionAction::Heard(mut told) = ready("a", &[]) else { panic!("a message") };
        if let FromWorker::Ready { leads, again, .. } = &mut told {
            (*leads, *again) = (false, true);
        }
        session.apply(SessionAction::Heard(told));
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
    fn a_workspace_is_called_by_its_name_and_no_new_one_by_that_or_any_id() {
        let mut session = Session::default();
        session.apply(ready("a", &[]));
        assert_eq!(session.name(), "a", "as long as nothing else is known");
        let names = [("a", "Orders"), ("b", "b")].map(|(id, name)| (id.to_owned(), name.to_owned()));
        let names = BTreeMap::from(names);
        session.apply(SessionAction::Heard(FromWorker::List { names, deleted: vec!["c".into()] }));
        assert_eq!((session.name(), session.called("b")), ("Orders", "b"));
        assert_eq!(session.workspaces, ["a", "b"]);
        for taken in ["a", "Orders", "b", "c"] {
            assert!(session.taken().contains(&taken.to_owned()), "{taken}");
        }
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
