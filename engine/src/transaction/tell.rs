//! The words for what happens in a run, and the rules that decide.
//!
//! Owns sentences for people; what is refused is worded by `error`. Follows the published protocol's own terms.

use serde::{Deserialize, Serialize};

/// A rule of the published protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Rule {
    Timestamp,
    LatestDelete,
    Pending,
    Condition,
    Repeated,
    Decision,
    Recovery,
    PlainWrite,
    PlainRead,
    TwoRounds,
    Token,
}

impl Rule {
    /// The rule in a sentence, with where it is published.
    pub fn text(self) -> &'static str {
        match self {
            Rule::Timestamp => {
                "A prepare is accepted only if the transaction's timestamp is later than the item's: transactions take effect in the order \
                 of their timestamps (USENIX ATC 2023)."
            }
            Rule::LatestDelete => {
                "An item that is not there has no timestamp: the latest delete of its partition stands in for it (USENIX ATC 2023)."
            }
            Rule::Pending => {
                "An item that one transaction holds is refused to every other until that one is settled (USENIX ATC 2023)."
            }
            Rule::Condition => {
                "A partition accepts a prepare only if the item's condition and the limits hold; one refusal cancels the whole transaction."
            }
            Rule::Repeated => "A message that comes again, or too late, changes nothing (USENIX ATC 2023).",
            Rule::Decision => {
                "Commit is decided only when every item has accepted. Once it is in the ledger it is carried out, whatever fails."
            }
            Rule::Recovery => {
                "A recovery manager finds transactions in the ledger that nobody goes on with, and finishes them (USENIX ATC 2023)."
            }
            Rule::PlainWrite => {
                "A plain write of an item that a transaction holds gets TransactionConflictException."
            }
            Rule::PlainRead => {
                "A plain read never waits and is never refused: it returns what was committed last."
            }
            Rule::TwoRounds => {
                "TransactGetItems reads every item twice: it is rejected where a write is pending, or an item's log position changed between \
                 the two (USENIX ATC 2023)."
            }
            Rule::Token => {
                "The same ClientRequestToken within ten minutes is the same transaction: it happens once. While it runs, a repeat gets \
                 TransactionInProgressException."
            }
        }
    }
}

/// A list's length in words: `1 item`, `2 items`.
pub fn items(count: usize) -> String {
    format!("{count} item{}", if count == 1 { "" } else { "s" })
}
