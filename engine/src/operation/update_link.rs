//! `Dynascope.UpdateLink` and `Dynascope.ListLinks`: the links over which this region sends writes of global tables to others.
//!
//! Requests of the inspector: `{"RegionName": …, "Broken": true, "LagMilliseconds": 500}`. A broken link keeps what is sent
//! until it is mended; a slow one delays what is sent from now on. Listed are the links that are out of order and those with
//! writes under way.

use serde::{Deserialize, Serialize};

use crate::access::replication::{Link, Queue, links, set_link};
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::error::constraint::Violations;
use crate::error::{Result, global as words};

use super::answer;

/// The request: what is not given is in order.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UpdateLinkInput {
    region_name: Option<String>,
    broken: Option<bool>,
    lag_milliseconds: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LinkDescription {
    /// The other region.
    region_name: String,
    /// Whether nothing arrives there.
    broken: bool,
    /// How much later everything arrives there, in milliseconds.
    lag_milliseconds: u64,
    /// Writes under way.
    pending_writes: u64,
    /// When the first of them arrives, in milliseconds of the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_arrival_milliseconds: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LinksOutput {
    links: Vec<LinkDescription>,
}

fn listed(region: &Region) -> Vec<u8> {
    let describe = |(region_name, link, queue): (String, Link, Queue)| LinkDescription {
        region_name,
        broken: link.broken,
        lag_milliseconds: link.lag_ms,
        pending_writes: queue.writes,
        next_arrival_milliseconds: queue.first_ms,
    };
    answer::of(&LinksOutput { links: links(region).into_iter().map(describe).collect() })
}

/// Breaks, mends or slows down a link.
pub fn update(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateLinkInput = decode_rare(request)?;
    let mut violations = Violations::default();
    let to = violations.required(&input.region_name, "regionName").cloned();
    violations.into_result()?;
    let to = to.filter(|to| *to != region.settings.region).ok_or_else(words::local_region)?;
    let link = Link { broken: input.broken.unwrap_or(false), lag_ms: input.lag_milliseconds.unwrap_or(0) };
    set_link(region, context, &to, link);
    Ok(listed(region))
}

/// Lists the links.
pub fn list(region: &mut Region, _context: &mut Context, _request: &[u8]) -> Result<Vec<u8>> {
    Ok(listed(region))
}
