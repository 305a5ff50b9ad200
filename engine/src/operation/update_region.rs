//! `Dynascope.UpdateRegion`: the whole region goes dark, or lights up again.
//!
//! A request of the inspector: `{"Status": "DARK"}` or `"UP"`. A dark region answers nothing but the inspector; what other regions send
//! waits, and so does what it had not sent yet.

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::error::Result;
use crate::error::constraint::Violations;

use super::answer;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UpdateRegionInput {
    status: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RegionDescription<'a> {
    region_name: &'a str,
    region_status: &'static str,
}

/// What a region's status is called.
pub(super) fn status(region: &Region) -> &'static str {
    if region.is_out() { "DARK" } else { "UP" }
}

/// Switches it; answers with the status.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateRegionInput = decode_rare(request)?;
    let mut violations = Violations::default();
    if let Some(status) = violations.required(&input.status, "status") {
        violations.one_of(status, "status", &["DARK", "UP"]);
    }
    violations.into_result()?;
    let out = input.status.as_deref() == Some("DARK");
    if out != region.is_out() {
        region.set_out(context, out);
    }
    let (region_name, region_status) = (region.settings.region.as_str(), status(region));
    Ok(answer::of(&RegionDescription { region_name, region_status }))
}
