//! The constraints that the service checks in its former framework: all of those of a batch or a transaction, some of the
//! others', before anything else, each with its value, gathered into one answer.
//!
//! Owns the members that several of these requests share; never sees a table that exists. The order and the words were
//! recorded from the service in October 2026 by paritysuite/dynamodb-conformance (validation-ordering).

use crate::access::Region;
use crate::capacity::ReturnConsumedCapacity;
use crate::error::Result;
use crate::error::constraint::{Constraint, Violations};
use crate::limits::{NAME_LENGTH_MAX, NAME_LENGTH_MIN};
use crate::table::name;

/// What every table's name in a RequestItems map must satisfy.
const NAME_CONSTRAINTS: &[Constraint<'static>] = &[
    Constraint::MaxLength(NAME_LENGTH_MAX as u64),
    Constraint::MinLength(NAME_LENGTH_MIN as u64),
    Constraint::Pattern(name::NAME_PATTERN),
];

/// `ReturnConsumedCapacity`.
pub fn consumed(violations: &mut Violations, text: Option<&str>) -> ReturnConsumedCapacity {
    match text {
        None | Some("NONE") => ReturnConsumedCapacity::None,
        Some("TOTAL") => ReturnConsumedCapacity::Total,
        Some("INDEXES") => ReturnConsumedCapacity::Indexes,
        Some(other) => {
            violations.one_of(other, "returnConsumedCapacity", &["INDEXES", "TOTAL", "NONE"]);
            ReturnConsumedCapacity::None
        }
    }
}

/// `ReturnItemCollectionMetrics`: whether they are asked for.
pub fn metrics(violations: &mut Violations, text: Option<&str>) -> bool {
    if let Some(text) = text {
        violations.one_of(text, "returnItemCollectionMetrics", &["SIZE", "NONE"]);
    }
    text == Some("SIZE")
}

/// `ReturnValuesOnConditionCheckFailure` of a single write: whether the item is asked for.
pub fn on_failure(violations: &mut Violations, text: Option<&str>) -> bool {
    if let Some(text) = text {
        violations.one_of(text, "returnValuesOnConditionCheckFailure", &["ALL_OLD", "NONE"]);
    }
    text == Some("ALL_OLD")
}

/// `ReturnValuesOnConditionCheckFailure` of the action at `member`: whether the item is asked for.
pub fn return_on_failure(violations: &mut Violations, text: Option<&str>, member: &str) -> bool {
    if let Some(text) = text {
        let member = format!("{member}.returnValuesOnConditionCheckFailure");
        violations.one_of(text, &member, &["ALL_OLD", "NONE"]);
    }
    text == Some("ALL_OLD")
}

/// `TableName` of the action at `member`: the plain name. An ARN that is none is refused at once.
pub fn table_name(
    violations: &mut Violations,
    region: &Region,
    given: &Option<String>,
    member: &str,
) -> Result<String> {
    let member = format!("{member}.tableName");
    let Some(given) = violations.required(given, &member) else { return Ok(String::new()) };
    let plain = name::plain(given)?;
    name::at_home(Some(given), region.settings.home())?;
    name::check_pattern(violations, plain, &member);
    violations.length(plain, &member, 1, NAME_LENGTH_MAX as u64);
    Ok(plain.to_owned())
}

/// The names that a RequestItems map has as its keys, plain; `echo` is the map as the refusal shows it.
pub fn request_items<'k>(
    violations: &mut Violations,
    given: impl Iterator<Item = &'k String>,
    region: &Region,
    echo: impl FnOnce() -> String,
) -> Result<Vec<String>> {
    let plain = |given: &'k String| {
        name::at_home(Some(given), region.settings.home())?;
        name::plain(given)
    };
    let plain = given.map(plain).collect::<Result<Vec<&str>>>()?;
    if !plain.iter().all(|plain| name::is_a_name(plain)) {
        violations.add(Some(&echo()), "requestItems", Constraint::MapKeys(NAME_CONSTRAINTS));
    }
    Ok(plain.into_iter().map(str::to_owned).collect())
}
