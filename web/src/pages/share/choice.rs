//! What goes into a link, and what is said of its length. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::share::{Document, SavedRequest};
use crate::state::requests::SavedRequest as Kept;
use crate::state::route::{Page, Route};
use crate::state::tables::TableDescription;

/// Items go along by themselves up to so many bytes in all; beyond, the reader says so.
const ITEM_BYTES: u64 = 256_000;

/// Up to this length a link survives every browser, mail and chat tool.
const SHORT_CHARS: usize = 2_000;
/// Up to this length most tools keep a link whole.
const MEDIUM_CHARS: usize = 16_000;

/// Where a link opens on the item collections of a table.
pub const COLLECTIONS: &str = "collections";

/// What the reader chose, where it differs from what is chosen by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// The design's name; the workspace's where there is none.
    pub name: Option<String>,
    /// The tables that stay behind.
    pub left_out: BTreeSet<String>,
    /// Whether a table's items go along.
    pub items: BTreeMap<String, bool>,
    /// The saved requests stay behind.
    pub no_requests: bool,
    /// The access patterns stay behind.
    pub no_patterns: bool,
    /// The entities stay behind.
    pub no_entities: bool,
    /// The traffic recipes stay behind.
    pub no_recipes: bool,
    /// The request that is opened first.
    pub first: Option<String>,
    /// Sample data of the entities is made of this seed where the link is opened: items stay behind, but for those that are asked for.
    pub seed: Option<u64>,
    /// Where the link opens: the slug of a page, [`COLLECTIONS`], or its first request.
    pub opens: Option<String>,
}

/// A table that goes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Its name.
    pub table: String,
    /// Its items too.
    pub items: bool,
}

impl Choices {
    /// The tables that go along, in the order of the list. Small tables take their items with them.
    pub fn chosen<'a>(&self, tables: impl IntoIterator<Item = &'a TableDescription>) -> Vec<Chosen> {
        let tables: Vec<&TableDescription> = tables.into_iter().collect();
        let mut by_size = tables.clone();
        by_size.sort_by_key(|table| table.size_bytes);
        let mut bytes = 0;
        let mut small = BTreeSet::new();
        for table in by_size.into_iter().filter(|table| !self.left_out.contains(&table.name)) {
            bytes += table.size_bytes;
            if bytes <= ITEM_BYTES {
                small.insert(table.name.as_str());
            }
        }
        let chosen = tables.iter().filter(|table| !self.left_out.contains(&table.name)).map(|table| {
            let items = self.items.get(&table.name).copied();
            Chosen {
                table: table.name.clone(),
                items: items.unwrap_or_else(|| self.seed.is_none() && small.contains(table.name.as_str())),
            }
        });
        chosen.collect()
    }

    /// The part of the address that says where the link opens; nothing for its first request.
    pub fn opening(&self, table: Option<&str>) -> String {
        let opens = self.opens.as_deref().unwrap_or_default();
        let at = |page| Route { page, ..Route::default() }.on(table.map(str::to_owned), None);
        match Page::from_slug(opens) {
            Some(page) if page != Page::Query => at(page).query(),
            None if opens == COLLECTIONS => at(Page::Design).with(COLLECTIONS, Some(String::new())).query(),
            _ => String::new(),
        }
    }

    /// The requests that go along, the first one first; and the names of those that cannot, for their text is no JSON.
    pub fn requests(&self, kept: &[Kept]) -> (Vec<SavedRequest>, Vec<String>) {
        let (mut requests, mut unreadable) = (Vec::new(), Vec::new());
        for one in kept.iter().filter(|_| !self.no_requests) {
            match serde_json::from_str::<Value>(&one.request) {
                Ok(request) if request.is_object() => requests.push(SavedRequest {
                    name: one.name.clone(),
                    operation: one.operation.clone(),
                    request,
                    note: one.note.clone(),
                }),
                _ => unreadable.push(one.name.clone()),
            }
        }
        if let Some(at) = requests.iter().position(|one| Some(&one.name) == self.first.as_ref()) {
            requests[..=at].rotate_right(1);
        }
        (requests, unreadable)
    }
}

/// How a link of that length fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// `good`, `warning` or `bad`.
    pub level: &'static str,
    /// In a sentence or two.
    pub text: &'static str,
}

