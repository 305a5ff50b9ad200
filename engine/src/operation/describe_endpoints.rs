//! [DescribeEndpoints](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html).

use crate::access::{Context, Region};
use crate::api::account::{DescribeEndpointsRequest, DescribeEndpointsResponse, Endpoint};
use crate::api::decode::decode_rare;
use crate::error::Result;

use super::answer;

/// How long a client may keep an endpoint's address, in minutes.
const CACHE_PERIOD_IN_MINUTES: i64 = 1440;

/// Tells the service's endpoint in the region; where the engine itself is served, it does not know.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let DescribeEndpointsRequest {} = decode_rare(request)?;
    let address = format!("dynamodb.{}.amazonaws.com", region.settings.region);
    let cache_period_in_minutes = Some(CACHE_PERIOD_IN_MINUTES);
    let endpoint = Endpoint { address: Some(address), cache_period_in_minutes };
    Ok(answer::of(&DescribeEndpointsResponse { endpoints: Some(vec![endpoint]) }))
}
