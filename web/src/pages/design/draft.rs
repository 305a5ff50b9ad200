//! A design under work: the form's side and the requests' texts, in step.
//!
//! Pure. Whatever was typed is kept: a text that is no JSON stays as it is, the form then shows what was last read, and is
//! not to be changed until the text can be read again.

use serde::{Deserialize, Serialize};

use super::plan::{apply, requests};
use crate::state::design::TableDesign;
use crate::state::json_text::{JsonFault, parse, print};

/// A request's text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestText {
    /// The operation.
    pub operation: String,
    /// Its JSON, as it was printed or typed.
    pub text: String,
}

impl RequestText {
    /// Where the text is no JSON.
    pub fn fault(&self) -> Option<JsonFault> {
        parse(&self.text).err()
    }
}

/// A design under work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The table as it is; none for one that is to be created.
    pub base: Option<TableDesign>,
    /// The table as it shall be.
    pub design: TableDesign,
    /// What leads there, in order.
    pub requests: Vec<RequestText>,
}

impl Draft {
    /// A design with the requests that lead to it.
    pub fn of(base: Option<TableDesign>, design: TableDesign) -> Draft {
        let made = requests(base.as_ref(), &design).into_iter();
        let requests = made.map(|request| RequestText {
            operation: request.operation.to_owned(),
            text: print(&request.request),
        });
        Draft { base, requests: requests.collect(), design }
    }

    /// The form was changed. What was sent already (`done` requests) is part of the table now.
    pub fn formed(&self, design: TableDesign, done: usize) -> Draft {
        Draft::of(self.reached(done), design)
    }

    /// The table as it is after the first `done` requests.
    pub fn reached(&self, done: usize) -> Option<TableDesign> {
        if done == 0 {
            return self.base.clone();
        }
        let mut table = self.base.clone().unwrap_or_default();
        for request in &self.requests[..done.min(self.requests.len())] {
            if let Ok(value) = parse(&request.text) {
                apply(&mut table, &request.operation, &value);
            }
        }
        Some(table)
    }

    /// A request's text was changed: the form follows where every text can be read.
    pub fn typed(&self, at: usize, text: String) -> Draft {
        let mut next = self.clone();
        if let Some(request) = next.requests.get_mut(at) {
            request.text = text;
        }
        if !next.is_broken() {
            next.design = next.reached(next.requests.len()).unwrap_or_else(|| next.design.clone());
        }
        next
    }

    /// Whether a text cannot be read.
    pub fn is_broken(&self) -> bool {
        self.requests.iter().any(|request| request.fault().is_some())
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// This draft on the table as it is by now: the same where nothing changed under it.
    pub fn on(self, base: Option<TableDesign>) -> Draft {
        if self.base == base { self } else { Draft::of(base, self.design) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::design::{IndexDesign, KeyPart};

    fn table() -> TableDesign {
        let hash = KeyPart { name: "user_id".into(), kind: "S".into() };
        TableDesign { name: "Orders".into(), hash, time_to_live: "ttl".into(), ..TableDesign::fresh() }
    }

    fn with_index(name: &str) -> TableDesign {
        let hash = vec![KeyPart { name: "status".into(), kind: "S".into() }];
        let index = IndexDesign { name: name.into(), hash, ..IndexDesign::fresh(true) };
        TableDesign { globals: vec![index], ..table() }
    }

    #[test]
    fn the_form_follows_the_text_and_the_text_the_form() {
        let draft = Draft::of(None, table());
        let operations: Vec<&str> = draft.requests.iter().map(|r| r.operation.as_str()).collect();
        assert_eq!(operations, ["CreateTable", "UpdateTimeToLive"]);
        let typed = draft.typed(0, draft.requests[0].text.replace("Orders", "Orders2"));
        assert_eq!(typed.design.name, "Orders2");
        assert_eq!(typed.design.time_to_live, "ttl");
        let formed = typed.formed(with_index("by-status"), 0);
        assert!(formed.requests[0].text.contains("by-status"));
    }

    #[test]
    fn a_broken_text_stays_and_the_form_keeps_what_was_last_read() {
        let draft = Draft::of(None, table());
        let broken = draft.typed(0, "{ \"TableName\": ".into());
        assert!(broken.is_broken());
        assert_eq!(broken.design, draft.design);
        assert_eq!(broken.requests[0].text, "{ \"TableName\": ");
        assert!(broken.requests[0].fault().is_some());
        let mended = broken.typed(0, draft.requests[0].text.clone());
        assert_eq!(mended, draft);
    }

    #[test]
    fn what_was_sent_is_part_of_the_table() {
        let draft = Draft::of(Some(table()), with_index("by-status"));
        assert_eq!(draft.requests.len(), 1);
        let after = draft.formed(with_index("by-status"), 1);
        assert!(after.is_empty(), "{:?}", after.requests);
        assert_eq!(Draft::of(Some(table()), table()).requests, []);
    }

    #[test]
    fn a_kept_draft_moves_to_the_table_as_it_is() {
        let draft = Draft::of(Some(table()), with_index("by-status"));
        assert_eq!(draft.clone().on(Some(table())), draft);
        let moved = draft.on(Some(with_index("by-status")));
        assert!(moved.is_empty());
        let text = serde_json::to_string(&moved).expect("plain data");
        assert_eq!(serde_json::from_str::<Draft>(&text).expect("it comes back"), moved);
    }
}
