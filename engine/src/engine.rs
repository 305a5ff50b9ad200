//! The engine of one region: the only place that commits.
