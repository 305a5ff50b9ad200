//! One workspace in several tabs: the session leads it, or follows the tab that does.
//!
//! Owns the change from one to the other. All of the engine's state is the leader's: the workspace, its clock, its traffic, its
//! history. What a tab looks at, the playhead above all, is its page's own, and comes along with each of its requests.

use super::{Command, PATIENCE_MS, Session};
use crate::protocol::retry::Fate;
use crate::protocol::tabs::{Heard, Says};
use crate::protocol::{ClientError, FromWorker, Happened, ToWorker};
use crate::worker::channel::{Channel, of_tab, of_workspace};
use crate::worker::following::{Following, undecided};
use crate::worker::leader::{self, Lock};

/// A name that no other tab has.
pub(super) fn name() -> String {
    let draw = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}{:08x}", draw(), draw(), draw())
}

impl Session {
    /// What the page says: this tab sees to it, or the one that leads.
    pub(super) async fn hear_page(&mut self, mut message: ToWorker) {
        let own = matches!(
            message,
            ToWorker::Hello { .. }
                | ToWorker::OpenWorkspace { .. }
                | ToWorker::DeleteWorkspace { .. }
                | ToWorker::Workspaces { .. }
        );
        if let Some(following) = &mut self.following
            && !own
        {
            return following.ask(message);
        }
        self.router.borrow_mut().enter(None, &mut message, Fate::Undecided);
        self.receive(message).await;
    }

    /// Opens the page's first workspace.
    pub(super) async fn open_first(&mut self, workspace: String, again: bool) {
        if again && !self.sandbox {
            let report = vec![
                "The page's background worker had ended, and was started again. Everything that was acknowledged is \
                 here."
                    .to_owned(),
            ];
            return self.lead_or_follow(workspace, report, true).await;
        }
        self.switch(workspace, Vec::new()).await;
    }

