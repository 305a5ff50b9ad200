//! Who asked what, and who is told what: the page of this tab, and those of the tabs that follow it.
//!
//! Owns the numbers under which the session knows the calls: each page counts its own. What happens is told to all, an answer to
//! whoever asked, and the events of a call to the others as something that happened. Pure: a tab is a way to say something.

use std::collections::BTreeMap;

use crate::protocol::retry::{Fate, settled};
use crate::protocol::tabs::Says;
use crate::protocol::timeline::TimelineAsk;
use crate::protocol::{FromWorker, Place, ToWorker};

/// A way to say something to a tab.
pub type Line = Box<dyn Fn(&Says)>;

/// A call that is not answered yet.
struct Asked {
    /// The tab; none for this tab's own page.
    by: Option<String>,
    /// The page's number for it.
    id: u64,
    /// Its events are news to the others.
    is_news: bool,
    /// What it changes is told with the opening: the others are to be told again.
    retells: bool,
    fate: Fate,
}

/// The calls that are under way, and the tabs that follow.
pub struct Router {
    page: Box<dyn Fn(FromWorker)>,
    next: u64,
    asked: BTreeMap<u64, Asked>,
    tabs: BTreeMap<String, Line>,
    term: String,
    retell: Option<Option<String>>,
}

impl Router {
    /// A router that tells this tab's page something by `page`.
    pub fn new(page: impl Fn(FromWorker) + 'static) -> Router {
        Router {
            page: Box::new(page),
            next: 0,
            asked: BTreeMap::new(),
            tabs: BTreeMap::new(),
            term: String::new(),
            retell: None,
        }
    }

    /// Tells this tab's page what is its own already.
    pub fn tell_page(&self, message: FromWorker) {
        (self.page)(message);
    }

    /// This tab leads from now on, under that name.
    pub fn lead(&mut self, term: String) {
        self.term = term;
    }

    /// Takes a message in: from now on it has a number of the session's. `fate` is what it was, where it is sent once more.
    pub fn enter(&mut self, by: Option<&str>, message: &mut ToWorker, fate: Fate) {
        let is_news = match message {
            ToWorker::Call { place, .. } => *place == Place::Workspace,
            ToWorker::Timeline { ask, .. } => matches!(ask, TimelineAsk::Replay { .. }),
            _ => false,
        };
        let retells = matches!(
            message,
            ToWorker::KeepRecipes { .. } | ToWorker::KeepModel { .. } | ToWorker::KeepTraffic { .. }
        );
        let Some(id) = message.id_mut() else { return };
        self.next += 1;
        let asked = Asked { by: by.map(str::to_owned), id: *id, is_news, retells, fate };
        self.asked.insert(self.next, asked);
        *id = self.next;
    }

    /// Hands a message of the session's to whom it concerns.
    pub fn deliver(&mut self, message: FromWorker) {
        match message {
            FromWorker::Reply { id, now_ms, result, events } => {
                let Some(asked) = self.asked.remove(&id) else { return };
                let is_heard = asked.by.is_some() || !self.tabs.is_empty();
                if asked.is_news && is_heard && !events.is_empty() {
                    let news = FromWorker::Events { events: events.clone() };
                    if asked.by.is_some() {
                        self.tell_page(news.clone());
                    }
                    self.tell_all(&news, asked.by.as_deref());
                }
                if asked.retells && result.is_ok() {
                    self.retell = Some(asked.by.clone());
                }
                let result = settled(asked.fate, result);
                let reply = FromWorker::Reply { id: asked.id, now_ms, result, events };
                match &asked.by {
                    None => self.tell_page(reply),
                    Some(tab) => self.tell(tab, reply),
                }
            }
            FromWorker::Clock { .. }
            | FromWorker::Events { .. }
            | FromWorker::Branch { .. }
            | FromWorker::Heat { .. }
            | FromWorker::Comparison { .. } => {
                self.tell_all(&message, None);
                self.tell_page(message);
            }
            // Long work is the own page's alone.
            FromWorker::Progress { id, done, total } => {
                if let Some(Asked { id, .. }) = self.asked.get(&id) {
                    self.tell_page(FromWorker::Progress { id: *id, done, total });
                }
            }
            own => self.tell_page(own),
        }
    }

    /// The number under which the session knows a call of this tab's page.
    pub fn number_of(&self, page_id: u64) -> Option<u64> {
        let mut own = self.asked.iter().filter(|(_, asked)| asked.by.is_none() && asked.id == page_id);
        own.next().map(|(number, _)| *number)
    }

    fn tell_all(&self, message: &FromWorker, except: Option<&str>) {
        let others = self.tabs.iter().filter(|(tab, _)| Some(tab.as_str()) != except);
        let mut says = None;
        for (_, line) in others {
            let term = || self.term.clone();
            line(says.get_or_insert_with(|| Says::Tell { term: term(), message: Box::new(message.clone()) }));
        }
    }

    /// Tells one tab.
    pub fn tell(&self, tab: &str, message: FromWorker) {
        if let Some(line) = self.tabs.get(tab) {
            line(&Says::Tell { term: self.term.clone(), message: Box::new(message) });
        }
    }

