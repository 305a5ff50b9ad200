//! What a table can be set to beside its keys: capacity, stream, encryption, class.
//!
//! Owns the checks that CreateTable and UpdateTable share; each function takes a part of a request and
//! gives the setting. Never changes a table.

use super::schema::{BillingMode, OnDemandThroughput, StreamView, Throughput, WarmThroughput};
use crate::api::table as api;
use crate::error::constraint::{Constraint, Violations};
use crate::error::table::{self as words, ensure};
use crate::error::{ApiError, Result};
use crate::limits::{ON_DEMAND_READ_UNITS, ON_DEMAND_WRITE_UNITS};

/// The table classes.
pub(super) const TABLE_CLASSES: &[&str] = &["STANDARD", "STANDARD_INFREQUENT_ACCESS"];
/// The two ways to encrypt by a key of KMS.
pub(super) const SSE_TYPES: &[&str] = &["AES256", "KMS"];
/// Beyond this a number of units is no number of units.
const UNITS_BOUND: i64 = 1_000_000_000_000;

/// Checks stream and encryption as the framework does.
pub(super) fn constrain(
    violations: &mut Violations,
    stream: Option<&api::StreamSpecification>,
    encryption: Option<&api::SSESpecification>,
) {
    if let Some(stream) = stream {
        violations.required(&stream.stream_enabled, "streamSpecification.streamEnabled");
        if let Some(view) = &stream.stream_view_type {
            violations.one_of(view, "streamSpecification.streamViewType", StreamView::NAMES);
        }
    }
    constrain_encryption(violations, encryption, "sSESpecification");
}

/// Checks an SSESpecification at `member` as the framework does.
pub(super) fn constrain_encryption(
    violations: &mut Violations,
    encryption: Option<&api::SSESpecification>,
    member: &str,
) {
    let Some(encryption) = encryption else { return };
    if encryption.kms_master_key_id.as_deref() == Some("") {
        violations.add(Some(&""), &format!("{member}.kMSMasterKeyId"), Constraint::MinLength(1));
    }
    if let Some(sse_type) = &encryption.sse_type {
        violations.one_of(sse_type, &format!("{member}.sSEType"), SSE_TYPES);
    }
}

/// Provisioned throughput, or none; `index` where it is an index's.
pub(super) fn throughput(
    throughput: Option<&api::ProvisionedThroughput>,
    index: Option<&str>,
) -> Result<Throughput> {
    let Some(throughput) = throughput else { return Ok(Throughput::default()) };
    let units = |given: Option<i64>, parameter: &str| -> Result<u64> {
        let units = given.unwrap_or_default();
        ensure(units <= UNITS_BOUND, || words::units_out_of_bounds(units, parameter, index))?;
        Ok(u64::try_from(units).unwrap_or(0))
    };
    Ok(Throughput {
        read_units: units(throughput.read_capacity_units, "ReadCapacityUnits")?,
        write_units: units(throughput.write_capacity_units, "WriteCapacityUnits")?,
        ..Throughput::default()
    })
}

fn of_what(index: Option<&str>) -> String {
    index.map_or_else(|| "table".into(), |name| format!("index : {name}"))
}

/// Refuses OnDemandThroughput where the billing mode is PROVISIONED.
pub(super) fn on_demand_allowed(
    on_demand: Option<&api::OnDemandThroughput>,
    billing_mode: BillingMode,
    index: Option<&str>,
) -> Result<()> {
    let Some(on_demand) = on_demand else { return Ok(()) };
    let parameter = if on_demand.max_read_request_units.is_some() {
        "MaxReadRequestUnits"
    } else {
        "MaxWriteRequestUnits"
    };
    let place = index.map(|name| format!(" for index: {name}")).unwrap_or_default();
    ensure(billing_mode == BillingMode::PayPerRequest, || {
        words::invalid(format_args!(
            "{parameter} for OnDemandThroughput{place} cannot be specified when table BillingMode is PROVISIONED."
        ))
    })
}

