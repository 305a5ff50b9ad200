//! [ListContributorInsights](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListContributorInsights.html).

use data_encoding::BASE64;

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::resource::{ListContributorInsightsInput, ListContributorInsightsOutput};
use crate::error::constraint::Violations;
use crate::error::{Result, resource as words};
use crate::table::{IndexId, insights, name};

use super::answer;

/// The token that goes on behind a table's entry.
fn token(table: &str, target: IndexId) -> String {
    BASE64.encode(format!("{target}/{table}").as_bytes())
}

fn of_token(token: &str) -> Result<(String, IndexId)> {
    let bytes = BASE64.decode(token.as_bytes()).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let parts = text.as_deref().and_then(|text| text.split_once('/'));
    let parts = parts.and_then(|(target, table)| Some((table.to_owned(), target.parse().ok()?)));
    parts.ok_or_else(words::next_token_invalid)
}

/// Lists the tables and global indexes whose Contributor Insights are not off, of one table or of all.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListContributorInsightsInput = decode_rare(request)?;
    let given = input.table_name.as_deref();
    let only = given.map(|given| name::of_table_operation(Some(given))).transpose()?;
    name::at_home(given, region.settings.home())?;
    let limit = input.max_results.unwrap_or(insights::PAGE);
    let mut violations = Violations::default();
    violations.at_least(i64::from(limit), "maxResults", 1);
    violations.at_most(i64::from(limit), "maxResults", i64::from(insights::PAGE));
    violations.into_result()?;
    let start = input.next_token.as_deref().map(of_token).transpose()?;
    if let Some(only) = &only {
        insights::target(&region.table(only)?.saved.table, None)?;
    }
    let tables = region.tables.values().map(|state| &state.saved.table);
    let tables = tables.filter(|table| only.as_ref().is_none_or(|only| *only == table.name));
    let entries = tables.flat_map(|table| insights::listed(table).map(move |target| (table, target)));
    let mut entries = entries.filter(|(table, target)| {
        start.as_ref().is_none_or(|(name, after)| (&table.name, target) > (name, after))
    });
    let page: Vec<_> = entries.by_ref().take(limit as usize).collect();
    let more = entries.next().is_some();
    let next_token = page.last().filter(|_| more).map(|(table, target)| token(&table.name, *target));
    let summaries = page.iter().map(|(table, target)| insights::summary(table, *target));
    Ok(answer::of(&ListContributorInsightsOutput {
        contributor_insights_summaries: Some(summaries.collect()),
        next_token,
    }))
}
