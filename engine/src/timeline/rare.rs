//! Which events are worth keeping of a request that nobody watches: those that do not come with every request.

use super::EventKind;

impl EventKind {
    /// Whether it is none of what happens with every request: a split, a failover, a status, a transaction's step.
    pub fn is_rare(&self) -> bool {
        use EventKind::*;
        !matches!(
            self,
            RequestReceived { .. }
                | Routed { .. }
                | TokensTaken { .. }
                | ConditionTested { .. }
                | Evaluated { .. }
                | Metered { .. }
                | Written { .. }
                | Acknowledged { .. }
                | Applied { .. }
                | IndexWritten { .. }
                | IndexPropagated { .. }
                | StreamRecord { .. }
                | RequestFinished { .. }
        )
    }
}
