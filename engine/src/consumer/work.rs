//! Taking a step: reading a shard, forming a batch, handing it to the function, and what comes of its answer.
//!
//! Owns the rules of retries, of cutting in two, of partial batch responses, of what is discarded, of windows. The function's own
//! requests are not sent here: the world takes the [`Job`], sends them through its door, and hands back what came of it.
//!
//! Follows [Batch failure reporting](https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html),
//! [Discarded records](https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html) and
//! [Time windows](https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html). Modelled: a retry waits one second, then
//! twice as long each time up to a minute; a record that a partial response names begins its retries anew.

use std::ops::Bound;

use crate::access::streams::{self, Stream};
use crate::access::{Context, Region, key_text};
use crate::error::Result;
use crate::limits;
use crate::store::Space;
use crate::stream::{Record, record_key, sequence_number};
use crate::timeline::{EventKind, SourceEvent, Target};

use super::function::{self, Function, Invocation, Returned};
use super::mapping::Mapping;
use super::outcome;
use super::pattern::Pattern;
use super::progress::{Flight, Lane, Logged, LoggedRecord, Part, ShardProgress, Source, Window};
use super::steps::{PAYLOAD_BYTES, Step, StepKind, begin_at};
use super::{event, progress};

/// So many records of an invocation are remembered one by one.
const LOGGED_RECORDS: usize = 25;

/// What the world carries out for a function that returns.
#[derive(Clone, Debug)]
pub struct Job {
    /// The function.
    pub function: Function,
    /// What it was given.
    pub invocation: Invocation,
}

/// A step under way: the mapping, and where it acts.
pub(super) struct At<'a> {
    pub region: &'a mut Region,
    pub context: &'a mut Context,
    pub source: &'a mut Source,
    pub shard: &'a str,
    pub lane: usize,
}

impl At<'_> {
    pub(super) fn now_ms(&self) -> u64 {
        self.context.now_ms
    }

    pub(super) fn lane(&mut self) -> &mut Lane {
        let progress = self.source.shards.get_mut(self.shard).expect("a step is of a shard that was begun");
        &mut progress.lanes[self.lane]
    }

    pub(super) fn tell(&mut self, source: SourceEvent) {
        let mapping = &self.source.mapping;
        let table = mapping.stream_arn.split_once("table/").map_or("", |(_, rest)| rest);
        let table = table.split('/').next().unwrap_or_default().to_owned();
        let kind = EventKind::EventSource {
            uuid: mapping.uuid.clone(),
            function: mapping.function_name.clone(),
            target: Target { table, index: None },
            shard: self.shard.to_owned(),
            lane: self.lane,
            source,
        };
        if self.context.is_probed() {
            self.save();
            self.context.pass(self.region);
        }
        self.context.record(kind);
    }

    fn save(&mut self) {
        self.source.save(self.region, self.shard, self.context.now_ms);
    }
}

/// Takes a step other than a function's return.
pub fn take(region: &mut Region, context: &mut Context, uuid: &str, step: &Step) -> Result<()> {
    let mut source = progress::load(region, uuid)?;
    let mut at = At { region, context, source: &mut source, shard: &step.shard, lane: step.lane };
    match step.kind {
        StepKind::Poll => poll(&mut at)?,
        StepKind::Invoke => invoke(&mut at)?,
        StepKind::Return => {}
    }
    at.save();
    Ok(())
}

/// The lane of an item: always the same one, so that the item's records stay in their order.
fn lane_of(record: &Record, lanes: usize) -> usize {
    let bytes = crate::model::codec::encode(&record.keys);
    (xxhash_rust::xxh3::xxh3_64(&bytes) % lanes.max(1) as u64) as usize
}

struct Reader<'r> {
    region: &'r Region,
    stream: Stream<'r>,
    patterns: Vec<Pattern>,
    arn: &'r str,
}

