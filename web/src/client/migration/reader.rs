//! Reads a stream from now on: what is written after [`Reader::begin`], each item's records in their order.
//!
//! A shard is read once its parent is read to its end. An iterator that is more than 15 minutes old is asked for anew behind the last
//! record that was read; where none was read yet, or that one is trimmed, from the beginning: what comes twice then changes nothing in the
//! end, since each item's last record comes last. Who has not read for the 24 hours that a stream keeps its records may have missed some,
//! and is told so.

use std::collections::BTreeMap;

use engine::limits::STREAM_RETENTION_MS;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::transfer::{Wire, patiently, read};
use super::is_named;
use crate::protocol::ClientError;

/// Where a shard is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Place {
    /// With this iterator, behind that sequence number.
    At(String, Option<String>),
    /// It is closed, and was read to its end; or it was closed before the reading began.
    Over,
}

/// A reader of one stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reader {
    arn: String,
    /// When it was last read from, in milliseconds of the epoch.
    read_ms: u64,
    shards: BTreeMap<String, Place>,
}

/// All shards of a stream: each with its parent, and whether it is closed.
async fn shards(wire: &impl Wire, arn: &str) -> Result<Vec<(String, Option<String>, bool)>, ClientError> {
    let (mut all, mut request) = (Vec::new(), json!({ "StreamArn": arn }));
    loop {
        let mut answer = read(patiently(wire, "DescribeStream", request.to_string()).await?.response)?;
        let description = &mut answer["StreamDescription"];
        for shard in description["Shards"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().map(str::to_owned);
            let closed = shard["SequenceNumberRange"]["EndingSequenceNumber"].is_string();
            all.extend(text(&shard["ShardId"]).map(|id| (id, text(&shard["ParentShardId"]), closed)));
        }
        match description["LastEvaluatedShardId"].take() {
            Value::Null => return Ok(all),
            last => request["ExclusiveStartShardId"] = last,
        }
    }
}

impl Reader {
    /// Stands at the end of every open shard of the table's newest stream.
    pub async fn begin(wire: &impl Wire, table: &str) -> Result<Reader, ClientError> {
        let described = patiently(wire, "DescribeTable", json!({ "TableName": table }).to_string()).await?;
        let (described, described_ms) = (read(described.response)?, described.now_ms);
        let arn = described["Table"]["LatestStreamArn"].as_str().map(str::to_owned);
        let arn = arn.ok_or_else(|| ClientError::Protocol { message: format!("{table} has no stream.") })?;
        let mut reader = Reader { arn, read_ms: described_ms, shards: BTreeMap::new() };
        for (id, _, closed) in shards(wire, &reader.arn).await? {
            let place = match closed {
                true => Place::Over,
                false => Place::At(reader.iterator(wire, &id, "LATEST", None).await?.0, None),
            };
            reader.shards.insert(id, place);
        }
        Ok(reader)
    }

    /// An iterator, and when it was given.
    async fn iterator(
        &self,
        wire: &impl Wire,
        shard: &str,
        kind: &str,
        after: Option<&str>,
    ) -> Result<(String, u64), ClientError> {
        let mut request = json!({ "StreamArn": self.arn, "ShardId": shard, "ShardIteratorType": kind });
        if let Some(number) = after {
            request["SequenceNumber"] = number.into();
        }
        let answered = patiently(wire, "GetShardIterator", request.to_string()).await?;
        let answer = read(answered.response)?;
        Ok((answer["ShardIterator"].as_str().unwrap_or_default().to_owned(), answered.now_ms))
    }

    /// An iterator in the place of one that is too old, behind that record.
    async fn anew(&self, wire: &impl Wire, shard: &str, after: Option<&str>) -> Result<String, ClientError> {
        let behind = match after {
            Some(_) => match self.iterator(wire, shard, "AFTER_SEQUENCE_NUMBER", after).await {
                Err(error) if is_named(&error, "TrimmedDataAccessException") => None,
                iterator => Some(iterator?),
            },
            None => None,
        };
        let (iterator, now_ms) = match behind {
            Some(iterator) => iterator,
            None => self.iterator(wire, shard, "TRIM_HORIZON", None).await?,
        };
        if now_ms.saturating_sub(self.read_ms) >= STREAM_RETENTION_MS {
            let message = "The stream was not read for 24 hours, and keeps its records no longer: what was written meanwhile may be \
                           missing. Take the migration back, and begin it anew.";
            return Err(ClientError::Protocol { message: message.to_owned() });
        }
        Ok(iterator)
    }

    /// The next records; none where there are no more by now.
    pub async fn next(&mut self, wire: &impl Wire) -> Result<Vec<Value>, ClientError> {
        loop {
            let open: Vec<String> = self
                .shards
                .iter()
                .filter(|(_, place)| **place != Place::Over)
                .map(|(id, _)| id.clone())
                .collect();
            for id in open {
                let records = self.read_shard(wire, &id).await?;
                if !records.is_empty() {
                    return Ok(records);
                }
            }
            if !self.take_up(wire).await? {
                return Ok(Vec::new());
            }
        }
    }

    /// Takes up the shards that are new, whose parents are read; whether there are any.
    async fn take_up(&mut self, wire: &impl Wire) -> Result<bool, ClientError> {
        let mut any = false;
        let all = shards(wire, &self.arn).await?;
        for (id, parent, _) in &all {
            let read = |parent: &String| match self.shards.get(parent) {
                Some(place) => *place == Place::Over,
                // A parent that is trimmed is not waited for.
                None => all.iter().all(|(other, ..)| other != parent),
            };
            if !self.shards.contains_key(id) && parent.as_ref().is_none_or(read) {
                let (iterator, _) = self.iterator(wire, id, "TRIM_HORIZON", None).await?;
                self.shards.insert(id.clone(), Place::At(iterator, None));
                any = true;
            }
        }
        Ok(any)
    }

    async fn read_shard(&mut self, wire: &impl Wire, id: &str) -> Result<Vec<Value>, ClientError> {
        let mut asked_anew = false;
        loop {
            let Some(Place::At(iterator, last)) = self.shards.get(id).cloned() else { return Ok(Vec::new()) };
            let request = json!({ "ShardIterator": iterator }).to_string();
            let mut answer = match patiently(wire, "GetRecords", request).await {
                Ok(answered) => {
                    self.read_ms = answered.now_ms;
                    read(answered.response)?
                }
                // DynamoDB Local calls the end of an empty shard trimmed, once it has a record.
                Err(error)
                    if !asked_anew
                        && (is_named(&error, "ExpiredIteratorException")
                            || is_named(&error, "TrimmedDataAccessException")) =>
                {
                    asked_anew = true;
                    let anew = self.anew(wire, id, last.as_deref()).await?;
                    self.shards.insert(id.to_owned(), Place::At(anew, last));
                    continue;
                }
                Err(error) => return Err(error),
            };
            let records = match answer["Records"].take() {
                Value::Array(records) => records,
                _ => Vec::new(),
            };
            let number = |record: &Value| record["dynamodb"]["SequenceNumber"].as_str().map(str::to_owned);
            let last = records.last().and_then(number).or(last);
            let place = match answer["NextShardIterator"].as_str() {
                Some(next) => Place::At(next.to_owned(), last),
                None => Place::Over,
            };
            self.shards.insert(id.to_owned(), place);
            return Ok(records);
        }
    }
}
