//! How far a migration came, and its steps, each of which begins where the one that failed left off.
//!
//! Owns what may be done twice and what may not: a table is made once, a stream begun once, a page that was not written whole is read and
//! written again, records that were read and not written are read again. Whoever keeps it can go on in another tab.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::carry::{self, Change, changes};
use super::reader::Reader;
use super::{has_stream, is_named, set_stream, write};
use crate::client::transfer::{Wire, await_active, patiently, read};
use crate::protocol::ClientError;
use crate::state::design::scaling;
use crate::state::migration::plan::{Counts, Plan};

/// Whether something that is made once was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Made {
    #[default]
    No,
    /// It was asked for, and whether that was heard is not known.
    Asked,
    Yes,
}

/// How far a migration came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    made: Made,
    time_to_live: Made,
    /// How many of the requests for auto scaling are done.
    scaled: usize,
    reader: Option<Reader>,
    /// Where the next page begins; none for the first.
    page: Option<Value>,
    copied: bool,
    counts: Counts,
}

impl Reached {
    /// What was done.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Makes the new table, waits until it is ACTIVE, and sets what is set beside CreateTable. `made` hears that there is one.
    pub async fn make(
        &mut self,
        wire: &impl Wire,
        plan: &Plan,
        made: impl FnOnce(&Reached),
    ) -> Result<(), ClientError> {
        if self.made != Made::Yes {
            let asked_before = std::mem::replace(&mut self.made, Made::Asked) == Made::Asked;
            match patiently(wire, "CreateTable", plan.create.to_string()).await {
                Ok(_) => {}
                // The one that was asked for before is there.
                Err(error) if asked_before && is_named(&error, "ResourceInUseException") => {}
                Err(error) => {
                    if matches!(error, ClientError::Api { .. }) {
                        self.made = Made::No;
                    }
                    return Err(error);
                }
            }
            self.made = Made::Yes;
            made(self);
        }
        await_active(wire, &plan.to).await?;
        if let Some(attribute) = plan.time_to_live.as_ref().filter(|_| self.time_to_live != Made::Yes) {
            let asked_before = std::mem::replace(&mut self.time_to_live, Made::Asked) == Made::Asked;
            // Switched on twice it is refused.
            if !(asked_before && has_time_to_live(wire, &plan.to, attribute).await?) {
                let setting = json!({ "AttributeName": attribute, "Enabled": true });
                let request = json!({ "TableName": plan.to, "TimeToLiveSpecification": setting });
                patiently(wire, "UpdateTimeToLive", request.to_string()).await?;
            }
            self.time_to_live = Made::Yes;
        }
        while let Some(request) = plan.scaling.get(self.scaled) {
            patiently(wire, scaling::OPERATION, request.to_string()).await?;
            self.scaled += 1;
        }
        Ok(())
    }

    /// Begins the stream of the old table, where the plan wants one and there is none.
    pub async fn begin_stream(&self, wire: &impl Wire, plan: &Plan) -> Result<(), ClientError> {
        match &plan.stream {
            Some(view) if !has_stream(wire, &plan.from).await? => {
                set_stream(wire, &plan.from, Some(view)).await
            }
            _ => await_active(wire, &plan.from).await,
        }
    }

    /// Stands at the end of the old table's stream; where it stands already it stays.
    pub async fn stand(&mut self, wire: &impl Wire, plan: &Plan) -> Result<(), ClientError> {
        if self.reader.is_none() {
            self.reader = Some(Reader::begin(wire, &plan.from).await?);
        }
        Ok(())
    }

    /// Copies the pages of a Scan of the old table that are not copied. `progress` hears what was done, and answers whether to go on;
    /// `keep` hears how far it came after each page. Gives whether it came to the end.
    pub async fn copy(
        &mut self,
        wire: &impl Wire,
        plan: &Plan,
        mut progress: impl FnMut(&Counts) -> bool,
        mut keep: impl FnMut(&Reached),
    ) -> Result<bool, ClientError> {
        while !self.copied {
            let mut request = json!({ "TableName": plan.from, "ConsistentRead": true });
            if let Some(key) = &self.page {
                request["ExclusiveStartKey"] = key.clone();
            }
            let mut answer = read(patiently(wire, "Scan", request.to_string()).await?.response)?;
            // Counted once the page is written whole.
            let mut counts = self.counts.clone();
            let mut puts = Vec::new();
            for item in answer["Items"].as_array_mut().into_iter().flatten() {
                match carry::key_of(item, &plan.to_keys) {
                    Ok(key) => puts.push(Change::Put { key, item: item.take() }),
                    Err(why) => counts.leave_out(why),
                }
            }
            let (whole, before) = (puts.len() as u64, counts.left_out);
            if !write(wire, plan, puts, &mut counts, &mut progress).await? {
                return Ok(false);
            }
            counts.copied += whole - (counts.left_out - before).min(whole);
            self.counts = counts;
            match answer["LastEvaluatedKey"].take() {
                Value::Null => self.copied = true,
                last => self.page = Some(last),
            }
            keep(self);
            if !progress(&self.counts) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Carries over what the stream has by now; how many records that was. `quiet` reads the stream, `keep` hears how far it came.
    pub async fn follow(
        &mut self,
        wire: &impl Wire,
        quiet: &impl Wire,
        plan: &Plan,
        mut keep: impl FnMut(&Reached),
    ) -> Result<u64, ClientError> {
        let mut carried = 0;
        loop {
            self.stand(quiet, plan).await?;
            let Some(mut reader) = self.reader.clone() else { return Ok(carried) };
            let records = reader.next(quiet).await?;
            let (mut all, mut counts) = (Vec::new(), self.counts.clone());
            for record in &records {
                match changes(record, plan) {
                    Ok(changes) => all.extend(changes),
                    Err(why) => {
                        counts.leave_out(why.reason);
                        all.extend(why.instead.map(|change| *change));
                    }
                }
            }
            write(wire, plan, all, &mut counts, |_| true).await?;
            // What is not written is read again from where the reader stood.
            self.reader = Some(reader);
            let at = records
                .iter()
                .filter_map(|record| record["dynamodb"]["ApproximateCreationDateTime"].as_f64());
            counts.last_record_s = at.map(|at| at as u64).chain(counts.last_record_s).max();
            counts.carried += records.len() as u64;
            carried += records.len() as u64;
            self.counts = counts;
            keep(self);
            if records.is_empty() {
                return Ok(carried);
            }
        }
    }

    /// Ends the stream that was begun, where it is still on.
    pub async fn end(&self, wire: &impl Wire, plan: &Plan) -> Result<(), ClientError> {
        match plan.stream.is_some() && has_stream(wire, &plan.from).await? {
            true => set_stream(wire, &plan.from, None).await,
            false => Ok(()),
        }
    }
}

/// Whether a table's Time to Live is on for that attribute.
async fn has_time_to_live(wire: &impl Wire, table: &str, attribute: &str) -> Result<bool, ClientError> {
    let request = json!({ "TableName": table }).to_string();
    let described = read(patiently(wire, "DescribeTimeToLive", request).await?.response)?;
    let setting = &described["TimeToLiveDescription"];
    let on = matches!(setting["TimeToLiveStatus"].as_str(), Some("ENABLED" | "ENABLING"));
    Ok(on && setting["AttributeName"] == attribute)
}