fn on_demand_out_of_range(parameter: &str, index: Option<&str>) -> ApiError {
    words::invalid(format_args!(
        "Requested {parameter} for OnDemandThroughput for {} is outside of valid range",
        of_what(index)
    ))
}

/// The most that a new table or index serves on demand, where that is limited: -1 for no maximum is not for those.
pub(super) fn on_demand(
    on_demand: Option<&api::OnDemandThroughput>,
    index: Option<&str>,
) -> Result<Option<OnDemandThroughput>> {
    let Some(on_demand) = on_demand else { return Ok(None) };
    let given = [
        (on_demand.max_read_request_units, "MaxReadRequestUnits"),
        (on_demand.max_write_request_units, "MaxWriteRequestUnits"),
    ];
    for (units, parameter) in given {
        ensure(units != Some(-1), || on_demand_out_of_range(parameter, index))?;
    }
    merge_on_demand(None, on_demand, index)
}

/// Takes over the members that a request gives, and keeps the others.
pub(super) fn merge_on_demand(
    current: Option<OnDemandThroughput>,
    on_demand: &api::OnDemandThroughput,
    index: Option<&str>,
) -> Result<Option<OnDemandThroughput>> {
    let mut merged = current.unwrap_or_default();
    let units = |given: i64, parameter: &str| match given {
        -1 => Ok(None),
        1.. => Ok(Some(given as u64)),
        _ => Err(on_demand_out_of_range(parameter, index)),
    };
    if let Some(given) = on_demand.max_read_request_units {
        merged.max_read_units = units(given, "MaxReadRequestUnits")?;
    }
    if let Some(given) = on_demand.max_write_request_units {
        merged.max_write_units = units(given, "MaxWriteRequestUnits")?;
    }
    Ok((merged != OnDemandThroughput::default()).then_some(merged))
}

/// What a new table or index can serve at once: what was asked for, at least what its mode starts with.
pub(super) fn warm(
    warm: Option<&api::WarmThroughput>,
    billing_mode: BillingMode,
    throughput: Throughput,
    index: Option<&str>,
) -> Result<WarmThroughput> {
    let start = start(billing_mode, throughput);
    raise_warm(start, warm, |parameter| {
        let place = index.map_or_else(|| "table".into(), |name| format!("index {name}"));
        let initial = match (billing_mode, parameter) {
            (BillingMode::PayPerRequest, _) => "initial throughput for OnDemand",
            (_, "ReadUnitsPerSecond") => "ReadCapacityUnits of ProvisionedThroughput",
            _ => "WriteCapacityUnits of ProvisionedThroughput",
        };
        let see = match billing_mode {
            BillingMode::PayPerRequest => words::SEE_INITIAL_THROUGHPUT,
            BillingMode::Provisioned => "",
        };
        words::invalid(format_args!(
            "Requested {parameter} for WarmThroughput for {place} is lower than {initial}{see}"
        ))
    })
}

/// The warm throughput that comes with a billing mode.
pub(super) fn start(billing_mode: BillingMode, throughput: Throughput) -> WarmThroughput {
    match billing_mode {
        BillingMode::PayPerRequest => {
            WarmThroughput { read_units: ON_DEMAND_READ_UNITS, write_units: ON_DEMAND_WRITE_UNITS }
        }
        BillingMode::Provisioned => {
            WarmThroughput { read_units: throughput.read_units, write_units: throughput.write_units }
        }
    }
}

/// Raises `current` to what a request asks; `lower` words the refusal of less.
pub(super) fn raise_warm(
    current: WarmThroughput,
    warm: Option<&api::WarmThroughput>,
    lower: impl Fn(&str) -> ApiError,
) -> Result<WarmThroughput> {
    let Some(warm) = warm else { return Ok(current) };
    let raise = |current: u64, asked: Option<i64>, parameter: &str| match asked {
        None => Ok(current),
        Some(asked) => match u64::try_from(asked) {
            Ok(asked) if asked >= current => Ok(asked),
            _ => Err(lower(parameter)),
        },
    };
    Ok(WarmThroughput {
        read_units: raise(current.read_units, warm.read_units_per_second, "ReadUnitsPerSecond")?,
        write_units: raise(current.write_units, warm.write_units_per_second, "WriteUnitsPerSecond")?,
    })
}

