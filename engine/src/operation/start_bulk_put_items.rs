//! [StartBulkPutItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StartBulkPutItems.html).

//!
//! Differs from DynamoDB: there is no S3, so an operation ends FAILED for want of its bucket.

use crate::access::bulk::{BulkOperation, BulkStatus, bulk_operations, next_bulk_number};
use crate::access::{Context, Region};
use crate::api::bulk::{
    BulkOperationOutput, InputS3Configuration, OutputS3Configuration, StartBulkPutItemsInput,
};
use crate::api::decode::decode_rare;
use crate::error::constraint::{Constraint, Violations};
use crate::error::{Result, bulk as words, request as request_words, table as table_words};
use crate::table::{IndexStatus, Table, TableStatus, name};

use super::answer;
use super::bulk_of::describe;

/// How long a ClientToken is remembered.
const TOKEN_MS: u64 = 8 * 60 * 60 * 1000;
const FORMATS: &[&str] = &["DYNAMODB_JSON", "ION"];
const COMPRESSIONS: &[&str] = &["GZIP", "ZSTD", "NONE"];
const ALGORITHMS: &[&str] = &["AES256", "KMS"];
const OUTPUTS: &[&str] = &["ERROR", "CONDITION_CHECK_FAILURE"];
const TIERS: &[&str] = &["STANDARD", "ACCELERATED"];
const BUCKET_PATTERN: &str = "^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$";
const OWNER_PATTERN: &str = "[0-9]{12}";
const TOKEN_PATTERN: &str = "^[^\\$]+$";
/// The least MaxWriteRequestUnits.
const LEAST_UNITS: i64 = 1024;

fn is_bucket(bucket: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let ends = [bucket.bytes().next(), bucket.bytes().next_back()];
    bucket.len() > 1
        && bucket.bytes().all(inner)
        && ends.into_iter().flatten().all(|b| b.is_ascii_alphanumeric())
}

fn constrain_bucket(
    v: &mut Violations,
    (owner, bucket, prefix): (&Option<String>, &Option<String>, &Option<String>),
    member: &str,
) {
    if let Some(owner) = owner.as_ref().filter(|o| o.len() != 12 || !o.bytes().all(|b| b.is_ascii_digit())) {
        v.add(Some(owner), &format!("{member}.s3BucketOwner"), Constraint::Pattern(OWNER_PATTERN));
    }
    if let Some(bucket) = bucket {
        let member = format!("{member}.s3Bucket");
        if !is_bucket(bucket) {
            v.add(Some(bucket), &member, Constraint::Pattern(BUCKET_PATTERN));
        }
        v.length(bucket, &member, 0, 255);
    }
    if let Some(prefix) = prefix {
        v.length(prefix, &format!("{member}.s3KeyPrefix"), 0, 1024);
    }
}

fn constrain_input(v: &mut Violations, input: &InputS3Configuration) {
    let member = "inputS3Configuration";
    v.required(&input.s3_bucket, &format!("{member}.s3Bucket"));
    constrain_bucket(v, (&input.s3_bucket_owner, &input.s3_bucket, &input.s3_key_prefix), member);
    let format_member = format!("{member}.inputFormat");
    if let Some(format) = v.required(&input.input_format, &format_member) {
        v.one_of(format, &format_member, FORMATS);
    }
    if let Some(compression) = &input.input_compression_type {
        v.one_of(compression, &format!("{member}.inputCompressionType"), COMPRESSIONS);
    }
}

fn constrain_output(v: &mut Violations, output: &OutputS3Configuration) {
    let member = "outputS3Configuration";
    constrain_bucket(v, (&output.s3_bucket_owner, &output.s3_bucket, &output.s3_key_prefix), member);
    if let Some(algorithm) = &output.s3_sse_algorithm {
        v.one_of(algorithm, &format!("{member}.s3SseAlgorithm"), ALGORITHMS);
    }
    if let Some(key) = &output.s3_sse_kms_key_id {
        v.length(key, &format!("{member}.s3SseKmsKeyId"), 1, 2048);
    }
    let types_member = format!("{member}.outputType");
    for (at, output_type) in v.required(&output.output_type, &types_member).into_iter().flatten().enumerate()
    {
        v.one_of(output_type, &format!("{types_member}.{}.member", at + 1), OUTPUTS);
    }
}

