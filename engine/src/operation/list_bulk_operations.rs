//! [ListBulkOperations](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBulkOperations.html).

use crate::access::bulk::{BulkOperation, bulk_operations};
use crate::access::{Context, Region};
use crate::api::bulk::{BulkOperationSummary, ListBulkOperationsInput, ListBulkOperationsOutput};
use crate::api::decode::decode_rare;
use crate::api::table::Timestamp;
use crate::error::Result;
use crate::error::constraint::{Constraint, Violations};

use super::answer;

const PAGE: i32 = 10;
const MOST: i64 = 25;
const TOKEN_PATTERN: &str = "([0-9a-f]{16})+";

/// Lists the bulk operations of the last 90 days, the newest first. A NextToken is the number of the page's last.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListBulkOperationsInput = decode_rare(request)?;
    let limit = input.max_results.unwrap_or(PAGE);
    let mut violations = Violations::default();
    violations.at_least(i64::from(limit), "maxResults", 1);
    violations.at_most(i64::from(limit), "maxResults", MOST);
    let token = input.next_token.as_deref();
    let before =
        token.filter(|token| token.len() == 16).and_then(|token| u64::from_str_radix(token, 16).ok());
    if let Some(token) = token.filter(|_| before.is_none()) {
        violations.add(Some(&token), "nextToken", Constraint::Pattern(TOKEN_PATTERN));
    }
    violations.into_result()?;
    let operations = bulk_operations(region, context.now_ms);
    let older = |operation: &&BulkOperation| before.is_none_or(|before| u64::from(operation.number) < before);
    let mut rest = operations.iter().filter(older);
    let page: Vec<&BulkOperation> = rest.by_ref().take(limit as usize).collect();
    let more = rest.next().is_some();
    let summary = |operation: &&BulkOperation| {
        let status = operation.status(context.now_ms, region.settings.instant);
        BulkOperationSummary {
            bulk_operation_arn: Some(operation.arn.clone()),
            bulk_operation_status: Some(status.name().into()),
            start_time: Some(Timestamp(operation.started_ms)),
            end_time: status.ended_ms().map(Timestamp),
        }
    };
    Ok(answer::of(&ListBulkOperationsOutput {
        bulk_operations_summary_list: Some(page.iter().map(summary).collect()),
        next_token: page.last().filter(|_| more).map(|last| format!("{:016x}", last.number)),
    }))
}
