//! [GetRecords](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html).

use std::ops::Bound;

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::item::GetRecordsInput;
use crate::error::constraint::Violations;
use crate::error::{Result, stream as words};
use crate::limits;
use crate::store::Space;
use crate::stream::{Record, ShardIterator, json, record_key};

use super::answer::Answer;
use super::stream_of;

/// Reads the records that follow in a shard: up to 1,000, up to 1 MB.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: GetRecordsInput = decode(request)?;
    let mut violations = Violations::default();
    if let Some(token) = violations.required(&input.shard_iterator, "shardIterator") {
        violations.length(token, "shardIterator", 1, 2048);
    }
    let limit = stream_of::limit(&mut violations, input.limit, limits::GET_RECORDS_RECORDS);
    violations.into_result()?;
    let token = input.shard_iterator.unwrap_or_default();
    let iterator = ShardIterator::decode(&token).ok_or_else(words::invalid_iterator)?;
    if iterator.issued_ms + limits::ITERATOR_LIFE_MS < context.now_ms {
        return Err(words::expired_iterator());
    }
    let found = stream_of::find(region, &iterator.stream_arn)?;
    let shard = found.shard(&iterator.shard).ok_or_else(words::trimmed)?;
    if iterator.after < stream_of::trim_point(region, &found, shard, context.now_ms)? {
        return Err(words::trimmed());
    }
    let table = found.saved.table.id;
    let start = record_key(&shard.id, iterator.after.saturating_add(1));
    let end = record_key(&shard.id, u64::MAX);
    let mut records = Vec::new();
    let (mut size_bytes, mut after) = (0, iterator.after);
    for (_, bytes) in
        region.store.range(Space::Stream { table }, (Bound::Included(&start), Bound::Included(&end)))
    {
        let record = Record::decode(bytes).map_err(Region::internal)?;
        size_bytes += record.size_bytes();
        // A record alone is smaller than that.
        if records.len() >= limit || size_bytes > limits::PAGE_BYTES {
            break;
        }
        after = record.position;
        records.push(json::record(&record, table, &region.settings.region));
    }
    let mut answer = Answer::new();
    answer.list("Records", &records, |record, into| {
        into.extend_from_slice(record);
        Ok(())
    })?;
    // A closed shard that is read to its end has no next iterator.
    let more = shard.closed.is_none_or(|(_, last)| {
        let rest = record_key(&shard.id, after.saturating_add(1));
        after < last
            && region
                .store
                .range(Space::Stream { table }, (Bound::Included(&rest), Bound::Included(&end)))
                .next()
                .is_some()
    });
    if more {
        let next = ShardIterator { after, issued_ms: context.now_ms, ..iterator };
        answer.value("NextShardIterator", &next.encode());
    }
    Ok(answer.finish())
}
