//! Key space.
