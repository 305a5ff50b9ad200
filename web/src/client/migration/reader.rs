//! Reads a stream from now on: what is written after [`Reader::begin`], each item's records in their order.
//!
//! A shard is read once its parent is read to its end. An iterator that is more than 15 minutes old is asked for anew behind the last
//! record that was read; where none was read yet, from the beginning: what comes twice then changes nothing in the end, since each item's
//! last record comes last.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::transfer::{Wire, patiently, read};
use crate::protocol::ClientError;

/// Where a shard is read.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// With this iterator, behind that sequence number.
    At(String, Option<String>),
    /// It is closed, and was read to its end; or it was closed before the reading began.
    Over,
}

/// A reader of one stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Reader {
    arn: String,
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
        let described = read(described.response)?;
        let arn = described["Table"]["LatestStreamArn"].as_str().map(str::to_owned);
        let arn = arn.ok_or_else(|| ClientError::Protocol { message: format!("{table} has no stream.") })?;
        let mut reader = Reader { arn, shards: BTreeMap::new() };
        for (id, _, closed) in shards(wire, &reader.arn).await? {
            let place = match closed {
                true => Place::Over,
                false => Place::At(reader.iterator(wire, &id, "LATEST", None).await?, None),
            };
            reader.shards.insert(id, place);
        }
        Ok(reader)
    }

    async fn iterator(
        &self,
        wire: &impl Wire,
        shard: &str,
        kind: &str,
        after: Option<&str>,
    ) -> Result<String, ClientError> {
        let mut request = json!({ "StreamArn": self.arn, "ShardId": shard, "ShardIteratorType": kind });
        if let Some(number) = after {
            request["SequenceNumber"] = number.into();
        }
        let answer = read(patiently(wire, "GetShardIterator", request.to_string()).await?.response)?;
        Ok(answer["ShardIterator"].as_str().unwrap_or_default().to_owned())
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
                let iterator = self.iterator(wire, id, "TRIM_HORIZON", None).await?;
                self.shards.insert(id.clone(), Place::At(iterator, None));
                any = true;
            }
        }
        Ok(any)
    }

    async fn read_shard(&mut self, wire: &impl Wire, id: &str) -> Result<Vec<Value>, ClientError> {
        loop {
            let Some(Place::At(iterator, last)) = self.shards.get(id).cloned() else { return Ok(Vec::new()) };
            let request = json!({ "ShardIterator": iterator }).to_string();
            let mut answer = match patiently(wire, "GetRecords", request).await {
                Ok(answered) => read(answered.response)?,
                Err(ClientError::Api { name, .. }) if name == "ExpiredIteratorException" => {
                    let kind = if last.is_some() { "AFTER_SEQUENCE_NUMBER" } else { "TRIM_HORIZON" };
                    let anew = self.iterator(wire, id, kind, last.as_deref()).await?;
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