/// What is said of a link of so many characters.
pub fn advice(chars: usize) -> Advice {
    match chars {
        _ if chars <= SHORT_CHARS => {
            Advice { level: "good", text: "Short enough for every browser, mail and chat tool." }
        }
        _ if chars <= MEDIUM_CHARS => Advice {
            level: "warning",
            text: "Over 2,000 characters some chat and mail tools break links: check that it arrives whole, leave out items or \
                   give them as a seed, or send the file.",
        },
        _ => Advice {
            level: "bad",
            text: "Browsers open it, but most chat and mail tools cut a link of this length. Leave out items, or send the file.",
        },
    }
}

/// A file's name for a document.
pub fn file_name(document: &Document) -> String {
    let mut name = String::new();
    for character in document.name.chars().flat_map(char::to_lowercase) {
        match character.is_alphanumeric() {
            true => name.push(character),
            false if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            false => {}
        }
    }
    let name = name.trim_end_matches('-');
    format!("{}.dynascope.json", if name.is_empty() { "design" } else { name })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(name: &str, size_bytes: u64) -> TableDescription {
        let table = json!({ "TableName": name, "TableSizeBytes": size_bytes });
        TableDescription::read(&table).expect("a table")
    }

    #[test]
    fn a_link_says_where_it_opens() {
        let opening = |opens: &str| {
            Choices { opens: Some(opens.to_owned()), ..Choices::default() }.opening(Some("Orders"))
        };
        assert_eq!(Choices::default().opening(Some("Orders")), "");
        assert_eq!(opening("query"), "");
        assert_eq!(opening("heat"), "?page=heat&table=Orders");
        assert_eq!(opening(COLLECTIONS), "?page=design&table=Orders&collections");
    }

    #[test]
    fn with_a_seed_items_stay_behind_but_for_those_that_are_asked_for() {
        let tables = [table("Orders", 20_000), table("Users", 200_000)];
        let mut choices = Choices { seed: Some(3), ..Choices::default() };
        choices.items.insert("Users".to_owned(), true);
        let items: Vec<bool> = choices.chosen(&tables).into_iter().map(|chosen| chosen.items).collect();
        assert_eq!(items, [false, true]);
    }

    #[test]
    fn small_tables_take_their_items_along_and_large_ones_do_not() {
        let tables = [table("Flights", 2_000_000), table("Orders", 20_000), table("Users", 200_000)];
        let items = |choices: &Choices| -> Vec<(String, bool)> {
            choices.chosen(&tables).into_iter().map(|chosen| (chosen.table, chosen.items)).collect()
        };
        let named = |name: &str, items| (name.to_owned(), items);
        let all = [named("Flights", false), named("Orders", true), named("Users", true)];
        assert_eq!(items(&Choices::default()), all);
        let mut choices = Choices::default();
        choices.left_out.insert("Users".into());
        choices.items.insert("Flights".into(), true);
        choices.items.insert("Orders".into(), false);
        assert_eq!(items(&choices), [named("Flights", true), named("Orders", false)]);
    }

    #[test]
    fn requests_go_along_as_json_the_chosen_one_first() {
        let kept = |name: &str, request: &str| Kept {
            name: name.into(),
            operation: "Query".into(),
            request: request.into(),
            note: String::new(),
        };
        let all = [kept("a", "{}"), kept("broken", "{"), kept("b", "{\"Limit\":1}"), kept("c", "{}")];
        let names = |choices: &Choices| -> (Vec<String>, Vec<String>) {
            let (requests, unreadable) = choices.requests(&all);
            (requests.into_iter().map(|one| one.name).collect(), unreadable)
        };
        let own = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&Choices::default()), (own(&["a", "b", "c"]), own(&["broken"])));
        let first = Choices { first: Some("c".into()), ..Choices::default() };
        assert_eq!(names(&first).0, own(&["c", "a", "b"]));
        let none = Choices { no_requests: true, ..Choices::default() };
        assert_eq!(names(&none), (Vec::new(), Vec::new()));
    }

    #[test]
    fn lengths_and_file_names() {
        assert_eq!([2_000, 2_001, 16_001].map(|chars| advice(chars).level), ["good", "warning", "bad"]);
        assert_eq!(file_name(&Document::new("Orders: a review!")), "orders-a-review.dynascope.json");
        assert_eq!(file_name(&Document::new("…")), "design.dynascope.json");
    }
}
