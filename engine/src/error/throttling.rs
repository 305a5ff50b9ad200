//! The words of throttling: which exception, which message and which of the sixteen reasons.
//!
//! Owns [`Throttle`] and what the service says of each; measures nothing, which is `capacity`'s and `access`'s.
//!
//! Follows [diagnosing throttling](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-diagnosing-workflow.html),
//! [back-pressure of a global index](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gsi-throttling.html) and, for
//! the messages, the API reference of TransactWriteItems and the list of errors in the developer guide.

use super::{ApiError, ErrorKind};
use crate::timeline::Access;
pub use crate::timeline::Limit;

/// A request that is refused for want of capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// The capacity is a global index's own.
    pub index: bool,
    /// Read or write capacity. A write that is refused for an index is a write of the table.
    pub access: Access,
    /// What was reached.
    pub limit: Limit,
    /// The table is provisioned.
    pub provisioned: bool,
}

/// One of `ThrottlingReasons`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThrottlingReason {
    /// Such as `TableWriteKeyRangeThroughputExceeded`.
    pub reason: String,
    /// The ARN of the table or index.
    pub resource: String,
}

impl Throttle {
    /// The reason's name: one of the sixteen.
    pub fn reason(self) -> String {
        let resource = if self.index { "Index" } else { "Table" };
        let operation = match self.access {
            Access::Read => "Read",
            Access::Write => "Write",
        };
        let limit = match self.limit {
            Limit::KeyRange => "KeyRangeThroughputExceeded",
            Limit::Provisioned => "ProvisionedThroughputExceeded",
            Limit::MaxOnDemand => "MaxOnDemandThroughputExceeded",
            Limit::Account => "AccountLimitExceeded",
        };
        format!("{resource}{operation}{limit}")
    }

    /// The exception, which names the table or index that has no capacity.
    pub fn refuse(self, resource: String) -> ApiError {
        let back_pressure = self.index && self.access == Access::Write;
        let (kind, message) = match self.limit {
            Limit::MaxOnDemand => (ErrorKind::Throttling, MAXIMUM_REACHED),
            Limit::Account if back_pressure => (ErrorKind::Throttling, ACCOUNT_EXHAUSTED),
            Limit::Account => (ErrorKind::RequestLimitExceeded, ACCOUNT_EXHAUSTED),
            _ if self.provisioned && self.index => {
                (ErrorKind::ProvisionedThroughputExceeded, INDEX_EXHAUSTED)
            }
            _ if self.provisioned => (ErrorKind::ProvisionedThroughputExceeded, TABLE_EXHAUSTED),
            _ if back_pressure => (ErrorKind::Throttling, INDEX_SCALING),
            _ => (ErrorKind::Throttling, SCALING),
        };
        let throttling = vec![ThrottlingReason { reason: self.reason(), resource }];
        ApiError { throttling, ..ApiError::new(kind, message) }
    }
}

const TABLE_EXHAUSTED: &str = "The level of configured provisioned throughput for the table was exceeded. Consider \
     increasing your provisioning level with the UpdateTable API.";

const INDEX_EXHAUSTED: &str = "The level of configured provisioned throughput for one or more global secondary indexes of \
     the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary \
     indexes with the UpdateTable API";

const SCALING: &str = "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling \
     your table or index so please try again shortly. If exceptions persist, check if you have a hot key: \
     https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";

const INDEX_SCALING: &str = "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is \
     automatically scaling your index so please try again shortly.";

const MAXIMUM_REACHED: &str =
    "Throughput exceeds the maximum OnDemandThroughput configured on table or index";

const ACCOUNT_EXHAUSTED: &str = "Throughput exceeds the current throughput limit for your account. To request a limit \
     increase, contact AWS Support at https://aws.amazon.com/support.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reasons_are_sixteen_and_each_has_its_exception() {
        let mut reasons = std::collections::BTreeSet::new();
        for limit in [Limit::KeyRange, Limit::Provisioned, Limit::MaxOnDemand, Limit::Account] {
            for access in [Access::Read, Access::Write] {
                for index in [false, true] {
                    let provisioned = limit == Limit::Provisioned;
                    let throttle = Throttle { index, access, limit, provisioned };
                    let error = throttle.refuse("arn".into());
                    assert_eq!(error.throttling[0].reason, throttle.reason());
                    assert_eq!(
                        error.kind,
                        match limit {
                            Limit::Provisioned => ErrorKind::ProvisionedThroughputExceeded,
                            Limit::Account if !index || access == Access::Read =>
                                ErrorKind::RequestLimitExceeded,
                            _ => ErrorKind::Throttling,
                        }
                    );
                    reasons.insert(throttle.reason());
                }
            }
        }
        assert_eq!(reasons.len(), 16);
        assert!(reasons.contains("IndexWriteMaxOnDemandThroughputExceeded"));
        assert!(reasons.contains("TableReadAccountLimitExceeded"));
    }

    #[test]
    fn a_hot_partition_of_a_provisioned_table_is_worded_as_its_throughput_is() {
        let throttle =
            Throttle { index: false, access: Access::Write, limit: Limit::KeyRange, provisioned: true };
        let error = throttle.refuse("arn".into());
        assert_eq!(error.kind, ErrorKind::ProvisionedThroughputExceeded);
        assert_eq!(error.throttling[0].reason, "TableWriteKeyRangeThroughputExceeded");
    }
}
