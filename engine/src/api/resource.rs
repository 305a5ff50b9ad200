//! Requests and responses about what belongs to a table beside its items: tags, policies, Contributor Insights.
//!
//! Owns their shapes; never checks a value.

use serde::{Deserialize, Serialize};

use super::shapes;
use super::table::{Tag, Timestamp};

shapes! {
    /// TagResource.
    TagResourceInput {
        resource_arn: String,
        tags: Vec<Tag>,
    }
    /// UntagResource.
    UntagResourceInput {
        resource_arn: String,
        tag_keys: Vec<String>,
    }
    /// The response of an operation that answers with nothing.
    NothingOutput {}
    /// ListTagsOfResource.
    ListTagsOfResourceInput {
        resource_arn: String,
        next_token: String,
    }
    /// The response of ListTagsOfResource.
    ListTagsOfResourceOutput {
        tags: Vec<Tag>,
        next_token: String,
    }
    /// PutResourcePolicy.
    PutResourcePolicyInput {
        resource_arn: String,
        policy: String,
        expected_revision_id: String,
        confirm_remove_self_resource_access: bool,
    }
    /// GetResourcePolicy.
    GetResourcePolicyInput {
        resource_arn: String,
    }
    /// The response of GetResourcePolicy.
    GetResourcePolicyOutput {
        policy: String,
        revision_id: String,
    }
    /// DeleteResourcePolicy.
    DeleteResourcePolicyInput {
        resource_arn: String,
        expected_revision_id: String,
    }
    /// The response of PutResourcePolicy and DeleteResourcePolicy.
    RevisionOutput {
        revision_id: String,
    }
    /// UpdateContributorInsights.
    UpdateContributorInsightsInput {
        table_name: String,
        index_name: String,
        contributor_insights_action: String,
        contributor_insights_mode: String,
    }
    /// DescribeContributorInsights.
    DescribeContributorInsightsInput {
        table_name: String,
        index_name: String,
    }
    /// The response of DescribeContributorInsights.
    DescribeContributorInsightsOutput {
        table_name: String,
        index_name: String,
        contributor_insights_rule_list: Vec<String>,
        contributor_insights_status: String,
        last_update_date_time: Timestamp,
        contributor_insights_mode: String,
    }
    /// ListContributorInsights.
    ListContributorInsightsInput {
        table_name: String,
        next_token: String,
        max_results: i32,
    }
    /// The Contributor Insights of a table or index, in a list; also the response of UpdateContributorInsights.
    ContributorInsightsSummary {
        table_name: String,
        index_name: String,
        contributor_insights_status: String,
        contributor_insights_mode: String,
    }
    /// The response of ListContributorInsights.
    ListContributorInsightsOutput {
        contributor_insights_summaries: Vec<ContributorInsightsSummary>,
        next_token: String,
    }
}