/// Refuses less warm throughput than there is.
pub(super) fn lower_than_current(parameter: &str, index: Option<&str>) -> ApiError {
    let place = index.map_or_else(|| "table".into(), |name| format!("index {name}"));
    words::invalid(format_args!(
        "Requested {parameter} for WarmThroughput for {place} is lower than current WarmThroughput, decreasing \
         WarmThroughput is not supported"
    ))
}

/// What UpdateTable makes of the stream: on with that view, or off.
pub(super) fn switched_stream(stream: &api::StreamSpecification) -> Result<Option<StreamView>> {
    match (stream.stream_enabled, stream.stream_view_type.as_deref()) {
        (Some(true), Some(view)) => Ok(StreamView::from_name(view)),
        (Some(true), None) => {
            Err(words::invalid("If stream is being enabled then UpdateViewType is required"))
        }
        (_, Some(_)) => {
            Err(words::invalid("If stream is being disabled, then UpdateViewType must not be specified"))
        }
        (_, None) => Ok(None),
    }
}

/// The stream that CreateTable switches on; none where it says off or nothing.
pub(super) fn new_stream(stream: Option<&api::StreamSpecification>) -> Result<Option<StreamView>> {
    let Some(stream) = stream else { return Ok(None) };
    match (stream.stream_enabled, stream.stream_view_type.as_deref()) {
        (Some(true), Some(view)) => Ok(StreamView::from_name(view)),
        (Some(true), None) => {
            Err(words::invalid("Table is being created with a stream enabled, UpdateViewType is required"))
        }
        (_, Some(_)) => Err(words::invalid(
            "Table is being created with a stream disabled, UpdateViewType should not be specified",
        )),
        (_, None) => Ok(None),
    }
}

/// The class of a request, where it gives one.
pub(super) fn table_class(class: Option<&str>) -> Result<Option<String>> {
    ensure(class.is_none_or(|class| TABLE_CLASSES.contains(&class)), || {
        ApiError::validation(format!(
            "Invalid table-class parameter provided. Please try again with a valid table-class value: [{}].",
            TABLE_CLASSES.join(", ")
        ))
    })?;
    Ok(class.map(str::to_owned))
}

/// The KMS key's ARN that a request turns on; none for the service's own key. `table_arn` tells the region
/// and account that a bare key id is looked for in.
pub(super) fn encryption(
    encryption: Option<&api::SSESpecification>,
    table_arn: &str,
) -> Result<Option<String>> {
    let Some(encryption) = encryption else { return Ok(None) };
    let (sse_type, key_id) = (encryption.sse_type.as_deref(), encryption.kms_master_key_id.as_deref());
    let refuse = |refused: bool, what: &str| ensure(!refused, || words::invalid(what));
    if encryption.enabled == Some(false) {
        refuse(sse_type.is_some(), "SSEType can not be specified if Enabled is false")?;
        refuse(key_id.is_some(), "KMSMasterKeyId can not be specified if Enabled is false")?;
        return Ok(None);
    }
    refuse(sse_type == Some("AES256"), "SSEType AES256 is not supported")?;
    refuse(key_id.is_some() && sse_type.is_none(), "SSEType KMS is required if KMSMasterKeyId is specified")?;
    if encryption.enabled.is_none() && sse_type.is_none() {
        return Ok(None);
    }
    // Differs from DynamoDB: there is no KMS to ask, so any key exists; an alias and the key that KMS keeps for
    // the service are shown as given, not resolved.
    let mut parts = table_arn.split(':').skip(3);
    let (region, account_id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    Ok(Some(match key_id.unwrap_or("alias/aws/dynamodb") {
        arn if arn.starts_with("arn:") => arn.to_owned(),
        alias if alias.starts_with("alias/") => format!("arn:aws:kms:{region}:{account_id}:{alias}"),
        key => format!("arn:aws:kms:{region}:{account_id}:key/{key}"),
    }))
}