impl<'r> Reader<'r> {
    fn new(region: &'r Region, mapping: &'r Mapping) -> Result<Reader<'r>> {
        let stream = streams::find(region, &mapping.stream_arn)?;
        Ok(Reader { region, stream, patterns: mapping.patterns()?, arn: &mapping.stream_arn })
    }

    /// Shows the shard's records above the first position, up to the second, for as long as `visit` says so.
    fn each(&self, shard: &str, after: u64, last: u64, mut visit: impl FnMut(Record) -> bool) {
        let space = Space::Stream { table: self.stream.saved.table.id };
        let (start, end) = (record_key(shard, after.saturating_add(1)), record_key(shard, last));
        let found = self.region.store.range(space, (Bound::Included(&start), Bound::Included(&end)));
        for record in found.filter_map(|(_, bytes)| Record::decode(bytes).ok()) {
            if !visit(record) {
                return;
            }
        }
    }

    fn lets_through(&self, record: &Record) -> bool {
        if self.patterns.is_empty() {
            return true;
        }
        let value = event::value(record, self.stream.saved.table.id, &self.region.settings.region, self.arn);
        self.patterns.iter().any(|pattern| pattern.matches(&value))
    }
}

/// A record's share of a batch's payload.
fn payload_bytes(record: &Record) -> u64 {
    record.size_bytes() as u64
}

fn poll(at: &mut At) -> Result<()> {
    let now_ms = at.now_ms();
    let mapping = at.source.mapping.clone();
    let reader = Reader::new(at.region, &mapping)?;
    let Some(shard) = reader.stream.shard(at.shard).cloned() else { return Ok(()) };
    let begin = begin_at(&mapping, &shard);
    let mut now = at.source.shards.get(at.shard).cloned().unwrap_or_else(|| ShardProgress {
        shard: shard.id.clone(),
        read: begin,
        ..ShardProgress::default()
    });
    if now.lanes.len() != mapping.lanes {
        let lane = Lane { position: now.read, delivered: now.read, ..Lane::default() };
        now.lanes = vec![lane; mapping.lanes];
    }
    let (mut records, mut filtered, mut size_bytes) = (0, 0, 0);
    reader.each(&shard.id, now.read, u64::MAX, |record| {
        size_bytes += record.size_bytes();
        records += 1;
        now.read = record.position;
        if reader.lets_through(&record) {
            let lane = &mut now.lanes[lane_of(&record, mapping.lanes)];
            lane.pending += 1;
            lane.pending_bytes += payload_bytes(&record);
            lane.since_ms.get_or_insert(now_ms);
        } else {
            filtered += 1;
        }
        records < limits::GET_RECORDS_RECORDS as u64 && size_bytes < limits::PAGE_BYTES
    });
    let read = now.read;
    now.lanes.iter_mut().filter(|lane| lane.is_idle()).for_each(|lane| lane.position = read);
    now.polled_ms = Some(now_ms);
    at.source.sums.records_read += records;
    at.source.sums.records_filtered += filtered;
    at.source.shards.insert(shard.id.clone(), now);
    at.tell(SourceEvent::Polled { records, filtered });
    forget_gone(at)
}

/// Forgets the progress in shards that are gone.
fn forget_gone(at: &mut At) -> Result<()> {
    let stream = streams::find(at.region, &at.source.mapping.stream_arn)?;
    let idle = |progress: &ShardProgress| progress.lanes.iter().all(Lane::is_idle);
    let gone: Vec<String> = at
        .source
        .shards
        .values()
        .filter(|progress| stream.shard(&progress.shard).is_none() && idle(progress))
        .map(|progress| progress.shard.clone())
        .collect();
    for shard in gone {
        at.source.shards.remove(&shard);
        at.source.save(at.region, &shard, at.context.now_ms);
    }
    Ok(())
}

/// The next batch of a lane; none where what was read has expired.
fn gather(at: &mut At) -> Result<Option<Vec<Record>>> {
    let mapping = at.source.mapping.clone();
    let Some(progress) = at.source.shards.get(at.shard) else { return Ok(None) };
    let (lanes, read) = (progress.lanes.len(), progress.read);
    let lane = &progress.lanes[at.lane];
    let Ok(reader) = Reader::new(at.region, &mapping) else { return Ok(None) };
    let (mut batch, mut size_bytes): (Vec<Record>, u64) = (Vec::new(), 0);
    let windows = mapping.tumbling_window_s > 0;
    let open = lane.window.as_ref().map(|window| (window.start_ms, window.end_ms));
    reader.each(at.shard, lane.position, read, |record| {
        if lane_of(&record, lanes) != at.lane || !reader.lets_through(&record) {
            return true;
        }
        let more_bytes = size_bytes + payload_bytes(&record);
        if batch.len() as u64 >= mapping.batch_size || (more_bytes > PAYLOAD_BYTES && !batch.is_empty()) {
            return false;
        }
        let span = mapping.window_of(record.at_ms);
        let of_batch = batch.first().map(|first| mapping.window_of(first.at_ms)).or(open);
        if windows && of_batch.is_some_and(|of_batch| of_batch != span) {
            return false;
        }
        size_bytes = more_bytes;
        batch.push(record);
        true
    });
    Ok((!batch.is_empty()).then_some(batch))
}

