//! [PutResourcePolicy](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html).

use crate::access::lifecycle::replace_table;
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::resource::{PutResourcePolicyInput, RevisionOutput};
use crate::error::{Result, constraint};
use crate::table::policy::document::canonical;

use super::answer;
use super::policy_of::{Target, check_expected};

/// Puts a policy on a table or stream.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: PutResourcePolicyInput = decode_rare(request)?;
    let text = input.policy.ok_or_else(|| constraint::null("policy"))?;
    let expected = input.expected_revision_id.as_deref();
    check_expected(expected)?;
    let target = Target::parse(region, input.resource_arn.as_deref())?;
    let document = canonical(&text, target.on())?;
    let (table, mut policy) = target.find(region)?;
    let before = policy.clone();
    let revision = policy.put(document, expected, target.moment(region, context, &table)?)?;
    if policy != before {
        replace_table(region, context, target.changed(table, policy), None, &[]);
    }
    Ok(answer::of(&RevisionOutput { revision_id: Some(revision.to_string()) }))
}
