//! Requests and responses of bulk operations.
//!
//! Owns their shapes; never checks a value.

use serde::{Deserialize, Serialize};

use super::shapes;
use super::table::Timestamp;

shapes! {
    /// Where a bulk operation reads from.
    InputS3Configuration {
        #[serde(rename = "S3BucketOwner")]
        s3_bucket_owner: String,
        #[serde(rename = "S3Bucket")]
        s3_bucket: String,
        #[serde(rename = "S3KeyPrefix")]
        s3_key_prefix: String,
        input_format: String,
        input_compression_type: String,
    }
    /// Where a bulk operation reports to.
    OutputS3Configuration {
        #[serde(rename = "S3BucketOwner")]
        s3_bucket_owner: String,
        #[serde(rename = "S3Bucket")]
        s3_bucket: String,
        #[serde(rename = "S3KeyPrefix")]
        s3_key_prefix: String,
        #[serde(rename = "S3SseAlgorithm")]
        s3_sse_algorithm: String,
        #[serde(rename = "S3SseKmsKeyId")]
        s3_sse_kms_key_id: String,
        output_type: Vec<String>,
    }
    /// StartBulkPutItems.
    StartBulkPutItemsInput {
        client_token: String,
        #[serde(rename = "InputS3Configuration")]
        input_s3_configuration: InputS3Configuration,
        #[serde(rename = "OutputS3Configuration")]
        output_s3_configuration: OutputS3Configuration,
        table_name: String,
        max_write_request_units: i64,
        performance_tier: String,
    }
    /// The table that a bulk operation writes to.
    BulkOperationTableDetail {
        table_name: String,
        table_id: String,
    }
    /// Bytes that a bulk operation put.
    BulkOperationBytes {
        bulk_put_bytes: u64,
    }
    /// What a bulk operation used of a table.
    BulkOperationUsage {
        table_name: String,
        bulk_put_bytes: u64,
        table: BulkOperationBytes,
    }
    /// A bulk operation.
    BulkOperationDescription {
        bulk_operation_arn: String,
        bulk_operation_status: String,
        table_details: Vec<BulkOperationTableDetail>,
        client_token: String,
        #[serde(rename = "InputS3Configuration")]
        input_s3_configuration: InputS3Configuration,
        #[serde(rename = "OutputS3Configuration")]
        output_s3_configuration: OutputS3Configuration,
        start_time: Timestamp,
        end_time: Timestamp,
        processed_item_count: u64,
        processed_input_bytes: u64,
        bulk_operation_usage: Vec<BulkOperationUsage>,
        failed_item_count: u64,
        failure_code: String,
        failure_message: String,
        max_write_request_units: i64,
        performance_tier: String,
    }
    /// The response of StartBulkPutItems and DescribeBulkOperation.
    BulkOperationOutput {
        bulk_operation_description: BulkOperationDescription,
    }
    /// DescribeBulkOperation and CancelBulkOperation.
    BulkOperationInput {
        bulk_operation_arn: String,
    }
    /// The response of CancelBulkOperation.
    CancelBulkOperationOutput {
        bulk_operation_arn: String,
        bulk_operation_status: String,
    }
    /// ListBulkOperations.
    ListBulkOperationsInput {
        max_results: i32,
        next_token: String,
    }
    /// A bulk operation, in short.
    BulkOperationSummary {
        bulk_operation_arn: String,
        bulk_operation_status: String,
        start_time: Timestamp,
        end_time: Timestamp,
    }
    /// The response of ListBulkOperations.
    ListBulkOperationsOutput {
        bulk_operations_summary_list: Vec<BulkOperationSummary>,
        next_token: String,
    }
}
