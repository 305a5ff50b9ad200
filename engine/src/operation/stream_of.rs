//! What the streams' operations have in common: the checks of their parameters.

use crate::error::constraint::Violations;

pub use crate::access::streams::{Stream as Found, find, labels, trim_point};

/// Checks a stream's ARN.
pub fn check_arn(violations: &mut Violations, arn: &str, member: &str) {
    violations.length(arn, member, 37, 1024);
}

/// Checks a shard's id.
pub fn check_shard_id(violations: &mut Violations, id: &str, member: &str) {
    violations.length(id, member, 28, 65);
}

/// A page's limit, from 1.
pub fn limit(violations: &mut Violations, given: Option<i32>, most: usize) -> usize {
    let limit = given.map_or(most as i64, i64::from);
    violations.at_least(limit, "limit", 1);
    violations.at_most(limit, "limit", most as i64);
    usize::try_from(limit).unwrap_or(most)
}
