//! UpdateTimeToLive and DescribeTimeToLive.
//!
//! Owns the setting's checks and its change; [`super::lifecycle`] ends ENABLING and DISABLING. Never
//! expires an item.
//!
//! Follows [Time to Live](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html) and the API findings
//! that the ACK project published in October 2026.

use super::lifecycle::{self, Step};
use super::schema::{Table, TableStatus, TtlStatus};
use super::{describe, name};
use crate::api::table as api;
use crate::error::constraint::Violations;
use crate::error::table::{self as words, ensure};
use crate::error::{ApiError, Result};

/// How long after a change the next is refused: what the service was seen to do, its page says an hour.
pub const COOLDOWN_MS: u64 = 31 * 60 * 1000;

/// Checks an UpdateTimeToLive by itself, and gives the plain name of the table that it is about.
pub fn table_name(request: &api::UpdateTimeToLiveInput) -> Result<String> {
    let name = name::of_table_operation(request.table_name.as_deref())?;
    let mut violations = Violations::default();
    if let Some(setting) = violations.required(&request.time_to_live_specification, "timeToLiveSpecification")
    {
        violations.required(&setting.enabled, "timeToLiveSpecification.enabled");
        let member = "timeToLiveSpecification.attributeName";
        if let Some(attribute) = violations.required(&setting.attribute_name, member) {
            violations.length(attribute, member, 0, 255);
        }
    }
    violations.into_result()?;
    let setting = request.time_to_live_specification.as_ref();
    let attribute = setting.and_then(|setting| setting.attribute_name.as_deref());
    ensure(attribute != Some(""), || {
        ApiError::validation("TimeToLiveSpecification.AttributeName must be non empty")
    })?;
    Ok(name)
}

/// Changes the table's Time to Live; the request must have passed [`table_name`]. The steps are what
/// [`lifecycle::advance`] did already: the change is complete at once where everything is.
///
/// Where everything is at once, the setting may also change again at once.
pub fn update(
    table: &Table,
    request: &api::UpdateTimeToLiveInput,
    now_ms: u64,
    instant: bool,
) -> Result<(Table, Vec<Step>)> {
    match table.status {
        TableStatus::Creating => return Err(words::table_in_use(&table.name, "created")),
        TableStatus::Deleting => return Err(words::table_in_use(&table.name, "deleted")),
        TableStatus::Active | TableStatus::Updating => {}
    }
    let setting = request.time_to_live_specification.clone().unwrap_or_default();
    let (enable, attribute) = (setting.enabled == Some(true), setting.attribute_name.unwrap_or_default());
    let current = &table.time_to_live;
    let on = matches!(current.status, TtlStatus::Enabling | TtlStatus::Enabled);
    if on {
        let of_current = current.attribute.as_deref().unwrap_or_default();
        ensure(attribute == of_current, || {
            ApiError::validation(format!(
                "TimeToLive is active on a different AttributeName: current AttributeName is {of_current}"
            ))
        })?;
    }
    ensure(on != enable, || {
        let status = if enable { "enabled" } else { "disabled" };
        ApiError::validation(format!("TimeToLive is already {status}"))
    })?;
    let settled = instant || current.changed_ms.is_none_or(|at_ms| now_ms >= at_ms + COOLDOWN_MS);
    ensure(settled, || {
        ApiError::validation("Time to live has been modified multiple times within a fixed interval")
    })?;

    let mut table = table.clone();
    let ttl = &mut table.time_to_live;
    ttl.attribute = Some(attribute);
    ttl.status = if enable { TtlStatus::Enabling } else { TtlStatus::Disabling };
    ttl.changed_ms = Some(now_ms);
    ttl.status_until_ms = Some(now_ms + lifecycle::duration(lifecycle::TTL_CHANGING_MS, instant));
    let steps = if instant { lifecycle::advance(&mut table, now_ms, true) } else { Vec::new() };
    Ok((table, steps))
}

/// What UpdateTimeToLive answers: the request's own setting.
pub fn updated(request: &api::UpdateTimeToLiveInput) -> api::UpdateTimeToLiveOutput {
    api::UpdateTimeToLiveOutput { time_to_live_specification: request.time_to_live_specification.clone() }
}

