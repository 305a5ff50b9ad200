//! Where you are: the address's query string, `?page=query&table=Orders&index=status-index`.
//!
//! The fragment is never touched: it belongs to the share document. Names of later pages may stand here before their
//! page is there; the registry in `pages` decides what is shown.

use std::collections::BTreeMap;

use crate::share::percent;

/// The pages that an address can name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Page {
    /// No page is named: the first minute in an empty workspace, else the Query page.
    #[default]
    Start,
    Design,
    Patterns,
    Data,
    Query,
    Heat,
    Cluster,
    Transactions,
    Streams,
    Regions,
    Backups,
    Cost,
    Advice,
    Share,
    Exchange,
    Connect,
    Workspaces,
    Learn,
}

impl Page {
    /// All of them, in the order of the tabs.
    pub const ALL: [Page; 18] = [
        Page::Start,
        Page::Design,
        Page::Patterns,
        Page::Data,
        Page::Query,
        Page::Heat,
        Page::Cluster,
        Page::Transactions,
        Page::Streams,
        Page::Regions,
        Page::Backups,
        Page::Cost,
        Page::Advice,
        Page::Share,
        Page::Exchange,
        Page::Connect,
        Page::Workspaces,
        Page::Learn,
    ];

    /// The value of `page=`.
    pub fn slug(self) -> &'static str {
        match self {
            Page::Start => "start",
            Page::Design => "design",
            Page::Patterns => "patterns",
            Page::Data => "data",
            Page::Query => "query",
            Page::Heat => "heat",
            Page::Cluster => "cluster",
            Page::Transactions => "transactions",
            Page::Streams => "streams",
            Page::Cost => "cost",
            Page::Advice => "advice",
            Page::Regions => "regions",
            Page::Backups => "backups",
            Page::Share => "share",
            Page::Exchange => "exchange",
            Page::Connect => "connect",
            Page::Workspaces => "workspaces",
            Page::Learn => "learn",
        }
    }

    /// The page of that slug.
    pub fn from_slug(slug: &str) -> Option<Page> {
        Page::ALL.into_iter().find(|page| page.slug() == slug)
    }
}

/// How the names of the parameters of a sandbox in somebody’s document begin: they stay with it.
pub const EMBED: &str = "embed";

/// How the names of the timeline's parameters begin: its place is every page's.
pub const TIMELINE: &str = "event";

/// The parameters of the lesson that stands beside the page, whatever page that is: which, its step from one, whether it is presented, and
/// whether the reader is asked to begin it again.
const LESSON: [&str; 4] = ["lesson", "step", "present", "again"];

/// What the Query page is asked to do once.
const ASKED: [&str; 2] = ["op", "run"];

/// An address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The page.
    pub page: Page,
    /// The table that is chosen.
    pub table: Option<String>,
    /// The index that is chosen, of that table.
    pub index: Option<String>,
    /// Everything else: a page’s own parameters, and a sandbox’s.
    pub rest: BTreeMap<String, String>,
}