fn invoke(at: &mut At) -> Result<()> {
    if at.lane().parts.is_empty() {
        form(at)?;
    }
    let expired = outcome::too_old(at);
    if !expired.is_empty() {
        let attempts = at.lane().parts.last().map_or(0, |part| part.attempts);
        outcome::discard(at, &expired, "RecordAgeExceeded", attempts);
        if at.lane().parts.last().is_some_and(|part| part.positions.is_empty()) {
            outcome::finish_part(at, expired.last().copied());
            return Ok(());
        }
    }
    if !at.lane().parts.is_empty() {
        fly(at)?;
    }
    Ok(())
}

/// Forms a batch of what is gathered, or the last invocation of a window that is over.
fn form(at: &mut At) -> Result<()> {
    let now_ms = at.now_ms();
    let early = at.lane().window.as_ref().is_some_and(|window| window.early);
    let gathered = if early { None } else { gather(at)? };
    let (batch, span) = match &gathered {
        Some(records) => (records.as_slice(), at.source.mapping.window_of(records[0].at_ms)),
        None => (&[][..], (0, 0)),
    };
    let windows = at.source.mapping.tumbling_window_s > 0;
    let read = at.source.shards.get(at.shard).map_or(0, |progress| progress.read);
    let ends_window = batch.is_empty() && at.lane().window.is_some();
    if batch.is_empty() && !ends_window {
        // What was read is gone from the stream.
        let lane = at.lane();
        (lane.pending, lane.pending_bytes, lane.since_ms, lane.position) = (0, 0, None, read);
        return Ok(());
    }
    at.source.sums.batches += 1;
    let number = at.source.sums.batches;
    let lane = at.lane();
    lane.batch = number;
    let positions: Vec<u64> = batch.iter().map(|record| record.position).collect();
    lane.pending = lane.pending.saturating_sub(positions.len() as u64);
    lane.pending_bytes = match lane.pending {
        0 => 0,
        _ => lane.pending_bytes.saturating_sub(batch.iter().map(payload_bytes).sum()),
    };
    lane.parts = vec![Part { path: String::new(), positions, attempts: 0, due_ms: now_ms }];
    if windows && !ends_window && lane.window.is_none() {
        let state = function::state_json(&Default::default());
        lane.window = Some(Window { start_ms: span.0, end_ms: span.1, state, early: false });
    }
    Ok(())
}

/// Hands the part that is next to the function.
fn fly(at: &mut At) -> Result<()> {
    let now_ms = at.now_ms();
    let duration_ms = at.source.mapping.compiled()?.duration_ms;
    let part = at.lane().parts.last().cloned().unwrap_or_default();
    at.source.sums.invocations += 1;
    let invocation = at.source.sums.invocations;
    let records = records_of(at.region, at.source, at.shard, &part.positions);
    let delivered = at.lane().delivered;
    let again = |position: u64| position <= delivered;
    let redelivered = part.positions.iter().filter(|position| again(**position)).count() as u64;
    let batch = at.lane().batch;
    let keys = streams::find(at.region, &at.source.mapping.stream_arn).ok();
    let logged = |record: &Record| LoggedRecord {
        sequence_number: sequence_number(record.position),
        key: keys.as_ref().map_or_else(String::new, |found| key_text(&found.saved.table.keys, &record.keys)),
        event_name: record.event_name().to_owned(),
        redelivered: again(record.position),
    };
    let age_ms = records.last().map_or(0, |record| now_ms.saturating_sub(record.at_ms));
    let entry = Logged {
        invocation,
        batch,
        part: part.path.clone(),
        shard_id: at.shard.to_owned(),
        lane: at.lane,
        attempts: part.attempts,
        record_count: part.positions.len() as u64,
        redelivered_count: redelivered,
        records: records.iter().take(LOGGED_RECORDS).map(logged).collect(),
        iterator_age_milliseconds: age_ms,
        started_milliseconds: now_ms,
        is_final_invoke_for_window: part.positions.is_empty(),
        ..Logged::default()
    };
    at.source.sums.records_redelivered += redelivered;
    at.source.log(at.region, &entry, now_ms);
    let lane = at.lane();
    lane.flight = Some(Flight { invocation, until_ms: now_ms + duration_ms });
    lane.delivered = lane.delivered.max(part.positions.last().copied().unwrap_or(0));
    let text = |position: Option<&u64>| position.map(|position| sequence_number(*position));
    at.tell(SourceEvent::Invoked {
        invocation,
        batch: entry.batch,
        part: entry.part,
        records: entry.record_count,
        redelivered,
        first: text(part.positions.first()),
        last: text(part.positions.last()),
        iterator_age_ms: age_ms,
    });
    Ok(())
}

