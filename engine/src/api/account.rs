//! Requests and responses about the account and its endpoint.
//!
//! Owns their shapes; never checks a value.

use serde::{Deserialize, Serialize};

use super::shapes;

shapes! {
    /// DescribeLimits.
    DescribeLimitsInput {}
    /// The response of DescribeLimits.
    DescribeLimitsOutput {
        account_max_read_capacity_units: u64,
        account_max_write_capacity_units: u64,
        table_max_read_capacity_units: u64,
        table_max_write_capacity_units: u64,
    }
    /// DescribeEndpoints.
    DescribeEndpointsRequest {}
    /// A host that serves the account's region.
    Endpoint {
        address: String,
        cache_period_in_minutes: i64,
    }
    /// The response of DescribeEndpoints.
    DescribeEndpointsResponse {
        endpoints: Vec<Endpoint>,
    }
}