    /// Tells this page and all tabs how many there are.
    pub fn tell_count(&self) {
        let others = self.tabs.len() as u32;
        self.tell_page(FromWorker::Tabs { leads: true, others });
        self.tell_all(&FromWorker::Tabs { leads: false, others }, None);
    }

    /// A tab follows from now on; it may have before.
    pub fn join(&mut self, tab: String, line: Line) {
        self.tabs.insert(tab, line);
    }

    /// A tab follows no more; whether it did.
    pub fn leave(&mut self, tab: &str) -> bool {
        self.tabs.remove(tab).is_some()
    }

    /// Whether that tab follows.
    pub fn follows(&self, tab: &str) -> bool {
        self.tabs.contains_key(tab)
    }

    /// The tabs that follow.
    pub fn tabs(&self) -> impl Iterator<Item = &String> {
        self.tabs.keys()
    }

    /// How many tabs follow.
    pub fn count(&self) -> usize {
        self.tabs.len()
    }

    /// The workspace is let go, its answers sent: the tabs look for another leader.
    pub fn part(&mut self) {
        for (_, line) in std::mem::take(&mut self.tabs) {
            line(&Says::Leaving { term: self.term.clone() });
        }
    }

    /// Whether others must be told again of the opening.
    pub fn retells(&self) -> bool {
        self.retell.is_some()
    }

    /// Whether others than the one that asked (none for this page) must be told again of the opening.
    pub fn take_retell(&mut self) -> Option<Option<String>> {
        self.retell.take()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use engine::timeline::Event;

    use super::*;
    use crate::protocol::ClientError;

    fn call(id: u64, place: Place) -> ToWorker {
        ToWorker::Call { id, place, operation: "PutItem".into(), request: "{}".into() }
    }

    fn reply(id: u64, events: Vec<Event>) -> FromWorker {
        FromWorker::Reply { id, now_ms: 5, result: Ok("{}".into()), events: events.into() }
    }

    fn event() -> Event {
        let world = &mut engine::world::World::new(Default::default());
        world.execute("us-east-1", 1, "ListTables", b"{}").events.remove(0)
    }

    /// A router with two tabs, and all that was told: to whom, what.
    /// What was posted, each with the tab that it went to.
    type Posted = Rc<RefCell<Vec<(String, FromWorker)>>>;

    fn router() -> (Router, Posted) {
        let told = Rc::new(RefCell::new(Vec::new()));
        let page = told.clone();
        let mut router = Router::new(move |message| page.borrow_mut().push(("page".to_owned(), message)));
        router.lead("t".into());
        for tab in ["b", "c"] {
            let told = told.clone();
            router.join(
                tab.into(),
                Box::new(move |says| {
                    if let Says::Tell { message, .. } = says {
                        told.borrow_mut().push((tab.to_owned(), (**message).clone()));
                    }
                }),
            );
        }
        (router, told)
    }

    #[test]
    fn an_answer_goes_to_who_asked_under_its_own_number_and_its_events_to_all_others() {
        let (mut router, told) = router();
        let (mut own, mut others) = (call(7, Place::Workspace), call(7, Place::Workspace));
        router.enter(None, &mut own, Fate::Undecided);
        router.enter(Some("b"), &mut others, Fate::Undecided);
        assert_ne!(own.id_mut().copied(), others.id_mut().copied());
        let number = *others.id_mut().expect("a call has one");
        router.deliver(reply(number, vec![event()]));
        let news = FromWorker::Events { events: vec![event()].into() };
        let expected = [
            ("page".to_owned(), news.clone()),
            ("c".to_owned(), news),
            ("b".to_owned(), reply(7, vec![event()])),
        ];
        assert_eq!(*told.borrow(), expected);
        told.borrow_mut().clear();
        router.deliver(reply(number, Vec::new()));
        assert!(told.borrow().is_empty(), "it was answered");
        router.leave("b");
        router.deliver(reply(*own.id_mut().expect("a call has one"), Vec::new()));
        assert_eq!(*told.borrow(), [("page".to_owned(), reply(7, Vec::new()))]);
    }

    #[test]
    fn what_happens_in_the_branch_is_news_to_nobody_and_a_second_try_may_be_undecided() {
        let (mut router, told) = router();
        let mut message = call(1, Place::Traffic);
        router.enter(Some("b"), &mut message, Fate::AgainOnce);
        let result = Err(ClientError::Api {
            name: "ConditionalCheckFailedException".into(),
            message: String::new(),
            body: String::new(),
        });
        let id = *message.id_mut().expect("a call has one");
        router.deliver(FromWorker::Reply { id, now_ms: 5, result, events: vec![event()].into() });
        let told = told.borrow();
        assert_eq!(told.len(), 1, "{told:?}");
        let (to, FromWorker::Reply { result, .. }) = &told[0] else { panic!("a reply") };
        assert!(to == "b" && matches!(result, Err(ClientError::LeaderChanged { .. })));
    }
}