/// The records at those positions that are still kept.
pub(super) fn records_of(region: &Region, source: &Source, shard: &str, positions: &[u64]) -> Vec<Record> {
    let Ok(stream) = streams::find(region, &source.mapping.stream_arn) else { return Vec::new() };
    let space = Space::Stream { table: stream.saved.table.id };
    let record = |position: &u64| {
        region.store.get(space, &record_key(shard, *position)).and_then(|bytes| Record::decode(bytes).ok())
    };
    positions.iter().filter_map(record).collect()
}

/// What a function that returns did: to be carried out by the world.
pub fn job(region: &Region, uuid: &str, step: &Step) -> Result<Option<Job>> {
    let source = progress::load(region, uuid)?;
    let Some(lane) = source.shards.get(&step.shard).and_then(|progress| progress.lanes.get(step.lane)) else {
        return Ok(None);
    };
    let (Some(_), Some(part)) = (lane.flight, lane.parts.last()) else { return Ok(None) };
    let mapping = &source.mapping;
    let table = streams::find(region, &mapping.stream_arn).map_or(0, |stream| stream.saved.table.id);
    let records = records_of(region, &source, &step.shard, &part.positions);
    let item = |record: &Record| event::item(record, table, &region.settings.region, &mapping.stream_arn);
    let window = lane
        .window
        .as_ref()
        .map(|window| ((window.start_ms, window.end_ms), function::state_of(&window.state)));
    let ends_window =
        part.positions.is_empty().then(|| lane.window.as_ref().is_some_and(|window| window.early));
    let invocation = Invocation { records: records.iter().map(item).collect(), window, ends_window };
    Ok(Some(Job { function: mapping.compiled()?, invocation }))
}

impl Source {
    /// Counts what waits in each lane anew: the filters have changed, for what is in no batch yet too.
    pub fn count_anew(&mut self, region: &mut Region, now_ms: u64) -> Result<()> {
        let mapping = self.mapping.clone();
        let shards: Vec<String> = self.shards.keys().cloned().collect();
        for shard in shards {
            let Some(progress) = self.shards.get_mut(&shard) else { continue };
            let Ok(reader) = Reader::new(region, &mapping) else { continue };
            let (lanes, read) = (progress.lanes.len(), progress.read);
            for (at, lane) in progress.lanes.iter_mut().enumerate() {
                // What is in the batch under way is not waiting.
                let taken = lane.parts.iter().filter_map(|part| part.positions.last()).max().copied();
                (lane.pending, lane.pending_bytes) = (0, 0);
                reader.each(&shard, taken.unwrap_or(lane.position), read, |record| {
                    if lane_of(&record, lanes) == at && reader.lets_through(&record) {
                        lane.pending += 1;
                        lane.pending_bytes += payload_bytes(&record);
                    }
                    true
                });
                if lane.is_idle() {
                    (lane.since_ms, lane.position) = (None, read);
                } else if lane.pending > 0 {
                    lane.since_ms.get_or_insert(now_ms);
                }
            }
            self.save(region, &shard, now_ms);
        }
        Ok(())
    }
}

/// Takes the answer of a function that returns.
pub fn finish(
    region: &mut Region,
    context: &mut Context,
    uuid: &str,
    step: &Step,
    returned: Returned,
) -> Result<()> {
    let mut source = progress::load(region, uuid)?;
    let mut at = At { region, context, source: &mut source, shard: &step.shard, lane: step.lane };
    outcome::returned(&mut at, returned)?;
    at.save();
    Ok(())
}
