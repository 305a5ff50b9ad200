//! `Dynascope.InRegion`: a request that is to go to another region of the account than the workspace's own.
//!
//! A request of the inspector: `{"RegionName": "eu-west-1", "Operation": "PutItem", "Request": {…}}`. It is answered as the request in it
//! is, by that region. Owns its reading alone; `world` sends it on, since only it has the regions.

use serde::Deserialize;
use serde_json::Value;

use crate::api::decode::decode_rare;
use crate::backup::arn::is_a_region;
use crate::error::constraint::Violations;
use crate::error::{Result, global as words, unknown_operation};

/// Its name.
pub const NAME: &str = "Dynascope.InRegion";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct InRegionInput {
    region_name: Option<String>,
    operation: Option<String>,
    request: Value,
}

/// A request and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InRegion {
    /// The region.
    pub region: String,
    /// The operation's name.
    pub operation: String,
    /// Its JSON.
    pub request: Vec<u8>,
}

/// Reads the request. One that holds another of its kind is none.
pub fn read(request: &[u8]) -> Result<InRegion> {
    let input: InRegionInput = decode_rare(request)?;
    let mut violations = Violations::default();
    let region = violations.required(&input.region_name, "regionName").cloned();
    let operation = violations.required(&input.operation, "operation").cloned();
    violations.into_result()?;
    let region = region.filter(|region| is_a_region(region)).ok_or_else(words::no_region)?;
    let operation = operation.filter(|name| name != NAME).ok_or_else(unknown_operation)?;
    Ok(InRegion { region, operation, request: input.request.to_string().into_bytes() })
}
