//! The ARN of a backup: `arn:aws:dynamodb:us-east-1:000000000000:table/Orders/backup/01791504762511-2779fadd`.
//!
//! Owns its reading and its refusals. Never looks whether there is such a backup, nor whether the region is this one: the
//! service was seen to look past it.

use crate::error::constraint::Violations;
use crate::error::resource::access_denied;
use crate::error::{Result, backup as words};

/// What an ARN names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupArn {
    /// The region.
    pub region: String,
    /// The table's name.
    pub table: String,
    /// The end: 14 digits of time, a hyphen, 8 hexadecimal digits.
    pub id: String,
}

/// Checks the length as the framework does; `member` is where the ARN stands.
pub fn constrain(violations: &mut Violations, arn: &str, member: &str) {
    violations.length(arn, member, 37, 1024);
}

/// Reads the required `BackupArn` of a request.
pub fn required(given: Option<&String>) -> Result<String> {
    let mut violations = Violations::default();
    let given = given.cloned();
    if let Some(arn) = violations.required(&given, "backupArn") {
        constrain(&mut violations, arn, "backupArn");
    }
    violations.into_result()?;
    Ok(given.unwrap_or_default())
}

/// Reads an ARN, for the account of that number.
pub fn parse(given: &str, account_id: &str) -> Result<BackupArn> {
    let parts: Vec<&str> = given.splitn(6, ':').collect();
    let [head, partition, service, region, account, resource] = parts[..] else {
        return Err(words::invalid_backup_arn());
    };
    if head != "arn" {
        return Err(words::invalid_backup_arn());
    }
    if account != account_id || region.is_empty() {
        return Err(access_denied());
    }
    if partition != "aws" || service != "dynamodb" || !is_a_region(region) {
        return Err(words::backup_arn_not_valid());
    }
    let mut path = resource.split('/');
    match (path.next(), path.next(), path.next(), path.next(), path.next()) {
        (Some("table"), Some(table), Some("backup"), Some(id), None) if is_an_id(id) => {
            Ok(BackupArn { region: region.into(), table: table.into(), id: id.into() })
        }
        _ => Err(words::invalid_backup_arn()),
    }
}

fn is_an_id(id: &str) -> bool {
    id.split_once('-').is_some_and(|(time, digits)| {
        time.len() == 14
            && time.bytes().all(|b| b.is_ascii_digit())
            && digits.len() == 8
            && digits.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// Whether a region could be one of AWS's public ones: `eu-west-1`.
pub fn is_a_region(region: &str) -> bool {
    const AREAS: [&str; 10] = ["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx", "local"];
    let parts: Vec<&str> = region.split('-').collect();
    match parts[..] {
        [area, ref middle @ .., number] => {
            AREAS.contains(&area)
                && !middle.is_empty()
                && middle.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()))
                && number.len() == 1
                && number.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_may_be_any_and_all_else_must_fit() {
        let id = "01791504762511-2779fadd";
        for (given, expected) in [
            (format!("arn:aws:dynamodb:us-east-1:1:table/Orders/backup/{id}"), Ok("Orders".to_owned())),
            (format!("arn:aws:dynamodb:eu-west-1:1:table/Orders/backup/{id}"), Ok("Orders".into())),
            ("arn:aws:dynamodb:us-east-1:1:table/Orders".into(), Err("Invalid Backup ARN".into())),
            ("x".repeat(48), Err("Invalid Backup ARN".into())),
            (
                format!("arn:aws:dynamodb:us-east-1:2:table/Orders/backup/{id}"),
                Err("Access is denied".into()),
            ),
            (format!("arn:aws:dynamodb::1:table/Orders/backup/{id}"), Err("Access is denied".into())),
            (
                format!("arn:aws:dynamodb:xx-fake-1:1:table/Orders/backup/{id}"),
                Err("Invalid Request: BackupArn is not valid".into()),
            ),
            (
                format!("arn:aws:s3:us-east-1:1:table/Orders/backup/{id}"),
                Err("Invalid Request: BackupArn is not valid".into()),
            ),
        ] {
            let parsed = parse(&given, "1").map(|arn| arn.table).map_err(|error| error.message);
            assert_eq!(parsed, expected, "{given}");
        }
    }
}
