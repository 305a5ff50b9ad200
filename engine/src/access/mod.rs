//! Item access.
