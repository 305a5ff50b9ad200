//! [DeleteResourcePolicy](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteResourcePolicy.html).

use crate::access::lifecycle::replace_table;
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::resource::{DeleteResourcePolicyInput, RevisionOutput};
use crate::error::Result;

use super::answer;
use super::policy_of::{Target, check_expected};

/// Takes the policy of a table or stream away; that there is none is no fault.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DeleteResourcePolicyInput = decode_rare(request)?;
    let expected = input.expected_revision_id.as_deref();
    check_expected(expected)?;
    let target = Target::parse(region, input.resource_arn.as_deref())?;
    let (table, mut policy) = target.find(region)?;
    let before = policy.clone();
    let revision = policy.delete(expected, target.moment(region, context, &table)?)?;
    if policy != before {
        replace_table(region, context, target.changed(table, policy), None, &[]);
    }
    Ok(answer::of(&RevisionOutput { revision_id: revision.map(|revision| revision.to_string()) }))
}
