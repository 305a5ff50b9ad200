//! Advice in words: what was seen with its numbers, why it matters, what to do. Pure.

use engine::insight::advice::{Advice, AdviceKind, DesignChange, Growth, Pages};
use engine::insight::price::Prices;

use crate::state::explanation::{count, half, plural, size};

/// An advice as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// One sentence.
    pub sentence: String,
    /// The numbers that it rests on.
    pub seen: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub what: String,
}

/// A share in percent, with a digit behind the point where it is small.
pub fn percent(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 1_000).checked_div(u128::from(whole)).unwrap_or(0);
    match tenths {
        0..100 => format!("{}.{} %", tenths / 10, tenths % 10),
        _ => format!("{} %", tenths / 10),
    }
}

fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] if most.len() < 5 => format!("{} and {last}", most.join(", ")),
        many => format!("{} and {} more", many[..4].join(", "), many.len() - 4),
    }
}

/// `3 pages of Orders: 40 items looked at, 10 returned (25 %), 1.5 RCU`.
fn pages_words(pages: &Pages) -> String {
    let place = pages.index.as_ref().unwrap_or(&pages.table);
    let what = if pages.scanned { "page of scans" } else { "page of queries" };
    let requests = plural(pages.requests, what).replace("page of scanss", "pages of scans");
    let requests = requests.replace("page of queriess", "pages of queries");
    format!(
        "{requests} of {place}: {} looked at, {} returned ({}), for {} RCU",
        plural(pages.evaluated, "item"),
        count(pages.returned),
        percent(pages.returned, pages.evaluated),
        half(pages.half_units),
    )
}

fn tested(pages: &Pages) -> String {
    let names: Vec<String> = pages.asked.filter.iter().map(|one| one.attribute.clone()).collect();
    list(&names)
}

/// How fast a collection grows, and when it is full.
fn growth_words(growth: &Growth, size_bytes: u64, limit_bytes: u64) -> String {
    let lasted_ms = u128::from(growth.to_ms.saturating_sub(growth.from_ms).max(1));
    let left = u128::from(limit_bytes.saturating_sub(size_bytes));
    let hours = left * lasted_ms / u128::from(growth.bytes.max(1)) / 3_600_000;
    let when = match hours {
        0 => "within the hour".to_owned(),
        1..48 => format!("in {}", plural(hours as u64, "hour")),
        _ => format!("in {}", plural((hours / 24) as u64, "day")),
    };
    format!(
        "; {} added {} in {} s and nothing was taken out: at that pace it is full {when}",
        plural(growth.writes, "write"),
        size(growth.bytes),
        count((lasted_ms / 1_000) as u64),
    )
}

const PAID: &str = "DynamoDB charges for what a read looks at, not for what its filter lets through";

fn by_index(change: Option<&DesignChange>) -> String {
    match change {
        Some(DesignChange::AddIndex(index)) => {
            let sort = index.sort.as_ref().map(|sort| format!(" and {} as its sort key", sort.name));
            format!(
                "a global index {} with {} as its partition key{}",
                index.name,
                index.partition.name,
                sort.unwrap_or_default()
            )
        }
        _ => "an index".to_owned(),
    }
}

