//! Finding what a `ResourceArn` of the policies' operations names, and what those operations have in common.

use crate::access::{Context, Region};
use crate::error::constraint::Violations;
use crate::error::{Result, resource as words, table as table_words};
use crate::table::policy::document::On;
use crate::table::policy::{Moment, PolicyState};
use crate::table::{Table, TableStatus, arn};

use super::stream_of;

/// A table, and the label of its stream where the stream is meant.
pub struct Target {
    table: String,
    stream: Option<String>,
}

impl Target {
    /// Reads the ARN; whether what it names is there is [`Target::find`]'s.
    pub fn parse(region: &Region, resource_arn: Option<&str>) -> Result<Target> {
        let (table, stream) = arn::of_policy(resource_arn, region.settings.home())?;
        Ok(Target { table: table.to_owned(), stream: stream.map(str::to_owned) })
    }

    /// What the policy is put on.
    pub fn on(&self) -> On {
        if self.stream.is_some() { On::Stream } else { On::Table }
    }

    /// The table and its, or its stream's, policy. A table that is being created is not known here.
    pub fn find(&self, region: &Region) -> Result<(Table, PolicyState)> {
        let state = region.table(&self.table)?;
        let table = &state.saved.table;
        if table.status == TableStatus::Creating {
            return Err(table_words::table_not_found(&self.table));
        }
        let attached = &table.attachments;
        let policy = match &self.stream {
            None => attached.policy.clone(),
            Some(label) if stream_of::labels(&state.saved).contains(label) => {
                attached.stream_policies.get(label).cloned().unwrap_or_default()
            }
            Some(label) => return Err(words::stream_not_found(label, &self.table)),
        };
        Ok((table.clone(), policy))
    }

    /// The moment of a change of that table's policy; a table that is being deleted takes none.
    pub fn moment<'a>(&self, region: &Region, context: &Context, table: &'a Table) -> Result<Moment<'a>> {
        if table.status == TableStatus::Deleting {
            return Err(table_words::table_in_use(&table.name, "deleted"));
        }
        Ok(Moment { table: &table.name, now_ms: context.now_ms, instant: region.settings.instant })
    }

    /// The table with the policy changed.
    pub fn changed(&self, mut table: Table, policy: PolicyState) -> Table {
        match &self.stream {
            None => table.attachments.policy = policy,
            Some(label) => {
                table.attachments.stream_policies.insert(label.clone(), policy);
            }
        }
        table
    }
}

/// Checks `ExpectedRevisionId`.
pub fn check_expected(expected: Option<&str>) -> Result<()> {
    let mut violations = Violations::default();
    if let Some(expected) = expected {
        violations.length(expected, "expectedRevisionId", 1, 255);
    }
    violations.into_result()
}
