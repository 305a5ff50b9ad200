//! What the operations on bulk operations have in common: finding one by its ARN, and describing it.

use crate::access::Region;
use crate::access::bulk::{BulkOperation, BulkStatus, bulk_operations};
use crate::api::bulk as api;
use crate::api::table::Timestamp;
use crate::error::constraint::Violations;
use crate::error::{Result, bulk as words, constraint};

/// The shortest and the longest ARN.
const ARN_LENGTH: (u64, u64) = (37, 1024);

/// The operation of that ARN.
pub fn find(region: &Region, arn: Option<&str>, now_ms: u64) -> Result<BulkOperation> {
    let arn = arn.ok_or_else(|| constraint::null("bulkOperationArn"))?;
    let mut violations = Violations::default();
    violations.length(arn, "bulkOperationArn", ARN_LENGTH.0, ARN_LENGTH.1);
    violations.into_result()?;
    let operations = bulk_operations(region, now_ms);
    operations.into_iter().find(|operation| operation.arn == arn).ok_or_else(|| words::not_found(arn))
}

/// An operation as it is described, at that status.
pub fn describe(operation: &BulkOperation, status: BulkStatus) -> api::BulkOperationDescription {
    let failure = match status {
        BulkStatus::InProgress | BulkStatus::Cancelling => None,
        BulkStatus::Cancelled(_) => Some(words::CANCELLED),
        BulkStatus::Failed(_) => Some(words::NO_SUCH_BUCKET),
    };
    api::BulkOperationDescription {
        bulk_operation_arn: Some(operation.arn.clone()),
        bulk_operation_status: Some(status.name().into()),
        table_details: Some(vec![api::BulkOperationTableDetail {
            table_name: Some(operation.table.clone()),
            table_id: Some(operation.table_uuid.clone()),
        }]),
        client_token: operation.token.clone(),
        input_s3_configuration: Some(operation.input.clone()),
        output_s3_configuration: Some(operation.output.clone()),
        start_time: Some(Timestamp(operation.started_ms)),
        end_time: status.ended_ms().map(Timestamp),
        processed_item_count: Some(0),
        processed_input_bytes: Some(0),
        bulk_operation_usage: Some(vec![api::BulkOperationUsage {
            table_name: Some(operation.table.clone()),
            bulk_put_bytes: Some(0),
            table: Some(api::BulkOperationBytes { bulk_put_bytes: Some(0) }),
        }]),
        failed_item_count: Some(0),
        failure_code: failure.map(|(code, _)| code.into()),
        failure_message: failure.map(|(_, message)| message.into()),
        max_write_request_units: operation.max_write_units,
        performance_tier: Some(operation.tier.clone()),
    }
}
