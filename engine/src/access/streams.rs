//! Finding a stream by its ARN, of a table that is there or of one that was deleted within the last day.
//!
//! Owns which streams a table has and where their records are trimmed. Never checks a request's parameters, and never takes
//! or removes a record.

use std::borrow::Cow;
use std::ops::Bound;

use crate::error::{Result, stream as words};
use crate::limits::STREAM_RETENTION_MS;
use crate::store::Space;
use crate::stream::{Record, Shard, record_key, record_position};

use super::lingering;
use super::region::{Region, Saved};

/// A stream of a table that is there, or that was deleted within the last day.
pub struct Stream<'a> {
    /// The table and its shards.
    pub saved: Cow<'a, Saved>,
    /// The stream's label.
    pub label: String,
}

impl Stream<'_> {
    /// The stream's shard of that id.
    pub fn shard(&self, id: &str) -> Option<&Shard> {
        self.saved.shards.get(id).filter(|shard| shard.stream == self.label)
    }

    /// The stream's shards, in the order in which they opened.
    pub fn shards(&self) -> impl Iterator<Item = &Shard> {
        self.saved.shards.0.iter().filter(|shard| shard.stream == self.label)
    }

    /// Whether it takes records.
    pub fn is_enabled(&self) -> bool {
        let stream = self.saved.table.stream.as_ref();
        stream.is_some_and(|stream| stream.enabled && stream.label == self.label)
    }
}

/// The labels of a table's streams, oldest first: those that still have shards, and the one that runs.
pub fn labels(saved: &Saved) -> Vec<String> {
    let mut labels: Vec<String> = saved.shards.0.iter().map(|shard| shard.stream.clone()).collect();
    labels.extend(saved.table.stream.iter().filter(|stream| stream.enabled).map(|s| s.label.clone()));
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// The stream of an ARN: `…:table/NAME/stream/LABEL`.
pub fn find<'a>(region: &'a Region, arn: &str) -> Result<Stream<'a>> {
    let (table_arn, label) = arn.split_once("/stream/").ok_or_else(words::invalid_stream_arn)?;
    let name = crate::table::name::plain(table_arn).map_err(|_| words::invalid_stream_arn())?;
    let has = |saved: &Saved| saved.table.arn == table_arn && labels(saved).iter().any(|l| l == label);
    let live = region.tables.get(name).map(|state| &state.saved).filter(|saved| has(saved));
    let saved = live.map(Cow::Borrowed);
    let saved = saved.or_else(|| lingering::deleted(region).find(has).map(Cow::Owned));
    let saved = saved.ok_or_else(|| words::stream_not_found(arn))?;
    Ok(Stream { saved, label: label.to_string() })
}

/// The position of the shard's last record that is too old to be read, or of its opening.
pub fn trim_point(region: &Region, found: &Stream, shard: &Shard, now_ms: u64) -> Result<u64> {
    let horizon_ms = now_ms.saturating_sub(STREAM_RETENTION_MS);
    let space = Space::Stream { table: found.saved.table.id };
    let (start, end) = (record_key(&shard.id, 0), record_key(&shard.id, u64::MAX));
    let mut point = shard.opened_at.max(shard.trimmed_to);
    for (key, bytes) in region.store.range(space, (Bound::Included(&start), Bound::Included(&end))) {
        if Record::written_ms(bytes).map_err(Region::internal)? >= horizon_ms {
            break;
        }
        point = point.max(record_position(key).unwrap_or(0));
    }
    Ok(point)
}