fn constrain(request: &StartBulkPutItemsInput) -> Result<()> {
    let mut violations = Violations::default();
    let v = &mut violations;
    if let Some(token) = request.client_token.as_ref().filter(|t| t.is_empty() || t.contains('$')) {
        v.add(Some(token), "clientToken", Constraint::Pattern(TOKEN_PATTERN));
    }
    if let Some(input) = v.required(&request.input_s3_configuration, "inputS3Configuration") {
        constrain_input(v, input);
    }
    if let Some(output) = v.required(&request.output_s3_configuration, "outputS3Configuration") {
        constrain_output(v, output);
    }
    if let Some(units) = request.max_write_request_units {
        v.at_least(units, "maxWriteRequestUnits", LEAST_UNITS);
    }
    if let Some(tier) = &request.performance_tier {
        v.one_of(tier, "performanceTier", TIERS);
    }
    violations.into_result()
}

/// The table must be there, and no index of it may be in the making.
fn check_table(table: &Table) -> Result<()> {
    match table.status {
        TableStatus::Creating => return Err(table_words::table_in_use(&table.name, "created")),
        TableStatus::Deleting => return Err(table_words::table_in_use(&table.name, "deleted")),
        TableStatus::Active | TableStatus::Updating => {}
    }
    let creating = |status: IndexStatus| status == IndexStatus::Creating;
    let index = table.indexes.iter().find(|index| creating(index.status)).map(|index| &index.name);
    let vector =
        table.attachments.vectors.iter().find(|index| creating(index.status)).map(|index| &index.name);
    match index.or(vector) {
        Some(index) => Err(table_words::index_in_use(&table.name, index, "created")),
        None => Ok(()),
    }
}

/// Starts a bulk operation.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: StartBulkPutItemsInput = decode_rare(request)?;
    let plain = name::of_table_operation(input.table_name.as_deref())?;
    constrain(&input)?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let output = input.output_s3_configuration.clone().unwrap_or_default();
    if output.s3_sse_kms_key_id.is_some() && output.s3_sse_algorithm.as_deref() != Some("KMS") {
        return Err(words::kms_key_not_taken());
    }
    let (now_ms, instant) = (context.now_ms, region.settings.instant);
    let wanted = BulkOperation {
        number: 0,
        arn: String::new(),
        table: input.table_name.unwrap_or_default(),
        table_uuid: String::new(),
        token: input.client_token,
        input: input.input_s3_configuration.unwrap_or_default(),
        output,
        max_write_units: input.max_write_request_units,
        tier: input.performance_tier.unwrap_or_else(|| "STANDARD".into()),
        started_ms: now_ms,
        cancelled_ms: None,
    };
    let earlier = bulk_operations(region, now_ms);
    let same_token = |other: &&BulkOperation| {
        wanted.token.is_some() && other.token == wanted.token && other.started_ms + TOKEN_MS > now_ms
    };
    if let Some(other) = earlier.iter().find(same_token) {
        let again = BulkOperation {
            number: other.number,
            arn: other.arn.clone(),
            table_uuid: other.table_uuid.clone(),
            started_ms: other.started_ms,
            cancelled_ms: other.cancelled_ms,
            ..wanted
        };
        if again != *other {
            return Err(request_words::idempotent_mismatch());
        }
        let bulk_operation_description = Some(describe(other, other.status(now_ms, instant)));
        return Ok(answer::of(&BulkOperationOutput { bulk_operation_description }));
    }
    let table = &region.table(&plain)?.saved.table;
    check_table(table)?;
    let (table_arn, table_uuid) = (table.arn.clone(), table.uuid.clone());
    let busy = |other: &BulkOperation| {
        other.table_uuid == table_uuid && other.status(now_ms, instant).ended_ms().is_none()
    };
    if earlier.iter().any(busy) {
        return Err(words::one_at_a_time(&plain));
    }
    let digits = region.random.next_u64() as u32;
    let operation = BulkOperation {
        number: next_bulk_number(region, now_ms),
        arn: format!("{table_arn}/bulk-operation/{now_ms:014}-{digits:08x}"),
        table_uuid,
        ..wanted
    };
    operation.save(region, now_ms);
    let bulk_operation_description = Some(describe(&operation, BulkStatus::InProgress));
    Ok(answer::of(&BulkOperationOutput { bulk_operation_description }))
}