/// What DescribeTimeToLive answers.
pub fn describe(table: &Table) -> Result<api::DescribeTimeToLiveOutput> {
    let status = table.status.name();
    ensure(table.is_usable(), || {
        ApiError::validation(format!(
            "Cannot describe time to live while table is in {status} state: Current table state is {status}"
        ))
    })?;
    Ok(api::DescribeTimeToLiveOutput {
        time_to_live_description: Some(describe::describe_time_to_live(table)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::decode::decode;
    use crate::table::create::{Naming, create};

    const HOUR_MS: u64 = 3_600_000;

    fn table() -> Table {
        let request = json!({"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]});
        let naming =
            Naming { id: 1, uuid: String::new(), region: "r", account_id: "1", now_ms: 0, instant: true };
        create(&decode(request.to_string().as_bytes()).unwrap(), &naming).unwrap()
    }

    fn request(enabled: bool, attribute: &str) -> api::UpdateTimeToLiveInput {
        let setting = api::TimeToLiveSpecification {
            enabled: Some(enabled),
            attribute_name: Some(attribute.to_owned()),
        };
        api::UpdateTimeToLiveInput {
            table_name: Some("Orders".into()),
            time_to_live_specification: Some(setting),
        }
    }

    fn refusal(table: &Table, enabled: bool, attribute: &str, now_ms: u64) -> String {
        update(table, &request(enabled, attribute), now_ms, false).unwrap_err().message
    }

    #[test]
    fn what_is_refused_by_itself() {
        let failed = "failed to satisfy constraint: Member must not be null";
        let long = "x".repeat(256);
        for (setting, message) in [
            (
                json!(null),
                format!("1 validation error detected: Value null at 'timeToLiveSpecification' {failed}"),
            ),
            (
                json!({}),
                format!(
                    "2 validation errors detected: Value null at 'timeToLiveSpecification.enabled' {failed}; Value null at \
                     'timeToLiveSpecification.attributeName' {failed}"
                ),
            ),
            (
                json!({"Enabled": true, "AttributeName": ""}),
                "TimeToLiveSpecification.AttributeName must be non empty".into(),
            ),
            (
                json!({"Enabled": true, "AttributeName": long}),
                format!(
                    "1 validation error detected: Value '{long}' at 'timeToLiveSpecification.attributeName' failed to satisfy \
                     constraint: Member must have length less than or equal to 255"
                ),
            ),
        ] {
            let body = json!({"TableName": "Orders", "TimeToLiveSpecification": setting});
            let request = decode(body.to_string().as_bytes()).unwrap();
            assert_eq!(table_name(&request).unwrap_err().message, message);
        }
        assert_eq!(table_name(&request(true, "ttl")), Ok("Orders".into()));
    }

    #[test]
    fn it_goes_on_and_off_with_a_rest_between() {
        let mut table = table();
        assert_eq!(refusal(&table, false, "ttl", 0), "TimeToLive is already disabled");
        let described = |table: &Table| serde_json::to_value(describe(table).unwrap()).unwrap();
        assert_eq!(described(&table), json!({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}));
        (table, _) = update(&table, &request(true, "ttl"), 0, false).unwrap();
        let enabling =
            json!({"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLING", "AttributeName": "ttl"}});
        assert_eq!(described(&table), enabling);
        assert_eq!(lifecycle::advance(&mut table, HOUR_MS, false), [Step::TimeToLiveEnabled]);
        assert_eq!(described(&table)["TimeToLiveDescription"]["TimeToLiveStatus"], "ENABLED");
        assert_eq!(refusal(&table, true, "ttl", HOUR_MS), "TimeToLive is already enabled");
        let other = "TimeToLive is active on a different AttributeName: current AttributeName is ttl";
        assert_eq!(refusal(&table, true, "other", HOUR_MS), other);
        assert_eq!(refusal(&table, false, "other", HOUR_MS), other);
        let rest = "Time to live has been modified multiple times within a fixed interval";
        assert_eq!(refusal(&table, false, "ttl", COOLDOWN_MS - 1), rest);
        (table, _) = update(&table, &request(false, "ttl"), COOLDOWN_MS, false).unwrap();
        assert_eq!(lifecycle::advance(&mut table, HOUR_MS, false), [Step::TimeToLiveDisabled]);
        assert_eq!(described(&table), json!({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}));
        let (table, steps) = update(&table, &request(true, "other"), HOUR_MS, true).unwrap();
        assert_eq!((table.time_to_live.status, steps), (TtlStatus::Enabled, vec![Step::TimeToLiveEnabled]));
    }
}