/// Says it.
pub fn tell(advice: &Advice, prices: &Prices) -> Told {
    let Advice { table, index, kind, change } = advice;
    let place = index.as_ref().unwrap_or(table);
    let change = change.as_ref();
    let (sentence, seen, why, what) = match kind {
        AdviceKind::ScanForIndex { pages, attribute, sort: _, existing } => (
            format!("Scans of {place} look for one value of {attribute}."),
            format!("{}; the filter tests {}", pages_words(pages), tested(pages)),
            format!("{PAID}. A scan looks at every item, and costs more with each item that the table gets."),
            match existing {
                Some(None) => format!("{attribute} is the table's partition key: use Query with it in place of Scan."),
                Some(Some(index)) => {
                    format!("{index} has {attribute} as its partition key: Query it in place of the scan.")
                }
                None => format!("Make {}, and Query it.", by_index(change)),
            },
        ),
        AdviceKind::SparseIndex { pages, attribute, having, surveyed } => (
            format!("Few items have {attribute}, and {place} is scanned for them."),
            format!(
                "{} of {} looked into have it ({}); {}",
                plural(*having, "item"),
                count(*surveyed),
                percent(*having, *surveyed),
                pages_words(pages)
            ),
            format!(
                "{PAID}. An index holds only the items that have all attributes of its key: one on {attribute} is as small as what is looked for."
            ),
            format!(
                "Make {}: a sparse index. Scan it, or Query it by a value; take {attribute} out of an item that is dealt with.",
                by_index(change)
            ),
        ),
        AdviceKind::FilterDrops { pages, sort } => (
            format!(
                "A filter throws away {} of what {} of {place} read.",
                percent(pages.evaluated - pages.returned.min(pages.evaluated), pages.evaluated),
                if pages.scanned { "scans" } else { "queries" }
            ),
            format!("{}; the filter tests {}", pages_words(pages), tested(pages)),
            format!("{PAID}. Pages of 1 MB are cut before the filter, so that it also takes more round trips."),
            match sort {
                Some(sort) => format!(
                    "Let the key decide: make {}, and put the test of {sort} into the KeyConditionExpression.",
                    by_index(change)
                ),
                None => "Put what is tested into a key: a sort key that begins with it, or a global index. A test that no key can make \
                         (not equal, contains, OR) can be made true or false once, when the item is written."
                    .to_owned(),
            },
        ),
        AdviceKind::StrongReads { strong } => (
            format!("Strongly consistent reads of {table} could be eventually consistent."),
            format!(
                "{} for {} RCU; {} of a partition key that had been written in the second before",
                plural(strong.reads, "strongly consistent read"),
                half(strong.half_units),
                match strong.fresh {
                    0 => "none".to_owned(),
                    fresh => count(fresh),
                }
            ),
            "A strongly consistent read costs twice as much, and only the leader of its partition can answer it.".to_owned(),
            format!(
                "Leave ConsistentRead out where a reader does not have to see what was written a moment ago: the same reads come to {} RCU.",
                half(strong.half_units / 2)
            ),
        ),
        AdviceKind::OverProjection { unread, unread_bytes, bytes, reads } => (
            format!("{place} holds attributes that nobody reads there."),
            format!(
                "{}, {}: {}; {} of the index's {} looked into ({})",
                plural(*reads, "read"),
                if unread.len() == 1 { "none of this attribute" } else { "none of these attributes" },
                list(unread),
                size(*unread_bytes),
                size(*bytes),
                percent(*unread_bytes, *bytes)
            ),
            format!(
                "Each write of a projected attribute writes the index too, in units of 1 KB, and it is stored twice, for ${} a GB and month.",
                String::from(prices.standard.storage_gb_month)
            ),
            match change {
                Some(DesignChange::Project(index)) if !index.attributes.is_empty() => {
                    format!("Project only {} besides the keys. ", list(&index.attributes))
                }
                _ => "Project the keys only. ".to_owned(),
            } + "A projection cannot be changed: make the narrower index, read it, then delete the old one.",
        ),
        AdviceKind::UnreadIndex { writes, half_units, requests, size_bytes } => (
            format!("{place} is written and not read."),
            format!(
                "{} on {table}, none of them reads it; {} of its entries for {} WCU; it holds {}",
                plural(*requests, "request"),
                plural(*writes, "write"),
                half(*half_units),
                size(*size_bytes)
            ),
            "A global index is paid for by each write that reaches it and by its storage, read or not, and one that is short of \
             capacity holds its table's writes up."
                .to_owned(),
            "If nobody reads it elsewhere either, delete it.".to_owned(),
        ),
        AdviceKind::FewIndexKeys { keys, entries, largest } => (
            format!("{place} has {} for all of its entries.", plural(*keys, "partition key")),
            format!(
                "{} looked into; {} has {} of them ({})",
                plural(*entries, "entry").replace("entrys", "entries"),
                largest.key,
                count(largest.items),
                percent(largest.items, *entries)
            ),
            format!(
                "Each key of an index is served by one partition, of at most 1,000 WCU and 3,000 RCU a second: {} take {} WCU at most, and \
                 an index that is full refuses its table's writes.",
                plural(*keys, "key"),
                count(*keys * 1_000)
            ),
            "Take a key with more values: several attributes as the partition key, or a suffix behind it (write sharding). The heat map \
             computes how many from traffic."
                .to_owned(),
        ),
        AdviceKind::IndexWriteCapacity { index_units, table_units, entries, items } => (
            format!("{place} can be written more slowly than its table."),
            format!(
                "{} WCU against the table's {}; {} of {} items are in the index",
                count(*index_units),
                count(*table_units),
                count(*entries),
                count(*items)
            ),
            "Each write of an item that is in the index is a write of the index too. When that has no capacity left, the write of the table \
             is throttled (back-pressure)."
                .to_owned(),
            format!("Provision {place} with as many WCU as the writes that reach it take: {} at most. Or scale it like its table.", count(*table_units)),
        ),
        AdviceKind::CollectionGrows { largest, limit_bytes, growth } => (
            format!("The item collection {} of {table} nears the limit of a local index.", largest.key),
            format!(
                "{} in {}, its entries in local indexes included, of at most {}{}",
                size(largest.size_bytes),
                plural(largest.items, "item"),
                size(*limit_bytes),
                growth.map(|growth| growth_words(&growth, largest.size_bytes, *limit_bytes)).unwrap_or_default()
            ),
            "With a local index, all items of a partition key stay in one partition, and a write that makes them more than 10 GB is refused \
             (ItemCollectionSizeLimitExceededException)."
                .to_owned(),
            "Put a time or a suffix into the partition key, expire items by Time to Live, or use a global index in place of the local one. \
             A local index cannot be taken away: that needs a new table (Design, Migrate to a new table)."
                .to_owned(),
        ),
        AdviceKind::LargeItem { largest, limit_bytes } => (
            format!("An item of {table} is near the largest size."),
            format!("{}: {} of at most {}", largest.key, size(largest.size_bytes), size(*limit_bytes)),
            format!(
                "A write that makes it larger is refused, and each write of it costs {} WCU, however little is changed.",
                count(largest.size_bytes.div_ceil(1_024))
            ),
            "Split it into items of the same partition key, compress what is large, or keep that in S3 and only its key here.".to_owned(),
        ),
        AdviceKind::TtlMilliseconds { attribute, milliseconds, having } => (
            format!("Times in milliseconds never expire an item of {table}."),
            format!(
                "{attribute} is in milliseconds in {} of {} that have it",
                count(*milliseconds),
                plural(*having, "item")
            ),
            "Time to Live takes the number for seconds: the year 50,000 or so. The items stay, and are stored and read for ever.".to_owned(),
            format!("Write {attribute} in seconds of the epoch (divide by 1,000), and rewrite the items that are there."),
        ),
        AdviceKind::SingleRequests { single, writes } => (
            match writes {
                true => format!("Single writes of {table} in a row could be a batch."),
                false => format!("Single reads of {table} in a row could be a batch."),
            },
            format!(
                "{} in rows of up to {}, less than two seconds apart, none with a condition",
                plural(single.requests, if *writes { "PutItem or DeleteItem" } else { "GetItem" })
                    .replace("PutItem or DeleteItems", "PutItems or DeleteItems"),
                count(single.longest)
            ),
            "Each is a round trip of its own. A batch costs the same units, and takes about the time of its slowest part.".to_owned(),
            match writes {
                true => "BatchWriteItem takes 25 at once; send UnprocessedItems again. It has no conditions and is not atomic.".to_owned(),
                false => "BatchGetItem takes 100 keys at once; send UnprocessedKeys again.".to_owned(),
            },
        ),
        AdviceKind::Joined { other, times, value } => (
            format!("{table} and {other} are read one after the other by the same value."),
            format!("{} in a row, the last by {value}", plural(*times, "time")),
            "A table for each entity is a relational design: every such join is two requests, one waiting for the other. DynamoDB has no joins."
                .to_owned(),
            format!(
                "Let items that are read together share a partition key in one table ({value} with a sort key for each entity): one Query reads \
                 them. Or copy what is read of {other} into {table}."
            ),
        ),
    };
    Told { sentence, seen, why, what }
}

