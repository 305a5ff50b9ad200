//! Index maintenance.
