//! CloudWatch Contributor Insights: whether they are on for a table or a global index, and in which mode.
//!
//! Owns the setting, its statuses and the names of its rules; the figures themselves are not kept. Never changes a table.
//!
//! Follows [Contributor Insights](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html)
//! and the API findings that the ACK project published in October 2026.

use serde::{Deserialize, Serialize};

use super::lifecycle::duration;
use super::schema::wire_names;
use super::{Index, IndexId, IndexKind, IndexStatus, KeySchema, Table, TableStatus};
use crate::api::resource as api;
use crate::api::table::Timestamp;
use crate::error::constraint::Violations;
use crate::error::resource as words;
use crate::error::table::ensure;
use crate::error::{ApiError, Result};
use crate::limits::{NAME_LENGTH_MAX, NAME_LENGTH_MIN};

/// How long Contributor Insights are ENABLING or DISABLING.
pub const CHANGING_MS: u64 = 2000;
/// The most entries of a page of ListContributorInsights, and how many there are where none is asked for.
pub const PAGE: i32 = 100;

/// Whether they are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum InsightsStatus {
    Enabling,
    Enabled,
    Disabling,
    Disabled,
}

/// Which keys they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum InsightsMode {
    AccessedAndThrottledKeys,
    ThrottledKeys,
}

/// What to do with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum InsightsAction {
    Enable,
    Disable,
}

wire_names! {
    InsightsStatus { Enabling "ENABLING", Enabled "ENABLED", Disabling "DISABLING", Disabled "DISABLED" }
    InsightsMode { ThrottledKeys "THROTTLED_KEYS", AccessedAndThrottledKeys "ACCESSED_AND_THROTTLED_KEYS" }
    InsightsAction { Enable "ENABLE", Disable "DISABLE" }
}

/// The Contributor Insights of a table or index that were ever on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Insights {
    pub status: InsightsStatus,
    pub mode: InsightsMode,
    /// When ENABLING or DISABLING ends.
    pub status_until_ms: Option<u64>,
    /// When they last changed.
    pub changed_ms: u64,
    /// When their rules were made: part of the rules' names.
    pub rules_ms: u64,
}

impl Insights {
    /// Ends ENABLING or DISABLING, where that is due.
    pub(super) fn settle(&mut self, now_ms: u64) {
        if self.status_until_ms.is_some_and(|until_ms| until_ms <= now_ms) {
            self.status_until_ms = None;
            self.status = match self.status {
                InsightsStatus::Enabling | InsightsStatus::Enabled => InsightsStatus::Enabled,
                InsightsStatus::Disabling | InsightsStatus::Disabled => InsightsStatus::Disabled,
            };
        }
    }

    fn is_on(&self) -> bool {
        matches!(self.status, InsightsStatus::Enabling | InsightsStatus::Enabled)
    }
}

/// Checks `IndexName`, where there is one.
pub fn check_index_name(index_name: Option<&str>) -> Result<()> {
    let Some(name) = index_name else { return Ok(()) };
    let length = name.chars().count();
    ensure((NAME_LENGTH_MIN..=NAME_LENGTH_MAX).contains(&length), words::insights_index_name)?;
    let mut violations = Violations::default();
    super::name::check(&mut violations, name, "indexName");
    violations.into_result()
}

/// What an UpdateContributorInsights asks for; its table and index are looked for afterwards.
pub fn asked(
    request: &api::UpdateContributorInsightsInput,
) -> Result<(InsightsAction, Option<InsightsMode>)> {
    check_index_name(request.index_name.as_deref())?;
    let mut violations = Violations::default();
    if let Some(mode) = &request.contributor_insights_mode {
        violations.one_of(mode, "contributorInsightsMode", InsightsMode::NAMES);
    }
    let member = "contributorInsightsAction";
    if let Some(action) = violations.required(&request.contributor_insights_action, member) {
        violations.one_of(action, member, InsightsAction::NAMES);
    }
    violations.into_result()?;
    let action = request.contributor_insights_action.as_deref().and_then(InsightsAction::from_name);
    let mode = request.contributor_insights_mode.as_deref().and_then(InsightsMode::from_name);
    Ok((action.expect("the framework let only the two through"), mode))
}

/// The table itself (0) or its global index of that name. A table that is being created is not yet known here.
pub fn target(table: &Table, index_name: Option<&str>) -> Result<IndexId> {
    ensure(table.status != TableStatus::Creating, || crate::error::table::table_not_found(&table.name))?;
    let Some(name) = index_name else { return Ok(0) };
    let index = table.index(name).filter(|index| index.kind == IndexKind::Global);
    index.map(|index| index.id).ok_or_else(|| words::insights_index_not_found(name, &table.name))
}

