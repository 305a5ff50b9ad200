//! [DescribeLimits](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html).

use crate::access::{Context, Region};
use crate::api::account::{DescribeLimitsInput, DescribeLimitsOutput};
use crate::api::decode::decode_rare;
use crate::error::Result;
use crate::limits::{ACCOUNT_UNITS, PROVISIONED_UNITS};

use super::answer;

/// Tells how much an account and a table may be provisioned with: what a new account starts from.
pub fn execute(_region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let DescribeLimitsInput {} = decode_rare(request)?;
    Ok(answer::of(&DescribeLimitsOutput {
        account_max_read_capacity_units: Some(ACCOUNT_UNITS),
        account_max_write_capacity_units: Some(ACCOUNT_UNITS),
        table_max_read_capacity_units: Some(PROVISIONED_UNITS),
        table_max_write_capacity_units: Some(PROVISIONED_UNITS),
    }))
}
