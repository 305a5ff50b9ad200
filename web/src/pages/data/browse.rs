//! Where in a table the reader is: which pages of a Scan were walked through.
//!
//! Follows [pagination](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.Pagination): a page
//! begins after a LastEvaluatedKey, so the way back is the way that was come. Sends nothing.

use serde_json::{Value, json};

use crate::state::explanation::{count, plural};
use crate::state::reducible;

/// The sizes that a page may have.
pub const SIZES: [u32; 5] = [25, 100, 500, 1000, 5000];

/// What is browsed, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Browse {
    /// Items in a page, at most.
    pub size: u32,
    /// Whether the leader is asked (an index follows its table, so only of a table and its local indexes).
    pub consistent: bool,
    /// The ExclusiveStartKey of each page so far; the first has none. Never empty.
    starts: Vec<Option<Value>>,
    /// How many items stood on the pages before this one.
    before: Vec<u64>,
}

impl Default for Browse {
    fn default() -> Browse {
        Browse { size: 100, consistent: true, starts: vec![None], before: vec![0] }
    }
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum BrowseAction {
    /// Another page size: back to the first page.
    Size(u32),
    /// Strongly consistent or not.
    Consistent(bool),
    /// To the page after this one, which ended with that key and had so many items.
    Next(Value, u64),
    /// To the page before this one.
    Previous,
    /// To the first page.
    First,
}

impl Browse {
    /// The Scan of this page.
    pub fn request(&self, table: &str, index: Option<&str>, can_be_consistent: bool) -> Value {
        let mut request =
            json!({ "TableName": table, "Limit": self.size, "ReturnConsumedCapacity": "TOTAL" });
        if let Some(index) = index {
            request["IndexName"] = json!(index);
        }
        if self.consistent && can_be_consistent {
            request["ConsistentRead"] = json!(true);
        }
        if let Some(Some(start)) = self.starts.last() {
            request["ExclusiveStartKey"] = start.clone();
        }
        request
    }

    /// The page's number, from 1.
    pub fn page(&self) -> usize {
        self.starts.len()
    }

    /// `1–25 of 1,204`, of a page with so many items in a table of so many.
    pub fn range(&self, items: u64, total: u64) -> String {
        let before = self.before.last().copied().unwrap_or(0);
        // The count may be older than the page.
        let total = total.max(before + items);
        match items {
            0 if total == 0 => "no items".to_owned(),
            0 => format!("none of {}", plural(total, "item")),
            _ => format!("{}–{} of {}", count(before + 1), count(before + items), plural(total, "item")),
        }
    }

    /// The transition.
    pub fn apply(&mut self, action: BrowseAction) {
        match action {
            BrowseAction::Size(size) => {
                *self = Browse { size, consistent: self.consistent, ..Browse::default() }
            }
            BrowseAction::Consistent(consistent) => self.consistent = consistent,
            BrowseAction::Next(last, items) => {
                self.before.push(self.before.last().copied().unwrap_or(0) + items);
                self.starts.push(Some(last));
            }
            BrowseAction::Previous if self.starts.len() > 1 => {
                self.starts.pop();
                self.before.pop();
            }
            BrowseAction::Previous => {}
            BrowseAction::First => {
                self.starts.truncate(1);
                self.before.truncate(1);
            }
        }
    }
}

reducible!(Browse, BrowseAction);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another_and_lead_back() {
        let mut browse = Browse::default();
        let key = |n: u32| json!({ "id": { "N": n.to_string() } });
        browse.apply(BrowseAction::Size(25));
        assert_eq!(browse.request("T", None, true).get("ExclusiveStartKey"), None);
        browse.apply(BrowseAction::Next(key(25), 25));
        browse.apply(BrowseAction::Next(key(50), 25));
        assert_eq!((browse.page(), browse.range(10, 60)), (3, "51–60 of 60 items".into()));
        assert_eq!(browse.request("T", None, true)["ExclusiveStartKey"], key(50));
        browse.apply(BrowseAction::Previous);
        assert_eq!(browse.request("T", None, true)["ExclusiveStartKey"], key(25));
        assert_eq!(browse.range(25, 1204), "26–50 of 1,204 items");
        browse.apply(BrowseAction::Previous);
        browse.apply(BrowseAction::Previous);
        assert_eq!((browse.page(), browse.range(0, 0)), (1, "no items".into()));
        assert_eq!(browse.range(1, 0), "1–1 of 1 item");
    }

    #[test]
    fn the_request_says_where_and_how() {
        let mut browse = Browse::default();
        let request = browse.request("T", Some("by-x"), false);
        assert_eq!(
            request,
            json!({ "TableName": "T", "IndexName": "by-x", "Limit": 100, "ReturnConsumedCapacity": "TOTAL" })
        );
        assert_eq!(browse.request("T", None, true)["ConsistentRead"], true);
        browse.apply(BrowseAction::Consistent(false));
        browse.apply(BrowseAction::Next(json!({ "id": { "S": "x" } }), 100));
        browse.apply(BrowseAction::Size(500));
        let request = browse.request("T", None, true);
        assert_eq!((&request["Limit"], request.get("ConsistentRead"), browse.page()), (&json!(500), None, 1));
    }
}