/// Switches them on, off or to another mode; a switch to what they are changes nothing. Without a mode they count what
/// they do by default.
pub fn update(
    table: &Table,
    target: IndexId,
    (action, mode): (InsightsAction, Option<InsightsMode>),
    now_ms: u64,
    instant: bool,
) -> Result<Table> {
    let mut changed = table.clone();
    let current = table.attachments.insights.get(&target).copied();
    let status_until_ms = Some(now_ms + duration(CHANGING_MS, instant));
    let next = match action {
        InsightsAction::Enable => {
            let refuse = |what: &str| Err::<Table, ApiError>(words::insights_not_ready(what));
            if table.status == TableStatus::Deleting {
                return refuse("TableStatus");
            }
            if table.index_by_id(target).is_some_and(|index| index.status != IndexStatus::Active) {
                return refuse("IndexStatus");
            }
            let mode = mode.unwrap_or(InsightsMode::AccessedAndThrottledKeys);
            if current.is_some_and(|current| current.is_on() && current.mode == mode) {
                return Ok(changed);
            }
            let rules_ms = current.filter(Insights::is_on).map_or(now_ms, |current| current.rules_ms);
            let status = InsightsStatus::Enabling;
            Insights { status, mode, status_until_ms, changed_ms: now_ms, rules_ms }
        }
        InsightsAction::Disable => match current.filter(Insights::is_on) {
            None => return Ok(changed),
            Some(current) => {
                let status = InsightsStatus::Disabling;
                Insights { status, status_until_ms, changed_ms: now_ms, ..current }
            }
        },
    };
    let insights = changed.attachments.insights.entry(target).or_insert(next);
    *insights = next;
    if instant {
        insights.settle(now_ms);
    }
    Ok(changed)
}

/// A table's (0) or an index's Contributor Insights as DescribeContributorInsights tells them.
pub fn describe(table: &Table, target: IndexId) -> api::DescribeContributorInsightsOutput {
    let index = table.index_by_id(target);
    let insights = table.attachments.insights.get(&target);
    let rules = insights.filter(|insights| insights.is_on()).map(|insights| rules(table, index, insights));
    api::DescribeContributorInsightsOutput {
        table_name: Some(table.name.clone()),
        index_name: index.map(|index| index.name.clone()),
        contributor_insights_rule_list: rules,
        contributor_insights_status: Some(status(insights).name().into()),
        last_update_date_time: insights.map(|insights| Timestamp(insights.changed_ms)),
        contributor_insights_mode: insights.map(|insights| insights.mode.name().into()),
    }
}

/// The same, as a summary.
pub fn summary(table: &Table, target: IndexId) -> api::ContributorInsightsSummary {
    let insights = table.attachments.insights.get(&target);
    api::ContributorInsightsSummary {
        table_name: Some(table.name.clone()),
        index_name: table.index_by_id(target).map(|index| index.name.clone()),
        contributor_insights_status: Some(status(insights).name().into()),
        contributor_insights_mode: insights.map(|insights| insights.mode.name().into()),
    }
}

/// What of the table ListContributorInsights names: all but what is DISABLED.
pub fn listed(table: &Table) -> impl Iterator<Item = IndexId> {
    let insights = table.attachments.insights.iter();
    insights.filter(|(_, insights)| insights.status != InsightsStatus::Disabled).map(|(target, _)| *target)
}

fn status(insights: Option<&Insights>) -> InsightsStatus {
    insights.map_or(InsightsStatus::Disabled, |insights| insights.status)
}

/// The rules' names: partition keys (PK) and, where there is a sort key, whole keys (SK), consumed (C) and throttled (T).
fn rules(table: &Table, index: Option<&Index>, insights: &Insights) -> Vec<String> {
    let keys: &KeySchema = index.map_or(&table.keys, |index| &index.keys);
    let of = index.map_or_else(|| table.name.clone(), |index| format!("{}-{}", table.name, index.name));
    let kinds = [("PKC", true, false), ("PKT", false, false), ("SKC", true, true), ("SKT", false, true)];
    let accessed = insights.mode == InsightsMode::AccessedAndThrottledKeys;
    kinds
        .into_iter()
        .filter(|&(_, consumed, sort)| (accessed || !consumed) && (!sort || !keys.range.is_empty()))
        .map(|(kind, ..)| format!("DynamoDBContributorInsights-{kind}-{of}-{}", insights.rules_ms))
        .collect()
}
