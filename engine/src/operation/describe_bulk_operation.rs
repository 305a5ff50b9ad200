//! [DescribeBulkOperation](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeBulkOperation.html).

use crate::access::{Context, Region};
use crate::api::bulk::{BulkOperationInput, BulkOperationOutput};
use crate::api::decode::decode_rare;
use crate::error::Result;

use super::answer;
use super::bulk_of::{describe, find};

/// Describes a bulk operation.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: BulkOperationInput = decode_rare(request)?;
    let operation = find(region, input.bulk_operation_arn.as_deref(), context.now_ms)?;
    let status = operation.status(context.now_ms, region.settings.instant);
    let bulk_operation_description = Some(describe(&operation, status));
    Ok(answer::of(&BulkOperationOutput { bulk_operation_description }))
}
