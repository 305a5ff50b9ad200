//! Table names, and the ARNs that stand in for them.
//!
//! Owns the reading of `TableName`: nearly every operation takes a table's name or its ARN there. Never
//! looks whether the table exists.
//!
//! Follows [naming rules](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
//! The two kinds of operations word the same fault differently: see [`crate::error::constraint`].

use super::arn::{Arn, Home};
use crate::error::Result;
use crate::error::constraint::{self, Constraint, Violations};
use crate::error::resource::access_denied;
use crate::error::table::{self as words, ensure};
use crate::limits::{NAME_LENGTH_MAX, NAME_LENGTH_MIN, NAME_OR_ARN_LENGTH};

/// What a name may be made of, as the service writes it.
pub const NAME_PATTERN: &str = "[a-zA-Z0-9_.-]+";

/// `TableName` of a table operation (CreateTable, DescribeTable, UpdateTimeToLive…): the plain name.
pub fn of_table_operation(table_name: Option<&str>) -> Result<String> {
    let given = table_name.ok_or_else(|| words::missing_parameter("TableName"))?;
    let name = plain(given)?;
    let mut violations = Violations::default();
    check(&mut violations, name, "tableName");
    violations.into_result()?;
    Ok(name.to_owned())
}

/// `TableName` of an item operation (PutItem, Query…): the plain name.
pub fn of_item_operation(table_name: Option<&str>) -> Result<String> {
    check_length(table_name)?;
    let mut violations = Violations::default();
    let name = gather(&mut violations, table_name)?;
    violations.into_result()?;
    Ok(name)
}

/// Refuses a `TableName` of an item operation that is empty or longer than any ARN: told before anything else.
pub fn check_length(table_name: Option<&str>) -> Result<()> {
    match table_name.map_or(1, |given| given.chars().count()) {
        0 => Err(constraint::violation("TableName", Constraint::MinLength(1))),
        length if length > NAME_OR_ARN_LENGTH => {
            Err(constraint::violation("TableName", Constraint::MaxLength(NAME_OR_ARN_LENGTH as u64)))
        }
        _ => Ok(()),
    }
}

/// `TableName` of an item operation among other parameters, whose faults are told together: the plain name, or what
/// stands for it.
pub fn gather(violations: &mut Violations, table_name: Option<&str>) -> Result<String> {
    let Some(given) = violations.required(&table_name, "tableName") else { return Ok(String::new()) };
    let name = plain(given)?;
    if !is_of_pattern(name) {
        violations.add(Some(&name), "tableName", Constraint::Pattern(NAME_PATTERN));
    }
    violations.length(name, "tableName", 1, NAME_LENGTH_MAX as u64);
    Ok(name.to_owned())
}

/// The plain name of a table that is given by its name or its ARN; a name is passed on unchecked.
///
/// The region and account of an ARN are [`at_home`]'s to look at.
pub fn plain(name_or_arn: &str) -> Result<&str> {
    if !name_or_arn.starts_with("arn:") {
        return Ok(name_or_arn);
    }
    let mut parts = name_or_arn.splitn(6, ':');
    let (service, resource) = (parts.nth(2), parts.nth(2));
    match (service, resource.and_then(|resource| resource.strip_prefix("table/"))) {
        (Some("dynamodb"), Some(name)) if is_a_name(name) => Ok(name),
        _ => Err(words::malformed_arn()),
    }
}

/// Refuses a table's ARN in another partition, region or account; a plain name is passed.
pub fn at_home(name_or_arn: Option<&str>, home: Home<'_>) -> Result<()> {
    let Some(text) = name_or_arn.filter(|text| text.starts_with("arn:")) else { return Ok(()) };
    let arn = Arn::parse(text).map_err(|_| words::malformed_arn())?;
    ensure(arn.resource.contains('/'), words::malformed_arn)?;
    ensure(arn.service == "dynamodb" && arn.resource.starts_with("table/"), || {
        words::arn_elsewhere("resource type", text)
    })?;
    plain(text)?;
    ensure(arn.partition == home.partition(), || words::arn_elsewhere("AWS partition", text))?;
    ensure(arn.region == home.region, || words::arn_elsewhere("AWS region", text))?;
    ensure(arn.account_id == home.account_id, access_denied)
}

/// Checks the name of a table or index at `member`, as the former framework does.
pub fn check(violations: &mut Violations, name: &str, member: &str) {
    check_pattern(violations, name, member);
    violations.length(name, member, NAME_LENGTH_MIN as u64, NAME_LENGTH_MAX as u64);
}