impl Route {
    /// Reads a query string, with or without its `?`. What it does not know it keeps.
    pub fn parse(query: &str) -> Route {
        let mut route = Route::default();
        for pair in query.strip_prefix('?').unwrap_or(query).split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (percent::decode_query(name), percent::decode_query(value));
            match name.as_str() {
                "page" => route.page = Page::from_slug(&value).unwrap_or_default(),
                "table" if !value.is_empty() => route.table = Some(value),
                "index" if !value.is_empty() => route.index = Some(value),
                "table" | "index" => {}
                _ => {
                    route.rest.insert(name, value);
                }
            }
        }
        route
    }

    /// The query string, with its `?`.
    pub fn query(&self) -> String {
        let mut text = format!("?page={}", self.page.slug());
        let named = [("table", &self.table), ("index", &self.index)];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let rest = self.rest.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in named.chain(rest) {
            text.push('&');
            text.push_str(&percent::encode_query(name));
            if !value.is_empty() {
                text.push('=');
                text.push_str(&percent::encode_query(value));
            }
        }
        text
    }

    /// The same place on another page. A page's own parameters stay behind; those of a sandbox, the timeline’s and the lesson’s go along.
    pub fn at(&self, page: Page) -> Route {
        let goes =
            |name: &str| name.starts_with(EMBED) || name.starts_with(TIMELINE) || LESSON.contains(&name);
        let rest = self.rest.iter().filter(|(name, _)| goes(name));
        let rest = rest.map(|(name, value)| (name.clone(), value.clone())).collect();
        Route { page, table: self.table.clone(), index: self.index.clone(), rest }
    }

    /// The same page with another table or index.
    pub fn on(&self, table: Option<String>, index: Option<String>) -> Route {
        Route { page: self.page, table, index, rest: self.rest.clone() }
    }

    /// The same address with one parameter set, or taken out.
    pub fn with(&self, name: &str, value: Option<String>) -> Route {
        let mut route = self.clone();
        match value {
            Some(value) => route.rest.insert(name.to_owned(), value),
            None => route.rest.remove(name),
        };
        route
    }

    /// The place as a link names it to somebody else: without what belongs to a sandbox, a lesson, or to this timeline.
    pub fn to_share(&self) -> Route {
        let own = |name: &str| {
            name.starts_with(EMBED)
                || name.starts_with(TIMELINE)
                || LESSON.contains(&name)
                || ASKED.contains(&name)
        };
        let mut route = self.clone();
        route.rest.retain(|name, _| !own(name));
        route
    }

    /// The lesson beside the page, which the list of all lessons has none of.
    pub fn lesson(&self) -> Option<&str> {
        self.rest
            .get(LESSON[0])
            .map(String::as_str)
            .filter(|name| !name.is_empty() && self.page != Page::Learn)
    }

    /// The lesson's step, from one.
    pub fn step(&self) -> Option<usize> {
        self.rest.get(LESSON[1])?.parse().ok().filter(|step| *step > 0)
    }

    /// Whether the lesson is presented: in large type, and with little around it.
    pub fn presents(&self) -> bool {
        self.lesson().is_some() && self.rest.contains_key(LESSON[2])
    }

    /// The same place with this lesson beside it, at this step or where it was left.
    pub fn with_lesson(&self, name: &str, step: Option<usize>) -> Route {
        let step = step.map(|step| step.to_string());
        self.with(LESSON[0], Some(name.to_owned())).with(LESSON[1], step).asking_again(false)
    }

    /// The same place, the lesson presented or not.
    pub fn presenting(&self, presents: bool) -> Route {
        self.with(LESSON[2], presents.then(String::new))
    }

    /// Whether the reader is asked to begin the lesson again.
    pub fn asks_again(&self) -> bool {
        self.lesson().is_some() && self.rest.contains_key(LESSON[3])
    }

    /// The same place, the reader asked that or not.
    pub fn asking_again(&self, asks: bool) -> Route {
        self.with(LESSON[3], asks.then(String::new))
    }

    /// The same place without a lesson.
    pub fn without_lesson(&self) -> Route {
        LESSON.iter().fold(self.clone(), |route, name| route.with(name, None))
    }

    /// Whether the page is a bare sandbox in somebody's document.
    pub fn embed(&self) -> bool {
        self.rest.contains_key(EMBED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_back() {
        let route = Route::parse("?page=heat&table=Orders%20%26+more&index=by-%C3%BC&embed&row=3");
        assert_eq!(route.page, Page::Heat);
        assert_eq!(route.table.as_deref(), Some("Orders & more"));
        assert_eq!(route.index.as_deref(), Some("by-ü"));
        assert!(route.embed());
        assert_eq!(Route::parse(&route.query()), route);
        assert_eq!(route.query(), "?page=heat&table=Orders+%26+more&index=by-%C3%BC&embed&row=3");
    }

    #[test]
    fn a_broken_address_is_the_first_page() {
        assert_eq!(Route::parse("?page=nowhere&table=&index=%"), {
            Route { index: Some("%".into()), ..Route::default() }
        });
        assert_eq!(Route::parse(""), Route::default());
    }

    #[test]
    fn a_pages_own_parameters_stay_with_it() {
        let route = Route::parse("page=query&table=T&request=9&embed=bare&event=7");
        assert_eq!(route.at(Page::Data).query(), "?page=data&table=T&embed=bare&event=7");
        assert_eq!(
            route.on(Some("U".into()), None).query(),
            "?page=query&table=U&embed=bare&event=7&request=9"
        );
        assert_eq!(route.with("request", None).query(), "?page=query&table=T&embed=bare&event=7");
    }

    #[test]
    fn what_is_of_one_reader_alone_is_not_shared() {
        let route = Route::parse(
            "?page=data&table=T&index=i&embed&embed-origin=x&event=7&lesson=keys&step=2&op&view=json",
        );
        assert_eq!(route.to_share().query(), "?page=data&table=T&index=i&view=json");
    }

    #[test]
    fn a_lesson_goes_along_to_other_pages_but_not_into_the_list() {
        let route = Route::parse("?page=cluster&table=T&lesson=keys&step=2&row=9");
        assert_eq!((route.lesson(), route.step(), route.presents()), (Some("keys"), Some(2), false));
        let there = route.at(Page::Heat);
        assert_eq!(there.query(), "?page=heat&table=T&lesson=keys&step=2");
        assert_eq!(there.presenting(true).query(), "?page=heat&table=T&lesson=keys&present&step=2");
        assert_eq!(there.presenting(true).without_lesson().query(), "?page=heat&table=T");
        assert_eq!(there.with_lesson("ttl", None).query(), "?page=heat&table=T&lesson=ttl");
        let asking = there.asking_again(true);
        assert!(asking.asks_again() && !asking.with_lesson("ttl", None).asks_again());
        assert_eq!(route.at(Page::Learn).lesson(), None);
        assert_eq!(Route::parse("?lesson=keys&step=0").step(), None);
    }
}
