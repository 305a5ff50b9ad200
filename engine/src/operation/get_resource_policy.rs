//! [GetResourcePolicy](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html).

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::resource::{GetResourcePolicyInput, GetResourcePolicyOutput};
use crate::error::{Result, resource as words};
use crate::table::policy::document::shown;

use super::answer;
use super::policy_of::Target;

/// Shows the policy of a table or stream.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: GetResourcePolicyInput = decode_rare(request)?;
    let resource_arn = input.resource_arn.as_deref();
    let (_, state) = Target::parse(region, resource_arn)?.find(region)?;
    let policy = state.policy.ok_or_else(|| words::policy_not_found(resource_arn.unwrap_or_default()))?;
    Ok(answer::of(&GetResourcePolicyOutput {
        policy: Some(shown(&policy.document)),
        revision_id: Some(policy.revision.to_string()),
    }))
}