    /// Takes the workspace's lock and opens it, or follows the tab that holds it. `again` where the page shows it already.
    pub(super) async fn lead_or_follow(&mut self, workspace: String, report: Vec<String>, again: bool) {
        self.channel = self.channel(&of_workspace(&workspace));
        if let Some(lock) = leader::try_lock(&workspace).await {
            return self.open_with(workspace, lock, report, again).await;
        }
        let own = self.channel(&of_tab(&self.tab));
        let line = move |says: &Says| {
            if let Some(own) = &own {
                own.say(says);
            }
        };
        self.list_workspaces().await;
        self.tell_list().await;
        self.following = Some(Following::new(workspace.clone(), Box::new(line), again));
        self.say(&Says::Join { workspace: workspace.clone() });
        self.wait_alarm = Some(self.wake_after(PATIENCE_MS, || Command::StillWaiting));
        let commands = self.commands.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let lock = leader::lock(&workspace).await;
            // Not wanted any more: the command is dropped, and the lock with it.
            let _ = commands.unbounded_send(Command::Granted { workspace, lock });
        });
    }

    pub(super) fn channel(&self, name: &str) -> Option<Channel> {
        let commands = self.commands.clone();
        // The loop lives as long as the tab does.
        Channel::open(name, &self.tab, move |heard| drop(commands.unbounded_send(Command::Heard(heard))))
    }

    fn say(&self, says: &Says) {
        if let Some(channel) = &self.channel {
            channel.say(says);
        }
    }

    /// Nobody has answered for a while.
    pub(super) async fn still_waiting(&mut self) {
        let Some(following) = self.following.as_ref().filter(|following| !following.is_led()) else { return };
        let workspace = following.workspace().to_owned();
        self.list_workspaces().await;
        let workspaces = self.names().await;
        (self.post)(FromWorker::Waiting { workspace, workspaces });
    }

    /// The lock is this tab's now: it leads, and goes on with what the leader before had not answered.
    pub(super) async fn granted(&mut self, workspace: String, lock: Lock) {
        let Some(mut following) = self.following.take_if(|following| following.workspace() == workspace)
        else {
            return;
        };
        self.open_with(workspace, lock, Vec::new(), following.was_led()).await;
        let left = following.left();
        left.undecided.into_iter().for_each(|id| self.router.borrow().tell_page(undecided(id)));
        for (mut message, fate) in left.again {
            self.router.borrow_mut().enter(None, &mut message, fate);
            self.receive(message).await;
        }
    }

    /// The workspace is open: the page is told, and every tab that waits for a leader.
    pub(super) async fn lead(&mut self, report: Vec<String>, again: bool) {
        self.listen();
        let names = self.tell_list().await;
        let Some(mut ready) = self.ready(report, names).await else { return };
        if let FromWorker::Ready { again: shown, .. } = &mut ready {
            *shown = again;
        }
        (self.post)(ready);
        self.terms += 1;
        let term = format!("{} {}", self.tab, self.terms);
        self.router.borrow_mut().lead(term.clone());
        if let Some(workspace) = self.open.as_ref().map(|open| open.workspace().to_owned()) {
            self.say(&Says::Leads { workspace, term });
        }
    }

    /// Another tab said something.
    pub(super) async fn hear(&mut self, heard: Heard) {
        let (tab, says) = match heard {
            Heard::Older => return self.say(&Says::Here),
            Heard::Newer => return self.step_down().await,
            Heard::Said { tab, says } => (tab, *says),
        };
        match says {
            Says::Here => {}
            Says::Listed => drop(self.tell_list().await),
            Says::Join { workspace } => self.join(tab, &workspace).await,
            Says::Leads { workspace, term } => {
                let following =
                    self.following.as_ref().filter(|following| following.workspace() == workspace);
                if following.is_some_and(|following| !following.is_led_by(&term)) {
                    self.say(&Says::Join { workspace });
                }
            }
            Says::Leave => self.gone(&tab),
            Says::Ask { mut message } => {
                if self.open.is_some() && self.router.borrow().follows(&tab) {
                    self.router.borrow_mut().enter(Some(&tab), &mut message, Fate::Undecided);
                    self.receive(*message).await;
                }
            }
            Says::Tell { term, message } => {
                let Some(following) = &mut self.following else { return };
                let told = following.told(term, *message);
                if following.is_led() {
                    self.wait_alarm = None;
                }
                let router = self.router.borrow();
                told.into_iter().for_each(|message| router.tell_page(message));
            }
            Says::Leaving { term } => {
                if let Some(following) = &mut self.following {
                    following.left_by(&term);
                }
            }
        }
    }

    /// A tab follows from now on: it is told of the opening, and all heat that there is.
    async fn join(&mut self, tab: String, workspace: &str) {
        if self.open.as_ref().is_none_or(|open| open.workspace() != workspace) {
            return;
        }
        let is_new = !self.router.borrow().follows(&tab);
        if is_new {
            let Some(line) = self.channel(&of_tab(&tab)) else { return };
            self.router.borrow_mut().join(tab.clone(), Box::new(move |says| line.say(says)));
            let (commands, watched) = (self.commands.clone(), tab.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if leader::is_gone(&watched).await {
                    let _ = commands.unbounded_send(Command::Gone(watched));
                }
            });
        }
        self.tell_opening(&tab).await;
        for message in self.whole_heat() {
            self.router.borrow().tell(&tab, message);
        }
        self.tell_count();
    }

    async fn tell_opening(&mut self, tab: &str) {
        let names = self.names().await;
        let Some(mut ready) = self.ready(Vec::new(), names).await else { return };
        if let FromWorker::Ready { leads, .. } = &mut ready {
            *leads = false;
        }
        self.router.borrow().tell(tab, ready);
    }

    fn tell_count(&self) {
        self.router.borrow().tell_count();
    }

    /// A tab follows no more.
    pub(super) fn gone(&mut self, tab: &str) {
        let followed = self.router.borrow_mut().leave(tab);
        if followed {
            self.tell_count();
        }
    }

    /// Tells the others of the opening again where one of them, or the page, has changed what is told with it.
    pub(super) async fn tell_again(&mut self) {
        let Some(by) = self.router.borrow_mut().take_retell() else { return };
        let tabs: Vec<String> = self.router.borrow().tabs().cloned().collect();
        for tab in tabs.iter().filter(|tab| by.as_ref() != Some(*tab)) {
            self.tell_opening(tab).await;
        }
        if by.is_some() {
            let names = self.names().await;
            let Some(mut ready) = self.ready(Vec::new(), names).await else { return };
            if let FromWorker::Ready { again, .. } = &mut ready {
                *again = true;
            }
            (self.post)(ready);
        }
    }

    /// The workspace is let go: tabs that follow are told, or the leader that this one followed.
    pub(super) fn part(&mut self) {
        self.router.borrow_mut().part();
        self.channel = None;
        self.wait_alarm = None;
        let Some(mut following) = self.following.take() else { return };
        following.leave();
        let left = following.left();
        let waiting = left.again.into_iter().filter_map(|(mut message, _)| message.id_mut().copied());
        let router = self.router.borrow();
        for id in waiting {
            let message = "Another workspace was opened before the answer came.".to_owned();
            let result = Err(ClientError::Protocol { message });
            router.tell_page(FromWorker::Reply { id, now_ms: 0, result, events: Happened::default() });
        }
        left.undecided.into_iter().for_each(|id| router.tell_page(undecided(id)));
    }

    /// A newer version is there, which this one must not stand in the way of: it lets the workspace go, and the page is told.
    pub(super) async fn step_down(&mut self) {
        if self.outdated {
            return;
        }
        self.close().await;
        self.outdated = true;
        (self.post)(FromWorker::Outdated);
    }
}