/// Why there is nothing to try on a copy, where there is not.
pub fn untried(kind: &AdviceKind) -> Option<&'static str> {
    Some(match kind {
        AdviceKind::LargeItem { .. } => {
            "No single attribute makes it large: which ones are split off, compressed or kept elsewhere only who reads them knows."
        }
        AdviceKind::Joined { .. } => {
            "Their partition keys are of different types, so their items cannot share one: design them as entities, and plan the Query as an access pattern."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use engine::api::contents::Largest;
    use engine::insight::advice::Strong;

    use super::*;

    fn told(kind: AdviceKind) -> Told {
        let advice = Advice { table: "Orders".into(), index: None, kind, change: None };
        tell(&advice, &Prices::presets()[0])
    }

    #[test]
    fn an_advice_has_its_numbers() {
        let pages = Pages {
            table: "Orders".into(),
            scanned: true,
            requests: 3,
            evaluated: 1_200,
            returned: 12,
            half_units: 25,
            ..Pages::default()
        };
        let told_scan = told(AdviceKind::FilterDrops { pages, sort: None });
        assert_eq!(told_scan.sentence, "A filter throws away 99 % of what scans of Orders read.");
        assert!(
            told_scan.seen.starts_with(
                "3 pages of scans of Orders: 1,200 items looked at, 12 returned (1.0 %), for 12.5 RCU"
            ),
            "{}",
            told_scan.seen
        );
        let strong = Strong { reads: 12, half_units: 24, fresh: 0 };
        assert!(told(AdviceKind::StrongReads { strong }).what.ends_with("come to 6 RCU."));
    }

    #[test]
    fn a_growing_collection_says_when_it_is_full() {
        let largest = Largest { key: "user = u1".into(), items: 60, size_bytes: 12_000_000 };
        let growth = Growth { bytes: 6_000_000, gone_bytes: 0, writes: 60, from_ms: 0, to_ms: 60_000 };
        let kind = AdviceKind::CollectionGrows { largest, limit_bytes: 10 << 30, growth: Some(growth) };
        let seen = told(kind).seen;
        assert!(seen.ends_with("60 writes added 5.8 MB in 60 s and nothing was taken out: at that pace it is full in 29 hours"), "{seen}");
    }
}
