//! Advice on how one client asks: one request after the other, and table after table.
//!
//! Follows [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html) and
//! [from relational to NoSQL](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-relational-modeling.html).

use crate::api::contents::TableContents;

use super::requests::{RUN, Requests};
use super::{Advice, AdviceKind};

/// Fewer reads of one table and then another are a coincidence.
const EVIDENCE_JOINS: u64 = 3;

/// What the requests of one client on a table show; of two tables that are read in a row it is told at the first.
pub(super) fn advice(contents: &TableContents, requests: &Requests) -> Vec<Advice> {
    let table = &contents.table_name;
    let single = [true, false].into_iter().filter_map(|writes| {
        let single = requests.single.get(&(table.clone(), writes)).copied()?;
        (single.longest >= RUN).then_some(AdviceKind::SingleRequests { single, writes })
    });
    let joins =
        requests.joins.iter().filter(|((first, _), join)| first == table && join.times >= EVIDENCE_JOINS);
    let joined = joins.map(|((_, other), join)| AdviceKind::Joined {
        other: other.clone(),
        times: join.times,
        value: join.value.clone(),
    });
    let kinds = single.chain(joined);
    kinds.map(|kind| Advice { table: table.clone(), index: None, kind, change: None }).collect()
}
