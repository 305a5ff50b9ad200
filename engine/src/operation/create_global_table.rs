//! [CreateGlobalTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateGlobalTable.html), of the legacy version 2017.11.29.
//!
//! In 2026 the service refuses it everywhere: no global table of that version can be made any more.

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::global::CreateGlobalTableInput;
use crate::error::constraint::Violations;
use crate::error::table::{ensure, invalid};
use crate::error::{Result, global as words};
use crate::table::name;

/// The regions that the legacy version was in.
const REGIONS: [&str; 11] = [
    "eu-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-2",
    "eu-central-1",
    "ap-northeast-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Refuses, as the service does.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: CreateGlobalTableInput = decode_rare(request)?;
    let mut violations = Violations::default();
    let group = violations.required(&input.replication_group, "replicationGroup");
    if let Some(name) = violations.required(&input.global_table_name, "globalTableName") {
        name::check(&mut violations, name, "globalTableName");
    }
    let empty = group.is_some_and(Vec::is_empty);
    violations.into_result()?;
    ensure(!empty, || invalid("Global table must have atleast one replica"))?;
    let home = region.settings.region.as_str();
    ensure(REGIONS.contains(&home), || words::legacy_region(home))?;
    Err(words::legacy_version())
}
