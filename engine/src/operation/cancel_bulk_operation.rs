//! [CancelBulkOperation](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancelBulkOperation.html).

use crate::access::bulk::BulkStatus;
use crate::access::{Context, Region};
use crate::api::bulk::{BulkOperationInput, CancelBulkOperationOutput};
use crate::api::decode::decode_rare;
use crate::error::{Result, bulk as words};

use super::answer;
use super::bulk_of::find;

/// Cancels a bulk operation.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: BulkOperationInput = decode_rare(request)?;
    let mut operation = find(region, input.bulk_operation_arn.as_deref(), context.now_ms)?;
    match operation.status(context.now_ms, region.settings.instant) {
        BulkStatus::InProgress => {
            operation.cancelled_ms = Some(context.now_ms);
            operation.save(region, context.now_ms);
        }
        BulkStatus::Cancelling => {}
        BulkStatus::Cancelled(_) | BulkStatus::Failed(_) => {
            return Err(words::not_in_progress(&operation.arn));
        }
    }
    Ok(answer::of(&CancelBulkOperationOutput {
        bulk_operation_arn: Some(operation.arn),
        bulk_operation_status: Some(BulkStatus::Cancelling.name().into()),
    }))
}