/// Checks only what a name at `member` is made of.
pub fn check_pattern(violations: &mut Violations, name: &str, member: &str) {
    if !is_of_pattern(name) {
        violations.add(Some(&name), member, Constraint::Pattern(NAME_PATTERN));
    }
}

fn is_of_pattern(name: &str) -> bool {
    // The empty name is left to the length.
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

/// Whether a table or an index may have that name.
pub fn is_a_name(name: &str) -> bool {
    is_of_pattern(name) && (NAME_LENGTH_MIN..=NAME_LENGTH_MAX).contains(&name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: &str = "failed to satisfy constraint: Member must";

    #[test]
    fn table_operations_take_names_and_arns() {
        let long = "a".repeat(256);
        for (given, expected) in [
            (Some("Orders"), Ok("Orders".to_owned())),
            (Some("arn:aws:dynamodb:us-east-1:000000000000:table/Orders"), Ok("Orders".into())),
            (None, Err("The parameter 'TableName' is required but was not present in the request".into())),
            (
                Some("ab"),
                Err(format!(
                    "1 validation error detected: Value 'ab' at 'tableName' {FAILED} have length greater than or equal to 3"
                )),
            ),
            (
                Some(""),
                Err(format!(
                    "1 validation error detected: Value '' at 'tableName' {FAILED} have length greater than or equal to 3"
                )),
            ),
            (
                Some("a b c"),
                Err(format!(
                    "1 validation error detected: Value 'a b c' at 'tableName' {FAILED} satisfy regular expression pattern: \
                     [a-zA-Z0-9_.-]+"
                )),
            ),
            (
                Some(&long),
                Err(format!(
                    "1 validation error detected: Value '{long}' at 'tableName' {FAILED} have length less than or equal to 255"
                )),
            ),
            (Some("arn:aws:s3:::bucket"), Err(words::malformed_arn().message)),
            (Some("arn:aws:dynamodb:us-east-1:1:table/Orders/index/x"), Err(words::malformed_arn().message)),
            (Some("arn:"), Err(words::malformed_arn().message)),
        ] {
            assert_eq!(of_table_operation(given).map_err(|e| e.message), expected, "{given:?}");
        }
    }

    #[test]
    fn an_arn_is_of_this_partition_region_and_account() {
        let home = Home { region: "us-east-1", account_id: "000000000000" };
        let check = |given: &str| at_home(Some(given), home).map_err(|e| e.message);
        assert_eq!(at_home(None, home), Ok(()));
        for good in ["Orders", "a b", "arn:aws:dynamodb:us-east-1:000000000000:table/Orders"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (arn, what) in [
            ("arn:aws:dynamodb:us-east-1:000000000000:backup/Orders", "resource type"),
            ("arn:aws-cn:dynamodb:us-east-1:000000000000:table/Orders", "AWS partition"),
            ("arn:aws:dynamodb:eu-west-1:000000000000:table/Orders", "AWS region"),
        ] {
            assert_eq!(check(arn), Err(format!("1 validation error detected: Invalid {what} in '{arn}'")));
        }
        assert_eq!(
            check("arn:aws:dynamodb:us-east-1:000000000001:table/Orders"),
            Err("Access is denied".into())
        );
        for bad in ["arn:aws", "arn:aws:dynamodb:us-east-1:000000000000:Orders"] {
            assert_eq!(check(bad), Err(words::malformed_arn().message), "{bad}");
        }
    }

    #[test]
    fn item_operations_take_one_character_and_speak_the_new_style_of_an_empty_name() {
        let long = "a".repeat(256);
        let endless = "a".repeat(1025);
        for (given, expected) in [
            (Some("a"), Ok("a".to_owned())),
            (
                None,
                Err(format!("1 validation error detected: Value null at 'tableName' {FAILED} not be null")),
            ),
            (
                Some(""),
                Err(format!(
                    "1 validation error detected: Value at 'TableName' {FAILED} have length greater than or equal to 1"
                )),
            ),
            (
                Some("bad table!@#"),
                Err(format!(
                    "1 validation error detected: Value 'bad table!@#' at 'tableName' {FAILED} satisfy regular expression \
                     pattern: [a-zA-Z0-9_.-]+"
                )),
            ),
            (
                Some(&long),
                Err(format!(
                    "1 validation error detected: Value '{long}' at 'tableName' {FAILED} have length less than or equal to 255"
                )),
            ),
            (
                Some(&endless),
                Err(format!(
                    "1 validation error detected: Value at 'TableName' {FAILED} have length less than or equal to 1024"
                )),
            ),
        ] {
            assert_eq!(of_item_operation(given).map_err(|e| e.message), expected, "{given:?}");
        }
    }
}
